# SPDX-License-Identifier: BSD-3-Clause
"""
Firefox by the words of Playwright
==================================

As much of Playwright's page and locators as the checks over every transport use, over the commands
of :mod:`tests.browser.firefox`; elements are found anew each time, as there.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.browser.firefox import ERRORS, Firefox

#: Follows steps of a locator: CSS, a role, a text in an element itself, what holds a text, the nth.
FIND = r"""
const says = (el, what) => el.localName !== "script"
  && [...el.childNodes].some((node) => node.nodeType === 3 && node.data.includes(what));
const find = (steps) => steps.reduce((found, [kind, what]) => ({
  css: () => found.flatMap((el) => [...el.querySelectorAll(what)]),
  role: () => found.flatMap((el) => [...el.querySelectorAll(`[role="${what}"]`)]),
  text: () => found.flatMap((el) => [...el.querySelectorAll("*")]).filter((el) => says(el, what)),
  has: () => found.filter((el) => el.textContent.includes(what)),
  nth: () => found.slice(what, what + 1),
})[kind](), [document]);
"""
Step = tuple[str, Any]


class FoxPage:
    """A page: :attr:`keyboard` and :attr:`mouse` are the page itself."""

    def __init__(self, program: str, patience: float, downloads: Path) -> None:
        self.patience, self.downloads = patience, downloads
        self.browser = Firefox(
            program, patience,
            **{"browser.download.folderList": 2, "browser.download.dir": str(downloads),
               "browser.download.always_ask_before_handling_new_types": False,
               "browser.download.alwaysOpenPanel": False,
               "dom.events.testing.asyncClipboard": True},
        )  # fmt: skip
        self.keyboard = self.mouse = self
        self.at = (0.0, 0.0)

    def goto(self, address: str) -> None:
        """Open an address."""
        self.browser("WebDriver:Navigate", url=address)

    def evaluate(self, text: str, arg: Any = None) -> Any:
        """What an expression or a function says in the page."""
        function = f"({text})" if "=>" in text.partition("\n")[0] else f"() => {{ {_said(text)} }}"
        return self.browser.js(f"return ({function})(arguments[0])", arg)

    def wait_for_function(self, text: str, arg: Any = None) -> None:
        """Wait until a function says something that is true."""
        limit = time.monotonic() + self.patience
        while not self.evaluate(text, arg):
            if time.monotonic() > limit:
                pytest.fail(f"never so: {text}")
            time.sleep(0.02)

    def wait_for_timeout(self, milliseconds: float) -> None:
        """Do nothing for a while."""
        time.sleep(milliseconds / 1000)

    def locator(self, css: str, **words: str) -> FoxLocator:
        """What a selector names."""
        return FoxLocator(self, ()).locator(css, **words)

    def get_by_text(self, text: str) -> FoxLocator:
        """The elements with a text of their own."""
        return FoxLocator(self, (("text", text),))

    @property
    def console_errors(self) -> list[str]:
        """What went wrong in the page, as the browser tells it."""
        told: list[str] = self.browser.chrome(ERRORS)
        return told

    @property
    def outside_requests(self) -> list[str]:
        """Whom the page has asked."""
        asked: list[str] = self.browser.chrome("return globalThis.asked")
        return asked

    def screenshot(self, path: Path) -> None:
        """Keep a picture."""
        self.browser.shot(path)

    # ------------------------------------------------------------------------- keys and pointer

    def press(self, *keys: str) -> None:
        """Press keys, ``Control+a`` for two at once."""
        self.browser.press(*keys)

    def type(self, text: str, delay: float = 0) -> None:
        """Press the keys of a text."""
        for letter in text:
            self.press({"\n": "Enter", " ": "Space"}.get(letter, letter))
            time.sleep(delay / 1000)

    def move(self, x: float, y: float, steps: int = 1) -> None:
        """Move the pointer."""
        (x0, y0), ways = self.at, range(1, steps + 1)
        self.at = (x, y)
        self._pointer(
            *({"type": "pointerMove", "x": round(x0 + (x - x0) * n / steps),
               "y": round(y0 + (y - y0) * n / steps)} for n in ways)
        )  # fmt: skip

    def down(self) -> None:
        """Press the button of the mouse."""
        self._pointer({"type": "pointerDown", "button": 0})

    def up(self) -> None:
        """Let go of it."""
        self._pointer({"type": "pointerUp", "button": 0})

    def _pointer(self, *steps: dict[str, Any]) -> None:
        self.browser("WebDriver:PerformActions",
                     actions=[{"type": "pointer", "id": "mouse", "actions": [*steps],
                               "parameters": {"pointerType": "mouse"}}])  # fmt: skip

    @contextmanager
    def expect_download(self) -> Iterator[Download]:
        """What is being saved while this lasts."""
        before, download = set(self.downloads.iterdir()), Download()
        yield download
        limit = time.monotonic() + self.patience
        while not download.path:
            new = {path for path in self.downloads.iterdir() if path.suffix != ".part"} - before
            download.path = next((path for path in new if path.stat().st_size), None)
            if time.monotonic() > limit:
                pytest.fail("nothing was saved")
            time.sleep(0.05)


class Download:
    """A file that was saved."""

    path: Path | None = None

    @property
    def value(self) -> Download:
        """Itself."""
        return self

    @property
    def suggested_filename(self) -> str:
        """The name the page gave it."""
        assert self.path is not None
        return self.path.name

    def save_as(self, path: Path) -> None:
        """Move it."""
        assert self.path is not None
        shutil.move(self.path, path)


class FoxLocator:
    """Elements of a page, found anew whenever they are asked something."""

    def __init__(self, page: FoxPage, steps: tuple[Step, ...]) -> None:
        self.page, self.steps = page, steps

    def _then(self, *steps: Step) -> FoxLocator:
        return FoxLocator(self.page, (*self.steps, *steps))

    def locator(self, css: str, has_text: str = "") -> FoxLocator:
        """What a selector names inside."""
        return self._then(("css", css), *([("has", has_text)] if has_text else []))

    def filter(self, has_text: str) -> FoxLocator:
        """Those with a text."""
        return self._then(("has", has_text))

    def get_by_role(self, role: str) -> FoxLocator:
        """Those inside with a role."""
        return self._then(("role", role))

    def get_by_text(self, text: str) -> FoxLocator:
        """The elements inside with a text of their own."""
        return self._then(("text", text))

    @property
    def first(self) -> FoxLocator:
        """The first of them."""
        return self._then(("nth", 0))

    def wait_for(self) -> None:
        """Wait until one of them is seen."""
        self.page.wait_for_function(
            f"(steps) => {{ {FIND} return find(steps).some((el) => el.checkVisibility()); }}",
            self.steps,
        )

    def evaluate(self, function: str, arg: Any = None) -> Any:
        """What a function says of the first of them, which is waited for."""
        self.page.wait_for_function(f"(s) => {{ {FIND} return find(s).length; }}", self.steps)
        return self.page.evaluate(
            f"([steps, arg]) => {{ {FIND} return ({function})(find(steps)[0], arg); }}",
            [self.steps, arg],
        )

    def count(self) -> int:
        """How many there are."""
        many: int = self.page.evaluate(f"(s) => {{ {FIND} return find(s).length; }}", self.steps)
        return many

    def focus(self) -> None:
        """Give it the focus."""
        self.evaluate("(el) => el.focus()")

    def click(self) -> None:
        """Click its middle with the mouse."""
        box = self.bounding_box()
        self.page.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.down()
        self.page.up()

    def press(self, key: str) -> None:
        """Press a key on it."""
        self.focus()
        self.page.press(key)

    def bounding_box(self) -> dict[str, float]:
        """Where it is in the window, scrolled there."""
        box: dict[str, float] = self.evaluate(
            "(el) => { el.scrollIntoView({ block: 'nearest' });"
            " const { x, y, width, height } = el.getBoundingClientRect();"
            " return { x, y, width, height }; }"
        )
        return box

    def get_attribute(self, name: str) -> str | None:
        """An attribute of it."""
        value: str | None = self.evaluate("(el, name) => el.getAttribute(name)", name)
        return value

    def input_value(self) -> str:
        """What stands in it."""
        return str(self.evaluate("(el) => el.value"))

    def inner_html(self) -> str:
        """Its inside."""
        return str(self.evaluate("(el) => el.innerHTML"))

    def text_content(self) -> str:
        """Its text."""
        return str(self.evaluate("(el) => el.textContent"))

    def select_option(self, value: str) -> None:
        """Choose an option, as a person's choice is heard."""
        self.evaluate(
            "(el, value) => { el.value = value;"
            " for (const type of ['input', 'change'])"
            " el.dispatchEvent(new Event(type, { bubbles: true })); }",
            value,
        )


def _said(text: str) -> str:
    """A statement or an expression, as the body of a function."""
    return text if ";" in text or text.startswith("window.") else f"return {text}"
