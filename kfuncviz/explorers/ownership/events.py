# SPDX-License-Identifier: BSD-3-Clause
"""
Events: what a control makes of a state
=======================================

An event is ``{"type", "target", "value"}``:

=========== =============================================  ======================================
type        target                                         value
=========== =============================================  ======================================
``set``     a switch, ``kernel``, or a choice              true or false, or one of the choices
``set``     ``file``                                       what :func:`~.cases.files` lists, or
                                                           ``disk userns``, ``disk host``
``stop``    ``kernel``                                     the index of a stop of the slider
``typed``   ``id``, or a map: ``mount.uid``, ``fs.gid`` …  the text
``draft``   the same                                       none: what was refused is forgotten
``step``    ``first``, ``back``, ``next``, ``last``, or
            the number of a call                           none
``select``  a row: ``mount.0``                             none: chosen, or let go again
``compare`` ``keep``                                       true, or false to end it
``zoom``    ``in``, ``out``, ``whole``                     none
``fold``    one of :data:`~.state.FOLDS`                   true for open
=========== =============================================  ======================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Literal

from kfuncviz.explorers import outside
from kfuncviz.explorers.around import folded
from kfuncviz.explorers.ownership.cases import (
    Refusal,
    alternatives,
    asked,
    calls_of,
    case,
    files,
    idle,
    paths,
    question,
    step_of,
    tried,
)
from kfuncviz.explorers.ownership.kernels import stops
from kfuncviz.explorers.ownership.state import (
    FOLDS,
    LOOKS,
    MOST_ZOOM,
    SWITCHES,
    TEXTS,
    State,
    document,
    first,
    in_force,
    place_of,
    reachable,
    with_pair,
    without,
)
from kfuncviz.model.errors import KernelError
from kfuncviz.model.releases import release
from kfuncviz.scenario.checking.schema import an_entry
from kfuncviz.scenario.variation import Place, stack_of

CHOICES = ("scenario", "by", "via", "path", "kind", "direction")
STEPS = ("first", "back", "next", "last")
ZOOMS = ("in", "out", "whole")


def update(state: State, event: Mapping[str, Any]) -> State:
    """The state after one event.

    What the kernel would refuse becomes a draft, or, of a choice or a switch, ``refused``.

    Raises
    ------
    ValueError
        For an event that no control of this state could send; it says what could.

    >>> s = first("home-on-a-stick")
    >>> update(s, {"type": "set", "target": "mount_idmapped", "value": False}).mount_idmapped
    False
    """
    parts = outside.mapping("an event", event, ("type", "target", "value"))
    kind = outside.known("event", parts.get("type"), _EVENTS)
    return _EVENTS[kind](state, parts.get("target"), parts.get("value"))


def change(before: State, after: State) -> Literal["edit", "look", "new"]:
    """What an event did: a step to undo, another look at the same question, a new beginning.

    >>> s = first("home-on-a-stick")
    >>> change(s, update(s, {"type": "step", "target": "first"}))
    'look'
    """
    if after.scenario != before.scenario:
        return "new"
    seen = {name: getattr(after, name) for name in LOOKS}
    return "look" if replace(before, **seen) == after else "edit"


# --------------------------------------------------------------------------- choices


def _set(state: State, target: Any, value: Any) -> State:
    """A choice is refused where it would end an answer; another scenario opens in any case."""
    fresh = changed(state, target, value)
    taken = isinstance(asked(fresh, target), State) or isinstance(asked(state, ""), Refusal)
    if target == "scenario" or taken:
        return _absorbed(fresh)
    return replace(state, refused=(target, value))


def changed(state: State, target: Any, value: Any) -> State:
    """The state with a switch or a choice made, whether or not the kernel takes it.

    Raises ValueError for what cannot be chosen.
    """
    outside.known("choice or switch", target, (*SWITCHES, *CHOICES, "file", "entry", "kernel"))
    fresh = replace(state, step=None, refused=None, selection="")
    if target in SWITCHES:
        movable(state, target, outside.flag(target, value))
        return replace(fresh, **{target: value})
    if target == "scenario":
        document(outside.text(target, value))
        return replace(first(value), folds=tuple(f for f in state.folds if f != "cases"))
    if target == "kernel":
        return replace(fresh, kernel=named_kernel(value))
    if target == "file":
        return _file(fresh, value)
    if target == "entry":
        return _entry(fresh, value)
    outside.known(target, value, alternatives(state)[target])
    if target in ("by", "via"):
        return _standing(fresh, target, value)
    fresh = replace(fresh, entry=None)
    if target == "kind":
        id = None if value == "both" else state.id
        drafts = without(state.drafts, "id") if value == "both" else state.drafts
        return replace(fresh, kind=value, id=id, drafts=drafts)
    return replace(fresh, **{target: value}, id=None, drafts=without(state.drafts, "id"))


def named_kernel(value: Any) -> str:
    """A release the model follows, as it was named; empty for the scenario's own."""
    text = outside.text("kernel", value)
    if text:
        try:
            release(text)
        except KernelError as error:
            raise ValueError(f"kernel: {error.rule}") from None
    return text


def _file(state: State, value: Any) -> State:
    """A choice of the disk's chooser: whose owner or entry is asked about, or where the disk is."""
    word, _, path = outside.text("file", value).partition(" ")
    if word == "disk":
        outside.known("place of a disk", path, ("userns", "host"))
        return replace(state, fs_in_userns=path == "userns")
    outside.known("file", value, [*files(state), *(f"owner {p}" for p in paths(state))])
    fresh = replace(state, path=path, id=None, entry=None, drafts=without(state.drafts, "id"))
    return fresh if word == "owner" else _entry(fresh, word)


def _entry(state: State, value: Any) -> State:
    if value is None:
        return replace(state, entry=None)
    if wanted := an_entry(value):
        raise ValueError(f"entry is {outside.shown(value)}; want {wanted}")
    kind: Literal["uid", "gid"] = "gid" if "group:" in value else "uid"
    return replace(
        state, entry=value, kind=kind, id=None, direction="read",
        drafts=without(state.drafts, "id"),
    )  # fmt: skip


def movable(state: State, switch: str, value: bool) -> None:
    """Refuse to switch on what the caller or the mount cannot have."""
    if value and switch in idle(state):
        raise ValueError(f"{switch} cannot be on for {state.by} through {state.via}")


def _standing(state: State, target: str, value: str) -> State:
    """Another caller or mount comes with its own map, as the scenario has it."""
    found = document(state.scenario)
    place: Place = "caller" if target == "by" else "mount"
    fresh = replace(
        state,
        **{target: value},  # type: ignore[arg-type]
        maps=tuple(pair for pair in state.maps if place_of(pair[0])[0] != place),
        drafts=tuple(pair for pair in state.drafts if not pair[0].startswith(place)),
    )
    stack = stack_of(found, fresh.by, fresh.via)
    if target == "by":
        return replace(fresh, in_container=stack.in_container)
    there = reachable(found, value)
    path = state.path if state.path in there else there[0]
    return replace(fresh, mount_idmapped=stack.mount_idmapped, path=path)


def _stop(state: State, target: Any, value: Any) -> State:
    """A stop of the kernel's slider, by its index."""
    outside.known("slider", target, ("kernel",))
    there = stops(state)
    text = outside.text("a stop", value)
    outside.known("stop", text, [str(nth) for nth in range(len(there))])
    return _set(state, "kernel", there[int(text)].kernel)


# ----------------------------------------------------------------------------- texts


def _typed(state: State, target: Any, value: Any) -> State:
    outside.known("text", target, TEXTS)
    outside.text(target, value)
    if not in_force(state, target):
        raise ValueError(f"{target} is not in force; switch it on first")
    if target == "id" and state.kind == "both":
        raise ValueError("an id is typed for uid or gid, not for both")
    clear = replace(state, drafts=without(state.drafts, target), refused=None)
    found = tried(clear, target, value)
    if isinstance(found, Refusal):
        return replace(clear, drafts=with_pair(clear.drafts, target, value))
    return _absorbed(replace(found, step=None))


def _draft(state: State, target: Any, value: Any) -> State:
    outside.known("text", target, TEXTS)
    _nothing("a draft", value)
    return replace(state, drafts=without(state.drafts, target))


def _absorbed(state: State) -> State:
    """The state with every draft in force that the kernel has come to accept."""
    for target, text in state.drafts:
        if in_force(state, target):
            found = tried(state, target, text)
            if isinstance(found, State):
                return _absorbed(replace(found, drafts=without(state.drafts, target)))
    return state


# ----------------------------------------------------------------------------- looks


def _step(state: State, target: Any, value: Any) -> State:
    _nothing("a step", value)
    calls = len(calls_of(state))
    at = step_of(state, calls)
    ways = {"first": 0, "back": max(at - 1, 0), "next": min(at + 1, calls), "last": calls}
    numbers = {str(number): number for number in range(calls + 1)}
    to = (ways | numbers)[outside.known("step", target, (*STEPS, *numbers))]
    return replace(state, step=None if to == calls else to)


def _select(state: State, target: Any, value: Any) -> State:
    _nothing("a selection", value)
    found = asked(state, "")
    verdicts = () if isinstance(found, Refusal) else case(found).verdicts
    calls = [f"call.{verdict.name}" for verdict in verdicts]
    outside.known("row or call", target, [*rows_of(state), *calls])
    return replace(state, selection="" if target == state.selection else target)


def rows_of(state: State) -> list[str]:
    """The rows that can be selected: ``mount.0`` is the first of the mount's map."""
    found = asked(state, "")
    if isinstance(found, Refusal):
        return []
    hops = case(state).ownership.hops
    return [f"{hop.key}.{nth}" for hop in hops if not hop.nop for nth in range(len(hop.rows))]


def _compare(state: State, target: Any, value: Any) -> State:
    outside.known("part of a comparison", target, ("keep",))
    return replace(state, kept=question(state) if outside.flag(target, value) else None)


def _zoom(state: State, target: Any, value: Any) -> State:
    _nothing("a zoom", value)
    to = {"in": state.zoom + 1, "out": state.zoom - 1, "whole": 0}
    found = to[outside.known("zoom", target, ZOOMS)]
    return replace(state, zoom=max(0, min(found, MOST_ZOOM)))


def _fold(state: State, target: Any, value: Any) -> State:
    return replace(state, folds=folded(FOLDS, state.folds, target, value))


def _nothing(what: str, value: Any) -> None:
    if value is not None:
        raise ValueError(f"{what} has no value; this one has {outside.shown(value)}")


_EVENTS: Mapping[str, Callable[[State, Any, Any], State]] = MappingProxyType(
    {
        "set": _set, "stop": _stop, "typed": _typed, "draft": _draft, "step": _step,
        "select": _select, "compare": _compare, "zoom": _zoom, "fold": _fold,
    }
)  # fmt: skip
