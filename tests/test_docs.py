# SPDX-License-Identifier: BSD-3-Clause
"""What the guides name is there: cases, tokens, commands, files, targets, chapters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kfuncviz as kv
from kfuncviz.explorers.engine.registry import EXPLORERS
from kfuncviz.explorers.engine.tokens import decode, find

DOCS = Path(__file__).resolve().parents[1] / "docs"
GUIDES = sorted(path.name for path in DOCS.glob("*.md"))


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_there_are_two() -> None:
    assert GUIDES == ["discussion-pack.md", "facilitator.md"]


@pytest.mark.parametrize("name", GUIDES)
def test_files_and_targets_are_there(name: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", text(name)):
        assert (DOCS / target).exists(), target
    makefile = (DOCS.parent / "Makefile").read_text()
    for target in re.findall(r"`make (\w+)", text(name)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_tokens_open_what_their_row_says() -> None:
    tokens = re.findall(r"`(kfv2\.[^`]+)`", text("facilitator.md"))
    cases = [decode(token)[1].scenario for token in tokens]
    assert len(cases) == len(set(cases)) == 6
    assert set(cases) <= set(kv.gallery())
    assert all(find(token) == token for token in tokens)


def test_cases_are_in_the_gallery() -> None:
    rows = text("discussion-pack.md").partition("come up most")[2].partition("## The evidence")[0]
    cases = {case for row in rows.splitlines() for case in re.findall(r"`([a-z0-9-]{6,})`", row)}
    assert len(cases) > 15
    assert cases <= set(kv.gallery())
    shown = set(re.findall(r"[cC]ase `([a-z-]+)`", text("facilitator.md")))
    assert shown <= set(kv.gallery())


def test_explorers_and_chapters_are_there() -> None:
    guide = text("facilitator.md")
    for explorer in re.findall(r"(\w+) explorer\b", guide):
        if explorer[0].isupper():
            assert explorer.lower() in EXPLORERS, explorer
    chapters = {path.name[:2] for path in (DOCS.parent / "notebooks").glob("*.ipynb")}
    cells = re.findall(r"\| ([\d, ]+)(?:,[^|]*)? \|$", guide, re.MULTILINE)
    named = {chapter for cell in cells for chapter in re.findall(r"\b\d\d\b", cell)}
    assert named
    assert named <= chapters
