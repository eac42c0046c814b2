# SPDX-License-Identifier: BSD-3-Clause
"""
Attributes of mounts: idmappings and flags
==========================================

mount_setattr(2) attaches a user namespace's maps to a fresh, detached mount, once;
open_tree_attr(2) (6.15) may replace or clear them while cloning.  Flags can be set and cleared any
time, but not those that are locked.

Mirrors ``fs/namespace.c``; semantics section 16.
"""

from __future__ import annotations

from typing import NamedTuple

from kfuncviz.model.capability import CAP_SYS_ADMIN
from kfuncviz.model.cred import Task, ns_capable
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import (
    MNT_NODEV,
    MNT_NOEXEC,
    MNT_NOSUID,
    MNT_NOSYMFOLLOW,
    MNT_READONLY,
    Path,
    VfsMount,
    is_idmapped_mnt,
)
from kfuncviz.model.lookup import Lookup, walked
from kfuncviz.model.mnt_idmapping import alloc_mnt_idmap, nop_mnt_idmap
from kfuncviz.model.mount_tree import LOCKS, is_anonymous, may_mount, open_tree, tree
from kfuncviz.model.reasons import no_cap
from kfuncviz.model.releases import CHANGES, since
from kfuncviz.model.trace import hangs_on, traced
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns

MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID, MOUNT_ATTR_NODEV, MOUNT_ATTR_NOEXEC = 1, 2, 4, 8
MOUNT_ATTR_ATIME, MOUNT_ATTR_NODIRATIME = 0x70, 0x80
MOUNT_ATTR_IDMAP, MOUNT_ATTR_NOSYMFOLLOW = 0x100000, 0x200000
AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT = 0x100, 0x800
AT_EMPTY_PATH, AT_RECURSIVE = 0x1000, 0x8000

_VALID_FLAGS = AT_EMPTY_PATH | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT
_VALID_ATTRS = (
    MOUNT_ATTR_RDONLY
    | MOUNT_ATTR_NOSUID
    | MOUNT_ATTR_NODEV
    | MOUNT_ATTR_NOEXEC
    | MOUNT_ATTR_ATIME
    | MOUNT_ATTR_NODIRATIME
    | MOUNT_ATTR_IDMAP
    | MOUNT_ATTR_NOSYMFOLLOW
)
MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE, MS_SHARED = 1 << 17, 1 << 18, 1 << 19, 1 << 20
_PROPAGATION = {0, MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE, MS_SHARED}
_ATTR_SIZE_VER0, _PAGE_SIZE = 32, 4096
_INT_MAX = 0x7FFFFFFF
_MNT_FLAGS = {
    MOUNT_ATTR_RDONLY: MNT_READONLY,
    MOUNT_ATTR_NOSUID: MNT_NOSUID,
    MOUNT_ATTR_NODEV: MNT_NODEV,
    MOUNT_ATTR_NOEXEC: MNT_NOEXEC,
    MOUNT_ATTR_NOSYMFOLLOW: MNT_NOSYMFOLLOW,
}
#: The flags by the names of mount(8), in the order mountinfo shows them.
FLAG_NAMES = {
    MNT_READONLY: "ro", MNT_NOSUID: "nosuid", MNT_NODEV: "nodev", MNT_NOEXEC: "noexec",
    MNT_NOSYMFOLLOW: "nosymfollow",
}  # fmt: skip


class OtherFd(NamedTuple):
    """A file descriptor that is no user namespace: "closed", "O_PATH", "file", "pid namespace"."""

    kind: str


UsernsFd = UserNamespace | OtherFd | int


@traced("16.1", "fs/namespace.c")
def can_idmap_mount(
    current: Task, mnt: VfsMount, ns: UserNamespace | None, *, replacing: bool
) -> None:
    """Whether this mount can take (or with ``ns=None`` lose) an idmapping; EINVAL or EPERM.

    ``replacing`` says that the mount is the fresh clone of open_tree_attr(2).
    """
    sb = mnt.mnt_sb
    # mount_setattr(2), EINVAL: not with the filesystem's own namespace; EPERM: an idmapping is
    # given once; EINVAL: the type must allow it; EPERM: CAP_SYS_ADMIN where the filesystem was
    # mounted; EINVAL: only a mount nobody can see yet.
    if ns is not None and ns is sb.s_user_ns:
        raise KernelError("EINVAL", "the filesystem's own user namespace cannot idmap it")
    if is_idmapped_mnt(mnt) and not replacing:
        raise KernelError("EPERM", "the mount is idmapped already, and that is for good")
    allowed, why = sb.type.allows_idmap(current.kernel)
    if not allowed:
        hangs_on(
            sb.type.idmap.commit if sb.type.idmap else "",
            measured=sb.type.measured(current.kernel),
        )
        raise KernelError("EINVAL", why)
    # A fuse server has to ask for it: commit 2097154a10c6 ("namespace: introduce SB_I_NOIDMAP
    # flag") (in v6.12).
    if sb.noidmap and current.since("sb_i_noidmap"):
        raise KernelError("EINVAL", "this instance of the filesystem does not allow idmapping")
    # mount_setattr(2): the filesystem belonged to the initial user namespace up to commit
    # bd303368b776 ("fs: support mapped mounts of mapped filesystems") (in v5.17).
    if sb.s_user_ns is not init_user_ns and not current.since("s_user_ns"):
        raise KernelError("EINVAL", "filesystems of a user namespace are idmapped only since 5.17")
    if not ns_capable(current, sb.s_user_ns, CAP_SYS_ADMIN):
        raise KernelError(
            "EPERM",
            "needs CAP_SYS_ADMIN over the filesystem's user namespace",
            **no_cap(current, sb.s_user_ns, CAP_SYS_ADMIN),
        )
    if not is_anonymous(mnt):
        raise KernelError(
            "EINVAL", "the mount is, or was, attached: only a detached clone is idmapped"
        )


def _check_arguments(
    current: Task, flags: int, size: int, tail: bool, attr_set: int, attr_clr: int, propagation: int
) -> None:
    if flags & ~_VALID_FLAGS:
        raise KernelError("EINVAL", f"unknown flags in 0x{flags:x}")
    if size > _PAGE_SIZE:
        raise KernelError("E2BIG", f"struct mount_attr of {size} bytes; {_PAGE_SIZE} is the most")
    if size < _ATTR_SIZE_VER0:
        raise KernelError(
            "EINVAL", f"struct mount_attr of {size} bytes; {_ATTR_SIZE_VER0} is least"
        )
    may_mount(current)
    if tail:
        raise KernelError("E2BIG", "bytes this kernel does not know are not zero")
    if propagation not in _PROPAGATION or (attr_set | attr_clr) & ~_VALID_ATTRS:
        raise KernelError("EINVAL", "more than one propagation, or unknown attribute bits")
    # Commit dd8b477f9a3d ("mount: Support "nosymfollow" in new mount api") (in v5.14).
    if (attr_set | attr_clr) & MOUNT_ATTR_NOSYMFOLLOW and not current.since("nosymfollow_attr"):
        raise KernelError("EINVAL", "mount_setattr(2) knows nosymfollow only since 5.14")
    if attr_clr & MOUNT_ATTR_ATIME and attr_clr & MOUNT_ATTR_ATIME != MOUNT_ATTR_ATIME:
        raise KernelError("EINVAL", "the access time setting is cleared as a whole")


@traced("16.1", "fs/namespace.c")
def build_mount_idmapped(current: Task, userns_fd: UsernsFd) -> UserNamespace:
    """The user namespace a descriptor stands for; EINVAL, EBADF or EPERM."""
    if isinstance(userns_fd, int):
        if not 0 <= userns_fd <= _INT_MAX:
            raise KernelError("EINVAL", f"{userns_fd} can be no file descriptor")
        raise KernelError("EBADF", f"descriptor {userns_fd} is not open")
    if isinstance(userns_fd, OtherFd):
        if userns_fd.kind in ("closed", "O_PATH"):
            raise KernelError("EBADF", f"the descriptor is {userns_fd.kind}")
        raise KernelError("EINVAL", f"a {userns_fd.kind} is no user namespace")
    if userns_fd is init_user_ns:
        raise KernelError("EPERM", "the initial user namespace maps nothing")
    # Commit bf1ac16edf67 ("fs: require CAP_SYS_ADMIN in target namespace for idmapped mounts") (in
    # v6.0): who attaches a map must be able to act in the namespace it comes from.
    rule = CHANGES["userns_fd_capable"]
    asked = since(current.kernel, "userns_fd_capable")
    if asked and not ns_capable(current, userns_fd, CAP_SYS_ADMIN):
        hangs_on(rule.commit, measured=rule.measured(current.kernel))
        raise KernelError(
            "EPERM",
            f"needs CAP_SYS_ADMIN in {userns_fd.name}",
            **no_cap(current, userns_fd, CAP_SYS_ADMIN),
        )
    return userns_fd


@traced("16.1", "fs/namespace.c")
def mount_setattr(
    current: Task,
    path: Path | Lookup,
    *,
    userns_fd: UsernsFd = -1,
    attr_set: int = MOUNT_ATTR_IDMAP,
    attr_clr: int = 0,
    propagation: int = 0,
    flags: int = AT_EMPTY_PATH,
    size: int = _ATTR_SIZE_VER0,
    nonzero_tail: bool = False,
) -> None:
    """mount_setattr(2): give a detached mount an idmapping, once, or other attributes.

    Parameters
    ----------
    path:
        The mount and the inode in it, or a path that leads there; only the mount's root will do.
    userns_fd:
        A user namespace, or what else the descriptor is (:class:`OtherFd`), or a number that is
        no open descriptor.
    size, nonzero_tail:
        Size of the struct mount_attr passed, and whether bytes beyond the 32 known are set.

    Raises
    ------
    KernelError
        In the kernel's order; on failure no mount of a recursive request is changed.

    >>> from kfuncviz.model.fs import SuperBlock
    >>> from kfuncviz.model.idmap import IdMap
    >>> mnt = VfsMount(SuperBlock().s_root)
    >>> box = UserNamespace("box", init_user_ns, uid_map=IdMap("0 10000 10"),
    ...                     gid_map=IdMap("0 10000 10"))
    >>> mount_setattr(Task(), Path(mnt, mnt.mnt_root), userns_fd=box)
    >>> is_idmapped_mnt(mnt)
    True
    """
    _check_arguments(current, flags, size, nonzero_tail, attr_set, attr_clr, propagation)
    if not (attr_set or attr_clr or propagation):
        return
    recursive = flags & AT_RECURSIVE != 0
    change = _build_mount_kattr(current, userns_fd, attr_set, attr_clr, recursive, replacing=False)
    _do_mount_setattr(current, walked(current, path), change)


class _Change(NamedTuple):
    """struct mount_kattr: what is set and cleared, on one mount or on all below it too.

    ``ns`` is the namespace to idmap with; ``replacing`` says an idmapping may be changed.
    """

    attr_set: int
    attr_clr: int
    ns: UserNamespace | None
    recursive: bool
    replacing: bool


def _build_mount_kattr(
    current: Task,
    userns_fd: UsernsFd,
    attr_set: int,
    attr_clr: int,
    recursive: bool,
    *,
    replacing: bool,
) -> _Change:
    if attr_clr & MOUNT_ATTR_IDMAP and not replacing:
        raise KernelError("EINVAL", "an idmapping is not cleared; open_tree_attr(2) may on a clone")
    ns = build_mount_idmapped(current, userns_fd) if attr_set & MOUNT_ATTR_IDMAP else None
    return _Change(attr_set, attr_clr, ns, recursive, replacing)


def _do_mount_setattr(current: Task, path: Path, change: _Change) -> None:
    mnt, ns = path.mnt, change.ns
    if path.inode is not mnt.mnt_root:
        raise KernelError("EINVAL", "the path is not the root of its mount")
    idmap = nop_mnt_idmap if ns is None else alloc_mnt_idmap(current, ns)
    if mnt.mnt_ns is not current.mnt_ns and not (is_anonymous(mnt) and mnt.mnt_parent is None):
        raise KernelError("EINVAL", "the mount is in no mount namespace of the caller's")
    idmapping = (change.attr_set | change.attr_clr) & MOUNT_ATTR_IDMAP != 0
    mounts = list(tree(mnt)) if change.recursive else [mnt]
    for each in mounts:
        if lost := _unlocked(each, _recalc_flags(change, each)):
            raise KernelError("EPERM", f"{lost} is locked in this mount namespace")
        if idmapping:
            can_idmap_mount(current, each, ns, replacing=change.replacing)
        if each.writers and (idmapping or change.attr_set & MOUNT_ATTR_RDONLY):
            raise KernelError("EBUSY", "a file is open for writing through the mount")
    for each in mounts:
        each.mnt_idmap = idmap if idmapping else each.mnt_idmap
        each.mnt_flags = _recalc_flags(change, each)


def _recalc_flags(change: _Change, mnt: VfsMount) -> int:
    """The flags a mount would have then: what is both cleared and set is set."""
    flags = mnt.mnt_flags
    for attr, mnt_flag in _MNT_FLAGS.items():
        flags &= ~mnt_flag if change.attr_clr & attr else -1
        flags |= mnt_flag if change.attr_set & attr else 0
    return flags


def _unlocked(mnt: VfsMount, flags: int) -> str:
    """The name of a flag that would be gone although it is locked; empty if none would."""
    for flag, lock in LOCKS.items():
        if mnt.mnt_flags & lock and not flags & flag:
            return FLAG_NAMES[flag]
    return ""


@traced("16.2", "fs/namespace.c")
def open_tree_attr(
    current: Task,
    path: Path | Lookup,
    *,
    clone: bool = True,
    recursive: bool = False,
    userns_fd: UsernsFd = -1,
    attr_set: int = MOUNT_ATTR_IDMAP,
    attr_clr: int = 0,
    name: str = "clone",
) -> VfsMount:
    """open_tree_attr(2): clone a mount and set, replace or clear its idmapping in one step.

    Without ``clone`` it is open_tree plus mount_setattr on the mount itself.

    >>> from kfuncviz.model.fs import SuperBlock
    >>> mnt = VfsMount(SuperBlock().s_root, mnt_ns=Task().mnt_ns)
    >>> open_tree_attr(Task(), Path(mnt, mnt.mnt_root), attr_set=0,
    ...                attr_clr=MOUNT_ATTR_IDMAP).mnt_idmap
    MntIdmap('nop_mnt_idmap', IdMap([]), IdMap([]))
    """
    # Commit c4a16820d901 ("fs: add open_tree_attr()") (in v6.15).
    if not current.since("open_tree_attr"):
        raise KernelError("ENOSYS", "open_tree_attr(2) exists since 6.15")
    found = open_tree(current, path, clone=clone, recursive=recursive, name=name)
    _check_arguments(current, AT_EMPTY_PATH, _ATTR_SIZE_VER0, False, attr_set, attr_clr, 0)
    if attr_set or attr_clr:
        # Commit 9308366f0621 ("open_tree_attr: do not allow id-mapping changes without
        # OPEN_TREE_CLONE") (in v6.17).
        idmapping = (attr_set | attr_clr) & MOUNT_ATTR_IDMAP != 0
        replacing = clone or (idmapping and not current.since("open_tree_attr_clone"))
        change = _build_mount_kattr(
            current, userns_fd, attr_set, attr_clr, recursive, replacing=replacing
        )
        _do_mount_setattr(current, found, change)
    return found.mnt
