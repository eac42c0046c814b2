# SPDX-License-Identifier: BSD-3-Clause
"""
How wide is the band if kfuncs of one file share their fate?
============================================================

Greenwood's band takes every spell as independent. Here whole files are drawn instead, with
replacement, and the curve is worked out anew for each draw; the band holds the middle 95 % of the
curves at each age. The draws are the same in every run.

Standard library only. A group's counts, those at risk and those lost at each age, are fields of one
long number, so that the counts of a draw are one sum of numbers; no field can run into the next.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator, Sequence
from random import Random
from sys import byteorder

from kfuncviz.evidence.history.survival import Spell

DRAWS = 2000
_SEED = 1
_FIELD = 4


def band(groups: Collection[Collection[Spell]]) -> list[tuple[float, float]]:
    """Low and high of the band at each age from 0, drawing whole groups of spells.

    >>> band([[Spell(0, 1, True)], [Spell(0, 1, False)]])
    [(1.0, 1.0), (0.0, 1.0)]
    """
    ages = range(1, max(spell.end for group in groups for spell in group) + 1)
    held = [1.0] * DRAWS
    out = [(1.0, 1.0)]
    for at_risk, lost in _drawn(groups, ages):
        if any(lost):
            held = [
                kept * (1 - events / risk) if events else kept
                for kept, risk, events in zip(held, at_risk, lost, strict=True)
            ]
            order = sorted(held)
            out.append((_quantile(order, 0.025), _quantile(order, 0.975)))
        else:
            out.append(out[-1])
    return out


def _drawn(
    groups: Collection[Collection[Spell]], ages: range
) -> Iterator[tuple[Sequence[int], Sequence[int]]]:
    """Age by age, how many were at risk and how many were lost, of every draw."""
    size = 2 * len(ages) * _FIELD
    numbers = [int.from_bytes(_counts(group, ages).tobytes(), byteorder) for group in groups]
    chance = Random(_SEED)  # noqa: S311 draws, no secrets
    fields = array("I")
    for _ in range(DRAWS):
        drawn = sum(chance.choices(numbers, k=len(numbers)))
        fields.frombytes(drawn.to_bytes(size, byteorder))
    step = 2 * len(ages)
    for place in range(len(ages)):
        yield fields[place::step], fields[place + len(ages) :: step]


def _counts(group: Collection[Spell], ages: range) -> array[int]:
    at_risk = [sum(spell.entry < age <= spell.end for spell in group) for age in ages]
    lost = [sum(spell.event and spell.end == age for spell in group) for age in ages]
    return array("I", [*at_risk, *lost])


def _quantile(order: Sequence[float], share: float) -> float:
    """The value below which a share of the sorted values lies, between the nearest two."""
    place = share * (len(order) - 1)
    below = int(place)
    above = min(below + 1, len(order) - 1)
    return order[below] + (order[above] - order[below]) * (place - below)
