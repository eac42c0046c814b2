# SPDX-License-Identifier: BSD-3-Clause
"""
The trail: stops stacked from top to bottom
===========================================

Four lanes do not fit on a telephone, and more than four fit nowhere.  Then the way is drawn as
stops under each other in the order of travel, with the helper, its map and the row that answered
between them.  The type stays as large as everywhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kfuncviz.render.kit.fit import width as text_width
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.ownership import labels, way
from kfuncviz.render.ownership.hoplist import LINE, hop_lines
from kfuncviz.render.ownership.icons import icon
from kfuncviz.render.ownership.layout import pill_notes
from kfuncviz.render.ownership.line import numbered
from kfuncviz.scenario.ownership.answer import Ownership

MOST_WIDTH = 720
STOP_HEIGHT = 58
NOTE_HEIGHT = 22
INDENT = 46
LEAST_BESIDE = 330
"""Narrower than this, a stop's number stands under its name, not beside it."""


def trail(
    o: Ownership, width: int, ink: Mapping[str, str], uid: str, step: int
) -> tuple[float, float, str]:
    """Width, height and SVG of the trail."""
    across = min(width, MOST_WIDTH)
    y, out = 4.0, []
    for lane in _stops(o):
        stop, height = _stop(o, lane, across, y, ink, uid, traced=way.lane_step(o, lane) <= step)
        out.append(stop)
        y += height
        h = _hop_after(o, lane)
        if h is not None:
            piece, height = _hop(o, h, across, y, ink, drawn=way.step_of(o)[h] <= step)
            out.append(piece)
            y += height
    return across, y + 6, "".join(out)


def _stops(o: Ownership) -> tuple[int, ...]:
    return (way.start(o), *(way.target(o, h) for h in way.order(o)))


def _hop_after(o: Ownership, lane: int) -> int | None:
    return next((h for h in way.order(o) if way.source(o, h) == lane), None)


def _stop(
    o: Ownership, lane: int, across: float, y: float, ink: Mapping[str, str], uid: str,
    *, traced: bool,
) -> tuple[str, float]:  # fmt: skip
    here, notes = o.lanes[lane], pill_notes(o, lane)
    pill_width, below = _pill_width(o), 46 if across < LEAST_BESIDE else 0
    height = STOP_HEIGHT + NOTE_HEIGHT * len(notes) + below
    room = across - INDENT - (12 if below else pill_width + 20)
    out = [
        tag(
            "rect", x=1, y=y, width=across - 2, height=height, rx=6, fill=ink[f"{here.key}-t"],
            stroke=ink[f"{here.key}-l"], stroke_width=2,
        ),
        tag("rect", x=1, y=y + 4, width=7, height=height - 8, fill=ink[f"{here.key}-l"]),
        icon(here.key, 17, y + 19, ink),
        label(INDENT, y + 25, here.name, room, 16, ink["ink"], bold=True),
        label(INDENT, y + 45, _sub(o, lane), room, 13, ink["muted"]),
    ]  # fmt: skip
    x, top = across - pill_width - 9, y + below
    if traced and way.bin_hit(o, lane):
        out.append(_lost(o, lane, (x, top + 7, pill_width), ink, uid))
    elif traced and (here.id is not None or way.unnamed(o, lane)):
        for nth, (name, value) in enumerate(notes):
            out.append(_note(name, value, x, top + 66 + nth * NOTE_HEIGHT, pill_width, ink))
        out.append(_pill(o, lane, (x, top + 9, pill_width), ink))
    return "".join(out), height


def _pill_width(o: Ownership) -> float:
    """Room for the longest thing any pill or bin of this trail has to say."""
    numbers = [labels.pill_text(lane) for lane in o.lanes]
    lost = [labels.bin_words(o, k) for k in range(len(o.lanes)) if way.bin_hit(o, k)]
    notes = [note for k in range(len(o.lanes)) for note in pill_notes(o, k)]
    return max(
        [112.0]
        + [text_width(n, 20, mono=True) + 28 for n in numbers]
        + [text_width(title, 18, mono=True) + 20 for title, _ in lost]
        + [text_width(meaning, 13, mono=False, bold=True) + 20 for _, meaning in lost]
        + [text_width(value, 13, mono=True) + 70 for _, value in notes]
    )


def _sub(o: Ownership, lane: int) -> str:
    """The second line of a stop: start or answer first, then what kind of place it is."""
    chip, sub = labels.chip(o, lane), o.lanes[lane].sub
    return f"{chip} \N{MIDDLE DOT} {sub}" if chip and sub else chip or sub


def _pill(
    o: Ownership, lane: int, place: tuple[float, float, float], ink: Mapping[str, str]
) -> str:
    x, y, across = place
    value, last = o.lanes[lane].id, lane == way.end(o)
    rect = tag(
        "rect", x=x, y=y, width=across, height=40, rx=8, fill=ink["bg"], stroke=ink["ink"],
        stroke_width=4.5 if last else 3, stroke_dasharray="2 3" if value is None else None,
    )  # fmt: skip
    text = label(
        x + across - 10, y + 27, labels.pill_text(o.lanes[lane]), across - 14, 20, ink["ink"],
        mono=True, bold=True, anchor="end",
    )  # fmt: skip
    return tag("g", rect + text, class_="pill", data_lane=lane, data_id=value)


def _lost(
    o: Ownership, lane: int, place: tuple[float, float, float], ink: Mapping[str, str], uid: str
) -> str:
    x, y, across = place
    title, meaning = labels.bin_words(o, lane)
    thin = way.face(o) == "no name"
    box = tag(
        "rect", x=x, y=y, width=across, height=44, rx=4,
        fill=f"url(#{uid}-{'thin' if thin else 'bad'})", stroke=ink["bad-l"],
        stroke_width=3 if thin else 4.5, stroke_dasharray="7 4" if thin else "10 4",
    )  # fmt: skip
    plate = tag("rect", x=x + 7, y=y + 4, width=across - 14, height=36, rx=3, fill=ink["bg"])
    middle = x + across / 2
    words = label(
        middle, y + 19, title, across - 16, 18, ink["ink"], mono=True, bold=True, anchor="middle"
    ) + label(
        middle, y + 35, meaning, across - 16, 13, ink["bad-l"], bold=True, anchor="middle"
    )  # fmt: skip
    return tag("g", box + plate + words, class_="bin")


def _note(name: str, value: str, x: float, y: float, across: float, ink: Mapping[str, str]) -> str:
    room = across - text_width(value, 13, mono=True) - 24
    return (
        tag("rect", x=x + 6, y=y - 15, width=across - 12, height=20, rx=6, fill=ink["bg"],
            stroke=ink["ink"], stroke_width=1.5)
        + label(x + 12, y, name, room, 13, ink["muted"])
        + label(x + across - 12, y, value, across - 20, 13, ink["ink"], mono=True, bold=True,
                anchor="end")
    )  # fmt: skip


def _hop(
    o: Ownership, h: int, across: float, y: float, ink: Mapping[str, str], *, drawn: bool
) -> tuple[str, float]:
    room = across - INDENT - 40
    lines = hop_lines(o, h, room)
    height = 26 + LINE * (1 + len(lines))
    if not drawn:
        return "", height
    return "".join((_arrow(o, h, across - 24, y, height, ink), *_words(o, h, y, room, ink))), height


def _words(o: Ownership, h: int, y: float, room: float, ink: Mapping[str, str]) -> Iterator[str]:
    quiet = way.fate(o, h) in ("arrives", "unreached")
    yield numbered(o, h, 27, y + 24, 12, ink, "key")
    yield label(
        INDENT, y + 29, labels.hop_label(o.hops[h]), room, 15, ink["ink"], mono=True, bold=True
    )
    for nth, line in enumerate(hop_lines(o, h, room), 1):
        fill = ink["muted" if quiet else "bad-l"]
        yield label(INDENT, y + 29 + LINE * nth, line, room, 13, fill)


def _arrow(o: Ownership, h: int, x: float, y: float, height: float, ink: Mapping[str, str]) -> str:
    fate = way.fate(o, h)
    if fate == "unreached":
        return tag("path", d=f"M{number(x)},{number(y)}v{number(height)}", stroke=ink["line"],
                   stroke_width=2, stroke_dasharray="2 6")  # fmt: skip
    lost = fate != "arrives"
    colour = ink["bad-l" if lost else "ink"]
    return tag(
        "path", d=f"M{number(x)},{number(y + 1)}v{number(height - 12)}", stroke=colour,
        stroke_width=5, stroke_dasharray="9 5" if lost else None,
    ) + tag(
        "path", d=f"M{number(x)},{number(y + height)}l-8,-13h16z", fill=colour
    )  # fmt: skip
