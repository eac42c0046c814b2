# SPDX-License-Identifier: BSD-3-Clause
"""
Do the figures show their table, say what they rest on, and come out the same every time?
========================================================================================
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kfuncviz.evidence import QUESTIONS, Answer
from kfuncviz.evidence.answers import NOTES
from kfuncviz.evidence.data.load import releases
from kfuncviz.evidence.figures.style import to_png, to_svg

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes


@pytest.fixture(scope="module")
def answers() -> dict[str, Answer]:
    return {name: ask() for name, ask in QUESTIONS.items()}


def _texts(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_figure_states_its_notes(answers: dict[str, Answer], name: str) -> None:
    table, figure = answers[name]
    written = " ".join(text.get_text() for text in figure.texts)
    flat = " ".join(written.split())
    for note in NOTES:
        assert table.attrs[note], note
        assert " ".join(table.attrs[note].split()) in flat, note
    for note in NOTES[1:]:
        assert f"{note}: " in flat


@pytest.mark.parametrize("name", QUESTIONS)
def test_notes_stay_inside_the_figure(answers: dict[str, Answer], name: str) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure = answers[name].figure
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    boxes = [text.get_window_extent(renderer) for text in figure.texts]
    inside = figure.bbox
    for box in boxes:
        assert inside.x0 <= box.x0
        assert box.x1 <= inside.x1
        assert inside.y0 <= box.y0
        assert box.y1 <= inside.y1
    notes = boxes[1]
    for axes in figure.axes:
        assert axes.get_tightbbox(renderer).y0 >= notes.y1 - 1


SCRIPT = """
import hashlib, json, sys
from kfuncviz.evidence import QUESTIONS
from kfuncviz.evidence.figures.style import to_svg
drawn = {n: hashlib.sha256(to_svg(q().figure).encode()).hexdigest() for n, q in QUESTIONS.items()}
assert "matplotlib.pyplot" not in sys.modules
print(json.dumps(drawn))
"""


def test_svg_is_the_same_bytes_in_another_process_and_needs_no_pyplot(
    answers: dict[str, Answer], root: Path
) -> None:
    here = {name: to_svg(answer.figure) for name, answer in answers.items()}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, cwd=root
    )
    there = json.loads(done.stdout)
    for name, svg in here.items():
        assert hashlib.sha256(svg.encode()).hexdigest() == there[name], name
        assert "<dc:date>" not in svg


def test_importing_the_evidence_loads_no_drawing_and_no_statistics(root: Path) -> None:
    code = textwrap.dedent("""
        import sys, kfuncviz.evidence
        heavy = {"matplotlib", "statsmodels", "scipy", "pandera", "IPython"}
        print(sorted(heavy & set(sys.modules)))
    """)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
    )
    assert done.stdout.strip() == "[]"


def test_bars_and_cells_are_the_counts(answers: dict[str, Answer]) -> None:
    table, figure = answers["births_changes_deaths"]
    top, low = figure.axes
    heights = [patch.get_height() for patch in top.patches]
    came = (table["born"] + table["returned"]).tolist()
    assert heights == came + [-n for n in table["died"]]
    columns = list(table.columns[list(table.columns).index("prototype") :])
    cells = [str(n) for column in columns for n in table[column] if n]
    assert _texts(low) == cells


def test_steps_are_the_curve(answers: dict[str, Answer]) -> None:
    table, figure = answers["survival"]
    lines = figure.axes[0].lines
    for line, event in zip(lines, ("gone", "gone_or_changed"), strict=True):
        part = table[table["event"] == event]
        np.testing.assert_allclose(line.get_ydata(), 100 * part["survival"])
    labels = [tick.get_text().split("\n") for tick in figure.axes[0].get_xticklabels()]
    gone = table[table["event"] == "gone"].set_index("age")["at_risk"]
    assert [(int(a), int(n)) for a, n, _ in labels] == [(int(a), gone[int(a)]) for a, *_ in labels]


@pytest.mark.parametrize(
    ("name", "key"),
    [("changes_within", "k"), ("vfs_against_rest", "group")],
)
def test_dots_are_the_shares(answers: dict[str, Answer], name: str, key: str) -> None:
    table, figure = answers[name]
    series = {tuple(part["percent"]) for _, part in table.groupby(key)}
    for line in figure.axes[0].lines:
        if line.get_marker() not in ("None", None, ""):
            assert tuple(np.asarray(line.get_xdata(), dtype=float)) in series


def test_interfaces_leave_out_what_was_not_measured(answers: dict[str, Answer]) -> None:
    table, figure = answers["interfaces"]
    marked = [line for line in figure.axes[0].lines if line.get_linestyle() == "None"]
    for line, what in zip(marked, ("gone", "changed"), strict=True):
        np.testing.assert_allclose(
            np.asarray(line.get_xdata(), dtype=float), table[f"{what}_percent"].astype(float)
        )


def test_churn_cells_are_the_counts(answers: dict[str, Answer]) -> None:
    table, figure = answers["idmap_churn"]
    columns = ["alive", "added", "removed", "signature", "handle", "const_only", "export"]
    for axes, (_, part) in zip(figure.axes, table.groupby("group", sort=False), strict=True):
        assert _texts(axes) == [str(n) for column in columns for n in part[column] if n]


def test_marks_of_the_life_lines_are_the_rows(answers: dict[str, Answer]) -> None:
    table, figure = answers["wrappers_survival"]
    lines = list(dict.fromkeys(table["line"]))
    drawn = {
        (lines[int(line.get_ydata()[0])], releases()[int(line.get_xdata()[0])])
        for line in figure.axes[0].lines
        if line.get_marker() in ("o", "D", "X")
    }
    assert drawn == set(zip(table["line"], table["release"], strict=True))


def test_cells_of_the_matrices_are_the_verdicts(answers: dict[str, Answer]) -> None:
    table, figure = answers["readers_survival"]
    for axes, column in zip(figure.axes, ("core", "fixed"), strict=False):
        codes = np.asarray(axes.images[0].get_array())
        for verdict, code in (("works", 0), ("fails to load", 1), ("silently wrong", 2)):
            assert (codes == code).sum() == (table[column] == verdict).sum(), verdict


@pytest.mark.parametrize("name", QUESTIONS)
def test_png_can_be_drawn(answers: dict[str, Answer], name: str) -> None:
    assert to_png(answers[name].figure, 40).startswith(b"\x89PNG")
