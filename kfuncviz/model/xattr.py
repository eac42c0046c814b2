# SPDX-License-Identifier: BSD-3-Clause
"""
Extended attributes
===================

Who may read and write ``user.*``, ``trusted.*`` and ``security.*``.  ACLs and file capabilities
have rules of their own (:mod:`.posix_acl`, :mod:`.commoncap`), but share :func:`may_write_xattr`:
EPERM on anything with an unmapped owner or group.

Mirrors ``fs/xattr.c``; semantics section 11.
"""

from __future__ import annotations

from stat import S_ISREG, S_ISVTX

from kfuncviz.model.access import MAY_READ, MAY_WRITE, MayMask
from kfuncviz.model.capability import CAP_FOWNER, CAP_SYS_ADMIN
from kfuncviz.model.cred import Task, capable, ns_capable
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import Inode, has_unmapped_id
from kfuncviz.model.inode import inode_owner_or_capable
from kfuncviz.model.mnt_idmapping import MntIdmap
from kfuncviz.model.permission import frozen, inode_permission
from kfuncviz.model.reasons import no_cap, no_cap_over, unmapped_owner
from kfuncviz.model.trace import traced
from kfuncviz.model.user_namespace import init_user_ns

_NAMESPACES = ("user.", "trusted.", "security.")


@traced("11", "fs/xattr.c")
def may_write_xattr(current: Task, idmap: MntIdmap, inode: Inode) -> None:
    """Whether any xattr may be written; EPERM where the mount has no id for owner or group."""
    if inode.immutable or inode.append:
        raise frozen(inode)
    if has_unmapped_id(idmap, inode):
        raise KernelError(
            "EPERM",
            "the mount has no id for its owner or group: no xattrs",
            **unmapped_owner(current, idmap, inode),
        )


@traced("11", "fs/xattr.c")
def xattr_permission(
    current: Task, idmap: MntIdmap, inode: Inode, name: str, mask: MayMask
) -> None:
    """Whether this attribute may be read or written; raises EPERM, ENODATA or EACCES."""
    writing = mask == MAY_WRITE
    if writing:
        may_write_xattr(current, idmap, inode)
    if name.startswith(("security.", "system.")):
        return
    # xattr(7): trusted.* is for CAP_SYS_ADMIN, and for others not there; user.* for regular files
    # and directories, of a sticky directory for its owner.
    refusal = "EPERM" if writing else "ENODATA"
    if name.startswith("trusted."):
        if not capable(current, CAP_SYS_ADMIN):
            raise KernelError(
                refusal,
                "trusted.* needs CAP_SYS_ADMIN in the initial userns",
                path=inode.path,
                **no_cap(current, init_user_ns, CAP_SYS_ADMIN),
            )
        return
    if name.startswith("user."):
        if not (S_ISREG(inode.i_mode) or inode.is_dir):
            raise KernelError(
                refusal,
                "only regular files and directories have user.* attributes",
                path=inode.path,
            )
        sticky = inode.is_dir and inode.i_mode & S_ISVTX
        if writing and sticky and not inode_owner_or_capable(current, idmap, inode):
            raise KernelError(
                "EPERM",
                "user.* of a sticky directory: only owner or CAP_FOWNER",
                **no_cap_over(current, idmap, inode, CAP_FOWNER, ("uid",)),
            )
    inode_permission(current, idmap, inode, mask)


XATTR_NAME_MAX, XATTR_SIZE_MAX = 255, 65536


def name_before_path(current: Task, name: str, value: bytes | None = None) -> bool:
    """Whether getxattr(2) (no value) or setxattr(2) looks at a bad name before it walks the path.

    A good one is looked at silently, so only a bad one says that it hangs on the release.
    """
    if 1 <= len(name.encode()) <= XATTR_NAME_MAX and len(value or b"") <= XATTR_SIZE_MAX:
        return True
    # Commit 0158005aaa3c ("replace do_getxattr() with saner helpers.") (in v6.13) for getxattr(2);
    # setxattr(2) was measured: after the path on 6.1.192, before it on 6.12.43.
    if value is None:
        return current.since("getxattr_name_first")
    return current.since("setxattr_name_first")


@traced("11", "fs/xattr.c")
def import_xattr_name(name: str) -> None:
    """The system call's own look at a name; ERANGE."""
    if not 1 <= len(name.encode()) <= XATTR_NAME_MAX:
        raise KernelError("ERANGE", f"an attribute's name has 1 to {XATTR_NAME_MAX} bytes")


@traced("11", "fs/xattr.c")
def setxattr_copy(name: str, value: bytes) -> None:
    """The same look at what setxattr(2) is given; ERANGE, or E2BIG for the value."""
    import_xattr_name(name)
    if len(value) > XATTR_SIZE_MAX:
        raise KernelError("E2BIG", f"an attribute has at most {XATTR_SIZE_MAX} bytes")


def _check_name(current: Task, inode: Inode, name: str) -> None:
    if not name.startswith(_NAMESPACES):
        raise KernelError("EOPNOTSUPP", f"no filesystem handles attributes named {name!r}")
    # Commit 2daf18a7884d ("tmpfs,xattr: enable limited user extended attributes") (in v6.6).
    on_tmpfs = name.startswith("user.") and inode.i_sb.fs_type == "tmpfs"
    if on_tmpfs and not current.since("tmpfs_user_xattr"):
        raise KernelError("EOPNOTSUPP", "tmpfs has user.* only since 6.6", path=inode.path)
    if name in _NAMESPACES:
        raise KernelError("EINVAL", "the attribute's name ends with the dot")


def _may_change_security(current: Task, inode: Inode, name: str) -> None:
    if name.startswith("security.") and not ns_capable(
        current, inode.i_sb.s_user_ns, CAP_SYS_ADMIN
    ):
        raise KernelError(
            "EPERM",
            "security.* needs CAP_SYS_ADMIN over the filesystem",
            path=inode.path,
            **no_cap(current, inode.i_sb.s_user_ns, CAP_SYS_ADMIN),
        )


@traced("11", "fs/xattr.c")
def vfs_setxattr(current: Task, idmap: MntIdmap, inode: Inode, name: str, value: bytes) -> None:
    """setxattr(2) of a plain attribute."""
    xattr_permission(current, idmap, inode, name, MAY_WRITE)
    _may_change_security(current, inode, name)
    _check_name(current, inode, name)
    inode.i_xattrs[name] = value


@traced("11", "fs/xattr.c")
def vfs_removexattr(current: Task, idmap: MntIdmap, inode: Inode, name: str) -> None:
    """removexattr(2) of a plain attribute; ENODATA where it is not set."""
    xattr_permission(current, idmap, inode, name, MAY_WRITE)
    _may_change_security(current, inode, name)
    _check_name(current, inode, name)
    if inode.i_xattrs.pop(name, None) is None:
        raise KernelError("ENODATA", f"{name} is not set", path=inode.path)


@traced("11", "fs/xattr.c")
def vfs_getxattr(current: Task, idmap: MntIdmap, inode: Inode, name: str) -> bytes:
    """getxattr(2) of a plain attribute; ENODATA where it is not set."""
    xattr_permission(current, idmap, inode, name, MAY_READ)
    _check_name(current, inode, name)
    if name not in inode.i_xattrs:
        raise KernelError("ENODATA", f"{name} is not set")
    return inode.i_xattrs[name]


@traced("11", "fs/xattr.c")
def vfs_listxattr(current: Task, inode: Inode) -> list[str]:
    """listxattr(2): every name, sorted; whoever reaches the inode may know them.

    Only trusted.* is for CAP_SYS_ADMIN in the initial namespace.
    """
    held = {
        "system.posix_acl_access": inode.i_acl is not None,
        "system.posix_acl_default": inode.i_default_acl is not None,
        "security.capability": inode.i_caps is not None,
    }
    names = sorted([name for name, there in held.items() if there] + [*inode.i_xattrs])
    if any(name.startswith("trusted.") for name in names) and not capable(current, CAP_SYS_ADMIN):
        return [name for name in names if not name.startswith("trusted.")]
    return names
