# SPDX-License-Identifier: BSD-3-Clause
"""
How much of the id space is that?
=================================

One bar per lane, all 4294967295 ids to scale, the ids its map covers marked in colour (at least
three pixels wide, or nobody would see them) and the traced id pointed at.  That the bars are
nearly empty is what they are there to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from kfuncviz.model.uidgid import INVALID
from kfuncviz.render.kit.fit import clean
from kfuncviz.render.kit.frame import clamp, content_id, document
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.kit.tokens import Theme, colours
from kfuncviz.render.ownership.blocks import lanes_without_map_between, spans_of_lanes
from kfuncviz.scenario.ownership.answer import Ownership

LEAST_MARK = 3
BAR = 14
WORD_WIDTH = 215


class Window(NamedTuple):
    """The part of the id space that is drawn: from ``first`` to before ``stop``."""

    first: int
    stop: int


#: All ids.
WHOLE = Window(0, INVALID)


def strip(
    o: Ownership, width: int = 1200, theme: Theme = "light", *, window: Window = WHOLE
) -> str:
    """The bars as SVG, ``width`` pixels wide (240 to 1600), of a part of the id space.

    Raises ValueError for an unknown theme.
    """
    ink, across = colours(theme), clamp(width)
    uid = content_id("scale", o, across, theme, window)
    beside = across >= 860
    left, right = (WORD_WIDTH, across - WORD_WIDTH) if beside else (2, across - 2)
    high = 32 if beside else 50
    covered = covered_ids(o)
    body: list[str] = []
    told: list[str] = []
    for k, lane in enumerate(o.lanes):
        y = k * high + (6 if beside else 24)
        words = _share(covered[k])
        told.append(f"{clean(lane.name)}: {words}.")
        said = _words(lane.name, words, across, y, ink, beside=beside)
        bar = _bar(o, k, covered[k], (left, right), y, ink, window)
        body.append(tag("g", "".join((*said, *bar)), class_="bar", data_lane=k))
    height = len(o.lanes) * high + 28
    body += _axis((left, right), height - 8, ink, window)
    return document(
        uid, (across, height), "".join(body),
        title="How much of the id space the maps cover, to scale", desc=" ".join(told),
        theme=theme, standalone=False,
    )  # fmt: skip


def covered_ids(o: Ownership) -> list[list[tuple[int, int]] | None]:
    """For each lane the ids the maps beside it hold, as (first, stop); ``None`` where no map is."""
    spans = spans_of_lanes(o)
    out: list[list[tuple[int, int]] | None] = [None] * len(o.lanes)
    for group in lanes_without_map_between(o):
        touched = group[0] > 0 or group[-1] < len(o.hops)
        for k in group:
            out[k] = _merge([(s.first, s.stop) for s in spans[k]]) if touched else None
    return out


def _merge(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for first, stop in sorted(ranges):
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(stop, merged[-1][1])
        else:
            merged.append((first, stop))
    return merged


def _share(ranges: list[tuple[int, int]] | None) -> str:
    if ranges is None:
        return "all ids, no map"
    total = sum(stop - first for first, stop in ranges)
    percent = total / INVALID * 100
    digits = f"{percent:.2g}" if percent < 99.5 else f"{percent:.4g}"
    return f"{total} {'id' if total == 1 else 'ids'} ({_positional(digits)} %)"


def _positional(digits: str) -> str:
    """Without an exponent, as percentages are read: 2.3e-08 becomes 0.000000023."""
    return f"{float(digits):.10f}".rstrip("0").rstrip(".")


def _words(
    name: str, share: str, across: float, y: float, ink: Mapping[str, str], *, beside: bool
) -> Iterator[str]:
    size, base = (14, y + 12) if beside else (13, y - 6)
    room = WORD_WIDTH - 12 if beside else across * 0.4
    yield label(0, base, name, room, size, ink["ink"])
    yield label(
        across, base, share, WORD_WIDTH - 8 if beside else across * 0.6 - 8, size, ink["ink"],
        anchor="end",
    )  # fmt: skip


def _bar(
    o: Ownership, k: int, ranges: list[tuple[int, int]] | None, ends: tuple[float, float],
    y: float, ink: Mapping[str, str], window: Window,
) -> Iterator[str]:  # fmt: skip
    key, (left, right) = o.lanes[k].key, ends
    scale = (right - left) / (window.stop - window.first)
    whole = ranges is None
    yield tag(
        "rect", x=left, y=y, width=right - left, height=BAR,
        fill=ink[f"{key}-t" if whole else "panel"], stroke=ink[f"{key}-l" if whole else "line"],
    )  # fmt: skip
    cut = ((max(a, window.first), min(b, window.stop)) for a, b in ranges or ())
    for first, stop in (part for part in cut if part[0] < part[1]):
        mark = min(max(LEAST_MARK, (stop - first) * scale), right - left)
        x = min(left + (first - window.first) * scale, right - mark)
        yield tag("rect", x=x, y=y - 2, width=mark, height=BAR + 4, fill=ink[f"{key}-l"])
    value = o.lanes[k].id
    if value is not None and window.first <= value <= window.stop:
        x = min(max(left + (value - window.first) * scale, left + 5), right - 5)
        yield tag("path", d=f"M{number(x)},{number(y + BAR + 2)}l-5,7h10z", fill=ink["ink"])


def _axis(
    ends: tuple[float, float], y: float, ink: Mapping[str, str], window: Window
) -> Iterator[str]:
    left, right = ends
    middle = str(window.first + (window.stop - window.first + 1) // 2)
    for x, text, anchor in (
        (left, str(window.first), None), ((left + right) / 2, middle, "middle"),
        (right, str(window.stop - 1), "end"),
    ):  # fmt: skip
        yield label(x, y, text, 100, 13, ink["muted"], anchor=anchor)
