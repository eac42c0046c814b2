# SPDX-License-Identifier: BSD-3-Clause
"""
Finding a scenario
==================

By the name of a gallery entry, by the path of a file, as a share token or as a document.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from kfuncviz.resources import data_dir
from kfuncviz.scenario import token
from kfuncviz.scenario.document import JSON_MAX, parse_text
from kfuncviz.scenario.problems import Problem, ScenarioError
from kfuncviz.scenario.validate import validate

Source = Mapping[str, Any] | str | os.PathLike[str]


def gallery() -> list[str]:
    """The names of all gallery scenarios, in alphabetical order."""
    return sorted(path.stem for path in (data_dir() / "scenarios").glob("*.yaml"))


def load(source: Source) -> dict[str, Any]:
    """The document of a scenario, validated.

    Parameters
    ----------
    source:
        A gallery name, the path of a JSON or YAML file, a share token, or a document.

    Raises
    ------
    ScenarioError
        With every problem at once.  What only the kernel would refuse is no error here: the replay
        reports it.
    """
    document = dict(source) if isinstance(source, Mapping) else _read(os.fspath(source))
    problems = validate(document)
    if problems:
        raise ScenarioError(problems)
    return dict(document)


def _read(source: str) -> Any:
    if token.PREFIX[:3] == source.lstrip()[:3] and "." in source[:9]:
        return token.decode(source)
    entry = data_dir() / "scenarios" / f"{source}.yaml"
    if source in gallery():
        return parse_text(entry.read_bytes())
    try:
        with Path(source).open("rb") as file:
            return parse_text(file.read(JSON_MAX + 1))
    except (OSError, ValueError) as error:
        if isinstance(error, ScenarioError):
            raise
        raise ScenarioError([Problem("", _not_found(source, error))]) from None


def _not_found(source: str, error: Exception) -> str:
    reason = getattr(error, "strerror", None) or str(error)
    shown = source if len(source) <= 60 else source[:57] + "..."
    near = get_close_matches(source, gallery(), 3, 0.4) or gallery()
    return f"{shown!r}: {reason}; no gallery scenario either (there is: {', '.join(near)})"
