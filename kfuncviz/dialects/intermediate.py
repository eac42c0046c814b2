# SPDX-License-Identifier: BSD-3-Clause
"""
The namespace in the middle
===========================

A rootless engine lives in a user namespace of its own: id 0 is whoever runs it, 1 and more are the
ids of their lines of /etc/subuid, in the order of the lines.  What it writes for a container counts
in these *intermediate* ids; the host sees a third number.

Mirrors the default map of rootlesskit and podman; look-ups are the model's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Row
from kfuncviz.dialects.subid import SubidRange
from kfuncviz.model.idmap import Extent, IdMap
from kfuncviz.model.uidgid import IdKind


class Triple(NamedTuple):
    """``count`` ids: inside the container, in the engine's namespace, on the host.

    ``host`` is ``None`` where the engine's namespace has no such ids.
    """

    inside: int
    intermediate: int
    host: int | None
    count: int  # type: ignore[assignment]  # shadows tuple.count


def engine_rows(own: int, ranges: Iterable[SubidRange], *, skip: bool = False) -> list[Extent]:
    """The map of a rootless engine's namespace: intermediate id, host id, count.

    ``skip``: an own id within a range is left out of it, as newer rootlesskit does; without, the
    kernel refuses the map.

    >>> engine_rows(1000, [SubidRange("me", 100000, 65536)])
    [Extent(first=0, lower_first=1000, count=1), Extent(first=1, lower_first=100000, count=65536)]
    """
    rows = [Extent(0, own, 1)]
    for _, start, count in ranges:
        pieces = [(start, count)]
        if skip and start <= own < start + count:
            pieces = [(start, own - start), (own + 1, start + count - own - 1)]
        for first, length in pieces:
            if length:
                rows.append(Extent(sum(row.count for row in rows), first, length))
    return rows


def engine(options: Options, *, skip: bool = False) -> list[Row]:
    """The rows of the engine's namespace for both kinds, empty where who runs it is not known."""
    if options.own is None:
        return []
    return [
        Row(kind, row)
        for kind, own in zip(KINDS, options.own, strict=True)
        for row in engine_rows(own, options.ranges(kind), skip=skip)
    ]


def lower(rows: Iterable[Row], kind: IdKind) -> IdMap:
    """The map of one kind that rows of an engine's namespace make."""
    return IdMap.of_extents(row.extent for row in rows if row.kind == kind)


def through(rows: Sequence[Extent], engine_map: IdMap) -> list[Triple]:
    r"""Rows of a container in three columns, split where the engine's namespace has a seam.

    >>> m = IdMap("0 1000 1\n1 100000 65536")
    >>> through([Extent(0, 0, 3)], m)
    [Triple(inside=0, intermediate=0, host=1000, count=1),
     Triple(inside=1, intermediate=1, host=100000, count=2)]
    """
    triples = []
    for first, lower_first, count in rows:
        done = 0
        while done < count:
            middle = lower_first + done
            extent = engine_map.extent_down(middle)
            above = [e.first for e in engine_map if e.first > middle]
            end = extent.first + extent.count if extent else min(above, default=lower_first + count)
            here = min(end - middle, count - done)
            host = middle - extent.first + extent.lower_first if extent else None
            triples.append(Triple(first + done, middle, host, here))
            done += here
    return triples
