# SPDX-License-Identifier: BSD-3-Clause
"""A browser page for the tests that measure drawings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def render_page(chromium: Browser) -> Iterator[Page]:
    """An empty page."""
    context = chromium.new_context(viewport={"width": 1300, "height": 900})
    yield context.new_page()
    context.close()
