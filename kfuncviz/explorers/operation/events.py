# SPDX-License-Identifier: BSD-3-Clause
"""
Events: what a control of the operation explorer makes of a state
=================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kfuncviz.explorers import outside
from kfuncviz.explorers.around import folded
from kfuncviz.explorers.operation import grid
from kfuncviz.explorers.operation.arguments import OPERATIONS, value_of
from kfuncviz.explorers.operation.changes import apply, read
from kfuncviz.explorers.operation.state import (
    FOLDS,
    LOOKS,
    MOST_CHANGES,
    State,
    document,
    first,
    names,
    paths,
    situation,
)
from kfuncviz.scenario.checking.schema import a_path
from kfuncviz.scenario.reading.token import encode

_PARTS = ("type", "target", "value")


def update(state: State, event: Any) -> State:
    """The state after an event; ValueError for one that no control could send.

    >>> update(State(), {"type": "set", "target": "op", "value": "unlink"}).op
    'unlink'
    """
    sent = outside.mapping("an event", event, _PARTS)
    kind = outside.known("kind of event", sent.get("type"), _UPDATES)
    return _UPDATES[kind](state, sent.get("target"), sent.get("value"))


def change(before: State, after: State) -> str:
    """What has happened between two states: an edit, a look at the same, or a new beginning."""
    if after.scenario != before.scenario:
        return "new"
    return "look" if replace(before, **{n: getattr(after, n) for n in LOOKS}) == after else "edit"


def _set(state: State, target: Any, value: Any) -> State:
    outside.known("part of the question", target, ("scenario", "by", "via", "path", "op"))
    if target == "scenario":
        document(outside.text("scenario", value))  # no file is read that a link or a press names
        return first(value)
    there = document(state.scenario)
    match target:
        case "op":
            outside.known("operation", value, OPERATIONS)
            return state if value == state.op else replace(state, op=value, given=())
        case "path":
            path(value)
        case _:
            outside.known(target, value, names(there, "callers" if target == "by" else "mounts"))
    made = replace(state, **{target: value})
    if target == "via" and state.path not in paths(there, value):
        made = replace(made, path=paths(there, value)[0])
    return _checked(made)


def path(value: Any) -> str:
    """A path of a mount, as somebody typed it."""
    typed = outside.text("path", value)
    wanted = a_path(typed)
    if wanted:
        raise ValueError(f"path: {outside.shown(typed)} will not do; want {wanted}")
    return typed


def _typed(state: State, target: Any, value: Any) -> State:
    """An argument; empty is the operation's own."""
    text = outside.text("an argument", value).strip()
    name = outside.known(f"argument of {state.op}", target, [a.name for a in OPERATIONS[state.op]])
    given = [pair for pair in state.given if pair[0] != name]
    if text:
        value_of(state.op, name, text)
        given.append((name, text))
    return replace(state, given=tuple(given))


def _try(state: State, target: Any, value: Any) -> State:
    """Make changes: who asks and through what is chosen, all else is kept as a change."""
    outside.known("target", target, ("changes",))
    here, kept = situation(state), list(state.changes)
    for made in read(value):
        here = apply(here, made)
        if made[0] not in ("by", "via"):
            kept.append(made)
    if len(kept) > MOST_CHANGES:
        raise ValueError(f"{len(kept)} changes; {MOST_CHANGES} at once are the most")
    return _checked(replace(state, changes=tuple(kept), by=here.by, via=here.via))


def _drop(state: State, target: Any, _: Any) -> State:
    """Take changes back: one by its number, or all."""
    if target == "all":
        return replace(state, changes=())
    numbers = [str(n) for n in range(len(state.changes))]
    number = int(outside.known("number of a change", target, numbers))
    return _checked(replace(state, changes=state.changes[:number] + state.changes[number + 1 :]))


def _cell(state: State, target: Any, _: Any) -> State:
    """Open a cell of the grid or a row of it, or shut the open one."""
    name = grid.known(target)
    shut = state.cell == name or ("/" not in name and state.cell.startswith(f"{name}/"))
    return replace(state, cell="" if shut else name)


def _open(state: State, target: Any, _: Any) -> State:
    """Ask the call of a cell here."""
    found = grid.cell(target)
    return State(encode(found.here.document), **grid.fields(target), folds=state.folds)


def _fold(state: State, target: Any, value: Any) -> State:
    return replace(state, folds=folded(FOLDS, state.folds, target, value))


def _checked(state: State) -> State:
    """The same state, if its changes can be made in it."""
    situation(state)
    return state


_UPDATES: Mapping[str, Callable[[State, Any, Any], State]] = {
    "set": _set, "typed": _typed, "try": _try, "drop": _drop, "cell": _cell, "open": _open,
    "fold": _fold,
}  # fmt: skip
