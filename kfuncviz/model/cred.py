# SPDX-License-Identifier: BSD-3-Clause
"""
Credentials: who asks
=====================

A task acts with kernel ids, groups and capabilities that count in *its* user namespace and below.
:class:`Task` is what kernel code calls ``current``; functions that look at it take it as their
first argument.

Mirrors ``include/linux/cred.h``, ``kernel/capability.c`` and ``cap_capable()``; semantics
section 3.
"""

from __future__ import annotations

from dataclasses import dataclass

from kfuncviz.model.capability import CAP_FULL_SET, CAP_SYS_RESOURCE, Cap
from kfuncviz.model.releases import CHANGES, NEWEST, Release
from kfuncviz.model.trace import hangs_on, is_recording, traced
from kfuncviz.model.uidgid import kgid_t, kuid_t
from kfuncviz.model.user_namespace import DEFAULT_OVERFLOW, UserNamespace, init_user_ns


@dataclass(frozen=True, slots=True)
class Sysctl:
    """Settings of the machine.  The defaults are those of the machine the answers came from.

    ``cap_bset`` is the bounding set of the initial namespace's tasks: it lacks CAP_SYS_RESOURCE
    there, which shows only in the capabilities of a program root executes.
    """

    overflowuid: int = DEFAULT_OVERFLOW
    overflowgid: int = DEFAULT_OVERFLOW
    protected_hardlinks: int = 1
    protected_symlinks: int = 0
    protected_regular: int = 0
    protected_fifos: int = 0
    cap_bset: int = CAP_FULL_SET & ~(1 << CAP_SYS_RESOURCE)


class MntNamespace:
    """A mount namespace; only its identity and the user namespace that owns it matter here."""

    __slots__ = ("name", "user_ns")

    def __init__(self, name: str = "init_mnt_ns", user_ns: UserNamespace = init_user_ns) -> None:
        self.name = name
        self.user_ns = user_ns

    def __str__(self) -> str:
        return self.name


#: The mount namespace tasks live in unless told otherwise.
init_mnt_ns = MntNamespace()


#: include/uapi/linux/securebits.h
SECBIT_NOROOT, SECBIT_NO_SETUID_FIXUP, SECBIT_KEEP_CAPS, SECBIT_NO_CAP_AMBIENT_RAISE = 1, 4, 16, 64


@dataclass(frozen=True, slots=True)
class Cred:
    """struct cred: kernel ids, groups and capability masks of a task in a user namespace.

    ``uid`` and ``gid`` are the real ids, ``suid`` and ``sgid`` the saved ones.
    """

    user_ns: UserNamespace = init_user_ns
    uid: kuid_t = kuid_t(0)
    gid: kgid_t = kgid_t(0)
    euid: kuid_t = kuid_t(0)
    egid: kgid_t = kgid_t(0)
    fsuid: kuid_t = kuid_t(0)
    fsgid: kgid_t = kgid_t(0)
    groups: frozenset[int] = frozenset()
    cap_effective: int = CAP_FULL_SET
    cap_permitted: int = CAP_FULL_SET
    cap_bset: int = CAP_FULL_SET
    cap_inheritable: int = 0
    cap_ambient: int = 0
    securebits: int = 0
    suid: kuid_t = kuid_t(0)
    sgid: kgid_t = kgid_t(0)

    @classmethod
    def of(
        cls,
        kuid: int,
        kgid: int,
        *,
        groups: tuple[int, ...] = (),
        user_ns: UserNamespace = init_user_ns,
        caps: int = 0,
        cap_bset: int = CAP_FULL_SET,
    ) -> Cred:
        """Credentials with every uid the same, every gid the same, and one capability mask.

        >>> Cred.of(1000, 100).fsuid
        1000
        """
        uid, gid = kuid_t(kuid), kgid_t(kgid)
        return cls(
            user_ns, uid, gid, uid, gid, uid, gid, frozenset(groups), caps, caps, cap_bset,
            suid=uid, sgid=gid,
        )  # fmt: skip

    def __str__(self) -> str:
        return f"k{self.fsuid}:k{self.fsgid}"


@dataclass(frozen=True, slots=True)
class Task:
    """The task that makes the system call: the kernel's ``current``."""

    cred: Cred = Cred()
    umask: int = 0
    mnt_ns: MntNamespace = init_mnt_ns
    sysctl: Sysctl = Sysctl()
    kernel: Release = NEWEST
    no_new_privs: bool = False

    def since(self, rule: str) -> bool:
        """Whether the kernel this task runs on follows a rule of :data:`releases.CHANGES`.

        Asked last, where everything else has been answered and the result hangs on the release:
        the step of the trace that asks is marked with the commit.
        """
        change = CHANGES[rule]
        if is_recording():
            hangs_on(change.commit, measured=change.measured(self.kernel))
        return change.holds(self.kernel)

    def __str__(self) -> str:
        return str(self.cred)


def cap_capable(cred: Cred, target: UserNamespace, cap: Cap) -> bool:
    """Whether these credentials hold a capability over a user namespace.

    In the own namespace the effective set decides.  Over a child the owner (in the parent) has
    everything; over deeper ones the walk goes up; over anything not below there is nothing.
    """
    ns = target
    while ns is not cred.user_ns:
        if ns.level <= cred.user_ns.level or ns.parent is None:
            return False
        if ns.parent is cred.user_ns and ns.owner == cred.euid:
            return True
        ns = ns.parent
    return bool(cred.cap_effective >> cap & 1)


@traced("3", "kernel/capability.c")
def ns_capable(current: Task, ns: UserNamespace, cap: Cap) -> bool:
    """Whether the current task holds the capability over the namespace.

    >>> from kfuncviz.model.capability import CAP_CHOWN
    >>> ns_capable(Task(), init_user_ns, CAP_CHOWN)
    True
    """
    return cap_capable(current.cred, ns, cap)


@traced("3", "kernel/capability.c")
def capable(current: Task, cap: Cap) -> bool:
    """Whether the current task holds the capability over the *initial* namespace."""
    return cap_capable(current.cred, init_user_ns, cap)


def in_group_p(current: Task, kgid: int) -> bool:
    """Whether the current task is in this group: fsgid or a supplementary one."""
    return kgid == current.cred.fsgid or kgid in current.cred.groups
