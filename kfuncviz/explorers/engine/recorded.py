# SPDX-License-Identifier: BSD-3-Clause
"""
Recorded frames: an explorer's answers, written down beforehand
===============================================================

A page without Python still answers every question that was recorded: the frames of a state, and of
all the states that some kinds of event lead to, each for every id.  Neighbouring frames differ in
little, so a region is numbered pieces of text, of which only those are kept that differ from the
region of that name before it.

The record, as JSON: ``names`` of the regions, the last one the sentence; ``pieces``; ``rows``,
each ``[name, head, tail, piece, ...]``, a region that keeps so many pieces at the head and at the
tail of the one before, and in which a piece not met before is ``-1``; ``events`` as JSON text;
``id``, type and target of the event that types an id; ``first``, the token of the first state;
``states``.  Of a state: ``frames``, each ``[[first, last], row, ...]``, of no id ``[null, row,
...]``; ``refused``, the ids that cannot be typed, ``[first, last, why]``; ``edges``, ``{event:
[state, whether the id goes along, what history does]}``; ``not``, ``{event: [[first, last, why],
...]}``, the ids with which it is refused; ``typed``, the state in which an id is asked about, where
that is another one.  In a frame of a run every slot holds 0, for the page fills it.

Folds are recorded open, and shut by the page: ``first`` names those that are shut at first, each
after a dot.  In a recorded frame a fold's inside is the one it has where it is open.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, Literal

from kfuncviz.explorers.engine.frame import Barred, Shown
from kfuncviz.explorers.engine.moving import blank, steady
from kfuncviz.explorers.engine.registry import Event, Explorer, explorer
from kfuncviz.explorers.engine.shared import shown
from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.scenario.problems import unusable

#: Type and target of the event that types an id.
TYPES_ID = ("typed", "id")
#: So many frames are recorded at most.
MOST_FRAMES = 3000
_FOLD = re.compile(r'<details [^>]*data-fold="(\w+)"[^>]*?( open)?>')
_PIECES = re.compile(r"(?<=>)(?=<)|(?<=&#10;)")
_SAID = "said"


Keep = Literal["ids", "shut", "events", "nothing"]
"""What is recorded: every id, event and fold; the same with folds shut; every event and fold
without ids; what is on screen alone."""


def record(name: str, state: Any, width: int, keep: Keep = "ids") -> dict[str, Any]:
    """Everything a page may ask of a state without Python.

    Raises :class:`~kfuncviz.scenario.problems.ScenarioError` where that is more than
    :data:`MOST_FRAMES` frames.

    >>> made = record("ownership", explorer("ownership").first("keep-id"), 800, "nothing")
    >>> made["names"][-1], len(made["states"])
    ('said', 1)
    """
    begun, with_ids = _bare(state), keep in ("ids", "shut")
    opened = partial(_shut, explorer(name)) if keep == "shut" else explorer(name).opened
    known, events, rows = _Numbers({begun: 0}), _Numbers(), _Rows()
    states: list[dict[str, Any]] = []
    frames = 0
    while len(states) < len(known):
        here = known.item(len(states))
        drawn = _drawn(name, here, width, opened) if with_ids else _alone(name, here, state, width)
        told = [[run, *rows.of(seen)] for run, seen in islice(drawn, MOST_FRAMES - frames + 1)]
        frames += len(told)
        if frames > MOST_FRAMES:
            raise unusable(f"more than {MOST_FRAMES} frames, the most a recorded page may hold")
        edges = {"edges": {}} if keep == "nothing" else _edges(explorer(name), here, known, events)
        states.append({"frames": told} | edges)
    return {
        "names": [*shown(name, begun, width).regions, _SAID], "pieces": [*rows.pieces],
        "rows": rows.rows, "events": [*events], "id": [*TYPES_ID] if with_ids else None,
        "first": _first(name, state, width, opened), "states": states,
    }  # fmt: skip


def _first(name: str, state: Any, width: int, opened: _Opened) -> str:
    """The token of the first state: what a page can open of it, and it has not, is shut."""
    there, here = (
        {fold for html in shown(name, each, width).regions.values() for fold in _open(html)}
        for each in (opened(_bare(state)), state)
    )
    asked = getattr(state, "id", None)
    id = "" if asked is None else f"~{asked}"
    return ".".join(["0", *sorted(there - here)]) + id


def _shut(module: Explorer, state: Any) -> Any:
    """A state with its folds shut, as they are while an id is typed."""
    return replace(module.opened(replace(state, id=0)), id=state.id)


def _bare(state: Any) -> Any:
    """A state without the id that is typed; of an explorer without ids the state itself."""
    return replace(state, id=None) if hasattr(state, "id") else state


def _open(html: str) -> Iterator[str]:
    return (found[1] for found in _FOLD.finditer(html) if found[2])


_Opened = Callable[[Any], Any]
"""The state that is recorded for a state: with some folds open, or none."""


class _Numbers(dict[Any, int]):
    """Things numbered in the order they are met."""

    def of(self, item: Any) -> int:
        """The number of a thing, the next one for a new thing."""
        return self.setdefault(item, len(self))

    def item(self, number: int) -> Any:
        """The thing of a number."""
        return next(islice(self, number, None))


class _Rows:
    """Regions as rows of numbered pieces."""

    def __init__(self) -> None:
        self.pieces = _Numbers()
        self.rows: list[list[int]] = []
        self._known: dict[tuple[int, str], int] = {}
        self._before: dict[int, list[int]] = {}

    def of(self, seen: Shown) -> list[int]:
        """The row of each region of a frame, and of its sentence."""
        parts = map(steady, (*seen.regions.values(), seen.said))
        if seen.run is not None:
            parts = map(blank, parts)
        return [self._row(*named) for named in enumerate(parts)]

    def _row(self, name: int, html: str) -> int:
        if (name, html) not in self._known:
            met, old = len(self.pieces), self._before.get(name, [])
            now = [*map(self.pieces.of, _PIECES.split(html))]
            head = _common(now, old)
            tail = _common(now[head:][::-1], old[head:][::-1])
            self._known[name, html] = len(self.rows)
            between = now[head : len(now) - tail]
            self.rows.append([name, head, tail, *_told(between, met)])
            self._before[name] = now
        return self._known[name, html]


def _told(pieces: list[int], met: int) -> Iterator[int]:
    """Numbers of pieces, of which so many were met before; the next new one is -1."""
    for piece in pieces:
        yield -1 if piece == met else piece
        met += piece == met


def _common(one: list[int], two: list[int]) -> int:
    """How many numbers two lists begin with alike."""
    shorter = min(len(one), len(two))
    return next((n for n in range(shorter) if one[n] != two[n]), shorter)


_Drawn = tuple[list[int] | None, Shown]
"""A frame, and the first and the last id of its run."""


def _drawn(name: str, state: Any, width: int, opened: _Opened) -> Iterator[_Drawn]:
    """The frames of a state: of no id, and of every run of ids where they are asked about here."""
    module = explorer(name)
    yield None, shown(name, opened(state), width)
    if _typing(module, state) != state:
        return
    barred, id = {first: last for first, last, _ in module.barred(state)}, 0
    while id <= LAST_ID:
        if id in barred:
            id = barred[id] + 1
            continue
        seen = shown(name, opened(replace(state, id=id)), width)
        last = seen.run.last if seen.run else id
        yield [id, last], seen
        id = last + 1


def _alone(name: str, here: Any, state: Any, width: int) -> Iterator[_Drawn]:
    """The frame of a state without an id, and where it is the one on screen, of the id typed."""
    opened = explorer(name).opened
    yield None, shown(name, opened(here), width)
    if state != here and _bare(state) == here:
        yield [state.id, state.id], shown(name, opened(state), width)


def _edges(module: Explorer, here: Any, known: _Numbers, events: _Numbers) -> dict[str, Any]:
    """Where a state's events lead, and the ids that cannot be typed in it."""
    typing = _typing(module, here)
    edges: dict[int, list[Any]] = {}
    barred: dict[int, list[Barred]] = {}
    for event in module.travels(here):
        there = module.update(here, event)
        keeps = _keeps(module, typing, there, event)
        nth = events.of(json.dumps(event, separators=(",", ":"), ensure_ascii=False))
        step = module.change(here, there) if keeps or there != here else "edit"
        edges[nth] = [known.of(_bare(there)), keeps, step]
        barred[nth] = module.barred(there)
    told: dict[str, Any] = {"refused": module.barred(here), "edges": edges, "not": barred}
    return told if typing in (here, None) else told | {"typed": known.of(typing)}


def _typing(module: Explorer, state: Any) -> Any:
    """The state in which an id typed now is asked about; ``None`` where none can be."""
    id = _free(module, state) if hasattr(state, "id") else None
    return None if id is None else replace(module.update(state, _typed(id)), id=None)


def _keeps(module: Explorer, typing: Any, there: Any, event: Event) -> bool:
    """Whether a typed id is asked about also after an event."""
    id = None if typing is None else _free(module, typing, there)
    return id is not None and module.update(replace(typing, id=id), event).id == id


def _free(module: Explorer, *states: Any) -> int | None:
    """The first id that can be typed in all of some states."""
    barred = sorted(extent for state in states for extent in module.barred(state))
    id = 0
    for first, last, _ in barred:
        if first <= id <= last:
            id = last + 1
    return id if id <= LAST_ID else None


def _typed(id: int) -> Event:
    return {"type": TYPES_ID[0], "target": TYPES_ID[1], "value": str(id)}
