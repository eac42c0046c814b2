# SPDX-License-Identifier: BSD-3-Clause
"""
The operations about mounts as system calls
===========================================

Each function makes one ``op`` as the current task: what the call gives back, and a descriptor of
the mount it made; OSError where it was refused.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Callable, Mapping
from typing import Any

from tests.recorder import syscalls as sys

Op = Mapping[str, Any]
Roots = Mapping[str, int]
Namespaces = Mapping[str, int]
Outcome = tuple[Any, int | None]

_FLAGS = {
    "clone": sys.OPEN_TREE_CLONE, "cloexec": os.O_CLOEXEC, "recursive": sys.AT_RECURSIVE,
    "empty_path": sys.AT_EMPTY_PATH, "symlink_nofollow": sys.AT_SYMLINK_NOFOLLOW,
    "no_automount": sys.AT_NO_AUTOMOUNT,
}  # fmt: skip
_ATTRS = sys.MOUNT_FLAGS | {"idmap": sys.MOUNT_ATTR_IDMAP}
_SHOWN = ("ro", "nosuid", "nodev", "noexec", "nosymfollow", "idmap")
#: The key of the initial user namespace among the descriptors of namespaces.
INITIAL = ""
_STATX_MNT_ID, _STATX_MNT_ID_UNIQUE = 0x1000, 0x4000
_MNT_BASIC, _MNT_UIDMAP, _MNT_GIDMAP = 0x2, 0x2000, 0x4000


def attrs_of(names: Any) -> int:
    return sum(_ATTRS[name] for name in names)


def _flags(op: Op) -> int:
    return sum(_FLAGS[name] for name in op.get("flags", ()))


def _attr(op: Op, namespaces: Namespaces) -> Any:
    userns = namespaces[op.get("userns") or INITIAL]
    words = attrs_of(op.get("set", ())), attrs_of(op.get("clear", ())), 0, userns
    return ctypes.c_char_p(struct.pack("<4Q", *words))


def _made(op: Op, fd: int) -> Outcome:
    """A descriptor of a mount is kept; one of what was there already is not."""
    if "clone" in op.get("flags", ()):
        return None, fd
    os.close(fd)
    return None, None


def _open_tree(op: Op, roots: Roots, namespaces: Namespaces) -> Outcome:
    return _made(op, sys.call("open_tree", roots[op["via"]], op["path"], _flags(op)))


def _open_tree_attr(op: Op, roots: Roots, namespaces: Namespaces) -> Outcome:
    attr = _attr(op, namespaces)
    return _made(op, sys.call("open_tree_attr", roots[op["via"]], op["path"], _flags(op), attr, 32))


def _mount_setattr(op: Op, roots: Roots, namespaces: Namespaces) -> Outcome:
    flags = sys.AT_EMPTY_PATH | (sys.AT_RECURSIVE if op.get("recursive") else 0)
    attr = _attr(op, namespaces)
    sys.call("mount_setattr", roots[op["via"]], op["path"], flags, attr, 32)
    return None, None


def _move_mount(op: Op, roots: Roots, namespaces: Namespaces) -> Outcome:
    to = roots[op["via2"]]
    flags = sys.MOVE_MOUNT_F_EMPTY_PATH
    sys.call("move_mount", roots[op["via"]], op["path"], to, op["to"], flags)
    return None, None


def mount_id(fd: int, path: str, mask: int) -> int:
    """The id of the mount a path ends on."""
    buffer = ctypes.create_string_buffer(256)
    flags = sys.AT_EMPTY_PATH | sys.AT_SYMLINK_NOFOLLOW
    sys.call("statx", fd, path, flags, mask, buffer)
    return int(struct.unpack_from("<Q", buffer.raw, 144)[0])


def _statmount(op: Op, roots: Roots, namespaces: Namespaces) -> Outcome:
    id = mount_id(roots[op["via"]], op["path"], _STATX_MNT_ID_UNIQUE)
    request = struct.pack("<IIQQQ", 32, 0, id, _MNT_BASIC | _MNT_UIDMAP | _MNT_GIDMAP, 0)
    buffer = ctypes.create_string_buffer(1 << 16)
    sys.call("statmount", ctypes.c_char_p(request), buffer, len(buffer), 0)
    raw = buffer.raw
    mask, attr = struct.unpack_from("<Q", raw, 8)[0], struct.unpack_from("<Q", raw, 64)[0]
    shown: dict[str, Any] = {"flags": [name for name in _SHOWN if attr & _ATTRS[name]]}
    for key, bit, place in (("uid_map", _MNT_UIDMAP, 152), ("gid_map", _MNT_GIDMAP, 160)):
        shown[key] = _rows(raw, *struct.unpack_from("<II", raw, place)) if mask & bit else None
    return shown, None


def _rows(raw: bytes, number: int, offset: int) -> list[list[int]]:
    texts = raw[512 + offset :].split(b"\0")[:number]
    return [[int(word) for word in text.split()] for text in texts]


def _mountinfo(op: Op, roots: Roots, namespaces: Namespaces) -> Outcome:
    id = mount_id(roots[op["via"]], op["path"], _STATX_MNT_ID)
    with open("/proc/self/mountinfo") as lines:
        for line in lines:
            fields = line.split()
            if int(fields[0]) == id:
                return fields[5].split(","), None
    return [], None


MOUNT_CALLS: dict[str, Callable[[Op, Roots, Namespaces], Outcome]] = {
    "open_tree": _open_tree, "open_tree_attr": _open_tree_attr, "mount_setattr": _mount_setattr,
    "move_mount": _move_mount, "statmount": _statmount, "mountinfo": _mountinfo,
}  # fmt: skip


def make_mount(
    spec: Op,
    roots: Roots,
    namespaces: Namespaces,
    at: str | None,
    prepare: Callable[[int], None] = lambda fd: None,
) -> tuple[str, int]:
    """A mount of the scenario's ``mounts``: where it failed and why, or a descriptor of it.

    ``at`` is the directory it is attached to, where ``to`` says no other; ``prepare`` is called
    while it is detached and has no map.
    """
    step = "open_tree"
    fd = -1
    recursive = sys.AT_RECURSIVE if spec.get("recursive") else 0
    try:
        flags = sys.AT_EMPTY_PATH | sys.OPEN_TREE_CLONE | os.O_CLOEXEC | recursive
        fd = sys.call(
            "open_tree", roots[spec.get("parent", "plain")], spec.get("subdir") or "", flags
        )
        prepare(fd)
        attrs, userns = attrs_of(spec.get("flags", ())), 0
        if spec.get("userns") is not None:
            step = "userns"
            if spec["userns"] not in namespaces:
                raise OSError(2, "userns")
            userns = namespaces[spec["userns"]]
            attrs |= sys.MOUNT_ATTR_IDMAP
        if attrs:
            step = "mount_setattr"
            sys.mount_setattr(fd, attrs, userns, recursive)
        step = "move_mount"
        if spec.get("to") is not None:
            to = roots[spec.get("via2", "plain")]
            sys.call("move_mount", fd, "", to, spec["to"], sys.MOVE_MOUNT_F_EMPTY_PATH)
        elif at is not None:
            sys.call("move_mount", fd, "", sys.AT_FDCWD, at, sys.MOVE_MOUNT_F_EMPTY_PATH)
    except OSError as error:
        if fd >= 0:
            os.close(fd)
        return f"{step}:{sys.errno_name(error)}", -1
    return "", fd
