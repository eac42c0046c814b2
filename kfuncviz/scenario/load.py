# SPDX-License-Identifier: BSD-3-Clause
"""
Finding a scenario
==================

By the name of a gallery entry, by the path of a file, as a share token or as a document.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kfuncviz.nearest import nearest
from kfuncviz.resources import data_dir
from kfuncviz.scenario.checking.validate import validate
from kfuncviz.scenario.problems import ScenarioError, refuse
from kfuncviz.scenario.reading import token
from kfuncviz.scenario.reading.document import JSON_MAX, parse_text

Source = Mapping[str, Any] | str | os.PathLike[str]


def gallery() -> list[str]:
    """The names of all gallery scenarios, in alphabetical order.

    >>> "home-on-a-stick" in gallery()
    True
    """
    return sorted(path.stem for path in (data_dir() / "scenarios").glob("*.yaml"))


def load(source: Source) -> dict[str, Any]:
    """The document of a scenario, validated, and nobody else's: changing it changes no other.

    Parameters
    ----------
    source:
        A gallery name, the path of a JSON or YAML file, a share token, or a document.

    Raises
    ------
    ScenarioError
        With every problem at once.  What only the kernel would refuse is no error here: the replay
        reports it.

    >>> load({"ops": [{"op": "stat", "path": "."}]})
    {'ops': [{'op': 'stat', 'path': '.'}]}
    """
    document = source if isinstance(source, Mapping) else _read(os.fspath(source))
    problems = validate(document)
    if problems:
        raise ScenarioError(problems)
    return {key: _copy(value) for key, value in document.items()}


def _copy(value: Any) -> Any:
    """A copy of a sound, hence shallow, value in which no two parts are one object."""
    if isinstance(value, Mapping):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _read(source: str) -> Any:
    if token.is_token(source):
        return token.decode(source)
    if source in gallery():
        return parse_text((data_dir() / "scenarios" / f"{source}.yaml").read_bytes())
    try:
        with Path(source).open("rb") as file:
            data = file.read(JSON_MAX + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(source, error) from None
    return parse_text(data)


def _unreadable(source: str, error: Exception) -> ScenarioError:
    shown = source if len(source) <= 60 else source[:57] + "..."
    if source and not isinstance(error, FileNotFoundError):
        return refuse(getattr(error, "strerror", None) or str(error), shown)
    near = nearest(source, gallery(), 3, 0.4)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return refuse(f"{shown!r} is neither a file nor one of the {len(gallery())} gallery "
                  f"scenarios{hint} (kfuncviz gallery lists them)")  # fmt: skip
