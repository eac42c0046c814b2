# SPDX-License-Identifier: BSD-3-Clause
"""
POSIX ACLs: ids hide here too
=============================

Entries are stored as *kernel* ids of the filesystem and translated for whoever asks.  An entry that
the mount or the caller has no id for reads as 4294967295, not as the overflow id, and cannot be
written back.

Mirrors ``fs/posix_acl.c``; semantics section 11.
"""

from __future__ import annotations

from collections.abc import Sequence
from stat import S_ISLNK
from struct import pack

from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import S_ISGID, Inode, PosixAcl, PosixAclEntry, i_gid_into_vfsgid
from kfuncviz.model.inode import in_group_or_capable, inode_owner_or_capable
from kfuncviz.model.mnt_idmapping import (
    MntIdmap,
    from_vfsgid,
    from_vfsuid,
    make_vfsgid,
    make_vfsuid,
    nop_mnt_idmap,
)
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import INVALID, gid_t, kgid_t, kuid_t, uid_t, vfsgid_t, vfsuid_t
from kfuncviz.model.user_namespace import (
    UserNamespace,
    from_kgid,
    from_kuid,
    kgid_has_mapping,
    kuid_has_mapping,
    make_kgid,
    make_kuid,
)
from kfuncviz.model.xattr import may_write_xattr

SOURCE = "fs/posix_acl.c"

TAGS = ("user_obj", "user", "group_obj", "group", "mask", "other")
_BITS = {"r": 4, "w": 2, "x": 1}

#: Tags in the order they must stand, with the tags that may come before each.
_MAY_FOLLOW = {
    "user_obj": (),
    "user": ("user_obj", "user"),
    "group_obj": ("user_obj", "user"),
    "group": ("group_obj", "group"),
    "mask": ("group_obj", "group"),
    "other": ("group_obj", "group", "mask"),
}

_TAG_NUMBERS = {"user_obj": 1, "user": 2, "group_obj": 4, "group": 8, "mask": 16, "other": 32}
_XATTR_VERSION = 2

#: The two attributes that are ACLs.
ACL_NAMES = {"system.posix_acl_access": "access", "system.posix_acl_default": "default"}

#: An ACL as user space writes it: (tag, id or None, "rwx").
UserAcl = Sequence[tuple[str, int | None, str]]


def perm_bits(text: str) -> int:
    """``"r-x"`` as bits.

    >>> perm_bits("r-x")
    5
    """
    return sum(bit for letter, bit in _BITS.items() if letter in text)


def xattr_bytes(acl: UserAcl) -> bytes:
    """An ACL in the bytes of its extended attribute."""
    out = pack("<I", _XATTR_VERSION)
    for tag, id, perm in acl:
        out += pack("<HHI", _TAG_NUMBERS[tag], perm_bits(perm), INVALID if id is None else id)
    return out


@traced("11")
def posix_acl_xattr_count(value: bytes) -> None:
    """What the system call makes of a value that is text: nothing (empty), EINVAL or EOPNOTSUPP."""
    if 0 < len(value) < 4:
        raise KernelError("EINVAL", "shorter than the header of an ACL")
    if value:
        raise KernelError("EOPNOTSUPP", "the value is no POSIX ACL of version 2; use setacl")


def perm_text(bits: int) -> str:
    """Bits as ``"r-x"``."""
    return "".join(letter if bits & bit else "-" for letter, bit in _BITS.items())


@traced("11")
def posix_acl_from_xattr(user_ns: UserNamespace, value: UserAcl) -> PosixAcl:
    """The ACL a process of this namespace wrote, in kernel ids; EINVAL for an id it has not."""
    entries = []
    for tag, id, perm in value:
        kid: int | None = None
        if tag == "user":
            kid = make_kuid(user_ns, uid_t(INVALID if id is None else id))
        elif tag == "group":
            kid = make_kgid(user_ns, gid_t(INVALID if id is None else id))
        if kid == INVALID:
            raise KernelError("EINVAL", f"ACL entry {tag}:{id}: no such id in the caller's userns")
        entries.append(PosixAclEntry(tag, kid, perm_bits(perm)))
    return tuple(entries)


def vfs_posix_acl_to_xattr(
    current: Task, idmap: MntIdmap, inode: Inode, acl: PosixAcl
) -> list[tuple[str, int | None, str]]:
    """The ACL as the current task reads it through the mount; unmapped ids read 4294967295."""
    ns, fs_userns = current.cred.user_ns, inode.i_sb.s_user_ns
    out: list[tuple[str, int | None, str]] = []
    for entry in acl:
        id: int | None = None
        if entry.tag == "user":
            vfsuid = make_vfsuid(idmap, fs_userns, kuid_t(entry.id or 0))
            id = from_kuid(ns, kuid_t(vfsuid))
        elif entry.tag == "group":
            vfsgid = make_vfsgid(idmap, fs_userns, kgid_t(entry.id or 0))
            id = from_kgid(ns, kgid_t(vfsgid))
        out.append((entry.tag, id, perm_text(entry.perm)))
    return out


def _set_acl_prepare(idmap: MntIdmap, fs_userns: UserNamespace, acl: PosixAcl) -> PosixAcl:
    """Translate ids seen through the mount to the filesystem's; an unmapped one becomes -1."""
    if idmap is nop_mnt_idmap:
        return acl
    entries = []
    for entry in acl:
        kid = entry.id
        if entry.tag == "user":
            kid = from_vfsuid(idmap, fs_userns, vfsuid_t(entry.id or 0))
        elif entry.tag == "group":
            kid = from_vfsgid(idmap, fs_userns, vfsgid_t(entry.id or 0))
        entries.append(entry._replace(id=kid))
    return tuple(entries)


@traced("11")
def posix_acl_valid(user_ns: UserNamespace, acl: PosixAcl) -> None:
    """Whether the entries are complete, in order, and have ids in the filesystem's namespace."""
    before: str | None = None
    for tag, id, _perm in acl:
        if tag not in _MAY_FOLLOW or (before not in _MAY_FOLLOW[tag] if before else tag != TAGS[0]):
            raise KernelError("EINVAL", f"ACL entry {tag!r} is not allowed after {before!r}")
        if tag == "user" and not kuid_has_mapping(user_ns, kuid_t(INVALID if id is None else id)):
            raise KernelError("EINVAL", "the filesystem cannot store the id of a user entry")
        if tag == "group" and not kgid_has_mapping(user_ns, kgid_t(INVALID if id is None else id)):
            raise KernelError("EINVAL", "the filesystem cannot store the id of a group entry")
        before = tag
    if before != "other":
        raise KernelError("EINVAL", "an ACL ends with the entry for others")
    tags = {entry.tag for entry in acl}
    if tags & {"user", "group"} and "mask" not in tags:
        raise KernelError("EINVAL", "an ACL with named users or groups needs a mask")


def posix_acl_equiv_mode(acl: PosixAcl, mode: int) -> tuple[bool, int]:
    """Whether mode bits can say the same as the ACL, and the mode with the ACL's bits."""
    perms = {entry.tag: entry.perm for entry in acl}
    group = perms.get("mask", perms["group_obj"])
    bits = perms["user_obj"] << 6 | group << 3 | perms["other"]
    return len(acl) == 3, mode & ~0o777 | bits


@traced("11")
def posix_acl_update_mode(
    current: Task, idmap: MntIdmap, inode: Inode, acl: PosixAcl | None
) -> PosixAcl | None:
    """Bring the inode's mode in line with its new access ACL; setgid may be lost on the way."""
    mode = inode.i_mode
    if acl is not None:
        equivalent, mode = posix_acl_equiv_mode(acl, mode)
        acl = None if equivalent else acl
    if not in_group_or_capable(current, idmap, inode, i_gid_into_vfsgid(idmap, inode)):
        mode &= ~S_ISGID
    inode.i_mode = mode
    return acl


def simple_set_acl(
    current: Task, idmap: MntIdmap, inode: Inode, acl: PosixAcl | None, which: str
) -> None:
    """Store an ACL the way a filesystem without a disk does."""
    if which == "access":
        inode.i_acl = posix_acl_update_mode(current, idmap, inode, acl)
    else:
        inode.i_default_acl = acl


@traced("11")
def set_posix_acl(
    current: Task, idmap: MntIdmap, inode: Inode, which: str, acl: PosixAcl | None
) -> None:
    """Set or (``None``) remove an ACL: filesystem support, ownership, validity, in this order."""
    if not inode.i_sb.s_posixacl or inode.is_symlink:
        raise KernelError("EOPNOTSUPP", "no ACLs on this kind of inode or filesystem")
    if which == "default" and not inode.is_dir:
        if acl is None:
            return
        raise KernelError("EACCES", "only a directory has a default ACL")
    if not inode_owner_or_capable(current, idmap, inode):
        raise KernelError("EPERM", "only the owner or CAP_FOWNER may change the ACL")
    if acl is not None:
        posix_acl_valid(inode.i_sb.s_user_ns, acl)
    simple_set_acl(current, idmap, inode, acl, which)


@traced("11")
def vfs_set_acl(current: Task, idmap: MntIdmap, inode: Inode, which: str, value: UserAcl) -> None:
    """setxattr(2) of ``system.posix_acl_access`` or ``_default``.

    The caller's ids are read first (EINVAL), then mapped back through the mount; one the mount has
    no row for surfaces only in the last check, as EINVAL too.
    """
    acl: PosixAcl | None = posix_acl_from_xattr(current.cred.user_ns, value) or None
    if acl is not None:
        acl = _set_acl_prepare(idmap, inode.i_sb.s_user_ns, acl)
    may_write_xattr(idmap, inode)
    set_posix_acl(current, idmap, inode, which, acl)


@traced("11")
def vfs_remove_acl(current: Task, idmap: MntIdmap, inode: Inode, which: str) -> None:
    """removexattr(2) of an ACL."""
    may_write_xattr(idmap, inode)
    set_posix_acl(current, idmap, inode, which, None)


@traced("11")
def vfs_get_acl(
    current: Task, idmap: MntIdmap, inode: Inode, which: str
) -> list[tuple[str, int | None, str]]:
    """getxattr(2) of an ACL; ENODATA where there is none.  Reading needs no permission."""
    if not inode.i_sb.s_posixacl or S_ISLNK(inode.i_mode):
        raise KernelError("EOPNOTSUPP", "no ACLs on this kind of inode or filesystem")
    acl = inode.i_acl if which == "access" else inode.i_default_acl
    if acl is None:
        raise KernelError("ENODATA", f"the inode has no {which} ACL")
    return vfs_posix_acl_to_xattr(current, idmap, inode, acl)


@traced("11")
def posix_acl_chmod(current: Task, idmap: MntIdmap, inode: Inode, mode: int) -> None:
    """After chmod: put the new mode's bits into the access ACL; ids in it stay as they are."""
    if inode.i_acl is None:
        return
    tags = {entry.tag for entry in inode.i_acl}
    group = "mask" if "mask" in tags else "group_obj"
    bits = {"user_obj": mode >> 6 & 7, group: mode >> 3 & 7, "other": mode & 7}
    acl = tuple(entry._replace(perm=bits.get(entry.tag, entry.perm)) for entry in inode.i_acl)
    simple_set_acl(current, idmap, inode, acl, "access")


@traced("11")
def posix_acl_create(current: Task, dir: Inode, inode: Inode) -> None:
    """Give something new its ACLs and mode: the directory's default ACL, or else the umask.

    Entries are copied as kernel ids, so even one nobody here can name is inherited.
    """
    if inode.is_symlink:
        return
    default = dir.i_default_acl
    if default is None:
        inode.i_mode &= ~current.umask
        return
    acl, inode.i_mode = _create_masq(default, inode.i_mode)
    inode.i_acl = acl if len(acl) > 3 else None
    if inode.is_dir:
        inode.i_default_acl = default


def _create_masq(default: PosixAcl, mode: int) -> tuple[PosixAcl, int]:
    """Restrict a default ACL by the mode asked for, and the mode by the ACL."""
    has_mask = any(entry.tag == "mask" for entry in default)
    shift = {"user_obj": 6, "mask" if has_mask else "group_obj": 3, "other": 0}
    bits = 0
    entries = []
    for entry in default:
        at = shift.get(entry.tag)
        perm = entry.perm if at is None else entry.perm & mode >> at
        bits |= 0 if at is None else perm << at
        entries.append(entry._replace(perm=perm))
    return tuple(entries), mode & ~0o777 | bits
