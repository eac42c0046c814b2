# SPDX-License-Identifier: BSD-3-Clause
"""
Inodes, superblocks, mounts, open files
=======================================

The objects the VFS passes around, as small as the questions need them.  An inode stores *kernel*
ids; who that is depends on the mount it is reached through.

Mirrors ``include/linux/fs.h`` and ``include/linux/mount.h``; semantics section 6.
"""

from __future__ import annotations

from stat import S_IFDIR, S_IFMT, S_ISDIR, S_ISLNK
from typing import Literal, NamedTuple

from kfuncviz.model.cred import MntNamespace, Task
from kfuncviz.model.filesystems import filesystem
from kfuncviz.model.mnt_idmapping import (
    MntIdmap,
    is_valid_mnt_idmap,
    make_vfsgid,
    make_vfsuid,
    mapped_fsgid,
    mapped_fsuid,
    nop_mnt_idmap,
)
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import INVALID, kgid_t, kuid_t, vfsgid_t, vfsuid_t
from kfuncviz.model.user_namespace import (
    UserNamespace,
    init_user_ns,
    kgid_has_mapping,
    kuid_has_mapping,
)

S_ISUID, S_ISGID, S_ISVTX = 0o4000, 0o2000, 0o1000
S_IRWXUGO, S_IALLUGO = 0o777, 0o7777
S_IRWXG, S_IWGRP, S_IXGRP = 0o070, 0o020, 0o010
S_IWOTH, S_IXUGO = 0o002, 0o111

MNT_NOSUID, MNT_NODEV, MNT_NOEXEC, MNT_READONLY, MNT_NOSYMFOLLOW = 1, 2, 4, 64, 128
#: Flags a less privileged mount namespace may not take away, and a mount it may not take off.
MNT_LOCK_NOEXEC, MNT_LOCK_NOSUID, MNT_LOCK_NODEV = 0x080000, 0x100000, 0x200000
MNT_LOCK_READONLY, MNT_LOCKED = 0x400000, 0x800000


class PosixAclEntry(NamedTuple):
    """One ACL entry: tag ("user", "group_obj", ...), *kernel* id or ``None``, rwx bits."""

    tag: str
    id: int | None
    perm: int


PosixAcl = tuple[PosixAclEntry, ...]
AclType = Literal["access", "default"]


class VfsCaps(NamedTuple):
    """security.capability as stored: ``rootid`` is an id of the superblock's user namespace."""

    version: int
    permitted: int
    inheritable: int
    effective: bool
    rootid: int

    def __str__(self) -> str:
        caps = [f"permitted={self.permitted:#x}", f"inheritable={self.inheritable:#x}"]
        caps += ["effective"] * self.effective
        return f"{{version={self.version}, {', '.join(caps)}, rootid={self.rootid}}}"


class SuperBlock:
    """struct super_block: which user namespace the filesystem belongs to and what it can do.

    ``type`` is its row in :data:`~kfuncviz.model.filesystems.FILESYSTEMS`; ``fs_type`` its name.
    """

    __slots__ = ("fs_type", "noidmap", "rdonly", "s_posixacl", "s_root", "s_user_ns", "type")

    def __init__(
        self,
        s_user_ns: UserNamespace = init_user_ns,
        *,
        fs_type: str = "tmpfs",
        root_uid: int = 0,
        root_gid: int = 0,
        root_mode: int = 0o777,
    ) -> None:
        self.s_user_ns = s_user_ns
        self.fs_type = fs_type
        self.type = filesystem(fs_type)
        self.rdonly = False
        self.noidmap = False
        self.s_posixacl = True
        self.s_root = Inode(self, S_IFDIR | root_mode, root_uid, root_gid)

    def __str__(self) -> str:
        return self.fs_type


class Inode:
    """struct inode: owner and group as kernel ids, mode, and what hangs on it.

    ``program`` is how many bytes of an executable program are its content, 0 for other files;
    ``immutable`` and ``append`` are flags of ioctl_iflags(2); ``mounts`` are attached to it,
    ``i_writecount`` files are kept open for writing, and ``readers`` read a fifo.
    """

    __slots__ = (
        "append",
        "dead",
        "entries",
        "i_acl",
        "i_caps",
        "i_default_acl",
        "i_gid",
        "i_link",
        "i_mode",
        "i_nlink",
        "i_parent",
        "i_rdev",
        "i_sb",
        "i_size",
        "i_uid",
        "i_writecount",
        "i_xattrs",
        "immutable",
        "mounts",
        "name",
        "program",
        "readers",
    )

    def __init__(self, i_sb: SuperBlock, i_mode: int, i_uid: int = 0, i_gid: int = 0) -> None:
        self.i_sb = i_sb
        self.i_mode = i_mode
        self.i_uid = kuid_t(i_uid)
        self.i_gid = kgid_t(i_gid)
        self.i_nlink = 1
        self.i_size = 0
        self.i_rdev: tuple[int, int] = (0, 0)
        self.i_link = ""
        self.i_acl: PosixAcl | None = None
        self.i_default_acl: PosixAcl | None = None
        self.i_caps: VfsCaps | None = None
        self.i_xattrs: dict[str, bytes] = {}
        self.entries: dict[str, Inode] = {}
        self.i_parent: Inode = self  # the directory it got its last name in, itself for a root
        self.dead = False
        self.immutable = False
        self.append = False
        self.mounts: dict[VfsMount, None] = {}
        self.i_writecount = 0
        self.program = 0
        self.readers = 0
        self.name = "/"

    @property
    def is_dir(self) -> bool:
        """S_ISDIR()."""
        return S_ISDIR(self.i_mode)

    @property
    def is_symlink(self) -> bool:
        """S_ISLNK()."""
        return S_ISLNK(self.i_mode)

    @property
    def path(self) -> str:
        """Where it is, from the root of the filesystem (which is ``"."``); its last name."""
        names, at = [], self
        while at.i_parent is not at:
            names.append(at.name)
            at = at.i_parent
        return "/".join(reversed(names)) or "."

    def path_of(self, name: str) -> str:
        """Where something of this name would be in this directory."""
        path = self.path
        return name if path == "." else f"{path}/{name}"

    def __str__(self) -> str:
        return f"<{self.name} k{self.i_uid}:k{self.i_gid} {self.i_mode & S_IALLUGO:04o}>"


class VfsMount:
    """struct vfsmount (and the part of struct mount that matters): a view of a filesystem.

    ``mnt_ns`` is ``None`` while the mount is detached, i.e. in an anonymous namespace, whose root
    is the topmost ``mnt_parent``; ``origin`` is the namespace it was cloned from.  ``mnt_parent``
    and ``mnt_mountpoint`` say what it is attached to, where that is modelled.
    """

    __slots__ = (
        "children",
        "mnt_flags",
        "mnt_idmap",
        "mnt_mountpoint",
        "mnt_ns",
        "mnt_parent",
        "mnt_root",
        "mnt_sb",
        "name",
        "origin",
        "was_attached",
        "writers",
    )

    def __init__(
        self,
        mnt_root: Inode,
        *,
        mnt_idmap: MntIdmap = nop_mnt_idmap,
        mnt_ns: MntNamespace | None = None,
        mnt_flags: int = 0,
        name: str = "mnt",
    ) -> None:
        self.mnt_root = mnt_root
        self.mnt_sb = mnt_root.i_sb
        self.mnt_idmap = mnt_idmap
        self.mnt_ns = mnt_ns
        self.mnt_flags = mnt_flags
        self.name = name
        self.writers = 0
        self.origin: MntNamespace | None = None
        self.was_attached = mnt_ns is not None
        self.children: list[VfsMount] = []
        self.mnt_parent: VfsMount | None = None
        self.mnt_mountpoint: Inode | None = None

    def __str__(self) -> str:
        return f"<mount {self.name}>"


class Path(NamedTuple):
    """struct path: a mount and what is reached through it."""

    mnt: VfsMount
    inode: Inode

    def __str__(self) -> str:
        return f"{self.mnt} {self.inode}"


class File:
    """struct file: an open file remembers the mount it was opened through."""

    __slots__ = ("f_inode", "f_path")

    def __init__(self, path: Path) -> None:
        self.f_path = path
        self.f_inode = path.inode

    def __str__(self) -> str:
        return f"<file {self.f_inode.name} via {self.f_path.mnt.name}>"


def mnt_idmap(mnt: VfsMount) -> MntIdmap:
    """The idmapping of a mount."""
    return mnt.mnt_idmap


def file_mnt_idmap(file: File) -> MntIdmap:
    """The idmapping of the mount a file was opened through: per open file, not per inode."""
    return file.f_path.mnt.mnt_idmap


def is_idmapped_mnt(mnt: VfsMount) -> bool:
    """Whether a mount translates owners.

    >>> is_idmapped_mnt(VfsMount(SuperBlock().s_root))
    False
    """
    return is_valid_mnt_idmap(mnt.mnt_idmap)


@traced("6", "include/linux/fs.h")
def i_uid_into_vfsuid(idmap: MntIdmap, inode: Inode) -> vfsuid_t:
    """The inode's owner as seen through a mount with this idmapping."""
    return make_vfsuid(idmap, inode.i_sb.s_user_ns, inode.i_uid)


@traced("6", "include/linux/fs.h")
def i_gid_into_vfsgid(idmap: MntIdmap, inode: Inode) -> vfsgid_t:
    """The inode's group as seen through a mount with this idmapping."""
    return make_vfsgid(idmap, inode.i_sb.s_user_ns, inode.i_gid)


@traced("6", "include/linux/fs.h", "HAS_UNMAPPED_ID")
def has_unmapped_id(idmap: MntIdmap, inode: Inode) -> bool:
    """Whether the mount has no id for the inode's owner or for its group (HAS_UNMAPPED_ID)."""
    return i_uid_into_vfsuid(idmap, inode) == INVALID or i_gid_into_vfsgid(idmap, inode) == INVALID


@traced("6", "include/linux/fs.h")
def fsuidgid_has_mapping(current: Task, sb: SuperBlock, idmap: MntIdmap) -> bool:
    """Whether the filesystem can store both ids of the current task.

    Both are asked for even where the group would come from a setgid directory.
    """
    kuid = mapped_fsuid(current, idmap, sb.s_user_ns)
    if kuid == INVALID:
        return False
    kgid = mapped_fsgid(current, idmap, sb.s_user_ns)
    if kgid == INVALID:
        return False
    return kuid_has_mapping(sb.s_user_ns, kuid) and kgid_has_mapping(sb.s_user_ns, kgid)


def file_type(inode: Inode) -> int:
    """The S_IFMT bits of an inode's mode."""
    return S_IFMT(inode.i_mode)
