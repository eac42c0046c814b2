# SPDX-License-Identifier: BSD-3-Clause
"""
Text for a mail: ASCII, and never wider than asked
==================================================

Mailing lists want plain text of at most 72 columns.  Here names in any script become ASCII, long
ones are cut with two dots, and long lines are broken with a hanging indent.
"""

from __future__ import annotations

import textwrap
import unicodedata

from kfuncviz.render.kit.fit import clean

_PLAIN = {
    "\N{MIDDLE DOT}": ",", "\N{HORIZONTAL ELLIPSIS}": "...", "\N{RIGHTWARDS ARROW}": "->",
    "\N{LEFTWARDS ARROW}": "<-", "\N{BALLOT X}": "X", "\N{MULTIPLICATION SIGN}": "x",
    "\N{EN DASH}": "-", "\N{EM DASH}": "-", "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"', "\N{RIGHT SINGLE QUOTATION MARK}": "'",
}  # fmt: skip


def plain(text: str) -> str:
    """``text`` in ASCII: accents fall away, what has no likeness becomes a question mark.

    >>> plain("ext4 \N{MIDDLE DOT} caf\N{LATIN SMALL LETTER E WITH ACUTE}")
    'ext4, cafe'
    """
    text = "".join(_PLAIN.get(char, char) for char in clean(text)).replace(" ,", ",")
    if text.isascii():
        return text
    letters = (c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(c if c.isascii() else "?" for c in letters)


def cut(text: str, columns: int) -> str:
    """``text``, or its beginning and two dots, in at most ``columns`` columns.

    >>> cut("from_kuid_munged", 10)
    'from_kui..'
    """
    return text if len(text) <= columns else text[: max(0, columns - 2)] + ".."[:columns]


def wrap(
    text: str, columns: int, *, first: str = "", then: str = "", hyphens: bool = True
) -> list[str]:
    """Lines of at most ``columns``, the first opened by ``first``, the others by ``then``.

    Without ``hyphens`` a line ends at a blank only, so that names with hyphens stay whole.
    """
    return textwrap.wrap(
        text, columns, initial_indent=first, subsequent_indent=then, break_on_hyphens=hyphens
    )
