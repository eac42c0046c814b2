# SPDX-License-Identifier: BSD-3-Clause
"""
State: everything the lifetimes explorer shows
==============================================

Frozen, with typed defaults, and made of what JSON can hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import Any

from kfuncviz.evidence.history.lives import KINDS, Life, Lives, Only, lives
from kfuncviz.evidence.history.survival import DEATHS

#: What can be folded away, in the order of the page.
FOLDS = ("table", "mail", "save")
#: Fields of a look at the same question: what they hold is no step to undo.
LOOKS = ("page", "kfunc", "age", "folds")
#: How many rows are drawn at once.
ROWS = 24
#: What may end a life's time, in the order of the page.
ENDS = (*DEATHS, *KINDS)
#: Some of them by a name.
PRESETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"name": DEATHS, "name or prototype": (*DEATHS, "prototype"), "any term": ENDS}
)
#: A longer part of a name is no part of any.
TEXT_MAX = 60


@dataclass(frozen=True)
class State:
    """Everything on screen.

    Drawn are the kfuncs that in one and the same release were open to ``program_type``, defined
    under ``subsystem`` and had ``flag``, with ``text`` in their name, of these ``only`` "all", the
    "changed" or the "gone".  ``counts`` says what ends a kfunc's time, some of :data:`ENDS`; what
    of it is a change is drawn as one.  In view is ``page``, open is ``kfunc``, the curve is read
    out at ``age``; ``beside`` stand the idmapping's helpers and the four wrappers.
    """

    program_type: str = ""
    subsystem: str = ""
    flag: str = ""
    text: str = ""
    only: Only = "all"
    counts: tuple[str, ...] = PRESETS["name or prototype"]
    page: int = 0
    kfunc: str = ""
    age: int = 8
    beside: bool = False
    folds: tuple[str, ...] = ()


def found(state: State) -> Lives:
    """The lives that meet the filters.

    >>> len(found(State(subsystem="fs/")).lives)
    15
    """
    kinds = frozenset(state.counts) - {*DEATHS}
    asked = (state.program_type, state.subsystem, state.flag, state.text)
    return _found(asked, state.only, kinds)


@lru_cache(64)
def _found(asked: tuple[str, str, str, str], only: Only, kinds: frozenset[str]) -> Lives:
    program_type, file, flag, text = asked
    return lives(program_type=program_type, file=file, flag=flag, text=text, only=only, kinds=kinds)


def kfuncs(state: State) -> list[tuple[Life, ...]]:
    """The kfuncs that meet the filters, each with its lives, the oldest first."""
    return [tuple(one) for _, one in groupby(found(state).lives, key=lambda life: life.kfunc)]


def pages(state: State) -> int:
    """How many pages of rows there are, at least one.

    >>> pages(State()), pages(State(text="nothing has this name"))
    (16, 1)
    """
    return max(1, -(-len(kfuncs(state)) // ROWS))


def view(state: State) -> range:
    """The places of the kfuncs in view."""
    start = state.page * ROWS
    return range(start, min(start + ROWS, len(kfuncs(state))))


def to_json(state: State) -> dict[str, Any]:
    """A state as JSON can hold it; :func:`~.written.from_json` reads it again."""
    return asdict(state) | {"counts": list(state.counts), "folds": list(state.folds)}
