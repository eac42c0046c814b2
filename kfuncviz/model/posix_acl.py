# SPDX-License-Identifier: BSD-3-Clause
"""
POSIX ACLs: what they grant, and how they live on an inode
==========================================================

Entries are stored as *kernel* ids of the filesystem and mapped through the mount one by one when
somebody asks; inherited ones are copied as they are.  How user space reads and writes them is
:mod:`.posix_acl_xattr`.

Mirrors ``fs/posix_acl.c``; semantics section 11.
"""

from __future__ import annotations

from kfuncviz.model.access import MAY_ALL, MayMask, in_words
from kfuncviz.model.budget import spend
from kfuncviz.model.capability import CAP_FOWNER
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import (
    S_IRWXUGO,
    S_ISGID,
    AclType,
    Inode,
    PosixAcl,
    PosixAclEntry,
    i_gid_into_vfsgid,
    i_uid_into_vfsuid,
)
from kfuncviz.model.inode import in_group_or_capable, inode_owner_or_capable
from kfuncviz.model.mnt_idmapping import MntIdmap, make_vfsgid, make_vfsuid, vfsgid_in_group_p
from kfuncviz.model.reasons import no_cap_over
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import INVALID, kgid_t, kuid_t, umode_t, vfsuid_eq_kuid
from kfuncviz.model.user_namespace import UserNamespace, kgid_has_mapping, kuid_has_mapping

#: Tags in the order they must stand, with the tags that may come before each.
_MAY_FOLLOW: dict[str, tuple[str | None, ...]] = {
    "user_obj": (None,),
    "user": ("user_obj", "user"),
    "group_obj": ("user_obj", "user"),
    "group": ("group_obj", "group"),
    "mask": ("group_obj", "group"),
    "other": ("group_obj", "group", "mask"),
}


@traced("11", "fs/posix_acl.c")
def posix_acl_permission(
    current: Task, idmap: MntIdmap, inode: Inode, acl: PosixAcl, want: MayMask
) -> None:
    """Whether an ACL grants what is wanted; raises EACCES.

    Entries hold kernel ids and are mapped through the mount one by one; an entry the mount does
    not map matches nobody.
    """
    spend(work=len(acl))
    fs_userns = inode.i_sb.s_user_ns
    in_a_group = False
    # acl(5): the owner's entry decides alone; then a named user's, cut by the mask; then all
    # entries of groups the process is in, of which one that grants is enough; then the others'.
    for entry in acl:
        granted = (entry.perm & want) == want
        if entry.tag == "user_obj":
            if vfsuid_eq_kuid(i_uid_into_vfsuid(idmap, inode), current.cred.fsuid):
                return _grant(inode, granted, want, "the owner's entry")
        elif entry.tag == "user":
            vfsuid = make_vfsuid(idmap, fs_userns, kuid_t(_id(entry)))
            if vfsuid_eq_kuid(vfsuid, current.cred.fsuid):
                return _grant(inode, _masked(acl, entry.perm, want), want, "the user's entry")
        elif entry.tag in ("group_obj", "group"):
            vfsgid = (
                i_gid_into_vfsgid(idmap, inode)
                if entry.tag == "group_obj"
                else make_vfsgid(idmap, fs_userns, kgid_t(_id(entry)))
            )
            if vfsgid_in_group_p(current, vfsgid):
                in_a_group = True
                if granted:
                    masked = _masked(acl, entry.perm, want)
                    return _grant(inode, masked, want, "the group's entry")
        elif entry.tag == "other":
            if in_a_group:
                raise KernelError(
                    "EACCES",
                    f"no group entry of the ACL grants {in_words(want)} to this task",
                    path=inode.path,
                )
            return _grant(inode, granted, want, "the entry for others")
    return None


def _masked(acl: PosixAcl, perm: int, want: MayMask) -> bool:
    mask = next((entry.perm for entry in acl if entry.tag == "mask"), MAY_ALL)
    return perm & mask & want == want


def _grant(inode: Inode, granted: bool, want: MayMask, which: str) -> None:
    if not granted:
        rule = f"{which} of the ACL does not grant {in_words(want)}"
        raise KernelError("EACCES", rule, path=inode.path)


def _id(entry: PosixAclEntry) -> int:
    return INVALID if entry.id is None else entry.id


@traced("11", "fs/posix_acl.c")
def posix_acl_valid(user_ns: UserNamespace, acl: PosixAcl) -> None:
    """Whether the entries are complete, in order, and have ids in the filesystem's namespace."""
    before: str | None = None
    for entry in acl:
        if before not in _MAY_FOLLOW.get(entry.tag, ()):
            where = f"after {before!r}" if before else "first"
            raise KernelError("EINVAL", f"ACL entry {entry.tag!r} is not allowed {where}")
        if entry.tag == "user" and not kuid_has_mapping(user_ns, kuid_t(_id(entry))):
            raise KernelError("EINVAL", "the filesystem cannot store the id of a user entry")
        if entry.tag == "group" and not kgid_has_mapping(user_ns, kgid_t(_id(entry))):
            raise KernelError("EINVAL", "the filesystem cannot store the id of a group entry")
        before = entry.tag
    if before != "other":
        raise KernelError("EINVAL", "an ACL ends with the entry for others")
    tags = {entry.tag for entry in acl}
    if tags & {"user", "group"} and "mask" not in tags:
        raise KernelError("EINVAL", "an ACL with named users or groups needs a mask")


def posix_acl_equiv_mode(acl: PosixAcl, mode: umode_t) -> tuple[bool, umode_t]:
    """Whether mode bits can say the same as the ACL, and the mode with the ACL's bits."""
    perms = {entry.tag: entry.perm for entry in acl}
    group = perms.get("mask", perms["group_obj"])
    bits = perms["user_obj"] << 6 | group << 3 | perms["other"]
    return len(acl) == 3, mode & ~S_IRWXUGO | bits


@traced("11", "fs/posix_acl.c")
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


def set_acl(
    current: Task, idmap: MntIdmap, inode: Inode, acl: PosixAcl | None, which: AclType
) -> None:
    """Store an ACL the way the type of filesystem does.

    Only where simple_set_acl() does it, as on tmpfs, removing an access ACL may drop setgid.
    """
    if which == "access":
        if acl is not None or inode.i_sb.type.strips_on_delacl:
            acl = posix_acl_update_mode(current, idmap, inode, acl)
        inode.i_acl = acl
    else:
        inode.i_default_acl = acl


@traced("11", "fs/posix_acl.c")
def set_posix_acl(
    current: Task, idmap: MntIdmap, inode: Inode, which: AclType, acl: PosixAcl | None
) -> None:
    """Set or (``None``) remove an ACL: filesystem support, ownership, validity, in this order."""
    if not inode.i_sb.s_posixacl or inode.is_symlink:
        raise KernelError(
            "EOPNOTSUPP", "no ACLs on this kind of inode or filesystem", path=inode.path
        )
    if which == "default" and not inode.is_dir:
        if acl is None:
            return
        raise KernelError("EACCES", "only a directory has a default ACL", path=inode.path)
    if not inode_owner_or_capable(current, idmap, inode):
        raise KernelError(
            "EPERM",
            "only the owner or CAP_FOWNER may change the ACL",
            **no_cap_over(current, idmap, inode, CAP_FOWNER, ("uid",)),
        )
    if acl is not None:
        posix_acl_valid(inode.i_sb.s_user_ns, acl)
    set_acl(current, idmap, inode, acl, which)


@traced("11", "fs/posix_acl.c")
def posix_acl_chmod(current: Task, idmap: MntIdmap, inode: Inode, mode: umode_t) -> None:
    """After chmod: put the new mode's bits into the access ACL; ids in it stay as they are."""
    if inode.i_acl is None:
        return
    spend(work=len(inode.i_acl))
    tags = {entry.tag for entry in inode.i_acl}
    group = "mask" if "mask" in tags else "group_obj"
    bits = {"user_obj": mode >> 6 & MAY_ALL, group: mode >> 3 & MAY_ALL, "other": mode & MAY_ALL}
    acl = tuple(entry._replace(perm=bits.get(entry.tag, entry.perm)) for entry in inode.i_acl)
    set_acl(current, idmap, inode, acl, "access")


@traced("11", "fs/posix_acl.c")
def posix_acl_create(current: Task, dir: Inode, inode: Inode) -> None:
    """Give something new its ACLs and mode: the directory's default ACL, or else the umask.

    Entries are copied as kernel ids, so even one nobody here can name is inherited.
    """
    if inode.is_symlink:
        return
    # umask(2): where the directory has a default ACL, it stands instead of the umask.
    default = dir.i_default_acl
    if default is None:
        inode.i_mode &= ~current.umask
        return
    spend(work=len(default), values=len(default))
    acl, inode.i_mode = _create_masq(default, inode.i_mode)
    inode.i_acl = acl if len(acl) > 3 else None
    if inode.is_dir:
        inode.i_default_acl = default


def _create_masq(default: PosixAcl, mode: umode_t) -> tuple[PosixAcl, umode_t]:
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
    return tuple(entries), mode & ~S_IRWXUGO | bits
