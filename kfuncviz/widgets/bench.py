# SPDX-License-Identifier: BSD-3-Clause
"""
BenchExplorer: what would the wrapper return, and may this program call it?
===========================================================================

The bench in a notebook: its screen as a widget, the fields of its state as values.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kfuncviz.api import Scenario
from kfuncviz.explorers import bench as pure
from kfuncviz.scenario.load import Source
from kfuncviz.widgets.explorer import Explorer


class BenchExplorer(Explorer):
    """The bench, with a file on the kernel's side and a program on the other.

    Parameters
    ----------
    scenario:
        A :class:`~kfuncviz.api.Scenario` or anything it can be loaded from; by default
        ``home-on-a-stick``.
    state:
        Instead of a scenario, a state as :func:`kfuncviz.explorers.bench.to_json` wrote it.
    parts:
        Fields of the state that are to be other: ``kfunc``, ``release``, ``pointer``, ``hook``.

    Attributes
    ----------
    case:
        The answer to what is on screen: verdict, arguments as marked, value.

    >>> bench = BenchExplorer(kfunc="bpf_is_idmapped_mnt", release="6.17")
    >>> bench.case.verdict.accept, bench.case.value
    (True, True)
    >>> bench.release = "6.18"
    >>> bench.case.verdict.rule
    'unsafe-pointer'
    """

    def __init__(
        self,
        scenario: Scenario | Source | None = None,
        *,
        state: Mapping[str, Any] | None = None,
        **parts: Any,
    ) -> None:
        source = scenario.document if isinstance(scenario, Scenario) else scenario
        first = pure.first(source) if state is None else pure.from_json(state)
        for name in [name for name in pure.TRAITS if name in parts]:
            sent = {"type": "set", "target": name, "value": parts.pop(name)}
            first = pure.update(first, sent)
        super().__init__("bench", first, **parts)

    @property
    def case(self) -> pure.Case:
        """The answer to what is on screen."""
        return pure.case(self.state)
