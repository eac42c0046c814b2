# SPDX-License-Identifier: BSD-3-Clause
"""The README's picture is what the program draws, and its commands exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kfuncviz as kv

PICTURES = {"light": "picture-light.svg", "dark": "picture-dark.svg"}


@pytest.mark.parametrize("theme", PICTURES)
def test_the_picture_is_drawn_by_the_program(root: Path, theme: str) -> None:
    drawn = kv.Scenario.load("three-kinds-of-nobody").to_svg(960, theme)
    stored = (root / "data" / "pictures" / PICTURES[theme]).read_text("utf-8")
    assert stored == drawn, "run: python tools/pictures.py"


def test_what_the_readme_names_exists(root: Path) -> None:
    text = (root / "README.md").read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text) + re.findall(r'srcset="([^"]+)"', text):
        assert (root / target).exists(), target
    makefile = (root / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"(?:^|`)make (\w+)", text, re.MULTILINE)):
        assert f"\n{target}:" in makefile, target
    for name in re.findall(r"kfuncviz (?:show|gallery) ([a-z0-9-]+)", text):
        assert name in kv.gallery()
