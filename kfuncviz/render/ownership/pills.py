# SPDX-License-Identifier: BSD-3-Clause
"""
Pills: the number an id has in a place
======================================

Only the traced id stands in a pill.  Under it hang its notes: the second number the same id has on
the disk of a filesystem mounted in a user namespace, or "really 65534".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kfuncviz.render.kit.fit import width
from kfuncviz.render.kit.markup import label, tag
from kfuncviz.render.ownership.labels import pill_text
from kfuncviz.render.ownership.layout import Column, Layout
from kfuncviz.scenario.ownership.answer import Ownership


class PillPlace(NamedTuple):
    """Where a pill stands, its round corners, how far in its number ends, its type and border."""

    x: float
    middle: float
    across: float
    high: float
    rx: float
    inset: float
    size: float
    border: float


def pill_of_lane(o: Ownership, layout: Layout, column: Column, ink: Mapping[str, str]) -> str:
    """The number of a lane in its pill, with its notes hanging under it."""
    if column.pill is None:
        return ""
    form, lane, last = layout.form, column.lane, column.lane == o.travel.end
    wide, narrow = form.kind == "wide", form.kind == "narrow"
    pad = 5 if wide else 2.5
    x, across = form.left[lane] + pad, form.size.lane - 2 * pad
    high, size = form.size.pill_height, form.size.answer if last else form.size.pill
    border = (3.5 if narrow else 4.5) if last else 3
    place = PillPlace(x, column.pill, across, high, *((10, 10) if wide else (7, 5)), size, border)
    inset = {"wide": 8, "mid": 2, "narrow": 0}[form.kind]
    y = column.pill + high / 2 - 8
    notes = "".join(
        note(text, x + inset, y + nth * form.note, across - 2 * inset, form.note + 4,
             13 if wide else 12.5, ink, stacked=narrow)
        for nth, text in enumerate(column.notes)
    )  # fmt: skip
    return notes + pill(o, lane, place, ink)


def pill(o: Ownership, lane: int, place: PillPlace, ink: Mapping[str, str]) -> str:
    """The number of a lane, in a frame that is dotted where the number stands elsewhere."""
    value = o.lanes[lane].id
    rect = tag(
        "rect", x=place.x, y=place.middle - place.high / 2, width=place.across, height=place.high,
        rx=place.rx, fill=ink["bg"], stroke=ink["ink"], stroke_width=place.border,
        stroke_dasharray="2 3" if value is None else None,
    )  # fmt: skip
    text = label(
        place.x + place.across - place.inset, place.middle + place.size * 0.36,
        pill_text(o.lanes[lane]), place.across - 1.4 * place.inset,
        place.size, ink["ink"], mono=True, bold=True, anchor="end",
    )  # fmt: skip
    return tag("g", rect + text, class_="pill", data_lane=lane, data_id=value)


def note(
    text: tuple[str, str], x: float, y: float, across: float, high: float, size: float,
    ink: Mapping[str, str], *, stacked: bool = False,
) -> str:  # fmt: skip
    """A plate with a name and a number, which stand under each other where ``stacked``."""
    name, value = text
    rect = tag(
        "rect", x=x, y=y, width=across, height=high, rx=6, fill=ink["bg"], stroke=ink["ink"],
        stroke_width=1.5,
    )  # fmt: skip
    base, room = y + high - 5, across - 6
    right = label(
        x + across - 5, base, value, room, size, ink["ink"], mono=True, bold=True, anchor="end"
    )
    if stacked:
        return tag("g", rect + label(x + 5, base - 15, name, room, size, ink["muted"]) + right,
                   class_="note")  # fmt: skip
    room = max(0.0, across - width(value, size, mono=True) - 14)
    return tag("g", rect + label(x + 5, base, name, room, size, ink["muted"]) + right,
               class_="note")  # fmt: skip
