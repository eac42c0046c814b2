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
from kfuncviz.render.ownership import labels
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Fate, Leg

BOX = 12


def beside(o: Ownership, width: int) -> list[str]:
    """The lanes beside each other, or nothing where the helpers' names would not fit."""
    lanes = len(o.lanes)
    gap = min(24, (width - lanes * BOX) // (lanes - 1))
    longest = max(len(plain(labels.hop_label(hop))) for hop in o.hops)
    if gap < longest or gap < 12:
        return []
    boxes = [_box(o, k) for k in range(lanes)]
    arrows = [_arrow(o, leg, gap) for leg in o.travel.hops]
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
    """Under each box what is to be said of it."""
    columns = [_remarks(o, k) for k in range(len(o.lanes))]
    deep = max(map(len, columns))
    return [
        _spread([cells[nth] if nth < len(cells) else "" for cells in columns], gap)
        for nth in range(deep)
    ]


def _remarks(o: Ownership, k: int) -> list[str]:
    """Start or answer, a second number, or what 65534 means here."""
    chip = labels.chip(o, k)
    notes = [f"{name} {value}" for name, value in labels.notes(o, k)]
    meaning = [labels.bin_words(o, k)[1]] if o.travel.fallen[k] else []
    return [*([chip] if chip else []), *notes, *meaning]


def _inside(o: Ownership, k: int) -> tuple[str, bool]:
    """What a lane's box holds, and whether the id was lost on the way there."""
    if o.travel.fallen[k]:
        return labels.bin_words(o, k)[0], True
    return labels.pill_text(o.lanes[k]), False


def _box(o: Ownership, k: int) -> tuple[str, ...]:
    inside, lost = _inside(o, k)
    if lost:
        edge = ":" * BOX
        return edge, f":{cut(inside, BOX - 2):^{BOX - 2}}:", edge
    edge = "+" + "-" * (BOX - 2) + "+"
    padded = f"{inside} " if len(inside) < BOX - 2 else inside
    return edge, f"|{padded:>{BOX - 2}}|", edge


def _arrow(o: Ownership, leg: Leg, gap: int) -> tuple[str, ...]:
    name = plain(labels.hop_label(o.hops[leg.hop]))
    wordings = _results(o, leg)
    under = next((text for text in wordings if len(text) <= gap - 2), cut(wordings[-1], gap))
    shaft = _shaft(leg.fate, gap - 2, right=leg.target > leg.source)
    return f"{name:^{gap}}", shaft, f"{under:^{gap}}"


def _results(o: Ownership, leg: Leg) -> list[str]:
    """What happened at a hop, longest wording first; the cross stands on the line already."""
    return [plain(text).removeprefix("X ") for text in labels.result(o, leg)]


def _shaft(fate: Fate, length: int, *, right: bool) -> str:
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
    for leg in o.travel.legs:
        lines += [*_stop(o, leg.source, width), *_descent(o, leg, width)]
    return lines + _stop(o, o.travel.end, width)


def _stop(o: Ownership, k: int, width: int) -> list[str]:
    room = width - BOX - 2
    lane, box = o.lanes[k], _box(o, k)
    beside_box = (lane.name, lane.sub, ", ".join(_remarks(o, k)))
    lines = zip(box, beside_box, strict=True)
    return [f"{edge}  {cut(plain(words), room)}" for edge, words in lines]


def _descent(o: Ownership, leg: Leg, width: int) -> list[str]:
    shaft = {"arrives": "|", "lost": ":", "after": ":", "unreached": "."}[leg.fate]
    hop = o.hops[leg.hop]
    first = f"{labels.hop_label(hop)}: {_results(o, leg)[0]}"
    room = width - BOX - 2
    row = f" ({labels.row_text(hop.rows[leg.row])})" if leg.row is not None else ""
    if len(plain(first + row)) <= room:
        first += row
    middle = " " * (BOX // 2)
    left = [f"{middle}{shaft}", f"{middle}{'X' if leg.fate == 'lost' else shaft}", f"{middle}v"]
    right = [hop.name, first, ""]
    return [f"{a:<{BOX}}  {cut(plain(b), room)}" for a, b in zip(left, right, strict=True)]
