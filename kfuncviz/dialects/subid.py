# SPDX-License-Identifier: BSD-3-Clause
"""
/etc/subuid and /etc/subgid
===========================

``owner:start:count``, one range a line: ids of the *initial* namespace that the owner may hand out.
The third field is a count, not an end.  Both files are keyed by the user.

Mirrors subuid(5).
"""

from __future__ import annotations

from typing import NamedTuple

_LAST_ID = 4294967294


class SubidRange(NamedTuple):
    """Ids ``start … start+count-1``, which ``owner`` (a login name or uid) may hand out."""

    owner: str
    start: int
    count: int  # type: ignore[assignment]  # shadows tuple.count


def ranges(data: bytes) -> tuple[list[SubidRange], list[str]]:
    """The ranges of a subuid or subgid file, and what is wrong with it.

    >>> ranges(b"alice:100000:65536\\nbob:165535:10\\n")[1]
    ['line 2: 165535...165544 overlaps line 1 (alice): two users would share ids']
    """
    found: list[SubidRange] = []
    lines: list[int] = []
    problems: list[str] = []
    for number, raw in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        entry = _entry(line)
        if isinstance(entry, str):
            problems.append(f"line {number}: {entry}")
            continue
        problems += _overlaps(found, lines, entry, number)
        found.append(entry)
        lines.append(number)
    return found, problems


def _entry(line: str) -> SubidRange | str:
    fields = line.split(":")
    if len(fields) != 3:
        return f"{line!r} has {len(fields)} fields; owner:start:count has three"
    owner, start, count = fields
    if not owner:
        return "the owner is missing"
    for name, text in (("start", start), ("count", count)):
        if not (text.isascii() and text.isdigit() and len(text) <= 10):
            return f"{name} {text!r} is not a plain decimal number"
    if int(count) == 0:
        return "a count of 0 gives nothing; the least is 1"
    last = int(start) + int(count) - 1
    if last > _LAST_ID:
        return f"ends at {last}; the last id is {_LAST_ID}"
    return SubidRange(owner, int(start), int(count))


def _overlaps(found: list[SubidRange], lines: list[int], new: SubidRange, number: int) -> list[str]:
    for line, old in zip(lines, found, strict=True):
        if new.start < old.start + old.count and old.start < new.start + new.count:
            last = new.start + new.count - 1
            whose = (
                "the same ids would be counted twice"
                if old.owner == new.owner
                else "two users would share ids"
            )
            return [
                f"line {number}: {new.start}...{last} overlaps line {line} ({old.owner}): {whose}"
            ]
    return []
