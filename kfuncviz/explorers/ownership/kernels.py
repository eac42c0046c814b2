# SPDX-License-Identifier: BSD-3-Clause
"""
Kernels: the releases at which something on the screen changes
==============================================================

A rule of the model that was not looked up cannot have made a difference.  So the question is put to
the oldest kernel, then to the next one at which a rule that was looked up begins or ends to hold,
and so on; a stop is where the answer, or what the caller may do, differs from the kernel before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from kfuncviz.explorers.ownership.cases import Case, heard, question
from kfuncviz.explorers.ownership.state import State, document
from kfuncviz.model.errors import KernelError
from kfuncviz.model.releases import NEWEST, OLDEST, STABLE, Change, Release, release
from kfuncviz.scenario.ownership.answer import Ownership


class Stop(NamedTuple):
    """A release from which on the screen is another, and the change that made it so.

    ``kernel`` names it; ``change`` is ``None`` for the oldest.
    """

    kernel: str
    change: Change | None


def stops(state: State) -> tuple[Stop, ...]:
    """The stops of the slider for the question a state holds, the oldest kernel first.

    >>> from kfuncviz.explorers.ownership.state import first
    >>> [(s.kernel, s.change and s.change.commit) for s in stops(first("home-on-a-stick"))]
    [('5.12', None), ('6.3', '7a80e5b8c6fa')]
    """
    return _walked(question(replace(state, kernel=""))).stops


def answers(state: State) -> frozenset[Ownership]:
    """What the kernels answer that were asked for the stops, but for those that refuse to.

    >>> from kfuncviz.explorers.ownership.state import first
    >>> len(answers(first("home-on-a-stick")))
    2
    """
    return _walked(question(replace(state, kernel=""))).answers


class _Walked(NamedTuple):
    """The stops, and all that was answered between the oldest kernel and the newest."""

    stops: tuple[Stop, ...]
    answers: frozenset[Ownership]


@lru_cache(256)
def _walked(asked: State) -> _Walked:
    stops: list[Stop] = []
    answers: set[Ownership] = set()
    turn: tuple[str, Change | None] | None = (".".join(map(str, OLDEST)), None)
    before = None
    while turn is not None:
        kernel, change = turn
        found, looked_up = _heard(asked, kernel)
        now = _screen(found)
        if now != before:
            stops.append(Stop(kernel, change))
        before = now
        answers.update(() if isinstance(found, KernelError) else found.answers)
        turn = _next(kernel, looked_up)
    return _Walked(tuple(stops), frozenset(answers))


def _heard(asked: State, kernel: str) -> tuple[Case | KernelError, frozenset[Change]]:
    """What a kernel says, and the rules looked up for it.

    It says what the scenario's own does where every rule that was looked up for that is the same.
    """
    there, own = release(kernel), _own(asked)
    found, looked_up = heard(asked)
    if all(rule.holds(there) == rule.holds(own) for rule in looked_up):
        return found, looked_up
    return heard(replace(asked, kernel=kernel))


def _own(state: State) -> Release:
    return release((document(state.scenario).get("settings") or {}).get("kernel", NEWEST))


def at(state: State) -> int:
    """The index of the stop that a state's kernel stands at."""
    kernel = release(state.kernel) if state.kernel else _own(state)
    found = [nth for nth, stop in enumerate(stops(state)) if _version(stop.kernel) <= kernel]
    return found[-1] if found else 0


def _version(name: str) -> Release:
    """A branch by its first version, so that it stands before its stable ones."""
    numbers = tuple(map(int, name.split(".")))
    return numbers if len(numbers) > 2 else (*numbers, 0)


def _next(kernel: str, changes: Iterable[Change]) -> tuple[str, Change] | None:
    """The next version at which one of these rules begins or ends to hold."""
    turns = [(turn, change) for change in changes for turn in _turns_of(change)]
    later = [turn for turn in turns if _version(turn[0]) > _version(kernel)]
    return min(later, key=lambda turn: (_version(turn[0]), turn[1].commit), default=None)


def _turns_of(change: Change) -> Iterator[str]:
    yield ".".join(map(str, change.since))
    for first in change.backports:
        yield str(first)
        branch = first[:2]
        later = [other for other in STABLE if branch < other < tuple(change.since)]
        if later:
            yield ".".join(map(str, min(later)))


def _screen(found: Case | KernelError) -> Any:
    """What is seen on a kernel: numbers, ways, errnos and reasons."""
    if isinstance(found, KernelError):
        return found.name, found.rule
    ways = [(o.lanes, o.travel, o.err, o.unmade, o.access and o.access.err) for o in found.answers]
    may = [(v.name, v.access.err, v.access.rule) for v in found.verdicts]
    return ways, may, found.blocked and found.blocked.errno
