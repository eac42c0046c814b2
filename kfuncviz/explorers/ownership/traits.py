# SPDX-License-Identifier: BSD-3-Clause
"""
Traits: the fields of the state as values that can be set from Python
=====================================================================
"""

from __future__ import annotations

from typing import Any

from kfuncviz.explorers.element import event
from kfuncviz.explorers.ownership.frame import refusals
from kfuncviz.explorers.ownership.state import State

#: The fields that can be observed, linked and set.
TRAITS = (
    "scenario", "path", "id", "entry", "kind", "direction", "by", "via", "mount_idmapped",
    "in_container", "fs_in_userns", "maps", "kernel", "step", "selection",
)  # fmt: skip


def setting(state: State, name: str, value: Any) -> list[dict[str, Any]]:
    """The events that set a field: those its control on the page would send.

    >>> setting(State(), "id", 1000)
    [{'type': 'typed', 'target': 'id', 'value': '1000'}]
    """
    if name == "id":
        return [event("typed", "id", "" if value is None else str(value))]
    if name == "maps":
        return [event("typed", target, text) for target, text in dict(value).items()]
    if name == "step":
        return [event("step", "last" if value is None else str(value))]
    if name == "selection":
        return [event("select", value or state.selection)] if value != state.selection else []
    return [event("set", name, value)]


def why(state: State, name: str) -> str:
    """Why what was set is not in force: the kernel's errno and the rule."""
    found = refusals(state)
    fields = [target for target in found if target.split(".")[0] == name or name == "maps"]
    if not fields:
        return "the explorer refuses it"
    refused = found[fields[0]]
    return f"{refused.errno}: {refused.rule}" if refused.errno else refused.rule
