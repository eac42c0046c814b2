# SPDX-License-Identifier: BSD-3-Clause
"""
How large is everything?  The form a picture takes at a width
=============================================================

Wide, mid and narrow are three sets of sizes for the same picture of lanes side by side.  Type is
never shrunk to fit: where ten digits or the gaps between the lanes would not fit, there is no form
here (``None``) and the picture becomes a trail, its stops stacked from top to bottom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kfuncviz.render.kit.fit import width
from kfuncviz.render.ownership.labels import hop_label
from kfuncviz.scenario.ownership.answer import Ownership

LEAST_GUTTER = 26
ARROW_LENGTH = {"wide": 15.0, "mid": 10.0, "narrow": 9.0}


@dataclass(frozen=True)
class Form:
    """Sizes in pixels.  ``plates`` says whether the helpers' names fit between the lanes."""

    kind: Literal["wide", "mid", "narrow"]
    width: int
    lanes: int
    lane: float
    head: float
    edge: float
    pill: float
    answer: float
    pill_height: float
    run: float
    single: float
    gap: float
    bin: float
    plate: float
    plate_pad: float
    plates: bool = True

    @property
    def gutter(self) -> float:
        """Distance between two lanes."""
        return (self.width - self.lanes * self.lane) / (self.lanes - 1)

    @property
    def arrow(self) -> float:
        """Length of the arrowhead."""
        return ARROW_LENGTH[self.kind]

    @property
    def note(self) -> float:
        """Height of a line under a pill."""
        return 38 if self.kind == "narrow" else 24

    @property
    def plate_room(self) -> float:
        """Width a plate may have: the gutter without the arrowhead and some air."""
        return self.gutter - self.arrow - 6

    def left(self, lane: int) -> float:
        """x of a lane's left edge."""
        return lane * (self.lane + self.gutter)

    def right(self, lane: int) -> float:
        """x of a lane's right edge."""
        return self.left(lane) + self.lane


def choose(o: Ownership, width: int) -> Form | None:
    """The form for ``width`` pixels, or ``None`` where only a trail fits."""
    lanes = len(o.lanes)
    if lanes > 4 or (lanes == 4 and width < 700):
        return None
    if width >= (1080 if lanes == 4 else 900):
        form = _wide(width, lanes)
    else:
        form = _mid(width, lanes) if width >= 520 else _narrow(width, lanes)
    return None if form.gutter < LEAST_GUTTER else _with_or_without_plates(o, form)


def _wide(w: int, lanes: int) -> Form:
    four = lanes == 4
    lane = (150 if w < 1180 else 164) if four else (172 if w < 1000 else 184)
    return Form(
        "wide", w, lanes, lane=lane, head=88, edge=15,
        pill=20 if four else 23, answer=20 if four else 25,
        pill_height=40, run=60, single=32, gap=22, bin=58,
        plate=13 if four else 15, plate_pad=6 if four else 12,
    )  # fmt: skip


def _mid(w: int, lanes: int) -> Form:
    return Form(
        "mid", w, lanes, lane=130, head=94, edge=14, pill=18, answer=19,
        pill_height=36, run=54, single=30, gap=20, bin=56, plate=14, plate_pad=8,
    )  # fmt: skip


def _narrow(w: int, lanes: int) -> Form:
    small = w < 330
    return Form(
        "narrow", w, lanes, lane=88 if small else 94, head=106, edge=12.5 if small else 13,
        pill=12.5 if small else 13.5, answer=12.5 if small else 13.5,
        pill_height=32, run=50, single=27, gap=18, bin=54, plate=13, plate_pad=6,
    )  # fmt: skip


def _with_or_without_plates(o: Ownership, form: Form) -> Form:
    widest = max(width(hop_label(hop), form.plate, mono=True) for hop in o.hops)
    if widest + 2 * form.plate_pad <= form.plate_room:
        return form
    return Form(**{**form.__dict__, "plates": False})
