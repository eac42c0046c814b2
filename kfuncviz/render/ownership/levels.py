# SPDX-License-Identifier: BSD-3-Clause
"""
Levels: two ways through the same lanes
=======================================

uid and gid, or a state and the one it is compared with: two levels of the same lanes, one above the
other, without the blocks around.  Between them stands at each lane whether both have the same
number there; 65534 for two reasons is not the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from kfuncviz.render.kit.markup import label, tag
from kfuncviz.render.ownership import bins, lanes, line, pills
from kfuncviz.render.ownership.form import TOP, Form
from kfuncviz.render.ownership.labels import bin_words, pill_text
from kfuncviz.scenario.ownership.answer import Ownership

HIGH, APART = 112.0, 4.0
#: From a level's top: its name, the numbers, and the middle of what is lost.
_NAME, _READING, _FOOT = 15.0, 42.0, 87.0
_PILL, _BLOCK, _BIN = 34.0, 44.0, 42.0


class Level(NamedTuple):
    """One way: its name, its answer, how far it is drawn, and whether its line is double.

    ``at`` says which lanes of the picture its own are, ``None`` that they are not there.
    """

    name: str
    answer: Ownership
    step: int
    at: tuple[int, ...] | None
    double: bool = False


def among(few: Ownership, many: Ownership) -> tuple[int, ...] | None:
    """Which lanes of a longer way those of a shorter one are; ``None`` where they are not.

    A lane is the one of the same name, else the last of the same place.

    >>> from kfuncviz.scenario.ownership.answer import Lane, Ownership
    >>> from kfuncviz.scenario.ownership.travel import Hop, travel
    >>> def way(*places):
    ...     hops = tuple(Hop("mount", "", (), True, "left", "") for _ in places[1:])
    ...     lanes = tuple(Lane(key, key, "", 7) for key in places)
    ...     return Ownership("", "uid", "read", lanes, hops, travel("read", hops, {}))
    >>> among(way("fs", "mount", "caller"), way("fs", "mount", "mid", "caller"))
    (0, 1, 3)
    >>> among(way("fs", "mid"), way("fs", "mount", "caller")) is None
    True
    """
    out = []
    for lane in few.lanes:
        same = [k for k, other in enumerate(many.lanes) if other.name == lane.name]
        alike = [k for k, other in enumerate(many.lanes) if other.key == lane.key]
        if not alike:
            return None
        out.append((same or alike)[-1])
    return tuple(out) if out == sorted({*out}) else None


def on(form: Form, at: tuple[int, ...]) -> Form:
    """The form of some of its lanes."""
    left, right = (tuple(side[k] for k in at) for side in (form.left, form.right))
    return replace(form, left=left, right=right)


def levels(
    form: Form, both: Sequence[Level], ink: Mapping[str, str], uid: str, *, compare: bool
) -> Iterator[str]:
    """Two levels over each other; ``compare`` marks at each lane whether they differ."""
    widest = max((level.answer for level in both), key=lambda o: len(o.lanes))
    yield from lanes.lane_panels(widest, form, ink)
    for nth, level in enumerate(both):
        y = TOP + nth * (HIGH + APART)
        if nth:
            yield tag("path", d=f"M0,{y - 1:g}H{form.width}", fill="none", stroke=ink["line"],
                      stroke_dasharray="2 4")  # fmt: skip
        yield tag(
            "g",
            "".join(_level(on(form, level.at or ()), level, y, ink, uid)),
            class_="level",
            data_level=nth,
        )
    if compare:
        yield from _marks(form, both, ink)


def _level(form: Form, level: Level, y: float, ink: Mapping[str, str], uid: str) -> Iterator[str]:
    o, reading, foot = level.answer, y + _READING, y + _FOOT
    yield label(form.left[0] + 4, y + _NAME, level.name, form.lane + form.gutter, 13, ink["ink"],
                bold=True)  # fmt: skip
    for leg in o.travel.hops:
        if leg.fate == "arrives":
            yield _band(o, form, leg.hop, reading, ink)
    for k, lane in enumerate(o.lanes):
        if pill_text(lane):
            yield tag(
                "rect", x=form.left[k] + 1, y=reading - _BLOCK / 2, width=form.lane - 2,
                height=_BLOCK, rx=4, fill=ink[f"{lane.key}-t"], stroke=ink[f"{lane.key}-l"],
                stroke_width=2,
            )  # fmt: skip
        elif o.travel.fallen[k] and o.travel.seen[k] <= level.step and _ends_here(o, k):
            yield bins.bin_of_lane(o, form, k, ink, uid, used=True, y=foot - _BIN / 2, high=_BIN)
    yield from line.lines(o, form, ink, level.step, reading=reading, foot=foot, double=level.double)
    for k, lane in enumerate(o.lanes):
        if pill_text(lane) and o.travel.seen[k] <= level.step:
            yield pills.pill_of_lane(o, form, k, ink, middle=reading, high=_PILL,
                                     ring=level.double)  # fmt: skip


def _ends_here(o: Ownership, lane: int) -> bool:
    """Whether the way came to this lane at all, if only to be lost."""
    into = o.travel.into[lane]
    return into is not None and into.fate != "unreached"


def _band(o: Ownership, form: Form, hop: int, y: float, ink: Mapping[str, str]) -> str:
    key, x = o.hops[hop].key, form.right[hop]
    wide = form.left[hop + 1] - x
    ground = tag("rect", x=x, y=y - _BLOCK / 2, width=wide, height=_BLOCK,
                 fill=ink[f"{key}-t"], fill_opacity=0.7)  # fmt: skip
    across = f"h{wide:.2f}"
    edges = tag(
        "path", d=f"M{x:.2f},{y - _BLOCK / 2:g}{across}M{x:.2f},{y + _BLOCK / 2:g}{across}",
        fill="none", stroke=ink[f"{key}-l"], stroke_width=1.5,
    )  # fmt: skip
    return ground + edges


def _marks(form: Form, both: Sequence[Level], ink: Mapping[str, str]) -> Iterator[str]:
    y = TOP + HIGH + 3
    for k in range(len(form.left)):
        found = [stands(level.answer, at.index(k)) for level in both
                 if k in (at := level.at or ())]  # fmt: skip
        if len(found) < len(both):
            continue
        one, two = found
        x = form.right[k] - 18
        circle = tag("circle", cx=x, cy=y, r=12, fill=ink["bg"], stroke=ink["ink"],
                     stroke_width=1.25 if one == two else 3)  # fmt: skip
        sign = "=" if one == two else "\N{NOT EQUAL TO}"
        word = label(x, y + 5.5, sign, 24, 16, ink["ink"], bold=True, anchor="middle")
        yield tag("g", circle + word, class_="mark", data_lane=k)


def stands(o: Ownership, lane: int) -> str:
    """What stands in a lane, to be compared: a number, or what became of it."""
    if text := pill_text(o.lanes[lane]):
        return text
    return " ".join(bin_words(o, lane)) if o.travel.fallen[lane] else "not reached"
