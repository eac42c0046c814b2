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
from kfuncviz.render.ownership.labels import OVERFLOW, SHORTER, bin_words
from kfuncviz.render.ownership.layout import Layout
from kfuncviz.scenario.ownership.answer import Ownership


class BinPlace(NamedTuple):
    """Where a bin stands, how large its two lines are, and how far below its edge they stand."""

    x: float
    y: float
    across: float
    high: float
    title: float
    meaning: float
    lines: tuple[float, float]
    inset: float


def bin_of_lane(
    o: Ownership, layout: Layout, lane: int, ink: Mapping[str, str], uid: str, *, used: bool
) -> str:
    """The bin at the foot of one lane; ``used``: the drawn part of the way ends in it."""
    form, size = layout.form, layout.form.size
    words = bin_words(o, lane)
    if not used and o.reading and lane == o.travel.end:
        words = words[0], OVERFLOW
    title = {"wide": 22, "mid": 18, "narrow": 13.5}[form.kind] if used else 13.5
    title = title if width(words[0], title, mono=True) <= size.lane - 24 else 13.5
    place = BinPlace(
        form.left[lane] + 4, layout.bin_top, size.lane - 8, size.bin, title,
        12.5 if form.kind == "narrow" else 13, lines=(size.bin / 2 - 1, size.bin / 2 + 17), inset=6,
    )  # fmt: skip
    return bin_box(o, place, words, ink, uid, used=used)


def bin_box(
    o: Ownership, place: BinPlace, words: tuple[str, str], ink: Mapping[str, str], uid: str,
    *, used: bool = True,
) -> str:  # fmt: skip
    """A hatched box with its two lines on a plate."""
    thin = o.travel.loss == "no name"
    pattern = ("thin" if thin else "bad") if used else "idle"
    box = tag(
        "rect", x=place.x, y=place.y, width=place.across, height=place.high, rx=4,
        fill=f"url(#{uid}-{pattern})", stroke=ink["bad-l" if used else "line"],
        stroke_width=(3 if thin else 4.5) if used else 1.25,
        stroke_dasharray="7 4" if thin or not used else "10 4",
    )  # fmt: skip
    return tag("g", box + _words(place, words, ink, used=used), class_="bin")


def _words(place: BinPlace, words: tuple[str, str], ink: Mapping[str, str], *, used: bool) -> str:
    title, meaning = words
    if width(meaning, place.meaning, mono=False, bold=used) > place.across - 8:
        meaning = SHORTER.get(meaning, meaning)
    needed = max(
        width(title, place.title, mono=True), width(meaning, place.meaning, mono=False, bold=used)
    )
    across = min(needed + 10, place.across - 4)
    middle = place.x + place.across / 2
    first, second = (place.y + below for below in place.lines)
    plate = tag(
        "rect", x=middle - across / 2, y=place.y + place.inset, width=across,
        height=place.high - 2 * place.inset, rx=3, fill=ink["bg"],
    )  # fmt: skip
    return (
        plate
        + label(
            middle, first, title, across, place.title, ink["ink" if used else "muted"],
            mono=True, bold=used, anchor="middle",
        )
        + label(
            middle, second, meaning, across, place.meaning,
            ink["bad-l" if used else "muted"], bold=used, anchor="middle",
        )
    )  # fmt: skip
