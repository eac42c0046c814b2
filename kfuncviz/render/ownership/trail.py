# SPDX-License-Identifier: BSD-3-Clause
"""
The trail: stops stacked from top to bottom
===========================================

Lanes do not fit on a telephone beside each other, and more than four fit nowhere.  Then they are
stops under each other, with the helper, its map and the row that answered between them.  They stand
still here too: the disk on top, the caller below, and only the arrows turn round.  The type stays
as large as everywhere else.
"""

from __future__ import annotations

from collections.abc import Mapping

from kfuncviz.render.kit.fit import clean
from kfuncviz.render.kit.fit import width as text_width
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.ownership import labels
from kfuncviz.render.ownership.bins import BinPlace, bin_box
from kfuncviz.render.ownership.icons import icon
from kfuncviz.render.ownership.pills import PillPlace, pill
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg

MOST_WIDTH = 720
STOP_HEIGHT = 58
NOTE_HEIGHT = 22
HOP_HEIGHT = 72.0
INDENT = 46
LEAST_BESIDE = 330
"""Narrower than this, a stop's number stands under its name, not beside it."""


def trail(
    o: Ownership, width: int, ink: Mapping[str, str], uid: str, step: int
) -> tuple[float, float, str]:
    """Width, height and SVG of the trail."""
    across = min(width, MOST_WIDTH)
    y, out = 4.0, []
    for lane, leg in enumerate((*o.travel.hops, None)):
        stop, height = _stop(o, lane, across, y, ink, uid, traced=o.travel.seen[lane] <= step)
        out.append(stop)
        y += height
        if leg:
            hop, height = _hop(o, leg, across, y, ink)
            out.append(hop if leg.step <= step else "")
            y += height
    return across, y + 6, "".join(out)


def _stop(
    o: Ownership, lane: int, across: float, y: float, ink: Mapping[str, str], uid: str,
    *, traced: bool,
) -> tuple[str, float]:  # fmt: skip
    here, notes = o.lanes[lane], labels.notes(o, lane)
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
        label(
            INDENT, y + 25, labels.lane_name(here, small=False), room, 16, ink["ink"], bold=True
        ),
        label(INDENT, y + 45, _sub(o, lane), room, 13, ink["muted"]),
    ]  # fmt: skip
    x, top = across - pill_width - 9, y + below
    if traced and o.travel.fallen[lane]:
        place = BinPlace(x, top + 8, pill_width, 42, 18)
        out.append(bin_box(o, place, labels.bin_words(o, lane), ink, uid))
    elif traced and labels.pill_text(here):
        for nth, (name, value) in enumerate(notes):
            base, room = top + 66 + nth * NOTE_HEIGHT, pill_width - 12
            out.append(label(x + 6, base, name, room, 13, ink["ink"]))
            out.append(
                label(
                    x + pill_width - 6,
                    base,
                    value,
                    room,
                    13,
                    ink["ink"],
                    mono=True,
                    bold=True,
                    anchor="end",
                )
            )
        out.append(pill(o, lane, PillPlace(x, top + 29, pill_width, 40, 10, 20), ink))
    return tag("g", "".join(out), class_="stop", data_lane=lane), height


def _pill_width(o: Ownership) -> float:
    """Room for the longest thing any pill or bin of this trail has to say."""
    lanes = range(len(o.lanes))
    numbers = [labels.pill_text(lane) for lane in o.lanes]
    lost = [labels.bin_words(o, k) for k in lanes if o.travel.fallen[k]]
    notes = [note for k in lanes for note in labels.notes(o, k)]
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


def _hop(
    o: Ownership, leg: Leg, across: float, y: float, ink: Mapping[str, str]
) -> tuple[str, float]:
    """The arrow of a hop, and beside it the map, the helper and what it answered."""
    hop, room = o.hops[leg.hop], across - INDENT - 40
    quiet = leg.fate in ("arrives", "unreached")
    result = labels.result(o, leg)[0]
    if leg.row is not None:
        result = f"{result}: {labels.row_text(hop.rows[leg.row])}"
    lines = (
        label(INDENT, y + 22, clean(hop.name), room, 14, ink[f"{hop.key}-l"], bold=True),
        label(INDENT, y + 41, labels.hop_label(hop), room, 13.5, ink["ink"], mono=True, bold=True),
        label(INDENT, y + 60, result, room, 13, ink["muted" if quiet else "bad-l"]),
    )
    arrow = _arrow(leg, across - 24, y, HOP_HEIGHT, ink)
    return tag("g", arrow + "".join(lines), class_="line", data_hop=leg.hop), HOP_HEIGHT


def _arrow(leg: Leg, x: float, y: float, height: float, ink: Mapping[str, str]) -> str:
    if leg.fate == "unreached":
        return tag("path", d=f"M{number(x)},{number(y)}v{number(height)}", stroke=ink["line"],
                   stroke_width=2, stroke_dasharray="2 6")  # fmt: skip
    lost = leg.fate != "arrives"
    colour = ink["bad-l" if lost else "ink"]
    down = leg.target > leg.source
    tail, tip = (y + 1, y + height) if down else (y + height - 1, y)
    ahead = 1 if down else -1
    return tag(
        "path", d=f"M{number(x)},{number(tail)}v{number(ahead * (height - 12))}", stroke=colour,
        stroke_width=5, stroke_dasharray="9 5" if lost else None,
    ) + tag(
        "path", d=f"M{number(x)},{number(tip)}l-8,{number(-ahead * 13)}h16z", fill=colour
    )  # fmt: skip
