# SPDX-License-Identifier: BSD-3-Clause
"""
What the command reads
======================

A file or standard input, and one line on standard error for whatever is wrong with it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kfuncviz.scenario.problems import ScenarioError


@contextmanager
def opened(name: str) -> Iterator[IO[bytes]]:
    """The bytes of a file, or of standard input for ``-``; OSError if it cannot be opened."""
    if name == "-":
        yield sys.stdin.buffer
        return
    with Path(name).open("rb") as file:
        yield file


def complain(text: str, *places: str) -> None:
    """One line on standard error, with where it is about."""
    print(": ".join(["kfuncviz", *(place for place in places if place), text]), file=sys.stderr)


def complain_all(error: ScenarioError, *places: str) -> None:
    """One line on standard error for every problem of a scenario."""
    for problem in error.problems:
        complain(str(problem), *places)
