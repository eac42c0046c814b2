# SPDX-License-Identifier: BSD-3-Clause
"""
Owner or capable, and who owns what is new
==========================================

The questions ``fs/inode.c`` answers: may this task act as the inode's owner, does a capability
count over this inode, is it in the group, and which owner and mode does a new inode get.

Mirrors ``fs/inode.c``, ``kernel/capability.c`` and ``mode_strip_sgid()``; semantics sections 6, 8.5
and 10.
"""

from __future__ import annotations

from stat import S_IFMT, S_ISDIR

from kfuncviz.model.capability import CAP_FOWNER, CAP_FSETID, Cap
from kfuncviz.model.cred import Task, ns_capable
from kfuncviz.model.fs import (
    S_IALLUGO,
    S_ISGID,
    S_IXGRP,
    Inode,
    i_gid_into_vfsgid,
    i_uid_into_vfsuid,
)
from kfuncviz.model.mnt_idmapping import (
    MntIdmap,
    mapped_fsgid,
    mapped_fsuid,
    vfsgid_has_mapping,
    vfsgid_in_group_p,
    vfsuid_has_mapping,
)
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import umode_t, vfsgid_t, vfsuid_eq_kuid
from kfuncviz.model.user_namespace import UserNamespace


@traced("6", "fs/inode.c")
def inode_owner_or_capable(current: Task, idmap: MntIdmap, inode: Inode) -> bool:
    """Whether the task is the owner seen through the mount, or has CAP_FOWNER over it.

    Only the *uid* has to be mapped for the capability to count.
    """
    vfsuid = i_uid_into_vfsuid(idmap, inode)
    if vfsuid_eq_kuid(vfsuid, current.cred.fsuid):
        return True
    ns = current.cred.user_ns
    return vfsuid_has_mapping(ns, vfsuid) and ns_capable(current, ns, CAP_FOWNER)


@traced("6", "kernel/capability.c")
def privileged_wrt_inode_uidgid(ns: UserNamespace, idmap: MntIdmap, inode: Inode) -> bool:
    """Whether the namespace has ids for both the owner and the group seen through the mount."""
    return vfsuid_has_mapping(ns, i_uid_into_vfsuid(idmap, inode)) and vfsgid_has_mapping(
        ns, i_gid_into_vfsgid(idmap, inode)
    )


@traced("6", "kernel/capability.c")
def capable_wrt_inode_uidgid(current: Task, idmap: MntIdmap, inode: Inode, cap: Cap) -> bool:
    """Whether a capability counts over this inode: both of its ids must be mapped.

    An owner or group the mount does not map is mapped in no namespace, so not even init root has
    capabilities over such an inode.
    """
    ns = current.cred.user_ns
    return ns_capable(current, ns, cap) and privileged_wrt_inode_uidgid(ns, idmap, inode)


@traced("6", "fs/inode.c")
def in_group_or_capable(current: Task, idmap: MntIdmap, inode: Inode, vfsgid: vfsgid_t) -> bool:
    """Whether setgid may stay: in the group, or CAP_FSETID over the inode."""
    return vfsgid_in_group_p(current, vfsgid) or capable_wrt_inode_uidgid(
        current, idmap, inode, CAP_FSETID
    )


@traced("10", "fs/inode.c")
def mode_strip_sgid(current: Task, idmap: MntIdmap, dir: Inode, mode: umode_t) -> umode_t:
    """The mode for something new in ``dir``: a non-member cannot make a setgid executable there."""
    if (mode & (S_ISGID | S_IXGRP)) != (S_ISGID | S_IXGRP):
        return mode
    if S_ISDIR(mode) or not dir.i_mode & S_ISGID:
        return mode
    if in_group_or_capable(current, idmap, dir, i_gid_into_vfsgid(idmap, dir)):
        return mode
    return mode & ~S_ISGID


def vfs_prepare_mode(
    current: Task, idmap: MntIdmap, dir: Inode, mode: umode_t, mask_perms: int, type: int
) -> umode_t:
    """The mode of something new after setgid stripping, reduced to the bits allowed here.

    The umask is applied later where the filesystem has ACLs (:mod:`.posix_acl`), else here.
    """
    mode = mode_strip_sgid(current, idmap, dir, mode)
    if not dir.i_sb.s_posixacl:
        mode &= ~current.umask
    return mode & mask_perms & S_IALLUGO | S_IFMT(type)


@traced("6", "fs/inode.c")
def inode_init_owner(
    current: Task, idmap: MntIdmap, inode: Inode, dir: Inode, mode: umode_t
) -> None:
    """Give a new inode its owner, group and mode.

    The owner is the caller's fsuid mapped back through the mount.  In a setgid directory the group
    is the directory's *kernel* id, copied without any mapping.
    """
    sb = inode.i_sb
    inode.i_uid = mapped_fsuid(current, idmap, sb.s_user_ns)
    if dir.i_mode & S_ISGID:
        inode.i_gid = dir.i_gid
        if S_ISDIR(mode):
            mode |= S_ISGID
    else:
        inode.i_gid = mapped_fsgid(current, idmap, sb.s_user_ns)
    inode.i_mode = mode
