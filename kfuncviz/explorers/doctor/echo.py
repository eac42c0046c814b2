# SPDX-License-Identifier: BSD-3-Clause
"""
Echo: how the paste was read
============================

Each text with its dialect, what that dialect's columns are, and the ids of every row, first and
last.
"""

from __future__ import annotations

from collections.abc import Iterator

from kfuncviz.dialects.parsed import KINDS, Map, Parsed
from kfuncviz.dialects.registry import known
from kfuncviz.dialects.words import columns, echo, ids
from kfuncviz.explorers.doctor.cases import Case
from kfuncviz.explorers.doctor.state import State
from kfuncviz.explorers.element import chooser, element, event, options, words
from kfuncviz.model.uidgid import IdKind

#: So many rows of a map, and lines that are none, are shown.
_MOST = 8


def read_as(state: State, here: Case) -> str:
    """Every text that was read, and a chooser where one could be read in several ways."""
    if here.found is None or here.found.nothing:
        return ""
    parsed = here.found.situation.parsed
    ranges = here.found.situation.ranges
    shown = [*([ranges] if ranges.ranges else []), *parsed]
    return _doubt(state, here) + "".join(_one(each) for each in shown[:_MOST])


def _doubt(state: State, here: Case) -> str:
    others = here.found.situation.others if here.found else ()
    if not others:
        return ""
    first = state.reading if state.reading in others else others[0]
    offered = {name: name for name in others}
    body = chooser("read as", "reading", event("set", "reading", "$value"), options(offered, first))
    return element("div", f"<span>Read as</span>{body}<span>or another of these</span>",
                   class_="kfv-walk")  # fmt: skip


def _one(parsed: Parsed) -> str:
    dialect = known().get(parsed.dialect)
    head = element("b", words(parsed.dialect))
    if dialect is not None:
        head += f" <code>{words(dialect.columns)}</code>"
    body = "".join(_tables(parsed))
    lines = echo(Parsed(parsed.dialect, ranges=parsed.ranges, settings=parsed.settings))
    body += "".join(element("p", words(line), class_="kfv-small") for line in lines[:_MOST])
    return element("div", element("p", head) + body, class_="kfv-read")


def _tables(parsed: Parsed) -> Iterator[str]:
    for map in parsed.maps:
        alike = map.extents("uid") == map.extents("gid")
        for kind in KINDS[: 1 if alike else 2]:
            if map.extents(kind):
                yield _table(parsed, map, kind, "uids and gids" if alike else f"{kind}s")


def _table(parsed: Parsed, map: Map, kind: IdKind, whose: str) -> str:
    heads, rows = columns(parsed, map, kind)
    counted = len(heads) == 2  # three columns leave no room for it
    top = "".join(
        element("th", words(name), scope="col")
        for name in (*heads, *(["count"] if counted else []))
    )
    lines = [
        "".join(element("td", words(each)) for each in (*ends, *([str(n)] if counted else [])))
        for ends, n in rows[:_MOST]
    ]
    if len(rows) > _MOST:
        left = sum(count for _, count in rows[_MOST:])
        lines.append(element("td", f"and {len(rows) - _MOST} rows more ({ids(left)})",
                             colspan=len(heads) + 1))  # fmt: skip
    caption = element("caption", words(f"{map.of}, {whose}"))
    body = "".join(element("tr", line) for line in (top, *lines))
    return element("table", caption + body)
