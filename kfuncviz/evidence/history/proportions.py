# SPDX-License-Identifier: BSD-3-Clause
"""
A share and its interval
========================

The rows are a census: every kfunc there was, none drawn.  Of what happened the share is exact; the
interval only says something if what happened is taken as one outcome of many that could have been
(a superpopulation), each kfunc for itself.  Two intervals that overlap are no test of anything.
"""

from __future__ import annotations

from math import sqrt

#: The 97.5 % point of the normal distribution: a 95 % interval reaches so many standard errors.
Z = 1.959963984540054


def share(part: int, whole: int) -> float:
    """`part` in percent of `whole`, to one decimal; 0 of 0 is 0.

    >>> share(5, 113)
    4.4
    """
    return round(100 * part / whole, 1) if whole else 0.0


def wilson(part: int, whole: int) -> tuple[float, float]:
    """95 % Wilson interval of a share, in percent to one decimal; of 0 it is everything.

    >>> wilson(5, 113)
    (1.9, 9.9)
    """
    if not whole:
        return 0.0, 100.0
    p, weight = part / whole, Z * Z / whole
    middle = (p + weight / 2) / (1 + weight)
    half = Z * sqrt(p * (1 - p) / whole + weight / whole / 4) / (1 + weight)
    return round(100 * max(0.0, middle - half), 1), round(100 * min(1.0, middle + half), 1)
