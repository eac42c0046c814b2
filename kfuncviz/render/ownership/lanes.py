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

from kfuncviz.render.kit.fit import first_that_fits, width
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.ownership.form import HEIGHT, TOP, Form
from kfuncviz.render.ownership.labels import NO_ROW
from kfuncviz.render.ownership.layout import Column, Fold, Placed
from kfuncviz.render.ownership.way import crosses_way
from kfuncviz.scenario.ownership.answer import Ownership

_EDGE, _WORD = 13.5, 13.0
#: A block at least so high has a line for each of its edges.
_TWO_LINES = 38
_NOTCH = 9.0
#: A lane with more gaps than this names none of them.
_NAMED_GAPS = 3


def lane_panels(o: Ownership, form: Form, ink: Mapping[str, str]) -> Iterator[str]:
    """The quiet ground each lane stands on, and the bar over it."""
    for k, lane in enumerate(o.lanes):
        yield tag(
            "rect", x=form.left[k], y=TOP - 2, width=form.lane, height=HEIGHT - TOP, rx=6,
            fill=ink["panel"],
        )  # fmt: skip
        bar = tag("rect", x=form.left[k], y=TOP - 9, width=form.lane, height=6, rx=3,
                  fill=ink[f"{lane.key}-l"])  # fmt: skip
        yield tag("g", bar, class_="bar", data_lane=k)


def lane_blocks(
    o: Ownership,
    form: Form,
    column: Column,
    ink: Mapping[str, str],
    uid: str,
    *,
    traced: bool,
    live: bool = False,
) -> Iterator[str]:
    """Everything in one lane but its pill.

    ``traced``: the trace has come this far.  ``live``: a click on an edge traces that id.
    """
    gaps = sum(p.block.kind == "gap" for p in column.placed)
    for p in column.placed:
        if p.block.kind == "gap":
            named = gaps <= _NAMED_GAPS and p.bottom - p.top >= 17
            yield _gap(form, column.lane, p, ink, _gap_name(o, column.lane) if named else "")
        elif p.block.kind == "ids" or traced:
            yield _block(o, form, column, p, ink, traced=traced, live=live)
            yield "".join(_notches(o, form, column.lane, p, ink, uid, traced=traced))
    for fold in column.folds:
        yield _fold(o, form, column.lane, fold, ink)


def _middle(p: Placed) -> float:
    return (p.top + p.bottom) / 2


def _gap_name(o: Ownership, lane: int) -> str:
    """A gap means "no row", but where no map touches the lane, merely other ids."""
    beside = o.hops[max(0, lane - 1) : lane + 1]
    return "other ids" if all(hop.nop for hop in beside) else "no row"


def _gap(form: Form, lane: int, p: Placed, ink: Mapping[str, str], name: str) -> str:
    across = width(name, _WORD, mono=False) + 14 if name else 0
    x = form.left[lane] + (form.lane - across) / 2 + (4 if name else 0)
    high, aside = p.bottom - p.top, 6 if name or p.bottom - p.top > 12 else 3.5
    rise = (high - 1) / 4
    zigzag = tag(
        "path",
        d=f"M{number(x)},{number(p.top + 0.5)}l{number(-aside)},{number(rise)}"
        f"l{number(2 * aside)},{number(2 * rise)}l{number(-aside)},{number(rise)}",
        fill="none", stroke=ink["line"], stroke_width=1.5,
    )  # fmt: skip
    word = ""
    if name:
        word = label(x + 12, _middle(p) + 4.5, name, form.right[lane] - x - 12, _WORD, ink["muted"])
    return tag("g", zigzag + word, class_="gap", data_lane=lane)


def _block(
    o: Ownership, form: Form, column: Column, p: Placed, ink: Mapping[str, str], *, traced: bool,
    live: bool,
) -> str:  # fmt: skip
    lane, b = column.lane, p.block
    key = o.lanes[lane].key
    rect = tag(
        "rect", x=form.left[lane] + 1, y=p.top + 1, width=form.lane - 2,
        height=p.bottom - p.top - 2, rx=4, fill=ink[f"{key}-t"], stroke=ink[f"{key}-l"],
        stroke_width=2,
    )  # fmt: skip
    numbered = column.numbered if b.holds and traced else None
    texts = "".join(_edges(form, lane, p, ink, numbered, live=live)) if b.kind == "ids" else ""
    whole = b.kind == "ids"
    return tag("g", rect + texts, class_="block", data_lane=lane,
               data_first=b.first if whole else None,
               data_last=b.stop - 1 if whole else None)  # fmt: skip


def _edges(
    form: Form,
    lane: int,
    p: Placed,
    ink: Mapping[str, str],
    numbered: tuple[bool, bool] | None,
    *,
    live: bool,
) -> Iterator[str]:
    """First and last id of a block; beside a pill those that are ``numbered``."""
    b, box = p.block, form.lane - 16
    last = b.stop - 1
    quiet = ink["ink" if b.written else "muted"], b.written

    def edge(y: float, id: int, fill: str, bold: bool, text: str = "") -> str:
        drawn = label(form.right[lane] - 9, y, text or str(id), box, _EDGE, fill, mono=True,
                      bold=bold, anchor="end")  # fmt: skip
        return tag("g", drawn, data_trace=id) if live else drawn

    if numbered is not None:
        if numbered[0]:
            yield edge(p.top + 17, b.first, *quiet)
        if numbered[1]:
            yield edge(p.bottom - 6, last, ink["muted"], False)
    elif b.first == last:
        yield edge(_middle(p) + 5, b.first, *quiet)
    elif p.bottom - p.top >= _TWO_LINES:
        yield edge(p.top + 17, b.first, *quiet)
        yield edge(p.bottom - 6, last, ink["muted"], False)
    else:
        texts = f"{b.first}\N{HORIZONTAL ELLIPSIS}{last}", f"{b.first}\N{HORIZONTAL ELLIPSIS}"
        yield edge(_middle(p) + 5, b.first, *quiet, first_that_fits(texts, box, _EDGE, mono=True))


def _notches(
    o: Ownership, form: Form, lane: int, p: Placed, ink: Mapping[str, str], uid: str,
    *, traced: bool,
) -> Iterator[str]:  # fmt: skip
    """A notch where the map at a side has no row for the block, and words for it if they fit."""
    named = not (form.small or (p.block.holds and traced))
    for side, covered in (("right", p.block.right), ("left", p.block.left)):
        if covered:
            continue
        right = side == "right"
        leg = o.travel.hops[lane if right else lane - 1]
        x = form.right[lane] - 1 if right else form.left[lane] + 1 - _NOTCH
        parts = _notch(x, p, ink, uid)
        reach = _NOTCH + 12 + width(NO_ROW, _WORD, mono=False, bold=True)
        crossed = crosses_way(o, form, leg, "left" if right else "right", reach, _middle(p))
        if named and leg.fate != "lost" and not crossed:
            edge = x + _NOTCH + 5 if right else x - 5
            parts += label(
                edge, _middle(p) + 5, NO_ROW, form.gutter - 24, _WORD, ink["bad-l"], bold=True,
                anchor="start" if right else "end", halo=ink["bg"],
            )  # fmt: skip
        yield tag("g", parts, class_="notch", data_lane=lane, data_side=side)


def _notch(x: float, p: Placed, ink: Mapping[str, str], uid: str) -> str:
    place: dict[str, float] = {
        "x": x, "y": p.top + 2, "width": _NOTCH, "height": p.bottom - p.top - 4,
    }  # fmt: skip
    return tag("rect", **place, fill=ink["bg"]) + tag(
        "rect", **place, fill=f"url(#{uid}-bad)", stroke=ink["bad-l"], stroke_width=1.5
    )


def _fold(o: Ownership, form: Form, lane: int, fold: Fold, ink: Mapping[str, str]) -> str:
    box = tag(
        "rect", x=form.left[lane] + 1, y=fold.top, width=form.lane - 2,
        height=fold.bottom - fold.top, rx=4, fill=ink["bg"],
        stroke=ink[f"{o.lanes[lane].key}-l"], stroke_width=1.5, stroke_dasharray="2 3",
    )  # fmt: skip
    text = f"+{fold.blocks} block{'s' if fold.blocks > 1 else ''}"
    middle = form.left[lane] + form.lane / 2
    words = label(middle, fold.top + 13.5, text, form.lane - 8, _WORD, ink["ink"], anchor="middle")
    return tag("g", box + words, class_="fold", data_lane=lane, data_first=fold.first,
               data_last=fold.stop - 1)  # fmt: skip
