# SPDX-License-Identifier: BSD-3-Clause
"""
The operations of a scenario as system calls
============================================

Each function makes one ``op`` as the current task and returns what the call gives back; OSError
where it was refused.  ``roots`` has a descriptor of every mount's root.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.recorder import syscalls as sys

if TYPE_CHECKING:
    from collections.abc import Iterator

Op = Mapping[str, Any]
Roots = Mapping[str, int]

_FLAGS = {
    "r": os.O_RDONLY, "w": os.O_WRONLY, "rw": os.O_RDWR, "a": os.O_WRONLY | os.O_APPEND,
    "wtrunc": os.O_WRONLY | os.O_TRUNC,
}  # fmt: skip
_TYPES = {
    stat.S_IFREG: "file", stat.S_IFDIR: "dir", stat.S_IFLNK: "symlink", stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "sock", stat.S_IFCHR: "chr", stat.S_IFBLK: "blk",
}  # fmt: skip
_NODES = {
    "reg": stat.S_IFREG, "fifo": stat.S_IFIFO, "sock": stat.S_IFSOCK, "chr": stat.S_IFCHR,
    "blk": stat.S_IFBLK,
}  # fmt: skip
_CAPABILITY = "security.capability"


def mode_of(mode: str | int) -> int:
    return int(mode, 8) if isinstance(mode, str) else mode


def lstat(fd: int, path: str, *, follow: bool = False, full: bool = False) -> dict[str, Any]:
    """Owner, group, mode and type of what a path leads to; without one, of the descriptor."""
    found = os.stat(path, dir_fd=fd, follow_symlinks=follow) if path else os.fstat(fd)
    return shown(found, full=full)


def shown(found: os.stat_result, *, full: bool = False) -> dict[str, Any]:
    said = {
        "uid": found.st_uid,
        "gid": found.st_gid,
        "mode": f"{stat.S_IMODE(found.st_mode):04o}",
        "type": _TYPES[stat.S_IFMT(found.st_mode)],
    }
    return said | {"nlink": found.st_nlink, "size": found.st_size} if full else said


def acl_name(op: Op) -> str:
    return "system.posix_acl_" + op.get("which", "access")


@contextmanager
def opened(fd: int, path: str, flags: int, mode: int = 0) -> Iterator[int]:
    """An open file, closed at the end."""
    file = os.open(path, flags | os.O_CLOEXEC | os.O_NONBLOCK, mode, dir_fd=fd)
    try:
        yield file
    finally:
        os.close(file)


def _create(fd: int, op: Op) -> None:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
    with opened(fd, op["path"], flags, mode_of(op.get("mode", "0644"))):
        pass


def _mknod(fd: int, op: Op) -> None:
    mode = mode_of(op.get("mode", "0644")) | _NODES[op.get("ftype", "reg")]
    os.mknod(op["path"], mode, os.makedev(*op.get("rdev", [0, 0])), dir_fd=fd)


def _tmpfile(fd: int, op: Op) -> None:
    mode = mode_of(op.get("mode", "0644"))
    with opened(fd, op["path"], os.O_TMPFILE | os.O_RDWR, mode) as file:
        if op.get("to"):
            at = f"/proc/self/fd/{file}"
            sys.call("linkat", sys.AT_FDCWD, at, fd, op["to"], sys.AT_SYMLINK_FOLLOW)


def _flags(op: Op) -> int:
    flags = op.get("flags", "r")
    if isinstance(flags, str):
        return _FLAGS[flags]
    bits = 0
    for name in flags:
        bits |= getattr(os, name)
    return bits


def _open(fd: int, op: Op) -> None:
    bits, mode = _flags(op), mode_of(op.get("mode", "0644"))
    if op.get("keep"):
        os.open(op["path"], bits | os.O_CLOEXEC | os.O_NONBLOCK, mode, dir_fd=fd)
        return
    with opened(fd, op["path"], bits, mode):
        pass


def _name_to_handle(fd: int, op: Op) -> None:
    sys.name_to_handle(fd, op["path"], sys.AT_SYMLINK_FOLLOW if op.get("follow") else 0)


def _open_by_handle(op: Op, _: Roots) -> dict[str, Any]:
    """By a handle that was taken for it, with a file of the mount that was opened for it."""
    if op["handle"] is None:
        raise OSError(op["errno"], "name_to_handle_at")
    handle = bytes.fromhex(op["handle"])
    file = sys.open_by_handle(op["file"], handle, _flags(op) | os.O_NONBLOCK)
    try:
        return shown(os.stat(file), full=True)
    finally:
        os.close(file)


def _access(fd: int, op: Op) -> None:
    mask = sum({"r": 4, "w": 2, "x": 1}[letter] for letter in op.get("mask", ""))
    sys.call("faccessat2", fd, op["path"], mask, 0 if op.get("real") else sys.AT_EACCESS)


def _chown(fd: int, op: Op) -> None:
    flags = 0 if op.get("follow") else sys.AT_SYMLINK_NOFOLLOW
    sys.call("fchownat", fd, op["path"], op.get("uid", -1), op.get("gid", -1), flags)


def _fchownat(fd: int, op: Op) -> None:
    if op.get("empty_path"):
        flags = os.O_PATH | (0 if op.get("follow") else os.O_NOFOLLOW)
        with opened(fd, op["path"], flags) as file:
            uid, gid = op.get("uid", -1), op.get("gid", -1)
            sys.call("fchownat", file, "", uid, gid, sys.AT_EMPTY_PATH)
    else:
        _chown(fd, op)


def _setresuid(op: Op) -> None:
    sys.call("setresuid", op.get("ruid", -1), op.get("euid", -1), op.get("suid", -1))


def _setresgid(op: Op) -> None:
    sys.call("setresgid", op.get("rgid", -1), op.get("egid", -1), op.get("sgid", -1))


_CREDENTIALS: dict[str, Callable[[Any], Any]] = {
    "setresuid": _setresuid,
    "setresgid": _setresgid,
    "setfsuid": lambda op: sys.call("setfsuid", op["uid"]),
    "setfsgid": lambda op: sys.call("setfsgid", op["gid"]),
    "setgroups": lambda op: sys.set_groups(op["groups"]),
}


def _become(op: Op) -> dict[str, Any]:
    """Change the credentials of the current task, and say what they are then."""
    _CREDENTIALS[op["op"]](op)
    sys.prctl(sys.PR_SET_DUMPABLE, 1)
    with open("/proc/self/status") as file:
        return _status(file.read()) | {"groups": sorted(set(os.getgroups()))}


def _size(fd: int, op: Op) -> dict[str, int]:
    return {"size": os.stat(op["path"], dir_fd=fd).st_size}


def _truncate(fd: int, op: Op) -> dict[str, int]:
    with opened(fd, op["path"], os.O_WRONLY) as file:
        os.ftruncate(file, op.get("size", 0))
    return _size(fd, op)


def _truncate_path(fd: int, op: Op) -> dict[str, int]:
    os.fchdir(fd)
    try:
        os.truncate(op["path"], op.get("size", 0))
    finally:
        os.chdir("/")
    return _size(fd, op)


def _write(fd: int, op: Op) -> dict[str, int]:
    with opened(fd, op["path"], os.O_WRONLY) as file:
        os.write(file, op.get("content", "x").encode())
    return _size(fd, op)


def _fallocate(fd: int, op: Op) -> dict[str, int]:
    with opened(fd, op["path"], os.O_WRONLY) as file:
        sys.call("fallocate", file, 0, 0, op["size"])
    return _size(fd, op)


def _copy_file_range(op: Op, roots: Roots) -> dict[str, int]:
    from_fd, to_fd = roots[op["via"]], roots[op.get("via2", op["via"])]
    with (
        opened(from_fd, op["path"], os.O_RDONLY) as source,
        opened(to_fd, op["to"], os.O_WRONLY) as target,
    ):
        size = max(os.stat(source).st_size, 1)
        return {"copied": os.copy_file_range(source, target, size)}


def _utimens(fd: int, op: Op) -> None:
    when = op.get("when", "now")
    kinds = {"now": (0, sys.UTIME_NOW), "omit": (0, sys.UTIME_OMIT), "set": (10**9, 0)}
    times = [*kinds[op.get("atime", when)], *kinds[op.get("mtime", when)]]
    sys.call("utimensat", fd, op["path"], ctypes.c_char_p(struct.pack("4q", *times)), 0)


def _link(op: Op, roots: Roots) -> None:
    to = roots[op.get("via2", op["via"])]
    sys.call("linkat", roots[op["via"]], op["path"], to, op["to"], 0)


def _rename(op: Op, roots: Roots) -> None:
    to = roots[op.get("via2", op["via"])]
    sys.call("renameat2", roots[op["via"]], op["path"], to, op["to"], op.get("flags", 0))


def _readdir(fd: int, op: Op) -> list[str]:
    with opened(fd, op["path"], os.O_RDONLY | os.O_DIRECTORY) as directory:
        return sorted(os.listdir(directory))


def _exec(fd: int, op: Op) -> dict[str, Any]:
    """Run a program that prints what it may; the descriptors of all else stay closed."""
    said, saying = os.pipe()
    failed, failing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.dup2(saying, 1)
            argv = (ctypes.c_char_p * 3)(b"cat", b"/proc/self/status", None)
            environment = (ctypes.c_char_p * 1)(None)
            sys.call("execveat", fd, op["path"], argv, environment, 0)
        except OSError as error:
            os.write(failing, b"%d" % error.errno)
        finally:
            os._exit(1)
    os.close(saying)
    os.close(failing)
    with os.fdopen(said) as text, os.fdopen(failed) as number:
        status, errno = text.read(), number.read()
    os.waitpid(pid, 0)
    if errno:
        raise OSError(int(errno), "execveat")
    return _status(status)


def _status(text: str) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    for line in text.splitlines():
        key, _, value = line.partition(":")
        if key in ("Uid", "Gid"):
            names = ("real", "eff", "saved", "fs")
            shown[key.lower()] = dict(zip(names, map(int, value.split()), strict=True))
        elif key in ("CapPrm", "CapEff"):
            shown["cap_prm" if key == "CapPrm" else "cap_eff"] = int(value, 16)
    return shown


_ON_ONE_MOUNT: dict[str, Callable[[int, Any], Any]] = {
    "stat": lambda fd, op: lstat(fd, op["path"], follow=op.get("follow", False), full=True),
    "create": _create,
    "mkdir": lambda fd, op: os.mkdir(op["path"], mode_of(op.get("mode", "0755")), dir_fd=fd),
    "symlink": lambda fd, op: os.symlink(op.get("target", "nowhere"), op["path"], dir_fd=fd),
    "mknod": _mknod,
    "tmpfile": _tmpfile,
    "open": _open,
    "access": _access,
    "chown": _chown,
    "fchownat": _fchownat,
    "name_to_handle": _name_to_handle,
    "chmod": lambda fd, op: os.chmod(op["path"], mode_of(op["mode"]), dir_fd=fd),
    "truncate": _truncate,
    "truncate_path": _truncate_path,
    "write": _write,
    "fallocate": _fallocate,
    "utimens": _utimens,
    "unlink": lambda fd, op: os.unlink(op["path"], dir_fd=fd),
    "rmdir": lambda fd, op: os.rmdir(op["path"], dir_fd=fd),
    "readlink": lambda fd, op: os.readlink(op["path"], dir_fd=fd),
    "readdir": _readdir,
    "setacl": lambda fd, op: sys.set_xattr(
        fd, op["path"], acl_name(op), sys.acl_bytes(op["entries"])
    ),
    "getacl": lambda fd, op: sys.acl_entries(sys.get_xattr(fd, op["path"], acl_name(op))),
    "delacl": lambda fd, op: sys.remove_xattr(fd, op["path"], acl_name(op)),
    "setcap": lambda fd, op: sys.set_xattr(fd, op["path"], _CAPABILITY, sys.cap_bytes(op)),
    "getcap": lambda fd, op: sys.cap_of(sys.get_xattr(fd, op["path"], _CAPABILITY)),
    "rmcap": lambda fd, op: sys.remove_xattr(fd, op["path"], _CAPABILITY),
    "setxattr": lambda fd, op: sys.set_xattr(
        fd, op["path"], op["name"], op.get("value", "v").encode(), follow=op.get("follow", False)
    ),
    "getxattr": lambda fd, op: sys.get_xattr(fd, op["path"], op["name"]).decode("latin-1"),
    "listxattr": lambda fd, op: sys.list_xattrs(fd, op["path"]),
    "removexattr": lambda fd, op: sys.remove_xattr(fd, op["path"], op["name"]),
    "exec": _exec,
}
_ON_TWO: dict[str, Callable[[Any, Any], Any]] = {
    "link": _link, "rename": _rename, "copy_file_range": _copy_file_range,
    "open_by_handle": _open_by_handle,
}  # fmt: skip


def perform(op: Op, roots: Roots) -> Any:
    """Make one operation."""
    if op["op"] in _CREDENTIALS:
        return _become(op)
    if op["op"] in _ON_TWO:
        return _ON_TWO[op["op"]](op, roots)
    return _ON_ONE_MOUNT[op["op"]](roots[op["via"]], op)
