# SPDX-License-Identifier: BSD-3-Clause
"""
An explorer that is quick to draw
=================================

An id is doubled, or not; with the switch on, ids from 1000 cannot be asked about.  A remark goes
when an id is typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from html import escape
from itertools import pairwise
from typing import Any

from kfuncviz.explorers import outside
from kfuncviz.explorers.engine.frame import Barred, Frame
from kfuncviz.model.uidgid import LAST_ID

MODES = ("same", "more", "jump")
TOO_LARGE = "this id is too large"


@dataclass(frozen=True)
class State:
    on: bool = False
    mode: str = "same"
    id: int | None = None
    remark: str = ""
    refused: bool = False


def first(source: Any) -> State:
    return State(remark="begun")


def update(state: State, event: Mapping[str, Any]) -> State:
    target, value = event["target"], event["value"]
    if event["type"] == "typed":
        id = int(value) if value else None
        if id is not None and any(low <= id <= high for low, high, _ in barred(state)):
            return replace(state, refused=True)
        return replace(state, id=id, remark="", refused=False)
    outside.known("switch", target, ("on", "mode"))
    if target == "on" and value and state.id is not None and state.id >= 1000:
        return replace(state, refused=True)
    fresh = replace(state, **{target: value}, refused=False)
    return replace(fresh, id=None) if target == "mode" else fresh


def frame(state: State, width: int = 960) -> Frame:
    id = 7 if state.id is None else state.id
    seen = {"same": id, "more": id + 1000, "jump": id + (id >= 1000)}[state.mode]
    told = f"id {id} is seen as {seen}: {state.on}"
    regions = {
        "switch": f'<button aria-checked="{state.on}">on</button><i>{escape(state.remark)}</i>',
        "picture": f'<svg id="toy-{id:012x}" width="{width}"><text>{seen}</text></svg>',
        "say": f'<p title="{told}">{told}</p>{"no" * state.refused}',
    }
    return Frame(regions, told, [{"id": str(seen)}], told)


def change(before: State, after: State) -> str:
    return "look" if replace(before, refused=after.refused) == after else "edit"


def extents(state: State) -> list[tuple[int, int]]:
    if state.id is None or state.refused:
        return []
    cuts = (0, 1000, 65534, 65535, LAST_ID + 1)
    low, high = next((a, b - 1) for a, b in pairwise(cuts) if state.id < b)
    return [(0, LAST_ID), (low, high)] if state.mode == "jump" else [(low, high)]


def travels(state: State) -> list[dict[str, Any]]:
    modes = [{"type": "set", "target": "mode", "value": mode} for mode in MODES]
    return [{"type": "set", "target": "on", "value": not state.on}, *modes]


def barred(state: State) -> list[Barred]:
    return [Barred(1000, LAST_ID, TOO_LARGE)] if state.on else []


def scenario(state: State) -> None:
    return None


def to_json(state: State) -> dict[str, Any]:
    return asdict(state)


def from_json(data: Any) -> State:
    return State(**outside.mapping("a state", data, asdict(State())))


def opened(state: State) -> State:
    return state
