# SPDX-License-Identifier: BSD-3-Clause
"""
File capabilities
=================

``security.capability`` names the root of a namespace (version 3) or means the superblock's
(version 2).  That root is an id like any other: it is mapped through the mount and the caller's
user namespace when the attribute is set, read and used.

Mirrors ``security/commoncap.c``; semantics section 12.
"""

from __future__ import annotations

from struct import pack

from kfuncviz.model.access import MAY_READ, MAY_WRITE
from kfuncviz.model.capability import CAP_FULL_SET, CAP_SETFCAP
from kfuncviz.model.cred import Task, ns_capable
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import Inode, VfsCaps
from kfuncviz.model.inode import capable_wrt_inode_uidgid
from kfuncviz.model.mnt_idmapping import MntIdmap, from_vfsuid, make_vfsuid, nop_mnt_idmap
from kfuncviz.model.reasons import (
    Reason,
    no_cap_over,
    not_in_caller,
    not_stored,
    not_through_mount,
    not_up,
)
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import INVALID, uid_t, vfsuid_into_kuid, vfsuid_t, vfsuid_valid
from kfuncviz.model.user_namespace import UserNamespace, from_kuid, make_kuid
from kfuncviz.model.xattr import xattr_permission

XATTR_NAME_CAPS = "security.capability"
VFS_CAP_REVISION_SHIFT, VFS_CAP_FLAGS_EFFECTIVE = 24, 1

#: What setxattr(2) with an empty value leaves: an attribute that is there but says nothing.
EMPTY_CAPS = VfsCaps(0, 0, 0, False, 0)


@traced("12", "security/commoncap.c")
def rootid_owns_currentns(user_ns: UserNamespace, rootid: vfsuid_t) -> bool:
    """Whether this id is uid 0 of the namespace or of one of its ancestors."""
    if not vfsuid_valid(rootid):
        return False
    ns: UserNamespace | None = user_ns
    while ns is not None:
        if from_kuid(ns, vfsuid_into_kuid(rootid)) == 0:
            return True
        ns = ns.parent
    return False


@traced("12", "security/commoncap.c")
def cap_convert_nscap(current: Task, idmap: MntIdmap, inode: Inode, caps: VfsCaps) -> VfsCaps:
    """What is stored when the current task sets these capabilities.

    Version 2 is stored as such only without an idmapping and by somebody privileged over the
    filesystem; everything else becomes version 3 with the root's id in the filesystem.
    Raises EPERM, or EINVAL where the root id cannot be expressed there.
    """
    fs_ns = inode.i_sb.s_user_ns
    # capabilities(7): CAP_SETFCAP over the file; who has it only in a user namespace writes version
    # 3, with the id of that namespace's root.
    if not capable_wrt_inode_uidgid(current, idmap, inode, CAP_SETFCAP):
        raise KernelError(
            "EPERM",
            "needs CAP_SETFCAP over the inode, both ids mapped",
            **no_cap_over(current, idmap, inode, CAP_SETFCAP),
        )
    if caps.version == 2 and idmap is nop_mnt_idmap and ns_capable(current, fs_ns, CAP_SETFCAP):
        return caps
    root = caps.rootid if caps.version == 3 else 0
    vfsrootid = vfsuid_t(make_kuid(current.cred.user_ns, uid_t(root)))
    if not vfsuid_valid(vfsrootid):
        raise KernelError(
            "EINVAL",
            f"rootid {root} is no id in the caller's user namespace",
            path=inode.path,
            **not_in_caller(current, "uid", root),
        )
    kroot = from_vfsuid(idmap, fs_ns, vfsrootid)
    if kroot == INVALID:
        raise KernelError(
            "EINVAL",
            f"the mount maps no id of the filesystem to root {vfsrootid}",
            path=inode.path,
            **not_stored(idmap, inode.i_sb, "uid", vfsrootid),
        )
    nsroot = from_kuid(fs_ns, kroot)
    if nsroot == INVALID:
        raise KernelError(
            "EINVAL",
            f"the filesystem's user namespace has no id for root {kroot}",
            path=inode.path,
            **not_stored(nop_mnt_idmap, inode.i_sb, "uid", kroot),
        )
    return caps._replace(version=3, rootid=nsroot)


@traced("12", "security/commoncap.c")
def cap_inode_getsecurity(current: Task, idmap: MntIdmap, inode: Inode) -> VfsCaps:
    """The capabilities as the current task reads them; ENODATA, or EOVERFLOW if it cannot."""
    caps = inode.i_caps
    if caps is None:
        raise KernelError("ENODATA", "the file has no capabilities", path=inode.path)
    if caps is EMPTY_CAPS:
        raise KernelError("EINVAL", "the attribute is empty")
    vfsroot = _vfsroot(idmap, inode, caps)
    mapped = from_kuid(current.cred.user_ns, vfsuid_into_kuid(vfsroot))
    if mapped not in (INVALID, 0):
        return caps._replace(version=3, rootid=mapped)
    if not rootid_owns_currentns(current.cred.user_ns, vfsroot):
        raise KernelError(
            "EOVERFLOW",
            "the root id of the capabilities has no id here",
            path=inode.path,
            **_why_no_root(current, idmap, inode, caps),
        )
    return caps._replace(version=2, rootid=0)


def vfs_set_caps(current: Task, idmap: MntIdmap, inode: Inode, caps: VfsCaps) -> None:
    """setxattr(2) of security.capability."""
    stored = cap_convert_nscap(current, idmap, inode, caps)
    xattr_permission(current, idmap, inode, XATTR_NAME_CAPS, MAY_WRITE)
    inode.i_caps = stored


def vfs_set_empty_caps(current: Task, idmap: MntIdmap, inode: Inode) -> None:
    """setxattr(2) of security.capability with no value: nobody asks for CAP_SETFCAP then."""
    xattr_permission(current, idmap, inode, XATTR_NAME_CAPS, MAY_WRITE)
    inode.i_caps = EMPTY_CAPS


@traced("12", "security/commoncap.c", "cap_convert_nscap")
def vfs_set_text_caps(_current: Task, _idmap: MntIdmap, _inode: Inode) -> None:
    """setxattr(2) of security.capability with a text: always EINVAL, before anything is asked."""
    raise KernelError("EINVAL", "the value is no struct vfs_cap_data; use setcap")


def caps_bytes(caps: VfsCaps) -> bytes:
    """The capabilities in the bytes of their extended attribute."""
    words = caps.permitted, caps.inheritable
    low, high = ([word >> shift & 0xFFFFFFFF for word in words] for shift in (0, 32))
    magic = caps.version << VFS_CAP_REVISION_SHIFT
    magic |= VFS_CAP_FLAGS_EFFECTIVE if caps.effective else 0
    rootid = [caps.rootid] if caps.version == 3 else []
    return pack(f"<{5 + len(rootid)}I", magic, *low, *high, *rootid)


def vfs_get_caps(current: Task, idmap: MntIdmap, inode: Inode) -> VfsCaps:
    """getxattr(2) of security.capability."""
    xattr_permission(current, idmap, inode, XATTR_NAME_CAPS, MAY_READ)
    return cap_inode_getsecurity(current, idmap, inode)


@traced("12", "fs/xattr.c", "vfs_removexattr")
def vfs_remove_caps(current: Task, idmap: MntIdmap, inode: Inode) -> None:
    """removexattr(2) of security.capability; EPERM without CAP_SETFCAP over the inode."""
    xattr_permission(current, idmap, inode, XATTR_NAME_CAPS, MAY_WRITE)
    if not capable_wrt_inode_uidgid(current, idmap, inode, CAP_SETFCAP):
        raise KernelError(
            "EPERM",
            "needs CAP_SETFCAP over the inode, both ids mapped",
            **no_cap_over(current, idmap, inode, CAP_SETFCAP),
        )
    if inode.i_caps is None:
        raise KernelError("ENODATA", "the file has no capabilities", path=inode.path)
    inode.i_caps = None


@traced("12", "security/commoncap.c")
def get_vfs_caps_from_disk(current: Task, idmap: MntIdmap, inode: Inode) -> VfsCaps | None:
    """The capabilities that count when the file is executed, ``None`` if they do not."""
    caps = inode.i_caps
    if caps is None:
        return None
    if caps is EMPTY_CAPS:
        raise KernelError("EINVAL", "security.capability is empty: the file is not executed")
    vfsroot = _vfsroot(idmap, inode, caps)
    if not rootid_owns_currentns(current.cred.user_ns, vfsroot):
        return None
    return caps._replace(
        permitted=caps.permitted & CAP_FULL_SET, inheritable=caps.inheritable & CAP_FULL_SET
    )


def _why_no_root(current: Task, idmap: MntIdmap, inode: Inode, caps: VfsCaps) -> Reason:
    """Which map has no row for the root of some capabilities."""
    fs_ns = inode.i_sb.s_user_ns
    root = make_kuid(fs_ns, uid_t(caps.rootid if caps.version == 3 else 0))
    vfsroot = vfsuid_into_kuid(_vfsroot(idmap, inode, caps))
    return not_through_mount(current, idmap, inode.i_sb, "uid", root) or not_up(
        "caller", current.cred.user_ns, "uid", vfsroot
    )


def need_killpriv(inode: Inode) -> bool:
    """Whether a change of owner or content takes capabilities away; an empty attribute stays."""
    return inode.i_caps is not None and inode.i_caps is not EMPTY_CAPS


def _vfsroot(idmap: MntIdmap, inode: Inode, caps: VfsCaps) -> vfsuid_t:
    fs_ns = inode.i_sb.s_user_ns
    root = caps.rootid if caps.version == 3 else 0
    return make_vfsuid(idmap, fs_ns, make_kuid(fs_ns, uid_t(root)))
