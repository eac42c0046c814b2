# SPDX-License-Identifier: BSD-3-Clause
"""
The common look of the evidence figures, and how they become bytes
==================================================================

Every figure has its title on top and, under it, the notes its table carries: n, period,
definition, source. Nothing is told apart by colour alone: markers and line styles differ too,
and the colours differ in lightness, so grey print works. All colours are those of the light
theme's tokens, so that a page can put in those of another. No word is smaller than 13 pixels where
the figure is shown as large as it is drawn. `to_svg` gives the same bytes every time: fixed hash
salt, no date.
"""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING, Any

from kfuncviz.evidence.data.frames import NOTES
from kfuncviz.extras import needed_by

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

GROUND, INK, MUTED, LINE, HAIR = "#FFFFFF", "#1B1B1B", "#555555", "#767676", "#D6D3CC"
BLUE, BLUE_TINT = "#005A8E", "#D9EAF5"
OCHRE, OCHRE_TINT = "#8A5A00", "#FBEBCC"
BAD, BAD_TINT = "#B34700", "#FDE8DC"
#: Points: 13.3 pixels, and 17.3 for a title.
TEXT, TITLE = 10, 13
#: Inches: a page of JupyterLab, and what needs a column a release.
NARROW, WIDE = 8.75, 10
_RC: dict[Any, Any] = {
    "svg.hashsalt": "kfuncviz",
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": TEXT,
    "hatch.linewidth": 0.6,
}
_LINE = 0.188
_CHARS_PER_INCH = 12.8


def _note_lines(table: pd.DataFrame, width: float) -> list[str]:
    lines: list[str] = []
    for note in NOTES[1:]:
        text = f"{note}: {table.attrs[note]}"
        lines += textwrap.wrap(text, int(width * _CHARS_PER_INCH))
    return lines


def figure(table: pd.DataFrame, width: float, height: float) -> Figure:
    """An empty Figure with the table's title above and its notes below the drawing area.

    `height` in inches is that of the drawing; the notes get what they need in addition.
    """
    with needed_by("A figure of the evidence"):
        from matplotlib import rc_context
        from matplotlib.figure import Figure
        from matplotlib.layout_engine import ConstrainedLayoutEngine

    lines = _note_lines(table, width)
    foot = _LINE * len(lines) + 0.2
    head = 0.5
    total = height + foot + head
    with rc_context(_RC):
        fig = Figure(figsize=(width, total), facecolor=GROUND)
        engine = ConstrainedLayoutEngine(rect=(0.007, foot / total, 0.986, height / total))
        fig.set_layout_engine(engine)
        fig.text(
            0.15 / width,
            1 - 0.14 / total,
            table.attrs["title"],
            va="top",
            ha="left",
            fontsize=TITLE,
            fontweight="bold",
            color=INK,
        )
        fig.text(
            0.15 / width,
            0.08 / total,
            "\n".join(lines),
            va="bottom",
            ha="left",
            fontsize=TEXT,
            color=MUTED,
            linespacing=1.35,
        )
    return fig


def settled(fig: Figure) -> Figure:
    """`fig` with its layout worked out once and kept, so that drawing it again moves nothing.

    The layout's solver depends on hash order in its last digits; rounding takes those away.
    """
    from matplotlib import rc_context

    with rc_context(_RC):
        fig.draw_without_rendering()
    fig.set_layout_engine("none")
    for axes in fig.axes:
        x, y, width, height = axes.get_position(original=True).bounds
        axes.set_position((round(x, 5), round(y, 5), round(width, 5), round(height, 5)))
    return fig


def bare(axes: Axes, *, grid: str = "y") -> None:
    """Quiet axes: no box, hairline grid behind the data; a grid along no axis is none."""
    for side in ("top", "right", "left", "bottom"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, colors=INK, labelsize=TEXT)
    axes.set_axisbelow(True)
    if grid:
        axes.grid(axis=grid, color=HAIR, linewidth=0.8)  # type: ignore[arg-type]
    for axis in (axes.xaxis, axes.yaxis):
        axis.label.set(color=MUTED, fontsize=TEXT)
    axes.title.set(color=INK, fontsize=TEXT)


def key(axes: Axes, where: Any, **more: Any) -> None:
    """The legend of `axes`, without a frame, in the common size."""
    legend = axes.legend(frameon=False, loc=where, fontsize=TEXT, **more)
    for text in legend.get_texts():
        text.set_color(INK)


def write(axes: Axes, x: float, y: float, text: str, **more: Any) -> None:
    """A number inside the axes: the layout need not ask how large it is."""
    axes.text(
        x, y, text, **{"ha": "center", "color": INK, "fontsize": TEXT, **more}, in_layout=False
    )


def numbers(axes: Axes, table: pd.DataFrame, columns: dict[str, str], labels: list[str]) -> None:
    """A matrix of counts: one row a column of `table`, a number in its cell, shaded by how many."""
    from matplotlib.patches import Rectangle

    for y, column in enumerate(columns):
        peak = max(table[column].max(), 1)
        for x, value in enumerate(table[column]):
            if not value:
                continue
            shade = 0.08 + 0.32 * value / peak
            axes.add_patch(Rectangle((x - 0.5, y - 0.46), 1, 0.92, facecolor=MUTED, alpha=shade))
            write(axes, x, y, f"{value}", va="center")
        empty = [x for x, value in enumerate(table[column]) if not value]
        axes.scatter(empty, [y] * len(empty), s=2, color=LINE)
    axes.set_xlim(-0.6, len(table) - 0.4)
    axes.set_ylim(len(columns) - 0.5, -0.5)
    axes.set_yticks(range(len(columns)), list(columns.values()))
    axes.set_xticks(range(len(table)), labels, rotation=90)
    bare(axes, grid="")


def to_svg(fig: Figure, description: str = "") -> str:
    """The figure as SVG text; the same figure gives the same bytes."""
    from matplotlib import rc_context

    buffer = io.StringIO()
    metadata = {"Date": None, "Creator": "kfuncviz"}
    if description:
        metadata["Description"] = description
    with rc_context(_RC):
        fig.savefig(buffer, format="svg", metadata=metadata)
    return buffer.getvalue()


def to_png(fig: Figure, dpi: int = 110) -> bytes:
    """The figure as PNG bytes."""
    from matplotlib import rc_context

    buffer = io.BytesIO()
    with rc_context(_RC):
        fig.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()
