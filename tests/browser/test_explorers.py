# SPDX-License-Identifier: BSD-3-Clause
"""
One set of checks over every transport
======================================

The toy explorer in a real Chromium: in JupyterLab over the comm of a widget, and in pages of
``file:`` over recorded frames and over Python in a worker, which takes over from such frames; the
last in Firefox, too.  What one of them cannot do by its nature (a record has no drafts, a file no
kernel) is not asked of it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kfuncviz import front
from kfuncviz.explorers.engine import tokens
from kfuncviz.explorers.engine.ask import ask
from tests.browser import firefox
from tests.browser.conftest import PATIENCE, ROOT, Seen, save
from tests.browser.fox import FoxPage
from tests.browser.hands import cells
from tests.front import toy
from tools.page.sheet import SETUP, sheet

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import Lab
    from tests.browser.fox import FoxLocator

WIDTH = 800
OPEN = f"""import sys; sys.path.insert(0, {str(ROOT)!r})
from tests.front import toy
toy.install()
from kfuncviz.widgets.explorer import Explorer
explorer = Explorer('board', toy.first())
seen = []
explorer.observe(lambda change: seen.append(change['new']), 'on')
explorer"""
CELLS = (OPEN, "1 + 1", "2 + 2")
#: Counts the key presses that leave an explorer.
ESCAPED = """window.escaped = [];
document.addEventListener("keydown", (event) => {
  if (event.target.closest?.(".kfv-explorer")) escaped.push(event.key);
});"""


@dataclass
class Desk:
    """An explorer on a page, and what the page has said and asked for."""

    page: Page | FoxPage
    root: Locator | FoxLocator
    seen: Seen | FoxPage
    kernel: Callable[[str], str] | None = None
    computes: bool = True

    def part(self, key: str) -> Any:
        return self.root.locator(f'[data-key="{key}"]')

    def js(self, text: str, arg: Any = None) -> Any:
        """What a function body says of ``x``, the explorer, and ``a``, what has the focus."""
        body = f"(root, arg) => {{ const x = root.explorer, a = document.activeElement; {text} }}"
        return self.root.evaluate(body, arg)

    def until(self, text: str, arg: Any = None) -> None:
        """Wait until that is so."""
        limit = time.monotonic() + PATIENCE
        while not self.js(text, arg):
            if time.monotonic() > limit:
                pytest.fail(f"never so: {text}")
            self.page.wait_for_timeout(20)

    def says(self, sentence: str) -> None:
        self.root.locator(".kfv-say", has_text=sentence).wait_for()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def settled(self) -> None:
        """Wait until nothing is asked for any more."""
        self.until("return !x.busy && !x.queue.length")

    def clear(self) -> None:
        """The explorer as it opened, with nothing to undo and nothing known."""
        self.settled()
        self.js("x.travel('reset')")
        self.until("return x.token === x.history.first && !x.busy")
        self.js("x.history = { ...x.history, past: [], future: [] }; x.burst = null; x.mark()")
        self.js("x.complain(''); x.trouble.textContent = ''")
        self.js("const fold = root.querySelector('details'); fold.open = false; a.blur()")

    def emptied(self) -> None:
        """Forget every frame but the one on screen, and look ahead no more."""
        self.js("x.ahead.wanted = false; x.memory.edges.clear(); x.memory.bases.clear()")


def record() -> dict[str, Any]:
    from kfuncviz.explorers.engine.recorded import record

    return record("board", toy.first(), WIDTH)


def recorded_page(folder: Path) -> Path:
    """The toy as a file that needs nothing else."""
    import base64
    import gzip

    packed = base64.b64encode(gzip.compress(json.dumps(record()).encode())).decode()
    (first,) = ask(tokens.encode("board", toy.first()), [], WIDTH)
    drawn = "".join(
        f'<div data-region="{name}">{html}</div>' for name, html in first["regions"].items()
    )
    path = folder / "toy.html"
    path.write_text(
        f"<!doctype html><meta charset=utf-8><title>toy</title><style>{front.stylesheet()}</style>"
        f'<div tabindex="-1"><main id="explorer" class="kfv-explorer">{drawn}</main></div>'
        f'<script type="text/plain" id="record">{packed}</script>'
        f'<script type="module">{front.module("recorded")}\n'
        'const [root, block] = ["explorer", "record"].map((id) => document.getElementById(id));\n'
        "await openRecorded(root, block);</script>",
        encoding="utf-8",
    )
    return path


def page_with_python(folder: Path, payload: str) -> Path:
    """The toy as a page that has Python inside."""
    source = Path(toy.__file__).read_text("utf-8")
    known = f"""import types
sys.modules["toy"] = types.ModuleType("toy")
exec({source!r}, sys.modules["toy"].__dict__)
sys.modules["toy"].install()
"""
    entrance = 'sys.path.insert(0, "/kit")\n'
    assert SETUP.count(entrance) == 1
    setup = SETUP.replace(entrance, entrance + known)
    path = folder / "toy.html"
    path.write_text(sheet("board", toy.first(), payload, "a toy", "ids", setup), "utf-8")
    return path


def notebook(lab: Lab) -> None:
    made = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "outputs": [], "source": source,
         "execution_count": None}
        for n, source in enumerate(CELLS)
    ]  # fmt: skip
    whole = {"cells": made, "nbformat": 4, "nbformat_minor": 5} | {
        "metadata": {"language_info": {"name": "python"}}
    }
    (lab.folder / "toy.ipynb").write_text(json.dumps(whole), encoding="utf-8")


def in_lab(page: Page, lab: Lab) -> Callable[[str], str]:
    """Open the notebook, run it; what asks its kernel through the second cell."""
    notebook(lab)
    lab.open(page, "toy.ipynb")
    lab.run_all(page)
    cell = page.locator(".jp-Notebook .jp-Cell").nth(1)

    def kernel(code: str) -> str:
        cell.locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.type(code)
        before = cell.locator(".jp-InputPrompt").inner_text()
        page.keyboard.press("Control+Enter")
        page.wait_for_function(
            "([e, before]) => ![before, '[*]:'].includes(e.textContent)",
            arg=[cell.locator(".jp-InputPrompt").element_handle(), before],
        )
        output = cell.locator(".jp-OutputArea-output")
        return output.first.inner_text() if output.count() else ""

    return kernel


@pytest.fixture(scope="module", params=["comm", "recorded", "pyodide", "firefox"])
def desk(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    """A desk with a toy on it, over one of the transports."""
    folder = tmp_path_factory.mktemp(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(toy.registry, "EXPLORERS", toy.registry.EXPLORERS)
        toy.install()
        made = in_firefox if request.param == "firefox" else in_chromium
        with made(request, folder) as desk:
            desk.root.locator("svg").wait_for()
            desk.until("return x && !x.busy && root.querySelector('[aria-disabled]')")
            desk.page.evaluate(ESCAPED)
            yield desk
            save(desk.page, f"explorers-{request.param}")


@contextmanager
def in_chromium(request: pytest.FixtureRequest, folder: Path) -> Iterator[Desk]:
    context = request.getfixturevalue("chromium").new_context(
        viewport={"width": 1280, "height": 900}, accept_downloads=True,
        permissions=["clipboard-read", "clipboard-write"] if request.param == "comm" else [],
    )  # fmt: skip
    context.set_default_timeout(PATIENCE * 1000)
    page, seen = context.new_page(), Seen()
    seen.watch(page)
    kernel = None
    if request.param == "comm":
        kernel = in_lab(page, request.getfixturevalue("lab"))
    elif request.param == "pyodide":
        page.goto(page_with_python(folder, request.getfixturevalue("payload")).as_uri())
        page.get_by_text("Python runs in this page").wait_for()
    else:
        page.goto(recorded_page(folder).as_uri())
    root = page.locator(".kfv-explorer").first
    yield Desk(page, root, seen, kernel, request.param != "recorded")
    context.close()


@contextmanager
def in_firefox(request: pytest.FixtureRequest, folder: Path) -> Iterator[Desk]:
    program = firefox.found()
    if program is None:
        pytest.skip("no Firefox here (Debian: apt install firefox-esr)")
    saved = folder / "saved"
    saved.mkdir()
    page = FoxPage(program, PATIENCE, saved)
    try:
        page.goto(page_with_python(folder, request.getfixturevalue("payload")).as_uri())
        page.get_by_text("Python runs in this page").wait_for()
        yield Desk(page, page.locator(".kfv-explorer").first, page)
    finally:
        page.browser.close()


@pytest.fixture(autouse=True)
def _clear(desk: Desk) -> None:
    desk.clear()


def live(desk: Desk) -> None:
    """End the test where nothing is computed."""
    if not desk.computes:
        pytest.skip("a record computes nothing: it has no drafts and looks for nothing ahead")


def kernel_of(desk: Desk) -> Callable[[str], str]:
    """The kernel; ends the test where there is none."""
    if desk.kernel is None:
        pytest.skip("a page of file: has no kernel")
    return desk.kernel


def test_the_focus_stays_on_what_it_changes(desk: Desk) -> None:
    desk.part("on").focus()
    desk.js("window.node = a")
    desk.press("Space")
    desk.until("return a === node && a.getAttribute('aria-checked') === 'false'")
    desk.press("Enter")
    desk.until("return a === node && a.getAttribute('aria-checked') === 'true'")


def test_a_button_that_switches_itself_off_keeps_the_focus(desk: Desk) -> None:
    desk.part("first").focus()
    desk.press("Enter")
    desk.until("return a.dataset.key === 'first' && a.getAttribute('aria-disabled') === 'true'")
    token = desk.js("return x.token")
    desk.press("Enter")
    desk.settled()
    assert desk.js("return x.token") == token


def test_the_focus_stays_inside_when_its_element_goes(desk: Desk) -> None:
    desk.part("add").focus()
    desk.js("root.querySelector('[data-key=on]').click()")
    desk.until("return !root.querySelector('textarea') && root.contains(a)")


def test_the_caret_stays_where_it_types(desk: Desk) -> None:
    live(desk)
    area = desk.part("add")
    area.focus()
    desk.js("window.node = a; a.setSelectionRange(4, 4)")
    desk.page.keyboard.type("5", delay=30)
    desk.until("return a === node && a.value === '10005' && a.selectionStart === 5")
    desk.until("return !x.busy && root.querySelector('[data-key=add]').defaultValue === '10005'")
    desk.js("a.setSelectionRange(2, 2)")
    desk.page.keyboard.type("7", delay=30)
    desk.until("return root.querySelector('[data-key=add]').defaultValue === '107005'")
    assert desk.js("return [a === node, a.selectionStart, a.value]") == [True, 3, "107005"]


def test_refused_text_stays_and_is_named(desk: Desk) -> None:
    live(desk)
    area = desk.part("add")
    area.focus()
    picture = desk.part("drawing").inner_html()
    desk.press("Control+End")
    desk.page.keyboard.type(" and more")
    desk.root.get_by_role("alert").filter(has_text="and more' is no number").wait_for()
    assert desk.js("return [a.dataset.key, a.value]") == ["add", "1000 and more"]
    assert area.get_attribute("aria-invalid") == "true"
    assert desk.part("drawing").inner_html() == picture
    desk.part("colour").focus()
    desk.settled()
    assert area.input_value() == "1000 and more"


def test_the_browsers_own_undo_works_in_a_field(desk: Desk) -> None:
    desk.part("id").focus()
    desk.page.keyboard.type("500", delay=20)
    desk.says("500 becomes 1500")
    desk.press("Control+z")
    desk.until("return a.dataset.key === 'id' && a.value !== '500'")
    desk.press("Control+Shift+z")
    desk.until("return a.value === '500'")
    desk.says("500 becomes 1500")


def test_a_line_break_survives_a_chord_before_it(desk: Desk) -> None:
    live(desk)
    desk.part("add").focus()
    desk.press("Control+End", "Enter")
    desk.until("return a.value === '1000\\n'")


def test_typing_faster_than_any_answer(desk: Desk) -> None:
    desk.part("id").focus()
    desk.page.keyboard.type("123456")
    desk.says("123456 becomes 124456")
    desk.press("Backspace", "Backspace")
    desk.says("1234 becomes 2234")
    assert desk.part("id").input_value() == "1234"
    assert desk.root.locator("svg text").text_content() == "1234"


def test_no_key_leaves_an_explorer(desk: Desk) -> None:
    there = cells(desk.page)
    desk.page.evaluate("escaped.length = 0")
    for key in ("on", "colour", "id", "add", "more-s", "box", "undo"):
        desk.part(key).focus()
        desk.press(*"ddaxbym", "ArrowDown", "ArrowUp", "Enter", "Shift+Enter", "Control+Enter")
        desk.clear()
    desk.root.locator(".kfv-say").click()  # plain text, beside every control
    assert desk.js("return a === root")
    desk.press(*"ddaxbym", "Shift+Enter")
    assert desk.page.evaluate("escaped") == []
    assert cells(desk.page) == there
    assert desk.root.locator("svg").count() == 1


def test_escape_leaves(desk: Desk) -> None:
    desk.part("id").focus()
    desk.press("Escape")
    assert not desk.js("return root.contains(a)")
    if desk.kernel:
        there = cells(desk.page)
        desk.press("b")
        desk.page.wait_for_function(
            "n => document.querySelectorAll('.jp-Notebook .jp-Cell').length === n", arg=there + 1
        )
        desk.press("d", "d")
        desk.page.wait_for_function(
            "n => document.querySelectorAll('.jp-Notebook .jp-Cell').length === n", arg=there
        )


def test_five_keys_are_said_once_in_one_live_region(desk: Desk) -> None:
    desk.js(
        "window.said = []; new MutationObserver(() => said.push(x.live.textContent))"
        ".observe(x.live, { childList: true, characterData: true, subtree: true })"
    )
    desk.part("id").focus()
    desk.page.keyboard.type("98765", delay=40)
    desk.until("return said.length && x.live.textContent.startsWith('98765')")
    assert desk.js("return said") == ["98765 becomes 99765."]
    desk.part("on").click()
    desk.until("return x.live.textContent === '98765 becomes 98765.'")
    assert desk.js("return x.live.getAttribute('role')") == "status"
    assert desk.root.get_by_role("status").count() == 1


def test_undo_redo_and_reset(desk: Desk) -> None:
    shown = [desk.js("return x.token")]
    for act in (
        lambda: desk.part("on").click(), lambda: desk.part("colour").select_option("green"),
        lambda: desk.part("box").click(),
    ):  # fmt: skip
        act()
        desk.until("return !x.busy && x.token !== arg", shown[-1])
        shown.append(desk.js("return x.token"))
    desk.part("on").focus()
    for token in shown[-2::-1]:
        desk.press("Control+z")
        desk.until("return x.token === arg", token)
    assert desk.part("undo").get_attribute("aria-disabled") == "true"
    for token in shown[1:]:
        desk.press("Control+Shift+z")
        desk.until("return x.token === arg", token)
    assert desk.part("redo").get_attribute("aria-disabled") == "true"
    desk.part("reset").click()
    desk.until("return x.token === arg", shown[0])
    desk.part("undo").click()
    desk.until("return x.token === arg", shown[-1])
    assert desk.part("colour").input_value() == "blue"


def test_undo_waits_for_what_is_asked(desk: Desk) -> None:
    desk.emptied()
    first = desk.js("return x.token")
    desk.js("root.querySelector('[data-key=on]').click(); x.travel('undo')")
    desk.settled()
    assert desk.js("return [x.token, x.history.future.length]") == [first, 1]
    desk.js("x.ahead.wanted = true")


def test_looking_is_no_step_to_undo(desk: Desk) -> None:
    desk.part("on").click()
    desk.until("return x.history.past.length === 1")
    desk.press("[")
    desk.root.get_by_text("call 2 of 3").wait_for()
    assert desk.js("return x.history.past.length") == 1


def test_typing_without_a_pause_is_one_step(desk: Desk) -> None:
    desk.part("id").focus()
    desk.page.keyboard.type("555")
    desk.says("555 becomes")
    desk.settled()
    assert desk.js("return x.history.past") == [desk.js("return x.history.first")]
    desk.page.wait_for_timeout(400)
    desk.page.keyboard.type("6")
    desk.says("5556 becomes")
    assert desk.js("return x.history.past.length") == 2


def test_three_clicks_in_one_tick_are_all_done(desk: Desk) -> None:
    desk.emptied()
    desk.js("for (const key of ['on', 'back', 'box']) root.querySelector(`[data-key=${key}]`)"
            ".dispatchEvent(new MouseEvent('click', { bubbles: true }))")  # fmt: skip
    desk.root.get_by_text("call 2 of 3").wait_for()
    desk.until("return root.querySelector('[data-key=colour]').value === 'blue'")
    assert desk.part("on").get_attribute("aria-checked") == "false"
    desk.js("x.ahead.wanted = true")


def test_a_fold_stays_as_the_reader_left_it(desk: Desk) -> None:
    fold = desk.root.locator("details")
    desk.part("more-s").click()
    desk.settled()
    desk.part("on").click()
    desk.until(
        "return root.querySelector('[data-key=on]').getAttribute('aria-checked') === 'false'"
    )
    assert fold.evaluate("e => e.open")
    desk.part("more-s").click()
    desk.settled()
    desk.part("on").click()
    desk.until("return root.querySelector('[data-key=on]').getAttribute('aria-checked') === 'true'")
    assert not fold.evaluate("e => e.open")


def test_a_fold_that_could_show_nothing_does_not_open(desk: Desk) -> None:
    desk.js("root.querySelector('summary').setAttribute('aria-disabled', 'true')")
    desk.part("more-s").click()
    desk.part("more-s").press("Enter")
    assert not desk.root.locator("details").evaluate("e => e.open")
    assert desk.js("return x.queue.length + x.history.past.length + x.busy") == 0
    desk.js("root.querySelector('summary').removeAttribute('aria-disabled')")


def test_an_id_is_moved_by_arrows_edges_and_dragging(desk: Desk) -> None:
    field = desk.part("id")
    field.focus()
    desk.page.keyboard.type("500")
    desk.says("500 becomes")
    for key, number in (("ArrowUp", 501), ("PageUp", 1000), ("ArrowDown", 999), ("PageDown", 100)):
        desk.press(key)
        desk.says(f"{number} becomes {number + 1000}")
        assert field.input_value() == str(number)
    desk.press("PageDown", "PageDown", "ArrowDown")
    desk.says("0 has no answer")
    desk.press("PageUp", "PageUp", "PageUp", "PageUp")
    desk.says("1000 becomes 2000")
    desk.js("a.blur(); x.burst = null; x.history = { ...x.history, past: [] }")
    box = field.bounding_box()
    assert box
    desk.page.mouse.move(box["x"] + 9, box["y"] + 5)
    desk.page.mouse.down()
    desk.page.mouse.move(box["x"] + 9, box["y"] + 25, steps=4)
    desk.page.mouse.move(box["x"] + 9, box["y"] + 55, steps=4)
    desk.page.mouse.up()
    desk.says("1500 becomes 2500")
    assert desk.js("return x.history.past.length") == 1


def test_hotkeys_and_what_only_a_pointer_works(desk: Desk) -> None:
    desk.part("on").focus()
    desk.press("[", "[")
    desk.root.get_by_text("call 1 of 3").wait_for()
    desk.press("]")
    desk.root.get_by_text("call 2 of 3").wait_for()
    desk.part("box").focus()
    desk.press("Enter")
    desk.until("return root.querySelector('[data-key=colour]').value === 'blue'")


def test_what_cannot_be_done_is_said_in_the_explorers_own_place(desk: Desk) -> None:
    token = desk.js("return x.token")
    desk.js("x.add({ event: { type: 'fail', target: null, value: null }, typed: null })")
    desk.root.locator(".kfv-trouble", has_text="Not done").wait_for()
    assert desk.js("return x.token") == token
    desk.part("on").click()
    desk.until("return x.trouble.textContent === '' && x.token !== arg", token)


def test_presenting_is_large_and_one_key_goes_on(desk: Desk) -> None:
    size = "return parseFloat(getComputedStyle(root).fontSize) * (root.currentCSSZoom ?? 1)"
    desk.part("first").click()
    desk.root.get_by_text("call 0 of 3").wait_for()
    desk.part("present").click()
    desk.until("return document.fullscreenElement === root")
    assert desk.js(size) >= 24
    desk.until(
        "return !x.busy && (arg || x.width === Math.floor(root.clientWidth / 20) * 20"
        " && root.querySelector('svg').getAttribute('width') === String(x.width))",
        not desk.computes,
    )
    desk.root.focus()
    for key, step in (("Space", 1), ("ArrowRight", 2), ("PageDown", 3), ("ArrowLeft", 2)):
        desk.press(key)
        desk.root.get_by_text(f"call {step} of 3").wait_for()
    save(desk.page, "explorers-present")
    desk.press("Escape")
    desk.until("return !root.classList.contains('kfv-present') && !document.fullscreenElement")
    desk.settled()


def test_a_picture_is_saved_as_it_looks(desk: Desk, tmp_path: Path) -> None:
    for kind in ("svg", "png"):
        with desk.page.expect_download() as download:
            desk.part(f"save-{kind}").click()
        assert download.value.suggested_filename == f"toy.{kind}"
        download.value.save_as(tmp_path / f"toy.{kind}")
    svg = (tmp_path / "toy.svg").read_text("utf-8")
    assert "toy 1.0" in svg
    assert "rgb(179, 71, 0)" in svg
    assert "data-event" not in svg
    assert (tmp_path / "toy.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_file_that_travels_is_made_where_it_can_be(desk: Desk, tmp_path: Path) -> None:
    live(desk)
    with desk.page.expect_download() as download:
        desk.part("save-html").click()
    download.value.save_as(tmp_path / "toy.html")
    assert "await openRecorded(" in (tmp_path / "toy.html").read_text("utf-8")


def test_text_is_copied(desk: Desk) -> None:
    desk.part("copy").click()
    desk.until("return x.live.textContent === 'Copied.'")
    if desk.kernel:
        assert desk.page.evaluate("navigator.clipboard.readText()") == "call 3 of 3"


def test_frames_one_away_are_here_before_they_are_wanted(desk: Desk) -> None:
    live(desk)
    desk.js("x.memory.clear(); x.ahead.wanted = true; x.ahead.look()")
    desk.js("x.go(x.token)")
    desk.part("on").click()
    desk.settled()
    token = desk.js("return x.token")
    desk.until("return x.memory.after(x.token, { type: 'set', target: 'on', value: true }, null)")
    desk.until(
        "return x.memory.after(x.token, { type: 'set', target: 'colour', value: 'green' }, null)"
    )
    # They are nodes already, and a click copies nodes.
    event = "{ type: 'set', target: 'on', value: true }"
    desk.until(
        f"return Object.values(x.memory.after(x.token, {event}, null).frame.regions)"
        ".every((html) => x.nodes.held.has(html))"
    )
    desk.js("root.querySelector('[data-key=on]').click(); window.later = x.token")
    assert desk.page.evaluate("later") != token  # shown before the click was over
    assert desk.js("return x.hit")


def test_values_in_python_and_on_the_page_are_the_same(desk: Desk) -> None:
    kernel = kernel_of(desk)
    kernel("explorer.on = False; explorer.id = 500")
    desk.says("500 becomes 500")
    desk.until(
        "return root.querySelector('[data-key=on]').getAttribute('aria-checked') === 'false'"
    )
    desk.part("on").click()
    desk.says("500 becomes 1500")
    assert kernel("seen[-2:], explorer.state.on") == "([False, True], True)"
    desk.part("undo").click()
    desk.says("500 becomes 500")
    assert "TraitError: add stays 1000" in kernel("explorer.add = 'x'")
    desk.until(
        "return root.querySelector('[data-key=on]').getAttribute('aria-checked') === 'false'"
    )
    kernel("explorer.on = True")
    desk.root.get_by_role("alert").filter(has_text="'x' is no number").wait_for()
    steps = desk.js("return x.history.past.length")
    kernel("explorer.step = 1")
    desk.root.get_by_text("call 1 of 3").wait_for()
    assert desk.js("return x.history.past.length") == steps, "a look, from wherever, is no step"
    kernel("explorer.colour = 'blue'")
    desk.until("return root.querySelector('rect').getAttribute('fill') !== '#b34700'")
    desk.settled()
    assert desk.js("return x.history.past.length") == steps + 1


def test_a_busy_kernel_delays_nothing_that_is_here(desk: Desk) -> None:
    kernel = kernel_of(desk)
    kernel("1")
    desk.js("x.memory.clear(); x.memory.put({ ...arg, token: x.token, run: null })",
            ask(tokens.encode("board", toy.first()), [], WIDTH)[0])  # fmt: skip
    desk.js("x.ahead.wanted = true; x.ahead.look()")
    desk.until("return x.memory.after(x.token, { type: 'set', target: 'on', value: false }, null)")
    cell = desk.page.locator(".jp-Notebook .jp-Cell").nth(1)
    cell.locator(".cm-content").click()
    desk.press("Control+a")
    desk.page.keyboard.type("import time; time.sleep(4)")
    desk.press("Control+Enter")
    cell.get_by_text("[*]:").wait_for()
    token = desk.js("return x.token")
    desk.js("root.querySelector('[data-key=on]').click()")
    assert desk.js("return x.token") != token
    assert cell.get_by_text("[*]:").count() == 1
    desk.part("colour").select_option("green")
    desk.until("return !x.busy && root.querySelector('rect').getAttribute('fill') === '#00704f'")


def test_nonsense_is_drawn_as_nonsense(desk: Desk) -> None:
    drawn = desk.js(
        "x.draw({ token: 'no~sense', regions: { head: '<b data-event=\"{no\" data-key=\"\">?</b>',"
        " other: '<i>' }, run: null });"
        "for (const b of root.querySelectorAll('b')) b.click();"
        "return [root.querySelector('b').textContent, !root.querySelector('i'), x.queue.length]"
    )
    assert drawn == ["?", False, 0]
    desk.js("root.querySelector('[data-region=other]').remove(); x.drawn = {}")
    desk.js("x.draw(x.memory.get(x.token))")
    assert desk.part("on").count() == 1


def test_nothing_went_wrong_and_nothing_was_loaded_from_elsewhere(desk: Desk) -> None:
    assert desk.seen.console_errors == []
    assert desk.seen.outside_requests == []
