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

from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.printable import short


class SubidRange(NamedTuple):
    """Ids ``start … start+count-1``, which ``owner`` (a login name or uid) may hand out."""

    owner: str
    start: int
    count: int  # type: ignore[assignment]  # shadows tuple.count


def ranges(data: bytes) -> tuple[list[SubidRange], list[str]]:
    r"""The ranges of a subuid or subgid file, and what is wrong with it.

    >>> ranges(b"alice:100000:65536\nbob:165535:10\n")[1]
    ['line 2: 165535...165544 overlaps line 1 (alice): two users would share ids']
    """
    found: list[tuple[int, SubidRange]] = []
    problems: list[tuple[int, str]] = []
    for number, raw in enumerate(data.split(b"\n"), 1):
        line = raw.decode("utf-8", "replace").strip()
        if not line or line.startswith("#"):
            continue
        entry = _entry(line)
        if isinstance(entry, str):
            problems.append((number, entry))
        else:
            found.append((number, entry))
    problems += _overlaps(found)
    return [entry for _, entry in found], [f"line {n}: {text}" for n, text in sorted(problems)]


def _entry(line: str) -> SubidRange | str:
    fields = line.split(":")
    if len(fields) != 3:
        return f"{short(line)!r} has {len(fields)} of three fields owner:start:count"
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


def _overlaps(found: list[tuple[int, SubidRange]]) -> list[tuple[int, str]]:
    """Each range, in the order of ids, against the one before it that reaches farthest."""
    problems = []
    farthest: tuple[int, SubidRange] | None = None
    for entry in sorted(found, key=lambda numbered: (numbered[1].start, numbered[0])):
        if farthest and entry[1].start < farthest[1].start + farthest[1].count:
            (earlier, old), (later, new) = sorted((farthest, entry))
            last = new.start + new.count - 1
            whose = (
                "the same ids would be counted twice"
                if old.owner == new.owner
                else "two users would share ids"
            )
            what = f"{new.start}...{last} overlaps line {earlier} ({old.owner}): {whose}"
            problems.append((later, what))
        if farthest is None or sum(entry[1][1:]) > sum(farthest[1][1:]):
            farthest = entry
    return problems
