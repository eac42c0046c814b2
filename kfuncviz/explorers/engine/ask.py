# SPDX-License-Identifier: BSD-3-Clause
"""
Ask: the one question a page puts to Python
===========================================

What would these events show?  Nothing is remembered between two questions, so that a page may ask
ahead, and every transport answers with this one function.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kfuncviz.explorers import outside
from kfuncviz.explorers.engine.frame import Shown
from kfuncviz.explorers.engine.registry import explorer
from kfuncviz.explorers.engine.shared import shown
from kfuncviz.explorers.engine.tokens import Opened, decode, encode, opened
from kfuncviz.printable import printable

#: What is drawn where no width is asked for, and the widths that can be.
WIDTH, LEAST_WIDTH, MOST_WIDTH = 960, 240, 1600
_TROUBLE_MAX = 400
#: The type of the event that leads to the state of a token.
GO = "go"

Answer = dict[str, Any]


def ask(token: str, events: Sequence[Mapping[str, Any]], width: int = WIDTH) -> list[Answer]:
    """What each event would show, of the state at ``token``; without events that state itself.

    An answer has ``token``, the ``regions`` that differ from those at ``token``, ``sentence``,
    ``run`` (``[first, last]`` or ``None``), ``slots`` and, in a run, ``said``.  That of an event
    also has ``step``: ``"edit"``, ``"look"`` or ``"new"``.  That of a state may have a ``notice``.
    What cannot be answered is ``{"trouble": text}``.

    Events are the explorer's own, but for one: ``{"type": "go", "target": TOKEN}`` leads to another
    state of the same explorer.

    >>> ask("kfv2.AAAA", [])
    [{'trouble': 'token: damaged: too short'}]
    """
    try:
        here = opened(token)
        at = shown(here.name, here.state, _drawn(width))
    except Exception as error:  # noqa: BLE001  (a page shows whatever goes wrong in its own place)
        return [_trouble(error)] * max(1, len(events))
    if not events:
        notice = {"notice": here.notice} if here.notice else {}
        return [_answer(token, at, {}) | notice]
    return [_after(here, at, event, _drawn(width)) for event in events]


def _after(here: Opened, at: Shown, event: Mapping[str, Any], width: int) -> Answer:
    module = explorer(here.name)
    try:
        state = _led(here, event)
        there = shown(here.name, state, width)
        token, step = encode(here.name, state), module.change(here.state, state)
    except Exception as error:  # noqa: BLE001  (as above; the state stays)
        return _trouble(error)
    return _answer(token, there, at.regions) | {"step": step}


def _led(here: Opened, event: Mapping[str, Any]) -> Any:
    """The state an event leads to."""
    parts = outside.mapping("an event", event, ("type", "target", "value"))
    if parts.get("type") != GO:
        return explorer(here.name).update(here.state, parts)
    name, state = decode(outside.text("a token", parts.get("target")))
    if name != here.name:
        raise ValueError(f"the token opens {name!r}, and this is {here.name!r}")
    return state


def _answer(token: str, seen: Shown, known: Mapping[str, str]) -> Answer:
    answer: Answer = {
        "token": token,
        "regions": {name: html for name, html in seen.regions.items() if known.get(name) != html},
        "sentence": seen.sentence,
        "run": None,
        "slots": {},
    }
    if seen.run is not None:
        first, last, slots = seen.run
        answer |= {"run": [first, last], "slots": dict(slots), "said": seen.said}
    return answer


def _trouble(error: Exception) -> Answer:
    """An event or token that cannot be, in its own words; anything else with what it is."""
    told = str(error) if isinstance(error, ValueError) else f"{type(error).__name__}: {error}"
    return {"trouble": printable(told, _TROUBLE_MAX)}


def _drawn(width: Any) -> int:
    if type(width) is not int:
        raise ValueError(f"a width is a whole number of pixels, not {type(width).__name__}")
    return max(LEAST_WIDTH, min(MOST_WIDTH, width))
