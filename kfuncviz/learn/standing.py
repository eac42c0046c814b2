# SPDX-License-Identifier: BSD-3-Clause
"""
Standing: what somebody has answered, and the start page that shows it
======================================================================

Which questions and exercises were answered is written to a file only where the environment names
one (:data:`VARIABLE`, as ``make lab`` does), and read by nobody but the start page beside it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from kfuncviz.learn import rail

#: The environment variable that names the file.
VARIABLE = "KFUNCVIZ_STANDING"
#: The start page, in the folder of that file.
PAGE = "course.md"


def note(kind: str, name: str, right: bool) -> None:
    """Write down that a question or exercise of the course was answered, the last time counts.

    Nothing happens where no file is named, for one that is in no chapter, and where the file cannot
    be written: whoever learns is not to be stopped by it.
    """
    path = os.environ.get(VARIABLE)
    if not path or name.startswith("{"):
        return
    with suppress(OSError):
        keep(path, {**standing(path), f"{kind} {name}": right})


def keep(path: str | Path, answered: Mapping[str, bool]) -> None:
    """Write what was answered to a file, and the start page anew where one stands beside it."""
    file = Path(path)
    file.write_text(json.dumps(answered, indent=1, sort_keys=True), encoding="utf-8")
    page = file.with_name(PAGE)
    if page.exists() and page.read_text("utf-8").startswith(_BEGINS):
        page.write_text(start_page(answered), encoding="utf-8")


def standing(path: str | Path) -> dict[str, bool]:
    """What was answered, and whether rightly; nothing where there is no such file.

    >>> standing("nowhere.json")
    {}
    """
    try:
        held: Any = json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(held, dict):
        return {}
    return {key: value for key, value in held.items() if type(value) is bool}


def start_page(answered: Mapping[str, bool]) -> str:
    """The map of the course as a page of Markdown, for the folder of the notebooks.

    >>> "00-start-here.ipynb" in start_page({})
    True
    """
    there = rail.rail(rail.counted(answered), rail.notebook)
    return f"{_BEGINS}{there}</div>\n\n{_SAID}\n"


#: How the page begins, and what stands under its map.
_BEGINS = '<div class="kfv-explorer">'
_SAID = "This page is written anew with each answer: reload it to see where you stand."
