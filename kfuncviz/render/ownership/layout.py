# SPDX-License-Identifier: BSD-3-Clause
"""
Where does everything stand?  Heights, slides and feet
======================================================

Blocks are stacked in order of their ids, not to scale.  Then each lane is slid down, by at most
280 pixels, so that the pills of a traced id stand level: a level line is an id that arrives.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from kfuncviz.render.ownership import folding, way
from kfuncviz.render.ownership.blocks import Block
from kfuncviz.render.ownership.form import Form
from kfuncviz.scenario.ownership.answer import Ownership

MOST_SLIDE = 280
BETWEEN_BLOCKS = 3


@dataclass(frozen=True)
class Placed:
    """A block and the vertical room it has."""

    block: Block
    top: float
    height: float

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> float:
        """Halfway down."""
        return self.top + self.height / 2


@dataclass(frozen=True)
class Column:
    """One lane, laid out: its blocks from top to bottom and the middle of its pill."""

    lane: int
    placed: tuple[Placed, ...]
    pill: float | None

    @cached_property
    def by_first(self) -> dict[int, Placed]:
        """Blocks of ids by their first id."""
        return {p.block.first: p for p in self.placed if p.block.kind in ("ids", "fold")}

    @cached_property
    def by_stop(self) -> dict[int, Placed]:
        """Blocks of ids by the id after their last."""
        return {p.block.stop: p for p in self.placed if p.block.kind in ("ids", "fold")}


@dataclass(frozen=True)
class Layout:
    """The whole picture's places, before anything is drawn."""

    form: Form
    columns: tuple[Column, ...]
    bin_top: float
    bottom: float

    @property
    def top(self) -> float:
        """Where the lanes' bodies begin, under the header."""
        return self.form.head + 8

    @property
    def bin_middle(self) -> float:
        """Where a falling line ends."""
        return self.bin_top + self.form.bin / 2


def lay_out(o: Ownership, form: Form) -> Layout:
    """Place every block, pill and bin of ``o`` in ``form``."""
    top = form.head + 8
    stacked = [_stack(o, k, lane, form) for k, lane in enumerate(folding.lanes(o))]
    lowest = max((column.pill or 0.0) for column in stacked)
    columns = tuple(_slide(column, top + _slide_by(column, lowest)) for column in stacked)
    body = max((p.bottom for column in columns for p in column.placed), default=top)
    hit = any(way.bin_hit(o, k) for k in range(len(o.lanes)))
    bin_top = body + (34 if hit else 14)
    bottom = bin_top + form.bin + 8 if way.bins(o) else body + 14
    return Layout(form, columns, bin_top, bottom)


def pill_notes(o: Ownership, lane: int) -> tuple[tuple[str, str], ...]:
    """Lines under the pill of a lane, as (name, number): a second number, or a warning.

    On the disk of a filesystem mounted in a user namespace the same id has a second number; in
    the last lane 65534 may be an ordinary id.
    """
    here = o.lanes[lane]
    if here.id is None and not way.unnamed(o, lane):
        return ()
    twin = ((here.twin[0], str(here.twin[1])),) if here.twin else ()
    plain = (("really", str(here.id)),) if way.really_overflow(o, lane) else ()
    return twin + plain


def _stack(o: Ownership, lane: int, blocks: list[Block], form: Form) -> Column:
    notes = len(pill_notes(o, lane)) * form.note
    placed: list[Placed] = []
    pill: float | None = None
    y = 0.0
    for block in blocks:
        above, height = _height(block, form, notes, o.lanes[lane].id)
        placed.append(Placed(block, y, height))
        if block.holds:
            pill = y + above + form.pill_height / 2
        y += height + (0 if block.kind == "gap" else BETWEEN_BLOCKS)
    return Column(lane, tuple(placed), pill)


def _height(block: Block, form: Form, notes: float, number: int | None) -> tuple[float, float]:
    """Room above the pill, if the block holds one, and the block's height."""
    if block.kind == "gap":
        return 0, form.gap
    if not block.holds:
        return 0, form.single if block.stop - block.first == 1 else form.run
    if block.stop - block.first == 1:
        return 4, form.pill_height + 8 + notes
    first_edge = 0 if number == block.first else form.edge + 9
    last_edge = 0 if number == block.stop - 1 else form.edge + 9
    return 5 + first_edge, form.pill_height + 10 + first_edge + last_edge + notes


def _slide_by(column: Column, lowest: float) -> float:
    if column.pill is None:
        return min(lowest * 0.25, 30)
    return min(lowest - column.pill, MOST_SLIDE)


def _slide(column: Column, by: float) -> Column:
    placed = tuple(Placed(p.block, p.top + by, p.height) for p in column.placed)
    return Column(column.lane, placed, None if column.pill is None else column.pill + by)
