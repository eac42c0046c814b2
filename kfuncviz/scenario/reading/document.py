# SPDX-License-Identifier: BSD-3-Clause
"""
Reading scenario files
======================

JSON or YAML from outside: bounded in size and depth, in UTF-8.  Every problem is a
:class:`~kfuncviz.scenario.problems.ScenarioError` with its line and column; nothing else is raised.
The two languages have a reader each, :mod:`.json_text` and :mod:`.yaml_text`.
"""

from __future__ import annotations

import re
from typing import Any

from kfuncviz.scenario.problems import unusable
from kfuncviz.scenario.reading.json_text import parse_json

#: Largest document in bytes, and largest YAML document in characters (its reader is slow).
JSON_MAX, YAML_MAX = 8 << 20, 1 << 18


def parse_text(data: bytes | str) -> Any:
    """The document in a JSON or YAML text.

    >>> parse_text("userns: {M: {uid_map: [[0, 100000, 65536]]}}")
    {'userns': {'M': {'uid_map': [[0, 100000, 65536]]}}}
    """
    text = data if isinstance(data, str) else decoded(data)
    start = text.lstrip()
    if not start:
        raise unusable("the document is empty; an object is wanted, of which {} is the smallest")
    return parse_json(text) if _looks_like_json(start) else _yaml(text)


def parse_line(data: bytes) -> Any:
    """The document in one line of a file that has one a line: JSON.

    >>> parse_line(b'{"ops": []}')
    {'ops': []}
    """
    return parse_json(decoded(data, one_line=True).rstrip("\r\n"), one_line=True)


def decoded(data: bytes, *, one_line: bool = False) -> str:
    """The text of a document, with or without a byte order mark; ``one_line`` as for JSON."""
    if len(data) > JSON_MAX:
        raise unusable(f"more than {JSON_MAX} bytes, the most a scenario may have")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        why = "a scenario is a UTF-8 text"
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            why += ", this looks like UTF-16"
        place = f"byte {column}" if one_line else f"line {line} byte {column}"
        raise unusable(f"not UTF-8; {why}", place) from None


def _looks_like_json(text: str) -> bool:
    """JSON's keys are quoted; YAML in braces need not quote them."""
    return re.match(r'\{\s*(?:["}]|\Z)|\[\s*(?:["\[\]{]|-?\d|true|false|null|\Z)', text) is not None


def _yaml(text: str) -> Any:
    if len(text) > YAML_MAX:
        raise unusable(
            f"{len(text)} characters of YAML; {YAML_MAX} is the most (JSON may have {JSON_MAX})"
        )
    from kfuncviz.scenario.reading.yaml_text import parse_yaml

    return parse_yaml(text)
