# SPDX-License-Identifier: BSD-3-Clause
"""
What the operation explorer says of a few dozen calls
=====================================================

Of each call its answer, the checks in their order with what a refused one saw, what was tried, and
what came of it.  The lines in ``read/operation.txt`` were read and found right.  After a change run
``python -m tests.explorers.test_operation_told > tests/explorers/read/operation.txt``, and read
what differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kfuncviz.explorers.operation.arguments import made
from kfuncviz.explorers.operation.case import answered
from kfuncviz.explorers.operation.changes import Situation, is_dir

TOLD = Path(__file__).with_name("read") / "operation.txt"

#: Owners and groups with a row and without, doors that are shut in every way.
SHELF: dict[str, Any] = {
    "userns": {"M": {"uid_map": [[0, 10000, 1000]]}, "N": {"uid_map": [[0, 10000, 100]]}},
    "mounts": {
        "m": {"userns": "M"},
        "shut": {"userns": "M", "flags": ["ro", "noexec", "nosymfollow"]},
        "sub": {"subdir": "d"},
    },
    "callers": {
        "me": {"kuid": 10005, "kgid": 10005},
        "far": {"kuid": 7, "kgid": 7},
        "own": {"kuid": 5, "kgid": 9, "caps": ["CAP_CHOWN"]},
        "ours": {"kuid": 9, "kgid": 9, "kgroups": [5, 6]},
        "in": {"kuid": 10005, "kgid": 10005, "userns": "N", "caps": "all"},
    },
    "setup": [
        {"type": "dir", "path": "d", "kuid": 5, "kgid": 5, "mode": "0755"},
        {"type": "file", "path": "d/f", "kuid": 5, "kgid": 5, "mode": "0640"},
        {"type": "file", "path": "d/lost", "kuid": 5000, "kgid": 5, "mode": "0666"},
        {"type": "exe", "path": "d/x", "kuid": 5, "kgid": 5},
        {"type": "file", "path": "d/none", "kuid": 5, "kgid": 5, "mode": "0000"},
        {"type": "file", "path": "d/list", "kuid": 5, "kgid": 6, "mode": "0640",
         "acl": [["user_obj", None, "rw-"], ["user", 7, "---"], ["group_obj", None, "r--"],
                 ["mask", None, "r--"], ["other", None, "---"]]},
        {"type": "dir", "path": "tmp", "kuid": 5, "kgid": 5, "mode": "1777"},
        {"type": "file", "path": "tmp/fixed", "kuid": 6, "kgid": 6, "attrs": ["immutable"]},
        {"type": "file", "path": "tmp/grows", "kuid": 5, "kgid": 5, "attrs": ["append"]},
        {"type": "file", "path": "tmp/free", "kuid": 6, "kgid": 6, "mode": "0666"},
    ],
}  # fmt: skip

#: Who asks through what, the operation, its file, and what was typed for it.
CALLS: tuple[tuple[str, str, str, str, dict[str, str]], ...] = (
    ("me", "m", "stat", "d/lost", {}),
    ("me", "m", "open", "d/f", {"flags": "rw"}),
    ("far", "m", "open", "d/f", {}),
    ("far", "plain", "open", "d/f", {"flags": "O_RDWR,O_CREAT"}),
    ("own", "plain", "open", "d/none", {}),
    ("ours", "plain", "open", "d/none", {"flags": "w"}),
    ("root", "plain", "open", "d/none", {}),
    ("far", "plain", "open", "d/list", {}),
    ("far", "sub", "open", "f", {}),
    ("far", "plain", "open", "tmp/free", {"flags": "O_WRONLY,O_CREAT"}),
    ("me", "shut", "write", "d/f", {}),
    ("me", "m", "write", "d/lost", {}),
    ("me", "m", "write", "tmp/grows", {}),
    ("me", "shut", "exec", "d/x", {}),
    ("far", "m", "readdir", ".", {}),
    ("me", "m", "readlink", "tmp", {}),
    ("far", "plain", "access", "d/f", {"mask": "w", "real": "yes"}),
    ("me", "m", "chmod", "d/lost", {"mode": "0600"}),
    ("far", "plain", "chmod", "d/f", {}),
    ("own", "plain", "chmod", "tmp/fixed", {}),
    ("me", "m", "chown", "d/lost", {}),
    ("me", "m", "chown", "d/f", {"gid": "10005"}),
    ("me", "m", "chown", "d/f", {"uid": "7"}),
    ("in", "m", "chown", "d/f", {"uid": "500"}),
    ("in", "m", "create", "d", {}),
    ("far", "m", "create", ".", {}),
    ("far", "m", "create", "d", {}),
    ("ours", "plain", "create", "d", {}),
    ("far", "plain", "create", "d/f", {"new": "f"}),
    ("far", "sub", "mkdir", ".", {}),
    ("me", "m", "mknod", "tmp", {"ftype": "chr"}),
    ("me", "m", "symlink", "tmp", {"target": "../d/f"}),
    ("far", "plain", "unlink", "tmp/free", {}),
    ("far", "m", "unlink", "tmp/fixed", {}),
    ("me", "m", "rmdir", "tmp", {}),
    ("me", "m", "link", "d/lost", {}),
    ("me", "m", "rename", "d/x", {"to": "tmp/x"}),
    ("me", "shut", "rename", "tmp/fixed", {}),
    ("far", "m", "utimens", "d/lost", {"when": "set"}),
    ("me", "m", "setacl", "d/x", {}),
    ("me", "m", "getacl", "d/f", {}),
    ("far", "m", "delacl", "d/f", {}),
    ("me", "m", "setcap", "d/x", {}),
    ("in", "m", "setcap", "d/x", {"rootid": "200"}),
    ("me", "m", "getcap", "d/x", {}),
    ("me", "m", "rmcap", "d/x", {}),
    ("far", "m", "setxattr", "d/f", {}),
    ("me", "m", "setxattr", "d/x", {"name": "trusted.a"}),
    ("me", "m", "getxattr", "tmp", {}),
    ("me", "m", "open_by_handle", "d/f", {}),
    ("far", "shut", "mountinfo", "d", {}),
)  # fmt: skip


def lines() -> Iterator[str]:
    for by, via, op, path, given in CALLS:
        here = Situation(SHELF, by, via)
        case = answered(here, made(op, path, given.items(), is_dir=is_dir(here, path)))
        rail = case.rail
        yield f"{rail.call} by {rail.who}: {rail.err or 'ok'}, {rail.rule}"
        for check in rail.checks:
            yield f"  {check.answer}: {check.question} {check.call} [{check.source}]"
            yield from (f"      {'no' if no else 'yes'} {line}" for no, line in check.under)
        if rail.rest:
            yield f"  {rail.rest}"
        for card in case.cards:
            yield f"  {'+' if card.helps else '-'} {card.title} ({card.typed}): {card.came}"


def test_what_is_said_of_a_call_is_as_it_was_read() -> None:
    assert [*lines()] == TOLD.read_text("utf-8").splitlines()


if __name__ == "__main__":
    print("\n".join(lines()))
