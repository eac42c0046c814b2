# SPDX-License-Identifier: BSD-3-Clause
"""What two cases do not have in common, thing by thing."""

from __future__ import annotations

from typing import Any

from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.ask import ownership
from kfuncviz.scenario.ownership.difference import Case, differences

A: dict[str, Any] = {
    "title": "a", "id": 1, "notes": "a", "source": "a", "profile": "a", "focus": {"path": "f"},
    "settings": {"kernel": "6.18"},
    "userns": {"M": {"uid_map": [[0, 100000, 65536], [70000, 5, 1]]},
               "N": {"uid_map": [[0, 1, 1]]}},
    "fs": {"type": "ext4"},
    "setup": [{"type": "file", "path": "f", "kuid": 1000, "mode": "0600", "attrs": []},
              {"type": "dir", "path": "d"}],
    "mounts": {"m": {"userns": "M"}, "n": {}},
    "callers": {"c": {"kuid": 101000, "userns": "M", "kgroups": [4, 5]}},
    "ops": [{"op": "stat", "path": "f"}, {"op": "mkdir", "path": "d/x"}],
}  # fmt: skip
B: dict[str, Any] = {
    "title": "b", "settings": {"kernel": "6.12"},
    "userns": {"M": {"uid_map": [[0, 100000, 10]]}},
    "setup": [{"type": "file", "path": "f", "kuid": 1000, "mode": "0644", "content": "x"}],
    "mounts": {"m": {"userns": "M", "detached": True}},
    "callers": {"c": {"kuid": 100005, "userns": "M"}, "e": {}},
    "ops": [{"op": "chown", "path": "f", "uid": 5, "gid": None}],
}  # fmt: skip
DIFFER = [
    ("question", "kind", "uid", "gid"),
    ("question", "id", "-", "70000"),
    ("question", "direction", "-", "chown"),
    ("scenario", "settings.kernel", "6.18", "6.12"),
    ("scenario", "userns.M.uid_map", "0 100000 65536; 70000 5 1", "0 100000 10"),
    ("scenario", "userns.N", "uid_map 0 1 1", "-"),
    ("scenario", "fs", "type ext4", "-"),
    ("scenario", "setup.f.mode", "0600", "0644"),
    ("scenario", "setup.f.attrs", "[]", "-"),
    ("scenario", "setup.d", "type dir", "-"),
    ("scenario", "mounts.n", "as usual", "-"),
    ("scenario", "callers.c.kuid", "101000", "100005"),
    ("scenario", "callers.c.kgroups", "[4, 5]", "-"),
    ("scenario", "ops[0]", "op stat, path f", "op chown, path f, uid 5, gid -"),
    ("scenario", "ops[1]", "op mkdir, path d/x", "-"),
    ("scenario", "setup.f.content", "-", "x"),
    ("scenario", "mounts.m.detached", "-", "true"),
    ("scenario", "callers.e", "-", "as usual"),
    ("maps", "mount idmap", "0 100000 65536; 70000 5 1", "0 100000 10"),
    ("maps", "caller's user ns", "0 100000 65536; 70000 5 1", "0 100000 10"),
    ("answer", "On disk", "1000", "no number"),
    ("answer", "In the mount", "101000", "no number"),
    ("answer", "You see", "1000", "-"),
    ("answer", "this caller's stat", "succeeds", "-"),
    ("answer", "in words", "It is so.", "It is thus."),
    ("answer", "You type", "-", "70000"),
    ("answer", "error", "-", "EINVAL"),
    ("answer", "this caller's chown", "-", "EINVAL"),
]


def case(document: dict[str, Any], words: str = "", **question: Any) -> Case:
    return Case(document, question, ownership(Machine(document), "f", **question), words)


def test_everything_that_differs_is_listed_in_order() -> None:
    a = case(A, "It is so.", kind="uid", id=None)
    b = case(B, "It is thus.", kind="gid", direction="chown", id=70000)
    assert [tuple(each) for each in differences(a, b)] == DIFFER
    turned = [(part, name, two, one) for part, name, one, two in DIFFER]
    assert {tuple(each) for each in differences(b, a)} == {*turned}
    assert differences(a, a) == []


def test_a_map_that_is_none_and_one_that_nobody_wrote() -> None:
    plain = {"setup": [{"type": "file", "path": "f"}], "mounts": {"m": {}}}
    callers = {"c": {"kuid": 5, "userns": "N"}}
    boxed = {"userns": {"N": {}}, "callers": callers} | plain
    found = {(each.part, each.name): (each.a, each.b) for each in
             differences(case(plain), case(boxed))}  # fmt: skip
    assert found["maps", "caller's user ns"] == ("no map", "never written")
    assert found["answer", "You see"] == ("0", "no number, shown as 65534")
    assert ("maps", "mount idmap") not in found
