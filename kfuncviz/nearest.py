# SPDX-License-Identifier: BSD-3-Clause
"""
Did you mean …?
===============

The known names nearest to a mistyped one.  The search is bounded: a hostile file may hold many
strange names, and long ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

#: A longer name is not a slip of the finger.
LONGEST = 80


def nearest(name: object, known: Iterable[str], most: int = 1, cutoff: float = 0.6) -> list[str]:
    """The known names closest to ``name``, best first, at most ``most``.

    >>> nearest("chwon", ("chown", "chmod", "stat"))
    ['chown']
    >>> nearest("x" * 1000, ("chown",))
    []
    """
    if not isinstance(name, str) or len(name) > LONGEST:
        return []
    return get_close_matches(name, list(known), n=most, cutoff=cutoff)


def meant(name: object, known: Iterable[str], cutoff: float = 0.6) -> str:
    """The question whether something else was meant, empty if nothing comes near.

    >>> meant("chwon", ("chown", "chmod", "stat"))
    ", did you mean 'chown'?"
    """
    near = nearest(name, known, cutoff=cutoff)
    return f", did you mean {near[0]!r}?" if near else ""
