# SPDX-License-Identifier: BSD-3-Clause
"""
What stands in a drawn figure, read back from its Axes
======================================================

Nothing here asks the drawing code: places, words, looks and who is who come from the artists and
from the legend a reader sees.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D


@dataclass(frozen=True)
class Key:
    """How a series is told from the others: what the legend shows of it."""

    marker: str
    face: str
    edge: str
    line: str


def key(line: Line2D) -> Key:
    return Key(
        str(line.get_marker()),
        to_hex(line.get_markerfacecolor()),
        to_hex(line.get_markeredgecolor()),
        str(line.get_linestyle()),
    )


def legend(axes: Axes) -> dict[str, Any]:
    """Label -> handle, in the order a reader meets them."""
    found = axes.get_legend()
    assert found is not None
    assert found.get_frame_on() is False
    texts = [text.get_text() for text in found.get_texts()]
    return dict(zip(texts, found.legend_handles, strict=True))


def series(axes: Axes, label: str) -> Line2D:
    """The line with this label; its legend entry shows the same key."""
    (line,) = (line for line in axes.lines if line.get_label() == label)
    assert key(line) == key(legend(axes)[label])
    return line


def numbers(values: Any) -> list[float]:
    return [float(value) for value in np.asarray(values, dtype=float)]


def ticks(axis: Any) -> dict[float, str]:
    """Place -> label of an axis."""
    places = numbers(axis.get_ticklocs())
    return dict(zip(places, (label.get_text() for label in axis.get_ticklabels()), strict=True))


def intervals(axes: Axes) -> dict[tuple[float, str], tuple[float, float]]:
    """(y, colour) -> (left, right) of every horizontal bar."""
    found = {}
    for group in axes.collections:
        if isinstance(group, LineCollection):
            (colour,) = {to_hex(tone) for tone in group.get_color()}
            assert group.get_linewidth()[0] >= 1
            for (left, y), (right, other) in filter(len, group.get_segments()):
                assert y == other
                found[round(float(y), 6), colour] = (float(left), float(right))
    return found


def lightness(colour: Any) -> float:
    """Luminance of a colour, 0 black to 1 white, as grey print shows it."""
    red, green, blue = to_rgb(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def words(figure: Figure) -> str:
    """Everything written outside the axes, blanks evened out."""
    return " ".join(" ".join(text.get_text() for text in figure.texts).split())
