# SPDX-License-Identifier: BSD-3-Clause
"""The companion: what its files are, and the pure part of its program under node."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from kfuncviz.front import stylesheet
from kfuncviz.widgets.companion import Companion, bar


def test_the_files_are_real_ones_and_stay_small(root: Path) -> None:
    static = root / "kfuncviz/widgets/static"
    assert Companion._esm._path == static / "companion.js"
    assert Companion._css == stylesheet()
    assert sum(path.stat().st_size for path in static.iterdir()) < 4_000


@pytest.mark.parametrize(("width", "drawn"), [(960, 960), (287, 287), (286, 286), (285, 286)])
def test_a_picture_is_never_drawn_narrower_than_it_can_be(width: int, drawn: int) -> None:
    companion = Companion()
    assert companion.drawn_width == 960
    companion.width = width
    assert companion.drawn_width == drawn


def test_a_bar_holds_its_controls() -> None:
    inside = Companion()
    assert bar(inside).children == (inside,)
    assert bar(inside)._dom_classes == ("kfv-bar",)


def test_key_presses(root: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here: the browser tests alone check the companion's program")
    run = subprocess.run(
        [node, "--test", "tests/widgets/companion.test.mjs"],
        cwd=root,
        env=os.environ | {"COMPANION": str(root / "kfuncviz/widgets/static/companion.js")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "# pass 1" in run.stdout
