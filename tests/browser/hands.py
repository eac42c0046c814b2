# SPDX-License-Identifier: BSD-3-Clause
"""
Hands and eyes for an explorer on screen
========================================

What a person does with it and reads from it.  Every wait ends when the thing is there, and only a
hung page makes it long.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page


def says(explorer: Locator, *words: str) -> None:
    """Wait until the sentence under the picture has all of these words."""
    pattern = "".join(f"(?=.*{re.escape(word)})" for word in words)
    explorer.locator(".kfv-say").filter(has_text=re.compile(pattern, re.DOTALL)).wait_for()


def call(explorer: Locator, number: int) -> None:
    """Wait until a call of the kernel is the one on screen."""
    explorer.get_by_text(re.compile(f"call {number} of")).wait_for()


def button(explorer: Locator, name: str) -> Locator:
    """A button by the words on it."""
    return explorer.get_by_role("button", name=name, exact=True)


def focused(page: Page) -> str:
    """What has the focus: the words on it, or where it stands."""
    return page.evaluate(
        "() => document.activeElement.textContent.trim().slice(0, 40)"
        " || document.activeElement.tagName"
    )


def attribute(target: Locator, name: str, value: str) -> None:
    """Wait until an element has an attribute with a value."""
    target.page.wait_for_function(
        "([e, name, value]) => e.getAttribute(name) === value",
        arg=[target.element_handle(), name, value],
    )


def cells(page: Page) -> int:
    """How many cells the notebook has."""
    return page.locator(".jp-Notebook .jp-Cell").count()
