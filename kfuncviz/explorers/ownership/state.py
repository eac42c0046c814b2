# SPDX-License-Identifier: BSD-3-Clause
"""
State: everything the ownership explorer shows
==============================================

Frozen, with typed defaults, and made of what JSON can hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, get_args

from kfuncviz.explorers import outside
from kfuncviz.model.uidgid import IdKind
from kfuncviz.scenario.load import Source, load, scenarios
from kfuncviz.scenario.ownership.travel import Direction
from kfuncviz.scenario.reading.token import encode, is_token
from kfuncviz.scenario.variation import Place, Stack, stack_of

Kind = Literal["uid", "gid", "both"]
PLACES: tuple[Place, ...] = ("fs", "mount", "caller")
#: What can be typed: an id, and for each place its two maps.
TEXTS = ("id", *(f"{place}.{kind}" for place in PLACES for kind in get_args(IdKind)))
#: The switches, and the place whose map each brings into force.
SWITCHES: Mapping[str, Place] = MappingProxyType(
    {"mount_idmapped": "mount", "in_container": "caller", "fs_in_userns": "fs"}
)
Pairs = tuple[tuple[str, str], ...]
#: What can be folded away, in the order of the page.
FOLDS = ("cases", "steps", "table", "scale", "mail", "commands", "save")
#: How far the id space can be zoomed into; each time to a sixteenth.
MOST_ZOOM = 7


@dataclass(frozen=True)
class State:
    """Everything on screen.

    ``scenario`` is a gallery name or a share token.  ``id`` replaces the file's owner where it is
    not ``None``, and so does ``entry`` (of its access list, or the rootid of its capability).
    ``kernel`` is the release asked about, empty for the scenario's own.
    ``maps`` are the texts in force over the scenario's own maps, ``drafts`` those the
    kernel refuses, both in the order typed (where one map serves uid and gid, the last counts);
    ``refused`` is the last choice or switch it refused.  ``step`` counts the calls drawn so far,
    ``None`` draws all; ``selection`` is the row that is shown in words (``mount.0``); ``kept`` is
    the state compared with; ``zoom`` says how often the id space was zoomed into; ``folds`` are
    open.
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
    kind: Kind = "uid"
    direction: Direction = "read"
    kernel: str = ""
    maps: Pairs = ()
    drafts: Pairs = ()
    refused: tuple[str, str | bool] | None = None
    step: int | None = None
    selection: str = ""
    kept: State | None = None
    zoom: int = 0
    folds: tuple[str, ...] = ()


#: Fields of a look at the same question: what they hold is no step to undo.
LOOKS = ("refused", "step", "selection", "zoom", "folds")


def first(source: Source) -> State:
    """The state a scenario opens with: its focus, or its first file seen by its first caller.

    >>> first("home-on-a-stick").via
    'stick'
    """
    scenario = source if isinstance(source, str) and source in scenarios() else encode(load(source))
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
    if not is_token(scenario) and scenario not in scenarios():
        outside.known("share token and no name in the gallery", scenario, scenarios())
    return load(scenario)


def reachable(document: Mapping[str, Any], via: str) -> list[str]:
    """The files that can be reached through a mount, as paths from the mount's root.

    >>> setup = [{"path": "a"}, {"path": "d/f"}]
    >>> reachable({"setup": setup, "mounts": {"m": {"subdir": "d"}}}, "m")
    ['f']
    """
    paths = [path for path, _ in _files(document, via)]
    return paths or ["."]


def entries(document: Mapping[str, Any], via: str) -> list[tuple[str, str]]:
    """What else of those files holds an id, as (entry, path): of access lists, and of capabilities.

    >>> setup = [{"path": "a", "acl": [["user", 7, "r--"], ["other", None, "---"]]}]
    >>> entries({"setup": setup}, "plain")
    [('user:7', 'a')]
    """
    out = []
    for path, entry in _files(document, via):
        for key, before in (("acl", ""), ("default_acl", "default:")):
            named = [each for each in entry.get(key) or () if each[1] is not None]
            out += [(f"{before}{tag}:{id}", path) for tag, id, _ in named]
        if (entry.get("cap") or {}).get("version") == 3:
            out.append(("rootid", path))
    return out


def _files(document: Mapping[str, Any], via: str) -> list[tuple[str, Mapping[str, Any]]]:
    """The entries under a mount's root, each with its path from there."""
    subdir = ((document.get("mounts") or {}).get(via) or {}).get("subdir") or ""
    prefix = f"{subdir.rstrip('/')}/" if subdir else ""
    setup = document.get("setup") or ()
    under = (entry for entry in setup if entry["path"].startswith(prefix))
    return [(entry["path"].removeprefix(prefix), entry) for entry in under]


def kinds(state: State) -> tuple[IdKind, ...]:
    """The kinds of id that are drawn, one level each."""
    return get_args(IdKind) if state.kind == "both" else (state.kind,)


def stack(state: State) -> Stack:
    """Which of the three maps are in force."""
    return Stack(state.by, state.via, state.mount_idmapped, state.in_container, state.fs_in_userns)


def place_of(target: str) -> tuple[Place, IdKind]:
    """The place and the kind of a map's name.

    >>> place_of("mount.uid")
    ('mount', 'uid')
    """
    place, _, kind = target.partition(".")
    return place, kind  # type: ignore[return-value]


def is_on(state: State, place: Place) -> bool:
    """Whether the switch of a place is on."""
    return any(getattr(state, name) for name, at in SWITCHES.items() if at == place)


def in_force(state: State, target: str) -> bool:
    """Whether a text is looked at: an id always is, a map where its switch is on."""
    return target == "id" or is_on(state, place_of(target)[0])


def with_pair(pairs: Pairs, target: str, text: str) -> Pairs:
    """The pairs with one more, or one changed; the last typed stands last."""
    return (*without(pairs, target), (target, text))


def without(pairs: Pairs, target: str) -> Pairs:
    """The pairs but for one."""
    return tuple(pair for pair in pairs if pair[0] != target)
