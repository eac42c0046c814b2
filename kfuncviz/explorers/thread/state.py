# SPDX-License-Identifier: BSD-3-Clause
"""
State: everything the thread explorer shows
===========================================

Frozen, with typed defaults, and made of what JSON can hold.  Nothing in it is weighed at first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kfuncviz.explorers import outside
from kfuncviz.kfuncs.thread import argument_map, messages

#: Besides the questions of the argument: what came after the thread.
LATER = "later"
TOPICS: Mapping[str, str] = MappingProxyType(
    {**argument_map().questions, LATER: "Does what came later speak for one side?"}
)
#: Where the reader stands on a question; nowhere, before one of these is chosen.
STANCES: Mapping[str, str] = MappingProxyType(
    {
        "for": "in favour",
        "rather for": "rather in favour",
        "even": "as much on either side",
        "rather against": "rather against",
        "against": "against",
    }
)
WEIGHTS = ("little", "some", "much")
#: The texts of a question: one of each side before its map is seen, one after.
TEXTS = ("for", "against", "after")
TIMES = ("before", "after")
#: The most characters of one text.
WORDS_MAX = 600
#: What can be folded away, in the order of the page.
FOLDS = ("mail", "weighing", "table", "save")
Pairs = tuple[tuple[str, str], ...]

#: What each field of pairs can name, in the order in which it is kept.
TARGETS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "written": tuple(f"{topic}.{text}" for topic in TOPICS for text in TEXTS),
        "stances": tuple(f"{topic}.{time}" for topic in TOPICS for time in TIMES),
        "weights": tuple(argument_map().claims),
    }
)
#: What can be chosen.
SELECTIONS = (
    *(f"message {mail.n}" for mail in messages()),
    *(f"claim {name}" for name in argument_map().claims),
    *(f"fact {name}" for name in argument_map().evidence),
)


@dataclass(frozen=True)
class State:
    """Everything on screen.

    ``topic`` is the question looked at; ``selection`` the mail, claim or fact that is chosen.
    ``written`` are the reader's own words, ``stances`` which side weighs more on a question, before
    and after its map was seen, ``weights`` how much a claim weighs; ``opened`` are the questions
    whose map is shown; ``folds`` are open.
    """

    topic: str = "need"
    selection: str = ""
    written: Pairs = ()
    stances: Pairs = ()
    weights: Pairs = ()
    opened: tuple[str, ...] = ()
    folds: tuple[str, ...] = ()


#: Fields of a look at the same weighing: what they hold is no step to undo.
LOOKS = ("topic", "selection", "folds")


def first(source: Any = None) -> State:
    """The state the explorer opens with: nothing weighed; ``source`` may name a question.

    >>> first().opened, first("cost").topic
    ((), 'cost')
    """
    return State() if source is None else State(topic=outside.known("question", source, TOPICS))


def ready(state: State, topic: str) -> bool:
    """Whether the reader has written both sides of a question, or weighed it.

    >>> ready(State(), "need"), ready(State(stances=(("need.before", "even"),)), "need")
    (False, True)
    """
    words = dict(state.written)
    sides = (words.get(f"{topic}.{side}", "").strip() for side in ("for", "against"))
    return all(sides) or f"{topic}.before" in dict(state.stances)


def choosable(state: State, selection: str) -> bool:
    """Whether a mail, claim or fact stands on the page: of claims and facts those of open maps.

    >>> choosable(State(), "message 3"), choosable(State(), "claim need")
    (True, False)
    """
    kind, _, name = selection.partition(" ")
    if kind == "message":
        return True
    the_map = argument_map()
    if kind == "claim":
        return the_map.claims[name].question in state.opened
    seen = {claim.question for claim in the_map.claims_of(name)}
    told = (*(each.evidence for each in the_map.predictions),
            *(each.evidence for each in the_map.later))  # fmt: skip
    if any(name in facts for facts in told):
        seen.add(LATER)
    return not seen.isdisjoint(state.opened)


def with_pair(field: str, pairs: Pairs, target: str, value: str) -> Pairs:
    """The pairs of a field with one changed, or left out where its value is empty.

    >>> with_pair("weights", (("voice", "much"),), "need", "some")
    (('need', 'some'), ('voice', 'much'))
    """
    held = {**dict(pairs), target: value}
    return tuple((name, held[name]) for name in TARGETS[field] if held.get(name))
