# SPDX-License-Identifier: BSD-3-Clause
"""
Ribbons: one row of a map, drawn between two lanes
==================================================

The upper edge of a ribbon joins first id to first id, the lower edge last to last; thin parallels
inside say that the ids between keep their order.  The size of a row stands at its column 1 end,
where blocks cannot overlap, so that these labels cannot collide.  Rows of folded blocks end at the
fold; those that lead from one fold to another are one band.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kfuncviz.render.kit.fit import width
from kfuncviz.render.kit.markup import label, tag
from kfuncviz.render.ownership.blocks import ends
from kfuncviz.render.ownership.extents import live
from kfuncviz.render.ownership.form import Form
from kfuncviz.render.ownership.labels import times
from kfuncviz.render.ownership.layout import Column, Layout
from kfuncviz.render.ownership.line import plate_span
from kfuncviz.render.ownership.way import crosses_plate, crosses_way, curve
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg

#: Between the edges of a ribbon at least so high there are so many thin lines.
_HIGH, _THREADS = 20, 3
#: A block at least so high has room for the size of its row, in this type.
_COUNTED, _COUNT = 24, 13.0


class Ribbon(NamedTuple):
    """A band between two lanes: upper and lower edge at its left and at its right end.

    ``rows`` are those it stands for, none where there is no map; ``many`` says that it holds more
    than one id.
    """

    rows: tuple[int, ...]
    left: tuple[float, float]
    right: tuple[float, float]
    many: bool
    active: bool


def ribbons(o: Ownership, layout: Layout, leg: Leg, ink: Mapping[str, str]) -> Iterator[str]:
    """All ribbons of one hop, the active one last, then the labels of their sizes."""
    of_hop = sorted(_ribbons(o, layout, leg), key=lambda r: (r.active, r.left))
    for ribbon in of_hop:
        yield _draw(o, layout.form, leg.hop, ribbon, ink)
    if not layout.form.small:
        for ribbon in of_hop:
            yield _size(o, layout.form, leg, ribbon, ink)


def extents(
    o: Ownership, layout: Layout, leg: Leg, ink: Mapping[str, str], chosen: tuple[str, int] | None
) -> Iterator[str]:
    """The ribbons of one row each, to be pointed at and chosen, over everything else."""
    for ribbon in sorted(_ribbons(o, layout, leg), key=lambda r: r.left):
        if len(ribbon.rows) == 1:
            shape = _outline(layout.form, leg.hop, ribbon)
            yield live(o, layout.form, leg.hop, ribbon.rows[0], shape, ink, chosen)


def _ribbons(o: Ownership, layout: Layout, leg: Leg) -> Iterator[Ribbon]:
    left, right = layout.columns[leg.hop], layout.columns[leg.hop + 1]
    if o.hops[leg.hop].nop:
        yield from _unchanged(o, left, right)
        return
    joined: dict[tuple[float, ...], list[int]] = {}
    many = set()
    for row in range(len(o.hops[leg.hop].rows)):
        at_left, at_right, count = ends(o.hops[leg.hop], row)
        edges = (
            left.edge(at_left), left.edge(at_left + count, last=True),
            right.edge(at_right), right.edge(at_right + count, last=True),
        )  # fmt: skip
        place = tuple(edge for edge in edges if edge is not None)
        joined.setdefault(place, []).append(row)
        if count > 1:
            many.add(place)
    for place, rows in joined.items():
        a, b, c, d = place
        yield Ribbon(tuple(rows), (a, b), (c, d), place in many, leg.row in rows)


def _unchanged(o: Ownership, left: Column, right: Column) -> Iterator[Ribbon]:
    """Where there is no map: a band from each block to the same ids in the next lane."""
    for p in left.placed:
        a, b = right.edge(p.block.first), right.edge(p.block.stop, last=True)
        if p.block.kind == "ids" and a is not None and b is not None:
            yield Ribbon((), (p.top, p.bottom), (a, b), p.block.stop - p.block.first > 1,
                         p.block.holds and not o.travel.fallen[right.lane])  # fmt: skip


def _draw(o: Ownership, form: Form, h: int, r: Ribbon, ink: Mapping[str, str]) -> str:
    x0, x1, key = form.right[h], form.left[h + 1], o.hops[h].key
    line = ink[f"{key}-l"]
    (a0, b0), (a1, b1) = r.left, r.right
    upper, lower = curve(x0, a0, x1, a1), curve(x0, b0, x1, b1)
    band = tag("path", d=_outline(form, h, r), fill=ink[f"{key}-t"],
               fill_opacity=0.95 if r.active else 0.6)  # fmt: skip
    edges = tag(
        "path", d=upper + lower, fill="none", stroke=line, stroke_width=2.5 if r.active else 1.25
    )
    threads = ""
    if r.many and min(b0 - a0, b1 - a1) > _HIGH:
        shares = [nth / (_THREADS + 1) for nth in range(1, _THREADS + 1)]
        lines = "".join(curve(x0, a0 + (b0 - a0) * t, x1, a1 + (b1 - a1) * t) for t in shares)
        threads = tag("path", d=lines, fill="none", stroke=line, stroke_opacity=0.38)
    one = r.rows[0] if len(r.rows) == 1 else None
    return tag("g", band + edges + threads, class_="row", data_hop=h, data_row=one,
               data_rows=len(r.rows))  # fmt: skip


def _outline(form: Form, h: int, r: Ribbon) -> str:
    x0, x1 = form.right[h], form.left[h + 1]
    upper, back = curve(x0, r.left[0], x1, r.right[0]), curve(x1, r.right[1], x0, r.left[1])
    return f"{upper}L{back[1:]}Z"


def _size(o: Ownership, form: Form, leg: Leg, r: Ribbon, ink: Mapping[str, str]) -> str:
    """How many ids the row holds, at its column 1 end, where the way leaves room for it."""
    hop = o.hops[leg.hop]
    at_left = hop.col1 == "left"
    upper, lower = r.left if at_left else r.right
    if r.active or len(r.rows) != 1 or lower - upper < _COUNTED:
        return ""
    row = r.rows[0]
    text, y = times(hop.rows[row][2]), (upper + lower) / 2
    reach = 9 + width(text, _COUNT, mono=True)
    x = form.right[leg.hop] + 9 if at_left else form.left[leg.hop + 1] - 9
    if crosses_plate(o, form, leg, y) and leg.fate != "unreached":
        left, right = plate_span(o, form, leg)
        if (x + reach > left) if at_left else (x - reach < right):
            return ""
    elif crosses_way(o, form, leg, "left" if at_left else "right", reach, y):
        return ""
    size = label(
        x, y + 5, text, form.gutter - 18, _COUNT, ink["ink"], mono=True,
        anchor="start" if at_left else "end", halo=ink[f"{hop.key}-t"],
    )  # fmt: skip
    return tag("g", size, class_="count", data_hop=leg.hop, data_row=row)
