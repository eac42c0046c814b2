# SPDX-License-Identifier: BSD-3-Clause
"""
Exercise: build an answer, and let the model replay it
======================================================

An explorer with a field and a button.  An answer is missing, unchanged, wrong (with the misreading,
and the id and the rows that met) or right (with one more fact), and can be changed at any time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from typing import Any, Literal

from kfuncviz.explorers import outside
from kfuncviz.explorers.element import element, event, words
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.engine.tokens import encode
from kfuncviz.explorers.engine.without_ids import barred, extents  # noqa: F401, for the engine
from kfuncviz.learn import card, course, opening
from kfuncviz.learn.item import Item, item
from kfuncviz.learn.judge import Judgement, judge, offered
from kfuncviz.learn.question import moved, steps, written


@dataclass(frozen=True)
class State:
    """Everything on the card.

    ``exercise`` is the name of one of the course's (``"01.1"``) or one written out as JSON;
    ``given`` what stands in the field, and ``checked`` whether it is judged as it stands.
    """

    exercise: str = "00.1"
    given: str = ""
    checked: bool = False


TRAITS = ("exercise", "given", "checked")


def first(source: Any) -> State:
    """The exercise as it is first seen: the course's by its name, or one as a mapping.

    Raises ValueError where there is no such exercise, or where a part of it is wrong.

    >>> first("00.1").checked
    False
    """
    if source is None:
        source = State.exercise
    if isinstance(source, Mapping):
        source = json.dumps(source, sort_keys=True, separators=(",", ":"))
    made = State(outside.text("an exercise", source))
    asked = of(made)
    if asked.form == "decision":
        raise ValueError("a decision is a question, for nothing in it can be checked")
    return replace(made, given="\n".join(asked.steps) if asked.form == "order" else asked.start)


def of(state: State) -> Item:
    """The exercise a state is about."""
    return _item(state.exercise)


@lru_cache(64)
def _item(exercise: str) -> Item:
    if not exercise.startswith("{"):
        return course.exercise(exercise)
    try:
        return item(json.loads(exercise))
    except (json.JSONDecodeError, RecursionError):
        raise ValueError(f"an exercise is no JSON: {outside.shown(exercise)}") from None


def update(state: State, event: Mapping[str, Any]) -> State:
    """The state after an event; ValueError for one that no control could send.

    >>> update(first("00.1"), {"type": "press", "target": "check"}).checked
    True
    """
    kind = outside.known("event", event.get("type"), ("set", "press", "move"))
    target, value = event.get("target"), event.get("value")
    if kind == "press":
        pressed = outside.known("button", target, ("check", "again"))
        return replace(state, checked=True) if pressed == "check" else first(state.exercise)
    if kind == "move":
        return replace(state, given=moved(of(state), state.given, target, value), checked=False)
    part = outside.known("part of an exercise", target, TRAITS)
    if part == "exercise":
        return first(value)
    if part == "checked":
        return replace(state, checked=outside.flag("checked", value))
    return replace(state, given=outside.text("an answer", value), checked=False)


def change(before: State, after: State) -> Literal["edit", "look", "new"]:
    """What has happened between two states: checking changes nothing."""
    if before.exercise != after.exercise:
        return "new"
    return "edit" if before.given != after.given else "look"


@lru_cache(128)
def _judged(exercise: str, answer: str) -> Judgement:
    return judge(_item(exercise), answer)


def judged(state: State) -> Judgement | None:
    """What the answer is told; ``None`` before it is checked."""
    return _judged(state.exercise, state.given) if state.checked else None


# ------------------------------------------------------------------------------ what it looks like

_LINES = {"number": 1, "choice": 1, "row": 1, "map": 4, "scenario": 16}


def frame(state: State, width: int = 960) -> Frame:
    """The card."""
    asked, told = of(state), judged(state)
    shows = told is not None and (told.about is not None or asked.matter is not None)
    judged_here = told if shows else None
    rows = card.numbers(asked, judged_here)
    parts = [
        card.asked(asked), card.drawn(asked, judged_here, width), _field(state, asked),
        card.told(asked, told) if told else "", card.twin(rows), _foot(state, asked, told),
    ]  # fmt: skip
    html = card.card(card.place(asked, "exercise"), "".join(parts), label="exercise")
    question = card.plain(asked.ask)
    lines = [question, f"Answer: {card.typed(state.given) or 'none yet'}"]
    if told is None:
        return Frame({"card": html}, question, rows, "\n".join(lines))
    sentence = card.spoken(asked, told)
    return Frame({"card": html}, sentence, rows, "\n".join([*lines, sentence]))


def _field(state: State, asked: Item) -> str:
    if asked.form == "order":
        return steps(state.given, done=False)
    hint = ""
    if asked.form == "choice":
        hint = element("p", f"One of: {words(', '.join(offered(asked)))}.", class_="kfv-hint")
    field = card.field(state.given, "your answer", lines=_LINES[asked.form], done=False)
    return field + hint


def _foot(state: State, asked: Item, told: Judgement | None) -> str:
    return card.foot(
        card.press("Start again", "again", idle=state == first(state.exercise)),
        card.press("Check", "check", first=True),
        token=encode("exercise", state),
        opens=opening.token(asked, told) if told and told.state in _JUDGED else "",
    )


#: What an answer is, once there is one.
_JUDGED = ("right", "wrong")


# ------------------------------------------------------------------------------ for the engine


def opened(state: State) -> State:
    """Nothing is folded."""
    return state


def travels(state: State) -> Sequence[Mapping[str, Any]]:
    """What a page of recorded frames answers: whether what stands there is right."""
    return [] if state.checked else [event("press", "check")]


def scenario(state: State) -> Mapping[str, Any]:
    """The scenario the exercise is about."""
    return of(state).scenario


def to_json(state: State) -> dict[str, Any]:
    """A state as JSON can hold it."""
    return asdict(state)


def from_json(data: Any) -> State:
    """The state somebody wrote down; ValueError names the part that is wrong."""
    given = outside.mapping("an exercise's state", data, [field.name for field in fields(State)])
    state = first(given.get("exercise", State.exercise))
    for part in ("given", "checked"):
        if part in given:
            state = update(state, event("set", part, given[part]))
    return state


def setting(state: State, name: str, value: Any) -> list[dict[str, Any]]:
    """The events that set a field from Python; an answer may be a number or rows."""
    del state
    return [event("set", name, written(value) if name == "given" else value)]
