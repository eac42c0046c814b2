# SPDX-License-Identifier: BSD-3-Clause
"""
Does each figure show its table: marks, intervals, bands, identity, order and words?
====================================================================================
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from kfuncviz.evidence import Exhibit
from kfuncviz.evidence.questions import changes_within, interfaces, readers_survival, survival
from tests.evidence.figures.drawn import (
    Key,
    intervals,
    key,
    legend,
    lightness,
    numbers,
    series,
    ticks,
)
from tests.evidence.rows import order

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

BLUE, OCHRE, RED, INK = "#005a8e", "#8a5a00", "#b34700", "#1b1b1b"
SHADES = "(a stronger shade: more of its row; a dot: none)"
CHANGES = {
    "prototype, in substance": "prototype",
    "prototype, annotation only": "annotation_only",
    "prototype, const only": "const_only",
    "prototype, kernel side only": "kernel_side",
    "flags stricter": "flags_stricter",
    "flags mixed": "flags_mixed",
    "flags relaxed": "flags_relaxed",
    "flags, markers only": "flags_marker",
    "flags retired": "flags_retired",
    "program types narrowed": "types_narrowed",
    "program types widened": "types_widened",
}
CHURN = {
    "there": "alive",
    "added": "added",
    "removed": "removed",
    "signature changed": "signature",
    "of these: map's type swapped": "handle",
    "const only": "const_only",
    "export changed": "export",
}


def at(axis: Any, label: str) -> float:
    (place,) = (place for place, text in ticks(axis).items() if text.strip() == label)
    return place


def check_counts(axes: Axes, table: pd.DataFrame, rows: dict[str, str], columns: list[str]) -> None:
    """Every number stands in its cell, no cell is missing or doubled, and more is shaded more."""
    written = [(*text.get_position(), text.get_text()) for text in axes.texts]
    patches = {}
    for patch in axes.patches:
        assert isinstance(patch, Rectangle)
        x, y = patch.get_center()
        assert to_hex(patch.get_facecolor()) == "#555555"
        patches[round(float(x), 6), round(float(y), 6)] = patch.get_alpha()
        assert 0.8 < patch.get_height() <= patch.get_width() == 1
    dots = [
        (float(x), float(y))
        for group in axes.collections
        if isinstance(group, PathCollection)
        for x, y in group.get_offsets()
    ]
    wanted, zeros, shades = [], [], {}
    for (label, column), y in zip(rows.items(), itertools.count(), strict=False):
        assert at(axes.yaxis, label) == y
        for x, value in enumerate(table[column]):
            if value:
                wanted.append((x, y, str(value)))
                shades[x, y] = value / table[column].max()
            else:
                zeros.append((x, y))
    assert written == wanted
    assert dots == zeros
    assert patches.keys() == shades.keys()
    for place, shade in shades.items():
        assert patches[place] == pytest.approx(0.08 + 0.32 * shade)
    assert list(ticks(axes.xaxis).values()) == columns
    assert list(ticks(axes.xaxis)) == list(range(len(table)))
    bottom, top = axes.get_ylim()
    assert (bottom, top) == (len(rows) - 0.5, -0.5)
    assert axes.get_xlim() == (-0.6, len(table) - 0.4)


def check_dots(
    axes: Axes, label: str, place: dict[str, float], rows: pd.DataFrame, columns: tuple[str, ...]
) -> Key:
    """One series: a dot a row at its share, an interval through it, all in the series' colour."""
    line = series(axes, label)
    drawn = dict(zip(numbers(line.get_ydata()), numbers(line.get_xdata()), strict=True))
    wanted = {place[name]: share for name, share in zip(rows.index, rows[columns[0]], strict=True)}
    assert {round(y, 6) for y in drawn} == {round(y, 6) for y in wanted}
    bars = intervals(axes)
    colour = to_hex(line.get_markeredgecolor())
    for (y, share), (_, row) in zip(wanted.items(), rows.iterrows(), strict=True):
        if np.isnan(float(share)):
            assert np.isnan(drawn[y])
            continue
        assert drawn[y] == pytest.approx(share)
        assert bars[round(y, 6), colour] == pytest.approx((row[columns[1]], row[columns[2]]))
    assert line.get_markersize() >= 6
    assert line.get_linestyle() == "None"
    assert not line.get_clip_on()
    return key(line)


def check_rows(axes: Axes, labels: Iterable[str], said: str) -> None:
    """The rows are named in order from the top, ruled apart, on an axis that begins at 0."""
    names = list(labels)
    assert list(ticks(axes.yaxis).values()) == names
    assert list(ticks(axes.yaxis)) == list(range(len(names)))
    assert axes.get_ylim() == (len(names) - 0.4, -0.6)
    assert axes.get_xlim()[0] == 0
    assert axes.get_xlim()[1] >= max(right for _, right in intervals(axes).values())
    dots = [line for line in axes.lines if line.get_linestyle() == "None"]
    measured = sum(not np.isnan(x) for line in dots for x in numbers(line.get_xdata()))
    assert len(intervals(axes)) == measured
    rules = [numbers(line.get_ydata())[0] for line in axes.lines if line not in dots]
    assert rules == [y + 0.5 for y in range(len(names) - 1)]
    assert axes.get_xlabel() == f"{said}; the line is the 95 % interval"


def distinct(keys: list[Key]) -> bool:
    """Told apart by marker, and in grey print by marker or lightness too."""
    return len({found.marker for found in keys}) == len({found.edge for found in keys}) == len(keys)


def test_births_up_and_deaths_down(shown: dict[str, Exhibit]) -> None:
    table, figure = shown["births_changes_deaths"]
    top = figure.axes[0]
    came = (table["born"] + table["returned"]).tolist()
    wanted = {"born or back again": came, "died": [-n for n in table["died"]]}
    assert list(legend(top)) == list(wanted)
    for bars in top.containers:
        label = bars.get_label()
        assert [patch.get_height() for patch in bars] == wanted[label]
        centres = [patch.get_x() + patch.get_width() / 2 for patch in bars]
        assert centres == pytest.approx(range(len(table)))
        (look,) = {
            (to_hex(p.get_facecolor()), to_hex(p.get_edgecolor()), p.get_hatch()) for p in bars
        }
        handle = legend(top)[label]
        assert look[0] == to_hex(handle.get_facecolor())
        assert look[2] == handle.get_hatch()
        expected = {"died": ("#ffffff", RED, "////")}.get(label)
        assert look == expected if expected else (look[0], look[2]) == (BLUE, None)
        assert all(0.6 < patch.get_width() < 0.9 for patch in bars)


def test_numbers_stand_at_the_ends_of_their_bars(shown: dict[str, Exhibit]) -> None:
    table, figure = shown["births_changes_deaths"]
    top = figure.axes[0]
    wanted = []
    for x, (up, down) in enumerate(
        zip(table["born"] + table["returned"], table["died"], strict=True)
    ):
        wanted += [(x, up, str(up), "bottom", INK)] if up else []
        wanted += [(x, -down, str(down), "top", RED)] if down else []
    for text, (x, end, said, edge, colour) in zip(top.texts, wanted, strict=True):
        assert text.get_text() == said
        assert text.get_position()[0] == x
        beyond = text.get_position()[1] - end
        assert (0.3 < beyond < 1) if edge == "bottom" else (-1 < beyond < -0.3)
        assert (text.get_va(), text.get_ha()) == (edge, "center")
        assert to_hex(text.get_color()) == colour
    low, high = top.get_ylim()
    assert low < -table["died"].max() - 2
    assert high > table["born"].max() + 2
    assert top.get_xlim() == (-0.6, len(table) - 0.4)
    zero = [line for line in top.lines if set(numbers(line.get_ydata())) == {0}]
    assert len(zero) == 1


def test_releases_under_the_bars_say_how_many_live(shown: dict[str, Exhibit]) -> None:
    table, figure = shown["births_changes_deaths"]
    top, low = figure.axes
    said = [
        f"{release} ({alive})"
        for release, alive in zip(table["release"], table["alive"], strict=True)
    ]
    assert list(ticks(top.xaxis).values()) == said
    assert list(ticks(top.xaxis)) == list(range(len(table)))
    assert top.get_ylabel() == "kfuncs"
    assert top.get_xlabel() == "release (kfuncs registered in it)"
    assert low.get_title("left") == f"kfuncs that stayed, changed in … {SHADES}"
    check_counts(low, table, CHANGES, list(table["release"]))
    assert set(CHANGES.values()) == set(table.columns[list(table.columns).index("prototype") :])


CURVES = {
    "gone": ("name still there", BLUE, "#d9eaf5"),
    "gone_or_changed": ("there, prototype unchanged", OCHRE, "#fbebcc"),
}


@pytest.mark.parametrize("since", [None, "6.5"])
def test_curves_and_both_bands_are_those_of_the_rows(
    shown: dict[str, Exhibit], since: str | None
) -> None:
    table, figure = survival(since) if since else shown["survival"]
    for axes, (event, (label, tone, tint)) in zip(figure.axes, CURVES.items(), strict=True):
        rows = table[table["event"] == event]
        assert list(legend(axes)) == [
            "band as if independent", "band from whole files", label,
        ]  # fmt: skip
        line = series(axes, label)
        assert (line.get_linestyle(), to_hex(line.get_color())) == ("-", INK)
        dashed = [line for line in axes.lines if line.get_linestyle() == "--"]
        assert {to_hex(edge.get_color()) for edge in dashed} == {tone}
        for drawn, column in zip(
            [*dashed, line], ["file_low", "file_high", "survival"], strict=True
        ):
            assert numbers(drawn.get_xdata()) == rows["age"].tolist()
            assert numbers(drawn.get_ydata()) == pytest.approx((100 * rows[column]).tolist())
            assert drawn.get_drawstyle() == "steps-post"
        (band,) = (group for group in axes.collections if isinstance(group, PolyCollection))
        assert to_hex(band.get_facecolor()[0]) == tint
        (area,) = band.get_paths()
        for age, low, high in zip(rows["age"][:-1], rows["low"], rows["high"], strict=False):
            inside = [(age + 0.5, y) for y in (100 * low + 1e-6, 100 * high - 1e-6)]
            outside = [(age + 0.5, y) for y in (100 * low - 1e-6, 100 * high + 1e-6)]
            if high > low:
                assert area.contains_points(inside).all()
            assert not area.contains_points(outside).any()
        assert min(rows["low"].min(), rows["file_low"].min()) * 100 > axes.get_ylim()[0] == 50
        assert axes.get_ylim()[1] == 101


def test_under_the_ages_stand_the_spells_at_risk(shown: dict[str, Exhibit]) -> None:
    table, figure = shown["survival"]
    for axes, event in zip(figure.axes, CURVES, strict=True):
        rows = table[table["event"] == event].set_index("age")
        last = int(rows.index.max())
        assert ticks(axes.xaxis) == {
            age: f"{age}\n{rows.loc[age, 'at_risk']}\n{rows.loc[age, 'tcp_at_risk']}"
            for age in range(0, last + 1, 2)
        }
        assert axes.get_xlim() == (0, last + 0.5)
        assert axes.get_ylabel() == "per cent (from 50)"
    assert figure.axes[1].get_xlabel() == (
        "age in releases; under it spells at risk, and how many are TCP congestion control"
    )


def test_sched_ext_and_all_others_have_a_curve_each(shown: dict[str, Exhibit]) -> None:
    table, figure = shown["survival_by_family"]
    (axes,) = figure.axes
    assert list(legend(axes)) == ["sched_ext", "all others"]
    for group, dashes in (("sched_ext", "--"), ("all others", "-")):
        rows, line = table[table["group"] == group], series(axes, group)
        assert numbers(line.get_xdata()) == rows["age"].tolist()
        assert numbers(line.get_ydata()) == pytest.approx((100 * rows["survival"]).tolist())
        assert (line.get_linestyle(), line.get_drawstyle()) == (dashes, "steps-post")
        assert (line.get_linewidth(), to_hex(line.get_color())) == (2.4, INK)
    risk = table.set_index(["group", "age"])["at_risk"].to_dict()
    assert ticks(axes.xaxis) == {
        age: f"{age}\n{risk.get(('sched_ext', age), '–')}\n{risk['all others', age]}"
        for age in range(0, 31, 2)
    }
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 30.5), (50, 101))
    assert axes.get_ylabel() == "per cent (from 50)"
    assert axes.get_xlabel() == (
        "age in releases; under it spells at risk, of sched_ext and of all others"
    )


@pytest.mark.parametrize("steps", [(1, 2, 4, 8, 12, 16), (4,), (2, 3, 5)])
def test_shares_within_k_releases(shown: dict[str, Exhibit], steps: tuple[int, ...]) -> None:
    table, figure = changes_within(steps) if len(steps) < 4 else shown["changes_within"]
    (axes,) = figure.axes
    names = list(dict.fromkeys(table["what"]))
    drawn = steps if len(steps) < 4 else (1, 8, 16)
    labels = {
        f"within {k} release{'' if k == 1 else 's'} "
        f"(n {table.loc[table['k'] == k, 'n'].iloc[0]})": k for k in drawn
    }  # fmt: skip
    assert list(legend(axes)) == list(labels)
    keys = []
    for nth, (label, k) in enumerate(labels.items()):
        rows = table[table["k"] == k].set_index("what")
        shift = 0.24 * (nth - (len(drawn) - 1) / 2)
        place = {name: y + shift for y, name in enumerate(names)}
        keys.append(check_dots(axes, label, place, rows, ("percent", "low", "high")))
    assert [(found.marker, found.edge) for found in keys] == [
        ("o", BLUE), ("D", OCHRE), ("s", INK),
    ][: len(drawn)]  # fmt: skip
    assert distinct(keys)
    check_rows(axes, names, "per cent of kfuncs followed that long")


@pytest.mark.parametrize("span", [("6.12", "7.3"), ("6.5", "7.3")])
def test_interfaces_beside_kfuncs(shown: dict[str, Exhibit], span: tuple[str, str]) -> None:
    table, figure = shown["interfaces"] if span[0] == "6.12" else interfaces(*span)
    (axes,) = figure.axes
    rows = table.set_index("interface")
    assert list(legend(axes)) == ["name gone", "type changed"]
    keys = []
    for label, what, shift in (("name gone", "gone", -0.13), ("type changed", "changed", 0.13)):
        place = {name: y + shift for y, name in enumerate(rows.index)}
        columns = tuple(f"{what}_{part}" for part in ("percent", "low", "high"))
        keys.append(check_dots(axes, label, place, rows, columns))
    assert [(found.marker, found.edge) for found in keys] == [("X", RED), ("D", BLUE)]
    assert distinct(keys)
    named = [f"{name}  ({n})" for name, n in zip(rows.index, rows["n"], strict=True)]
    check_rows(axes, named, "per cent of the names at the start")


def test_vfs_beside_all_others(shown: dict[str, Exhibit]) -> None:
    table, figure = shown["vfs_against_rest"]
    (axes,) = figure.axes
    names = list(dict.fromkeys(table["what"]))
    groups = {"VFS": (-0.14, "o", BLUE), "all others": (0.14, "s", OCHRE)}
    keys, labels = [], []
    for group, (shift, marker, colour) in groups.items():
        rows = table[table["group"] == group].set_index("what")
        labels.append(f"{group} (n {rows['n'].iloc[0]})")
        place = {name: y + shift for y, name in enumerate(names)}
        keys.append(check_dots(axes, labels[-1], place, rows, ("percent", "low", "high")))
        assert (keys[-1].marker, keys[-1].edge) == (marker, colour)
    assert list(legend(axes)) == labels
    assert distinct(keys)
    check_rows(axes, names, "per cent of the group")


def test_churn_is_the_counts(shown: dict[str, Exhibit]) -> None:
    table, figure = shown["idmap_churn"]
    titles = {
        "core_idmap": "helpers that translate ids or hand out the map",
        "vfs_api_with_idmap_arg": "VFS functions that take the map as an argument",
    }
    for axes, (group, title) in zip(figure.axes, titles.items(), strict=True):
        rows = table[table["group"] == group]
        assert axes.get_title("left") == f"{title} {SHADES}"
        steps = [step.replace("6.16..6.18", "6.16–18") for step in rows["step"]]
        check_counts(axes, rows.reset_index(drop=True), CHURN, steps)


def test_life_lines_of_wrappers_and_readers(shown: dict[str, Exhibit]) -> None:
    table, figure = shown["wrappers_survival"]
    (axes,) = figure.axes
    names, releases = list(dict.fromkeys(table["line"])), list(order())
    meaning = {
        "first release it could exist at": "first",
        "its own body had to be edited, callers notice nothing": "edit",
        "its prototype changed, callers have to follow": "prototype",
        "a reader built before fails to load": "refused",
        "a reader built before is silently wrong": "wrong",
    }
    assert list(legend(axes)) == list(meaning)
    marks = {key(handle): meaning[text] for text, handle in legend(axes).items()}
    assert len({found.marker for found in marks}) == 5
    single = [line for line in axes.lines if len(line.get_xdata()) == 1]
    drawn = [
        (names[int(numbers(line.get_ydata())[0])], releases[int(numbers(line.get_xdata())[0])],
         marks[key(line)])
        for line in single if key(line) in marks
    ]  # fmt: skip
    assert sorted(drawn) == sorted(zip(table["line"], table["release"], table["mark"], strict=True))
    last = len(releases) - 1
    lines = [(numbers(line.get_xdata()), numbers(line.get_ydata())) for line in axes.lines
             if len(line.get_xdata()) == 2 and line.get_linestyle() == "-"]  # fmt: skip
    assert lines == [([0, last], [y, y]) for y in range(len(names))]
    heads = [(numbers(line.get_xdata())[0], numbers(line.get_ydata())[0])
             for line in single if line.get_marker() == ">"]  # fmt: skip
    assert heads == [(last + 0.25, y) for y in range(len(names))]
    assert ticks(axes.yaxis) == dict(enumerate(names))
    assert ticks(axes.xaxis) == dict(enumerate(releases))
    assert axes.get_ylim() == (len(names) - 0.4, -1.1)
    assert axes.get_xlim() == (-0.6, len(releases) - 0.2)


def test_the_thread_is_marked_where_it_was(shown: dict[str, Exhibit]) -> None:
    (axes,) = shown["wrappers_survival"].figure.axes
    (dotted,) = (line for line in axes.lines if line.get_linestyle() == ":")
    place = order().index("6.5")
    assert numbers(dotted.get_xdata()) == [place, place]
    (text,) = axes.texts
    assert text.get_text() == "July 2023: the thread"
    assert place < text.get_position()[0] < place + 0.5
    assert text.get_position()[1] < 0
    assert text.get_va() == "center"


def test_a_mark_is_above_its_line_and_its_label_beside_it(shown: dict[str, Exhibit]) -> None:
    (axes,) = shown["wrappers_survival"].figure.axes
    lines = [
        line for line in axes.lines if line.get_linestyle() == "-" and len(line.get_xdata()) == 2
    ]
    marks = [line for line in axes.lines if line.get_marker() in ("o", "D", "X", "v", "s")]
    assert max(line.get_zorder() for line in lines) < min(mark.get_zorder() for mark in marks)


@pytest.mark.parametrize("start", ["vfsmount", "file"])
def test_matrices_of_readers(shown: dict[str, Exhibit], start: Any) -> None:
    table, figure = shown["readers_survival"] if start == "file" else readers_survival(start)
    *panels, top = figure.axes
    looks = {
        (to_hex(patch.get_facecolor()), to_hex(patch.get_edgecolor()), patch.get_hatch()): text
        for text, patch in legend(top).items()
    }
    assert list(looks.values()) == ["works", "fails to load", "silently wrong", "not recorded"]
    assert len({hatch for _, _, hatch in looks}) == 4
    assert [round(lightness(shade), 1) for shade, *_ in looks] == [1, 0.9, 0.3, 0.8]
    titles = {
        "core": "CO-RE reader, without bpf_core_field_exists()",
        "fixed": "fixed-offset reader",
    }
    place = {release: nth for nth, release in enumerate(order())}
    for axes, (column, title) in zip(panels, titles.items(), strict=True):
        assert axes.get_title("left") == title
        painted: dict[tuple[int, int], str] = {}
        for group in axes.collections:
            if not group.get_paths():
                continue
            shade, edge = to_hex(group.get_facecolor()[0]), to_hex(group.get_edgecolor()[0])
            verdict = looks[shade, edge, group.get_hatch()]
            for path in group.get_paths():
                box = path.get_extents()
                for x in range(round(box.x0 + 0.5), round(box.x1 + 0.5)):
                    for y in range(round(box.y0 + 0.5), round(box.y1 + 0.5)):
                        assert (x, y) not in painted
                        painted[x, y] = verdict
        assert painted == {
            (place[row["run_at"]], place[row["built_at"]]): row[column]
            for row in table.to_dict("records")
        }
        every_other = dict(list(enumerate(order()))[::2])
        assert ticks(axes.xaxis) == ticks(axes.yaxis) == every_other
        assert (axes.get_xlabel(), axes.get_ylabel()) == ("run on", "built at")
        assert axes.get_xlim() == (-0.5, len(place) - 0.5)
        assert axes.get_ylim() == (len(place) - 0.5, -0.5)
        assert axes.get_aspect() == 1
