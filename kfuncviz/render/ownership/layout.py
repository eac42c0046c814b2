# SPDX-License-Identifier: BSD-3-Clause
"""
Where does everything stand?  The reading line, compression and folds
=====================================================================

The traced id stands at one height, always; each lane's axis slides under it like a slide rule.
What does not fit above or below is compressed, then folded, outward from the reading line, each
side for itself.  A lane the id did not reach starts at the top.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.render.kit.fit import width
from kfuncviz.render.ownership.blocks import Block, blocks_of_lanes
from kfuncviz.render.ownership.form import BODY, PILL, READING, TOP, Form
from kfuncviz.render.ownership.labels import notes
from kfuncviz.scenario.ownership.answer import Ownership

#: Between two blocks, and what an edge number or a note adds to the block of the traced id.
BETWEEN, EDGE, NOTE = 3.0, 17.0, 18.0
#: The type of a note, and from a lane's edge to where it begins and ends.
NOTE_TYPE, NOTE_INSET = 13.0, 9.0
_FOLD = 18.0
_AROUND_PILL = 4.0
#: Levels of compression: natural, gaps without words, blocks of one line, and the traced block
#: without its edge number.
_LEVELS = 4


class Placed(NamedTuple):
    """A block, and the heights of its upper and its lower edge."""

    block: Block
    top: float
    bottom: float


class Fold(NamedTuple):
    """Blocks there is no room for: how many, the ids they span, and where the fold stands."""

    blocks: int
    first: int
    stop: int
    top: float
    bottom: float


@dataclass(frozen=True)
class Column:
    """One lane, laid out: its blocks from top to bottom, its folds and the notes of its pill.

    ``numbered`` says whether the traced block shows its first, and its last id beside the pill.
    """

    lane: int
    placed: tuple[Placed, ...]
    folds: tuple[Fold, ...]
    notes: tuple[tuple[str, str], ...] = ()
    numbered: tuple[bool, bool] = (False, False)

    def edge(self, id: int, *, last: bool = False) -> float | None:
        """The height of the edge a block begins at ``id`` with, or ends before it (``last``).

        Of a folded block it is the fold's, of one that is not there ``None``.
        """
        for p in self.placed:
            if p.block.kind == "ids" and id == (p.block.stop if last else p.block.first):
                return p.bottom if last else p.top
        for fold in self.folds:
            if fold.first < id <= fold.stop if last else fold.first <= id < fold.stop:
                return fold.bottom if last else fold.top
        return None


@dataclass(frozen=True)
class Layout:
    """The whole picture's places, before anything is drawn; ``bins`` are the lanes with a bin."""

    form: Form
    columns: tuple[Column, ...]
    bins: tuple[int, ...]


def lay_out(o: Ownership, form: Form) -> Layout:
    """Place every block and bin of ``o`` in ``form``."""
    columns = tuple(_column(o, form, k, of_lane) for k, of_lane in enumerate(blocks_of_lanes(o)))
    return Layout(form, columns, tuple(k for k in range(len(o.lanes)) if _has_bin(o, k)))


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


def note_lines(form: Form, name: str) -> int:
    """How many lines a note takes: two where the widest number does not fit beside its name.

    >>> from kfuncviz.render.ownership.form import form
    >>> note_lines(form(3, 844), "i_uid"), note_lines(form(3, 700), "i_uid")
    (1, 2)
    """
    widest = width(str(LAST_ID), NOTE_TYPE, mono=True)
    both = width(name, NOTE_TYPE, mono=False) + 4 + widest
    return 1 if both <= form.lane - 2 * NOTE_INSET else 2


def _column(o: Ownership, form: Form, lane: int, of_lane: Sequence[Block]) -> Column:
    at = next((nth for nth, block in enumerate(of_lane) if block.holds), None)
    if at is None:
        placed, fold = _untraced(of_lane)
        return Column(lane, placed, (fold,) if fold else ())
    traced, hanging = of_lane[at], notes(o, lane)
    number = o.lanes[lane].id
    above = EDGE if number != traced.first else 0
    below = EDGE if number != traced.stop - 1 else 0
    half = PILL / 2 + _AROUND_PILL
    hang = NOTE * sum(note_lines(form, name) for name, _ in hanging)
    top, upper, fold_up = _side(of_lane[:at][::-1], READING - half, above, down=False)
    bottom, lower, fold_down = _side(of_lane[at + 1 :], READING + half + hang, below, down=True)
    placed = (*upper[::-1], Placed(traced, top, bottom), *lower)
    folds = tuple(fold for fold in (fold_up, fold_down) if fold)
    numbered = top < READING - half, bottom > READING + half + hang
    return Column(lane, placed, folds, hanging, numbered)


def _side(
    of_side: Sequence[Block], edge: float, number: float, *, down: bool
) -> tuple[float, tuple[Placed, ...], Fold | None]:
    """One side of the traced block: where that ends, what stands beyond it, and what is folded."""
    ahead = 1 if down else -1
    for level in range(_LEVELS):
        end = edge + ahead * (number if level < _LEVELS - 1 else 0)
        placed, fold = _run(of_side, end + ahead * BETWEEN, min(level, 2), down=down)
        if fold is None:
            break
    return end, placed, fold


def _untraced(of_lane: Sequence[Block]) -> tuple[tuple[Placed, ...], Fold | None]:
    for level in range(3):
        placed, fold = _run(of_lane, TOP + 2, level, down=True)
        if fold is None:
            break
    return placed, fold


def _run(
    of_side: Sequence[Block], start: float, level: int, *, down: bool
) -> tuple[tuple[Placed, ...], Fold | None]:
    """Blocks placed one after the other, outward from ``start``, and a fold of what is left."""
    limit = TOP + BODY if down else TOP + 2
    ahead, y = (1 if down else -1), start
    placed: list[Placed] = []
    last = max((nth for nth, block in enumerate(of_side) if block.kind != "gap"), default=-1)
    for nth, block in enumerate(of_side):
        high = _height(block, level)
        kept = _FOLD + 2 if nth < last and level > 1 else 0
        if high > (limit - y) * ahead - kept + 0.5:
            return tuple(placed), _fold(of_side[nth : last + 1], limit, down=down)
        placed.append(Placed(block, min(y, y + ahead * high), max(y, y + ahead * high)))
        y += ahead * (high + BETWEEN)
    return tuple(placed), None


def _height(block: Block, level: int) -> float:
    if block.kind == "gap":
        return 8 if level else 17
    return 25 if block.stop - block.first <= 1 or level > 1 else 40


def _fold(folded: Sequence[Block], limit: float, *, down: bool) -> Fold | None:
    """What stands for blocks without room; nothing where only gaps are left."""
    held = [block for block in folded if block.kind != "gap"]
    if not held:
        return None
    top = limit - _FOLD if down else limit - 1
    first, stop = min(b.first for b in held), max(b.stop for b in held)
    return Fold(len(held), first, stop, top, top + _FOLD)
