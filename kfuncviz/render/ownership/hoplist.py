# SPDX-License-Identifier: BSD-3-Clause
"""
The numbered list under a picture without plates
================================================

Where the gaps between lanes are too small for the helpers' names, each hop is a numbered circle,
and this list says which helper was asked, in which map, and which row answered.  A trail has the
same entries between its stops.
"""

from __future__ import annotations

from collections.abc import Mapping

from kfuncviz.render.kit.fit import first_that_fits, width
from kfuncviz.render.kit.markup import label
from kfuncviz.render.ownership import labels
from kfuncviz.render.ownership.line import numbered
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg

LINE = 19


def hop_lines(o: Ownership, leg: Leg, room: float) -> list[str]:
    """The lines under the helper in one hop's entry: one if it fits, at most three."""
    hop = o.hops[leg.hop]
    lines = [labels.result(o, leg)[0]]
    if leg.row is not None:
        row = labels.row_text(hop.rows[leg.row])
        whole = f"{lines[0]}: {row}"
        lines = [whole] if width(whole, 13, mono=False) <= room else [lines[0], row]
    name = labels.map_name(hop)
    one = f"{name} \N{MIDDLE DOT} {lines[0]}"
    return [one] if len(lines) == 1 and width(one, 13, mono=False) <= room else [name, *lines]


def hop_list(
    o: Ownership, across: float, top: float, ink: Mapping[str, str], step: int
) -> tuple[str, float]:
    """The list as SVG, and the y under it."""
    y, out = top + 10, []
    room = across - 36
    for leg in o.travel.legs:
        if leg.step <= step:
            lines = hop_lines(o, leg, room)
            out.append(entry(o, leg, lines, (14, y + 12), (36, y + 13), ink, size=14, room=room))
            y += LINE * (1 + len(lines)) + 6
    size = 13 if across > 400 else 12.5
    legend = first_that_fits(_legend(o), across - 4, size, mono=False)
    out.append(label(2, y + 12, legend, across - 4, size, ink["muted"]))
    return "".join(out), y + 20


def _legend(o: Ownership) -> tuple[str, ...]:
    """What the tags at the ends of the hops mean, longest wording first."""
    tags = "c1, c2: that column of the row lives at this end"
    if not any(hop.nop for hop in o.hops):
        return (tags,)
    return (f"{tags}; =: no map, same number", "c1, c2: column at this end; =: no map")


def entry(
    o: Ownership,
    leg: Leg,
    lines: list[str],
    circle: tuple[float, float],
    place: tuple[float, float],
    ink: Mapping[str, str],
    *,
    size: float,
    room: float,
) -> str:
    """A hop's circle, its helper and the lines under it."""
    x, y = place
    fill = ink["muted" if leg.fate in ("arrives", "unreached") else "bad-l"]
    name = labels.hop_label(o.hops[leg.hop])
    return (
        numbered(o, leg, *circle, 12, ink, "key")
        + label(x, y, name, room, size, ink["ink"], mono=True, bold=True)
        + "".join(
            label(x, y + LINE * nth, line, room, 13, fill) for nth, line in enumerate(lines, 1)
        )
    )
