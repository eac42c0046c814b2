# SPDX-License-Identifier: BSD-3-Clause
"""
Where two answers to the same scenario differ
=============================================

The rules by which the model's answers count as equal to the kernel's: how the set-up went and
every operation are compared field by field.  A ``null`` counts as absent.  Size and link count of
directories are left out, they are the filesystem's own affair; so are the flattened maps and
whatever else an answer may hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Answer = Mapping[str, Any]

SET_UP = ("userns", "mounts", "callers", "setup", "fs")
OPERATION = ("err", "ret", "seen", "disk", "disk_acl", "disk_cap")
NOT_OF_DIRECTORIES = ("size", "nlink")


def differences(kernel: Answer, model: Answer) -> list[str]:
    """One line for every field that differs, with both values; empty if the answers are equal.

    >>> said = {"ops": [{"err": None, "seen": {"type": "dir", "uid": 0, "size": 40}}]}
    >>> differences(said, {"ops": [{"seen": {"type": "dir", "uid": 0, "size": 60}}]})
    []
    >>> differences(said, {"ops": [{"err": "EPERM", "seen": {"type": "dir", "uid": 1}}]})
    ['ops[0].err: kernel null, model "EPERM"',
     'ops[0].seen: kernel {"type": "dir", "uid": 0}, model {"type": "dir", "uid": 1}']
    """
    found = list(_fields("", SET_UP, _set_up(kernel), _set_up(model)))
    said, modelled = kernel["ops"], model.get("ops") or []
    if len(said) != len(modelled):
        found.append(f"ops: kernel answered {len(said)}, model {len(modelled)}")
    for number, (theirs, ours) in enumerate(zip(said, modelled, strict=False)):
        found += _fields(f"ops[{number}].", OPERATION, theirs, ours)
    return found


def _set_up(answer: Answer) -> Answer:
    """How the set-up went; a part of which nothing is said, and one said to be empty, are alike."""
    return {field: answer.get(field) or None for field in SET_UP}


def _fields(place: str, fields: tuple[str, ...], kernel: Answer, model: Answer) -> Iterator[str]:
    for field in fields:
        if kernel.get(field) == model.get(field):
            continue
        theirs, ours = _comparable(kernel.get(field)), _comparable(model.get(field))
        if theirs != ours:
            yield f"{place}{field}: kernel {json.dumps(theirs)}, model {json.dumps(ours)}"


def _comparable(value: Any) -> Any:
    """The value without what does not count."""
    if isinstance(value, list):
        return [_comparable(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    skipped = NOT_OF_DIRECTORIES if value.get("type") == "dir" else ()
    kept = sorted((k, v) for k, v in value.items() if v is not None and k not in skipped)
    return {key: _comparable(item) for key, item in kept}
