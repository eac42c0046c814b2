# SPDX-License-Identifier: BSD-3-Clause
"""
More than twelve rows: what is drawn, what is folded
====================================================

A map may have 340 rows.  Above twelve, the row that answered is drawn with its two neighbours and
the nearest rows that lead nowhere on the other side; all others are folded into blocks that say
how many rows they stand for.  A fold never reaches across the edge of a row that is drawn.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from kfuncviz.render.ownership import blocks
from kfuncviz.render.ownership.blocks import Block, RowKey, Segment, Span
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg

MOST_ROWS = 12
"""A hop with more rows than this is folded."""

MOST_DANGLING = 4
"""How many blocks without a row on one side each lane of a folded hop still shows."""

LEAST_FOLD = 3
"""Fewer blocks than this are drawn, not folded."""


def lanes(o: Ownership) -> list[list[Block]]:
    """For each lane the blocks to draw, in order of ids."""
    drawn = _lanes(o)
    for lane, of_lane in zip(o.lanes, drawn, strict=True):
        if lane.id is None and lane.twin:
            of_lane.append(blocks.UNNAMED)
    return drawn


def _lanes(o: Ownership) -> list[list[Block]]:
    spans = blocks.spans_of_lanes(o)
    cut = [blocks.segments(of_lane) for of_lane in spans]
    folded = {h for h, hop in enumerate(o.hops) if not hop.nop and len(hop.rows) > MOST_ROWS}
    if not folded:
        return [_unfolded(o, k, segments) for k, segments in enumerate(cut)]
    drawn = _drawn_rows(o, folded) | _dangling_rows(o, cut)
    return [
        _fold_lane(o, k, segments, {span for span in spans[k] if _key(span) in drawn})
        for k, segments in enumerate(cut)
    ]


def _key(span: Span) -> RowKey:
    return span.hop, span.row


def _unfolded(o: Ownership, lane: int, segments: list[Segment]) -> list[Block]:
    return [piece for segment in segments for piece in _pieces(o, lane, segment)]


def _pieces(o: Ownership, lane: int, segment: Segment) -> Iterable[Block]:
    if segment.spans:
        return (blocks.block(o, lane, segment),)
    return blocks.gap(o, lane, segment)


def _drawn_rows(o: Ownership, folded: set[int]) -> set[RowKey]:
    rows: set[RowKey] = set()
    for leg in o.travel.hops:
        chosen = _near_the_trace(o, leg) if leg.hop in folded else range(len(o.hops[leg.hop].rows))
        rows.update((leg.hop, row) for row in chosen)
    return rows


def _near_the_trace(o: Ownership, leg: Leg) -> list[int]:
    """The row that answered and its neighbours, or the rows around the number that has none."""
    starts = sorted((row[leg.column - 1], nth) for nth, row in enumerate(o.hops[leg.hop].rows))
    in_order = [nth for _, nth in starts]
    arriving = o.lanes[leg.source].id
    if leg.row is not None:
        at = in_order.index(leg.row)
    elif arriving is not None:
        at = bisect_right([first for first, _ in starts], arriving)
        return in_order[max(0, at - 2) : at + 2]
    else:
        at = 1
    return in_order[max(0, at - 1) : at + 2]


def _dangling_rows(o: Ownership, cut: list[list[Segment]]) -> set[RowKey]:
    """The rows of the segments, nearest to the trace, that have no row on the other side."""
    rows: set[RowKey] = set()
    for k, segments in enumerate(cut):
        number = o.lanes[k].id or 0
        loose = [s for s in segments if s.spans and not all(blocks.covered(o, k, s.spans))]
        loose.sort(key=lambda s: (abs(s.first - number), s.first))
        rows.update(_key(span) for s in loose[:MOST_DANGLING] for span in s.spans)
    return rows


def _fold_lane(o: Ownership, lane: int, segments: list[Segment], drawn: set[Span]) -> list[Block]:
    edges = {span.first for span in drawn} | {span.stop for span in drawn}
    whole = {(span.first, span.stop) for span in drawn}
    number = o.lanes[lane].id
    out: list[Block] = []
    run: list[Segment] = []
    for segment in segments:
        here = number is not None and segment.first <= number < segment.stop
        if segment.first in edges:
            out += _close(o, lane, run)
        if here or (segment.first, segment.stop) in whole:
            out += _close(o, lane, run)
            out += _pieces(o, lane, segment)
        else:
            run.append(segment)
    return out + _close(o, lane, run)


def _close(o: Ownership, lane: int, run: list[Segment]) -> list[Block]:
    """The blocks a run of segments is drawn as; the run is emptied."""
    inner = [nth for nth, segment in enumerate(run) if segment.spans]
    if len(inner) < LEAST_FOLD:
        out = [piece for segment in run for piece in _pieces(o, lane, segment)]
    else:
        first, last = inner[0], inner[-1]
        before, body, after = run[:first], run[first : last + 1], run[last + 1 :]
        out = [piece for segment in before for piece in blocks.gap(o, lane, segment)]
        out.append(_fold(o, lane, body))
        out += [piece for segment in after for piece in blocks.gap(o, lane, segment)]
    run.clear()
    return out


def _fold(o: Ownership, lane: int, body: list[Segment]) -> Block:
    held = [segment for segment in body if segment.spans]
    sides = [blocks.covered(o, lane, segment.spans) for segment in held]
    rows = frozenset(_key(span) for segment in held for span in segment.spans)
    return Block(
        kind="fold",
        first=held[0].first,
        stop=held[-1].stop,
        left=any(left for left, _ in sides),
        right=any(right for _, right in sides),
        written=any(span.first == held[0].first for span in held[0].spans),
        rows=rows,
        folded=_what_is_folded(rows, len(held)),
    )


def _what_is_folded(rows: frozenset[RowKey], held: int) -> str:
    """What a fold stands for: rows, or the ranges two unlike maps cut its ids into."""
    hops = {hop for hop, _ in rows}
    counts = {sum(hop == each for hop, _ in rows) for each in hops}
    return f"+{counts.pop()} rows" if len(counts) == 1 else f"+{held} ranges"
