# SPDX-License-Identifier: BSD-3-Clause
"""
Writing uid_map, gid_map, projid_map and setgroups
==================================================

A map is written once, by somebody allowed to hand out these ids.  The order of the checks decides
the errno: EPERM for who you are, EINVAL for what you wrote, EPERM again for ids that are not yours
to give.

Mirrors ``map_write()``, ``new_idmap_permitted()``, ``verify_root_map()`` and
``proc_setgroups_write()`` of ``kernel/user_namespace.c``; semantics section 2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from kfuncviz.model.capability import CAP_NAMES, CAP_SETFCAP, CAP_SETGID, CAP_SETUID, CAP_SYS_ADMIN
from kfuncviz.model.cred import Task, cap_capable
from kfuncviz.model.errors import IdMapError, KernelError
from kfuncviz.model.idmap import Extent, IdMap, below_a_page, map_id_range_down, parse
from kfuncviz.model.reasons import map_of, no_cap
from kfuncviz.model.trace import traced
from kfuncviz.model.uidgid import INVALID, IdKind, gid_t, uid_t
from kfuncviz.model.user_namespace import UserNamespace, make_kgid, make_kuid

MapFile = Literal["uid_map", "gid_map", "projid_map"]


@traced("2.1", "kernel/user_namespace.c")
def map_write(
    current: Task,
    ns: UserNamespace,
    file: MapFile,
    data: bytes,
    *,
    pos: int = 0,
    pwrite: bool = False,
    opener: Task | None = None,
) -> int:
    """write(2) of ``data`` to one of a namespace's map files; returns the bytes written.

    Parameters
    ----------
    current, opener:
        The task that writes and the one that opened the file (by default the same).
    ns:
        The namespace whose map it is; its map is set on success.
    pos, pwrite:
        File position, only 0 is accepted; and whether pwrite(2) is used, which map files refuse.

    Raises
    ------
    IdMapError
        With the errno and the rule: EPERM, EINVAL, or ESPIPE for pwrite(2).

    >>> from kfuncviz.model.user_namespace import init_user_ns
    >>> ns = UserNamespace("box", init_user_ns)
    >>> map_write(Task(), ns, "uid_map", b"0 100000 65536")
    14
    >>> ns.uid_map.rows
    [(0, 100000, 65536)]
    """
    opener = opener or current
    parent = ns.parent
    # user_namespaces(7): a map is written once, in one write(2) from the start of the file, by a
    # process of the namespace or of its parent that has CAP_SYS_ADMIN in the namespace.
    if pwrite:
        raise IdMapError("ESPIPE", "a map file is not written at an offset")
    if parent is None:
        raise IdMapError("EPERM", "the initial user namespace's maps cannot be written")
    if opener.cred.user_ns not in (ns, parent):
        raise IdMapError("EPERM", f"the file was opened outside of {ns.name} and its parent")
    if pos:
        raise IdMapError("EINVAL", "a map is written from position 0")
    below_a_page(data)
    if getattr(ns, file):
        raise IdMapError("EPERM", f"the {file} of {ns.name} was written before; once is all")
    if file != "projid_map" and not cap_capable(opener.cred, ns, CAP_SYS_ADMIN):
        raise IdMapError(
            "EPERM",
            f"the opener lacks CAP_SYS_ADMIN over {ns.name}",
            **no_cap(opener, ns, CAP_SYS_ADMIN),
        )
    extents = parse(data)
    _new_idmap_permitted(current, opener, ns, parent, file, extents)
    setattr(ns, file, IdMap.of_extents(_lower(parent, file, extents)))
    return len(data)


def _lower(parent: UserNamespace, file: MapFile, extents: tuple[Extent, ...]) -> Sequence[Extent]:
    """Translate the second column, ids of the parent, to kernel ids."""
    if file == "projid_map" and parent.parent is None:
        return extents
    parent_map: IdMap = getattr(parent, file)
    kinds: dict[str, IdKind] = {"uid_map": "uid", "gid_map": "gid"}
    kind = kinds.get(file)
    lowered = []
    # user_namespaces(7): the ids of the second column must be mapped in the parent.
    for number, extent in enumerate(extents, 1):
        lower = map_id_range_down(parent_map, extent.lower_first, extent.count)
        if lower == INVALID:
            raise IdMapError(
                "EPERM",
                f"{parent.name} has no single row that holds "
                f"{'all of ' * (extent.count > 1)}{_run(extent.lower_first, extent.count)}"
                f"{_what_it_holds(parent_map)}",
                number,
                id=extent.lower_first,
                kind=kind,
                map=kind and map_of("parent", parent, kind),
            )
        lowered.append(extent._replace(lower_first=lower))
    return lowered


def _what_it_holds(parent_map: IdMap) -> str:
    held = ", ".join(_run(e.first, e.count) for e in list(parent_map)[:4])
    if not held:
        return "; its map was never written"
    return f"; its rows hold {held}" + (", ..." if len(parent_map) > 4 else "")


def _run(first: int, count: int) -> str:
    return f"{first}...{first + count - 1}" if count > 1 else f"{first}"


def _new_idmap_permitted(
    current: Task,
    opener: Task,
    ns: UserNamespace,
    parent: UserNamespace,
    file: MapFile,
    extents: tuple[Extent, ...],
) -> None:
    if file == "projid_map":
        return
    if file == "uid_map":
        _verify_root_map(opener, ns, parent, extents)
    # user_namespaces(7): everybody may map their own euid, or after "deny" their own egid, alone;
    # for more, CAP_SETUID or CAP_SETGID in the parent, held by opener and writer.
    if _own_single_id(opener, ns, parent, file, extents):
        return
    cap = CAP_SETUID if file == "uid_map" else CAP_SETGID
    if cap_capable(current.cred, parent, cap) and cap_capable(opener.cred, parent, cap):
        return
    name = CAP_NAMES[cap]
    lacking = current if not cap_capable(current.cred, parent, cap) else opener
    alone = "one row of count 1 for one's own euid"
    if file == "gid_map":
        alone = "one row of count 1 for one's own egid, after writing 'deny' to setgroups,"
    raise IdMapError(
        "EPERM",
        f"needs {name} in {parent.name}; without it only {alone} is allowed",
        **no_cap(lacking, parent, cap),
    )


def _verify_root_map(
    opener: Task, ns: UserNamespace, parent: UserNamespace, extents: tuple[Extent, ...]
) -> None:
    """Whoever maps the parent's uid 0 could create file capabilities valid there."""
    # user_namespaces(7): mapping uid 0 of the parent takes CAP_SETFCAP, since commit db2e718a4798
    # ("capabilities: require CAP_SETFCAP to map uid 0") (in v5.12).
    if all(extent.lower_first for extent in extents):
        return
    if opener.cred.user_ns is ns:
        if not ns.parent_could_setfcap:
            raise IdMapError("EPERM", "maps the parent's uid 0, but the creator had no CAP_SETFCAP")
    elif not cap_capable(opener.cred, parent, CAP_SETFCAP):
        raise IdMapError(
            "EPERM",
            f"maps the parent's uid 0 without CAP_SETFCAP in {parent.name}",
            **no_cap(opener, parent, CAP_SETFCAP),
        )


def _own_single_id(
    opener: Task,
    ns: UserNamespace,
    parent: UserNamespace,
    file: MapFile,
    extents: tuple[Extent, ...],
) -> bool:
    if len(extents) != 1 or extents[0].count != 1 or ns.owner != opener.cred.euid:
        return False
    id = extents[0].lower_first
    if file == "uid_map":
        return make_kuid(parent, uid_t(id)) == opener.cred.euid
    return not ns.setgroups_allowed and make_kgid(parent, gid_t(id)) == opener.cred.egid


@traced("2.4", "kernel/user_namespace.c")
def proc_setgroups_write(current: Task, ns: UserNamespace, data: bytes, *, pos: int = 0) -> int:
    """write(2) to ``/proc/PID/setgroups``; returns the bytes written.

    >>> from kfuncviz.model.user_namespace import init_user_ns
    >>> ns = UserNamespace("box", init_user_ns)
    >>> proc_setgroups_write(Task(), ns, b"deny"), ns.setgroups_allowed
    (4, False)
    """
    if not cap_capable(current.cred, ns, CAP_SYS_ADMIN):
        raise KernelError(
            "EACCES",
            f"opening it for writing needs CAP_SYS_ADMIN in {ns.name}",
            **no_cap(current, ns, CAP_SYS_ADMIN),
        )
    if pos or len(data) >= 8:
        raise KernelError("EINVAL", "at most 7 bytes, from position 0")
    match = re.fullmatch(rb"(allow|deny)[\t-\r \xa0]*", data.split(b"\0", 1)[0])
    if match is None:
        raise KernelError("EINVAL", "neither 'allow' nor 'deny'")
    # user_namespaces(7): "deny" is for ever and comes before gid_map, so that nobody can shed the
    # group that an access list shuts out.
    if match[1] == b"allow":
        if not ns.setgroups_allowed:
            raise KernelError("EPERM", "what was denied cannot be allowed again")
    else:
        if ns.gid_map:
            raise KernelError("EPERM", "after gid_map was written it is too late to deny")
        ns.setgroups_allowed = False
    return len(data)
