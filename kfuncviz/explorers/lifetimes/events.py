# SPDX-License-Identifier: BSD-3-Clause
"""
Events: what a control makes of a state
=======================================

An event is ``{"type", "target", "value"}``:

========== ======================================= =============================================
type       target                                  value
========== ======================================= =============================================
``set``    a field of the state, but ``folds``     what it holds; ``page`` and ``age`` may be
                                                   digits, ``counts`` a list
``count``  one of :data:`~.state.ENDS`             true where it ends a kfunc's time
``preset`` one of :data:`~.state.PRESETS`          none
``select`` a kfunc                                 none: its page opens, or shuts again
``fold``   one of :data:`~.state.FOLDS`            true for open
========== ======================================= =============================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal, get_args

from kfuncviz.evidence.data.load import kfunc_releases
from kfuncviz.evidence.history.families import subsystems
from kfuncviz.evidence.history.lives import Only, every_flag, every_program_type
from kfuncviz.evidence.history.record import names
from kfuncviz.explorers import outside
from kfuncviz.explorers.around import folded
from kfuncviz.explorers.lifetimes.state import (
    ENDS,
    FOLDS,
    LOOKS,
    PRESETS,
    TEXT_MAX,
    State,
    pages,
    to_json,
)

#: The highest age there is: of a kfunc of the first release, in the newest.
OLDEST = len(kfunc_releases()) - 1


def update(state: State, event: Mapping[str, Any]) -> State:
    """The state after one event.

    Raises ValueError for an event that no control of this state could send; it says what could.

    >>> update(State(page=3), {"type": "set", "target": "subsystem", "value": "fs/"}).page
    0
    """
    parts = outside.mapping("an event", event, ("type", "target", "value"))
    kind = outside.known("event", parts.get("type"), _EVENTS)
    return _EVENTS[kind](state, parts.get("target"), parts.get("value"))


def change(before: State, after: State) -> Literal["edit", "look"]:
    """What an event did: a step to undo, or another look at the same question.

    >>> change(State(), State(page=1)), change(State(), State(flag="KF_RCU"))
    ('look', 'edit')
    """
    seen = {name: getattr(after, name) for name in LOOKS}
    return "look" if replace(before, **seen) == after else "edit"


def checked(state: State, name: str, value: Any) -> Any:
    """A value for a field of the state, checked; ValueError says what would be right."""
    match name:
        case "program_type":
            return outside.known("program type", value, ("", *every_program_type()))
        case "subsystem":
            return outside.known("subsystem", value, ("", *subsystems()))
        case "flag":
            return outside.known("flag", value, ("", *every_flag()))
        case "text":
            return _text(value)
        case "only":
            return outside.known("choice", value, get_args(Only))
        case "counts":
            return _counts(value)
        case "kfunc":
            return _kfunc(value)
        case "beside":
            return outside.flag("beside", value)
        case "page":
            return _number("page", value, pages(state) - 1)
        case _:
            return _number("age", value, OLDEST)


def _kfunc(value: Any) -> str:
    shown = names(tests=False)
    if isinstance(value, str) and value in names(tests=True) and value not in shown:
        raise ValueError(f"{value} is a test kfunc, and those are not shown")
    return outside.known("kfunc", value, ("", *shown))


def _text(value: Any) -> str:
    text = outside.text("text", value)
    if len(text) > TEXT_MAX:
        raise ValueError(f"text has {len(text)} characters; {TEXT_MAX} is the most")
    return text


def _counts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError(f"counts is a list, not {outside.shown(value)}")  # noqa: TRY004
    ends = [outside.known("end", end, ENDS) for end in value]
    return tuple(end for end in ENDS if end in ends)


def _number(what: str, value: Any, most: int) -> int:
    written = isinstance(value, str) and re.fullmatch("[0-9]{1,3}", value)
    number = int(value) if written else value
    if type(number) is not int or not 0 <= number <= most:
        raise ValueError(f"{what} is {outside.shown(value)}; want a whole number up to {most}")
    return number


def _set(state: State, target: Any, value: Any) -> State:
    fields = [name for name in to_json(state) if name != "folds"]
    name = outside.known("field", target, fields)
    fresh = replace(state, **{name: checked(state, name, value)})
    return fresh if name in LOOKS or name == "beside" else _first_page(fresh)


def _first_page(state: State) -> State:
    return replace(state, page=0)


def _count(state: State, target: Any, value: Any) -> State:
    end = outside.known("end", target, ENDS)
    rest = {*state.counts} - {end}
    counts = rest | {end} if outside.flag(end, value) else rest
    return _first_page(replace(state, counts=tuple(name for name in ENDS if name in counts)))


def _preset(state: State, target: Any, value: Any) -> State:
    _nothing("preset", value)
    return _first_page(replace(state, counts=PRESETS[outside.known("preset", target, PRESETS)]))


def _select(state: State, target: Any, value: Any) -> State:
    _nothing("select", value)
    kfunc = checked(state, "kfunc", target)
    return replace(state, kfunc="" if kfunc == state.kfunc else kfunc)


def _nothing(what: str, value: Any) -> None:
    if value is not None:
        raise ValueError(f"{what} has no value; this one has {outside.shown(value)}")


def _fold(state: State, target: Any, value: Any) -> State:
    return replace(state, folds=folded(FOLDS, state.folds, target, value))


_EVENTS: Mapping[str, Callable[[State, Any, Any], State]] = MappingProxyType(
    {"set": _set, "count": _count, "preset": _preset, "select": _select, "fold": _fold}
)
