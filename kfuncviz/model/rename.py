# SPDX-License-Identifier: BSD-3-Clause
"""
Linking and renaming
====================

Both need two names.  A link asks whether the source's ids could be written back, then whether a
name may be made; a rename deletes one name and makes or deletes another.  Between mounts, even of
the same filesystem, both are EXDEV.

Mirrors the last part of ``fs/namei.c`` on top of tmpfs; semantics section 8.4.
"""

from __future__ import annotations

from stat import S_IFCHR, S_ISREG

from kfuncviz.model.access import MAY_READ, MAY_WRITE
from kfuncviz.model.capability import CAP_FOWNER
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import S_ISGID, S_ISUID, S_IXGRP, Inode, Path, VfsMount, has_unmapped_id
from kfuncviz.model.inode import inode_owner_or_capable
from kfuncviz.model.lookup import Last, filename_parentat, lookup
from kfuncviz.model.mnt_idmapping import MntIdmap
from kfuncviz.model.mount_tree import detach_mounts
from kfuncviz.model.namei import (
    check_empty,
    check_mountpoint,
    d_instantiate,
    drop,
    existing,
    filename_create,
    make_inode,
    may_create,
    may_delete,
)
from kfuncviz.model.permission import frozen, inode_permission, mnt_want_write
from kfuncviz.model.reasons import no_cap_over, unmapped_owner
from kfuncviz.model.trace import traced

RENAME_NOREPLACE, RENAME_EXCHANGE, RENAME_WHITEOUT = 1, 2, 4


@traced("8.4", "fs/namei.c")
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


@traced("8.4", "fs/namei.c")
def may_linkat(current: Task, idmap: MntIdmap, inode: Inode) -> None:
    """Whether this inode may get another name: ids first, then protected_hardlinks."""
    if has_unmapped_id(idmap, inode):
        raise KernelError(
            "EOVERFLOW",
            "the mount has no id for its owner or group",
            **unmapped_owner(current, idmap, inode),
        )
    # proc_sys_fs(5), protected_hardlinks: only to one's own files, or to those one may read and
    # write that are neither special nor setuid nor setgid.
    if not current.sysctl.protected_hardlinks:
        return
    if safe_hardlink_source(current, idmap, inode):
        return
    if not inode_owner_or_capable(current, idmap, inode):
        raise KernelError(
            "EPERM",
            "protected_hardlinks: not yours, and no safe source",
            **no_cap_over(current, idmap, inode, CAP_FOWNER, ("uid",)),
        )


@traced("8.4", "fs/namei.c")
def vfs_link(current: Task, inode: Inode, last: Last) -> None:
    """link(2) of an inode into a directory."""
    may_create(current, last.idmap, last.dir)
    if inode.immutable or inode.append:
        raise frozen(inode)
    if inode.is_dir:
        raise KernelError("EPERM", "a directory has one name only", path=inode.path)
    inode.i_nlink += 1
    d_instantiate(last.dir, last.name, inode)


@traced("8.4", "fs/namei.c")
def do_linkat(current: Task, old: Path, new_mnt: VfsMount, newpath: str) -> None:
    """linkat(2) from an inode already looked up; EXDEV between different mounts."""
    last = filename_create(current, new_mnt, newpath)
    if old.mnt is not last.mnt:
        raise KernelError("EXDEV", "the two paths go through different mounts")
    may_linkat(current, last.idmap, old.inode)
    vfs_link(current, old.inode, last)


def _is_ancestor(inode: Inode, of: Inode) -> bool:
    at = of
    while at is not inode and at is not at.i_parent:
        at = at.i_parent
    return at is inode


@traced("8.4", "fs/namei.c")
def do_renameat2(
    current: Task, old_mnt: VfsMount, oldpath: str, new_mnt: VfsMount, newpath: str, flags: int
) -> None:
    """renameat2(2): all that is checked about the two names before their owners are."""
    if flags not in (0, RENAME_NOREPLACE, RENAME_EXCHANGE, RENAME_WHITEOUT):
        raise KernelError("EINVAL", f"flags {flags}: 0, 1 (noreplace), 2 (exchange), 4 (whiteout)")
    exchange = flags == RENAME_EXCHANGE
    old = filename_parentat(current, old_mnt, oldpath)
    new = filename_parentat(current, new_mnt, newpath)
    if old.mnt is not new.mnt:
        raise KernelError("EXDEV", "the two paths go through different mounts")
    if not old.is_norm:
        raise KernelError("EBUSY", f"{oldpath!r} cannot be renamed by this name")
    if not new.is_norm:
        name = "EEXIST" if flags & RENAME_NOREPLACE else "EBUSY"
        raise KernelError(name, f"{newpath!r} cannot be renamed to")
    mnt_want_write(old.mnt)
    source = existing(old)
    target = lookup(new.dir, new.name)
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
    if flags & RENAME_WHITEOUT and source is not target:
        whiteout = make_inode(current, old.idmap, old.dir, S_IFCHR)
        d_instantiate(old.dir, old.name, whiteout)


def _check_slashes(
    old: Last, source: Inode, new: Last, target: Inode | None, exchange: bool
) -> None:
    if exchange and target is not None and not target.is_dir and new.slash:
        raise KernelError("ENOTDIR", "the path ends with a slash but is no directory")
    if not source.is_dir and (old.slash or (new.slash and not exchange)):
        raise KernelError("ENOTDIR", "a path ends with a slash but the source is no directory")


@traced("8.4", "fs/namei.c")
def vfs_rename(
    current: Task, old: Last, source: Inode, new: Last, target: Inode | None, exchange: bool
) -> None:
    """rename: may_delete the old name, then may_create or may_delete the new one.

    So a caller the filesystem has no id for can rename *over* something, but not to a new name.
    """
    # rename(2): two names of one file: nothing is done, and it is no error.
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
    for moved in filter(None, (source, target)):
        check_mountpoint(current, moved)
    if exchange and target is not None:
        d_instantiate(old.dir, old.name, target)
        d_instantiate(new.dir, new.name, source)
        return
    if target is not None:
        check_empty(target)
        target.dead = target.is_dir
        detach_mounts(target)
        drop(new, target)
    del old.dir.entries[old.name]
    d_instantiate(new.dir, new.name, source)
