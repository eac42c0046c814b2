# SPDX-License-Identifier: BSD-3-Clause
"""
Four icons for four places
==========================

Disk, door (mount), nested squares (intermediate namespace) and terminal (caller): 20 by 20 pixels,
two pixels of the place's line colour.  They are a second cue beside colour, never the only one.
"""

from __future__ import annotations

from collections.abc import Mapping

from kfuncviz.render.kit.markup import number, tag
from kfuncviz.scenario.ownership.answer import LaneKey

SHAPES: dict[LaneKey, str] = {
    "fs": (
        "M1,4a9,3.5 0 0 1 18,0a9,3.5 0 0 1 -18,0v12c0,2 4,3.5 9,3.5s9,-1.5 9,-3.5v-12"
        "M1,10c0,2 4,3.5 9,3.5s9,-1.5 9,-3.5"
    ),
    "mount": "M6,6v-5h13v18h-13v-5M0,10h12M8,6l4,4l-4,4",
    "mid": "M1,1h18v18h-18zM5.5,5.5h9v9h-9z",
    "caller": "M1,2h18v16h-18zM5,7l4,3l-4,3M11,14h4",
}


def icon(key: LaneKey, x: float, y: float, ink: Mapping[str, str]) -> str:
    """The icon of a place with its upper left corner at ``x``, ``y``."""
    return tag(
        "path", d=SHAPES[key], transform=f"translate({number(x)},{number(y)})", fill="none",
        stroke=ink[f"{key}-l"], stroke_width=2, stroke_linejoin="round",
    )  # fmt: skip
