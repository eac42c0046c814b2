# SPDX-License-Identifier: BSD-3-Clause
"""
Markup that a browser and a screen reader understand
====================================================

A browser says nothing of an element it does not know, a shape without its place, or a colour that
is none: it draws something else.  `faults` lists them.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from kfuncviz.render.kit.tokens import DARK, LIGHT

#: The elements that are used, with those that alone may stand in some of them.
HTML = (
    "a abbr article b body br button caption code dd details div dl dt em fieldset h2 h3 h4 hr i "
    "input label legend li ol optgroup option output p pre section select small span strong style "
    "sub summary sup table tbody td textarea th thead tr ul"
)
SVG = "a circle clipPath defs desc g line path pattern rect svg text title tspan style"
KNOWN = {*HTML.split(), *SVG.split()}
HOLD = {
    "ul": {"li"}, "ol": {"li"}, "dl": {"dt", "dd", "div"}, "tr": {"th", "td"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot", "tr"}, "thead": {"tr"},
    "tbody": {"tr"}, "select": {"option", "optgroup"},
}  # fmt: skip
#: What a shape has a place by; each is a number.
PLACED = {
    "rect": ("width", "height"), "circle": ("cx", "cy", "r"), "text": ("x", "y"),
    "line": ("x1", "y1", "x2", "y2"),
}  # fmt: skip
NUMBER = re.compile(r"-?\d+(\.\d+)?")
TRUTHS = {"pressed", "expanded", "checked", "invalid", "disabled", "hidden", "selected", "modal"}
#: The attributes whose words are few.
WORDS = {
    "text-anchor": {"start", "middle", "end"},
    "stroke-linejoin": {"round", "miter", "bevel"},
    "stroke-linecap": {"round", "butt", "square"},
    "role": {"alert", "button", "dialog", "group", "img", "list", "listitem", "note", "radio",
             "radiogroup", "region", "status", "switch", "table", "toolbar", "tooltip"},
    "aria-current": {"true", "step", "page", "location"},
    "aria-live": {"polite", "assertive", "off"},
    "scope": {"row", "col", "rowgroup", "colgroup"},
    "tabindex": {"0", "-1"},
    "preserveAspectRatio": {"none"},
}  # fmt: skip
WORDS |= {f"aria-{name}": {"true", "false"} for name in TRUTHS}
#: Attributes that say nothing where they are empty.
SAYING = {
    "aria-label",
    "title",
    "href",
    "d",
    "points",
    "for",
    "data-key",
    "viewBox",
    "role",
    "style",
}
COLOUR = re.compile(r"none|currentColor|transparent|var\(--kfv-[\w-]+\)|url\(#([\w-]+)\)")


def faults(tree: ET.Element) -> list[str]:
    """What is wrong in a page or a part of one, a line each."""
    ids = {e.get("id") for e in tree.iter()}
    return [f"{_tag(e)}: {fault}" for e in tree.iter() for fault in _faults(e, ids)]


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _faults(e: ET.Element, ids: set[str | None]) -> Iterator[str]:
    tag = _tag(e)
    if tag not in KNOWN:
        yield "there is no such element"
    for child in e:
        if _tag(child) not in HOLD.get(tag, {_tag(child)}):
            yield f"{_tag(child)} has no place in it"
    between = [e.text or "", *(child.tail or "" for child in e)]
    if tag in HOLD and "".join(between).strip():
        yield f"words between its parts: {''.join(between).strip()!r}"
    for name in PLACED.get(tag, ()):
        if not NUMBER.fullmatch(e.get(name, "")):
            yield f"{name} is {e.get(name)!r}"
    if tag == "path" and not re.fullmatch(r"[Mm][\d\s,.MmLlHhVvAaCcSsQqZz-]+", e.get("d", "")):
        yield f"d is {e.get('d')!r}"
    if tag == "svg":
        shown = e.get("viewBox") or e.get("viewbox")  # HTML knows no capitals
        icon = shown is None and {"width", "height", "aria-hidden"} <= e.attrib.keys()
        if not icon and not re.fullmatch(r"(-?[\d.]+ ){2}[\d.]+ [\d.]+", shown or ""):
            yield f"viewBox is {shown!r}"
    if tag == "details" and (not len(e) or _tag(e[0]) != "summary"):
        yield "it does not begin with its summary"
    for name, value in e.attrib.items():
        yield from _attribute(name, value, ids)


def _attribute(name: str, value: str, ids: set[str | None]) -> Iterator[str]:
    if value not in WORDS.get(name, {value}):
        yield f"{name} is {value!r}"
    if name in SAYING and not value.strip():
        yield f"{name} is empty"
    if name in ("fill", "stroke"):
        known = COLOUR.fullmatch(value)
        if not known and value not in {*LIGHT.values(), *DARK.values()}:
            yield f"{name} is {value!r}"
        elif known and known[1] and known[1] not in ids:
            yield f"{name} is a pattern that is not there: {value}"
    if name in ("data-event", "data-escape") and set(json.loads(value)) != {
        "type",
        "target",
        "value",
    }:
        yield f"{name} is {value}"
    if name == "stroke-dasharray" and not re.fullmatch(r"[\d.]+([ ,][\d.]+)*", value):
        yield f"{name} is {value!r}"
