# SPDX-License-Identifier: BSD-3-Clause
"""
ExposureExplorer: who pays when the inside changes?
===================================================
"""

from __future__ import annotations

from typing import Any

from kfuncviz.explorers import exposure as pure
from kfuncviz.widgets.explorer import Explorer


class ExposureExplorer(Explorer):
    """The matrix of changes and ways to expose what changed, each cell explaining itself.

    Parameters
    ----------
    parts:
        Fields of the state it opens with: ``about``, ``since``, ``until``, ``change``,
        ``exposure``, ``predict``; anything else is a trait of a widget.

    Raises ValueError for a part that the explorer could not show; it says what it could.

    >>> explorer = ExposureExplorer(change="own-maps-6.8", exposure="fentry-core")
    >>> explorer.about = "elsewhere"
    >>> explorer.change
    ''
    """

    def __init__(self, **parts: Any) -> None:
        fields = {name: parts.pop(name) for name in pure.to_json(pure.State()) if name in parts}
        super().__init__("exposure", pure.from_json(fields), **parts)
