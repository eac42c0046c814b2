# SPDX-License-Identifier: BSD-3-Clause
"""
Notation: how a scenario writes modes and flags, and a result shows a file
==========================================================================

What more than one kind of operation reads or answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfuncviz.model.fs import VfsMount
from kfuncviz.model.open import Open
from kfuncviz.model.stat import Stat

Op = Mapping[str, Any]
Mounts = Mapping[str, VfsMount]

OPEN_FLAGS = {
    "r": Open.READ,
    "w": Open.WRITE,
    "rw": Open.READ | Open.WRITE,
    "a": Open.WRITE | Open.APPEND,
    "wtrunc": Open.WRITE | Open.TRUNC,
    "x": Open.EXEC,
}
#: The flags of open(2) by their names; without an access mode it is O_RDONLY.
O_FLAGS = {
    "O_RDONLY": Open.READ, "O_WRONLY": Open.WRITE, "O_RDWR": Open.READ | Open.WRITE,
    "O_CREAT": Open.CREAT, "O_EXCL": Open.EXCL, "O_TRUNC": Open.TRUNC, "O_APPEND": Open.APPEND,
    "O_DIRECTORY": Open.DIRECTORY, "O_NOFOLLOW": Open.NOFOLLOW, "O_NOATIME": Open.NOATIME,
    "O_PATH": Open.PATH,
}  # fmt: skip


def mode_bits(mode: int | str) -> int:
    """A mode written as ``"0755"`` or as a number.

    >>> mode_bits("0755") == mode_bits(493)
    True
    """
    return int(mode, 8) if isinstance(mode, str) else mode


def open_flags(op: Op) -> Open:
    """How an operation opens a file: by a word, or by a list of open(2)'s own flags.

    >>> open_flags({"flags": ["O_TRUNC"]}) == Open.READ | Open.TRUNC
    True
    """
    asked = op.get("flags", "r")
    if isinstance(asked, str):
        return OPEN_FLAGS[asked]
    flags = Open(0)
    for name in asked:
        flags |= O_FLAGS[name]
    return flags if flags & (Open.READ | Open.WRITE) else flags | Open.READ


def shown(stat: Stat) -> dict[str, Any]:
    """A stat as results show it: ids, mode and type."""
    return {"uid": stat.uid, "gid": stat.gid, "mode": f"{stat.mode:04o}", "type": stat.type}
