# SPDX-License-Identifier: BSD-3-Clause
"""
Pills: the number an id has in a place
======================================

Only the traced id stands in a pill; the answer's border is thicker, and dotted where the caller
would not get there; a gid beside a uid has an inner ring.  Under it hang its notes: the second
number the same id has on the disk of a filesystem mounted in a user namespace, or "really".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kfuncviz.render.kit.markup import Value, label, tag
from kfuncviz.render.kit.tokens import MONO
from kfuncviz.render.ownership.form import PILL, READING, Form
from kfuncviz.render.ownership.labels import pill_text
from kfuncviz.render.ownership.layout import NOTE, NOTE_INSET, NOTE_TYPE, note_lines
from kfuncviz.render.ownership.reach import would_be
from kfuncviz.scenario.ownership.answer import Ownership


class PillPlace(NamedTuple):
    """Where a pill stands, how far in its number ends, and its type."""

    x: float
    middle: float
    across: float
    high: float
    inset: float
    size: float


def pill_of_lane(
    o: Ownership,
    form: Form,
    lane: int,
    ink: Mapping[str, str],
    *,
    middle: float = READING,
    high: float = PILL,
    field: bool = False,
    ring: bool = False,
) -> str:
    """The number of a lane in its pill; the lane the way starts in may have a ``field`` instead."""
    place = PillPlace(form.left[lane] + 5, middle, form.lane - 10, high, 10, form.pill_type)
    return pill(o, lane, place, ink, field=field and lane == o.travel.start, ring=ring)


def pill(
    o: Ownership,
    lane: int,
    place: PillPlace,
    ink: Mapping[str, str],
    *,
    field: bool = False,
    ring: bool = False,
) -> str:
    """The number of a lane, in a frame that is dashed where the number stands elsewhere."""
    value, answer = o.lanes[lane].id, lane == o.travel.end
    would = answer and would_be(o)
    dashes = "2 5" if would else "2 3" if value is None else None
    frame: dict[str, Value] = {
        "x": place.x, "y": place.middle - place.high / 2, "width": place.across,
        "height": place.high, "rx": 9, "fill": ink["bg"],
    }  # fmt: skip
    drawn = tag(
        "rect", **frame, stroke=ink["ink"], stroke_width=4.5 if answer else 3,
        stroke_dasharray=dashes, stroke_linecap="round" if would else None,
    )  # fmt: skip
    if ring:
        drawn += tag(
            "rect", x=place.x + 3.5, y=place.middle - place.high / 2 + 3.5,
            width=place.across - 7, height=place.high - 7, rx=6, fill="none", stroke=ink["ink"],
            stroke_width=1.5,
        )  # fmt: skip
    if not field:
        drawn += tag(
            "text", pill_text(o.lanes[lane]), x=place.x + place.across - place.inset,
            y=place.middle + place.size * 0.36, font_family=MONO, font_size=place.size,
            font_weight=700, text_anchor="end", fill=ink["ink"],
            data_box=place.across - place.inset - 4,
        )  # fmt: skip
    return tag("g", drawn, class_="pill", data_lane=lane)


def notes_of_lane(
    form: Form, lane: int, hanging: tuple[tuple[str, str], ...], ink: Mapping[str, str]
) -> str:
    """What hangs under a pill: names, each with a number beside it or under it."""
    left, right, out = form.left[lane] + NOTE_INSET, form.right[lane] - NOTE_INSET, []
    y = READING + PILL / 2 - 1
    for note in hanging:
        first = y + NOTE
        y += NOTE * note_lines(form, note[0])
        out.append(
            tag(
                "g",
                label(left, first, note[0], right - left, NOTE_TYPE, ink["ink"])
                + label(right, y, note[1], right - left, NOTE_TYPE, ink["ink"],
                        mono=True, bold=True, anchor="end"),
                class_="note",
            )
        )  # fmt: skip
    return "".join(out)
