# SPDX-License-Identifier: BSD-3-Clause
"""A page of one explorer has every rule about it, and no rule of another is about it too."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import fields, replace
from importlib import import_module
from typing import Any

import pytest

from kfuncviz import front
from kfuncviz.explorers.engine.registry import EXPLORERS, explorer
from tests.render.drawn import page

WIDTHS = (500, 960)
CASE = "home-on-a-stick"
OPENS = {"bench": CASE, "doctor": CASE, "operation": CASE, "ownership": CASE}
RULE = re.compile(r"([^{}]+)\{[^{}]*\}")


def rules(*rooms: str) -> list[str]:
    """Each selector of a stylesheet, one at a time; what an @media wraps is left out."""
    css = front.stylesheet(*rooms)
    css = re.sub(r"/\*.*?\*/|@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css, flags=re.DOTALL)
    each = [one for found in RULE.findall(css) for one in re.split(r",(?![^(]*\))", found)]
    return [" ".join(selector.split()) for selector in each]


def about(selector: str, drawn: set[frozenset[str]]) -> bool:
    """Whether each part of a selector has an element with its tag and all its classes there."""
    bare = re.sub(r":(?:not|is|where|has)\([^()]*\)|::?[\w-]+|\[[^\]]*\]", "", selector)
    parts = [frozenset(re.findall(r"[\w-]+", part)) for part in re.split(r"[ >+~]+", bare)]
    return all(any(part <= one for one in drawn) for part in parts)


def screens(name: str) -> Iterator[ET.Element]:
    """What is seen first, unfolded, and after one press of each kind."""
    module = explorer(name)
    state = module.first(OPENS.get(name))
    if "folds" in {field.name for field in fields(state)}:
        state = replace(state, folds=tuple(import_module(f"{module.__name__}.state").FOLDS))
    seen = [page(html) for width in WIDTHS for html in module.frame(state, width).regions.values()]
    yield from seen
    pressed: dict[str, dict[str, Any]] = {}
    for control in (e for tree in seen for e in tree.iter("button") if e.get("data-event")):
        sent = json.loads(control.get("data-event", ""))
        if control.get("aria-disabled") != "true":
            pressed.setdefault(sent["type"], sent)
    for sent in pressed.values():
        yield from map(page, module.frame(module.update(state, sent)).regions.values())


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_rule_about_an_explorer_is_on_its_page(name: str) -> None:
    drawn = {
        frozenset([element.tag, *element.get("class", "").split()])
        for tree in screens(name)
        for element in tree.iter()
    } | {frozenset({"main", "kfv-explorer"})}
    there = rules(*EXPLORERS[name].split("."))
    assert len([one for one in there if about(one, drawn)]) > 20
    assert [one for one in rules() if about(one, drawn) and one not in there] == []
