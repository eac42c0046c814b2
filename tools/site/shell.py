# SPDX-License-Identifier: BSD-3-Clause
"""
What is around every page of the site
=====================================

The way to the other rooms, the stylesheet, and what a page may load: what lies on the site.  Every
address is relative, so that the folder can be served from anywhere.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from html import escape
from types import MappingProxyType

#: The rooms of the site, by the page each begins with.
ROOMS: Mapping[str, str] = MappingProxyType(
    {
        "index.html": "Start",
        "explorers/ownership.html": "Explorers",
        "course/index.html": "Course",
        "gallery/index.html": "Gallery",
        "docs/index.html": "Documents",
        "reference/index.html": "Library",
        "data/index.html": "Data",
    }
)
#: Nothing but what lies on the site; the worker that holds Python is part of a page.
_MAY_LOAD = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' 'unsafe-eval' blob: data:; "
    "frame-src 'self'; worker-src data:; connect-src 'self' blob:"
)


def page(at: str, title: str, body: str, tail: str = "") -> str:
    """A page of the site as HTML.

    ``at`` is its address from the site's root, ``tail`` what stands behind the body: its programs.

    >>> 'href="../index.html"' in page("gallery/index.html", "Gallery", "")
    True
    """
    whole = title if title == "kfuncviz" else f"{title} - kfuncviz"
    way = "".join(
        f'<li><a href="{relative(to, at)}"{_current(to, at)}>{name}</a></li>'
        for to, name in ROOMS.items()
    )
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="{_MAY_LOAD}">
<title>{escape(whole)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{relative("assets/site.css", at)}">
<body class="kfv-page">
<script src="{relative("assets/theme.js", at)}"></script>
<header><nav aria-label="Rooms"><b>kfuncviz</b><ul>{way}</ul></nav></header>
<main>{body}</main>
{tail}</html>
"""


def program(name: str, at: str) -> str:
    """The element that runs one of the site's programs on a page."""
    return f'<script type="module" src="{relative(f"assets/{name}.js", at)}"></script>\n'


def relative(to: str, at: str) -> str:
    """The address of a page of the site, written on another.

    >>> relative("data/history/index.html", "docs/facilitator.html")
    '../data/history/index.html'
    """
    return posixpath.relpath(to, posixpath.dirname(at) or ".")


def _current(to: str, at: str) -> str:
    same_room = at.partition("/")[0] == to.partition("/")[0]
    return ' aria-current="true"' if same_room else ""
