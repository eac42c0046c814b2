# SPDX-License-Identifier: BSD-3-Clause
"""
The picture as text, to be sent in a mail
=========================================

Title and sentence, the lanes as boxes joined by arrows (or stacked, where they do not fit beside
each other), the maps with the column names over their rows, and the helper calls in kernel order.
"""

from __future__ import annotations

from kfuncviz.render.kit.plain import cut, plain, wrap
from kfuncviz.render.ownership import way
from kfuncviz.render.ownership.mailboxes import beside, stacked
from kfuncviz.render.ownership.words import sentence
from kfuncviz.scenario.ownership.answer import Hop, Ownership

LEAST_WIDTH = 48
MOST_ROWS = 12


def text(o: Ownership, width: int = 72) -> str:
    r"""The way of an id as ASCII text, no line wider than ``width`` columns (at least 48).

    Raises ValueError for a smaller width, or lanes and hops that do not alternate.

    >>> from kfuncviz.scenario.ownership.answer import Hop, Lane, Ownership
    >>> o = Ownership("Portable home", "uid", "read",
    ...     (Lane("fs", "On disk", "ext4", 1000), Lane("mount", "Through mount", "/home", 1125)),
    ...     (Hop("mount", "mount idmap", ((1000, 1125, 1),), False, "left", "make_vfsuid", row=0),))
    >>> print(text(o).partition("\n")[0])
    Portable home
    """
    way.check(o)
    if width < LEAST_WIDTH:
        raise ValueError(f"width is {width}, must be at least {LEAST_WIDTH} columns")
    picture = beside(o, width) or stacked(o, width)
    maps = [_map(o, h, width) for h in way.order(o)]
    parts = [_title(o, width), picture, *maps, _calls(o, width)]
    return "\n\n".join("\n".join(line.rstrip() for line in part) for part in parts if part) + "\n"


def _title(o: Ownership, width: int) -> list[str]:
    title = cut(plain(o.title).strip() or "Who owns this file?", width)
    return [title, "=" * len(title), *wrap(plain(sentence(o)), width)]


def _map(o: Ownership, h: int, width: int) -> list[str]:
    """One map: its name, the names of its columns, its rows, the one that answered marked."""
    hop = o.hops[h]
    name = cut(plain(hop.name + (f" ({hop.note})" if hop.note else "")), width)
    if hop.nop:
        return [name, "  no map: every number stays the same"]
    one, two = (h, h + 1) if hop.col1 == "left" else (h + 1, h)
    across = min(18, (width - 28) // 2)
    heads = [cut(f"{nth}: {plain(o.lanes[k].name)}", across) for nth, k in ((1, one), (2, two))]
    lines = [name, f"  {heads[0]:>{across}} {heads[1]:>{across}} {'3: count':>10}"]
    for row in _shown_rows(hop):
        if row is None:
            lines.append(f"  {'...':>{across}}")
            continue
        first, second, count = hop.rows[row]
        mark = f"  <-- row {row + 1}" if hop.row == row and way.fate(o, h) == "arrives" else ""
        lines.append(f"  {first:>{across}} {second:>{across}} {count:>10}{mark}"[:width])
    hidden = len(hop.rows) - sum(row is not None for row in _shown_rows(hop))
    lines += [f"  ({hidden} more rows)"] * bool(hidden)
    lines += _verdict(o, h, width)
    return lines


def _verdict(o: Ownership, h: int, width: int) -> list[str]:
    fate, arriving = way.fate(o, h), o.lanes[way.source(o, h)].id
    if fate == "lost":
        what = "this id" if arriving is None else str(arriving)
        text_ = f"no row holds {what} in column {way.column(o, h)}: lost here"
        return wrap(text_, width, first="  X ", then="    ")
    return ["  not reached"] if fate == "unreached" else []


def _shown_rows(hop: Hop) -> list[int | None]:
    """Indices of the rows to show: all up to twelve, else both ends and around the answer."""
    total = len(hop.rows)
    if total <= MOST_ROWS:
        return list(range(total))
    at = hop.row or 0
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
    if not o.calls:
        return []
    pad = len(str(len(o.calls)))
    lines = ["calls"]
    for nth, call in enumerate(o.calls):
        hop = o.call_hops[nth] if nth < len(o.call_hops) else None
        lost = hop is not None and 0 <= hop < len(o.hops) and way.fate(o, hop) == "lost"
        first = f"{'X' if lost else ' '} {nth + 1:>{pad}}. "
        lines += wrap(plain(call), width, first=first, then=" " * (len(first) + 2)) or [first]
    return lines
