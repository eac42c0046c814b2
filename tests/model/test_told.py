# SPDX-License-Identifier: BSD-3-Clause
"""
What the two tables say, word for word
======================================

What differs between kernels, and which types of filesystems can be idmapped: each row as
mount_setattr(2), the commits and the kernels that were asked have it, and as a reader is told.
"""

from __future__ import annotations

import pytest

from kfuncviz.model.filesystems import FILESYSTEMS
from kfuncviz.model.releases import CHANGES, NEWEST, RECORDED, STABLE, Version
from tests.recorded import files

#: Kernels that only answered how mounts are made and maps written, or whole scenarios too.
MOUNTING = "6.1.192 6.12.118 6.16.12 6.17.13 6.18.5 6.18.44 7.2.13 7.3.4"
ALL = (
    "6.1.170 6.1.192 6.12.43 6.12.118 6.16.12 6.17.13 6.18.5 6.18.15 6.18.44 6.19.14 7.0.13 "
    "7.1.13 7.2.13 7.3.4"
)
TMPFS = ALL.removeprefix("6.1.170 6.1.192 ")
ONE = "6.18.44"
#: Since when, in which stable versions besides, who was asked, what the rule says, and what else.
RULES: dict[str, tuple[str, str, str, str, str]] = {
    "nosymfollow_attr": ("5.14", "", ONE, "mount_setattr(2) takes nosymfollow", ""),
    "s_user_ns": (
        "5.17", "", TMPFS,
        "filesystems mounted in a user namespace may be idmapped, but not by that very namespace",
        ""),
    "userns_fd_capable": (
        "6.0", "", MOUNTING, "the caller needs CAP_SYS_ADMIN in the user namespace used", ""),
    "nop_is_identity": (
        "6.0", "", ALL,
        ("without a mount idmapping chown takes any valid id, even one foreign to the filesystem; "
        "with one, an id without a row is EOVERFLOW, before that EINVAL"),
        "that it is this commit is remembered, not re-checked"),
    "acl_fixup_by_buffer": (
        "6.0", "", ALL,
        ("an ACL is read through an idmapped mount in the mount's ids only with a buffer of 4 + 8n "
        "bytes; with any other, such as 4096, in the filesystem's (up to 6.1)"), ""),
    "posix_acl_api": (
        "6.2", "", ALL,
        ("an ACL to be set is read first, in the caller's ids; before, the permission to write "
        "attributes came first, then the ACL, then the kind of inode"), ""),
    "setattr_should_drop_sgid": (
        "6.2", "6.1.15", ALL,
        ("setgid without group execute is dropped unless the caller is in the group or has "
        "CAP_FSETID"), "also in 6.1.15"),
    "setres_nothing": (
        "6.3", "5.15.109 6.1.26 6.2.13", ONE,
        ("setresuid(2) and setresgid(2) that change nothing leave the filesystem id alone; before, "
        "every call made it the effective one"),
        ("taken to stable branches in April 2023: as 5.15.109, 6.1.26 and 6.2.13, the numbers are "
        "remembered")),
    "tmpfs_user_xattr": ("6.6", "", ALL, "tmpfs has user.* attributes", ""),
    "statmount": ("6.8", "", ONE, "statmount(2) shows the flags of a mount", ""),
    "unwritten_einval": (
        "6.9", "", MOUNTING, "a namespace with an unwritten map is refused", ""),
    "setxattr_name_first": (
        "6.11", "", ALL,
        "setxattr(2) looks at the name and the value before it walks the path",
        "after 6.1.192, not after 6.12.43: in which release between is not known"),
    "handles_in_userns": (
        "6.11", "", ONE,
        ("open_by_handle_at(2) opens directories for who has CAP_SYS_ADMIN over the filesystem's "
        "user namespace too, not for CAP_DAC_READ_SEARCH over the initial one alone"), ""),
    "sb_i_noidmap": ("6.12", "", ONE, "a superblock can refuse idmapping (fuse)", ""),
    "getxattr_name_first": (
        "6.13", "", ALL, "getxattr(2) looks at the name before it walks the path", ""),
    "truncate_permission_first": (
        "6.14", "", ONE,
        "truncate(2) asks for permission before it looks whether the mount is read-only", ""),
    "open_tree_detached": ("6.15", "", MOUNTING, "open_tree(2) clones a detached mount too", ""),
    "open_tree_attr": (
        "6.15", "", MOUNTING,
        "open_tree_attr(2) may replace or clear the idmapping of a fresh clone",
        "replacing and clearing came with 2462651ffa76 in the same release"),
    "move_mount_target_first": (
        "6.15", "", ONE, "move_mount(2) walks the path of the target before that of the mount", ""),
    "move_mount_detached": (
        "6.15", "", ONE, "move_mount(2) attaches a mount to a detached one too", ""),
    "open_tree_attr_clone": (
        "6.17", "6.16.4", ONE,
        "open_tree_attr(2) without OPEN_TREE_CLONE changes no idmapping of a detached mount",
        "also in 6.16.4; known as CVE-2025-39717"),
    "exec_id_changed": (
        "6.17", "", ONE,
        "execve(2) compares the new effective ids with the effective ones, not with the real ones",
        ("found in the source of 6.17, not in that of 6.14 and 6.12.15; 6.15 and 6.16 were not "
        "read")),
    "handle_of_unmapped": (
        "6.17", "6.12.48 6.16.8", ONE,
        ("in a user namespace a handle of a directory whose own ids have no row there is stale; "
        "before, only the directories above it had to have them"), "also in 6.12.48 and 6.16.8"),
    "statmount_idmap": ("6.15", "", MOUNTING, "statmount(2) reports the maps of a mount", ""),
    "tmpfile_mapping": (
        "7.2", "6.1.191 6.12.97 6.18.44 7.1.7",
        ("6.1.170 6.1.192 6.12.43 6.12.96 6.12.100 6.12.118 6.16.12 6.17.13 6.18.5 6.18.15 6.18.44 "
        "6.19.14 7.0.13 7.1.3 7.1.7 7.1.13 7.2.13 7.3.4"),
        "O_TMPFILE by an unmapped caller is refused",
        ("also in 6.1.191 and 6.12.97; in 6.18 and 7.1 it came after 6.18.15 and 7.1.3 and was "
        "there in 6.18.44 and 7.1.7; of other branches nothing is known")),
}  # fmt: skip

#: Since when a type can be idmapped, what is said besides, and from where it is known.
TYPES: dict[str, tuple[str, str, str]] = {
    "tmpfs": ("6.3", "",
              'commit 7a80e5b8c6fa ("shmem: support idmapped mounts for tmpfs") (in v6.3)'),
    "ext4": ("5.12", "", "mount_setattr(2), list of filesystems"),
    "xfs": ("5.12", "", "mount_setattr(2), list of filesystems"),
    "btrfs": ("5.15", "", 'commit 5b9b26f5d0b8 ("btrfs: allow idmapped mount") (in v5.15)'),
    "vfat": ("5.12", "", 'commit 4b7899368108 ("fat: handle idmapped mounts") (in v5.12)'),
    "msdos": ("5.12", "", 'commit 4b7899368108 ("fat: handle idmapped mounts") (in v5.12)'),
    "ntfs3": ("5.15", "",
              'commit 82cae269cfa9 ("fs/ntfs3: Add initialization of super block") (in v5.15)'),
    "f2fs": ("5.18", "", 'commit 984fc4e76d63 ("f2fs: support idmapped mounts") (in v5.18)'),
    "erofs": ("5.19", " (read-only)",
              'commit 6c459b78d479 ("erofs: support idmapped mounts") (in v5.19)'),
    "squashfs": ("6.2", " (read-only)", "mount_setattr(2), list of filesystems"),
    "ceph": ("6.7", " (creating needs a server that takes owners)",
             "mount_setattr(2), list of filesystems"),
    "hugetlbfs": ("6.9", "", "mount_setattr(2), list of filesystems"),
    "exfat": ("6.11", "", 'commit 224821766f43 ("exfat: handle idmapped mounts") (in v6.11)'),
    "fuse": ("6.12", " (the server must ask for it, with default_permissions)",
             ("commit 16e1503eaf32 of a mirror of the kernel; 6.18.44 refuses without "
              "FUSE_ALLOW_IDMAP or default_permissions, and takes it with both")),
    "virtiofs": ("6.12", " (the server must ask for it, with default_permissions)",
                 "commit 16e1503eaf32 of a mirror of the kernel, of the same series as fuse"),
    "bcachefs": ("6.12", (" (out of the kernel's own tree again since 6.18, as far as is "
                 "remembered)"), "pull request for 6.12"),
    "overlay": ("7.3", (" (an overlay mount as a whole; its layers may be idmapped mounts since "
                "5.19)"), "refused by 7.2.13, taken by 7.3.4"),
    "zfs": ("5.12", " (not of the kernel: OpenZFS 2.2 or newer)",
            "pull requests 13671 and 14097 of OpenZFS"),
    "ext2": ("", " (the ext4 driver serves it, but only its type ext4 has the flag)", ""),
    "ext3": ("", " (the ext4 driver serves it, but only its type ext4 has the flag)", ""),
    "9p": ("", " (not converted as far as is known)", ""),
    "nfs": ("", " (not supported as far as is known)", ""),
}  # fmt: skip
#: Types that were asked, and of which kernels; all others of the second table were asked of none,
#: and those of neither of the one.
ASKED = {
    "tmpfs": ALL, "ext4": "6.1.170 6.1.192 6.18.44", "xfs": ONE, "btrfs": ONE, "hugetlbfs": ONE,
    "fuse": ONE, "overlay": "6.18.44 7.2.13 7.3.4", "ext2": ONE, "ext3": ONE,
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_a_rule_is_what_its_row_says(name: str) -> None:
    change = CHANGES[name]
    told = (
        ".".join(map(str, change.since)), " ".join(map(str, change.backports)),
        " ".join(map(str, change.asked)), change.text, change.note,
    )  # fmt: skip
    assert told == RULES[name]


def test_no_rule_is_left_out() -> None:
    assert [*RULES] == [*CHANGES]
    assert " ".join(map(str, RECORDED)) == ALL
    mounts = {".".join(path.name.split(".")[:3]) for path in files("mount-setattr")}
    assert mounts | {ONE, "7.3.4"} >= {*MOUNTING.split()} - {ONE}


@pytest.mark.parametrize("name", FILESYSTEMS)
def test_a_type_is_what_its_row_says(name: str) -> None:
    fs = FILESYSTEMS[name]
    since, more, source = TYPES.get(name, ("", "", ""))
    told = f"can be idmapped since {since}" if since else "cannot be idmapped by any kernel"
    assert fs.allows_idmap(NEWEST) == (bool(since), f"{name} {told}{more}")
    default = "" if name in TYPES else ONE
    asked = fs.asked if fs.idmap is None else fs.idmap.asked
    assert " ".join(map(str, asked)) == ASKED.get(name, default)
    if fs.idmap is not None:
        assert (fs.idmap.source, fs.idmap.text) == (source, f"{name} can be idmapped")


def test_the_newest_version_of_each_branch() -> None:
    newest = (
        "5.12.19 5.13.19 5.14.21 5.15.196 5.16.20 5.17.15 5.18.19 5.19.17 6.0.19 6.1.192 6.2.16 "
        "6.3.13 6.4.16 6.5.13 6.6.117 6.7.12 6.8.12 6.9.12 6.10.14 6.11.11 6.12.118 6.13.12 "
        "6.14.11 6.15.11 6.16.12 6.17.13 6.18.44 6.19.14 7.0.13 7.1.13 7.2.13 7.3.4"
    )
    assert " ".join(str(Version(*branch, patch)) for branch, patch in STABLE.items()) == newest
