# SPDX-License-Identifier: BSD-3-Clause
"""The course as it stands: every check of `make course-check` that needs no kernel."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

from kfuncviz.learn import course
from kfuncviz.learn.item import Item, item
from kfuncviz.learn.judge import build, judge
from kfuncviz.learn.misconceptions import ALL

with pytest.MonkeyPatch.context() as patched:  # a tool finds its neighbours as a script does
    patched.syspath_prepend(str(Path(__file__).resolve().parents[2] / "tools"))
    import course_check as check

CHAPTERS = course.numbers()


@pytest.mark.parametrize("number", CHAPTERS)
def test_a_chapter_teaches_what_it_owns_and_keeps_to_its_form(number: str) -> None:
    assert list(check.quick(number)) == []


@pytest.mark.parametrize("number", CHAPTERS)
def test_the_facts_of_a_chapter_hold_and_would_notice_another_model(number: str) -> None:
    assert list(check.facts(number)) == []


def test_words_are_introduced_before_they_are_used() -> None:
    assert list(check.early()) == []


def test_every_misconception_has_a_chapter() -> None:
    assert {each.chapter for each in ALL.values()} <= set(CHAPTERS)
    assert {f"0{n}" for n in range(8)} | {"09"} <= set(CHAPTERS)


@pytest.mark.parametrize("number", CHAPTERS)
def test_whoever_turns_the_columns_of_what_is_built_is_told_so(number: str) -> None:
    for put in check.items(number):
        if put.item.form not in ("row", "map"):
            continue
        rows = [line.split() for line in put.right.splitlines()]
        turned = "\n".join(f"{second} {first} {count}" for first, second, count in rows)
        told = judge(put.item, turned)
        if told.state == "wrong":
            assert told.misreading is ALL["columns swapped"], put.name
            assert told.meant == build(put.item, put.right), put.name


def test_who_types_the_overflow_id_is_told_what_it_is() -> None:
    told = judge(course.question("06.7"), "ok").misreading
    assert told is ALL["overflow id taken for a user"]


# ------------------------------------------------------------------------------ each check can fail

PART = {"ask": "?", "scenario": "home-on-a-stick", "about": {"path": "home", "via": "stick"},
        "why": "So."}  # fmt: skip


def faults(
    monkeypatch: pytest.MonkeyPatch, run: Any, *items: Item, cells: Any = (), number: str = "03"
) -> str:
    """What a check finds in a chapter of these items, or of these cells."""
    if items:
        puts = [check.Put("Question", each) for each in items]
        monkeypatch.setattr(check, "items", lambda _: puts)
    if cells:
        made = [SimpleNamespace(cell_type="markdown", source=text) for text in cells]
        monkeypatch.setattr(check, "notebook", lambda _: SimpleNamespace(cells=made))
    return "\n".join(run(number))


def test_a_misconception_that_is_not_exposed_or_not_told_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = faults(monkeypatch, check.sat, item(PART, "01.1"), number="01")
    assert "01: no offset in a row: exposed by [] alone" in found
    assert "01: columns swapped: exposed by ['Question 01.1'] alone" in found
    assert "01: no offset in a row: told by its name in [] alone" in found
    assert "01: columns swapped: told by its name in ['Question 01.1'] alone" in found
    twice = [item(PART, "01.1"), item({**PART, "choices": ["1125", "1000"]}, "01.2")]
    found = faults(monkeypatch, check.sat, *twice, number="01")
    assert "01: columns swapped: exposed by ['Question 01.1', 'Question 01.2'] alone" in found
    assert "01: columns swapped: told by its name in ['Question 01.1'] alone" in found
    thrice = [item(PART, f"01.{nth}") for nth in (1, 2, 3)]
    assert "columns swapped" not in faults(monkeypatch, check.sat, *thrice, number="01")


def test_an_item_without_a_right_answer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is not among the choices" in faults(
        monkeypatch, check.built, item({**PART, "choices": ["1", "2"]})
    )
    assert "nothing is said besides" in faults(monkeypatch, check.built, item({**PART, "why": ""}))
    sure = item({**PART, "choices": ["1125"]})
    assert "nothing is wrong" in faults(monkeypatch, check.built, sure)
    wants = [{"path": "home", "via": "stick", "is": "7"}]
    row = item({**PART, "form": "row", "wants": wants, "start": "1000 7 1"})
    monkeypatch.setattr(check, "solution", lambda *_: "1000 8 1")
    assert "its right answer is wrong: 8" in faults(monkeypatch, check.built, row)


def test_every_question_and_exercise_is_answered_in_each_way() -> None:
    put = {each.name: each for number in ("00", "01", "05") for each in check.items(number)}
    assert check.faces(put["Exercise 00.2"]) == [
        "1000 232072 1", "232072 1000 1", "", "1000 1000 1",
    ]  # fmt: skip
    assert check.faces(put["Question 00.1"]) == ["0", "1000", ""]
    assert check.faces(put["Question 01.1"]) == ["500", "0 0 1", ""]
    order, wrong, missing = check.faces(put["Exercise 05.2"])
    assert (wrong.splitlines(), missing) == (order.splitlines()[::-1], "")
    one = item({**PART, "choices": ["1125"]})
    assert check.wrong(check.Put("Question", one)) == ""


def test_what_a_notebook_lacks_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    text = [
        "# Who?\n\n" + "word " * 1600,
        "[a](99-none.ipynb) [b](#c)",
        "## A guess first\n## All of it\n### x",
        "**Sources.**",
    ]
    found = faults(monkeypatch, check.limits, cells=text)
    for said in ("03: asks [], has ['03.1'", " words", "the heading asks '# who?'",
                 "says no time", "the link to 99-none.ipynb leads nowhere",
                 "its contents are not 'In this chapter: [All of it](#All-of-it)'",
                 "no link 'Before: '", "no link 'Next: '"):  # fmt: skip
        assert said in found, said


def test_a_number_from_nowhere_and_a_word_too_early_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = ["# Who?\n\n| **rootid** | the hop |\n| 88 | a line |\n",
            "From 4711 to EBADF since 6.6, not [see 99](x.ipynb), nor column 3 or (7).",
            "3. Three\n\n1000 is 1125, mode 0700.", "**Sources.** 123"]  # fmt: skip
    monkeypatch.setattr(check, "_fact_cells", lambda _: [])
    found = faults(monkeypatch, check.linked, item(PART), cells=text)
    assert found.splitlines() == [
        f"03: text 1: {each} comes from nowhere" for each in ("4711", "6.6", "EBADF")
    ]
    with patch.object(check, "prose", lambda n: ["| **late** | x |" if n == "09" else "a late one",
                                                 "**Sources.**"]):  # fmt: skip
        assert "00: uses 'late', which 09 introduces" in list(check.early())


def test_a_question_says_no_number_but_its_own_and_the_facts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    put = {**PART, "ask": "1000, 0077 or 5?", "choices": ["1125", "3"], "hints": {"3": "as 8"},
           "why": "EOVERFLOW since 6.6, 44."}  # fmt: skip
    monkeypatch.setattr(check, "_fact_cells", lambda _: ["a = (6, 6), '2 44'  # 5 EOVERFLOW"])
    found = faults(monkeypatch, check.linked, item(put, "03.9"), cells=["**Sources.**"])
    assert found.splitlines() == [
        f"Question 03.9: {each} comes from nowhere" for each in ("5", "77", "8", "EOVERFLOW")
    ]
    wants = [{"path": "home", "via": "stick", "is": "7"}]
    row = {"form": "row", "wants": wants, "start": "5 77 1", "fact": "6, 7, 8 and 99."}
    monkeypatch.setattr(check, "solution", lambda *_: "1000 8 1")
    built = item({**{part: put[part] for part in ("ask", "scenario", "why")}, **row}, "03.9")
    found = faults(monkeypatch, check.linked, built, cells=["**Sources.**"])
    assert [line.split()[2] for line in found.splitlines()] == ["99", "EOVERFLOW"]


def test_a_planted_word_or_abbreviation_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def planted(text: str, said: str = "?") -> str:
        head = "# Who?\n\n| **VFS** | files |\n| **row** | three numbers |\n\n"
        part = item({**PART, "ask": said})
        return faults(monkeypatch, check.spelled, part, cells=[head + text, "**Sources.** BTF"])

    assert planted("The VFS, LXD, and `CAP_X`; [a](BTF.ipynb).") == ""
    assert planted("The BTF (type format) and BTF again.") == ""
    assert planted("The BTF and later BTF (type format).") == "03: BTF is not spelled out"
    assert planted("", "Which BTF?") == "03: BTF is not spelled out"
    chapters = {"00": "# Who?\n\nTwo layers.", "01": "# A\n\n| **layer** | one over another |\n"}
    monkeypatch.undo()
    monkeypatch.setattr(check.course, "numbers", lambda: tuple(chapters))
    monkeypatch.setattr(check, "prose", lambda n: [chapters[n], "**Sources.**"])
    monkeypatch.setattr(check, "_told", lambda n: "")
    assert list(check.early()) == ["00: uses 'layer', which 01 introduces"]
    chapters["00"] = "# Who?\n\n| **mount** | one of many layers |\n\nOne layer."
    assert list(check.early()) == []
    chapters["00"] = "# Who?\n\nOne multilayer, `layer`, [layer](x)."
    assert list(check.early()) == []


def test_facts_that_fail_or_notice_too_little_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "_fact_cells", lambda _: ["assert 1 == 2"])
    assert next(check.facts("03")) == "03: the facts do not hold"
    once = "assert 'once' not in globals()\nonce = 1"
    monkeypatch.setattr(check, "_fact_cells", lambda _: [once])
    assert next(check.facts("03")) == "03: the facts do not hold"
    monkeypatch.setattr(check, "_fact_cells", lambda _: ["assert 1 == 1"])
    assert list(check.facts("03")) == [
        f"03: its facts do not notice: {name}" for name in check.ALTERED
    ]
    beyond = next(name for number, name in check.BEYOND if number == "00")
    assert f"00: its facts do not notice: {beyond}" not in list(check.facts("00"))
    monkeypatch.setattr(check, "hold", lambda *_, **__: False)
    assert f"00: its facts notice: {beyond}" in list(check.facts("00"))


def test_what_facts_need_not_notice_is_little_and_has_a_reason() -> None:
    for number, name in check.BEYOND:
        assert name in check.ALTERED
        assert sum(each == number for each, _ in check.BEYOND) == 1
    assert not {number for number, _ in check.BEYOND} & check.ELSEWHERE.keys()
    assert all([*check.BEYOND.values(), *check.ELSEWHERE.values()])
    assert min(check.ELSEWHERE) > check.THREAD


@pytest.mark.parametrize("name", check.ALTERED)
def test_an_altered_model_is_altered_and_put_back(name: str) -> None:
    def facts() -> list[Any]:
        scenario = check.kv.Scenario("three-kinds-of-nobody")
        ops = scenario.replay().result["ops"]
        row = check.kv.IdMap("1000 2000 10")
        return [ops[0]["seen"], ops[1]["err"], row.down(1005), row.down(7), ops[4]["seen"]]

    before = facts()
    assert [before[0]["uid"], before[4]["uid"]] == [65534, 2000]
    assert before[1:4] == ["EACCES", 2005, None]
    with check.altered(name):
        assert facts() != before
    assert facts() == before


# ------------------------------------------------------------------------------ the files


def test_a_chapter_that_lacks_a_part_or_has_a_strange_one_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "course").mkdir()
    text = "title: T\nasks: A?\nminutes: 5\ngroup: G\nnotebook: n.ipynb\n"
    good = "questions:\n- {ask: '?', scenario: home-on-a-stick}\n- {ask: '!', scenario: keep-id}\n"
    for number, content in {"20": text + good, "21": text.replace("minutes: 5\n", ""),
                            "22": text + "colour: red\n"}.items():  # fmt: skip
        (tmp_path / "course" / f"{number}.yaml").write_text(content, "utf-8")
    (tmp_path / "course" / "notes.yaml").write_text("", "utf-8")
    monkeypatch.setattr(course, "data_dir", lambda: tmp_path)
    numbers, chapter = course.numbers.__wrapped__, course.chapter.__wrapped__
    assert numbers() == ("20", "21", "22")
    monkeypatch.setattr(course, "numbers", numbers)
    found = chapter("20")
    assert (found.number, found.title, found.minutes) == ("20", "T", 5)
    assert [each.name for each in found.questions] == ["20.1", "20.2"]
    assert found.exercises == ()
    with pytest.raises(ValueError, match="chapter 21 has no minutes"):
        chapter("21")
    with pytest.raises(ValueError, match="'colour' is no part of chapter 22"):
        chapter("22")
    with pytest.raises(ValueError, match="'23' is no chapter"):
        chapter("23")


def test_questions_and_exercises_are_found_by_name_and_in_order() -> None:
    names = [each.name for each in course.questions()]
    assert names == sorted(names, key=lambda name: [int(part) for part in name.split(".")])
    first_half = {name[:2] for name in names if name < check.THREAD}
    assert {each.name[:2] for each in course.exercises()} == first_half
    for each in (*course.questions(), *course.exercises()):
        assert "**" not in each.ask + each.why + each.fact  # a card sets code alone
    assert course.question("01.2").ask == course.chapter("01").questions[1].ask
    assert course.exercise("01.2").ask == course.chapter("01").exercises[1].ask
    with pytest.raises(ValueError, match=r"'00\.9' is no exercise, did you mean '00\."):
        course.exercise("00.9")
