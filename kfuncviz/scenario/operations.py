# SPDX-License-Identifier: BSD-3-Clause
"""
Operations: one system call of a scenario
=========================================

Each function runs one ``op`` of a scenario on the model, as the system call would: it returns what
the call gives back (``None`` for nothing) or raises
:class:`~kfuncviz.model.errors.KernelError`.  :data:`OPERATIONS` is the table of all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from stat import S_IFBLK, S_IFCHR, S_IFIFO, S_IFREG, S_IFSOCK
from typing import Any

from kfuncviz.model.access import perm_bits, perm_text
from kfuncviz.model.attr import chmod_common, chown_common, do_truncate, vfs_utimes
from kfuncviz.model.commoncap import (
    XATTR_NAME_CAPS,
    caps_bytes,
    vfs_get_caps,
    vfs_remove_caps,
    vfs_set_caps,
    vfs_set_empty_caps,
    vfs_set_text_caps,
)
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.exec import do_execveat
from kfuncviz.model.fs import Path, VfsCaps, VfsMount
from kfuncviz.model.lookup import getname, user_path_at
from kfuncviz.model.namei import (
    do_rmdir,
    do_unlinkat,
    filename_create,
    vfs_create,
    vfs_mkdir,
    vfs_mknod,
    vfs_symlink,
    vfs_tmpfile,
)
from kfuncviz.model.open import Open, do_faccessat, do_sys_open, keep_open, may_open
from kfuncviz.model.permission import mnt_want_write
from kfuncviz.model.posix_acl_xattr import (
    ACL_NAMES,
    vfs_get_acl,
    vfs_remove_acl,
    vfs_set_acl,
    xattr_bytes,
)
from kfuncviz.model.read_write import (
    vfs_copy_file_range,
    vfs_fallocate,
    vfs_truncate,
    vfs_write,
)
from kfuncviz.model.rename import do_linkat, do_renameat2
from kfuncviz.model.stat import Stat, do_readlinkat, vfs_statx
from kfuncviz.model.uidgid import INVALID, gid_t, uid_t
from kfuncviz.model.xattr import (
    import_xattr_name,
    name_before_path,
    setxattr_copy,
    vfs_getxattr,
    vfs_listxattr,
    vfs_removexattr,
    vfs_setxattr,
)
from kfuncviz.scenario.credentials import status
from kfuncviz.scenario.handles import name_to_handle, open_by_handle
from kfuncviz.scenario.notation import Mounts, Op, mode_bits, open_flags, shown

Run = Callable[[Task, Mounts, Op], Any]

#: Bytes of the program that an ``exe`` holds: ``/bin/cat`` of the machine the answers came from.
PROGRAM_SIZE = 44016

FILE_TYPES = {"reg": S_IFREG, "fifo": S_IFIFO, "sock": S_IFSOCK, "chr": S_IFCHR, "blk": S_IFBLK}


def lstat(task: Task, mnt: VfsMount, path: str, *, follow: bool = False) -> Stat:
    """stat(2) of a path of a mount, by default without following a symlink at its end.

    An empty path is the root of the mount (AT_EMPTY_PATH).
    """
    return vfs_statx(task, user_path_at(task, mnt, path, follow=follow, empty=True))


def _at(task: Task, mounts: Mounts, op: Op, *, follow: bool = False, write: bool = False) -> Path:
    """Where an operation acts; with ``write`` on a mount that may be written to."""
    path = user_path_at(task, mounts[op["via"]], op["path"], follow=follow)
    if write:
        mnt_want_write(path.mnt)
    return path


def _stat(task: Task, mounts: Mounts, op: Op) -> dict[str, Any]:
    stat = lstat(task, mounts[op["via"]], op["path"], follow=op.get("follow", False))
    return shown(stat) | {"nlink": stat.nlink, "size": stat.size}


def _create(task: Task, mounts: Mounts, op: Op) -> None:
    flags = Open.WRITE | Open.CREAT | Open.EXCL
    do_sys_open(task, mounts[op["via"]], op["path"], flags, mode_bits(op.get("mode", "0644")))


def _mkdir(task: Task, mounts: Mounts, op: Op) -> None:
    last = filename_create(task, mounts[op["via"]], op["path"], directory=True)
    vfs_mkdir(task, last, mode_bits(op.get("mode", "0755")))


def _symlink(task: Task, mounts: Mounts, op: Op) -> None:
    target = op.get("target", "nowhere")
    getname(target)
    vfs_symlink(task, filename_create(task, mounts[op["via"]], op["path"]), target)


def _mknod(task: Task, mounts: Mounts, op: Op) -> None:
    kind, mode = FILE_TYPES[op.get("ftype", "reg")], mode_bits(op.get("mode", "0644"))
    last = filename_create(task, mounts[op["via"]], op["path"])
    if kind == S_IFREG:
        vfs_create(task, last, mode)
    else:
        major, minor = op.get("rdev", (0, 0))
        vfs_mknod(task, last, kind | mode, (major, minor))


def _tmpfile(task: Task, mounts: Mounts, op: Op) -> None:
    mnt = mounts[op["via"]]
    dir = user_path_at(task, mnt, op["path"], follow=True, directory=True)
    mnt_want_write(dir.mnt)
    file = Path(dir.mnt, vfs_tmpfile(task, dir, mode_bits(op.get("mode", "0644"))))
    may_open(task, file, 0, Open.READ | Open.WRITE)
    if op.get("to"):
        do_linkat(task, file, mnt, op["to"])


def _open(task: Task, mounts: Mounts, op: Op) -> None:
    mode = mode_bits(op.get("mode", "0644"))
    flags = open_flags(op)
    file = do_sys_open(task, mounts[op["via"]], op["path"], flags, mode)
    if op.get("keep"):
        keep_open(file, flags)


def _access(task: Task, mounts: Mounts, op: Op) -> None:
    mask = perm_bits(op.get("mask", ""))
    do_faccessat(task, mounts[op["via"]], op["path"], mask, real=op.get("real", False))


def _chown(task: Task, mounts: Mounts, op: Op) -> None:
    _give(task, _at(task, mounts, op, follow=op.get("follow", False)), op)


def _fchownat(task: Task, mounts: Mounts, op: Op) -> None:
    """With ``empty_path`` of a descriptor (AT_EMPTY_PATH), which O_PATH got without asking."""
    flags = Open.PATH if op.get("follow") else Open.PATH | Open.NOFOLLOW
    if op.get("empty_path"):
        _give(task, do_sys_open(task, mounts[op["via"]], op["path"], flags).f_path, op)
    else:
        _chown(task, mounts, op)


def _give(task: Task, path: Path, op: Op) -> None:
    uid, gid = op.get("uid", -1), op.get("gid", -1)
    chown_common(
        task,
        path,
        None if uid in (-1, INVALID) else uid_t(uid),
        None if gid in (-1, INVALID) else gid_t(gid),
    )


def _chmod(task: Task, mounts: Mounts, op: Op) -> None:
    chmod_common(task, _at(task, mounts, op, follow=True), mode_bits(op["mode"]))


def _truncate(task: Task, mounts: Mounts, op: Op) -> dict[str, int]:
    """open(O_WRONLY) and ftruncate(2): a fifo without a reader is ENXIO, not EINVAL as for
    truncate(2), which looks at the type first.
    """
    file = do_sys_open(task, mounts[op["via"]], op["path"], Open.WRITE)
    if file.f_inode.i_mode & 0o170000 != S_IFREG:
        raise KernelError("EINVAL", "only a regular file has a length to change")
    do_truncate(task, file.f_path, op.get("size", 0))
    return _size(task, mounts, op)


def _size(task: Task, mounts: Mounts, op: Op) -> dict[str, int]:
    return {"size": lstat(task, mounts[op["via"]], op["path"], follow=True).size}


def _truncate_path(task: Task, mounts: Mounts, op: Op) -> dict[str, int]:
    vfs_truncate(task, _at(task, mounts, op, follow=True), op.get("size", 0))
    return _size(task, mounts, op)


def _write(task: Task, mounts: Mounts, op: Op) -> dict[str, int]:
    file = do_sys_open(task, mounts[op["via"]], op["path"], Open.WRITE)
    vfs_write(task, file, len(op.get("content", "x").encode()))
    return _size(task, mounts, op)


def _fallocate(task: Task, mounts: Mounts, op: Op) -> dict[str, int]:
    vfs_fallocate(task, do_sys_open(task, mounts[op["via"]], op["path"], Open.WRITE), op["size"])
    return _size(task, mounts, op)


def _copy_file_range(task: Task, mounts: Mounts, op: Op) -> dict[str, int]:
    source = do_sys_open(task, mounts[op["via"]], op["path"], Open.READ)
    source.f_inode.readers += 1
    try:
        target = do_sys_open(task, mounts[op.get("via2", op["via"])], op["to"], Open.WRITE)
    finally:
        source.f_inode.readers -= 1
    return {"copied": vfs_copy_file_range(task, source, target)}


def _utimens(task: Task, mounts: Mounts, op: Op) -> None:
    when = op.get("when", "now")
    times = {op.get("atime", when), op.get("mtime", when)}
    if times == {"omit"}:  # utimensat(2) does not even look at the path then
        return
    vfs_utimes(task, _at(task, mounts, op, follow=True), explicit=times != {"now"})


def _link(task: Task, mounts: Mounts, op: Op) -> None:
    old = _at(task, mounts, op)
    do_linkat(task, old, mounts[op.get("via2", op["via"])], op["to"])


def _rename(task: Task, mounts: Mounts, op: Op) -> None:
    old_mnt, new_mnt = mounts[op["via"]], mounts[op.get("via2", op["via"])]
    do_renameat2(task, old_mnt, op["path"], new_mnt, op["to"], op.get("flags", 0))


def _unlink(task: Task, mounts: Mounts, op: Op) -> None:
    do_unlinkat(task, mounts[op["via"]], op["path"])


def _rmdir(task: Task, mounts: Mounts, op: Op) -> None:
    do_rmdir(task, mounts[op["via"]], op["path"])


def _readlink(task: Task, mounts: Mounts, op: Op) -> str:
    return do_readlinkat(_at(task, mounts, op))


def _readdir(task: Task, mounts: Mounts, op: Op) -> list[str]:
    flags = Open.READ | Open.DIRECTORY
    return sorted(do_sys_open(task, mounts[op["via"]], op["path"], flags).f_inode.entries)


def _setacl(task: Task, mounts: Mounts, op: Op) -> None:
    path = _at(task, mounts, op, write=True)
    acl = acl_of(op["entries"])
    vfs_set_acl(task, path.mnt.mnt_idmap, path.inode, op.get("which", "access"), acl)


def acl_of(entries: Sequence[Sequence[Any]]) -> list[tuple[str, int | None, str]]:
    """The ACL that entries of a scenario describe."""
    return [(tag, id, _perm(perm)) for tag, id, perm in entries]


def _perm(perm: int | str) -> str:
    return perm if isinstance(perm, str) else perm_text(perm)


def _getacl(task: Task, mounts: Mounts, op: Op) -> list[list[Any]]:
    path = _at(task, mounts, op)
    which, buffer = op.get("which", "access"), op.get("buffer")
    acl = vfs_get_acl(task, path.mnt.mnt_idmap, path.inode, which, buffer)
    return [list(entry) for entry in acl]


def _delacl(task: Task, mounts: Mounts, op: Op) -> None:
    path = _at(task, mounts, op, write=True)
    vfs_remove_acl(task, path.mnt.mnt_idmap, path.inode, op.get("which", "access"))


def caps_of(op: Op) -> VfsCaps:
    """The capabilities an operation or a set-up entry describes."""
    return VfsCaps(
        op.get("version", 3),
        op.get("permitted", 0),
        op.get("inheritable", 0),
        bool(op.get("effective")),
        op.get("rootid", 0),
    )


def _setcap(task: Task, mounts: Mounts, op: Op) -> None:
    path = _at(task, mounts, op, write=True)
    vfs_set_caps(task, path.mnt.mnt_idmap, path.inode, caps_of(op))


def _getcap(task: Task, mounts: Mounts, op: Op) -> dict[str, Any]:
    path = _at(task, mounts, op)
    caps = vfs_get_caps(task, path.mnt.mnt_idmap, path.inode)
    out = {
        "version": caps.version,
        "effective": caps.effective,
        "permitted": caps.permitted,
        "inheritable": caps.inheritable,
    }
    return out | ({"rootid": caps.rootid} if caps.version == 3 else {})


def _rmcap(task: Task, mounts: Mounts, op: Op) -> None:
    path = _at(task, mounts, op, write=True)
    vfs_remove_caps(task, path.mnt.mnt_idmap, path.inode)


def _setxattr(task: Task, mounts: Mounts, op: Op) -> None:
    name, value = op["name"], op.get("value", "v").encode()
    first = name_before_path(task, name, value)
    if first:
        setxattr_copy(name, value)
    path = _at(task, mounts, op, follow=op.get("follow", False), write=True)
    if not first:
        setxattr_copy(name, value)
    idmap, inode = path.mnt.mnt_idmap, path.inode
    if name == XATTR_NAME_CAPS:
        (vfs_set_text_caps if value else vfs_set_empty_caps)(task, idmap, inode)
    elif name in ACL_NAMES:
        vfs_set_acl(task, idmap, inode, ACL_NAMES[name], value)
    else:
        vfs_setxattr(task, idmap, inode, name, value)


def _getxattr(task: Task, mounts: Mounts, op: Op) -> str:
    name = op["name"]
    first = name_before_path(task, name)
    if first:
        import_xattr_name(name)
    path = _at(task, mounts, op)
    if not first:
        import_xattr_name(name)
    idmap, inode = path.mnt.mnt_idmap, path.inode
    if name == XATTR_NAME_CAPS:
        value = caps_bytes(vfs_get_caps(task, idmap, inode))
    elif name in ACL_NAMES:
        value = xattr_bytes(vfs_get_acl(task, idmap, inode, ACL_NAMES[name]))
    else:
        value = vfs_getxattr(task, idmap, inode, name)
    return value.decode("latin-1")


def _listxattr(task: Task, mounts: Mounts, op: Op) -> list[str]:
    return vfs_listxattr(task, _at(task, mounts, op).inode)


def _removexattr(task: Task, mounts: Mounts, op: Op) -> None:
    name = op["name"]
    first = name_before_path(task, name)
    if first:
        import_xattr_name(name)
    path = _at(task, mounts, op, write=True)
    if not first:
        import_xattr_name(name)
    idmap, inode = path.mnt.mnt_idmap, path.inode
    if name == XATTR_NAME_CAPS:
        vfs_remove_caps(task, idmap, inode)
    elif name in ACL_NAMES:
        vfs_remove_acl(task, idmap, inode, ACL_NAMES[name])
    else:
        vfs_removexattr(task, idmap, inode, name)


def _exec(task: Task, mounts: Mounts, op: Op) -> dict[str, Any]:
    path = _at(task, mounts, op, follow=True)
    cred = do_execveat(task, path)
    return status(task, cred) if path.inode.program >= PROGRAM_SIZE else {}


OPERATIONS: dict[str, Run] = {
    "stat": _stat, "create": _create, "mkdir": _mkdir, "symlink": _symlink, "mknod": _mknod,
    "tmpfile": _tmpfile, "open": _open, "access": _access, "chown": _chown, "chmod": _chmod,
    "fchownat": _fchownat, "name_to_handle": name_to_handle, "open_by_handle": open_by_handle,
    "truncate": _truncate, "truncate_path": _truncate_path, "write": _write,
    "fallocate": _fallocate, "copy_file_range": _copy_file_range, "utimens": _utimens,
    "link": _link, "rename": _rename,
    "unlink": _unlink, "rmdir": _rmdir, "readlink": _readlink, "readdir": _readdir,
    "setacl": _setacl, "getacl": _getacl, "delacl": _delacl, "setcap": _setcap,
    "getcap": _getcap, "rmcap": _rmcap, "setxattr": _setxattr, "getxattr": _getxattr,
    "listxattr": _listxattr, "removexattr": _removexattr, "exec": _exec,
}  # fmt: skip
