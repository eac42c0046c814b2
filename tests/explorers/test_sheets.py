# SPDX-License-Identifier: BSD-3-Clause
"""A page of one explorer has every rule about it, and no rule of another is about it too."""

from __future__ import annotations

import re

import pytest

from kfuncviz import front
from kfuncviz.explorers.engine.registry import EXPLORERS
from tests.explorers.screens import regions_of, screens
from tests.markup import faults

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


@pytest.mark.parametrize("name", EXPLORERS)
def test_a_browser_and_a_screen_reader_understand_every_part(name: str) -> None:
    assert {fault for tree in screens(name) for fault in faults(tree)} == set()


def test_a_class_of_ours_has_a_rule_or_names_a_part() -> None:
    """Regions are named by a class, styled or not; so are the few parts listed here."""
    parts = {"kfv-passed", "kfv-open", "kfv-stops", "kfv-beside", "kfv-definition", "kfv-notes"}
    for name in EXPLORERS:
        drawn = {
            c for tree in screens(name) for e in tree.iter() for c in e.get("class", "").split()
        }
        regions = {f"kfv-{region}" for region in regions_of(name)}
        ours = {one for one in drawn if one.startswith("kfv-")} - regions - parts
        assert ours <= {*re.findall(r"\.(kfv-[\w-]+)", front.stylesheet())}, name
