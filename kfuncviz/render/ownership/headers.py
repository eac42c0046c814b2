# SPDX-License-Identifier: BSD-3-Clause
"""
Above the lanes and gaps: names, chips and column tags
======================================================

A lane's header names the place and says whether the question starts or is answered there.  A hop's
header names the map and tags each end with the column that lives there: col 1 to col 2 for a
mount, col 2 to col 1 for a user namespace, answered by position before any text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kfuncviz.render.kit.fit import clean, width
from kfuncviz.render.kit.markup import label, tag
from kfuncviz.render.ownership import labels
from kfuncviz.render.ownership.form import Form
from kfuncviz.render.ownership.icons import icon
from kfuncviz.scenario.ownership.answer import Lane, Ownership
from kfuncviz.scenario.ownership.travel import Hop

CHIP_HEIGHT = 20


def headers(o: Ownership, form: Form, ink: Mapping[str, str]) -> Iterator[str]:
    """The headers of all lanes and hops."""
    size = _name_size(o, form)
    for k, lane in enumerate(o.lanes):
        bar = tag(
            "rect", x=form.left[k], y=form.size.head - 8, width=form.size.lane, height=6, rx=3,
            fill=ink[f"{lane.key}-l"],
        )  # fmt: skip
        wide = form.kind == "wide"
        name = _name_wide(lane, k, form, ink, size) if wide else _name_centred(lane, k, form, ink)
        text = labels.chip(o, k)
        chip = _chip(text, k, form, ink) if text else ""
        yield tag("g", bar + "".join(name) + chip, class_="lane-head", data_lane=k)
    for h, hop in enumerate(o.hops):
        yield tag("g", "".join(_hop(hop, h, form, ink)), class_="hop-head", data_hop=h)


def _name_size(o: Ownership, form: Form) -> float:
    """The largest type in which every lane's name fits beside its icon; 15 if none does."""
    names = [clean(lane.name) for lane in o.lanes]
    for size in (18.0, 17.0, 16.0) if form.lanes < 4 else (16.0,):
        widths = [width(name, size, mono=False, bold=True) for name in names]
        if all(across <= _name_room(form, k) for k, across in enumerate(widths)):
            return size
    return 15.0


def _name_wide(
    lane: Lane, k: int, form: Form, ink: Mapping[str, str], size: float
) -> Iterator[str]:
    x = form.left[k]
    yield icon(lane.key, x, 8, ink)
    yield label(x + 28, 25, lane.name, _name_room(form, k), size, ink["ink"], bold=True)
    yield label(x, 47, lane.sub, form.size.lane, 14, ink["muted"])


def _name_room(form: Form, k: int) -> float:
    """A name beside its icon may reach a little into the gap, where the map's name is centred."""
    return form.size.lane - 28 + (12 if k < form.lanes - 1 else 0)


def _name_centred(lane: Lane, k: int, form: Form, ink: Mapping[str, str]) -> Iterator[str]:
    lines, size = _name_lines(clean(lane.name), form)
    with_sub = form.kind == "mid" and len(lines) == 1
    y = 22 if len(lines) == 1 and not with_sub else 16
    for nth, line in enumerate(lines):
        yield _centred(form, k, y + 18 * nth, line, size, ink["ink"], bold=True)
    if with_sub:
        yield _centred(form, k, 37, lane.sub, 13, ink["muted"], bold=False)


def _centred(form: Form, k: int, y: float, text: str, size: float, fill: str, *, bold: bool) -> str:
    """A line over the middle of a lane; an outer lane's long line keeps to the outer edge."""
    beyond = 10 if form.plates else form.gutter - 8
    if width(clean(text), size, mono=False, bold=bold) <= form.size.lane or 0 < k < form.lanes - 1:
        middle, box = form.left[k] + form.size.lane / 2, form.size.lane
        box += beyond / 2 if 0 < k < form.lanes - 1 else 0
        return label(middle, y, text, box, size, fill, bold=bold, anchor="middle")
    x, anchor = (form.left[k], None) if k == 0 else (form.right[k], "end")
    return label(x, y, text, form.size.lane + beyond / 2, size, fill, bold=bold, anchor=anchor)


def _name_lines(name: str, form: Form) -> tuple[list[str], float]:
    """``name`` on one line if it fits, else on two, and the size of its type."""
    for size in (15.0, 14.0):
        if width(name, size, mono=False, bold=True) <= form.size.lane:
            return [name], size
    words, head = name.split(" "), ""
    while words and width(f"{head} {words[0]}", 14, mono=False, bold=True) <= form.size.lane:
        head = f"{head} {words.pop(0)}".lstrip()
    return ([head, " ".join(words)] if head and words else [name]), 14


def _chip(text: str, k: int, form: Form, ink: Mapping[str, str]) -> str:
    wide = form.kind == "wide"
    across = min(92 if text == labels.NOT_REACHED else 64, form.size.lane)
    x = form.left[k] + (0 if wide else (form.size.lane - across) / 2)
    y = form.size.head - (33 if wide else 36 if form.kind == "mid" else 64)
    reached = text != labels.NOT_REACHED
    border = tag(
        "rect", x=x, y=y, width=across, height=CHIP_HEIGHT, rx=10, fill=ink["bg"],
        stroke=ink["ink" if reached else "line"],
        stroke_width=2.5 if text == labels.ANSWER else 1.5,
        stroke_dasharray=None if reached else "2 3",
    )  # fmt: skip
    words = label(
        x + across / 2, y + 14.5, text, across - 4, 13, ink["ink" if reached else "muted"],
        bold=reached, anchor="middle",
    )  # fmt: skip
    return border + words


def _hop(hop: Hop, h: int, form: Form, ink: Mapping[str, str]) -> Iterator[str]:
    x0, x1 = form.right[h], form.left[h + 1]
    middle, line = (x0 + x1) / 2, ink[f"{hop.key}-l"]
    if not form.plates:
        yield from _short_tags(hop, x0, x1, form, ink)
        return
    size = 16 if form.gutter > 230 else 14
    room = form.gutter - (40 if form.kind == "wide" and form.lanes < 4 else 16)
    yield label(middle, 25, hop.name, room, size, line, bold=True, anchor="middle")
    if hop.nop:
        text = "none: same number" if form.gutter > 175 else "none"
        yield label(middle, 47, text, form.gutter - 8, 14, ink["muted"], anchor="middle")
        return
    one = f"row: {labels.row_text(hop.rows[0])}" if len(hop.rows) == 1 else ""
    texts = (one, one[5:], f"{len(hop.rows)} rows" if len(hop.rows) != 1 else "1 row")
    fits = [t for t in texts if t and width(t, 14, mono=True) <= form.gutter - 16]
    if fits:
        yield label(
            middle, 47, fits[0], form.gutter - 8, 14, ink["ink"], mono=True, anchor="middle"
        )
    left, right = labels.column_tags(hop, short=False)
    inset = 14 if form.gutter > 230 else 8
    y = form.size.head - 32
    yield _tag(x0 + inset, y, 52, 24, left, hop.key, ink)
    yield _tag(x1 - inset - 52, y, 52, 24, right, hop.key, ink)
    dots = x0 + inset + 60, x1 - inset - 60
    if dots[1] - dots[0] > 40:
        yield tag(
            "path", d=f"M{dots[0]:.2f},{y + 12:g}H{dots[1]:.2f}", fill="none", stroke=line,
            stroke_width=1.5, stroke_dasharray="2 4",
        )  # fmt: skip


def _short_tags(
    hop: Hop, x0: float, x1: float, form: Form, ink: Mapping[str, str]
) -> Iterator[str]:
    left, right = labels.column_tags(hop, short=True)
    roomy = form.gutter >= 60
    y = form.size.head - (35 if form.kind != "narrow" else 36)
    yield _tag(x0 + 2 if roomy else x0 - 25, y, 24, 20, left, hop.key, ink)
    yield _tag(x1 - 26 if roomy else x1 + 1, y, 24, 20, right, hop.key, ink)


def _tag(
    x: float, y: float, across: float, high: float, text: str, key: str, ink: Mapping[str, str]
) -> str:
    large = across > 30
    size = 14 if large else 13
    square = tag(
        "rect", x=x, y=y, width=across, height=high, rx=4, fill=ink[f"{key}-t"],
        stroke=ink[f"{key}-l"], stroke_width=2 if large else 1.5,
    )  # fmt: skip
    baseline = y + high / 2 + size * 0.36
    return square + label(
        x + across / 2, baseline, text, across, size, ink["ink"],
        mono=True, bold=True, anchor="middle",
    )  # fmt: skip
