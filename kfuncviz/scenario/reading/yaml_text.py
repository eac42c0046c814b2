# SPDX-License-Identifier: BSD-3-Clause
"""
YAML from outside
=================

YAML without tags, anchors and aliases (a few lines of which can unfold to gigabytes), without merge
keys, sexagesimals, octals or dates: a plain scalar is null, true, false, a decimal number or text.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from yaml.reader import ReaderError

from kfuncviz.printable import short
from kfuncviz.scenario.problems import Problem, ScenarioError, unusable
from kfuncviz.scenario.reading.json_text import DEPTH_MAX, DIGITS_MAX

_TWICE_MAX = 100
_PLAIN = (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", rf"-?(?:0|[1-9][0-9]{{0,{DIGITS_MAX - 1}}})", list("-0123456789")),
)


def parse_yaml(text: str) -> Any:
    """The document in a YAML text.

    >>> parse_yaml("{mode: 0755, follow: yes, id: 12}")
    {'mode': '0755', 'follow': 'yes', 'id': 12}
    """
    try:
        loader = _Loader(text)
    except ReaderError as error:
        position: int = error.position
        line = text.count("\n", 0, position) + 1
        column = position - text.rfind("\n", 0, position)
        what = f"not YAML: the character U+{ord(text[position]):04X} has no place in it"
        raise unusable(what, f"line {line} column {column}") from None
    try:
        document = loader.get_single_data()
    except (ScenarioError, MemoryError):
        raise
    except yaml.MarkedYAMLError as error:
        what = ", ".join(part for part in (error.context, error.problem) if part)
        raise unusable(f"not YAML: {what}", _place(error.problem_mark)) from None
    except (ValueError, OverflowError):
        what = "a number or an escape is out of every range"
        raise unusable(f"not YAML: {what}", _place(loader.get_mark())) from None
    except Exception:  # noqa: BLE001  (what the reader of a library may raise is not ours to list)
        raise unusable("not YAML: it cannot be read on", _place(loader.get_mark())) from None
    finally:
        loader.dispose()
    if loader.twice:
        raise ScenarioError(loader.twice)
    return document


def _place(mark: Any) -> str:
    return f"line {mark.line + 1} column {mark.column + 1}"


class _Loader(yaml.SafeLoader):
    """Reads scalars as JSON does and keys as texts; refuses what a scenario has no use for."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (PyYAML's own way)

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.twice: list[Problem] = []
        self.depth = 0

    def get_event(self) -> Any:
        event = super().get_event()  # type: ignore[no-untyped-call]
        place = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            raise unusable("aliases are not allowed; write the value out", _place(place))
        if getattr(event, "anchor", None):
            raise unusable("anchors are not allowed", _place(place))
        if tag := getattr(event, "tag", None):
            raise unusable(f"tags such as {short(tag)!r} are not allowed", _place(place))
        self.depth += isinstance(event, yaml.CollectionStartEvent)
        self.depth -= isinstance(event, yaml.CollectionEndEvent)
        if self.depth > DEPTH_MAX:
            raise unusable(f"nested deeper than {DEPTH_MAX}", _place(place))
        return event

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key must be a text",
                                           problem_mark=key.start_mark)  # fmt: skip
            if key.value in seen and len(self.twice) < _TWICE_MAX:
                what = f"the key {short(key.value)!r} stands twice in one object"
                self.twice.append(Problem(_place(key.start_mark), what))
            seen.add(key.value)
            key.tag = "tag:yaml.org,2002:str"
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


for _tag, _pattern, _first in _PLAIN:
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})\\Z"), _first
    )
