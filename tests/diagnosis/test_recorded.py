# SPDX-License-Identifier: BSD-3-Clause
"""
The doctor against a kernel
===========================

Every look-up of the public reports that was asked of a kernel, typed as a mount option and a map:
the doctor says what the kernel showed.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.diagnosis import doctor

LOOKUPS: list[dict[str, Any]] = json.loads(
    gzip.decompress((Path(__file__).parents[1] / "data/golden.json.gz").read_bytes())
)["lookups"]


def option(case: dict[str, Any]) -> str:
    """The map of the mount as mount(8) takes it."""
    maps = {"u": case["mount_uid_map"], "g": case["mount_gid_map"] or case["mount_uid_map"]}
    rows = [
        f"{kind}:{':'.join(row.split())}"
        for kind, text in maps.items()
        for row in text.splitlines()
    ]
    return f"X-mount.idmap={' '.join(rows)}"


@pytest.mark.parametrize("case", LOOKUPS, ids=lambda case: f"{case['source']} {case['on_disk']}")
def test_the_kernel_showed_the_same(case: dict[str, Any]) -> None:
    if not case["mount_uid_map"]:
        texts = [case["caller_map"]]
    else:
        texts = [option(case), *filter(None, [case["caller_map"]])]
    found = doctor(texts, "owned by {}:{}".format(*case["on_disk"]))
    assert found.answers is not None
    ends = [answer.lanes[-1] for _, answer in found.answers.both]
    assert [lane.shown if lane.id is None else lane.id for lane in ends] == case["kernel_says"]
    assert found.answers.well == all(lane.id is not None for lane in ends)
    assert bool(found.lost) != found.answers.well
