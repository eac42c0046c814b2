# SPDX-License-Identifier: BSD-3-Clause
"""
Lanes as boxes of ASCII
=======================

Two or three lanes stand beside each other, disk left and caller right whichever way the question
runs, with the helper above each arrow and the row under it.  More lanes, or a narrower page, and
the boxes stand under each other in the order of travel.  A lost id ends in a box of colons.
"""

from __future__ import annotations

from kfuncviz.render.kit.plain import cut, plain
from kfuncviz.render.ownership import labels, way
from kfuncviz.render.ownership.layout import pill_notes
from kfuncviz.scenario.ownership.answer import Ownership

BOX = 12


def beside(o: Ownership, width: int) -> list[str]:
    """The lanes beside each other, or nothing where the helpers' names would not fit."""
    lanes = len(o.lanes)
    gap = min(24, (width - lanes * BOX) // (lanes - 1))
    longest = max(len(plain(labels.hop_label(hop))) for hop in o.hops)
    if gap < longest or gap < 12:
        return []
    boxes = [_box(o, k) for k in range(lanes)]
    arrows = [_arrow(o, h, gap) for h in range(lanes - 1)]
    return [*_heads(o, gap), *_interleave(boxes, arrows), *_feet(o, gap)]


def _interleave(boxes: list[tuple[str, ...]], arrows: list[tuple[str, ...]]) -> list[str]:
    lines = []
    for nth in range(3):
        line = boxes[0][nth]
        for arrow, box in zip(arrows, boxes[1:], strict=True):
            line += arrow[nth] + box[nth]
        lines.append(line)
    return lines


def _spread(cells: list[str], gap: int) -> str:
    """One text per lane, starting at its box, the last one ending at its box."""
    reach, half = BOX + gap, BOX + gap // 2
    first, *inner, last = [plain(cell) for cell in cells]
    line = f"{cut(first, reach - 1):<{reach}}"
    line += "".join(f"{cut(cell, half - 1):<{reach}}" for cell in inner)
    total = len(cells) * BOX + (len(cells) - 1) * gap
    last = cut(last, half - 1)
    return f"{line:<{total}}"[: total - len(last)] + last


def _heads(o: Ownership, gap: int) -> list[str]:
    lines = [_spread([lane.name for lane in o.lanes], gap)]
    subs = [lane.sub for lane in o.lanes]
    return [*lines, _spread(subs, gap)] if any(subs) else lines


def _feet(o: Ownership, gap: int) -> list[str]:
    """Under each box: start or answer, a second number, or what 65534 means here."""
    columns = []
    for k in range(len(o.lanes)):
        notes = [f"{name} {value}" for name, value in pill_notes(o, k)]
        meaning = [labels.bin_words(o, k)[1]] if way.bin_hit(o, k) else []
        chip = labels.chip(o, k)
        columns.append([*([chip] if chip else []), *notes, *meaning])
    deep = max(map(len, columns))
    return [
        _spread([cells[nth] if nth < len(cells) else "" for cells in columns], gap)
        for nth in range(deep)
    ]


def _inside(o: Ownership, k: int) -> tuple[str, bool]:
    """What a lane's box holds, and whether the id was lost on the way there."""
    if way.bin_hit(o, k):
        return labels.bin_words(o, k)[0], True
    empty = o.lanes[k].id is None and not way.unnamed(o, k)
    return ("" if empty else labels.pill_text(o.lanes[k])), False


def _box(o: Ownership, k: int) -> tuple[str, ...]:
    inside, lost = _inside(o, k)
    if lost:
        edge = ":" * BOX
        return edge, f":{cut(inside, BOX - 2):^{BOX - 2}}:", edge
    edge = "+" + "-" * (BOX - 2) + "+"
    padded = f"{inside} " if len(inside) < BOX - 2 else inside
    return edge, f"|{padded:>{BOX - 2}}|", edge


def _arrow(o: Ownership, h: int, gap: int) -> tuple[str, ...]:
    fate = way.fate(o, h)
    name = plain(labels.hop_label(o.hops[h]))
    wordings = _results(o, h)
    under = next((text for text in wordings if len(text) <= gap - 2), cut(wordings[-1], gap))
    return f"{name:^{gap}}", _shaft(fate, gap - 2, right=o.direction == "read"), f"{under:^{gap}}"


def _results(o: Ownership, h: int) -> list[str]:
    """What happened at a hop, longest wording first; the cross stands on the line already."""
    return [plain(text).removeprefix("X ") for text in labels.result(o, h)]


def _shaft(fate: str, length: int, *, right: bool) -> str:
    if fate == "unreached":
        return " " * (length + 2)
    if fate == "arrives":
        line = "-" * (length - 1)
    else:
        dashes = ("- " * length)[: length - 1]
        half = length // 2
        line = f"{dashes[: half - 1]}X{dashes[half:]}" if fate == "lost" else dashes
    return f" {line}> " if right else f" <{line} "


def stacked(o: Ownership, width: int) -> list[str]:
    """The boxes under each other, in the order of travel."""
    lines: list[str] = []
    stops = [way.start(o), *(way.target(o, h) for h in way.order(o))]
    for k, h in zip(stops, [*way.order(o), None], strict=True):
        lines += _stop(o, k, width)
        if h is not None:
            lines += _descent(o, h, width)
    return lines


def _stop(o: Ownership, k: int, width: int) -> list[str]:
    room = width - BOX - 2
    lane, box = o.lanes[k], _box(o, k)
    notes = [f"{name} {value}" for name, value in pill_notes(o, k)]
    meaning = [labels.bin_words(o, k)[1]] if way.bin_hit(o, k) else []
    chip = labels.chip(o, k)
    third = ", ".join([*([chip] if chip else []), *notes, *meaning])
    beside_box = (lane.name, lane.sub, third)
    lines = zip(box, beside_box, strict=True)
    return [f"{edge}  {cut(plain(words), room)}" for edge, words in lines]


def _descent(o: Ownership, h: int, width: int) -> list[str]:
    fate = way.fate(o, h)
    shaft = {"arrives": "|", "lost": ":", "after": ":", "unreached": "."}[fate]
    hop = o.hops[h]
    first = f"{labels.hop_label(hop)}: {_results(o, h)[0]}"
    row = way.row_of(o, h)
    if row and fate == "arrives":
        first += f" ({labels.row_text(row)})"
    room = width - BOX - 2
    middle = " " * (BOX // 2)
    left = [f"{middle}{shaft}", f"{middle}{'X' if fate == 'lost' else shaft}", f"{middle}v"]
    right = [hop.name, first, ""]
    return [f"{a:<{BOX}}  {cut(plain(b), room)}" for a, b in zip(left, right, strict=True)]
