# SPDX-License-Identifier: BSD-3-Clause
"""
The ownership screen under axe-core: no violation, every fold open, light and dark
==================================================================================

Several screens of every kind stand in one page, as in a notebook, so that whatever must be unique
on a page is.  axe-core comes with ``axe-playwright-python``; without it the reason is printed.
"""

from __future__ import annotations

import itertools
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kfuncviz.explorers.ownership import State, first, frame, update
from kfuncviz.explorers.ownership.state import FOLDS
from kfuncviz.front import stylesheet

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


def page_of(width: int, *, dark: bool) -> str:
    screens = "".join(
        f'<section aria-label="{name}"><h2>{name}</h2>'
        f'<div class="kfv-explorer" style="width:{width}px">'
        + "".join(frame(state, width).regions.values())
        + "</div></section>"
        for name, state in states().items()
    )
    ground = (
        "--jp-layout-color0:#111;--jp-content-font-color1:#f2f2f2;background:#111;color:#f2f2f2"
    )
    body = f'data-jp-theme-light="false" style="{ground}"' if dark else 'data-jp-theme-light="true"'
    return (
        f'<!doctype html><html lang="en"><meta charset=utf-8><title>Ownership</title>'
        f"<style>{stylesheet()}</style><body {body}><main><h1>Ownership</h1>{screens}</main>"
    )


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
    chromium_page.set_content(page_of(width, dark=False))
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
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core is not installed: pip install axe-playwright-python")
    chromium_page.set_content(page_of(width, dark=dark))
    chromium_page.add_script_tag(path=Path(spec.origin).with_name("axe.min.js"))
    found = chromium_page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    violations = [
        f"{broken['id']}: {node['html'][:160]}: {node['failureSummary'][:300]}"
        for broken in found["violations"]
        for node in broken["nodes"]
    ]
    assert violations == []
    assert len(found["passes"]) > 10
