# SPDX-License-Identifier: BSD-3-Clause
"""
Changing one's own ids
======================

A task has three uids (real, effective, saved) and a fourth that the filesystem goes by.  Any of the
three may become any other of them; another number takes CAP_SETUID in the task's own user
namespace.  Leaving uid 0 of that namespace costs capabilities, unless a secure bit says otherwise.
Groups are alike, without the capabilities.

Mirrors ``kernel/sys.c``, ``kernel/groups.c`` and ``cap_task_fix_setuid()`` of
``security/commoncap.c``; semantics section 3.1.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kfuncviz.model.capability import CAP_FS_SET, CAP_SETGID, CAP_SETUID
from kfuncviz.model.cred import (
    SECBIT_KEEP_CAPS,
    SECBIT_NO_SETUID_FIXUP,
    Cred,
    Task,
    ns_capable,
)
from kfuncviz.model.errors import KernelError
from kfuncviz.model.reasons import no_cap, not_in_caller
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import INVALID, IdKind, gid_t, kgid_t, kuid_t, uid_t
from kfuncviz.model.user_namespace import make_kgid, make_kuid


def _to_kernel(current: Task, kind: IdKind, id: int) -> int:
    """The kernel id of one the caller wrote; EINVAL where it has none."""
    ns = current.cred.user_ns
    kid = make_kuid(ns, uid_t(id)) if kind == "uid" else make_kgid(ns, gid_t(id))
    if kid == INVALID:
        rule = f"{kind} {id} is no id in the caller's user namespace"
        raise KernelError("EINVAL", rule, **not_in_caller(current, kind, id))
    return kid


def _chosen(current: Task, kind: IdKind, ids: Iterable[int | None]) -> list[int | None]:
    return [None if id is None else _to_kernel(current, kind, id) for id in ids]


def _may_take(
    current: Task, kind: IdKind, wanted: Iterable[int | None], own: Iterable[int]
) -> None:
    """Whether every id is one the task has already; else its capability, or EPERM."""
    # setresuid(2), EPERM: each new id is one of the three the task has, or CAP_SETUID is held in
    # its user namespace; setresgid(2) alike.
    if not set(wanted) - {None, *own}:
        return
    cap = CAP_SETUID if kind == "uid" else CAP_SETGID
    ns = current.cred.user_ns
    if not ns_capable(current, ns, cap):
        rule = (
            f"a task without the capability changes only among its own real, effective and "
            f"saved {kind}"
        )
        raise KernelError("EPERM", rule, **no_cap(current, ns, cap))


@traced("3.1", "kernel/sys.c", "__sys_setresuid")
def setresuid(current: Task, ruid: uid_t | None, euid: uid_t | None, suid: uid_t | None) -> Cred:
    """setresuid(2): the credentials afterwards.

    Ids are the caller's; ``None`` (the system call's -1) leaves one as it is.  The filesystem uid
    follows the effective one.  Raises EINVAL for an id the caller's namespace has no row for,
    EPERM for one that is neither the task's already nor allowed by CAP_SETUID.

    >>> setresuid(Task(), None, uid_t(1000), None).fsuid
    1000
    """
    old = current.cred
    kruid, keuid, ksuid = _chosen(current, "uid", (ruid, euid, suid))
    same = (None, old.uid), (None, old.euid), (None, old.suid)
    nothing = all(k in kept for k, kept in zip((kruid, keuid, ksuid), same, strict=True))
    if nothing and keuid in (None, old.fsuid) and _leaves_alone(current, old.fsuid != old.euid):
        return old
    _may_take(current, "uid", (kruid, keuid, ksuid), (old.uid, old.euid, old.suid))
    new_euid = old.euid if keuid is None else kuid_t(keuid)
    new = replace(
        old,
        uid=old.uid if kruid is None else kuid_t(kruid),
        euid=new_euid,
        suid=old.suid if ksuid is None else kuid_t(ksuid),
        fsuid=new_euid,
    )
    return cap_task_fix_setuid(current, new)


def _leaves_alone(current: Task, matters: bool) -> bool:
    """Whether a call that changes nothing is over at once."""
    # Commit 659c0ce1cb9e ("kernel/sys.c: fix and improve control flow in __sys_setres[ug]id()") (in
    # v6.3): before, such a call still made the filesystem id the effective one.
    return not matters or current.since("setres_nothing")


@traced("3.1", "kernel/sys.c", "__sys_setresgid")
def setresgid(current: Task, rgid: gid_t | None, egid: gid_t | None, sgid: gid_t | None) -> Cred:
    """setresgid(2): the credentials afterwards; as :func:`setresuid`, but no capability goes."""
    old = current.cred
    krgid, kegid, ksgid = _chosen(current, "gid", (rgid, egid, sgid))
    same = (None, old.gid), (None, old.egid), (None, old.sgid)
    nothing = all(k in kept for k, kept in zip((krgid, kegid, ksgid), same, strict=True))
    if nothing and kegid in (None, old.fsgid) and _leaves_alone(current, old.fsgid != old.egid):
        return old
    _may_take(current, "gid", (krgid, kegid, ksgid), (old.gid, old.egid, old.sgid))
    new_egid = old.egid if kegid is None else kgid_t(kegid)
    return replace(
        old,
        gid=old.gid if krgid is None else kgid_t(krgid),
        egid=new_egid,
        sgid=old.sgid if ksgid is None else kgid_t(ksgid),
        fsgid=new_egid,
    )


@traced("3.1", "kernel/sys.c", "__sys_setfsuid")
def setfsuid(current: Task, uid: uid_t) -> Cred:
    """setfsuid(2): the credentials afterwards.

    It never fails: an id the task may not take, or that its namespace has no row for, changes
    nothing and is not told.
    """
    old = current.cred
    kuid = make_kuid(old.user_ns, uid)
    if kuid in (INVALID, old.fsuid):
        return old
    own = kuid in (old.uid, old.euid, old.suid)
    if not own and not ns_capable(current, old.user_ns, CAP_SETUID):
        return old
    new = replace(old, fsuid=kuid)
    if old.securebits & SECBIT_NO_SETUID_FIXUP:
        return new
    # capabilities(7): a filesystem uid that was 0 and no longer is takes the capabilities over
    # files out of the effective set; one that becomes 0 puts those permitted back in.
    root_uid = make_kuid(old.user_ns, uid_t(0))
    effective = old.cap_effective
    if old.fsuid == root_uid:
        effective &= ~CAP_FS_SET
    elif kuid == root_uid:
        effective |= CAP_FS_SET & old.cap_permitted
    return replace(new, cap_effective=effective)


@traced("3.1", "kernel/sys.c", "__sys_setfsgid")
def setfsgid(current: Task, gid: gid_t) -> Cred:
    """setfsgid(2): the credentials afterwards; what is not allowed changes nothing."""
    old = current.cred
    kgid = make_kgid(old.user_ns, gid)
    if kgid == INVALID:
        return old
    own = kgid in (old.gid, old.egid, old.sgid, old.fsgid)
    if not own and not ns_capable(current, old.user_ns, CAP_SETGID):
        return old
    return replace(old, fsgid=kgid)


@traced("3.1", "security/commoncap.c")
def cap_task_fix_setuid(current: Task, new: Cred) -> Cred:
    """The capabilities that are left when the three uids become others."""
    # capabilities(7), effect of user ID changes on capabilities.
    old = current.cred
    if old.securebits & SECBIT_NO_SETUID_FIXUP:
        return new
    root_uid = make_kuid(old.user_ns, uid_t(0))
    was_root = root_uid in (old.uid, old.euid, old.suid)
    if was_root and root_uid not in (new.uid, new.euid, new.suid):
        if not old.securebits & SECBIT_KEEP_CAPS:
            new = replace(new, cap_permitted=0)
        new = replace(new, cap_ambient=0)
    if old.euid == root_uid != new.euid:
        return replace(new, cap_effective=0)
    if new.euid == root_uid != old.euid:
        return replace(new, cap_effective=new.cap_permitted)
    return replace(new, cap_effective=new.cap_effective & new.cap_permitted)


@traced("3.1", "kernel/groups.c")
def setgroups(current: Task, groups: Iterable[gid_t]) -> Cred:
    """setgroups(2): the credentials with these supplementary groups, as the caller writes them.

    Raises EPERM without CAP_SETGID, before a gid_map is written, and where the namespace's
    ``setgroups`` file says ``deny``; EINVAL for a group the namespace has no row for.

    >>> sorted(setgroups(Task(), [gid_t(20), gid_t(4)]).groups)
    [4, 20]
    """
    ns = current.cred.user_ns
    if not ns_capable(current, ns, CAP_SETGID):
        raise KernelError("EPERM", "needs CAP_SETGID", **no_cap(current, ns, CAP_SETGID))
    # user_namespaces(7), the /proc/PID/setgroups file: not before gid_map is written, and not at
    # all where it says deny.
    if not ns.gid_map:
        raise KernelError("EPERM", f"no group is set before the gid_map of {ns.name} is written")
    if not ns.setgroups_allowed:
        raise KernelError("EPERM", f"the setgroups file of {ns.name} says deny")
    return replace(
        current.cred, groups=frozenset(_to_kernel(current, "gid", gid) for gid in groups)
    )
