# SPDX-License-Identifier: BSD-3-Clause
"""
Grid: which errno, and why that one?
====================================

A dozen operations in six situations that differ in one thing each.  Every cell is the model's
answer, and opens the decision behind it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from kfuncviz.explorers import outside
from kfuncviz.explorers.operation.arguments import operation_of
from kfuncviz.explorers.operation.case import Case, answered
from kfuncviz.explorers.operation.changes import Situation
from kfuncviz.explorers.operation.search import ask

#: What differs, and what is to be known of it, by the names of the columns.
STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "own": ("all mapped,", "the file is yours"),
        "other": ("all mapped,", "not yours"),
        "uid": ("file owner", "has no row"),
        "gid": ("file group", "has no row"),
        "dir": ("dir owner", "has no row"),
        "you": ("your own id, 0,", "has no row"),
    }
)
ABOUT = (
    "You are 10005 in a mount with the row 0 10000 1000; files are yours (disk 5), mode 0644, in a "
    "directory of mode 0777; in the last column you are root. Files without a row are 0666."
)
_CALLS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "stat": {"op": "stat"},
        "read": {"op": "open", "flags": "r"},
        "write": {"op": "open", "flags": "w"},
        "truncate": {"op": "truncate", "size": 0},
        "chmod": {"op": "chmod", "mode": "0600"},
        "chgrp": {"op": "chown", "gid": 10005},
        "utimens": {"op": "utimens", "when": "now"},
        "create": {"op": "create", "path": "d/n", "mode": "0644"},
        "mkdir": {"op": "mkdir", "path": "d/n", "mode": "0755"},
        "link": {"op": "link", "to": "d/l"},
        "rename": {"op": "rename", "to": "d/n"},
        "unlink": {"op": "unlink"},
    }
)
OPERATIONS = tuple(_CALLS)


class Cell(NamedTuple):
    """A cell: the scenario behind it, the call, and its errno, empty where it is allowed."""

    here: Situation
    op: Mapping[str, Any]
    err: str


@cache
def _situation(state: str) -> Situation:
    dir = {"type": "dir", "path": "d", "kuid": 7, "kgid": 7, "mode": "0777"}
    file = {"type": "file", "path": "d/f", "kuid": 5, "kgid": 5, "mode": "0644"}
    match state:
        case "other":
            file |= {"kuid": 6, "kgid": 6}
        case "uid":
            file |= {"kuid": 5000, "mode": "0666"}
        case "gid":
            file |= {"kgid": 5000, "mode": "0666"}
        case "dir":
            dir |= {"kuid": 5000}
    caller = {"kuid": 0, "kgid": 0} if state == "you" else {"kuid": 10005, "kgid": 10005}
    document = {
        "title": f"{' '.join(STATES[state])}: which errno, and why?",
        "userns": {"M": {"uid_map": [[0, 10000, 1000]]}}, "mounts": {"m": {"userns": "M"}},
        "callers": {"you": caller}, "setup": [dir, file],
    }  # fmt: skip
    return Situation(document, "you", "m")


def cell(name: Any) -> Cell:
    """A cell by its name; ValueError for one there is not.

    >>> cell("chmod/uid").err
    'EOVERFLOW'
    """
    operation, _, state = outside.text("a cell", name).partition("/")
    outside.known("row of the grid", operation, OPERATIONS)
    return _cell(operation, outside.known("column of the grid", state, STATES))


@cache
def _cell(operation: str, state: str) -> Cell:
    here = _situation(state)
    op = {"path": "d/f", **_CALLS[operation]}
    if state == "you" and operation == "chgrp":
        op |= {"gid": 0}
    return Cell(here, op, ask(here, op).err or "")


def known(name: Any) -> str:
    """The name of a cell, or of a whole row; ValueError for one there is not.

    >>> known("chmod")
    'chmod'
    """
    named = outside.text("a cell", name)
    if named not in OPERATIONS:
        cell(named)
    return named


@cache
def opened(name: str) -> Case:
    """The decision behind a cell."""
    found = cell(name)
    return answered(found.here, found.op)


def fields(name: Any) -> dict[str, Any]:
    """What of a state asks the call of a cell.

    >>> fields("create/own")["path"]
    'd'
    """
    found = cell(name)
    asked = operation_of(found.op, found.here.by, found.here.via)
    if asked is None:
        raise AssertionError(f"{name} is no call made by hand")
    return asked
