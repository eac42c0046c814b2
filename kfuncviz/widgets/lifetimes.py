# SPDX-License-Identifier: BSD-3-Clause
"""
LifetimesExplorer: how long do kfuncs live, and what changes?
=============================================================
"""

from __future__ import annotations

from typing import Any

from kfuncviz.explorers import lifetimes as pure
from kfuncviz.widgets.explorer import Explorer


class LifetimesExplorer(Explorer):
    """Every kfunc ever recorded, a line each, with filters, a page each, and how long they live.

    Parameters
    ----------
    parts:
        Fields of the state it opens with: ``program_type``, ``subsystem``, ``flag``, ``text``,
        ``only``, ``counts``, ``page``, ``kfunc``, ``age``, ``beside``; anything else is a trait
        of a widget.

    Raises ValueError for a part that the explorer could not show; it says what it could.

    >>> explorer = LifetimesExplorer(subsystem="fs/")
    >>> explorer.counts = ["gone"]
    >>> explorer.counts, explorer.page
    (('gone',), 0)
    """

    def __init__(self, **parts: Any) -> None:
        fields = {name: parts.pop(name) for name in pure.to_json(pure.State()) if name in parts}
        super().__init__("lifetimes", pure.from_json(fields), **parts)
