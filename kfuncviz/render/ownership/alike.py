# SPDX-License-Identifier: BSD-3-Clause
"""
Which ids have the same picture, but for their numbers?
=======================================================

An id inside a block is drawn like its neighbours there.  The first and the last id of a block, the
overflow id, and the ids that somebody or something of the scenario has, are drawn by themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.render.ownership import blocks
from kfuncviz.render.ownership.blocks import Span
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Row


class Extent(NamedTuple):
    """Ids from a first to a last one."""

    first: int
    last: int


def alike(o: Ownership, id: int, hidden: Iterable[Row], apart: Collection[int]) -> list[Extent]:
    """The ids around ``id`` whose pictures may differ in numbers alone, widest first.

    First those in the same blocks, then those of them that have as many digits everywhere.
    ``hidden`` are the rows of the filesystem's map, which decides also where it is not drawn; an id
    of those ``apart`` is drawn like no other.
    """
    whole = list(_whole(o, id, hidden, {o.overflow, *apart}))
    digits = [_moved(_as_long(number), id - number) for number in _numbers(o, id)]
    return [_common(whole), _common([*whole, *digits])]


def _whole(
    o: Ownership, id: int, hidden: Iterable[Row], apart: Collection[int]
) -> Iterator[Extent]:
    """Of each lane the ids that are inside the same block there."""
    lanes = blocks.spans_of_lanes(o)
    if all(hop.key != "fs" for hop in o.hops):
        rows = enumerate(hidden)
        lanes[0] = [*lanes[0], *(Span(b, b + count, -1, nth) for nth, (_, b, count) in rows)]
    yield Extent(0, LAST_ID)
    for lane, spans in zip(o.lanes, lanes, strict=True):
        if lane.id is not None:
            yield _moved(_inside(lane.id, spans, apart), id - lane.id)


def _inside(number: int, spans: list[Span], apart: Collection[int]) -> Extent:
    """The ids around a number that are no edge of its block, nor apart."""
    here = next(part for part in blocks.segments(spans) if part.first <= number < part.stop)
    edges = {here.first, min(here.stop, LAST_ID + 1) - 1, *apart}
    if number in edges:
        return Extent(number, number)
    below = max(edge for edge in edges if edge < number)
    above = min(edge for edge in edges if edge > number)
    return Extent(below + 1, above - 1)


def _numbers(o: Ownership, id: int) -> Iterator[int]:
    """Every number that moves with the id."""
    yield id
    for lane in o.lanes:
        if lane.id is not None:
            yield lane.id
        if lane.twin is not None:
            yield lane.twin[1]


def _as_long(number: int) -> Extent:
    """The numbers with as many digits.

    >>> _as_long(7), _as_long(1000)
    (Extent(first=0, last=9), Extent(first=1000, last=9999))
    """
    digits = len(str(number))
    return Extent(10 ** (digits - 1) if digits > 1 else 0, 10**digits - 1)


def _moved(extent: Extent, by: int) -> Extent:
    return Extent(extent.first + by, extent.last + by)


def _common(extents: Iterable[Extent]) -> Extent:
    """What all of some extents hold; there is at least one id that they do."""
    firsts, lasts = zip(*extents, strict=True)
    return Extent(max(firsts), min(lasts))
