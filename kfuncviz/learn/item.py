# SPDX-License-Identifier: BSD-3-Clause
"""
Item: one question or exercise, as the course's files write it
==============================================================
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, get_args

from kfuncviz.explorers import outside
from kfuncviz.learn.key import Asked, Document, asked
from kfuncviz.learn.matters import MATTERS, Matter, matter
from kfuncviz.learn.weighing import Weighing, weighing
from kfuncviz.scenario.load import load

Form = Literal["choice", "number", "row", "map", "scenario", "order", "decision"]
#: The forms whose answer is something built, which the model replays.
BUILT = ("row", "map", "scenario", "order")
#: The forms whose answer is one of those offered.
CHOSEN = ("choice", "decision")
_PLACES = ("mount", "caller", "fs")


class Want(NamedTuple):
    """What has to come of something built: what is asked of it, and the answer wanted."""

    about: Asked
    wanted: str


class Item(NamedTuple):
    """One question or exercise.

    Attributes
    ----------
    name, chapter:
        ``"03.2"``, the second of chapter ``"03"``; empty where it is in no chapter.
    ask:
        What is asked; text between backticks is set as code.
    form:
        How it is answered: a ``choice``, a ``number`` (or an errno) typed, a ``row`` or a ``map``
        typed, a whole ``scenario``, an ``order`` of steps; or a ``decision``, which has no key.
    scenario:
        The document it is asked of.
    about:
        What is asked of it, where the answer is chosen or a number.
    matter:
        What is asked instead, where that is not the way of an id.
    choices, hints:
        The answers offered (none: the key and what misconceptions would answer); a few words under
        each.
    place:
        Of a row or a map, where it is put: ``mount``, ``caller``, ``fs``, or ``userns.NAME``.
    start:
        What stands in the field at first, for something built.
    wants:
        What must come of it.
    steps:
        The steps to order: the label of each, and its operation.
    near:
        How far from the key a number may be to count as right: a guess is asked for.
    weighs:
        Of a decision, what speaks for and against each of its choices.
    why, fact:
        One sentence that goes with the answer; one more fact for who had it right.
    """

    name: str
    chapter: str
    ask: str
    form: Form
    scenario: Document
    about: Asked
    choices: tuple[str, ...] = ()
    hints: Mapping[str, str] = MappingProxyType({})
    place: str = ""
    start: str = ""
    wants: tuple[Want, ...] = ()
    steps: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    why: str = ""
    fact: str = ""
    matter: Matter | None = None
    near: float = 0
    weighs: Mapping[str, Weighing] = MappingProxyType({})

    @property
    def built(self) -> bool:
        """Whether the answer is something built, which the model replays."""
        return self.form in BUILT


#: The parts that are lists, and those that are objects.
_LISTS, _OBJECTS = ("choices", "wants"), ("hints", "steps", "weighs")
_PARTS = ("ask", "form", "scenario", "about", "choices", "hints", "place", "start", "wants",
          "steps", "why", "fact", "near", "weighs", *MATTERS)  # fmt: skip


def item(part: Any, name: str = "") -> Item:
    """An item from a file or a call.

    Raises ValueError, which names the part that is wrong and what would be right.

    >>> item({"ask": "Which uid?", "scenario": "home-on-a-stick", "form": "number"}).form
    'number'
    """
    given = outside.mapping("a question", part, _PARTS)
    form: Form = outside.known("form", given.get("form", "choice"), get_args(Form))  # type: ignore[assignment]
    named = [name for name in MATTERS if name in given]
    _needs(given, "ask", *(("scenario",) if form != "decision" and not named else ()))
    _held(given)
    document = load(given["scenario"]) if "scenario" in given else {}
    about = asked(given.get("about", _file(given) or document.get("focus") or {}))
    made = Item(
        name, name.partition(".")[0], outside.text("ask", given["ask"]), form, document, about,
        tuple(map(str, given.get("choices") or ())),
        {str(answer): str(text) for answer, text in (given.get("hints") or {}).items()},
        _place(form, given.get("place", "mount")), str(given.get("start", "")),
        tuple(_want(want) for want in given.get("wants") or ()), given.get("steps") or {},
        outside.text("why", given.get("why", "")), outside.text("fact", given.get("fact", "")),
        _matter(given, named, document),
        given.get("near", 0), weighing(given.get("weighs") or {}),
    )  # fmt: skip
    _whole(made)
    return made


def _needs(given: Mapping[str, Any], *parts: str) -> None:
    for needed in parts:
        if needed not in given:
            raise ValueError(f"a question has a part {needed!r}; this one has {', '.join(given)}")


def _held(given: Mapping[str, Any]) -> None:
    for part in (*_LISTS, *_OBJECTS):
        value = given.get(part)
        if value is not None and not isinstance(
            value, (list, tuple) if part in _LISTS else Mapping
        ):
            kind = "a list" if part in _LISTS else "an object"
            raise ValueError(f"{part!r} is {kind}, not {outside.shown(value)}")


def _file(given: Mapping[str, Any]) -> dict[str, Any]:
    """The file that a wrapper is called on, and the mount it was opened through."""
    call = given.get("wrapper")
    if not isinstance(call, Mapping):
        return {}
    return {part: call[part] for part in ("path", "via") if part in call}


def _matter(given: Mapping[str, Any], named: list[str], document: Document) -> Matter | None:
    if len(named) > 1:
        raise ValueError(f"a question is about one thing, not {' and '.join(named)}")
    return matter(named[0], given[named[0]], document) if named else None


def _want(part: Any) -> Want:
    names = [*(field.name for field in fields(Asked)), "is"]
    given = outside.mapping("what is wanted", part, names)
    if "is" not in given:
        raise ValueError("what is wanted has a part 'is': the answer that must come of it")
    wanted = str(given.pop("is"))
    return Want(asked(given), wanted)


def _place(form: Form, place: Any) -> str:
    if form not in ("row", "map"):
        return ""
    if isinstance(place, str) and place.startswith("userns."):
        return place
    return outside.known("place of a row", place, (*_PLACES, "userns.NAME"))


def _whole(item: Item) -> None:
    """What each form cannot do without."""
    if item.built and not item.wants:
        raise ValueError(f"a {item.form} needs 'wants': what must come of it")
    if item.form == "order" and len(item.steps) < 2:
        raise ValueError("an order needs at least two 'steps'")
    if item.choices and item.form not in CHOSEN:
        raise ValueError(f"choices are for the form 'choice', not {item.form!r}")
    if item.matter and item.form not in ("choice", "number"):
        raise ValueError(f"what is asked here is a choice or a number, not a {item.form}")
    if item.near and (item.form != "number" or not isinstance(item.near, int | float)):
        raise ValueError("'near' is a number, and for the form 'number'")
    if item.form == "decision" and tuple(item.weighs) != item.choices:
        raise ValueError("a decision 'weighs' each of its 'choices', in their order")
    if item.weighs and item.form != "decision":
        raise ValueError(f"'weighs' is for the form 'decision', not {item.form!r}")
    if len(set(item.choices)) < len(item.choices):
        raise ValueError(f"a choice is offered twice: {', '.join(map(repr, item.choices))}")
