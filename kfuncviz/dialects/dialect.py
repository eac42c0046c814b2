# SPDX-License-Identifier: BSD-3-Clause
"""
What a dialect is
=================

A name, what its columns mean, a reader and a writer.  Writers take what any reader gave; what their
tool has no words for is :class:`Inexpressible`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Map, Parsed, Sort
from kfuncviz.dialects.reader import Reader
from kfuncviz.model.idmap import Extent
from kfuncviz.model.uidgid import IdKind


class Inexpressible(ValueError):
    """A dialect has no words for this; the message says what and why."""


@dataclass(frozen=True)
class Dialect:
    """The syntax of one tool.

    Parameters
    ----------
    name:
        As typed after ``--from`` and ``--to``.
    columns:
        The order of the numbers, in words: ``"DISK:MOUNT:COUNT"``.
    source:
        The manual or code that defines it.
    read:
        Adds what a text says to a :class:`~kfuncviz.dialects.reader.Reader`.
    write:
        Writes rows, or raises :class:`Inexpressible`.
    sure:
        A pattern found in no other dialect's texts; empty: there is none.
    maybe:
        A pattern that matches all of a text that could be meant.
    """

    name: str
    columns: str
    source: str
    read: Callable[[Reader], None]
    write: Callable[[Parsed, Options], str]
    sure: str = ""
    maybe: str = ""


def the_map(parsed: Parsed, sort: Sort | None, target: str) -> Map:
    """The one map of this sort, or a refusal that says what there is instead.

    ``None``: of whichever sort the first is, for a syntax that holds either.
    """
    found = [each for each in parsed.maps if each.sort == (sort or parsed.maps[0].sort)]
    if len(found) > 1:
        names = ", ".join(each.of for each in found[:5])
        raise Inexpressible(f"{target} holds one map, and there are {len(found)}: {names}")
    if not found:
        raise Inexpressible(f"{target} {_lacks(parsed, sort)}")
    return found[0]


def _lacks(parsed: Parsed, sort: Sort | None) -> str:
    if parsed.maps and sort == "mount":
        what = (
            "describes a mount, and these rows are a user namespace's; attached to a mount they "
            "would be: --attached"
        )
    elif parsed.maps:
        what = (
            "describes a user namespace, and these rows are a mount's: disk and mount are not "
            "inside and outside"
        )
    elif parsed.ranges:
        what = (
            "needs rows, and a range of /etc/subuid is none: which ids it gets inside, the tool "
            "that uses it decides (--from docker-remap or rootlesskit, with --subuid)"
        )
    else:
        what = "needs rows, and the text gives none"
    return what


def kinds_of(map: Map) -> list[tuple[str, Extent]]:
    """Each row with ``u``, ``g``, or ``b`` where uids and gids have the same rows.

    >>> from kfuncviz.dialects.parsed import Row
    >>> row = Extent(0, 5, 1)
    >>> kinds_of(Map("mount", "it", (Row("uid", row), Row("gid", row))))
    [('b', Extent(first=0, lower_first=5, count=1))]
    """
    uids, gids = (map.extents(kind) for kind in KINDS)
    if uids == gids:
        return [("b", row) for row in uids]
    return [("u", row) for row in uids] + [("g", row) for row in gids]


def both(map: Map, target: str) -> tuple[tuple[Extent, ...], tuple[Extent, ...]]:
    """Rows of uids and of gids for a tool that needs both."""
    found = tuple(map.extents(kind) for kind in KINDS)
    for kind, rows in zip(KINDS, found, strict=True):
        if not rows:
            raise Inexpressible(f"{target} needs rows for uids and gids, and there are no {kind}s")
    return found[0], found[1]


def one_kind(map: Map, kind: IdKind, target: str) -> tuple[Extent, ...]:
    """Rows for a tool that knows one kind of id."""
    rows = map.extents(kind)
    if not rows:
        raise Inexpressible(f"{target} holds {kind}s, and there are no rows for them")
    return rows


def joined(row: Extent, separator: str = ":") -> str:
    """The three numbers of a row: col 1, col 2, count.

    >>> joined(Extent(0, 100000, 65536), " ")
    '0 100000 65536'
    """
    return separator.join(map(str, row))


KINDS_OF_LETTER: dict[str, tuple[IdKind, ...]] = {"u": ("uid",), "g": ("gid",), "b": KINDS}
