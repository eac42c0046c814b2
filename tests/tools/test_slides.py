# SPDX-License-Identifier: BSD-3-Clause
"""Slides: a heading begins one, what a cell shows stands on it, and no address is fetched."""

from __future__ import annotations

import re

from nbformat import v4

from tools import slides


def page(*cells: object) -> str:
    return slides.page(v4.new_notebook(cells=list(cells)))


def test_a_heading_begins_a_slide_and_an_output_stays_on_it() -> None:
    shown = v4.new_output("execute_result", data={"text/html": "<b>seen</b>", "text/plain": "x"})
    code = v4.new_code_cell("1")
    code.outputs = [shown, v4.new_output("stream", text="printed <&>")]
    html = page(
        v4.new_markdown_cell("# One & two?\n\nfirst\n\n## Next\n\nsecond"),
        code,
        v4.new_markdown_cell("still the second"),
        v4.new_markdown_cell("## Last"),
    )
    found = re.findall(r"<section tabindex='-1'>(.*?)</section>", html, re.DOTALL)
    heads = [re.sub(r"<h\d [^>]*>([^<]*)<.*", r"\1", slide, flags=re.DOTALL) for slide in found]
    assert heads == ["One &amp; two?", "Next", "Last"]
    assert "<b>seen</b>" in found[1]
    assert "printed &lt;&amp;&gt;" in found[1]
    assert "still the second" in found[1]
    assert "<title>One &amp; two?</title>" in html


def test_a_link_to_another_chapter_opens_its_slides() -> None:
    text = "# A?\n\n[next](01-one-row.ipynb), [there](03-three-maps.ipynb#groups), [mail](https://x.org/a.ipynb)"
    links = re.findall(r'href="([^"]+)"', page(v4.new_markdown_cell(text)))
    wanted = ["01-one-row.html", "03-three-maps.html#groups", "https://x.org/a.ipynb"]
    assert [link for link in links if not link.startswith("#")] == wanted


def test_nothing_is_fetched() -> None:
    html = page(v4.new_markdown_cell("# A?"))
    assert not re.search(r"(?:src|href)=.https?:|@import|url\(http", html)
