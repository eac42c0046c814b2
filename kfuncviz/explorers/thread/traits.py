# SPDX-License-Identifier: BSD-3-Clause
"""
Traits: the fields of the state as values that can be set from Python
=====================================================================
"""

from __future__ import annotations

from typing import Any

from kfuncviz.explorers.element import event
from kfuncviz.explorers.thread.state import State

#: The fields that can be observed, linked and set.
TRAITS = ("topic", "selection", "written", "stances", "weights", "opened")


def setting(_state: State, name: str, value: Any) -> list[dict[str, Any]]:
    """The events that set a field: those its control on the page would send.

    >>> setting(State(), "weights", {"need": "much"})
    [{'type': 'weigh', 'target': 'need', 'value': 'much'}]
    """
    if name == "topic":
        return [event("set", "topic", value)]
    if name == "selection":
        return [event("select", value)]
    if name == "opened":
        return [event("open", topic) for topic in value]
    kind = "typed" if name == "written" else "weigh"
    return [event(kind, target, said) for target, said in dict(value).items()]
