# SPDX-License-Identifier: BSD-3-Clause
"""
Contracts: who pays when the inside changes?
============================================

For every way of exposing a piece of the kernel: who may change it, what notice is owed, what
breaks and how it shows.  And for every real change of the idmap interface and of kfuncs: what
follows, exposure by exposure, by stated rules.  The changes are real, the question is not: had the
thing that changed inside been exposed this way, what would have followed?  A change of kfuncs
themselves, of a tracepoint, or of one system call, reaches those only.

`types` holds the words, `matrix` computes the cells.

>>> consequence("kfunc", "own-maps-6.8").outcome
'holds'
"""

from __future__ import annotations

from kfuncviz.kfuncs.contracts.matrix import (
    cells,
    change,
    changes,
    consequence,
    exposure,
    exposures,
    follows,
    rules,
)
from kfuncviz.kfuncs.contracts.types import (
    ABOUT,
    GLYPHS,
    MEANINGS,
    Cell,
    Change,
    ContractRule,
    Exposure,
    Facet,
    Outcome,
    Payers,
)

__all__ = (
    "ABOUT",
    "GLYPHS",
    "MEANINGS",
    "Cell",
    "Change",
    "ContractRule",
    "Exposure",
    "Facet",
    "Outcome",
    "Payers",
    "cells",
    "change",
    "changes",
    "consequence",
    "exposure",
    "exposures",
    "follows",
    "rules",
)
