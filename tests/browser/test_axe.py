# SPDX-License-Identifier: BSD-3-Clause
"""
The ownership screen under axe-core: no violation, every fold open, light and dark
==================================================================================

And the focus goes through it as one reads.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from kfuncviz.explorers.ownership import State, first, update
from kfuncviz.explorers.ownership.state import FOLDS
from tests.browser.axe import page_of, violations

if TYPE_CHECKING:
    from playwright.sync_api import Page


def event(kind: str, target: str, value: Any = None) -> dict[str, Any]:
    return {"type": kind, "target": target, "value": value}


def states() -> dict[str, State]:
    """Screens of every kind: asked each way, two levels, compared, refused, lost, and not made."""
    home = first("home-on-a-stick")
    bad = {"M": {"uid_map": [[0, 0, 1], [0, 0, 1]]}}
    refused = update(home, event("typed", "mount.uid", "0 0 0"))
    found = {
        "home": home,
        "create": update(home, event("set", "direction", "create")),
        "both": update(home, event("set", "kind", "both")),
        "compared": update(update(home, event("compare", "keep", True)),
                           event("set", "mount_idmapped", False)),
        "refused": update(refused, event("typed", "id", "many")),
        "refused again": update(refused, event("typed", "id", "many")),
        "step": update(home, event("step", "first")),
        "nobody": first("three-kinds-of-nobody"),
        "pod": first("nested-pod"),
        "no mount": first({"userns": bad, "mounts": {"m": {"userns": "M"}}}),
    }  # fmt: skip
    return {name: opened(state) for name, state in found.items()}


def opened(state: State) -> State:
    for fold in FOLDS:
        state = update(state, event("fold", fold, True))
    return state


#: What can have the focus, in the order it gets it, by where it stands.
FOCUSABLE = """() => [...document.querySelectorAll('.kfv-explorer')].map(root => {
  const can = 'button, select, input, textarea, summary, a, [tabindex="0"]';
  return [...root.querySelectorAll(can)].filter(e => e.checkVisibility()).map(e => {
    const r = e.getBoundingClientRect(), region = e.closest('.kfv-own');
    const part = e.closest('.kfv-lane, .kfv-hop, .extent, .kfv-folds > details') || e;
    return {key: e.dataset.key || e.tagName, x: part.getBoundingClientRect().x, y: r.y,
            bottom: r.bottom, region: region.className.split(' ')[1],
            top: region.getBoundingClientRect().y, header: !!e.closest('.kfv-header'),
            field: 'id' in e.dataset};
  });
})"""


@pytest.mark.parametrize("width", [844, 700])
def test_the_focus_goes_as_one_reads(chromium_page: Page, width: int) -> None:
    """Region after region downwards; in a line to the right; lane after gap over the picture."""
    chromium_page.set_content(page_of("ownership", states(), width, dark=False))
    screens = chromium_page.evaluate(FOCUSABLE)
    assert len(screens) == len(states())
    for found in screens:
        tops = [each["top"] for each in found]
        assert tops == sorted(tops)
        for one, two in itertools.pairwise(found):
            where = f"{one['key']} then {two['key']}"
            if one["header"] and two["header"] and not (one["field"] or two["field"]):
                assert one["x"] <= two["x"], where
            elif one["region"] == two["region"] == "kfv-bar":
                assert one["x"] < two["x"] or one["bottom"] <= two["y"] + 1, where


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [844, 360])
def test_axe_finds_nothing(chromium_page: Page, width: int, dark: bool) -> None:
    chromium_page.set_content(page_of("ownership", states(), width, dark=dark))
    assert violations(chromium_page) == []
