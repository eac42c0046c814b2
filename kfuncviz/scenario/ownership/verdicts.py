# SPDX-License-Identifier: BSD-3-Clause
"""
Verdicts: what may this caller do with a file?
==============================================

Who owns a file says little about what somebody may do with it.  A few ordinary calls are made by
the caller, one by one, each from the same state; every one says whether it succeeds, or which check
stopped it, and who the thing is owned by at which that check stood.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any, NamedTuple

from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import (
    S_IALLUGO,
    Inode,
    VfsMount,
    i_gid_into_vfsgid,
    i_uid_into_vfsuid,
)
from kfuncviz.model.trace import Step
from kfuncviz.model.uidgid import INVALID
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.access import Access, access


class Standing(NamedTuple):
    """Something a check looked at: its mode, its kernel ids, and those it has in the mount.

    The latter are ``None`` where the mount has none; ``you`` is the kernel id of the caller.
    """

    path: str
    mode: int
    kuid: int
    kgid: int
    vfsuid: int | None
    vfsgid: int | None
    you: int


class Verdict(NamedTuple):
    """One call in the reader's words ("create beside"), and what came of it.

    ``at`` is what the check that stopped it looked at, where that is known; ``checks`` are the
    checks that were made, in order, and last the function that refused outside all of them.
    """

    name: str
    access: Access
    at: Standing | None
    checks: tuple[Step, ...]


#: Kernel functions whose answers are checks of the caller.
_CHECKS = (
    "may_lookup", "inode_permission", "may_open", "fsuidgid_has_mapping", "may_setattr",
    "setattr_prepare",
)  # fmt: skip


def verdicts(machine: Machine, path: str, by: str, via: str) -> tuple[Verdict, ...]:
    """Whether a caller may stat, read, write and chmod a file, and create something beside it.

    Of a directory it is asked whether something may be created in it, and nobody writes one.

    Raises KernelError where the path leads nowhere or the caller or mount could not be made.

    >>> setup = [{"type": "file", "path": "f", "kuid": 1, "mode": "0600"}]
    >>> m = Machine({"setup": setup, "callers": {"c": {"kuid": 2, "kgid": 2}}})
    >>> [(v.name, v.access.err) for v in verdicts(m, "f", "c", "plain")][1:3]
    [('read', 'EACCES'), ('write', 'EACCES')]
    """
    task, mnt = machine.caller(by), machine.mount(via)
    found = machine.path_at(mnt, path, follow=False).inode
    out = []
    for name, op, about in _calls(machine, mnt, path, found):
        steps: list[Step] = []
        said = access(machine, op | {"by": by, "via": via}, task, about, steps)
        path_at = said.why.path if said.why is not None else None
        at = None if path_at is None else _standing(machine, mnt, path_at, task)
        out.append(Verdict(name, said, at, tuple(_checked(steps))))
    return tuple(out)


def _calls(
    machine: Machine, mnt: VfsMount, path: str, found: Inode
) -> Iterator[tuple[str, dict[str, Any], Inode]]:
    mode = f"{found.i_mode & S_IALLUGO:04o}"
    yield "stat", {"op": "stat", "path": path}, found
    yield "read", {"op": "open", "path": path, "flags": "r"}, found
    if not found.is_dir:
        yield "write", {"op": "open", "path": path, "flags": "w"}, found
    yield "chmod", {"op": "chmod", "path": path, "mode": mode}, found
    inside = path if found.is_dir else posixpath.dirname(path.rstrip("/")) or "."
    dir = found if found.is_dir else machine.path_at(mnt, inside, follow=True).inode
    new = "new"
    while new in dir.entries:
        new += "-"
    create = {"op": "create", "path": posixpath.join(inside, new).removeprefix("./")}
    yield "create in" if found.is_dir else "create beside", create | {"mode": "0666"}, dir


def _standing(machine: Machine, mnt: VfsMount, path: str, task: Task) -> Standing | None:
    try:
        inode = machine.path_at(mnt, path, follow=False).inode
    except KernelError:
        return None
    uid, gid = i_uid_into_vfsuid(mnt.mnt_idmap, inode), i_gid_into_vfsgid(mnt.mnt_idmap, inode)
    return Standing(
        path, inode.i_mode & S_IALLUGO, inode.i_uid, inode.i_gid,
        None if uid == INVALID else uid, None if gid == INVALID else gid, task.cred.fsuid,
    )  # fmt: skip


def _checked(steps: list[Step]) -> Iterator[Step]:
    """The checks among the steps; of one that asks another, the outer one.

    What refused by itself without being one of them comes last: it asked them first.
    """
    inside: int | None = None
    refused: Step | None = None
    for step in steps:
        if inside is not None and step.depth > inside:
            continue
        inside = step.depth if step.function in _CHECKS else None
        if inside is not None:
            yield step
        elif step.decides:
            refused = step
    if refused is not None:
        yield refused
