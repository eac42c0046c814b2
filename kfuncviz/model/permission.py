# SPDX-License-Identifier: BSD-3-Clause
"""
May this task read, write, search it?
=====================================

Owner, ACL, group and other bits decide; capabilities may override where both ids of the inode are
mapped; and nobody writes to an inode with an unmapped owner or group.

Mirrors the first part of ``fs/namei.c`` and ``posix_acl_permission()``; semantics section 7.
"""

from __future__ import annotations

from stat import S_ISREG

from kfuncviz.model.capability import CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import (
    MNT_NOEXEC,
    MNT_READONLY,
    S_IRWXG,
    S_ISVTX,
    S_IXUGO,
    Inode,
    PosixAcl,
    VfsMount,
    has_unmapped_id,
    i_gid_into_vfsgid,
    i_uid_into_vfsuid,
)
from kfuncviz.model.inode import capable_wrt_inode_uidgid
from kfuncviz.model.mnt_idmapping import MntIdmap, make_vfsgid, make_vfsuid, vfsgid_in_group_p
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import kgid_t, kuid_t, vfsuid_eq_kuid

SOURCE = "fs/namei.c"

MAY_EXEC, MAY_WRITE, MAY_READ = 1, 2, 4
_RWX = {4: "read", 2: "write", 1: "execute"}


def _wanted(want: int) -> str:
    return "/".join(word for bit, word in _RWX.items() if want & bit)


@traced("11")
def posix_acl_permission(
    current: Task, idmap: MntIdmap, inode: Inode, acl: PosixAcl, want: int
) -> None:
    """Whether an ACL grants what is wanted; raises EACCES.

    Entries hold kernel ids and are mapped through the mount one by one; an entry the mount does
    not map matches nobody.
    """
    fs_userns = inode.i_sb.s_user_ns
    in_a_group = False
    for entry in acl:
        granted = (entry.perm & want) == want
        if entry.tag == "user_obj":
            if vfsuid_eq_kuid(i_uid_into_vfsuid(idmap, inode), current.cred.fsuid):
                return _grant(granted, want, "the owner's entry")
        elif entry.tag == "user":
            vfsuid = make_vfsuid(idmap, fs_userns, kuid_t(entry.id or 0))
            if vfsuid_eq_kuid(vfsuid, current.cred.fsuid):
                return _grant(_masked(acl, entry.perm, want), want, "the user's entry")
        elif entry.tag in ("group_obj", "group"):
            vfsgid = (
                i_gid_into_vfsgid(idmap, inode)
                if entry.tag == "group_obj"
                else make_vfsgid(idmap, fs_userns, kgid_t(entry.id or 0))
            )
            if vfsgid_in_group_p(current, vfsgid):
                in_a_group = True
                if granted:
                    return _grant(_masked(acl, entry.perm, want), want, "the group's entry")
        elif entry.tag == "other":
            if in_a_group:
                raise KernelError(
                    "EACCES", f"no group entry of the ACL grants {_wanted(want)} to this task"
                )
            return _grant(granted, want, "the entry for others")
    return None


def _masked(acl: PosixAcl, perm: int, want: int) -> bool:
    mask = next((entry.perm for entry in acl if entry.tag == "mask"), 7)
    return perm & mask & want == want


def _grant(granted: bool, want: int, which: str) -> None:
    if not granted:
        raise KernelError("EACCES", f"{which} of the ACL does not grant {_wanted(want)}")


@traced("7.1")
def acl_permission_check(current: Task, idmap: MntIdmap, inode: Inode, mask: int) -> None:
    """What mode bits and ACL say, without capabilities; raises EACCES.

    An owner or group that the mount does not map matches nobody: such inodes are judged by the
    bits for others.
    """
    want = mask & 7
    mode = inode.i_mode
    if not want * 0o111 & ~mode and inode.i_acl is None:
        return
    if vfsuid_eq_kuid(i_uid_into_vfsuid(idmap, inode), current.cred.fsuid):
        if want & ~(mode >> 6):
            raise KernelError("EACCES", f"the owner's mode bits do not grant {_wanted(want)}")
        return
    if inode.i_acl is not None and mode & S_IRWXG:
        posix_acl_permission(current, idmap, inode, inode.i_acl, want)
        return
    who = "others"
    if want & (mode ^ mode >> 3) and vfsgid_in_group_p(current, i_gid_into_vfsgid(idmap, inode)):
        mode >>= 3
        who = "the group"
    if want & ~mode:
        raise KernelError("EACCES", f"the mode bits for {who} do not grant {_wanted(want)}")


@traced("7.2")
def generic_permission(current: Task, idmap: MntIdmap, inode: Inode, mask: int) -> None:
    """Mode bits and ACL, or else a capability that counts over this inode; raises EACCES."""
    try:
        acl_permission_check(current, idmap, inode, mask)
    except KernelError:
        if not _overridden(current, idmap, inode, mask & 7):
            raise


def _overridden(current: Task, idmap: MntIdmap, inode: Inode, want: int) -> bool:
    read_only = not want & MAY_WRITE if inode.is_dir else want == MAY_READ
    if read_only and capable_wrt_inode_uidgid(current, idmap, inode, CAP_DAC_READ_SEARCH):
        return True
    if inode.is_dir or not want & MAY_EXEC or inode.i_mode & S_IXUGO:
        return capable_wrt_inode_uidgid(current, idmap, inode, CAP_DAC_OVERRIDE)
    return False


@traced("7.3")
def inode_permission(current: Task, idmap: MntIdmap, inode: Inode, mask: int) -> None:
    """Whether the task may do this with the inode; raises EROFS, EPERM or EACCES.

    Nothing with an owner or group that the mount does not map can be written to, whatever its mode
    says and whoever asks: there would be no id to write back.
    """
    if mask & MAY_WRITE:
        if inode.i_sb.rdonly and (inode.is_dir or S_ISREG(inode.i_mode) or inode.is_symlink):
            raise KernelError("EROFS", "the filesystem is read-only")
        if inode.immutable:
            raise KernelError("EPERM", "the inode is immutable")
        if has_unmapped_id(idmap, inode):
            raise KernelError("EACCES", "the mount has no id for its owner or group: no writing")
    generic_permission(current, idmap, inode, mask)


@traced("7.4")
def check_sticky(current: Task, idmap: MntIdmap, dir: Inode, inode: Inode) -> None:
    """In a sticky directory only the file's or directory's owner, or CAP_FOWNER; raises EPERM."""
    if not dir.i_mode & S_ISVTX:
        return
    fsuid = current.cred.fsuid
    if vfsuid_eq_kuid(i_uid_into_vfsuid(idmap, inode), fsuid):
        return
    if vfsuid_eq_kuid(i_uid_into_vfsuid(idmap, dir), fsuid):
        return
    if not capable_wrt_inode_uidgid(current, idmap, inode, CAP_FOWNER):
        raise KernelError("EPERM", "sticky directory: neither owner nor CAP_FOWNER over the file")


@traced("7.3")
def mnt_want_write(mnt: VfsMount) -> None:
    """Whether anything may be changed through this mount; EROFS if it is read-only."""
    if mnt.mnt_flags & MNT_READONLY:
        raise KernelError("EROFS", "the mount is read-only")


def path_noexec(mnt: VfsMount) -> bool:
    """Whether nothing may be executed through this mount."""
    return bool(mnt.mnt_flags & MNT_NOEXEC)
