# SPDX-License-Identifier: BSD-3-Clause
"""A page of recorded frames, opened from a file: what it shows is what Python draws."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from kfuncviz.api import Scenario
from kfuncviz.explorers import ownership
from kfuncviz.explorers.engine.exports import PAGE_WIDTH
from kfuncviz.explorers.engine.moving import steady, words
from kfuncviz.explorers.engine.shared import shown
from kfuncviz.model.uidgid import LAST_ID
from tests.browser.conftest import Seen, save

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CASE = "home-on-a-stick"
#: What a person reads of a state, whatever is unfolded.
READ = ("picture", "owner", "may")
#: The control that sends an event.
SENDS = """(event) => [...document.querySelectorAll("[data-event]")].find((el) => {
  const told = JSON.parse(el.dataset.event);
  const same = told.type === event.type && told.target === event.target;
  return same && (told.value === event.value || el.matches("select"));
})"""


@dataclass
class Sheet:
    """The page, the state it should show, and what it has said and asked for."""

    page: Page
    seen: Seen
    state: ownership.State

    def send(self, event: dict[str, Any]) -> None:
        """Use a control by the keyboard alone."""
        control = self.page.evaluate_handle(SENDS, event).as_element()
        assert control is not None, event
        assert control.get_attribute("aria-disabled") != "true", event
        control.focus()
        if control.evaluate("el => el.matches('select')"):
            control.select_option(event["value"])
        else:
            self.page.keyboard.press("Enter")
        self.state = ownership.update(self.state, event)
        self.reads()

    def type(self, text: str) -> None:
        field = self.page.locator("[data-id]")
        field.focus()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def told(self, region: str) -> str:
        self.page.wait_for_function(
            "(x => !x.busy && !x.queue.length)(document.querySelector('main').explorer)"
        )
        text = self.page.locator(f'[data-region="{region}"]').text_content()
        assert text is not None
        return text

    def reads(self) -> None:
        """What is on screen is the frame that Python draws."""
        live = ownership.frame(self.state, PAGE_WIDTH).regions
        for region in READ:
            assert self.told(region) == words(steady(live[region])), (region, self.state)


@pytest.fixture(scope="module")
def opened(
    chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Page, Seen]]:
    path = tmp_path_factory.mktemp("recorded") / "case.html"
    Scenario(CASE).to_html(path)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15000)
    page, seen = context.new_page(), Seen()
    seen.watch(page)
    page.goto(path.as_uri())
    yield page, seen
    context.close()


@pytest.fixture
def sheet(opened: tuple[Page, Seen]) -> Iterator[Sheet]:
    """The page as it opens."""
    page, seen = opened
    page.reload()
    page.wait_for_function("document.querySelector('main').explorer")
    yield Sheet(page, seen, ownership.first(CASE))
    save(page, "recorded-case")
    assert seen.console_errors == []
    assert seen.outside_requests == []


def test_every_switch_shows_what_python_draws(sheet: Sheet) -> None:
    sheet.reads()
    for event in ownership.travels(sheet.state):
        before = sheet.state
        if event not in ownership.travels(before):
            continue
        sheet.send(event)
        if event["target"] in ownership.SWITCHES:
            sheet.send({**event, "value": getattr(before, event["target"])})
    for event in ownership.travels(sheet.state):
        if event in ownership.travels(sheet.state):
            sheet.send(event)


def test_ids_at_the_edges_of_runs_and_inside_show_what_python_draws(sheet: Sheet) -> None:
    id, bare = 0, sheet.state
    while id <= LAST_ID:
        run = shown("ownership", replace(bare, id=id), PAGE_WIDTH).run
        assert run is not None
        for typed in sorted({run.first, (run.first + run.last) // 2, run.last}):
            sheet.type(str(typed))
            sheet.state = replace(bare, id=typed)
            sheet.reads()
            assert sheet.page.locator("[data-id]").input_value() == str(typed)
        id = run.last + 1
    sheet.type("x")
    sheet.page.get_by_text("is no id: want a whole number").wait_for()


def test_what_no_frame_was_recorded_for_is_grey(sheet: Sheet) -> None:
    """A control without an answer could do nothing: slider, button, chooser, and text of rows."""
    recorded = [(each["target"], str(each["value"])) for each in ownership.travels(sheet.state)]
    answered, grey = set(), set()
    for control in sheet.page.locator("[data-event]").element_handles():
        told = json.loads(control.get_attribute("data-event") or "")
        target, tag = told["target"], control.evaluate("el => el.localName")
        if tag == "select":
            options = control.eval_on_selector_all(
                "option:not(:checked)", "os => os.map(o => o.value)"
            )
            answers = any((target, value) in recorded for value in options) or not options
        else:
            answers = told["type"] == "fold" and target not in {"cases", "save"}
            answers |= "data-id" in control.evaluate("el => el.getAttributeNames()")
            answers |= (target, str(told["value"])) in recorded
        unheard = "el => el.readOnly || el.getAttribute('aria-disabled') === 'true'"
        assert control.evaluate(unheard) is not answers, told
        (answered if answers else grey).add(f"{tag} {target}")
    assert {"select file", "button direction", "input id"} <= answered
    assert {
        "select via",
        "select by",
        "input kernel",
        "textarea mount.uid",
        "summary cases",
    } <= grey


def test_folds_hold_what_python_writes_and_open_by_the_keyboard(sheet: Sheet) -> None:
    names = ("steps", "table", "scale", "mail", "commands")
    for name in names:
        fold = sheet.page.locator(f'details[data-fold="{name}"]')
        assert fold.get_attribute("open") is None
        sheet.page.locator(f'[data-key="fold-{name}"]').focus()
        sheet.page.keyboard.press("Enter")
        sheet.told("folds")
        body = fold.locator(".kfv-fold-body")
        body.wait_for()
        live = ownership.frame(replace(sheet.state, folds=(name,)), PAGE_WIDTH).regions["folds"]
        text = body.text_content()
        assert text
        assert text in words(steady(live)), name
    sheet.type("7")
    sheet.told("folds")
    for name in names:
        assert not sheet.page.locator(f'details[data-fold="{name}"]').is_visible(), name
    assert not sheet.page.locator('details[data-fold="save"]').is_visible()


def test_the_page_stays_within_a_window_of_900_pixels(sheet: Sheet) -> None:
    sheet.page.set_viewport_size({"width": 900, "height": 900})
    assert sheet.page.evaluate("document.documentElement.scrollWidth") <= 900
    sheet.page.set_viewport_size({"width": 1280, "height": 900})
