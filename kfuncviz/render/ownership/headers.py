# SPDX-License-Identifier: BSD-3-Clause
"""
Above the lanes and gaps, as words
==================================

In a picture that stands for itself a lane's header names the place and says whether the way starts
or is answered there; a hop's header names the map, tags each end with the column that lives there,
and shows the first rows.  On a page controls stand in the same places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kfuncviz.render.kit.fit import width
from kfuncviz.render.kit.markup import label, tag
from kfuncviz.render.ownership import labels
from kfuncviz.render.ownership.form import Form
from kfuncviz.render.ownership.icons import icon
from kfuncviz.render.ownership.reach import would_be
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Hop

#: Heights in the header: a tag of a column, and the box with the rows.
TAG_TOP, TAG, TAG_WIDTH = 26.0, 20.0, 52.0
ROWS_TOP, ROWS = 48.0, 44.0
#: From a lane's edge to what stands in the gap's header.
BESIDE = 6.0
_ROWS_SHOWN = 2
_NAME, _SMALL_NAME, _WORD = 16.0, 15.0, 13.0


def headers(o: Ownership, form: Form, ink: Mapping[str, str]) -> Iterator[str]:
    """The headers of all lanes and hops."""
    for k in range(len(o.lanes)):
        yield tag("g", "".join(_lane(o, k, form, ink)), class_="lane-head", data_lane=k)
    for h, hop in enumerate(o.hops):
        yield tag("g", "".join(_hop(hop, h, form, ink)), class_="hop-head", data_hop=h)


def _lane(o: Ownership, k: int, form: Form, ink: Mapping[str, str]) -> Iterator[str]:
    lane, x = o.lanes[k], form.left[k]
    yield icon(lane.key, x, 2, ink)
    name = labels.lane_name(lane, small=form.small)
    size = _SMALL_NAME if form.small else _NAME
    yield label(x + 26, 17, name, form.lane - 26, size, ink["ink"], bold=True)
    sub = lane.sub.rpartition(" \N{MIDDLE DOT} ")[2] if form.small else lane.sub
    yield label(x, 42, sub, form.lane, _WORD, ink["muted"])
    if chip := labels.chip(o, k):
        yield _chip("would be" if chip == labels.ANSWER and would_be(o) else chip, x, form, ink)


def _chip(text: str, x: float, form: Form, ink: Mapping[str, str]) -> str:
    across = min(width(text, _WORD, mono=False, bold=True) + 18, form.lane)
    reached, answered = text != labels.NOT_REACHED, text == labels.ANSWER
    border = tag(
        "rect", x=x + 1, y=62, width=across, height=20, rx=10, fill=ink["bg"],
        stroke=ink["ink" if reached else "line"], stroke_width=2.5 if answered else 1.5,
        stroke_dasharray=None if text in (labels.START, labels.ANSWER) else "2 3",
    )  # fmt: skip
    return border + label(
        x + 1 + across / 2, 76.5, text, across - 4, _WORD, ink["ink" if reached else "muted"],
        bold=reached, anchor="middle",
    )  # fmt: skip


def _hop(hop: Hop, h: int, form: Form, ink: Mapping[str, str]) -> Iterator[str]:
    x0, x1 = form.right[h] + BESIDE, form.left[h + 1] - BESIDE
    middle, line = (x0 + x1) / 2, ink[f"{hop.key}-l"]
    name = labels.hop_name(hop, small=form.small)
    size = _WORD if form.small else 15.0
    yield label(middle, 17, name, x1 - x0, size, line, bold=True, anchor="middle")
    if hop.nop:
        yield _box(x0, x1, ink["bg"], ink["line"], dashes="1 3")
        text = "no map" if form.small else "no map: same number"
        yield label(middle, ROWS_TOP + 26, text, x1 - x0 - 8, _WORD, ink["muted"], anchor="middle")
        return
    left, right = labels.column_tags(hop)
    yield _tag(x0, left, hop.key, ink)
    yield _tag(x1 - TAG_WIDTH, right, hop.key, ink)
    if not form.small:
        count = f"{len(hop.rows)} row{'s' if len(hop.rows) != 1 else ''}"
        yield label(middle, TAG_TOP + 14.5, count, x1 - x0 - 108, _WORD, ink["muted"],
                    anchor="middle")  # fmt: skip
    yield _box(x0, x1, ink["bg"], line)
    shown = hop.rows[:_ROWS_SHOWN]
    rest = len(hop.rows) - len(shown)
    texts = [labels.row_text(row) for row in shown]
    if rest:
        texts[-1] = f"+{rest + 1} rows"
    for nth, text in enumerate(texts):
        yield label(x0 + 4, ROWS_TOP + 16 + 18 * nth, text, x1 - x0 - 6, _WORD, ink["ink"],
                    mono=True)  # fmt: skip


def _box(x0: float, x1: float, fill: str, stroke: str, dashes: str | None = None) -> str:
    return tag("rect", x=x0, y=ROWS_TOP, width=x1 - x0, height=ROWS - 2, rx=5, fill=fill,
               stroke=stroke, stroke_width=1.5, stroke_dasharray=dashes)  # fmt: skip


def _tag(x: float, text: str, key: str, ink: Mapping[str, str]) -> str:
    across = TAG_WIDTH
    square = tag(
        "rect", x=x, y=TAG_TOP, width=across, height=TAG, rx=4, fill=ink[f"{key}-t"],
        stroke=ink[f"{key}-l"], stroke_width=1.5,
    )  # fmt: skip
    return square + label(
        x + across / 2, TAG_TOP + 14.7, text, across, _WORD, ink["ink"], mono=True, bold=True,
        anchor="middle",
    )  # fmt: skip
