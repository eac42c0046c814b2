# SPDX-License-Identifier: BSD-3-Clause
"""
The outline of a screen
=======================

Each element as a line: how deep it stands, what it is, its attributes, its own words; what is
inside a picture or an icon is measured elsewhere.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from kfuncviz.explorers.engine.frame import Frame
from tests.render.drawn import page

#: Of so many options that it may be the gallery, the chosen one alone is listed.
MOST = 12
#: What a drawing is known by changes with whatever is in it.
DIGEST = re.compile("-[0-9a-f]{12}")
#: A page inside a link, and what is in it.
INSIDE = re.compile("(;base64),.*")


def outlines(shown: Frame) -> list[str]:
    """The outline of a screen, region after region."""
    trees = [page(html) for html in shown.regions.values()]
    return [line for tree in trees for part in tree for line in outline(part)]


def outline(element: ET.Element, depth: int = 0) -> Iterator[str]:
    """An element and what is in it, a line each."""
    name = " ".join([element.tag, *(f".{c}" for c in element.get("class", "").split())])
    told = [
        f"{key}={_value(key, value)}" for key, value in element.attrib.items() if key != "class"
    ]
    own = " ".join("".join([element.text or "", *(e.tail or "" for e in element)]).split())
    if element.get("data-key") == "token":
        own = "(a token)"
    if element.tag == "style":
        own = "(rules)"
    yield " | ".join(filter(None, ["  " * depth + name, " ".join(told), own]))
    if not (element.tag == "svg" and (element.get("role") or ".kfv-icon" in name)):
        long = element.tag == "select" and len(element) > MOST
        for child in element:
            if not long or "selected" in child.attrib:
                yield from outline(child, depth + 1)


def _value(key: str, value: str) -> str:
    if not key.startswith("data-") or value[:1] != "{":
        return INSIDE.sub(r"\1,...", DIGEST.sub("-...", value))
    return " ".join(str(part) for part in json.loads(value).values() if part is not None)
