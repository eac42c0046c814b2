# SPDX-License-Identifier: BSD-3-Clause
"""The first notebook in a real JupyterLab: run it, work every control, read the owner."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

NOTEBOOK = "00-start-here.ipynb"


@pytest.fixture
def explorer(page: Page, lab: object) -> Locator:
    """The first explorer of the notebook, after all cells have run."""
    lab.open(page, NOTEBOOK)  # type: ignore[attr-defined]
    page.get_by_text("Run", exact=True).first.click()
    page.get_by_text("Run All Cells", exact=True).click()
    found = page.locator(".kfv-explorer").first
    found.locator("svg").first.wait_for(timeout=60_000)
    page.locator(".kfv-explorer").nth(3).wait_for(timeout=60_000)
    found.scroll_into_view_if_needed()
    return found


def says(explorer: Locator, *words: str) -> None:
    """Wait until the sentence under the picture has all of these words."""
    pattern = "".join(f"(?=.*{re.escape(word)})" for word in words)
    explorer.locator(".kfv-say").filter(has_text=re.compile(pattern, re.DOTALL)).wait_for(
        timeout=10_000
    )


def button(explorer: Locator, name: str) -> Locator:
    return explorer.get_by_role("button", name=name, exact=True)


def work_the_other_controls(explorer: Locator) -> None:
    """chown, undo, redo, reset, and who asks through which mount."""
    button(explorer, "chown: disk ← id").click()
    says(explorer, "chown")
    button(explorer, "Undo").click()
    says(explorer, "the caller sees")
    button(explorer, "Redo").click()
    says(explorer, "chown")
    button(explorer, "Reset").click()
    says(explorer, "the caller sees", "1125")

    explorer.get_by_label("mount", exact=True).select_option("unmapped")
    says(explorer, "no map on the way changes the number")
    explorer.get_by_label("mount", exact=True).select_option("stick")
    says(explorer, "1125")
    explorer.get_by_label("caller", exact=True).select_option("root")
    says(explorer, "1125")


def test_the_whole_notebook(
    explorer: Locator, page: Page, seen: object, shot: Callable[[str], Path]
) -> None:
    says(explorer, "1000", "1125", "the caller sees")
    shot("start-here")

    explorer.get_by_role("checkbox", name="mount idmap").uncheck()
    says(explorer, "no map on the way changes the number", "1000")
    explorer.get_by_role("checkbox", name="mount idmap").check()
    says(explorer, "1125")

    explorer.get_by_label("caller in container").check()
    says(explorer, "65534")
    explorer.get_by_label("caller in container").uncheck()
    says(explorer, "1125")

    explorer.get_by_label("filesystem in a user ns").check()
    says(explorer, "301000", "1125")
    explorer.get_by_label("filesystem in a user ns").uncheck()
    says(explorer, "on disk", "1125")

    explorer.get_by_label("or id").fill("0")
    explorer.get_by_label("or id").press("Enter")
    says(explorer, "Lost at hop 1", "65534")
    explorer.get_by_label("or id").fill("many")
    explorer.get_by_label("or id").press("Enter")
    explorer.get_by_text("is no id").wait_for()
    says(explorer, "Lost at hop 1")
    explorer.get_by_label("or id").fill("")
    explorer.get_by_label("or id").press("Enter")
    says(explorer, "1125")

    button(explorer, "Create: disk ← caller").click()
    says(explorer, "1125", "1000", "stores")
    button(explorer, "gid").click()
    says(explorer, "gid")
    button(explorer, "uid").click()
    button(explorer, "Read: disk → caller").click()
    says(explorer, "the caller sees")

    work_the_other_controls(explorer)

    explorer.get_by_label("file", exact=True).select_option("home")
    says(explorer, "1125")
    explorer.get_by_label("scenario", exact=True).select_option("root-gets-eoverflow")
    says(explorer, "EOVERFLOW")
    shot("start-here-eoverflow")
    assert seen.console_errors == []  # type: ignore[attr-defined]
    assert seen.outside_requests == []  # type: ignore[attr-defined]


def test_a_bad_row_shows_the_kernels_rule_and_keeps_the_picture(
    explorer: Locator, shot: Callable[[str], Path]
) -> None:
    text = explorer.get_by_label("mount idmap, rows: disk mount count")
    text.fill("1000 1125 1\n1001 1125 1")
    text.blur()
    explorer.locator(".kfv-map.mount textarea[aria-invalid=true]").wait_for()
    explorer.locator(".kfv-map.mount").get_by_text("EINVAL").wait_for()
    assert "overlap" in explorer.locator(".kfv-map.mount").inner_text()
    explorer.get_by_text("last state the kernel would accept").wait_for()
    says(explorer, "1125")
    shot("start-here-refused")
    text.fill("1000 7 1")
    text.blur()
    says(explorer, "1000", "7")
    assert explorer.get_by_text("last state the kernel would accept").count() == 0


def test_steps_by_button_and_key_and_no_key_reaches_the_notebook(
    explorer: Locator, page: Page
) -> None:
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    button(explorer, "First").click()
    explorer.get_by_text(re.compile("call 0 of")).wait_for()
    button(explorer, "Next").click()
    explorer.get_by_text(re.compile("call 1 of")).wait_for()
    explorer.get_by_role("checkbox", name="mount idmap").focus()
    page.keyboard.press("]")
    explorer.get_by_text(re.compile("call 2 of")).wait_for()
    page.keyboard.press("[")
    explorer.get_by_text(re.compile("call 1 of")).wait_for()
    for control in (explorer.get_by_role("checkbox", name="mount idmap"), button(explorer, "gid")):
        control.focus()
        page.keyboard.press("d")
        page.keyboard.press("d")
    page.wait_for_timeout(300)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells


def test_a_prediction_is_revealed_only_after_a_guess(explorer: Locator, page: Page) -> None:
    question = page.locator(".kfv-explorer").nth(1)
    question.scroll_into_view_if_needed()
    assert question.locator("svg").count() == 0
    assert button(question, "Reveal").is_disabled()
    button(question, "65534").click()
    button(question, "Reveal").click()
    question.get_by_text("Not 65534: it is 0.").wait_for()
    question.locator("svg").first.wait_for()


def test_no_text_leaves_the_explorer_in_a_narrow_window(explorer: Locator, page: Page) -> None:
    for width in (1280, 900, 700):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(400)
        wide = explorer.evaluate("e => e.querySelector('svg').getBoundingClientRect().width")
        assert wide <= explorer.evaluate("e => e.getBoundingClientRect().width") + 1
