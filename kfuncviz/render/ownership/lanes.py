# SPDX-License-Identifier: BSD-3-Clause
"""
Lanes: the axes of ids with their blocks
========================================

The first id of a block stands at its top edge, the last at its bottom edge: bold if it is written
in a row, muted if worked out.  A zigzag marks ids left out.  A hatched notch on a block's side
says that the map there has no row for it, before anyone traces an id into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kfuncviz.render.kit.fit import MONO_EM, width
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.ownership.form import Form
from kfuncviz.render.ownership.labels import NO_ROW
from kfuncviz.render.ownership.layout import Column, Layout, Placed
from kfuncviz.render.ownership.way import crosses_way
from kfuncviz.scenario.ownership.answer import Ownership


def lane_panels(layout: Layout, ink: Mapping[str, str]) -> Iterator[str]:
    """The quiet ground each lane stands on."""
    form = layout.form
    for column in layout.columns:
        yield tag(
            "rect", x=form.left[column.lane], y=layout.top - 8, width=form.size.lane,
            height=layout.bottom - layout.top, rx=6, fill=ink["panel"],
        )  # fmt: skip


def lane_blocks(
    o: Ownership, layout: Layout, column: Column, ink: Mapping[str, str], uid: str, *, traced: bool
) -> Iterator[str]:
    """Everything in one lane but its pill.  ``traced``: the trace has come this far."""
    form, gaps = layout.form, [p for p in column.placed if p.block.kind == "gap"]
    for p in column.placed:
        if p.block.kind == "gap":
            named = len(gaps) <= 3 or p is gaps[0]
            yield _gap(form, column.lane, p, ink, _gap_name(o, column.lane) if named else "")
        elif p.block.kind != "lone" or traced:
            yield _block(o, form, column.lane, p, ink, traced=traced)
            yield "".join(_notches(o, layout, column.lane, p, ink, uid, traced=traced))


def _gap_name(o: Ownership, lane: int) -> str:
    """A gap means "no row", but where no map touches the lane, merely other ids."""
    beside = o.hops[max(0, lane - 1) : lane + 1]
    return "other ids" if all(hop.nop for hop in beside) else "no row"


def _gap(form: Form, lane: int, p: Placed, ink: Mapping[str, str], name: str) -> str:
    text_width = width(name, 13, mono=False) + 12 if name else 0
    x = form.left[lane] + (form.size.lane - text_width) / 2
    rise = (p.bottom - p.top - 4) / 4
    zigzag = tag(
        "path",
        d=f"M{number(x)},{number(p.top + 2)}l-7,{number(rise)}l14,{number(2 * rise)}"
        f"l-7,{number(rise)}",
        fill="none", stroke=ink["line"], stroke_width=1.5,
    )  # fmt: skip
    if not name:
        return tag("g", zigzag, class_="gap", data_lane=lane)
    room = form.right[lane] - x - 14
    word = label(x + 13, p.middle + 4.5, name, room, 13, ink["muted"])
    return tag("g", zigzag + word, class_="gap", data_lane=lane)


def _block(
    o: Ownership, form: Form, lane: int, p: Placed, ink: Mapping[str, str], *, traced: bool
) -> str:
    key, b, x = o.lanes[lane].key, p.block, form.left[lane]
    rect = tag(
        "rect", x=x + 1, y=p.top, width=form.size.lane - 2, height=p.bottom - p.top, rx=4,
        fill=ink[f"{key}-t"], stroke=ink[f"{key}-l"], stroke_width=2,
        stroke_dasharray="5 3" if b.kind == "fold" else None,
    )  # fmt: skip
    texts = "".join(_edges(form, x, p, ink, o.lanes[lane].id if traced else None))
    if b.kind == "fold":
        texts += _fold_name(form, x, p, ink)
    return tag("g", rect + texts, class_="block", data_lane=lane, data_first=b.first,
               data_last=b.stop - 1)  # fmt: skip


def _edges(
    form: Form, x: float, p: Placed, ink: Mapping[str, str], pill: int | None
) -> Iterator[str]:
    """First and last id of a block, but for the one that stands in the pill."""
    b, wide = p.block, form.kind == "wide"
    size = form.size
    right, box = x + size.lane - (14 if wide else 7), size.lane - (20 if wide else 10)
    last = b.stop - 1
    if b.kind == "lone":
        return

    def edge(y: float, value: int, fill: str, *, bold: bool) -> str:
        return label(right, y, str(value), box, size.edge, fill, mono=True, bold=bold, anchor="end")

    if b.first == last:
        if pill != b.first:
            yield edge(p.middle + size.edge * 0.36, b.first, ink["ink"], bold=b.written)
        return
    upper, lower = p.top + size.edge + 3, p.bottom - 7
    if pill != b.first:
        yield edge(upper, b.first, ink["ink"], bold=b.written)
    if pill != last:
        yield edge(lower, last, ink["muted"], bold=False)
    if wide and not (b.holds and pill is not None):
        middle, dots = (upper + lower) / 2 - 3, right - size.edge * MONO_EM / 2
        yield tag(
            "path", d="".join(f"M{dots:.2f},{middle + dy - 0.5:.2f}v1" for dy in (-5, 0, 5)),
            fill="none", stroke=ink["muted"], stroke_width=2.5,
        )  # fmt: skip


def _fold_name(form: Form, x: float, p: Placed, ink: Mapping[str, str]) -> str:
    text, y = p.block.folded, p.middle + 4
    if form.kind == "wide":
        return label(x + 10, y, text, form.size.lane - 40, 14, ink["ink"], bold=True)
    return label(
        x + form.size.lane - 7,
        y,
        text,
        form.size.lane - 12,
        12.5,
        ink["ink"],
        bold=True,
        anchor="end",
    )


def _notches(
    o: Ownership, layout: Layout, lane: int, p: Placed, ink: Mapping[str, str], uid: str,
    *, traced: bool,
) -> Iterator[str]:  # fmt: skip
    """A notch where the map at a side has no row for the block, and words for it if they fit."""
    form = layout.form
    deep = 12 if form.kind == "wide" else 6
    named = form.plates and not (p.block.holds and traced)
    for side, covered in (("right", p.block.right), ("left", p.block.left)):
        if covered:
            continue
        right = side == "right"
        leg = o.travel.hops[lane if right else lane - 1]
        x = form.right[lane] - 1 if right else form.left[lane] + 1 - deep
        parts = _notch(x, deep, p, ink, uid)
        reach = deep + 12 + width(NO_ROW, 13, mono=False)
        crossed = crosses_way(leg, layout, "left" if right else "right", reach, p.middle)
        if named and not crossed:
            edge = x + deep + 6 if right else x - 6
            parts += label(
                edge, p.middle + 5, NO_ROW, form.gutter - 24, 13, ink["bad-l"], bold=True,
                anchor="start" if right else "end", halo=ink["bg"],
            )  # fmt: skip
        yield tag("g", parts, class_="notch", data_lane=lane, data_side=side)


def _notch(x: float, deep: float, p: Placed, ink: Mapping[str, str], uid: str) -> str:
    place: dict[str, float] = {
        "x": x, "y": p.top + 1, "width": deep, "height": p.bottom - p.top - 2,
    }  # fmt: skip
    return tag("rect", **place, fill=ink["bg"]) + tag(
        "rect", **place, fill=f"url(#{uid}-bad)", stroke=ink["bad-l"], stroke_width=1.5
    )
