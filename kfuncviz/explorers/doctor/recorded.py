# SPDX-License-Identifier: BSD-3-Clause
"""
Recorded: what a page of recorded frames holds, and the scenario of a state
===========================================================================
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kfuncviz.explorers.doctor.cases import case
from kfuncviz.explorers.doctor.state import State
from kfuncviz.explorers.element import event


def travels(state: State) -> list[dict[str, Any]]:
    """A page of recorded frames shows every repair beside the paste.

    >>> travels(State("X-mount.idmap=b:0:1000:1", "owned by 1000"))[0]
    {'type': 'set', 'target': 'repair', 'value': 0}
    """
    found = case(state).shown
    numbers = range(len(found.repairs) if found else 0)
    return [event("set", "repair", None if n == state.repair else n) for n in numbers]


def opened(state: State) -> State:
    """The state with the folds open that a page of recorded frames has something in."""
    return replace(state, folds=("scenario", "table", "mail"))


def scenario(state: State) -> dict[str, Any] | None:
    """The scenario that is shown; ``None`` where nothing was understood.

    >>> scenario(State()) is None
    True
    """
    found = case(state).shown
    return None if found is None or found.nothing else found.scenario
