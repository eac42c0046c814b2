# SPDX-License-Identifier: BSD-3-Clause
"""The thread's screen in a real Chromium: axe-core, boxes, JupyterLab, a page of its own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kfuncviz.explorers.engine import exports
from kfuncviz.explorers.thread import FOLDS, STANCES, TOPICS, State
from tests.browser.axe import page_of, violations

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Lab, Seen

WEIGHED = State(
    opened=tuple(TOPICS), stances=tuple((f"{topic}.before", "even") for topic in TOPICS),
    written=(("need.after", "Perhaps."),), weights=(("need", "much"),),
)  # fmt: skip
STATES = {
    "nothing": State(),
    "a side": State("cost", written=(("cost.for", "Nobody."),)),
    "a mail": replace(WEIGHED, topic="promise", selection="message 3", folds=FOLDS),
    "a claim": replace(WEIGHED, topic="need", selection="claim need"),
    "a fact": replace(WEIGHED, topic="later", selection="fact struct-changed"),
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [844, 360])
def test_axe_finds_nothing(chromium_page: Page, width: int, dark: bool) -> None:
    chromium_page.set_content(page_of("thread", STATES, width, dark=dark))
    assert violations(chromium_page) == []


@pytest.mark.parametrize("width", [300, 360, 640, 759, 760, 844, 1240])
def test_nothing_is_wider_than_its_box(chromium_page: Page, width: int) -> None:
    chromium_page.set_viewport_size({"width": width + 20, "height": 900})
    chromium_page.set_content(page_of("thread", STATES, width, dark=False))
    wide = chromium_page.evaluate(
        "[...document.querySelectorAll("
        "'.kfv-explorer :is(button, p, li, article, label, .kfv-told, .kfv-weighed)')]"
        ".filter(e => e.checkVisibility() && !e.closest('.kfv-fold-body'))"
        ".filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display != 'inline')"
        ".map(e => `${e.className}: ${e.textContent.slice(0, 60)}`)"
    )
    assert wide == []


def key(name: str) -> str:
    return f'[data-key="{name}"]'


def test_in_jupyterlab_by_keyboard(
    page: Page, lab: Lab, seen: Seen, shot: Callable[[str], Path]
) -> None:
    """Both sides are written, the map opens; a mail lights up its claim, a claim its mail."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
            "id": "a", "source": "import kfuncviz as kv\nkv.ThreadExplorer('surface')"}  # fmt: skip
    notebook = {"cells": [cell], "metadata": {"language_info": {"name": "python"}},
                "nbformat": 4, "nbformat_minor": 5}  # fmt: skip
    (lab.folder / "thread.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    lab.open(page, "thread.ipynb")
    lab.run_all(page)
    root = page.locator(".kfv-explorer")
    root.locator(key("open") + '[aria-disabled="true"]').wait_for()
    for side, text in (("for", "ddThe inside stays hidden."), ("against", "What is seen is used.")):
        root.locator(key(f"text-surface.{side}")).focus()
        page.keyboard.type(text)
    root.locator(key("open") + ':not([aria-disabled="true"])').wait_for()
    root.locator(key("open")).focus()
    page.keyboard.press("Enter")
    root.locator("article.kfv-claim").nth(3).wait_for()
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1
    root.locator(key("mail-3")).focus()
    page.keyboard.press("Enter")
    root.locator("article.kfv-lit", has_text="moving").wait_for()
    shot("thread-mail")
    page.keyboard.press("]")
    root.locator("article.kfv-lit", has_text="small").wait_for()
    root.locator(key("claim-hidden")).focus()
    page.keyboard.press("Space")
    for n in (6, 11):
        root.locator(key(f"mail-{n}") + '[aria-label$="linked with what is chosen"]').wait_for()
    root.locator(key("weight-hidden-much")).focus()
    page.keyboard.press("Enter")
    root.locator(key("weight-hidden-much") + '[aria-pressed="true"]').wait_for()
    root.get_by_text("1 claim weighed").first.wait_for()
    shot("thread-claim")
    root.locator(key("fold-weighing")).focus()
    page.keyboard.press("Enter")
    saved = root.locator(key("weighing-page"))
    saved.wait_for()
    saved.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "my-weighing.html"
    whole = download.value.path().read_text(encoding="utf-8")
    assert "ddThe inside stays hidden." in whole
    assert "<b>much</b>: Against, Christian Brauner (hidden" in whole
    root.locator(key("undo")).focus()
    page.keyboard.press("u")
    root.locator(key("weight-hidden-much") + '[aria-pressed="false"]').wait_for()
    assert seen.outside_requests == seen.console_errors == []


def test_a_page_of_its_own_shows_every_open_map(
    chromium_page: Page, seen: Seen, tmp_path: Path
) -> None:
    state = replace(State(), opened=("need",), stances=(("need.before", "even"),))
    path = tmp_path / "thread.html"
    path.write_text(exports.page("thread", state), encoding="utf-8")
    assert path.stat().st_size <= exports.PAGE_MAX
    page = chromium_page
    page.goto(path.as_uri())
    root = page.locator(".kfv-explorer")
    root.locator(key("mail-12")).focus()
    page.keyboard.press("Enter")
    root.locator("article.kfv-lit", has_text="no-business").wait_for()
    root.locator(key("claim-need")).click()
    root.locator(".kfv-told", has_text="claim need").wait_for()
    root.locator(key("topic-cost")).click()
    root.locator(key("open") + '[aria-disabled="true"]').wait_for()
    for name in STANCES:
        stance = root.locator(key(f"stance-cost.before-{name.replace(' ', '-')}"))
        assert stance.get_attribute("aria-disabled") == "true"
    assert root.locator(key("text-cost.for")).get_attribute("readonly") is not None
    assert seen.outside_requests == seen.console_errors == []
