# SPDX-License-Identifier: BSD-3-Clause
"""
JSON from outside
=================

JSON without what a hostile or careless file may hold: nesting without end, numbers of a million
digits, one key twice in an object.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from kfuncviz.printable import short
from kfuncviz.scenario.problems import Problem, ScenarioError, unusable

#: Deepest nesting, and the most digits of a number; a longer one stays a text.
DEPTH_MAX, DIGITS_MAX = 32, 300

_TWICE_MAX = 100
# Up to the next bracket outside of texts, or the end: always a match, so that none is tried twice.
_BRACKET = re.compile(r'(?:[^][{}"]++|"(?:[^"\\]++|\\.)*+"?)*+([][{}]|\Z)', re.DOTALL)


def parse_json(text: str, *, one_line: bool = False) -> Any:
    """The document in a JSON text; with ``one_line`` places are columns of that line.

    >>> parse_json('{"ops": [1, 2}')
    Traceback (most recent call last):
        ...
    kfuncviz.scenario.problems.ScenarioError: line 1 column 14: not JSON: expecting ',' delimiter
    """
    twice: list[tuple[dict[str, Any], str]] = []

    def an_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        out = dict(pairs)
        if len(out) != len(pairs) and len(twice) < _TWICE_MAX:
            twice.extend((out, key) for key in _repeated(pairs))
        return out

    try:
        document = json.loads(text, object_pairs_hook=an_object, parse_int=_whole)
        if _is_deep(document):
            _check_depth(text, one_line=one_line)
    except json.JSONDecodeError as error:
        _check_depth(text, one_line=one_line)
        what = error.msg[:1].lower() + error.msg[1:]
        raise unusable(f"not JSON: {what}", _place(text, error.pos, one_line=one_line)) from None
    except RecursionError:
        _check_depth(text, one_line=one_line)
        raise
    if twice:
        raise ScenarioError(_located(document, twice[:_TWICE_MAX]))
    return document


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= DIGITS_MAX else digits


def _is_deep(document: Any) -> bool:
    """Whether lists and objects are nested deeper than :data:`DEPTH_MAX`."""
    level = [[document]]
    for _ in range(DEPTH_MAX + 1):
        level = [
            list(item.values()) if type(item) is dict else item
            for values in level
            for item in values
            if type(item) in (dict, list)
        ]
        if not level:
            return False
    return True


def _check_depth(text: str, *, one_line: bool) -> None:
    """Brackets outside of texts, counted: which is the first that is too deep."""
    depth = 0
    for match in _BRACKET.finditer(text):
        if match[1] in ("[", "{"):
            depth += 1
            if depth > DEPTH_MAX:
                place = _place(text, match.start(1), one_line=one_line)
                raise unusable(f"nested deeper than {DEPTH_MAX}", place)
        elif match[1]:
            depth -= 1


def _place(text: str, position: int, *, one_line: bool) -> str:
    column = position - text.rfind("\n", 0, position)
    if one_line:
        return f"column {column}"
    number = text.count("\n", 0, position) + 1
    return f"line {number} column {column}"


def _repeated(pairs: list[tuple[str, Any]]) -> Iterator[str]:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            yield key
        seen.add(key)


def _located(document: Any, twice: list[tuple[dict[str, Any], str]]) -> list[Problem]:
    """The keys that stand twice, with the path of their object; none may lie in a lost value."""
    places = {id(value): place for place, value in _objects("", document)}
    return [
        Problem(f"{places.get(id(owner), '')}.{short(key)}".lstrip("."), "this key stands twice")
        for owner, key in twice
    ]


def _objects(place: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield place, value
        for key, item in value.items():
            yield from _objects(f"{place}.{short(key)}".lstrip("."), item)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _objects(f"{place}[{number}]", item)
