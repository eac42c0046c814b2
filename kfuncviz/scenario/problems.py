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
from typing import Any, NamedTuple

from kfuncviz.printable import printable

#: The most characters of the line a problem is shown as, and of the place in it.
_LINE_MAX, _PLACE_MAX = 400, 200


class Problem(NamedTuple):
    """One thing that is wrong: where, what, and the errno where the kernel is the one to refuse.

    A problem with an errno does not keep a scenario from being replayed: the replay reports it the
    way the kernel would.
    """

    place: str
    text: str
    errno: str | None = None

    def __str__(self) -> str:
        parts = (printable(self.place, _PLACE_MAX), self.errno, self.text)
        return printable(": ".join(part for part in parts if part), _LINE_MAX)


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

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


def unusable(text: str, place: str = "") -> ScenarioError:
    """The error for a single problem, to be raised.

    >>> str(unusable("the document is empty"))
    'the document is empty'
    """
    return ScenarioError([Problem(place, text)])
