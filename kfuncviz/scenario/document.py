# SPDX-License-Identifier: BSD-3-Clause
"""
Reading scenario files
======================

JSON or YAML from outside: bounded in size and depth, without YAML's tags, anchors and aliases (a few
lines of which can unfold to gigabytes), without duplicate keys.  Every fault is a
:class:`~kfuncviz.scenario.problems.ScenarioError` with its line; nothing else is raised.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import IO, Any, NoReturn

from kfuncviz.scenario.problems import Problem, ScenarioError

#: Largest JSON document, largest YAML document (its reader is slow), deepest nesting of YAML.
JSON_MAX, YAML_MAX, DEPTH_MAX = 8 << 20, 1 << 18, 32


def parse_text(data: bytes | str) -> Any:
    """The document in a JSON or YAML text.

    >>> parse_text("userns: {M: {uid_map: [[0, 100000, 65536]]}}")
    {'userns': {'M': {'uid_map': [[0, 100000, 65536]]}}}
    """
    text = data if isinstance(data, str) else _decode(data)
    start = text.lstrip()[:80]
    if not start:
        _fail("the document is empty")
    return _json(text) if _looks_like_json(start) else _yaml(text)


def _decode(data: bytes) -> str:
    if len(data) > JSON_MAX:
        _fail(f"{len(data)} bytes; {JSON_MAX} is the most")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _fail(f"byte {error.start + 1} is not UTF-8; a scenario is a UTF-8 text")


def _looks_like_json(text: str) -> bool:
    """JSON's keys are quoted; YAML in braces need not quote them."""
    return re.match(r'[{\[]\s*(?:["\[\]{}]|-?\d|true|false|null|\Z)', text) is not None


def _fail(text: str, place: str = "") -> NoReturn:
    raise ScenarioError([Problem(place, text)])


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in pairs:
        if key in out:
            raise ValueError(f"the key {key!r} stands twice in one object")
        out[key] = value
    return out


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number here")


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        _fail(f"no JSON: {error.msg}", f"line {error.lineno} column {error.colno}")
    except (ValueError, RecursionError) as error:
        _fail(f"no usable JSON: {str(error) or 'nested too deep'}")


def _yaml(text: str) -> Any:
    if len(text) > YAML_MAX:
        _fail(f"{len(text)} characters of YAML; {YAML_MAX} is the most (JSON may have {JSON_MAX})")
    import yaml

    try:
        _check_yaml_events(text)
        return yaml.load(text, Loader=_loader())  # noqa: S506  (a SafeLoader subclass)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f"line {mark.line + 1} column {mark.column + 1}" if mark is not None else ""
        _fail(f"no YAML: {error.problem or error.context}", place)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        _fail(f"no usable YAML: {str(error).splitlines()[0] if str(error) else 'nested too deep'}")


def _check_yaml_events(text: str) -> None:
    """Refuse what a scenario has no use for before anything is built from it."""
    import yaml

    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        place = f"line {event.start_mark.line + 1} column {event.start_mark.column + 1}"
        if isinstance(event, yaml.AliasEvent):
            _fail("aliases are not allowed; write the value out", place)
        if getattr(event, "anchor", None):
            _fail("anchors are not allowed", place)
        tag = getattr(event, "tag", None)
        if tag:
            _fail(f"tags such as {tag!r} are not allowed", place)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        if isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH_MAX:
            _fail(f"nested deeper than {DEPTH_MAX}", place)


def _loader() -> Any:
    """A SafeLoader that reads numbers as JSON does, and refuses duplicate keys."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Plain scalars are null, true, false, decimal numbers or text; nothing else."""

        yaml_implicit_resolvers: dict[str, Any] = {}

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            seen: set[str] = set()
            for key_node, _ in node.value:
                if not isinstance(key_node, yaml.ScalarNode):
                    raise yaml.MarkedYAMLError(
                        problem="a key must be a text", problem_mark=key_node.start_mark
                    )
                if key_node.value in seen:
                    raise yaml.MarkedYAMLError(
                        problem=f"the key {key_node.value!r} stands twice in one object",
                        problem_mark=key_node.start_mark,
                    )
                seen.add(key_node.value)
                key_node.tag = "tag:yaml.org,2002:str"
            return dict(super().construct_mapping(node, deep=deep))

    for tag, pattern, first in (
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
        ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ):
        Loader.add_implicit_resolver(
            f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first
        )
    return Loader


def documents(stream: IO[bytes]) -> Iterator[tuple[str, bytes]]:
    """Split an input into documents: one a line if its first line is one, else the whole.

    Yields ``(place, text)``; the place of a line is ``"line 3"``, of a whole document ``""``.
    """
    first = stream.readline(JSON_MAX + 1)
    while first and not first.strip():
        first = stream.readline(JSON_MAX + 1)
    if not _is_json_object(first):
        yield "", first + stream.read(JSON_MAX + 1 - len(first))
        return
    number = 1
    line = first
    while line:
        if line.strip():
            yield f"line {number}", line
        if len(line) > JSON_MAX and not line.endswith(b"\n"):
            _skip_line(stream)
        line = stream.readline(JSON_MAX + 1)
        number += 1


def _skip_line(stream: IO[bytes]) -> None:
    while chunk := stream.readline(JSON_MAX):
        if chunk.endswith(b"\n"):
            return


def _is_json_object(line: bytes) -> bool:
    if not line.lstrip().startswith(b"{"):
        return False
    try:
        return isinstance(_json(line.decode()), dict)
    except (ScenarioError, UnicodeDecodeError):
        return False
