# SPDX-License-Identifier: BSD-3-Clause
"""What the notebooks show: folds, links and buttons are no trap for the keyboard."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Lab

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

    Every key is tried on one element of each kind, ``d d`` on every element.  What a key would
    press is not pressed.
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
    page.wait_for_function(  # every explorer is at work
        """() => [...document.querySelectorAll('.kfv-explorer')]
          .every(explorer => explorer.hasAttribute('tabindex'))"""
    )
    page.evaluate(
        """() => {
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
