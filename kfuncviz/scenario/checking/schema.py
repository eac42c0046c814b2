# SPDX-License-Identifier: BSD-3-Clause
"""
The scenario format, as a table
===============================

What each part of a scenario may hold.  A checker takes a value and says what it wanted instead, or
nothing if the value will do; a table of checkers describes an object.  ``data/scenario.md``
explains the same format in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from kfuncviz.model.capability import cap_mask
from kfuncviz.model.errors import KernelError
from kfuncviz.model.filesystems import FILESYSTEMS
from kfuncviz.model.releases import release
from kfuncviz.model.uidgid import INVALID, LAST_ID, is_id
from kfuncviz.nearest import meant
from kfuncviz.printable import short
from kfuncviz.scenario.credentials import CREDENTIALS
from kfuncviz.scenario.mounting import MOUNT_ATTRS, MOUNT_CALLS, MOUNT_FLAGS, OPEN_TREE_FLAGS
from kfuncviz.scenario.notation import O_FLAGS, OPEN_FLAGS
from kfuncviz.scenario.operations import FILE_TYPES, OPERATIONS

#: Takes a value; returns what would be right, or ``None`` if the value is.
Checker = Callable[[Any], str | None]

PATH_MAX, NAME_MAX_SCENARIO, TEXT_MAX = 4095, 64, 65536
MODE_MAX = 0o7777

_CAPABILITIES = '"all", "none", "-CAP_CHOWN,..." (all but these) or a list of capability names'
_ENTRY = re.compile(r"(?:default:)?(?:user|group):([0-9]{1,10})|rootid")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")


def a_number(low: int, high: int, why: str = "") -> Checker:
    """A whole number from ``low`` to ``high``."""
    wanted = f"a whole number from {low} to {high}{why}"
    return lambda v: None if type(v) is int and low <= v <= high else wanted


def one_of(*choices: Any) -> Checker:
    """One of some values."""
    wanted = "one of " + ", ".join(str(choice) for choice in choices)
    return lambda v: None if type(v) in (str, int) and v in choices else wanted


def a_text(limit: int = TEXT_MAX) -> Checker:
    """A text without NUL bytes."""

    def check(value: Any) -> str | None:
        if not isinstance(value, str) or len(value) > limit or "\0" in value:
            return f"a text of at most {limit} characters without NUL"
        return None if _encodable(value) else "a text that can be written as UTF-8"

    return check


def _encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def any_path(value: Any) -> str | None:
    """A path relative to a mount's root; ``..`` may leave the mount."""
    if not isinstance(value, str) or not value or "\0" in value or not _encodable(value):
        return "a path, relative to the mount's root ('.' is the root itself)"
    if value.startswith("/"):
        return "a path relative to the mount's root, without the slash in front"
    return None


def any_path_or_empty(value: Any) -> str | None:
    """The same, or an empty one: the mount's root itself (AT_EMPTY_PATH)."""
    return None if value == "" else any_path(value)


def a_path(value: Any) -> str | None:
    """A path below a mount's root: relative, and not climbing out of it."""
    if wanted := any_path(value):
        return wanted
    depth = 0
    for part in value.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            return "a path that does not climb out of the mount"
    return None


def a_flag(value: Any) -> str | None:
    """True or false."""
    return None if isinstance(value, bool) else "true or false"


def a_mode(value: Any) -> str | None:
    """A file mode: octal digits as a text, or a number."""
    if isinstance(value, str) and re.fullmatch("[0-7]{1,5}", value):
        value = int(value, 8)
    if type(value) is int and 0 <= value <= MODE_MAX:
        return None
    return 'a mode such as "0755" (at most "7777")'


def a_name(value: Any) -> str | None:
    """The name of something in the scenario."""
    if isinstance(value, str) and _NAME.fullmatch(value) and len(value) <= NAME_MAX_SCENARIO:
        return None
    return f"a name of letters, digits, _ . - (at most {NAME_MAX_SCENARIO})"


def a_content(value: Any) -> str | None:
    """The text of a file; not a script, which would run a program of the real machine."""
    if isinstance(value, str) and value.startswith("#!"):
        return "modelled: a script would run an interpreter of the machine; want another text"
    return a_text()(value)


def an_access_mask(value: Any) -> str | None:
    """Any of the letters r, w and x."""
    return None if isinstance(value, str) and set(value) <= set("rwx") else 'a text such as "rw"'


def capabilities(value: Any) -> str | None:
    """Capabilities: all, none, all but some, or a list of names."""
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        return _CAPABILITIES
    try:
        cap_mask(value)
    except ValueError as error:
        return f"{_CAPABILITIES} ({short(str(error), 100)})"
    return None


def a_kernel(value: Any) -> str | None:
    """A kernel the model follows: a release or a stable version."""
    wanted = 'a kernel release or version written as a text such as "6.18" or "6.12.43"'
    if not isinstance(value, str):
        return wanted
    try:
        release(value)
    except KernelError as error:
        if error.name == "ENOSYS":
            return f"a modelled release: {error.rule}"
        return "; ".join([wanted, *error.rule.split("; ")[1:]])
    return None


def a_filesystem(value: Any) -> str | None:
    """A type of filesystem something is known of."""
    wanted = one_of(*FILESYSTEMS)(value)
    return wanted and wanted + (meant(value.lower(), FILESYSTEMS) if isinstance(value, str) else "")


def a_label(value: Any) -> str | None:
    """What results are matched to scenarios by."""
    if value is None or (type(value) is int and abs(value) < 1 << 64):
        return None
    return None if a_text()(value) is None else "a text or whole number"


def an_id(value: Any) -> str | None:
    """An id as the kernel has it: 4294967295 is none."""
    return None if is_id(value) else f"a whole number from 0 to {LAST_ID}"


def an_owner(value: Any) -> str | None:
    """An id as the kernel has it, or -1: the disk holds a number that is no id."""
    wanted = f"a whole number from 0 to {LAST_ID}, or -1 for an inode without one"
    return None if (value == -1 and type(value) is int) or is_id(value) else wanted


def an_entry(value: Any) -> str | None:
    """What of a file holds an id besides its owner and group: an ACL entry, or a rootid.

    >>> an_entry("user:986"), an_entry("default:group:7"), an_entry("rootid")
    (None, None, None)
    """
    match = _ENTRY.fullmatch(value) if isinstance(value, str) else None
    if match and (match[1] is None or int(match[1]) <= LAST_ID):
        return None
    return "user:ID or group:ID, the same after default:, or rootid"


_ACCESS_MODES = {"O_RDONLY", "O_WRONLY", "O_RDWR"}


def open_flags(value: Any) -> str | None:
    """How a file is opened: a word, or a list of open(2)'s own flags that go together."""
    if not isinstance(value, list):
        wanted = one_of(*OPEN_FLAGS)(value)
        return wanted and f"{wanted}, or a list of {', '.join(O_FLAGS)}"
    if wanted := list_of(*O_FLAGS)(value):
        return wanted
    if len(_ACCESS_MODES.intersection(value)) > 1:
        return "flags of one access mode: O_RDONLY, O_WRONLY or O_RDWR"
    if "O_PATH" not in value and {"O_CREAT", "O_DIRECTORY"} <= set(value):
        return "flags that go together: open(2) makes no directory (EINVAL since 6.4)"
    return None


def handle_flags(value: Any) -> str | None:
    """How a file handle is opened: as :func:`open_flags`, but nothing is created."""
    if wanted := open_flags(value):
        return wanted
    if {"O_CREAT", "O_EXCL"} & set(value):
        return "flags for what is there already: no O_CREAT, no O_EXCL"
    return None


def rdev(value: Any) -> str | None:
    """The two numbers of a device."""
    wanted = "[major, minor], at most [4095, 1048575]"
    if not isinstance(value, list) or len(value) != 2:
        return wanted
    bad = a_number(0, 4095)(value[0]) or a_number(0, 1048575)(value[1])
    return wanted if bad else None


def acl_entries(value: Any) -> str | None:
    """A list of [tag, id or null, "rwx"]."""
    wanted = 'a list of entries like ["user", 1000, "rw-"] or ["mask", null, "r--"]'
    if not isinstance(value, list) or len(value) > 1000:
        return wanted
    for number, entry in enumerate(value):
        if not isinstance(entry, list) or len(entry) != 3:
            return f"{wanted} (entry {number} is not)"
        tag, id, perm = entry
        if tag not in ("user_obj", "user", "group_obj", "group", "mask", "other"):
            return f"{wanted} (entry {number}: unknown tag)"
        if id is not None and a_number(0, INVALID)(id):
            return f"{wanted} (entry {number}: the id is not a number from 0 to {INVALID})"
        if not (isinstance(perm, str) and set(perm) <= set("rwx-")) and a_number(0, 7)(perm):
            return f"{wanted} (entry {number}: the permissions are no text of r, w, x and -)"
    return None


def list_of(*names: str) -> Checker:
    """A list of some names, each at most once."""
    wanted = f"a list of {', '.join(names)}"

    def check(value: Any) -> str | None:
        if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
            return wanted
        strange = next((name for name in value if name not in names), None)
        if strange is not None:
            return f"{wanted}{meant(strange, names)}"
        return f"{wanted}, each once" if len(set(value)) < len(value) else None

    return check


def typed_ids(value: Any) -> str | None:
    """A list of ids as the caller writes them."""
    good = isinstance(value, list) and len(value) <= 65536
    if good and all(type(id) is int and 0 <= id <= INVALID for id in value):
        return None
    return f"a list of ids from 0 to {INVALID}"


_SECURE_BITS = ("noroot", "no_setuid_fixup", "keep_caps", "no_cap_ambient_raise")


def secure_bits(value: Any) -> str | None:
    """The secure bits of a caller; locks are not among them, for nobody changes the bits."""
    wanted = list_of(*_SECURE_BITS)(value)
    locked = [f"{name}_locked" for name in _SECURE_BITS]
    if wanted and isinstance(value, list) and any(bit in locked for bit in value):
        return f"{wanted} (no operation changes them, so a _locked bit has no effect: leave it out)"
    return wanted


def id_list(value: Any) -> str | None:
    """A list of kernel ids."""
    good = isinstance(value, list) and len(value) <= 65536 and all(map(is_id, value))
    return None if good else f"a list of kernel ids from 0 to {LAST_ID}"


_number_typed = a_number(0, INVALID)
_chown_id = a_number(-1, INVALID, " (-1 leaves it as it is)")
_cap_bits = a_number(0, (1 << 64) - 1)
_which = one_of("access", "default")

CAP: dict[str, Checker] = {
    "version": one_of(2, 3),
    "permitted": _cap_bits,
    "inheritable": _cap_bits,
    "effective": a_flag,
    "rootid": _number_typed,
}
_ACL: dict[str, Checker] = {"which": _which}
_NEW: dict[str, Checker] = {"mode": a_mode}
_TO: dict[str, Checker] = {"to": any_path, "via2": a_name}
_TREE: dict[str, Checker] = {"flags": list_of(*OPEN_TREE_FLAGS), "as": a_name}
_ATTR: dict[str, Checker] = {
    "set": list_of(*MOUNT_ATTRS),
    "clear": list_of(*MOUNT_ATTRS),
    "userns": lambda v: None if v is None else a_name(v),
}

#: The arguments of every operation besides ``op``, ``by``, ``via`` and ``path``.
OP_ARGUMENTS: dict[str, dict[str, Checker]] = {
    name: {} for name in (*OPERATIONS, *MOUNT_CALLS)
} | {
    "setresuid": {"ruid": _chown_id, "euid": _chown_id, "suid": _chown_id},
    "setresgid": {"rgid": _chown_id, "egid": _chown_id, "sgid": _chown_id},
    "setfsuid": {"uid": _number_typed},
    "setfsgid": {"gid": _number_typed},
    "setgroups": {"groups": typed_ids},
    "fchownat": {"uid": _chown_id, "gid": _chown_id, "follow": a_flag, "empty_path": a_flag},
    "name_to_handle": {"follow": a_flag},
    "open_by_handle": {"flags": handle_flags, "via2": a_name},
    "stat": {"follow": a_flag},
    "create": _NEW,
    "mkdir": _NEW,
    "symlink": {"target": a_text(PATH_MAX)},
    "mknod": _NEW | {"ftype": one_of(*FILE_TYPES), "rdev": rdev},
    "tmpfile": _NEW | {"to": any_path},
    "open": {"flags": open_flags, "mode": a_mode, "keep": a_flag},
    "access": {"mask": an_access_mask, "real": a_flag},
    "chown": {"uid": _chown_id, "gid": _chown_id, "follow": a_flag},
    "chmod": _NEW,
    "truncate": {"size": a_number(0, 64 << 20)},
    "truncate_path": {"size": a_number(0, 64 << 20)},
    "write": {"content": a_content},
    "fallocate": {"size": a_number(1, 16 << 20)},
    "copy_file_range": _TO,
    "utimens": {
        "when": one_of("now", "set"),
        "atime": one_of("now", "set", "omit"),
        "mtime": one_of("now", "set", "omit"),
    },
    "link": _TO,
    "rename": _TO | {"flags": one_of(0, 1, 2, 4)},
    "setacl": _ACL | {"entries": acl_entries},
    "getacl": _ACL | {"buffer": a_number(1, 1 << 20)},
    "delacl": _ACL,
    "setcap": CAP,
    "setxattr": {"name": a_text(255), "value": a_text(), "follow": a_flag},
    "removexattr": {"name": a_text(255)},
    "getxattr": {"name": a_text(255)},
    "open_tree": _TREE,
    "open_tree_attr": _TREE | _ATTR,
    "mount_setattr": _ATTR | {"recursive": a_flag},
    "move_mount": _TO,
    "chown_root": {"kuid": an_id, "kgid": an_id},
    "chmod_root": _NEW,
}  # fmt: skip

USERNS: dict[str, Checker] = {"setgroups": one_of("allow", "deny")}

#: Operations that take an empty path.
EMPTY_PATH = frozenset(("stat", *MOUNT_CALLS))

#: Every key any operation has.
OP_KEYS = frozenset(("op", "by", "via", "path")).union(*OP_ARGUMENTS.values())

#: Arguments an operation cannot do without.
OP_REQUIRED: dict[str, tuple[str, ...]] = {
    "chmod": ("mode",), "chmod_root": ("mode",), "fallocate": ("size",), "copy_file_range": ("to",),
    "link": ("to",), "rename": ("to",), "move_mount": ("to",),
    "setacl": ("entries",), "setxattr": ("name",), "getxattr": ("name",),
    "removexattr": ("name",), "setfsuid": ("uid",), "setfsgid": ("gid",),
    "setgroups": ("groups",),
}  # fmt: skip

#: Operations that act on no file: they have neither ``path`` nor ``via``.
WITHOUT_PATH = frozenset(CREDENTIALS)

SETUP_TYPES = ("dir", "file", "symlink", "fifo", "chr", "exe")
SETUP: dict[str, Checker] = {
    "type": one_of(*SETUP_TYPES),
    "path": a_path,
    "kuid": an_owner,
    "kgid": an_owner,
    "mode": a_mode,
    "target": a_text(PATH_MAX),
    "content": a_content,
    "rdev": rdev,
    "acl": acl_entries,
    "default_acl": acl_entries,
    "attrs": list_of("immutable", "append"),
}
ROOT: dict[str, Checker] = {"kuid": an_id, "kgid": an_id, "mode": a_mode}
MOUNT: dict[str, Checker] = {
    "subdir": lambda v: None if v in ("", None) else a_path(v),
    "detached": a_flag,
    "flags": list_of(*MOUNT_FLAGS),
    "recursive": a_flag,
    "to": any_path,
}
CALLER: dict[str, Checker] = {
    "kuid": an_id,
    "kgid": an_id,
    "kgroups": id_list,
    "caps": capabilities,
    "umask": a_mode,
    "bounding": capabilities,
    "inheritable": capabilities,
    "ambient": capabilities,
    "no_new_privs": a_flag,
    "mount_ns": a_flag,
    "securebits": secure_bits,
    "ruid": an_id,
    "rgid": an_id,
    "fsuid": an_id,
    "fsgid": an_id,
    "suid": an_id,
    "sgid": an_id,
}
SETTINGS: dict[str, Checker] = {
    "kernel": a_kernel,
    "overflowuid": a_number(0, 65535),
    "overflowgid": a_number(0, 65535),
    "protected_hardlinks": one_of(0, 1),
    "protected_symlinks": one_of(0, 1),
    "protected_regular": one_of(0, 1, 2),
    "protected_fifos": one_of(0, 1, 2),
    "cap_bset": _cap_bits,
}
FOCUS: dict[str, Checker] = {
    "path": a_path,
    "by": a_name,
    "via": a_name,
    "kind": one_of("uid", "gid"),
    "direction": one_of("read", "create", "chown"),
    "id": an_id,
    "entry": an_entry,
}
TEXTS: dict[str, Checker] = {
    "title": a_text(200),
    "notes": a_text(),
    "source": a_text(2000),
    "profile": a_text(200),
}
