# SPDX-License-Identifier: BSD-3-Clause
"""
Operations that change who the caller is
========================================

setresuid(2) and its like act on no file: they give the caller other credentials, for every
operation after them.  Ids are the caller's, -1 leaves one as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kfuncviz.model.budget import spend
from kfuncviz.model.cred import Cred, Task
from kfuncviz.model.setid import setfsgid, setfsuid, setgroups, setresgid, setresuid
from kfuncviz.model.stat import shown_ids
from kfuncviz.model.uidgid import INVALID, gid_t, kgid_t, uid_t
from kfuncviz.scenario.notation import Op


def _uid(op: Op, key: str) -> uid_t | None:
    id = op.get(key, -1)
    return None if id in (-1, INVALID) else uid_t(id)


def _gid(op: Op, key: str) -> gid_t | None:
    id = op.get(key, -1)
    return None if id in (-1, INVALID) else gid_t(id)


def _setresuid(task: Task, op: Op) -> Cred:
    return setresuid(task, _uid(op, "ruid"), _uid(op, "euid"), _uid(op, "suid"))


def _setresgid(task: Task, op: Op) -> Cred:
    return setresgid(task, _gid(op, "rgid"), _gid(op, "egid"), _gid(op, "sgid"))


def _setgroups(task: Task, op: Op) -> Cred:
    spend(work=len(op["groups"]))
    return setgroups(task, op["groups"])


#: Operation to the credentials it leaves.
CREDENTIALS: dict[str, Callable[[Task, Op], Cred]] = {
    "setresuid": _setresuid,
    "setresgid": _setresgid,
    "setfsuid": lambda task, op: setfsuid(task, uid_t(op["uid"])),
    "setfsgid": lambda task, op: setfsgid(task, gid_t(op["gid"])),
    "setgroups": _setgroups,
}


def status(task: Task, cred: Cred) -> dict[str, Any]:
    """What ``/proc/self/status`` shows a task with these credentials, without its groups."""
    names = ("real", "eff", "saved", "fs")
    uids = (cred.uid, cred.euid, cred.suid, cred.fsuid)
    gids = (cred.gid, cred.egid, cred.sgid, cred.fsgid)
    seen = {pair: shown_ids(task, *pair) for pair in {*zip(uids, gids, strict=True)}}
    pairs = [seen[pair] for pair in zip(uids, gids, strict=True)]
    return {
        "uid": dict(zip(names, (uid for uid, _ in pairs), strict=True)),
        "gid": dict(zip(names, (gid for _, gid in pairs), strict=True)),
        "cap_prm": cred.cap_permitted,
        "cap_eff": cred.cap_effective,
    }


def groups(task: Task, cred: Cred) -> list[int]:
    """The supplementary groups as the task sees them, sorted and each number once."""
    return sorted({shown_ids(task, cred.euid, kgid_t(gid))[1] for gid in cred.groups})
