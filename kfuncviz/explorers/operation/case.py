# SPDX-License-Identifier: BSD-3-Clause
"""
Case: the model's answer to what is on screen
=============================================

The call replayed from the set-up of the scenario, before any operation of it; the decision; and the
changes that were tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from kfuncviz.explorers.operation.arguments import made
from kfuncviz.explorers.operation.changes import Change, Situation, Words, is_dir, words
from kfuncviz.explorers.operation.changes import made as made_in
from kfuncviz.explorers.operation.decision import outcome, rail
from kfuncviz.explorers.operation.search import Found, Tried, ask, search
from kfuncviz.explorers.operation.state import State, situation
from kfuncviz.render.operation.rail import Card, Rail
from kfuncviz.scenario.replay import OpReplay
from kfuncviz.scenario.why import Why


class Case(NamedTuple):
    """What is asked of what, and what came of it."""

    here: Situation
    op: Mapping[str, Any]
    replay: OpReplay
    found: Found
    rail: Rail
    cards: tuple[Card, ...]


def case(state: State) -> Case:
    """The answer to a state; ValueError where an argument is none."""
    return _case(replace(state, cell="", folds=()))


@lru_cache(128)
def _case(state: State) -> Case:
    here = situation(state)
    op = made(state.op, state.path, state.given, is_dir=is_dir(here, state.path))
    return answered(here, op)


def answered(here: Situation, op: Mapping[str, Any]) -> Case:
    """The answer to a call in a situation."""
    replay = ask(here, op)
    found = search(here, op, replay)
    other, rest = _further(here, found)
    cards = [_helping(here, each) for each in found.helps]
    cards += [_idle(here, each, replay) for each in found.no_help]
    return Case(here, op, replay, found, rail(replay, other, rest), tuple(cards))


def _further(here: Situation, found: Found) -> tuple[OpReplay | None, str]:
    """The same call where it got further, and where that was, for the checks not reached."""
    if not found.helps:
        return None, ""
    tried = found.helps[0]
    how = "Checks not reached are told as they were met with this change"
    return tried.replay, f"{how}: {_told(here, tried).title}."


def _told(here: Situation, tried: Tried) -> Words:
    """The changes in a phrase, each as it is where it is made."""
    titles, typed = "", ""
    for change in tried.changes:
        told = words(change, here)
        titles += f" and {_within(change, told.title)}" if titles else told.title
        typed += f"; {told.typed}" if typed else told.typed
        here = made_in(here, change)
    return Words(titles, typed)


#: The changes whose title begins with a name.
_NAMED = ("attrs", "cap", "owner")


def _within(change: Change, title: str) -> str:
    """The title of a change inside a sentence."""
    return title if change[0] in _NAMED else title[0].lower() + title[1:]


def _helping(here: Situation, tried: Tried) -> Card:
    came = outcome(tried.replay)
    return Card(*_told(here, tried), f"then it works: {came}" if came else "then it works",
                helps=True)  # fmt: skip


#: Why a change of a kind gives nothing to an id that has no row.
_NO_ROW: Mapping[Any, str] = {
    "mode": "mode bits give no id a row", "cap": "no capability gives an id a row",
    "owner": "this owner gives {id} no row", "by": "{id} has no row for root either",
}  # fmt: skip


def _idle(here: Situation, tried: Tried, replay: OpReplay) -> Card:
    """Why a change does not help: the same check as before, or another one."""
    why, before, err = _why(tried.replay), _why(replay), tried.replay.err
    same = (err, why.rule) == (replay.err, before.rule)
    kind, reason = tried.changes[0][0], why.rule
    if same and why.map is not None:
        id, known = f"{why.kind} {why.id}", why.id == before.id
        reason = _NO_ROW[kind].format(id=id) if known else f"{id} has no row either"
    elif same and kind == "cap" and why.cap is not None:
        reason = why.cap_words
    came = f"{'still' if same else 'then'} {err}: {reason}"
    return Card(*_told(here, tried), came, helps=False)


def _why(refused: OpReplay) -> Why:
    if refused.why is None:
        raise AssertionError("a refused call says why")
    return refused.why
