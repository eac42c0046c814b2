# SPDX-License-Identifier: BSD-3-Clause
"""A browser page for the tests that measure drawings, and the scenes by name."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="module")
def render_page() -> Iterator[Page]:
    """An empty page of the system's Chromium; skips, saying so, where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("no chromium on this machine: the drawings cannot be measured")
    with playwright.sync_playwright() as p:
        browser = p.chromium.launch(executable_path=program, args=list(FLAGS))
        yield browser.new_page(viewport={"width": 1300, "height": 900})
        browser.close()
