# SPDX-License-Identifier: BSD-3-Clause
"""
Written: a state as JSON, and what somebody wrote as a state
============================================================

Whatever is read may come from a link anybody made: every field is checked, and each error names the
part and what would be right.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from kfuncviz.explorers import outside
from kfuncviz.explorers.thread.events import chosen_of, words_of
from kfuncviz.explorers.thread.state import (
    FOLDS,
    SELECTIONS,
    TARGETS,
    TOPICS,
    Pairs,
    State,
    ready,
    with_pair,
)


def to_json(state: State) -> dict[str, Any]:
    """A state as JSON can hold it; :func:`from_json` reads it again.

    >>> from_json(to_json(State(topic="cost"))).topic
    'cost'
    """
    return {name: _plain(value) for name, value in asdict(state).items()}


def _plain(value: Any) -> Any:
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def from_json(data: Any) -> State:
    """The state somebody wrote down, every part checked; what is left out is as in ``State()``.

    Raises
    ------
    ValueError
        For anything an explorer could not show, naming the part and what would be right.

    >>> from_json({"topic": "trust"})
    Traceback (most recent call last):
        ...
    ValueError: 'trust' is no question; there is: need, promise, surface, cost, alternative, later
    """
    plain = to_json(State()) | outside.mapping("a state", data, to_json(State()))
    state = State(
        topic=outside.known("question", plain["topic"], TOPICS),
        selection=outside.known("choice", plain["selection"], ("", *SELECTIONS)),
        written=_pairs("written", plain["written"]),
        stances=_pairs("stances", plain["stances"]),
        weights=_pairs("weights", plain["weights"]),
        opened=_names("opened", plain["opened"], TOPICS),
        folds=_names("folds", plain["folds"], FOLDS),
    )
    _in_their_time(state)
    return state


def _in_their_time(state: State) -> None:
    """Refuse a map that is open before its time, and what is said after a map that is not open."""
    for topic in state.opened:
        if not ready(state, topic):
            raise ValueError(f"opened holds {topic!r}, which is neither written nor weighed")
    for target, _ in (*state.written, *state.stances):
        topic, _, part = target.partition(".")
        if part == "after" and topic not in state.opened:
            raise ValueError(f"{target} is said once the map is open, and it is not")


def _pairs(field: str, value: Any) -> Pairs:
    pairs: Pairs = ()
    for item in _list(field, value):
        if type(item) is not list or len(item) != 2:
            raise ValueError(
                f"{field} has pairs of a target and a value, not {outside.shown(item)}"
            )
        target = outside.known(f"part of {field}", item[0], TARGETS[field])
        read = words_of if field == "written" else chosen_of
        pairs = with_pair(field, pairs, target, read(target, item[1]))
    return pairs


def _names(field: str, value: Any, known: Any) -> tuple[str, ...]:
    names = [outside.known(f"part of {field}", name, known) for name in _list(field, value)]
    return tuple(name for name in known if name in names)


def _list(field: str, value: Any) -> list[Any]:
    if type(value) is not list:
        raise ValueError(f"{field} is a list, not {outside.shown(value)}")
    return value
