# SPDX-License-Identifier: BSD-3-Clause
"""
The numbered list under a picture without plates
================================================

Where the gaps between lanes are too small for the helpers' names, each hop is a numbered circle,
and this list says which helper was asked, in which map, and which row answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kfuncviz.render.kit.fit import first_that_fits, width
from kfuncviz.render.kit.markup import label
from kfuncviz.render.ownership import labels, way
from kfuncviz.render.ownership.line import numbered
from kfuncviz.scenario.ownership.answer import Ownership

LINE = 19


def hop_lines(o: Ownership, h: int, room: float) -> list[str]:
    """The lines under the helper in one hop's entry: one if it fits, at most three."""
    hop, row = o.hops[h], way.row_of(o, h)
    lines = [labels.result(o, h)[0]]
    if row and way.fate(o, h) == "arrives":
        whole = f"{lines[0]}: {labels.row_text(row)}"
        fits = width(whole, 13, mono=False) <= room
        lines = [whole] if fits else [lines[0], labels.row_text(row)]
    name = labels.map_name(hop)
    one = f"{name} \N{MIDDLE DOT} {lines[0]}"
    return [one] if len(lines) == 1 and width(one, 13, mono=False) <= room else [name, *lines]


def hop_list(
    o: Ownership, across: float, top: float, ink: Mapping[str, str], step: int
) -> tuple[str, float]:
    """The list as SVG, and the y under it."""
    y, out = top + 10, []
    steps = way.step_of(o)
    room = across - 36
    for h in (h for h in way.order(o) if steps[h] <= step):
        out.append("".join(_entry(o, h, y, room, ink)))
        y += LINE * (1 + len(hop_lines(o, h, room))) + 6
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


def _entry(o: Ownership, h: int, y: float, room: float, ink: Mapping[str, str]) -> Iterator[str]:
    yield numbered(o, h, 14, y + 12, 12, ink, "key")
    yield label(36, y + 13, labels.hop_label(o.hops[h]), room, 14, ink["ink"], mono=True, bold=True)
    quiet = way.fate(o, h) in ("arrives", "unreached")
    for nth, line in enumerate(hop_lines(o, h, room), 1):
        fill = ink["muted" if quiet else "bad-l"]
        yield label(36, y + 13 + LINE * nth, line, room, 13, fill)
