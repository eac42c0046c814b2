# SPDX-License-Identifier: BSD-3-Clause
"""What the guides name is there: cases, tokens, commands, files, targets, chapters."""

from __future__ import annotations

import re
from dataclasses import asdict
from pathlib import Path

import pytest

import kfuncviz as kv
from kfuncviz.explorers.engine.registry import EXPLORERS
from kfuncviz.explorers.engine.tokens import decode, encode, find
from kfuncviz.learn import course
from tools.stick.readme import INSTALL
from tools.stick.wheels import WHAT

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


def plans() -> dict[str, list[tuple[int, int, str]]]:
    """The rows of each plan of the guide: from, to, and where."""
    parts = re.split(r"^## ", text("facilitator.md"), flags=re.MULTILINE)
    row = re.compile(r"^\| (\d+)–(\d+) \|.*\| ([^|]*)\|$", re.MULTILINE)
    found = {part.partition(":")[0]: row.findall(part) for part in parts}
    return {
        name: [(int(start), int(end), where) for start, end, where in rows]
        for name, rows in found.items()
        if rows
    }


def test_the_minutes_of_each_plan_follow_one_another_to_its_end() -> None:
    ends = {"Twenty minutes": 20, "Ninety minutes": 90, "Half a day": 240}
    assert {name: rows[-1][1] for name, rows in plans().items()} == ends
    for rows in plans().values():
        starts = [start for start, _, _ in rows]
        assert starts == [0, *(end for _, end, _ in rows[:-1])]
        assert all(start < end for start, end, _ in rows)


def test_a_chapter_gets_the_minutes_it_takes_and_a_decision_is_one() -> None:
    rows = [row for plan in plans().values() for row in plan]
    taken = {}
    for start, end, where in rows:
        if re.match(r"\d\d(?!, \d)", where) and not where.startswith("00"):  # shown in part
            taken[where[:2]] = end - start
    assert [*taken] == ["01", "03", "05", "06", "10", "11", "13", "15", "14"]
    assert all(given >= course.chapter(number).minutes for number, given in taken.items())
    decided = {name for *_, where in rows for name in re.findall(r"decide (\d\d\.\d+)", where)}
    questions = {question.name: question.form for question in course.questions()}
    assert {questions[name] for name in decided} == {"decision"}
    assert len(decided) == 6


def test_tokens_open_what_their_row_says() -> None:
    row = re.compile(r"\| (\w+): `([^`]+)` \| `(kfv2\.[^`]+)` \|$", re.MULTILINE)
    rows = row.findall(text("facilitator.md"))
    assert len({token for _, _, token in rows}) == len(rows) == 13
    for explorer, what, token in rows:
        assert find(token) == token
        name, state = decode(token)
        assert (name, encode(name, state)) == (explorer, token)
        shown = asdict(state)
        assert what in shown.values() or shown.get(what) is True
        assert shown.get("scenario", what) in {what, "home-on-a-stick"}


def test_every_explorer_and_case_of_the_plans_has_a_token() -> None:
    guide = text("facilitator.md")
    opened = dict(re.findall(r"\| (\w+): `([^`]+)` \| `kfv2", guide))
    named = " ".join(where for rows in plans().values() for _, _, where in rows)
    explorers = {name.lower() for name in re.findall(r"(\w+) ?[eE]xplorer\b", named)} - {"first"}
    assert explorers == {"operation", "bench", "exposure", "thread", "lifetimes", "doctor"}
    assert explorers <= {*opened}
    for case in re.findall(r"case `([\w-]+)`", named):
        assert f"ownership: `{case}`" in guide


def test_the_line_that_installs_from_a_stick_is_that_of_its_readme() -> None:
    assert f"`python3 {INSTALL} '{WHAT}'`" in text("facilitator.md")


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
