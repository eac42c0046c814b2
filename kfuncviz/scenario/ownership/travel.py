# SPDX-License-Identifier: BSD-3-Clause
"""
Travel: one id's way over the hops, and where it ends
=====================================================

Lanes stand still; only the direction of travel turns round.  A :class:`Travel` is made once, from
what the recorded lookups answered, and is all a picture, a sentence or a table needs to know of the
way: which hop comes when, which row answered there, and what became of the id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

HopKey = Literal["fs", "mount", "mid", "caller"]
Direction = Literal["read", "create", "chown"]
Fate = Literal["arrives", "lost", "after", "unreached"]
Loss = Literal["nowhere", "no name", "refused"]
Row = tuple[int, int, int]


@dataclass(frozen=True)
class Hop:
    """The map between two neighbouring lanes.

    ``rows`` are as written, ``(col 1, col 2, count)``; ``nop`` means there is no map and every
    number passes unchanged.  ``col1`` says on which side the lane of col 1 is drawn: "left" for
    a mount or filesystem map, "right" for a user namespace on the caller's side.
    ``helper`` is the kernel function asked, empty where the hop has no lookup of its own; ``note``
    then says why, e.g. "flattened".
    """

    key: HopKey
    name: str
    rows: tuple[Row, ...]
    nop: bool
    col1: Literal["left", "right"]
    helper: str
    note: str = ""


@dataclass(frozen=True)
class Leg:
    """One hop as travelled, from lane ``source`` to lane ``target``.

    ``fate`` is "arrives"; "lost" (no row held the id here); "after" (lost earlier, and reading goes
    on with no id); or "unreached" (refused earlier, the kernel never came here).  ``row`` is the
    index in the hop's rows of the one that answered, ``column`` (1 or 2) the column the arriving
    number is looked up in.  ``place`` counts legs from 1 in the order of travel; ``step`` counts
    helper calls: a hop without one belongs to the lookup on its caller's side, for the kernel does
    both at once.
    """

    hop: int
    source: int
    target: int
    fate: Fate
    row: int | None
    column: int
    place: int
    step: int


@dataclass(frozen=True)
class Travel:
    """The way of one id.

    ``legs`` are in the order of travel, ``hops`` the same legs from left to right, and ``into`` the
    leg that leads into each lane (``None`` for the lane the way starts in).  For each lane ``seen``
    is the step at which the way comes there (0 for the start), and ``fallen`` whether it comes
    there without an id.  ``answer`` is the lane with the answer: ``end``, or where the way was
    refused before, or ``start`` where it never began.  ``lost`` is the leg that had no
    row, and ``loss`` says which kind that is: "nowhere" (lost before there was a kernel id, so
    nobody has one), "no name" (the kernel id is real, the caller's namespace has no number for it)
    or "refused" (the call ends with an errno).
    """

    legs: tuple[Leg, ...]
    hops: tuple[Leg, ...]
    into: tuple[Leg | None, ...]
    seen: tuple[int, ...]
    fallen: tuple[bool, ...]
    start: int
    end: int
    answer: int
    lost: Leg | None
    loss: Loss | None


def travel(
    direction: Direction,
    hops: tuple[Hop, ...],
    rows: Mapping[int, int],
    lost: int | None = None,
    *,
    begun: bool = True,
) -> Travel:
    """The way over ``hops`` in a direction.

    ``rows`` tells for each hop the index of the row that answered, where one did; ``lost`` is the
    hop that had none.  A way that is not ``begun`` ends where it starts: nobody asks.

    >>> hop = Hop("mount", "mount idmap", ((0, 100, 10),), False, "left", "make_vfsuid")
    >>> [(leg.fate, leg.row, leg.column) for leg in travel("read", (hop,), {0: 0}).legs]
    [('arrives', 0, 1)]
    >>> travel("chown", (hop,), {}, lost=0).loss
    'refused'
    """
    reading = direction == "read"
    order = range(len(hops)) if reading else range(len(hops) - 1, -1, -1)
    steps = _steps(hops, order)
    legs: list[Leg] = []
    fate: Fate = "arrives" if begun else "unreached"
    for place, h in enumerate(order, 1):
        if h == lost:
            fate = "lost"
        elif fate == "lost":
            fate = "after" if reading else "unreached"
        source, target = (h, h + 1) if reading else (h + 1, h)
        row = rows.get(h) if fate == "arrives" else None
        column = 1 if (hops[h].col1 == "left") == reading else 2
        legs.append(Leg(h, source, target, fate, row, column, place, steps[h]))
    start, end = (0, len(hops)) if reading else (len(hops), 0)
    failed = next((leg for leg in legs if leg.fate == "lost"), None)
    arriving = {leg.target: leg for leg in legs}
    into = tuple(arriving.get(lane) for lane in range(len(hops) + 1))
    return Travel(
        legs=tuple(legs),
        hops=tuple(sorted(legs, key=lambda leg: leg.hop)),
        into=into,
        seen=tuple(leg.step if leg else 0 for leg in into),
        fallen=tuple(leg is not None and leg.fate in ("lost", "after") for leg in into),
        start=start,
        end=end,
        answer=start if not begun else failed.target if failed and not reading else end,
        lost=failed,
        loss=_loss(reading, hops[failed.hop].key) if failed else None,
    )


def _steps(hops: tuple[Hop, ...], order: range) -> list[int]:
    """For each hop the number of the helper call it is drawn with."""
    asked = [h for h in order if hops[h].helper]
    number = {h: nth for nth, h in enumerate(asked, 1)}
    steps = []
    for h in range(len(hops)):
        nearer_caller = [other for other in sorted(asked) if other >= h]
        nearest = [*nearer_caller, *sorted(asked, reverse=True)]
        steps.append(number[nearest[0]] if nearest else 1)
    return steps


def _loss(reading: bool, key: HopKey) -> Loss:
    if not reading:
        return "refused"
    return "no name" if key in ("mid", "caller") else "nowhere"
