# SPDX-License-Identifier: BSD-3-Clause
"""
Changing content
================

Writing, allocating, copying into and cutting a file take setuid, setgid and file capabilities away,
unless the caller has CAP_FSETID in the initial user namespace (capabilities go all the same).

Mirrors ``fs/read_write.c``, ``fs/open.c`` and ``file_remove_privs()`` of ``fs/inode.c``; semantics
section 10.
"""

from __future__ import annotations

from stat import S_IFCHR, S_ISREG

from kfuncviz.model.access import MAY_WRITE
from kfuncviz.model.attr import Iattr, do_truncate, notify_change, setattr_should_drop_suidgid
from kfuncviz.model.commoncap import need_killpriv
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import MNT_READONLY, File, Path, file_type
from kfuncviz.model.permission import frozen, inode_permission, mnt_want_write
from kfuncviz.model.trace import traced

#: /dev/full takes nothing.
_DEV_FULL = (1, 7)


@traced("10", "fs/inode.c")
def file_remove_privs(current: Task, file: File) -> None:
    """What writing takes away, by the map of the mount the file was opened through."""
    path = file.f_path
    suid, sgid = setattr_should_drop_suidgid(current, path.mnt.mnt_idmap, path.inode)
    priv = need_killpriv(path.inode)
    if suid or sgid or priv:
        kill = Iattr(kill_suid=suid, kill_sgid=sgid, kill_priv=priv, force=True)
        notify_change(current, path.mnt.mnt_idmap, path.inode, kill)


@traced("10", "fs/read_write.c")
def vfs_write(current: Task, file: File, size: int) -> None:
    """write(2) of so many bytes at the start; none at all take nothing away."""
    inode = file.f_inode
    if not S_ISREG(inode.i_mode):
        if file_type(inode) == S_IFCHR and inode.i_rdev == _DEV_FULL:
            raise KernelError("ENOSPC", "/dev/full takes nothing", path=inode.path)
        return
    if size:
        file_remove_privs(current, file)
        inode.i_size = max(inode.i_size, size)
        inode.program = 0


@traced("10", "fs/open.c")
def vfs_fallocate(current: Task, file: File, size: int) -> None:
    """fallocate(2) of the first bytes of a file, which grows if it is shorter."""
    inode = file.f_inode
    if not S_ISREG(inode.i_mode):
        raise KernelError("ENODEV", "only a regular file is allocated", path=inode.path)
    file_remove_privs(current, file)
    inode.i_size = max(inode.i_size, size)


@traced("10", "fs/read_write.c")
def vfs_copy_file_range(current: Task, source: File, target: File) -> int:
    """copy_file_range(2) of a whole file onto the start of another; the bytes that were copied."""
    old, new = source.f_inode, target.f_inode
    if old.is_dir:
        raise KernelError("EISDIR", "a directory has no bytes to copy", path=old.path)
    for inode in (old, new):
        if not S_ISREG(inode.i_mode):
            raise KernelError("EINVAL", "only regular files are copied", path=inode.path)
    size = old.i_size
    if not size:
        return 0
    if old is new:
        raise KernelError("EINVAL", "a file is not copied onto itself", path=old.path)
    file_remove_privs(current, target)
    new.program = max(new.program, size) if old.program == size else old.program
    new.i_size = max(new.i_size, size)
    return size


@traced("10", "fs/open.c")
def vfs_truncate(current: Task, path: Path, length: int) -> None:
    """truncate(2): looks at the type first, where opening a fifo would be ENXIO."""
    inode = path.inode
    if inode.is_dir:
        raise KernelError("EISDIR", "a directory has no length to change", path=inode.path)
    if not S_ISREG(inode.i_mode):
        raise KernelError("EINVAL", "only a regular file has a length to change", path=inode.path)
    try:
        inode_permission(current, path.mnt.mnt_idmap, inode, MAY_WRITE)
    except KernelError:
        # Commit 4acf3bc76e52 ("fsnotify: generate pre-content permission event on truncate") (in
        # v6.14): before, a read-only mount was noticed first.
        readonly = path.mnt.mnt_flags & MNT_READONLY
        if readonly and not current.since("truncate_permission_first"):
            mnt_want_write(path.mnt)
        raise
    mnt_want_write(path.mnt)
    if inode.append:
        raise frozen(inode)
    do_truncate(current, path, length)
