# SPDX-License-Identifier: BSD-3-Clause
"""Question, exercise and drill in a real Chromium: axe-core, and JupyterLab by keyboard alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from kfuncviz.explorers.engine.exports import page as exported
from kfuncviz.learn import drill, exercise, question, rail
from kfuncviz.learn.deal import deal
from kfuncviz.learn.key import key
from tests.browser.axe import page_of, violations
from tests.browser.hands import cells

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Lab, Seen

SEED = 7


def after(module: Any, state: Any, answer: str, *pressed: str) -> Any:
    state = module.update(state, {"type": "set", "target": "given", "value": answer})
    for target in pressed:
        state = module.update(state, {"type": "press", "target": target})
    return state


QUESTION, EXERCISE, DRILL = question.first("00.1"), exercise.first("00.1"), drill.first(SEED)
STATES = {
    "question": {
        "open": QUESTION,
        "committed": after(question, QUESTION, "0", "commit"),
        "right": after(question, QUESTION, "0", "commit", "reveal"),
        "wrong": after(question, question.first("00.3"), "2000", "commit", "reveal"),
        "weighed": after(question, question.first("10.3"), "none", "commit", "reveal"),
        "wrapper": after(
            question, question.first("10.2"), "0x00000465_0000044c", "commit", "reveal"
        ),
        "call": after(question, question.first("11.3"), "accepted", "commit", "reveal"),
        "rule": after(question, question.first("11.5"), "leak", "commit", "reveal"),
    },
    "exercise": {
        "unchanged": exercise.update(EXERCISE, {"type": "press", "target": "check"}),
        "right": after(exercise, EXERCISE, "1000 1125 1", "check"),
        "wrong": after(exercise, exercise.first("00.2"), "999 232072 2", "check"),
    },
    "drill": {
        "hint": drill.update(DRILL, {"type": "press", "target": "hint"}),
        "right": after(drill, DRILL, key(deal(SEED, 0).scenario, deal(SEED, 0).about), "answer"),
        "wrong": after(drill, after(drill, DRILL, "65534", "answer", "next"), "65534", "answer"),
        "round": after(drill, drill.State(SEED, "b+-++++++"), "65534", "answer"),
    },
    "course": {"on its way": rail.first([f"exercise 00.{n}" for n in (1, 2, 3)])},
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [844, 360])
@pytest.mark.parametrize("name", STATES)
def test_axe_finds_nothing_and_nothing_is_wider_than_its_card(
    chromium_page: Page, name: str, width: int, dark: bool
) -> None:
    chromium_page.set_viewport_size({"width": width + 20, "height": 900})
    chromium_page.set_content(page_of(name, STATES[name], width, dark=dark))
    assert violations(chromium_page) == []
    wide = chromium_page.evaluate(
        "[...document.querySelectorAll('.kfv-card, .kfv-card *, .kfv-rail *')]"
        ".filter(e => e.checkVisibility() && !e.closest('svg, .kfv-hidden'))"
        ".filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display != 'inline')"
        ".map(e => `${e.className}: ${e.textContent.slice(0, 60)}`)"
    )
    assert wide == []


def opened(page: Page, lab: Lab, code: str) -> Locator:
    """One cell of code in JupyterLab, run, and the card it shows."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
            "id": "a", "source": f"import kfuncviz as kv\n{code}"}  # fmt: skip
    notebook = {"cells": [cell], "metadata": {"language_info": {"name": "python"}},
                "nbformat": 4, "nbformat_minor": 5}  # fmt: skip
    (lab.folder / "learn.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    lab.open(page, "learn.ipynb")
    lab.run_all(page)
    card = page.locator(".kfv-explorer")
    card.locator("[data-key=on]").wait_for()
    return card


def on(page: Page, words: str) -> None:
    """Wait until the button that leads on says so and has the focus."""
    page.wait_for_function(
        "words => document.activeElement?.dataset?.key === 'on'"
        " && document.activeElement.textContent === words",
        arg=words,
    )


def test_a_question_by_keyboard(
    page: Page, lab: Lab, seen: Seen, shot: Callable[[str], Any]
) -> None:
    card = opened(page, lab, 'kv.Question("00.1")')
    there = cells(page)
    assert card.locator(".kfv-verdict").count() == 0
    card.locator("[data-key='choice 0']").focus()
    page.keyboard.press("ArrowDown")
    card.locator(".kfv-mine", has_text="1000").wait_for()
    page.keyboard.press("ArrowDown")
    card.locator(".kfv-mine", has_text="65534").wait_for()
    for _ in range(4):  # over the three degrees of sureness
        page.keyboard.press("Tab")
    on(page, "Commit")
    page.keyboard.press("Enter")
    on(page, "Reveal")
    assert card.locator(".kfv-verdict").count() == 0
    for key_ in ("d", "d", "x"):
        page.keyboard.press(key_)
    page.keyboard.press("Enter")
    card.locator(".kfv-verdict.kfv-wrong", has_text="You took each column of the row").wait_for()
    on(page, "Ask me again")
    assert card.locator("svg .level").count() == 2
    assert card.locator("label.kfv-true").inner_text().startswith("0")
    card.get_by_role("status").filter(has_text="The kernel says 0.").wait_for()
    shot("question-wrong")
    page.keyboard.press("Control+z")
    on(page, "Reveal")
    assert cells(page) == there
    assert seen.outside_requests == seen.console_errors == []


def test_an_exercise_by_keyboard(
    page: Page, lab: Lab, seen: Seen, shot: Callable[[str], Any]
) -> None:
    card = opened(page, lab, 'kv.Exercise("00.1")')
    field = card.locator("[data-key=answer]")
    for typed, said in (
        ("1125 1000 1", "Nothing is changed yet"),
        ("", "Nothing is answered yet"),
        ("999 1125 2", "You gave every id of the row the first number"),
        ("1000 1125", "This cannot be built: EINVAL"),
        ("1000 1125 1", "Right."),
    ):
        field.focus()
        page.keyboard.press("Control+a")
        page.keyboard.press("Delete")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        card.locator(".kfv-verdict", has_text=said).wait_for()
        assert field.evaluate("e => document.activeElement === e"), "the field keeps the focus"
        assert field.input_value() == typed
    assert card.locator("svg .level").count() == 1
    shot("exercise-right")
    assert page.get_by_text("Traceback").count() == 0
    assert seen.outside_requests == seen.console_errors == []


def test_a_drill_by_keyboard(page: Page, lab: Lab, seen: Seen, shot: Callable[[str], Any]) -> None:
    card = opened(page, lab, f"kv.Drill({SEED})")
    card.locator("[data-key=answer]").focus()
    state = DRILL
    for nth in range(3):
        item = drill.of(state)
        right = key(item.scenario, item.about)
        state = after(drill, state, right if nth != 1 else "3", "answer", "next")
        card.locator("h3", has_text=item.ask.rpartition("\n")[2]).wait_for()
        page.wait_for_function("() => document.activeElement?.dataset?.key === 'answer'")
        page.keyboard.type(right if nth != 1 else "3")
        page.keyboard.press("Enter")
        card.locator(".kfv-verdict", has_text="Right" if nth != 1 else "The kernel says").wait_for()
        page.wait_for_function("() => document.activeElement?.textContent === 'Next'")
        shot(f"drill-{nth}")
        page.keyboard.press("Enter")
    card.get_by_role("img", name="question 4 of 10, 2 right").wait_for()
    assert card.locator(".kfv-pip").all_inner_texts() == ["✓", "≠", "✓", *[""] * 7]
    assert seen.outside_requests == seen.console_errors == []


def test_the_very_case_opens_under_a_card_and_goes_with_its_question(
    page: Page, lab: Lab, seen: Seen, shot: Callable[[str], Any]
) -> None:
    card = opened(page, lab, f"kv.Drill({SEED})")
    page.keyboard.press("Escape")
    card.locator("[data-key=answer]").focus()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    button = card.get_by_role("button", name="Open in the explorer")
    button.focus()
    page.keyboard.press("Enter")
    below = page.locator(".kfv-explorer").filter(
        has=page.locator(".kfv-picture, [data-region=picture]")
    )
    asked = drill.of(DRILL)
    below.get_by_text(key(asked.scenario, asked.about)).first.wait_for()
    assert button.get_attribute("aria-expanded") == "true"
    below.get_by_role("button", name="gid", exact=True).click()
    below.locator("[aria-pressed=true]", has_text="gid").wait_for()
    assert card.get_by_role("button", name="Next").is_visible()
    shot("opened-below")
    button.click()
    below.wait_for(state="detached")
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    below.wait_for()
    card.get_by_role("button", name="Next").click()
    below.wait_for(state="detached")
    assert seen.outside_requests == seen.console_errors == []


def test_a_page_that_is_recorded_opens_nothing_more(chromium_page: Page) -> None:
    chromium_page.set_content(exported("question", STATES["question"]["right"]))
    chromium_page.get_by_role("button", name="Ask me again").wait_for()
    button = chromium_page.locator("[data-do=open]")
    button.wait_for(state="hidden")
    assert button.count() == 1
