# SPDX-License-Identifier: BSD-3-Clause
"""Chapters in a real JupyterLab by keyboard alone, and axe-core over what is there then."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

from kfuncviz.front import stylesheet
from kfuncviz.learn import course
from kfuncviz.learn.judge import judge, offered
from kfuncviz.learn.key import key
from tests.browser.axe import violations
from tests.browser.conftest import ROOT
from tests.browser.hands import cells
from tools.chapters import chapters, html, read, recorded
from tools.course import ASKED, solution

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from kfuncviz.learn.item import Item
    from tests.browser.conftest import Lab, Seen

#: More presses of a key than lead to anything that is near.
MANY = 12


def presses(page: Page, name: str, key_: str) -> None:
    """Press a key until what has the focus is called so."""
    for _ in range(MANY):
        if page.evaluate("() => document.activeElement.dataset.key ?? ''").startswith(name):
            return
        page.keyboard.press(key_)
    pytest.fail(f"{key_} does not lead to {name!r}")


def active(page: Page, nth: int) -> None:
    """Wait until a cell is the notebook's, and has the focus."""
    page.wait_for_function(
        "nth => document.activeElement.closest('.jp-Cell') === document.activeElement"
        " && [...document.querySelectorAll('.jp-Notebook .jp-Cell')][nth]"
        ".contains(document.activeElement)",
        arg=nth,
    )


def on(page: Page, words: str) -> None:
    """Wait until the button that leads on has the focus and says so, then press it."""
    page.wait_for_function(
        "words => document.activeElement.dataset.key === 'on'"
        " && document.activeElement.textContent === words",
        arg=words,
    )
    page.keyboard.press("Enter")


def typed(page: Page, answer: str) -> None:
    """What stands in the field gives way to an answer."""
    presses(page, "answer", "Tab")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(answer)


def chosen(page: Page, card: Locator, there: tuple[str, ...], answer: str) -> None:
    """A choice: Tab leads to the first, arrows to the next."""
    presses(page, "choice", "Tab")
    page.keyboard.press("Space")
    for choice in there[: there.index(answer) + 1]:
        if choice != there[0]:
            page.keyboard.press("ArrowDown")
        card.locator("label.kfv-mine", has_text=choice).wait_for()


def asked(page: Page, card: Locator, item: Item, *, right: bool) -> None:
    """Commit to an answer, reveal it, and hear whether it was right."""
    true = key(item.scenario, item.about)
    if item.form == "choice":
        there = offered(item)
        answer = true if right else next(each for each in there if each != true)
        chosen(page, card, there, answer)
    else:
        answer = true if right else "7"
        typed(page, answer)
    presses(page, "on", "Tab")
    on(page, "Commit")
    on(page, "Reveal")
    card.locator(f".kfv-verdict.kfv-{'right' if right else 'wrong'}").wait_for()
    told = judge(item, answer)
    status = card.get_by_role("status")
    status.filter(has_text="Right" if right else f"The kernel says {true}").wait_for()
    if told.misreading:
        status.filter(has_text=told.misreading.told).wait_for()


def built(page: Page, card: Locator, item: Item) -> None:
    """Leave the exercise as it is, then answer it, and hear of both."""
    status = card.get_by_role("status")
    presses(page, "on", "Tab")
    on(page, "Check")
    status.filter(has_text="Nothing is changed yet").wait_for()
    presses(page, "answer", "Shift+Tab")
    typed(page, solution("Exercise", item))
    presses(page, "on", "Tab")
    on(page, "Check")
    status.filter(has_text="Right").wait_for()


@pytest.fixture
def themed(lab: Lab, request: pytest.FixtureRequest) -> Iterator[str]:
    """The theme a test asks for, in JupyterLab's settings while it runs; and what the page says."""
    file = lab.folder.parent / "settings/@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    file.write_text(json.dumps({"theme": f"JupyterLab {request.param}"}), encoding="utf-8")
    yield "true" if request.param == "Light" else "false"
    file.unlink()


#: What a chapter is made of, without JupyterLab's own parts.
PARTS = ".jp-Notebook .jp-RenderedMarkdown", ".jp-Notebook .jp-OutputArea-output"


@pytest.mark.parametrize(
    ("number", "themed"),
    [("00", "Light"), ("01", "Dark"), ("02", "Light"), ("03", "Dark")],
    indirect=["themed"],
)
def test_a_chapter_by_keyboard_alone(
    page: Page, lab: Lab, seen: Seen, shot: Callable[[str], Path], number: str, themed: str
) -> None:
    name = f"by-keyboard-{number}.ipynb"  # whoever opens the chapter after this finds it unread
    shutil.copy(lab.folder / course.chapter(number).notebook, lab.folder / name)
    sources = [cell.source for cell in nbformat.read(lab.folder / name, as_version=4).cells]
    lab.open(page, name)
    assert page.locator("body").get_attribute("data-jp-theme-light") == themed
    page.set_viewport_size({"width": 1280, "height": 1600})
    answered = 0
    for nth, source in enumerate(sources[:-1]):
        active(page, nth)
        page.keyboard.press("Shift+Enter")
        active(page, nth + 1)
        for kind, which in ASKED.findall(source):
            page.keyboard.press("ArrowUp")
            active(page, nth)
            card = page.locator(".jp-Cell.jp-mod-active .kfv-explorer")
            card.locator("[data-key=on]").wait_for()
            if kind == "Exercise":
                built(page, card, course.exercise(which))
            else:
                asked(page, card, course.question(which), right=answered % 2 == 0)
            answered += 1
            page.keyboard.press("Escape")
            active(page, nth)
            page.keyboard.press("ArrowDown")
    assert answered == len(course.chapter(number).questions) + len(course.chapter(number).exercises)
    assert cells(page) == len(sources)
    assert page.get_by_text("Traceback").count() == 0
    page.set_viewport_size({"width": 1280, "height": 12000})
    assert page.locator(".jp-Notebook .kfv-card").count() == answered
    assert violations(page, *PARTS) == []
    shot(f"chapter-{number}")
    assert seen.outside_requests == seen.console_errors == []


@pytest.mark.parametrize("number", ["03", "14"])
def test_the_contents_of_a_chapter_lead_to_its_sections(page: Page, lab: Lab, number: str) -> None:
    lab.open(page, course.chapter(number).notebook)
    contents = page.locator(".jp-Cell p", has_text="In this chapter:")
    for link in contents.get_by_role("link").all():
        words = link.text_content() or ""
        link.click()
        expect(page.get_by_role("heading", name=words, exact=True)).to_be_in_viewport()
        page.locator(".jp-Notebook h1").scroll_into_view_if_needed()


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem[:2])
def test_axe_finds_nothing_in_a_chapter_as_a_page(chromium_page: Page, path: Path) -> None:
    chapter = recorded(read(path))
    body = html(chapter, "#{}".format)
    theme, style = ((ROOT / "tools/page" / name).read_text() for name in ("theme.js", "page.css"))
    for scheme in ("light", "dark"):
        chromium_page.emulate_media(color_scheme=scheme)
        chromium_page.set_content(
            f'<!doctype html><html lang="en"><meta charset=utf-8><title>{chapter.title}</title>'
            f"<style>{stylesheet()}{style}</style><body><script>{theme}</script>"
            f'<main class="kfv-page kfv-text">{body}</main>'
        )
        assert violations(chromium_page) == []
