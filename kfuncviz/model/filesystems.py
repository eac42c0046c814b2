# SPDX-License-Identifier: BSD-3-Clause
"""
Which filesystem can be idmapped, since when
============================================

``FS_ALLOW_IDMAP`` is a flag of the filesystem *type*.  A driver that serves several types may set
it on one only: an ext2 or ext3 mount served by ext4 cannot be idmapped.

Semantics section 16.4.
"""

from __future__ import annotations

from kfuncviz.model.errors import KernelError
from kfuncviz.model.releases import Change, Release

_LIST = "mount_setattr(2), list of filesystems"
_SERVER = "the server must ask for it, with default_permissions"

#: The types that can be idmapped: since when, and what brought it.
FS_ALLOW_IDMAP = {
    fs_type: Change(since, f"{fs_type} can be idmapped", commit, subject, note)
    for fs_type, since, commit, subject, note in (
        ("ext4", (5, 12), "", "", _LIST),
        ("xfs", (5, 12), "", "", _LIST),
        ("vfat", (5, 12), "4b7899368108", "fat: handle idmapped mounts", ""),
        ("msdos", (5, 12), "4b7899368108", "fat: handle idmapped mounts", ""),
        ("btrfs", (5, 15), "5b9b26f5d0b8", "btrfs: allow idmapped mount", ""),
        ("ntfs3", (5, 15), "82cae269cfa9", "fs/ntfs3: Add initialization of super block", ""),
        ("f2fs", (5, 18), "984fc4e76d63", "f2fs: support idmapped mounts", ""),
        ("erofs", (5, 19), "6c459b78d479", "erofs: support idmapped mounts", ""),
        ("squashfs", (6, 2), "", "", _LIST),
        ("tmpfs", (6, 3), "7a80e5b8c6fa", "shmem: support idmapped mounts for tmpfs", ""),
        ("ceph", (6, 7), "", "", _LIST),
        ("hugetlbfs", (6, 9), "", "", _LIST),
        ("exfat", (6, 11), "224821766f43", "exfat: handle idmapped mounts", ""),
        ("fuse", (6, 12), "", "", _SERVER),
        ("virtiofs", (6, 12), "", "", _SERVER),
        ("bcachefs", (6, 12), "", "", "pull request for 6.12"),
    )
}

#: Types known not to have it; all but 9p and nfs were refused (EINVAL) by a 6.18.44 kernel.
WITHOUT_IDMAP = frozenset(
    (
        "9p", "nfs", "binfmt_misc", "bpf", "cgroup2", "cpuset", "debugfs", "devpts", "devtmpfs",
        "ext2", "ext3", "fusectl", "mqueue", "overlay", "proc", "pstore", "ramfs", "securityfs",
        "sysfs", "tracefs",
    )
)  # fmt: skip


def fs_allow_idmap(fs_type: str, kernel: Release) -> bool:
    """Whether mounts of this type can be idmapped by this kernel.

    Raises ENXIO for a type nothing is known about: no guess.

    >>> fs_allow_idmap("tmpfs", (6, 1)), fs_allow_idmap("tmpfs", (6, 18))
    (False, True)
    """
    if fs_type in FS_ALLOW_IDMAP:
        return kernel >= FS_ALLOW_IDMAP[fs_type].since
    if fs_type in WITHOUT_IDMAP:
        return False
    known = ", ".join(sorted(FS_ALLOW_IDMAP))
    raise KernelError("ENXIO", f"nothing is known of filesystem type {fs_type!r}; with: {known}")
