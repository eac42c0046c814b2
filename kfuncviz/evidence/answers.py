# SPDX-License-Identifier: BSD-3-Clause
"""
What every table of an answer says about itself, and the pair a question returns
================================================================================

A figure is only as good as the line under it. Each table carries in `.attrs` its
title, its n, its period, its definition of change and its source; the figure prints
exactly these, so the two cannot disagree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

NOTES = ("title", "n", "period", "definition", "source")


class Answer(NamedTuple):
    """A question's answer: the numbers, and the figure drawn from these numbers."""

    table: pd.DataFrame
    figure: Figure


def noted(
    frame: pd.DataFrame, *, title: str, n: str, period: str, definition: str, source: str
) -> pd.DataFrame:
    """`frame` with its notes in `.attrs`.

    >>> import pandas as pd
    >>> noted(pd.DataFrame(), title="t", n="2", period="p", definition="d", source="s").attrs["n"]
    '2'
    """
    frame.attrs.update(title=title, n=n, period=period, definition=definition, source=source)
    return frame


def share(part: int, whole: int) -> float:
    """`part` in percent of `whole`, to one decimal; 0 of 0 is 0.

    >>> share(5, 113)
    4.4
    """
    return round(100 * part / whole, 1) if whole else 0.0


def wilson(part: int, whole: int) -> tuple[float, float]:
    """95 % Wilson interval of a share, in percent to one decimal (statsmodels).

    >>> wilson(5, 113)
    (1.9, 9.9)
    """
    if not whole:
        return 0.0, 100.0
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(part, whole, method="wilson")
    return round(100 * float(low), 1), round(100 * float(high), 1)
