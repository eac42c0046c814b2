# SPDX-License-Identifier: BSD-3-Clause
"""
Figures of the kfuncs' history: counts, survival, shares, comparisons
=====================================================================

Each function draws exactly one table of the layer below and computes nothing: what you
see is what the table says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kfuncviz.evidence.figures.style import (
    BAD,
    BLUE,
    BLUE_TINT,
    GROUND,
    HAIR,
    INK,
    NARROW,
    OCHRE,
    OCHRE_TINT,
    TEXT,
    WIDE,
    bare,
    figure,
    key,
    numbers,
    settled,
    write,
)

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SHARE = ["percent", "low", "high"]
_CHANGES = {
    "prototype": "prototype, in substance",
    "annotation_only": "prototype, annotation only",
    "const_only": "prototype, const only",
    "kernel_side": "prototype, kernel side only",
    "flags_stricter": "flags stricter",
    "flags_mixed": "flags mixed",
    "flags_relaxed": "flags relaxed",
    "flags_marker": "flags, markers only",
    "flags_retired": "flags retired",
    "types_narrowed": "program types narrowed",
    "types_widened": "program types widened",
}


@dataclass(frozen=True)
class Look:
    """How one series looks: shift off its row, marker (or hatch), colour, label."""

    shift: float
    marker: str
    tone: str
    label: str


def births(table: pd.DataFrame) -> Figure:
    """Births up, deaths down, and a matrix of changes, release by release."""
    fig = figure(table, WIDE, 7.2)
    top, low = fig.subplots(2, 1, height_ratios=[1.1, 1])
    x = range(len(table))
    came = table["born"] + table["returned"]
    top.bar(x, came, color=BLUE, width=0.72, label="born or back again")
    top.bar(x, -table["died"], color=GROUND, edgecolor=BAD, hatch="////", width=0.72, label="died")
    for place, (up, down) in enumerate(zip(came, table["died"], strict=True)):
        if up:
            write(top, place, up + 0.6, f"{up}", va="bottom")
        if down:
            write(top, place, -down - 0.8, f"{down}", va="top", color=BAD)
    top.axhline(0, color=INK, linewidth=1)
    top.set_xlim(-0.6, len(table) - 0.4)
    top.set_ylim(-13, 50)
    alive = [
        f"{release} ({count})"
        for release, count in zip(table["release"], table["alive"], strict=True)
    ]
    top.set_xticks(x, alive, rotation=90)
    top.set_ylabel("kfuncs")
    top.set_xlabel("release (kfuncs registered in it)")
    bare(top)
    key(top, "upper left", ncols=2)
    numbers(low, table, _CHANGES, table["release"].tolist())
    low.set_title(
        "kfuncs that stayed, changed in … (a stronger shade: more of its row; a dot: none)",
        loc="left", fontsize=TEXT, color=INK,
    )  # fmt: skip
    return settled(fig)


def _curve(axes: Axes, table: pd.DataFrame, look: Look, tint: str) -> None:
    """One curve with both bands, and under its ages who was at risk."""
    axes.fill_between(
        table["age"],
        100 * table["low"],
        100 * table["high"],
        step="post",
        facecolor=tint,
        edgecolor="none",
        label="band as if independent",
    )
    for edge, label in (("file_low", "band from whole files"), ("file_high", "_upper edge")):
        axes.step(
            table["age"],
            100 * table[edge],
            where="post",
            color=look.tone,
            linewidth=1.6,
            linestyle="--",
            label=label,
        )
    axes.step(
        table["age"],
        100 * table["survival"],
        where="post",
        color=INK,
        linewidth=2.4,
        label=look.label,
    )
    even = table.iloc[::2]
    below = zip(even["age"], even["at_risk"], even["tcp_at_risk"], strict=True)
    axes.set_xticks(even["age"], [f"{age}\n{every}\n{tcp}" for age, every, tcp in below])
    axes.set_xlim(0, max(even["age"]) + 0.5)
    axes.set_ylim(50, 101)
    axes.set_ylabel("per cent (from 50)")
    bare(axes)
    key(axes, "lower left", ncols=3)


def survival(table: pd.DataFrame) -> Figure:
    """Two survival curves with their bands, and the numbers at risk under each axis."""
    fig = figure(table, NARROW, 7.6)
    upper, lower = fig.subplots(2, 1)
    gone, changed = (table[table["event"] == event] for event in ("gone", "gone_or_changed"))
    _curve(upper, gone, Look(0, "", BLUE, "name still there"), BLUE_TINT)
    _curve(lower, changed, Look(0, "", OCHRE, "there, prototype unchanged"), OCHRE_TINT)
    lower.set_xlabel(
        "age in releases; under it spells at risk, and how many are TCP congestion control"
    )
    return settled(fig)


def families(table: pd.DataFrame) -> Figure:
    """One survival curve a group, without bands, and the numbers at risk under the ages."""
    fig = figure(table, NARROW, 3.9)
    axes = fig.subplots()
    looks = {"sched_ext": "--", "all others": "-"}
    groups = {group: table[table["group"] == group].set_index("age") for group in looks}
    for group, part in groups.items():
        axes.step(
            part.index,
            100 * part["survival"],
            where="post",
            color=INK,
            linewidth=2.4,
            linestyle=looks[group],
            label=group,
        )
    ticks = range(0, max(table["age"]) + 1, 2)
    risk = [[f"{part['at_risk'].get(age, '–')}" for age in ticks] for part in groups.values()]
    axes.set_xticks(ticks, [f"{age}\n{a}\n{b}" for age, a, b in zip(ticks, *risk, strict=True)])
    axes.set_xlim(0, ticks[-1] + 0.5)
    axes.set_ylim(50, 101)
    axes.set_ylabel("per cent (from 50)")
    axes.set_xlabel("age in releases; under it spells at risk, of sched_ext and of all others")
    bare(axes)
    key(axes, "lower left", ncols=2)
    return settled(fig)


def _dots(axes: Axes, part: pd.DataFrame, names: list[str], look: Look) -> None:
    """One series of shares with their intervals; `part` is indexed by the row names."""
    filled = part.loc[names].astype(float)
    rows = [y + look.shift for y in range(len(names))]
    axes.hlines(rows, filled["low"], filled["high"], color=look.tone, linewidth=1.4)
    axes.plot(
        filled["percent"],
        rows,
        linestyle="",
        marker=look.marker,
        markersize=7,
        markerfacecolor=GROUND if look.shift > 0 else look.tone,
        markeredgecolor=look.tone,
        markeredgewidth=1.5,
        clip_on=False,
        label=look.label,
    )


def _dot_axes(axes: Axes, labels: list[str], what: str) -> None:
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlim(left=0)
    axes.set_xlabel(f"{what}; the line is the 95 % interval")
    bare(axes, grid="x")
    axes.tick_params(axis="y", pad=10)
    for y in range(len(labels) - 1):
        axes.axhline(y + 0.5, color=HAIR, linewidth=0.6)


def within(table: pd.DataFrame) -> Figure:
    """Share of kfuncs with each sort of change within k releases of birth."""
    fig = figure(table, NARROW, 6.2)
    axes = fig.subplots()
    names = list(dict.fromkeys(table["what"]))
    every = sorted(set(table["k"]))
    shown = every if len(every) <= 3 else [every[i] for i in (0, len(every) // 2, -1)]
    looks = [("o", BLUE), ("D", OCHRE), ("s", INK)]
    for place, k in enumerate(shown):
        part = table[table["k"] == k].set_index("what")
        marker, tone = looks[place]
        n = part["n"].iloc[0]
        shift = 0.24 * (place - (len(shown) - 1) / 2)
        label = f"within {k} release{'s' * (k > 1)} (n {n})"
        _dots(axes, part[_SHARE], names, Look(shift, marker, tone, label))
    _dot_axes(axes, names, "per cent of kfuncs followed that long")
    key(axes, "upper right")
    return settled(fig)


def interfaces(table: pd.DataFrame) -> Figure:
    """Names gone and types changed, kfuncs against other interfaces."""
    fig = figure(table, NARROW, 0.42 * len(table) + 1.0)
    axes = fig.subplots()
    labels = table["interface"].tolist()
    looks = {
        "gone": Look(-0.13, "X", BAD, "name gone"),
        "changed": Look(0.13, "D", BLUE, "type changed"),
    }
    for what, look in looks.items():
        part = table.set_index("interface")[[f"{what}_{part}" for part in _SHARE]]
        part.columns = part.columns.str.removeprefix(f"{what}_")
        _dots(axes, part, labels, look)
    counts = [f"{name}  ({n})" for name, n in zip(labels, table["n"], strict=True)]
    _dot_axes(axes, counts, "per cent of the names at the start")
    key(axes, "lower right")
    return settled(fig)


def groups(table: pd.DataFrame) -> Figure:
    """VFS kfuncs and the rest, sort by sort."""
    fig = figure(table, NARROW, 5.0)
    axes = fig.subplots()
    names = list(dict.fromkeys(table["what"]))
    looks = {"VFS": (-0.14, "o", BLUE), "all others": (0.14, "s", OCHRE)}
    for group, (shift, marker, tone) in looks.items():
        part = table[table["group"] == group].set_index("what")
        n = part["n"].iloc[0]
        _dots(axes, part[_SHARE], names, Look(shift, marker, tone, f"{group} (n {n})"))
    _dot_axes(axes, names, "per cent of the group")
    key(axes, "upper right")
    return settled(fig)
