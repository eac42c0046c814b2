# SPDX-License-Identifier: BSD-3-Clause
"""
Does each figure say what it rests on, keep to its sheet, and come out the same every time?
===========================================================================================
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.legend import Legend

from kfuncviz.evidence import QUESTIONS, Exhibit
from kfuncviz.evidence.data.frames import NOTES, frame, noted
from kfuncviz.evidence.figures import style
from kfuncviz.evidence.figures.style import to_png, to_svg
from kfuncviz.render.kit.tokens import LIGHT
from tests.evidence.figures.drawn import words


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_figure_states_its_title_and_its_notes(shown: dict[str, Exhibit], name: str) -> None:
    table, figure = shown[name]
    title, notes = figure.texts
    assert title.get_text() == table.attrs["title"]
    said = [f"{note}: {table.attrs[note]}" for note in NOTES[1:]]
    assert words(figure) == " ".join(" ".join([table.attrs["title"], *said]).split())
    assert title.get_fontsize() > notes.get_fontsize()
    assert title.get_fontweight() == "bold"


@pytest.mark.parametrize("name", QUESTIONS)
def test_nothing_overlaps_or_leaves_the_sheet(shown: dict[str, Exhibit], name: str) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = shown[name].figure
    renderer = FigureCanvasAgg(figure).get_renderer()
    title, notes = (text.get_window_extent(renderer) for text in figure.texts)
    inside = figure.bbox
    for box in (title, notes):
        assert inside.x0 <= box.x0 <= box.x1 <= inside.x1
        assert inside.y0 <= box.y0 <= box.y1 <= inside.y1
    for axes in figure.axes:
        box = axes.get_tightbbox(renderer)
        assert notes.y1 - 1 <= box.y0 <= box.y1 <= title.y0 + 1
        assert inside.x0 - 1 <= box.x0 <= box.x1 <= inside.x1 + 1
        assert axes.get_position().y0 * inside.height > 0
    for text in (text for axes in figure.axes for text in axes.texts):
        assert text.get_fontsize() >= TEXT


SCRIPT = """
import hashlib, json, sys
from kfuncviz.evidence import QUESTIONS
from kfuncviz.evidence.figures.style import to_svg
drawn = {name: to_svg(QUESTIONS[name]().figure) for name in sys.argv[1:]}
assert "matplotlib.pyplot" not in sys.modules
print(json.dumps({name: hashlib.sha256(svg.encode()).hexdigest() for name, svg in drawn.items()}))
"""


def test_svg_is_the_same_bytes_in_another_process_and_needs_no_pyplot(
    svgs: dict[str, str], root: Path
) -> None:
    names = ["survival_by_family"]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *names], capture_output=True, text=True, check=True, cwd=root
    )
    there = json.loads(done.stdout)
    for name in names:
        svg = svgs[name]
        assert hashlib.sha256(svg.encode()).hexdigest() == there[name], name
        assert "<dc:date>" not in svg


def test_svg_keeps_text_as_text_and_says_what_it_shows(shown: dict[str, Exhibit]) -> None:
    svg = to_svg(shown["survival"].figure, "Two curves & their bands")
    assert "name still there</text>" in svg
    assert "Two curves &amp; their bands" in svg
    assert "kfuncviz" in svg.partition("</metadata>")[0]
    assert to_svg(shown["survival"].figure).count("<dc:description>") == 0


def test_png_has_the_size_asked_for(shown: dict[str, Exhibit]) -> None:
    figure = shown["vfs_against_rest"].figure
    for dpi in (40, 110):
        png = to_png(figure, dpi) if dpi == 40 else to_png(figure)
        assert png.startswith(b"\x89PNG")
        wide = int.from_bytes(png[16:20], "big")
        assert wide == pytest.approx(figure.get_size_inches()[0] * dpi, abs=1)
        assert b"Software" not in png[:200]


INK, MUTED, HAIR = "#1b1b1b", "#555555", "#d6d3cc"
#: Along which axis the hairlines of each figure run, axes by axes.
GRID = {
    "births_changes_deaths": ["y", ""], "survival": ["y", "y"], "survival_by_family": ["y"],
    "changes_within": ["x"], "interfaces": ["x"], "vfs_against_rest": ["x"],
    "idmap_churn": ["", ""], "wrappers_survival": ["x"], "readers_survival": ["", "", None],
}  # fmt: skip
TEXT, TITLE = 10, 13


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_word_is_smaller_than_13_pixels_and_every_colour_is_a_token(
    svgs: dict[str, str], name: str
) -> None:
    """Read from the SVG: its unit is the point, and a page shows 96 pixels for 72 of them."""
    svg = svgs[name]
    sizes = {float(size) for size in re.findall(r"font-size: ([\d.]+)px", svg)}
    assert sizes == {TEXT, TITLE}
    assert min(sizes) * 96 / 72 >= 13
    assert "font:" not in svg
    assert {colour.upper() for colour in re.findall(r"#[0-9a-f]{6}\b", svg)} <= set(LIGHT.values())
    assert not re.search(r"(?:fill|stroke): (?!none|#|url)", svg)
    assert "<image" not in svg
    assert len(svg) < 130_000


@pytest.mark.parametrize("name", QUESTIONS)
def test_axes_are_quiet_and_their_words_readable(shown: dict[str, Exhibit], name: str) -> None:
    figure = shown[name].figure
    assert to_hex(figure.get_facecolor()) == "#ffffff"
    title, notes = figure.texts
    assert (to_hex(title.get_color()), to_hex(notes.get_color())) == (INK, MUTED)
    assert (title.get_fontsize(), notes.get_fontsize()) == (TITLE, TEXT)
    for axes, grid in zip(figure.axes, GRID[name], strict=True):
        if grid is None:
            assert not axes.axison
            continue
        assert not any(spine.get_visible() for spine in axes.spines.values())
        assert axes.get_axisbelow() is True
        for which, axis in zip("xy", (axes.xaxis, axes.yaxis), strict=True):
            lines = [tick.gridline for tick in axis.get_major_ticks()]
            assert {line.get_visible() for line in lines} == {which == grid}
            if which == grid:
                assert {(to_hex(line.get_color()), line.get_linewidth()) for line in lines} == {
                    (HAIR, 0.8)
                }
            ticks = axis.get_major_ticks()
            assert {tick.tick1line.get_markersize() for tick in ticks} == {0}
            labels = axis.get_ticklabels()
            assert {(to_hex(text.get_color()), text.get_fontsize()) for text in labels} == {
                (INK, TEXT)
            }
            if axis.label.get_text():
                assert (to_hex(axis.label.get_color()), axis.label.get_fontsize()) == (MUTED, TEXT)
        if axes._left_title.get_text():
            heading = axes._left_title
            assert (heading.get_fontsize(), to_hex(heading.get_color())) == (TEXT, INK)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_figure_was_laid_out_once_and_stays_so(shown: dict[str, Exhibit], name: str) -> None:
    """The layout is settled, its places rounded: drawing it again, anywhere, moves nothing."""
    figure = shown[name].figure
    assert not isinstance(figure.get_layout_engine(), ConstrainedLayoutEngine)
    for axes in figure.axes:
        place = axes.get_position(original=True).bounds
        assert [round(edge, 5) for edge in place] == pytest.approx(place, abs=1e-12)
        assert [round(edge, 4) for edge in place] != pytest.approx(place, abs=1e-6)


@pytest.mark.parametrize("name", QUESTIONS)
def test_legends_cover_nothing(shown: dict[str, Exhibit], name: str) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = shown[name].figure
    renderer = FigureCanvasAgg(figure).get_renderer()
    for axes in figure.axes:
        legend = axes.get_legend()
        if legend is None:
            continue
        looks = {(text.get_fontsize(), to_hex(text.get_color())) for text in legend.get_texts()}
        assert looks == {(TEXT, INK)}
        box = legend.get_window_extent(renderer)
        for line in axes.lines:
            if line.get_label().startswith("_") or not line.get_marker().strip("None"):
                continue
            for place in axes.transData.transform(line.get_xydata()):
                assert not box.contains(*place), (name, line.get_label())
        for bars in axes.containers:
            for bar in bars:
                assert not box.overlaps(bar.get_window_extent(renderer)) or not bar.get_height()


def test_nothing_covers_the_labels_of_an_axis(shown: dict[str, Exhibit]) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    for name in ("wrappers_survival", "interfaces", "changes_within"):
        figure = shown[name].figure
        renderer, (axes,) = FigureCanvasAgg(figure).get_renderer(), figure.axes
        labels = [text.get_window_extent(renderer) for axis in (axes.xaxis, axes.yaxis)
                  for text in axis.get_ticklabels()]  # fmt: skip
        key = axes.get_legend().get_window_extent(renderer)
        assert not any(key.overlaps(label) for label in labels)
        assert 0 <= key.x0 <= key.x1 <= figure.bbox.x1
        assert key.y0 >= figure.texts[1].get_window_extent(renderer).y1
        dots = [
            line
            for line in axes.lines
            if name != "wrappers_survival" and line.get_label()[0] != "_"
        ]
        for line in dots:
            for x, _ in axes.transData.transform(line.get_xydata()):
                assert np.isnan(x) or x - line.get_markersize() * 100 / 72 / 2 > labels[-1].x1


def test_long_notes_make_the_sheet_longer() -> None:
    table = frame([])
    notes = {"title": "t", "n": "1", "period": "p", "definition": "d", "source": "s"}
    heights = {}
    for many in (1, 40, 400):
        noted(table, **(notes | {"definition": "word " * many}))
        sheet = style.figure(table, 9.5, 5.0)
        wide, heights[many] = sheet.get_size_inches()
        assert wide == 9.5
        lines = sheet.texts[1].get_text().split("\n")
        assert heights[many] == pytest.approx(5.0 + 0.5 + 0.2 + 0.188 * len(lines))
        assert max(map(len, lines)) <= int(9.5 * 12.8)
    assert heights[40] < heights[400]


#: Of each figure: width of the sheet, height of the drawing (inches); then of each legend: where it
#: stands, in how many columns.
SHEETS = {
    "births_changes_deaths": (10, 7.2, ["upper left", 2]),
    "survival": (8.75, 7.6, ["lower left", 3]),
    "survival_by_family": (8.75, 3.9, ["lower left", 2]),
    "changes_within": (8.75, 6.2, ["upper right", 1]),
    "interfaces": (8.75, 0.42 * 13 + 1.0, ["lower right", 1]),
    "vfs_against_rest": (8.75, 5.0, ["upper right", 1]),
    "idmap_churn": (10, 5.8, None),
    "wrappers_survival": (10, 0.42 * 6 + 2.4, ["upper left", 1]),
    "readers_survival": (10, 5.6, ["center left", 4]),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_size_of_the_sheet_and_place_of_the_legend(shown: dict[str, Exhibit], name: str) -> None:
    figure = shown[name].figure
    width, height, wanted = SHEETS[name]
    wide, high = figure.get_size_inches()
    lines = len(figure.texts[1].get_text().split("\n"))
    assert (wide, high) == (width, pytest.approx(height + 0.5 + 0.2 + 0.188 * lines))
    found = [axes.get_legend() for axes in figure.axes if axes.get_legend()]
    told = [
        [next(k for k, v in Legend.codes.items() if v == each._get_loc()), each._ncols]
        for each in found
    ]  # fmt: skip
    assert told == ([wanted] * len(found) if wanted else [])


def test_the_upper_matrix_is_the_larger_and_the_key_is_flat(shown: dict[str, Exhibit]) -> None:
    def ratio(name: str) -> float:
        upper, *_, lower = sorted(
            (axes.get_position().height for axes in shown[name].figure.axes), reverse=True
        )
        return float(upper / lower)

    assert ratio("births_changes_deaths") == pytest.approx(1.1, abs=0.01)
    assert ratio("idmap_churn") == pytest.approx(1, abs=0.01)
    assert ratio("readers_survival") > 8


def test_words_inside_the_axes(shown: dict[str, Exhibit]) -> None:
    looks = {
        name: {
            (text.get_fontsize(), to_hex(text.get_color()), text.get_ha(), text.get_va())
            for axes in exhibit.figure.axes for text in axes.texts
        }
        for name, exhibit in shown.items()
    }  # fmt: skip
    cells = {(TEXT, INK, "center", "center")}
    bars = {(TEXT, INK, "center", "bottom"), (TEXT, "#b34700", "center", "top")}
    assert {name: look for name, look in looks.items() if look} == {
        "births_changes_deaths": cells | bars,
        "idmap_churn": cells,
        "wrappers_survival": {(TEXT, MUTED, "left", "center")},
    }


def test_widths_and_edges_of_the_marks(shown: dict[str, Exhibit]) -> None:
    def lines(name: str) -> set[tuple[str, float, float, float, str]]:
        return {
            (str(line.get_marker()), line.get_linewidth(), line.get_markersize(),
             line.get_markeredgewidth(), to_hex(line.get_color()))
            for axes in shown[name].figure.axes for line in axes.lines
            if line.get_linestyle() != "None" or line.get_marker() != "None"
        }  # fmt: skip

    assert {line[:2] + line[4:] for line in lines("births_changes_deaths")} == {("None", 1, INK)}
    assert {line[:2] + line[4:] for line in lines("survival")} == {
        ("None", 2.4, INK), ("None", 1.6, "#005a8e"), ("None", 1.6, "#8a5a00"),
    }  # fmt: skip
    series = {"changes_within": "oDs", "interfaces": "XD", "vfs_against_rest": "os"}
    for name, markers in series.items():
        found = lines(name)
        assert {line[:1] + line[2:4] for line in found if line[0] != "None"} == {
            (marker, 7, 1.5) for marker in markers
        }
        assert {line[1:2] + line[4:] for line in found if line[0] == "None"} == {(0.6, HAIR)}
    lives = lines("wrappers_survival")
    assert {line[:2] + line[4:] for line in lives if line[0] == "None"} == {
        ("None", 1.3, INK), ("None", 1, MUTED),
    }  # fmt: skip
    assert {(line[0], line[2], line[3]) for line in lives if line[0] in "oDXvs"} == {
        (marker, 9, 1.5) for marker in "oDXvs"
    }
    assert {(line[0], line[2], line[4]) for line in lives if line[0] == ">"} == {(">", 6, INK)}


def test_intervals_bands_and_signs_are_thin_enough_to_see_through(
    shown: dict[str, Exhibit],
) -> None:
    for name in ("changes_within", "interfaces", "vfs_against_rest"):
        bars = shown[name].figure.axes[0].collections
        assert {bar.get_linewidth()[0] for bar in bars} == {1.4}
    for axes in shown["readers_survival"].figure.axes[:2]:
        assert (to_hex(axes.patch.get_edgecolor()), axes.patch.get_linewidth()) == (MUTED, 1)
        assert {group.get_linewidth()[0] for group in axes.collections} == {0}
    for axes in shown["idmap_churn"].figure.axes:
        for dots in axes.collections:
            assert (dots.get_sizes()[0], to_hex(dots.get_facecolor()[0])) == (2, "#767676")


def test_faces_of_the_marks(shown: dict[str, Exhibit]) -> None:
    for name, filled in (("changes_within", 2), ("interfaces", 1), ("vfs_against_rest", 1)):
        marks = [
            line for line in shown[name].figure.axes[0].lines if line.get_linestyle() == "None"
        ]
        for nth, line in enumerate(marks):
            hollow = to_hex(line.get_markerfacecolor()) == "#ffffff"
            assert hollow == (nth >= filled), (name, nth)
            if not hollow:
                assert to_hex(line.get_markerfacecolor()) == to_hex(line.get_markeredgecolor())
    lives = shown["wrappers_survival"].figure.axes[0].lines
    faces = {
        line.get_marker(): (to_hex(line.get_markerfacecolor()), to_hex(line.get_markeredgecolor()))
        for line in lives if line.get_marker() in ("o", "D", "X", "v", "s")
    }  # fmt: skip
    assert faces == {
        "o": (INK, INK), "D": ("#fbebcc", "#8a5a00"), "X": ("#fde8dc", "#b34700"),
        "v": ("#fde8dc", "#b34700"), "s": ("#b34700", "#b34700"),
    }  # fmt: skip
