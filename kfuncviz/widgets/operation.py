# SPDX-License-Identifier: BSD-3-Clause
"""
OperationExplorer: what happens if I do this?
=============================================

The operation explorer in a notebook: its screen as a widget, the fields of its state as values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfuncviz.api import Scenario
from kfuncviz.explorers import operation as pure
from kfuncviz.scenario.load import Source, gallery
from kfuncviz.widgets.explorer import Explorer


class OperationExplorer(Explorer):
    """An explorer of one call of a scenario, from which any other call can be asked.

    Parameters
    ----------
    scenario:
        A :class:`~kfuncviz.api.Scenario` or anything it can be loaded from; by default the first
        scenario of the gallery.  It opens with the first call of it that is refused.
    state:
        Instead of a scenario, a state as :func:`kfuncviz.explorers.operation.to_json` wrote it.
    parts:
        Fields of the state that are to be other: ``op="chmod"``, ``by``, ``via``, ``path``.

    Attributes
    ----------
    case:
        The model's answer to what is on screen: the decision, and the changes that were tried.

    >>> explorer = OperationExplorer("root-gets-eoverflow")
    >>> explorer.case.rail.err
    'EOVERFLOW'
    >>> explorer.op = "stat"
    >>> explorer.case.rail.err
    ''
    """

    def __init__(
        self,
        scenario: Scenario | Source | None = None,
        *,
        state: Mapping[str, Any] | None = None,
        **parts: Any,
    ) -> None:
        source = scenario.document if isinstance(scenario, Scenario) else scenario
        first = pure.first(gallery()[0] if source is None else source)
        if state is not None:
            first = pure.from_json(state)
        asked = {name: parts.pop(name) for name in ("by", "via", "path", "op") if name in parts}
        for name, value in asked.items():
            first = pure.update(first, {"type": "set", "target": name, "value": value})
        super().__init__("operation", first, **parts)

    @property
    def case(self) -> pure.Case:
        """The model's answer to what is on screen."""
        return pure.case(self.state)
