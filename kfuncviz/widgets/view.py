# SPDX-License-Identifier: BSD-3-Clause
"""
View: the question an explorer holds, and its frame
===================================================

A :class:`View` is everything the controls of the ownership explorer say; :func:`frame` computes the
answer to it.  Both are plain values: undo is a list of views, and a test needs no browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kfuncviz.model.errors import KernelError
from kfuncviz.model.uidgid import LAST_ID, IdKind
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.ask import ownership
from kfuncviz.scenario.ownership.travel import Direction
from kfuncviz.scenario.variation import Place, Stack, map_rows, stack_of, vary, with_map

PLACES: tuple[Place, ...] = ("fs", "mount", "caller")


@dataclass(frozen=True)
class View:
    """A question: which scenario, who asks through which mount, about what, in which direction.

    ``id`` replaces the file when it is not ``None``.  ``maps`` holds the texts typed over maps, by
    place and kind.
    """

    document: Mapping[str, Any]
    stack: Stack
    path: str | None = None
    id: int | None = None
    kind: IdKind = "uid"
    direction: Direction = "read"
    maps: Mapping[tuple[Place, IdKind], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """An answer: the scenario as varied, the ownership, and the rows of the maps in force.

    ``nested`` says that the caller's namespace has a parent other than the initial one, so that its
    rows are in the parent's ids.
    """

    document: Mapping[str, Any]
    ownership: Ownership
    rows: Mapping[Place, list[list[int]] | None]
    nested: bool


def first_view(document: Mapping[str, Any]) -> View:
    """The view a scenario opens with: its focus, or its first file seen by its first caller."""
    focus = dict(document.get("focus") or {})
    stack = stack_of(document, focus.get("by"), focus.get("via"))
    path = focus.get("path") or next(iter(paths(document)), None)
    return View(
        document,
        stack,
        path,
        focus.get("id"),
        focus.get("kind", "uid"),
        focus.get("direction", "read"),
    )


def paths(document: Mapping[str, Any]) -> list[str]:
    """The files of a scenario, as paths from the root of the filesystem."""
    return [entry["path"] for entry in document.get("setup") or ()]


def reachable(document: Mapping[str, Any], via: str) -> list[str]:
    """The files that can be reached through a mount, as paths from the mount's root."""
    subdir = ((document.get("mounts") or {}).get(via) or {}).get("subdir")
    if not subdir:
        return paths(document) or ["."]
    prefix = subdir.rstrip("/") + "/"
    return [p[len(prefix) :] for p in paths(document) if p.startswith(prefix)] or ["."]


def frame(view: View) -> Frame:
    """The answer to a view.

    Raises
    ------
    KernelError
        Where the kernel would refuse: a map, an id the filesystem cannot hold, a missing file.
        ``error.place`` names the map's place if a typed map is to blame.
    """
    document = vary(view.document, view.stack)
    for (place, kind), text in view.maps.items():
        if map_rows(document, view.stack, place, kind) is None:
            continue
        try:
            document = with_map(document, view.stack, place, kind, text)
        except KernelError as error:
            raise Refused(place, error) from error
    answer = ownership(
        Machine(document),
        view.path,
        by=view.stack.by,
        via=view.stack.via,
        kind=view.kind,
        direction=view.direction,
        id=view.id,
    )
    rows = {place: map_rows(document, view.stack, place, view.kind) for place in PLACES}
    caller = (document["callers"].get(view.stack.by) or {}).get("userns")
    nested = caller is not None and document["userns"][caller].get("parent") is not None
    return Frame(document, answer, rows, nested)


class Refused(KernelError):
    """A typed map the kernel would not take; ``place`` says which."""

    def __init__(self, place: Place, error: KernelError) -> None:
        super().__init__(error.name, error.rule)
        self.place = place

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.place, KernelError(self.name, self.rule))


def parse_id(text: str) -> int | None:
    """The id somebody typed, ``None`` for nothing; ValueError says what would be right."""
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) > LAST_ID:
        raise ValueError(f"{text!r} is no id: want a whole number from 0 to {LAST_ID}, or nothing")
    return int(text)


def switched(view: View, **switches: Any) -> View:
    """The view with switches of its stack set."""
    return replace(view, stack=replace(view.stack, **switches))
