# SPDX-License-Identifier: BSD-3-Clause
"""Numbers out of public bug reports: who a file's owner is seen as, and nested maps."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from kfuncviz.model.idmap import IdMap
from kfuncviz.scenario.machine import replay

with gzip.open(Path(__file__).parents[1] / "data" / "golden.json.gz", "rt") as _file:
    GOLDEN = json.load(_file)


def rows(text: str) -> list[list[int]]:
    return [[int(field) for field in line.split()] for line in text.splitlines()]


def seen(case: dict[str, Any]) -> list[int]:
    spaces = {"M": {"uid_map": rows(case["mount_uid_map"])}} if case["mount_uid_map"] else {}
    if case["mount_gid_map"] and spaces:
        spaces["M"]["gid_map"] = rows(case["mount_gid_map"])
    if case["caller_map"]:
        spaces["C"] = {"uid_map": rows(case["caller_map"])}
    uid, gid = case["on_disk"]
    answer = replay(
        {
            "userns": spaces,
            "setup": [{"type": "file", "path": "f", "kuid": uid, "kgid": gid}],
            "mounts": {"m": {"userns": "M" if case["mount_uid_map"] else None}},
            "callers": {"c": {"kuid": 0, "kgid": 0, "userns": "C" if "C" in spaces else None}},
            "ops": [{"op": "stat", "path": "f"}],
        }
    )
    ret = answer["ops"][0]["ret"]
    return [ret["uid"], ret["gid"]]


def test_every_owner_look_up() -> None:
    said = [(c["source"], c["on_disk"], c["seen"], c["kernel_says"]) for c in GOLDEN["lookups"]]
    ours = [(c["source"], c["on_disk"], s, s) for c in GOLDEN["lookups"] for s in [seen(c)]]
    assert ours == said


def view_or_errno(case: dict[str, Any]) -> Any:
    spaces: dict[str, Any] = {"child": {"uid_map": rows(case["child_map"])}}
    if case["parent_map"]:
        spaces["parent"] = {"uid_map": rows(case["parent_map"])}
        spaces["child"]["parent"] = "parent"
    answer = replay({"userns": spaces})
    return answer["userns"]["child"] or answer["flat"]["child"]["uid_map"]


def test_every_nested_map() -> None:
    ours = [(case["source"], view_or_errno(case)) for case in GOLDEN["nested"]]
    assert ours == [(case["source"], case["init_view_or_errno"]) for case in GOLDEN["nested"]]


def test_swapped_columns_are_another_map() -> None:
    assert IdMap("1000 0 1").down(1000) == 0
    assert IdMap("0 1000 1").down(1000) is None
