# SPDX-License-Identifier: BSD-3-Clause
"""kfuncviz drill and kfuncviz questions."""

from __future__ import annotations

import json

import pytest

from kfuncviz.cli import drill as command
from kfuncviz.cli import main
from kfuncviz.learn import course, drill
from kfuncviz.learn.card import plain
from kfuncviz.learn.deal import choices, deal
from kfuncviz.learn.item import CHOSEN
from kfuncviz.learn.judge import offered, right_answer, wrong_answers
from kfuncviz.learn.key import key
from kfuncviz.learn.misconceptions import answers


def test_a_drill_prints_questions_then_what_is_right_and_why_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["drill", "--seed", "3", "--count", "2"]) == 0
    asked, told = capsys.readouterr().out.split("\nAnswers\n")
    lines, wrong = asked.splitlines(), told.splitlines()
    for nth in range(2):
        item = deal(3, nth)
        right = key(item.scenario, item.about)
        assert lines[2 * nth] == f"{nth + 1}. {plain(item.ask)}"
        assert lines[2 * nth + 1].split("( ) ")[1:] == [
            f"{each}   " for each in choices(item)[:-1]
        ] + [choices(item)[-1]]
        assert wrong[nth].startswith(f"{nth + 1}. {right} (")
        for name, value in answers(item.scenario, item.about).items():
            assert f"{value}: " in wrong[nth]
            assert name in wrong[nth]
    assert (command.LAST_SEED, command.LONGEST) == (drill.LAST_SEED, drill.LONGEST)


@pytest.mark.parametrize("arguments", [["--count", "0"], ["--seed", "-1"], ["--count", "501"]])
def test_a_drill_has_bounds(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["drill", *arguments])
    assert "--" in capsys.readouterr().err


def test_all_questions_are_listed_with_their_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["questions", "--as", "json"]) == 0
    out = capsys.readouterr().out
    rows = json.loads(out)
    assert out == json.dumps(rows, indent=1, ensure_ascii=False) + "\n"
    items = [*course.questions(), *course.exercises()]
    assert [(row["what"], row["name"]) for row in rows] == [
        *(("question", item.name) for item in course.questions()),
        *(("exercise", item.name) for item in course.exercises()),
    ]
    for row, item in zip(rows, items, strict=True):
        assert "`" not in row["ask"]
        assert (row["ask"], row["scenario"]) == (plain(item.ask), item.scenario.get("id"))
        assert row["form"] == item.form
        if item.built:
            assert row["key"] is None
            assert [want["is"] for want in row["wants"]] == [want.wanted for want in item.wants]
        else:
            assert row["key"] == right_answer(item)
            assert row["misreadings"] == wrong_answers(item)
            assert row["choices"] == (list(offered(item)) if item.form in CHOSEN else [])
    first = next(row for row in rows if row["what"] == "exercise")
    assert first["wants"][0] == {"of": {"path": "home/letter.txt", "via": "stick"}, "is": "1125"}
    assert main(["questions"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for line, row in zip(lines, rows, strict=True):
        told = row["key"] or "; ".join(want["is"] for want in row["wants"])
        told = told or "weigh: " + ", ".join(row["choices"])
        assert line == f"{row['name']} {row['what']}: {row['ask']} -> {told}"
    assert sum(" -> weigh: " in line for line in lines) == len(
        [item for item in items if item.form == "decision"]
    )
    assert lines[0].startswith("00.1 question: A row of a mount reads 1000 0 1.")
    assert lines[0].endswith(" -> 0")
