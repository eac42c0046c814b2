# SPDX-License-Identifier: BSD-3-Clause
"""The start page of `make lab` in JupyterLab: drawn, its links open, and it knows answers."""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from kfuncviz.learn import course, rail
from tests.browser.conftest import ROOT, Lab, end, lab_environment, wait_until_up
from tools import lab as made

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.conftest import Seen


@pytest.fixture(scope="module")
def started(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The server as `make lab` starts it, on a copy of the notebooks, with settings of its own."""
    base = tmp_path_factory.mktemp("start")
    folder = base / "notebooks"
    ignored = shutil.ignore_patterns(".*", made.ROOMS, "course.md")
    shutil.copytree(ROOT / "notebooks", folder, ignore=ignored)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(16), folder)
    log = base / "server.log"
    with pytest.MonkeyPatch.context() as patch, log.open("wb") as output:
        patch.setattr(made, "NOTEBOOKS", folder)
        patch.setattr(made, "SETTINGS", base / "settings-of-make")
        process = subprocess.Popen(
            [*made.command(str(port), "none"), f"--IdentityProvider.token={server.token}"],
            cwd=folder, env=lab_environment(base) | own(made.prepared()), stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        wait_until_up(server, process, log)
        yield server
        assert "not recognized" not in log.read_text(errors="replace")
    finally:
        end(process)


def own(environment: dict[str, str]) -> dict[str, str]:
    """What `make lab` adds to the environment."""
    names = ("JUPYTER_CONFIG_PATH", made.VARIABLE)
    return {name: environment[name] for name in names}


def start_page(page: Page, lab: Lab) -> Locator:
    """The map as it is after a fresh start."""
    page.goto(f"{lab.url}{made.START}?token={lab.token}&reset")
    shown = page.locator(".kfv-rail")
    shown.wait_for()
    return shown


def test_the_map_is_drawn_opens_what_it_links_to_and_knows_what_was_answered(
    page: Page, started: Lab, seen: Seen, shot: Callable[[str], Any]
) -> None:
    shown = start_page(page, started)
    shown.get_by_text("You are in 00 Start here; 0 of").wait_for()
    band = shown.locator(".kfv-band ol").first
    assert band.evaluate("e => getComputedStyle(e).display") == "grid"
    tops = band.locator("li").evaluate_all("all => all.map(e => e.getBoundingClientRect().top)")
    assert len(set(tops)) == 1, "the stations of a group stand on one line"
    assert len(tops) == sum(c.group == "First steps" for c in map(course.chapter, course.numbers()))
    dots = shown.locator("i")
    sizes = dots.evaluate_all("all => all.map(e => e.getBoundingClientRect().width)")
    assert set(sizes) == {24}
    assert shown.locator(".jp-InternalAnchorLink:visible").count() == 0
    shot("start-page")

    shown.get_by_role("link", name=rail.EXITS["drill"][0]).click()
    page.get_by_text(") | Idle").wait_for()
    page.locator(".jp-Notebook:visible").get_by_text("kv.Drill()").click()
    page.keyboard.press("Shift+Enter")
    page.locator(".kfv-card").wait_for()
    assert page.url.endswith("rooms/drill.ipynb")

    shown = start_page(page, started)
    shown.get_by_role("link", name="Continue 00").click()
    page.get_by_text(") | Idle").wait_for()
    assert page.url.endswith("00-start-here.ipynb")
    started.run_all(page)
    question = page.locator(".kfv-card", has_text="question 1 of")
    question.get_by_role("radio").nth(1).check()
    question.get_by_role("button", name="Commit").click()
    question.get_by_role("button", name="Reveal").click()
    question.get_by_role("button", name="Ask me again").wait_for()
    page.wait_for_timeout(500)  # Python is told a moment later

    shown = start_page(page, started)
    shown.get_by_text(f"0 of {len(course.numbers())} chapters done, 1 of").wait_for()
    assert seen.outside_requests == seen.console_errors == []
