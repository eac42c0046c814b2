# SPDX-License-Identifier: BSD-3-Clause
"""The first notebook in a real JupyterLab: run it, work every control, read the owner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.hands import attribute, button, call, cells, focused, says

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


def test_every_control(
    explorer: Locator, page: Page, seen: Seen, shot: Callable[[str], Path]
) -> None:
    says(explorer, "1000", "1125", "the caller sees")
    shot("start-here")
    work_the_switches(explorer)
    work_the_id(explorer)
    work_the_question(explorer)
    work_the_folds(explorer)

    explorer.get_by_label("file", exact=True).select_option("home")
    says(explorer, "1125")
    explorer.get_by_label("scenario", exact=True).select_option("root-gets-eoverflow")
    says(explorer, "EOVERFLOW")
    attribute(button(explorer, "Undo"), "aria-disabled", "true")
    button(explorer, "Undo").press("Enter")
    explorer.get_by_label("scenario", exact=True).select_option("home-on-a-stick")
    says(explorer, "1125")
    assert seen.console_errors == []
    assert seen.outside_requests == []


def work_the_switches(explorer: Locator) -> None:
    """Each switch on and off."""
    for name, on in (
        ("mount idmap", False), ("caller in container", True), ("filesystem in a user ns", True),
    ):  # fmt: skip
        explorer.get_by_role("checkbox", name=name).set_checked(on)
        says(explorer, {
            "mount idmap": "no map on the way changes the number",
            "caller in container": "65534",
            "filesystem in a user ns": "301000",
        }[name])  # fmt: skip
        explorer.get_by_role("checkbox", name=name).set_checked(not on)
        says(explorer, "on disk", "1125")


def work_the_id(explorer: Locator) -> None:
    """An id that is lost, a text that is none, and the file's own again."""
    field = explorer.get_by_label("or id")
    field.fill("0")
    field.press("Enter")
    says(explorer, "Lost in the mount idmap", "65534")
    field.fill("many")
    field.press("Enter")
    explorer.get_by_text("is no id").wait_for()
    attribute(field, "aria-invalid", "true")
    says(explorer, "Lost in the mount idmap")
    assert field.input_value() == "many"
    field.fill("")
    field.press("Enter")
    says(explorer, "1125")
    attribute(field, "aria-invalid", "false")


def work_the_question(explorer: Locator) -> None:
    """Direction, kind, undo, redo, reset, and who asks through which mount."""
    button(explorer, "Create: disk ← caller").click()
    says(explorer, "1125", "1000", "stores")
    button(explorer, "gid").click()
    says(explorer, "gid")
    button(explorer, "uid").click()
    button(explorer, "Read: disk → caller").click()
    says(explorer, "the caller sees", "uid")
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


def work_the_folds(explorer: Locator) -> None:
    """What was opened stays open, and every call says where the kernel has it."""
    explorer.get_by_text("Every call, in kernel order").click()
    listed = explorer.locator(".kfv-trace li")
    listed.first.wait_for()
    for file in ("fs/stat.c", "fs/mnt_idmapping.c", "kernel/user_namespace.c"):
        assert listed.filter(has_text=f"{file}, semantics").count() >= 1, file
    assert listed.locator("a").count() == listed.count()
    explorer.get_by_role("checkbox", name="mount idmap").uncheck()
    says(explorer, "no map on the way changes the number")
    assert listed.first.is_visible()
    explorer.get_by_role("checkbox", name="mount idmap").check()
    says(explorer, "1125")
    explorer.get_by_text("Every call, in kernel order").click()
    listed.first.wait_for(state="hidden")


def test_a_bad_row_shows_the_kernels_rule_and_keeps_the_picture(
    explorer: Locator, shot: Callable[[str], Path]
) -> None:
    text = explorer.get_by_label("mount idmap, rows: col 1 disk, col 2 mount, count")
    bad = "1000 1125 1\n1001 1125 1"
    text.fill(bad)
    text.blur()
    mount = explorer.locator(".kfv-map.mount")
    mount.get_by_text("EINVAL").wait_for()
    attribute(text, "aria-invalid", "true")
    assert "overlap" in mount.inner_text()
    kept = explorer.get_by_text("last state the kernel would accept")
    kept.wait_for()
    says(explorer, "1125")
    shot("start-here-refused")

    explorer.get_by_role("checkbox", name="filesystem in a user ns").check()
    says(explorer, "301000", "1125")
    assert text.input_value() == bad
    assert kept.count() == mount.get_by_text("EINVAL").count() == 1
    button(explorer, "Undo").click()
    says(explorer, "on disk", "1125")

    text.fill("1000 7 1")
    text.blur()
    says(explorer, "1000", "7")
    attribute(text, "aria-invalid", "false")
    assert kept.count() == mount.get_by_text("EINVAL").count() == 0


def listed(explorer: Locator, number: int) -> None:
    """Wait until the list of calls has been drawn anew with this one marked."""
    explorer.locator(f".kfv-trace li:nth-child({number})[aria-current=step]").wait_for()


def test_keys_step_keep_the_focus_and_never_reach_the_notebook(
    explorer: Locator, page: Page
) -> None:
    """A step button that reaches its end, a fold that is drawn anew: the focus stays with both."""
    there = cells(page)
    button(explorer, "First").focus()
    page.keyboard.press("Enter")
    call(explorer, 0)
    attribute(button(explorer, "First"), "aria-disabled", "true")
    attribute(button(explorer, "Next"), "aria-disabled", "false")
    assert focused(page) == "First"
    page.keyboard.press("]")
    call(explorer, 1)
    assert focused(page) == "First"
    page.keyboard.press("[")
    call(explorer, 0)
    button(explorer, "Last").focus()
    page.keyboard.press("Space")
    attribute(button(explorer, "Last"), "aria-disabled", "true")
    assert focused(page) == "Last"

    explorer.get_by_text("Every call, in kernel order").focus()
    page.keyboard.press("Enter")
    explorer.locator(".kfv-trace li").first.wait_for()
    calls = explorer.locator(".kfv-trace li").count()
    page.keyboard.press("[")
    listed(explorer, calls - 1)
    assert focused(page) == "Every call, in kernel order"
    explorer.locator(".kfv-trace a").first.focus()
    page.keyboard.press("[")
    listed(explorer, calls - 2)
    assert focused(page) == "Every call, in kernel order"

    for control in (
        explorer.get_by_role("checkbox", name="mount idmap"), button(explorer, "gid"),
        button(explorer, "Undo"), explorer.get_by_text("As a table").first,
    ):  # fmt: skip
        control.focus()
        page.keyboard.press("d")
        page.keyboard.press("d")
        page.keyboard.press("x")
    explorer.locator(".kfv-say").click()  # plain text inside
    page.keyboard.press("d")
    page.keyboard.press("d")
    page.keyboard.press("]")
    call(explorer, calls - 1)
    assert cells(page) == there


def test_right_and_wrong_guesses_look_different_and_nothing_is_shown_before(
    explorer: Locator, page: Page
) -> None:
    lines = []
    for number, guess, told in (
        (1, "65534", "≠ Your answer: 65534. Right: 0."),
        (3, "65534", "✓ Right"),
    ):
        question = page.locator(".kfv-explorer").nth(number)
        question.scroll_into_view_if_needed()
        assert question.locator("svg, .kfv-say").count() == 0
        assert button(question, "Reveal").is_disabled()
        button(question, guess).click()
        page.wait_for_function("b => !b.disabled", arg=button(question, "Reveal").element_handle())
        assert question.locator("svg, .kfv-say").count() == 0
        button(question, "Reveal").click()
        question.get_by_text(told).wait_for()
        question.locator("svg").first.wait_for()
        lines.append(question.locator(".kfv-say").evaluate(
            "e => getComputedStyle(e).borderLeftStyle"
        ))  # fmt: skip
    assert lines == ["dotted", "double"]


def test_no_text_leaves_the_explorer_in_a_narrow_window(explorer: Locator, page: Page) -> None:
    drawn = set()
    for width in (1280, 900, 700):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_function(
            "e => Math.abs(e.querySelector('.kfv-fig svg').width.baseVal.value - 4"
            " - (e.clientWidth - 8)) <= 1",  # as wide as the room between the paddings
            arg=explorer.element_handle(),
        )
        drawn.add(explorer.evaluate("e => e.querySelector('.kfv-fig svg').clientWidth"))
    assert len(drawn) == 3
