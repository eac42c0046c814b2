# SPDX-License-Identifier: BSD-3-Clause
"""
State: everything the exposure explorer shows
=============================================

Frozen, with typed defaults, and made of what JSON can hold.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from kfuncviz.kfuncs.contracts import Cell, Change, Exposure, Outcome, changes, exposures

About = Literal["inside", "elsewhere", "both"]
Pair = tuple[str, str]
#: What is said where no change is on screen.
NOTHING = "Nothing changed here in these releases."
#: What can be folded away, in the order of the page.
FOLDS = ("table", "mail", "save")
#: Fields of a look at the same question: what they hold is no step to undo.
LOOKS = ("change", "exposure", "folds")


@dataclass(frozen=True)
class State:
    """Everything on screen.

    ``about`` says which changes are drawn: of the idmap's inside, of what is elsewhere, or both;
    of these the ones after release ``since``, for which the code outside was written, up to
    ``until``, on which it runs ("" and the last one: all).  Open is the cell of ``change`` and
    ``exposure``, or what is said of one of them alone.  While one may ``predict`` a cell is covered
    until there is a guess: ``guesses`` are (change, exposure, outcome).
    """

    about: About = "inside"
    since: str = ""
    until: str = ""
    change: str = ""
    exposure: str = ""
    predict: bool = False
    guesses: tuple[tuple[str, str, str], ...] = ()
    folds: tuple[str, ...] = ()


@cache
def stops() -> tuple[str, ...]:
    """Where the sliders stop: before everything (""), and each release with a change.

    >>> stops()[:3], stops()[-1]
    (('', '5.12', '5.17'), '7.3')
    """
    return ("", *dict.fromkeys(event.release for event in changes().values()))


def span(state: State) -> tuple[int, int]:
    """The stops of ``since`` and ``until``.

    >>> span(State(since="6.4")) == (stops().index("6.4"), len(stops()) - 1)
    True
    """
    last = len(stops()) - 1
    return stops().index(state.since), stops().index(state.until) if state.until else last


def rows(state: State) -> list[Change]:
    """The changes on screen, oldest first.

    >>> [event.id for event in rows(State("elsewhere", "6.19", "7.0"))]
    ['trusted-default-7.0']
    """
    first, last = span(state)
    return [
        event
        for event in changes().values()
        if state.about in (event.about, "both") and first < stops().index(event.release) <= last
    ]


def ways() -> Collection[Exposure]:
    """The exposures, a column each."""
    return exposures().values()


def guesses(state: State) -> Mapping[Pair, Outcome]:
    """What was guessed of which cell, by (change, exposure)."""
    return {(event, way): outcome for event, way, outcome in state.guesses}  # type: ignore[misc]


def covered(state: State) -> AbstractSet[Pair]:
    """The cells on screen that wait for a guess, as (change, exposure).

    >>> len(covered(State("elsewhere", "7.0", predict=True))), len(covered(State()))
    (20, 0)
    """
    if not state.predict:
        return set()
    every = {(event.id, way.id) for event in rows(state) for way in ways()}
    return every - guesses(state).keys()


def right(cells: Mapping[str, Mapping[str, Cell]], state: State) -> int:
    """How many guesses are right."""
    found = guesses(state).items()
    return sum(cells[event][way].outcome == outcome for (event, way), outcome in found)


def to_json(state: State) -> dict[str, Any]:
    """A state as JSON can hold it; :func:`~.written.from_json` reads it again."""
    return {
        "about": state.about, "since": state.since, "until": state.until,
        "change": state.change, "exposure": state.exposure, "predict": state.predict,
        "guesses": [list(guess) for guess in state.guesses], "folds": list(state.folds),
    }  # fmt: skip
