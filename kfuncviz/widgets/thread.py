# SPDX-License-Identifier: BSD-3-Clause
"""
ThreadExplorer: who argued what, on which facts, and what do you make of it?
============================================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfuncviz.explorers import thread as pure
from kfuncviz.widgets.explorer import Explorer


class ThreadExplorer(Explorer):
    """The thread of July 2023: its reply graph and its argument map, linked, and your weighing.

    Parameters
    ----------
    topic:
        The question it opens with: ``need``, ``promise``, ``surface``, ``cost``, ``alternative``,
        or ``later``.  Its map opens once you have written both sides, or weighed it.
    state:
        Instead, a state as :func:`kfuncviz.explorers.thread.to_json` wrote it.

    >>> explorer = ThreadExplorer("need")
    >>> explorer.stances = {"need.before": "even"}
    >>> explorer.opened = ["need"]
    >>> explorer.selection = "claim tell-apart"
    >>> explorer.state.opened
    ('need',)
    """

    def __init__(
        self, topic: str | None = None, *, state: Mapping[str, Any] | None = None, **layout: Any
    ) -> None:
        first = pure.first(topic) if state is None else pure.from_json(state)
        super().__init__("thread", first, **layout)

    def weighing_html(self) -> str:
        """Your words and weights as one HTML page, to be kept, printed or sent."""
        return pure.weighing_html(self.state)

    def weighing_text(self) -> str:
        """The same as text of at most 72 columns."""
        return pure.weighing_text(self.state)
