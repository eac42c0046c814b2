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

GOLDEN: dict[str, list[dict[str, Any]]] = json.loads(
    gzip.decompress((Path(__file__).parents[1] / "data/golden.json.gz").read_bytes())
)
LOOKUPS, NESTED = GOLDEN["lookups"], GOLDEN["nested"]


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


def rows(text: str) -> list[list[int]]:
    return [[int(number) for number in row.split()] for row in text.splitlines()]


@pytest.mark.parametrize("case", NESTED, ids=lambda case: case["source"])
def test_the_host_had_the_same_ids(case: dict[str, Any]) -> None:
    """A map in a map: the host's number of the last id of each row, or the errno."""
    text = case["child_map"]
    if case["parent_map"] is not None:
        child = {"parent": "engine", "uid_map": rows(text)}
        userns = {"engine": {"uid_map": rows(case["parent_map"])}, "container": child}
        text = json.dumps({"userns": userns})
    view = case["init_view_or_errno"]
    if isinstance(view, str):
        found = doctor(text)
        problems = [p.errno for parsed in found.situation.parsed for p in parsed.problems]
        assert {view} == ({*problems} if found.answers is None else {found.answers.err})
        assert "map refused" in [finding.name for finding in found.findings]
        return
    for first, host, count in view:
        found = doctor(text, f"chown to {first + count - 1}")
        assert found.answers is not None
        assert found.answers.uid.lanes[0].id == found.answers.gid.lanes[0].id == host + count - 1
