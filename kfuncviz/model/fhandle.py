# SPDX-License-Identifier: BSD-3-Clause
"""
File handles
============

A handle names an inode of a filesystem, whatever the path to it.  Who opens it brings a mount: the
file is opened through that mount, with its idmapping and flags, and no directory on the way is
asked.  That is why it takes CAP_DAC_READ_SEARCH over the initial user namespace; within a user
namespace that the filesystem belongs to only directories may be opened, and only where the
namespace has ids for all that lies between them and the mount's root.

Of a third way in, by CAP_SYS_ADMIN over the namespace that owns the mount's mount namespace,
nothing is modelled: who opens a handle brings a file of a mount of the host's.

Mirrors ``fs/fhandle.c``; semantics section 8.7.
"""

from __future__ import annotations

from kfuncviz.model.capability import CAP_DAC_READ_SEARCH, CAP_SYS_ADMIN
from kfuncviz.model.cred import Task, capable, ns_capable
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import File, Inode, Path, VfsMount
from kfuncviz.model.inode import privileged_wrt_inode_uidgid
from kfuncviz.model.open import Open, do_open
from kfuncviz.model.reasons import no_cap, no_cap_over
from kfuncviz.model.trace import traced
from kfuncviz.model.user_namespace import init_user_ns


@traced("8.7", "fs/fhandle.c")
def may_decode_fh(current: Task, mnt: VfsMount, flags: Open) -> bool:
    """Whether this task may open handles on the mount's filesystem at all; EPERM if not.

    Returns whether the inode and what is above it must have ids in the task's user namespace too.
    """
    # open_by_handle_at(2), EPERM: CAP_DAC_READ_SEARCH over the initial user namespace.
    if capable(current, CAP_DAC_READ_SEARCH):
        return False
    # Commit 620c266f3949 ("fhandle: relax open_by_handle_at() permission checks") (in v6.11).
    if (
        flags & Open.DIRECTORY
        and ns_capable(current, mnt.mnt_sb.s_user_ns, CAP_SYS_ADMIN)
        and ns_capable(current, current.cred.user_ns, CAP_DAC_READ_SEARCH)
        and current.since("handles_in_userns")
    ):
        return True
    raise KernelError(
        "EPERM",
        "needs CAP_DAC_READ_SEARCH over the initial namespace; since 6.11 in one's own for a "
        "directory (O_DIRECTORY), with CAP_SYS_ADMIN over the filesystem's",
        **no_cap(current, init_user_ns, CAP_DAC_READ_SEARCH),
    )


@traced("8.7", "fs/fhandle.c")
def vfs_dentry_acceptable(current: Task, mnt: VfsMount, inode: Inode) -> bool:
    """Whether the task's namespace has ids for a directory and for all above it.

    Above it means up to the mount's root, or to the filesystem's where the mount shows another
    part of it.
    """
    ns, idmap, above = current.cred.user_ns, mnt.mnt_idmap, inode
    while above is not mnt.mnt_root and above is not above.i_parent:
        above = above.i_parent
        if not privileged_wrt_inode_uidgid(ns, idmap, above):
            return False
    # Commit bb585591ebf0 ("fhandle: use more consistent rules for decoding file handle from
    # userns") (in v6.17, and in 6.12.48 and 6.16.8): the directory's own ids were not asked before.
    return privileged_wrt_inode_uidgid(ns, idmap, inode) or not current.since("handle_of_unmapped")


@traced("8.7", "fs/fhandle.c")
def do_handle_open(current: Task, mnt: VfsMount, inode: Inode, flags: Open) -> File:
    """open_by_handle_at(2): open an inode through a mount, by its handle.

    Raises EPERM without the capability, ESTALE where the handle leads to nothing the task's
    namespace may see, ELOOP for a symlink, and then whatever opening raises.
    """
    if may_decode_fh(current, mnt, flags) and not (
        inode.is_dir and vfs_dentry_acceptable(current, mnt, inode)
    ):
        raise KernelError(
            "ESTALE",
            "in a user namespace a handle opens only a directory, and only one that has ids there "
            "itself as all directories above it have",
            **no_cap_over(current, mnt.mnt_idmap, inode, CAP_DAC_READ_SEARCH),
        )
    if flags & Open.PATH:
        if flags & Open.DIRECTORY and not inode.is_dir:
            raise KernelError("ENOTDIR", "it is no directory", path=inode.path)
        return File(Path(mnt, inode))
    if inode.is_symlink:
        raise KernelError("ELOOP", "a symlink is not opened", path=inode.path)
    return do_open(current, Path(mnt, inode), flags)
