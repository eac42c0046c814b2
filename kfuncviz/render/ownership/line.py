# SPDX-License-Identifier: BSD-3-Clause
"""
The trace: what happened to one id
==================================

One thick line through the pills that hold the number.  Level and solid: it arrives.  Falling and
dashed: lost, and the plate on the hop says which map had no row.  Pills stay healthy, for the
number is right where it stands; it is the hop that failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kfuncviz.render.kit.fit import first_that_fits, width
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.ownership import labels
from kfuncviz.render.ownership.form import Form
from kfuncviz.render.ownership.layout import Layout
from kfuncviz.render.ownership.way import PLATE_HEIGHT, UNDER_HEAD, curve, heights
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg


def lines(o: Ownership, layout: Layout, ink: Mapping[str, str], step: int) -> Iterator[str]:
    """The line of each hop travelled within ``step`` steps, then their plates above them all."""
    legs = [leg for leg in o.travel.legs if leg.step <= step]
    for leg in legs:
        yield _line(leg, layout, ink)
    draw = _plate if layout.form.plates else _circle
    for leg in legs:
        exit_y, entry_y = heights(leg, layout)
        yield draw(o, layout.form, leg, (exit_y + entry_y) / 2, ink)


def _ends(leg: Leg, form: Form) -> tuple[float, float]:
    """x where the line of a leg starts, and x where its arrow touches the next lane."""
    left, right = form.right[leg.hop], form.left[leg.hop + 1]
    return (left, right) if leg.target > leg.source else (right, left)


def _line(leg: Leg, layout: Layout, ink: Mapping[str, str]) -> str:
    form = layout.form
    x0, x1 = _ends(leg, form)
    y0, y1 = heights(leg, layout)
    if leg.fate == "unreached":
        line = tag(
            "path", d=curve(x0, y0, x1, y1), fill="none", stroke=ink["line"], stroke_width=2,
            stroke_dasharray="2 6",
        )  # fmt: skip
        return tag("g", line, class_="line", data_hop=leg.hop)
    lost = leg.fate != "arrives"
    ahead = 1 if x1 > x0 else -1
    thick = {"wide": 6, "mid": 5, "narrow": 4.5}[form.kind]
    path = curve(x0, y0, x1 - ahead * form.arrow * UNDER_HEAD, y1)
    colour = ink["bad-l" if lost else "ink"]
    head = f"M{number(x1)},{number(y1)}l{number(-ahead * form.arrow)},{number(-form.arrow * 0.6)}"
    line = (
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
    return tag("g", line, class_="line", data_hop=leg.hop)


def _border(o: Ownership, leg: Leg, ink: Mapping[str, str]) -> dict[str, str | float | None]:
    if leg.fate == "unreached":
        return {"stroke": ink["line"], "stroke_width": 1.5, "stroke_dasharray": "2 4"}
    if leg.fate == "arrives":
        return {"stroke": ink[f"{o.hops[leg.hop].key}-l"], "stroke_width": 2.5}
    return {"stroke": ink["bad-l"], "stroke_width": 2.5, "stroke_dasharray": "7 4"}


def _plate(o: Ownership, form: Form, leg: Leg, y: float, ink: Mapping[str, str]) -> str:
    size, (name, under), across = form.size.plate, *_words(o, form, leg)
    small = max(13.0, size - 1)
    x = _middle(leg, form)
    rect = tag(
        "rect", x=x - across / 2, y=y - PLATE_HEIGHT / 2, width=across, height=PLATE_HEIGHT, rx=8,
        fill=ink["bg"], **_border(o, leg, ink),
    )  # fmt: skip
    quiet = leg.fate in ("arrives", "unreached")
    reached = leg.fate != "unreached"
    texts = label(
        x, y - 5, name, across - 4, size, ink["ink" if reached else "muted"],
        mono=True, bold=reached, anchor="middle",
    ) + label(
        x, y + 15, under, across - 4, small, ink["muted" if quiet else "bad-l"],
        mono=True, anchor="middle",
    )  # fmt: skip
    return tag("g", rect + texts, class_="plate", data_hop=leg.hop)


def plate_span(o: Ownership, form: Form, leg: Leg) -> tuple[float, float]:
    """x of the left and right edge of a leg's plate."""
    x, across = _middle(leg, form), _words(o, form, leg)[1]
    return x - across / 2, x + across / 2


def _words(o: Ownership, form: Form, leg: Leg) -> tuple[tuple[str, str], float]:
    size = form.size.plate
    small = max(13.0, size - 1)
    room = form.plate_room - 2 * form.size.plate_pad
    name = labels.hop_label(o.hops[leg.hop])
    under = first_that_fits(labels.result(o, leg), room, small, mono=True)
    needed = max(width(name, size, mono=True), width(under, small, mono=True))
    return (name, under), min(needed, room) + 2 * form.size.plate_pad


def _middle(leg: Leg, form: Form) -> float:
    """x of a plate's middle: halfway along the line, in front of its arrowhead."""
    x0, x1 = _ends(leg, form)
    return (x0 + x1) / 2 - (0.5 if x1 > x0 else -0.5) * form.arrow * UNDER_HEAD


def _circle(o: Ownership, form: Form, leg: Leg, y: float, ink: Mapping[str, str]) -> str:
    x = _middle(leg, form) if form.gutter > 40 else sum(_ends(leg, form)) / 2
    return numbered(o, leg, x, y, 11 if form.kind == "narrow" else 13, ink, "plate")


def numbered(
    o: Ownership, leg: Leg, x: float, y: float, radius: float, ink: Mapping[str, str], kind: str
) -> str:
    """The circle that stands for a hop: its place in the order of travel, or a cross."""
    lost = leg.fate == "lost"
    circle = tag("circle", cx=x, cy=y, r=radius, fill=ink["bg"], **_border(o, leg, ink))
    words = label(
        x, y + 5, labels.CROSS if lost else str(leg.place), 2 * radius, 14,
        ink["bad-l" if lost else "ink"], mono=True, bold=True, anchor="middle",
    )  # fmt: skip
    return tag("g", circle + words, class_=kind, data_hop=leg.hop)
