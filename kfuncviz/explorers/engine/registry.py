# SPDX-License-Identifier: BSD-3-Clause
"""
Registry: which explorers there are
===================================

An explorer is a module.  It is loaded when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import Any, Literal, Protocol, cast

from kfuncviz.explorers import outside
from kfuncviz.explorers.engine.frame import Barred, Frame

#: The explorers by name, and the module of each.
EXPLORERS: Mapping[str, str] = MappingProxyType(
    {
        "ownership": "kfuncviz.explorers.ownership",
        "course": "kfuncviz.learn.rail",
        "operation": "kfuncviz.explorers.operation",
        "doctor": "kfuncviz.explorers.doctor",
        "bench": "kfuncviz.explorers.bench",
        "exposure": "kfuncviz.explorers.exposure",
        "lifetimes": "kfuncviz.explorers.lifetimes",
        "thread": "kfuncviz.explorers.thread",
        "drill": "kfuncviz.learn.drill",
        "question": "kfuncviz.learn.question",
        "exercise": "kfuncviz.learn.exercise",
    }
)

Step = Literal["edit", "look", "new"]
"""What an event does to the history: a step to undo, another look at the same, a new beginning."""


Event = Mapping[str, Any]
"""What a control sends: its ``type``, ``target`` and ``value``."""


class Explorer(Protocol):
    """What the engine asks of an explorer's module.  States are frozen and hashable."""

    State: Any

    def first(self, source: Any) -> Any:
        """The state it opens with."""

    def update(self, state: Any, event: Event) -> Any:
        """The state after an event; ValueError for one that no control could send."""

    def frame(self, state: Any, width: int = 960) -> Frame:
        """What a state looks like, ``width`` pixels wide."""

    def change(self, before: Any, after: Any) -> Step:
        """What has happened between two states."""

    def extents(self, state: Any) -> Sequence[tuple[int, int]]:
        """The ids around the state's own among which only numbers change, widest first."""

    def travels(self, state: Any) -> Sequence[Event]:
        """The events that a page of recorded frames answers, of those a state's controls send."""

    def opened(self, state: Any) -> Any:
        """The state with everything unfolded that a page of recorded frames can unfold."""

    def barred(self, state: Any) -> list[Barred]:
        """The ids that cannot be asked about in a state."""

    def scenario(self, state: Any) -> Mapping[str, Any] | None:
        """What a state shows as a scenario document; ``None`` where it shows none."""

    def to_json(self, state: Any) -> dict[str, Any]:
        """A state as JSON can hold it."""

    def from_json(self, data: Any) -> Any:
        """The state somebody wrote down; ValueError names the part that is wrong."""


def explorer(name: Any) -> Explorer:
    """The module of an explorer; ValueError for a name there is not.

    >>> explorer("ownership").State().kind
    'uid'
    >>> explorer("question").State().stage
    'open'
    """
    return cast("Explorer", import_module(EXPLORERS[outside.known("explorer", name, EXPLORERS)]))
