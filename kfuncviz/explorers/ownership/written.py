# SPDX-License-Identifier: BSD-3-Clause
"""
Written: a state as JSON, and what somebody wrote as a state
============================================================

Whatever is read may come from a link anybody made: every field is checked, and each error names the
part and what would be right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from kfuncviz.explorers import outside
from kfuncviz.explorers.ownership.cases import choices, question
from kfuncviz.explorers.ownership.events import CHOICES, changed, movable, named_kernel
from kfuncviz.explorers.ownership.state import (
    FOLDS,
    LOOKS,
    MOST_ZOOM,
    SWITCHES,
    TEXTS,
    Pairs,
    State,
    with_pair,
)
from kfuncviz.model.uidgid import LAST_ID, is_id
from kfuncviz.scenario.checking.schema import an_entry

#: What a kept state does not hold: it is a question, and looked at as the other is.
_NOT_KEPT = (*LOOKS, "drafts", "kept", "scenario")
_SELECTION_MAX = 24


def to_json(state: State) -> dict[str, Any]:
    """A state as JSON can hold it; :func:`from_json` reads it again.

    >>> from kfuncviz.explorers.ownership.state import first
    >>> from_json(to_json(first("home-on-a-stick"))) == first("home-on-a-stick")
    True
    """
    plain = {field.name: getattr(state, field.name) for field in fields(state)}
    return plain | {
        "maps": [list(pair) for pair in state.maps],
        "drafts": [list(pair) for pair in state.drafts],
        "refused": None if state.refused is None else list(state.refused),
        "folds": list(state.folds),
        "kept": None if state.kept is None else _difference(state, state.kept),
    }


def _difference(state: State, kept: State) -> dict[str, Any]:
    """The fields of what is compared with that are others."""
    here, there = to_json(replace(state, kept=None)), to_json(kept)
    return {
        name: value
        for name, value in there.items()
        if name not in _NOT_KEPT and value != here[name]
    }


def from_json(data: Any) -> State:
    """The state somebody wrote down, every part checked; what is left out is as in ``State()``.

    Raises
    ------
    ValueError
        For anything an explorer could not show, naming the part and what would be right.
    """
    plain = to_json(State()) | outside.mapping("a state", data, to_json(State()))
    kept = plain.pop("kept")
    state = _read(dict(plain))
    if kept is None:
        return state
    known = [name for name in plain if name not in _NOT_KEPT]
    other = _read(plain | outside.mapping("kept", kept, known))
    return replace(state, kept=question(other))


def _read(plain: dict[str, Any]) -> State:
    for name in (*CHOICES, "selection"):
        outside.text(name, plain[name])
    for name in SWITCHES:
        outside.flag(name, plain[name])
    id, step, refused = plain["id"], plain["step"], plain.pop("refused")
    if id is not None and not is_id(id):
        raise ValueError(f"id is {outside.shown(id)}; want a whole number from 0 to {LAST_ID}")
    if plain["entry"] is not None:
        _entry(plain)
    if plain["kind"] == "both" and id is not None:
        raise ValueError("an id is asked about for uid or gid, not for both")
    _count("step", step, None, "how many calls are drawn")
    _count("zoom", plain["zoom"], MOST_ZOOM, f"a whole number up to {MOST_ZOOM}")
    if plain["zoom"] is None:
        raise ValueError(f"zoom is None; want a whole number up to {MOST_ZOOM}")
    if len(plain["selection"]) > _SELECTION_MAX:
        raise ValueError(f"selection has {len(plain['selection'])} characters; want a row: mount.0")
    plain["kernel"] = named_kernel(plain["kernel"])
    plain["maps"] = _pairs("maps", plain["maps"], TEXTS[1:])
    plain["drafts"] = _pairs("drafts", plain["drafts"], TEXTS)
    plain["folds"] = _names("folds", plain["folds"])
    state = State(**plain)
    for name in ("by", "via", "kind", "direction"):
        outside.known(name, plain[name], choices(state)[name])
    for name in SWITCHES:
        movable(state, name, plain[name])
    return state if refused is None else _with_refused(state, refused)


def _count(what: str, value: Any, most: int | None, wanted: str) -> None:
    if value is None:
        return
    if type(value) is not int or value < 0 or (most is not None and value > most):
        raise ValueError(f"{what} is {outside.shown(value)}; want {wanted}")


def _entry(plain: Mapping[str, Any]) -> None:
    """Refuse an entry there cannot be, or one asked about together with something else."""
    if wanted := an_entry(plain["entry"]):
        raise ValueError(f"entry is {outside.shown(plain['entry'])}; want {wanted}")
    if plain["id"] is not None or plain["direction"] != "read":
        raise ValueError("entry is asked about with direction read, and without an id")


def _pairs(what: str, value: Any, targets: tuple[str, ...]) -> Pairs:
    pairs: Pairs = ()
    for item in _list(what, value):
        target, text = _two(what, item)
        outside.known(f"part of {what}", target, targets)
        pairs = with_pair(pairs, target, outside.text(target, text))
    return pairs


def _names(what: str, value: Any) -> tuple[str, ...]:
    names = [outside.known("fold", name, FOLDS) for name in _list(what, value)]
    return tuple(name for name in FOLDS if name in names)


def _with_refused(state: State, value: Any) -> State:
    target, chosen = _two("refused", value)
    changed(state, target, chosen)
    return replace(state, refused=(target, chosen))


def _list(what: str, value: Any) -> list[Any]:
    if type(value) is not list:
        raise ValueError(f"{what} is a list, not {outside.shown(value)}")
    return value


def _two(what: str, value: Any) -> list[Any]:
    if type(value) is not list or len(value) != 2:
        raise ValueError(f"{what} has a target and a value, not {outside.shown(value)}")
    return value
