# SPDX-License-Identifier: BSD-3-Clause
"""
A real JupyterLab and a real Chromium
=====================================

``lab``           a JupyterLab server of this Python over a copy of ``notebooks/``
``page``          a Chromium page on that server: ``lab.open(page, "00-start-here.ipynb")``
``chromium_page`` a Chromium page with no server, for ``chromium_page.set_content(svg)``
``payload``       Python and the kit, as they stand in the page that ``make page`` writes
``seen``          what the page of this test has said and asked for: both lists should stay empty
``shot``          ``shot("name")`` saves a picture under ``tests/artifacts/``

A failing test leaves a picture there by itself.  Without Chromium or Chrome these tests are
skipped, and the reason is printed.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import pytest

from tools.page.inputs import Missing, pyodide
from tools.page.prepare import Python, python
from tools.page.sheet import packed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ARTIFACTS = ROOT / "tests/artifacts"
LOCAL = {"127.0.0.1", "localhost"}
#: The longest wait for anything, in seconds: a busy machine is slow, and no test measures time.
PATIENCE = 300
FAILED = pytest.StashKey[bool]()


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: where it listens, and the folder it shows."""

    url: str
    token: str
    folder: Path

    def address(self, notebook: str) -> str:
        """The address that opens one notebook in a fresh workspace."""
        return f"{self.url}/lab/tree/{quote(notebook)}?token={self.token}&reset"

    def open(self, page: Page, notebook: str) -> None:
        """Open one notebook and wait until its kernel can be asked."""
        page.goto(self.address(notebook))
        page.get_by_text(") | Idle").wait_for()

    def run_all(self, page: Page) -> None:
        """Run every cell of the notebook that is open."""
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()


@dataclass
class Seen:
    """Console errors and uncaught exceptions; requests that left this machine."""

    console_errors: list[str] = field(default_factory=list)
    outside_requests: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Record what this page does from now on."""
        page.on("console", lambda m: m.type == "error" and self.console_errors.append(m.text))
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        page.on("request", lambda request: self._request(request.url))
        page.on("websocket", lambda ws: self._request(ws.url))

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in LOCAL:
            self.outside_requests.append(url)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands in this folder is a browser test."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Tell the page fixture whether its test failed."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="package")
def lab(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab server that knows none of the user's settings; it ends with the folder."""
    base = tmp_path_factory.mktemp("lab")
    folder = base / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder, ignore=shutil.ignore_patterns(".*"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Lab(f"http://127.0.0.1:{port}", secrets.token_hex(16), folder)
    log = base / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            lab_command(server, port),
            cwd=folder,
            env=lab_environment(base),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until_up(server, process, log)
        yield server
    finally:
        end(process)


def lab_command(server: Lab, port: int) -> list[str]:
    """How the server is started; root is allowed, as only this machine can reach it."""
    return [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
        *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
        f"--ServerApp.root_dir={server.folder}",
        f"--IdentityProvider.token={server.token}",
    ]


def lab_environment(base: Path) -> dict[str, str]:
    """Own settings, workspaces and runtime files; no question whether to fetch news."""
    news = base / "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text(json.dumps({"fetchNews": "false"}), encoding="utf-8")
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    return os.environ | {name: str(base / folder) for name, folder in own.items()}


def wait_until_up(server: Lab, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for the first answer; fail with the server's own words where none comes."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.url}/api?token={server.token}", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("JupyterLab did not start:\n" + log.read_text(errors="replace")[-3000:])


def end(process: subprocess.Popen[bytes]) -> None:
    """End the server's process group, and nothing else; it ends its kernels."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        os.killpg(process.pid, sign)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            continue


@pytest.fixture(scope="session")
def inside() -> Python:
    """What a page needs to have Python; skips, saying why, where it cannot be had."""
    try:
        return python(pyodide())
    except Missing as why:
        pytest.skip(str(why))


@pytest.fixture(scope="session")
def payload(inside: Python) -> str:
    """The same as the one text that stands in a page."""
    return packed(inside.parts)


@pytest.fixture
def seen() -> Seen:
    """What the page of this test says and asks for."""
    return Seen()


@pytest.fixture
def chromium_page(chromium: Browser, seen: Seen, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A fresh page of 1280 by 900; a picture of it is kept where the test fails."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    seen.watch(page)
    yield page
    if request.node.stash.get(FAILED, False):
        save(page, request.node.name)
    context.close()


@pytest.fixture
def page(lab: Lab, chromium_page: Page) -> Page:
    """A fresh page, with the server up."""
    return chromium_page


@pytest.fixture
def shot(chromium_page: Page) -> Callable[[str], Path]:
    """Save a picture of the page under ``tests/artifacts/`` and return its path."""
    return lambda name: save(chromium_page, name)


def save(page: Page, name: str) -> Path:
    """Write ``tests/artifacts/<name>.png``."""
    ARTIFACTS.mkdir(exist_ok=True)
    safe = "".join(c if c.isalnum() or c in "-_." else "-" for c in name)
    path = ARTIFACTS / f"{safe}.png"
    page.screenshot(path=path)
    return path
