# SPDX-License-Identifier: BSD-3-Clause
"""
One map: struct uid_gid_map
===========================

A map is up to 340 *extents*; an extent ``(first, lower_first, count)`` ties the ids
``first … first+count-1`` of the upper side to ``lower_first …`` of the lower side, one to one.
"Down" goes from upper to lower (uid to kuid), "up" goes back.  This module parses the text the
way the kernel does, refuses what it refuses, and looks ids up.

Mirrors ``struct uid_gid_map``, ``map_write()`` (parsing part), ``map_id_range_down()`` and
``map_id_range_up()`` of ``kernel/user_namespace.c``; semantics sections 1 and 2.2.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from kfuncviz.model.errors import IdMapError
from kfuncviz.model.trace import answered_by, traced
from kfuncviz.model.uidgid import INVALID, LAST_ID
from kfuncviz.printable import printable

#: Most extents a map can have (5 before Linux 4.15).
UID_GID_MAP_MAX_EXTENTS = 340
#: Up to here extents stay in the order they were written; more are kept sorted.
UID_GID_MAP_MAX_BASE_EXTENTS = 5
#: A write of this many bytes or more is refused.
PAGE_SIZE = 4096

_U32 = 0xFFFFFFFF
_SPACE = rb"[\t-\r \xa0]"
_LINE = re.compile(rb"%b*(\d+)%b+(\d+)%b+(\d+)%b*" % (_SPACE, _SPACE, _SPACE, _SPACE))
_FIELDS = ("inside", "outside")


class Extent(NamedTuple):
    """One row: ``count`` ids from ``first`` (upper) tied to ``count`` ids from ``lower_first``."""

    first: int
    lower_first: int
    count: int  # type: ignore[assignment]  # shadows tuple.count, which nobody needs here


class IdMap:
    r"""A uid_map or gid_map as init root could write it for a child of the initial namespace.

    Parameters
    ----------
    source:
        The text as it would be written to ``/proc/PID/uid_map`` (str or bytes), or rows of three
        whole numbers ``(inside, outside, count)``, or nothing for a map that was never written.

    Raises
    ------
    IdMapError
        What the kernel would not take, with its errno and the rule broken.

    >>> m = IdMap("0 100000 65536")
    >>> m.rows
    [(0, 100000, 65536)]
    >>> m.down(1000), m.up(101000), m.down(65536)
    (101000, 1000, None)
    >>> IdMap("0 0 10\n5 100 1")
    Traceback (most recent call last):
        ...
    kfuncviz.model.errors.IdMapError: EINVAL: line 2: id 5 of col 1 overlaps line 1, ...
    """

    __slots__ = ("_lower", "_sorted", "_upper", "extents")

    def __init__(self, source: str | bytes | Iterable[Sequence[int]] | None = None) -> None:
        self._set(() if source is None else parse(map_text(source)))

    def _set(self, extents: tuple[Extent, ...]) -> None:
        self.extents = extents
        self._sorted: Sequence[Extent] = ()
        if len(extents) > UID_GID_MAP_MAX_BASE_EXTENTS:
            self.extents = tuple(sorted(extents))
            self._sorted = sorted(extents, key=itemgetter(1))
            self._upper = [extent.first for extent in self.extents]
            self._lower = [extent.lower_first for extent in self._sorted]

    @classmethod
    def of_extents(cls, extents: Iterable[Extent]) -> IdMap:
        """A map of extents that were validated before, e.g. translated to kernel ids."""
        new = cls()
        new._set(tuple(extents))
        return new

    @property
    def rows(self) -> list[tuple[int, int, int]]:
        """The rows in the order the kernel reads them back: as written, sorted if more than 5."""
        return [(first, lower, count) for first, lower, count in self.extents]

    def down(self, id: int) -> int | None:
        """The lower id of this upper id, ``None`` where no row holds it (never a silent 65534).

        4294967295 is never an id: its answer is ``None`` in every map.  Raises ``TypeError`` for
        what is no whole number, ``ValueError`` for a number of more than 32 bits.
        """
        lower = map_id_down(self, _number(id))
        return None if lower == INVALID else lower

    def up(self, id: int) -> int | None:
        """The upper id of this lower id, ``None`` where no row holds it; errors as :meth:`down`.

        >>> IdMap("0 100000 65536").up(True)
        Traceback (most recent call last):
            ...
        TypeError: an id is a whole number from 0 to 4294967294, not True
        """
        upper = map_id_up(self, _number(id))
        return None if upper == INVALID else upper

    def extent_down(self, id: int, count: int = 1) -> Extent | None:
        """The one extent whose upper side holds all of ``id … id+count-1``."""
        candidates: Sequence[Extent] = self.extents
        if self._sorted:
            at = bisect_right(self._upper, id) - 1
            candidates = self.extents[at : at + 1] if at >= 0 else ()
        end = id + count
        for extent in candidates:
            first, _, length = extent
            if first <= id and end <= first + length:
                return extent
        return None

    def extent_up(self, id: int, count: int = 1) -> Extent | None:
        """The one extent whose lower side holds all of ``id … id+count-1``."""
        candidates: Sequence[Extent] = self.extents
        if self._sorted:
            at = bisect_right(self._lower, id) - 1
            candidates = self._sorted[at : at + 1] if at >= 0 else ()
        end = id + count
        for extent in candidates:
            _, first, length = extent
            if first <= id and end <= first + length:
                return extent
        return None

    def __bool__(self) -> bool:
        return bool(self.extents)

    def __len__(self) -> int:
        return len(self.extents)

    def __iter__(self) -> Iterator[Extent]:
        return iter(self.extents)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IdMap) and self.extents == other.extents

    def __hash__(self) -> int:
        return hash(self.extents)

    def __str__(self) -> str:
        if len(self.extents) > 3:
            return f"{{{len(self.extents)} extents}}"
        return "{" + ", ".join(f"{e.first}:{e.lower_first}:{e.count}" for e in self) + "}"

    def __repr__(self) -> str:
        return f"IdMap({self.rows!r})"


def _number(id: object) -> int:
    """What the kernel can be asked about: an id, or 4294967295 (-1)."""
    if isinstance(id, int) and not isinstance(id, bool) and 0 <= id <= INVALID:
        return id
    wrong = ValueError if isinstance(id, int) and not isinstance(id, bool) else TypeError
    raise wrong(f"an id is a whole number from 0 to {LAST_ID}, not {printable(repr(id))[:80]}")


@traced("1.2", "kernel/user_namespace.c")
def map_id_range_down(map: IdMap, id: int, count: int) -> int:
    """Lower id of ``id`` if one extent holds the whole range ``id … id+count-1``, else -1."""
    extent = map.extent_down(id, count)
    return INVALID if extent is None else id - extent.first + extent.lower_first


@traced("1.2", "kernel/user_namespace.c")
def map_id_range_up(map: IdMap, id: int, count: int) -> int:
    """Upper id of ``id`` if one extent holds the whole range ``id … id+count-1``, else -1."""
    extent = map.extent_up(id, count)
    return INVALID if extent is None else id - extent.lower_first + extent.first


@traced("1.2", "kernel/user_namespace.c")
def map_id_down(map: IdMap, id: int) -> int:
    """Lower id of an upper id, or -1.

    >>> map_id_down(IdMap("22 10000 3"), 23)
    10001
    """
    extent = map.extent_down(id)
    answered_by(extent)
    return INVALID if extent is None else id - extent.first + extent.lower_first


@traced("1.2", "kernel/user_namespace.c")
def map_id_up(map: IdMap, id: int) -> int:
    """Upper id of a lower id, or -1.

    >>> map_id_up(IdMap("22 10000 3"), 10001)
    23
    """
    extent = map.extent_up(id)
    answered_by(extent)
    return INVALID if extent is None else id - extent.lower_first + extent.first


def map_text(source: str | bytes | Iterable[Sequence[int]]) -> bytes:
    r"""The bytes that would be written for this text or these rows.

    >>> map_text([(0, 100000, 65536)])
    b'0 100000 65536\n'
    """
    if isinstance(source, bytes):
        return source
    if isinstance(source, str):
        return source.encode("utf-8", "surrogateescape")
    lines = []
    for number, row in enumerate(source, 1):
        fields = row if isinstance(row, (list, tuple)) else ()
        if len(fields) != 3 or not all(type(field) is int for field in fields):
            raise IdMapError("EINVAL", f"row {number} is {row!r}, not three whole numbers")
        lines.append("{} {} {}\n".format(*fields))
    return "".join(lines).encode()


def below_a_page(data: bytes) -> None:
    """Refuses (:class:`IdMapError`, EINVAL) a write as long as a page; asked before all else.

    >>> below_a_page(b"0 1000 1")
    """
    if len(data) >= PAGE_SIZE:
        raise IdMapError("EINVAL", f"{len(data)} bytes; a write must stay below {PAGE_SIZE}")


@lru_cache(maxsize=1024)
def parse(data: bytes) -> tuple[Extent, ...]:
    """The extents in what is written to a map file, read exactly as the kernel reads it.

    Raises :class:`IdMapError` (EINVAL) naming the line and the rule.  Whether the *writer* may use
    these ids is another question: :mod:`kfuncviz.model.map_write`.

    >>> parse(b"4294967296 0 1")            # silently cut to 32 bits
    (Extent(first=0, lower_first=0, count=1),)
    """
    below_a_page(data)
    text = data.split(b"\0", 1)[0]
    lines = text.split(b"\n")
    if len(lines) > 1 and not lines[-1]:
        lines.pop()
    extents: list[Extent] = []
    for number, line in enumerate(lines, 1):
        if number > UID_GID_MAP_MAX_EXTENTS or (
            number == UID_GID_MAP_MAX_EXTENTS and number < len(lines)
        ):
            raise IdMapError("EINVAL", f"{len(lines)} lines; {UID_GID_MAP_MAX_EXTENTS} is the most")
        extent = _parse_line(line, number)
        _check_overlap(extents, extent, number)
        extents.append(extent)
    return tuple(extents)


def _parse_line(line: bytes, number: int) -> Extent:
    match = _LINE.fullmatch(line)
    if match is None:
        raise IdMapError("EINVAL", _syntax_rule(line), number)
    extent = Extent(*(int(field) & _U32 for field in match.groups()))
    for name, value in zip(_FIELDS, extent[:2], strict=True):
        if value == INVALID:
            raise IdMapError("EINVAL", f"{name} is 4294967295, which is never an id", number)
    if extent.count == 0:
        cut = "32 bits are kept of the count: " if int(match.groups()[2]) else ""
        raise IdMapError("EINVAL", f"{cut}a count of 0 maps nothing; the least is 1", number)
    for name, value in zip(_FIELDS, extent[:2], strict=True):
        if value + extent.count > _U32:
            raise IdMapError(
                "EINVAL",
                f"{name} {value} with count {extent.count} runs past 4294967294, the last id; "
                f"the most from here is {_U32 - value}",
                number,
            )
    return extent


def _syntax_rule(line: bytes) -> str:
    fields = re.sub(_SPACE, b" ", line).split()
    if not fields:
        return "blank, but every line needs three numbers"
    for position, field in enumerate(fields[:3], 1):
        if not field.isdigit():
            shown = field.decode("latin-1")
            if re.fullmatch(rb"(?:[ugb]:)?\d+[:,-]\d+[:,-]\d+", field):
                return f"{shown!r}: the three numbers are separated by spaces here"
            return f"field {position} is {shown!r}, not a plain decimal number"
    if len(fields) < 3:
        return f"{len(fields)} of three numbers (col 1, col 2, count)"
    return f"{fields[3].decode('latin-1')!r} after the third number"


def _check_overlap(extents: list[Extent], new: Extent, number: int) -> None:
    for earlier, old in enumerate(extents, 1):
        for column in (0, 1):
            if new[column] < old[column] + old.count and old[column] < new[column] + new.count:
                raise IdMapError("EINVAL", _overlap_rule(new, old, earlier, column), number)


def _overlap_rule(new: Extent, old: Extent, earlier: int, column: int) -> str:
    first = max(new[column], old[column])
    last = min(new[column] + new.count, old[column] + old.count) - 1
    which = f"ids {first}...{last} of col {column + 1} overlap"
    if first == last:
        which = f"id {first} of col {column + 1} overlaps"
    end = old[column] + old.count - 1
    held = f"{end}" if old.count == 1 else f"{old[column]}...{end}"
    free = f"; the next free id is {end + 1}" if end < _U32 - 1 else ""
    return f"{which} line {earlier}, which already maps {held}{free}"
