# SPDX-License-Identifier: BSD-3-Clause
"""
Exposure: who pays when the inside changes?
===========================================

A :class:`~.state.State` says which changes are on screen, which cell is open and what was guessed;
`update` makes the next one of an event, and `frame` draws it.  Every outcome comes from
:func:`kfuncviz.kfuncs.contracts.consequence`.
"""

from __future__ import annotations

from kfuncviz.explorers.engine.registry import Event
from kfuncviz.explorers.engine.without_ids import barred, extents
from kfuncviz.explorers.exposure.events import change, update
from kfuncviz.explorers.exposure.frame import draw, frame
from kfuncviz.explorers.exposure.state import State, covered, rows, to_json, ways
from kfuncviz.explorers.exposure.written import from_json

__all__ = (
    "TRAITS", "State", "barred", "change", "draw", "extents", "first", "frame", "from_json",
    "opened", "scenario", "to_json", "travels", "update",
)  # fmt: skip

#: The fields that can be observed, linked and set.
TRAITS = ("about", "since", "until", "change", "exposure", "predict")


def first(source: object = None) -> State:
    """The state it opens with: the idmap's inside, over every release.

    Raises ValueError for a source: it shows no scenario.

    >>> first().about
    'inside'
    """
    if source is not None:
        raise ValueError("the exposure explorer shows no scenario")
    return State()


def scenario(_state: State) -> None:
    """No scenario is shown."""


def opened(state: State) -> State:
    """A page of recorded frames unfolds the table."""
    return State(**{**vars(state), "folds": ("table",)})


def travels(state: State) -> list[Event]:
    """What a page of recorded frames answers: every cell, row and column on screen.

    >>> len(travels(State("elsewhere", since="7.0")))
    32
    """
    if covered(state):
        return []
    ids = ["", *(found.id for found in rows(state))]
    pairs = [(event, way.id) for event in ids for way in ways()]
    pairs += [(event, "") for event in ids[1:]]
    return [{"type": "select", "target": event, "value": way} for event, way in pairs]
