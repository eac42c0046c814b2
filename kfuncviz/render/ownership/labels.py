# SPDX-License-Identifier: BSD-3-Clause
"""
Short words for plates, bins and headers
========================================

Every wording that appears in more than one form of the picture (plate, numbered list, trail, text,
table) is chosen here, longest first where a shorter one may have to do.
"""

from __future__ import annotations

from kfuncviz.render.kit.fit import clean
from kfuncviz.render.ownership import way
from kfuncviz.scenario.ownership.answer import Hop, Lane, Ownership, Row

CROSS = "\N{BALLOT X}"
ARROW = "\N{RIGHTWARDS ARROW}"


NO_NUMBER = "no number"


def pill_text(lane: Lane) -> str:
    """What a pill holds: the number, or that this id has none in its own lane."""
    return NO_NUMBER if lane.id is None else str(lane.id)


def map_name(hop: Hop) -> str:
    """The name of a hop's map, with its note unless that already stands for the helper."""
    said = not hop.note or not hop.helper or hop.note in hop.helper
    return clean(hop.name if said else f"{hop.name} ({hop.note})")


def hop_label(hop: Hop) -> str:
    """The helper asked, or the note of a hop without a lookup of its own, in brackets."""
    return clean(hop.helper) or (f"({clean(hop.note)})" if hop.note else "(no call)")


def row_text(row: Row) -> str:
    """A row as written: three numbers."""
    return " ".join(map(str, row))


def result(o: Ownership, hop: int) -> tuple[str, ...]:
    """What happened at ``hop``, as wordings of falling length.

    With an answering row: ``("row 2 of 5", "row 2")``.
    """
    here, fate = o.hops[hop], way.fate(o, hop)
    if fate == "lost":
        arriving = o.lanes[way.source(o, hop)].id
        short = f"{CROSS} no row"
        return (short,) if arriving is None else (f"{short} for {arriving}", short)
    if fate == "unreached":
        return ("not reached",)
    if fate == "after":
        if way.target(o, hop) != way.end(o):
            return ("still no id", "no id")
        if way.face(o) == "no name":
            return (f"shown as {seen_instead(o)}", seen_instead(o))
        return (f"INVALID {ARROW} {seen_instead(o)}", "INVALID")
    if here.nop:
        return ("same number", "same")
    if way.unnamed(o, way.source(o, hop)):
        return ("kernel id as it is", "as it is")
    if way.row_of(o, hop) is None or here.row is None:
        return ("mapped",)
    return (f"row {here.row + 1} of {len(here.rows)}", f"row {here.row + 1}")


def seen_instead(o: Ownership) -> str:
    """The number a process is shown in place of a missing id."""
    shown = o.lanes[way.end(o)].shown
    return str(o.overflow if shown is None else shown)


SHORTER = {
    "no id anywhere": "no id",
    "no id at all": "no id",
    "no name here": "no name",
    "no number here": "no number",
}
"""What a bin says where its lane is narrow."""


def bin_words(o: Ownership, lane: int) -> tuple[str, str]:
    """Title and second line of the bin at ``lane``."""
    hit = way.bin_hit(o, lane)
    if o.direction == "read":
        if lane == way.end(o):
            meaning = "no name here" if way.face(o) == "no name" else "no id anywhere"
            return seen_instead(o), meaning if hit else "overflow id"
        if o.lanes[lane].key == "mid" and (not hit or way.face(o) == "no name"):
            return "none", "no number here"
        return "INVALID", "no id at all"
    if lane == 0:
        return (o.err if hit and o.err else "EOVERFLOW"), "refused"
    return (o.err if hit and o.err else "EINVAL"), "no such id"


def chip(o: Ownership, lane: int) -> str | None:
    """The chip on a lane's header: "start", "answer", "not reached", or none."""
    if lane == way.start(o):
        return "start"
    if lane == way.answer(o):
        return "answer"
    return "not reached" if lane == way.end(o) else None


def column_tags(hop: Hop, *, short: bool) -> tuple[str, str]:
    """What to write at the left and the right end of a hop: which column lives there."""
    if hop.nop:
        return "=", "="
    first, second = ("c1", "c2") if short else ("col 1", "col 2")
    return (first, second) if hop.col1 == "left" else (second, first)


def times(count: int) -> str:
    """The size of a row, written at its column 1 end."""
    return f"\N{MULTIPLICATION SIGN}{count}"
