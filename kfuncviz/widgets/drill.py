# SPDX-License-Identifier: BSD-3-Clause
"""
Drill in a notebook
===================

``kv.Drill(seed)``: endless questions, harder as they are answered rightly; what was missed comes
back.
"""

from __future__ import annotations

from typing import Any

from kfuncviz.learn import drill as pure
from kfuncviz.widgets.explorer import Explorer


class Drill(Explorer):
    """Endless questions with a field for the number; ``token`` carries on where one stopped.

    Parameters
    ----------
    seed:
        Which questions; a whole number from 0 to 999999.

    Attributes
    ----------
    record:
        A sign for each question answered: ``+`` right, ``-`` wrong, or the letter of a misreading.

    Raises
    ------
    ValueError
        For what is no seed.

    >>> drill = Drill(7)
    >>> drill.given, drill.told = 1000, True
    >>> len(drill.record)
    1
    """

    def __init__(self, seed: int = 1, **layout: Any) -> None:
        super().__init__("drill", pure.first(seed), **layout)
