# SPDX-License-Identifier: BSD-3-Clause
"""
Where does everything stand?  Heights, slides and feet
======================================================

Blocks are stacked in order of their ids, not to scale.  Then each lane is slid down, by at most
280 pixels, so that the pills of a traced id stand level: a level line is an id that arrives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kfuncviz.render.ownership import folding
from kfuncviz.render.ownership.blocks import Block
from kfuncviz.render.ownership.form import Form
from kfuncviz.render.ownership.labels import notes
from kfuncviz.scenario.ownership.answer import Ownership

MOST_SLIDE = 280
BETWEEN_BLOCKS = 3


class Placed(NamedTuple):
    """A block, and the heights of its upper edge, its middle and its lower edge."""

    block: Block
    top: float
    middle: float
    bottom: float


@dataclass(frozen=True)
class Column:
    """One lane, laid out: its blocks from top to bottom, the middle of its pill and its notes."""

    lane: int
    placed: tuple[Placed, ...]
    pill: float | None
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Layout:
    """The whole picture's places, before anything is drawn.

    ``top`` is where the lanes' bodies begin, under the header.  ``bins`` are the lanes with a bin;
    a falling line ends at ``bin_middle``.
    """

    form: Form
    columns: tuple[Column, ...]
    bins: tuple[int, ...]
    top: float
    bin_top: float
    bin_middle: float
    bottom: float


def lay_out(o: Ownership, form: Form) -> Layout:
    """Place every block, pill and bin of ``o`` in ``form``."""
    top = form.size.head + 8
    stacked = [_stack(o, k, lane, form) for k, lane in enumerate(folding.lanes(o))]
    lowest = max((column.pill or 0.0) for column in stacked)
    columns = tuple(_slide(column, top + _slide_by(column, lowest)) for column in stacked)
    body = max((p.bottom for column in columns for p in column.placed), default=top)
    bins = tuple(k for k in range(len(o.lanes)) if _has_bin(o, k))
    bin_top = body + (34 if any(o.travel.fallen) else 14)
    bottom = bin_top + form.size.bin + 8 if bins else body + 14
    return Layout(form, columns, bins, top, bin_top, bin_top + form.size.bin / 2, bottom)


def _has_bin(o: Ownership, lane: int) -> bool:
    """Can this direction lose an id before this lane, or did it?"""
    if lane == o.travel.start:
        return False
    if o.travel.fallen[lane]:
        return True
    if o.reading:
        return any(not hop.nop for hop in o.hops[:lane])
    if lane == 0:
        return any(not hop.nop for hop in o.hops if hop.key in ("fs", "mount"))
    return o.direction == "chown" and not o.hops[lane].nop


def _stack(o: Ownership, lane: int, blocks: list[Block], form: Form) -> Column:
    hanging = notes(o, lane)
    placed: list[Placed] = []
    pill: float | None = None
    y = 0.0
    for block in blocks:
        above, height = _height(block, form, len(hanging) * form.note, o.lanes[lane].id)
        placed.append(Placed(block, y, y + height / 2, y + height))
        if block.holds:
            pill = y + above + form.size.pill_height / 2
        y += height + (0 if block.kind == "gap" else BETWEEN_BLOCKS)
    return Column(lane, tuple(placed), pill, hanging)


def _height(block: Block, form: Form, notes: float, number: int | None) -> tuple[float, float]:
    """Room above the pill, if the block holds one, and the block's height."""
    size = form.size
    if block.kind == "gap":
        return 0, size.gap
    if not block.holds:
        return 0, size.single if block.stop - block.first == 1 else size.run
    if block.stop - block.first == 1:
        return 4, size.pill_height + 8 + notes
    first_edge = 0 if number == block.first else size.edge + 9
    last_edge = 0 if number == block.stop - 1 else size.edge + 9
    return 5 + first_edge, size.pill_height + 10 + first_edge + last_edge + notes


def _slide_by(column: Column, lowest: float) -> float:
    if column.pill is None:
        return min(lowest * 0.25, 30)
    return min(lowest - column.pill, MOST_SLIDE)


def _slide(column: Column, by: float) -> Column:
    placed = tuple(Placed(p.block, p.top + by, p.middle + by, p.bottom + by) for p in column.placed)
    pill = None if column.pill is None else column.pill + by
    return Column(column.lane, placed, pill, column.notes)
