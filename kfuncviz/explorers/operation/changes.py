# SPDX-License-Identifier: BSD-3-Clause
"""
Changes: the smallest things that can be otherwise
==================================================

A row, a group, a capability, a mode, an owner, a mount option, another mount or caller: each is a
tuple of plain words and numbers, so that a state and a token can hold it, and is made to a document
without changing it in place.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, NamedTuple

from kfuncviz.explorers import outside
from kfuncviz.model.errors import IdMapError
from kfuncviz.scenario.load import sound
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.variation import Place, map_rows, shared, stack_of, with_map

Change = tuple[str | int, ...]
"""What is changed, and to what: ``("mode", "home", "0755")``."""


@dataclass(frozen=True)
class Situation:
    """A scenario, and who asks through which of its mounts."""

    document: Mapping[str, Any]
    by: str
    via: str

    def __hash__(self) -> int:
        return hash((id(self.document), self.by, self.via))


class Words(NamedTuple):
    """A change in words, and what one types or writes for it."""

    title: str
    typed: str


def apply(here: Situation, change: Change) -> Situation:
    """The situation with one thing changed.

    Raises ValueError for what is no change, and for one the scenario or the kernel does not take.

    >>> here = Situation({"callers": {"c": {"kuid": 5}}}, "c", "plain")
    >>> there = apply(here, ("cap", "CAP_CHOWN"))
    >>> there.document["callers"]["c"]["caps"]
    ['CAP_CHOWN']
    """
    kind = outside.known("kind of change", change[0] if change else None, _KINDS)
    of = _KINDS[kind]
    if [type(part) for part in change[1:]] != of.takes:
        wanted = ", ".join(each.__name__ for each in of.takes)
        raise ValueError(f"{outside.shown(change)} is no change of {kind}; want {wanted} after it")
    try:
        made = of.make(here, *change[1:])
        return replace(made, document=sound(made.document))
    except (ScenarioError, IdMapError) as error:
        raise ValueError(f"{kind}: {error}") from None


def made(here: Situation, change: Change) -> Situation:
    """The same for a change of our own making, which needs no check.

    >>> made(Situation({}, "root", "plain"), ("by", "root")).by
    'root'
    """
    return _KINDS[change[0]].make(here, *change[1:])


def words(change: Change, here: Situation) -> Words:
    """What a change is that is made here, and what one types for it.

    >>> words(("mode", "home", "0755"), Situation({}, "root", "plain")).typed
    'chmod 0755 home'
    """
    kind, *given = change
    if kind == "row":
        place: Place = given[0]  # type: ignore[assignment]
        if shared(here.document, stack_of(here.document, here.by, here.via), place):
            given[1] = "uid and gid"
    return _KINDS[kind].words(*given)


def entry_of(here: Situation, path: str) -> tuple[str, int | None]:
    """What lies at a path of the mount: its path on the disk, and its number in ``setup``.

    The number is ``None`` of the filesystem's root.

    >>> below = {"setup": [{"path": "d"}], "mounts": {"m": {"subdir": "d"}}}
    >>> entry_of(Situation(below, "root", "m"), ".")
    ('d', 0)
    """
    mount = (here.document.get("mounts") or {}).get(here.via) or {}
    full = posixpath.normpath(posixpath.join(mount.get("subdir") or "", path))
    setup = here.document.get("setup") or ()
    found = (n for n, each in enumerate(setup) if posixpath.normpath(each["path"]) == full)
    number = next(found, None)
    if number is None and full != ".":
        raise ValueError(f"nothing lies at {outside.shown(path)}")
    return full, number


def is_dir(here: Situation, path: str) -> bool:
    """Whether a directory lies at a path of the mount."""
    try:
        _, number = entry_of(here, path)
    except ValueError:
        return False
    return number is None or here.document["setup"][number]["type"] == "dir"


# --------------------------------------------------------------------------------- making


def _row(here: Situation, place: str, kind: str, first: int, second: int, count: int) -> Situation:
    outside.known("place of a map", place, ("mount", "caller", "fs"))
    outside.known("kind of id", kind, ("uid", "gid"))
    stack = stack_of(here.document, here.by, here.via)
    rows = map_rows(here.document, stack, place, kind)  # type: ignore[arg-type]
    text = "\n".join(" ".join(map(str, row)) for row in [*(rows or ()), (first, second, count)])
    at: Place = place  # type: ignore[assignment]
    return replace(here, document=with_map(here.document, stack, at, kind, text))  # type: ignore[arg-type]


def _caller(here: Situation, **changed: Any) -> Situation:
    callers = dict(here.document.get("callers") or {})
    if here.by not in callers:
        raise ValueError(f"the caller {here.by} is always as it is")
    callers[here.by] = callers[here.by] | changed
    return replace(here, document={**here.document, "callers": callers})


def _spec(here: Situation) -> Mapping[str, Any]:
    return (here.document.get("callers") or {}).get(here.by) or {}


def _group(here: Situation, gid: int) -> Situation:
    return _caller(here, kgroups=[*(_spec(here).get("kgroups") or ()), gid])


def _cap(here: Situation, name: str) -> Situation:
    held = _spec(here).get("caps", "none")
    if name == "all" or held == "all" or (isinstance(held, str) and held != "none"):
        return _caller(here, caps="all")
    return _caller(here, caps=[*([] if held == "none" else held), name])


def _ids(here: Situation, uid: int, gid: int) -> Situation:
    return _caller(here, kuid=uid, kgid=gid)


def _entry(here: Situation, path: str, **changed: Any) -> Situation:
    _, number = entry_of(here, path)
    if number is None:
        fs = dict(here.document.get("fs") or {})
        fs["root"] = (fs.get("root") or {}) | changed
        return replace(here, document={**here.document, "fs": fs})
    setup = [*here.document["setup"]]
    setup[number] = setup[number] | changed
    return replace(here, document={**here.document, "setup": setup})


def _mode(here: Situation, path: str, mode: str) -> Situation:
    return _entry(here, path, mode=mode)


def _owner(here: Situation, path: str, uid: int, gid: int) -> Situation:
    return _entry(here, path, kuid=uid, kgid=gid)


def _attrs(here: Situation, path: str) -> Situation:
    return _entry(here, path, attrs=[])


def _mount(here: Situation, **changed: Any) -> Situation:
    mounts = dict(here.document.get("mounts") or {})
    if here.via not in mounts:
        raise ValueError(f"the mount {here.via} is always as it is")
    mounts[here.via] = mounts[here.via] | changed
    return replace(here, document={**here.document, "mounts": mounts})


def _flag(here: Situation, flag: str) -> Situation:
    mount = (here.document.get("mounts") or {}).get(here.via) or {}
    return _mount(here, flags=[each for each in mount.get("flags") or () if each != flag])


def _unmap(here: Situation) -> Situation:
    return _mount(here, userns=None)


def _via(here: Situation, via: str) -> Situation:
    return replace(here, via=outside.known("mount", via, [*(here.document.get("mounts") or {}),
                                                          "plain"]))  # fmt: skip


def _by(here: Situation, by: str) -> Situation:
    return replace(here, by=outside.known("caller", by, [*(here.document.get("callers") or {}),
                                                         "root"]))  # fmt: skip


# ---------------------------------------------------------------------------------- words

_PLACES = {"mount": "the mount's map", "caller": "the caller's user namespace",
           "fs": "the filesystem's user namespace"}  # fmt: skip


def _row_words(place: str, kind: str, first: int, second: int, count: int) -> Words:
    return Words(f"One more {kind} row in {_PLACES[place]}", f"{first} {second} {count}")


def _cap_words(name: str) -> Words:
    if name == "all":
        return Words("All capabilities for the caller", "caps: all")
    return Words(f"{name} for the caller", f"caps: [{name}]")


class _Kind(NamedTuple):
    """One kind of change: the types of what follows its name, how it is made and told."""

    takes: list[type]
    make: Callable[..., Situation]
    words: Callable[..., Words]


_KINDS: Mapping[Any, _Kind] = MappingProxyType(
    {
        "row": _Kind([str, str, int, int, int], _row, _row_words),
        "group": _Kind([int], _group,
                       lambda gid: Words(f"The caller in group {gid}", f"kgroups: [{gid}]")),
        "cap": _Kind([str], _cap, _cap_words),
        "ids": _Kind([int, int], _ids,
                     lambda uid, gid: Words(f"Call as uid {uid}, gid {gid}",
                                            f"setpriv --reuid {uid} --regid {gid} "
                                            "--clear-groups")),
        "mode": _Kind([str, str], _mode,
                      lambda path, mode: Words(f"Mode {mode} for {_named(path)}",
                                               f"chmod {mode} {path}")),
        "owner": _Kind([str, int, int], _owner,
                       lambda path, uid, gid: Words(f"{_named(path)} owned by {uid}:{gid} on disk",
                                                    f"chown {uid}:{gid} {path}")),
        "attrs": _Kind([str], _attrs,
                       lambda path: Words(f"{_named(path)} neither immutable nor append-only",
                                          f"chattr -ia {path}")),
        "flag": _Kind([str], _flag,
                      lambda flag: Words(f"The mount without {flag}",
                                         f"mount -o remount,{_off(flag)}")),
        "unmap": _Kind([], _unmap, lambda: Words("The mount without its map", "userns: null")),
        "via": _Kind([str], _via, lambda via: Words(f"Through the mount {via}", f"via: {via}")),
        "by": _Kind([str], _by, lambda by: Words(f"As the caller {by}", f"by: {by}")),
    }
)  # fmt: skip


def _named(path: str) -> str:
    return "the root directory" if path == "." else path


def _off(flag: str) -> str:
    return {"ro": "rw", "nosymfollow": "symfollow"}.get(flag, flag.removeprefix("no"))


def plain(changes: tuple[Change, ...]) -> list[list[str | int]]:
    """Changes as JSON holds them."""
    return [list(change) for change in changes]


def read(value: Any) -> tuple[Change, ...]:
    """Changes somebody wrote down; ValueError for what is no list of lists."""
    if type(value) is not list or not all(type(each) is list for each in value):
        raise ValueError(f"changes are lists in a list, not {outside.shown(value)}")
    return tuple(tuple(each) for each in value)
