# SPDX-License-Identifier: BSD-3-Clause
"""
Stop by stop, as a table
========================

One line per stop in the order of travel: the number there, the helper the next hop calls, and the
row that answered.  A last line says whether this caller gets there.  For readers who want to copy
numbers, and for screen readers.
"""

from __future__ import annotations

from html import escape

from kfuncviz.render.kit.fit import clean
from kfuncviz.render.ownership import labels, reach
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg

CAPTION = "Stop by stop, in the order of travel"
COLUMNS = ("stop", "id", "next hop calls", "row used")
NOTHING = "\N{EM DASH}"


def table(o: Ownership) -> list[dict[str, str]]:
    """One dictionary per stop and one for the caller's call.

    Its keys are "stop", "id", "next hop calls" and "row used".

    >>> from kfuncviz.scenario.ownership.answer import Lane, Ownership
    >>> from kfuncviz.scenario.ownership.travel import Hop, travel
    >>> hops = (Hop("mount", "mount idmap", ((1000, 1125, 1),), False, "left", "make_vfsuid"),)
    >>> lanes = Lane("fs", "On disk", "", 1000), Lane("mount", "In the mount", "", 1125)
    >>> o = Ownership("", "uid", "read", lanes, hops, travel("read", hops, {0: 0}))
    >>> table(o)[0]["row used"]
    'row 1 of 1: 1000 1125 1'
    """
    way = o.travel
    return [*(_line(o, leg.source, leg) for leg in way.legs), _line(o, way.end, None), *_call(o)]


def table_html(o: Ownership) -> str:
    """The table as HTML with a caption, column heads and a head for each line."""
    head = "".join(f'<th scope="col">{column}</th>' for column in COLUMNS)
    body = "".join(_html_line(line) for line in table(o))
    return (
        f"<table><caption>{CAPTION}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _call(o: Ownership) -> list[dict[str, str]]:
    """Whether this caller gets there: the errno, the call and why."""
    a = o.access
    if a is None:
        return []
    at = f" at {reach.where(a)}" if reach.where(a) else ""
    cells = (reach.HEAD, f"{a.err}{at}" if a.err else "succeeds", reach.call(a))
    return [dict(zip(COLUMNS, (*cells, reach.reason(a) or NOTHING), strict=True))]


def _line(o: Ownership, k: int, leg: Leg | None) -> dict[str, str]:
    """One stop, and the leg that leaves it."""
    called, used = NOTHING, labels.ANSWER if k == o.travel.answer else labels.NOT_REACHED
    if leg:
        used = _used(o, leg)
        called = NOTHING if leg.fate == "unreached" else labels.hop_label(o.hops[leg.hop])
    cells = (clean(o.lanes[k].name), _id(o, k), called, used)
    return dict(zip(COLUMNS, cells, strict=True))


def _id(o: Ownership, k: int) -> str:
    lane = o.lanes[k]
    if o.travel.fallen[k]:
        title, meaning = labels.bin_words(o, k)
        return f"{title} ({meaning})"
    twin = f" ({clean(lane.twin[0])} {lane.twin[1]})" if lane.twin else ""
    really = f" ({labels.REALLY})" if labels.really_overflow(o, k) else ""
    return f"{NOTHING if lane.id is None else lane.id}{twin}{really}"


def _used(o: Ownership, leg: Leg) -> str:
    hop, result = o.hops[leg.hop], labels.result(o, leg)[0]
    if leg.fate == "arrives" and hop.nop:
        return labels.NO_MAP
    if leg.fate == "lost":
        return f"{result} in col {leg.column}"
    return result if leg.row is None else f"{result}: {labels.row_text(hop.rows[leg.row])}"


def _html_line(line: dict[str, str]) -> str:
    stop, number, called, used = (escape(line[column]) for column in COLUMNS)
    call = f"<code>{called}</code>" if called != NOTHING else called
    return (
        f'<tr><th scope="row">{stop}</th><td class="n"><b>{number}</b></td>'
        f"<td>{call}</td><td>{used}</td></tr>"
    )
