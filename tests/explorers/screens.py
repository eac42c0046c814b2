# SPDX-License-Identifier: BSD-3-Clause
"""The screens of every explorer: what is seen first, unfolded, and after one press of each kind."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import fields, replace
from functools import cache
from importlib import import_module
from typing import Any

from kfuncviz.explorers.engine.registry import explorer
from tests.render.drawn import page

WIDTHS = (500, 960)
CASE = "home-on-a-stick"
OPENS = {"bench": CASE, "doctor": CASE, "operation": CASE, "ownership": CASE}


@cache
def screens(name: str) -> list[ET.Element]:
    """The regions of an explorer's screens as trees; nobody changes them."""
    module = explorer(name)
    state = module.first(OPENS.get(name))
    if "folds" in {field.name for field in fields(state)}:
        state = replace(state, folds=tuple(import_module(f"{module.__name__}.state").FOLDS))
    seen = [page(html) for width in WIDTHS for html in module.frame(state, width).regions.values()]
    pressed: dict[str, dict[str, Any]] = {}
    for control in (e for tree in seen for e in tree.iter("button") if e.get("data-event")):
        sent = json.loads(control.get("data-event", ""))
        if control.get("aria-disabled") != "true":
            pressed.setdefault(sent["type"], sent)
    for sent in pressed.values():
        seen += map(page, module.frame(module.update(state, sent)).regions.values())
    return seen


def regions_of(name: str) -> list[str]:
    """The names of an explorer's regions."""
    module = explorer(name)
    return list(module.frame(module.first(OPENS.get(name))).regions)
