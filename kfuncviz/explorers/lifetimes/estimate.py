# SPDX-License-Identifier: BSD-3-Clause
"""
Estimate: how long the kfuncs of the filters live, and how sure that is
=======================================================================

The curve is of every kfunc that meets the filters, whatever "show" keeps of them in view: whom one
chooses by how it ended says nothing of how things end.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from kfuncviz.evidence.history.families import TCP, family, home
from kfuncviz.evidence.history.lives import Life
from kfuncviz.evidence.history.resampling import DRAWS, band
from kfuncviz.evidence.history.survival import Point, Spell, counted, estimate
from kfuncviz.explorers.lifetimes.state import State, found
from kfuncviz.render.lifetimes.words import KINDS

#: With fewer files there is nothing to draw a band from.
LEAST_FILES = 5
_DEATHS = {"gone": "name gone without a successor", "renamed": "name gone, a successor came"}
#: What may end a kfunc's time, in words.
ENDS = {**_DEATHS, **KINDS}
#: From so few on a share says little.
_FEW = 30


class Estimate(NamedTuple):
    """The curve, the band of whole files ("files": empty where there are too few), and counts."""

    points: tuple[Point, ...]
    files: tuple[tuple[float, float], ...]
    lives: int
    events: int
    homes: int
    tcp_from: int | None

    def at(self, age: int) -> int:
        """The age that is read out: the one asked for, or the last one watched."""
        return min(age, len(self.points) - 1)


def estimated(state: State) -> Estimate | None:
    """What is estimated of a state's kfuncs; ``None`` where none was watched for a release.

    >>> answer = estimated(State(counts=("gone", "renamed")))
    >>> round(answer.points[8].survival, 3), answer.events
    (0.934, 27)
    """
    asked = State(
        program_type=state.program_type, subsystem=state.subsystem, flag=state.flag,
        text=state.text,
    )  # fmt: skip
    names = frozenset(life.kfunc for life in found(asked).lives)
    return _estimated(names, state.counts)


@lru_cache(64)
def _estimated(names: frozenset[str], counts: tuple[str, ...]) -> Estimate | None:
    spells = counted(counts, names)
    if not spells:
        return None
    homes: dict[str, list[Spell]] = {}
    for life, spell in spells.items():
        homes.setdefault(home(life), []).append(spell)
    points = estimate([*spells.values()])
    files = band([*homes.values()]) if len(homes) >= LEAST_FILES else ()
    events = sum(spell.event for spell in spells.values())
    return Estimate(points, tuple(files), len(spells), events, len(homes), _tcp(points, spells))


def _tcp(points: tuple[Point, ...], spells: dict[Life, Spell]) -> int | None:
    """The age from which on most of those watched are of TCP's congestion control."""
    old = [spell for life, spell in spells.items() if life.kfunc in family(TCP)]
    for point in points[1:]:
        own = sum(spell.entry < point.age <= spell.end for spell in old)
        if own and 2 * own > point.at_risk:
            return point.age
    return None


def said(state: State) -> str:
    """The curve in one sentence, read out at the age asked for."""
    answer = estimated(state)
    if answer is None:
        return (
            "None of these kfuncs was watched for even one release: there is nothing to estimate."
        )
    age = answer.at(state.age)
    point = answer.points[age]
    after = "1 release" if age == 1 else f"{age} releases"
    many = "1 life was" if point.at_risk == 1 else f"{point.at_risk} lives were"
    return (
        f"After {after}, {100 * point.survival:.1f} % are as they were ({_bands(answer, age)}). "
        f"{many} watched that long."
    )


def _parts(point: Point) -> bool:
    """Whether some have ended and some have not: elsewhere a band has no width to draw."""
    return 0 < point.survival < 1


def _bands(answer: Estimate, age: int) -> str:
    """How sure the estimate is at an age."""
    point = answer.points[age]
    if not _parts(point):
        many = "none" if point.survival else "each"
        return f"{many} had ended by then: no band, and no certainty"
    told = f"as if independent, {100 * point.low:.0f} to {100 * point.high:.0f} %"
    if answer.files:
        low, high = answer.files[age]
        told += f"; drawing whole files, {100 * low:.0f} to {100 * high:.0f} %"
    return told


def notes(state: State) -> list[str]:
    """What must be known of the curve: n, definition, bands, who is old."""
    answer = estimated(state)
    ends = "; ".join(ENDS[end] for end in state.counts) or "nothing"
    if answer is None:
        return [f"what ends a time, the first time it comes: {ends}"]
    files = (
        f"the dashed band holds the middle 95 % of {DRAWS} curves from whole files drawn anew, of "
        f"{answer.homes}, for kfuncs of one file share their fate"
        if answer.files
        else f"no band by file: {answer.homes} file{'s' * (answer.homes > 1)}, fewer than "
        f"{LEAST_FILES}"
    )
    bands = (
        "the bands say how else it might have come out, where some have ended and some have not; "
        f"the tinted one takes each life as independent; {files}"
        if any(map(_parts, answer.points))
        else "at no age have some ended and some not, so there is no band"
    )
    many = "1 life" if answer.lives == 1 else f"{answer.lives} lives"
    few = next((p.age for p in answer.points if p.at_risk < _FEW), None)
    return [
        f"n: {many} watched for at least one release, {answer.events} ended",
        f"what ends a time, the first time it comes: {ends}",
        *_left_out(state.counts),
        f"every kfunc there was is counted, none was drawn: {bands}",
        *([f"fewer than {_FEW} are watched from age {few} on"] if few is not None else []),
        *([f"from age {answer.tcp_from} on most are TCP congestion control"]
          if answer.tcp_from is not None else []),
        "source: data/history/kfuncs.csv.gz; product-limit estimate; “show” does not narrow it",
    ]  # fmt: skip


def _left_out(counts: tuple[str, ...]) -> list[str]:
    """What a curve is not where a name's end is no event of it."""
    ends = " or ".join(_DEATHS[end] for end in _DEATHS if end not in counts)
    said = "watched until then and left out from there on, so the curve is no share of all kfuncs"
    return [f"{ends}: {said}"] if ends else []
