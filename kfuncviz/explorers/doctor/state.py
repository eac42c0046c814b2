# SPDX-License-Identifier: BSD-3-Clause
"""
State: what somebody pasted, and what they look at
==================================================

Frozen, with typed defaults, and made of what JSON can hold.  All of it stands in the token, so the
paste has a bound.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from kfuncviz.explorers import outside

#: The most characters of a paste, of a question, and of a scenario that is edited by hand.
TEXT_MAX, QUESTION_MAX = 16_384, 500
#: What can be typed, and how long it may be.
TEXTS = {"text": TEXT_MAX, "question": QUESTION_MAX, "scenario": TEXT_MAX}
#: What can be folded away, in the order of the page.
FOLDS = ("scenario", "table", "mail", "save")


@dataclass(frozen=True)
class State:
    """Everything on screen.

    ``reading`` is the dialect to take where a text could be in several.  ``edited`` is the
    understood scenario as somebody changed it, ``draft`` a change that cannot be used; both are
    empty where there is none.  ``repair`` is the number of the repair that is looked at.
    """

    text: str = ""
    question: str = ""
    reading: str = ""
    edited: str = ""
    draft: str = ""
    repair: int | None = None
    folds: tuple[str, ...] = ()


#: Fields of a look at the same paste: what they hold is no step to undo.
LOOKS = ("repair", "folds")


def first(source: Any) -> State:
    """The state it opens with: of a text, that text; else the empty paste box.

    >>> first("0 100000 65536").text
    '0 100000 65536'
    """
    return State(typed("text", source)) if isinstance(source, str) else State()


def typed(what: str, value: Any) -> str:
    """A text somebody typed or pasted; ValueError where it is longer than it may be."""
    text, most = outside.text(what, value), TEXTS[what]
    if len(text) > most:
        raise ValueError(
            f"the {what} has {len(text)} characters, and {most} is the most: leave out what is not "
            "about ids"
        )
    return text


def to_json(state: State) -> dict[str, Any]:
    """A state as JSON can hold it; :func:`from_json` reads it again.

    >>> from_json(to_json(State("0 1 1"))) == State("0 1 1")
    True
    """
    return asdict(state) | {"folds": list(state.folds)}


def from_json(data: Any) -> State:
    """The state somebody wrote down, every part checked; what is left out is as in ``State()``.

    Raises
    ------
    ValueError
        For anything that could not be on screen, naming the part and what would be right.
    """
    plain = to_json(State()) | outside.mapping("a state", data, to_json(State()))
    texts = {"text": "text", "question": "question", "edited": "scenario", "draft": "scenario"}
    for name, what in texts.items():
        typed(what, plain[name])
    outside.text("reading", plain["reading"])
    repair = plain["repair"]
    if repair is not None and (type(repair) is not int or repair < 0):
        raise ValueError(f"repair is {outside.shown(repair)}; want the number of one, from 0 on")
    if type(plain["folds"]) is not list:
        raise ValueError(f"folds is a list, not {outside.shown(plain['folds'])}")
    names = {outside.known("fold", name, FOLDS) for name in plain["folds"]}
    return State(**plain | {"folds": tuple(name for name in FOLDS if name in names)})
