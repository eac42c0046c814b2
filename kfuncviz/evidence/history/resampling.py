# SPDX-License-Identifier: BSD-3-Clause
"""
How wide is the band if kfuncs of one file share their fate?
============================================================

Greenwood's band takes every spell as independent. Here whole files are drawn instead, with
replacement, and the curve is worked out anew for each draw; the band holds the middle 95 % of the
curves at each age. The draws are the same in every run.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from random import Random

from kfuncviz.evidence.history.survival import Spell
from kfuncviz.extras import needed_by

DRAWS = 2000
_SEED = 1


def band(groups: Sequence[Collection[Spell]]) -> list[tuple[float, float]]:
    """Low and high of the band at each age from 0, drawing whole groups of spells.

    >>> band([[Spell(0, 1, True)], [Spell(0, 1, False)]])
    [(1.0, 1.0), (0.0, 1.0)]
    """
    with needed_by("A table of the evidence"):
        import numpy as np

    ages = range(1, max(spell.end for group in groups for spell in group) + 1)
    at_risk = [[sum(s.entry < age <= s.end for s in group) for age in ages] for group in groups]
    events = [[sum(s.event and s.end == age for s in group) for age in ages] for group in groups]
    chance, size = Random(_SEED), len(groups)  # noqa: S311 draws, no secrets
    drawn = [
        np.bincount([int(chance.random() * size) for _ in groups], minlength=size)
        for _ in range(DRAWS)
    ]
    lost = (drawn @ np.array(events)) / np.maximum(drawn @ np.array(at_risk), 1)
    low, high = np.quantile(np.cumprod(1 - lost, axis=1), [0.025, 0.975], axis=0)
    return [(1.0, 1.0), *zip(low.tolist(), high.tolist(), strict=True)]
