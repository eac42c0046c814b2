# SPDX-License-Identifier: BSD-3-Clause
"""Plain HTML beside an explorer: its folds, links and buttons are no trap for the keyboard."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.browser.hands import cells

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Lab

HTML = "<details><summary>a fold</summary>inside</details><a href='#x'>a link</a>"
SOURCES = (
    "import kfuncviz as kv\nfrom IPython.display import HTML",
    "kv.Predict('Which?', ['1125', '0'], kv.who_owns('home-on-a-stick'))",
    f"HTML({HTML + '<button>a button</button>'!r})",
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
    page.locator(".kfv-explorer[tabindex]").wait_for()  # its companion is at work
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
    page.locator(".jp-InputPrompt").last.click()
    page.keyboard.press("b")  # the notebook still hears what is meant for it
    page.wait_for_function(
        "n => document.querySelectorAll('.jp-Notebook .jp-Cell').length === n", arg=there + 1
    )
