# SPDX-License-Identifier: BSD-3-Clause
"""
Written: what somebody wrote as a state
=======================================

It may come from a link anybody made: every field is checked, and each error names the part and what
would be right.
"""

from __future__ import annotations

from typing import Any, get_args

from kfuncviz.explorers import outside
from kfuncviz.explorers.exposure.state import FOLDS, About, State, rows, span, stops, to_json
from kfuncviz.kfuncs.contracts import GLYPHS, changes, exposures


def from_json(data: Any) -> State:
    """The state somebody wrote down, every part checked; what is left out is as in ``State()``.

    Raises ValueError for anything the explorer could not show.

    >>> from_json(to_json(State(about="both", predict=True)))
    State(about='both', since='', until='', change='', exposure='', predict=True, guesses=(), \
folds=())
    """
    plain = to_json(State()) | outside.mapping("a state", data, to_json(State()))
    state = State(
        about=outside.known("about", plain["about"], get_args(About)),  # type: ignore[arg-type]
        since=outside.known("stop", plain["since"], stops()[:-1]),
        until=outside.known("stop", plain["until"], ("", *stops()[1:-1])),
        predict=outside.flag("predict", plain["predict"]),
        guesses=_guesses(plain["guesses"]),
        folds=_folds(plain["folds"]),
    )
    first, last = span(state)
    if first >= last:
        raise ValueError(f"until is {state.until}; want a release after {state.since}")
    ids = ("", *(event.id for event in rows(state)))
    change = outside.known("change on screen", plain["change"], ids)
    exposure = outside.known("exposure", plain["exposure"], ("", *exposures()))
    return State(**{**vars(state), "change": change, "exposure": exposure})


def _guesses(value: Any) -> tuple[tuple[str, str, str], ...]:
    """Guesses, one a cell; of two for the same cell the first counts."""
    found: dict[tuple[str, str], str] = {}
    for item in _list("guesses", value):
        if type(item) is not list or len(item) != 3:
            raise ValueError(f"a guess has change, exposure and outcome, not {outside.shown(item)}")
        event = outside.known("change", item[0], changes())
        way = outside.known("exposure", item[1], exposures())
        found.setdefault((event, way), outside.known("outcome", item[2], GLYPHS))
    return tuple((*pair, outcome) for pair, outcome in found.items())


def _folds(value: Any) -> tuple[str, ...]:
    names = [outside.known("fold", name, FOLDS) for name in _list("folds", value)]
    return tuple(name for name in FOLDS if name in names)


def _list(what: str, value: Any) -> list[Any]:
    if type(value) is not list:
        raise ValueError(f"{what} is a list, not {outside.shown(value)}")
    return value
