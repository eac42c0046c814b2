# SPDX-License-Identifier: BSD-3-Clause
"""
Events: what a control makes of a state
=======================================

========= ================================== ==================================================
type      target                             value
========= ================================== ==================================================
``typed`` ``text``, ``question``             the text
``typed`` ``scenario``                       the scenario as changed by hand; empty: as understood
``set``   ``example``                        one of :data:`~.examples.EXAMPLES`, or empty for none
``set``   ``reading``                        a dialect that the paste could be in, or empty
``set``   ``repair``                         the number of a repair, or none
``fold``  one of :data:`~.state.FOLDS`       true for open
========= ================================== ==================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

from kfuncviz.explorers import around, outside
from kfuncviz.explorers.doctor.cases import case, trouble_of
from kfuncviz.explorers.doctor.examples import EXAMPLES
from kfuncviz.explorers.doctor.state import FOLDS, LOOKS, TEXTS, State, typed


def update(state: State, event: Mapping[str, Any]) -> State:
    """The state after one event.

    Raises
    ------
    ValueError
        For an event that no control of this state could send; it says what could.

    >>> update(State(), {"type": "typed", "target": "text", "value": "0 1 1"}).text
    '0 1 1'
    """
    parts = outside.mapping("an event", event, ("type", "target", "value"))
    kind = outside.known("event", parts.get("type"), _EVENTS)
    return _EVENTS[kind](state, parts.get("target"), parts.get("value"))


def change(before: State, after: State) -> Literal["edit", "look"]:
    """What an event did: a step to undo, or another look at the same paste.

    >>> change(State(), State("0 1 1")), change(State(), State(folds=("mail",)))
    ('edit', 'look')
    """
    seen = {name: getattr(after, name) for name in LOOKS}
    return "look" if replace(before, **seen) == after else "edit"


def _typed(state: State, target: Any, value: Any) -> State:
    text = typed(outside.known("text", target, TEXTS), value)
    if target == "scenario":
        return _scenario(state, text)
    fresh = replace(state, repair=None, edited="", draft="")
    return replace(fresh, text=text) if target == "text" else replace(fresh, question=text)


def _scenario(state: State, text: str) -> State:
    """What cannot be asked stays a draft beside what was last accepted."""
    plain = replace(state, draft="", repair=None)
    if text.strip() in ("", case(replace(state, edited="")).scenario.strip()):
        return replace(plain, edited="")
    if trouble_of(state, text):
        return replace(plain, draft=text)
    return replace(plain, edited=text)


def _set(state: State, target: Any, value: Any) -> State:
    outside.known("choice", target, ("example", "reading", "repair"))
    if target == "example":
        if value == "":
            return State(folds=state.folds)
        example = EXAMPLES[outside.known("example", value, EXAMPLES)]
        return State(example.text, example.question, folds=state.folds)
    found = case(state).found
    if target == "reading":
        offered = ("", *(found.situation.others if found else ()))
        fresh = replace(state, repair=None, edited="", draft="")
        return replace(fresh, reading=outside.known("reading", value, offered))
    most = len(found.repairs) if found else 0
    if value is not None and (type(value) is not int or not 0 <= value < most):
        raise ValueError(f"{outside.shown(value)} is no repair; there are {most}, from 0 on")
    return replace(state, repair=value)


def _fold(state: State, target: Any, value: Any) -> State:
    return replace(state, folds=around.folded(FOLDS, state.folds, target, value))


_EVENTS: Mapping[str, Callable[[State, Any, Any], State]] = MappingProxyType(
    {"typed": _typed, "set": _set, "fold": _fold}
)
