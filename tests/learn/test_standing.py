# SPDX-License-Identifier: BSD-3-Clause
"""The start page says what each chapter answers and where one stands; nothing else is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import kfuncviz as kv
from kfuncviz.learn import course, standing
from tools import lab

if TYPE_CHECKING:
    import pytest


def rows(page: str) -> list[list[str]]:
    """The chapters of the map: sign, link, what it answers, time, answered."""
    lines = [line.split(" | ") for line in page.splitlines() if line.startswith("| ")]
    return [[cell.strip("| ") for cell in line] for line in lines if ".ipynb)" in line[1]]


def test_the_map_holds_every_chapter_and_sends_one_on() -> None:
    found = rows(standing.course_map({}))
    assert [row[1:4] for row in found] == [
        [f"[{c.number} {c.title}]({c.notebook})", c.asks, f"{c.minutes} min"]
        for c in map(course.chapter, course.numbers())
    ]
    assert [row[0] for row in found] == ["●", *"○" * (len(found) - 1)]
    page = standing.course_map({})
    minutes = sum(course.chapter(n).minutes for n in course.numbers())
    assert f"{len(found)} chapters, {minutes} minutes in all. Go on with **[00 " in page
    assert "- [What would the patch have answered?](10-the-patch.ipynb)" in page
    assert page.count("00-start-here.ipynb") == 2
    assert page.index("**First steps**") < page.index("[01 ") < page.index("**At work**")


def test_a_chapter_is_done_when_all_is_answered_and_built_rightly() -> None:
    asked = {f"question {item.name}": False for item in course.chapter("00").questions}
    solved = {f"exercise {item.name}": True for item in course.chapter("00").exercises}
    assert rows(standing.course_map(asked))[0][0::4] == ["●", "3 of 6"]
    almost = {**asked, **solved, "exercise 00.3": False}
    assert rows(standing.course_map(almost))[0][0::4] == ["●", "5 of 6"]
    done = standing.course_map({**asked, **solved})
    assert [row[0] for row in rows(done)[:3]] == ["✓", "●", "○"]
    assert "Go on with **[01 " in done


def test_answers_are_written_down_where_a_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "standing.json"
    monkeypatch.delenv(standing.VARIABLE, raising=False)
    kv.Question("00.1", "0")
    assert not file.exists()
    monkeypatch.setenv(standing.VARIABLE, str(file))
    question, exercise = kv.Question("00.1"), kv.Exercise("00.1")
    assert standing.standing(file) == {}
    question.given = "1000"
    question.stage = "told"
    exercise.checked = True  # unchanged: no answer
    assert standing.standing(file) == {"question 00.1": False}
    exercise.given = "1000 1125 1"
    exercise.checked = True
    kv.Question("00.2", "EOVERFLOW")
    own = {"ask": "?", "scenario": "home-on-a-stick", "form": "number"}
    kv.Question(own, "7")  # in no chapter
    assert standing.standing(file) == {
        "question 00.1": False, "question 00.2": True, "exercise 00.1": True,
    }  # fmt: skip
    for text in ("[", "[1]", '{"question 00.1": 1}'):
        file.write_text(text, "utf-8")
        assert standing.standing(file) == {}
    monkeypatch.setenv(standing.VARIABLE, str(tmp_path / "no" / "folder"))
    assert kv.Question("00.1", "0").right is True


def test_the_lab_opens_the_map(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(lab, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(lab, "MAP", tmp_path / "course.md")
    monkeypatch.setattr(lab, "SETTINGS", tmp_path / "settings")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "before")
    (tmp_path / lab.STANDING).write_text('{"question 00.1": true}', "utf-8")
    environment = lab.prepared()
    assert lab.START.endswith("/course.md")
    assert rows(lab.MAP.read_text("utf-8"))[0][4] == "1 of 6"
    assert environment[standing.VARIABLE] == str(tmp_path / lab.STANDING)
    folder, before = environment["JUPYTER_CONFIG_PATH"].split(":")
    assert before == "before"
    held = json.loads((Path(folder) / "labconfig/default_setting_overrides.json").read_text())
    assert held == lab.VIEWERS
