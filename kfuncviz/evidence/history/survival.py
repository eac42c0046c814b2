# SPDX-License-Identifier: BSD-3-Clause
"""
How long does a kfunc live? Product-limit (Kaplan-Meier) curves, in releases
============================================================================

A life's age is counted in releases since its first one. `gone`: the name is missing.
`gone_or_changed`: missing, or the prototype a BPF program sees changed in substance. Lives that
go on in the newest release are censored there. Nothing is truncated on the left as long as all
are watched from birth, because 5.13 is the first release that had kfuncs at all; with `since`,
lives that began earlier enter the risk set late, at the age they had by then. The band is
pointwise, log-log, Greenwood. Standard library only; a test holds the estimate equal to that of
statsmodels.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Literal, NamedTuple, get_args

from kfuncviz.evidence.data.load import position
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.history.lives import Life, counting, every_life
from kfuncviz.evidence.history.proportions import Z

Event = Literal["gone", "gone_or_changed"]
#: What may end a spell, besides the `KINDS` of change: a name gone without a successor, or with.
DEATHS = ("gone", "renamed")


class Spell(NamedTuple):
    """A life under watch from age `entry` to `end`, where the event came or the watch ended."""

    entry: int
    end: int
    event: bool


class Point(NamedTuple):
    """The curve at one age; `low` and `high` bound the 95 % band.

    `at_risk` are the lives under watch just before this age; at age 0, those watched from birth.
    """

    age: int
    at_risk: int
    events: int
    survival: float
    low: float
    high: float


@dataclass(frozen=True)
class Curve:
    """A survival curve, one point an age: the lives it was made from, and those watched at all."""

    points: tuple[Point, ...]
    lives: int
    watched: int

    @property
    def events(self) -> int:
        """How often the event came."""
        return sum(point.events for point in self.points)


def _spell(life: Life, event: Event, begin: int) -> Spell:
    entry = max(0, begin - position(life.born))
    if event == "gone_or_changed" and life.changed:
        return Spell(entry, life.age(life.changed[0]), True)
    return Spell(entry, life.watched, bool(life.died))


def estimate(spells: Collection[Spell]) -> tuple[Point, ...]:
    """The product-limit estimate from age 0 to the highest age watched.

    >>> [round(point.survival, 3) for point in estimate([Spell(0, 1, True), Spell(0, 2, False)])]
    [1.0, 0.5, 0.5]
    """
    points, survival, greenwood = [], 1.0, 0.0
    for age in range(max(spell.end for spell in spells) + 1):
        at_risk = sum(spell.entry < age <= spell.end for spell in spells)
        if age == 0:
            at_risk = sum(spell.entry == 0 for spell in spells)
        events = sum(spell.event and spell.end == age for spell in spells)
        if events:
            survival *= 1 - events / at_risk
        if events < at_risk:
            greenwood += events / (at_risk * (at_risk - events))
        points.append(Point(age, at_risk, events, survival, *_band(survival, greenwood)))
    return tuple(points)


def _band(survival: float, greenwood: float) -> tuple[float, float]:
    """The log-log band; where nobody or everybody is gone the estimate itself."""
    if not 0 < survival < 1:
        return survival, survival
    spread = exp(Z * sqrt(greenwood) / log(survival))
    return survival ** (1 / spread), survival**spread


def spells(event: Event = "gone", since: str | None = None) -> dict[Life, Spell]:
    """Every life that was watched for at least one release, and its spell.

    ``since`` begins the watch at a release (late entry for older lives).  Raises UnknownRelease
    for a release outside the data, EvidenceError for another event.

    >>> sum(spell.event for spell in spells().values()), len(spells())
    (27, 360)
    """
    if event not in get_args(Event):
        raise EvidenceError(f"no event {event!r}; there are: {', '.join(get_args(Event))}")
    begin = 0 if since is None else position(since)
    every = {life: _spell(life, event, begin) for life in every_life()}
    return {life: spell for life, spell in every.items() if spell.end > spell.entry}


def curve(
    event: Event = "gone", since: str | None = None, kfuncs: Collection[str] | None = None
) -> Curve:
    """The survival curve of all kfuncs, or of those named in ``kfuncs``.

    ``since`` and errors as in `spells`; EvidenceError too where nothing was watched for even one
    release.

    >>> curve().points[8].at_risk, round(curve().points[8].survival, 3)
    (228, 0.934)
    """
    lives = [life for life in every_life() if kfuncs is None or life.kfunc in kfuncs]
    under = spells(event, since)
    watched = [under[life] for life in lives if life in under]
    if not watched:
        raise EvidenceError("no kfunc was watched for even one release under these conditions")
    return Curve(estimate(watched), len(lives), len(watched))


def counted(ends: Collection[str], kfuncs: Collection[str] | None = None) -> dict[Life, Spell]:
    """Every life watched for at least one release, its spell ended by what ``ends`` names.

    ``ends`` are some of `DEATHS` and of `KINDS`; a death that does not count ends the watch alone.
    ``kfuncs`` as in `curve`.

    >>> {*counted({"gone", "renamed"}).values()} == {*spells().values()}
    True
    """
    changed = frozenset(ends) - {*DEATHS}
    found = {}
    for life in counting(changed):
        if life.watched and (kfuncs is None or life.kfunc in kfuncs):
            died = ("renamed" if life.renamed else "gone") in ends and bool(life.died)
            spell = Spell(0, life.watched, died)
            found[life] = Spell(0, life.age(life.changed[0]), True) if life.changed else spell
    return found
