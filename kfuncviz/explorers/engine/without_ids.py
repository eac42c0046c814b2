# SPDX-License-Identifier: BSD-3-Clause
"""
Without ids: what the engine is told by an explorer in which no id is typed
===========================================================================

Such an explorer takes these two functions as they are.
"""

from __future__ import annotations

from typing import Any

from kfuncviz.explorers.engine.frame import Barred


def extents(_state: Any) -> list[tuple[int, int]]:
    """The ids that share a frame: none, for none is asked about.

    >>> extents(None)
    []
    """
    return []


def barred(_state: Any) -> list[Barred]:
    """The ids that cannot be typed: none, for none can.

    >>> barred(None)
    []
    """
    return []
