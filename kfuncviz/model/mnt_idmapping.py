# SPDX-License-Identifier: BSD-3-Clause
"""
Mount idmappings: kuid to vfsuid and back
=========================================

A mount may carry an idmapping.  :func:`make_vfsuid` says who an inode's owner is when seen through
the mount, :func:`from_vfsuid` which owner would be stored for an id seen there.  A mount without
one has ``nop_mnt_idmap``: every number passes, unchecked.

Mirrors ``fs/mnt_idmapping.c`` and ``include/linux/mnt_idmapping.h``; semantics sections 4 and 5.
"""

from __future__ import annotations

from kfuncviz.model.cred import Task, in_group_p
from kfuncviz.model.errors import KernelError, MapSeen
from kfuncviz.model.idmap import IdMap, map_id_down, map_id_up
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import (
    INVALID,
    INVALID_GID,
    INVALID_UID,
    INVALID_VFSGID,
    INVALID_VFSUID,
    gid_t,
    kgid_t,
    kuid_t,
    uid_t,
    vfsgid_into_kgid,
    vfsgid_t,
    vfsuid_t,
)
from kfuncviz.model.user_namespace import (
    UserNamespace,
    from_kgid,
    from_kuid,
    init_user_ns,
    make_kgid,
    make_kuid,
)


class MntIdmap:
    """struct mnt_idmap: the two maps a mount translates owners with.

    Column 1 of a row is the id in the filesystem, column 2 the id seen through the mount.
    """

    __slots__ = ("__weakref__", "gid_map", "name", "uid_map")

    def __init__(self, name: str, uid_map: IdMap, gid_map: IdMap) -> None:
        self.name = name
        self.uid_map = uid_map
        self.gid_map = gid_map

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"MntIdmap({self.name!r}, {self.uid_map!r}, {self.gid_map!r})"


#: "Not idmapped": the identity on every number, without any range check.
nop_mnt_idmap = MntIdmap("nop_mnt_idmap", IdMap(), IdMap())
#: Maps everything to nothing; used inside the kernel only (6.12), no mount carries it.
invalid_mnt_idmap = MntIdmap("invalid_mnt_idmap", IdMap(), IdMap())


def is_valid_mnt_idmap(idmap: MntIdmap) -> bool:
    """Whether this really maps, i.e. is neither the nop nor the invalid idmap."""
    return idmap is not nop_mnt_idmap and idmap is not invalid_mnt_idmap


@traced("4", "fs/mnt_idmapping.c")
def alloc_mnt_idmap(current: Task, ns: UserNamespace) -> MntIdmap:
    """The mount idmapping a user namespace's maps make.

    Since 6.9 both maps must be written (EINVAL); before, an unwritten one mapped nothing.
    """
    # user_namespaces(7): until a map is written, no id of the namespace means anything outside.
    # Refused since commit dacfd001eaf2 ("fs/mnt_idmapping.c: Return -EINVAL when no map is
    # written") (in v6.9); before, such a mount showed every owner as nobody.
    if not (ns.uid_map and ns.gid_map) and current.since("unwritten_einval"):
        kind = "gid" if ns.uid_map else "uid"
        raise KernelError(
            "EINVAL",
            f"the {kind}_map of {ns.name} was never written",
            kind=kind,
            map=MapSeen("mount", ns.name, kind, ()),
        )
    return MntIdmap(ns.name, ns.uid_map, ns.gid_map)


@traced("5", "fs/mnt_idmapping.c")
def make_vfsuid(idmap: MntIdmap, fs_userns: UserNamespace, kuid: kuid_t) -> vfsuid_t:
    """Who the owner ``kuid`` of an inode is when seen through the mount; -1 if nobody.

    >>> idmap = MntIdmap("m", IdMap("0 10000 1000"), IdMap("0 10000 1000"))
    >>> make_vfsuid(idmap, init_user_ns, kuid_t(5)), make_vfsuid(idmap, init_user_ns, kuid_t(5000))
    (10005, 4294967295)
    """
    if idmap is nop_mnt_idmap:
        return vfsuid_t(kuid)
    if idmap is invalid_mnt_idmap:
        return INVALID_VFSUID
    uid = uid_t(kuid) if fs_userns is init_user_ns else from_kuid(fs_userns, kuid)
    if uid == INVALID:
        return INVALID_VFSUID
    return vfsuid_t(map_id_down(idmap.uid_map, uid))


@traced("5", "fs/mnt_idmapping.c")
def make_vfsgid(idmap: MntIdmap, fs_userns: UserNamespace, kgid: kgid_t) -> vfsgid_t:
    """Which group ``kgid`` of an inode is when seen through the mount; -1 if none."""
    if idmap is nop_mnt_idmap:
        return vfsgid_t(kgid)
    if idmap is invalid_mnt_idmap:
        return INVALID_VFSGID
    gid = gid_t(kgid) if fs_userns is init_user_ns else from_kgid(fs_userns, kgid)
    if gid == INVALID:
        return INVALID_VFSGID
    return vfsgid_t(map_id_down(idmap.gid_map, gid))


@traced("5", "fs/mnt_idmapping.c")
def from_vfsuid(idmap: MntIdmap, fs_userns: UserNamespace, vfsuid: vfsuid_t) -> kuid_t:
    """Which kuid the filesystem would store for an id seen through the mount; -1 if none.

    >>> idmap = MntIdmap("m", IdMap("0 10000 1000"), IdMap("0 10000 1000"))
    >>> from_vfsuid(idmap, init_user_ns, vfsuid_t(10005))
    5
    """
    if idmap is nop_mnt_idmap:
        return kuid_t(vfsuid)
    if idmap is invalid_mnt_idmap:
        return INVALID_UID
    uid = map_id_up(idmap.uid_map, vfsuid)
    if uid == INVALID:
        return INVALID_UID
    return kuid_t(uid) if fs_userns is init_user_ns else make_kuid(fs_userns, uid_t(uid))


@traced("5", "fs/mnt_idmapping.c")
def from_vfsgid(idmap: MntIdmap, fs_userns: UserNamespace, vfsgid: vfsgid_t) -> kgid_t:
    """Which kgid the filesystem would store for a group seen through the mount; -1 if none."""
    if idmap is nop_mnt_idmap:
        return kgid_t(vfsgid)
    if idmap is invalid_mnt_idmap:
        return INVALID_GID
    gid = map_id_up(idmap.gid_map, vfsgid)
    if gid == INVALID:
        return INVALID_GID
    return kgid_t(gid) if fs_userns is init_user_ns else make_kgid(fs_userns, gid_t(gid))


@traced("5", "include/linux/mnt_idmapping.h")
def vfsuid_has_fsmapping(idmap: MntIdmap, fs_userns: UserNamespace, vfsuid: vfsuid_t) -> bool:
    """Whether the filesystem could store this id.

    On a mount without idmapping true for every valid number, even if ``fs_userns`` has no id for
    it (semantics 9.2).
    """
    return from_vfsuid(idmap, fs_userns, vfsuid) != INVALID


@traced("5", "include/linux/mnt_idmapping.h")
def vfsgid_has_fsmapping(idmap: MntIdmap, fs_userns: UserNamespace, vfsgid: vfsgid_t) -> bool:
    """Whether the filesystem could store this group."""
    return from_vfsgid(idmap, fs_userns, vfsgid) != INVALID


@traced("5", "include/linux/mnt_idmapping.h")
def vfsuid_has_mapping(userns: UserNamespace, vfsuid: vfsuid_t) -> bool:
    """Whether this user namespace has a uid for the id seen through the mount."""
    return from_kuid(userns, kuid_t(vfsuid)) != INVALID


@traced("5", "include/linux/mnt_idmapping.h")
def vfsgid_has_mapping(userns: UserNamespace, vfsgid: vfsgid_t) -> bool:
    """Whether this user namespace has a gid for the group seen through the mount."""
    return from_kgid(userns, kgid_t(vfsgid)) != INVALID


@traced("5", "fs/mnt_idmapping.c")
def vfsgid_in_group_p(current: Task, vfsgid: vfsgid_t) -> bool:
    """Whether the current task is in the group seen through the mount."""
    return in_group_p(current, vfsgid_into_kgid(vfsgid))


@traced("5", "include/linux/mnt_idmapping.h")
def mapped_fsuid(current: Task, idmap: MntIdmap, fs_userns: UserNamespace) -> kuid_t:
    """The owner that something created by the current task gets on disk; -1 if it cannot."""
    return from_vfsuid(idmap, fs_userns, vfsuid_t(current.cred.fsuid))


@traced("5", "include/linux/mnt_idmapping.h")
def mapped_fsgid(current: Task, idmap: MntIdmap, fs_userns: UserNamespace) -> kgid_t:
    """The group that something created by the current task gets on disk; -1 if it cannot."""
    return from_vfsgid(idmap, fs_userns, vfsgid_t(current.cred.fsgid))
