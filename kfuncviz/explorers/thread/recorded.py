# SPDX-License-Identifier: BSD-3-Clause
"""
Recorded: what the engine must know to record pages
===================================================

A page of recorded frames answers every question and every choice of a mail; the words and weights
in it are those it was made with.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kfuncviz.explorers.element import event
from kfuncviz.explorers.thread.state import SELECTIONS, TOPICS, State, choosable


def travels(state: State) -> list[dict[str, Any]]:
    """What a page of recorded frames lets one do: see each question, choose and let go.

    >>> travels(State())[0]
    {'type': 'set', 'target': 'topic', 'value': 'need'}
    """
    topics = [event("set", "topic", topic) for topic in TOPICS]
    chosen = [name for name in SELECTIONS if choosable(state, name)]
    return [*topics, *(event("select", name) for name in ("", *chosen))]


def opened(state: State) -> State:
    """The state with the folds open that a page of recorded frames has something in."""
    return replace(state, folds=("weighing", "table"))


def scenario(_state: State) -> None:
    """A thread is no scenario."""
