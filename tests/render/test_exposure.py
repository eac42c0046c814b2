# SPDX-License-Identifier: BSD-3-Clause
"""The exposure matrix: every cell computed, signed, named and explained; wide and narrow."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from kfuncviz.kfuncs import contracts
from kfuncviz.kfuncs.known import NotKnown
from kfuncviz.render.exposure import matrix as exposure

if TYPE_CHECKING:
    from playwright.sync_api import Page

VOID = {"br"}


class Reader(HTMLParser):
    """Checks that tags close, and keeps the words of every button and the ids."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.buttons: list[str] = []
        self.ids: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "button":
            self.buttons.append("")
            self.targets.append(given["popovertarget"] or "")
        if "id" in given:
            self.ids.append(given["id"] or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "button" in self.open:
            self.buttons[-1] += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


def test_every_cell_is_the_computed_one() -> None:
    reader = read(exposure.html(form="wide"))
    table = contracts.matrix()
    expected = [f"{cell.glyph} {cell.verdict}" for row in table.values() for cell in row.values()]
    assert reader.buttons == expected
    assert len(expected) == 300


def test_every_cell_opens_its_own_explanation() -> None:
    html = exposure.html(form="wide")
    reader = read(html)
    assert len(set(reader.targets)) == len(reader.targets)
    assert set(reader.targets) <= set(reader.ids)
    cell = contracts.consequence("fentry-core", "own-maps-6.8")
    opened = exposure.panel("own-maps-6.8", "fentry-core")
    for said in (cell.rule, "code in the tree", "maintainers", "relocat"):
        assert said in opened
    assert "783822e44594639848b78d4bb61dde26fba04e05" in opened


def test_the_table_has_a_caption_and_heads() -> None:
    html = exposure.html(["own-maps-6.8", "trusted-default-7.0"], form="wide")
    assert html.count('scope="row"') == 2
    assert html.count('scope="col"') == 1 + len(contracts.exposures())
    assert "<caption>" in html


def test_narrow_is_one_fold_a_change_that_counts_the_verdicts() -> None:
    html = exposure.html(["own-maps-6.8"], form="narrow")
    read(html)
    assert html.count("<details>") == 1
    assert "<table" not in html
    assert "✓&nbsp;9&nbsp;holds, ✗&nbsp;1&nbsp;breaks" in html
    assert len(re.findall("<li>", html)) == len(contracts.GLYPHS) + len(contracts.exposures())


def test_the_key_explains_every_sign() -> None:
    html = exposure.html(["own-maps-6.8"], form="narrow")
    for name, meaning in contracts.MEANINGS.items():
        assert f">{name}<" in html
        assert meaning in html


def test_two_matrices_can_live_in_one_page() -> None:
    both = read(exposure.html() + exposure.html(["own-maps-6.8"]) + exposure.html(theme="dark"))
    assert len(set(both.ids)) == len(both.ids)


def test_bad_input_is_named() -> None:
    with pytest.raises(NotKnown, match=r"unknown change 'own-maps-6\.9'; did you mean"):
        exposure.html(["own-maps-6.9"])
    with pytest.raises(NotKnown, match="unknown exposure 'ioctl'"):
        exposure.html(exposures=["ioctl"])
    with pytest.raises(ValueError, match="form is 'long'"):
        exposure.html(form="long")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="theme is 'sepia'"):
        exposure.html(theme="sepia")  # type: ignore[arg-type]


def show(page: Page, width: int, theme: str = "light") -> None:
    page.set_viewport_size({"width": width, "height": 900})
    html = exposure.html(theme=theme)  # type: ignore[arg-type]
    page.set_content(f"<body style='margin:0'>{html}")


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 360, 520, 859, 860, 900, 1240])
def test_one_form_at_a_time_and_nothing_scrolls_sideways(render_page: Page, width: int) -> None:
    show(render_page, width)
    assert render_page.locator("table").is_visible() == (width >= 860)
    assert render_page.locator(".narrow-form").is_visible() == (width < 860)
    assert render_page.evaluate("document.documentElement.scrollWidth") <= width
    wide = render_page.evaluate(
        "[...document.querySelectorAll('.cell')].filter(c => c.offsetParent)"
        ".filter(c => c.scrollWidth > c.clientWidth + 1).map(c => c.textContent)"
    )
    assert wide == []


@pytest.mark.browser
def test_a_cell_opens_by_keyboard_and_closes(render_page: Page) -> None:
    show(render_page, 1240)
    cell = render_page.locator("button.breaks").first
    cell.focus()
    render_page.keyboard.press("Enter")
    panel = render_page.locator(f"[id='{cell.get_attribute('popovertarget')}']")
    assert panel.is_visible()
    assert "programs outside" in panel.inner_text()
    render_page.keyboard.press("Escape")
    assert not panel.is_visible()


@pytest.mark.browser
def test_holds_is_the_quietest(render_page: Page) -> None:
    show(render_page, 1240)
    border = {
        name: float(render_page.evaluate(
            f"parseFloat(getComputedStyle(document.querySelector('.key .{name}')).borderTopWidth)"
        ))
        for name in ("holds", "adapts", "edit", "breaks", "wrong")
    }  # fmt: skip
    assert border == {"holds": 1, "adapts": 2, "edit": 2, "breaks": 3, "wrong": 4}
