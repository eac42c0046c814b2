# SPDX-License-Identifier: BSD-3-Clause
"""
Bins: where a lost id comes to lie
==================================

A hatched box: at the foot of each lane where this direction can lose an id, faint until used, or at
a stop of a trail.  The three faces of 65534 differ in words and border: no id (thick
dashes, dense hatch), no name here (thin dashes, thin hatch), really 65534 (no bin at all: an
ordinary pill).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kfuncviz.render.kit.fit import width
from kfuncviz.render.kit.markup import label, tag
from kfuncviz.render.ownership.form import BIN, BIN_TOP, Form
from kfuncviz.render.ownership.labels import bin_words
from kfuncviz.scenario.ownership.answer import Ownership

_MEANING = 13.0


class BinPlace(NamedTuple):
    """Where a bin stands and how large the type of its title may be."""

    x: float
    y: float
    across: float
    high: float
    title: float


def bin_of_lane(
    o: Ownership, form: Form, lane: int, ink: Mapping[str, str], uid: str,
    *, used: bool, y: float = BIN_TOP, high: float = BIN,
) -> str:  # fmt: skip
    """The bin at the foot of one lane; ``used``: the drawn part of the way ends in it."""
    title = (15.0 if form.small else 18.0) if used else _MEANING
    place = BinPlace(form.left[lane] + 3, y + 1, form.lane - 6, high - 2, title)
    return bin_box(o, place, bin_words(o, lane), ink, uid, used=used)


def bin_box(
    o: Ownership, place: BinPlace, words: tuple[str, str], ink: Mapping[str, str], uid: str,
    *, used: bool = True,
) -> str:  # fmt: skip
    """A hatched box with a plate: what is shown instead, and once it is used, what that means."""
    thin = o.travel.loss == "no name"
    pattern = ("thin" if thin else "bad") if used else "idle"
    box = tag(
        "rect", x=place.x, y=place.y, width=place.across, height=place.high, rx=4,
        fill=f"url(#{uid}-{pattern})", stroke=ink["bad-l" if used else "line"],
        stroke_width=(2.5 if thin else 4) if used else 1.25,
        stroke_dasharray="7 4" if thin or not used else "10 4",
    )  # fmt: skip
    said = _used(place, words, ink) if used else _unused(place, words[0], ink)
    return tag("g", box + said, class_="bin")


def _unused(place: BinPlace, title: str, ink: Mapping[str, str]) -> str:
    x, y = place.x + place.across / 2, place.y + place.high / 2
    across = min(width(title, place.title, mono=True) + 14, place.across - 4)
    plate = tag("rect", x=x - across / 2, y=y - 12, width=across, height=24, rx=3, fill=ink["bg"])
    return plate + label(x, y + 4.7, title, across, place.title, ink["muted"], mono=True,
                         anchor="middle")  # fmt: skip


def _used(place: BinPlace, words: tuple[str, str], ink: Mapping[str, str]) -> str:
    title, meaning = words
    x, y, most = place.x + place.across / 2, place.y + place.high / 2, place.across - 2
    size = place.title if width(title, place.title, mono=True) <= most - 4 else _MEANING
    needed = max(width(title, size, mono=True), width(meaning, _MEANING, mono=False, bold=True))
    across = min(needed + 8, most)
    plate = tag("rect", x=x - across / 2, y=y - 17, width=across, height=34, rx=3, fill=ink["bg"])
    return (
        plate
        + label(x, y - 1.5, title, across, size, ink["ink"], mono=True, bold=True, anchor="middle")
        + label(x, y + 13.5, meaning, across, _MEANING, ink["bad-l"], bold=True, anchor="middle")
    )
