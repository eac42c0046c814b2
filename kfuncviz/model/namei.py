# SPDX-License-Identifier: BSD-3-Clause
"""
Creating and deleting
=====================

Every operation here asks up to three questions: can the filesystem store the caller's ids
(EOVERFLOW), may the directory be written (EACCES), and can the victim's ids be written back
(EOVERFLOW again).  Their order decides which errno a process sees.

Mirrors the second part of ``fs/namei.c`` on top of tmpfs; semantics section 8.
"""

from __future__ import annotations

from stat import S_IFBLK, S_IFCHR, S_IFDIR, S_IFLNK, S_IFMT, S_IFREG

from kfuncviz.model.access import MAY_EXEC, MAY_WRITE
from kfuncviz.model.budget import spend
from kfuncviz.model.capability import CAP_MKNOD
from kfuncviz.model.cred import Task, capable
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import (
    S_IALLUGO,
    S_IRWXUGO,
    S_ISVTX,
    Inode,
    Path,
    VfsMount,
    fsuidgid_has_mapping,
    i_gid_into_vfsgid,
    i_uid_into_vfsuid,
)
from kfuncviz.model.inode import inode_init_owner, vfs_prepare_mode
from kfuncviz.model.lookup import Last, filename_parentat, lookup
from kfuncviz.model.mnt_idmapping import MntIdmap
from kfuncviz.model.mount_tree import detach_mounts
from kfuncviz.model.permission import (
    check_sticky,
    frozen,
    inode_permission,
    mnt_want_write,
)
from kfuncviz.model.posix_acl import posix_acl_create
from kfuncviz.model.reasons import caller_not_stored, no_cap, unmapped_owner
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import umode_t, vfsgid_valid, vfsuid_valid
from kfuncviz.model.user_namespace import init_user_ns

_NO_ROW = "the filesystem cannot store the caller's fsuid or fsgid"


@traced("8.1", "fs/namei.c")
def may_create(current: Task, idmap: MntIdmap, dir: Inode) -> None:
    """Whether something new may be made in ``dir``; EOVERFLOW comes before EACCES."""
    if dir.dead:
        raise KernelError("ENOENT", "the directory was removed", path=dir.path)
    if not fsuidgid_has_mapping(current, dir.i_sb, idmap):
        raise KernelError("EOVERFLOW", _NO_ROW, **caller_not_stored(current, idmap, dir))
    inode_permission(current, idmap, dir, MAY_WRITE | MAY_EXEC)


@traced("8.1", "fs/namei.c")
def may_o_create(current: Task, idmap: MntIdmap, dir: Inode) -> None:
    """The same question for open(O_CREAT)."""
    if not fsuidgid_has_mapping(current, dir.i_sb, idmap):
        raise KernelError("EOVERFLOW", _NO_ROW, **caller_not_stored(current, idmap, dir))
    inode_permission(current, idmap, dir, MAY_WRITE | MAY_EXEC)


@traced("8.3", "fs/namei.c")
def may_delete(current: Task, idmap: MntIdmap, dir: Inode, victim: Inode, isdir: bool) -> None:
    """Whether a name may go away: the victim's ids, the directory, the sticky bit, the type."""
    # unlink(2), rmdir(2): the directory must be writable and searchable; in a sticky one the file
    # or the directory must be the caller's.
    if not vfsuid_valid(i_uid_into_vfsuid(idmap, victim)) or not vfsgid_valid(
        i_gid_into_vfsgid(idmap, victim)
    ):
        raise KernelError(
            "EOVERFLOW",
            "the mount has no id for the victim's owner or group",
            **unmapped_owner(current, idmap, victim),
        )
    inode_permission(current, idmap, dir, MAY_WRITE | MAY_EXEC)
    if dir.append:
        raise frozen(dir)
    check_sticky(current, idmap, dir, victim)
    if victim.immutable or victim.append:
        raise frozen(victim)
    if isdir and not victim.is_dir:
        raise KernelError("ENOTDIR", "it is no directory", path=victim.path)
    if not isdir and victim.is_dir:
        raise KernelError("EISDIR", "it is a directory", path=victim.path)


@traced("8.1", "fs/namei.c")
def filename_create(current: Task, mnt: VfsMount, path: str, *, directory: bool = False) -> Last:
    """The free place a path names; EEXIST if something is there."""
    last = filename_parentat(current, mnt, path)
    if not last.is_norm:
        raise KernelError("EEXIST", f"{path!r} names something that exists")
    if last.dir.dead:
        raise KernelError("ENOENT", "the directory was removed", path=last.dir.path)
    if (there := lookup(last.dir, last.name)) is not None:
        raise KernelError("EEXIST", f"{last.name!r} exists", path=there.path)
    if last.slash and not directory:
        raise KernelError("ENOENT", f"{path!r} ends with a slash but would be no directory")
    mnt_want_write(last.mnt)
    return last


def make_inode(current: Task, idmap: MntIdmap, dir: Inode, mode: umode_t) -> Inode:
    """A new inode with owners, group and ACLs, not yet in the directory."""
    inode = Inode(dir.i_sb, mode)
    inode_init_owner(current, idmap, inode, dir, mode)
    if dir.i_sb.s_posixacl:
        posix_acl_create(current, dir, inode)
    return inode


def d_instantiate(dir: Inode, name: str, inode: Inode) -> None:
    """Give an inode a name in a directory."""
    dir.entries[name] = inode
    inode.name = name
    inode.i_parent = dir


@traced("8.1", "fs/namei.c")
def vfs_create(current: Task, last: Last, mode: umode_t) -> Inode:
    """creat(2) and mknod(2) of a regular file."""
    may_create(current, last.idmap, last.dir)
    mode = vfs_prepare_mode(current, last.idmap, last.dir, mode, S_IALLUGO, S_IFREG)
    inode = make_inode(current, last.idmap, last.dir, mode)
    d_instantiate(last.dir, last.name, inode)
    return inode


@traced("8.1", "fs/namei.c")
def vfs_mkdir(current: Task, last: Last, mode: umode_t) -> Inode:
    """mkdir(2)."""
    may_create(current, last.idmap, last.dir)
    mode = vfs_prepare_mode(current, last.idmap, last.dir, mode, S_IRWXUGO | S_ISVTX, 0)
    inode = make_inode(current, last.idmap, last.dir, S_IFDIR | mode)
    inode.i_nlink = 2
    d_instantiate(last.dir, last.name, inode)
    return inode


@traced("8.1", "fs/namei.c")
def vfs_symlink(current: Task, last: Last, target: str) -> Inode:
    """symlink(2)."""
    may_create(current, last.idmap, last.dir)
    inode = make_inode(current, last.idmap, last.dir, S_IFLNK | S_IRWXUGO)
    inode.i_link = target
    inode.i_size = len(target.encode())
    d_instantiate(last.dir, last.name, inode)
    return inode


@traced("8.1", "fs/namei.c")
def vfs_mknod(current: Task, last: Last, mode: umode_t, rdev: tuple[int, int]) -> Inode:
    """mknod(2) of anything but a regular file; devices need CAP_MKNOD in the initial userns.

    A character device 0:0 is overlayfs's whiteout and needs no capability.
    """
    may_create(current, last.idmap, last.dir)
    kind = S_IFMT(mode)
    # mknod(2): CAP_MKNOD for everything but regular files, fifos and sockets.
    whiteout = kind == S_IFCHR and rdev == (0, 0)
    if kind in (S_IFCHR, S_IFBLK) and not whiteout and not capable(current, CAP_MKNOD):
        raise KernelError(
            "EPERM",
            "a device node needs CAP_MKNOD in the initial userns",
            path=last.dir.path_of(last.name),
            **no_cap(current, init_user_ns, CAP_MKNOD),
        )
    mode = vfs_prepare_mode(current, last.idmap, last.dir, mode, S_IALLUGO, mode)
    inode = make_inode(current, last.idmap, last.dir, mode)
    inode.i_rdev = rdev
    d_instantiate(last.dir, last.name, inode)
    return inode


@traced("8.2", "fs/namei.c")
def vfs_tmpfile(current: Task, path: Path, mode: umode_t) -> Inode:
    """open(O_TMPFILE): a file without a name in a directory."""
    idmap, dir = path.mnt.mnt_idmap, path.inode
    # What every other way of creating has asked since the first idmapped mounts: commit
    # 539dce114465 ("fs: refuse O_TMPFILE creation with an unmapped fsuid or fsgid") (in v7.2, and
    # in stable versions from July 2026 on).
    if not fsuidgid_has_mapping(current, dir.i_sb, idmap) and current.since("tmpfile_mapping"):
        raise KernelError("EOVERFLOW", _NO_ROW, **caller_not_stored(current, idmap, dir))
    inode_permission(current, idmap, dir, MAY_WRITE | MAY_EXEC)
    if dir.dead and dir.i_sb.type.no_tmpfile_in_dead:
        rule = f"{dir.i_sb} makes no file in a directory that was removed"
        raise KernelError("EPERM", rule, path=dir.path)
    mode = vfs_prepare_mode(current, idmap, dir, mode, mode, S_IFREG)
    inode = make_inode(current, idmap, dir, mode)
    inode.i_nlink = 0
    return inode


@traced("8.3", "fs/namei.c")
def vfs_unlink(current: Task, last: Last, victim: Inode) -> None:
    """unlink(2) of a name."""
    may_delete(current, last.idmap, last.dir, victim, False)
    check_mountpoint(current, victim)
    detach_mounts(victim)
    drop(last, victim)


@traced("8.3", "fs/namei.c")
def vfs_rmdir(current: Task, last: Last, victim: Inode) -> None:
    """rmdir(2) of an empty directory."""
    may_delete(current, last.idmap, last.dir, victim, True)
    check_mountpoint(current, victim)
    check_empty(victim)
    victim.dead = True
    detach_mounts(victim)
    drop(last, victim)


def check_mountpoint(current: Task, victim: Inode) -> None:
    """EBUSY for something a mount of the task's mount namespace is attached to."""
    spend(work=len(victim.mounts))
    if any(mnt.mnt_ns is current.mnt_ns for mnt in victim.mounts):
        raise KernelError("EBUSY", "a mount is attached to it", path=victim.path)


def drop(last: Last, victim: Inode) -> None:
    """Take a name out of its directory."""
    del last.dir.entries[last.name]
    victim.i_nlink -= 2 if victim.is_dir else 1


def check_empty(inode: Inode) -> None:
    """ENOTEMPTY for a directory with entries."""
    if inode.entries:
        raise KernelError("ENOTEMPTY", "the directory is not empty", path=inode.path)


@traced("8.3", "fs/namei.c")
def do_unlinkat(current: Task, mnt: VfsMount, path: str) -> None:
    """unlinkat(2)."""
    last = filename_parentat(current, mnt, path)
    if not last.is_norm:
        raise KernelError("EISDIR", f"{path!r} is a directory")
    mnt_want_write(last.mnt)
    victim = existing(last)
    if last.slash:
        raise KernelError("EISDIR" if victim.is_dir else "ENOTDIR", "the path ends with a slash")
    vfs_unlink(current, last, victim)


@traced("8.3", "fs/namei.c")
def do_rmdir(current: Task, mnt: VfsMount, path: str) -> None:
    """unlinkat(2) with AT_REMOVEDIR."""
    last = filename_parentat(current, mnt, path)
    if not last.is_norm:
        errno = {"..": "ENOTEMPTY", ".": "EINVAL"}.get(last.name, "EBUSY")
        raise KernelError(errno, f"{path!r} cannot be removed by this name")
    mnt_want_write(last.mnt)
    vfs_rmdir(current, last, existing(last))


def existing(last: Last) -> Inode:
    """What is at the end of a path; ENOENT if nothing."""
    inode = lookup(last.dir, last.name)
    if inode is None:
        raise KernelError(
            "ENOENT",
            f"there is no {last.name!r} in the directory",
            path=last.dir.path_of(last.name),
        )
    return inode
