# SPDX-License-Identifier: BSD-3-Clause
"""
Opening, creating by open, access(2)
====================================

An open file remembers the mount it was opened through; everything done with it later uses that
mount's idmapping.

Mirrors ``do_open()``, ``may_open()`` and ``lookup_open()`` of ``fs/namei.c`` and ``fs/open.c``;
semantics sections 7 and 8.
"""

from __future__ import annotations

from dataclasses import replace
from enum import IntFlag
from stat import S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG, S_IFSOCK, S_ISREG, S_ISVTX

from kfuncviz.model.access import MAY_ALL, MAY_EXEC, MAY_READ, MAY_WRITE, MayMask
from kfuncviz.model.attr import do_truncate
from kfuncviz.model.capability import CAP_FOWNER
from kfuncviz.model.cred import SECBIT_NO_SETUID_FIXUP, Cred, Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import (
    MNT_NODEV,
    S_IWGRP,
    S_IWOTH,
    File,
    Inode,
    Path,
    VfsMount,
    file_type,
    i_uid_into_vfsuid,
)
from kfuncviz.model.inode import inode_owner_or_capable, vfs_prepare_mode
from kfuncviz.model.lookup import Last, open_last_lookups, user_path_at
from kfuncviz.model.mnt_idmapping import MntIdmap
from kfuncviz.model.namei import d_instantiate, make_inode, may_o_create
from kfuncviz.model.permission import (
    frozen,
    inode_permission,
    mnt_want_write,
    path_noexec,
)
from kfuncviz.model.reasons import no_cap_over
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import uid_t, umode_t, vfsuid_eq, vfsuid_eq_kuid
from kfuncviz.model.user_namespace import init_user_ns, make_kuid

#: include/uapi/linux/major.h
MEM_MAJOR = 1
#: Character devices every machine has: null, zero, full, random, urandom.  What other numbers do
#: depends on the drivers of a machine; the model has none (ENXIO).
_MEMORY_DEVICES = {(MEM_MAJOR, minor) for minor in (3, 5, 7, 8, 9)}


class Open(IntFlag):
    """What open(2) is asked for; ``EXEC`` is how execve opens a program."""

    READ = 1
    WRITE = 2
    TRUNC = 4
    CREAT = 8
    EXCL = 16
    NOATIME = 32
    DIRECTORY = 64
    EXEC = 128
    APPEND = 256
    NOFOLLOW = 512
    PATH = 1024

    def __str__(self) -> str:
        named = type(self).__members__.items()
        return "|".join(name for name, flag in named if flag in self) or "0"


def _acc_mode(flags: Open) -> MayMask:
    mask = MAY_READ if flags & Open.READ else 0
    if flags & (Open.WRITE | Open.TRUNC):
        mask |= MAY_WRITE
    return MAY_EXEC if flags & Open.EXEC else mask


@traced("8.6", "fs/namei.c")
def may_open(current: Task, path: Path, acc_mode: MayMask, flags: Open) -> None:
    """Whether this inode may be opened like this: its type, then permission."""
    inode, idmap = path.inode, path.mnt.mnt_idmap
    kind = file_type(inode)
    if inode.is_symlink:
        raise KernelError("ELOOP", "a symlink is not opened", path=inode.path)
    if inode.is_dir and acc_mode & MAY_WRITE:
        raise KernelError("EISDIR", "a directory is not opened for writing", path=inode.path)
    if kind in (S_IFBLK, S_IFCHR):
        if path.mnt.mnt_flags & MNT_NODEV:
            raise KernelError("EACCES", "nodev mount", path=inode.path)
        if inode.i_sb.s_user_ns is not init_user_ns:
            rule = "no device nodes on a filesystem of a user namespace"
            raise KernelError("EACCES", rule, path=inode.path)
    if acc_mode & MAY_EXEC and (kind != S_IFREG or path_noexec(path.mnt)):
        raise KernelError(
            "EACCES", "only a regular file on a mount without noexec is executed", path=inode.path
        )
    inode_permission(current, idmap, inode, acc_mode)
    # open(2), EPERM: an append-only file is written to with O_APPEND, and never cut.
    if inode.append and (flags & Open.TRUNC or (flags & Open.WRITE and not flags & Open.APPEND)):
        raise frozen(inode)
    # open(2), O_NOATIME: for the owner of the file, or CAP_FOWNER.
    if flags & Open.NOATIME and not inode_owner_or_capable(current, idmap, inode):
        raise KernelError(
            "EPERM",
            "O_NOATIME is for the owner or CAP_FOWNER",
            **no_cap_over(current, idmap, inode, CAP_FOWNER, ("uid",)),
        )


@traced("7.5", "fs/namei.c")
def may_create_in_sticky(current: Task, idmap: MntIdmap, dir: Inode, inode: Inode) -> None:
    """protected_regular and protected_fifos: O_CREAT on what exists in a sticky directory."""
    if not dir.i_mode & S_ISVTX:
        return
    # proc_sys_fs(5), protected_regular and protected_fifos: 1 for directories everybody may write
    # to, 2 for those of a group too.
    level = {
        S_IFREG: current.sysctl.protected_regular,
        S_IFIFO: current.sysctl.protected_fifos,
    }.get(file_type(inode), 1)
    if not level:
        return
    vfsuid = i_uid_into_vfsuid(idmap, inode)
    if vfsuid_eq(vfsuid, i_uid_into_vfsuid(idmap, dir)):
        return
    if vfsuid_eq_kuid(vfsuid, current.cred.fsuid):
        return
    if dir.i_mode & S_IWOTH or (dir.i_mode & S_IWGRP and level >= 2):
        raise KernelError(
            "EACCES",
            "protected_regular/fifos: neither yours nor the directory's",
            path=inode.path,
        )


@traced("8.6", "fs/namei.c")
def do_open(current: Task, path: Path, flags: Open) -> File:
    """Open what is there already."""
    if flags & Open.DIRECTORY and not path.inode.is_dir:
        raise KernelError("ENOTDIR", "it is no directory", path=path.inode.path)
    kind = file_type(path.inode)
    truncating = flags & Open.TRUNC and kind == S_IFREG
    if truncating:
        mnt_want_write(path.mnt)
    may_open(current, path, _acc_mode(flags), flags)
    if kind == S_IFSOCK:
        raise KernelError("ENXIO", "a socket is not opened but connected to", path=path.inode.path)
    alone = not path.inode.readers
    if kind == S_IFIFO and alone and flags & Open.WRITE and not flags & Open.READ:
        rule = "a fifo without a reader is not opened for writing"
        raise KernelError("ENXIO", rule, path=path.inode.path)
    if kind in (S_IFBLK, S_IFCHR) and not _has_driver(path.inode):
        raise KernelError("ENXIO", "no driver for this device number", path=path.inode.path)
    if flags & Open.WRITE and kind == S_IFREG:
        mnt_want_write(path.mnt)
    if truncating:
        do_truncate(current, path, 0)
    return File(path)


def keep_open(file: File, flags: Open) -> None:
    """Leave a file open: while it is for writing, its mount is busy and the file is not run."""
    if flags & Open.WRITE and S_ISREG(file.f_inode.i_mode):
        file.f_path.mnt.writers += 1
        file.f_inode.i_writecount += 1


def _has_driver(inode: Inode) -> bool:
    return file_type(inode) == S_IFCHR and inode.i_rdev in _MEMORY_DEVICES


@traced("8.6", "fs/open.c")
def do_sys_open(
    current: Task, mnt: VfsMount, path: str, flags: Open, mode: umode_t = 0o644
) -> File:
    """openat(2) relative to a mount's root.

    With CREAT the caller's ids matter only if the file does not exist (semantics 8.1); with PATH
    the file is found and nothing is asked of it, whatever else the flags say.
    """
    follow = not flags & Open.NOFOLLOW
    if flags & Open.PATH:
        directory = Open.DIRECTORY in flags
        return File(user_path_at(current, mnt, path, follow=follow, directory=directory))
    if not flags & Open.CREAT:
        return do_open(current, user_path_at(current, mnt, path, follow=follow), flags)
    follow = follow and not flags & Open.EXCL
    last, found = open_last_lookups(current, mnt, path, follow=follow)
    if found is None:
        return _lookup_open(current, last, mode)
    if flags & Open.EXCL:
        raise KernelError("EEXIST", f"{path!r} exists", path=found.inode.path)
    if found.inode.is_dir:
        raise KernelError("EISDIR", f"{path!r} is a directory", path=found.inode.path)
    may_create_in_sticky(current, found.mnt.mnt_idmap, last.dir, found.inode)
    return do_open(current, found, flags)


def _lookup_open(current: Task, last: Last, mode: umode_t) -> File:
    """Create what open(O_CREAT) did not find."""
    if last.dir.dead:
        raise KernelError("ENOENT", "the directory was removed", path=last.dir.path)
    mode = vfs_prepare_mode(current, last.idmap, last.dir, mode, mode, S_IFREG)
    mnt_want_write(last.mnt)
    may_o_create(current, last.idmap, last.dir)
    new = make_inode(current, last.idmap, last.dir, mode)
    d_instantiate(last.dir, last.name, new)
    return File(Path(last.mnt, new))


@traced("7", "fs/open.c")
def do_faccessat(current: Task, mnt: VfsMount, path: str, mask: MayMask, *, real: bool) -> None:
    """faccessat2(2): with ``real`` the real ids and what capabilities they would have."""
    if mask & ~MAY_ALL:
        raise KernelError("EINVAL", f"mask {mask} has bits besides read, write and execute")
    if not real:
        _faccessat(current, mnt, path, mask)
        return
    task = replace(current, cred=_access_override_creds(current))
    try:
        _faccessat(task, mnt, path, mask)
    except KernelError as error:
        kept = current.cred.securebits & SECBIT_NO_SETUID_FIXUP or task.cred.cap_effective
        if error.cap_why == "not held" and not kept:
            error.cap_why = "access(2) gives the real uid no capabilities"
        raise


def _faccessat(task: Task, mnt: VfsMount, path: str, mask: MayMask) -> None:
    found = user_path_at(task, mnt, path, follow=True)
    if mask & MAY_EXEC and S_ISREG(found.inode.i_mode) and path_noexec(found.mnt):
        raise KernelError("EACCES", "noexec mount", path=found.inode.path)
    inode_permission(task, found.mnt.mnt_idmap, found.inode, mask)
    if mask & MAY_WRITE and file_type(found.inode) in (S_IFREG, S_IFDIR, S_IFLNK):
        mnt_want_write(found.mnt)


def _access_override_creds(current: Task) -> Cred:
    cred = current.cred
    real = replace(cred, fsuid=cred.uid, fsgid=cred.gid)
    if cred.securebits & SECBIT_NO_SETUID_FIXUP:
        return real
    root_uid = make_kuid(cred.user_ns, uid_t(0))
    return replace(real, cap_effective=cred.cap_permitted if cred.uid == root_uid else 0)
