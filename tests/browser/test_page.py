# SPDX-License-Identifier: BSD-3-Clause
"""
The whole kit as one page, opened from a file in Chromium and in Firefox
========================================================================

The page that ``make page`` writes, but for the ids among its recorded frames, which
``test_recorded.py`` types; and of one chapter alone what it shows when it is run.  What Python
draws in the page is what it draws here.  Each window of Chromium is a private one.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from kfuncviz.explorers import ownership, thread
from kfuncviz.explorers.engine import tokens
from kfuncviz.explorers.engine.ask import ask
from kfuncviz.explorers.engine.moving import words
from kfuncviz.explorers.engine.registry import EXPLORERS
from kfuncviz.learn import course, question, rail
from kfuncviz.learn.key import key as answer_of
from kfuncviz.scenario.load import gallery
from kfuncviz.scenario.reading import token as packing
from tests.browser import firefox
from tests.browser.axe import violations
from tests.browser.conftest import ARTIFACTS, PATIENCE, Seen
from tools.chapters import Chapter, Place, chapters, read, recorded
from tools.chapters.written import RECORDED
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


#: Of these chapters what they show is recorded.
RUN = {"14"}


@pytest.fixture(scope="module")
def texts() -> list[Chapter]:
    made = map(read, chapters())
    return [recorded(chapter) if chapter.number in RUN else chapter for chapter in made]


@pytest.fixture(scope="module")
def file(
    inside: Python, payload: str, texts: list[Chapter], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    path = tmp_path_factory.mktemp("page") / "kfuncviz.html"
    path.write_text(page(payload, "a sample", "events", texts), "utf-8")
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
const texts = (root) => Object.fromEntries(
  [...root.querySelectorAll("[data-region]")].map((part) => [part.dataset.region, said(part)]));
const seen = (root) => [root.explorer.token, root.explorer.width, texts(root)];
return [...document.querySelectorAll(arg)].map(seen);"""
FIRST = "#explorers > .kfv-explorer"
PLACES = "#chapter > fieldset > .kfv-explorer"
#: Places of chapter 00: the explorer, its questions and exercises.
LIVING = 1 + len(course.chapter("00").questions) + len(course.chapter("00").exercises)


AT_REST = """return [...document.querySelectorAll(arg)].map((root) => root.explorer)
  .every((x) => !x.busy && !x.queue.length && Object.keys(x.drawn).length);"""


def drawn(state: str, width: int) -> dict[str, str]:
    """The text of each region that Python here draws of a state."""
    (answer,) = ask(state, [], width)
    html = {n: re.sub("(?s)<style.*?</style>", "", h) for n, h in answer["regions"].items()}
    return {n: words(text).replace("\n", "") for n, text in html.items()}


def reads(tab: Tab, where: str = FIRST) -> int:
    """What is on screen is what Python here draws of the same states at the same width.

    A window made wider tells its explorers a moment later: a difference is looked at again before
    it counts.
    """
    for _ in range(20):
        until(tab, AT_REST, where)
        pairs = [
            # A line break at the start of a textarea belongs to its writing, not to its text.
            ({n: text.replace("\n", "") for n, text in texts.items()}, drawn(state, width))
            for state, width, texts in tab.js(TEXTS, where)
        ]
        if all(seen == ours for seen, ours in pairs):
            break
        time.sleep(0.25)
    for seen, ours in pairs:
        assert seen == ours
    return len(pairs)


def turn(tab: Tab, address: str) -> None:
    """Turn to a chapter, and wait until everything in it is live."""
    tab.js("location.hash = arg", address)
    until(tab, "return document.querySelector('#chapter [id=\"' + arg + '\"]')", address)
    until(tab, LIVE)


LIVE = """const places = [...document.querySelectorAll('#chapter > fieldset')];
return places.length && !places.some((place) => place.disabled);"""


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
            "return [...document.querySelectorAll('#links [aria-current]')]"
            ".map((link) => [link.dataset.explorer, link.dataset.question])"
        )
        assert current == [[name, tab.js("return document.getElementById('question').textContent")]]


def test_cases_of_the_gallery_draw_what_python_draws(tab: Tab) -> None:
    for case in random.Random(str(type(tab))).sample(gallery(), 4):
        follow(tab, token(ownership.first(case)))
        reads(tab)


def test_a_chapter_is_reached_by_the_keyboard_and_everything_in_it_is_live(
    tab: Tab, texts: list[Chapter]
) -> None:
    follow(tab, token(first()))
    for number in ("01", "15"):
        tab.js(FOLDS, True)
        tab.js("document.querySelector(`[data-chapter='${arg}']`).focus()", number)
        tab.press("Enter")
        until(tab, "return document.activeElement.id === `chapter-${arg}`", number)
        until(tab, LIVE)
        (chapter,) = (each for each in texts if each.number == number)
        wanted = [part.token for part in chapter.parts if isinstance(part, Place)]
        opened = tab.js(
            "return [...document.querySelectorAll(arg)].map((root) => root.explorer.token)", PLACES
        )
        assert opened == wanted
        assert reads(tab, PLACES) == len(wanted)
        assert tab.js("return [document.title, document.querySelector('#chapter h1').textContent,"
                      "document.activeElement.textContent]") == [
            f"{chapter.title} - kfuncviz", chapter.title, chapter.title,
        ]  # fmt: skip
        assert tab.js("return [...document.querySelectorAll('#links [aria-current]')]"
                      ".map((link) => link.hash)") == [f"#chapter-{number}"]  # fmt: skip
        assert tab.js("return document.querySelectorAll('#links details[open]').length") == 0
        assert tab.js("return document.getElementById('explorers').checkVisibility()") is False
    follow(tab, token(ownership.first("keep-id")))
    reads(tab)
    assert tab.js("return [document.title, document.getElementById('chapter').checkVisibility(),"
                  "document.querySelector('#links [aria-current]').textContent]"
                  ) == ["kfuncviz", False, "Ownership"]  # fmt: skip


def test_everything_in_every_chapter_comes_to_life(tab: Tab, texts: list[Chapter]) -> None:
    for chapter in texts:
        turn(tab, f"chapter-{chapter.number}")
        places = sum(isinstance(part, Place) for part in chapter.parts)
        assert tab.js("return document.querySelectorAll(arg).length", PLACES) == places
        troubles = "return [...document.querySelectorAll('#chapter .kfv-trouble')]"
        assert set(tab.js(f"{troubles}.map((e) => e.textContent)")) <= {""}


def test_what_is_answered_in_a_chapter_stays_answered(tab: Tab) -> None:
    turn(tab, "chapter-00")
    asked = "document.querySelector('#chapter [aria-label=\"question 00.1\"]')"
    given, state = course.question("00.1"), question.first("00.1")
    answer = answer_of(given.scenario, given.about)
    for key, control, event in (
        ("Space", f"[value='{answer}']", ("set", "given", answer)),
        ("Enter", "[data-event*=commit]", ("press", "commit", None)),
        ("Enter", "[data-event*=reveal]", ("press", "reveal", None)),
    ):
        tab.js(f"{asked}.querySelector(arg).focus()", control)
        tab.press(key)
        state = question.update(state, dict(zip(("type", "target", "value"), event, strict=True)))
        told = tokens.encode("question", state)
        until(tab, f"return {asked}.firstElementChild.explorer.token === arg", told)
    turn(tab, "chapter-02")
    turn(tab, "chapter-00")
    until(tab, f"return {asked}.firstElementChild.explorer.token === arg", told)
    reads(tab, PLACES)
    standing = tokens.encode("course", rail.State(("question 00.1",), "page"))
    until(tab, "return document.getElementById('map').hash === `#${arg}`", standing)
    tab.js("document.getElementById('map').click()")
    until(tab, "return x.token === arg && !x.busy", standing)
    reads(tab)
    tab.js("document.querySelector('#explorers [href=\"#chapter-00\"]').click()")
    until(tab, LIVE)
    tab.js(f"{asked}.querySelector('button').focus()")
    tab.press("Control+z")
    until(tab, f"return {asked}.firstElementChild.explorer.token !== arg", told)


def test_a_chapter_that_needs_pandas_says_so_first_and_shows_what_was_recorded(
    tab: Tab, texts: list[Chapter]
) -> None:
    turn(tab, "chapter-14")
    (chapter,) = (each for each in texts if each.number == "14")
    assert chapter.pandas
    assert tab.js("return document.querySelector('#chapter h1 + p').textContent") == RECORDED
    assert tab.js("return document.querySelectorAll('#chapter .kfv-shown svg').length") > 1
    reads(tab, PLACES)


def test_an_address_names_a_heading_and_nothing_else(tab: Tab) -> None:
    turn(tab, "chapter-01-which-direction")
    until(tab, "return Math.abs(document.activeElement.getBoundingClientRect().top) < 2")
    assert tab.js("return document.activeElement.textContent") == "Which direction?"
    tab.js("location.hash = 'chapter-99'")
    until(
        tab, "return document.getElementById('chapter').innerText === 'There is no chapter 99 here'"
    )
    for heading in ("-<img src=x onerror=globalThis.hacked=1>", '-"]', "-%22%5D", "-" + "a" * 9999):
        tab.js("location.hash = 'chapter-99'")
        tab.js("location.hash = arg", f"chapter-00{heading}")
        until(tab, "return document.activeElement.id === 'chapter-00'")
    until(tab, LIVE)
    assert tab.js("return globalThis.hacked ?? null") is None
    tab.js("location.hash = 'chapter-1'")
    until(tab, "return document.getElementById('explorers').checkVisibility()")


def test_the_way_back_leads_to_where_a_chapter_was_left(tab: Tab) -> None:
    turn(tab, "chapter-01-which-direction")
    tab.js("scrollBy(0, 700)")
    until(tab, "return window.history.state?.top === scrollY")
    there = tab.js("return scrollY")
    follow(tab, token(first()))
    tab.js("window.history.back()")
    until(tab, "return document.activeElement.id === 'chapter-01-which-direction'")
    until(tab, LIVE)
    assert abs(tab.js("return scrollY") - there) < 60
    turn(tab, "chapter-02")
    assert tab.js("return scrollY") == 0


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
    assert tabbed(tab) > len(gallery()) + 20
    tab.js("root.querySelector('[data-key=mount_idmapped]').focus()")
    tab.press("Escape")
    assert tab.js("return root.contains(document.activeElement)") is False
    tab.js(FOLDS, False)
    turn(tab, "chapter-00")
    assert tabbed(tab) > len(gallery()) + 40
    tab.js(FOLDS, False)


def tabbed(tab: Tab) -> int:
    """Every control that is seen, reached one after the other; how many there are."""
    tab.js(FOLDS, True)
    wanted: int = tab.js(
        "window.ways = [...document.querySelectorAll('a, button, select, input, textarea, summary,"
        ' [tabindex="0"]\')].filter((e) => e.checkVisibility()); window.met = new Set();'
        "document.addEventListener('focusin', (event) => met.add(event.target));"
        "ways[0].focus(); return ways.length"
    )
    for _ in range(wanted + 3):
        tab.press("Tab")
    # Of the choices of a question the keyboard reaches one, and its arrows the others.
    missed = tab.js(
        "const by = (e) => e.type === 'radio' && [...met].some((other) => other.name === e.name);"
        "return ways.filter((e) => !met.has(e) && !by(e)).map((e) => e.outerHTML.slice(0, 80))"
    )
    assert missed == []
    return wanted


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_its_window(tab: Tab, width: int) -> None:
    follow(tab, token(first()))
    tab.size(width, 900)
    width = tab.js("return innerWidth")  # a window of Firefox is at least 450 wide
    wide = min(width - 24, 860)
    until(tab, "return x.width === arg && !x.busy", wide // 20 * 20)
    reads(tab)
    assert tab.js("return document.documentElement.scrollWidth") <= width
    turn(tab, "chapter-00")
    tab.shot(f"page-chapter-{width}")
    reads(tab, PLACES)
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


#: What an older browser has not, how it is taken away, and the line that says so.
WITHOUT = {
    "WebAssembly": (
        "delete globalThis.WebAssembly",
        "This browser has no WebAssembly, so Python cannot run here. The first picture",
    ),
    "workers": (
        "delete globalThis.Worker",
        "Python did not start in this page: Worker is not defined. The first picture",
    ),
    "workers of modules": (
        "Worker = class { constructor() { setTimeout(() => this.onerror({})); } postMessage() {} }",
        "Python did not start in this page: The worker did not start. The first picture",
    ),
    "DecompressionStream": (
        "delete globalThis.DecompressionStream",
        "This browser has no DecompressionStream, so Python cannot run here. The first picture",
    ),
}


@pytest.mark.parametrize("missing", WITHOUT)
def test_where_python_cannot_run_recorded_frames_answer_and_a_line_says_why(
    chromium: Browser, file: Path, missing: str
) -> None:
    gone, line = WITHOUT[missing]
    tab = InChromium(chromium, gone)
    tab.go(f"{file.as_uri()}#{token(ownership.first('keep-id'))}")
    until(tab, "return document.getElementById('status').textContent.startsWith(arg)", line)
    assert tab.js("return document.querySelector('#computed a').checkVisibility()") is False
    assert tab.js("return root.querySelector('svg').checkVisibility()")
    assert tab.js("return document.getElementById('links').checkVisibility()")
    tab.js("root.querySelector('[data-key=mount_idmapped]').click()")
    drawn = ask(token(ownership.update(first(), SWITCH)), [], 860)[0]["regions"]["owner"]
    until(tab, "return root.querySelector('[data-region=owner]').textContent === arg",
          words(drawn))  # fmt: skip
    tab.js("location.hash = 'chapter-00'")
    until(tab, "return document.activeElement.id === 'chapter-00'")
    assert tab.js("return [...document.querySelectorAll('#chapter > fieldset')]"
                  ".map((place) => [place.disabled, place.innerText.length > 20])"
                  ) == [[True, True]] * LIVING  # fmt: skip
    tab.shot(f"page-without-{missing.replace(' ', '-')}")
    assert tab.faults() == []
    tab.close()


@pytest.fixture
def odd_firefox(request: pytest.FixtureRequest) -> Iterator[InFirefox]:
    """A Firefox with preferences that are not the usual ones."""
    program = firefox.found()
    if program is None:
        pytest.skip("no Firefox here (Debian: apt install firefox-esr)")
    tab = InFirefox(program, **request.param)
    yield tab
    assert tab.faults() == []
    tab.close()


@pytest.mark.parametrize("odd_firefox", [{"javascript.options.wasm": False}], indirect=True)
def test_firefox_without_webassembly_keeps_the_recorded_frames(
    odd_firefox: InFirefox, file: Path
) -> None:
    odd_firefox.go(file.as_uri())
    until(odd_firefox, "return document.getElementById('status').textContent.startsWith(arg)",
          WITHOUT["WebAssembly"][1])  # fmt: skip
    odd_firefox.js("root.querySelector('[data-key=mount_idmapped]').click()")
    until(odd_firefox, "return x.history.past.length === 1")


@pytest.mark.parametrize(
    "odd_firefox", [{"browser.privatebrowsing.autostart": True}], indirect=True
)
def test_in_a_private_window_of_firefox_python_answers(odd_firefox: InFirefox, file: Path) -> None:
    odd_firefox.go(f"{file.as_uri()}#chapter-00")
    up(odd_firefox)
    private = odd_firefox.browser.chrome(
        "return Services.wm.getMostRecentWindow('navigator:browser').document.documentElement"
        ".getAttribute('privatebrowsingmode')"
    )
    assert private in {"permanent", "temporary"}
    until(odd_firefox, LIVE)
    assert reads(odd_firefox, PLACES) == LIVING


def test_the_page_keeps_its_size(file: Path) -> None:
    assert file.stat().st_size < PAGE_MAX


@pytest.fixture(scope="module")
def inspected(chromium: Browser, file: Path) -> Iterator[InChromium]:
    """The page with Python up, for axe-core."""
    tab = InChromium(chromium)
    tab.go(file.as_uri())
    up(tab)
    yield tab
    tab.close()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("where", ["landing", "thread", "chapter-00"])
def test_axe_finds_nothing(inspected: InChromium, where: str, width: int, dark: bool) -> None:
    tab = inspected
    tab.page.emulate_media(color_scheme="dark" if dark else "light")
    tab.size(width, 900)
    if where.startswith("chapter"):
        turn(tab, where)
        reads(tab, PLACES)
    else:
        state = first() if where == "landing" else thread.first(None)
        follow(tab, tokens.encode("ownership" if where == "landing" else where, state))
        reads(tab)
    tab.js(FOLDS, True)
    tab.shot(f"page-axe-{where}-{width}-{'dark' if dark else 'light'}")
    assert violations(tab.page) == []
    tab.js(FOLDS, False)
