# SPDX-License-Identifier: BSD-3-Clause
"""
What can be wrong with a scenario
=================================

A :class:`Problem` has a place (``userns.M.uid_map[1]``) and says what is wrong and what would be
right.  :class:`ScenarioError` carries all of them at once.  Both print as plain lines, whatever
control characters a hostile name may hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kfuncviz.printable import printable


class Problem(NamedTuple):
    """One fault: where, what, and the kernel's errno where the kernel would be the one to refuse.

    A problem with an errno does not keep a scenario from being replayed: the replay reports it the
    way the kernel would.
    """

    place: str
    text: str
    errno: str | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return printable(f"{where}{self.errno + ': ' if self.errno else ''}{self.text}")


class ScenarioError(ValueError):
    """A scenario that cannot be used, with every problem found.

    >>> raise ScenarioError([Problem("ops[0].path", "is missing")])
    Traceback (most recent call last):
        ...
    kfuncviz.scenario.problems.ScenarioError: ops[0].path: is missing
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refuse(text: str, place: str = "") -> ScenarioError:
    """The error for a single fault, to be raised.

    >>> str(refuse("the document is empty"))
    'the document is empty'
    """
    return ScenarioError([Problem(place, text)])
