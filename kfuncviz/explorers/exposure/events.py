# SPDX-License-Identifier: BSD-3-Clause
"""
Events: what a control makes of a state
=======================================

An event is ``{"type", "target", "value"}``:

========== =========================== =========================================================
type       target                      value
========== =========================== =========================================================
``set``    ``about``                   ``inside``, ``elsewhere`` or ``both``
``set``    ``since``, ``until``        a release with a change; "" for all before, or after
``set``    ``change``, ``exposure``    the id of one on screen; "" for none
``set``    ``predict``                 true or false
``stop``   ``since``, ``until``        the index of a slider's stop
``select`` the id of a change, or ""   the id of an exposure, or "": open it, or shut it again
``guess``  one of the eight outcomes   none: it is the guess for the covered cell that is open
``fold``   one of :data:`~.state.FOLDS` true for open
========== =========================== =========================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal, get_args

from kfuncviz.explorers import outside
from kfuncviz.explorers.around import folded
from kfuncviz.explorers.exposure.state import (
    FOLDS,
    LOOKS,
    About,
    State,
    covered,
    rows,
    span,
    stops,
)
from kfuncviz.kfuncs.contracts import GLYPHS, exposures


def update(state: State, event: Mapping[str, Any]) -> State:
    """The state after one event.

    Raises ValueError for an event that no control of this state could send; it says what could.

    >>> update(State(), {"type": "set", "target": "since", "value": "6.4"}).since
    '6.4'
    """
    parts = outside.mapping("an event", event, ("type", "target", "value"))
    kind = outside.known("event", parts.get("type"), _EVENTS)
    return _EVENTS[kind](state, parts.get("target"), parts.get("value"))


def change(before: State, after: State) -> Literal["edit", "look"]:
    """What an event did: a step to undo, or another look at the same question.

    >>> change(State(), State(change="own-maps-6.8")), change(State(), State(predict=True))
    ('look', 'edit')
    """
    seen = {name: getattr(after, name) for name in LOOKS}
    return "look" if replace(before, **seen) == after else "edit"


def _set(state: State, target: Any, value: Any) -> State:
    targets = ("about", "since", "until", "change", "exposure", "predict")
    match outside.known("part of the matrix", target, targets):
        case "about":
            known: Any = outside.known("about", value, get_args(About))
            return _kept(replace(state, about=known))
        case "predict":
            flag = outside.flag("predict", value)
            return replace(state, predict=flag, change="", exposure="")
        case "change":
            ids = [event.id for event in rows(state)]
            return replace(state, change=outside.known("change on screen", value, ("", *ids)))
        case "exposure":
            return replace(state, exposure=outside.known("exposure", value, ("", *exposures())))
        case _:
            stop = stops().index(outside.known("stop", value, stops()))
            return _moved(state, target, stop if value or target == "since" else len(stops()) - 1)


def _stop(state: State, target: Any, value: Any) -> State:
    outside.known("slider", target, ("since", "until"))
    numbers = [str(number) for number in range(len(stops()))]
    return _moved(state, target, numbers.index(outside.known("stop", value, numbers)))


def _moved(state: State, target: str, stop: int) -> State:
    """One slider moved; it takes the other along where they would meet."""
    first, last = span(state)
    most = len(stops()) - 1
    if target == "since":
        first = min(stop, most - 1)
        last = max(last, first + 1)
    else:
        last = max(stop, 1)
        first = min(first, last - 1)
    return _kept(replace(state, since=stops()[first], until="" if last == most else stops()[last]))


def _kept(state: State) -> State:
    """The state, with what is open shut where its change is on screen no more."""
    if state.change in ("", *(event.id for event in rows(state))):
        return state
    return replace(state, change="", exposure="")


def _select(state: State, target: Any, value: Any) -> State:
    opened = _set(_set(state, "change", target), "exposure", value)
    same = (opened.change, opened.exposure) == (state.change, state.exposure)
    return replace(state, change="", exposure="") if same else opened


def _guess(state: State, target: Any, value: Any) -> State:
    outcome = outside.known("outcome", target, GLYPHS)
    if value is not None:
        raise ValueError(f"guess has no value; this one has {outside.shown(value)}")
    if (state.change, state.exposure) not in covered(state):
        raise ValueError("a guess is about a covered cell; none is open")
    guess = (state.change, state.exposure, outcome)
    return replace(state, guesses=(*state.guesses, guess))


def _fold(state: State, target: Any, value: Any) -> State:
    return replace(state, folds=folded(FOLDS, state.folds, target, value))


_EVENTS: Mapping[str, Callable[[State, Any, Any], State]] = MappingProxyType(
    {"set": _set, "stop": _stop, "select": _select, "guess": _guess, "fold": _fold}
)
