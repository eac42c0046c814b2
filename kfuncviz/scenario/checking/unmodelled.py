# SPDX-License-Identifier: BSD-3-Clause
"""
What the kernel has and the format has not
==========================================

Operations, keys and values that somebody may well write and that are no typing mistakes: the
refusal says that they are not modelled, and what is known all the same.  ``data/scenario.md`` lists
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfuncviz.scenario.checking.schema import EMPTY_PATH

_BIND = "open_tree and move_mount make a mount; no further filesystem is mounted"

#: Operations, and what is known of each.
OPERATIONS = {
    "mmap": "a store through a mapping takes nothing away",
    "name_to_handle_at": "write name_to_handle", "open_by_handle_at": "write open_by_handle",
    "setreuid": "write setresuid", "setregid": "write setresgid", "setuid": "write setresuid",
    "setgid": "write setresgid", "initgroups": "write setgroups",
    "fanotify_mark": "needs capabilities of the initial namespace",
    "mount": _BIND, "fsmount": _BIND, "umount": "no mount is taken off again",
    "listmount": "statmount and mountinfo show one mount",
    "unshare": "mount_ns of a caller gives it a mount namespace of its own",
    "chattr": "attrs of setup makes an inode immutable or append-only",
    "quotactl": "charges go to the id on the disk, and chown moves them",
}  # fmt: skip

#: Keys, by the part of a scenario they would stand in.
KEYS: dict[str, dict[str, str]] = {
    "callers": {
        "cap_bset": "bounding is a caller's; settings.cap_bset is that of the initial namespace",
        "euid": "kuid is the effective id; ruid and fsuid are those that differ",
    },
    "mounts": {
        **{
            flag: f"write flags: [{flag}]"
            for flag in ("ro", "nosuid", "nodev", "noexec", "nosymfollow")
        },
        "rdonly": "write flags: [ro]",
    },
    "fs": {
        "lower": "overlay is not",
        "upper": "overlay is not",
        "quota": "charges go to the id on the disk",
        "ro": "every filesystem can be written to",
    },
    "userns": {"projid_map": "project ids are not"},
    "setup": {
        "immutable": "write attrs: [immutable]",
        "xattr": "setxattr as an operation makes one",
    },
    "settings": {"lsm": "security modules are not"},
    "ops": {
        "follow": "only stat, chown, fchownat, name_to_handle and setxattr choose whether to "
        "follow a symlink at the end",
        "flags": "AT_EMPTY_PATH is empty_path of fchownat; its like have no words here",
    },
}

#: Values of arguments, by operation and argument.
_VALUES: dict[tuple[str, str], Mapping[Any, str]] = {
    ("open", "flags"): {"O_TMPFILE": "tmpfile makes such a file"},
    ("utimens", "when"): {"omit": "write atime: omit or mtime: omit"},
}


def values(name: str, op: Mapping[str, Any]) -> dict[str, str]:
    """The arguments of an operation with a value that is not modelled, and what is known of it.

    >>> values("utimens", {"when": "omit"})
    {'when': 'write atime: omit or mtime: omit'}
    """
    found = (
        {"path": "an empty path; '.' is the root, and fchownat has empty_path"}
        if op.get("path") == "" and name not in EMPTY_PATH
        else {}
    )
    for (of, key), known in _VALUES.items():
        if of == name and (said := _said(op.get(key), known)):
            found[key] = said
    return found


def _said(value: Any, known: Mapping[Any, str]) -> str | None:
    """What is known of a value; of flags written together, of the first of them."""
    if isinstance(value, str) and "|" in value:
        value = value.split("|")
    parts = value if isinstance(value, list) else [value]
    return next((known[part] for part in parts if type(part) in (str, int) and part in known), None)
