# SPDX-License-Identifier: BSD-3-Clause
"""
Doctor: what does my configuration do?
======================================

A paste and a question become an answer hop by hop, the likely mistake and a repair that was
replayed, as :mod:`kfuncviz.diagnosis` gives them.  Here is only what is on screen.
"""

from __future__ import annotations

from typing import Any

from kfuncviz.explorers.doctor.cases import Case, case, trouble_of
from kfuncviz.explorers.doctor.events import change, update
from kfuncviz.explorers.doctor.examples import EXAMPLES
from kfuncviz.explorers.doctor.frame import draw, frame
from kfuncviz.explorers.doctor.recorded import opened, scenario, travels
from kfuncviz.explorers.doctor.state import FOLDS, TEXT_MAX, State, first, from_json, to_json
from kfuncviz.explorers.element import event
from kfuncviz.explorers.engine.without_ids import barred, extents

#: The fields that can be observed, linked and set.
TRAITS = ("text", "question", "reading", "edited", "repair")


def setting(_state: State, name: str, value: Any) -> list[dict[str, Any]]:
    """The event that sets a field: the one its control on the page would send.

    >>> setting(State(), "edited", "{}")
    [{'type': 'typed', 'target': 'scenario', 'value': '{}'}]
    """
    if name in ("text", "question"):
        return [event("typed", name, value)]
    if name == "edited":
        return [event("typed", "scenario", value)]
    return [event("set", name, value)]


def why(state: State, name: str) -> str:
    """Why what was set is not in force."""
    if name == "edited" and state.draft:
        return trouble_of(state, state.draft)
    return "it is what was understood anyway"


__all__ = (
    "EXAMPLES",
    "FOLDS",
    "TEXT_MAX",
    "TRAITS",
    "Case",
    "State",
    "barred",
    "case",
    "change",
    "draw",
    "extents",
    "first",
    "frame",
    "from_json",
    "opened",
    "scenario",
    "setting",
    "to_json",
    "travels",
    "update",
    "why",
)
