# SPDX-License-Identifier: BSD-3-Clause
"""
A picture of lives, read back from its SVG
==========================================

What marks and words stand where, told from the shapes alone.  A path that is none of the known
shapes is an error.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.render.drawn import is_clean

SVG = "{http://www.w3.org/2000/svg}"
NUMBER = r"(-?[\d.]+)"
SHAPES = {
    "line": rf"M{NUMBER},{NUMBER}H{NUMBER}",
    "diamond": rf"M{NUMBER},{NUMBER}l{NUMBER},-{NUMBER}l\4,\4l-\4,\4z",
    "cross": rf"M{NUMBER},{NUMBER}l12,12m0,-12l-12,12",
    "head": rf"M{NUMBER},{NUMBER}l7,5l-7,5",
    "grid": rf"M{NUMBER},{NUMBER}V{NUMBER}",
}


@dataclass(frozen=True)
class Word:
    """A text: its left and right edge by its own box, its baseline, what it says."""

    left: float
    right: float
    y: float
    text: str
    size: float
    fill: str
    halo: str | None
    mono: bool
    bold: bool
    whole: str


@dataclass
class Drawn:
    """The marks of one row: places of their middles; lines as (from, to, y, dashed)."""

    title: str = ""
    cover: tuple[float, float, float, float] = (0, 0, 0, 0)
    lines: list[tuple[float, float, float, bool]] = field(default_factory=list)
    discs: list[tuple[float, float]] = field(default_factory=list)
    diamonds: list[tuple[float, float]] = field(default_factory=list)
    crosses: list[tuple[float, float]] = field(default_factory=list)
    heads: list[tuple[float, float]] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    halves: set[float] = field(default_factory=set)
    inks: set[tuple[str, str | None, str | None, str | None]] = field(default_factory=set)
    order: list[str] = field(default_factory=list)


def number(element: ET.Element, name: str) -> float:
    return float(element.get(name, "nan"))


def word(text: ET.Element) -> Word:
    at, box = number(text, "x"), number(text, "data-box")
    left = at - box if text.get("text-anchor") == "end" else at
    said = (text.text or "") + "".join(child.tail or "" for child in text)
    whole = text.find(f"{SVG}title")
    return Word(
        left, left + box, number(text, "y"), said, number(text, "font-size"),
        text.get("fill", ""), text.get("stroke"), "monospace" in text.get("font-family", ""),
        text.get("font-weight") == "700", whole.text or "" if whole is not None else said,
    )  # fmt: skip


def path(element: ET.Element, into: Drawn) -> None:
    shape, places = next(
        (shape, [float(n) for n in found.groups()])
        for shape, pattern in SHAPES.items()
        if (found := re.fullmatch(pattern, element.get("d", "")))
    )
    into.order.append(shape)
    into.inks.add((shape, *(element.get(name) for name in ("fill", "stroke", "stroke-width"))))
    x, y, *rest = places
    if shape == "line":
        into.lines.append((x, rest[0], y, element.get("stroke-dasharray") is not None))
    elif shape == "diamond":
        into.diamonds.append((x + rest[0], y))
        into.halves.add(rest[0])
    elif shape == "cross":
        into.crosses.append((x + 6, y + 6))
    elif shape == "head":
        into.heads.append((x + 7, y + 5))


def row(elements: Iterator[ET.Element]) -> Drawn:
    found = Drawn()
    for element in elements:
        name = element.tag.removeprefix(SVG)
        if name == "path":
            path(element, found)
        elif name == "circle":
            found.order.append("disc")
            found.discs.append((number(element, "cx"), number(element, "cy")))
            found.inks.add(("disc", element.get("fill"), None, element.get("r")))
        elif name == "text":
            found.words.append(word(element))
        elif name == "title":
            found.title = element.text or ""
        elif name == "rect":
            x, y, wide, high = (number(element, n) for n in ("x", "y", "width", "height"))
            found.cover = (x, y, x + wide, y + high)
            assert element.get("pointer-events") == "all"
            assert element.get("fill") == "none"
        else:
            raise AssertionError(f"a row holds a {name}")
    return found


@dataclass(frozen=True)
class Picture:
    """The whole: grid lines as (x, top, foot, stroke, thickness), the key, the rows, the rest."""

    width: float
    height: float
    grid: list[tuple[float, float, float, str, float]]
    key: Drawn
    rows: list[Drawn]
    words: list[Word]


def read(svg: str) -> Picture:
    """The picture that an SVG shows; words outside the rows are the key's, then the others."""
    root = ET.fromstring(svg)
    x, y, wide, high = map(float, root.get("viewBox", "").split())
    assert (x, y) == (-2, 0)
    is_clean(root)
    parts = [part for part in root if part.tag.removeprefix(SVG) in ("path", "circle", "text")]
    grid = [
        (*map(float, re.findall(NUMBER, part.get("d", ""))), part.get("stroke", ""),
         number(part, "stroke-width"))
        for part in parts if re.fullmatch(SHAPES["grid"], part.get("d", ""))
    ]  # fmt: skip
    rest = [part for part in parts if not re.fullmatch(SHAPES["grid"], part.get("d", ""))]
    last = [part.text for part in rest].index("alive") + 1
    rows = [row(iter(part)) for part in root if part.get("class") == "life"]
    return Picture(wide - 4, high, grid, row(iter(rest[:last])), rows, list(map(word, rest[last:])))
