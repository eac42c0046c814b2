# SPDX-License-Identifier: BSD-3-Clause
"""
Does a page show the figure as it was drawn, in its own colours, with words and numbers beside?
===============================================================================================
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import cache
from typing import Any

import pytest

from kfuncviz import evidence
from kfuncviz.evidence.data.frames import frame
from kfuncviz.evidence.figures.style import to_svg
from kfuncviz.render import exhibit
from kfuncviz.render.kit.tabular import table_html
from kfuncviz.render.kit.tokens import DARK, LIGHT, colours

FAMILIES = evidence.survival_by_family()
READERS = evidence.readers_survival()


def texts(svg: str) -> list[str]:
    return re.findall(r"<text [^>]*>([^<]*)</text>", svg)


@cache
def drawn_by_matplotlib(name: str) -> str:
    return to_svg({"families": FAMILIES, "readers": READERS}[name].figure)


@pytest.mark.parametrize(("name", "answer"), [("families", FAMILIES), ("readers", READERS)])
@pytest.mark.parametrize("theme", ["light", "dark", "lab"])
def test_every_colour_is_the_token_of_the_theme(name: str, answer: Any, theme: Any) -> None:
    """The figure as matplotlib drew it, and the page's: the same but for the colours."""
    page = exhibit.svg(answer, theme=theme, standalone=False)
    figure = drawn_by_matplotlib(name)
    drawn = re.findall(r"(?:fill|stroke): (#[0-9a-f]{6})", figure)
    painted = re.findall(r"(?:fill|stroke): (#[0-9A-F]{6}|var\([^)]*\))", page)
    ink, token = colours(theme), {hexa.lower(): token for token, hexa in LIGHT.items()}
    assert painted == [ink[token[hexa]] for hexa in drawn]
    assert texts(page) == texts(figure)
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert ("--kfv-ink" in style and DARK["muted"] in style) == (theme == "lab")
    assert "*{" not in page


def test_many_figures_live_in_one_page() -> None:
    pages = [exhibit.svg(FAMILIES, standalone=False), exhibit.svg(READERS, standalone=False)]
    assert pages[0] == exhibit.svg(FAMILIES, standalone=False)
    found = [set(re.findall(r'\bid="([^"]+)"', page)) for page in pages]
    assert not found[0] & found[1]
    for page, ids in zip(pages, found, strict=True):
        assert set(re.findall(r'(?:url\(|href=")#([\w.-]+)', page)) <= ids
        assert len(re.findall(r'\bid="', page)) == len(ids)
        assert "xlink" not in page


def test_the_document_is_as_large_as_the_figure_and_says_what_it_shows() -> None:
    root = ET.fromstring(exhibit.svg(FAMILIES))
    wide, high = (round(96 * inches) for inches in FAMILIES.figure.get_size_inches())
    assert (root.get("width"), root.get("height")) == (str(wide + 4), str(high))
    assert str(root.get("id")).startswith("figure-")
    space = "{http://www.w3.org/2000/svg}"
    title, desc, ground, body = root
    assert (title.text, desc.text) == (FAMILIES.table.attrs["title"], exhibit.sentence(FAMILIES))
    assert (ground.tag, ground.get("fill")) == (f"{space}rect", LIGHT["bg"])
    scale = float(str(body.get("transform")).removeprefix("scale(").removesuffix(")"))
    assert scale == pytest.approx(96 / 72)
    assert body.get("style") == "stroke-linejoin:round;stroke-linecap:butt"
    faces = {re.sub(".*font-family: ([^;]*).*", r"\1", str(text.get("style")))
             for text in root.iter(f"{space}text")}  # fmt: skip
    assert faces == {"'DejaVu Sans',Verdana,sans-serif"}


def test_a_narrow_page_scrolls_the_figure_and_the_numbers_under_it() -> None:
    html = exhibit.html(FAMILIES)
    title = FAMILIES.table.attrs["title"]
    drawn = exhibit.svg(FAMILIES, theme="lab", standalone=False)
    wide = drawn.replace("<svg ", '<svg style="min-width:840px" ', 1)
    table = table_html(exhibit.numbers(FAMILIES), title)
    figure, numbers = re.fullmatch(
        r'<div class="kfv-fig"><div ([^>]*)>' + re.escape(wide) + r"</div></div><details><summary "
        r'data-lm-suppress-shortcuts="true">The numbers</summary><div ([^>]*)>'
        + re.escape(table)
        + "</div></details>",
        html,
    ).groups()  # type: ignore[union-attr]
    for scroller, name in ((figure, title), (numbers, f"{title}: the numbers")):
        for said in ("overflow-x:auto", 'tabindex="0"', 'role="region"', f'aria-label="{name}"',
                     'data-lm-suppress-shortcuts="true"'):  # fmt: skip
            assert said in scroller
    dark = exhibit.html(FAMILIES, theme="dark")
    assert DARK["ink"] in dark
    assert not {hexa for token, hexa in LIGHT.items() if hexa in dark}


@pytest.mark.parametrize(
    ("title", "said"), [("Who?", "Who? 2."), ("All.", "All. 2."), ("It", "It. 2.")]
)
def test_the_sentence(title: str, said: str) -> None:
    table = frame([])
    table.attrs.update(title=title, n="2", period="5.13 to 7.3")
    answer = evidence.Exhibit(table, None)  # type: ignore[arg-type]
    assert exhibit.sentence(answer) == f"{said} 5.13 to 7.3. The numbers are in the table."


def test_numbers_are_short_and_what_was_not_measured_is_nothing() -> None:
    rows = [{"a": 1, "b": 0.93389, "c": None, "d": True}, {"a": 2, "b": 27.0, "c": 3, "d": False}]
    table = frame(rows).astype({"c": "Int64"})
    answer = evidence.Exhibit(table, None)  # type: ignore[arg-type]
    assert exhibit.numbers(answer) == [
        {"a": 1, "b": "0.934", "c": None, "d": True},
        {"a": 2, "b": "27", "c": 3, "d": False},
    ]
    interfaces = exhibit.numbers(evidence.interfaces("6.5", "7.3"))
    assert {line["changed"] for line in interfaces} >= {13, None}
    assert {line["changed_percent"] for line in interfaces} >= {"11.5", None}
