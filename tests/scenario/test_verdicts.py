# SPDX-License-Identifier: BSD-3-Clause
"""Five calls of one caller: each is the real one, and what stopped it is what it looked at."""

from __future__ import annotations

from typing import Any

import pytest

from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.verdicts import Standing, verdicts

DOCUMENT: dict[str, Any] = {
    "userns": {"M": {"uid_map": [[1, 11, 1]]}, "N": {"uid_map": [[0, 100, 10]]}},
    "setup": [
        {"type": "dir", "path": "d", "kuid": 1, "kgid": 1, "mode": "0755"},
        {"type": "file", "path": "d/f", "kuid": 1, "kgid": 7, "mode": "4640"},
        {"type": "file", "path": "d/new"},
        {"type": "dir", "path": "s", "kuid": 3, "mode": "0700"},
        {"type": "file", "path": "s/f"},
    ],
    "mounts": {"m": {"userns": "M"}},
    "callers": {
        "owner": {"kuid": 1, "kgid": 1},
        "other": {"kuid": 2, "kgid": 2},
        "inside": {"kuid": 100, "kgid": 100, "userns": "N"},
    },
}
#: What is asked on the way to a file in a folder, and then by each call.
WAY = ["may_lookup", "may_lookup"]
OPEN = [*WAY, "may_open"]
SET = [*WAY, "may_setattr", "setattr_prepare"]
MAKE = [*WAY, "fsuidgid_has_mapping", "inode_permission"]


def seen(path: str, by: str, via: str) -> list[tuple[str, str | None, list[str]]]:
    asked = verdicts(Machine(DOCUMENT), path, by, via)
    return [(v.name, v.access.err, [step.function for step in v.checks]) for v in asked]


def test_each_call_stops_at_the_check_that_refuses_it() -> None:
    assert seen("d/f", "owner", "plain") == [
        ("stat", None, WAY), ("read", None, OPEN), ("write", None, OPEN), ("chmod", None, SET),
        ("create beside", None, MAKE),
    ]  # fmt: skip
    assert seen("d/f", "other", "plain") == [
        ("stat", None, WAY), ("read", "EACCES", OPEN), ("write", "EACCES", OPEN),
        ("chmod", "EPERM", SET), ("create beside", "EACCES", MAKE),
    ]  # fmt: skip
    assert seen("d/f", "inside", "m") == [
        ("stat", None, WAY), ("read", "EACCES", OPEN), ("write", "EACCES", OPEN),
        ("chmod", "EOVERFLOW", [*SET[:-1], "notify_change"]),
        ("create beside", "EOVERFLOW", [*MAKE[:-1], "may_o_create"]),
    ]  # fmt: skip
    assert seen("d", "owner", "plain") == [
        ("stat", None, WAY[1:]), ("read", None, OPEN[1:]), ("chmod", None, SET[1:]),
        ("create in", None, MAKE),
    ]  # fmt: skip
    assert {(err, *checks) for _, err, checks in seen("s/f", "other", "plain")} == {
        ("EACCES", *WAY)
    }


def test_a_call_that_is_refused_ends_with_what_refused_it() -> None:
    read_only = {**DOCUMENT, "mounts": {"m": {"userns": "M", "flags": ["ro"]}}}
    asked = {v.name: v for v in verdicts(Machine(read_only), "d/f", "owner", "m")}
    assert asked["chmod"].access.err == "EROFS"
    assert [step.function for step in asked["chmod"].checks] == [*WAY, "mnt_want_write"]
    for by in DOCUMENT["callers"]:
        for document in (DOCUMENT, read_only):
            for verdict in verdicts(Machine(document), "d/f", by, "m"):
                last = verdict.checks[-1].error
                assert (last.name if last else None) == verdict.access.err


def test_it_is_said_whose_the_thing_is_that_stopped_it() -> None:
    at = {v.name: v.at for v in verdicts(Machine(DOCUMENT), "d/f", "inside", "m")}
    assert at["stat"] is None
    assert at["read"] == Standing("d/f", 0o4640, 1, 7, 11, None, 100)
    assert at["create beside"] == Standing("d", 0o755, 1, 1, 11, 11, 100)
    refused = verdicts(Machine(DOCUMENT), "s/f", "other", "plain")
    assert {v.at for v in refused} == {Standing("s", 0o700, 3, 0, 3, 0, 2)}


@pytest.mark.parametrize(("path", "new"), [("d/f", "d/new-"), ("s/f", "s/new"), ("d", "d/new-")])
def test_each_call_is_the_real_one(path: str, new: str) -> None:
    for by in DOCUMENT["callers"]:
        for via in ("plain", "m"):
            asked = verdicts(Machine(DOCUMENT), path, by, via)
            assert isinstance(asked, tuple)
            for verdict in asked:
                assert isinstance(verdict.checks, tuple)
                op = verdict.access.op
                assert (op["by"], op["via"]) == (by, via)
                assert Machine(DOCUMENT).run(op)["err"] == verdict.access.err
            mode = {"d/f": "4640", "s/f": "0644", "d": "0755"}[path]
            assert [v.access.op.get("mode") for v in asked if v.name == "chmod"] == [mode]
            last = asked[-1].access.op
            assert (last["op"], last["path"], last["mode"]) == ("create", new, "0666")
