# SPDX-License-Identifier: BSD-3-Clause
"""
Does each figure say what it rests on, keep to its sheet, and come out the same every time?
===========================================================================================
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from matplotlib.colors import to_hex

from kfuncviz.evidence import QUESTIONS, Exhibit
from kfuncviz.evidence.data.frames import NOTES, frame, noted
from kfuncviz.evidence.figures import style
from kfuncviz.evidence.figures.style import to_png, to_svg
from tests.evidence.figures.drawn import words


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_figure_states_its_title_and_its_notes(shown: dict[str, Exhibit], name: str) -> None:
    table, figure = shown[name]
    title, notes = figure.texts
    assert title.get_text() == table.attrs["title"]
    said = [f"{note}: {table.attrs[note]}" for note in NOTES[1:]]
    assert words(figure) == " ".join(" ".join([table.attrs["title"], *said]).split())
    starts = [line.partition(":")[0] for line in notes.get_text().split("\n") if line[0] != " "]
    assert starts == ["n", "period", "definition", "source"]
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
        assert text.get_fontsize() >= 7


SCRIPT = """
import hashlib, json, sys
from kfuncviz.evidence import QUESTIONS
from kfuncviz.evidence.figures.style import to_svg
drawn = {name: to_svg(QUESTIONS[name]().figure) for name in sys.argv[1:]}
assert "matplotlib.pyplot" not in sys.modules
print(json.dumps({name: hashlib.sha256(svg.encode()).hexdigest() for name, svg in drawn.items()}))
"""


def test_svg_is_the_same_bytes_in_another_process_and_needs_no_pyplot(
    shown: dict[str, Exhibit], root: Path
) -> None:
    names = ["survival"]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *names], capture_output=True, text=True, check=True, cwd=root
    )
    there = json.loads(done.stdout)
    for name in names:
        svg = to_svg(shown[name].figure)
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
    "births_changes_deaths": ["y", ""], "survival": ["y"], "changes_within": ["x"],
    "interfaces": ["x"], "vfs_against_rest": ["x"], "idmap_churn": ["", ""],
    "wrappers_survival": ["x"], "readers_survival": ["", "", None],
}  # fmt: skip
#: Sizes of the tick labels of each axes, x and y.
TICKS = {
    "births_changes_deaths": [(7.5, 9), (9, 9)], "readers_survival": [(7, 7), (7, 7)],
}  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_axes_are_quiet_and_their_words_readable(shown: dict[str, Exhibit], name: str) -> None:
    figure = shown[name].figure
    assert to_hex(figure.get_facecolor()) == "#ffffff"
    title, notes = figure.texts
    assert (to_hex(title.get_color()), to_hex(notes.get_color())) == (INK, MUTED)
    assert (title.get_fontsize(), notes.get_fontsize()) == (14, 8)
    sizes = TICKS.get(name, [(9, 9)] * 2)
    for nth, (axes, grid) in enumerate(zip(figure.axes, GRID[name], strict=True)):
        if grid is None:
            assert not axes.axison
            continue
        assert not any(spine.get_visible() for spine in axes.spines.values())
        assert axes.get_axisbelow() is True
        for which, axis, size in zip("xy", (axes.xaxis, axes.yaxis), sizes[nth], strict=True):
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
                (INK, size)
            }
            label = axis.label
            if label.get_text():
                assert to_hex(label.get_color()) == MUTED
                assert label.get_fontsize() >= 8.5
        heading = axes.title if axes.title.get_text() else axes._left_title
        if heading.get_text():
            assert (heading.get_fontsize(), to_hex(heading.get_color())) in (
                (10, INK), (10, "#000000"),
            )  # fmt: skip


@pytest.mark.parametrize("name", QUESTIONS)
def test_legends_cover_nothing(shown: dict[str, Exhibit], name: str) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = shown[name].figure
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    for axes in figure.axes:
        legend = axes.get_legend()
        if legend is None:
            continue
        assert {text.get_fontsize() >= 8 for text in legend.get_texts()} == {True}
        box = legend.get_window_extent(renderer)
        for line in axes.lines:
            if line.get_label().startswith("_") or not line.get_marker().strip("None"):
                continue
            for place in axes.transData.transform(line.get_xydata()):
                assert not box.contains(*place), (name, line.get_label())
        for bars in axes.containers:
            for bar in bars:
                assert not box.overlaps(bar.get_window_extent(renderer)) or not bar.get_height()


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
        assert heights[many] == pytest.approx(5.0 + 0.5 + 0.2 + 0.165 * len(lines))
        assert max(map(len, lines)) <= int(9.5 * 16.2)
        more = [line for line in lines if line.startswith("    ")]
        assert len(more) == len(lines) - 4
    assert heights[40] < heights[400]
