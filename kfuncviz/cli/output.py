# SPDX-License-Identifier: BSD-3-Clause
"""
What the command writes
=======================

The answer goes to standard output, what is wrong to standard error, one line each, with nothing in
it that a terminal would obey.  Nobody may be listening: that is an exit status, not a traceback.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from kfuncviz.printable import printable
from kfuncviz.scenario.problems import ScenarioError

#: The most characters of a place and of what is wrong there; names may be as long as a file.
_PLACE_MAX, _TEXT_MAX = 400, 400

REFUSED, UNUSABLE, NOBODY_LISTENS = 1, 2, 141


def complain(text: str, *places: str) -> None:
    """One line on standard error, with where it is about."""
    if sys.stderr is None:
        return
    parts = ["kfuncviz", *(printable(place, _PLACE_MAX) for place in places if place)]
    with suppress(OSError):
        print(": ".join([*parts, printable(text, _TEXT_MAX)]), file=sys.stderr)


def named(name: str) -> str:
    """A file as a message names it, also one without a name."""
    return name or repr(name)


def written(answer: str, name: str | None) -> bool:
    """Write an answer to a file, or print it; says why where the file cannot be written."""
    if name is None:
        sys.stdout.write(answer)
        return True
    try:
        Path(name).write_text(answer, encoding="utf-8", newline="\n")
    except (OSError, ValueError) as error:
        complain(getattr(error, "strerror", None) or str(error), named(name))
        return False
    return True


def complain_all(error: ScenarioError, *places: str) -> None:
    """One line on standard error for every problem of a scenario."""
    for problem in error.problems:
        complain(str(problem), *places)


def failed(error: OSError) -> int:
    """The exit status after an answer that could not be written, which the exit will not retry."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        return NOBODY_LISTENS
    complain(error.strerror or str(error), "standard output")
    return UNUSABLE
