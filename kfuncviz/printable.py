# SPDX-License-Identifier: BSD-3-Clause
"""
What a terminal may be shown
============================

Names come from files that anybody may have written.  Everything the project prints passes through
here, so that no name can move a cursor, ring a bell, break a line or turn the writing round.
"""

from __future__ import annotations


def printable(text: str) -> str:
    r"""The text on one line, with everything escaped that a terminal could obey.

    >>> print(printable("\x1b[31mred\nline"))
    \x1b[31mred\nline
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
