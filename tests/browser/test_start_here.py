# SPDX-License-Identifier: BSD-3-Clause
"""The first notebook in a real JupyterLab: run it, work every control, read the owner."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.hands import attribute, button, cells, focused

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Lab, Seen

NOTEBOOK = "00-start-here.ipynb"


@pytest.fixture
def explorer(page: Page, lab: Lab) -> Locator:
    """The first explorer of the notebook, after all cells have run."""
    lab.open(page, NOTEBOOK)
    lab.run_all(page)
    found = page.locator(".kfv-explorer").first
    found.locator("svg").first.wait_for()
    page.locator(".kfv-explorer").nth(3).wait_for()
    found.scroll_into_view_if_needed()
    return found


def owner(explorer: Locator, *words: str) -> None:
    """Wait until the sentence under the picture has all of these words."""
    pattern = "".join(f"(?=.*{re.escape(word)})" for word in words)
    said = explorer.locator(".kfv-own.kfv-owner")
    said.filter(has_text=re.compile(pattern, re.DOTALL)).wait_for()


def switch(explorer: Locator, name: str) -> Locator:
    return explorer.get_by_role("switch", name=name, exact=True)


def chooser(explorer: Locator, name: str) -> Locator:
    return explorer.get_by_role("combobox", name=name, exact=True)


def test_every_control(
    explorer: Locator, page: Page, seen: Seen, shot: Callable[[str], Path]
) -> None:
    owner(explorer, "1000", "1125 in the mount", "you see 1125")
    shot("start-here")
    work_the_switches(explorer)
    work_the_id(explorer)
    work_the_question(explorer)
    work_the_folds(explorer)

    chooser(explorer, "file").select_option(label="home")
    owner(explorer, "1125")
    explorer.locator("[data-key=cases]").click()
    explorer.locator('[data-key="case-root-gets-eoverflow"]').click()
    owner(explorer, "EOVERFLOW")
    attribute(button(explorer, "Undo"), "aria-disabled", "true")
    assert seen.console_errors == []
    assert seen.outside_requests == []


def work_the_switches(explorer: Locator) -> None:
    """Each switch off or on and back."""
    for name, told in (("mount idmap", "still 1000 in the mount"), ("caller's user ns", "65534")):
        switch(explorer, name).click()
        owner(explorer, told)
        switch(explorer, name).click()
        owner(explorer, "you see 1125")
    chooser(explorer, "file").select_option("disk userns")
    owner(explorer, "in the inode")
    chooser(explorer, "file").select_option("disk host")
    owner(explorer, "you see 1125")


def work_the_id(explorer: Locator) -> None:
    """An id that is lost, a text that is none, and the file's own again."""
    field = explorer.locator("[data-id]")
    field.fill("0")
    field.press("Enter")
    owner(explorer, "Lost in the mount idmap", "65534")
    field.fill("many")
    field.press("Enter")
    explorer.get_by_text("is no id").wait_for()
    attribute(field, "aria-invalid", "true")
    assert field.input_value() == "many"
    field.fill("")
    field.press("Enter")
    owner(explorer, "you see 1125")


def work_the_question(explorer: Locator) -> None:
    """Direction, kind, undo, redo, reset, and who asks through which mount."""
    button(explorer, "create").click()
    owner(explorer, "make a file", "the disk stores 1000")
    button(explorer, "gid").click()
    owner(explorer, "gid 1125")
    button(explorer, "both").click()
    owner(explorer, "uid 1125", "gid")
    button(explorer, "uid").click()
    button(explorer, "chown").click()
    owner(explorer, "chown to 1125")
    button(explorer, "read").click()
    owner(explorer, "you see 1125")
    button(explorer, "Undo").click()
    owner(explorer, "chown")
    button(explorer, "Redo").click()
    owner(explorer, "you see")
    chooser(explorer, "mount").select_option("unmapped")
    owner(explorer, "still 1000 in the mount")
    chooser(explorer, "mount").select_option("stick")
    chooser(explorer, "caller").select_option("root")
    owner(explorer, "1125")
    button(explorer, "Reset").click()
    owner(explorer, "you see 1125")
    attribute(button(explorer, "Reset"), "aria-disabled", "true")


def work_the_folds(explorer: Locator) -> None:
    """What was opened stays open, and every call says where the kernel has it."""
    explorer.get_by_text("Steps and sources").click()
    rows = explorer.locator(".kfv-steps tbody tr, .kfv-steps tr")
    for file in ("fs/stat.c", "fs/mnt_idmapping.c", "kernel/user_namespace.c", "fs/namei.c"):
        rows.filter(has_text=file).first.wait_for()
    switch(explorer, "mount idmap").click()
    owner(explorer, "still 1000 in the mount")
    assert rows.first.is_visible()
    switch(explorer, "mount idmap").click()
    owner(explorer, "you see 1125")
    explorer.get_by_text("Steps and sources").click()


def test_a_bad_row_shows_the_kernels_rule_and_keeps_the_picture(
    explorer: Locator, page: Page, shot: Callable[[str], Path]
) -> None:
    text = explorer.locator('[data-key="rows-mount.uid"]')
    bad = "1000 1125 1\n1001 1125 1"
    text.fill(bad)
    refused = explorer.locator(".kfv-refuse")
    refused.get_by_text("EINVAL").wait_for()
    attribute(text, "aria-invalid", "true")
    assert "overlap" in refused.inner_text()
    owner(explorer, "you see 1125")
    shot("start-here-refused")
    for kind in ("gid", "uid"):
        explorer.locator(".kfv-hop textarea").focus()
        button(explorer, kind).evaluate("e => e.click()")
        attribute(button(explorer, kind), "aria-pressed", "true")
        there = explorer.evaluate("() => document.activeElement.dataset.key")
        assert there == f"rows-mount.{kind}", "the field in the place of the one that had the focus"
    refused.get_by_text("EINVAL").wait_for()
    assert text.input_value() == bad
    text.press("Escape")
    page.wait_for_function("e => e.value === '1000 1125 1'", arg=text.element_handle())
    assert refused.count() == 0
    assert text.evaluate("e => document.activeElement === e"), "the draft is left, not the field"
    text.press("Escape")
    assert explorer.evaluate("e => !e.contains(document.activeElement)")
    text.fill("0 100000 65536")
    owner(explorer, "101000 in the mount")
    explorer.locator("[data-trace='65535']").click()
    owner(explorer, "Stored as uid 65535", "165535 in the mount")
    text.fill("1000 7 1")
    explorer.locator("[data-id]").fill("1000")
    explorer.locator("[data-id]").press("Enter")
    owner(explorer, "7 in the mount")
    assert refused.count() == 0


def test_keys_step_keep_the_focus_and_never_reach_the_notebook(
    explorer: Locator, page: Page
) -> None:
    there = cells(page)
    explorer.get_by_text("Steps and sources").click()
    button(explorer, "First").focus()
    page.keyboard.press("Enter")
    explorer.locator(".kfv-said").get_by_text("Before the first call.").wait_for()
    assert focused(page) == "First"
    page.keyboard.press("]")
    explorer.locator(".kfv-said").get_by_text("Call 1: ").wait_for()
    assert focused(page) == "First"
    button(explorer, "Last").focus()
    page.keyboard.press("Space")
    owner(explorer, "you see 1125")
    for control in (switch(explorer, "mount idmap"), button(explorer, "gid"),
                    explorer.locator("[data-key=fold-table]")):  # fmt: skip
        control.focus()
        page.keyboard.press("d")
        page.keyboard.press("d")
        page.keyboard.press("x")
    explorer.locator(".kfv-said").click()  # plain text inside
    page.keyboard.press("d")
    page.keyboard.press("d")
    assert cells(page) == there


def test_right_and_wrong_answers_look_different_and_nothing_is_shown_before(
    explorer: Locator, page: Page
) -> None:
    lines = []
    for number, answer, told in (
        (1, "65534", "The kernel says 0. You took each column of the row for the other."),
        (3, "65534", "Right: 65534."),
    ):
        question = page.locator(".kfv-explorer").nth(number)
        question.scroll_into_view_if_needed()
        attribute(button(question, "Commit"), "aria-disabled", "true")
        question.get_by_role("radio", name=answer).check()
        question.locator(".kfv-mine").wait_for()
        button(question, "Commit").click()
        assert question.locator("svg .level, .kfv-verdict").count() == 0
        button(question, "Reveal").click()
        verdict = question.locator(".kfv-verdict", has_text=told)
        verdict.wait_for()
        question.locator("svg .level").first.wait_for()
        lines.append(verdict.evaluate("e => getComputedStyle(e).borderLeftStyle"))
    assert lines == ["dotted", "double"]


#: Notes the width of every picture that comes on the page.
PAINTED = """() => {
  window.painted = [];
  new MutationObserver(() => {
    const svg = document.querySelector('.kfv-own.kfv-picture > svg');
    const width = svg && svg.getAttribute('width');
    if (width && painted.at(-1) !== width) painted.push(width);
  }).observe(document, {childList: true, subtree: true, attributes: true});
}"""


def test_the_first_screen_shows_it_all_and_stays_as_it_is(
    page: Page, lab: Lab, shot: Callable[[str], Path]
) -> None:
    lab.open(page, NOTEBOOK)
    page.evaluate(PAINTED)
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    explorer = page.locator(".kfv-explorer").first
    owner(explorer, "you see 1125")
    shot("start-here-first-screen")
    shown = page.locator(".jp-Notebook .jp-WindowedPanel-outer").bounding_box()
    assert shown is not None
    parts = [
        explorer.locator(f".kfv-own.kfv-{name}") for name in ("ask", "bar", "picture", "owner")
    ]
    places = [part.bounding_box() for part in parts]
    for part in places:
        assert part is not None
        assert shown["y"] <= part["y"]
        assert part["y"] + part["height"] <= shown["y"] + shown["height"]
    for row in (".kfv-bar", ".kfv-chips", ".kfv-folds"):
        tops = explorer.locator(f"{row} button, {row} summary, {row} .kfv-chip, {row} input")
        assert tops.evaluate_all(
            "es => new Set(es.map(e => {const r = e.getBoundingClientRect();"
            "return Math.round((r.top + r.bottom) / 20);})).size"
        ) == 1, row  # fmt: skip
    for change in (switch(explorer, "mount idmap"), switch(explorer, "caller's user ns"),
                   button(explorer, "create"), button(explorer, "both"),
                   button(explorer, "Compare"), switch(explorer, "mount idmap")):  # fmt: skip
        before = explorer.locator("[data-key=token]").text_content()
        change.click()
        page.wait_for_function(
            "before => document.querySelector('[data-key=token]').textContent !== before",
            arg=before,
        )
        assert [part.bounding_box() for part in parts] == places
    assert len(page.evaluate("painted")) == 1


def test_the_picture_follows_the_width_of_its_page(explorer: Locator, page: Page) -> None:
    forms = []
    for width, form in ((1280, "kfv-wide"), (1100, "kfv-mid"), (700, "kfv-small")):
        page.set_viewport_size({"width": width, "height": 900})
        explorer.locator(f".kfv-own.kfv-picture.{form}").wait_for()
        forms.append(form)
        assert explorer.evaluate("e => e.scrollWidth - e.clientWidth") <= 0
    assert len(forms) == 3
