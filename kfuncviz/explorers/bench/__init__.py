# SPDX-License-Identifier: BSD-3-Clause
"""
Bench: what would the wrapper return, and may this program call it?
===================================================================

A :class:`~.state.State` puts a file on the kernel's side and a program on the other; `case` asks
the verifier model and the wrappers, `frame` draws both.
"""

from __future__ import annotations

from kfuncviz.explorers.bench.case import Case, case, program
from kfuncviz.explorers.bench.events import (
    TRAITS,
    change,
    from_json,
    opened,
    scenario,
    to_json,
    travels,
    update,
)
from kfuncviz.explorers.bench.frame import REGIONS, draw, frame
from kfuncviz.explorers.bench.state import FOLDS, State, first
from kfuncviz.explorers.engine.without_ids import barred, extents

__all__ = (
    "FOLDS",
    "REGIONS",
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
    "program",
    "scenario",
    "to_json",
    "travels",
    "update",
)
