# SPDX-License-Identifier: BSD-3-Clause
"""
The outline of a few screens
============================

Each element of a screen as a line: how deep it stands, what it is, its attributes, its own words;
what is inside a picture or an icon is measured elsewhere.  The lines in ``tests/data/outlines``
were read beside the screen.  Whoever changes a screen reads the new ones:

    python -m tests.explorers.test_outlines      writes the lines
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.explorers import bench, doctor, operation
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.ownership import State, first, frame, update
from tests.render.drawn import page

#: Of so many options that it may be the gallery, the chosen one alone is listed.
MOST = 12
#: What a drawing is known by changes with whatever is in it.
DIGEST = re.compile("-[0-9a-f]{12}")
FOLDER = Path(__file__).parents[1] / "data" / "outlines"


def sent(state: State, *events: tuple[str, str, Any]) -> State:
    for kind, target, value in events:
        state = update(state, {"type": kind, "target": target, "value": value})
    return state


SCREENS: Mapping[str, Callable[[], Frame]] = {
    "ownership-wide": lambda: frame(
        sent(
            first("acl-with-a-strange-number"), ("fold", "steps", True), ("select", "mount.0", None)
        )
    ),
    "ownership-refused": lambda: frame(
        sent(first("home-on-a-stick"), ("typed", "mount.uid", "0 0 0"), ("typed", "id", "x")), 700
    ),
    "ownership-both": lambda: frame(sent(first("nested-pod"), ("set", "kind", "both"))),
    "ownership-small": lambda: frame(
        sent(first("three-kinds-of-nobody"), ("fold", "scale", True)), 360
    ),
    "ownership-compared": lambda: frame(
        sent(first("nested-pod"), ("compare", "keep", True), ("set", "direction", "chown")), 360
    ),
    "operation": lambda: operation.frame(operation.first("root-gets-eoverflow"), 844),
    "bench": lambda: bench.frame(bench.State(kfunc="bpf_is_idmapped_mnt", release="6.18"), 844),
    "doctor": lambda: doctor.frame(
        doctor.update(
            doctor.State(), {"type": "set", "target": "example", "value": "util-linux#4608"}
        ),
        844,
    ),
}


def outline(element: ET.Element, depth: int = 0) -> Iterator[str]:
    """An element and what is in it, a line each."""
    name = " ".join([element.tag, *(f".{c}" for c in element.get("class", "").split())])
    told = [
        f"{key}={_value(key, value)}" for key, value in element.attrib.items() if key != "class"
    ]
    own = " ".join("".join([element.text or "", *(e.tail or "" for e in element)]).split())
    if element.get("data-key") == "token":
        own = "(a token)"
    yield " | ".join(filter(None, ["  " * depth + name, " ".join(told), own]))
    if not (element.tag == "svg" and (element.get("role") or ".kfv-icon" in name)):
        long = element.tag == "select" and len(element) > MOST
        for child in element:
            if not long or "selected" in child.attrib:
                yield from outline(child, depth + 1)


def _value(key: str, value: str) -> str:
    if not key.startswith("data-") or value[:1] != "{":
        return DIGEST.sub("-...", value)
    return " ".join(str(part) for part in json.loads(value).values() if part is not None)


def lines(name: str) -> list[str]:
    """The outline of a screen, region after region."""
    regions = SCREENS[name]().regions
    trees = {region: page(html) for region, html in regions.items()}
    return [line for tree in trees.values() for part in tree for line in outline(part)]


@pytest.mark.parametrize("name", SCREENS)
def test_the_outline_is_the_one_read(name: str) -> None:
    assert lines(name) == (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for screen in SCREENS:
        (FOLDER / f"{screen}.txt").write_text("\n".join(lines(screen)) + "\n", "utf-8")
