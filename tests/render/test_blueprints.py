# SPDX-License-Identifier: BSD-3-Clause
"""Bench and thread keep their measures: see tests/render/blueprints.py."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.render.blueprints import FOLDER, SCENES, lines


@pytest.mark.parametrize("name", SCENES)
def test_the_measures_are_those_read(name: str) -> None:
    assert lines(name) == (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


def test_the_same_bytes_in_every_process(root: Path) -> None:
    """Sets are drawn in the order of their names, not of their hashes."""
    code = (
        "from kfuncviz.kfuncs.verifier import kfunc; from kfuncviz.render import bench\n"
        "print(bench.html(kfunc('bpf_get_task_exe_file', '6.12'), 1, width=300))"
    )
    drawn = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=root, env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True, check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(drawn) == 1
