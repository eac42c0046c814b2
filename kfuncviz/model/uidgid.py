# SPDX-License-Identifier: BSD-3-Clause
"""
The id types: uid, kuid, vfsuid
===============================

Three numbers that look alike and must not be mixed.  A *uid* is what a process in some user
namespace writes and reads; a *kuid* is the kernel's own id, the same for everybody; a *vfsuid* is
a kuid as seen through a mount.  In C they are different types, so mixing them does not compile;
here they are different to a type checker.  The value -1 (4294967295) is never an id.

Mirrors ``include/linux/uidgid.h`` and ``include/linux/mnt_idmapping.h``.
"""

from __future__ import annotations

from typing import Literal, NewType, TypeGuard

uid_t = NewType("uid_t", int)
gid_t = NewType("gid_t", int)
kuid_t = NewType("kuid_t", int)
kgid_t = NewType("kgid_t", int)
vfsuid_t = NewType("vfsuid_t", int)
vfsgid_t = NewType("vfsgid_t", int)
umode_t = int

IdKind = Literal["uid", "gid"]

#: (u32)-1, the value that is no id in any of the types.
INVALID = 0xFFFFFFFF
#: The largest id there is.
LAST_ID = INVALID - 1
INVALID_UID = kuid_t(INVALID)
INVALID_GID = kgid_t(INVALID)
INVALID_VFSUID = vfsuid_t(INVALID)
INVALID_VFSGID = vfsgid_t(INVALID)


def is_id(value: object) -> TypeGuard[int]:
    """Whether a value can be an id: a whole number from 0 to :data:`LAST_ID`, and no truth value.

    >>> is_id(0), is_id(LAST_ID), is_id(INVALID), is_id(True), is_id(5.5)
    (True, True, False, False, False)
    """
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAST_ID


def vfsuid_valid(vfsuid: vfsuid_t) -> bool:
    """Whether the mount has an id for it."""
    return vfsuid != INVALID


def vfsgid_valid(vfsgid: vfsgid_t) -> bool:
    """Whether the mount has an id for it."""
    return vfsgid != INVALID


def vfsuid_eq(left: vfsuid_t, right: vfsuid_t) -> bool:
    """Equal *and* valid: two unmapped owners are never the same owner.

    >>> vfsuid_eq(INVALID_VFSUID, INVALID_VFSUID)
    False
    """
    return left == right and left != INVALID


def vfsgid_eq(left: vfsgid_t, right: vfsgid_t) -> bool:
    """Equal *and* valid."""
    return left == right and left != INVALID


def vfsuid_eq_kuid(vfsuid: vfsuid_t, kuid: kuid_t) -> bool:
    """Whether the owner seen through the mount is this kuid."""
    return vfsuid_into_kuid(vfsuid) == kuid and vfsuid != INVALID


def vfsuid_into_kuid(vfsuid: vfsuid_t) -> kuid_t:
    """Read the number of a vfsuid as a kuid; what is invalid stays invalid."""
    return kuid_t(vfsuid)


def vfsgid_into_kgid(vfsgid: vfsgid_t) -> kgid_t:
    """Read the number of a vfsgid as a kgid; what is invalid stays invalid."""
    return kgid_t(vfsgid)
