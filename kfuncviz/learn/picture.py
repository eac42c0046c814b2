# SPDX-License-Identifier: BSD-3-Clause
"""
Picture: an id's way as a question shows it
===========================================

Open, the numbers are missing; told, the kernel's way stands there, and under it the way of a
misreading, with a sign at each lane where they part.  Where lanes do not fit beside each other it
is a table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kfuncviz.explorers.element import element, words
from kfuncviz.render.kit.frame import content_id
from kfuncviz.render.kit.hatch import hatches
from kfuncviz.render.kit.markup import label, tag
from kfuncviz.render.kit.tokens import colours
from kfuncviz.render.ownership import levels
from kfuncviz.render.ownership.form import TOP, Form, choose
from kfuncviz.render.ownership.headers import headers
from kfuncviz.render.ownership.lanes import lane_panels
from kfuncviz.render.ownership.pills import pill_of_lane
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import travel

KERNEL, YOURS = "the kernel", "your reading"
_UNKNOWN = "?"
#: How much of a picture stands under its header: numbers alone, one way, two ways.
_OPEN, _ONE, _TWO = 66.0, 112.0, 232.0
_MIDDLE, _PILL, _MARGIN = TOP + 30.0, 34.0, 2


def unanswered(o: Ownership) -> Ownership:
    """The same question with nothing in it of the answer: the way's first number alone."""
    start = o.travel.start
    lanes = tuple(
        lane if k == start else replace(lane, id=None, shown=None, twin=None)
        for k, lane in enumerate(o.lanes)
    )
    return replace(
        o, lanes=lanes, travel=travel("read" if o.reading else "create", o.hops, {}), err=None,
        access=None, calls=(), unmade="", instead="",
    )  # fmt: skip


def opened(o: Ownership, width: int) -> str:
    """The way with its first number and question marks, as HTML."""
    o = unanswered(o)
    form = choose(o, width)
    if form is None:
        return _rows(o, [("", [_start(o, k) for k in range(len(o.lanes))])])
    ink = colours("lab")
    parts = (*_heads(o, form, ink), *lane_panels(o, form, ink), *_marks(o, form, ink))
    start = o.travel.start
    said = f"{o.lanes[start].name} {_start(o, start)}; what the other lanes hold is asked"
    return _svg(form, _OPEN, "".join(parts), o, said)


def told(ways: Sequence[tuple[str, Ownership]], width: int) -> str:
    """One way, or two under each other, each with its name, as HTML."""
    widest = max((o for _, o in ways), key=lambda o: len(o.lanes))
    form = choose(widest, width)
    drawn = [levels.Level(name, o, len(o.hops), levels.among(o, widest)) for name, o in ways]
    if form is None or any(level.at is None for level in drawn):
        return _rows(widest, [(name, _stops(o, widest)) for name, o in ways])
    ink, uid = colours("lab"), content_id("question", *(o for _, o in ways))
    two = len(drawn) > 1
    parts = (
        hatches(uid, ink), *_heads(unanswered(widest), form, ink),
        *levels.levels(form, drawn, ink, uid, compare=two),
    )  # fmt: skip
    said = "; ".join(
        f"{row.pop('reading')}: {', '.join(map(' '.join, row.items()))}" for row in rows(ways)
    )
    return _svg(form, _TWO if two else _ONE, "".join(parts), widest, said)


def _svg(form: Form, high: float, body: str, o: Ownership, said: str) -> str:
    height = TOP + high
    return tag(
        "svg", body, viewBox=f"-2 0 {form.width + 2 * _MARGIN} {height:g}",
        width=form.width + 2 * _MARGIN, height=height, role="img",
        aria_label=f"the way of a {o.kind}. {said}",
    )  # fmt: skip


def _heads(o: Ownership, form: Form, ink: Mapping[str, str]) -> Iterator[str]:
    """The headers, a pixel wider than their lanes: "In the mount" needs it."""
    return headers(o, replace(form, lane=form.lane + 1), ink)


def _marks(o: Ownership, form: Form, ink: Mapping[str, str]) -> Iterator[str]:
    """The first number, a question mark in every other lane, and a dotted way between them."""
    start = o.travel.start
    for h in range(len(o.hops)):
        x0, x1 = form.right[h] + 3, form.left[h + 1] - 3
        yield tag("path", d=f"M{x0:g},{_MIDDLE:g}H{x1:g}", fill="none", stroke=ink["ink"],
                  stroke_width=3, stroke_dasharray="3 6")  # fmt: skip
        tip, back = (x1, -10) if o.reading else (x0, 10)
        yield tag("path", d=f"M{tip:g},{_MIDDLE:g}l{back},-7v14z", fill=ink["bg"],
                  stroke=ink["ink"], stroke_width=2)  # fmt: skip
    for k in range(len(o.lanes)):
        if k == start:
            yield pill_of_lane(o, form, k, ink, middle=_MIDDLE, high=_PILL)
            continue
        x = form.left[k] + 5
        frame = tag(
            "rect", x=x, y=_MIDDLE - _PILL / 2, width=form.lane - 10, height=_PILL, rx=9,
            fill=ink["bg"], stroke=ink["ink"], stroke_width=2.5, stroke_dasharray="3 4",
        )  # fmt: skip
        mark = label(form.right[k] - 15, _MIDDLE + 7, _UNKNOWN, 20, 19, ink["ink"], mono=True,
                     bold=True, anchor="end")  # fmt: skip
        yield tag("g", frame + mark, class_="unknown", data_lane=k)


# ------------------------------------------------------------------------------ as a table


def rows(ways: Sequence[tuple[str, Ownership]]) -> list[dict[str, str]]:
    """What stands in each lane, one row a way: the picture's twin."""
    widest = max((o for _, o in ways), key=lambda o: len(o.lanes))
    names = [lane.name for lane in widest.lanes]
    return [
        {"reading": name} | dict(zip(names, _stops(o, widest), strict=True)) for name, o in ways
    ]


def _start(o: Ownership, k: int) -> str:
    return str(o.lanes[k].id) if k == o.travel.start else _UNKNOWN


def _stops(o: Ownership, widest: Ownership) -> list[str]:
    """What stands in each lane of the longest way."""
    at = levels.among(o, widest) or ()
    return [levels.stands(o, at.index(k)) if k in at else "-" for k in range(len(widest.lanes))]


def _rows(o: Ownership, ways: Sequence[tuple[str, Sequence[str]]]) -> str:
    maps = "".join(
        element("li", f"{words(hop.name)}: {element('code', words(_written(hop.rows)))}")
        for hop in o.hops
        if not hop.nop
    )
    head = "".join(element("th", words(lane.name), scope="col") for lane in o.lanes)
    body = "".join(
        element(
            "tr",
            (element("th", words(name), scope="row") if name else "<td></td>")
            + _cells(stops, ways[0][1]),
        )
        for name, stops in ways
    )
    table = element("table", f"<tr><td></td>{head}</tr>{body}", class_="kfv-stops")
    return element("ul", maps, class_="kfv-maps") + table


def _cells(stops: Sequence[str], first: Sequence[str]) -> str:
    """Cells; what differs from the first way is marked."""
    return "".join(
        element("td", words(stop if stop == kernel else f"\N{NOT EQUAL TO} {stop}"))
        for stop, kernel in zip(stops, first, strict=True)
    )


def _written(rows: Sequence[tuple[int, int, int]]) -> str:
    return ", ".join(" ".join(map(str, row)) for row in rows)
