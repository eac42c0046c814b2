# SPDX-License-Identifier: BSD-3-Clause
"""No text stands between the parts of a list, a table or a picture, where nobody would read it."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

import kfuncviz as kv
from kfuncviz.explorers.engine.registry import EXPLORERS, explorer
from kfuncviz.explorers.engine.shared import shown
from kfuncviz.render import ownership
from tests.markup import faults
from tests.render import drawn
from tests.render.test_keys import PAGES, page

#: Elements that hold others and no text of their own.
HOLDERS = {"ul", "ol", "dl", "table", "thead", "tbody", "tr", "select", "svg", "g", "defs"}
VOID = {"input", "br", "hr", "img", "wbr", "col", "meta", "link"}


class Strays(HTMLParser):
    """The words that stand in a holder, with the holder."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        """An element that is closed where it is opened holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip() and self.open and self.open[-1] in HOLDERS:
            self.found.append(f"{self.open[-1]}: {data.strip()}")


def strays(html: str) -> list[str]:
    parser = Strays()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser.found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_none(name: str) -> None:
    assert strays(page(name)) == []


@pytest.mark.parametrize("name", sorted({*PAGES} - {"exhibit"}))  # matplotlib draws that
def test_a_browser_understands_every_part(name: str) -> None:
    assert faults(drawn.page(page(name))) == []


def test_an_answer_has_none_and_a_browser_understands_it(stride: int) -> None:
    for name in [*kv.gallery()][::stride]:
        answer = kv.Scenario.load(name).who_owns()
        for width in (1200, 360):
            html = ownership.html(answer, width=width)
            assert strays(html) == [], name
            assert faults(drawn.page(html)) == [], name
        for theme in ("light", "dark"):
            assert faults(drawn.page(ownership.strip(answer, 1200, theme))) == []


@pytest.mark.parametrize("name", EXPLORERS)
def test_an_explorer_has_none(name: str) -> None:
    scenario = "keep-id" if name in ("operation", "ownership") else None
    for width in (960, 360):
        for region, html in shown(name, explorer(name).first(scenario), width).regions.items():
            assert strays(html) == [], region


def test_a_word_between_rows_would_be_seen() -> None:
    assert strays("<ul><li>a<br>b</li>x<li>c</li></ul>") == ["ul: x"]
    assert strays('<svg><g><path d="M0 0"/>,<text>a</text></g></svg>') == ["g: ,"]
