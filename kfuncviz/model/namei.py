# SPDX-License-Identifier: BSD-3-Clause
"""
Creating, deleting, linking, renaming
=====================================

Every operation here asks up to three questions: can the filesystem store the caller's ids
(EOVERFLOW), may the directory be written (EACCES), and can the victim's ids be written back
(EOVERFLOW again).  Their order decides which errno a process sees.

Mirrors the second part of ``fs/namei.c`` on top of tmpfs; semantics section 8.
"""

from __future__ import annotations

from stat import S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG, S_ISREG

from kfuncviz.model.capability import CAP_MKNOD
from kfuncviz.model.cred import Task, capable
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import (
    S_IALLUGO,
    S_IRWXUGO,
    S_ISGID,
    S_ISUID,
    S_ISVTX,
    S_IXGRP,
    Inode,
    Path,
    VfsMount,
    fsuidgid_has_mapping,
    has_unmapped_id,
    i_gid_into_vfsgid,
    i_uid_into_vfsuid,
    new_inode,
)
from kfuncviz.model.inode import inode_init_owner, inode_owner_or_capable, vfs_prepare_mode
from kfuncviz.model.lookup import Last, filename_parentat, lookup
from kfuncviz.model.mnt_idmapping import MntIdmap
from kfuncviz.model.permission import (
    MAY_EXEC,
    MAY_READ,
    MAY_WRITE,
    check_sticky,
    inode_permission,
)
from kfuncviz.model.posix_acl import posix_acl_create
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import umode_t, vfsgid_valid, vfsuid_valid

SOURCE = "fs/namei.c"

RENAME_NOREPLACE, RENAME_EXCHANGE = 1, 2

_NO_ROW = "the filesystem cannot store the caller's fsuid or fsgid"


@traced("8.1")
def may_create(current: Task, idmap: MntIdmap, dir: Inode) -> None:
    """Whether something new may be made in ``dir``; EOVERFLOW comes before EACCES."""
    if dir.dead:
        raise KernelError("ENOENT", "the directory was removed")
    if not fsuidgid_has_mapping(current, dir.i_sb, idmap):
        raise KernelError("EOVERFLOW", _NO_ROW)
    inode_permission(current, idmap, dir, MAY_WRITE | MAY_EXEC)


@traced("8.1")
def may_o_create(current: Task, idmap: MntIdmap, dir: Inode) -> None:
    """The same question for open(O_CREAT)."""
    if not fsuidgid_has_mapping(current, dir.i_sb, idmap):
        raise KernelError("EOVERFLOW", _NO_ROW)
    inode_permission(current, idmap, dir, MAY_WRITE | MAY_EXEC)


@traced("8.3")
def may_delete(current: Task, idmap: MntIdmap, dir: Inode, victim: Inode, isdir: bool) -> None:
    """Whether a name may go away: the victim's ids, the directory, the sticky bit, the type."""
    if not vfsuid_valid(i_uid_into_vfsuid(idmap, victim)) or not vfsgid_valid(
        i_gid_into_vfsgid(idmap, victim)
    ):
        raise KernelError("EOVERFLOW", "the mount has no id for the victim's owner or group")
    inode_permission(current, idmap, dir, MAY_WRITE | MAY_EXEC)
    check_sticky(current, idmap, dir, victim)
    if victim.immutable:
        raise KernelError("EPERM", "the inode is immutable")
    if isdir and not victim.is_dir:
        raise KernelError("ENOTDIR", "it is no directory")
    if not isdir and victim.is_dir:
        raise KernelError("EISDIR", "it is a directory")


def filename_create(current: Task, mnt: VfsMount, path: str, *, directory: bool = False) -> Last:
    """The free place a path names; EEXIST if something is there."""
    last = filename_parentat(current, mnt, path)
    if not last.is_norm:
        raise KernelError("EEXIST", f"{path!r} names something that exists")
    if last.dir.dead:
        raise KernelError("ENOENT", "the directory was removed")
    if lookup(mnt, last.dir, last.name) is not None:
        raise KernelError("EEXIST", f"{last.name!r} exists")
    if last.slash and not directory:
        raise KernelError("ENOENT", f"{path!r} ends with a slash but would be no directory")
    return last


def make_inode(current: Task, idmap: MntIdmap, dir: Inode, mode: umode_t) -> Inode:
    """A new inode with owners, group and ACLs, not yet in the directory."""
    inode = new_inode(dir.i_sb, mode)
    inode_init_owner(current, idmap, inode, dir, mode)
    if dir.i_sb.s_posixacl:
        posix_acl_create(current, dir, inode)
    return inode


def d_instantiate(dir: Inode, name: str, inode: Inode) -> None:
    """Give an inode a name in a directory."""
    dir.entries[name] = inode
    inode.name = name
    if inode.is_dir:
        inode.i_parent = dir


@traced("8.1")
def vfs_create(current: Task, last: Last, mode: umode_t) -> Inode:
    """creat(2) and mknod(2) of a regular file."""
    may_create(current, last.idmap, last.dir)
    mode = vfs_prepare_mode(current, last.idmap, last.dir, mode, S_IALLUGO, S_IFREG)
    inode = make_inode(current, last.idmap, last.dir, mode)
    d_instantiate(last.dir, last.name, inode)
    return inode


@traced("8.1")
def vfs_mkdir(current: Task, last: Last, mode: umode_t) -> Inode:
    """mkdir(2)."""
    may_create(current, last.idmap, last.dir)
    mode = vfs_prepare_mode(current, last.idmap, last.dir, mode, S_IRWXUGO | S_ISVTX, 0)
    inode = make_inode(current, last.idmap, last.dir, S_IFDIR | mode)
    inode.i_nlink = 2
    d_instantiate(last.dir, last.name, inode)
    return inode


@traced("8.1")
def vfs_symlink(current: Task, last: Last, target: str) -> Inode:
    """symlink(2)."""
    may_create(current, last.idmap, last.dir)
    inode = make_inode(current, last.idmap, last.dir, S_IFLNK | S_IRWXUGO)
    inode.i_link = target
    inode.i_size = len(target.encode())
    d_instantiate(last.dir, last.name, inode)
    return inode


@traced("8.1")
def vfs_mknod(current: Task, last: Last, mode: umode_t, rdev: tuple[int, int]) -> Inode:
    """mknod(2) of anything but a regular file; devices need CAP_MKNOD in the initial userns.

    A character device 0:0 is overlayfs's whiteout and needs no capability.
    """
    may_create(current, last.idmap, last.dir)
    kind = S_IFMT(mode)
    whiteout = kind == S_IFCHR and rdev == (0, 0)
    if kind in (S_IFCHR, S_IFBLK) and not whiteout and not capable(current, CAP_MKNOD):
        raise KernelError("EPERM", "a device node needs CAP_MKNOD in the initial userns")
    mode = vfs_prepare_mode(current, last.idmap, last.dir, mode, S_IALLUGO, mode)
    inode = make_inode(current, last.idmap, last.dir, mode)
    inode.i_rdev = rdev
    d_instantiate(last.dir, last.name, inode)
    return inode


@traced("8.2")
def vfs_tmpfile(current: Task, path: Path, mode: umode_t) -> Inode:
    """open(O_TMPFILE): a file without a name in a directory."""
    idmap, dir = path.mnt.mnt_idmap, path.inode
    if current.since("tmpfile_mapping") and not fsuidgid_has_mapping(current, dir.i_sb, idmap):
        raise KernelError("EOVERFLOW", _NO_ROW)
    inode_permission(current, idmap, dir, MAY_WRITE | MAY_EXEC)
    mode = vfs_prepare_mode(current, idmap, dir, mode, mode, S_IFREG)
    inode = make_inode(current, idmap, dir, mode)
    inode.i_nlink = 0
    return inode


@traced("8.3")
def vfs_unlink(current: Task, last: Last, victim: Inode) -> None:
    """unlink(2) of a name."""
    may_delete(current, last.idmap, last.dir, victim, False)
    _drop(last, victim)


@traced("8.3")
def vfs_rmdir(current: Task, last: Last, victim: Inode) -> None:
    """rmdir(2) of an empty directory."""
    may_delete(current, last.idmap, last.dir, victim, True)
    _check_empty(victim)
    victim.dead = True
    _drop(last, victim)


def _drop(last: Last, victim: Inode) -> None:
    del last.dir.entries[last.name]
    victim.i_nlink -= 2 if victim.is_dir else 1


def _check_empty(inode: Inode) -> None:
    if inode.entries:
        raise KernelError("ENOTEMPTY", "the directory is not empty")


@traced("8.4")
def safe_hardlink_source(current: Task, idmap: MntIdmap, inode: Inode) -> bool:
    """Whether a stranger may link to it: a plain file, not setuid, not setgid, read and write."""
    mode = inode.i_mode
    if not S_ISREG(mode) or mode & S_ISUID or mode & (S_ISGID | S_IXGRP) == S_ISGID | S_IXGRP:
        return False
    try:
        inode_permission(current, idmap, inode, MAY_READ | MAY_WRITE)
    except KernelError:
        return False
    return True


@traced("8.4")
def may_linkat(current: Task, idmap: MntIdmap, inode: Inode) -> None:
    """Whether this inode may get another name: ids first, then protected_hardlinks."""
    if has_unmapped_id(idmap, inode):
        raise KernelError("EOVERFLOW", "the mount has no id for its owner or group")
    if not current.sysctl.protected_hardlinks:
        return
    if safe_hardlink_source(current, idmap, inode):
        return
    if not inode_owner_or_capable(current, idmap, inode):
        raise KernelError("EPERM", "protected_hardlinks: not yours, and no safe source")


@traced("8.4")
def vfs_link(current: Task, inode: Inode, last: Last) -> None:
    """link(2) of an inode into a directory."""
    may_create(current, last.idmap, last.dir)
    if inode.immutable:
        raise KernelError("EPERM", "the inode is immutable")
    if inode.is_dir:
        raise KernelError("EPERM", "a directory has one name only")
    inode.i_nlink += 1
    d_instantiate(last.dir, last.name, inode)


def do_linkat(current: Task, old: Path, new_mnt: VfsMount, newpath: str) -> None:
    """linkat(2) from an inode already looked up; EXDEV between different mounts."""
    last = filename_create(current, new_mnt, newpath)
    if old.mnt is not new_mnt:
        raise KernelError("EXDEV", "the two paths go through different mounts")
    may_linkat(current, last.idmap, old.inode)
    vfs_link(current, old.inode, last)


def do_unlinkat(current: Task, mnt: VfsMount, path: str) -> None:
    """unlinkat(2)."""
    last = filename_parentat(current, mnt, path)
    if not last.is_norm:
        raise KernelError("EISDIR", f"{path!r} is a directory")
    victim = _existing(last)
    if last.slash:
        raise KernelError("EISDIR" if victim.is_dir else "ENOTDIR", "the path ends with a slash")
    vfs_unlink(current, last, victim)


def do_rmdir(current: Task, mnt: VfsMount, path: str) -> None:
    """unlinkat(2) with AT_REMOVEDIR."""
    last = filename_parentat(current, mnt, path)
    if not last.is_norm:
        errno = {"..": "ENOTEMPTY", ".": "EINVAL"}.get(last.name, "EBUSY")
        raise KernelError(errno, f"{path!r} cannot be removed by this name")
    vfs_rmdir(current, last, _existing(last))


def _existing(last: Last) -> Inode:
    inode = lookup(last.mnt, last.dir, last.name)
    if inode is None:
        raise KernelError("ENOENT", f"there is no {last.name!r} in the directory")
    return inode


def _is_ancestor(inode: Inode, of: Inode) -> bool:
    at: Inode | None = of
    while at is not None and at is not inode:
        at = at.i_parent
    return at is inode


def do_renameat2(
    current: Task, old_mnt: VfsMount, oldpath: str, new_mnt: VfsMount, newpath: str, flags: int
) -> None:
    """renameat2(2): all that is checked about the two names before their owners are."""
    if flags & ~3 or flags == RENAME_NOREPLACE | RENAME_EXCHANGE:
        raise KernelError("EINVAL", f"flags {flags}: 0, 1 (noreplace) or 2 (exchange)")
    exchange = bool(flags & RENAME_EXCHANGE)
    old = filename_parentat(current, old_mnt, oldpath)
    new = filename_parentat(current, new_mnt, newpath)
    if old_mnt is not new_mnt:
        raise KernelError("EXDEV", "the two paths go through different mounts")
    if not old.is_norm:
        raise KernelError("EBUSY", f"{oldpath!r} cannot be renamed by this name")
    if not new.is_norm:
        name = "EEXIST" if flags & RENAME_NOREPLACE else "EBUSY"
        raise KernelError(name, f"{newpath!r} cannot be renamed to")
    source = _existing(old)
    target = lookup(new_mnt, new.dir, new.name)
    if exchange and target is None:
        raise KernelError("ENOENT", f"there is no {new.name!r} to exchange with")
    if target is None and new.dir.dead:
        raise KernelError("ENOENT", "the directory was removed")
    if flags & RENAME_NOREPLACE and target is not None:
        raise KernelError("EEXIST", f"{new.name!r} exists")
    _check_slashes(old, source, new, target, exchange)
    if source.is_dir and _is_ancestor(source, new.dir):
        raise KernelError("EINVAL", "a directory cannot move into itself")
    if target is not None and target.is_dir and _is_ancestor(target, old.dir):
        raise KernelError("EINVAL" if exchange else "ENOTEMPTY", "the target holds the source")
    vfs_rename(current, old, source, new, target, exchange)


def _check_slashes(
    old: Last, source: Inode, new: Last, target: Inode | None, exchange: bool
) -> None:
    if exchange and target is not None and not target.is_dir and new.slash:
        raise KernelError("ENOTDIR", "the path ends with a slash but is no directory")
    if not source.is_dir and (old.slash or (new.slash and not exchange)):
        raise KernelError("ENOTDIR", "a path ends with a slash but the source is no directory")


@traced("8.4")
def vfs_rename(
    current: Task, old: Last, source: Inode, new: Last, target: Inode | None, exchange: bool
) -> None:
    """rename: may_delete the old name, then may_create or may_delete the new one.

    So a caller the filesystem has no id for can rename *over* something, but not to a new name.
    """
    if source is target:
        return
    idmap = old.idmap
    may_delete(current, idmap, old.dir, source, source.is_dir)
    if target is None:
        may_create(current, idmap, new.dir)
    else:
        may_delete(current, idmap, new.dir, target, target.is_dir if exchange else source.is_dir)
    if new.dir is not old.dir:
        if source.is_dir:
            inode_permission(current, idmap, source, MAY_WRITE)
        if exchange and target is not None and target.is_dir:
            inode_permission(current, idmap, target, MAY_WRITE)
    if exchange and target is not None:
        d_instantiate(old.dir, old.name, target)
        d_instantiate(new.dir, new.name, source)
        return
    if target is not None:
        _check_empty(target)
        target.dead = target.is_dir
        _drop(new, target)
    del old.dir.entries[old.name]
    d_instantiate(new.dir, new.name, source)
