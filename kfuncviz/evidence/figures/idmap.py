# SPDX-License-Identifier: BSD-3-Clause
"""
Figures of the idmapping's own history: helpers, wrappers, readers
==================================================================

The life lines use the marks of the Lifetimes explorer: a filled dot where a line begins, a diamond
where something had to be edited, a cross where what others rely on changed. A reader that is
refused has a triangle, one that goes on with wrong answers a square.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from kfuncviz.evidence.figures.style import (
    BAD,
    BAD_TINT,
    GROUND,
    HAIR,
    INK,
    MUTED,
    OCHRE,
    OCHRE_TINT,
    TEXT,
    WIDE,
    bare,
    figure,
    key,
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
#: Mark, face, edge and meaning of what stands on a life line.
_LOOKS = {
    "first": ("o", INK, INK, "first release it could exist at"),
    "edit": ("D", OCHRE_TINT, OCHRE, "its own body had to be edited, callers notice nothing"),
    "prototype": ("X", BAD_TINT, BAD, "its prototype changed, callers have to follow"),
    "refused": ("v", BAD_TINT, BAD, "a reader built before fails to load"),
    "wrong": ("s", BAD, BAD, "a reader built before is silently wrong"),
}
#: Shade, hatch and its colour of each verdict.
_VERDICTS = {
    "works": (GROUND, "", MUTED),
    "fails to load": (BAD_TINT, "xxx", BAD),
    "silently wrong": (BAD, "|||", GROUND),
    "not recorded": (HAIR, "---", MUTED),
}
_READERS = {
    "core": "CO-RE reader, without bpf_core_field_exists()",
    "fixed": "fixed-offset reader",
}


def churn(table: pd.DataFrame) -> Figure:
    """Two matrices of counts, one a group of helpers."""
    fig = figure(table, WIDE, 5.8)
    for axes, (group, title) in zip(fig.subplots(2, 1), _TITLES.items(), strict=True):
        part = table[table["group"] == group].reset_index(drop=True)
        labels = [step.replace("6.16..6.18", "6.16–18") for step in part["step"]]
        numbers(axes, part, _ROWS, labels)
        axes.set_title(
            f"{title} (a stronger shade: more of its row; a dot: none)",
            loc="left", fontsize=TEXT, color=INK,
        )  # fmt: skip
    return settled(fig)


def _life(axes: Axes, y: int, marks: dict[int, str], last: int) -> None:
    axes.plot([0, last], [y, y], color=INK, linewidth=1.3, zorder=1)
    axes.plot(last + 0.25, y, marker=">", color=INK, markersize=6, zorder=2)
    for x, mark in marks.items():
        marker, face, edge, _ = _LOOKS[mark]
        axes.plot(
            x,
            y,
            marker=marker,
            markerfacecolor=face,
            markeredgecolor=edge,
            markersize=9,
            markeredgewidth=1.5,
            linestyle="",
            zorder=3,
        )


def lives(table: pd.DataFrame, releases: Sequence[str], proposed: str) -> Figure:
    """One life line a wrapper and a reader: where it would have had to be edited or changed.

    `table` has rows (line, release, mark), mark one of first, edit, prototype, refused, wrong.
    """
    from matplotlib.lines import Line2D

    names = list(dict.fromkeys(table["line"]))
    fig = figure(table, WIDE, 0.42 * len(names) + 2.4)
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
        fontsize=TEXT,
        color=MUTED,
        va="center",
    )
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.4, -1.1)
    axes.set_xlim(-0.6, len(releases) - 0.2)
    axes.set_xticks(range(len(releases)), releases, rotation=90)
    bare(axes, grid="x")
    handles = [
        Line2D(
            [],
            [],
            linestyle="",
            marker=marker,
            markerfacecolor=face,
            markeredgecolor=edge,
            markersize=9,
            label=meaning,
        )
        for marker, face, edge, meaning in _LOOKS.values()
    ]
    key(axes, "upper left", handles=handles, bbox_to_anchor=(-0.01, -0.2))
    return settled(fig)


def _grid(axes: Axes, cells: pd.DataFrame) -> None:
    """One matrix of verdicts: `cells` has a row a release built at, a column a release run on.

    Neighbouring rows and cells that are alike are one box.
    """
    from matplotlib.collections import PolyCollection

    boxes: dict[str, list[list[tuple[float, float]]]] = {verdict: [] for verdict in _VERDICTS}
    top = left = -0.5
    for row, alike in groupby(map(tuple, cells.to_numpy())):
        foot = top + len(list(alike))
        for verdict, run in groupby(row):
            right = left + len(list(run))
            boxes[verdict].append([(left, top), (right, top), (right, foot), (left, foot)])
            left = right
        top, left = foot, -0.5
    for verdict, found in boxes.items():
        shade, hatch, tone = _VERDICTS[verdict]
        axes.add_collection(
            PolyCollection(found, facecolor=shade, edgecolor=tone, linewidth=0, hatch=hatch)
        )
    shown = slice(None, None, 2)
    axes.set_xticks(range(len(cells.columns))[shown], cells.columns[shown], rotation=90)
    axes.set_yticks(range(len(cells.index))[shown], cells.index[shown])
    axes.set_xlim(-0.5, len(cells.columns) - 0.5)
    axes.set_ylim(len(cells.index) - 0.5, -0.5)
    axes.set_aspect("equal")
    axes.patch.set(edgecolor=MUTED, linewidth=1)
    axes.set_xlabel("run on")
    axes.set_ylabel("built at")
    bare(axes, grid="")


def readers(table: pd.DataFrame, releases: Sequence[str]) -> Figure:
    """Built at (rows) against run on (columns), for both readers."""
    from matplotlib.patches import Patch

    fig = figure(table, WIDE, 5.6)
    places = fig.add_gridspec(2, 2, height_ratios=[0.06, 1])
    for column, (name, title) in enumerate(_READERS.items()):
        axes = fig.add_subplot(places[1, column])
        cells = table.pivot_table(name, "built_at", "run_at", aggfunc="first")
        _grid(axes, cells.loc[list(releases), list(releases)])
        axes.set_title(title, loc="left", fontsize=TEXT, color=INK)
    handles = [
        Patch(facecolor=shade, edgecolor=tone, hatch=hatch, label=verdict)
        for verdict, (shade, hatch, tone) in _VERDICTS.items()
    ]
    top = fig.add_subplot(places[0, :])
    top.set_axis_off()
    key(top, "center left", handles=handles, ncols=4)
    return settled(fig)
