# SPDX-License-Identifier: BSD-3-Clause
"""
Ownership: who owns this file, seen from here?
==============================================

A :class:`~.state.State` is everything the explorer's screen shows; `update` makes the next one of
an event, and `frame` draws it.  A text or switch that the kernel would refuse never comes into
force: it stays in the state as it was typed, and the picture is of the rest.
"""

from __future__ import annotations

from kfuncviz.explorers.ownership import cases
from kfuncviz.explorers.ownership.cases import Case, Refusal, case, choices, files, idle, parse_id
from kfuncviz.explorers.ownership.events import change, rows_of, update
from kfuncviz.explorers.ownership.frame import REGIONS, draw, frame, refusals
from kfuncviz.explorers.ownership.kernels import stops
from kfuncviz.explorers.ownership.recorded import barred, extents, opened, scenario, travels
from kfuncviz.explorers.ownership.state import (
    FOLDS,
    PLACES,
    SWITCHES,
    TEXTS,
    State,
    document,
    first,
    reachable,
)
from kfuncviz.explorers.ownership.traits import TRAITS, setting, why
from kfuncviz.explorers.ownership.written import from_json, to_json

__all__ = (
    "FOLDS",
    "PLACES",
    "REGIONS",
    "SWITCHES",
    "TEXTS",
    "TRAITS",
    "Case",
    "Refusal",
    "State",
    "barred",
    "case",
    "cases",
    "change",
    "choices",
    "document",
    "draw",
    "extents",
    "files",
    "first",
    "frame",
    "from_json",
    "idle",
    "opened",
    "parse_id",
    "reachable",
    "refusals",
    "rows_of",
    "scenario",
    "setting",
    "stops",
    "to_json",
    "travels",
    "update",
    "why",
)
