# SPDX-License-Identifier: BSD-3-Clause
"""
Short words for plates, bins and headers
========================================

Every wording that appears in more than one form of the picture (plate, numbered list, trail, text,
table) is chosen here, longest first where a shorter one may have to do.
"""

from __future__ import annotations

from kfuncviz.render.kit.fit import clean
from kfuncviz.scenario.ownership.answer import Lane, Ownership
from kfuncviz.scenario.ownership.travel import Hop, HopKey, Leg, Row

CROSS = "\N{BALLOT X}"
ARROW = "\N{RIGHTWARDS ARROW}"

PREFIXES = "k: kernel id; v: id in the mount; u: id in a user namespace; -1: no id"
"""What the letters before ids in calls mean."""
QUESTION = "Who owns this file?"
START, ANSWER, NOT_REACHED = "start", "answer", "not reached"
NO_NUMBER = "no number"
NO_ROW = f"{CROSS} no row"
NO_MAP = "no map, same number"
NO_ID, NO_NAME, REALLY = "no id", "no name here", "really"
"""The three things a shown 65534 can mean: nobody owns it through this mount; this caller's
namespace has no number for it; or the number itself."""
OVERFLOW = "if lost"


def slot(lane: int) -> str:
    """The name under which the number of a lane moves with the traced id."""
    return f"l{lane}"


def pill_text(lane: Lane) -> str:
    """What a pill holds: the number, or that this id has only a second one; empty for no pill."""
    if lane.id is not None:
        return str(lane.id)
    return NO_NUMBER if lane.twin else ""


def notes(o: Ownership, lane: int) -> tuple[tuple[str, str], ...]:
    """What stands under the pill of a lane, as (name, number): a second number, or a warning.

    On the disk of a filesystem mounted in a user namespace the same id has a second number; in
    the last lane 65534 may be an ordinary id.
    """
    here = o.lanes[lane]
    twin = ((here.twin[0], str(here.twin[1])),) if here.twin else ()
    return twin + (((REALLY, str(here.id)),) if really_overflow(o, lane) else ())


def really_overflow(o: Ownership, lane: int) -> bool:
    """Does ``lane`` show an ordinary id that merely equals the overflow id?"""
    return o.reading and lane == o.travel.end and o.lanes[lane].id == o.overflow


def hop_label(hop: Hop) -> str:
    """The helper asked, or the note of a hop without a lookup of its own, in brackets."""
    return clean(hop.helper) or (f"({clean(hop.note)})" if hop.note else "(no call)")


def no_row(hop: Hop, what: str, column: int) -> str:
    """That a map has no row for something, or none at all."""
    if hop.nop:
        return "what the disk holds is no id"
    if not hop.rows:
        return "this map was never written"
    return f"no row holds {what} in col {column}"


def row_text(row: Row) -> str:
    """A row as written: three numbers."""
    return " ".join(map(str, row))


def result(o: Ownership, leg: Leg) -> tuple[str, ...]:
    """What happened at a hop, as wordings of falling length.

    With an answering row: ``("row 2 of 5", "row 2")``.
    """
    if leg.fate == "lost":
        arriving = o.lanes[leg.source].id
        return (NO_ROW,) if arriving is None else (f"{NO_ROW} for {arriving}", NO_ROW)
    if leg.fate == "unreached":
        return (NOT_REACHED,)
    if leg.fate == "after":
        if leg.target != o.travel.end:
            return (f"still {NO_ID}", NO_ID)
        seen = seen_instead(o)
        if o.travel.loss == "no name":
            return (f"shown as {seen}", seen)
        return (f"{NO_ID} {ARROW} {seen}", NO_ID)
    hop = o.hops[leg.hop]
    if hop.nop:
        return ("same number", "same")
    if leg.row is None:
        return ("kernel id as it is", "as it is")
    return (f"row {leg.row + 1} of {len(hop.rows)}", f"row {leg.row + 1}")


def seen_instead(o: Ownership) -> str:
    """The number a process is shown in place of a missing id."""
    shown = o.lanes[o.travel.end].shown
    return str(o.overflow if shown is None else shown)


def bin_words(o: Ownership, lane: int) -> tuple[str, str]:
    """Title and second line of the bin at ``lane``."""
    hit = o.travel.fallen[lane]
    if o.reading:
        no_name = o.travel.loss == "no name"
        if lane == o.travel.end:
            if o.err and not o.unmade:
                return o.err, "refused"
            return seen_instead(o), (NO_NAME if no_name else NO_ID) if hit else OVERFLOW
        if o.lanes[lane].key == "mid" and (not hit or no_name):
            return "none", NO_NAME
        return "INVALID", NO_ID
    if lane == 0:
        return (o.err if hit and o.err else "EOVERFLOW"), "refused"
    return (o.err if hit and o.err else "EINVAL"), "no such id"


def chip(o: Ownership, lane: int) -> str | None:
    """The chip on a lane's header: "start", "answer", "not reached", or none."""
    if lane == o.travel.start:
        return START
    if lane == o.travel.answer:
        return ANSWER
    return NOT_REACHED if lane == o.travel.end else None


def column_tags(hop: Hop) -> tuple[str, str]:
    """What to write at the left and the right end of a hop: which column lives there."""
    return ("col 1", "col 2") if hop.col1 == "left" else ("col 2", "col 1")


_SMALL_LANE = {"In the mount": "Mount", "In the inode": "Inode"}
_SMALL_HOP: dict[HopKey, str] = {"fs": "fs user ns", "mount": "idmap", "caller": "user ns"}


def lane_name(lane: Lane, *, small: bool) -> str:
    """The name of a place as it stands over its lane.

    >>> lane_name(Lane("caller", "You create", "", 0), small=False)
    'You are'
    """
    if lane.key == "mid":
        return clean(lane.sub.partition(" \N{MIDDLE DOT} ")[0]) or clean(lane.name)
    name = "You are" if lane.name == "You create" else clean(lane.name)
    return _SMALL_LANE.get(name, name) if small else name


def hop_name(hop: Hop, *, small: bool) -> str:
    """The name of a map as it stands over its gap."""
    if hop.key == "mid":
        return clean(hop.name.removeprefix("user ns ")) + " user ns"
    return _SMALL_HOP[hop.key] if small or hop.key == "fs" else clean(hop.name)


def columns(place: HopKey) -> tuple[str, str]:
    """What stands in the columns of a map: of a mount disk and mount, else inside and outside.

    >>> columns("mount"), columns("caller")
    (('disk', 'mount'), ('inside', 'outside'))
    """
    return ("disk", "mount") if place == "mount" else ("inside", "outside")


def times(count: int) -> str:
    """The size of a row, written at its column 1 end."""
    return f"\N{MULTIPLICATION SIGN}{count}"
