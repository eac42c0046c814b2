# SPDX-License-Identifier: BSD-3-Clause
"""
The same picture as a table
===========================

One line per stop in the order of travel: the number there, the helper the next hop calls, and the
row that answered.  For readers who want to copy numbers, and for screen readers.
"""

from __future__ import annotations

from html import escape

from kfuncviz.render.kit.fit import clean
from kfuncviz.render.ownership import labels, way
from kfuncviz.scenario.ownership.answer import Ownership

COLUMNS = ("stop", "id", "next hop calls", "row used")
NOTHING = "\N{EM DASH}"


def table(o: Ownership) -> list[dict[str, str]]:
    """One dictionary per stop, with the keys "stop", "id", "next hop calls" and "row used".

    >>> from kfuncviz.scenario.ownership.answer import Hop, Lane, Ownership
    >>> o = Ownership("", "uid", "read",
    ...     (Lane("fs", "On disk", "", 1000), Lane("mount", "Through mount", "", 1125)),
    ...     (Hop("mount", "mount idmap", ((1000, 1125, 1),), False, "left", "make_vfsuid", row=0),))
    >>> table(o)[0]["row used"]
    'row 1 of 1: 1000 1125 1'
    """
    way.check(o)
    hops: list[int | None] = [*way.order(o), None]
    stops = [way.start(o), *(way.target(o, h) for h in way.order(o))]
    return [_line(o, k, h) for k, h in zip(stops, hops, strict=True)]


def table_html(o: Ownership) -> str:
    """The table as HTML with a caption, column heads and a head for each line."""
    head = "".join(f'<th scope="col">{column}</th>' for column in COLUMNS)
    body = "".join(_html_line(line) for line in table(o))
    return (
        f"<table><caption>The same picture as a table</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def _line(o: Ownership, k: int, h: int | None) -> dict[str, str]:
    called = NOTHING if h is None or way.fate(o, h) == "unreached" else labels.hop_label(o.hops[h])
    cells = (clean(o.lanes[k].name), _id(o, k), called, "answer" if h is None else _used(o, h))
    return dict(zip(COLUMNS, cells, strict=True))


def _id(o: Ownership, k: int) -> str:
    lane = o.lanes[k]
    if way.bin_hit(o, k):
        return " ".join((labels.bin_words(o, k)[0], f"({labels.bin_words(o, k)[1]})"))
    twin = f" ({clean(lane.twin[0])} {lane.twin[1]})" if lane.twin else ""
    really = " (really)" if way.really_overflow(o, k) else ""
    number = NOTHING if lane.id is None else str(lane.id)
    return f"{number}{twin if lane.id is not None or way.unnamed(o, k) else ''}{really}"


def _used(o: Ownership, h: int) -> str:
    row, fate = way.row_of(o, h), way.fate(o, h)
    if fate == "arrives" and o.hops[h].nop:
        return "no map, same number"
    result = labels.result(o, h)[0]
    if fate == "lost":
        return f"{result} in column {way.column(o, h)}"
    return f"{result}: {labels.row_text(row)}" if row and fate == "arrives" else result


def _html_line(line: dict[str, str]) -> str:
    stop, number, called, used = (escape(line[column]) for column in COLUMNS)
    call = f"<code>{called}</code>" if called != NOTHING else called
    return (
        f'<tr><th scope="row">{stop}</th><td class="n"><b>{number}</b></td>'
        f"<td>{call}</td><td>{used}</td></tr>"
    )
