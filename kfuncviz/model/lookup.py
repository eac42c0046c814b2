# SPDX-License-Identifier: BSD-3-Clause
"""
Walking a path
==============

From the root of a mount through directories and symlinks to an inode, asking for search
permission on every directory on the way.  The walk stays inside the mount: ``..`` stops at its
root, and a symlink with an absolute target leads out of what is modelled.

Mirrors ``link_path_walk()``, ``pick_link()`` and ``may_follow_link()`` of ``fs/namei.c``; semantics
sections 7.5 and 7.6.
"""

from __future__ import annotations

from typing import NamedTuple

from kfuncviz.model.access import MAY_EXEC
from kfuncviz.model.budget import spend
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import S_ISVTX, S_IWOTH, Inode, Path, VfsMount, i_uid_into_vfsuid, mnt_idmap
from kfuncviz.model.mnt_idmapping import MntIdmap
from kfuncviz.model.permission import inode_permission
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import vfsuid_eq, vfsuid_eq_kuid

PATH_MAX, NAME_MAX, MAXSYMLINKS = 4096, 255, 40


@traced("7.6", "fs/namei.c")
def getname(name: str) -> None:
    """The system call's own look at a path, before it is walked; ENOENT or ENAMETOOLONG."""
    if not name:
        raise KernelError("ENOENT", "the path is empty")
    if len(name.encode()) >= PATH_MAX:
        raise KernelError("ENAMETOOLONG", f"a path has at most {PATH_MAX - 1} bytes")


class Last(NamedTuple):
    """Where a path ends: the directory, the last name in it, and whether a slash follows."""

    mnt: VfsMount
    dir: Inode
    name: str
    slash: bool

    def __str__(self) -> str:
        return f"{self.mnt} {self.dir}/{self.name}"

    @property
    def idmap(self) -> MntIdmap:
        """The idmapping of the mount the path goes through."""
        return self.mnt.mnt_idmap

    @property
    def is_norm(self) -> bool:
        """An ordinary name, not ".", ".." or the root."""
        return self.name not in ("", ".", "..")


@traced("7.3", "fs/namei.c")
def may_lookup(current: Task, idmap: MntIdmap, dir: Inode) -> None:
    """Whether the task may search this directory; raises EACCES."""
    inode_permission(current, idmap, dir, MAY_EXEC)


@traced("7.5", "fs/namei.c")
def may_follow_link(current: Task, idmap: MntIdmap, dir: Inode, link: Inode) -> None:
    """protected_symlinks: in a sticky, world-writable directory only one's own; raises EACCES."""
    # proc_sys_fs(5), protected_symlinks: where everybody may write and names stick, a link is
    # followed by its owner, or if the directory is its owner's.
    if not current.sysctl.protected_symlinks:
        return
    vfsuid = i_uid_into_vfsuid(idmap, link)
    if vfsuid_eq_kuid(vfsuid, current.cred.fsuid):
        return
    world_sticky = dir.i_mode & S_ISVTX and dir.i_mode & S_IWOTH
    if not world_sticky or vfsuid_eq(i_uid_into_vfsuid(idmap, dir), vfsuid):
        return
    raise KernelError("EACCES", "protected_symlinks: the link is neither yours nor the directory's")


class _Walk:
    """One path look-up: where it is, and how many symlinks it has followed."""

    def __init__(self, current: Task, mnt: VfsMount) -> None:
        self.current = current
        self.mnt = mnt
        self.idmap = mnt_idmap(mnt)
        self.links = 0

    def parent(self, start: Inode, path: str) -> Last:
        """Walk all of ``path`` but its last component."""
        getname(path)
        if path.startswith("/"):
            raise KernelError("ENOENT", f"{path!r} leads out of the filesystem that is modelled")
        if not start.is_dir:
            raise KernelError("ENOTDIR", "the walk starts at something that is no directory")
        dir = start
        names = [name for name in path.split("/") if name]
        spend(work=len(names))
        for name in names[:-1]:
            may_lookup(self.current, self.idmap, dir)
            dir = self.step(dir, name)
        may_lookup(self.current, self.idmap, dir)
        return Last(self.mnt, dir, names[-1], path.endswith("/"))

    def step(self, dir: Inode, name: str) -> Inode:
        """Go through one component that is not the last."""
        inode = self.follow(dir, self.child(dir, name), trailing=False)
        if not inode.is_dir:
            raise KernelError("ENOTDIR", f"{name!r} is no directory")
        return inode

    def child(self, dir: Inode, name: str) -> Inode:
        """What is there under a name; ENOENT if nothing."""
        inode = lookup(self.mnt, dir, name)
        if inode is None:
            raise KernelError("ENOENT", f"there is no {name!r} in the directory")
        return inode

    def open_last(self, last: Last) -> tuple[Last, Inode | None]:
        """Follow symlinks at the end to where O_CREAT would create, and what is there already."""
        inode = lookup(self.mnt, last.dir, last.name)
        while inode is not None and inode.is_symlink:
            self._count_link(last.dir, inode, trailing=True)
            last = self.parent(last.dir, inode.i_link)
            inode = lookup(self.mnt, last.dir, last.name)
        return last, inode

    def _count_link(self, dir: Inode, link: Inode, *, trailing: bool) -> None:
        self.links += 1
        if self.links > MAXSYMLINKS:
            raise KernelError("ELOOP", f"more than {MAXSYMLINKS} symlinks on the way")
        if trailing:
            may_follow_link(self.current, self.idmap, dir, link)

    def follow(self, dir: Inode, inode: Inode, *, trailing: bool) -> Inode:
        """Follow ``inode`` for as long as it is a symlink."""
        while inode.is_symlink:
            self._count_link(dir, inode, trailing=trailing)
            last = self.parent(dir, inode.i_link)
            dir, inode = last.dir, self.child(last.dir, last.name)
            if last.slash:
                inode = self.follow(dir, inode, trailing=trailing)
                if not inode.is_dir:
                    raise KernelError("ENOTDIR", f"{last.name!r} is no directory")
        return inode


def lookup(mnt: VfsMount, dir: Inode, name: str) -> Inode | None:
    """What a directory holds under a name, seen through a mount; ``None`` if nothing."""
    if name == ".":
        return dir
    if name == "..":
        return dir if dir is mnt.mnt_root else dir.i_parent
    if dir.dead:
        return None
    if len(name.encode()) > NAME_MAX:
        raise KernelError("ENAMETOOLONG", f"a name has at most {NAME_MAX} bytes")
    return dir.entries.get(name)


@traced("7.6", "fs/namei.c")
def filename_parentat(current: Task, mnt: VfsMount, path: str) -> Last:
    """Walk to the directory a path ends in, without looking at the last name."""
    return _Walk(current, mnt).parent(mnt.mnt_root, path)


@traced("7.6", "fs/namei.c")
def user_path_at(
    current: Task, mnt: VfsMount, path: str, *, follow: bool, directory: bool = False
) -> Path:
    """Walk a path to its end and return what is there.

    ``follow`` resolves a symlink at the end; ``directory`` (or a slash at the end of the path)
    demands a directory.  Raises ENOENT, ENOTDIR, EACCES, ELOOP or ENAMETOOLONG.
    """
    walk = _Walk(current, mnt)
    last = walk.parent(mnt.mnt_root, path)
    inode = walk.child(last.dir, last.name)
    if follow or last.slash:
        inode = walk.follow(last.dir, inode, trailing=True)
    if (directory or last.slash) and not inode.is_dir:
        raise KernelError("ENOTDIR", f"{path!r} is no directory")
    return Path(mnt, inode)


@traced("7.6", "fs/namei.c")
def open_last_lookups(
    current: Task, mnt: VfsMount, path: str, *, follow: bool
) -> tuple[Last, Inode | None]:
    """Where open(O_CREAT) would create, and what is there already; ``follow`` without O_EXCL."""
    walk = _Walk(current, mnt)
    last = walk.parent(mnt.mnt_root, path)
    return walk.open_last(last) if follow else (last, lookup(mnt, last.dir, last.name))
