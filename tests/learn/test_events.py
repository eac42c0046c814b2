# SPDX-License-Identifier: BSD-3-Clause
"""What a control, a token or Python may send to a card, and what is said of anything else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kfuncviz.learn import drill, exercise, question, rail
from kfuncviz.learn.item import item
from tests.learn.test_outlines import (
    DECISION,
    NUMBER,
    ORDER,
    ROW,
    STEPS,
    WRAPPER,
    asked,
    drilled,
    sent,
)

OPEN, COMMITTED = question.first("00.1"), asked("00.1", "0", "commit")
IN_STEPS = question.first(ORDER)
DECIDING = question.first(DECISION)
WRITING = exercise.first("00.1")
DRILL, TOLD = drill.first(7), drilled("", "wrong")
SEED = "a seed is a whole number from 0 to 999999, not {}"


@pytest.mark.parametrize(
    ("module", "state", "event", "said"),
    [
        (question, OPEN, ("x", "commit", None), "'x' is no event; there is: set, press, move"),
        (question, OPEN, ("press", "x", None),
         "'x' is no button; there is: commit, reveal, again"),
        (question, OPEN, ("set", "x", None),
         "'x' is no part of a question; there is: question, given, sure, stage, said"),
        (question, OPEN, ("set", "stage", "x"), "'x' is no stage; there is: open, committed, told"),
        (question, OPEN, ("set", "stage", "told"), "nothing is answered yet"),
        (question, OPEN, ("set", "question", 5), "a question is a text, not 5"),
        (question, OPEN, ("set", "given", 5), "an answer is a text, not 5"),
        (question, OPEN, ("set", "given", "x"), "'x' is no choice; there is: 0, 1000, 65534"),
        (question, COMMITTED, ("set", "sure", "guess"),
         "the answer is committed: it is only told now"),
        (question, OPEN, ("set", "sure", "x"),
         "'x' is no degree; there is: guess, fairly, certain"),
        (question, OPEN, ("set", "said", "x"),
         "a sentence goes with a decision, and this is none"),
        (question, DECIDING, ("set", "said", 5), "a sentence is a text, not 5"),
        (question, DECIDING, ("set", "said", "x" * 601),
         "a sentence has at most 600 characters, not 601"),
        (question, OPEN, ("press", "reveal", None), "commit to an answer first"),
        (question, OPEN, ("press", "commit", None), "nothing is answered yet"),
        (question, IN_STEPS, ("move", "x", "up"), "'x' is no step; there is: one, three, two"),
        (question, IN_STEPS, ("move", "one", "x"), "'x' is no way; there is: up, down"),
        (question, IN_STEPS, ("set", "given", "one"),
         "want each step once, one a line: one, three, two"),
        (exercise, WRITING, ("x", "check", None), "'x' is no event; there is: set, press, move"),
        (exercise, WRITING, ("press", "x", None), "'x' is no button; there is: check, again"),
        (exercise, WRITING, ("set", "x", 1),
         "'x' is no part of an exercise; there is: exercise, given, checked"),
        (exercise, WRITING, ("set", "checked", 1), "checked is true or false, not 1"),
        (exercise, WRITING, ("set", "given", 5), "an answer is a text, not 5"),
        (exercise, WRITING, ("set", "exercise", 5), "an exercise is a text, not 5"),
        (exercise, WRITING, ("set", "exercise", "00.9"),
         "'00.9' is no exercise, did you mean '00.3'? There is: 00.1, 00.2, 00.3"),
        (drill, DRILL, ("x", "x", 1), "'x' is no event; there is: set, press"),
        (drill, DRILL, ("press", "x", 1), "'x' is no button; there is: answer, hint, next, again"),
        (drill, DRILL, ("set", "x", 1),
         "'x' is no part of a drill; there is: seed, record, given, told"),
        (drill, DRILL, ("set", "given", 5), "an answer is a text, not 5"),
        (drill, TOLD, ("set", "given", "5"), "this question is answered: go to the next"),
        (drill, DRILL, ("set", "seed", 1000000), SEED.format(1000000)),
        (drill, DRILL, ("set", "seed", "x"), SEED.format("'x'")),
        (drill, DRILL, ("set", "record", "?"),
         "a record has at most 500 signs of +-abcdefghijklmnop"),
        (drill, DRILL, ("set", "record", 5), "a record is a text, not 5"),
        (drill, DRILL, ("set", "told", 5), "told is true or false, not 5"),
        (drill, DRILL, ("press", "answer", None), "nothing is answered yet"),
        (drill, TOLD, ("press", "answer", None), "it is answered already"),
        (drill, DRILL, ("press", "next", None), "answer this question first"),
        (drill, drill.State(5, "+" * 500, "7"), ("press", "answer", None),
         "500 questions are enough for one seed: take another"),
        (drill, drill.State(5, "", " -x "), ("press", "answer", None),
         "'-x' is neither a number nor an errno"),
        (rail, rail.State(), ("x", "x", 1), "'x' is no event; there is: note, set"),
        (rail, rail.State(), ("note", "question 00.1", 1), "right is true or false, not 1"),
        (rail, rail.State(), ("set", "x", 1),
         "'x' is no part of the course; there is: answered, links"),
        (rail, rail.State(), ("set", "answered", 1), "what is answered is a list of names, not 1"),
        (rail, rail.State(), ("set", "links", 1),
         "1 is no kind of links; there is: notebooks, page"),
    ],
)  # fmt: skip
def test_what_no_control_could_send_is_told(module: Any, state: Any, event: Any, said: str) -> None:
    with pytest.raises(ValueError) as raised:
        sent(module, state, event)
    assert str(raised.value) == said


@pytest.mark.parametrize(
    ("module", "source", "said"),
    [
        (question, "{", "a question is no JSON: '{'"),
        (question, 5, "a question is a text, not 5"),
        (question, "00.99", "'00.99' is no question; there is: 00.1, 00.2, 00.3, 00.4, 00.5"),
        (exercise, "{x", "an exercise is no JSON: '{x'"),
        (exercise, 5, "an exercise is a text, not 5"),
        (exercise, DECISION, "a decision is a question, for nothing in it can be checked"),
        (drill, True, SEED.format("True")),
        (drill, -1, SEED.format(-1)),
        (rail, 5, "what is answered is a list of names, not 5"),
    ],
)  # fmt: skip
def test_what_is_no_beginning_is_told(module: Any, source: Any, said: str) -> None:
    with pytest.raises(ValueError) as raised:
        module.first(source)
    assert str(raised.value).startswith(said.partition("; there")[0])
    assert str(raised.value) == said or "did you mean" in str(raised.value)


def test_each_control_changes_its_part() -> None:
    assert sent(question, OPEN, ("set", "sure", "guess")).sure == "guess"
    assert sent(question, COMMITTED, ("set", "stage", "open")).stage == "open"
    assert sent(question, COMMITTED, ("set", "stage", "told")).stage == "told"
    assert sent(question, COMMITTED, ("set", "question", "00.2")) == question.first("00.2")
    assert sent(question, DECIDING, ("set", "said", "x" * 600)).said == "x" * 600
    moved = sent(question, IN_STEPS, ("move", "one", "down"))
    assert moved.given.split() == ["three", "one", "two"]
    assert sent(question, IN_STEPS, ("move", "one", "up")) == IN_STEPS
    assert sent(question, COMMITTED, ("press", "again", None)).given == ""
    row = exercise.first(ROW)
    assert sent(exercise, row, ("set", "checked", True)).checked
    assert sent(exercise, row, ("set", "exercise", "00.2")) == exercise.first("00.2")
    assert sent(exercise, row, ("set", "given", "1"), ("press", "again", None)) == row
    order = exercise.first(ORDER)
    assert order.given.split() == ["one", "three", "two"]
    checked = sent(exercise, order, ("set", "checked", True), ("move", "two", "up"))
    assert (checked.given.split(), checked.checked) == (["one", "two", "three"], False)
    assert sent(drill, DRILL, ("press", "hint", None)) == drill.State(7, hint=True)
    assert sent(drill, DRILL, ("set", "told", False)) == DRILL
    assert sent(drill, TOLD, ("set", "told", True)) == TOLD
    assert sent(drill, TOLD, ("set", "told", False)) == drill.State(7, "-")
    assert sent(drill, DRILL, ("set", "given", "3"), ("set", "told", True)) == TOLD
    assert sent(drill, TOLD, ("press", "next", None)) == drill.State(7, "-")
    assert sent(drill, TOLD, ("press", "again", None)) == DRILL
    assert sent(drill, TOLD, ("set", "seed", 9)) == drill.State(9)
    assert sent(drill, TOLD, ("set", "record", "++")) == drill.State(7, "++")
    assert (drill.change(DRILL, TOLD), drill.change(DRILL, drill.State(8))) == ("edit", "new")
    assert (question.change(OPEN, COMMITTED), question.change(OPEN, IN_STEPS)) == ("edit", "new")
    assert drill.first(None) == drill.State() == drill.State(1, "", "", False, False)
    assert question.first(None) == question.State("00.1", "", "fairly", "open", "")
    assert exercise.first(None) == WRITING
    links = sent(
        rail, rail.State(), ("set", "links", "page"), ("set", "answered", ["question 00.1"])
    )
    assert links == rail.State(("question 00.1",), "page")


def test_python_sets_answers_as_it_has_them() -> None:
    def given(value: Any) -> dict[str, Any]:
        return {"type": "set", "target": "given", "value": value}

    assert question.setting(OPEN, "given", [(0, 1, 2)]) == [given("0 1 2")]
    assert question.setting(COMMITTED, "given", 7) == [
        {"type": "set", "target": "stage", "value": "open"}, given("7"),
    ]  # fmt: skip
    assert question.setting(COMMITTED, "sure", "guess") == [
        {"type": "set", "target": "sure", "value": "guess"}
    ]
    assert exercise.setting(WRITING, "given", [0, 1, 2]) == [given("0 1 2")]
    assert exercise.setting(WRITING, "checked", True) == [
        {"type": "set", "target": "checked", "value": True}
    ]
    assert drill.setting(DRILL, "given", 5) == [given("5")]
    assert drill.setting(DRILL, "seed", 5) == [{"type": "set", "target": "seed", "value": 5}]
    assert question.written({"setup": [], "x": IndexError}) == (
        '{"setup": [], "x": "<class \'IndexError\'>"}'
    )
    assert question.written(["one", "two"]) == "one\ntwo"
    assert question.written([(0, 1, 2), [3, 4, 5]]) == "0 1 2\n3 4 5"
    assert question.written(b"0 1\xff") == "0 1\N{REPLACEMENT CHARACTER}"
    assert question.written([]) == ""


@pytest.mark.parametrize(
    ("module", "state"),
    [
        (question, OPEN), (question, COMMITTED), (question, asked("00.1", "0", "commit", "reveal")),
        (question, asked("00.1", "0", sure="certain")), (question, IN_STEPS),
        (question, asked(DECISION, "one", "commit", said="So.")), (exercise, WRITING),
        (exercise, sent(exercise, exercise.first(ROW), ("set", "given", "1"),
                        ("press", "check", None))),
        (drill, DRILL), (drill, TOLD), (drill, drill.State(7, "+", "5", hint=True)),
        (rail, rail.State(("exercise 00.1", "question 00.1"), "page")),
    ],
)  # fmt: skip
def test_a_state_is_written_down_and_read(module: Any, state: Any) -> None:
    held = module.to_json(state)
    assert module.from_json(held) == state
    assert module.from_json({}) == module.first(None)
    assert list(held) == list(vars(state))


def test_an_order_from_outside_that_is_none_begins_anew_when_moved() -> None:
    broken = question.State(IN_STEPS.question, "one")
    moved = sent(question, broken, ("move", "two", "up"))
    assert moved.given.split() == ["one", "two", "three"]


def test_what_a_page_of_recorded_frames_can_do() -> None:
    press = {"type": "press", "value": None}
    assert drill.travels(DRILL) == [{**press, "target": "hint"}]
    assert drill.travels(TOLD) == drill.travels(drill.State(7, hint=True)) == []
    assert exercise.travels(WRITING) == [{**press, "target": "check"}]
    assert exercise.travels(exercise.State("00.1", "", True)) == []
    assert question.travels(question.first(NUMBER)) == []
    typed = asked(NUMBER, "7")
    assert question.travels(typed) == [{**press, "target": "commit"}]
    for module, state in ((question, OPEN), (exercise, WRITING), (drill, DRILL)):
        assert module.scenario(state) == module.of(state).scenario
        assert module.opened(state) == state


NASTY = "<x> & \u202e"


def test_nothing_written_by_somebody_is_markup() -> None:
    """Whatever stands in a question or an answer is words on the card."""
    sides = {side: [{"say": NASTY, "source": NASTY}] for side in ("for", "against")}
    other = f"{NASTY}2"
    weighs = {NASTY: sides, other: sides}
    deciding = {"ask": NASTY, "form": "decision", "choices": [NASTY, other], "weighs": weighs}
    ordering = {**ORDER, "steps": {NASTY: STEPS["one"], other: STEPS["two"]}}
    choosing = {**NUMBER, "form": "choice", "choices": ["2005", NASTY], "hints": {"2005": NASTY},
                "why": f"{NASTY} `{NASTY}`", "fact": NASTY}  # fmt: skip
    frames = [
        question.frame(asked(deciding, NASTY, "commit", "reveal", said=NASTY)),
        question.frame(asked(ordering)), question.frame(asked(choosing, NASTY, "commit", "reveal")),
        question.frame(asked(choosing, "2005", "commit", "reveal")),
        exercise.frame(sent(exercise, exercise.first(ROW), ("set", "given", NASTY),
                            ("press", "check", None))),
        exercise.frame(exercise.first({**choosing, "ask": NASTY})),
        drill.frame(drill.State(7, "", NASTY)),
    ]  # fmt: skip
    for frame in frames:
        html = re.sub(r"(?s)(?<=<textarea).*?(?=</textarea>)", "", frame.regions["card"])
        assert "<x>" not in html
        assert "\u202e" not in html
        assert "&lt;x&gt;" in html
    assert item(choosing).hints == {"2005": NASTY}


def test_a_drawing_is_never_narrower_than_can_be_read() -> None:
    state = asked(WRAPPER, "yes", "commit", "reveal")
    for wide, inside in ((100, 240), (280, 240), (281, 241), (700, 660)):
        html = question.frame(state, wide).regions["card"]
        assert f'viewBox="-2 0 {inside + 4} ' in html, wide


def test_what_was_typed_is_safe_in_a_mail() -> None:
    event = {"type": "set", "target": "given", "value": "0\n\x1b[31m"}
    typed = question.update(question.first("01.1"), event)
    assert "Answer: 0\n\\x1b[31m" in question.frame(typed, 840).text
