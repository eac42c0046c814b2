# SPDX-License-Identifier: BSD-3-Clause
"""
Text of several lines
=====================

SVG does not break lines.  Here a text is broken at blanks into lines that fit, and each line is
drawn in its box.
"""

from __future__ import annotations

from kfuncviz.render.kit.fit import clean, width
from kfuncviz.render.kit.markup import label

LEADING = 1.4


def wrap(text: str, box: float, size: float, *, mono: bool = False, most: int = 12) -> list[str]:
    """``text`` as at most ``most`` lines no wider than ``box``.

    A word wider than the box has a line of its own, and the last line holds all that is left: where
    they are drawn they are cut, and told in full on hover.

    >>> wrap("a pointer nobody vouches for", 110, 14)
    ['a pointer', 'nobody', 'vouches for']
    """
    lines: list[str] = []
    for word in clean(text).split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size, mono=mono) <= box:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if len(lines) <= most else [*lines[: most - 1], " ".join(lines[most - 1 :])]


def paragraph(
    text: str,
    x: float,
    y: float,
    box: float,
    size: float,
    fill: str,
    *,
    mono: bool = False,
    most: int = 12,
) -> tuple[float, str]:
    """Height and drawing of a text whose upper left corner is ``x``, ``y``."""
    lines = wrap(text, box, size, mono=mono, most=most)
    step = size * LEADING
    drawn = (
        label(x, y + size + n * step, line, box, size, fill, mono=mono)
        for n, line in enumerate(lines)
    )
    return len(lines) * step, "".join(drawn)
