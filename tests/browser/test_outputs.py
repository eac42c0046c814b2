# SPDX-License-Identifier: BSD-3-Clause
"""Plain HTML beside an explorer: its folds, links and buttons are no trap for the keyboard."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import ROOT
from tests.browser.hands import button, cells

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Lab

HTML = "<details><summary>a fold</summary>inside</details><a href='#x'>a link</a>"
SOURCES = (
    "import kfuncviz as kv\nfrom IPython.display import HTML",
    "kv.Predict('Which?', ['1125', '0'], kv.who_owns('home-on-a-stick'))",
    f"HTML({HTML + '<button>a button</button>'!r})",
    (
        "from kfuncviz.explorers.question import Question\n"
        "from kfuncviz.render.question import readings\n"
        "from kfuncviz.widgets.quiz import Quiz\n"
        'wide = \'<div style="overflow-x:auto"><p style="width:3000px">wide</p></div>\'\n'
        "wide += readings({'So.': 'A long text. ' * 40})\n"
        "Quiz(Question('How?', ('so', 'not so'), 'so'), draw=lambda _: wide)"
    ),
    "7",
)


def test_d_d_in_a_plain_output_deletes_no_cell(page: Page, lab: Lab) -> None:
    made = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "outputs": [], "source": source,
         "execution_count": None}
        for n, source in enumerate(SOURCES)
    ]  # fmt: skip
    notebook = {"cells": made, "nbformat": 4, "nbformat_minor": 5} | {
        "metadata": {"language_info": {"name": "python"}}
    }
    (lab.folder / "outputs.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    lab.open(page, "outputs.ipynb")
    lab.run_all(page)
    page.locator(".kfv-explorer").first.wait_for()
    page.locator(".kfv-explorer[tabindex]").first.wait_for()  # its companion is at work
    plain = page.locator(".jp-OutputArea-output.jp-RenderedHTMLCommon")
    there = cells(page)
    for words in ("a fold", "a link", "a button"):
        plain.get_by_text(words).focus()
        for key in ("d", "d", "a", "x"):
            page.keyboard.press(key)
        assert cells(page) == there, words
    plain.get_by_text("a fold").focus()
    page.keyboard.press("Enter")
    plain.get_by_text("inside").wait_for()
    a_wide_picture_scrolls_and_its_reading_does_not(page)
    page.locator(".jp-InputPrompt").last.click()
    page.keyboard.press("b")  # the notebook still hears what is meant for it
    page.wait_for_function(
        "n => document.querySelectorAll('.jp-Notebook .jp-Cell').length === n", arg=there + 1
    )


def a_wide_picture_scrolls_and_its_reading_does_not(page: Page) -> None:
    """What comes with an answer stays inside its explorer."""
    guess = page.locator(".kfv-explorer").last
    button(guess, "so").click()
    button(guess, "Reveal").click()
    reading = guess.locator(".kfv-readings")
    reading.wait_for()
    right = "e => e.getBoundingClientRect().right"
    assert reading.evaluate(right) <= guess.evaluate(right)
    assert guess.get_by_text("wide").locator("..").evaluate("e => e.scrollWidth > e.clientWidth")


NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))
#: Tall enough that JupyterLab attaches every cell of a notebook to the page.
TALL = 20_000
#: Gives the focus to the next thing in an output that a keyboard reaches, and says what it is: the
#: thing itself, whether an explorer stands around it, whether it keeps its keys by itself.  Folds
#: are opened on the way; what scrolls is reached too.
NEXT = """() => {
  const named = "a, button, summary, input, select, textarea, [tabindex]";
  window.tried ??= new Set();
  const scrolls = (e) => e.scrollWidth > e.clientWidth + 1
    && ["auto", "scroll"].includes(getComputedStyle(e).overflowX);
  for (const output of document.querySelectorAll(".jp-OutputArea-output")) {
    for (const fold of output.querySelectorAll("details")) fold.open = true;
    for (const e of output.querySelectorAll("*")) {
      if (tried.has(e) || !(e.matches(named) || scrolls(e))) continue;
      tried.add(e);
      if (!e.checkVisibility() || e.matches(":disabled")) continue;
      e.focus();
      if (document.activeElement !== e) continue;
      const around = e.closest(".kfv-explorer") ? "explorer" : "plain";
      const kept = e.hasAttribute("data-lm-suppress-shortcuts") ? "kept" : "";
      return [around, e.localName, e.className.baseVal ?? e.className, kept].join(" ");
    }
  }
  return null;
}"""
#: What the notebook's keys could change: cells, their kinds and outputs, the active one, the focus.
NOTEBOOK = """() => [document.activeElement.closest(".jp-OutputArea-output") !== null,
  ...[...document.querySelectorAll(".jp-Notebook .jp-Cell")].map((cell) => [
    cell.classList.contains("jp-CodeCell"), cell.classList.contains("jp-mod-active"),
    cell.querySelectorAll(".jp-OutputArea-output").length,
  ].join())]"""
KEYS = (*"ddxabymz", "ArrowDown", "ArrowUp", "Enter", "Shift+Enter")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_no_output_lets_a_key_through_to_the_notebook(page: Page, lab: Lab, name: str) -> None:
    """Whatever has the focus in an output, no key that is a command of the notebook reaches it.

    Every key is tried on one element of each kind, ``d d`` on every element.  Nothing helps but
    what the outputs themselves bring: the guard that comes with an explorer, and that a page may
    not have yet, is taken away.  What a key would press is not pressed.
    """
    page.set_viewport_size({"width": 1280, "height": TALL})
    lab.open(page, name)
    lab.run_all(page)
    kinds = [cell["cell_type"] for cell in json.loads((lab.folder / name).read_text())["cells"]]
    page.wait_for_function(  # every cell is there, and the last one has run
        """([all, last]) => document.querySelectorAll('.jp-Notebook .jp-Cell').length === all
          && [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].at(-1).textContent
            === `[${last}]:`""",
        arg=[len(kinds), kinds.count("code")],
    )
    page.wait_for_function(  # the companion of every explorer is at work
        """() => [...document.querySelectorAll('.kfv-explorer')]
          .every(explorer => explorer.hasAttribute('tabindex'))"""
    )
    page.evaluate(
        """() => {
          window.removeEventListener('keydown', window.kfvGuard, true);
          window.addEventListener('click', (event) => {
            event.preventDefault(); event.stopImmediatePropagation();
          }, true);
        }"""
    )
    tried, let_through = list[str](), []
    while kind := page.evaluate(NEXT):
        before = page.evaluate(NOTEBOOK)
        for key in KEYS[:2] if kind in tried else KEYS:
            page.keyboard.press(key)
        tried.append(kind)
        if page.evaluate(NOTEBOOK) != before:
            let_through.append(kind)
    assert len(tried) >= 3
    assert let_through == []
