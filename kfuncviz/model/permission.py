# SPDX-License-Identifier: BSD-3-Clause
"""
May this task read, write, search it?
=====================================

Owner, ACL, group and other bits decide; capabilities may override where both ids of the inode are
mapped; and nobody writes to an inode with an unmapped owner or group.

Mirrors the first part of ``fs/namei.c``; semantics section 7.
"""

from __future__ import annotations

from stat import S_ISREG

from kfuncviz.model.access import (
    MAY_ALL,
    MAY_EXEC,
    MAY_READ,
    MAY_WRITE,
    MayMask,
    in_words,
)
from kfuncviz.model.capability import CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER, Cap
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import (
    MNT_NOEXEC,
    MNT_READONLY,
    S_IRWXG,
    S_ISVTX,
    S_IXUGO,
    Inode,
    VfsMount,
    has_unmapped_id,
    i_gid_into_vfsgid,
    i_uid_into_vfsuid,
)
from kfuncviz.model.inode import capable_wrt_inode_uidgid
from kfuncviz.model.mnt_idmapping import MntIdmap, vfsgid_in_group_p
from kfuncviz.model.posix_acl import posix_acl_permission
from kfuncviz.model.reasons import group_or_others, no_cap_over, not_for_the_bits, unmapped_owner
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import vfsuid_eq_kuid


@traced("7.1", "fs/namei.c")
def acl_permission_check(current: Task, idmap: MntIdmap, inode: Inode, mask: MayMask) -> None:
    """What mode bits and ACL say, without capabilities; raises EACCES.

    An owner or group that the mount does not map matches nobody: such inodes are judged by the
    bits for others.
    """
    want = mask & MAY_ALL
    mode = inode.i_mode
    if not want * S_IXUGO & ~mode and inode.i_acl is None:
        return
    # path_resolution(7): the owner's bits if the caller is the owner, else the group's if it is in
    # the group, else the others'; whichever applies decides alone.
    if vfsuid_eq_kuid(i_uid_into_vfsuid(idmap, inode), current.cred.fsuid):
        if want & ~(mode >> 6):
            raise KernelError(
                "EACCES", f"the owner's mode bits do not grant {in_words(want)}", path=inode.path
            )
        return
    if inode.i_acl is not None and mode & S_IRWXG:
        posix_acl_permission(current, idmap, inode, inode.i_acl, want)
        return
    if want & (mode ^ mode >> 3) and vfsgid_in_group_p(current, i_gid_into_vfsgid(idmap, inode)):
        mode >>= 3
    if want & ~mode:
        who = group_or_others(current, idmap, inode)
        rule = f"the mode bits for {who} do not grant {in_words(want)}"
        raise KernelError("EACCES", rule, path=inode.path)


@traced("7.2", "fs/namei.c")
def generic_permission(current: Task, idmap: MntIdmap, inode: Inode, mask: MayMask) -> None:
    """Mode bits and ACL, or else a capability that counts over this inode; raises EACCES."""
    try:
        acl_permission_check(current, idmap, inode, mask)
    except KernelError as error:
        want = mask & MAY_ALL
        if not _overridden(current, idmap, inode, want):
            caps = _overriding(inode, want)
            held = [cap for cap in caps if current.cred.cap_effective >> cap & 1]
            for cap in (held or caps)[-1:]:
                error.explain(no_cap_over(current, idmap, inode, cap))
            if error.id is None:
                error.explain(not_for_the_bits(current, idmap, inode, want))
            raise


def _overridden(current: Task, idmap: MntIdmap, inode: Inode, want: MayMask) -> bool:
    return any(
        capable_wrt_inode_uidgid(current, idmap, inode, cap) for cap in _overriding(inode, want)
    )


def _overriding(inode: Inode, want: MayMask) -> list[Cap]:
    """The capabilities that would override a refusal, in the order they are asked for."""
    # capabilities(7): CAP_DAC_READ_SEARCH reads anything and searches any directory;
    # CAP_DAC_OVERRIDE writes too, and executes what somebody may execute.
    caps = []
    if not want & MAY_WRITE if inode.is_dir else want == MAY_READ:
        caps.append(CAP_DAC_READ_SEARCH)
    if inode.is_dir or not want & MAY_EXEC or inode.i_mode & S_IXUGO:
        caps.append(CAP_DAC_OVERRIDE)
    return caps


@traced("7.3", "fs/namei.c")
def inode_permission(current: Task, idmap: MntIdmap, inode: Inode, mask: MayMask) -> None:
    """Whether the task may do this with the inode; raises EROFS, EPERM or EACCES.

    Nothing with an owner or group that the mount does not map can be written to, whatever its mode
    says and whoever asks: there would be no id to write back.
    """
    if mask & MAY_WRITE:
        if inode.i_sb.rdonly and (inode.is_dir or S_ISREG(inode.i_mode) or inode.is_symlink):
            raise KernelError("EROFS", "the filesystem is read-only", path=inode.path)
        if inode.immutable:
            raise frozen(inode)
        if has_unmapped_id(idmap, inode):
            raise KernelError(
                "EACCES",
                "the mount has no id for its owner or group: no writing",
                **unmapped_owner(current, idmap, inode),
            )
    generic_permission(current, idmap, inode, mask)


@traced("7.4", "include/linux/fs.h")
def check_sticky(current: Task, idmap: MntIdmap, dir: Inode, inode: Inode) -> None:
    """In a sticky directory only the file's or directory's owner, or CAP_FOWNER; raises EPERM."""
    # inode(7), restricted deletion: only who owns the file or the directory, or CAP_FOWNER.
    if not dir.i_mode & S_ISVTX:
        return
    fsuid = current.cred.fsuid
    if vfsuid_eq_kuid(i_uid_into_vfsuid(idmap, inode), fsuid):
        return
    if vfsuid_eq_kuid(i_uid_into_vfsuid(idmap, dir), fsuid):
        return
    if not capable_wrt_inode_uidgid(current, idmap, inode, CAP_FOWNER):
        raise KernelError(
            "EPERM",
            "sticky directory: neither owner nor CAP_FOWNER over the file",
            **no_cap_over(current, idmap, inode, CAP_FOWNER),
        )


@traced("7.3", "fs/namespace.c")
def mnt_want_write(mnt: VfsMount) -> None:
    """Whether anything may be changed through this mount; EROFS if it is read-only."""
    if mnt.mnt_flags & MNT_READONLY:
        raise KernelError("EROFS", "the mount is read-only")
    if mnt.mnt_sb.rdonly:
        raise KernelError("EROFS", "the filesystem is read-only")


def frozen(inode: Inode) -> KernelError:
    """The refusal of what neither an immutable nor an append-only inode suffers: EPERM.

    >>> from kfuncviz.model.fs import SuperBlock
    >>> str(frozen(SuperBlock().s_root).rule)
    'the inode is append-only'
    """
    flag = "immutable" if inode.immutable else "append-only"
    return KernelError("EPERM", f"the inode is {flag}", path=inode.path)


def path_noexec(mnt: VfsMount) -> bool:
    """Whether nothing may be executed through this mount."""
    return mnt.mnt_flags & MNT_NOEXEC != 0
