# SPDX-License-Identifier: BSD-3-Clause
"""The doctor in a real JupyterLab, as a page of its own, and under axe-core."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kfuncviz.explorers.doctor import EXAMPLES, FOLDS, State, update
from kfuncviz.explorers.engine.exports import page as exported
from tests.browser.axe import page_of, violations
from tests.browser.hands import attribute, button, cells

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Lab, Seen


def event(kind: str, target: str, value: Any = None) -> dict[str, Any]:
    return {"type": kind, "target": target, "value": value}


def states() -> dict[str, State]:
    """Screens of every kind, every fold open."""
    pasted = update(State(), event("set", "example", "util-linux#4608"))
    found = {name: update(State(), event("set", "example", name)) for name in EXAMPLES}
    found |= {
        "empty": State(),
        "nonsense": State("hello\nworld", "why?"),
        "two readings": State("0:1000:1", "owned by 0"),
        "compared": update(pasted, event("set", "repair", 0)),
        "refused draft": update(pasted, event("typed", "scenario", "setup: 5")),
    }
    for fold in FOLDS:
        found = {name: update(state, event("fold", fold, True)) for name, state in found.items()}
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [844, 360])
def test_axe_finds_nothing(chromium_page: Page, width: int, dark: bool) -> None:
    chromium_page.set_content(page_of("doctor", states(), width, dark=dark))
    assert violations(chromium_page) == []
    wide = "[...document.querySelectorAll('.kfv-explorer')].map(e => e.scrollWidth - e.clientWidth)"
    assert max(chromium_page.evaluate(wide)) <= 0


def finding(explorer: Locator, words: str) -> None:
    """Wait until the finding has these words."""
    explorer.locator(".kfv-finding").get_by_text(words).first.wait_for()


def test_a_paste_is_answered_while_it_is_typed(
    page: Page, lab: Lab, seen: Seen, shot: Callable[[str], Path]
) -> None:
    cell = {
        "cell_type": "code", "id": "c0", "metadata": {}, "outputs": [], "execution_count": None,
        "source": "import kfuncviz as kv\nkv.DoctorExplorer()",
    }  # fmt: skip
    about = {"metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    notebook = {"cells": [cell], **about}
    (lab.folder / "doctor.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    lab.open(page, "doctor.ipynb")
    lab.run_all(page)
    explorer = page.locator(".kfv-explorer").first
    finding(explorer, "Nothing to answer yet")
    there = cells(page)
    box = explorer.locator("[data-key=text]")
    box.focus()
    page.keyboard.type("X-mount.idmap=b:0:1000:1\n\nd d")
    page.keyboard.press("Tab")
    page.keyboard.type("owned by 1000, why nobody?")
    finding(explorer, "Lost in the mount idmap")
    assert box.input_value() == "X-mount.idmap=b:0:1000:1\n\nd d"
    explorer.locator(".kfv-aside").get_by_text("d d").wait_for()
    explorer.locator("[data-key=see-repair-0]").focus()
    page.keyboard.press("Enter")
    attribute(explorer.locator("[data-key=see-repair-0]"), "aria-pressed", "true")
    explorer.get_by_text("repaired").wait_for()
    page.keyboard.press("d")
    page.keyboard.press("d")
    assert cells(page) == there
    shot("doctor")
    change_the_scenario(explorer)
    explorer.locator("[data-key=example]").select_option("podman#6123")
    finding(explorer, "The kernel refuses the map")
    button(explorer, "Undo").click()
    finding(explorer, "Lost in the mount idmap")
    assert seen.console_errors == []
    assert seen.outside_requests == []


def change_the_scenario(explorer: Locator) -> None:
    """A row changed by hand, a line that cannot be used, and back."""
    explorer.get_by_text("Scenario", exact=True).click()
    scenario = explorer.locator("[data-key=scenario]")
    text = scenario.input_value()
    scenario.fill(text.replace("[0, 1000, 1]", "[1000, 7, 1]"))
    finding(explorer, "7 in the mount")
    scenario.fill("setup: 5")
    explorer.get_by_text("not a list").wait_for()
    finding(explorer, "7 in the mount")
    assert scenario.input_value() == "setup: 5"
    button(explorer, "As understood").click()
    finding(explorer, "Lost in the mount idmap")


def test_a_page_of_its_own_compares_without_python(
    chromium_page: Page, seen: Seen, tmp_path: Path
) -> None:
    state = update(State(), event("set", "example", "util-linux#4608"))
    file = tmp_path / "doctor.html"
    file.write_text(exported("doctor", state), encoding="utf-8")
    chromium_page.goto(file.as_uri())
    explorer = chromium_page.locator(".kfv-explorer")
    attribute(explorer.locator("[data-key=text]"), "spellcheck", "false")
    button(explorer, "Compare").first.click()
    explorer.get_by_text("repaired").wait_for()
    explorer.get_by_text("Text for a mail").click()
    explorer.locator("[data-key=mail]").get_by_text("repair, replayed").wait_for()
    assert explorer.locator("[data-key=text]").evaluate("e => e.readOnly")
    assert seen.console_errors == []
    assert seen.outside_requests == []
