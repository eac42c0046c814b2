# SPDX-License-Identifier: BSD-3-Clause
"""
Rows the kernel takes and nobody meant
======================================

A hole between two rows, a row that starts one beside where its neighbours would have it, an end
that comes too early: all of it is a valid map.  :func:`remarks` says what stands out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from kfuncviz.model.idmap import UID_GID_MAP_MAX_EXTENTS, Extent
from kfuncviz.printable import short

#: What a container usually has: ids 0 to 65535, of which 65534 is nobody.
USUAL = 65536
#: A map that stops below this is meant to be small.
_SMALL = 1000
#: What the kernel keeps of a number.
_BITS = 32


_TOOLS = re.compile(
    r"(?:lxc\.idmap\s*=\s*)?(?:([ug])\s+)?(\d{1,10})[\s:,]+(\d{1,10})[\s:,]+(\d{1,10})", re.ASCII
)


class _Numbered(NamedTuple):
    """A row and the line it stands in."""

    line: int
    row: Extent

    @property
    def distance(self) -> int:
        """How far col 2 is from col 1."""
        return self.row.lower_first - self.row.first

    @property
    def end(self) -> int:
        """The first number of col 1 after the row."""
        return self.row.first + self.row.count

    @property
    def lower_end(self) -> int:
        """The first number of col 2 after the row."""
        return self.row.lower_first + self.row.count


def remarks(rows: Sequence[Extent], line: str = "line") -> list[str]:
    """What stands out in the rows of a map that the kernel accepts, a sentence each.

    ``line`` is what a row is called: a map file has one a line.

    >>> remarks([Extent(0, 100000, 1000), Extent(1001, 101001, 64535)])
    ['no row for 1000 (1 id, off by one): chown to it is EINVAL; line 1 \
with a count of 1001 would hold it']
    >>> remarks([Extent(0, 100000, 65536)])
    []
    """
    numbered = [_Numbered(line, row) for line, row in enumerate(rows, 1)]
    sorted_rows = sorted(numbered, key=lambda each: each.row.first)
    if all(row.count == 1 for row in rows) or len(rows) > UID_GID_MAP_MAX_EXTENTS:
        return []  # ids picked one by one; or no map that the kernel accepts
    found = [
        *_swapped(sorted_rows), *_last_for_count(sorted_rows), *_holes(sorted_rows),
        *_strays(sorted_rows), *_ends(sorted_rows),
    ]  # fmt: skip
    return [re.sub(r"\bline (?=\d)", f"{line} ", said) for said in found]


def wrapped(data: bytes) -> Iterator[str]:
    """The numbers of a map that are too large for 32 bits, and what becomes of them.

    >>> list(wrapped(b"4294967296 100000 1"))
    ['line 1: 4294967296 is taken as 0, for the kernel keeps 32 bits of a number']
    """
    for line, text in enumerate(data.split(b"\0", 1)[0].split(b"\n"), 1):
        for written in map(int, re.findall(rb"[0-9]+", text)):
            if written >> _BITS:
                taken = written % (1 << _BITS)
                yield (
                    f"line {line}: {short(str(written), 40)} is taken as {taken}, for the kernel "
                    f"keeps {_BITS} bits of a number"
                )


def _last_for_count(rows: list[_Numbered]) -> Iterator[str]:
    """A count that is where the usual number of ids from col 2 on would end."""
    for line, row in rows:
        if row.lower_first and row.count - row.lower_first in (USUAL - 1, USUAL):
            yield (
                f"line {line}: the count {row.count} looks like the last id of col 2; {USUAL} ids "
                f'from {row.lower_first} on are "{row.first} {row.lower_first} {USUAL}"'
            )


def _swapped(rows: list[_Numbered]) -> Iterator[str]:
    """Long rows that hand out the parent's first ids, and not as its own first ones."""
    for line, row in rows:
        if row.count > 1 and row.first >= USUAL and not row.lower_first:
            yield (
                f"line {line}: the parent's own ids, from 0 on, are {row.first} and more inside; "
                f"with the columns the other way round it is "
                f'"{row.lower_first} {row.first} {row.count}"'
            )


def _holes(rows: list[_Numbered]) -> Iterator[str]:
    for before, after in pairwise(rows):
        missing = after.row.first - before.end
        if missing > 0:
            said = f"no row for {_missing(before.end, missing)}"
            whole = Extent(before.row.first, before.row.lower_first, before.row.count + missing)
            if before.row.count > 1 and not _taken(whole, rows, before):
                them = "it" if missing == 1 else "them"
                said += f"; line {before.line} with a count of {whole.count} would hold {them}"
            yield said


def _missing(first: int, count: int) -> str:
    if count == 1:
        what = f"{first} (1 id, off by one): chown to it is EINVAL"
    else:
        last = first + count - 1
        what = f"{first}...{last} ({count} ids): chown to them is EINVAL"
    return what


def _taken(row: Extent, rows: list[_Numbered], but: _Numbered) -> bool:
    """Whether col 2 of a row would overlap another row than ``but``."""
    end = row.lower_first + row.count
    return any(
        other.row.lower_first < end and row.lower_first < other.lower_end
        for other in rows
        if other is not but
    )


def _strays(rows: list[_Numbered]) -> Iterator[str]:
    """Long rows that are nearly, but not quite, as far away as the long row before them."""
    long = [each for each in rows if each.row.count > 1 and each.distance]
    seen = {each.distance for each in long[:1]}
    for before, row in pairwise(long):
        off = row.distance - before.distance
        packed = any(row.row.lower_first == other.lower_end for other in long)
        if row.distance not in seen and abs(off) < USUAL and not packed:
            fits = row.row.first + before.distance
            by_one = " (off by one)" if abs(off) == 1 else ""
            yield (
                f"line {row.line}: {row.row.first} = {row.row.lower_first} is {row.distance} away, "
                f"while line {before.line} is {before.distance} away{by_one}; with the same "
                f"distance it would be {row.row.first} = {fits}"
            )
        seen.add(row.distance)


def _ends(rows: list[_Numbered]) -> Iterator[str]:
    if not rows:
        return
    end = max(each.end for each in rows)
    if rows[0].row.first == 0 and _SMALL <= end < USUAL:
        yield f"no row for {_missing(end, USUAL - end)}; most images use 0...{USUAL - 1}"
    long = [each for each in rows if each.row.count > 1 and each.distance]
    if not long:
        return
    start = long[0].row.lower_first
    for each in long:
        over = each.lower_end - start - USUAL
        if 0 < over <= _SMALL and each.row.lower_first < start + USUAL:
            yield (
                f"line {each.line} reaches {each.lower_end - 1} of col 2, {over} past the end of "
                f"the {USUAL} ids from {start}: newuidmap and newgidmap refuse it where "
                f"/etc/subuid or /etc/subgid gives {start}:{USUAL}"
            )


def kernels_syntax(text: str, kind: str = "u") -> list[str]:
    """Rows as LXC, podman or JSON write them, as the kernel wants them; empty if that is unsure.

    All of them name the inside first, then the outside, then the count.  Of LXC's lines those of
    ``kind`` count, ``"u"`` or ``"g"``.

    >>> kernels_syntax("lxc.idmap = u 0 100000 65536"), kernels_syntax("0:100000:65536")
    (['0 100000 65536'], ['0 100000 65536'])
    >>> kernels_syntax('[{"containerID": 0, "hostID": 1000, "size": 1}, [1, 100000, 65536]]')
    ['0 1000 1', '1 100000 65536']
    """
    rows = _json_rows(text) if text.lstrip().startswith(("[", "{")) else _tools_rows(text, kind)
    found = [" ".join(map(str, row)) for row in rows if row is not None]
    return found if len(found) == len(rows) else []


def _tools_rows(text: str, kind: str) -> list[Sequence[int | str] | None]:
    matches = [_TOOLS.fullmatch(line.strip()) for line in text.splitlines() if line.strip()]
    return [
        match and match.groups()[1:] for match in matches if not match or match[1] in (None, kind)
    ]


def _json_rows(text: str) -> list[Sequence[int | str] | None]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [_json_row(row) for row in (rows if isinstance(rows, list) else [rows])]


def _json_row(row: object) -> Sequence[int | str] | None:
    """One row of JSON: three numbers, or an object with the names of an OCI configuration."""
    if isinstance(row, dict):
        named = {key.lower(): value for key, value in row.items()}
        row = [named.get(key) for key in ("containerid", "hostid", "size")]
    numbers = isinstance(row, list) and len(row) == 3 and all(type(n) is int for n in row)
    return row if isinstance(row, list) and numbers else None
