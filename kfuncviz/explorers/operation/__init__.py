# SPDX-License-Identifier: BSD-3-Clause
"""
Operation: what happens if I do this, and what would make it work?
==================================================================

A :class:`~.state.State` is a call: who makes it, through which mount, on which file, with which
arguments.  `update` makes the next one of an event, `frame` draws the kernel's checks in their
order and the smallest changes that were seen to help.
"""

from __future__ import annotations

from kfuncviz.explorers.engine.without_ids import barred, extents
from kfuncviz.explorers.operation.case import Case, case
from kfuncviz.explorers.operation.events import change, update
from kfuncviz.explorers.operation.frame import REGIONS, draw, frame
from kfuncviz.explorers.operation.state import FOLDS, State, first
from kfuncviz.explorers.operation.written import (
    TRAITS,
    from_json,
    opened,
    scenario,
    setting,
    to_json,
    travels,
)

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
    "scenario",
    "setting",
    "to_json",
    "travels",
    "update",
)
