# SPDX-License-Identifier: BSD-3-Clause
"""
Lifetimes: how long do kfuncs live, and what changes?
=====================================================

A :class:`~.state.State` says which kfuncs are asked about, what counts as a change, and what is in
view; `update` makes the next one of an event, and `frame` draws it.  Every number comes from
:mod:`kfuncviz.evidence`; nothing but the standard library is needed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

from kfuncviz.evidence.history.lives import Only
from kfuncviz.explorers.engine.registry import Event
from kfuncviz.explorers.engine.without_ids import barred, extents
from kfuncviz.explorers.lifetimes.events import change, update
from kfuncviz.explorers.lifetimes.frame import draw, frame
from kfuncviz.explorers.lifetimes.state import PRESETS, State, pages, to_json
from kfuncviz.explorers.lifetimes.written import from_json

__all__ = (
    "TRAITS", "State", "barred", "change", "draw", "extents", "first", "frame", "from_json",
    "opened", "scenario", "to_json", "travels", "update",
)  # fmt: skip

#: The fields that can be observed, linked and set.
TRAITS = (
    "program_type", "subsystem", "flag", "text", "only", "counts", "page", "kfunc", "age", "beside",
)  # fmt: skip


def first(source: object = None) -> State:
    """The state it opens with: every kfunc, the oldest in view.

    Raises ValueError for a source: it shows no scenario.

    >>> first().page
    0
    """
    if source is not None:
        raise ValueError("the lifetimes explorer shows no scenario")
    return State()


def scenario(_state: State) -> None:
    """No scenario is shown."""


def opened(state: State) -> State:
    """A page of recorded frames has nothing to unfold: the table holds every life."""
    return replace(state, folds=())


def travels(state: State) -> list[Event]:
    """What a page of recorded frames answers: its pages, which lives are shown, what counts.

    >>> len(travels(State(subsystem="fs/")))
    7
    """
    sent: list[tuple[str, str, Any]] = [("preset", name, None) for name in PRESETS]
    sent += [("set", "only", only) for only in get_args(Only)]
    sent += [("set", "page", str(page)) for page in range(pages(state))]
    return [{"type": kind, "target": target, "value": value} for kind, target, value in sent]
