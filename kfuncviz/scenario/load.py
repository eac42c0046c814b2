# SPDX-License-Identifier: BSD-3-Clause
"""
Finding a scenario
==================

By the name of a gallery entry, by the path of a file, as a share token or as a document.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from kfuncviz.nearest import nearest
from kfuncviz.printable import short
from kfuncviz.resources import data_dir
from kfuncviz.scenario.checking.listing import kind
from kfuncviz.scenario.checking.validate import validate
from kfuncviz.scenario.problems import ScenarioError, unusable
from kfuncviz.scenario.reading import token
from kfuncviz.scenario.reading.document import JSON_MAX, parse_text
from kfuncviz.scenario.reading.values import plain

Source = Mapping[str, Any] | str | os.PathLike[str]


#: The worked examples of the kernel's document, as a gallery of their own.
WORKED = "idmappings-rst"


def gallery(group: str = "") -> list[str]:
    """The names of the gallery's scenarios, in alphabetical order.

    ``group`` asks for a gallery of its own: :data:`WORKED`, the worked examples of
    ``Documentation/filesystems/idmappings.rst``.

    >>> "home-on-a-stick" in gallery(), "rst-home-stat" in gallery(WORKED)
    (True, True)
    """
    return sorted(path.stem for path in (data_dir() / "scenarios" / group).glob("*.yaml"))


def scenarios() -> dict[str, Path]:
    """The file of every scenario that has a name, of every gallery.

    >>> scenarios()["rst-home-stat"].parent.name
    'idmappings-rst'
    """
    folder = data_dir() / "scenarios"
    return {path.stem: path for path in (*folder.glob("*.yaml"), *folder.glob(f"{WORKED}/*.yaml"))}


def load(source: Source) -> dict[str, Any]:
    """The document of a scenario, validated, and nobody else's: changing it changes no other.

    Parameters
    ----------
    source:
        A gallery name, the path of a JSON or YAML file, a share token (also inside a mail), or a
        document.

    Raises
    ------
    ScenarioError
        With every problem at once.  What only the kernel would refuse is no error here: the replay
        reports it.

    >>> load({"ops": [{"op": "stat", "path": "."}]})
    {'ops': [{'op': 'stat', 'path': '.'}]}
    """
    given: object = source  # whoever calls may check no types
    if isinstance(given, (str, os.PathLike)):
        return sound(_read(os.fsdecode(given)))
    if isinstance(given, Mapping):
        return sound(plain(given))
    what = "a scenario is a gallery name, a file, a share token or an object"
    raise unusable(f"{what}, not {kind(given)}")


def sound(document: Any) -> dict[str, Any]:
    """The same document if it is a scenario; :class:`ScenarioError` with every problem if not."""
    problems = validate(document)
    if problems:
        raise ScenarioError(problems)
    return dict(document)


def _read(source: str) -> Any:
    if found := token.find(source):
        return token.decode(found)
    if token.is_token(source):
        return token.decode(source)
    if file := scenarios().get(source):
        return deepcopy(_parsed(file, file.stat().st_mtime_ns))
    try:
        with Path(source).open("rb") as opened:
            data = opened.read(JSON_MAX + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(source, error) from None
    return parse_text(data)


@cache
def _parsed(file: Path, changed: int) -> Any:
    """What a gallery's file holds, as of when it was last changed: YAML is slow to read."""
    del changed
    return parse_text(file.read_bytes())


def _unreadable(source: str, error: Exception) -> ScenarioError:
    if source and not isinstance(error, FileNotFoundError):
        return unusable(getattr(error, "strerror", None) or str(error), source)
    near = nearest(source, scenarios(), 3) or nearest(source, scenarios(), 3, 0.4)
    if near and near[0] in gallery():
        near = [name for name in near if name in gallery()]
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return unusable(f"{short(source)!r} is neither a file nor one of the {len(gallery())} gallery "
                  f"scenarios{hint} (kfuncviz gallery lists them)")  # fmt: skip
