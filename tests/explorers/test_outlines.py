# SPDX-License-Identifier: BSD-3-Clause
"""
The outline of a few screens
============================

The lines in ``tests/data/outlines`` were read beside the screen.  Whoever changes a screen reads
the new ones:

    python -m tests.explorers.test_outlines      writes the lines
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.explorers import bench, doctor, operation
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.ownership import State, first, frame, update
from tests.explorers.outline import outlines

FOLDER = Path(__file__).parents[1] / "data" / "outlines"


def sent(state: State, *events: tuple[str, str, Any]) -> State:
    for kind, target, value in events:
        state = update(state, {"type": kind, "target": target, "value": value})
    return state


SCREENS: Mapping[str, Callable[[], Frame]] = {
    "ownership-wide": lambda: frame(
        sent(
            first("acl-with-a-strange-number"), ("fold", "steps", True), ("select", "mount.0", None)
        )
    ),
    "ownership-refused": lambda: frame(
        sent(first("home-on-a-stick"), ("typed", "mount.uid", "0 0 0"), ("typed", "id", "x")), 700
    ),
    "ownership-both": lambda: frame(sent(first("nested-pod"), ("set", "kind", "both"))),
    "ownership-small": lambda: frame(
        sent(first("three-kinds-of-nobody"), ("fold", "scale", True)), 360
    ),
    "ownership-compared": lambda: frame(
        sent(first("nested-pod"), ("compare", "keep", True), ("set", "direction", "chown")), 360
    ),
    "operation": lambda: operation.frame(operation.first("root-gets-eoverflow"), 844),
    "bench": lambda: bench.frame(bench.State(kfunc="bpf_is_idmapped_mnt", release="6.18"), 844),
    "doctor": lambda: doctor.frame(
        doctor.update(
            doctor.State(), {"type": "set", "target": "example", "value": "util-linux#4608"}
        ),
        844,
    ),
}


@pytest.mark.parametrize("name", SCREENS)
def test_the_outline_is_the_one_read(name: str) -> None:
    assert outlines(SCREENS[name]()) == (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for screen in SCREENS:
        told = "\n".join(outlines(SCREENS[screen]()))
        (FOLDER / f"{screen}.txt").write_text(f"{told}\n", "utf-8")
