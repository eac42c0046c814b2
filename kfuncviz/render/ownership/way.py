# SPDX-License-Identifier: BSD-3-Clause
"""
The way an id takes across a gap
================================

Where the line of a leg runs, the plate on it, and whether a word at the edge of the gap would meet
either.
"""

from __future__ import annotations

from typing import Literal

from kfuncviz.render.kit.markup import number
from kfuncviz.render.ownership.form import ARROW, BIN_MIDDLE, READING, Form
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg

#: So much of an arrowhead's length the line of a leg does not run under.
UNDER_HEAD = 0.8
#: Half the height of a word with some air.
_HALF_WORD = 10


def curve(x0: float, y0: float, x1: float, y1: float) -> str:
    """Path data of the S-shaped line every ribbon edge and trace is drawn with."""
    middle = number((x0 + x1) / 2)
    a, b = number(y0), number(y1)
    return f"M{number(x0)},{a}C{middle},{a} {middle},{b} {number(x1)},{b}"


def heights(
    o: Ownership, leg: Leg, reading: float = READING, foot: float = BIN_MIDDLE
) -> tuple[float, float]:
    """Where the line of a leg leaves its source, and where it enters its target.

    On the reading line where the id has a number, else at the height of the bins.
    """
    fallen = o.travel.fallen
    return (foot if fallen[leg.source] else reading), (foot if fallen[leg.target] else reading)


def crosses_plate(o: Ownership, form: Form, leg: Leg, y: float) -> bool:
    """Whether a word at the edge of a leg's gap, at height ``y``, would meet its plate."""
    return abs(sum(heights(o, leg)) / 2 - y) < form.plate / 2 + _HALF_WORD


def crosses_way(
    o: Ownership, form: Form, leg: Leg, side: Literal["left", "right"], reach: float, y: float
) -> bool:
    """Whether a word at height ``y``, ``reach`` pixels into a gap from a side, meets its way."""
    if leg.fate == "unreached":
        return False
    if crosses_plate(o, form, leg, y):
        return True
    here, there = heights(o, leg)
    head = ARROW * UNDER_HEAD
    if (side == "left") != (leg.target > leg.source):
        here, there, reach = there, here, reach - head
    t = _when(reach / (form.gutter - head))
    there = here + (there - here) * t * t * (3 - 2 * t)
    return min(here, there) - _HALF_WORD < y < max(here, there) + _HALF_WORD


def _when(share: float) -> float:
    """The parameter of :func:`curve`'s Bézier curve at which it is so far across, from 0 to 1."""
    low, high = 0.0, 1.0
    for _ in range(20):
        t = (low + high) / 2
        low, high = (t, high) if t * (3 - 3 * t + 2 * t * t) / 2 < share else (low, t)
    return low
