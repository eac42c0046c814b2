# SPDX-License-Identifier: BSD-3-Clause
"""
Reading pictures back
=====================

What a person would see: the words of a drawing with their places, its boxes, and a page of HTML as
a tree.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from kfuncviz.render.kit.tokens import LIGHT

_TOKEN = {colour: token for token, colour in LIGHT.items()}
SVG = "{http://www.w3.org/2000/svg}"
_VOID = {"br", "input"}
#: A number that was not written short.
LONG = re.compile(r"\.\d{3}|\.\d?0(?!\d)|e-")
#: What stands on a line of its own; between two of them nobody expects a word.
_BLOCKS = {
    *("div", "section", "article", "details", "summary", "table", "caption", "thead", "tbody"),
    *("tr", "th", "td", "ul", "ol", "li", "dl", "dt", "dd", "p", "h4", "style"),
}


class Text(NamedTuple):
    """A word or a line: where it begins (or its middle stands), what it says, how it looks."""

    x: float
    y: float
    said: str
    look: dict[str, str]


class Box(NamedTuple):
    """A rectangle and how it looks."""

    x: float
    y: float
    width: float
    height: float
    look: dict[str, str]

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


def texts(picture: ET.Element) -> list[Text]:
    """Every text in the order drawn, in full where it was cut; no word stands outside of one."""
    is_clean(picture)
    return [
        Text(float(t.get("x", "0")), float(t.get("y", "0")), _said(t), dict(t.attrib))
        for t in picture.iter(f"{SVG}text")
    ]


def _said(text: ET.Element) -> str:
    whole = text.find(f"{SVG}title")
    return ("" if whole is None else whole.text or "") or "".join(text.itertext())


def boxes(picture: ET.Element) -> list[Box]:
    """Every rectangle that is drawn (patterns hold some that are not)."""
    hidden = {id(r) for defs in picture.iter(f"{SVG}defs") for r in defs.iter(f"{SVG}rect")}
    return [
        Box(*(float(r.get(key, "0")) for key in ("x", "y", "width", "height")), dict(r.attrib))
        for r in picture.iter(f"{SVG}rect")
        if id(r) not in hidden
    ]


def paths(picture: ET.Element) -> Iterator[dict[str, str]]:
    """The attributes of every path that is drawn."""
    hidden = {id(p) for defs in picture.iter(f"{SVG}defs") for p in defs.iter(f"{SVG}path")}
    return (dict(p.attrib) for p in picture.iter(f"{SVG}path") if id(p) not in hidden)


def is_clean(picture: ET.Element) -> None:
    """No word stands between the parts of a picture, and no path has more than two decimals."""
    holders = ("svg", "g", "defs", "pattern")
    assert not loose(e for e in picture.iter() if e.tag.removeprefix(SVG) in holders)
    found = [e.get("d", "") for e in picture.iter() if LONG.search(e.get("d", ""))]
    assert found == []


def loose(holders: Iterable[ET.Element]) -> str:
    """The words that stand directly in elements that should hold others alone."""
    between = (part or "" for e in holders for part in (e.text, *(child.tail for child in e)))
    return "".join(between).strip()


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.builder = ET.TreeBuilder()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {key: value or "" for key, value in attrs})
        if tag in _VOID:
            self.builder.end(tag)
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {key: value or "" for key, value in attrs})
        self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def page(html: str) -> ET.Element:
    """A piece of HTML as a tree; every element has to be closed in its place."""
    tree = _Tree()
    tree.feed(f"<body>{html}</body>")
    tree.close()
    assert tree.open == []
    whole = tree.builder.close()
    inner = (e for e in whole.iter() if e is not whole)
    assert not loose(e for e in inner if {child.tag for child in e} & _BLOCKS)
    return whole


def said(element: ET.Element) -> str:
    """The words of an element, blanks joined and soft hyphens dropped."""
    return " ".join("".join(element.itertext()).replace("\N{SOFT HYPHEN}", "").split())


def of_class(element: ET.Element, name: str) -> list[ET.Element]:
    """The elements below that carry a class."""
    return [e for e in element.iter() if name in e.get("class", "").split()]


def blueprint(picture: ET.Element) -> list[str]:
    """Everything drawn, a line each, in order: place, size and look, with colours by token."""
    (top, *_), defs = picture.get("viewBox", "").split(), list(picture.iter(f"{SVG}defs"))
    hidden = {id(e) for part in defs for e in part.iter()}
    assert top == "-2"
    return [
        line
        for e in picture.iter()
        if id(e) not in hidden and (line := _line(e.tag.removeprefix(SVG), e))
    ]


def _line(kind: str, e: ET.Element) -> str:
    place = {
        "rect": "{x},{y} {width}x{height} r{rx}",
        "path": "{d}",
        "circle": "{cx},{cy} r{r}",
        "text": "{x},{y} box {data-box}",
    }.get(kind)
    if place is None:
        return ""
    parts = [kind, re.sub(r"{([\w-]+)}", lambda m: e.get(m[1], "-"), place)]
    parts += [_TOKEN.get(e.get(key, ""), re.sub(r"url\(.*-(\w+)\)", r"\1", e.get(key, "-")))
              for key in ("fill", "stroke")]  # fmt: skip
    parts += [e.get(key, "-") for key in ("stroke-width", "stroke-dasharray")]
    if kind == "text":
        family = "mono" if "mono" in e.get("font-family", "")[:8] else "sans"
        parts[2:] = [parts[2], e.get("font-size", "-"), family, e.get("font-weight", "-"),
                     e.get("text-anchor", "-"), _said(e)]  # fmt: skip
    return " | ".join(parts)
