# SPDX-License-Identifier: BSD-3-Clause
"""
What a terminal may be shown
============================

Names come from files that anybody may have written.  Everything the project prints passes through
here, so that no name can move a cursor, ring a bell, break a line, turn the writing round or fill
a screen.
"""

from __future__ import annotations


def printable(text: str, most: int | None = None) -> str:
    r"""The text on one line, with everything escaped that a terminal could obey.

    ``most`` is how many characters the line may have; of a longer one the beginning is given.

    >>> print(printable("\x1b[31mred\nline"))
    \x1b[31mred\nline
    >>> printable("x" * 100, 10)
    'xxxxxxx...'
    """
    if most is not None:
        text = text[: most + 1]
    if not text.isprintable():
        text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return text if most is None else short(text, most)


def short(text: str, most: int = 60) -> str:
    """A text of at most ``most`` characters: this one, or its beginning and an ellipsis.

    >>> short("/etc/subuid", 8)
    '/etc/...'
    """
    return text if len(text) <= most else text[: most - 3] + "..."
