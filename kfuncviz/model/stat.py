# SPDX-License-Identifier: BSD-3-Clause
"""
stat: which owner a process is shown
====================================

i_uid, through the mount, into the caller's user namespace; and where there is no id, the overflow
id, which is indistinguishable from a real 65534.

Mirrors ``generic_fillattr()`` and ``cp_new_stat()`` of ``fs/stat.c``; semantics section 14.
"""

from __future__ import annotations

from stat import S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG, S_IFSOCK
from typing import NamedTuple

from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import (
    S_IALLUGO,
    Inode,
    Path,
    file_type,
    i_gid_into_vfsgid,
    i_uid_into_vfsuid,
)
from kfuncviz.model.mnt_idmapping import MntIdmap
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import (
    INVALID,
    kgid_t,
    kuid_t,
    umode_t,
    vfsgid_into_kgid,
    vfsgid_t,
    vfsuid_into_kuid,
    vfsuid_t,
)
from kfuncviz.model.user_namespace import from_kgid_munged, from_kuid_munged

TYPE_NAMES = {
    S_IFREG: "file",
    S_IFDIR: "dir",
    S_IFLNK: "symlink",
    S_IFIFO: "fifo",
    S_IFSOCK: "sock",
    S_IFCHR: "chr",
    S_IFBLK: "blk",
}


def _id(vfsid: int) -> str:
    return "-1" if vfsid == INVALID else str(vfsid)


class Kstat(NamedTuple):
    """struct kstat: ids as seen through the mount, not yet the caller's."""

    uid: vfsuid_t
    gid: vfsgid_t
    mode: umode_t
    nlink: int
    size: int

    def __str__(self) -> str:
        return f"{{uid=v{_id(self.uid)} gid=v{_id(self.gid)} mode=0{self.mode:o}}}"


class Stat(NamedTuple):
    """struct stat: ids as the caller reads them."""

    uid: int
    gid: int
    mode: umode_t
    type: str
    nlink: int
    size: int

    def __str__(self) -> str:
        return f"{{uid={self.uid} gid={self.gid} mode=0{self.mode:o} {self.type}}}"


@traced("14", "fs/stat.c")
def generic_fillattr(idmap: MntIdmap, inode: Inode) -> Kstat:
    """The attributes seen through a mount."""
    return Kstat(
        i_uid_into_vfsuid(idmap, inode),
        i_gid_into_vfsgid(idmap, inode),
        inode.i_mode,
        inode.i_nlink,
        inode.i_size,
    )


def shown_ids(current: Task, kuid: kuid_t, kgid: kgid_t) -> tuple[int, int]:
    """uid and gid as the current task is shown them."""
    ns, sysctl = current.cred.user_ns, current.sysctl
    return (
        from_kuid_munged(ns, kuid, sysctl.overflowuid),
        from_kgid_munged(ns, kgid, sysctl.overflowgid),
    )


@traced("14", "fs/stat.c")
def do_readlinkat(path: Path) -> str:
    """readlink(2) of an inode; EINVAL if it is no symlink."""
    if not path.inode.is_symlink:
        raise KernelError("EINVAL", "it is no symlink")
    return path.inode.i_link


@traced("14", "fs/stat.c")
def vfs_statx(current: Task, path: Path) -> Stat:
    """stat(2) of an inode reached through a mount.

    >>> from kfuncviz.model.fs import SuperBlock, VfsMount
    >>> mnt = VfsMount(SuperBlock(root_uid=1000).s_root)
    >>> vfs_statx(Task(), Path(mnt, mnt.mnt_root)).uid
    1000
    """
    kstat = generic_fillattr(path.mnt.mnt_idmap, path.inode)
    uid, gid = shown_ids(current, vfsuid_into_kuid(kstat.uid), vfsgid_into_kgid(kstat.gid))
    return Stat(
        uid, gid, kstat.mode & S_IALLUGO, TYPE_NAMES[file_type(path.inode)], kstat.nlink, kstat.size
    )
