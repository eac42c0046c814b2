# SPDX-License-Identifier: BSD-3-Clause
"""
Difference: what two cases do not have in common
================================================

Two scenarios with a question each are laid side by side: the question, what the scenarios say, the
maps on the way, and the two answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from kfuncviz.scenario.ownership.answer import Lane, Ownership
from kfuncviz.scenario.ownership.travel import Hop

#: What is told elsewhere, or says nothing about the answer.
_NOT_SAID = ("id", "title", "notes", "source", "profile", "focus")
NOTHING = "-"


class Case(NamedTuple):
    """A scenario, what is asked of it, and the answer in numbers and in words."""

    document: Mapping[str, Any]
    question: Mapping[str, Any]
    answer: Ownership
    sentence: str


class Difference(NamedTuple):
    """One thing that differs: which part of the case, its name, and what it is in each."""

    part: str
    name: str
    a: str
    b: str


def differences(a: Case, b: Case) -> list[Difference]:
    """What differs between two cases: the question, the scenario, the maps, the answer.

    >>> from kfuncviz.scenario.machine import Machine
    >>> from kfuncviz.scenario.ownership.ask import ownership
    >>> one, two = ({"setup": [{"type": "file", "path": "f", "kuid": n}]} for n in (1, 2))
    >>> a, b = (Case(d, {}, ownership(Machine(d), "f"), "") for d in (one, two))
    >>> print(differences(a, b)[0])
    Difference(part='scenario', name='setup.f.kuid', a='1', b='2')
    """
    sides = (a, b)
    parts = {
        "question": [
            {name: _told(value) for name, value in case.question.items()} for case in sides
        ],
        "scenario": [*_said(a.document, b.document)],
        "maps": [{hop.name: _rows(hop) for hop in case.answer.hops} for case in sides],
        "answer": [dict(_answered(case)) for case in sides],
    }
    return [
        Difference(part, name, one.get(name, NOTHING), two.get(name, NOTHING))
        for part, (one, two) in parts.items()
        for name in dict.fromkeys([*one, *two])
        if one.get(name, NOTHING) != two.get(name, NOTHING)
    ]


def _said(*documents: Mapping[str, Any]) -> list[dict[str, str]]:
    """What two documents say, by place; what only one of them has stands in one line."""
    one, two = (dict(_items(document)) for document in documents)
    found: list[dict[str, str]] = [{}, {}]
    for place in dict.fromkeys([*one, *two]):
        for said, items in zip(found, (one, two), strict=True):
            item = items.get(place)
            if isinstance(item, Mapping) and place in one and place in two:
                said |= {f"{place}.{name}": _told(value) for name, value in item.items()}
            elif item is not None:
                said[place] = _told(item)
    return found


def _items(document: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """The things of a document: settings, and each namespace, file, mount, caller, operation."""
    for part, value in document.items():
        if part == "setup":
            for entry in value or ():
                rest = {name: item for name, item in entry.items() if name != "path"}
                yield f"setup.{entry['path']}", rest
        elif part == "ops":
            yield from ((f"ops[{nth}]", _told(op)) for nth, op in enumerate(value or ()))
        elif part in ("userns", "mounts", "callers"):
            yield from ((f"{part}.{name}", spec) for name, spec in (value or {}).items())
        elif part not in _NOT_SAID:
            yield part, value


def _told(value: Any) -> str:
    """A value in a line: names with their values, rows as people write them, the rest as JSON."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_told(part)}" for name, part in value.items()) or "as usual"
    if isinstance(value, list) and value and all(isinstance(row, list) for row in value):
        return "; ".join(" ".join(map(_told, row)) for row in value)
    if value is None:
        return NOTHING
    return value if isinstance(value, str) else json.dumps(value)


def _rows(hop: Hop) -> str:
    """The rows of a map on the way."""
    if hop.nop:
        return "no map"
    return "; ".join(" ".join(map(str, row)) for row in hop.rows) or "never written"


def _answered(case: Case) -> Iterator[tuple[str, str]]:
    """The number in each lane, what comes of the call, and the sentence."""
    answer = case.answer
    for lane in answer.lanes:
        yield lane.name, _number(lane)
    if answer.err:
        yield "error", answer.err
    if answer.access is not None:
        yield f"this caller's {answer.access.op['op']}", answer.access.err or "succeeds"
    yield "in words", case.sentence


def _number(lane: Lane) -> str:
    if lane.id is not None:
        return str(lane.id)
    return "no number" if lane.shown is None else f"no number, shown as {lane.shown}"
