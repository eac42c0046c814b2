# SPDX-License-Identifier: BSD-3-Clause
"""
/etc/subuid and /etc/subgid
===========================

``owner:start:count``, one range a line: ids of the *initial* namespace that the owner may hand out.
The third field is a count, not an end.  Both files are keyed by the user.  Two lines may give the
same ids: the kernel never reads the files, and distributions write one range for lxd and for root.

Mirrors subuid(5).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.printable import short

_NEARLY = re.compile(r"([^:\s]+)[:\s]+([0-9]{1,10})([-:\s])\s*([0-9]{1,10})", re.ASCII)


class SubidRange(NamedTuple):
    """Ids ``start … start+count-1``, which ``owner`` (a login name or uid) may hand out."""

    owner: str
    start: int
    count: int  # type: ignore[assignment]  # shadows tuple.count


class Subids(NamedTuple):
    """What a file holds: its ranges, what is wrong with it, and what is only worth a remark."""

    ranges: list[SubidRange]
    problems: list[str]
    remarks: list[str]


def read_subids(data: bytes) -> Subids:
    r"""The ranges of a subuid or subgid file, what is wrong with it and what stands out.

    >>> read_subids(b"alice:100000:65536\nbob:165535:10\n").remarks
    ['line 2: 165535...165544 overlaps line 1 (alice): two users share ids']
    """
    found: list[tuple[int, SubidRange]] = []
    problems: list[str] = []
    for number, entry in numbered(data):
        if isinstance(entry, str):
            problems.append(f"line {number}: {entry}")
        else:
            found.append((number, entry))
    remarks = [f"line {number}: {text}" for number, text in sorted(overlaps(found))]
    return Subids([entry for _, entry in found], problems, remarks)


def numbered(data: bytes) -> Iterator[tuple[int, SubidRange | str]]:
    r"""Each line that says something, with its number: its range, or what is wrong with it.

    >>> list(numbered(b"# us\na:5:1"))
    [(2, SubidRange(owner='a', start=5, count=1))]
    """
    for number, raw in enumerate(data.split(b"\n"), 1):
        line = raw.decode("utf-8", "replace").strip()
        if line and not line.startswith("#"):
            yield number, _entry(line)


def _entry(line: str) -> SubidRange | str:
    fields = line.split(":")
    if len(fields) != 3:
        said = f"{short(line)!r} has {len(fields)} of three fields owner:start:count"
        return said + _meant(line)
    owner, start, count = fields
    if not owner or not owner.isprintable() or "\ufffd" in owner:
        return f"the owner {short(owner)!r} is not a login name or uid"
    for name, text in (("start", start), ("count", count)):
        if not (text.isascii() and text.isdigit() and len(text) <= 10):
            return f"{name} {short(text)!r} is not a plain decimal number up to {LAST_ID}"
    if int(count) == 0:
        return "a count of 0 gives nothing; the least is 1"
    last = int(start) + int(count) - 1
    if last > LAST_ID:
        return f"ends at {last}; the last id is {LAST_ID}"
    return SubidRange(owner, int(start), int(count))


def _meant(line: str) -> str:
    """What a line with spaces, or with an end instead of a count, is in this syntax."""
    match = _NEARLY.fullmatch(line)
    if match is None:
        return ""
    owner, start, dash, number = match.groups()
    count = int(number) - int(start) + 1 if dash == "-" else int(number)
    sound = isinstance(_entry(f"{owner}:{start}:{count}"), SubidRange)
    return f"; want {short(owner)}:{start}:{count}" if sound else ""


def overlaps(found: list[tuple[int, SubidRange]]) -> list[tuple[int, str]]:
    """Each range, in the order of ids, against the one before it that reaches farthest."""
    remarks = []
    farthest: tuple[int, SubidRange] | None = None
    for entry in sorted(found, key=lambda numbered: (numbered[1].start, numbered[0])):
        if farthest and entry[1].start < farthest[1].start + farthest[1].count:
            (earlier, old), (later, new) = sorted((farthest, entry))
            last = new.start + new.count - 1
            over = f"{new.start}...{last} overlaps line {earlier} ({old.owner})"
            if old.owner == new.owner:
                what = f"{over}: the same ids are counted twice"
            elif old[1:] == new[1:]:
                what = f"the same range as line {earlier} ({old.owner}): both may hand out its ids"
            else:
                what = f"{over}: two users share ids"
            remarks.append((later, what))
        if farthest is None or sum(entry[1][1:]) > sum(farthest[1][1:]):
            farthest = entry
    return remarks
