# SPDX-License-Identifier: BSD-3-Clause
"""The operation explorer and the bench in JupyterLab, by hand and key, and under axe-core."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kfuncviz.explorers import bench, operation
from tests.browser.axe import sheet, violations
from tests.browser.hands import attribute, button, cells, focused

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Lab, Seen


def screens() -> Iterator[tuple[str, Any, Any]]:
    """Screens of every kind, every fold open."""
    first = operation.first("root-gets-eoverflow")
    yield "refused", operation, first
    tried = operation.case(first).found.helps[0].changes
    sent = {"type": "try", "target": "changes", "value": [list(change) for change in tried]}
    yield "changed", operation, operation.update(first, sent)
    yield "a cell", operation, replace(first, cell="chmod/uid")
    yield "nothing to ask", operation, operation.first("filesystem-that-cannot-be-idmapped")
    yield "setacl", operation, replace(first, op="setacl", given=())
    yield "accepted", bench, bench.State()
    wrong = {"type": "wrong", "target": "idmap", "value": True}
    yield "wrong idmap", bench, bench.update(bench.State(), wrong)
    yield "rejected", bench, bench.State(kfunc="bpf_is_idmapped_mnt", release="6.18")
    yield "not known", bench, bench.State(hook="xdp")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [844, 360])
def test_axe_finds_nothing(
    chromium_page: Page, width: int, dark: bool, shot: Callable[[str], Path]
) -> None:
    frames = {
        name: module.frame(replace(state, folds=module.FOLDS), width)
        for name, module, state in screens()
    }
    chromium_page.set_content(sheet("Both", frames, width, dark=dark))
    shot(f"operation-and-bench-{width}-{'dark' if dark else 'light'}")
    wide = chromium_page.evaluate(
        "() => [...document.querySelectorAll('.kfv-explorer *')].filter(e => e.checkVisibility()"
        " && !e.closest('.kfv-fold-body, svg') && e.getBoundingClientRect().right >"
        " e.closest('.kfv-explorer').getBoundingClientRect().right + 2)"
        ".map(e => e.outerHTML.slice(0, 90))"
    )
    assert wide == []
    assert violations(chromium_page) == []


def opened(page: Page, lab: Lab, name: str, source: str) -> Locator:
    """The explorer of a notebook of one cell."""
    notebook = {
        "cells": [{"cell_type": "code", "execution_count": None, "id": "only", "metadata": {},
                   "outputs": [], "source": source}],
        "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip
    (lab.folder / name).write_text(json.dumps(notebook), encoding="utf-8")
    lab.open(page, name)
    lab.run_all(page)
    found = page.locator(".kfv-explorer").first
    found.locator("svg").first.wait_for()
    return found


def chooser(explorer: Locator, name: str) -> Locator:
    return explorer.get_by_role("combobox", name=name, exact=True)


def test_an_operation_by_hand(
    page: Page, lab: Lab, seen: Seen, shot: Callable[[str], Path]
) -> None:
    source = 'import kfuncviz as kv\nkv.OperationExplorer("root-gets-eoverflow")'
    explorer = opened(page, lab, "operation.ipynb", source)
    badge, rail = explorer.locator(".kfv-badge"), explorer.locator(".kfv-checks")
    badge.filter(has_text="EOVERFLOW").wait_for()
    shot("operation")
    button(explorer, "Try it: One more uid and gid row in the mount's map").click()
    badge.filter(has_text="allowed").wait_for()
    explorer.locator('[data-key="drop-0"]').click()
    badge.filter(has_text="EOVERFLOW").wait_for()
    button(explorer, "Undo").click()
    badge.filter(has_text="allowed").wait_for()
    button(explorer, "Reset").click()
    badge.filter(has_text="EOVERFLOW").wait_for()
    chooser(explorer, "operation").select_option("chmod")
    badge.filter(has_text="allowed").wait_for()
    chooser(explorer, "caller").select_option("container_root")
    mode = explorer.locator('[data-key="arg-mode"]')
    mode.fill("9")
    mode.press("Enter")
    explorer.get_by_text("will not do; want a mode").first.wait_for()
    mode.fill("0600")
    mode.press("Enter")
    explorer.get_by_text("mode=0600").first.wait_for()
    rail.get_by_text("Are you its owner, or capable over it?").first.wait_for()
    explorer.locator('[data-key="fold-grid"]').click()
    cell = explorer.locator('[data-key="cell-chmod/uid"]')
    cell.focus()
    page.keyboard.press("Enter")
    explorer.locator(".kfv-panel").wait_for()
    attribute(cell, "aria-expanded", "true")
    assert focused(page).startswith("EOVERFLOW")
    before = cells(page)
    page.keyboard.press("d")
    page.keyboard.press("d")
    assert cells(page) == before
    button(explorer, "Open it above").click()
    badge.filter(has_text="EOVERFLOW").wait_for()
    chooser(explorer, "mount").wait_for()
    assert seen.console_errors == []
    assert seen.outside_requests == []


def test_the_bench_by_hand(page: Page, lab: Lab, seen: Seen, shot: Callable[[str], Path]) -> None:
    source = 'import kfuncviz as kv\nkv.BenchExplorer(kfunc="bpf_is_idmapped_mnt", release="6.17")'
    explorer = opened(page, lab, "bench.ipynb", source)
    badge = explorer.locator(".kfv-badge")
    badge.filter(has_text="accepted").wait_for()
    shot("bench")
    chooser(explorer, "release").select_option("6.18")
    badge.filter(has_text="rejected").wait_for()
    explorer.locator(".kfv-stat").filter(has_text="Nothing runs").wait_for()
    chooser(explorer, "release").select_option("6.17")
    badge.filter(has_text="accepted").wait_for()
    sleeps = explorer.get_by_role("switch", name="may sleep", exact=True)
    sleeps.focus()
    page.keyboard.press("Space")
    badge.filter(has_text="rejected").wait_for()
    explorer.get_by_role("switch", name="in an RCU section", exact=True).click()
    badge.filter(has_text="accepted").wait_for()
    button(explorer, "Reset").click()
    button(explorer, "Pass the wrong idmap").click()
    explorer.locator(".kfv-stat").filter(has_text="the wrapper cannot notice").wait_for()
    explorer.locator("svg").get_by_text("1000", exact=True).first.wait_for()
    button(explorer, "Pass the right idmap").click()
    explorer.locator("svg").get_by_text("1125", exact=True).first.wait_for()
    explorer.locator('[data-key="kfunc-bpf_file_mnt_idmap"]').click()
    explorer.locator("svg").get_by_text("struct mnt_idmap *", exact=True).first.wait_for()
    chooser(explorer, "pointer").select_option("number")
    badge.filter(has_text="rejected").wait_for()
    chooser(explorer, "hook").select_option("iter/task_file")
    explorer.locator('[data-key="fold-program"]').click()
    explorer.get_by_text("kfuncviz verify FILE --kernel 6.17").wait_for()
    assert seen.console_errors == []
    assert seen.outside_requests == []
