# SPDX-License-Identifier: BSD-3-Clause
"""
Ownership: who owns this file, seen from here?
==============================================

A :class:`State` is everything the explorer's screen shows; :func:`update` makes the next one of an
event, and :func:`frame` draws it.  A text or switch that the kernel would refuse never comes into
force: it stays in the state as it was typed, and the picture is of the rest.

An event is ``{"type", "target", "value"}``:

=========  =============================================  =======================================
type       target                                         value
=========  =============================================  =======================================
``set``    a switch, or what :func:`choices` lists        true or false, or one of the choices
``typed``  ``id``, or a map: ``mount.uid``, ``fs.gid`` …  the text
``step``   ``first``, ``back``, ``next``, ``last``        none
``fold``   one of :data:`FOLDS`                           true for open
=========  =============================================  =======================================

:func:`advance` also takes ``undo``, ``redo`` and ``reset``, which have neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from html import escape
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, get_args

from kfuncviz import render
from kfuncviz.explorers import history, outside
from kfuncviz.explorers.engine.frame import Barred, Frame
from kfuncviz.explorers.history import History
from kfuncviz.model.errors import KernelError
from kfuncviz.model.uidgid import LAST_ID, IdKind, is_id
from kfuncviz.render.ownership import controls
from kfuncviz.render.ownership.alike import Extent, alike
from kfuncviz.scenario.checking.schema import an_entry
from kfuncviz.scenario.load import Source, gallery, load
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.answer import Call, Ownership
from kfuncviz.scenario.ownership.ask import answered, ownership
from kfuncviz.scenario.ownership.travel import Direction
from kfuncviz.scenario.reading.token import encode, is_token
from kfuncviz.scenario.variation import Place, Stack, map_rows, stack_of, vary, with_map

PLACES: tuple[Place, ...] = ("fs", "mount", "caller")
#: What can be typed: an id, and for each place its two maps.
TEXTS = ("id", *(f"{place}.{kind}" for place in PLACES for kind in get_args(IdKind)))
#: The switches, and the place whose map each brings into force.
SWITCHES: Mapping[str, Place] = MappingProxyType(
    {"mount_idmapped": "mount", "in_container": "caller", "fs_in_userns": "fs"}
)
Pairs = tuple[tuple[str, str], ...]
CHOICES = ("scenario", "by", "via", "path", "kind", "direction")
STEPS = ("first", "back", "next", "last")
#: What can be folded away, in the order of the page.
FOLDS = ("about", "table", "calls", "scale", "mail", "token")
#: The parts of a frame.
REGIONS = (
    *("about", "notice", "note-id", "picture", "say", "now", "folds"),
    *(f"{part}-{place}" for place in PLACES for part in ("heads", "note")),
)


@dataclass(frozen=True)
class State:
    """Everything on screen.

    ``scenario`` is a gallery name or a share token.  ``id`` replaces the file's owner where it is
    not ``None``, and so does ``entry`` (of its access list, or the rootid of its capability).
    ``maps`` are the texts in force over the scenario's own maps, ``drafts`` those the
    kernel refuses, both in the order typed (where one map serves uid and gid, the last counts);
    ``refused`` is the last choice or switch it refused.  ``step`` counts the calls drawn so far,
    ``None`` draws all; ``folds`` are open.
    """

    scenario: str = "home-on-a-stick"
    by: str = "root"
    via: str = "plain"
    mount_idmapped: bool = False
    in_container: bool = False
    fs_in_userns: bool = False
    path: str = "."
    id: int | None = None
    entry: str | None = None
    kind: IdKind = "uid"
    direction: Direction = "read"
    maps: Pairs = ()
    drafts: Pairs = ()
    refused: tuple[str, str | bool] | None = None
    step: int | None = None
    folds: tuple[str, ...] = ("table",)


class Case(NamedTuple):
    """The scenario as varied, the answer to the question, and the rows of the maps in force."""

    document: Mapping[str, Any]
    ownership: Ownership
    rows: Mapping[Place, list[list[int]] | None]


class Refusal(NamedTuple):
    """Why a text or choice is not in force; ``errno`` is ``None`` where it is not the kernel's."""

    target: str
    errno: str | None
    rule: str


# ----------------------------------------------------------------------------- opening


def first(source: Source) -> State:
    """The state a scenario opens with: its focus, or its first file seen by its first caller.

    >>> first("home-on-a-stick").via
    'stick'
    """
    named = isinstance(source, str) and source in gallery()
    scenario = str(source) if named else encode(load(source))
    found = document(scenario)
    focus = found.get("focus") or {}
    stack = stack_of(found, focus.get("by"), focus.get("via"))
    return State(
        scenario,
        **asdict(stack),
        path=focus.get("path") or reachable(found, stack.via)[0],
        id=focus.get("id"),
        entry=focus.get("entry"),
        kind="gid" if "group:" in focus.get("entry", "") else focus.get("kind", "uid"),
        direction=focus.get("direction", "read"),
    )


@lru_cache(64)
def document(scenario: str) -> Mapping[str, Any]:
    """The document of a gallery name or a share token, to be read only.

    Raises :class:`~kfuncviz.scenario.problems.ScenarioError` for a bad token, ValueError for
    anything else: no file is read for a name that came from outside.
    """
    if not is_token(scenario) and scenario not in gallery():
        outside.known("share token and no name in the gallery", scenario, gallery())
    return load(scenario)


def reachable(document: Mapping[str, Any], via: str) -> list[str]:
    """The files that can be reached through a mount, as paths from the mount's root.

    >>> setup = [{"path": "a"}, {"path": "d/f"}]
    >>> reachable({"setup": setup, "mounts": {"m": {"subdir": "d"}}}, "m")
    ['f']
    """
    subdir = ((document.get("mounts") or {}).get(via) or {}).get("subdir") or ""
    prefix = f"{subdir.rstrip('/')}/" if subdir else ""
    paths = [entry["path"] for entry in document.get("setup") or ()]
    return [path.removeprefix(prefix) for path in paths if path.startswith(prefix)] or ["."]


# ------------------------------------------------------------------------------ answers


def case(state: State) -> Case:
    """The model's answer to the question a state holds.

    Raises
    ------
    KernelError
        Where the kernel would refuse: a map, an id the filesystem cannot hold, a missing file.
    """
    return _case(_question(state), ownership)


def _question(state: State) -> State:
    """What of a state the answer hangs on."""
    return replace(state, drafts=(), refused=None, step=None, folds=())


@lru_cache(256)
def _case(state: State, ask: Callable[..., Ownership]) -> Case:
    stack = _stack(state)
    varied = vary(document(state.scenario), stack)
    for target, text in state.maps:
        place, kind = _map(target)
        if _in_force(state, target):
            varied = with_map(varied, stack, place, kind, text)
    answer = ask(
        Machine(varied),
        state.path,
        by=state.by,
        via=state.via,
        kind=state.kind,
        direction=state.direction,
        id=state.id,
        entry=state.entry,
    )
    rows = {
        place: (map_rows(varied, stack, place, state.kind) or []) if _on(state, place) else None
        for place in PLACES
    }
    return Case(varied, answer, rows)


def refusals(state: State) -> list[Refusal]:
    """Why each draft, and the last choice refused, is not in force."""
    tried = [_tried(state, *draft) for draft in state.drafts]
    if state.refused is not None:
        tried.append(_asked(_changed(state, *state.refused), state.refused[0]))
    return [answer for answer in tried if isinstance(answer, Refusal)]


def choices(state: State) -> dict[str, list[str]]:
    """What each choice offers in this state."""
    found = document(state.scenario)
    there = reachable(found, state.via)
    own = [] if state.scenario in gallery() else [state.scenario]
    return {
        "scenario": [*own, *gallery()],
        "by": [*(found.get("callers") or {}), "root"],
        "via": [*(found.get("mounts") or {}), "plain"],
        "path": there if state.path in there else [state.path, *there],
        "kind": list(get_args(IdKind)),
        "direction": list(get_args(Direction)),
    }


def idle(state: State) -> frozenset[str]:
    """The controls that could do nothing in this state."""
    calls = len(_calls(state))
    at = _at(state, calls)
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


def texts(state: State) -> dict[str, str | None]:
    """What stands in each text field: what was refused, or what is in force (``None``: no map)."""
    drafts = dict(state.drafts)
    shown = {"id": drafts.get("id", "" if state.id is None else str(state.id))}
    maps = {
        f"{place}.{state.kind}": None if rows is None else controls.map_text(rows)
        for place, rows in _rows(state).items()
    }
    return shown | {
        target: None if text is None else drafts.get(target, text) for target, text in maps.items()
    }


# ------------------------------------------------------------------------------- events


def advance(past: History[State], event: Mapping[str, Any]) -> History[State]:
    """The history after one event, ``undo``, ``redo`` and ``reset`` among them.

    A step to undo is a change of the question; a look at another call or fold is none, and another
    scenario begins anew.  Raises ValueError as :func:`update` does.
    """
    if event in _TRAVEL_EVENTS:
        there = _TRAVEL[event["type"]](past)
        return history.look(there, replace(there.now, folds=past.now.folds))
    state = update(past.now, event)
    step = change(past.now, state)
    if step == "new":
        return history.start(state)
    return history.look(past, state) if step == "look" else history.edit(past, state)


def change(before: State, after: State) -> Literal["edit", "look", "new"]:
    """What an event did: a step to undo, another look at the same question, a new beginning.

    >>> s = first("home-on-a-stick")
    >>> change(s, update(s, {"type": "step", "target": "first"}))
    'look'
    """
    if after.scenario != before.scenario:
        return "new"
    seen = {"refused": after.refused, "step": after.step, "folds": after.folds}
    return "look" if replace(before, **seen) == after else "edit"  # type: ignore[arg-type]


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


def _set(state: State, target: Any, value: Any) -> State:
    """A choice is refused where it would end an answer; another scenario opens in any case."""
    fresh = _changed(state, target, value)
    answered = isinstance(_asked(fresh, target), State) or isinstance(_asked(state, ""), Refusal)
    if target == "scenario" or answered:
        return _absorbed(fresh)
    return replace(state, refused=(target, value))


def _changed(state: State, target: Any, value: Any) -> State:
    """The state with a switch or a choice made, whether or not the kernel takes it."""
    outside.known("choice or switch", target, (*SWITCHES, *CHOICES))
    fresh = replace(state, step=None, refused=None)
    if target in SWITCHES:
        _movable(state, target, outside.flag(target, value))
        return replace(fresh, **{target: value})
    if target == "scenario":
        document(outside.text(target, value))
        return replace(first(value), folds=state.folds)
    outside.known(target, value, choices(state)[target])
    if target in ("by", "via"):
        return _standing(fresh, target, value)
    fresh = replace(fresh, entry=None)
    if target == "kind":
        return replace(fresh, kind=value)
    return replace(fresh, **{target: value}, id=None, drafts=_without(state.drafts, "id"))


def _movable(state: State, switch: str, value: bool) -> None:
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
        maps=tuple(pair for pair in state.maps if _map(pair[0])[0] != place),
        drafts=tuple(pair for pair in state.drafts if not pair[0].startswith(place)),
    )
    stack = stack_of(found, fresh.by, fresh.via)
    if target == "by":
        return replace(fresh, in_container=stack.in_container)
    there = reachable(found, value)
    path = state.path if state.path in there else there[0]
    return replace(fresh, mount_idmapped=stack.mount_idmapped, path=path)


def _typed(state: State, target: Any, value: Any) -> State:
    outside.known("text", target, TEXTS)
    outside.text(target, value)
    if target != "id" and not _in_force(state, target):
        raise ValueError(f"{target} is not in force; switch it on first")
    clear = replace(state, drafts=_without(state.drafts, target), refused=None)
    tried = _tried(clear, target, value)
    if isinstance(tried, Refusal):
        return replace(clear, drafts=_with(clear.drafts, target, value))
    return _absorbed(replace(tried, step=None))


def _tried(state: State, target: str, text: str) -> State | Refusal:
    """The state with a text in force, or why it cannot be."""
    if target == "id":
        try:
            return _asked(replace(state, id=parse_id(text), entry=None), target)
        except ValueError as error:
            return Refusal(target, None, str(error))
    return _asked(replace(state, maps=_with(state.maps, target, text)), target)


def _asked(state: State, target: str) -> State | Refusal:
    """The state if the kernel takes it, else the refusal, laid at the door of ``target``."""
    try:
        case(state)
    except KernelError as error:
        return Refusal(target, error.name, error.rule)
    return state


def _absorbed(state: State) -> State:
    """The state with every draft in force that the kernel has come to accept."""
    for target, text in state.drafts:
        if target == "id" or _in_force(state, target):
            tried = _tried(state, target, text)
            if isinstance(tried, State):
                return _absorbed(replace(tried, drafts=_without(state.drafts, target)))
    return state


def _step(state: State, target: Any, value: Any) -> State:
    outside.known("step", target, STEPS)
    if value is not None:
        raise ValueError(f"a step has no value; this one has {outside.shown(value)}")
    calls = len(_calls(state))
    at = _at(state, calls)
    to = {"first": 0, "back": max(at - 1, 0), "next": min(at + 1, calls), "last": calls}[target]
    return replace(state, step=None if to == calls else to)


def _fold(state: State, target: Any, value: Any) -> State:
    outside.known("fold", target, FOLDS)
    rest = {*state.folds} - {target}
    shown = rest | {target} if outside.flag(target, value) else rest
    return replace(state, folds=tuple(name for name in FOLDS if name in shown))


_EVENTS: Mapping[str, Callable[[State, Any, Any], State]] = MappingProxyType(
    {"set": _set, "typed": _typed, "step": _step, "fold": _fold}
)
_TRAVEL: Mapping[str, Callable[[History[State]], History[State]]] = MappingProxyType(
    {"undo": history.undo, "redo": history.redo, "reset": history.reset}
)
_TRAVEL_EVENTS = [{"type": name} for name in _TRAVEL]


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


# ----------------------------------------------------------------------- written and read


def to_json(state: State) -> dict[str, Any]:
    """A state as JSON can hold it; :func:`from_json` reads it again.

    >>> from_json(to_json(first("home-on-a-stick"))) == first("home-on-a-stick")
    True
    """
    plain = {field.name: getattr(state, field.name) for field in fields(state)}
    refused = None if state.refused is None else list(state.refused)
    return plain | {
        "maps": [list(pair) for pair in state.maps],
        "drafts": [list(pair) for pair in state.drafts],
        "refused": refused,
        "folds": list(state.folds),
    }


def from_json(data: Any) -> State:
    """The state somebody wrote down, every part checked; what is left out is as in ``State()``.

    Raises
    ------
    ValueError
        For anything an explorer could not show, naming the part and what would be right.
    """
    plain = to_json(State()) | outside.mapping("a state", data, to_json(State()))
    for name in CHOICES:
        outside.text(name, plain[name])
    for name in SWITCHES:
        outside.flag(name, plain[name])
    id, step, refused = plain["id"], plain["step"], plain.pop("refused")
    if id is not None and not is_id(id):
        raise ValueError(f"id is {outside.shown(id)}; want a whole number from 0 to {LAST_ID}")
    if plain["entry"] is not None:
        _entry(plain)
    if step is not None and (type(step) is not int or step < 0):
        raise ValueError(f"step is {outside.shown(step)}; want how many calls are drawn")
    plain["maps"] = _pairs("maps", plain["maps"], TEXTS[1:])
    plain["drafts"] = _pairs("drafts", plain["drafts"], TEXTS)
    plain["folds"] = _names("folds", plain["folds"])
    state = State(**plain)
    for name in ("by", "via", "kind", "direction"):
        outside.known(name, plain[name], choices(state)[name])
    for name in SWITCHES:
        _movable(state, name, plain[name])
    return state if refused is None else _with_refused(state, refused)


def _entry(plain: Mapping[str, Any]) -> None:
    """Refuse an entry there cannot be, or one asked about together with something else."""
    if wanted := an_entry(plain["entry"]):
        raise ValueError(f"entry is {outside.shown(plain['entry'])}; want {wanted}")
    if plain["id"] is not None or plain["direction"] != "read":
        raise ValueError("entry is asked about with direction read, and without an id")


def _pairs(what: str, value: Any, targets: tuple[str, ...]) -> Pairs:
    pairs: Pairs = ()
    for item in _list(what, value):
        target, text = _two(what, item)
        outside.known(f"part of {what}", target, targets)
        pairs = _with(pairs, target, outside.text(target, text))
    return pairs


def _names(what: str, value: Any) -> tuple[str, ...]:
    names = [outside.known("fold", name, FOLDS) for name in _list(what, value)]
    return tuple(name for name in FOLDS if name in names)


def _with_refused(state: State, value: Any) -> State:
    target, chosen = _two("refused", value)
    _changed(state, target, chosen)
    return replace(state, refused=(target, chosen))


def _list(what: str, value: Any) -> list[Any]:
    if type(value) is not list:
        raise ValueError(f"{what} is a list, not {outside.shown(value)}")
    return value


def _two(what: str, value: Any) -> list[Any]:
    if type(value) is not list or len(value) != 2:
        raise ValueError(f"{what} has a target and a value, not {outside.shown(value)}")
    return value


# ------------------------------------------------------------------------------- frames


def frame(state: State, width: int = 960) -> Frame:
    """What a state looks like, drawn ``width`` pixels wide.

    Regions: ``about``, ``notice``, ``picture``, ``say``, ``now``, ``folds``, ``note-id``, and for
    each place ``heads-…`` and ``note-…``.  Where the scenario's own mount or caller could not be
    made, the answer ends on the disk.  Any other question that the kernel refuses as it stands has
    an empty picture, and the refusal in the place of the sentence.
    """
    refused = {refusal.target: refusal for refusal in refusals(state)}
    regions = {
        "about": controls.about(document(state.scenario), shown="about" in state.folds),
        "notice": _notice(state, refused),
        "note-id": controls.refusal(*refused["id"][1:]) if "id" in refused else "",
    }
    try:
        here = _case(_question(state), answered)
    except KernelError as error:
        told = f"{error.name}: {error.rule}"
        say = controls.say(escape(told), lost=True)
        empty = dict.fromkeys(("picture", "now", "folds"), "")
        return Frame(regions | empty | {"say": say} | _maps(state, None, refused), told, [], told)
    o = here.ownership
    at = _at(state, len(o.calls))
    hops = len({call.hop for call in o.calls[:at] if call.hop is not None})
    drawn = None if at == len(o.calls) else hops
    mail = render.text(o)
    regions |= {
        "picture": render.svg(o, width, theme="lab", step=drawn),
        "say": controls.say(
            render.sentence_html(o),
            lost=o.travel.lost is not None or bool(o.access and o.access.err),
        ),
        "now": controls.now(o.calls, at),
        "folds": _folds(state, here, at, width, mail),
    }
    regions |= _maps(state, here, refused)
    return Frame(regions, render.sentence(o), render.table(o), mail)


def _notice(state: State, refused: Mapping[str, Refusal]) -> str:
    """That the picture is older than what stands in the fields, and why a switch did not move."""
    own = refused.get(state.refused[0]) if state.refused else None
    if own is not None:
        return controls.kept() + controls.refusal(own.errno, own.rule)
    return controls.kept() if texts(state).keys() & refused.keys() else ""


def _maps(state: State, here: Case | None, refused: Mapping[str, Refusal]) -> dict[str, str]:
    regions = {}
    for place in PLACES:
        regions[f"heads-{place}"] = controls.map_heads(place)
        refusal = refused.get(f"{place}.{state.kind}")
        rows = None if here is None else here.rows[place]
        regions[f"note-{place}"] = (
            controls.map_echo(place, rows)
            if refusal is None
            else controls.refusal(refusal.errno, refusal.rule)
        )
    return regions


def _folds(state: State, here: Case, at: int, width: int, mail: str) -> str:
    o = here.ownership
    bodies = {
        "table": ("As a table", render.table_html(o)),
        "calls": ("Every call, in kernel order", controls.call_list(o.calls, at)),
        "scale": ("How much of the id space is that?", render.strip(o, width, theme="lab")),
        "mail": ("As text for a mail", f"<pre>{escape(mail)}</pre>"),
        "token": ("This scenario in one line", f"<pre>{encode(here.document)}</pre>"),
    }
    return "".join(
        controls.fold(name, title, body, shown=name in state.folds)
        for name, (title, body) in bodies.items()
    )


# ------------------------------------------------------------------------------- pieces


def _stack(state: State) -> Stack:
    return Stack(state.by, state.via, state.mount_idmapped, state.in_container, state.fs_in_userns)


def _calls(state: State) -> tuple[Call, ...]:
    """The kernel's calls; none where it refuses the question as it stands."""
    asked = _asked(state, "")
    return () if isinstance(asked, Refusal) else case(asked).ownership.calls


def _rows(state: State) -> Mapping[Place, list[list[int]] | None]:
    asked = _asked(state, "")
    return dict.fromkeys(PLACES) if isinstance(asked, Refusal) else case(asked).rows


def _at(state: State, calls: int) -> int:
    return calls if state.step is None else min(state.step, calls)


def _map(target: str) -> tuple[Place, IdKind]:
    """The place and the kind of a map's name.

    >>> _map("mount.uid")
    ('mount', 'uid')
    """
    place, _, kind = target.partition(".")
    return place, kind  # type: ignore[return-value]


def _on(state: State, place: Place) -> bool:
    return any(getattr(state, name) for name, at in SWITCHES.items() if at == place)


def _in_force(state: State, target: str) -> bool:
    """Whether a text is looked at: an id always is, a map where its switch is on."""
    return target == "id" or _on(state, _map(target)[0])


def _with(pairs: Pairs, target: str, text: str) -> Pairs:
    """The pairs with one more, or one changed; the last typed stands last."""
    return (*_without(pairs, target), (target, text))


def _without(pairs: Pairs, target: str) -> Pairs:
    return tuple(pair for pair in pairs if pair[0] != target)


# ----------------------------------------------------------------------- for the engine


def extents(state: State) -> list[Extent]:
    """The ids around the state's own among which the frame may differ in numbers alone.

    None where something is refused: why, may hang on the id.

    >>> extents(replace(first("home-on-a-stick"), id=70))[0]
    Extent(first=1, last=998)
    """
    if state.id is None or state.drafts or state.refused:
        return []
    try:
        here = _case(_question(state), answered)
    except KernelError:
        return []
    rows = [(row[0], row[1], row[2]) for row in here.rows["fs"] or ()]
    apart = () if state.direction == "read" else _somebodys(here.document)
    return alike(here.ownership, state.id, rows, apart)


def travels(state: State) -> list[dict[str, Any]]:
    """What a page of recorded frames lets one do: switches, kind, direction and file.

    >>> len(travels(first("home-on-a-stick")))
    10
    """
    offered, nothing = choices(state), idle(state)
    chosen: dict[str, list[Any]] = {
        switch: [not getattr(state, switch)] for switch in SWITCHES if switch not in nothing
    }
    chosen |= {target: offered[target] for target in ("kind", "direction")}
    if state.direction == "read":
        chosen["path"] = offered["path"]
    return [
        {"type": "set", "target": target, "value": value}
        for target, values in chosen.items()
        for value in values
    ]


def barred(state: State) -> list[Barred]:
    """The ids that cannot be asked about: what the filesystem has no row for is in no inode.

    >>> barred(replace(first("home-on-a-stick"), fs_in_userns=True))[0][:2]
    (65536, 4294967294)
    """
    asked = _question(replace(state, id=None, entry=None))
    rows = None if state.direction != "read" else _rows(asked)["fs"]
    if rows is None:
        return []
    out, free = [], 0
    for row in [*sorted(rows), [LAST_ID + 1, 0, 0]]:
        if row[0] > free:
            (refused,) = refusals(replace(asked, drafts=(("id", str(free)),)))
            why = refused.rule.replace(f"{state.kind} {free} ", f"this {state.kind} ")
            out.append(Barred(free, row[0] - 1, f"{refused.errno}: {why}"))
        free = row[0] + row[2]
    return out


def scenario(state: State) -> dict[str, Any]:
    """What a state shows as a scenario: its variation, with its question as the focus.

    >>> scenario(first("home-on-a-stick"))["focus"]["via"]
    'stick'
    """
    asked = {"path": state.path, "by": state.by, "via": state.via, "id": state.id}
    if state.entry is None:
        asked |= {"kind": state.kind, "direction": state.direction}
    else:
        asked |= {"entry": state.entry}
    own = document(state.scenario)
    if "focus" in own and _question(state) == _question(first(state.scenario)):
        return load(own)
    focus = {name: value for name, value in asked.items() if value is not None}
    return load({**_varied(state, own), "focus": focus})


def _varied(state: State, own: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document as the state's switches and maps have it; its own where the kernel refuses."""
    if not state.maps and _stack(state) == stack_of(own, state.by, state.via):
        return own
    try:
        return _case(_question(state), answered).document
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
