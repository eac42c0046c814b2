# SPDX-License-Identifier: BSD-3-Clause
"""
How large is everything?  The form a picture takes at a width
=============================================================

Wide, mid and narrow are three sets of sizes for the same picture of lanes side by side.  Type is
never shrunk to fit: where ten digits or the gaps between the lanes would not fit, there is no form
here (``None``) and the picture becomes a trail, its stops stacked from top to bottom.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from kfuncviz.render.kit.fit import width
from kfuncviz.render.ownership.labels import hop_label
from kfuncviz.scenario.ownership.answer import Ownership

LEAST_GUTTER = 26
ARROW_LENGTH = {"wide": 15.0, "mid": 10.0, "narrow": 9.0}

Kind = Literal["wide", "mid", "narrow"]


@dataclass(frozen=True)
class Sizes:
    """What differs between the forms, in pixels: type (edge, pill, answer, plate) and boxes."""

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


@dataclass(frozen=True)
class Form:
    """Where lanes stand, in pixels, and how large everything is.

    ``left`` and ``right`` are the x of each lane's edges, ``gutter`` the distance between lanes,
    ``arrow`` the length of an arrowhead, ``note`` the height of a line under a pill, ``plate_room``
    the width a plate may have: the gutter without the arrowhead and some air.  ``plates`` says
    whether the helpers' names fit between the lanes.
    """

    kind: Kind
    width: int
    lanes: int
    size: Sizes
    left: tuple[float, ...]
    right: tuple[float, ...]
    gutter: float
    arrow: float
    note: float
    plate_room: float
    plates: bool = True


def choose(o: Ownership, width: int) -> Form | None:
    """The form for ``width`` pixels, or ``None`` where only a trail fits."""
    lanes = len(o.lanes)
    if lanes > 4 or (lanes == 4 and width < 700):
        return None
    if width >= (1080 if lanes == 4 else 900):
        form = _form("wide", width, lanes, _wide(width, four=lanes == 4))
    elif width >= 520:
        form = _form("mid", width, lanes, _MID)
    else:
        form = _form("narrow", width, lanes, _SMALL if width < 334 else _NARROW)
    return None if form.gutter < LEAST_GUTTER else _with_or_without_plates(o, form)


def _form(kind: Kind, width: int, lanes: int, size: Sizes) -> Form:
    gutter = (width - lanes * size.lane) / (lanes - 1)
    left = tuple(lane * (size.lane + gutter) for lane in range(lanes))
    right = tuple(x + size.lane for x in left)
    arrow = ARROW_LENGTH[kind]
    note = 38 if kind == "narrow" else 24
    return Form(kind, width, lanes, size, left, right, gutter, arrow, note, gutter - arrow - 6)


def _wide(width: int, *, four: bool) -> Sizes:
    lane, answer = (172, 24) if width < 1000 else (184, 25)
    sizes = Sizes(
        lane=lane, head=88, edge=15, pill=23, answer=answer,
        pill_height=40, run=60, single=32, gap=22, bin=58, plate=15, plate_pad=12,
    )  # fmt: skip
    if not four:
        return sizes
    lane = 150 if width < 1180 else 164
    return replace(sizes, lane=lane, pill=20, answer=20, plate=13, plate_pad=6)


_MID = Sizes(
    lane=130, head=94, edge=14, pill=18, answer=19, pill_height=36, run=54, single=30, gap=20,
    bin=56, plate=14, plate_pad=8,
)  # fmt: skip
_NARROW = Sizes(
    lane=94, head=106, edge=13, pill=13.5, answer=13.5, pill_height=32, run=50, single=27, gap=18,
    bin=54, plate=13, plate_pad=6,
)  # fmt: skip
_SMALL = replace(_NARROW, lane=88, edge=12.5, pill=12.5, answer=12.5)


def _with_or_without_plates(o: Ownership, form: Form) -> Form:
    size = form.size
    widest = max(width(hop_label(hop), size.plate, mono=True) for hop in o.hops)
    return replace(form, plates=widest + 2 * size.plate_pad <= form.plate_room)
