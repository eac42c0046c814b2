# SPDX-License-Identifier: BSD-3-Clause
"""
Drawn: a picture read back
==========================

An SVG document as the words, boxes and lines somebody sees, each with its place.  Nothing here
knows how a picture was made: a test asks what stands where and compares it with the answer.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

NS = "{http://www.w3.org/2000/svg}"
Point = tuple[float, float]


@dataclass(frozen=True)
class Word:
    """A text: what is shown, what is told in full on hover, and where its baseline begins."""

    text: str
    full: str
    x: float
    y: float
    size: float
    anchor: str
    bold: bool
    mono: bool
    fill: str
    box: float


@dataclass(frozen=True)
class Box:
    """A rectangle or a circle's frame."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    stroke: str | None
    border: float
    dashes: str | None

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def centre(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True)
class Stroke:
    """A path: its commands' end points in order, and how it is painted."""

    data: str
    fill: str | None
    stroke: str | None
    thick: float
    dashes: str | None
    opacity: float

    @cached_property
    def strands(self) -> list[list[Point]]:
        """End points of each strand (from one M to the next), relative ones made absolute."""
        out: list[list[Point]] = []
        x = y = 0.0
        for command, body in re.findall(r"([A-Za-z])([^A-Za-z]*)", self.data):
            if command in "Zz":
                continue
            n = [float(v) for v in re.findall(r"-?\d+(?:\.\d+)?", body)]
            if command == "M":
                x, y = n[:2]
                out.append([])
            elif command == "C":
                x, y = n[4:6]
            elif command == "L":
                x, y = n
            elif command in "Hh":
                x = n[0] if command == "H" else x + n[0]
            elif command in "Vv":
                y = n[0] if command == "V" else y + n[0]
            elif command == "l":
                x, y = x + n[0], y + n[1]
            out[-1].append((x, y))
        return out


class Part:
    """An element with a class, and what is drawn in it."""

    def __init__(self, element: ET.Element) -> None:
        self.element = element
        self.kind = element.get("class") or ""

    def number(self, name: str) -> int | None:
        """A data attribute as a number."""
        value = self.element.get(f"data-{name}")
        return None if value is None else int(value)

    def data(self, name: str) -> str | None:
        return self.element.get(f"data-{name}")

    @cached_property
    def words(self) -> list[Word]:
        return [_word(text) for text in self.element.iter(f"{NS}text")]

    @cached_property
    def texts(self) -> list[str]:
        return [word.text for word in self.words]

    @cached_property
    def boxes(self) -> list[Box]:
        return [_box(rect) for rect in self.element.iter(f"{NS}rect")]

    @cached_property
    def circles(self) -> list[Box]:
        return [_circle(circle) for circle in self.element.iter(f"{NS}circle")]

    @cached_property
    def icons(self) -> list[tuple[str, float, float, str]]:
        """Shape, place and colour of each path that is moved as a whole."""
        out = []
        for path in self.element.iter(f"{NS}path"):
            moved = re.fullmatch(r"translate\((.+),(.+)\)", path.get("transform") or "")
            if moved:
                x, y = map(float, moved.groups())
                out.append((path.get("d") or "", x, y, path.get("stroke") or ""))
        return out

    @cached_property
    def strokes(self) -> list[Stroke]:
        return [
            _stroke(path)
            for path in self.element.iter(f"{NS}path")
            if path.get("transform") is None
        ]


class Drawn(Part):
    """A whole picture."""

    def __init__(self, svg: str) -> None:
        super().__init__(ET.fromstring(svg))
        self.width = float(self.element.get("width") or 0)
        self.height = float(self.element.get("height") or 0)

    @cached_property
    def parts(self) -> list[Part]:
        return [Part(group) for group in self.element.iter(f"{NS}g") if group.get("class")]

    def all(self, kind: str, **data: object) -> list[Part]:
        """The parts of a kind in the order they are painted, with these data attributes."""
        return [
            part
            for part in self.parts
            if part.kind == kind
            and all(part.data(name) == str(value) for name, value in data.items())
        ]

    def one(self, kind: str, **data: object) -> Part:
        found = self.all(kind, **data)
        assert len(found) == 1, f"{len(found)} of {kind} {data}"
        return found[0]

    @cached_property
    def named(self) -> dict[str, str]:
        """Title and description, by their XML ids' last letter."""
        return {
            (child.get("id") or "")[-1]: child.text or ""
            for child in self.element
            if child.tag in (f"{NS}title", f"{NS}desc")
        }

    def hatch(self, box: Box) -> str | None:
        """Which hatch fills a box: the ending of the pattern's id."""
        found = re.fullmatch(r"url\(#\S+?-(\w+)\)", box.fill)
        return found[1] if found else None

    def order(self) -> Iterator[ET.Element]:
        return self.element.iter()


def _f(element: ET.Element, name: str, default: float = 0.0) -> float:
    return float(element.get(name) or default)


def _word(text: ET.Element) -> Word:
    hover = text.find(f"{NS}title")
    shown = (text.text or "") if hover is None else (hover.tail or "")
    return Word(
        shown, shown if hover is None else (hover.text or ""), _f(text, "x"), _f(text, "y"),
        _f(text, "font-size"), text.get("text-anchor") or "start",
        text.get("font-weight") == "700", "mono" in (text.get("font-family") or "").lower(),
        text.get("fill") or "", _f(text, "data-box"),
    )  # fmt: skip


def _paint(element: ET.Element) -> tuple[str, str | None, float, str | None]:
    return (
        element.get("fill") or "", element.get("stroke"), _f(element, "stroke-width"),
        element.get("stroke-dasharray"),
    )  # fmt: skip


def _box(rect: ET.Element) -> Box:
    return Box(_f(rect, "x"), _f(rect, "y"), _f(rect, "width"), _f(rect, "height"), *_paint(rect))


def _circle(circle: ET.Element) -> Box:
    r = _f(circle, "r")
    x, y = _f(circle, "cx") - r, _f(circle, "cy") - r
    return Box(x, y, 2 * r, 2 * r, *_paint(circle))


def _stroke(path: ET.Element) -> Stroke:
    fill, stroke, thick, dashes = _paint(path)
    opacity = _f(path, "fill-opacity", 1.0)
    return Stroke(path.get("d") or "", fill or None, stroke, thick, dashes, opacity)
