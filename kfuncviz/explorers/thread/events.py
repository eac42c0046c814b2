# SPDX-License-Identifier: BSD-3-Clause
"""
Events: what a control makes of a state
=======================================

An event is ``{"type", "target", "value"}``:

========== ====================================== ==========================================
type       target                                 value
========== ====================================== ==========================================
``set``    ``topic``                              a question
``select`` ``message 3``, ``claim need``,         none: it is chosen; with an empty target
           ``fact churn``                         nothing is
``typed``  ``need.for``, ``.against``, ``.after`` the reader's own words
``weigh``  ``need.before``, ``need.after``        one of :data:`~.state.STANCES`, or none
``weigh``  a claim                                one of :data:`~.state.WEIGHTS`, or none
``open``   a question                             none: its map is shown
``fold``   one of :data:`~.state.FOLDS`           true for open
========== ====================================== ==========================================
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

from kfuncviz.explorers import outside
from kfuncviz.explorers.around import folded
from kfuncviz.explorers.thread.state import (
    FOLDS,
    LOOKS,
    SELECTIONS,
    STANCES,
    TARGETS,
    TOPICS,
    WEIGHTS,
    WORDS_MAX,
    State,
    choosable,
    ready,
    with_pair,
)
from kfuncviz.render.kit.fit import clean


def update(state: State, event: Mapping[str, Any]) -> State:
    """The state after one event.

    Raises
    ------
    ValueError
        For an event that no control of this state could send; it says what could.

    >>> update(State(), {"type": "weigh", "target": "need.before", "value": "even"}).stances
    (('need.before', 'even'),)
    """
    parts = outside.mapping("an event", event, ("type", "target", "value"))
    kind = outside.known("event", parts.get("type"), _EVENTS)
    return _EVENTS[kind](state, parts.get("target"), parts.get("value"))


def change(before: State, after: State) -> Literal["edit", "look"]:
    """What an event did: a step to undo, or another look at the same weighing.

    >>> change(State(), State(topic="cost"))
    'look'
    """
    seen = {name: getattr(after, name) for name in LOOKS}
    return "look" if replace(before, **seen) == after else "edit"


def words_of(target: str, value: Any) -> str:
    """The reader's words as they are kept; ValueError where they are too many."""
    text = outside.text(target, value)
    if len(text) > WORDS_MAX:
        raise ValueError(f"{target} has {len(text)} characters; {WORDS_MAX} is the most")
    return "\n".join(clean(line) for line in text.split("\n")).lstrip("\n")


def chosen_of(target: str, value: Any) -> str:
    """Where the reader stands, or how much a claim weighs; nothing for ``None``."""
    offered: Collection[str] = STANCES if target in TARGETS["stances"] else WEIGHTS
    return "" if value is None else outside.known(f"weight of {target}", value, offered)


def _set(state: State, target: Any, value: Any) -> State:
    outside.known("choice", target, ("topic",))
    return replace(state, topic=outside.known("question", value, TOPICS))


def _select(state: State, target: Any, _value: Any) -> State:
    shown = [name for name in SELECTIONS if choosable(state, name)]
    return replace(state, selection=outside.known("choice", target, ("", *shown)))


def _typed(state: State, target: Any, value: Any) -> State:
    outside.known("text", target, TARGETS["written"])
    _in_its_time(state, target)
    text = words_of(target, value)
    return replace(state, written=with_pair("written", state.written, target, text))


def _weigh(state: State, target: Any, value: Any) -> State:
    outside.known("weight", target, (*TARGETS["stances"], *TARGETS["weights"]))
    chosen = chosen_of(target, value)
    if target in TARGETS["weights"]:
        return replace(state, weights=with_pair("weights", state.weights, target, chosen))
    _in_its_time(state, target)
    return replace(state, stances=with_pair("stances", state.stances, target, chosen))


def _in_its_time(state: State, target: str) -> None:
    """What is said before a map is seen stands from then on; what is said after waits for it."""
    topic, _, part = target.partition(".")
    if (part == "after") != (topic in state.opened):
        when = "once the map is open" if part == "after" else "before the map is open"
        raise ValueError(f"{target} is said {when}")


def _open(state: State, target: Any, _value: Any) -> State:
    topic = outside.known("question", target, TOPICS)
    if not ready(state, topic):
        raise ValueError(f"the map of {topic} opens once both sides are written, or it is weighed")
    opened = tuple(name for name in TOPICS if name in (topic, *state.opened))
    return replace(state, opened=opened)


def _fold(state: State, target: Any, value: Any) -> State:
    return replace(state, folds=folded(FOLDS, state.folds, target, value))


_EVENTS: Mapping[str, Callable[[State, Any, Any], State]] = MappingProxyType(
    {"set": _set, "select": _select, "typed": _typed, "weigh": _weigh, "open": _open,
     "fold": _fold}
)  # fmt: skip
