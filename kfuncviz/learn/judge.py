# SPDX-License-Identifier: BSD-3-Clause
"""
Judge: what an answer is told
=============================

An answer is right where the model says so, whichever it is.  A wrong one is matched against the
misconceptions; of something built, it is the misconception under which it would have been right.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Literal, NamedTuple

import yaml

from kfuncviz.learn.item import Item
from kfuncviz.learn.key import NO_ID, NO_NAME, REALLY, Asked, Document, key, told, way
from kfuncviz.learn.matters import Matter, Slip
from kfuncviz.learn.misconceptions import ALL, Misconception, Reading, answers, reading
from kfuncviz.model.errors import KernelError
from kfuncviz.model.idmap import parse
from kfuncviz.scenario.load import load
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.replay import replay_traced
from kfuncviz.scenario.variation import Place, stack_of, with_map

State = Literal["missing", "unchanged", "wrong", "right", "weighed"]
#: As many answers are offered where a question names none.
_OFFERED = 4
#: No number that is asked for is longer: 64 bits, and what may stand between digits.
_DIGITS = 32
_SWAPPED = "columns swapped"


class Judgement(NamedTuple):
    """What an answer is told.

    ``key`` is what the model answers (of something built, what came of it where it differs from
    what is ``wanted``; of a decision nothing, for it is ``weighed`` and neither right nor wrong).
    ``misreading`` is the misconception or the slip that gives this answer, and ``meant``
    the scenario it has in mind; ``built`` the scenario with the learner's own part in it.
    ``matched`` says which id met which rows, or how far a number is off, ``refused`` why something
    could not be built.
    """

    state: State
    key: str = ""
    wanted: str = ""
    about: Asked | None = None
    misreading: Misconception | Slip | None = None
    meant: Document | None = None
    built: Document | None = None
    matched: str = ""
    refused: str = ""


def judge(item: Item, answer: str) -> Judgement:
    """Judge an answer as somebody wrote it.

    >>> from kfuncviz.learn.course import question
    >>> told = judge(question("00.1"), "1000")
    >>> told.state, told.key, told.misreading.name
    ('wrong', '0', 'mount ignored')
    """
    said = _tidy(answer)
    if not said:
        return Judgement("missing")
    if item.form == "decision":
        return Judgement("weighed")
    if item.built:
        return _built(item, answer, said)
    if item.matter:
        return _of_a_matter(item, item.matter, said)
    right = key(item.scenario, item.about)
    if _spoken(said) == right:
        return Judgement("right", right, about=item.about)
    there = answers(item.scenario, item.about)
    named = _first(item, (name for name, value in there.items() if value == _spoken(said)))
    found = named and reading(named, item.scenario, item.about)
    return Judgement(
        "wrong", right, about=item.about, misreading=named,
        meant=found.document if found else None,
        matched=matched(item.scenario, item.about),
    )  # fmt: skip


def right_answer(item: Item) -> str | None:
    """The key; ``None`` where there is none: of something built, and of a decision."""
    if item.built or item.form == "decision":
        return None
    return item.matter.key() if item.matter else key(item.scenario, item.about)


def wrong_answers(item: Item) -> dict[str, str]:
    """What each misconception or slip would answer, by its name."""
    if right_answer(item) is None:
        return {}
    if item.matter:
        return {slip.name: slip.answer for slip in reversed([*item.matter.slips()])}
    return answers(item.scenario, item.about)


def offered(item: Item) -> tuple[str, ...]:
    """The answers offered: those the item names, else the key among what misconceptions answer.

    Raises ValueError where the key is not among those named.
    """
    right = right_answer(item)
    if right is None:
        return item.choices
    if item.choices:
        if right not in item.choices:
            listed = ", ".join(map(repr, item.choices))
            raise ValueError(f"the answer {right!r} is not among the choices; offered: {listed}")
        return item.choices
    if item.matter:
        return _offered_of(item.matter, right)
    if item.about.of == "meaning":
        return tuple(sorted({right, NO_ID, NO_NAME, REALLY}, key=_in_order))
    there = answers(item.scenario, item.about)
    own_first = sorted(there, key=lambda name: ALL[name].chapter != item.chapter)
    others = dict.fromkeys(there[name] for name in own_first)
    return tuple(sorted([right, *others][:_OFFERED], key=_in_order))


def _offered_of(about: Matter, right: str) -> tuple[str, ...]:
    """The choices of a matter, or else its key among what slips answer."""
    there = about.choices()
    if right in there:
        return there
    slips = dict.fromkeys([*there, *(slip.answer for slip in about.slips())])
    return tuple(sorted([right, *slips][:_OFFERED], key=_in_order))


def _of_a_matter(item: Item, about: Matter, said: str) -> Judgement:
    right = about.key()
    off = _off(said, right)
    if said == right or (off is not None and abs(off) <= item.near):
        return Judgement("right", right, matched=_distance(off))
    slip = next((each for each in about.slips() if _off(said, each.answer) == 0
                 or said == each.answer), None)  # fmt: skip
    return Judgement("wrong", right, misreading=slip,
                     matched=_distance(off) if item.form == "number" else "")  # fmt: skip


def _off(said: str, right: str) -> float | None:
    """How far one number is above another; ``None`` where one of the two is none."""
    try:
        return _number(said) - _number(right)
    except ValueError:
        return None


def _number(text: str) -> float:
    """A number as somebody writes it: digits with separators, hexadecimal, percent."""
    plain = text.replace(",", "").replace("_", "").removesuffix("%").strip()
    if len(plain) > _DIGITS:
        raise ValueError("a number that long is none of ours")
    if plain.lower().startswith("0x") or plain.isdecimal():
        return int(plain, 16 if "x" in plain.lower() else 10)
    if not isfinite(float(plain)):
        raise ValueError("this is no number")
    return float(plain)


def _distance(off: float | None) -> str:
    """How far a guess is off, in a sentence; empty where it is not."""
    if not off:
        return ""
    return f"Your answer is {abs(off):g} too {'high' if off > 0 else 'low'}."


def _in_order(answer: str) -> tuple[bool, int, str]:
    return not answer.isdecimal(), int(answer) if answer.isdecimal() else 0, answer


def _tidy(answer: str) -> str:
    """An answer without what does not matter in it."""
    return "\n".join(" ".join(line.split()) for line in answer.strip().splitlines())


def _spoken(said: str) -> str:
    """A number as digits alone, an errno in capitals: as the key is written."""
    plain = said.replace(",", "").replace("_", "")
    if plain.isdecimal() and len(plain) <= _DIGITS:
        return str(int(plain))
    return said.upper() if said.upper().startswith("E") and " " not in said else said


def _first(item: Item, names: Iterable[str]) -> Misconception | None:
    """The misconception to tell: the chapter's own first."""
    found = [ALL[name] for name in names]
    own = [each for each in found if each.chapter == item.chapter]
    return next(iter([*own, *found]), None)


# ------------------------------------------------------------------------------ something built


def _built(item: Item, answer: str, said: str) -> Judgement:
    if item.start and said == _tidy(item.start):
        return Judgement("unchanged")
    try:
        document = build(item, answer)
    except ScenarioError as error:
        told_ = "; ".join(map(str, error.problems[:3]))
        return Judgement("wrong", refused=_by_label(told_, item, answer))
    except (KernelError, ValueError) as error:
        return Judgement("wrong", refused=str(error))
    if item.form == "order":
        stopped = _stopped(document, item, answer)
        if stopped:
            return Judgement("wrong", built=document, refused=stopped)
    for want in item.wants:
        came = _came(document, want.about)
        if came != want.wanted:
            turned = _turned(item, answer)
            fitting = (name for name in ALL if _fits(item, document, name))
            named = _first(item, fitting if turned is None else (_SWAPPED, *fitting))
            meant = reading(named, document, want.about) if named else None
            if turned is not None and named is ALL[_SWAPPED]:
                meant = Reading(want.wanted, turned)
            return Judgement(
                "wrong", came, want.wanted, want.about, named, meant.document if meant else None,
                document, matched(document, want.about),
            )  # fmt: skip
    return Judgement("right", built=document, about=item.wants[0].about)


def build(item: Item, answer: str) -> Document:
    """The scenario with what a learner wrote in it.

    Raises KernelError for rows the kernel refuses where they are no part of a namespace asked
    about, ScenarioError for a scenario that is none, and ValueError for steps there are not.
    """
    if item.form == "scenario":
        try:
            return load(yaml.safe_load(answer))
        except yaml.YAMLError:
            raise ValueError(
                "this is no YAML; compare the indents, and close each bracket"
            ) from None
    if item.form == "order":
        ops = [*(item.scenario.get("ops") or ()), *(item.steps[s] for s in in_order(item, answer))]
        return load({**item.scenario, "ops": ops})
    if item.form == "row" and len(_tidy(answer).splitlines()) > 1:
        raise ValueError("one row is asked for: col 1, col 2 and count in one line")
    if item.place.startswith("userns."):
        name = item.place.partition(".")[2]
        rows = [list(extent) for extent in parse(answer.encode())]
        spec = {**(item.scenario.get("userns") or {}).get(name, {}), "uid_map": rows}
        return load({**item.scenario, "userns": {**item.scenario["userns"], name: spec}})
    about = item.wants[0].about
    place: Place = item.place  # type: ignore[assignment]
    stack = stack_of(item.scenario, about.by, about.via)
    return with_map(item.scenario, stack, place, about.kind, _tidy(answer))


def in_order(item: Item, answer: str) -> list[str]:
    """The steps by their labels, in the order somebody gave them; ValueError if one is missing."""
    order = [line.strip() for line in answer.strip().splitlines()]
    if sorted(order) != sorted(item.steps):
        raise ValueError(f"want each step once, one a line: {', '.join(item.steps)}")
    return order


def _by_label(text: str, item: Item, answer: str) -> str:
    """What is wrong with operations, told by the labels of the steps they are."""
    before = len(item.scenario.get("ops") or ())
    for nth, label in enumerate(answer.split("\n") if item.form == "order" else (), before):
        text = text.replace(f"ops[{nth}]", label.strip())
    return text


def _stopped(document: Document, item: Item, answer: str) -> str:
    """The first step that is refused, in words; empty where none is."""
    before = len(item.scenario.get("ops") or ())
    steps = zip(in_order(item, answer), replay_traced(document).ops[before:], strict=True)
    for label, op in steps:
        if op.err:
            why = f": {op.why.words}" if op.why else ""
            return f"{label} is refused with {op.err}{why}"
    return ""


def _came(document: Document, about: Asked) -> str:
    """What comes of something built: of an id, whether or not the caller gets there."""
    try:
        return key(document, about) if about.result else told(way(document, about), about.of)
    except KernelError as error:
        return error.name


def _turned(item: Item, answer: str) -> Document | None:
    """What was built with the columns of the learner's own rows exchanged, if that is right."""
    if item.form not in ("row", "map"):
        return None
    rows = [line.split() for line in _tidy(answer).splitlines()]
    try:
        text = "\n".join(f"{second} {first} {count}" for first, second, count in rows)
        document = build(item, text)
    except (KernelError, ValueError):
        return None
    right = all(_came(document, want.about) == want.wanted for want in item.wants)
    return document if right else None


def _fits(item: Item, document: Document, name: str) -> bool:
    """Whether what was built would be right under a misconception."""
    fits = False
    for want in item.wants:
        found = reading(ALL[name], document, want.about)
        if found is None and _came(document, want.about) != want.wanted:
            return False
        if found is not None and found.answer != want.wanted:
            return False
        fits = fits or found is not None
    return fits


# ------------------------------------------------------------------------------ what met what


def matched(document: Document, about: Asked) -> str:
    """Which id was looked up in which rows, and the row that held it, in a sentence.

    >>> from kfuncviz.scenario.load import load
    >>> matched(load("home-on-a-stick"), Asked("home", via="stick"))
    'On the mount idmap 1000 is looked up in col 1: the row 1000 1125 1 holds it.'
    """
    try:
        o = way(document, about)
    except (KernelError, ValueError):
        return ""
    legs = [leg for leg in o.travel.legs if not o.hops[leg.hop].nop]
    said = [leg for leg in legs if o.lanes[leg.source].id is not None]
    return " ".join(_met(o, leg.hop, leg.source, leg.column, leg.row) for leg in said)


def _met(o: Ownership, hop: int, lane: int, column: int, row: int | None) -> str:
    rows, id = o.hops[hop].rows, o.lanes[lane].id
    head = f"On the {o.hops[hop].name} {id} is looked up in col {column}"
    if row is not None:
        return f"{head}: the row {' '.join(map(str, rows[row]))} holds it."
    listed = ", ".join(" ".join(map(str, each)) for each in rows[:4])
    return f"{head}: no row holds it ({listed or 'there is none'})."
