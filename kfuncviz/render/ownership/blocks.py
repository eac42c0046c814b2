# SPDX-License-Identifier: BSD-3-Clause
"""
Cutting a lane into runs of ids
===============================

A lane is an axis of ids.  The rows of the maps at its two sides cut that axis into segments: runs
of consecutive ids that the same rows hold.  Where there is no map, the cuts of the lane beyond are
taken over.  Between the segments lie gaps; an id in a gap stands alone in a block of its own.
How many of the blocks there is room for is not asked here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from kfuncviz.model.uidgid import INVALID
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Hop

ID_END = INVALID + 1


class Span(NamedTuple):
    """The ids ``first <= id < stop`` that row ``row`` of hop ``hop`` holds in some lane."""

    first: int
    stop: int
    hop: int
    row: int


class Segment(NamedTuple):
    """A run of consecutive ids held by the same rows; ``spans`` is empty for a gap."""

    first: int
    stop: int
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Block:
    """What is drawn of a lane: a run of ids, a gap (zigzag) or a lone id.

    ``left`` and ``right`` say whether the map at that side, if there is one, has a row for it.
    ``written`` says whether the first id stands in a row as written, ``holds`` whether the traced
    id lies in it.
    """

    kind: Literal["ids", "gap", "lone"]
    first: int
    stop: int
    left: bool = True
    right: bool = True
    written: bool = False
    holds: bool = False


UNNAMED = Block("lone", -1, 0, holds=True)
"""Stands for an id that has no number in its own lane."""


def blocks_of_lanes(o: Ownership) -> list[list[Block]]:
    """For each lane its blocks in order of ids; an id without a number stands behind the others."""
    out = []
    for k, spans in enumerate(spans_of_lanes(o)):
        of_lane: list[Block] = []
        for segment in segments(spans):
            if segment.spans:
                of_lane.append(_block(o, k, segment))
            else:
                of_lane += _gap(o, k, segment)
        if o.lanes[k].id is None and o.lanes[k].twin:
            of_lane.append(UNNAMED)
        out.append(of_lane)
    return out


def ends(hop: Hop, row: int) -> tuple[int, int, int]:
    """First id at the left end, first id at the right end, and the count of a row."""
    one, two, count = hop.rows[row]
    return (one, two, count) if hop.col1 == "left" else (two, one, count)


def spans_of_lanes(o: Ownership) -> list[list[Span]]:
    """For each lane the id ranges its neighbouring maps cut it with."""
    lanes: list[list[Span]] = [[] for _ in o.lanes]
    for h, hop in enumerate(o.hops):
        for r in range(0 if hop.nop else len(hop.rows)):
            left, right, count = ends(hop, r)
            lanes[h].append(Span(left, left + count, h, r))
            lanes[h + 1].append(Span(right, right + count, h, r))
    own = [list(spans) for spans in lanes]
    for group in lanes_without_map_between(o):
        shared = [span for k in group for span in own[k]]
        for k in group:
            lanes[k] = shared
    return lanes


def lanes_without_map_between(o: Ownership) -> list[list[int]]:
    """The lanes grouped so that inside a group every number stays the same."""
    groups = [[0]]
    for h, hop in enumerate(o.hops):
        if hop.nop:
            groups[-1].append(h + 1)
        else:
            groups.append([h + 1])
    return groups


def segments(spans: list[Span]) -> list[Segment]:
    """All segments and gaps of a lane, from id 0 to the last one.

    >>> [(s.first, s.stop, len(s.spans)) for s in segments([Span(0, 10, 0, 0)])]
    [(0, 10, 1), (10, 4294967296, 0)]
    """
    begin: dict[int, list[Span]] = defaultdict(list)
    finish: dict[int, list[Span]] = defaultdict(list)
    for span in spans:
        begin[span.first].append(span)
        finish[span.stop].append(span)
    out: list[Segment] = []
    active: set[Span] = set()
    previous = 0
    for cut in sorted({*begin, *finish, ID_END}):
        if cut > previous:
            out.append(Segment(previous, cut, tuple(sorted(active))))
        active.difference_update(finish[cut])
        active.update(begin[cut])
        previous = max(previous, cut)
    return out


def covered(o: Ownership, lane: int, spans: tuple[Span, ...]) -> tuple[bool, bool]:
    """Does the map at the left, and the one at the right, have a row for these ids?"""
    hops = {span.hop for span in spans}
    left = lane == 0 or o.hops[lane - 1].nop or lane - 1 in hops
    right = lane == len(o.hops) or o.hops[lane].nop or lane in hops
    return left, right


def _block(o: Ownership, lane: int, segment: Segment) -> Block:
    """The block of one segment that is not a gap."""
    left, right = covered(o, lane, segment.spans)
    number = o.lanes[lane].id
    return Block(
        kind="ids",
        first=segment.first,
        stop=segment.stop,
        left=left,
        right=right,
        written=any(span.first == segment.first for span in segment.spans),
        holds=number is not None and segment.first <= number < segment.stop,
    )


def _gap(o: Ownership, lane: int, segment: Segment) -> Iterator[Block]:
    """The blocks of a gap: a zigzag, or an id standing alone between two of them."""
    number = o.lanes[lane].id
    if number is None or not segment.first <= number < segment.stop:
        yield from _zigzag(segment.first, segment.stop)
        return
    left, right = covered(o, lane, ())
    yield from _zigzag(segment.first, number)
    yield Block("lone", number, number + 1, left, right, holds=True)
    yield from _zigzag(number + 1, segment.stop)


def _zigzag(first: int, stop: int) -> Iterator[Block]:
    if first < min(stop, INVALID):  # of a gap that is only -1 nothing is said
        yield Block("gap", first, stop)
