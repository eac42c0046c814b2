# SPDX-License-Identifier: BSD-3-Clause
"""
POSIX ACLs as attributes: ids hide here too
===========================================

``system.posix_acl_access`` and ``system.posix_acl_default`` are read and written in the caller's
ids.  An entry that the mount or the caller has no id for reads as 4294967295, not as the overflow
id, and cannot be written back.

Mirrors ``include/linux/posix_acl_xattr.h`` and the attribute half of ``fs/posix_acl.c``; semantics
section 11.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import pack

from kfuncviz.model.access import perm_bits, perm_text
from kfuncviz.model.budget import spend
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import AclType, Inode, PosixAcl, PosixAclEntry
from kfuncviz.model.mnt_idmapping import (
    MntIdmap,
    from_vfsgid,
    from_vfsuid,
    make_vfsgid,
    make_vfsuid,
    nop_mnt_idmap,
)
from kfuncviz.model.posix_acl import set_posix_acl
from kfuncviz.model.reasons import Reason, not_down, not_stored
from kfuncviz.model.releases import CHANGES, since
from kfuncviz.model.trace import hangs_on, traced
from kfuncviz.model.uidgid import INVALID, IdKind, gid_t, kgid_t, kuid_t, uid_t, vfsgid_t, vfsuid_t
from kfuncviz.model.user_namespace import UserNamespace, from_kgid, from_kuid, make_kgid, make_kuid
from kfuncviz.model.xattr import may_write_xattr

#: An ACL as user space writes it: (tag, id or None, "rwx").
UserAcl = Sequence[tuple[str, int | None, str]]

#: What setxattr(2) is given: an ACL, or the bytes of something else.
AclValue = UserAcl | bytes

#: The two attributes that are ACLs.
ACL_NAMES: dict[str, AclType] = {
    "system.posix_acl_access": "access",
    "system.posix_acl_default": "default",
}

#: The tags by their numbers: ACL_USER_OBJ, ACL_USER, ...
TAG_NUMBERS = {"user_obj": 1, "user": 2, "group_obj": 4, "group": 8, "mask": 16, "other": 32}
POSIX_ACL_XATTR_VERSION = 2
_HEADER_BYTES, _ENTRY_BYTES = 4, 8


def xattr_bytes(acl: UserAcl) -> bytes:
    """An ACL in the bytes of its extended attribute: struct posix_acl_xattr_header and entries.

    >>> xattr_bytes([("user", 1000, "r--")]).hex()
    '0200000002000400e8030000'
    """
    out = pack("<I", POSIX_ACL_XATTR_VERSION)
    for tag, id, perm in acl:
        out += pack("<HHI", TAG_NUMBERS[tag], perm_bits(perm), INVALID if id is None else id)
    return out


@traced("11", "include/linux/posix_acl_xattr.h")
def posix_acl_xattr_count(value: bytes) -> None:
    """What the system call makes of a value that is text: nothing (empty), EINVAL or EOPNOTSUPP."""
    if 0 < len(value) < _HEADER_BYTES:
        raise KernelError("EINVAL", "shorter than the header of an ACL")
    if value:
        raise KernelError("EOPNOTSUPP", "the value is no POSIX ACL of version 2; use setacl")


@traced("11", "fs/posix_acl.c")
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
            kind: IdKind = "uid" if tag == "user" else "gid"
            raise KernelError(
                "EINVAL",
                f"ACL entry {tag}:{-1 if id is None else id}: no such id in the caller's userns",
                **not_down("caller", user_ns, kind, INVALID if id is None else id),
            )
        entries.append(PosixAclEntry(tag, kid, perm_bits(perm)))
    return tuple(entries)


def vfs_posix_acl_to_xattr(
    current: Task, idmap: MntIdmap, inode: Inode, acl: PosixAcl
) -> list[tuple[str, int | None, str]]:
    """The ACL as the current task reads it through the mount; unmapped ids read 4294967295."""
    spend(work=len(acl))
    ns, fs_userns = current.cred.user_ns, inode.i_sb.s_user_ns
    out: list[tuple[str, int | None, str]] = []
    for tag, kid, perm in acl:
        id: int | None = None
        if kid is not None and tag == "user":
            id = from_kuid(ns, kuid_t(make_vfsuid(idmap, fs_userns, kuid_t(kid))))
        elif kid is not None and tag == "group":
            id = from_kgid(ns, kgid_t(make_vfsgid(idmap, fs_userns, kgid_t(kid))))
        out.append((tag, id, perm_text(perm)))
    return out


def _set_acl_prepare(idmap: MntIdmap, fs_userns: UserNamespace, acl: PosixAcl) -> PosixAcl:
    """Translate ids seen through the mount to the filesystem's; an unmapped one becomes -1."""
    if idmap is nop_mnt_idmap:
        return acl
    entries = []
    for entry in acl:
        kid = entry.id
        if kid is not None and entry.tag == "user":
            kid = from_vfsuid(idmap, fs_userns, vfsuid_t(kid))
        elif kid is not None and entry.tag == "group":
            kid = from_vfsgid(idmap, fs_userns, vfsgid_t(kid))
        entries.append(entry._replace(id=kid))
    return tuple(entries)


@traced("11", "fs/posix_acl.c")
def vfs_set_acl(
    current: Task, idmap: MntIdmap, inode: Inode, which: AclType, value: AclValue
) -> None:
    """setxattr(2) of ``system.posix_acl_access`` or ``_default``.

    The caller's ids are read first (EINVAL), then mapped back through the mount; one the mount has
    no row for surfaces only in the last check, as EINVAL too.  Up to 6.1 both are looked at
    together, after the permission to write attributes.  ``value`` is an ACL, or the bytes of what
    is none.
    """
    spend(work=len(value))
    # Commit 318e66856dde ("xattr: use posix acl api") (in v6.2): the value is looked at first.
    # Before, it went through the checks of any attribute and was read by the code that stores it.
    if since(current.kernel, "posix_acl_api"):
        acl = _read(current, idmap, inode, value)
        may_write_xattr(current, idmap, inode)
    else:
        rule = CHANGES["posix_acl_api"]
        hangs_on(rule.commit, measured=rule.measured(current.kernel))
        may_write_xattr(current, idmap, inode)
        if value == b"":
            raise KernelError("EINVAL", "an empty value is no ACL", path=inode.path)
        acl = _read(current, idmap, inode, value)
        if any(entry.id == INVALID for entry in acl or ()):
            raise KernelError(
                "EINVAL",
                "the filesystem cannot store the id of an entry",
                **_entry_without_row(current, idmap, inode, value),
            )
    try:
        set_posix_acl(current, idmap, inode, which, acl)
    except KernelError as error:
        if error.name == "EINVAL":
            error.explain(_entry_without_row(current, idmap, inode, value))
        raise


def _read(current: Task, idmap: MntIdmap, inode: Inode, value: AclValue) -> PosixAcl | None:
    """The ACL to be stored, in the filesystem's ids; ``None`` for none, which removes it."""
    if isinstance(value, bytes):
        posix_acl_xattr_count(value)
        return None
    try:
        acl = posix_acl_from_xattr(current.cred.user_ns, value)
    except KernelError as error:
        error.explain({"path": inode.path})
        raise
    return _set_acl_prepare(idmap, inode.i_sb.s_user_ns, acl) or None


def _entry_without_row(current: Task, idmap: MntIdmap, inode: Inode, value: AclValue) -> Reason:
    """The first named entry whose id the filesystem cannot store."""
    ns = current.cred.user_ns
    for tag, id, _ in value if not isinstance(value, bytes) else ():
        if id is None or tag not in ("user", "group"):
            continue
        kind: IdKind = "uid" if tag == "user" else "gid"
        kid = make_kuid(ns, uid_t(id)) if kind == "uid" else make_kgid(ns, gid_t(id))
        if reason := not_stored(idmap, inode.i_sb, kind, kid):
            return reason | {"path": inode.path}
    return {"path": inode.path}


@traced("11", "fs/posix_acl.c")
def vfs_remove_acl(current: Task, idmap: MntIdmap, inode: Inode, which: AclType) -> None:
    """removexattr(2) of an ACL."""
    may_write_xattr(current, idmap, inode)
    set_posix_acl(current, idmap, inode, which, None)


@traced("11", "fs/posix_acl.c")
def vfs_get_acl(
    current: Task, idmap: MntIdmap, inode: Inode, which: AclType, buffer: int | None = None
) -> UserAcl:
    """getxattr(2) of an ACL; ENODATA where there is none.  Reading needs no permission.

    ``buffer`` is how many bytes the caller has room for, by default as many as it takes, which is
    what getfacl(1) asks for; ERANGE if they are too few.
    """
    if not inode.i_sb.s_posixacl or inode.is_symlink:
        raise KernelError(
            "EOPNOTSUPP", "no ACLs on this kind of inode or filesystem", path=inode.path
        )
    acl = inode.i_acl if which == "access" else inode.i_default_acl
    if acl is None:
        raise KernelError("ENODATA", f"the inode has no {which} ACL", path=inode.path)
    if buffer is not None:
        if buffer < _HEADER_BYTES + len(acl) * _ENTRY_BYTES:
            raise KernelError("ERANGE", "the buffer is too small for the ACL", path=inode.path)
        if (buffer - _HEADER_BYTES) % _ENTRY_BYTES and _fixed_up_by_buffer(current):
            idmap = nop_mnt_idmap
    return vfs_posix_acl_to_xattr(current, idmap, inode, acl)


def _fixed_up_by_buffer(current: Task) -> bool:
    """Whether the ids are mapped through the mount only if whole entries would fill the buffer."""
    # Commit 0c5fd887d2bb ("acl: move idmapped mount fixup into vfs_{g,s}etxattr()") (in v6.0): it
    # went by the size of the buffer, not of the ACL, up to 6.1.
    return current.since("acl_fixup_by_buffer") and not CHANGES["posix_acl_api"].holds(
        current.kernel
    )
