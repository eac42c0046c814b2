# SPDX-License-Identifier: BSD-3-Clause
"""
Whatever is sound can be replayed
=================================

Random scenarios made of every value the schema lets through, sensible or not: the model answers
with an errno, never with a traceback.
"""

from __future__ import annotations

import gc
import json
from typing import Any

import pytest

from kfuncviz.model.errors import ERRNO
from kfuncviz.scenario.checking import schema
from kfuncviz.scenario.checking.validate import refusals, validate
from kfuncviz.scenario.replay import replay_traced
from tests.chaos import Chaos

#: What is said where an operation names something that could not be made.
NOT_ASKED = ("NOMOUNT", "NOCALLER", "NOUSERNS")


@pytest.mark.parametrize("seed", range(300))
def test_a_sound_scenario_is_answered_with_errnos(seed: int) -> None:
    document = Chaos(seed).scenario()
    problems = validate(document)
    if problems:
        assert [problem.place for problem in problems] == ["fs.userns"], problems
        document["fs"].pop("userns")
    answer = replay_traced(document).result
    json.dumps(answer)
    refusals(document)
    for op in answer["ops"]:
        assert op["err"] is None or op["err"] in ERRNO or op["err"] in NOT_ASKED


def test_a_truncated_file_has_the_size_that_was_asked_for() -> None:
    document = {
        "setup": [{"type": "file", "path": "f"}],
        "ops": [{"op": "truncate", "path": "f", "size": 7}, {"op": "truncate", "path": "f"},
                {"op": "truncate_path", "path": "f", "size": 9}],
    }  # fmt: skip
    assert [op["ret"]["size"] for op in replay_traced(document).result["ops"]] == [7, 0, 9]


def test_a_filesystem_of_a_namespace_that_was_not_made_says_so() -> None:
    refused = {"bad": {"uid_map": [[0, 0, 0]]}}
    result = replay_traced({"userns": refused, "fs": {"userns": "bad"}, "ops": []}).result
    assert result["fs"] == "NOUSERNS"
    assert replay_traced({"ops": []}).result["fs"] is None


@pytest.mark.parametrize("written", ["uid_map", "gid_map"])
def test_nobody_makes_a_namespace_below_one_with_half_its_maps(written: str) -> None:
    half = {"uid_map": None, "gid_map": None, written: [[0, 5, 10]]}
    spaces = {"child": {"parent": "half", "uid_map": [[0, 0, 1]]}, "half": half}
    result = replay_traced({"userns": spaces}).result
    assert result["userns"] == {"half": None, "child": "EPERM"}
    assert result["flat"]["half"] == {"uid_map": [], "gid_map": [], written: [[0, 5, 10]]}


@pytest.mark.parametrize("name", sorted(schema.OP_ARGUMENTS.keys() - schema.WITHOUT_PATH))
def test_an_operation_on_a_missing_path_is_an_errno(name: str) -> None:
    op: dict[str, Any] = {"op": name, "path": "no/such/path"}
    must = {"mode": "0644", "to": "x", "entries": [], "name": "user.a", "size": 1}
    op |= {key: must[key] for key in schema.OP_REQUIRED.get(name, ())}
    op |= {"set": ["ro"]} if name == "mount_setattr" else {}  # to set nothing looks at no path
    assert validate({"ops": [op]}) == []
    (result,) = replay_traced({"ops": [op]}).result["ops"]
    assert result["err"] == "ENOENT"


def test_whose_it_is_below_a_directory_that_is_nobodys_and_refuses_root() -> None:
    acl = [["user_obj", None, "---"], ["user", 0, "---"], ["group_obj", None, "---"],
           ["mask", None, "rwx"], ["other", None, "--x"]]  # fmt: skip
    document = {
        "fs": {"type": "ext4"},
        "setup": [{"type": "dir", "path": "d", "kuid": -1, "kgid": -1, "acl": acl},
                  {"type": "file", "path": "d/f", "kuid": 7, "kgid": 8}],
        "callers": {"c": {"kuid": 5, "kgid": 5}},
        "ops": [{"op": "stat", "path": "d/f", "by": "c"}],
    }  # fmt: skip
    assert validate(document) == []
    (op,) = replay_traced(document).ops
    assert op.owners == "7:8 0644 file"


def outer(op: dict[str, Any], kernel: str) -> list[str]:
    """The outermost calls an operation makes."""
    document = {
        "settings": {"kernel": kernel},
        "setup": [{"type": "file", "path": "f"}],
        "callers": {"c": {"kuid": 0, "caps": "all"}},
        "ops": [op],
    }
    (done,) = replay_traced(document).ops
    return [step.call for step in done.steps if step.depth == 0]


WALK = "user_path_at(<mount plain>, f, false)"


@pytest.mark.parametrize(
    ("op", "kernel", "calls"),
    [
        ({"op": "setxattr", "name": "user.a"}, "6.18", ["setxattr_copy(user.a, b'v')", WALK]),
        ({"op": "getxattr", "name": "user.a"}, "6.18", ["import_xattr_name(user.a)", WALK]),
        ({"op": "removexattr", "name": "user.a"}, "6.18", ["import_xattr_name(user.a)", WALK]),
        ({"op": "open_tree", "flags": ["clone"]}, "6.18", ["open_tree(<mount plain> 'f')"]),
        (
            {"op": "getxattr", "name": "n" * 256},
            "6.12.43",
            [WALK, f"import_xattr_name({'n' * 256})"],
        ),
        ({"op": "getxattr", "name": "n" * 256}, "6.18", [f"import_xattr_name({'n' * 256})"]),
    ],
)
def test_in_which_order_an_operation_calls(
    op: dict[str, Any], kernel: str, calls: list[str]
) -> None:
    assert outer(op | {"path": "f"}, kernel)[: len(calls)] == calls


class Watched(dict[str, Any]):
    """A document that notes whether garbage was collected while its operations were asked for."""

    def get(self, key: str, default: Any = None) -> Any:
        if key == "ops":
            self["collecting"] = gc.isenabled()
        return super().get(key, default)


@pytest.mark.parametrize("before", [True, False])
def test_a_replay_collects_no_garbage_and_leaves_that_as_it_was(before: bool) -> None:
    document = Watched(ops=[])
    was = gc.isenabled()
    (gc.enable if before else gc.disable)()
    try:
        replay_traced(document)
        assert (document["collecting"], gc.isenabled()) == (False, before)
    finally:
        (gc.enable if was else gc.disable)()
