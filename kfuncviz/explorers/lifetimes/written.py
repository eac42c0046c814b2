# SPDX-License-Identifier: BSD-3-Clause
"""
Written: what somebody wrote as a state
=======================================

It may come from a link anybody made: every field is checked, and each error names the part and what
would be right.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kfuncviz.explorers import outside
from kfuncviz.explorers.lifetimes.events import checked
from kfuncviz.explorers.lifetimes.state import FOLDS, State, to_json


def from_json(data: Any) -> State:
    """The state somebody wrote down, every part checked; what is left out is as in ``State()``.

    Raises ValueError for anything the explorer could not show.

    >>> from_json({"flag": "KF_RCU", "counts": ["gone"]}).counts
    ('gone',)
    """
    plain = to_json(State()) | outside.mapping("a state", data, to_json(State()))
    folds, page = plain.pop("folds"), plain.pop("page")
    state = State(**{name: checked(State(), name, value) for name, value in plain.items()})
    if type(folds) is not list:
        raise ValueError(f"folds is a list, not {outside.shown(folds)}")
    named = [outside.known("fold", name, FOLDS) for name in folds]
    shown = tuple(name for name in FOLDS if name in named)
    return replace(state, page=checked(state, "page", page), folds=shown)
