# SPDX-License-Identifier: BSD-3-Clause
"""
newuidmap and newgidmap
=======================

``newuidmap PID INSIDE OUTSIDE COUNT …``: rows that root would write, if each of them is the
caller's own id or within what /etc/subuid gives this caller.

Mirrors newuidmap(1), newgidmap(1).  That ranges which follow each other count as one, and that
newgidmap denies setgroups for whoever maps no more than the own group, is remembered, not read.
"""

from __future__ import annotations

from functools import partial

from kfuncviz.dialects.dialect import Dialect, joined, one_kind, the_map
from kfuncviz.dialects.intermediate import engine_rows
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import Parsed, Row
from kfuncviz.dialects.reader import Building, Reader
from kfuncviz.dialects.words import some, span
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.uidgid import IdKind

# As typed, as rootlesskit logs it ("newuidmap 4711 [0 1000 1 1 100000 65536]"), or with a file.
_COMMAND = (
    r"(?s).*?\bnew(?P<kind>[ug])idmap\s+(?:fd:)?[\w$]+\s+\[?(?P<rows>[^\]\n]*)\]?(?P<rest>.*)"
)


def _read(kind: IdKind, reader: Reader) -> None:
    command = reader.whole.match(_COMMAND)
    if command is None:
        reader.problem(reader.whole, f"want new{kind}map PID INSIDE OUTSIDE COUNT ...")
        return
    building = reader.map("namespace", "the namespace", "host", (kind,))
    numbers = command["rows"].words()
    for start in range(0, len(numbers), 3):
        triple = numbers[start : start + 3]
        if len(triple) < 3:
            reader.problem(triple[0], f"{len(triple)} of three numbers INSIDE OUTSIDE COUNT")
            return
        names = ("INSIDE", "OUTSIDE", "COUNT")
        row = [reader.number(*each) for each in zip(triple, names, strict=True)]
        if None in row:
            return
        reader.add(building, (kind,), row, [*map(reader.place, triple)])
    _may(reader, building, kind)


def _may(reader: Reader, building: Building, kind: IdKind) -> None:
    """What the tool itself refuses: rows that the caller may not hand out."""
    options = reader.options
    if options.own is None:
        reader.remark("whether the caller may do this needs --self, and --subuid for more than it")
        return
    own = options.own[kind == "gid"]
    given = IdMap.of_extents(engine_rows(own, options.ranges(kind))[1:])
    for row in building.rows:
        if not _within(given, row) and row.extent[1:] != (own, 1):
            inside, outside, count = row.extent
            reader.problem(
                row.where[1],
                f"new{kind}map: {kind} range [{inside}-{inside + count}) -> "
                f"[{outside}-{outside + count}) not allowed; the ends do not count, and it is "
                f"neither the own {kind} {own} alone nor within {_ranges(given)}",
                "EPERM",
            )
    alone = [row.extent[1:] for row in building.rows] == [(own, 1)]
    if kind == "gid" and alone and not _within(given, building.rows[0]):
        reader.setting(
            "newgidmap writes 'deny' to setgroups first, as only the own group is mapped"
        )


def _within(given: IdMap, row: Row) -> bool:
    _, outside, count = row.extent
    end = outside + count
    while extent := given.extent_up(outside):
        outside = extent.lower_first + extent.count
    return outside >= end


def _ranges(given: IdMap) -> str:
    told = some([span(e.lower_first, e.count) for e in given], "range")
    return told or "any range of theirs, for they have none"


def _write(kind: IdKind, parsed: Parsed, _options: Options) -> str:
    rows = one_kind(the_map(parsed, "namespace", f"new{kind}map"), kind, f"new{kind}map")
    return f"new{kind}map PID {' '.join(joined(row, ' ') for row in rows)}\n"


def _one(kind: IdKind) -> Dialect:
    return Dialect(
        f"new{kind}map", "INSIDE OUTSIDE COUNT ...", f"new{kind}map(1)", partial(_read, kind),
        partial(_write, kind), rf"\bnew{kind}map\s+(?:fd:)?[\w$]+\s+\[?\d",
    )  # fmt: skip


DIALECTS = (_one("uid"), _one("gid"))
