# SPDX-License-Identifier: BSD-3-Clause
"""
Search: what would make it work, and what would not
===================================================

Every change is made to the scenario and the call replayed; what is offered was seen to work.  Where
to look is what the refusal itself carries: the path it stood at, the row that is missing, the
capability that was asked for.  A pair is looked for where one change leads to another refusal, and
is offered where neither of the two does alone.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from kfuncviz.explorers.operation.changes import Change, Situation, entry_of, made
from kfuncviz.model.capability import CAP_FULL_SET
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import IdMapError, KernelError
from kfuncviz.model.fs import (
    S_IALLUGO,
    S_ISVTX,
    Inode,
    VfsMount,
    i_gid_into_vfsgid,
    i_uid_into_vfsuid,
)
from kfuncviz.model.mnt_idmapping import mapped_fsgid, mapped_fsuid
from kfuncviz.model.trace import deciding
from kfuncviz.model.uidgid import INVALID, vfsuid_eq_kuid
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.replay import OpReplay, attempt

#: So many that work are offered, and so many that do not are told.
MOST_HELP, MOST_NO_HELP = 4, 3
#: So many first changes are followed by a second.
_FOLLOWED = 4
#: What a change cannot be made for.
_CANNOT = (ValueError, IdMapError, ScenarioError)


class Tried(NamedTuple):
    """One or two changes, and the call with them."""

    changes: tuple[Change, ...]
    replay: OpReplay

    @property
    def helps(self) -> bool:
        """Whether the call succeeds."""
        return self.replay.err is None


class Refusal(NamedTuple):
    """A refused call, where it was made, and the model as it was set up there."""

    here: Situation
    op: Mapping[str, Any]
    replay: OpReplay
    machine: Machine


class Found(NamedTuple):
    """What makes a call work, smallest first, and what people try that does not."""

    helps: tuple[Tried, ...]
    no_help: tuple[Tried, ...]


def ask(here: Situation, op: Mapping[str, Any]) -> OpReplay:
    """The call in a situation."""
    return attempt(here.document, {**op, "by": here.by, "via": here.via})


def search(here: Situation, op: Mapping[str, Any], replay: OpReplay) -> Found:
    """What would make a refused call work.

    >>> shut = {"setup": [{"type": "dir", "path": "d", "mode": "0700"}],
    ...         "callers": {"c": {"kuid": 5, "kgid": 5}}}
    >>> here, op = Situation(shut, "c", "plain"), {"op": "readdir", "path": "d"}
    >>> [each.changes for each in search(here, op, ask(here, op)).helps][0]
    (('mode', 'd', '0704'),)
    """
    if replay.err is None:
        return Found((), ())
    tried: dict[Change, Tried] = {}
    seen = [here]
    refusal = Refusal(here, op, replay, Machine(here.document))
    for change in _candidates(refusal):
        with suppress(*_CANNOT):
            there = made(here, change)
            if there not in seen:  # one row may serve uid and gid
                seen.append(there)
                tried[change] = Tried((change,), ask(there, op))
    helps = _shortest(one for one in tried.values() if one.helps)
    if len(helps) < MOST_HELP:
        helps += _pairs(refusal, tried)
    looks_right = (_try(here, op, change) for change in _popular(refusal))
    no_help = [one for one in looks_right if one is not None and not one.helps]
    return Found(tuple(helps[:MOST_HELP]), tuple(no_help[:MOST_NO_HELP]))


def _shortest(helps: Iterable[Tried]) -> list[Tried]:
    """Without an owner and group where the owner alone does."""
    kept: dict[Change, Tried] = {}
    for one in helps:
        (change,) = one.changes
        kept.setdefault(change[:2] if change[0] == "owner" else change, one)
    return [*kept.values()]


def _try(here: Situation, op: Mapping[str, Any], change: Change, *before: Change) -> Tried | None:
    """The call with a change more, after those ``before``; ``None`` where it cannot be made."""
    with suppress(*_CANNOT):
        return Tried((*before, change), ask(made(here, change), op))
    return None


def _pairs(refusal: Refusal, tried: Mapping[Change, Tried]) -> list[Tried]:
    """Two changes of which neither does alone: the second is what the first was refused for."""
    here, op, before, _ = refusal
    further = [one for one in tried.values() if not one.helps and _other(one.replay, before)]
    out: dict[frozenset[Change], Tried] = {}
    for one in further[:_FOLLOWED]:
        (first,) = one.changes
        there = made(here, first)
        for second in _candidates(Refusal(there, op, one.replay, Machine(there.document))):
            alone = tried.get(second)
            same = second[0] == first[0] and second[0] in ("via", "by", "ids", "mode", "owner")
            if (alone is not None and alone.helps) or same:
                continue
            two = _try(there, op, second, first)
            if two is not None and two.helps:
                out.setdefault(frozenset(two.changes), two)
                break
    return list(out.values())


def _other(one: OpReplay, two: OpReplay) -> bool:
    """Whether two calls were refused for different things."""
    reasons = ((each.err, each.why and (each.why.rule, each.why.path, each.why.id, each.why.kind))
               for each in (one, two))  # fmt: skip
    first, second = reasons
    return first != second


# ------------------------------------------------------------------------------ where to look


def _candidates(refusal: Refusal) -> Iterator[Change]:
    """What may help against a refusal, the smallest first."""
    for of in (_rows, _of_the_path, _capability, _of_the_mount, _others):
        yield from of(refusal)


def _rows(refusal: Refusal) -> Iterator[Change]:
    """The rows that are missing."""
    why = refusal.replay.why
    if why is None or why.place is None:
        return
    places = {"mount": "mount", "caller": "caller", "filesystem": "fs"}
    if why.missing_row is not None and why.kind is not None:
        yield ("row", places[why.place], why.kind, *why.missing_row)
    if why.also is not None and why.also.missing_row is not None:
        yield ("row", places[why.also.place], why.also.kind, *why.also.missing_row)


def _of_the_path(refusal: Refusal) -> Iterator[Change]:
    """Mode, owner and group of what the check stood at, and whether anything may change it."""
    stood = _stood(refusal)
    if stood is None:
        return
    path, inode, mnt, task = stood
    vfsuid, vfsgid = (
        i_uid_into_vfsuid(mnt.mnt_idmap, inode),
        i_gid_into_vfsgid(mnt.mnt_idmap, inode),
    )
    mode = inode.i_mode & S_IALLUGO
    wanted = _wanted(refusal.replay)
    if wanted:
        shift = (
            6 if vfsuid_eq_kuid(vfsuid, task.cred.fsuid) else 3 if vfsgid in _groups(task) else 0
        )
        yield ("mode", path, f"{mode | wanted << shift:04o}")
    if vfsgid != INVALID and vfsgid not in _groups(task):
        yield ("group", vfsgid)
    yield from _sticky(refusal, path)
    if inode.immutable or inode.append:
        yield ("attrs", path)
    fs = inode.i_sb.s_user_ns
    mine = mapped_fsuid(task, mnt.mnt_idmap, fs), mapped_fsgid(task, mnt.mnt_idmap, fs)
    if INVALID not in mine and mine[0] != inode.i_uid:
        yield ("owner", path, mine[0], inode.i_gid)
        yield ("owner", path, *mine)


def _sticky(refusal: Refusal, path: str) -> Iterator[Change]:
    """The directory without its sticky bit, where it is that which refused."""
    step = deciding(list(refusal.replay.steps))
    if step is not None and step.function in ("check_sticky", "may_create_in_sticky"):
        mode = step.args["dir"].i_mode & S_IALLUGO & ~S_ISVTX
        yield ("mode", posixpath.dirname(path) or ".", f"{mode:04o}")


def _stood(refusal: Refusal) -> tuple[str, Inode, VfsMount, Task] | None:
    """What the deciding check looked at, and who asked."""
    here, op, replay, machine = refusal
    try:
        task, mnt = machine.caller(here.by), machine.mount(here.via)
        path = replay.why.path if replay.why is not None and replay.why.path else op["path"]
        entry_of(here, path)
        return path, machine.path_at(mnt, path, follow=False).inode, mnt, task
    except (KernelError, ValueError):
        return None


#: The checks of permission bits, and the argument of each that holds what is asked for.
_ASKED = {"acl_permission_check": "mask", "posix_acl_permission": "want"}


def _wanted(replay: OpReplay) -> int:
    """The permission bits that were asked for where mode bits or a list refused them."""
    step = deciding(list(replay.steps))
    if step is None or step.function not in _ASKED:
        return 0
    return int(step.args[_ASKED[step.function]]) & 7


def _groups(task: Task) -> tuple[int, ...]:
    return (task.cred.fsgid, *task.cred.groups)


def _capability(refusal: Refusal) -> Iterator[Change]:
    """The capability that was asked for, where it is not held."""
    why = refusal.replay.why
    if why is not None and why.cap is not None and why.cap_why == "not held":
        yield ("cap", why.cap)


def _of_the_mount(refusal: Refusal) -> Iterator[Change]:
    """The mount's options and its map, and the other mounts."""
    here = refusal.here
    mounts = here.document.get("mounts") or {}
    mount = mounts.get(here.via) or {}
    for flag in mount.get("flags") or ():
        yield ("flag", flag)
    for via in [*mounts, "plain"]:
        if via != here.via and _root(mounts, via) == _root(mounts, here.via):
            yield ("via", via)
    if mount.get("userns") is not None:
        yield ("unmap",)


def _root(mounts: Mapping[str, Any], via: str) -> str:
    """What of the filesystem a mount shows: through another part a path leads elsewhere."""
    return posixpath.normpath((mounts.get(via) or {}).get("subdir") or ".")


def _others(refusal: Refusal) -> Iterator[Change]:
    """The first ids the mount could store, and the other callers."""
    here, machine = refusal.here, refusal.machine
    mnt = machine.mounts.get(here.via)
    if mnt is not None and here.by != "root":
        rows = [next(iter(idmap), None) for idmap in (mnt.mnt_idmap.uid_map, mnt.mnt_idmap.gid_map)]
        if all(row is not None for row in rows) and here.by in machine.callers:
            yield ("ids", *(row.lower_first for row in rows if row is not None))
    for by in [*(here.document.get("callers") or {}), "root"]:
        if by != here.by:
            yield ("by", by)


def _popular(refusal: Refusal) -> Iterator[Change]:
    """What people try first, whatever was refused: a mode for all, capabilities, root."""
    stood = _stood(refusal)
    if stood is None or not refusal.replay.steps:
        return
    path, inode, _, task = stood
    if inode.i_mode & 0o777 != 0o777:
        yield ("mode", path, "0777")
    if refusal.here.by != "root":
        if task.cred.cap_effective != CAP_FULL_SET:
            yield ("cap", "all")
        yield ("by", "root")
    if (inode.i_uid, inode.i_gid) != (0, 0):
        yield ("owner", path, 0, 0)
