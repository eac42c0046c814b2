# SPDX-License-Identifier: BSD-3-Clause
"""
Tokens: an explorer's state in a line of text
=============================================

``kfv2.BODY``, or ``kfv2.BODY~ID`` while an id is asked about: it stands last, so that all tokens of
a run of ids begin alike.  In the body is the explorer's name, the scenario, and of the state what
differs from the one the scenario opens with.  A gallery scenario is told by its name and a hash of
what it says, any other is written out.  Whatever is read is bounded, and checked part by part.

``kfv1.`` tokens hold a scenario alone; the ownership explorer opens it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from kfuncviz.explorers import outside
from kfuncviz.explorers.engine.registry import explorer
from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.scenario.load import load, scenarios, sound
from kfuncviz.scenario.problems import ScenarioError, unusable
from kfuncviz.scenario.reading import token as packing
from kfuncviz.scenario.reading.token import KFV2, find

__all__ = ["Opened", "decode", "encode", "find", "named", "opened", "resolved"]

_HASH = 4
#: These say nothing about who owns a file; a gallery scenario may be told in better words.
_WORDS = ("title", "notes", "source")


class Opened(NamedTuple):
    """What a token opens: the explorer, its state, and a notice to the reader if there is one."""

    name: str
    state: Any
    notice: str = ""


def encode(name: str, state: Any) -> str:
    """The token of a state.

    >>> state = explorer("ownership").first("home-on-a-stick")
    >>> decode(encode("ownership", state)) == ("ownership", state)
    True
    """
    plain = explorer(name).to_json(state)
    scenario, id = plain.pop("scenario", None), plain.pop("id", None)
    begun = _begun(name, scenario)
    changed = {part: value for part, value in plain.items() if value != begun[part]}
    stem = packing.pack([name, _written(scenario), changed], KFV2)
    return stem if id is None else f"{stem}~{id}"


def decode(token: str) -> tuple[str, Any]:
    """The explorer and the state of a token; see :func:`opened`."""
    return opened(token)[:2]


@lru_cache(256)
def opened(token: str) -> Opened:
    """What a token opens.

    Raises
    ------
    ScenarioError
        Where it is damaged, of another version, or holds what no explorer could show; the one
        problem says which part is wrong and what would be right.

    >>> opened("kfv2.AAAA")
    Traceback (most recent call last):
        ...
    kfuncviz.scenario.problems.ScenarioError: token: damaged: too short
    """
    token = re.sub(r"[\s>]+", "", token)
    if packing.version(token) == 1:
        return Opened("ownership", explorer("ownership").first(load(token)))
    stem, tilde, digits = token.partition("~")
    held = packing.unpack(stem, KFV2)
    try:
        return _state(held, _id(digits) if tilde else None)
    except ScenarioError:
        raise
    except ValueError as error:
        raise unusable(str(error), "token") from None


def resolved(source: Any) -> Any:
    """The scenario of a token somebody pasted, as the explorer showed it; else the source itself.

    >>> resolved("keep-id")
    'keep-id'
    """
    if not isinstance(source, str):
        return source
    token = find(source) or source
    if not packing.is_token(token) or packing.version(token) == 1:
        return token
    name, state = decode(token)
    document = explorer(name).scenario(state)
    if document is None:
        raise unusable(f"it opens the explorer {name!r}, which shows no scenario", "token")
    return document


def named(document: Mapping[str, Any]) -> str | None:
    """The gallery's name for a document, whatever its focus; ``None`` for any other.

    >>> named(load("keep-id") | {"focus": {"kind": "gid"}})
    'keep-id'
    """
    title = re.findall(r"\w+", str(document.get("title")))  # YAML may write a quote otherwise
    for name, file in scenarios().items():
        text = file.read_text("utf-8")
        if all(word in text for word in title) and {**load(name), "focus": None} == {
            **document,
            "focus": None,
        }:
            return name
    return None


def _state(held: Any, id: int | None) -> Opened:
    if type(held) is not list or len(held) != 3:
        raise ValueError(f"want explorer, scenario and changes, not {outside.shown(held)}")
    name, written, changed = held
    module = explorer(name)
    scenario, notice = _read(written)
    parts = _begun(name, scenario)
    fields = parts | outside.mapping("a state", changed, parts)
    if scenario is not None:
        fields["scenario"] = scenario
    if id is not None:
        fields["id"] = id
    try:
        return Opened(name, module.from_json(fields), notice)
    except ValueError as error:
        raise ValueError(f"{notice} {error}" if notice else str(error)) from None


@lru_cache(128)
def _begun(name: str, scenario: str | None) -> dict[str, Any]:
    """The parts of the state an explorer opens with, but for scenario and id."""
    module = explorer(name)
    parts = module.to_json(module.first(scenario))
    return {part: value for part, value in parts.items() if part not in ("scenario", "id")}


@lru_cache(128)
def _written(scenario: str | None) -> Any:
    """A scenario as a token holds it: a name with a hash, or the document."""
    if scenario is None or scenario not in scenarios():
        return None if scenario is None else packing.decode(scenario)
    return f"{scenario}@{_hash(scenario)}"


def _read(written: Any) -> tuple[str | None, str]:
    """The scenario a token holds, and a notice where the gallery has another one by now."""
    if written is None:
        return None, ""
    if isinstance(written, Mapping):
        return packing.encode(sound(written)), ""
    name, _, said = outside.text("a scenario", written).partition("@")
    outside.known("scenario of the gallery", name, scenarios())
    if said == _hash(name):
        return name, ""
    return name, f"The gallery's {name} has changed since this link was made."


@lru_cache(128)
def _hash(name: str) -> str:
    """A short hash of what a gallery scenario says, but for its words."""
    said = {part: value for part, value in load(name).items() if part not in _WORDS}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.blake2s(text, digest_size=_HASH).hexdigest()


def _id(digits: str) -> int:
    """The id behind the tilde, written as people write numbers."""
    if re.fullmatch(r"0|[1-9][0-9]{0,9}", digits) and int(digits) <= LAST_ID:
        return int(digits)
    raise ValueError(f"{outside.shown(digits)} is no id; want a whole number up to {LAST_ID}")
