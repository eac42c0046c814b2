# SPDX-License-Identifier: BSD-3-Clause
"""
Recorded: what the engine must know to share frames and to record pages
=======================================================================

Which ids look alike, which cannot be asked about, which events a recorded page answers, and what a
state shows as a scenario of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kfuncviz.explorers.engine.frame import Barred
from kfuncviz.explorers.ownership import kernels
from kfuncviz.explorers.ownership.cases import (
    Refusal,
    alternatives,
    asked,
    case,
    files,
    idle,
    question,
    tried,
)
from kfuncviz.explorers.ownership.state import State, document, first, kinds, stack
from kfuncviz.model.errors import KernelError
from kfuncviz.model.uidgid import LAST_ID, is_id
from kfuncviz.render.ownership.alike import Extent, alike
from kfuncviz.scenario.load import load
from kfuncviz.scenario.variation import stack_of


def extents(state: State) -> list[Extent]:
    """The ids around the state's own among which the frame may differ in numbers alone.

    None where something is refused or compared, for why, and with what, may hang on the id, and
    none while it is drawn to scale or told in commands.

    >>> from kfuncviz.explorers.ownership.state import first
    >>> extents(replace(first("home-on-a-stick"), id=70))[0]
    Extent(first=1, last=998)
    """
    apart_from_all = state.drafts or state.refused or state.kept or state.kind == "both"
    if state.id is None or apart_from_all or {"scale", "commands"} & {*state.folds}:
        return []
    try:
        here = case(state)
    except KernelError:
        return []
    rows = [(row[0], row[1], row[2]) for row in here.rows["fs", kinds(state)[0]] or ()]
    apart = () if state.direction == "read" else _somebodys(here.document)
    told = kernels.answers(state)  # the slider's stops hang on other kernels too
    widths = zip(*(alike(o, state.id, rows, apart) for o in told), strict=True)
    return [Extent(max(e.first for e in es), min(e.last for e in es)) for es in widths]


def travels(state: State) -> list[dict[str, Any]]:
    """What a page of recorded frames lets one do: switches, kind, direction, file and disk.

    >>> from kfuncviz.explorers.ownership.state import first
    >>> travels(first("home-on-a-stick"))[0]
    {'type': 'set', 'target': 'mount_idmapped', 'value': False}
    """
    offered, nothing = alternatives(state), idle(state)
    chosen: dict[str, list[Any]] = {
        switch: [not getattr(state, switch)]
        for switch in ("mount_idmapped", "in_container")
        if switch not in nothing
    }
    chosen |= {"kind": ["uid", "gid"], "direction": offered["direction"]}
    chosen["file"] = ["disk host" if state.fs_in_userns else "disk userns"]
    if state.direction == "read":
        chosen["file"] += [value for value in files(state) if value.startswith("owner ")]
    return [
        {"type": "set", "target": target, "value": value}
        for target, values in chosen.items()
        for value in values
    ]


def opened(state: State) -> State:
    """The state with the folds open that a page of recorded frames has something in.

    With an id there is none: more than numbers changes in them from id to id.

    >>> from kfuncviz.explorers.ownership.state import first
    >>> opened(replace(first("home-on-a-stick"), id=7)).folds
    ()
    """
    own_id = ("steps", "table", "scale", "mail", "commands")
    return replace(state, folds=own_id if state.id is None else ())


def barred(state: State) -> list[Barred]:
    """The ids that cannot be asked about: what the filesystem has no row for is in no inode.

    >>> from kfuncviz.explorers.ownership.state import first
    >>> barred(replace(first("home-on-a-stick"), fs_in_userns=True))[0][:2]
    (65536, 4294967294)
    """
    bare = question(replace(state, id=None, entry=None))
    if state.direction != "read" or state.kind == "both" or isinstance(asked(bare, ""), Refusal):
        return []
    rows = case(bare).rows["fs", kinds(state)[0]]
    if rows is None:
        return []
    out, free = [], 0
    for row in [*sorted(rows), [LAST_ID + 1, 0, 0]]:
        if row[0] > free:
            refused = tried(bare, "id", str(free))
            if isinstance(refused, Refusal):
                why = refused.rule.replace(f"{state.kind} {free} ", f"this {state.kind} ")
                out.append(Barred(free, row[0] - 1, f"{refused.errno}: {why}"))
        free = row[0] + row[2]
    return out


def scenario(state: State) -> dict[str, Any]:
    """What a state shows as a scenario: its variation, with its question as the focus.

    >>> from kfuncviz.explorers.ownership.state import first
    >>> scenario(first("home-on-a-stick"))["focus"]["via"]
    'stick'
    """
    asked_about = {"path": state.path, "by": state.by, "via": state.via, "id": state.id}
    if state.entry is None:
        asked_about |= {"kind": kinds(state)[0], "direction": state.direction}
    else:
        asked_about |= {"entry": state.entry}
    own = document(state.scenario)
    if "focus" in own and question(state) == question(first(state.scenario)):
        return load(own)
    focus = {name: value for name, value in asked_about.items() if value is not None}
    return load({**_varied(state, own), "focus": focus})


def _varied(state: State, own: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document as the state has it; its own where the kernel refuses that."""
    as_it_is = stack(state) == stack_of(own, state.by, state.via)
    if as_it_is and not state.maps and not state.kernel:
        return own
    try:
        return case(state).document
    except KernelError:
        return own


def _somebodys(document: Mapping[str, Any]) -> frozenset[int]:
    """The ids that somebody or something of a scenario has: those a check may compare with."""
    root = (document.get("fs") or {}).get("root")
    return _ids([root, document.get("setup"), [*(document.get("callers") or {}).values()]])


def _ids(part: Any) -> frozenset[int]:
    """Every number in a part of a document that can be an id."""
    parts = part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ()
    return frozenset({part} if is_id(part) else ()).union(*map(_ids, parts))
