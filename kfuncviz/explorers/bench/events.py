# SPDX-License-Identifier: BSD-3-Clause
"""
Events: what a control of the bench makes of a state
====================================================
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import fields, replace
from typing import Any

from kfuncviz.explorers import outside
from kfuncviz.explorers.around import folded
from kfuncviz.explorers.bench.state import (
    FLAGS,
    FOLDS,
    HOOKS,
    KFUNCS,
    POINTERS,
    TWO,
    State,
    another,
    document,
    first,
    mounts,
    paths,
    wrong,
)
from kfuncviz.explorers.element import event as sent
from kfuncviz.kfuncs.verifier import RELEASES

#: The words each choice may be.
CHOICES: Mapping[str, Collection[str]] = {
    "kfunc": KFUNCS, "hook": HOOKS, "pointer": POINTERS, "release": RELEASES, "flags": FLAGS,
}  # fmt: skip
#: What one of them is called where its name is not enough.
_CALLED = {"release": "release on the bench", "flags": "flag to ask with"}
SWITCHES = ("sleepable", "rcu")
#: The fields that can be observed, linked and set.
TRAITS = tuple(field.name for field in fields(State) if field.name != "folds")
#: The releases between which a page of recorded frames can go.
_TRAVEL = ("6.12", "6.17", "6.18", "7.0")


def update(state: State, event: Any) -> State:
    """The state after an event; ValueError for one that no control could send.

    >>> update(State(), {"type": "set", "target": "release", "value": "6.12"}).release
    '6.12'
    """
    given = outside.mapping("an event", event, ("type", "target", "value"))
    kind = outside.known("kind of event", given.get("type"), _UPDATES)
    return _UPDATES[kind](state, given.get("target"), given.get("value"))


def change(before: State, after: State) -> str:
    """What has happened between two states: an edit, a look at the same, or a new beginning."""
    if after.scenario != before.scenario:
        return "new"
    return "look" if replace(before, folds=after.folds) == after else "edit"


def _set(state: State, target: Any, value: Any) -> State:
    known = ("scenario", "via", "path", "idmap", *CHOICES, *SWITCHES)
    match outside.known("part of the bench", target, known):
        case "scenario":
            begun = _opened_with(value)
            kept = {name: getattr(state, name) for name in (*CHOICES, *SWITCHES)}
            return replace(begun, **kept, folds=state.folds)
        case "via":
            return _through(state, value)
        case "path":
            outside.known("file", value, paths(document(state.scenario), state.via))
        case "idmap":
            outside.known("mount", value, mounts(document(state.scenario)))
            value = "" if value == state.via else value
        case "sleepable" | "rcu":
            outside.flag(target, value)
        case _:
            outside.known(_CALLED.get(target, target), value, CHOICES[target])
    return replace(state, **{target: value})


def _opened_with(scenario: Any) -> State:
    """The bench with a scenario of a link or a press: no file is read that either of them names."""
    document(outside.text("scenario", scenario))
    return first(scenario)


def _through(state: State, value: Any) -> State:
    """The same file through another mount, or the first one there."""
    found = document(state.scenario)
    here = paths(found, outside.known("mount", value, mounts(found)))
    path = state.path if state.path in here else here[0]
    return replace(state, via=value, path=path, idmap="")


def _wrong(state: State, target: Any, value: Any) -> State:
    """Pass the idmap of another mount, to the one kfunc that takes one; or the right one again."""
    outside.known("target", target, ("idmap",))
    other = another(state) if outside.flag("value", value) else ""
    return replace(state, kfunc=TWO, idmap=other)


def _fold(state: State, target: Any, value: Any) -> State:
    return replace(state, folds=folded(FOLDS, state.folds, target, value))


_UPDATES: Mapping[str, Callable[[State, Any, Any], State]] = {
    "set": _set, "wrong": _wrong, "fold": _fold,
}  # fmt: skip


def to_json(state: State) -> dict[str, Any]:
    """A state as JSON can hold it."""
    held = {field.name: getattr(state, field.name) for field in fields(State)}
    return held | {"folds": list(state.folds)}


def from_json(data: Any) -> State:
    """The state somebody wrote down; ValueError names the part that is wrong.

    >>> from_json({"release": "6.99"})
    Traceback (most recent call last):
        ...
    ValueError: '6.99' is no release on the bench, did you mean '6.9'? There is: 6.4, 6.5, ...
    """
    usual = to_json(State())
    held = usual | outside.mapping("a state", data, usual)
    state = _opened_with(held.pop("scenario"))
    if type(held["folds"]) is not list:
        raise ValueError(f"folds is a list, not {outside.shown(held['folds'])}")
    names = {outside.known("fold", fold, FOLDS) for fold in held.pop("folds")}
    for target in ("via", "path", *CHOICES, *SWITCHES):
        state = _set(state, target, held[target])
    if held["idmap"] != "":
        state = _set(state, "idmap", held["idmap"])
    return replace(state, folds=tuple(name for name in FOLDS if name in names))


def travels(state: State) -> list[dict[str, Any]]:
    """What a page of recorded frames answers: wrapper, pointer, release, and the wrong idmap."""
    asked: dict[str, Collection[Any]] = {
        "kfunc": KFUNCS[:4], "pointer": POINTERS, "sleepable": [not state.sleepable],
        "release": dict.fromkeys((*_TRAVEL, state.release)),
    }  # fmt: skip
    chosen = [sent("set", target, value) for target, values in asked.items() for value in values]
    return [*chosen, sent("wrong", "idmap", not wrong(state))]


def opened(state: State) -> State:
    """The state with the folds open that a page of recorded frames has something in."""
    return replace(state, folds=("program", "table", "mail"))


def scenario(state: State) -> Mapping[str, Any]:
    """The kernel's side as a scenario of its own: who owns the file the program has."""
    focus = {"path": state.path, "via": state.via, "by": "root"}
    return {**document(state.scenario), "focus": focus}
