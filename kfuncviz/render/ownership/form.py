# SPDX-License-Identifier: BSD-3-Clause
"""
How large is everything?  The form a picture takes at a width
=============================================================

Two sets of sizes for the same picture of lanes side by side, wide and small; heights are the same
in both, whatever is drawn, so that a switch changes ink and never a place.  Type is never shrunk to
fit: where ten digits or the gaps between the lanes would not fit, there is no form here (``None``)
and the picture becomes a trail, its stops stacked from top to bottom.
"""

from __future__ import annotations

from dataclasses import dataclass

from kfuncviz.scenario.ownership.answer import Ownership

#: From here on the helpers' names stand between three lanes, and four lanes fit; from the second
#: on three lanes fit.  Below is a trail.
WIDE, MID = 800, 640
#: Heights from the top: the header, the lanes' bodies, the reading line, the bins, and all of it.
HEAD, TOP, READING = 98.0, 102.0, 190.0
BODY = 180.0
BIN_TOP, BIN = 288.0, 42.0
BIN_MIDDLE = BIN_TOP + BIN / 2
HEIGHT = 334.0
PILL = 36.0
#: How long an arrowhead is.
ARROW = 13.0


@dataclass(frozen=True)
class Form:
    """Where lanes stand, in pixels.

    ``left`` and ``right`` are the x of each lane's edges, ``gutter`` the distance between lanes;
    ``small`` says that helpers' names and some words are left out, ``plate`` how high a plate is.
    """

    width: int
    small: bool
    plate: float
    lane: float
    gutter: float
    left: tuple[float, ...]
    right: tuple[float, ...]

    @property
    def pill_type(self) -> float:
        """The size of the number in a pill: ten digits fit, so that no number changes it."""
        return 14.0 if self.small else 19.0


def form(lanes: int, width: int) -> Form:
    """The form of so many lanes, whether or not they fit."""
    small = lanes > 3 or width < WIDE
    lane = 112.0 if small else 144.0
    gutter = (width - lanes * lane) / (lanes - 1)
    left = tuple(k * (lane + gutter) for k in range(lanes))
    return Form(
        width, small, 26.0 if small else 42.0, lane, gutter, left, tuple(x + lane for x in left)
    )


def choose(o: Ownership, width: int) -> Form | None:
    """The form for ``width`` pixels, or ``None`` where only a trail fits."""
    lanes = len(o.lanes)
    if lanes > 4 or width < (WIDE if lanes == 4 else MID):
        return None
    return form(lanes, width)
