# SPDX-License-Identifier: BSD-3-Clause
"""
A reading in words
==================

What each column holds, with the first and the last id of every row; the last id of all, their
number, the ids that have no row, and which kind of id has none.  Nobody asks for these, and most
questions are answered by one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kfuncviz.dialects.intermediate import lower, through
from kfuncviz.dialects.parsed import COLUMNS, KINDS, Map, Parsed
from kfuncviz.dialects.remarks import USUAL, remarks
from kfuncviz.model.idmap import Extent
from kfuncviz.model.uidgid import IdKind

_ROWS_SHOWN = 20
#: So many rows are named in a sentence.
_ROWS_NAMED = 4


def echo(parsed: Parsed) -> list[str]:
    r"""What was understood, a line each: maps with inclusive ranges, ranges, settings.

    >>> from kfuncviz.dialects.parsed import Row
    >>> row = Extent(1000, 0, 1)
    >>> print(*echo(Parsed("it", (Map("mount", "/data", (Row("uid", row), Row("gid", row))),))),
    ...       sep="\n")
    /data, uids and gids: disk = mount
      1000 = 0 (1 id)
      1 id in all, the last: disk 1000 = mount 0
    """
    lines: list[str] = []
    for map in parsed.maps:
        alike = map.extents("uid") == map.extents("gid")
        for kind in KINDS[: 1 if alike else 2]:
            rows = map.extents(kind)
            if rows:
                lines += _told(parsed, map, kind, "uids and gids" if alike else f"{kind}s")
    for kind, given, _ in parsed.ranges:
        lines.append(
            f"{given.owner} may hand out {kind}s {span(given.start, given.count)} "
            f"({ids(given.count)})"
        )
    return [*lines, *parsed.settings]


def _told(parsed: Parsed, map: Map, kind: IdKind, whose: str) -> Iterator[str]:
    heads, rows = columns(parsed, map, kind)
    yield f"{map.of}, {whose}: {' = '.join(heads)}"
    for ends, count in rows[:_ROWS_SHOWN]:
        yield f"  {' = '.join(ends)} ({ids(count)})"
    if len(rows) > _ROWS_SHOWN:
        yield f"  and {len(rows) - _ROWS_SHOWN} rows more"
    last = max(map.extents(kind))
    number = sum(row.count for row in map.extents(kind))
    yield (
        f"  {ids(number)} in all{_usual(number)}, the last: {heads[0]} "
        f"{last.first + last.count - 1} = {heads[1]} {last.lower_first + last.count - 1}"
    )


def columns(
    parsed: Parsed, map: Map, kind: IdKind
) -> tuple[tuple[str, ...], list[tuple[tuple[str, ...], int]]]:
    """The names of a map's columns, and of each row its ids in every column and their number.

    What counts in the ids of an engine's namespace has the host's beside them.

    >>> from kfuncviz.dialects.parsed import Row
    >>> whole = Map("mount", "/data", (Row("uid", Extent(1000, 0, 2)),))
    >>> columns(Parsed("it", (whole,)), whole, "uid")
    (('disk', 'mount'), [(('1000...1001', '0...1'), 2)])
    """
    rows, (col_1, col_2) = map.extents(kind), COLUMNS[map.sort]
    if map.outside != "intermediate":
        return (col_1, col_2), [((span(a, n), span(b, n)), n) for a, b, n in rows]
    engine_map = lower(parsed.intermediate, kind)
    if not engine_map:
        return (col_1, "intermediate"), [((span(a, n), span(b, n)), n) for a, b, n in rows]
    return (col_1, "intermediate", "host"), [
        ((span(a, n), span(b, n), "no id" if host is None else span(host, n)), n)
        for a, b, host, n in through(rows, engine_map)
    ]


def _usual(number: int) -> str:
    """How far a number of ids is from the usual one, if it is so near that it looks like a slip."""
    off = number - USUAL
    if off == 0 or abs(off) > 2:
        return ""
    return f" ({abs(off)} {'more' if off > 0 else 'fewer'} than the usual {USUAL})"


def findings(parsed: Parsed) -> list[str]:
    """What stands out in the rows, a sentence each: holes, strays, early ends, only one kind.

    >>> from kfuncviz.dialects.parsed import Row
    >>> findings(Parsed("it", (Map("mount", "/data", (Row("uid", Extent(1000, 0, 1)),)),)))
    ['/data has rows for uids alone: since Linux 6.9 the mount is refused with EINVAL, before that \
every gid was 65534']
    """
    found: list[str] = []
    for map in parsed.maps:
        for kind in KINDS:
            rows = map.extents(kind)
            found += (f"{map.of}, {kind}s: {said}" for said in _of_rows(map, rows))
        kinds = [kind for kind in KINDS if map.extents(kind)]
        if len(kinds) < len(map.kinds):
            found.append(f"{map.of} has rows for {kinds[0]}s alone: {_alone(map, kinds[0])}")
    return list(dict.fromkeys([*found, *parsed.remarks]))


def _of_rows(map: Map, rows: Sequence[Extent]) -> Iterator[str]:
    if all(row.where == (None, None, None) for row in map.rows):  # a tool's own, nobody wrote them
        return
    if map.sort == "namespace":
        yield from remarks(rows, "row")
        return
    for before, after in pairwise(sorted(rows)):
        start, end = before.first + before.count, after.first
        if start < end and before.count > 1 and after.count > 1:
            yield (
                f"no row for disk {span(start, end - start)} ({ids(end - start)}): shown as 65534, "
                "which nobody owns"
            )


def _alone(map: Map, kind: IdKind) -> str:
    other = "gid" if kind == "uid" else "uid"
    if not map.kernel:
        return f"a {other} stays as it is"
    if map.sort == "mount":
        return (
            f"since Linux 6.9 the mount is refused with EINVAL, before that every {other} was 65534"
        )
    return f"a {other}_map that nobody writes makes every {other} 65534"


def span(first: int, count: int) -> str:
    """The first and the last id of a row.

    >>> span(5, 3), span(5, 1)
    ('5...7', '5')
    """
    return str(first) if count == 1 else f"{first}...{first + count - 1}"


def some(told: Sequence[str], what: str = "row") -> str:
    """The first four rows, or whatever else is listed, and how many more there are.

    >>> some(["0", "1"]), some(["0", "1", "2", "3", "4"])
    ('0, 1', '0, 1, 2, 3 and 1 row more')
    """
    more = len(told) - _ROWS_NAMED
    rest = f" and {more} {what}{'' if more == 1 else 's'} more" if more > 0 else ""
    return f"{', '.join(told[:_ROWS_NAMED])}{rest}"


def ids(count: int) -> str:
    """A number of ids.

    >>> ids(1), ids(2)
    ('1 id', '2 ids')
    """
    return "1 id" if count == 1 else f"{count} ids"
