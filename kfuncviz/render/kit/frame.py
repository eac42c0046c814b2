# SPDX-License-Identifier: BSD-3-Clause
"""
The frame of a picture: its id, its width, its SVG document
===========================================================

Every picture has a title and a description for those who cannot see it, brings its own colours, and
has an XML id made of its content, so that many can live in one page and the same content gives the
same bytes.
"""

from __future__ import annotations

import hashlib
from html import escape

from kfuncviz.render.kit.fit import clean
from kfuncviz.render.kit.markup import number, tag
from kfuncviz.render.kit.tokens import Theme, colours, stylesheet

LEAST_WIDTH, MOST_WIDTH = 240, 1600


def clamp(width: int, least: int = LEAST_WIDTH) -> int:
    """The width really drawn: at least ``least``, at most 1600 pixels.

    >>> clamp(100), clamp(100, 760), clamp(9999)
    (240, 760, 1600)
    """
    return max(least, min(MOST_WIDTH, width))


def content_id(kind: str, *content: object) -> str:
    """An XML id made of ``kind`` and of everything the picture shows.

    >>> content_id("own", 1, "a") == content_id("own", 1, "a") != content_id("own", 2, "a")
    True
    """
    shown = repr(content).encode("utf-8", "backslashreplace")
    return f"{kind}-{hashlib.blake2s(shown, digest_size=6).hexdigest()}"


def style(theme: Theme, uid: str, rules: str = "") -> str:
    """The style element of a picture: its colours where they follow the theme, then ``rules``."""
    sheet = stylesheet(theme, uid) + rules
    return tag("style", sheet) if sheet else ""


def document(
    uid: str,
    size: tuple[float, float],
    body: str,
    *,
    title: str,
    desc: str,
    theme: Theme,
    standalone: bool,
) -> str:
    """The SVG document of a picture of ``size`` (width and height in pixels).

    ``standalone`` paints the background, as a file needs; inside a page leave it to the page.
    """
    across, height = size
    ground = tag("rect", x=-2, y=0, width=across + 4, height=height, fill=colours(theme)["bg"])
    return tag(
        "svg",
        tag("title", escape(clean(title)), id=f"{uid}-t")
        + tag("desc", escape(clean(desc)), id=f"{uid}-d")
        + style(theme, uid)
        + (ground if standalone else "")
        + body,
        xmlns="http://www.w3.org/2000/svg", id=uid,
        viewBox=f"-2 0 {number(across + 4)} {number(height)}", width=across + 4, height=height,
        role="img", aria_labelledby=f"{uid}-t {uid}-d",
    )  # fmt: skip
