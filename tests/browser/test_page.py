# SPDX-License-Identifier: BSD-3-Clause
"""
The whole kit as one page, opened from a file in Chromium and in Firefox
========================================================================

The page that ``make page`` writes, but for the ids among its recorded frames, which
``test_recorded.py`` types.  What Python draws in the page is what it draws here.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from kfuncviz.explorers import ownership
from kfuncviz.explorers.engine import tokens
from kfuncviz.explorers.engine.ask import ask
from kfuncviz.explorers.engine.moving import words
from kfuncviz.explorers.engine.registry import EXPLORERS
from kfuncviz.learn import question
from kfuncviz.scenario.load import gallery
from kfuncviz.scenario.reading import token as packing
from tests.browser import firefox
from tests.browser.conftest import ARTIFACTS, PATIENCE, Seen
from tools.page.sheet import CASE, PAGE_MAX, page

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tools.page.prepare import Python

RUNS = "Python runs in this page"
SWITCH = {"type": "set", "target": "mount_idmapped", "value": False}
BAD_MAP = "0 0 0"
FOLDS = "for (const fold of document.querySelectorAll('#links details')) fold.open = arg;"
X = "const root = document.querySelector('.kfv-explorer'), x = root && root.explorer, arg = a[0];"


class Tab(Protocol):
    """A page in a browser: what a test does with it."""

    def go(self, address: str) -> None:
        """Open an address."""

    def js(self, body: str, arg: Any = None) -> Any:
        """What a function body says of ``root``, ``x``, its explorer, and ``arg``."""

    def press(self, *keys: str) -> None:
        """Press keys."""

    def size(self, width: int, height: int) -> None:
        """Make the window so large."""

    def shot(self, name: str) -> None:
        """Keep a picture."""

    def faults(self) -> list[str]:
        """Errors, and requests that left the page."""


class InChromium:
    def __init__(self, browser: Browser, prepare: str = "") -> None:
        self.context = browser.new_context(viewport={"width": 1280, "height": 900})
        self.context.set_default_timeout(PATIENCE * 1000)
        self.context.add_init_script(prepare)
        self.page: Page = self.context.new_page()
        self.seen = Seen()
        self.seen.watch(self.page)

    def go(self, address: str) -> None:
        self.page.goto("about:blank")
        self.page.goto(address)

    def js(self, body: str, arg: Any = None) -> Any:
        return self.page.evaluate(f"(...a) => {{ {X} {body} }}", arg)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def size(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def shot(self, name: str) -> None:
        self.page.screenshot(path=ARTIFACTS / f"{name}-chromium.png")

    def faults(self) -> list[str]:
        return self.seen.console_errors + self.seen.outside_requests

    def close(self) -> None:
        self.context.close()


class InFirefox:
    def __init__(self, program: str, **preferences: Any) -> None:
        self.browser = firefox.Firefox(program, PATIENCE, **preferences)

    def go(self, address: str) -> None:
        self.browser("WebDriver:Navigate", url="about:blank")
        self.browser("WebDriver:Navigate", url=address)

    def js(self, body: str, arg: Any = None) -> Any:
        return self.browser.js(f"const a = arguments; {X} {body}", arg)

    def press(self, *keys: str) -> None:
        self.browser.press(*keys)

    def size(self, width: int, height: int) -> None:
        outer = self.js("return [outerWidth - innerWidth, outerHeight - innerHeight]")
        self.browser("WebDriver:SetWindowRect", width=width + outer[0], height=height + outer[1])

    def shot(self, name: str) -> None:
        self.browser.shot(ARTIFACTS / f"{name}-firefox.png")

    def faults(self) -> list[str]:
        asked: list[str] = self.browser.chrome("return globalThis.asked")
        errors: list[str] = self.browser.chrome(firefox.ERRORS)
        return asked + errors

    def close(self) -> None:
        self.browser.close()


def until(tab: Tab, body: str, arg: Any = None) -> Any:
    """Wait until a function body says something that is true."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        said = tab.js(body, arg)
        if said:
            return said
        time.sleep(0.03)
    pytest.fail(f"never so: {body}; the page says {tab.js('return document.body.innerText')}")


@pytest.fixture(scope="module")
def file(inside: Python, payload: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "kfuncviz.html"
    path.write_text(page(payload, "a sample", "events"), "utf-8")
    return path


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest) -> str:
    if request.param == "firefox" and not firefox.found():
        pytest.skip("no Firefox here (Debian: apt install firefox-esr)")
    return request.param


def opened(browser: str, request: pytest.FixtureRequest) -> InChromium | InFirefox:
    ARTIFACTS.mkdir(exist_ok=True)
    if browser == "firefox":
        return InFirefox(str(firefox.found()))
    return InChromium(request.getfixturevalue("chromium"))


@pytest.fixture(scope="module")
def window(browser: str, request: pytest.FixtureRequest, file: Path) -> Iterator[Tab]:
    """The page with Python up, its switch pressed while it was not."""
    tab = opened(browser, request)
    tab.go(file.as_uri())
    until(tab, "return x")
    tab.js("root.querySelector('[data-key=mount_idmapped]').focus()")
    tab.press("Enter")
    until(tab, "return x.history.past.length === 1")
    up(tab)
    yield tab
    tab.close()


def up(tab: Tab) -> None:
    until(tab, "return document.getElementById('status').textContent.startsWith(arg) && !x.busy",
          RUNS)  # fmt: skip


@pytest.fixture
def tab(window: Tab, request: pytest.FixtureRequest) -> Iterator[Tab]:
    yield window
    window.shot(f"page-{request.node.originalname}")
    assert window.faults() == []


def first() -> ownership.State:
    return ownership.first(CASE)


def token(state: ownership.State) -> str:
    return tokens.encode("ownership", state)


def follow(tab: Tab, address: str) -> None:
    """Follow a link to a token, and wait until it is open."""
    tab.js(
        "const link = Object.assign(document.createElement('a'), { href: `#${arg}` });"
        "document.body.append(link); link.click(); link.remove()",
        address,
    )
    until(tab, "return x.token === arg && !x.busy && Object.keys(x.drawn).length", address)


TEXTS = """const said = (part) => {
  const copy = part.cloneNode(true);
  for (const style of copy.querySelectorAll("style")) style.remove();
  return copy.textContent;
};
const parts = [...root.querySelectorAll("[data-region]")];
return [x.token, x.width, Object.fromEntries(parts.map((p) => [p.dataset.region, said(p)]))];"""


def reads(tab: Tab) -> None:
    """What is on screen is what Python here draws of the same state at the same width."""
    until(tab, "return !x.busy && !x.queue.length && Object.keys(x.drawn).length")
    now, width, texts = tab.js(TEXTS)
    (answer,) = ask(now, [], width)
    drawn = {n: words(re.sub("(?s)<style.*?</style>", "", h)) for n, h in answer["regions"].items()}
    # A line break at the start of a textarea belongs to its writing, not to its text.
    assert {n: text.replace("\n", "") for n, text in texts.items()} == {
        n: text.replace("\n", "") for n, text in drawn.items()
    }


def test_what_was_done_before_python_was_up_stays_done(tab: Tab) -> None:
    switched = ownership.update(first(), SWITCH)
    assert tab.js("return [x.token, x.history.first, x.history.past]") == [
        token(switched), token(first()), [token(first())],
    ]  # fmt: skip
    assert tab.js("return document.activeElement.dataset.key") == "mount_idmapped"
    reads(tab)
    tab.press("Control+z")
    until(tab, "return x.token === arg", token(first()))
    reads(tab)
    assert tab.js("return root.querySelectorAll('[data-unrecorded]').length") == 0


def test_every_explorer_opens_by_its_link_and_draws_what_python_draws(tab: Tab) -> None:
    for name in EXPLORERS:
        tab.js("document.querySelector(`[data-explorer=${arg}]`).focus()", name)
        link = tab.js("return document.activeElement.hash.slice(1)")
        tab.press("Enter")
        until(tab, "return x.token === arg", link)
        reads(tab)
        current = tab.js(
            "return [...document.querySelectorAll('[aria-current]')]"
            ".map((link) => [link.dataset.explorer, link.dataset.question])"
        )
        assert current == [[name, tab.js("return document.querySelector('h1').textContent")]]


def test_cases_of_the_gallery_draw_what_python_draws(tab: Tab) -> None:
    for case in random.Random(str(type(tab))).sample(gallery(), 4):
        follow(tab, token(ownership.first(case)))
        reads(tab)


def test_a_question_of_the_course_is_answered(tab: Tab) -> None:
    tab.js(FOLDS, True)
    tab.js("document.querySelector('[aria-label^=\"Question 01.2\"]').focus()")
    address = tab.js("return document.activeElement.hash.slice(1)")
    tab.press("Enter")
    until(tab, "return x.token === arg && !x.busy && Object.keys(x.drawn).length", address)
    reads(tab)
    assert tokens.decode(address) == ("question", question.first("01.2"))
    assert tab.js("return document.querySelectorAll('#links details[open]').length") == 0


def test_maps_are_edited_and_refused_as_the_kernel_does(tab: Tab) -> None:
    follow(tab, token(first()))
    field = "root.querySelector('textarea[data-key=\"rows-mount.uid\"]')"
    for text, owner in (("1000 2000 1", "2000"), (BAD_MAP, "")):
        tab.js(f"{field}.focus(); {field}.select()")
        tab.press(*(key if key != " " else "Space" for key in text))
        state = ownership.update(first(), {"type": "typed", "target": "mount.uid", "value": text})
        if owner:
            until(tab, "return x.token === arg", token(state))
            reads(tab)
            assert owner in tab.js("return root.querySelector('[data-region=owner]').textContent")
    until(tab, "return root.innerText.includes('EINVAL')")
    assert tab.js("return document.activeElement.value") == BAD_MAP
    reads(tab)


def test_an_id_is_typed_and_moved(tab: Tab) -> None:
    follow(tab, token(first()))
    tab.js("root.querySelector('[data-id]').focus(); document.activeElement.select()")
    tab.press("7", "7", "Enter")
    until(tab, "return x.token === arg", token(replace(first(), id=77)))
    reads(tab)
    tab.press("ArrowUp")
    until(tab, "return x.token === arg", token(replace(first(), id=78)))
    reads(tab)


def test_the_address_follows_and_leads_back(tab: Tab) -> None:
    follow(tab, token(first()))
    follow(tab, token(ownership.first("keep-id")))
    tab.js("root.querySelector('[data-key=in_container]').click()")
    until(tab, "return x.token !== arg && !x.busy", token(ownership.first("keep-id")))
    until(tab, "return location.hash === `#${x.token}`")
    tab.js("window.history.back()")
    until(tab, "return x.token === arg && !x.busy", token(first()))
    reads(tab)


HOSTILE = {
    "nothing behind it": "kfv2.",
    "damaged": "kfv2.AAAA",
    "of a later version": "kfv99.AAAA",
    "a program": "kfv2.<img src=x onerror=globalThis.hacked=1>",
    "an entity": "kfv2.%3Csvg%20onload%3DglobalThis.hacked%3D1%3E",
    "broken escapes": "kfv2.%E0%A4%A",
    "an id that is none": f"{token(first())}~-1",
    "long": "kfv2." + "A" * 200_000,
    "deep": packing.pack(["ownership", eval("[" * 60 + "]" * 60), {}], packing.KFV2),  # noqa: S307
    "another explorer": packing.pack(["<b>", None, {}], packing.KFV2),
    "a field there is not": packing.pack(["ownership", None, {"<b>": 1}], packing.KFV2),
}


def test_a_hostile_address_is_answered_in_the_explorers_own_place(tab: Tab) -> None:
    follow(tab, token(first()))
    for what, address in HOSTILE.items():
        tab.js("location.hash = arg", address)
        said = until(tab, "return x.trouble.textContent")
        assert said.startswith("Not done: "), what
        assert len(said) < 600, what
        assert tab.js("return [x.token, x.trouble.children.length]") == [token(first()), 0], what
        tab.js("x.trouble.textContent = ''")
    assert tab.js("return globalThis.hacked ?? null") is None
    reads(tab)


def test_every_control_is_reached_by_the_keyboard_and_escape_leaves(tab: Tab) -> None:
    follow(tab, token(first()))
    tab.js(FOLDS, True)
    wanted = tab.js(
        "window.ways = [...document.querySelectorAll('a, button, select, input, textarea, summary,"
        ' [tabindex="0"]\')].filter((e) => e.checkVisibility()); window.met = new Set();'
        "document.addEventListener('focusin', (event) => met.add(event.target));"
        "ways[0].focus(); return ways.length"
    )
    assert wanted > len(gallery()) + 20
    for _ in range(wanted + 3):
        tab.press("Tab")
    missed = tab.js("return ways.filter((e) => !met.has(e)).map((e) => e.outerHTML.slice(0, 80))")
    assert missed == []
    tab.js("root.querySelector('[data-key=mount_idmapped]').focus()")
    tab.press("Escape")
    assert tab.js("return root.contains(document.activeElement)") is False
    tab.js(FOLDS, False)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_its_window(tab: Tab, width: int) -> None:
    follow(tab, token(first()))
    tab.size(width, 900)
    width = tab.js("return innerWidth")  # a window of Firefox is at least 450 wide
    wide = min(width - 24, 860)
    until(tab, "return x.width === arg && !x.busy", wide // 20 * 20)
    reads(tab)
    assert tab.js("return document.documentElement.scrollWidth") <= width


def test_two_pages_side_by_side_answer_each_for_itself(
    tab: Tab, browser: str, request: pytest.FixtureRequest, file: Path
) -> None:
    other = ownership.update(first(), {"type": "set", "target": "kind", "value": "gid"})
    follow(tab, token(first()))
    beside = opened(browser, request)
    try:
        beside.go(f"{file.as_uri()}#{token(other)}")
        until(beside, "return x && x.token === arg && !x.busy", token(other))
        reads(beside)
        for each in (tab, beside):
            each.js("root.querySelector('[data-key=mount_idmapped]').click()")
        for each, state in ((tab, first()), (beside, other)):
            until(each, "return x.token === arg && !x.busy",
                  token(ownership.update(state, SWITCH)))  # fmt: skip
            reads(each)
        assert beside.faults() == []
    finally:
        beside.close()


WITHOUT = {
    "WebAssembly": "This browser has no WebAssembly, so Python cannot run here. The picture",
    "Worker": "Python did not start in this page: Worker is not defined The picture",
    "DecompressionStream": "This browser is too old to unpack what is in this page: one picture",
}


@pytest.mark.parametrize("missing", WITHOUT)
def test_where_python_cannot_run_recorded_frames_answer_and_a_line_says_why(
    chromium: Browser, file: Path, missing: str
) -> None:
    tab = InChromium(chromium, f"delete globalThis.{missing}")
    tab.go(f"{file.as_uri()}#{token(ownership.first('keep-id'))}")
    until(tab, "return document.getElementById('status').textContent.startsWith(arg)",
          WITHOUT[missing])  # fmt: skip
    assert tab.js("return document.getElementById('links').checkVisibility()") is False
    assert tab.js("return root.querySelector('svg').checkVisibility()")
    if missing != "DecompressionStream":
        tab.js("root.querySelector('[data-key=mount_idmapped]').click()")
        drawn = ask(token(ownership.update(first(), SWITCH)), [], 860)[0]["regions"]["owner"]
        until(tab, "return root.querySelector('[data-region=owner]').textContent === arg",
              words(drawn))  # fmt: skip
    tab.shot(f"page-without-{missing}")
    assert tab.faults() == []
    tab.close()


def test_firefox_without_webassembly_keeps_the_recorded_frames(file: Path) -> None:
    program = firefox.found()
    if program is None:
        pytest.skip("no Firefox here (Debian: apt install firefox-esr)")
    tab = InFirefox(program, **{"javascript.options.wasm": False})
    try:
        tab.go(file.as_uri())
        until(tab, "return document.getElementById('status').textContent.startsWith(arg)",
              WITHOUT["WebAssembly"])  # fmt: skip
        tab.js("root.querySelector('[data-key=mount_idmapped]').click()")
        until(tab, "return x.history.past.length === 1")
        assert tab.faults() == []
    finally:
        tab.close()


def test_the_page_keeps_its_size(file: Path) -> None:
    assert file.stat().st_size < PAGE_MAX


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing(chromium: Browser, file: Path, width: int, dark: bool) -> None:
    spec = find_spec("axe_playwright_python")
    if spec is None or spec.origin is None:
        pytest.skip("axe-core is not installed: pip install axe-playwright-python")
    tab = InChromium(chromium, "delete globalThis.WebAssembly")
    tab.page.emulate_media(color_scheme="dark" if dark else "light")
    tab.size(width, 900)
    tab.go(file.as_uri())
    until(tab, "return x")
    tab.js("document.getElementById('links').hidden = false")
    tab.js(FOLDS, True)
    tab.page.add_script_tag(path=Path(spec.origin).with_name("axe.min.js"))
    found = tab.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    tab.shot(f"page-axe-{width}-{dark}")
    assert [f"{broken['id']}: {node['html'][:160]}"
            for broken in found["violations"] for node in broken["nodes"]] == []  # fmt: skip
    tab.close()
