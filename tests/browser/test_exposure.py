# SPDX-License-Identifier: BSD-3-Clause
"""The exposure screen in a real Chromium: axe-core, nothing outside its box, and in JupyterLab."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kfuncviz.explorers.engine.exports import page as exported
from kfuncviz.explorers.exposure import State
from kfuncviz.kfuncs.contracts import consequence
from tests.browser.axe import page_of, violations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Lab, Seen

FOLDS = ("table", "mail", "save")
STATES = {
    "a cell": State(change="own-maps-6.8", exposure="fentry-core", folds=FOLDS),
    "a row": State(change="mnt-user-ns-gone-6.3"),
    "a column": State("both", exposure="kfunc"),
    "a question": State("elsewhere", predict=True, change="perfmon-7.3", exposure="kfunc"),
    "a guess": State("elsewhere", "7.0", predict=True, change="perfmon-7.3", exposure="kfunc",
                     guesses=(("perfmon-7.3", "kfunc", "holds"),)),
    "nothing": State("elsewhere", until="5.17", folds=FOLDS),
}  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [844, 360])
def test_axe_finds_nothing(chromium_page: Page, width: int, dark: bool) -> None:
    chromium_page.set_content(page_of("exposure", STATES, width, dark=dark))
    assert violations(chromium_page) == []


@pytest.mark.parametrize("width", [300, 360, 640, 719, 720, 844, 1240])
def test_nothing_is_wider_than_its_box(chromium_page: Page, width: int) -> None:
    chromium_page.set_viewport_size({"width": width + 20, "height": 900})
    chromium_page.set_content(page_of("exposure", STATES, width, dark=False))
    wide = chromium_page.evaluate(
        "[...document.querySelectorAll('.kfv-explorer :is(button, .panel, dd, dt, p, li, td, th)')]"
        ".filter(e => e.checkVisibility() && !e.closest('.kfv-fold-body'))"
        ".filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display != 'inline')"
        ".map(e => `${e.className}: ${e.textContent.slice(0, 60)}`)"
    )
    assert wide == []


def test_a_page_by_itself_opens_cells(chromium_page: Page, seen: Seen, tmp_path: Path) -> None:
    """One file, opened from the disk: its frames were recorded."""
    (tmp_path / "page.html").write_text(exported("exposure", State()), encoding="utf-8")
    chromium_page.goto((tmp_path / "page.html").as_uri())
    for way, outcome in (("fentry-core", "breaks"), ("kfunc", "holds")):
        chromium_page.locator(f'[data-key="own-maps-6.8 {way}"]').click()
        chromium_page.locator(".panel", has_text=consequence(way, "own-maps-6.8").why).wait_for()
        assert outcome in chromium_page.locator(".panel").inner_text()
    chromium_page.locator('[data-key=" kfunc"]').click()
    chromium_page.locator("thead .panel", has_text="notice owed").wait_for()
    assert seen.outside_requests == seen.console_errors == []


def test_in_jupyterlab_by_keyboard(
    page: Page, lab: Lab, seen: Seen, shot: Callable[[str], None]
) -> None:
    """A cell opens and shuts, a guess opens the next, and undo takes a step back."""
    source = "import kfuncviz as kv\nkv.ExposureExplorer()"
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
            "id": "a", "source": source}  # fmt: skip
    notebook = {"cells": [cell], "metadata": {"language_info": {"name": "python"}},
                "nbformat": 4, "nbformat_minor": 5}  # fmt: skip
    (lab.folder / "exposure.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    lab.open(page, "exposure.ipynb")
    lab.run_all(page)
    root = page.locator(".kfv-explorer")

    def key(name: str) -> str:
        return f'[data-key="{name}"]'

    root.locator(key("own-maps-6.8 fentry-core")).focus()
    page.keyboard.press("Enter")
    root.locator(".panel", has_text="relocation-fails").wait_for()
    shot("exposure-cell")
    page.keyboard.press("Enter")
    root.locator(".panel").wait_for(state="detached")
    root.locator(key("predict")).focus()
    page.keyboard.press("Space")
    root.locator(".covered").first.wait_for()
    root.locator(key("own-maps-6.8 kfunc")).focus()
    page.keyboard.press("Enter")
    root.locator(key("guess-wrong")).focus()
    page.keyboard.press("Enter")
    root.locator(".panel", has_text="It is otherwise").wait_for()
    root.locator(".kfv-say", has_text="1 guessed, 0 right").wait_for()
    shot("exposure-guess")
    page.keyboard.press("u")
    root.locator(".kfv-say", has_text="0 guessed, 0 right").wait_for()
    root.locator(key("until")).focus()
    page.keyboard.press("ArrowLeft")
    root.locator("output", has_text="7.0").wait_for()
    assert seen.outside_requests == seen.console_errors == []
