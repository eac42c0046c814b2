# SPDX-License-Identifier: BSD-3-Clause
"""
Does this text fit?  Cleaning, measuring and shortening of text
===============================================================

Names are typed by people: they may be long, hold control characters, or be written in any
script.  Here a text is made safe to draw, its width is estimated (on the wide side, after DejaVu,
the widest of the usual fonts), and it is cut with an ellipsis where it would leave its box.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

MONO_EM = 0.602
ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"

# Advance widths of DejaVu Sans and DejaVu Sans Bold, U+0020 to U+007E, in hundredths of an em.
_REGULAR = (
    "32 41 46 84 64 96 78 28 40 40 50 84 32 37 32 34 64 64 64 64 64 64 64 64 64 64 34 34 "
    "84 84 84 54 100 69 69 70 77 64 58 78 76 30 30 66 56 87 75 79 61 79 70 64 62 74 69 99 "
    "69 62 69 40 34 40 84 50 50 62 64 55 64 62 36 64 64 28 28 58 28 98 64 62 64 64 42 53 "
    "40 64 60 82 60 60 53 64 34 64 84"
)
_BOLD = (
    "35 46 53 84 70 101 88 31 46 46 53 84 38 42 38 37 70 70 70 70 70 70 70 70 70 70 40 40 "
    "84 84 84 58 100 78 77 74 83 69 69 83 84 38 38 78 64 100 84 85 74 85 77 73 69 82 78 "
    "111 78 73 73 46 37 46 84 50 50 68 72 60 72 68 44 72 72 35 35 67 35 105 72 69 72 72 "
    "50 60 48 72 66 93 65 66 59 72 37 72 84"
)
_SANS = {
    bold: {chr(32 + nth): int(em) / 100 for nth, em in enumerate(table.split())}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
_DOT = {"\N{MIDDLE DOT}": 0.38, ELLIPSIS: 1.0}


def clean(text: str) -> str:
    r"""``text`` with nothing in it that XML or a reader's eye cannot take.

    White space becomes one blank each; other control characters, lone surrogates and
    noncharacters become U+FFFD; marks that turn the writing direction are dropped.

    >>> clean("a\tb\x00")
    'a b\ufffd'
    """
    return text if text.isascii() and text.isprintable() else "".join(map(_clean_char, text))


def _clean_char(char: str) -> str:
    if char.isspace():
        return " "
    if unicodedata.bidirectional(char) in _BIDI_MARKS:
        return ""
    category = unicodedata.category(char)
    if category in ("Cc", "Cs") or ord(char) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(char) <= 0xFDEF:
        return "\N{REPLACEMENT CHARACTER}"
    return char


_BIDI_MARKS = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))


def width(text: str, size: float, *, mono: bool, bold: bool = False) -> float:
    """Estimated width of ``text`` in pixels at a font size of ``size`` pixels.

    >>> round(width("1000", 20, mono=True), 1)
    48.2
    """
    if mono and text.isascii():
        return len(text) * MONO_EM * size
    return sum(_em(char, mono, bold) for char in text) * size


@lru_cache(maxsize=4096)
def _em(char: str, mono: bool, bold: bool) -> float:
    if unicodedata.combining(char):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.35 if unicodedata.category(char) == "So" else 1.05
    if mono and (ord(char) < 0x250 or char in _DOT):
        return MONO_EM
    return _SANS[bold].get(char) or _DOT.get(char) or (0.85 if ord(char) < 0x590 else 1.1)


def shorten(text: str, box: float, size: float, *, mono: bool, bold: bool = False) -> str:
    """``text`` if it fits in ``box`` pixels, else its beginning and an ellipsis.

    >>> shorten("/srv/a-very-long-name", 80, 14, mono=True)
    '/srv/a-v…'
    """
    if width(text, size, mono=mono, bold=bold) <= box:
        return text
    room = box - width(ELLIPSIS, size, mono=mono, bold=bold)
    kept = 0
    for char in text:
        room -= _em(char, mono, bold) * size
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip(" \N{ZERO WIDTH JOINER}") + ELLIPSIS


def first_that_fits(texts: tuple[str, ...], box: float, size: float, *, mono: bool) -> str:
    """The first of ``texts`` (longest wording first) that fits; the last one, cut, if none does.

    >>> first_that_fits(("no row for 1000", "no row"), 60, 14, mono=True)
    'no row'
    """
    for text in texts:
        if width(text, size, mono=mono) <= box:
            return text
    return shorten(texts[-1], box, size, mono=mono)
