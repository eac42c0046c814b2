# SPDX-License-Identifier: BSD-3-Clause
"""
Bins: where a lost id comes to lie
==================================

A hatched box at the foot of each lane where this direction can lose an id: faint until used.  The
three faces of 65534 differ in words and border: no id anywhere (thick dashes, dense hatch), no
name here (thin dashes, thin hatch), really 65534 (no bin at all: an ordinary pill).
"""

from __future__ import annotations

from collections.abc import Mapping

from kfuncviz.render.kit.fit import width
from kfuncviz.render.kit.markup import label, tag
from kfuncviz.render.ownership import way
from kfuncviz.render.ownership.labels import SHORTER, bin_words
from kfuncviz.render.ownership.layout import Layout
from kfuncviz.scenario.ownership.answer import Ownership


def bin_box(
    o: Ownership, layout: Layout, lane: int, ink: Mapping[str, str], uid: str, *, used: bool
) -> str:
    """The bin of one lane."""
    form = layout.form
    x, y = form.left(lane) + 4, layout.bin_top
    title, meaning = bin_words(o, lane)
    if not used and way.bin_hit(o, lane):
        title, meaning = _before(o, lane, title, meaning)
    thin = way.face(o) == "no name"
    pattern = ("thin" if thin else "bad") if used else "idle"
    border = (3 if thin else 4.5) if used else 1.25
    box = tag(
        "rect", x=x, y=y, width=form.lane - 8, height=form.bin, rx=4, fill=f"url(#{uid}-{pattern})",
        stroke=ink["bad-l" if used else "line"], stroke_width=border,
        stroke_dasharray="7 4" if thin or not used else "10 4",
    )  # fmt: skip
    return tag("g", box + _words(layout, lane, title, meaning, ink, used=used), class_="bin")


def _before(o: Ownership, lane: int, title: str, meaning: str) -> tuple[str, str]:
    """The words of a bin that will be hit, in the steps before it is."""
    return (title, "overflow id") if lane == way.end(o) and o.direction == "read" else (
        title, meaning
    )  # fmt: skip


def _words(
    layout: Layout, lane: int, title: str, meaning: str, ink: Mapping[str, str], *, used: bool
) -> str:
    form = layout.form
    size = {"wide": 22, "mid": 18, "narrow": 13.5}[form.kind] if used else 13.5
    size = size if width(title, size, mono=True) <= form.lane - 24 else 13.5
    small = 12.5 if form.kind == "narrow" else 13
    if width(meaning, small, mono=False, bold=used) > form.lane - 16:
        meaning = SHORTER.get(meaning, meaning)
    needed = max(width(title, size, mono=True), width(meaning, small, mono=False, bold=used))
    across = min(needed + 10, form.lane - 12)
    middle, y = form.left(lane) + form.lane / 2, layout.bin_top
    plate = tag(
        "rect", x=middle - across / 2, y=y + 6, width=across, height=form.bin - 12, rx=3,
        fill=ink["bg"],
    )  # fmt: skip
    return (
        plate
        + label(
            middle, y + form.bin / 2 - 1, title, across, size, ink["ink" if used else "muted"],
            mono=True, bold=used, anchor="middle",
        )
        + label(
            middle, y + form.bin / 2 + 17, meaning, across, small,
            ink["bad-l" if used else "muted"], bold=used, anchor="middle",
        )
    )  # fmt: skip
