# SPDX-License-Identifier: BSD-3-Clause
"""
From one dialect to another
===========================

Rows that one text gives, written in another syntax, and read back to see that they are the same.
What a tool has no words for is refused with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kfuncviz.dialects.dialect import Inexpressible
from kfuncviz.dialects.intermediate import lower, through
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Map, Parsed, Row
from kfuncviz.dialects.registry import named, parse
from kfuncviz.model.idmap import Extent


def convert(parsed: Parsed, to: str, options: Options | None = None) -> str:
    r"""What was read, as a text of the dialect ``to``.

    Raises :class:`~kfuncviz.dialects.dialect.Inexpressible` where that dialect cannot say the same,
    and ``ValueError`` where there is no such dialect.

    >>> convert(parse("lxc", "u 0 100000 65536\ng 0 100000 65536"), "proc")
    '0 100000 65536\n'
    """
    options = options or Options()
    target = named(to)
    if parsed.problems:
        raise Inexpressible(f"what was read is not sound: {parsed.problems[0]}")
    counted = parsed if _counts_between(to, options) else _on_host(parsed)
    if options.attached:
        counted = replace(counted, maps=tuple(map(_attached, counted.maps)))
    text = target.write(counted, options)
    on_mounts = all(map.sort == "mount" for map in counted.maps)
    # The odd readings are those of the text that was read, not of the one that is written.
    again = parse(to, text, replace(options, attached=on_mounts, manual=False, crun=None))
    if again.problems:
        raise Inexpressible(f"{to} would not take it: {again.problems[0]}")
    if counted.maps and again.maps and not _same(_on_host(counted), _on_host(again)):
        raise Inexpressible(
            f"{to} has no words for these rows: it would read others of what it says"
        )
    return text


def _counts_between(to: str, options: Options) -> bool:
    """Whether a dialect's own numbers are those of an engine's namespace."""
    return to in ("podman", "scenario") and options.rootless


def _on_host(parsed: Parsed) -> Parsed:
    maps = tuple(_one_on_host(map, parsed) for map in parsed.maps)
    return replace(parsed, maps=maps, intermediate=())


def _one_on_host(map: Map, parsed: Parsed) -> Map:
    """The same map with the host's ids outside; refused where they are not known."""
    if map.outside == "host":
        return map
    rows = []
    for kind in KINDS:
        engine_map = lower(parsed.intermediate, kind)
        if not engine_map and map.extents(kind):
            raise Inexpressible(
                f"{map.of} counts in ids of the engine's own namespace; what they are on the host, "
                "--self and --subuid say"
            )
        for inside, middle, host, count in through(map.extents(kind), engine_map):
            if host is None:
                raise Inexpressible(f"{kind} {middle} is no id of the engine's own namespace")
            rows.append(Row(kind, Extent(inside, host, count)))
    return replace(map, rows=tuple(rows), outside="host")


def _attached(map: Map) -> Map:
    return replace(map, sort="mount")


def _same(told: Parsed, again: Parsed) -> bool:
    """Whether every map that was read back has the rows of the one it was written from."""
    by_sort = {map.sort: map for map in told.maps}
    return all(
        map.sort in by_sort
        and seamless(by_sort[map.sort].extents(kind)) == seamless(map.extents(kind))
        for map in again.maps
        for kind in map.kinds
    )


def seamless(rows: Iterable[Extent]) -> list[Extent]:
    """Rows in the order of ids, those in one that go on where another ends.

    >>> seamless([Extent(1, 6, 2), Extent(0, 5, 1)])
    [Extent(first=0, lower_first=5, count=3)]
    """
    out: list[Extent] = []
    for row in sorted(rows):
        if (
            out
            and out[-1].first + out[-1].count == row.first
            and (out[-1].lower_first + out[-1].count == row.lower_first)
        ):
            out[-1] = out[-1]._replace(count=out[-1].count + row.count)
        else:
            out.append(row)
    return out
