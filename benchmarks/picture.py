# SPDX-License-Identifier: BSD-3-Clause
"""
How fast a picture is, and an import
====================================

One explorer update (model, picture, words) next to drawing the same three lanes with matplotlib,
and ``import kfuncviz`` next to a bare interpreter and next to pandas.
"""

from __future__ import annotations

import io
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from matplotlib.figure import Figure

from kfuncviz import render
from kfuncviz.api import Scenario, who_owns
from kfuncviz.explorers.ownership import case, first

ROUNDS = 30


def milliseconds(run: Callable[[], Any], rounds: int = ROUNDS) -> float:
    """Median of some rounds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def with_matplotlib() -> bytes:
    """A plain version of the same picture, as a notebook would draw it: three bars, two lines."""
    figure = Figure(figsize=(12, 4))
    axes = figure.subplots()
    for lane in range(3):
        axes.bar(lane, 1000, width=0.4)
        axes.text(lane, 500, "1000", ha="center")
    axes.plot([0, 1, 2], [500, 500, 500], linewidth=3)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=100)
    return out.getvalue()


def main() -> None:
    """Print both comparisons."""
    scenario = Scenario.load("container-root-filesystem")
    state, answer = first(scenario.document), who_owns(scenario)
    ids = count()  # a new question each time, for answers are remembered
    pictures: dict[str, Callable[[], Any]] = {
        "question to answer (model, varied)": lambda: case(replace(state, id=next(ids))),
        "answer to SVG, 1200 px": lambda: render.svg(answer),
        "answer to text, 72 columns": lambda: render.text(answer),
        "matplotlib, plain, to PNG": with_matplotlib,
    }
    print("one picture, median")
    for name, draw in pictures.items():
        print(f"  {name:36} {milliseconds(draw):8.2f} ms")
    print("one process, median")
    for code in ("pass", "import kfuncviz", "import kfuncviz; kfuncviz.IdMap", "import pandas"):
        command = [sys.executable, "-c", code]
        took = milliseconds(lambda command=command: subprocess.run(command, check=True), 9)
        print(f"  {code:36} {took:8.1f} ms")


if __name__ == "__main__":
    main()
