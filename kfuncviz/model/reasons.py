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

from typing import Any

from kfuncviz.model.capability import CAP_NAMES, Cap
from kfuncviz.model.cred import Task, cap_capable
from kfuncviz.model.errors import MapSeen
from kfuncviz.model.fs import Inode, SuperBlock
from kfuncviz.model.mnt_idmapping import MntIdmap, is_valid_mnt_idmap
from kfuncviz.model.uidgid import IdKind
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns

Reason = dict[str, Any]

_KINDS: tuple[IdKind, IdKind] = ("uid", "gid")
_OWNER = {"uid": "owner", "gid": "group"}


def map_of(of: str, holder: MntIdmap | UserNamespace, kind: IdKind) -> MapSeen:
    """The uid or gid map of a mount or a namespace, as a refusal carries it."""
    rows = holder.uid_map if kind == "uid" else holder.gid_map
    return MapSeen(of, holder.name, kind, tuple(rows.rows))


def _down(holder: MntIdmap | UserNamespace, kind: IdKind, id: int) -> int | None:
    extent = (holder.uid_map if kind == "uid" else holder.gid_map).extent_down(id)
    return None if extent is None else id - extent.first + extent.lower_first


def _up(holder: MntIdmap | UserNamespace, kind: IdKind, id: int) -> int | None:
    extent = (holder.uid_map if kind == "uid" else holder.gid_map).extent_up(id)
    return None if extent is None else id - extent.lower_first + extent.first


def _no_name(of: str, ns: UserNamespace, kind: IdKind, kid: int) -> Reason:
    """A kernel id that a namespace has no id for."""
    return {"id": kid, "kind": kind, "map": map_of(of, ns, kind), "missing_row": (None, kid, 1)}


def not_through_mount(idmap: MntIdmap, sb: SuperBlock, kind: IdKind, kid: int) -> Reason:
    """A kernel id of the filesystem that is nobody when seen through the mount; empty if it is."""
    if not is_valid_mnt_idmap(idmap):
        return {}
    on_disk = kid
    if sb.s_user_ns is not init_user_ns:
        inside = _up(sb.s_user_ns, kind, kid)
        if inside is None:
            return _no_name("filesystem", sb.s_user_ns, kind, kid)
        on_disk = inside
    if _down(idmap, kind, on_disk) is not None:
        return {}
    return {"id": on_disk, "kind": kind, "map": map_of("mount", idmap, kind),
            "missing_row": (on_disk, None, 1)}  # fmt: skip


def unmapped_owner(idmap: MntIdmap, inode: Inode) -> Reason:
    """Which id of an inode the mount has no row for: the owner, or else the group."""
    for kind, kid in zip(_KINDS, (inode.i_uid, inode.i_gid), strict=True):
        if reason := not_through_mount(idmap, inode.i_sb, kind, kid):
            return reason | {"path": inode.path}
    return {"path": inode.path}


def not_stored(idmap: MntIdmap, sb: SuperBlock, kind: IdKind, vfsid: int) -> Reason:
    """An id seen through the mount that the filesystem cannot store; empty if it can."""
    id: int | None = vfsid
    if is_valid_mnt_idmap(idmap):
        id = _up(idmap, kind, vfsid)
        if id is None:
            return {"id": vfsid, "kind": kind, "map": map_of("mount", idmap, kind),
                    "missing_row": (None, vfsid, 1)}  # fmt: skip
        if sb.s_user_ns is not init_user_ns and _down(sb.s_user_ns, kind, id) is None:
            return {"id": id, "kind": kind, "map": map_of("filesystem", sb.s_user_ns, kind),
                    "missing_row": (id, None, 1)}  # fmt: skip
        return {}
    if sb.s_user_ns is not init_user_ns and _up(sb.s_user_ns, kind, vfsid) is None:
        return _no_name("filesystem", sb.s_user_ns, kind, vfsid)
    return {}


def caller_not_stored(current: Task, idmap: MntIdmap, dir: Inode) -> Reason:
    """Which of the caller's ids the filesystem cannot store through this mount."""
    cred = current.cred
    for kind, kid in zip(_KINDS, (cred.fsuid, cred.fsgid), strict=True):
        if reason := not_stored(idmap, dir.i_sb, kind, kid):
            return reason | {"path": dir.path}
    return {"path": dir.path}


def not_in_caller(current: Task, kind: IdKind, id: int) -> Reason:
    """An id as the caller wrote it that its user namespace has no row for."""
    return {"id": id, "kind": kind, "map": map_of("caller", current.cred.user_ns, kind),
            "missing_row": (id, None, 1)}  # fmt: skip


def no_cap(current: Task, ns: UserNamespace, cap: Cap) -> Reason:
    """Why a capability does not count over a user namespace; empty if it does."""
    if cap_capable(current.cred, ns, cap):
        return {}
    held = current.cred.cap_effective >> cap & 1
    whose = "the initial namespace" if ns is init_user_ns else ns.name
    why = f"not over {whose}" if held else "not held"
    return {"cap": CAP_NAMES[cap], "cap_why": why}


def no_cap_over(
    current: Task, idmap: MntIdmap, inode: Inode, cap: Cap, kinds: tuple[IdKind, ...] = _KINDS
) -> Reason:
    """Why a capability does not count over an inode: not held, or an id of it without a row.

    ``kinds`` says which of the inode's ids have to be mapped for it.
    """
    ns = current.cred.user_ns
    reason: Reason = {"path": inode.path, "cap": CAP_NAMES[cap]}
    if not current.cred.cap_effective >> cap & 1:
        return reason | {"cap_why": "not held"}
    for kind in kinds:
        kid = inode.i_uid if kind == "uid" else inode.i_gid
        missing = not_through_mount(idmap, inode.i_sb, kind, kid)
        if missing:
            return reason | missing | {"cap_why": f"{_OWNER[kind]} has no row in the mount"}
        if is_valid_mnt_idmap(idmap):
            on_disk = kid if inode.i_sb.s_user_ns is init_user_ns else _up(
                inode.i_sb.s_user_ns, kind, kid)  # fmt: skip
            seen = None if on_disk is None else _down(idmap, kind, on_disk)
        else:
            seen = kid
        if seen is not None and _up(ns, kind, seen) is None:
            why = f"{_OWNER[kind]} has no row in the caller's namespace"
            return reason | _no_name("caller", ns, kind, seen) | {"cap_why": why}
    return reason
