# SPDX-License-Identifier: BSD-3-Clause
"""
Ribbons: one row of a map, drawn between two lanes
==================================================

The upper edge of a ribbon joins first id to first id, the lower edge last to last; thin parallels
inside say that the ids between keep their order.  The size of a row stands at its column 1 end,
where blocks cannot overlap, so that these labels cannot collide.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kfuncviz.render.kit.fit import width
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.ownership.blocks import ends
from kfuncviz.render.ownership.form import Form
from kfuncviz.render.ownership.labels import times
from kfuncviz.render.ownership.layout import Column, Layout, Placed
from kfuncviz.render.ownership.line import plate_span
from kfuncviz.render.ownership.way import crosses_plate, curve
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg


class Ribbon(NamedTuple):
    """A band between two lanes: upper and lower edge at its left and at its right end."""

    row: int
    left: tuple[float, float]
    right: tuple[float, float]
    text: str
    many: bool
    active: bool
    folded: bool


def ribbons(o: Ownership, layout: Layout, leg: Leg, ink: Mapping[str, str]) -> Iterator[str]:
    """All ribbons of one hop, the active one last, then the labels of their sizes."""
    h = leg.hop
    all_of_hop = sorted(_ribbons(o, layout, leg), key=lambda r: (r.active, not r.folded, r.left))
    for ribbon in all_of_hop:
        yield _draw(o, layout.form, h, ribbon, ink)
    if layout.form.plates:
        for ribbon in all_of_hop:
            yield _size(o, layout, leg, ribbon, ink)


def _ribbons(o: Ownership, layout: Layout, leg: Leg) -> Iterator[Ribbon]:
    h = leg.hop
    left, right = layout.columns[h], layout.columns[h + 1]
    if o.hops[h].nop:
        yield from _unchanged(left, right)
        return
    edges = Edges(_runs(left, 0), _runs(left, 1), _runs(right, 0), _runs(right, 1))
    hidden: list[int] = []
    for row in range(len(o.hops[h].rows)):
        ribbon = _row(edges, ends(o.hops[h], row), row, active=row == leg.row)
        if ribbon:
            yield ribbon
        else:
            hidden.append(row)
    if hidden:
        yield from _folded(o, left, right, h, hidden)


def _unchanged(left: Column, right: Column) -> Iterator[Ribbon]:
    """Where there is no map: a band from each block to the same ids in the next lane."""
    there = _runs(right, 0)
    for p in _runs(left, 0).values():
        q = there.get(p.block.first)
        if q and q.block.stop == p.block.stop:
            yield Ribbon(
                -1, (p.top, p.bottom), (q.top, q.bottom), "",
                many=p.block.stop - p.block.first > 1,
                active=p.block.holds and q.block.holds, folded=p.block.kind == "fold",
            )  # fmt: skip


class Edges(NamedTuple):
    """The blocks of two neighbouring lanes by their first id, and by the id after their last."""

    left_first: Mapping[int, Placed]
    left_stop: Mapping[int, Placed]
    right_first: Mapping[int, Placed]
    right_stop: Mapping[int, Placed]


def _runs(column: Column, end: int) -> dict[int, Placed]:
    """Blocks of ids by their first id (``end`` 0) or by the id after their last (1)."""
    runs = (p for p in column.placed if p.block.kind in ("ids", "fold"))
    return {(p.block.first, p.block.stop)[end]: p for p in runs}


def _row(edges: Edges, place: tuple[int, int, int], row: int, *, active: bool) -> Ribbon | None:
    """The ribbon of one row, unless one of its ends lies inside a fold."""
    at_left, at_right, count = place
    a, b = edges.left_first.get(at_left), edges.left_stop.get(at_left + count)
    c, d = edges.right_first.get(at_right), edges.right_stop.get(at_right + count)
    if not (a and b and c and d):
        return None
    return Ribbon(
        row, (a.top, b.bottom), (c.top, d.bottom), times(count), count > 1, active, folded=False
    )


def _folded(o: Ownership, left: Column, right: Column, h: int, rows: list[int]) -> Iterator[Ribbon]:
    """One band for all hidden rows that lead from one block to one other block."""
    joins: Counter[tuple[int, int]] = Counter()
    for row in rows:
        at_left, at_right, _ = ends(o.hops[h], row)
        p, q = _holder(left, at_left), _holder(right, at_right)
        if p is not None and q is not None:
            joins[p, q] += 1
    lefts, rights = _shares(left, joins, 0), _shares(right, joins, 1)
    for pair in sorted(joins):
        yield Ribbon(
            -1, lefts[pair], rights[pair], "",
            many=True, active=False, folded=True,
        )  # fmt: skip


def _holder(column: Column, number_: int) -> int | None:
    """Index of the block of ``column`` that holds an id."""
    firsts = [p.block.first for p in column.placed]
    at = bisect_right(firsts, number_) - 1
    return at if at >= 0 and column.placed[at].block.kind in ("ids", "fold") else None


def _shares(
    column: Column, joins: Mapping[tuple[int, int], int], side: int
) -> dict[tuple[int, int], tuple[float, float]]:
    """Each band's part of its block's height, in proportion to the rows it stands for."""
    by_block: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for pair in sorted(joins, key=lambda pair: (pair[side], pair[1 - side])):
        by_block[pair[side]].append(pair)
    out: dict[tuple[int, int], tuple[float, float]] = {}
    for at, pairs in by_block.items():
        p, total = column.placed[at], sum(joins[pair] for pair in pairs)
        y = p.top
        for pair in pairs:
            below = y + (p.bottom - p.top) * joins[pair] / total
            out[pair] = (y, below)
            y = below
    return out


def _draw(o: Ownership, form: Form, h: int, r: Ribbon, ink: Mapping[str, str]) -> str:
    x0, x1, key = form.right[h], form.left[h + 1], o.hops[h].key
    line = ink[f"{key}-l"]
    (a0, b0), (a1, b1) = r.left, r.right
    upper, lower = curve(x0, a0, x1, a1), curve(x0, b0, x1, b1)
    back = curve(x1, b1, x0, b0).partition("C")[2]
    band = tag(
        "path", d=f"{upper}L{number(x1)},{number(b1)}C{back}Z", fill=ink[f"{key}-t"],
        fill_opacity=0.95 if r.active else 0.35 if r.folded else 0.6,
    )  # fmt: skip
    edges = tag(
        "path", d=upper + lower, fill="none", stroke=line,
        stroke_width=2.5 if r.active else 0.75 if form.kind == "narrow" else 1.25,
        stroke_dasharray="5 3" if r.folded else None,
    )  # fmt: skip
    count = {"wide": 3, "mid": 2, "narrow": 0}[form.kind] if r.many and not r.folded else 0
    shares = [nth / (count + 1) for nth in range(1, count + 1)]
    threads = "".join(curve(x0, a0 + (b0 - a0) * t, x1, a1 + (b1 - a1) * t) for t in shares)
    inside = tag("path", d=threads, fill="none", stroke=line, stroke_opacity=0.38)
    return tag("g", band + edges + (inside if threads else ""), class_="row", data_hop=h,
               data_row=r.row if r.row >= 0 else None)  # fmt: skip


def _size(o: Ownership, layout: Layout, leg: Leg, r: Ribbon, ink: Mapping[str, str]) -> str:
    """How many ids the row holds, at its column 1 end, where the trace leaves room for it."""
    if not r.text:
        return ""
    form, h = layout.form, leg.hop
    at_left = o.hops[h].col1 == "left"
    upper, lower = r.left if at_left else r.right
    x = form.right[h] + 10 if at_left else form.left[h + 1] - 10
    y = lower - 8 if r.active else (upper + lower) / 2 + 5
    room = form.plate_room / 2 - 10
    if r.active and not r.many:
        return ""
    across = width(r.text, 14, mono=True)
    if r.active:
        room = _beside_plate(o, form, h) - 10
        if across > room:
            return ""
    elif crosses_plate(leg, layout, y - 5):
        left, right = plate_span(o, form, leg)
        if (x + across > left) if at_left else (x - across < right):
            return ""
    size = label(
        x, y, r.text, room, 14, ink["ink"], mono=True, anchor="start" if at_left else "end",
        halo=ink[f"{o.hops[h].key}-t"],
    )  # fmt: skip
    return tag("g", size, class_="count", data_hop=h, data_row=r.row)


def _beside_plate(o: Ownership, form: Form, h: int) -> float:
    """Room between a lane and the helper's plate in the middle of the gap."""
    name = width(o.hops[h].helper, form.size.plate, mono=True)
    return (form.gutter - name) / 2 - form.size.plate_pad - form.arrow
