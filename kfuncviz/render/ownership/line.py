# SPDX-License-Identifier: BSD-3-Clause
"""
The trace: what happened to one id
==================================

One thick line through the pills that hold the number.  Level and solid: it arrives.  Falling and
dashed: lost, and the plate on the hop says which map had no row.  The pills themselves stay
healthy, for the number is right where it stands; it is the hop that failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kfuncviz.render.kit.fit import first_that_fits, width
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.ownership import labels, way
from kfuncviz.render.ownership.form import Form
from kfuncviz.render.ownership.layout import Column, Layout, pill_notes
from kfuncviz.render.ownership.ribbons import curve
from kfuncviz.scenario.ownership.answer import Ownership

PLATE_HEIGHT = 50


def lines(o: Ownership, layout: Layout, ink: Mapping[str, str], step: int) -> Iterator[str]:
    """The line of each hop travelled within ``step`` steps, then their plates above them all."""
    steps = way.step_of(o)
    hops = [h for h in way.order(o) if steps[h] <= step]
    for h in hops:
        yield _line(o, layout, h, ink)
    for h in hops:
        middle = (_exit_y(o, layout, h) + _entry_y(o, layout, h)) / 2
        draw = _plate if layout.form.plates else _circle
        yield draw(o, layout.form, h, middle, ink)


def crosses_plate(o: Ownership, layout: Layout, h: int, y: float) -> bool:
    """Whether a word at the edge of hop ``h``'s gap, at height ``y``, would meet its plate."""
    if not layout.form.plates:
        return False
    middle = (_exit_y(o, layout, h) + _entry_y(o, layout, h)) / 2
    return abs(middle - y) < PLATE_HEIGHT / 2 + 10


def _exit_y(o: Ownership, layout: Layout, h: int) -> float:
    pill = layout.columns[way.source(o, h)].pill
    return layout.bin_middle if pill is None else pill


def _entry_y(o: Ownership, layout: Layout, h: int) -> float:
    fate, pill = way.fate(o, h), layout.columns[way.target(o, h)].pill
    if fate == "unreached":
        return _exit_y(o, layout, h)
    return layout.bin_middle if fate != "arrives" or pill is None else pill


def _ends(o: Ownership, form: Form, h: int) -> tuple[float, float]:
    """x where the line of a hop starts, and x where its arrow touches the next lane."""
    left, right = form.right(h), form.left(h + 1)
    return (left, right) if o.direction == "read" else (right, left)


def _line(o: Ownership, layout: Layout, h: int, ink: Mapping[str, str]) -> str:
    form, fate = layout.form, way.fate(o, h)
    x0, x1 = _ends(o, form, h)
    y0, y1 = _exit_y(o, layout, h), _entry_y(o, layout, h)
    if fate == "unreached":
        return tag(
            "path", d=curve(x0, y0, x1, y1), fill="none", stroke=ink["line"], stroke_width=2,
            stroke_dasharray="2 6",
        )  # fmt: skip
    lost = fate != "arrives"
    ahead = 1 if x1 > x0 else -1
    thick = {"wide": 6, "mid": 5, "narrow": 4.5}[form.kind]
    path = curve(x0, y0, x1 - ahead * form.arrow * 0.8, y1)
    colour = ink["bad-l" if lost else "ink"]
    head = f"M{number(x1)},{number(y1)}l{number(-ahead * form.arrow)},{number(-form.arrow * 0.6)}"
    return (
        tag("path", d=path, fill="none", stroke=ink["bg"], stroke_width=thick + 5)
        + tag(
            "path", d=path, fill="none", stroke=colour, stroke_width=thick,
            stroke_dasharray="10 6" if lost else None,
        )
        + tag(
            "path", d=f"{head}v{number(form.arrow * 1.2)}z", fill=colour, stroke=ink["bg"],
            stroke_width=1,
        )
    )  # fmt: skip


def _border(o: Ownership, h: int, ink: Mapping[str, str]) -> dict[str, str | float | None]:
    fate = way.fate(o, h)
    if fate == "unreached":
        return {"stroke": ink["line"], "stroke_width": 1.5, "stroke_dasharray": "2 4"}
    if fate == "arrives":
        return {"stroke": ink[f"{o.hops[h].key}-l"], "stroke_width": 2.5}
    return {"stroke": ink["bad-l"], "stroke_width": 2.5, "stroke_dasharray": "7 4"}


def _plate(o: Ownership, form: Form, h: int, y: float, ink: Mapping[str, str]) -> str:
    fate, small = way.fate(o, h), max(13.0, form.plate - 1)
    room = form.plate_room - 2 * form.plate_pad
    name = labels.hop_label(o.hops[h])
    under = first_that_fits(labels.result(o, h), room, small, mono=True)
    needed = max(width(name, form.plate, mono=True), width(under, small, mono=True))
    across = min(needed, room) + 2 * form.plate_pad
    x = _middle(o, form, h)
    rect = tag(
        "rect", x=x - across / 2, y=y - PLATE_HEIGHT / 2, width=across, height=PLATE_HEIGHT, rx=8,
        fill=ink["bg"], **_border(o, h, ink),
    )  # fmt: skip
    quiet = fate in ("arrives", "unreached")
    texts = label(
        x, y - 5, name, across - 4, form.plate, ink["muted" if fate == "unreached" else "ink"],
        mono=True, bold=fate != "unreached", anchor="middle",
    ) + label(
        x, y + 15, under, across - 4, small, ink["muted" if quiet else "bad-l"],
        mono=True, anchor="middle",
    )  # fmt: skip
    return tag("g", rect + texts, class_="plate", data_hop=h)


def _middle(o: Ownership, form: Form, h: int) -> float:
    """x of a plate's middle: halfway along the line, in front of its arrowhead."""
    x0, x1 = _ends(o, form, h)
    return (x0 + x1) / 2 - (0.5 if x1 > x0 else -0.5) * form.arrow * 0.8


def _circle(o: Ownership, form: Form, h: int, y: float, ink: Mapping[str, str]) -> str:
    x = _middle(o, form, h) if form.gutter > 40 else (form.right(h) + form.left(h + 1)) / 2
    return numbered(o, h, x, y, 11 if form.kind == "narrow" else 13, ink, "plate")


def numbered(
    o: Ownership, h: int, x: float, y: float, radius: float, ink: Mapping[str, str], kind: str
) -> str:
    """The circle that stands for a hop: its place in the order of travel, or a cross."""
    lost = way.fate(o, h) == "lost"
    text = labels.CROSS if lost else str(way.order(o).index(h) + 1)
    circle = tag("circle", cx=x, cy=y, r=radius, fill=ink["bg"], **_border(o, h, ink))
    words = label(
        x, y + 5, text, 2 * radius, 14, ink["bad-l" if lost else "ink"], mono=True, bold=True,
        anchor="middle",
    )  # fmt: skip
    return tag("g", circle + words, class_=kind, data_hop=h)


def pill(o: Ownership, layout: Layout, column: Column, ink: Mapping[str, str]) -> str:
    """The number of a lane in its pill, with its notes hanging under it."""
    form, lane = layout.form, column.lane
    if column.pill is None:
        return ""
    value, last = o.lanes[lane].id, lane == way.end(o)
    size = form.answer if last else form.pill
    wide = form.kind == "wide"
    pad = 5 if wide else 2.5
    x, across = form.left(lane) + pad, form.lane - 2 * pad
    border = (4.5 if form.kind != "narrow" else 3.5) if last else 3
    rect = tag(
        "rect", x=x, y=column.pill - form.pill_height / 2, width=across, height=form.pill_height,
        rx=10 if wide else 7, fill=ink["bg"], stroke=ink["ink"], stroke_width=border,
        stroke_dasharray="2 3" if value is None else None,
    )  # fmt: skip
    right = x + across - (10 if wide else 5)
    text = label(
        right, column.pill + size * 0.36, labels.pill_text(o.lanes[lane]),
        across - (14 if wide else 6), size, ink["ink"], mono=True, bold=True, anchor="end",
    )  # fmt: skip
    notes = "".join(_notes(o, form, column, x, ink))
    return notes + tag("g", rect + text, class_="pill", data_lane=lane, data_id=value)


def _notes(
    o: Ownership, form: Form, column: Column, x: float, ink: Mapping[str, str]
) -> Iterator[str]:
    """Small plates under a pill: the same id's second number, or "really 65534"."""
    inset = {"wide": 8, "mid": 2, "narrow": 0}[form.kind]
    across = form.lane - 2 * (x - form.left(column.lane)) - 2 * inset
    y = (column.pill or 0.0) + form.pill_height / 2
    for name, value in pill_notes(o, column.lane):
        yield _note(form, name, value, (x + inset, y, across), ink)
        y += form.note


def _note(
    form: Form, name: str, value: str, place: tuple[float, float, float], ink: Mapping[str, str]
) -> str:
    x, y, across = place
    rect = tag(
        "rect", x=x, y=y - 8, width=across, height=form.note + 4, rx=6, fill=ink["bg"],
        stroke=ink["ink"], stroke_width=1.5,
    )  # fmt: skip
    size = 13 if form.kind == "wide" else 12.5
    base, room = y + form.note - 9, across - 6
    right = label(
        x + across - 5, base, value, room, size, ink["ink"], mono=True, bold=True, anchor="end"
    )
    if form.kind == "narrow":
        return rect + label(x + 5, base - 15, name, room, size, ink["muted"]) + right
    room = max(0.0, across - width(value, size, mono=True) - 14)
    return rect + label(x + 5, base, name, room, size, ink["muted"]) + right
