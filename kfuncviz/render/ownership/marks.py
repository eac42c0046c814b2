# SPDX-License-Identifier: BSD-3-Clause
"""
Marks: one wording for plain text and for the page
==================================================

Numbers and errnos are marked where a sentence is made.  Plain text drops the marks, the page sets
what is marked in bold.
"""

from __future__ import annotations

import re
from html import escape

from kfuncviz.render.kit.fit import clean

_BOLD = "\x01"
_PLAIN = "\x02"


def bold(value: object) -> str:
    """A number or an errno, marked."""
    return f"{_BOLD}{value}{_PLAIN}"


def name(text: str) -> str:
    """A name somebody typed, fit to stand in a sentence."""
    tidy = clean(text)
    return tidy if len(tidy) <= 60 else tidy[:59].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def to_text(marked: str) -> str:
    """A marked sentence as plain text.

    >>> to_text(f"uid {bold(1000)}")
    'uid 1000'
    """
    return re.sub(f"[{_BOLD}{_PLAIN}]", "", marked)


def to_html(marked: str) -> str:
    """A marked sentence as HTML, everything else escaped.

    >>> to_html(f"{bold(1000)} < 1001")
    '<b>1000</b> &lt; 1001'
    """
    return escape(marked, quote=False).replace(_BOLD, "<b>").replace(_PLAIN, "</b>")
