# SPDX-License-Identifier: BSD-3-Clause
"""
A figure of the evidence, in the colours of its page
====================================================

matplotlib draws it once, in the colours of the light theme; each of them becomes the token of the
theme asked for.  A page narrower than the figure scrolls it instead of shrinking it, so that its
words stay as large as they were drawn.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kfuncviz.render.exhibit.words import numbers, sentence
from kfuncviz.render.kit.frame import content_id, document
from kfuncviz.render.kit.markup import KEPT, fold, tag
from kfuncviz.render.kit.tabular import table_html
from kfuncviz.render.kit.tokens import LIGHT, Theme, colours

if TYPE_CHECKING:
    from kfuncviz.evidence import Exhibit

#: A figure is as large as its inches say; a picture counts in pixels, matplotlib in points.
_PIXELS, _SCALE = 96, 96 / 72
_FACES = "'DejaVu Sans',Verdana,sans-serif"
_TOKENS = {hexa.lower(): token for token, hexa in LIGHT.items()}


def svg(answer: Exhibit, *, theme: Theme = "light", standalone: bool = True) -> str:
    """The figure as an SVG document, as large as it was drawn.

    ``theme`` and ``standalone`` as in :func:`kfuncviz.render.ownership.picture.svg`.  The same
    exhibit always gives the same bytes.  Raises ValueError for an unknown theme.

    >>> from kfuncviz import evidence
    >>> 'role="img"' in svg(evidence.vfs_against_rest(), theme="dark")
    True
    """
    from kfuncviz.evidence.figures.style import to_svg

    ink, drawn = colours(theme), to_svg(answer.figure)
    uid = content_id("figure", drawn, theme, standalone)
    width, height = (float(inches) * _PIXELS for inches in answer.figure.get_size_inches())
    inside = drawn[drawn.index('<g id="figure_1">') : drawn.rindex("</svg>")]
    inside = re.sub(r'(\bid="|url\(#|xlink:href="#)', rf"\g<1>{uid}-", inside)
    inside = re.sub(r"#[0-9a-f]{6}\b", lambda found: ink[_TOKENS[found[0]]], inside)
    inside = re.sub(r"font-family: [^;]*", f"font-family: {_FACES}", inside)
    body = tag(
        "g", inside.replace("xlink:href", "href"), transform=f"scale({_SCALE:.6f})",
        style="stroke-linejoin:round;stroke-linecap:butt",
    )  # fmt: skip
    notes = answer.table.attrs
    return document(
        uid,
        (round(width), round(height)),
        body,
        title=notes["title"],
        desc=sentence(answer),
        theme=theme,
        standalone=standalone,
    )


def html(answer: Exhibit, *, theme: Theme = "lab") -> str:
    """The figure for a page, and its numbers folded under it; both scroll where they are wider."""
    drawn = svg(answer, theme=theme, standalone=False)
    width = round(float(answer.figure.get_size_inches()[0]) * _PIXELS)
    title = answer.table.attrs["title"]
    figure = _scrolled(drawn.replace("<svg ", f'<svg style="min-width:{width}px" ', 1), title)
    table = table_html(numbers(answer), title, theme=theme)
    return f'<div class="kfv-fig">{figure}</div>' + fold(
        "The numbers", _scrolled(table, f"{title}: the numbers")
    )


def _scrolled(body: str, name: str) -> str:
    return tag(
        "div", body, style="overflow-x:auto", tabindex=0, role="region", aria_label=name, **KEPT
    )
