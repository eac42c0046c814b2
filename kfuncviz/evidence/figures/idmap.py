# SPDX-License-Identifier: BSD-3-Clause
"""
Figures of the idmapping's own history: helpers, wrappers, readers
==================================================================

The life lines use the marks of the Lifetimes explorer: a filled dot where a line begins,
a diamond where something had to be edited, a cross where what others rely on changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kfuncviz.evidence.figures.style import (
    BAD,
    BAD_TINT,
    HAIR,
    INK,
    MUTED,
    OCHRE,
    OCHRE_TINT,
    bare,
    figure,
    numbers,
    settled,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_ROWS = {
    "alive": "there",
    "added": "added",
    "removed": "removed",
    "signature": "signature changed",
    "handle": "  of these: map's type swapped",
    "const_only": "const only",
    "export": "export changed",
}
_TITLES = {
    "core_idmap": "helpers that translate ids or hand out the map",
    "vfs_api_with_idmap_arg": "VFS functions that take the map as an argument",
}
_SHADES = {
    "works": "#FFFFFF",
    "fails to load": "#F0B48A",
    "silently wrong": "#8C3500",
    "not recorded": "#E6E3DC",
}

_READERS = {"core": "CO-RE reader", "fixed": "fixed-offset reader"}
_MARKS = {
    "fails to load": ("x", INK, "×"),
    "silently wrong": ("|", "white", "|"),
    "not recorded": (".", MUTED, "·"),
}


def churn(table: pd.DataFrame) -> Figure:
    """Two matrices of counts, one a group of helpers."""
    fig = figure(table, 10.5, 5.2)
    for axes, (group, title) in zip(fig.subplots(2, 1), _TITLES.items(), strict=True):
        part = table[table["group"] == group].reset_index(drop=True)
        labels = [step.replace("6.16..6.18", "6.16–18") for step in part["step"]]
        numbers(axes, part, _ROWS, labels)
        axes.set_title(title, loc="left", fontsize=10, color=INK)
    return settled(fig)


def _life(axes: Axes, y: int, marks: dict[int, str], last: int) -> None:
    axes.plot([0, last], [y, y], color=INK, linewidth=1.3, zorder=1)
    axes.plot(last + 0.25, y, marker=">", color=INK, markersize=6, zorder=2)
    for x, mark in marks.items():
        look = {
            "first": ("o", INK, INK),
            "edit": ("D", OCHRE_TINT, OCHRE),
            "break": ("X", BAD_TINT, BAD),
            "stops": ("v", BAD_TINT, BAD),
        }[mark]
        axes.plot(
            x,
            y,
            marker=look[0],
            markerfacecolor=look[1],
            markeredgecolor=look[2],
            markersize=9 if mark in ("break", "stops") else 7.5,
            markeredgewidth=1.5,
            linestyle="",
            zorder=3,
        )


def lives(table: pd.DataFrame, releases: Sequence[str], proposed: str) -> Figure:
    """One life line a wrapper and a reader: where it would have had to be edited or changed.

    `table` has rows (line, release, mark), mark one of first, edit, break, stops.
    """
    from matplotlib.lines import Line2D

    names = list(dict.fromkeys(table["line"]))
    fig = figure(table, 11, 0.42 * len(names) + 1.3)
    axes = fig.subplots()
    for y, name in enumerate(names):
        part = table[table["line"] == name]
        _life(
            axes,
            y,
            {releases.index(r): m for r, m in zip(part["release"], part["mark"], strict=True)},
            len(releases) - 1,
        )
    axes.axvline(releases.index(proposed), color=MUTED, linewidth=1, linestyle=":")
    axes.text(
        releases.index(proposed) + 0.15,
        -0.75,
        "July 2023: the thread",
        fontsize=8,
        color=MUTED,
        va="center",
    )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -1.1)
    axes.set_xlim(-0.6, len(releases) - 0.2)
    axes.set_xticks(range(len(releases)), releases, rotation=90)
    bare(axes, grid="x")
    looks = (
        ("o", INK, INK, "first release it could exist at"),
        ("D", OCHRE_TINT, OCHRE, "its own body had to be edited, callers notice nothing"),
        ("X", BAD_TINT, BAD, "its prototype changed, callers have to follow"),
        ("v", BAD_TINT, BAD, "a reader built before no longer works"),
    )
    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=m,
            markerfacecolor=f,
            markeredgecolor=e,
            markersize=8,
            label=text,
        )
        for m, f, e, text in looks
    ]
    axes.legend(
        handles=handles,
        frameon=False,
        ncols=2,
        fontsize=8,
        loc="upper center",
        bbox_to_anchor=(0.45, -0.16),
    )
    return settled(fig)


def _grid(axes: Axes, cells: pd.DataFrame) -> None:
    """One matrix of verdicts: `cells` has a row a release built at, a column a release run on."""
    from matplotlib.colors import ListedColormap

    order = list(_SHADES)
    codes = cells.map(order.index).to_numpy(dtype=int)
    axes.imshow(codes, cmap=ListedColormap(list(_SHADES.values())), vmin=-0.5, vmax=3.5)
    for name, (marker, tone, _) in _MARKS.items():
        ys, xs = (codes == order.index(name)).nonzero()
        axes.scatter(xs, ys, s=7, marker=marker, color=tone, linewidths=0.7)
    axes.set_xticks(range(len(cells.columns)), list(cells.columns), rotation=90)
    axes.set_yticks(range(len(cells.index)), list(cells.index))
    bare(axes)
    axes.grid(visible=False)
    axes.tick_params(labelsize=7)
    axes.set_xlabel("run on", color=MUTED)
    axes.set_ylabel("built at", color=MUTED)


def readers(table: pd.DataFrame, releases: Sequence[str]) -> Figure:
    """Built at (rows) against run on (columns), for both readers."""
    from matplotlib.patches import Patch

    fig = figure(table, 11, 5.9)
    places = fig.add_gridspec(2, 2, height_ratios=[0.06, 1])
    for column, (name, title) in enumerate(_READERS.items()):
        axes = fig.add_subplot(places[1, column])
        cells = table.pivot_table(name, "built_at", "run_at", aggfunc="first")
        _grid(axes, cells.loc[list(releases), list(releases)])
        axes.set_title(title, loc="left", fontsize=10)
    signs = {name: f" ({sign})" for name, (_, _, sign) in _MARKS.items()}
    handles = [
        Patch(
            facecolor=shade,
            edgecolor=HAIR if name != "works" else MUTED,
            label=name + signs.get(name, ""),
        )
        for name, shade in _SHADES.items()
    ]
    key = fig.add_subplot(places[0, :])
    key.set_axis_off()
    key.legend(handles=handles, loc="center left", ncols=4, frameon=False, fontsize=9)
    return settled(fig)
