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

from kfuncviz.evidence import QUESTIONS, Exhibit
from kfuncviz.evidence.data.frames import NOTES
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
