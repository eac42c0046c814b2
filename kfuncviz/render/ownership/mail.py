# SPDX-License-Identifier: BSD-3-Clause
"""
The picture as text, to be sent in a mail
=========================================

Title and sentence, the lanes as boxes joined by arrows (or stacked, where they do not fit beside
each other), whether this caller gets there, the maps with the column names over their rows, and
the helper calls in kernel order.
"""

from __future__ import annotations

from kfuncviz.render.kit.plain import cut, plain, wrap
from kfuncviz.render.ownership import labels, reach
from kfuncviz.render.ownership.mailboxes import beside, stacked
from kfuncviz.render.ownership.words import sentence
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg

LEAST_WIDTH = 48
MOST_ROWS = 12
DEEPEST = 8


def text(o: Ownership, width: int = 72) -> str:
    r"""The way of an id as ASCII text, no line wider than ``width`` columns (at least 48).

    Raises ValueError for a smaller width.

    >>> from kfuncviz.scenario.ownership.answer import Lane, Ownership
    >>> from kfuncviz.scenario.ownership.travel import Hop, travel
    >>> hops = (Hop("mount", "mount idmap", ((1000, 1125, 1),), False, "left", "make_vfsuid"),)
    >>> lanes = Lane("fs", "On disk", "ext4", 1000), Lane("mount", "In the mount", "/home", 1125)
    >>> o = Ownership("Portable home", "uid", "read", lanes, hops, travel("read", hops, {0: 0}))
    >>> print(text(o).partition("\n")[0])
    Portable home
    """
    if width < LEAST_WIDTH:
        raise ValueError(f"width is {width}, must be at least {LEAST_WIDTH} columns")
    picture = beside(o, width) or stacked(o, width)
    maps = [_map(o, leg, width) for leg in o.travel.legs]
    parts = [_title(o, width), picture, _access(o, width), *maps, _calls(o, width)]
    return "\n\n".join("\n".join(line.rstrip() for line in part) for part in parts if part) + "\n"


def _title(o: Ownership, width: int) -> list[str]:
    title = cut(plain(o.title).strip() or labels.QUESTION, width)
    return [title, "=" * len(title), *wrap(plain(sentence(o)), width)]


def _access(o: Ownership, width: int) -> list[str]:
    """Whether this caller gets there: the call, the errno, the check and its reason."""
    if o.access is None:
        return []
    lines = wrap(plain(f"{reach.HEAD}'s {reach.verdict(o.access)}"), width)
    reason, why = plain(reach.reason(o.access)), o.access.why
    lines += wrap(reason, width, first="  ", then="  ") if reason else []
    if why and why.file:
        lines += wrap(f"{why.check} ({why.file})", width, first="  X ", then="    ")
    return lines


def _map(o: Ownership, leg: Leg, width: int) -> list[str]:
    """One map: its name, the names of its columns, its rows, the one that answered marked."""
    hop = o.hops[leg.hop]
    name = cut(plain(hop.name + (f" ({hop.note})" if hop.note else "")), width)
    if hop.nop:
        return [name, "  no map: every number stays the same"]
    across = min(18, (width - 28) // 2)
    heads = [f"col {n}: {what}" for n, what in enumerate(labels.columns(hop.key), 1)]
    lines = [name, f"  {heads[0]:>{across}} {heads[1]:>{across}} {'count':>10}"]
    shown = _shown_rows(len(hop.rows), leg.row)
    for row in shown:
        if row is None:
            lines.append(f"  {'...':>{across}}")
            continue
        first, second, count = hop.rows[row]
        mark = f"  <-- row {row + 1}" if row == leg.row else ""
        lines.append(f"  {first:>{across}} {second:>{across}} {count:>10}{mark}"[:width])
    hidden = len(hop.rows) - sum(row is not None for row in shown)
    lines += [f"  ({hidden} more rows)"] * bool(hidden)
    lines += _verdict(o, leg, width)
    return lines


def _verdict(o: Ownership, leg: Leg, width: int) -> list[str]:
    if leg.fate == "lost":
        arriving = o.lanes[leg.source].id
        what = "this id" if arriving is None else str(arriving)
        verdict = f"{labels.no_row(o.hops[leg.hop], what, leg.column)}: lost here"
        return wrap(verdict, width, first="  X ", then="    ")
    return [f"  {labels.NOT_REACHED}"] if leg.fate == "unreached" else []


def _shown_rows(total: int, answered: int | None) -> list[int | None]:
    """Indices of the rows to show: all up to twelve, else both ends and around the answer.

    ``None`` stands for the rows left out between two that are shown.
    """
    if total <= MOST_ROWS:
        return list(range(total))
    at = answered or 0
    near = {*range(3), *range(at - 2, at + 3), *range(total - 2, total)}
    kept = sorted(row for row in near if 0 <= row < total)
    out: list[int | None] = []
    for row in kept:
        if out and out[-1] is not None and row != out[-1] + 1:
            out.append(None)
        out.append(row)
    return out


def _calls(o: Ownership, width: int) -> list[str]:
    """The helper calls in the order the kernel makes them."""
    pad, lost = len(str(len(o.calls))), o.travel.lost
    lines = ["calls", *wrap(labels.PREFIXES, width, first="  ", then="  ")] if o.calls else []
    for nth, call in enumerate(o.calls, 1):
        mark = "X" if lost and call.hop == lost.hop else " "
        first = f"{mark} {nth:>{pad}}. {'  ' * min(call.depth, DEEPEST)}"
        lines += wrap(plain(call.line), width, first=first, then=" " * (len(first) + 2))
    return lines
