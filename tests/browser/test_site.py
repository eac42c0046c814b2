# SPDX-License-Identifier: BSD-3-Clause
"""
The site, served from below another path, in Chromium and in Firefox
====================================================================

What ``make site`` writes, with fewer recorded frames.  JupyterLite is built and run where its
packages have been brought; ``make site-check`` runs every chapter there, the suite one a browser.
"""

from __future__ import annotations

import functools
import http.server
import os
import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kfuncviz.api import Scenario
from kfuncviz.explorers import ownership
from kfuncviz.explorers.engine import tokens
from kfuncviz.explorers.engine.registry import EXPLORERS
from kfuncviz.scenario.load import gallery
from kfuncviz.widgets.explore import explore
from tests.browser import firefox
from tests.browser.axe import violations
from tests.browser.conftest import ARTIFACTS
from tests.browser.test_page import (
    RUNS,
    SWITCH,
    InChromium,
    InFirefox,
    Tab,
    first,
    opened,
    reads,
    token,
    until,
)
from tools.chapters import Chapter, chapters, read, recorded
from tools.page.inputs import pyodide
from tools.site import course, inputs, lite, write

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tools.page.prepare import Python

#: The site lies here on its server.
BELOW = "some/where"
STARTS_WITH = "return document.getElementById('status').textContent.startsWith(arg)"
ROOMS = ("index.html", "course/index.html", "course/01-one-row.html", "gallery/index.html",
         "docs/index.html", "docs/discussion-pack.html", "data/index.html",
         "data/history/index.html")  # fmt: skip
WHOLE = os.environ.get("SITE") == "whole"
NOTEBOOKS = [path.name for path in chapters()]


class Server(http.server.ThreadingHTTPServer):
    """Serves a folder, and knows what was asked of it."""

    def __init__(self, folder: Path) -> None:
        self.missed: list[str] = []
        super().__init__(("127.0.0.1", 0), functools.partial(Served, directory=str(folder)))
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def address(self, page: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{BELOW}/{page}"


class Served(http.server.SimpleHTTPRequestHandler):
    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        if int(code) >= 400:
            self.server.missed.append(self.path)  # type: ignore[attr-defined]

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def read_chapters() -> list[Chapter]:
    """The course; which chapters need pandas is known where all of it is run."""
    there = [read(notebook) for notebook in chapters()]
    return [recorded(chapter) for chapter in there] if WHOLE else there


@pytest.fixture(scope="module")
def folder(
    inside: Python, read_chapters: list[Chapter], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("server")
    write.pages(out / BELOW, inside, read_chapters, "nothing")
    return out


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Server]:
    there = Server(folder)
    yield there
    there.shutdown()
    there.server_close()


@pytest.fixture(scope="module")
def notebooks(folder: Path, read_chapters: list[Chapter]) -> None:
    """JupyterLite in the folder."""
    if not inputs.there():
        pytest.skip("JupyterLite's packages are not in .page_cache: make site brings them")
    contents = folder / "contents"
    contents.mkdir()
    course.notebooks(read_chapters, contents)
    lite.build(pyodide(), inputs.lite(), inputs.wheels(), contents, folder / BELOW / "lite")


@pytest.fixture(scope="module", params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest) -> str:
    if request.param == "firefox" and not firefox.found():
        pytest.skip("no Firefox here (Debian: apt install firefox-esr)")
    return request.param


@pytest.fixture(scope="module")
def window(browser: str, request: pytest.FixtureRequest) -> Iterator[InChromium | InFirefox]:
    tab = opened(browser, request)
    yield tab
    tab.close()


@pytest.fixture
def tab(
    window: InChromium | InFirefox, server: Server, request: pytest.FixtureRequest
) -> Iterator[Tab]:
    yield window
    window.shot(f"site-{request.node.originalname}")
    assert outside(window) == []
    assert server.missed == []


def outside(tab: InChromium | InFirefox) -> list[str]:
    """Errors, and requests to anybody but the site."""
    return [told for told in tab.faults() if not told.startswith("http://127.0.0.1:")]


def up(tab: Tab, address: str) -> None:
    tab.go(address)
    until(tab, STARTS_WITH, RUNS)


def test_the_first_page_answers_in_python(tab: Tab, server: Server) -> None:
    up(tab, server.address("index.html"))
    until(tab, "return x && !x.busy")
    assert tab.js("return x.token") == token(first())
    reads(tab)
    tab.js("root.querySelector('[data-key=mount_idmapped]').click()")
    until(tab, "return x.token === arg && !x.busy", token(ownership.update(first(), SWITCH)))
    reads(tab)


def test_an_explorer_has_an_address_and_draws_what_python_draws(tab: Tab, server: Server) -> None:
    names = [name for name in EXPLORERS if name != "course"]
    for name in names if WHOLE else random.Random(str(type(tab))).sample(names, 2):
        up(tab, server.address(f"explorers/{name}.html"))
        assert tokens.decode(until(tab, "return !x.busy && x.token"))[0] == name
        reads(tab)


def test_a_link_made_in_jupyterlab_opens_here_and_the_other_way_round(
    tab: Tab, server: Server
) -> None:
    for page in ("", "explorers/doctor.html"):
        link = Scenario("keep-id").link(server.address(page), kind="gid")
        up(tab, link)
        until(tab, "return x.token === arg && !x.busy", link.partition("#")[2])
        assert tab.js("return document.querySelector('h1').textContent") == (
            "Who owns this file, seen from here?"
        )
        reads(tab)
        _, state = tokens.decode(link.partition("#")[2])
        tab.js("root.querySelector('[data-key=in_container]').click()")
        until(tab, "return location.hash !== arg && !x.busy", f"#{link.partition('#')[2]}")
        there = explore(tab.js("return location.href"))
        assert there.token == tab.js("return x.token")
        assert there.state == replace(state, in_container=not state.in_container)


def test_a_case_of_the_gallery_opens_in_its_explorer(tab: Tab, server: Server) -> None:
    tab.go(server.address("gallery/index.html"))
    drawn = tab.js("""const all = [...document.images];
        for (const one of all) one.loading = "eager";
        return Promise.all(all.map((one) => one.decode().then(() => one.naturalWidth > 700)))""")
    assert drawn == [True] * len(gallery())
    address = tab.js("return document.querySelector('#shifted-twice h2 a').href")
    assert address.startswith(server.address("explorers/ownership.html#"))
    up(tab, address)
    until(tab, "return x.token === arg && !x.busy", token(ownership.first("shifted-twice")))
    reads(tab)


def test_explorers_and_questions_of_a_chapter_come_to_life(tab: Tab, server: Server) -> None:
    up(tab, server.address("course/01-one-row.html"))
    places = "document.querySelectorAll('fieldset[data-token]')"
    until(tab, f"return [...{places}].every((place) => !place.disabled)")
    assert tab.js(f"return {places}.length") > 5
    reads(tab)
    choice = "document.querySelector('[data-explorer=question] button[data-event]')"
    tab.js(f"{choice}.click()")
    until(tab, f"return {choice}.closest('.kfv-explorer').explorer.history.past.length === 1")


CELLS = """const app = document.querySelector("iframe").contentWindow.jupyterapp;
const page = app.shell.currentWidget, all = page.content.model.sharedModel.toJSON().cells;
const cells = all.filter((cell) => cell.cell_type === "code");
"""
RUN_ALL = f"{CELLS} void app.commands.execute('notebook:run-all-cells');"
RUN = (
    f"{CELLS} return cells.length && (cells.every((c) => c.execution_count)"
    " || cells.some((c) => c.outputs.some((o) => o.output_type === 'error')));"
)
FAILED = f"""{CELLS} return cells.flatMap((c) => c.outputs).filter((o) => o.output_type === 'error')
  .map((o) => `${{o.ename}}: ${{o.evalue}}`);"""


def run_chapter(tab: Tab, server: Server, notebook: str) -> list[str]:
    """Open a chapter, let it be run, and run all of it; what failed."""
    up(tab, server.address(f"course/{Path(notebook).stem}.html"))
    tab.js("document.getElementById('run').click()")
    seen = "document.getElementById('chapter').checkVisibility()"
    assert tab.js(f"return {seen}") is True
    until(tab, STARTS_WITH, "The notebook is up")
    assert tab.js(f"return [{seen}, document.querySelector('iframe').inert]") == [False, False]
    tab.js(RUN_ALL)
    until(tab, RUN)
    failed: list[str] = tab.js(FAILED)
    if not failed:
        drawn = f"{CELLS} return [...page.node.querySelectorAll('.kfv-explorer')].length > 0"
        until(tab, drawn)
    return failed


@pytest.mark.parametrize("notebook", NOTEBOOKS if WHOLE else NOTEBOOKS[:1])
@pytest.mark.usefixtures("notebooks")
def test_a_chapter_runs_in_jupyterlite_and_is_read_until_it_does(
    window: InChromium | InFirefox, server: Server, notebook: str, read_chapters: list[Chapter]
) -> None:
    failed = run_chapter(window, server, notebook)
    window.shot(f"site-lite-{notebook[:2]}")
    (chapter,) = (each for each in read_chapters if each.notebook.name == notebook)
    if chapter.pandas:
        assert ["needs pandas" in told for told in failed] == [True]
        first_words = f"{CELLS} return all[1].source"
        assert "needs pandas" in window.js(first_words)
    else:
        assert failed == []
    hosts = window.js(
        "return [...new Set([window, document.querySelector('iframe').contentWindow].flatMap("
        "(w) => w.performance.getEntriesByType('resource').map((e) => new URL(e.name).host)))]"
    )
    assert {*hosts} <= {f"127.0.0.1:{server.server_port}", ""}
    assert [told for told in outside(window) if told.startswith("http")] == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_pages_fit_their_window_and_axe_finds_nothing(
    chromium: Browser, server: Server, width: int, dark: bool
) -> None:
    tab = InChromium(chromium, "delete globalThis.WebAssembly")
    tab.page.emulate_media(color_scheme="dark" if dark else "light")
    tab.size(width, 900)
    for room in ROOMS:
        tab.go(server.address(room))
        assert tab.js("return document.documentElement.scrollWidth") <= width, room
        tab.page.evaluate(
            "document.querySelectorAll('fieldset').forEach((f) => { f.disabled = false; })"
        )
        assert violations(tab.page) == [], room
        tab.page.screenshot(path=ARTIFACTS / f"site-{room.replace('/', '-')}-{width}-{dark}.png")
    assert outside(tab) == []
    tab.close()


def test_without_webassembly_pages_can_be_read_and_a_line_says_why(
    chromium: Browser, server: Server
) -> None:
    tab = InChromium(chromium, "delete globalThis.WebAssembly")
    tab.go(server.address("index.html"))
    until(tab, STARTS_WITH, "This browser has no WebAssembly")
    assert tab.js("return document.getElementById('links').checkVisibility()") is True
    tab.go(server.address("course/01-one-row.html"))
    until(tab, STARTS_WITH, "Python did not start in this page: this browser has no Web")
    assert tab.js("return document.getElementById('chapter').checkVisibility()") is True
    tab.close()
