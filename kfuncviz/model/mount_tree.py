# SPDX-License-Identifier: BSD-3-Clause
"""
Trees of mounts: cloning, attaching, copying for a mount namespace
==================================================================

A mount made by open_tree(2) is detached: root of an anonymous namespace nobody can walk to.
move_mount(2) attaches it, for good.  A mount namespace is made with a copy of the whole tree; where
its owner is less privileged, what hides or restricts something is locked in the copy.

Mirrors ``fs/namespace.c``; semantics sections 16.1, 16.2 and 16.5.
"""

from __future__ import annotations

from collections.abc import Iterator

from kfuncviz.model.budget import spend
from kfuncviz.model.capability import CAP_SYS_ADMIN
from kfuncviz.model.cred import MntNamespace, Task, ns_capable
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import (
    MNT_LOCK_NODEV,
    MNT_LOCK_NOEXEC,
    MNT_LOCK_NOSUID,
    MNT_LOCK_READONLY,
    MNT_LOCKED,
    MNT_NODEV,
    MNT_NOEXEC,
    MNT_NOSUID,
    MNT_READONLY,
    Inode,
    Path,
    VfsMount,
)
from kfuncviz.model.lookup import Lookup, mounted_at, walked
from kfuncviz.model.reasons import no_cap
from kfuncviz.model.trace import traced
from kfuncviz.model.user_namespace import UserNamespace

#: The flags that are locked, each with its lock.
LOCKS = {
    MNT_READONLY: MNT_LOCK_READONLY, MNT_NODEV: MNT_LOCK_NODEV,
    MNT_NOSUID: MNT_LOCK_NOSUID, MNT_NOEXEC: MNT_LOCK_NOEXEC,
}  # fmt: skip
#: What a mount costs of a replay's allowance of values.
_MOUNT_COST = 32


@traced("16.5", "fs/namespace.c")
def may_mount(current: Task) -> None:
    """Whether the task may change the mounts of its mount namespace; raises EPERM."""
    owner = current.mnt_ns.user_ns
    if not ns_capable(current, owner, CAP_SYS_ADMIN):
        raise KernelError(
            "EPERM",
            "needs CAP_SYS_ADMIN over the owner of the mount namespace",
            **no_cap(current, owner, CAP_SYS_ADMIN),
        )


def tree(top: VfsMount) -> Iterator[VfsMount]:
    """A mount and all below it, parents first.

    >>> from kfuncviz.model.fs import SuperBlock
    >>> [each.name for each in tree(VfsMount(SuperBlock().s_root, name="home"))]
    ['home']
    """
    todo = [top]
    while todo:
        mnt = todo.pop()
        yield mnt
        todo.extend(reversed(mnt.children))


def top_of(mnt: VfsMount) -> VfsMount:
    """The root of the tree a mount is in."""
    while mnt.mnt_parent is not None:
        mnt = mnt.mnt_parent
    return mnt


def is_anonymous(mnt: VfsMount) -> bool:
    """Whether a mount is in an anonymous namespace: below a detached one, or one itself.

    A mount that was attached once and taken off is in none at all.
    """
    return mnt.mnt_ns is None and not mnt.was_attached


def is_usable(current: Task, mnt: VfsMount) -> bool:
    """Whether the task may clone a mount, or attach something to it.

    It is in the mount namespace of the task, or detached and once cloned from there.
    """
    if not is_anonymous(mnt):
        return mnt.mnt_ns is current.mnt_ns
    return top_of(mnt).origin in (None, current.mnt_ns)


def copy_tree(path: Path, *, recursive: bool = False, name: str = "clone") -> VfsMount:
    """A detached copy of a mount as seen from an inode of it; nothing is asked of anybody.

    ``recursive`` copies the mounts below too.  Idmapping, flags and locks are copied.

    >>> from kfuncviz.model.fs import SuperBlock
    >>> mnt = VfsMount(SuperBlock().s_root, mnt_flags=MNT_NODEV)
    >>> copy_tree(Path(mnt, mnt.mnt_root)).mnt_flags == MNT_NODEV
    True
    """
    old, root = path
    top = _clone(old, root, name)
    top.mnt_flags &= ~MNT_LOCKED
    todo = [(old, top)] if recursive else []
    while todo:
        source, copy = todo.pop()
        for child in source.children:
            mountpoint = child.mnt_mountpoint
            if source is old and mountpoint is not None and not _is_below(mountpoint, root):
                continue
            below = _clone(child, child.mnt_root, child.name)
            attach(below, copy, mountpoint)
            todo.append((child, below))
    return top


def _clone(old: VfsMount, root: Inode, name: str) -> VfsMount:
    spend(values=_MOUNT_COST)
    return VfsMount(root, mnt_idmap=old.mnt_idmap, mnt_flags=old.mnt_flags, name=name)


def _is_below(inode: Inode, top: Inode) -> bool:
    while inode is not top and inode.i_parent is not inode:
        inode = inode.i_parent
    return inode is top


def attach(mnt: VfsMount, parent: VfsMount, mountpoint: Inode | None) -> None:
    """Attach a mount to a place of another one, from where it was; with all that is below it."""
    _take_off(mnt)
    mnt.mnt_parent, mnt.mnt_mountpoint = parent, mountpoint
    parent.children.append(mnt)
    if mountpoint is not None:
        mountpoint.mounts[mnt] = None
    for each in tree(mnt):
        each.mnt_ns = parent.mnt_ns
        each.was_attached = parent.was_attached


def _take_off(mnt: VfsMount) -> None:
    if mnt.mnt_parent is not None:
        mnt.mnt_parent.children.remove(mnt)
    if mnt.mnt_mountpoint is not None:
        del mnt.mnt_mountpoint.mounts[mnt]
    mnt.mnt_parent = mnt.mnt_mountpoint = None


def detach_mounts(inode: Inode) -> None:
    """Take off what is mounted on something that is removed: it is in no namespace any more."""
    for mnt in [*inode.mounts]:
        _take_off(mnt)
        for each in tree(mnt):
            each.mnt_ns, each.was_attached = None, True


@traced("16.2", "fs/namespace.c")
def open_tree(
    current: Task,
    path: Path | Lookup,
    *,
    clone: bool = True,
    recursive: bool = False,
    name: str = "clone",
) -> Path:
    """open_tree(2): with ``clone`` the root of a detached copy of a mount, else what is there.

    Raises EINVAL, EPERM or what walking the path raises.

    >>> from kfuncviz.model.fs import SuperBlock
    >>> mnt = VfsMount(SuperBlock().s_root, mnt_ns=Task().mnt_ns)
    >>> open_tree(Task(), Path(mnt, mnt.mnt_root), name="copy").mnt.mnt_ns is None
    True
    """
    if recursive and not clone:
        raise KernelError("EINVAL", "recursive is for clones: the flags lack OPEN_TREE_CLONE")
    if clone:
        may_mount(current)
    found = walked(current, path)
    if not clone:
        return found
    mnt = found.mnt
    if not is_usable(current, mnt):
        raise KernelError("EINVAL", "the mount is in no mount namespace of the caller's")
    # Commit c5c12f871a30 ("fs: create detached mounts from detached mounts") (in v6.15).
    if is_anonymous(mnt) and not current.since("open_tree_detached"):
        raise KernelError("EINVAL", "a detached mount is cloned only since 6.15")
    if not recursive and _hides(mnt, found.inode):
        raise KernelError(
            "EINVAL", "mounts below it are locked: a copy without them would show what they hide"
        )
    made = copy_tree(found, recursive=recursive, name=name)
    made.origin = top_of(mnt).origin if is_anonymous(mnt) else mnt.mnt_ns
    return Path(made, made.mnt_root)


def _hides(mnt: VfsMount, root: Inode) -> bool:
    """Whether mounts attached below this inode are locked (``has_locked_children``)."""
    return any(
        child.mnt_flags & MNT_LOCKED
        and child.mnt_mountpoint
        and _is_below(child.mnt_mountpoint, root)
        for child in mnt.children
    )


@traced("16.5", "fs/namespace.c")
def move_mount(current: Task, source: Path | Lookup, target: Path | Lookup) -> None:
    """move_mount(2): attach a detached mount, or move an attached one.

    From then on its idmapping stays.  Raises EPERM, EINVAL, ENOENT, ELOOP, or what walking the two
    paths raises.
    """
    may_mount(current)
    old, to = _walk_both(current, source, target)
    mnt = old.mnt
    if old.inode is not mnt.mnt_root:
        raise KernelError("EINVAL", "the path is not the root of its mount")
    if old.inode.is_dir != to.inode.is_dir:
        raise KernelError("EINVAL", "a directory is attached to a directory, a file to a file")
    parent, mountpoint = _topmost(to)
    if _is_removed(mountpoint) or not (is_anonymous(to.mnt) or to.mnt.mnt_ns):
        raise KernelError("ENOENT", "where it is to be attached was removed")
    if is_anonymous(mnt):
        _may_attach(current, mnt, parent)
    else:
        _may_move(current, mnt, parent)
    if mnt in _upwards(parent):
        raise KernelError("ELOOP", "the target is below the mount itself")
    if _is_removed(old.inode):
        raise KernelError("ENOENT", "what the mount shows was removed")
    attach(mnt, parent, mountpoint)


def _walk_both(current: Task, source: Path | Lookup, target: Path | Lookup) -> tuple[Path, Path]:
    """Where both paths lead; which is walked first shows only where they do not."""
    try:
        return walked(current, source), walked(current, target)
    except KernelError:
        # Commit f9fde814de37 ("fs: support getname_maybe_null() in move_mount()") (in v6.15).
        if current.since("move_mount_target_first"):
            walked(current, target)
        raise


def _is_removed(inode: Inode) -> bool:
    return inode.dead or inode.i_nlink == 0


def _topmost(path: Path) -> Path:
    """What is mounted at a place on top of all else, where the next mount goes."""
    mnt, inode = path
    while (on_top := mounted_at(mnt, inode)) is not None:
        spend(work=1)
        mnt, inode = on_top, on_top.mnt_root
    return Path(mnt, inode)


def _upwards(mnt: VfsMount) -> Iterator[VfsMount]:
    at: VfsMount | None = mnt
    while at is not None:
        spend(work=1)
        yield at
        at = at.mnt_parent


def _may_attach(current: Task, mnt: VfsMount, parent: VfsMount) -> None:
    if mnt.mnt_parent is not None:
        raise KernelError("EINVAL", "the mount is below a detached one: only the top is attached")
    if top_of(parent) is mnt:
        raise KernelError("EINVAL", "the target is in the tree that is to be attached")
    if not is_usable(current, parent):
        raise KernelError("EINVAL", "the target is in no mount namespace of the caller's")
    # Commit 21107723831e ("fs: mount detached mounts onto detached mounts") (in v6.15).
    if is_anonymous(parent) and not current.since("move_mount_detached"):
        raise KernelError("EINVAL", "to a detached mount others are attached only since 6.15")


def _may_move(current: Task, mnt: VfsMount, parent: VfsMount) -> None:
    if mnt.mnt_ns is not current.mnt_ns:
        raise KernelError("EINVAL", "the mount is in no mount namespace of the caller's")
    if mnt.mnt_flags & MNT_LOCKED:
        raise KernelError("EINVAL", "the mount is locked: it hides what is below it")
    if parent.mnt_ns is not current.mnt_ns:
        raise KernelError("EINVAL", "an attached mount stays in its mount namespace")


def copy_mnt_ns(root: VfsMount, name: str, owner: UserNamespace) -> tuple[MntNamespace, VfsMount]:
    """A new mount namespace (CLONE_NEWNS) and its root: a copy of the tree of another one.

    Where another user namespace owns the new one, flags are locked, and so is every mount below the
    root.  Copies of mounts keep their names and their order.
    """
    copy = copy_tree(Path(root, root.mnt_root), recursive=True, name=root.name)
    ns = MntNamespace(name, owner)
    for mnt in tree(copy):
        mnt.mnt_ns, mnt.was_attached = ns, True
    if root.mnt_ns is None or root.mnt_ns.user_ns is not owner:
        _lock_mnt_tree(copy)
    return ns, copy


def _lock_mnt_tree(top: VfsMount) -> None:
    for mnt in tree(top):
        for flag, lock in LOCKS.items():
            mnt.mnt_flags |= lock if mnt.mnt_flags & flag else 0
        mnt.mnt_flags |= 0 if mnt is top else MNT_LOCKED
