# SPDX-License-Identifier: BSD-3-Clause
"""
User namespaces
===============

A user namespace has a parent, an owner and two maps from its own ids to kernel ids.  A map is
written in the parent's ids and translated to kernel ids once, when it is written; look-ups never
walk the parents.

Mirrors ``kernel/user_namespace.c``; semantics sections 1.3 to 1.6.
"""

from __future__ import annotations

from kfuncviz.model.errors import KernelError
from kfuncviz.model.idmap import Extent, IdMap, map_id_down, map_id_up
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import INVALID, IdKind, gid_t, kgid_t, kuid_t, uid_t

#: kernel.overflowuid and kernel.overflowgid unless an administrator changed them.
DEFAULT_OVERFLOW = 65534
#: The id shown where there is none, as the sysctl says.
OverflowId = int
_MAX_LEVEL = 32


class UserNamespace:
    """struct user_namespace: maps, parent, owner, and what its creator could do.

    ``uid_map`` and ``gid_map`` tie this namespace's ids to *kernel* ids; they are empty until
    written and never change afterwards.  ``setgroups_allowed`` is the state of
    ``/proc/PID/setgroups``; ``parent_could_setfcap`` whether the creator had CAP_SETFCAP.
    """

    __slots__ = (
        "gid_map",
        "group",
        "level",
        "name",
        "owner",
        "parent",
        "parent_could_setfcap",
        "projid_map",
        "setgroups_allowed",
        "uid_map",
    )

    def __init__(
        self,
        name: str,
        parent: UserNamespace | None = None,
        *,
        owner: kuid_t = kuid_t(0),
        group: kgid_t = kgid_t(0),
        uid_map: IdMap | None = None,
        gid_map: IdMap | None = None,
        parent_could_setfcap: bool = True,
    ) -> None:
        self.name = name
        self.parent = parent
        self.level: int = parent.level + 1 if parent else 0
        self.owner = owner
        self.group = group
        self.uid_map = uid_map or IdMap()
        self.gid_map = gid_map or IdMap()
        self.projid_map = IdMap()
        self.setgroups_allowed: bool = parent.setgroups_allowed if parent else True
        self.parent_could_setfcap = parent_could_setfcap

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        return f"UserNamespace({self.name!r})"


_EVERY_ID = IdMap.of_extents([Extent(0, 0, INVALID)])

#: The initial user namespace: ids and kernel ids are the same numbers, and -1 is none.
init_user_ns = UserNamespace("init_user_ns", uid_map=_EVERY_ID, gid_map=_EVERY_ID)


def create_user_ns(
    name: str, parent: UserNamespace, owner: kuid_t, group: kgid_t, *, could_setfcap: bool
) -> UserNamespace:
    """The namespace a task of ``parent`` with this euid and egid gets from unshare(CLONE_NEWUSER).

    Raises EPERM if the creator has no id in the parent, ENOSPC more than 32 levels deep.

    >>> create_user_ns("box", init_user_ns, kuid_t(1000), kgid_t(1000), could_setfcap=False).level
    1
    """
    if parent.level > _MAX_LEVEL:
        raise KernelError("ENOSPC", f"user namespaces nest at most {_MAX_LEVEL + 1} deep")
    if not (kuid_has_mapping(parent, owner) and kgid_has_mapping(parent, group)):
        kind = "gid" if kuid_has_mapping(parent, owner) else "uid"
        raise KernelError(
            "EPERM",
            f"the creator has no uid or gid in {parent.name}",
            id=owner if kind == "uid" else group,
            kind=kind,
        )
    return UserNamespace(name, parent, owner=owner, group=group, parent_could_setfcap=could_setfcap)


@traced("1.3", "kernel/user_namespace.c")
def make_kuid(ns: UserNamespace, uid: uid_t) -> kuid_t:
    """The kernel id of a uid of this namespace, -1 where its map has no row for it.

    >>> make_kuid(init_user_ns, uid_t(1000))
    1000
    """
    return kuid_t(map_id_down(ns.uid_map, uid))


@traced("1.3", "kernel/user_namespace.c")
def make_kgid(ns: UserNamespace, gid: gid_t) -> kgid_t:
    """The kernel id of a gid of this namespace, or -1."""
    return kgid_t(map_id_down(ns.gid_map, gid))


@traced("1.3", "kernel/user_namespace.c")
def from_kuid(ns: UserNamespace, kuid: kuid_t) -> uid_t:
    """The uid this namespace has for a kernel id, or -1."""
    return uid_t(map_id_up(ns.uid_map, kuid))


@traced("1.3", "kernel/user_namespace.c")
def from_kgid(ns: UserNamespace, kgid: kgid_t) -> gid_t:
    """The gid this namespace has for a kernel id, or -1."""
    return gid_t(map_id_up(ns.gid_map, kgid))


@traced("1.3", "kernel/user_namespace.c")
def from_kuid_munged(
    ns: UserNamespace, kuid: kuid_t, overflow: OverflowId = DEFAULT_OVERFLOW
) -> uid_t:
    """Like :func:`from_kuid`, but what has no uid here becomes the overflow id.

    The answer is ambiguous by design: an id really mapped to 65534 looks the same.

    >>> from_kuid_munged(init_user_ns, kuid_t(INVALID))
    65534
    """
    uid = from_kuid(ns, kuid)
    return uid_t(overflow) if uid == INVALID else uid


@traced("1.3", "kernel/user_namespace.c")
def from_kgid_munged(
    ns: UserNamespace, kgid: kgid_t, overflow: OverflowId = DEFAULT_OVERFLOW
) -> gid_t:
    """Like :func:`from_kgid`, but what has no gid here becomes the overflow id."""
    gid = from_kgid(ns, kgid)
    return gid_t(overflow) if gid == INVALID else gid


@traced("1.3", "include/linux/uidgid.h")
def kuid_has_mapping(ns: UserNamespace, kuid: kuid_t) -> bool:
    """Whether this namespace has a uid for the kernel id."""
    return from_kuid(ns, kuid) != INVALID


@traced("1.3", "include/linux/uidgid.h")
def kgid_has_mapping(ns: UserNamespace, kgid: kgid_t) -> bool:
    """Whether this namespace has a gid for the kernel id."""
    return from_kgid(ns, kgid) != INVALID


def current_in_userns(user_ns: UserNamespace, target: UserNamespace) -> bool:
    """Whether ``user_ns`` is ``target`` or one of its descendants."""
    ns: UserNamespace | None = user_ns
    while ns is not None and ns is not target:
        ns = ns.parent
    return ns is target


def uid_m_show(ns: UserNamespace, reader: UserNamespace, kind: IdKind = "uid") -> list[Extent]:
    """The rows ``/proc/PID/uid_map`` (or gid_map) shows to a process of the namespace ``reader``.

    The second column is what ``reader`` calls the first kernel id of the row, or what the parent
    does if ``reader`` is the namespace itself.  Only the first id is translated: a row that is
    partly out of sight is printed as if it were whole (semantics 1.6).

    >>> [tuple(row) for row in uid_m_show(init_user_ns, init_user_ns)]
    [(0, 0, 4294967295)]
    """
    seen_by = ns.parent if reader is ns and ns.parent else reader
    extents = ns.uid_map if kind == "uid" else ns.gid_map
    view = seen_by.uid_map if kind == "uid" else seen_by.gid_map
    return [Extent(e.first, map_id_up(view, e.lower_first), e.count) for e in extents]
