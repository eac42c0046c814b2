# SPDX-License-Identifier: BSD-3-Clause
"""
Writing SVG and HTML: elements, numbers, text that keeps to its box, folds and links
====================================================================================

The few writers every part of the picture uses.  Numbers are written the same way everywhere
(two decimals at most), attributes keep the order they are given in, and no text is written without
saying how wide it may become: so the same input always gives the same bytes, inside its box.

What can have the focus says so to JupyterLab: `KEPT` keeps its key presses from the notebook, where
``d d`` deletes the cell.
"""

from __future__ import annotations

import re
from html import escape

from kfuncviz.render.kit.fit import clean, shorten
from kfuncviz.render.kit.tokens import MONO, SANS

Value = str | float | int | None
#: JupyterLab's commands leave the keys alone that are pressed on an element with this attribute.
KEPT = {"data_lm_suppress_shortcuts": "true"}
_FOCUSABLE = re.compile(
    r"<(?:a|button|summary|input|select|textarea|iframe|audio|video)(?=[\s>])"
    r"|<\w+(?=[^<>]*\s(?:tabindex|contenteditable|style=\"[^\"]*overflow)\b)"
)


def number(value: float) -> str:
    """A coordinate: at most two decimals, no trailing zeros, no minus zero.

    >>> number(12.0), number(1 / 3), number(-0.001)
    ('12', '0.33', '0')
    """
    if value == int(value):
        return str(int(value))
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def tag(name: str, body: str = "", /, **attributes: Value) -> str:
    """One XML element.  ``_`` in an attribute's name is written ``-``; ``None`` is left out.

    >>> tag("rect", x=1, stroke_width=2.5, fill=None)
    '<rect x="1" stroke-width="2.5"/>'
    """
    parts = [name]
    for key, value in attributes.items():
        if value is None:
            continue
        text = escape(value) if isinstance(value, str) else number(value)
        parts.append(f'{key.rstrip("_").replace("_", "-")}="{text}"')
    head = " ".join(parts)
    return f"<{head}>{body}</{name}>" if body else f"<{head}/>"


def label(
    x: float,
    y: float,
    text: str,
    box: float,
    size: float,
    fill: str,
    *,
    mono: bool = False,
    bold: bool = False,
    anchor: str | None = None,
    halo: str | None = None,
) -> str:
    """A text of at most ``box`` pixels; what does not fit is cut, and told in full on hover.

    >>> label(0, 10, "abc", 40, 13, "#000", mono=True).endswith(">abc</text>")
    True
    """
    whole = clean(text)
    short = shorten(whole, box, size, mono=mono, bold=bold)
    body = escape(short) if short == whole else f"<title>{escape(whole)}</title>{escape(short)}"
    return tag(
        "text", body, x=x, y=y, font_family=MONO if mono else SANS, font_size=size,
        font_weight=700 if bold else None, text_anchor=anchor, fill=fill,
        paint_order="stroke" if halo else None, stroke=halo,
        stroke_width=5 if halo else None, data_box=box,
    )  # fmt: skip


def fold(title: str, body: str, **attributes: Value) -> str:
    """Something to open: ``title`` is always seen, ``body`` once it is open; both are HTML.

    >>> fold("As a table", "...", open="")
    '<details open=""><summary data-lm-suppress-shortcuts="true">As a table</summary>...</details>'
    """
    return tag("details", tag("summary", title, **KEPT) + body, **attributes)


def link(url: str, words: str) -> str:
    """A link that opens beside the page; ``words`` are plain text."""
    return tag("a", escape(words), href=url, target="_blank", rel="noopener", **KEPT)


def keeping_keys(html: str) -> str:
    """The same HTML, in which whatever can have the focus keeps its keys from the notebook.

    Every output of the kit that is plain HTML passes through here.

    >>> keeping_keys("<button>up</button> <b>plain</b>")
    '<button data-lm-suppress-shortcuts="true">up</button> <b>plain</b>'
    """
    kept = ' data-lm-suppress-shortcuts="true"'

    def one(found: re.Match[str]) -> str:
        rest = html[found.end() : html.find(">", found.end())]
        return found[0] if kept in rest else found[0] + kept

    return _FOCUSABLE.sub(one, html)
