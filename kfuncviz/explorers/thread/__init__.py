# SPDX-License-Identifier: BSD-3-Clause
"""
Thread: who argued what, on which facts, and what does the reader make of it?
============================================================================

The reply graph and the argument map of the thread of July 2023, linked: whatever is chosen, mail,
claim or fact, lights up what belongs to it.  The map of a question opens once the reader has
written both sides of it, or weighed it; nothing is weighed beforehand.
"""

from __future__ import annotations

from kfuncviz.explorers.engine.without_ids import barred, extents
from kfuncviz.explorers.thread.events import change, update
from kfuncviz.explorers.thread.frame import REGIONS, draw, frame
from kfuncviz.explorers.thread.recorded import opened, scenario, travels
from kfuncviz.explorers.thread.state import FOLDS, STANCES, TOPICS, WEIGHTS, State, first, ready
from kfuncviz.explorers.thread.traits import TRAITS, setting
from kfuncviz.explorers.thread.weighing import weighing_html, weighing_text
from kfuncviz.explorers.thread.written import from_json, to_json

__all__ = (
    "FOLDS",
    "REGIONS",
    "STANCES",
    "TOPICS",
    "TRAITS",
    "WEIGHTS",
    "State",
    "barred",
    "change",
    "draw",
    "extents",
    "first",
    "frame",
    "from_json",
    "opened",
    "ready",
    "scenario",
    "setting",
    "to_json",
    "travels",
    "update",
    "weighing_html",
    "weighing_text",
)
