# SPDX-License-Identifier: BSD-3-Clause
"""
The measures of a few pictures
==============================

Each picture as one line an element: place, size, colour, line, words.  The lines in
``tests/data/blueprints`` were read against the picture; a change of a measure is a change of the
design, and whoever makes one reads the new lines beside the new picture:

    python -m tests.render.ownership.test_measures      writes the lines and, beside them, pictures
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kfuncviz.render import strip, svg
from tests.render.drawn import blueprint

from .scenes import scenes

FOLDER = Path(__file__).parents[2] / "data" / "blueprints"
#: Scene, width and step of each picture: every form, every fate, folds, notes, long names.
PICTURES: tuple[tuple[str, int, int | None], ...] = (
    ("five", 844, None),
    ("lost_caller", 844, None),
    ("lost_mount", 844, None),
    ("twin", 844, None),
    ("create_refused", 844, None),
    ("nested_lost", 844, None),
    ("many", 844, None),
    ("one", 844, 1),
    ("five", 700, None),
    ("chown_einval", 640, None),
    ("unnamed", 360, None),
    ("long_names", 844, None),
    ("nested_lost", 600, None),
    ("twin", 300, None),
    ("ten_digits", 300, None),
)
STRIPS = (("five", 1200), ("shift", 400))


def name_of(scene: str, width: int, step: int | None = None) -> str:
    return f"ownership-{scene}-{width}" + ("" if step is None else f"-step-{step}")


def drawings() -> dict[str, str]:
    """Each picture by the name of its file."""
    made = scenes()
    out = {name_of(*picture): svg(made[picture[0]], picture[1], step=picture[2])
           for picture in PICTURES}  # fmt: skip
    return out | {f"strip-{n}-{width}": strip(made[n], width) for n, width in STRIPS}


@pytest.mark.parametrize("name", list(drawings()))
def test_the_measures_are_those_read(name: str) -> None:
    lines = blueprint(ET.fromstring(drawings()[name]))
    assert lines == (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, picture in drawings().items():
        lines = blueprint(ET.fromstring(picture))
        (FOLDER / f"{name}.txt").write_text("\n".join(lines) + "\n", "utf-8")
        Path(sys.argv[1] if len(sys.argv) > 1 else ".", f"{name}.svg").write_text(picture, "utf-8")
