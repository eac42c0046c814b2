# SPDX-License-Identifier: BSD-3-Clause
"""
System calls Python has no function for
=======================================

Raw calls by their number on x86_64, raising OSError, and what is packed for them: struct
mount_attr, struct xattr_args, capability sets, access lists.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable, Mapping, Sequence
from errno import errorcode
from typing import Any

from kfuncviz.model.uidgid import INVALID

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID = 0x20000, 0x10000000, 0x20000000
SO_SNDBUFFORCE = 32
AT_FDCWD, AT_SYMLINK_NOFOLLOW, AT_EACCESS = -100, 0x100, 0x200
AT_SYMLINK_FOLLOW, AT_NO_AUTOMOUNT, AT_EMPTY_PATH, AT_RECURSIVE = 0x400, 0x800, 0x1000, 0x8000
MS_PRIVATE_REC = 0x44000
OPEN_TREE_CLONE, MOVE_MOUNT_F_EMPTY_PATH = 1, 4
FSCONFIG_SET_STRING, FSCONFIG_CMD_CREATE = 1, 6
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_DROP = 1, 4, 24
PR_SET_SECUREBITS, PR_SET_NO_NEW_PRIVS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 28, 38, 47, 2
SECBIT_NO_SETUID_FIXUP, SECBIT_KEEP_CAPS = 4, 16
UTIME_NOW, UTIME_OMIT = 0x3FFFFFFF, 0x3FFFFFFE
FS_IOC_GETFLAGS, FS_IOC_SETFLAGS = 0x80086601, 0x40086602
MOUNT_ATTR_IDMAP = 0x100000
MOUNT_FLAGS = {"ro": 1, "nosuid": 2, "nodev": 4, "noexec": 8, "nosymfollow": 0x200000}
INODE_FLAGS = {"immutable": 0x10, "append": 0x20}

_NUMBERS = {
    "utimensat": 280,
    "linkat": 265, "fchownat": 260, "renameat2": 316, "execveat": 322, "setns": 308,
    "unshare": 272, "capset": 126, "capget": 125, "setresuid": 117, "setresgid": 119,
    "setgroups": 116, "setfsuid": 122, "setfsgid": 123, "fallocate": 285,
    "name_to_handle_at": 303, "open_by_handle_at": 304,
    "open_tree": 428, "move_mount": 429, "open_tree_attr": 467, "statmount": 457, "statx": 332,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "faccessat2": 439, "mount_setattr": 442,
    "setxattrat": 463, "getxattrat": 464, "listxattrat": 465, "removexattrat": 466,
}  # fmt: skip
_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long
_CAPABILITY_V3 = 0x20080522
_MAX_HANDLE_SZ = 128
_ACL_TAGS = {"user_obj": 1, "user": 2, "group_obj": 4, "group": 8, "mask": 16, "other": 32}
_ACL_NAMES = {number: name for name, number in _ACL_TAGS.items()}


def errno_name(error: OSError) -> str:
    """The name of an errno as the kernel's manuals have it."""
    number = error.errno or 0
    return {11: "EAGAIN", 95: "EOPNOTSUPP"}.get(number, errorcode.get(number, f"E{number}"))


def call(name: str, *args: Any) -> int:
    """One system call; every whole number goes over as a full register."""
    packed: list[Any] = []
    for arg in args:
        if isinstance(arg, int):
            packed.append(ctypes.c_long(arg))
        elif isinstance(arg, str):
            packed.append(ctypes.c_char_p(os.fsencode(arg)))
        else:
            packed.append(ctypes.c_void_p(None) if arg is None else arg)
    result = int(_LIBC.syscall(ctypes.c_long(_NUMBERS[name]), *packed))
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result


def mount(source: str | None, target: str, fs_type: str | None, flags: int, data: str = "") -> None:
    """mount(2)."""
    texts = [None if text is None else os.fsencode(text) for text in (source, target, fs_type)]
    if _LIBC.mount(*texts, ctypes.c_ulong(flags), os.fsencode(data)) < 0:
        raise OSError(ctypes.get_errno(), f"mount {target}")


def unmount(target: str) -> None:
    """umount2(2)."""
    if _LIBC.umount2(os.fsencode(target), 0) < 0:
        raise OSError(ctypes.get_errno(), f"umount {target}")


def prctl(option: int, *args: int) -> None:
    """prctl(2)."""
    padded = [ctypes.c_ulong(arg) for arg in (*args, 0, 0, 0, 0)[:4]]
    if _LIBC.prctl(option, *padded) < 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def mount_setattr(fd: int, attr_set: int, userns_fd: int, flags: int = 0) -> None:
    """mount_setattr(2) of the mount a descriptor stands for."""
    attr = struct.pack("<4Q", attr_set, 0, 0, userns_fd)
    call("mount_setattr", fd, "", AT_EMPTY_PATH | flags, ctypes.c_char_p(attr), len(attr))


def set_caps(effective: int, permitted: int, inheritable: int) -> None:
    """capset(2) of the current task."""
    sets = (effective, permitted, inheritable)
    words = [word >> shift & INVALID for shift in (0, 32) for word in sets]
    header = struct.pack("Ii", _CAPABILITY_V3, 0)
    call("capset", ctypes.c_char_p(header), ctypes.c_char_p(struct.pack("6I", *words)))


def permitted_caps() -> int:
    """The permitted set of the current task."""
    data = ctypes.create_string_buffer(24)
    call("capget", ctypes.c_char_p(struct.pack("Ii", _CAPABILITY_V3, 0)), data)
    words = struct.unpack("6I", data.raw)
    return int(words[1] | words[4] << 32)


def set_groups(groups: Sequence[int]) -> None:
    """setgroups(2)."""
    array = (ctypes.c_uint32 * max(len(groups), 1))(*groups)
    call("setgroups", len(groups), ctypes.byref(array))


def name_to_handle(fd: int, path: str, flags: int) -> bytes:
    """name_to_handle_at(2): a struct file_handle."""
    handle = ctypes.create_string_buffer(struct.pack("Ii", _MAX_HANDLE_SZ, 0), 8 + _MAX_HANDLE_SZ)
    call("name_to_handle_at", fd, path, handle, ctypes.byref(ctypes.c_int()), flags)
    return handle.raw


def open_by_handle(mount: int, handle: bytes, flags: int) -> int:
    """open_by_handle_at(2); ``mount`` is any open file of the mount, but none of O_PATH."""
    return call("open_by_handle_at", mount, ctypes.c_char_p(handle), flags | os.O_CLOEXEC)


class _XattrArgs(ctypes.Structure):
    _fields_ = (("value", ctypes.c_uint64), ("size", ctypes.c_uint32), ("flags", ctypes.c_uint32))


def _at(follow: bool) -> int:
    return 0 if follow else AT_SYMLINK_NOFOLLOW


def set_xattr(fd: int, path: str, name: str, value: bytes, *, follow: bool = False) -> None:
    """setxattrat(2)."""
    buffer = ctypes.create_string_buffer(value, max(len(value), 1))
    args = _XattrArgs(ctypes.addressof(buffer), len(value), 0)
    size = ctypes.sizeof(args)
    call("setxattrat", fd, path, _at(follow), name, ctypes.byref(args), size)


def get_xattr(fd: int, path: str, name: str, *, follow: bool = False) -> bytes:
    """getxattrat(2)."""
    buffer = ctypes.create_string_buffer(4096)
    args = _XattrArgs(ctypes.addressof(buffer), 4096, 0)
    size = ctypes.sizeof(args)
    length = call("getxattrat", fd, path, _at(follow), name, ctypes.byref(args), size)
    return buffer.raw[:length]


def list_xattrs(fd: int, path: str, *, follow: bool = False) -> list[str]:
    """listxattrat(2), sorted."""
    buffer = ctypes.create_string_buffer(65536)
    size = call("listxattrat", fd, path, _at(follow), buffer, 65536)
    return sorted(os.fsdecode(name) for name in buffer.raw[:size].split(b"\0") if name)


def remove_xattr(fd: int, path: str, name: str, *, follow: bool = False) -> None:
    """removexattrat(2)."""
    call("removexattrat", fd, path, _at(follow), name)


def acl_bytes(entries: Iterable[Sequence[Any]]) -> bytes:
    """An access list in the bytes of its attribute."""
    packed = struct.pack("<I", 2)
    for tag, id, perm in entries:
        bits = perm
        if isinstance(perm, str):
            bits = sum(bit for letter, bit in (("r", 4), ("w", 2), ("x", 1)) if letter in perm)
        packed += struct.pack("<HHI", _ACL_TAGS[tag], bits, INVALID if id is None else id)
    return packed


def acl_entries(value: bytes) -> list[list[Any]]:
    """The access list an attribute holds."""
    entries: list[list[Any]] = []
    for tag, bits, id in struct.iter_unpack("<HHI", value[4:]):
        name = _ACL_NAMES.get(tag, str(tag))
        perm = "".join("-rwx"[number if bits & 8 >> number else 0] for number in (1, 2, 3))
        entries.append([name, id if name in ("user", "group") else None, perm])
    return entries


def cap_bytes(cap: Mapping[str, Any]) -> bytes:
    """A file capability in the bytes of its attribute."""
    version = cap.get("version", 3)
    masks = cap.get("permitted", 0), cap.get("inheritable", 0)
    words = [mask >> shift & INVALID for shift in (0, 32) for mask in masks]
    packed = struct.pack("<5I", version << 24 | bool(cap.get("effective")), *words)
    return packed + struct.pack("<I", cap.get("rootid", 0)) if version == 3 else packed


def cap_of(value: bytes) -> dict[str, Any]:
    """The file capability an attribute holds."""
    magic, *words = struct.unpack_from("<5I", value)
    cap = {
        "version": magic >> 24,
        "effective": bool(magic & 1),
        "permitted": words[0] | words[2] << 32,
        "inheritable": words[1] | words[3] << 32,
    }
    if cap["version"] == 3:
        cap["rootid"] = struct.unpack_from("<I", value, 20)[0]
    return cap
