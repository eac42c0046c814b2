# SPDX-License-Identifier: BSD-3-Clause
"""
State: everything the operation explorer shows
==============================================

Who calls what on which file through which mount, with which arguments, and what was changed of the
scenario to make it work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from kfuncviz.explorers import outside
from kfuncviz.explorers.operation.arguments import made, operation_of
from kfuncviz.explorers.operation.changes import Change, Situation, apply, is_dir
from kfuncviz.explorers.operation.search import ask
from kfuncviz.scenario.load import Source, load, scenarios
from kfuncviz.scenario.reading.token import encode, is_token

#: What can be folded away, in the order of the page.
FOLDS = ("cases", "grid", "table", "mail", "save")
#: Fields of a look at the same question: what they hold is no step to undo.
LOOKS = ("cell", "folds")
#: The most changes that can be held at once.
MOST_CHANGES = 8
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class State:
    """Everything on screen.

    ``scenario`` is a gallery name or a share token.  ``given`` are arguments as typed, over the
    operation's own.  ``changes`` were made to the scenario, in this order.  ``cell`` is the open
    one of the grid (``chmod/uid``); ``folds`` are open.
    """

    scenario: str = "home-on-a-stick"
    by: str = "root"
    via: str = "plain"
    path: str = "."
    op: str = "stat"
    given: Pairs = ()
    changes: tuple[Change, ...] = ()
    cell: str = ""
    folds: tuple[str, ...] = ()


def first(source: Source) -> State:
    """The state a scenario opens with: its first call, or a stat of what its focus is about.

    >>> first("root-gets-eoverflow").op
    'create'
    """
    scenario = source if isinstance(source, str) and source in scenarios() else encode(load(source))
    found = document(scenario)
    focus = found.get("focus") or {}
    by = focus.get("by") or next(iter(found.get("callers") or {}), "root")
    via = focus.get("via") or next(iter(found.get("mounts") or {}), "plain")
    asked = [
        State(scenario, **fields)
        for op in found.get("ops") or ()
        if op.get("by", by) in names(found, "callers")
        and op.get("via", via) in names(found, "mounts")
        if (fields := operation_of(op, by, via)) is not None
    ]
    if asked:
        return next((state for state in asked if _telling(state)), asked[0])
    return State(scenario, by, via, focus.get("path") or paths(found, via)[0])


@lru_cache(64)
def document(scenario: str) -> Mapping[str, Any]:
    """The document of a gallery name or a share token, to be read only; ValueError for others."""
    if not is_token(scenario) and scenario not in scenarios():
        outside.known("share token and no name in the gallery", scenario, scenarios())
    return load(scenario)


def _telling(state: State) -> bool:
    """Whether the call is refused as it stands, and not for want of what an earlier one made."""
    here = situation(state)
    op = made(state.op, state.path, state.given, is_dir=is_dir(here, state.path))
    return ask(here, op).err not in (None, "ENOENT", "EEXIST")


@lru_cache(64)
def situation(state: State) -> Situation:
    """The scenario with its changes, and who asks through what."""
    here = Situation(document(state.scenario), state.by, state.via)
    for change in state.changes:
        here = apply(here, change)
    return here


def paths(document: Mapping[str, Any], via: str) -> list[str]:
    """What can be reached through a mount, as paths from its root, which is the last of them.

    >>> paths({"setup": [{"path": "d/f"}], "mounts": {"m": {"subdir": "d"}}}, "m")
    ['f', '.']
    """
    subdir = ((document.get("mounts") or {}).get(via) or {}).get("subdir") or ""
    prefix = f"{subdir.rstrip('/')}/" if subdir else ""
    entries = [entry["path"] for entry in document.get("setup") or ()]
    found = [path.removeprefix(prefix) for path in entries if path.startswith(prefix)]
    return [*dict.fromkeys(found), "."]


def names(document: Mapping[str, Any], part: str) -> list[str]:
    """The callers or mounts of a scenario, and the one that is always there."""
    always = {"callers": "root", "mounts": "plain"}[part]
    return [*dict.fromkeys([*(document.get(part) or {}), always])]
