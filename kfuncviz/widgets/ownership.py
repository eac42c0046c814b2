# SPDX-License-Identifier: BSD-3-Clause
"""
OwnershipExplorer: who owns this file, seen from here?
======================================================

The ownership explorer in a notebook: its screen as a widget, the fields of its state as values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfuncviz.api import Scenario
from kfuncviz.explorers import ownership as pure
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.scenario.load import Source, gallery
from kfuncviz.widgets.explorer import Explorer


class OwnershipExplorer(Explorer):
    """An explorer of one scenario, from which the whole gallery can be reached.

    Parameters
    ----------
    scenario:
        A :class:`~kfuncviz.api.Scenario` or anything it can be loaded from; by default the first
        scenario of the gallery.
    state:
        Instead of a scenario, a state as :func:`kfuncviz.explorers.ownership.to_json` wrote it:
        the explorer opens with what was on screen then.

    Attributes
    ----------
    case, frame:
        The model's answer to what is on screen, and how that is drawn.

    >>> explorer = OwnershipExplorer("home-on-a-stick")
    >>> explorer.mount_idmapped = False
    >>> explorer.case.ownership.lanes[-1].id
    1000
    """

    def __init__(
        self,
        scenario: Scenario | Source | None = None,
        *,
        state: Mapping[str, Any] | None = None,
        **layout: Any,
    ) -> None:
        source = scenario.document if isinstance(scenario, Scenario) else scenario
        if state is None:
            first = pure.first(gallery()[0] if source is None else source)
        else:
            first = pure.from_json(state)
        super().__init__("ownership", first, **layout)

    @property
    def case(self) -> pure.Case:
        """The model's answer; KernelError where the kernel refuses the question as it stands."""
        return pure.case(self.state)

    @property
    def frame(self) -> Frame:
        """The state as it is drawn, at the width of the page."""
        return pure.frame(self.state, self.width)
