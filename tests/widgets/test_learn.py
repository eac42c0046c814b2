# SPDX-License-Identifier: BSD-3-Clause
"""Question, Exercise and Drill from Python: one line a cell, and no mistake raises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import traitlets

import kfuncviz as kv
from kfuncviz.explorers.engine.registry import EXPLORERS, explorer
from kfuncviz.learn import course, exercise
from kfuncviz.learn.judge import offered
from kfuncviz.learn.standing import VARIABLE, standing
from kfuncviz.widgets.explorer import Explorer


@pytest.mark.parametrize("name", EXPLORERS)
def test_no_part_of_a_state_hides_a_trait_of_the_widget(name: str) -> None:
    module = explorer(name)
    parts = getattr(module, "TRAITS", None) or module.State.__dataclass_fields__
    assert not set(parts) & set(Explorer.class_trait_names())


@pytest.mark.parametrize(
    ("answer", "right", "stage"),
    [
        (None, None, "open"),
        ("0", True, "told"),
        (0, True, "told"),
        (1000, False, "told"),
        (7, None, "open"),
    ],
)
def test_a_question_may_be_answered_right_away(answer: Any, right: bool | None, stage: str) -> None:
    shown = kv.Question("00.1", answer)
    assert (shown.right, shown.state.stage) == (right, stage)
    shown.stage = "open"
    shown.given = "1000"
    assert shown.right is None
    shown.stage = "told"
    assert shown.right is False
    shown.given = 65534  # another answer opens it again
    assert (shown.stage, shown.given) == ("open", "65534")
    with pytest.raises(traitlets.TraitError, match="'7' is no choice"):
        shown.given = 7
    with pytest.raises(traitlets.TraitError, match="nothing is answered yet"):
        kv.Question("00.1").stage = "told"


@pytest.mark.parametrize(
    ("answer", "right", "checked"),
    [
        (None, None, False),
        (..., None, True),
        ("1125 1000 1", None, True),
        ("1000 1125 1", True, True),
        ([1000, 1125, 1], True, True),
        ([(1000, 1125, 1)], True, True),
        (kv.IdMap("1000 1125 1"), True, True),
        (b"1000 1125 1", True, True),
        ("1 2", False, True),
        (7, False, True),
        ({"a row": object()}, False, True),
    ],
)
def test_an_exercise_is_checked_where_an_answer_is_given(
    answer: Any, right: bool | None, checked: bool
) -> None:
    shown = kv.Exercise("00.1", answer)
    assert (shown.right, shown.checked) == (right, checked)
    shown.given = "1000 1125 1"
    assert (shown.right, shown.checked) == (True, False)


def test_a_scenario_and_an_order_are_given_as_they_are_in_python() -> None:
    own = {"ask": "?", "scenario": {}, "form": "scenario", "wants": [{"path": "f", "is": "7"}]}
    document = {"setup": [{"type": "file", "path": "f", "kuid": 7}]}
    assert kv.Exercise(own, document).right is True
    steps = {"a": {"op": "stat", "path": "."}, "b": {"op": "stat", "path": "."}}
    order = {**own, "form": "order", "steps": steps, "wants": [{"result": "ops.0.err", "is": "ok"}]}
    assert kv.Exercise(order, ["b", "a"]).right is True
    assert kv.Exercise(order, []).right is None
    unknown = kv.Exercise(order, ["c"])
    assert unknown.right is False
    moved = exercise.update(unknown.state, {"type": "move", "target": "b", "value": "up"})
    assert moved.given.split() == ["b", "a"]


def test_a_drill_goes_on_from_python() -> None:
    shown = kv.Drill(7)
    assert (shown.seed, shown.record, shown.told) == (7, "", False)
    shown.given, shown.told = 3, True
    assert shown.record == "-"
    again = kv.explore(shown.token)
    assert again.state == shown.state
    shown.told = False
    assert (shown.given, shown.record) == ("", "-")
    with pytest.raises(ValueError, match="a seed is a whole number"):
        kv.Drill(-1)


def test_a_decision_is_made_and_never_right_or_wrong() -> None:
    reason = [{"say": "So.", "source": "message 3"}]
    weighs = {choice: {"for": reason, "against": reason} for choice in "ab"}
    part = {"ask": "?", "form": "decision", "choices": ["a", "b"], "weighs": weighs}
    shown = kv.Question(part, "b")
    assert (shown.stage, shown.given, shown.right) == ("told", "b", None)
    shown.stage = "open"
    shown.said = "Because."
    assert (shown.right, shown.said) == (None, "Because.")


def test_what_is_checked_on_the_page_is_written_down_for_the_start_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "standing.json"))
    shown = kv.Exercise("00.1")
    shown.given = "1000 1125 1"
    assert standing(tmp_path / "standing.json") == {}
    shown.checked = True
    assert standing(tmp_path / "standing.json") == {"exercise 00.1": True}
    asked = kv.Question("00.1")
    asked.given = "1000"
    asked.stage = "told"
    assert standing(tmp_path / "standing.json")["question 00.1"] is False


def test_what_is_told_right_away_is_written_down_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A decision counts as made; what is open, missing or unchanged does not count."""
    file = tmp_path / "standing.json"
    monkeypatch.setenv(VARIABLE, str(file))
    decision = next(question for question in course.questions() if question.form == "decision")
    kv.Question(decision.name)
    kv.Question("00.1", 7)
    kv.Exercise("00.1")
    kv.Exercise("00.1", ...)
    kv.Exercise("00.1", "1125 1000 1")
    assert standing(file) == {}
    kv.Question(decision.name, offered(decision)[0])
    kv.Question("00.1", "0")
    kv.Exercise("00.1", "1 2")
    told = {f"question {decision.name}": True, "question 00.1": True, "exercise 00.1": False}
    assert standing(file) == told
    kv.Exercise("00.1", "1125 1000 1")
    assert standing(file) == told


def test_a_drill_begins_with_the_first_seed() -> None:
    assert kv.Drill().seed == 1
    assert kv.Drill(3, layout={"width": "50%"}).layout.width == "50%"
