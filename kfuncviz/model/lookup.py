# SPDX-License-Identifier: BSD-3-Clause
"""
Walking a path
==============

From the root of a mount through directories and symlinks to an inode, asking for search
permission on every directory on the way.  ``..`` leaves an attached mount at its root, for the
directory the mount is attached to, and stops at the root of a detached one; a symlink with an
absolute target leads out of what is modelled.

Mirrors ``link_path_walk()``, ``pick_link()`` and ``may_follow_link()`` of ``fs/namei.c``; semantics
sections 7.5 and 7.6.
"""

from __future__ import annotations

from typing import NamedTuple

from kfuncviz.model.access import MAY_EXEC
from kfuncviz.model.budget import spend
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import (
    MNT_NOSYMFOLLOW,
    S_ISVTX,
    S_IWOTH,
    Inode,
    Path,
    VfsMount,
    i_uid_into_vfsuid,
)
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


class Lookup(NamedTuple):
    """A path as a call was given it, not walked yet.

    ``follow`` resolves a symlink at its end; ``empty`` (AT_EMPTY_PATH) takes no path for the root.
    """

    mnt: VfsMount
    path: str
    follow: bool = True
    empty: bool = False

    def __str__(self) -> str:
        return f"{self.mnt} {self.path!r}"


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
    raise KernelError(
        "EACCES",
        "protected_symlinks: the link is neither yours nor the directory's",
        path=link.path,
    )


def mounted_at(mnt: VfsMount, inode: Inode) -> VfsMount | None:
    """The mount attached to this place, if one is."""
    return next((child for child in mnt.children if child.mnt_mountpoint is inode), None)


def _follow_dotdot(mnt: VfsMount, dir: Inode) -> tuple[VfsMount, Inode]:
    """One level up: out of the mount at its root, unless it is attached to nothing."""
    while dir is mnt.mnt_root:
        above, mountpoint = mnt.mnt_parent, mnt.mnt_mountpoint
        if above is None or mountpoint is None:
            return mnt, dir
        spend(work=1)
        mnt, dir = above, mountpoint
    return mnt, dir.i_parent


def lookup(dir: Inode, name: str) -> Inode | None:
    """What a directory holds under an ordinary name; ``None`` if nothing."""
    if dir.dead:
        return None
    if len(name.encode()) > NAME_MAX:
        raise KernelError("ENAMETOOLONG", f"a name has at most {NAME_MAX} bytes", path=dir.path)
    return dir.entries.get(name)


class _Walk:
    """One path look-up: who looks (nobody is asked for permissions), and the symlinks followed."""

    def __init__(self, current: Task | None) -> None:
        self.current = current
        self.links = 0

    def end(self, mnt: VfsMount, path: str, *, follow: bool, directory: bool) -> Path:
        """Walk a path from the root of the mount to its end."""
        last = self.parent(mnt, mnt.mnt_root, path)
        found = self.child(last.mnt, last.dir, last.name)
        if follow or last.slash:
            found = self.follow(last.dir, found, trailing=True)
        if (directory or last.slash) and not found.inode.is_dir:
            raise KernelError("ENOTDIR", f"{path!r} is no directory", path=found.inode.path)
        return found

    def search(self, mnt: VfsMount, dir: Inode) -> None:
        """Ask whether who looks may search a directory."""
        if self.current is not None:
            may_lookup(self.current, mnt.mnt_idmap, dir)

    def parent(self, mnt: VfsMount, start: Inode, path: str) -> Last:
        """Walk all of ``path`` but its last component."""
        getname(path)
        if path.startswith("/"):
            raise KernelError(
                "ENOENT",
                f"{path!r} leads out of the filesystem that is modelled",
                path=start.path,
            )
        if not start.is_dir:
            raise KernelError(
                "ENOTDIR", "the walk starts at something that is no directory", path=start.path
            )
        dir = start
        names = [name for name in path.split("/") if name]
        spend(work=len(names))
        for name in names[:-1]:
            self.search(mnt, dir)
            mnt, dir = self.step(mnt, dir, name)
        self.search(mnt, dir)
        return Last(mnt, dir, names[-1], path.endswith("/"))

    def step(self, mnt: VfsMount, dir: Inode, name: str) -> Path:
        """Go through one component that is not the last."""
        found = self.child(mnt, dir, name)
        if found.inode.is_symlink:
            found = self.follow(dir, found, trailing=False)
        if not found.inode.is_dir:
            raise KernelError("ENOTDIR", f"{name!r} is no directory", path=found.inode.path)
        return found

    def find(self, mnt: VfsMount, dir: Inode, name: str) -> Path | None:
        """What is there under any name, through whatever is mounted on it; ``None`` if nothing."""
        if name == ".":
            return Path(mnt, dir)
        inode: Inode | None
        if name == "..":
            mnt, inode = _follow_dotdot(mnt, dir)
        else:
            inode = lookup(dir, name)
        if inode is None:
            return None
        while inode.mounts and (on_top := mounted_at(mnt, inode)) is not None:
            spend(work=1)
            mnt, inode = on_top, on_top.mnt_root
        return Path(mnt, inode)

    def child(self, mnt: VfsMount, dir: Inode, name: str) -> Path:
        """The same; ENOENT if nothing is there."""
        found = self.find(mnt, dir, name)
        if found is None:
            raise KernelError(
                "ENOENT", f"there is no {name!r} in the directory", path=dir.path_of(name)
            )
        return found

    def open_last(self, last: Last) -> tuple[Last, Path | None]:
        """Follow symlinks at the end to where O_CREAT would create, and what is there already."""
        found = self.find_file(last)
        while found is not None and found.inode.is_symlink:
            self._count_link(last.dir, found, trailing=True)
            last = self.parent(last.mnt, last.dir, found.inode.i_link)
            found = self.find_file(last)
        return last, found

    def find_file(self, last: Last) -> Path | None:
        """What is at the end; EISDIR for a name with a slash, which would be no file's."""
        if last.is_norm and last.slash:
            raise KernelError("EISDIR", "O_CREAT with a slash at the end")
        return self.find(last.mnt, last.dir, last.name)

    def _count_link(self, dir: Inode, link: Path, *, trailing: bool) -> None:
        self.links += 1
        if self.links > MAXSYMLINKS:
            raise KernelError(
                "ELOOP", f"more than {MAXSYMLINKS} symlinks on the way", path=link.inode.path
            )
        if trailing and self.current is not None:
            may_follow_link(self.current, link.mnt.mnt_idmap, dir, link.inode)
        if link.mnt.mnt_flags & MNT_NOSYMFOLLOW:
            raise KernelError("ELOOP", "nosymfollow mount", path=link.inode.path)

    def follow(self, dir: Inode, found: Path, *, trailing: bool) -> Path:
        """Follow what was found for as long as it is a symlink."""
        while found.inode.is_symlink:
            self._count_link(dir, found, trailing=trailing)
            last = self.parent(found.mnt, dir, found.inode.i_link)
            dir, found = last.dir, self.child(last.mnt, last.dir, last.name)
            if last.slash:
                found = self.follow(dir, found, trailing=trailing)
                if not found.inode.is_dir:
                    raise KernelError(
                        "ENOTDIR", f"{last.name!r} is no directory", path=found.inode.path
                    )
        return found


@traced("7.6", "fs/namei.c")
def filename_parentat(current: Task, mnt: VfsMount, path: str) -> Last:
    """Walk to the directory a path ends in, without looking at the last name."""
    return _Walk(current).parent(mnt, mnt.mnt_root, path)


@traced("7.6", "fs/namei.c")
def user_path_at(
    current: Task,
    mnt: VfsMount,
    path: str,
    *,
    follow: bool,
    directory: bool = False,
    empty: bool = False,
) -> Path:
    """Walk a path to its end and return what is there.

    ``follow`` resolves a symlink at the end; ``directory`` (or a slash at the end of the path)
    demands a directory; ``empty`` takes an empty path for the root of the mount, of which nothing
    is asked.  Raises ENOENT, ENOTDIR, EACCES, ELOOP or ENAMETOOLONG.
    """
    if empty and not path:
        return Path(mnt, mnt.mnt_root)
    return _Walk(current).end(mnt, path, follow=follow, directory=directory)


def path_to(mnt: VfsMount, path: str, *, follow: bool) -> Path:
    """What a path leads to, whoever asks: the same walk, on which no permission is asked.

    The kernel has no such walk.  An empty path is the root of the mount.  Raises as
    :func:`user_path_at` does, but for EACCES.
    """
    if not path:
        return Path(mnt, mnt.mnt_root)
    return _Walk(None).end(mnt, path, follow=follow, directory=False)


def walked(current: Task, at: Path | Lookup) -> Path:
    """Where a path leads to, if it was not walked already."""
    if isinstance(at, Path):
        return at
    return user_path_at(current, at.mnt, at.path, follow=at.follow, empty=at.empty)


@traced("7.6", "fs/namei.c")
def open_last_lookups(
    current: Task, mnt: VfsMount, path: str, *, follow: bool
) -> tuple[Last, Path | None]:
    """Where open(O_CREAT) would create, and what is there already; ``follow`` without O_EXCL."""
    walk = _Walk(current)
    last = walk.parent(mnt, mnt.mnt_root, path)
    if follow:
        return walk.open_last(last)
    return last, walk.find_file(last)
