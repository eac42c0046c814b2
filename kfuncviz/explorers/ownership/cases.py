# SPDX-License-Identifier: BSD-3-Clause
"""
Cases: what the model answers to the question a state holds
===========================================================

The scenario is varied as the switches say, set up on the model, and asked.  Whatever the kernel
refuses is told as a :class:`Refusal`, at the door of what was tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple, get_args

from kfuncviz.explorers import outside
from kfuncviz.explorers.ownership.state import (
    PLACES,
    Kind,
    State,
    document,
    entries,
    in_force,
    is_on,
    kinds,
    place_of,
    reachable,
    stack,
    with_pair,
)
from kfuncviz.model.errors import KernelError
from kfuncviz.model.releases import Change, consulted
from kfuncviz.model.uidgid import LAST_ID, IdKind
from kfuncviz.scenario.load import gallery
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.ask import answered
from kfuncviz.scenario.ownership.travel import Direction
from kfuncviz.scenario.ownership.verdicts import Verdict, verdicts
from kfuncviz.scenario.variation import Place, map_rows, vary, with_map


class Refusal(NamedTuple):
    """Why a text or choice is not in force; ``errno`` is ``None`` where it is not the kernel's."""

    target: str
    errno: str | None
    rule: str


class Case(NamedTuple):
    """The scenario as varied, and the answer to the question for each kind of id asked about.

    ``rows`` are those of the maps in force, by place and kind; ``verdicts`` what the caller may do;
    ``blocked`` says why the mount is drawn without the map it should have.
    """

    document: Mapping[str, Any]
    answers: tuple[Ownership, ...]
    rows: Mapping[tuple[Place, IdKind], list[list[int]] | None]
    verdicts: tuple[Verdict, ...]
    blocked: Refusal | None = None

    @property
    def ownership(self) -> Ownership:
        """The first answer, where there may be two."""
        return self.answers[0]


def case(state: State) -> Case:
    """The model's answer to the question a state holds.

    Where the mount cannot be idmapped, on this kernel or at all, the answer is that of the mount
    without its map, and ``blocked`` says so.

    Raises
    ------
    KernelError
        Where the kernel would refuse: a map, an id the filesystem cannot hold, a missing file.
    """
    found, _ = heard(question(state))
    if isinstance(found, KernelError):
        raise found.with_traceback(None)
    return found


def question(state: State) -> State:
    """What of a state the answer hangs on."""
    return replace(
        state, drafts=(), refused=None, step=None, selection="", kept=None, zoom=0, folds=()
    )


@lru_cache(512)
def heard(asked: State) -> tuple[Case | KernelError, frozenset[Change]]:
    """What :func:`case` says to a :func:`question`, and the rules that were looked up for it."""
    found: Case | KernelError
    with consulted() as rules:
        try:
            found = _computed(asked)
        except KernelError as error:
            found = error
    return found, frozenset(rules)


def _computed(state: State) -> Case:
    unasked = replace(state, id=None, entry=None, kind="uid", direction="read")
    here = _stood(replace(unasked, path="."))
    _heard(here.machine, here.rules)
    answers = tuple(
        answered(
            here.machine, state.path, by=state.by, via=state.via, kind=kind,
            direction=state.direction, id=state.id, entry=state.entry,
        )
        for kind in kinds(state)
    )  # fmt: skip
    may: tuple[Verdict, ...] = ()
    if not answers[0].unmade:
        may, rules = _may(unasked)
        _heard(here.machine, rules)
    return Case(here.document, answers, here.rows, may, here.blocked)


class _Stood(NamedTuple):
    """A scenario as varied and set up, which no question changes; ``rules`` were looked up."""

    document: Mapping[str, Any]
    machine: Machine
    rows: Mapping[tuple[Place, IdKind], list[list[int]] | None]
    blocked: Refusal | None
    rules: frozenset[Change]


@lru_cache(64)
def _stood(state: State) -> _Stood:
    with consulted() as rules:
        varied = varied_by(state)
        machine = Machine(varied)
        blocked, place = None, f"mounts.{state.via}"
        if state.mount_idmapped and place in machine.reasons and _namespace_is_made(machine, state):
            why = machine.reasons[place]
            blocked = Refusal("mount_idmapped", why.errno, why.rule)
            machine = Machine(varied_by(replace(state, mount_idmapped=False)))
    rows: dict[tuple[Place, IdKind], list[list[int]] | None] = {
        (place, kind): (map_rows(varied, stack(state), place, kind) or [])
        if is_on(state, place)
        else None
        for place in PLACES
        for kind in get_args(IdKind)
    }
    return _Stood(varied, machine, rows, blocked, frozenset(rules))


@lru_cache(64)
def _may(state: State) -> tuple[tuple[Verdict, ...], frozenset[Change]]:
    """What the caller may do with a file, whatever is asked about it, and the rules looked up."""
    with consulted() as rules:
        machine = _stood(replace(state, path=".")).machine
        found = verdicts(machine, state.path, state.by, state.via)
    return found, frozenset(rules)


def _heard(machine: Machine, rules: Iterable[Change]) -> None:
    """Look rules up once more, for whoever listens: what is remembered here hangs on them."""
    for rule in rules:
        rule.holds(machine.root.kernel)


def _namespace_is_made(machine: Machine, state: State) -> bool:
    """Whether the mount's map itself is sound, so that only its idmapping was refused."""
    spec = (machine.document.get("mounts") or {}).get(state.via) or {}
    return spec.get("userns") in machine.namespaces


def varied_by(state: State) -> dict[str, Any]:
    """The scenario as the switches, the maps in force and the kernel asked about make it.

    Raises :class:`~kfuncviz.model.errors.IdMapError` for a map the kernel would not take.
    """
    varied = vary(document(state.scenario), stack(state))
    if state.kernel:
        varied["settings"] = {**(varied.get("settings") or {}), "kernel": state.kernel}
    for target, text in state.maps:
        if in_force(state, target):
            varied = with_map(varied, stack(state), *place_of(target), text)
    return varied


# ---------------------------------------------------------------------------- refusals


def asked(state: State, target: str) -> State | Refusal:
    """The state if the kernel takes it, else the refusal, laid at the door of ``target``."""
    try:
        case(state)
    except KernelError as error:
        return Refusal(target, error.name, error.rule)
    return state


def tried(state: State, target: str, text: str) -> State | Refusal:
    """The state with a text in force, or why it cannot be."""
    if target == "id":
        try:
            return asked(replace(state, id=parse_id(text), entry=None), target)
        except ValueError as error:
            return Refusal(target, None, str(error))
    return asked(replace(state, maps=with_pair(state.maps, target, text)), target)


def parse_id(text: str) -> int | None:
    """The id somebody typed, ``None`` for nothing; ValueError says what would be right.

    >>> parse_id(" 1000 ")
    1000
    """
    text = text.strip()
    if not text:
        return None
    digits = text.lstrip("0") or "0"
    long = len(digits) > len(str(LAST_ID))
    if not (text.isascii() and text.isdigit()) or long or int(digits) > LAST_ID:
        raise ValueError(
            f"{outside.shown(text)} is no id: want a whole number from 0 to {LAST_ID}, or nothing"
        )
    return int(digits)


# --------------------------------------------------------------------------- what there is


def choices(state: State) -> dict[str, list[str]]:
    """What each choice offers in this state."""
    own = [] if state.scenario in gallery() else [state.scenario]
    return {"scenario": [*own, *gallery()], **alternatives(state)}


def alternatives(state: State) -> dict[str, list[str]]:
    """What each choice offers about the scenario at hand."""
    return {
        "by": callers(state),
        "via": mounts(state),
        "path": paths(state),
        "kind": list(get_args(Kind)),
        "direction": list(get_args(Direction)),
    }


def callers(state: State) -> list[str]:
    """Who can ask."""
    return [*(document(state.scenario).get("callers") or {}), "root"]


def mounts(state: State) -> list[str]:
    """What can be asked through."""
    return [*(document(state.scenario).get("mounts") or {}), "plain"]


def paths(state: State) -> list[str]:
    """What can be asked about through this mount."""
    there = reachable(document(state.scenario), state.via)
    return there if state.path in there else [state.path, *there]


def files(state: State) -> dict[str, str]:
    """What the disk's chooser offers: a value for each thing that can be asked about, in words.

    >>> from kfuncviz.explorers.ownership.state import first
    >>> files(first("home-on-a-stick"))
    {'owner home': 'home', 'owner home/letter.txt': 'home/letter.txt'}
    """
    found, offered = document(state.scenario), paths(state)
    if state.direction == "create":
        return _directories(state, offered)
    out = {f"owner {path}": path for path in offered}
    if state.direction == "read":
        for entry, path in entries(found, state.via):
            out[f"{entry} {path}"] = f"{path}: {entry}"
    return out


def _directories(state: State, offered: list[str]) -> dict[str, str]:
    """The directories something can be created in, each once, told by one of the paths."""
    setup = document(state.scenario).get("setup") or ()
    dirs = {entry["path"] for entry in setup if entry["type"] == "dir"}
    sub = ((document(state.scenario).get("mounts") or {}).get(state.via) or {}).get("subdir") or ""
    out: dict[str, str] = {}
    for path in [state.path, *offered]:
        full = f"{sub}/{path}" if sub else path
        inside = path if full in dirs or path == "." else path.rpartition("/")[0] or "."
        out.setdefault("in the top" if inside == "." else f"in {inside}/", path)
    return {f"owner {path}": label for label, path in out.items()}


def idle(state: State) -> frozenset[str]:
    """The controls that could do nothing in this state."""
    calls = len(calls_of(state))
    at = step_of(state, calls)
    return frozenset(
        name
        for name, nothing in {
            "mount_idmapped": state.via == "plain",
            "in_container": state.by == "root",
            "first": at == 0,
            "back": at == 0,
            "next": at == calls,
            "last": at == calls,
        }.items()
        if nothing
    )


def calls_of(state: State) -> tuple[Any, ...]:
    """The kernel's calls; none where it refuses the question as it stands."""
    found = asked(state, "")
    return () if isinstance(found, Refusal) else case(found).ownership.calls


def step_of(state: State, calls: int) -> int:
    """How many of the calls are drawn."""
    return calls if state.step is None else min(state.step, calls)
