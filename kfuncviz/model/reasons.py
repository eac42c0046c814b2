# SPDX-License-Identifier: BSD-3-Clause
"""
Why a check refused, as data
============================

A refusal hangs on an id without a row, or on a capability that did not count.  These functions name
the id, the map, the row that would help and the capability, for the fields of
:class:`~kfuncviz.model.errors.KernelError`.  They look and decide nothing, and leave no step in a
trace.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kfuncviz.model.capability import CAP_NAMES, Cap
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import MapSeen, NoRow
from kfuncviz.model.fs import S_IRWXG, Inode, SuperBlock
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.mnt_idmapping import MntIdmap, is_valid_mnt_idmap
from kfuncviz.model.uidgid import INVALID, LAST_ID, IdKind
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns

Reason = dict[str, Any]

_KINDS: tuple[IdKind, IdKind] = ("uid", "gid")
_OWNER = {"uid": "owner", "gid": "group"}
_TAGS: dict[str, IdKind] = {"user": "uid", "group": "gid"}
_WHERE = {
    "mount": "the mount",
    "filesystem": "the filesystem's namespace",
    "caller": "the caller's namespace",
}


def _map(holder: MntIdmap | UserNamespace, kind: IdKind) -> IdMap:
    return holder.uid_map if kind == "uid" else holder.gid_map


def _down(holder: MntIdmap | UserNamespace, kind: IdKind, id: int) -> int | None:
    extent = _map(holder, kind).extent_down(id)
    return None if extent is None else id - extent.first + extent.lower_first


def _up(holder: MntIdmap | UserNamespace, kind: IdKind, id: int) -> int | None:
    extent = _map(holder, kind).extent_up(id)
    return None if extent is None else id - extent.lower_first + extent.first


def _written(holder: MntIdmap | UserNamespace, kind: IdKind, kid: int) -> int | None:
    """A kernel id of col 2 as it is written there: a nested namespace counts in its parent's."""
    parent = getattr(holder, "parent", None)
    return kid if parent is None else _up(parent, kind, kid)


def map_of(of: str, holder: MntIdmap | UserNamespace, kind: IdKind) -> MapSeen:
    """The uid or gid map of a mount or a namespace, as a refusal carries it."""
    rows = (
        (first, INVALID if (id := _written(holder, kind, lower)) is None else id, count)
        for first, lower, count in _map(holder, kind)
    )
    return MapSeen(of, holder.name, kind, tuple(rows))


def not_down(
    of: str, holder: MntIdmap | UserNamespace, kind: IdKind, id: int, wanted: Iterable[int] = ()
) -> Reason:
    """An id that column 1 of a map does not hold; empty for -1, which no map can.

    ``wanted`` are the ids the other column of the missing row had better be.
    """
    map = _map(holder, kind)
    ends = (e.lower_first + e.count for e in map)
    wished = (*wanted, *_in_a_hole(map, id), max(ends, default=0))
    free = (each for each in wished if map.extent_up(each) is None)
    return _no_row(of, holder, kind, id, (id, next(free)))


def _in_a_hole(map: IdMap, id: int) -> Iterable[int]:
    """What an id between two rows would be as far away as the row after it."""
    after = min((e for e in map if e.first > id), key=lambda e: e.first, default=None)
    if after is not None and any(e.first < id for e in map) and after.lower_first > after.first:
        yield id - after.first + after.lower_first


def not_up(of: str, holder: MntIdmap | UserNamespace, kind: IdKind, id: int) -> Reason:
    """An id that column 2 of a map does not hold; empty for -1, which no map can."""
    map = _map(holder, kind)
    ends = (e.first + e.count for e in map)
    free = (each for each in (id, max(ends, default=0)) if map.extent_down(each) is None)
    return _no_row(of, holder, kind, id, (next(free), id))


def _no_row(
    of: str, holder: MntIdmap | UserNamespace, kind: IdKind, id: int, ids: tuple[int, int]
) -> Reason:
    if id > LAST_ID:
        return {}
    second = _written(holder, kind, ids[1])
    row = None if second is None or max(ids) > LAST_ID else (ids[0], second, 1)
    return {"id": id, "kind": kind, "map": map_of(of, holder, kind), "missing_row": row}


def together(*reasons: Reason) -> Reason:
    """Of an owner and a group without a row both: the first, and the other as ``also``."""
    first, *others = [reason for reason in reasons if reason] or [{}]
    return first | ({"also": NoRow(**others[0])} if others else {})


def _usable(current: Task, idmap: MntIdmap, kind: IdKind, id: int) -> Iterable[int]:
    """Ids of a mount's side that mean something to the caller, the same number first."""
    cred = current.cred
    ns = cred.user_ns
    firsts = (e.lower_first for e in _map(ns, kind))
    ends = (e.lower_first + e.count for e in _map(idmap, kind))
    candidates = (id, cred.fsuid if kind == "uid" else cred.fsgid, *firsts, *ends)
    return (each for each in candidates if _up(ns, kind, each) is not None)


def not_through_mount(
    current: Task, idmap: MntIdmap, sb: SuperBlock, kind: IdKind, kid: int
) -> Reason:
    """A kernel id of the filesystem that is nobody when seen through the mount; empty if it is.

    The row that would help gives it an id the caller has a name for, where there is one.
    """
    if not is_valid_mnt_idmap(idmap):
        return {}
    on_disk = kid if sb.s_user_ns is init_user_ns else _up(sb.s_user_ns, kind, kid)
    if on_disk is None:
        return not_up("filesystem", sb.s_user_ns, kind, kid)
    if _down(idmap, kind, on_disk) is not None:
        return {}
    return not_down("mount", idmap, kind, on_disk, _usable(current, idmap, kind, on_disk))


def unmapped_owner(current: Task, idmap: MntIdmap, inode: Inode) -> Reason:
    """Which ids of an inode the mount has no row for: the owner, the group, or both."""
    ids = zip(_KINDS, (inode.i_uid, inode.i_gid), strict=True)
    reasons = (not_through_mount(current, idmap, inode.i_sb, *each) for each in ids)
    return {"path": inode.path} | together(*reasons)


def not_stored(idmap: MntIdmap, sb: SuperBlock, kind: IdKind, vfsid: int) -> Reason:
    """An id seen through the mount that the filesystem cannot store; empty if it can."""
    fs = sb.s_user_ns
    if not is_valid_mnt_idmap(idmap):
        if fs is not init_user_ns and _up(fs, kind, vfsid) is None:
            return not_up("filesystem", fs, kind, vfsid)
        return {}
    id = _up(idmap, kind, vfsid)
    if id is None:
        return not_up("mount", idmap, kind, vfsid)
    if fs is not init_user_ns and _down(fs, kind, id) is None:
        return not_down("filesystem", fs, kind, id, (id,))
    return {}


def caller_not_stored(current: Task, idmap: MntIdmap, dir: Inode) -> Reason:
    """Which of the caller's ids the filesystem cannot store through this mount."""
    ids = zip(_KINDS, (current.cred.fsuid, current.cred.fsgid), strict=True)
    reasons = (not_stored(idmap, dir.i_sb, *each) for each in ids)
    return {"path": dir.path} | together(*reasons)


def not_in_caller(current: Task, kind: IdKind, id: int) -> Reason:
    """An id as the caller wrote it that its user namespace has no row for."""
    return not_down("caller", current.cred.user_ns, kind, id)


def no_cap(current: Task, ns: UserNamespace, cap: Cap) -> Reason:
    """Why a capability that does not count over a user namespace does not."""
    held = current.cred.cap_effective >> cap & 1
    whose = "the initial namespace" if ns is init_user_ns else ns.name
    why = f"not over {whose}" if held else "not held"
    return {"cap": CAP_NAMES[cap], "cap_why": why}


def no_cap_over(
    current: Task, idmap: MntIdmap, inode: Inode, cap: Cap, kinds: tuple[IdKind, ...] = _KINDS
) -> Reason:
    """Why a capability does not count over an inode: not held, or an id of it without a row.

    ``kinds`` says which of the inode's ids have to be mapped for it.  Where it counts over this
    inode no capability is named.
    """
    reason: Reason = {"path": inode.path, "cap": CAP_NAMES[cap]}
    if not current.cred.cap_effective >> cap & 1:
        return reason | {"cap_why": "not held"}
    lacking = {kind: no_row for kind in kinds if (no_row := _no_name(current, idmap, inode, kind))}
    if not lacking:
        ids = {"uid": inode.i_uid, "gid": inode.i_gid}
        nobody = " and no ".join(_OWNER[kind] for kind in kinds if ids[kind] == INVALID)
        return reason | {"cap_why": f"it has no {nobody}"} if nobody else {"path": inode.path}
    missing = together(*lacking.values())
    whose = " and ".join(_OWNER[kind] for kind in lacking)
    have = "has" if len(lacking) == 1 else "have"
    return reason | missing | {"cap_why": f"{whose} {have} no row in {_WHERE[missing['map'].of]}"}


def group_or_others(current: Task, idmap: MntIdmap, inode: Inode) -> str:
    """Whose mode bits a caller that is not the owner has to go by.

    The kernel asks for the group only where its bits differ from the others' in what is wanted.
    """
    groups = current.cred.fsgid, *current.cred.groups
    return "the group" if _seen(idmap, inode, "gid") in groups else "others"


def not_for_the_bits(current: Task, idmap: MntIdmap, inode: Inode, want: int) -> Reason:
    """Which id that mode bits or an ACL grant something is nobody through the mount, if any."""
    if not is_valid_mnt_idmap(idmap) or _seen(idmap, inode, "uid") == current.cred.fsuid:
        return {}
    mode, granted = inode.i_mode, list[tuple[IdKind, int]]([("uid", inode.i_uid)])
    if inode.i_acl is not None and mode & S_IRWXG:
        granted += [
            (_TAGS[tag], id) for tag, id, _ in inode.i_acl if tag in _TAGS and id is not None
        ]
    if inode.i_acl is not None or want & (mode ^ mode >> 3):
        granted.append(("gid", inode.i_gid))
    reasons = (not_through_mount(current, idmap, inode.i_sb, *each) for each in granted)
    return next(filter(None, reasons), {})


def _no_name(current: Task, idmap: MntIdmap, inode: Inode, kind: IdKind) -> Reason:
    """An id of an inode that the caller's namespace has no id for; empty if it has."""
    kid = inode.i_uid if kind == "uid" else inode.i_gid
    if missing := not_through_mount(current, idmap, inode.i_sb, kind, kid):
        return missing
    seen, ns = _seen(idmap, inode, kind), current.cred.user_ns
    if seen is None or _up(ns, kind, seen) is not None:
        return {}
    return not_up("caller", ns, kind, seen)


def _seen(idmap: MntIdmap, inode: Inode, kind: IdKind) -> int | None:
    """An id of an inode as seen through the mount."""
    kid, fs = inode.i_uid if kind == "uid" else inode.i_gid, inode.i_sb.s_user_ns
    if not is_valid_mnt_idmap(idmap):
        return kid
    on_disk = kid if fs is init_user_ns else _up(fs, kind, kid)
    return None if on_disk is None else _down(idmap, kind, on_disk)
