# SPDX-License-Identifier: BSD-3-Clause
"""
Variations: the same scenario with one thing changed
====================================================

What an explorer's switches mean.  Each function takes a document and returns a new one; nothing is
changed in place.  The disk stays the same throughout: when the filesystem moves into a user
namespace, its ids on disk are kept and the kernel ids follow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kfuncviz.model.errors import IdMapError
from kfuncviz.model.idmap import IdMap, map_text, parse
from kfuncviz.model.uidgid import IdKind
from kfuncviz.scenario.machine import Machine, maps_of

Document = dict[str, Any]
Place = Literal["mount", "caller", "fs"]

#: What a switch turns on where the scenario has no namespace of its own for it.
_DEFAULT_ROWS = {
    "mount": [[0, 100000, 65536]],
    "caller": [[0, 100000, 65536]],
    "fs": [[0, 300000, 65536]],
}
_NAMES = {"mount": "mount-idmap", "caller": "container", "fs": "filesystem"}


@dataclass(frozen=True)
class Stack:
    """Which of the three maps are in force between a mount and a caller of a scenario."""

    by: str
    via: str
    mount_idmapped: bool
    in_container: bool
    fs_in_userns: bool


def stack_of(document: Mapping[str, Any], by: str | None = None, via: str | None = None) -> Stack:
    """The stack a caller and a mount of a scenario stand in.

    >>> stack_of({"mounts": {"m": {"userns": "M"}}, "userns": {"M": {}}}).mount_idmapped
    True
    """
    callers, mounts = document.get("callers") or {}, document.get("mounts") or {}
    by, via = by or next(iter(callers), "root"), via or next(iter(mounts), "plain")
    return Stack(
        by,
        via,
        (mounts.get(via) or {}).get("userns") is not None,
        (callers.get(by) or {}).get("userns") is not None,
        (document.get("fs") or {}).get("userns") is not None,
    )


def vary(document: Mapping[str, Any], stack: Stack) -> Document:
    """The scenario with the switches of ``stack`` set, and nothing else changed."""
    out = _copy(document)
    if stack.via != "plain":
        _switch(out, "mount", out["mounts"][stack.via], on=stack.mount_idmapped)
    if stack.by != "root":
        _switch(out, "caller", out["callers"][stack.by], on=stack.in_container)
    _move_filesystem(out, on=stack.fs_in_userns)
    return out


def map_rows(document: Mapping[str, Any], stack: Stack, place: Place, kind: IdKind) -> Any:
    """The rows of one of the three maps as written, ``None`` where that map is not in force."""
    name = _holder(document, stack, place).get("userns")
    if name is None:
        return None
    uid_map, gid_map = maps_of(document["userns"][name])
    return uid_map if kind == "uid" else gid_map


def shared(document: Mapping[str, Any], stack: Stack, place: Place) -> bool:
    """Whether uids and gids share the rows of one of the maps: no gid_map of its own was written.

    >>> m = {"mounts": {"m": {"userns": "M"}}, "userns": {"M": {"uid_map": [[0, 5, 1]]}}}
    >>> shared(m, stack_of(m), "mount")
    True
    """
    name = _holder(document, stack, place).get("userns")
    return "gid_map" not in ((document.get("userns") or {}).get(name) or {})


def with_map(
    document: Mapping[str, Any], stack: Stack, place: Place, kind: IdKind, text: str
) -> Document:
    """The scenario with one map replaced by a text, as it would be written to uid_map or gid_map.

    Only this place is changed, even where the scenario uses the same namespace elsewhere.

    Raises
    ------
    IdMapError
        Where the kernel would not take the text, with its errno and the rule.
    """
    out = _copy(document)
    holder = _holder(out, stack, place)
    old = holder.get("userns")
    spec = dict(out["userns"].get(old) or {})
    one = shared(out, stack, place)
    rows = [list(extent) for extent in parse(map_text(text))]
    spec["uid_map" if kind == "uid" or one else "gid_map"] = rows
    name = old if old is not None and _users(out, old) == 1 else _fresh(out, _NAMES[place])
    out["userns"][name] = spec
    holder["userns"] = name
    _check_map(out, name)
    return out


def _check_map(document: Mapping[str, Any], name: str) -> None:
    """Raise what the kernel would refuse of a namespace's maps."""
    refused = Machine({"userns": document["userns"]}).refused.get(name)
    if refused is not None:
        error = refused.error
        raise error if isinstance(error, IdMapError) else IdMapError(error.name, error.rule)


def _copy(document: Mapping[str, Any]) -> Document:
    """A copy deep enough for the changes made here."""
    out = dict(document)
    for key in ("userns", "mounts", "callers"):
        out[key] = {name: dict(spec) for name, spec in (document.get(key) or {}).items()}
    out["fs"] = dict(document.get("fs") or {})
    out["setup"] = [dict(entry) for entry in document.get("setup") or ()]
    return out


def _holder(document: Mapping[str, Any], stack: Stack, place: Place) -> dict[str, Any]:
    """The object whose ``userns`` is the map's: a mount, a caller or the filesystem."""
    holder: dict[str, Any]
    if place == "fs":
        holder = document.get("fs") or {}
    elif place == "mount":
        holder = (document.get("mounts") or {}).get(stack.via) or {}
    else:
        holder = (document.get("callers") or {}).get(stack.by) or {}
    return holder


def _switch(out: Document, place: str, holder: dict[str, Any], *, on: bool) -> None:
    if on == (holder.get("userns") is not None):
        return
    holder["userns"] = _namespace_for(out, place) if on else None


def _namespace_for(out: Document, place: str) -> str:
    """A namespace that fits: one the scenario uses for something like it, or a new one."""
    fs = out["fs"].get("userns")
    like = out["callers"] if place == "caller" else out["mounts"]
    for holder in (*like.values(), *out["mounts"].values()):
        name: str | None = holder.get("userns")
        rows = out["userns"][name].get("uid_map") if name is not None else None
        has_root = rows and any(first == 0 for first, _, _ in rows)
        if name is not None and name != fs and (has_root or holder in like.values()):
            return name
    name = _fresh(out, _NAMES[place])
    out["userns"][name] = {"uid_map": _DEFAULT_ROWS[place]}
    return name


def _move_filesystem(out: Document, *, on: bool) -> None:
    """Mount the filesystem in a user namespace or out of it; ids on disk stay the same."""
    old = out["fs"].get("userns")
    if on == (old is not None):
        return
    if on:
        name = _fresh(out, _NAMES["fs"])
        out["userns"][name] = {"uid_map": _DEFAULT_ROWS["fs"]}
        uid_map = gid_map = IdMap(_DEFAULT_ROWS["fs"])
        out["fs"]["userns"] = name
    else:
        ns = Machine({"userns": out["userns"]}).namespaces.get(old)
        uid_map, gid_map = (ns.uid_map, ns.gid_map) if ns else (IdMap(), IdMap())
        out["fs"]["userns"] = None
    root = dict(out["fs"].get("root") or {})
    root.setdefault("kuid", 0)
    root.setdefault("kgid", 0)
    out["fs"]["root"] = root
    for entry in (root, *out["setup"]):
        for key, idmap in (("kuid", uid_map), ("kgid", gid_map)):
            id = entry.get(key, 0)
            moved = idmap.down(id) if on else idmap.up(id)
            entry[key] = id if moved is None else moved


def _users(out: Document, name: str | None) -> int:
    """How many mounts, callers, filesystems and children use a namespace."""
    holders = (*out["mounts"].values(), *out["callers"].values(), out["fs"])
    users = [holder for holder in holders if holder.get("userns") == name]
    children = [spec for spec in out["userns"].values() if spec.get("parent") == name]
    return len(users) + len(children)


def _fresh(out: Document, wanted: str) -> str:
    name, number = wanted, 2
    while name in out["userns"]:
        name, number = f"{wanted}-{number}", number + 1
    return name
