# SPDX-License-Identifier: BSD-3-Clause
"""
A document from Python
======================

What a program hands over may hold tuples, numbers of numpy and other mappings, and the same list in
two places.  It is read as the same document would be from a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import index
from typing import Any, SupportsIndex

from kfuncviz.scenario.problems import unusable
from kfuncviz.scenario.reading.json_text import DEPTH_MAX

_ATOMS = (int, str, bool, float, type(None))


def plain(value: Any, depth: int = 1) -> Any:
    """The value in the types JSON has; what has no equal there is left for the validation.

    No two parts of it are one object, and it shares none with what was given.

    >>> plain({"uid_map": ((0, 100000, 65536),)})
    {'uid_map': [[0, 100000, 65536]]}
    """
    if type(value) in _ATOMS:
        return value
    if depth > DEPTH_MAX:
        raise unusable(f"nested deeper than {DEPTH_MAX}")
    if isinstance(value, (list, tuple)):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {_key(key): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, str):
        return str.__str__(value)
    return index(value) if isinstance(value, SupportsIndex) else value


def _key(key: Any) -> Any:
    return str.__str__(key) if isinstance(key, str) else key
