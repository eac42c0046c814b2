# SPDX-License-Identifier: BSD-3-Clause
"""The start page says what each chapter answers and where one stands; nothing else is written."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import kfuncviz as kv
from kfuncviz.learn import course, standing
from kfuncviz.resources import notebooks_dir
from tools import lab

if TYPE_CHECKING:
    import pytest


def stations(page: str) -> list[list[str]]:
    """The chapters of the map: how one stands, link, what is answered of it."""
    found = re.findall(r'<a href="(\d\d-[^"]*)"[^>]*><i.*?<span[^>]*>(\w+): .*?(\d+/\d+)<', page)
    return [[sign, link, many] for link, sign, many in found]


def test_the_start_page_holds_every_chapter_and_every_notebook_is_one() -> None:
    chapters = [course.chapter(number) for number in course.numbers()]
    page = standing.start_page({"question 00.1": False, "exercise 00.2": False})
    assert [link for _, link, _ in stations(page)] == [chapter.notebook for chapter in chapters]
    assert stations(page)[0][2] == "1/8"
    assert "\n\n" not in page[: page.index("</ul></div></div>")]  # one block of HTML
    there = {path.name for path in notebooks_dir().glob("*.ipynb")}
    assert there == {chapter.notebook for chapter in chapters}


def test_answers_are_written_down_where_a_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "standing.json"
    monkeypatch.delenv(standing.VARIABLE, raising=False)
    kv.Question("00.1", "0")
    assert not file.exists()
    monkeypatch.setenv(standing.VARIABLE, str(file))
    question, exercise = kv.Question("00.1"), kv.Exercise("00.1")
    page = tmp_path / standing.PAGE
    page.write_text(standing.start_page({}), "utf-8")
    assert standing.standing(file) == {}
    question.given = "1000"
    question.stage = "told"
    exercise.checked = True  # unchanged: no answer
    assert standing.standing(file) == {"question 00.1": False}
    assert stations(page.read_text("utf-8"))[0] == ["here", "00-start-here.ipynb", "1/8"]
    exercise.given = "1000 1125 1"
    exercise.checked = True
    page.write_text("# Somebody's own course", "utf-8")
    kv.Question("00.2", "EOVERFLOW")
    assert page.read_text("utf-8") == "# Somebody's own course"
    page.unlink()
    kv.Question("10.3", "none")  # a decision is made, and neither right nor wrong
    own = {"ask": "?", "scenario": "home-on-a-stick", "form": "number"}
    kv.Question(own, "7")  # in no chapter
    assert standing.standing(file) == {
        "question 00.1": False, "question 00.2": True, "exercise 00.1": True,
        "question 10.3": True,
    }  # fmt: skip
    for text in ("[", "[1]", '{"question 00.1": 1}'):
        file.write_text(text, "utf-8")
        assert standing.standing(file) == {}
    monkeypatch.setenv(standing.VARIABLE, str(tmp_path / "no" / "folder"))
    assert kv.Question("00.1", "0").right is True


def test_the_lab_opens_the_map_and_each_exit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(lab, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(lab, "SETTINGS", tmp_path / "settings")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "before")
    (tmp_path / lab.STANDING).write_text('{"question 00.1": true}', "utf-8")
    environment = lab.prepared()
    assert lab.START.endswith("/course.md")
    page = (tmp_path / "course.md").read_text("utf-8")
    assert stations(page)[0][2] == "1/8"
    assert environment[standing.VARIABLE] == str(tmp_path / lab.STANDING)
    folder, before = environment["JUPYTER_CONFIG_PATH"].split(":")
    assert before == "before"
    held = json.loads((Path(folder) / "labconfig/default_setting_overrides.json").read_text())
    assert held == lab.VIEWERS
    assert ".kfv-rail" in (tmp_path / "settings/custom/custom.css").read_text("utf-8")
    rooms = re.findall(r'href="(rooms/[^"]*)"', page)
    assert len(rooms) == 4
    for room in rooms:
        cells = json.loads((tmp_path / room).read_text("utf-8"))["cells"]
        scope: dict[str, object] = {}
        exec("".join(cells[1]["source"]).replace("kv.", "shown = kv.", 1), scope)  # noqa: S102
        assert scope["shown"]._name == Path(room).stem  # type: ignore[attr-defined]
    (tmp_path / rooms[0]).write_text("mine", "utf-8")
    lab.prepared()
    assert (tmp_path / rooms[0]).read_text("utf-8") == "mine"
