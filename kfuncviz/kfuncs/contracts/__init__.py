# SPDX-License-Identifier: BSD-3-Clause
"""
Contracts: who pays when the inside changes?
============================================

For every way of exposing a piece of the kernel: who may change it, what notice is owed, what
breaks and how it shows.  And for every real change of the idmap interface and of kfuncs: what
follows, exposure by exposure, by stated rules.  The changes are real, the question is not: had the
thing that changed inside been exposed this way, what would have followed?  A change of kfuncs
themselves, or of one system call, reaches those only.

This module gathers the public names; ``contracts_types``, ``contracts_matrix`` and
``contracts_text`` hold them.
"""

from kfuncviz.kfuncs.contracts.matrix import (
    change,
    changes,
    consequence,
    exposure,
    exposures,
    matrix,
    rules,
)
from kfuncviz.kfuncs.contracts.text import (
    exposure_text,
    key_text,
    lifecycle_text,
    matrix_row_text,
    matrix_text,
)
from kfuncviz.kfuncs.contracts.types import GLYPHS, MEANINGS, Cell, Change, Exposure, Payers, Rule

__all__ = (
    "GLYPHS",
    "MEANINGS",
    "Cell",
    "Change",
    "Exposure",
    "Payers",
    "Rule",
    "change",
    "changes",
    "consequence",
    "exposure",
    "exposure_text",
    "exposures",
    "key_text",
    "lifecycle_text",
    "matrix",
    "matrix_row_text",
    "matrix_text",
    "rules",
)
