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
from kfuncviz.model.releases import Release

#: First release with the flag and where that is known from.
FS_ALLOW_IDMAP: dict[str, tuple[Release, str]] = {
    "ext4": ((5, 12), "mount_setattr(2)"),
    "xfs": ((5, 12), "mount_setattr(2)"),
    "vfat": ((5, 12), "commit 4b7899368108"),
    "msdos": ((5, 12), "commit 4b7899368108"),
    "btrfs": ((5, 15), "commit 5b9b26f5d0b8"),
    "ntfs3": ((5, 15), "commit 82cae269cfa9"),
    "f2fs": ((5, 18), "commit 984fc4e76d63"),
    "erofs": ((5, 19), "commit 6c459b78d479"),
    "squashfs": ((6, 2), "mount_setattr(2), patch of 2024"),
    "tmpfs": ((6, 3), "merge 05e6295f7b5e"),
    "ceph": ((6, 7), "mount_setattr(2), patch of 2024"),
    "hugetlbfs": ((6, 9), "mount_setattr(2), patch of 2024"),
    "exfat": ((6, 11), "commit 224821766f43"),
    "fuse": ((6, 12), "the server must ask for it, with default_permissions"),
    "virtiofs": ((6, 12), "the server must ask for it, with default_permissions"),
    "bcachefs": ((6, 12), "pull request for 6.12"),
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
        return kernel >= FS_ALLOW_IDMAP[fs_type][0]
    if fs_type in WITHOUT_IDMAP:
        return False
    known = ", ".join(sorted(FS_ALLOW_IDMAP))
    raise KernelError("ENXIO", f"nothing is known of filesystem type {fs_type!r}; with: {known}")
