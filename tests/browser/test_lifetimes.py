# SPDX-License-Identifier: BSD-3-Clause
"""The lifetimes screen in a real Chromium: axe-core, nothing outside its box, and in JupyterLab."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kfuncviz.explorers.engine.exports import page as exported
from kfuncviz.explorers.lifetimes import State
from kfuncviz.explorers.lifetimes.estimate import said
from kfuncviz.explorers.lifetimes.state import ENDS
from tests.browser.axe import page_of, violations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Lab, Seen

FOLDS = ("table", "mail", "save")
STATES = {
    "every kfunc": State(page=3, kfunc="bpf_stream_vprintk"),
    "some": State(subsystem="fs/", kfunc="bpf_get_file_xattr", beside=True, folds=FOLDS),
    "none": State(text="no such name"),
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [844, 360])
def test_axe_finds_nothing(chromium_page: Page, width: int, dark: bool) -> None:
    chromium_page.set_content(page_of("lifetimes", STATES, width, dark=dark))
    assert violations(chromium_page) == []


@pytest.mark.parametrize("width", [300, 360, 640, 760, 844, 1240])
def test_nothing_is_wider_than_its_box(chromium_page: Page, width: int) -> None:
    chromium_page.set_viewport_size({"width": width + 20, "height": 900})
    chromium_page.set_content(page_of("lifetimes", STATES, width, dark=False))
    wide = chromium_page.evaluate(
        "[...document.querySelectorAll('.kfv-explorer :is(button, label, dd, dt, p, li, td, div)')]"
        ".filter(e => e.checkVisibility() && !e.closest('.kfv-folds, .kfv-title-row, .kfv-ask'))"
        ".filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display != 'inline')"
        ".map(e => `${e.className}: ${e.textContent.slice(0, 60)}`)"
    )
    assert wide == []


def test_a_page_by_itself_turns_and_counts(chromium_page: Page, seen: Seen, tmp_path: Path) -> None:
    """One file, opened from the disk: its frames were recorded."""
    (tmp_path / "page.html").write_text(exported("lifetimes", State()), encoding="utf-8")
    chromium_page.goto((tmp_path / "page.html").as_uri())
    chromium_page.locator('[data-key="later"]').click()
    chromium_page.locator(".kfv-pager", has_text="rows 25 to 48").wait_for()
    chromium_page.locator('[data-key="preset-any term"]').click()
    chromium_page.locator(".kfv-read", has_text=said(State(counts=ENDS))).wait_for()
    assert seen.outside_requests == seen.console_errors == []


def test_in_jupyterlab_by_keyboard(
    page: Page, lab: Lab, seen: Seen, shot: Callable[[str], None]
) -> None:
    """A filter is typed, pages turn, a kfunc opens, and the curve follows what counts."""
    source = "import kfuncviz as kv\nkv.LifetimesExplorer()"
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
            "id": "a", "source": source}  # fmt: skip
    notebook = {"cells": [cell], "metadata": {"language_info": {"name": "python"}},
                "nbformat": 4, "nbformat_minor": 5}  # fmt: skip
    (lab.folder / "lifetimes.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    lab.open(page, "lifetimes.ipynb")
    lab.run_all(page)
    root = page.locator(".kfv-explorer")

    def key(name: str) -> str:
        return f'[data-key="{name}"]'

    root.locator(key("later")).focus()
    page.keyboard.press("Enter")
    root.locator(".kfv-pager", has_text="rows 25 to 48").wait_for()
    assert root.locator(".kfunc").count() == 24
    root.locator(key("text")).focus()
    page.keyboard.type("file_xattr")
    root.locator(".kfv-say", has_text="1 kfunc,").wait_for()
    root.locator(key("kfunc-bpf_get_file_xattr")).focus()
    page.keyboard.press("Enter")
    root.locator(".kfv-page", has_text="fs/bpf_fs_kfuncs.c").wait_for()
    shot("lifetimes-page")
    root.locator(key("count-stricter")).focus()
    page.keyboard.press("Space")
    root.locator(f'{key("count-stricter")}[aria-checked="true"]').wait_for()
    root.locator(key("beside")).focus()
    page.keyboard.press("Space")
    root.locator("h4", has_text="four wrappers").wait_for()
    root.locator(".kfv-notes", has_text="flags ask for more").wait_for()
    page.keyboard.press("u")
    root.locator("h4", has_text="four wrappers").wait_for(state="detached")
    shot("lifetimes-curve")
    assert seen.outside_requests == seen.console_errors == []
