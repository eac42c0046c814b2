# SPDX-License-Identifier: BSD-3-Clause
"""
Filesystem types: which can be idmapped, and what they do otherwise
===================================================================

``FS_ALLOW_IDMAP`` is a flag of the filesystem *type*.  A driver that serves several types may set
it on one only: an ext2 or ext3 mount served by ext4 cannot be idmapped.  Little else hangs on the
type; what does, and was measured, is a column of :data:`FILESYSTEMS`.

Semantics section 16.4.
"""

from __future__ import annotations

from typing import NamedTuple

from kfuncviz.model.errors import KernelError
from kfuncviz.model.releases import RECORDED, Change, Release, Version

_LIST = "mount_setattr(2), list of filesystems"
_SERVER = "the server must ask for it, with default_permissions"
_HERE = (Version(6, 18, 44),)
_SERIES = "commit 16e1503eaf32 of a mirror of the kernel"


class Filesystem(NamedTuple):
    """A type of filesystem.

    Attributes
    ----------
    name:
        As in ``/proc/filesystems``.
    idmap:
        Since when its mounts can be idmapped; ``None``: never.
    note:
        What else there is to say of that.
    asked:
        The kernels that were asked, of a type that never can.
    modelled:
        Whether its own behaviour is modelled and was measured; of the others only whether they
        can be idmapped is.
    strips_on_delacl:
        Removing an access ACL takes setgid away like setting one (``simple_set_acl()``).
    no_tmpfile_in_dead:
        O_TMPFILE in a removed directory is EPERM.
    guards_attrs:
        ``chown(-1, -1)`` is EPERM too: of an immutable inode always, of an append-only one where it
        would take setuid or setgid away.
    """

    name: str
    idmap: Change | None
    note: str
    asked: tuple[Version, ...] = ()
    modelled: bool = False
    strips_on_delacl: bool = False
    no_tmpfile_in_dead: bool = False
    guards_attrs: bool = False

    def allows_idmap(self, kernel: Release) -> tuple[bool, str]:
        """Whether this kernel takes MOUNT_ATTR_IDMAP on it, and why, in words."""
        if self.idmap is None:
            return False, f"{self.name} cannot be idmapped by any kernel" + self._noted()
        first = f"{self.idmap.since[0]}.{self.idmap.since[1]}"
        if self.idmap.holds(kernel):
            return True, f"{self.name} can be idmapped since {first}" + self._noted()
        return False, f"{self.name} can be idmapped only since {first}" + self._noted()

    def _noted(self) -> str:
        return f" ({self.note})" if self.note else ""

    def measured(self, kernel: Release) -> bool:
        """Whether a kernel was asked that leaves no other answer for this one."""
        if self.idmap is None:
            return any(asked >= kernel for asked in self.asked)
        return self.idmap.measured(kernel)


def _can(
    name: str,
    since: Release,
    commit: str = "",
    subject: str = "",
    source: str = "",
    note: str = "",
    asked: tuple[Version, ...] = (),
) -> Filesystem:
    change = Change(since, f"{name} can be idmapped", commit, subject, source, asked=asked)
    return Filesystem(name, change, note)


def _cannot(name: str, note: str = "", asked: tuple[Version, ...] = _HERE) -> Filesystem:
    return Filesystem(name, None, note, asked)


_ON_DISK = (*RECORDED[:2], *_HERE)

#: Every type something is known of, by name.
FILESYSTEMS: dict[str, Filesystem] = {
    fs.name: fs
    for fs in (
        _can("tmpfs", (6, 3), "7a80e5b8c6fa", "shmem: support idmapped mounts for tmpfs",
             asked=RECORDED)._replace(modelled=True, strips_on_delacl=True),
        _can("ext4", (5, 12), source=_LIST, asked=_ON_DISK)
        ._replace(modelled=True, no_tmpfile_in_dead=True, guards_attrs=True),
        _can("xfs", (5, 12), source=_LIST, asked=_HERE)._replace(modelled=True),
        _can("btrfs", (5, 15), "5b9b26f5d0b8", "btrfs: allow idmapped mount", asked=_HERE)
        ._replace(modelled=True),
        _can("vfat", (5, 12), "4b7899368108", "fat: handle idmapped mounts"),
        _can("msdos", (5, 12), "4b7899368108", "fat: handle idmapped mounts"),
        _can("ntfs3", (5, 15), "82cae269cfa9", "fs/ntfs3: Add initialization of super block"),
        _can("f2fs", (5, 18), "984fc4e76d63", "f2fs: support idmapped mounts"),
        _can("erofs", (5, 19), "6c459b78d479", "erofs: support idmapped mounts",
             note="read-only"),
        _can("squashfs", (6, 2), source=_LIST, note="read-only"),
        _can("ceph", (6, 7), source=_LIST, note="creating needs a server that takes owners"),
        _can("hugetlbfs", (6, 9), source=_LIST, asked=_HERE),
        _can("exfat", (6, 11), "224821766f43", "exfat: handle idmapped mounts"),
        _can("fuse", (6, 12), note=_SERVER, asked=_HERE, source=f"{_SERIES}; 6.18.44 refuses "
             "without FUSE_ALLOW_IDMAP or default_permissions, and takes it with both"),
        _can("virtiofs", (6, 12), note=_SERVER, source=f"{_SERIES}, of the same series as fuse"),
        _can("bcachefs", (6, 12), source="pull request for 6.12",
             note="out of the kernel's own tree again since 6.18, as far as is remembered"),
        _can("overlay", (7, 3), note="an overlay mount as a whole; its layers may be idmapped "
             "mounts since 5.19", source="refused by 7.2.13, taken by 7.3.4",
             asked=(*_HERE, Version(7, 2, 13), Version(7, 3, 4))),
        _can("zfs", (5, 12), source="pull requests 13671 and 14097 of OpenZFS",
             note="not of the kernel: OpenZFS 2.2 or newer"),
        _cannot("ext2", "the ext4 driver serves it, but only its type ext4 has the flag"),
        _cannot("ext3", "the ext4 driver serves it, but only its type ext4 has the flag"),
        _cannot("9p", "not converted as far as is known", ()),
        _cannot("nfs", "not supported as far as is known", ()),
        *map(_cannot, (
            "binfmt_misc", "bpf", "cgroup2", "cpuset", "debugfs", "devpts", "devtmpfs", "fusectl",
            "mqueue", "proc", "pstore", "ramfs", "securityfs", "sysfs", "tracefs",
        )),
    )
}  # fmt: skip

#: Types whose files a server (or a daemon) keeps, which may refuse by rules of its own.
SERVED = frozenset(("9p", "ceph", "fuse", "nfs", "virtiofs"))

_ALIASES = {"cephfs": "ceph", "overlayfs": "overlay"}


def filesystem(name: str) -> Filesystem:
    """A type by its name; raises ENXIO for one nothing is known about: no guess.

    >>> filesystem("ext4").idmap.since
    (5, 12)
    """
    name = _ALIASES.get(name, name)
    if name not in FILESYSTEMS:
        known = ", ".join(sorted(FILESYSTEMS))
        raise KernelError("ENXIO", f"nothing is known of filesystem type {name!r}; known: {known}")
    return FILESYSTEMS[name]


def allows_idmap(name: str, kernel: Release) -> tuple[bool, str]:
    """Whether mounts of this type can be idmapped by this kernel, and why, in words.

    >>> allows_idmap("tmpfs", (6, 1))
    (False, 'tmpfs can be idmapped only since 6.3')
    >>> allows_idmap("overlay", (7, 3))[0]
    True
    """
    return filesystem(name).allows_idmap(kernel)
