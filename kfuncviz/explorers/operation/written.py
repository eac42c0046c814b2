# SPDX-License-Identifier: BSD-3-Clause
"""
Written: a state as JSON, and what the engine asks of it
========================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from kfuncviz.explorers import outside
from kfuncviz.explorers.element import event
from kfuncviz.explorers.operation import grid
from kfuncviz.explorers.operation.arguments import OPERATIONS, value_of
from kfuncviz.explorers.operation.case import case
from kfuncviz.explorers.operation.changes import plain, read
from kfuncviz.explorers.operation.events import path
from kfuncviz.explorers.operation.state import (
    FOLDS,
    MOST_CHANGES,
    State,
    document,
    names,
    situation,
)

#: The fields that can be observed, linked and set.
TRAITS = ("scenario", "by", "via", "path", "op", "given", "changes")
#: What a page of recorded frames lets one call.
_TRAVEL = ("stat", "open", "chmod", "chown", "create", "unlink")


def to_json(state: State) -> dict[str, Any]:
    """A state as JSON can hold it."""
    return {field.name: getattr(state, field.name) for field in fields(State)} | {
        "given": [list(pair) for pair in state.given],
        "changes": plain(state.changes),
        "folds": list(state.folds),
    }


def from_json(data: Any) -> State:
    """The state somebody wrote down; ValueError names the part that is wrong.

    >>> from_json({"via": "nowhere"})
    Traceback (most recent call last):
        ...
    ValueError: 'nowhere' is no via; there is: stick, unmapped, plain
    """
    usual = to_json(State())
    held = usual | outside.mapping("a state", data, usual)
    found = document(outside.text("scenario", held["scenario"]))
    op = outside.known("operation", held["op"], OPERATIONS)
    state = State(
        held["scenario"],
        outside.known("by", held["by"], names(found, "callers")),
        outside.known("via", held["via"], names(found, "mounts")),
        path(held["path"]),
        op,
        _given(op, held["given"]),
        read(held["changes"]),
        grid.known(held["cell"]) if held["cell"] != "" else "",
        _folds(held["folds"]),
    )
    if len(state.changes) > MOST_CHANGES:
        raise ValueError(f"{len(state.changes)} changes; {MOST_CHANGES} at once are the most")
    situation(state)
    return state


def _given(op: str, value: Any) -> tuple[tuple[str, str], ...]:
    if type(value) is not list or not all(type(p) is list and len(p) == 2 for p in value):
        raise ValueError(f"given is a list of names with texts, not {outside.shown(value)}")
    for name, text in value:
        value_of(op, name, outside.text("an argument", text))
    return tuple((name, text) for name, text in value)


def _folds(value: Any) -> tuple[str, ...]:
    if type(value) is not list:
        raise ValueError(f"folds is a list, not {outside.shown(value)}")
    return tuple(outside.known("fold", fold, FOLDS) for fold in value)


def travels(state: State) -> list[dict[str, Any]]:
    """What a page of recorded frames answers: the usual calls, by every caller, of every mount."""
    found = document(state.scenario)
    asked = {
        "op": [*dict.fromkeys((state.op, *_TRAVEL))],
        "by": names(found, "callers"),
        "via": names(found, "mounts"),
    }
    return [
        event("set", target, value)
        for target, values in asked.items()
        for value in values
        if len(values) > 1
    ]


def opened(state: State) -> State:
    """The state with the folds open that a page of recorded frames has something in."""
    return replace(state, folds=("table", "mail"))


def scenario(state: State) -> Mapping[str, Any]:
    """What is shown as a scenario of its own: the changes made, and the call as its operation."""
    shown = case(state)
    return {**shown.here.document, "ops": [{**shown.op, "by": state.by, "via": state.via}]}


def setting(_: State, name: str, value: Any) -> list[dict[str, Any]]:
    """The events that set a field from Python: those its control on the page would send.

    >>> setting(State(), "op", "chmod")
    [{'type': 'set', 'target': 'op', 'value': 'chmod'}]
    """
    if name == "given":
        return [event("typed", argument, text) for argument, text in dict(value).items()]
    if name == "changes":
        return [event("drop", "all"), event("try", "changes", [list(each) for each in value])]
    return [event("set", name, value)]
