# SPDX-License-Identifier: BSD-3-Clause
"""The map of the course: every chapter in its group, where one stands, and where links lead."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest

from kfuncviz.explorers.engine.tokens import decode, encode
from kfuncviz.learn import course, rail
from kfuncviz.resources import notebooks_dir

CHAPTERS = [course.chapter(number) for number in course.numbers()]


def asked(number: str) -> list[str]:
    chapter = course.chapter(number)
    return [
        *(f"question {item.name}" for item in chapter.questions),
        *(f"exercise {item.name}" for item in chapter.exercises),
    ]


def drawn(html: str) -> list[tuple[str, list[list[str]]]]:
    """The bands of the map: its heading, and of each station class, address and words."""
    tree = ET.fromstring(html)
    return [
        (
            "".join(band.find("h3").itertext()),  # type: ignore[union-attr]
            [
                [li.get("class", "").rpartition("-")[2], a.get("href", ""), *a.itertext()]
                for li in band.iter("li")
                for a in li.iter("a")
            ],
        )
        for band in tree.iter("section")
    ]


def test_every_chapter_stands_in_its_group_with_question_time_and_standing() -> None:
    three = asked("03")[:3]
    state = rail.first([*asked("00"), *asked("01"), *asked("02"), *three])
    bands = drawn(rail.frame(state).regions["course"])
    groups = list(dict.fromkeys(chapter.group for chapter in CHAPTERS))
    assert [head for head, _ in bands] == [f"{g} {course.groups()[g]}" for g in groups]
    assert groups == [group for group in course.groups() if group in groups]
    found = [station for _, band in bands for station in band]
    signs = ["done", "done", "done", "here", *["open"] * (len(CHAPTERS) - 4)]
    marks = {"done": "\N{CHECK MARK}", "here": "\N{BLACK CIRCLE}", "open": "\N{WHITE CIRCLE}"}
    many = [len(asked(n)) for n in ("00", "01", "02")] + [3] + [0] * (len(CHAPTERS) - 4)
    assert found == [
        [sign, c.notebook, marks[sign], f"{sign}: ",
         f"{c.number} \N{MIDDLE DOT} {c.minutes} min \N{MIDDLE DOT} {n}/{len(asked(c.number))}",
         f" {c.title} ", c.asks]
        for c, sign, n in zip(CHAPTERS, signs, many, strict=True)
    ]  # fmt: skip
    for head, band in bands:
        assert {course.chapter(s[4][:2]).group for s in band} == {head.rpartition(course.groups()[
            course.chapter(band[0][4][:2]).group])[0].strip()}  # fmt: skip


def test_it_says_where_one_stands_and_sends_on() -> None:
    minutes = sum(chapter.minutes for chapter in CHAPTERS)
    total = sum(len(asked(chapter.number)) for chapter in CHAPTERS)
    frame = rail.frame(rail.first(asked("00")))
    html, done = frame.regions["course"], len(asked("00"))
    said = f"You are in 01 One row; 1 of {len(CHAPTERS)} chapters done, {done} of {total} answered."
    assert frame.sentence == said
    assert f"{len(CHAPTERS)} chapters, {minutes // 60} h {minutes % 60} min in all. {said}" in html
    assert html.count('aria-current="step"') == 1
    assert re.search(r'<a href="(.*?)"[^>]*>Continue 01<', html)[1] == "01-one-row.ipynb"  # type: ignore[index]
    assert frame.table[1] == {
        "chapter": "01 One row", "answers": "Which way, and how far?", "time": "10 min",
        "answered": f"0 of {len(asked('01'))}", "standing": "here",
    }  # fmt: skip
    assert frame.text.splitlines()[0].startswith("00 Start here | Who owns this file")
    everything = [name for number in course.numbers() for name in asked(number)]
    over = rail.frame(rail.first(everything))
    assert over.sentence.startswith("You have been everywhere; ")
    assert re.search(r'<a href="(.*?)"[^>]*>Go on: drill<', over.regions["course"])[1] == (  # type: ignore[index]
        "rooms/drill.ipynb"
    )
    assert "aria-current" not in over.regions["course"]


def test_a_question_counts_when_it_is_answered_and_an_exercise_when_it_is_right() -> None:
    answered = {"question 00.1": False, "exercise 00.1": False, "exercise 00.2": True, "x 1": True}
    state = rail.first(answered)
    assert state.answered == ("exercise 00.2", "question 00.1")
    noted = state
    for name, right in (
        ("exercise 00.1", False),
        ("question 00.2", False),
        ("exercise 00.3", True),
    ):
        noted = rail.update(noted, {"type": "note", "target": name, "value": right})
    assert set(noted.answered) - set(state.answered) == {"question 00.2", "exercise 00.3"}
    assert rail.change(state, noted) == "look"
    assert rail.first(["question 00.1"]).answered == ("question 00.1",)
    assert rail.first(None) == rail.State()


def test_links_lead_to_notebooks_or_into_the_page() -> None:
    found = re.findall(r'href="(.*?)"', rail.frame(rail.State()).regions["course"])
    there = {path.name for path in notebooks_dir().glob("*.ipynb")}
    rooms = [f"rooms/{name}.ipynb" for name in rail.EXITS]
    assert found == ["00-start-here.ipynb", *(c.notebook for c in CHAPTERS), *rooms]
    assert set(found) - set(rooms) <= there
    page = rail.update(rail.State(), {"type": "set", "target": "links", "value": "page"})
    inside = re.findall(r'href="#(.*?)"', rail.frame(page).regions["course"])
    assert inside[1:-4] == [f"chapter-{number}" for number in course.numbers()]
    assert [decode(token)[0] for token in inside[-4:]] == list(rail.EXITS)
    names = [re.sub(r"<.*?>", "|", link) for link in re.findall(r"exit \w+\">(.*?)</a>",
             rail.frame(page).regions["course"])]  # fmt: skip
    assert names == [f"|{title}|{about}" for title, about in rail.EXITS.values()]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"answered": "question 00.1"}, "what is answered is a list of names"),
        ({"answered": ["question 99.1"]}, "'question 99.1' is no question or exercise"),
        ({"links": "elsewhere"}, "'elsewhere' is no kind of links"),
        ({"colour": 1}, "'colour' is no part of the course's state"),
    ],
)
def test_a_state_from_outside_is_checked(data: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rail.from_json(data)


def test_a_token_opens_what_was_answered() -> None:
    state = rail.first({"question 00.1": True, "exercise 00.1": True})
    assert decode(encode("course", state)) == ("course", state)
    for event in (
        {"type": "note", "target": "question 99.1", "value": True},
        {"type": "note", "target": "question 00.1", "value": 1},
        {"type": "press", "target": "continue"},
        {"type": "set", "target": "colour", "value": 1},
    ):
        with pytest.raises(ValueError, match=r"is no|true or false"):
            rail.update(state, event)
