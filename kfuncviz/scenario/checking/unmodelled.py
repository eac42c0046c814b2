# SPDX-License-Identifier: BSD-3-Clause
"""
What the kernel has and the format has not
==========================================

Operations and keys that somebody may well write and that are no typing mistakes: the refusal says
that they are not modelled, and what is known all the same.  ``data/scenario.md`` lists them.
"""

from __future__ import annotations

_STRIPS = "it takes setuid, setgid and file capabilities away as truncate does"
_HANDLES = "a file handle opened through a mount follows the map of that mount's descriptor"
_MOUNT_FLAGS = "mounts of this format have no flags"
_BOUNDING = "a namespace's is full; settings.cap_bset is that of the initial namespace"
_CALLER_IDS = "real, effective and filesystem ids are one number here"

#: Operations, and what is known of each.
OPERATIONS = {
    "write": _STRIPS, "fallocate": _STRIPS, "copy_file_range": _STRIPS,
    "mmap": "a store through a mapping takes nothing away",
    "removexattr": "rmcap and delacl remove a capability and an access list",
    "listxattr": "getxattr, getacl and getcap read one attribute each",
    "name_to_handle_at": _HANDLES, "open_by_handle_at": _HANDLES,
    "fanotify_mark": "needs capabilities of the initial namespace",
    "mount": "mounts are made before the first operation, by root of the host",
    "mount_setattr": "mounts are made before the first operation, by root of the host",
    "quotactl": "charges go to the id on the disk, and chown moves them",
}  # fmt: skip

#: Keys, by the part of a scenario they would stand in.
KEYS: dict[str, dict[str, str]] = {
    "callers": {
        "no_new_privs": "every exec may gain",
        "cap_bset": _BOUNDING,
        "bounding": _BOUNDING,
        "fsuid": _CALLER_IDS,
        "ruid": _CALLER_IDS,
        "euid": _CALLER_IDS,
    },
    "mounts": {
        **dict.fromkeys(("ro", "rdonly", "nosuid", "nodev", "noexec"), _MOUNT_FLAGS),
        "recursive": "there are no mounts below a mount",
        "by": "root of the host makes all mounts",
    },
    "fs": {
        "lower": "overlay is not",
        "upper": "overlay is not",
        "quota": "charges go to the id on the disk",
        "ro": "every filesystem can be written to",
    },
    "userns": {"projid_map": "project ids are not", "setgroups": "'deny' is check-map's alone"},
    "setup": {"immutable": "no inode has flags", "xattr": "setxattr as an operation makes one"},
    "settings": {"lsm": "security modules are not"},
}
