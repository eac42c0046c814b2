# SPDX-License-Identifier: BSD-3-Clause
"""
Drill: one question after the other
===================================

An explorer: a question, a field for the number, and what became of the ones before.  All of it is
in the token, so that a line of text carries on where somebody stopped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from string import ascii_lowercase
from typing import Any, Literal

from kfuncviz.explorers import outside
from kfuncviz.explorers.element import button, element, event, words
from kfuncviz.explorers.engine.frame import Barred, Frame
from kfuncviz.explorers.engine.tokens import encode
from kfuncviz.learn import card, picture
from kfuncviz.learn.deal import choices, deal
from kfuncviz.learn.item import Item
from kfuncviz.learn.judge import Judgement, judge
from kfuncviz.learn.misconceptions import ALL, answers

RIGHT, WRONG = "+", "-"
#: A letter for each misconception, in the record of what was answered.
LETTERS: Mapping[str, str] = dict(zip(ALL, ascii_lowercase, strict=False))
_NAMES = {letter: name for name, letter in LETTERS.items()}
#: The last seed, the longest record, and how many of it are shown.
LAST_SEED, LONGEST, PIPS = 999_999, 500, 10


@dataclass(frozen=True)
class State:
    """Everything on the card.

    ``record`` has a sign for each question before: right, wrong, or the letter of the misreading.
    ``given`` is what is typed, ``told`` says that it was given, ``hint`` that answers are offered.
    """

    seed: int = 1
    record: str = ""
    given: str = ""
    hint: bool = False
    told: bool = False


TRAITS = ("seed", "record", "given", "told")


def first(source: Any) -> State:
    """The first question of a seed, by default of 1; ValueError for what is no seed.

    >>> first(7).seed
    7
    """
    return State() if source is None else State(_seed(source))


def _seed(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= LAST_SEED:
        raise ValueError(
            f"a seed is a whole number from 0 to {LAST_SEED}, not {outside.shown(value)}"
        )
    return value


def of(state: State) -> Item:
    """The question at hand."""
    return _dealt(state.seed, len(state.record) - state.told)


@lru_cache(64)
def _dealt(seed: int, nth: int) -> Item:
    return deal(seed, nth)


@lru_cache(64)
def _judged(seed: int, nth: int, answer: str) -> Judgement:
    return judge(_dealt(seed, nth), answer)


def judged(state: State) -> Judgement | None:
    """What the answer is told; ``None`` before it is given."""
    return _judged(state.seed, len(state.record) - 1, state.given) if state.told else None


def update(state: State, event: Mapping[str, Any]) -> State:
    """The state after an event; ValueError for one that no control could send.

    >>> update(first(7), {"type": "press", "target": "hint"}).hint
    True
    """
    kind = outside.known("event", event.get("type"), ("set", "press"))
    target, value = event.get("target"), event.get("value")
    if kind == "press":
        pressed = outside.known("button", target, ("answer", "hint", "next", "again"))
        return _PRESSED[pressed](state)
    part = outside.known("part of a drill", target, TRAITS)
    if part == "given":
        if state.told:
            raise ValueError("this question is answered: go to the next")
        return replace(state, given=outside.text("an answer", value))
    if part == "seed":
        return State(_seed(value))
    if part == "record":
        return State(state.seed, _record(value))
    if outside.flag("told", value) == state.told:
        return state
    return _given(state) if value else _next(state)


def _given(state: State) -> State:
    if state.told or not state.given.strip():
        raise ValueError("nothing is answered yet" if not state.told else "it is answered already")
    if len(state.record) >= LONGEST:
        raise ValueError(f"{LONGEST} questions are enough for one seed: take another")
    told = _judged(state.seed, len(state.record), state.given)
    named = told.misreading
    sign = RIGHT if told.state == "right" else LETTERS[named.name] if named else WRONG
    return replace(state, record=state.record + sign, told=True)


def _next(state: State) -> State:
    if not state.told:
        raise ValueError("answer this question first")
    return State(state.seed, state.record)


def _hinted(state: State) -> State:
    return replace(state, hint=True)


def _begun(state: State) -> State:
    return State(state.seed)


_PRESSED: Mapping[str, Callable[[State], State]] = {
    "answer": _given, "next": _next, "hint": _hinted, "again": _begun,
}  # fmt: skip


def change(before: State, after: State) -> Literal["edit", "look", "new"]:
    """What has happened between two states."""
    return "new" if before.seed != after.seed else "edit"


# ------------------------------------------------------------------------------ what it looks like


def frame(state: State, width: int = 960) -> Frame:
    """The card."""
    asked, told = of(state), judged(state)
    ways = card.ways(asked, told)
    rows = picture.rows(ways) if ways else []
    wrong = told is not None and told.state == "wrong"
    parts = [
        card.asked(asked), _field(state, asked, told),
        card.told(asked, told) if told else "",
        card.drawn(asked, told, width) if wrong else "",
        _readings(asked, state.given, told) if told and wrong else "",
        _foot(state, told), _tally(state),
    ]  # fmt: skip
    html = card.card(_head(state), "".join(parts), label="drill")
    sentence = card.spoken(asked, told) if told else card.plain(asked.ask)
    return Frame({"card": html}, sentence, rows, f"{card.plain(asked.ask)}\n{_score(state)}")


def _score(state: State) -> str:
    many = len(state.record)
    return f"question {many + (not state.told)}, {state.record.count(RIGHT)} of {many} right"


def _head(state: State) -> str:
    pips = "".join(
        element("i", "\N{CHECK MARK}" if sign == RIGHT else "\N{NOT EQUAL TO}",
                class_="kfv-pip kfv-yes" if sign == RIGHT else "kfv-pip kfv-no")
        for sign in state.record[-PIPS:]
    )  # fmt: skip
    here = "" if state.told else element("i", class_="kfv-pip kfv-now")
    shown = element("span", pips + here, class_="kfv-pips", role="img", aria_label=_score(state))
    return shown + element("span", f"seed {state.seed} \N{MIDDLE DOT} {_score(state)}")


def _field(state: State, asked: Item, told: Judgement | None) -> str:
    if told is not None:
        kind = "right" if told.state == "right" else "wrong"
        return element(
            "p", f"Your answer: <b>{words(state.given)}</b>", class_=f"kfv-given kfv-{kind}"
        )
    label = "your answer: a number, or an errno"
    field = card.field(state.given, label, lines=1, done=False)
    about = "A number; 65534 where there is none to show; EOVERFLOW or EINVAL where it is refused."
    if not state.hint:
        return field + element("p", about, class_="kfv-hint")
    fill = "".join(
        button(
            words(each), f"fill {each}", data_event=event("set", "given", each), class_="kfv-fill"
        )
        for each in choices(asked)
    )
    return field + element("p", f"One of: {fill}", class_="kfv-hint")


def _readings(asked: Item, answer: str, told: Judgement) -> str:
    """Every reading of the question with what it gives."""
    there = answers(asked.scenario, asked.about)
    lines = [("the kernel", told.key), *sorted(there.items(), key=lambda pair: pair[1])]
    body = "".join(
        element(
            "tr",
            element("th", words(name), scope="row") + element("td", words(value))
            + element("td", "your answer" if value == answer.strip() else ""),
        )
        for name, value in lines
    )  # fmt: skip
    head = "<tr><th scope='col'>reading</th><th scope='col'>gives</th><td></td></tr>"
    return element("table", head + body, class_="kfv-readings-of")


def _foot(state: State, told: Judgement | None) -> str:
    token = encode("drill", state)
    if told is not None:  # the key of the field: the focus goes from one to the other
        return card.foot(card.press("Next", "next", first=True, key="answer"), token=token)
    hint = card.press("Hint", "hint", idle=state.hint)
    return card.foot(hint, card.press("Answer", "answer", first=True), token=token)


def _tally(state: State) -> str:
    """Which readings came how often."""
    found = Counter(_NAMES[sign] for sign in state.record if sign in _NAMES)
    if not found:
        return ""
    said = ", ".join(f"{name} {many}\N{MULTIPLICATION SIGN}" for name, many in found.most_common())
    return element("p", f"Misreadings so far: {words(said)}.", class_="kfv-hint")


# ------------------------------------------------------------------------------ for the engine


def extents(_: State) -> list[tuple[int, int]]:
    """No id is typed here."""
    return []


def barred(_: State) -> list[Barred]:
    """No id is typed here."""
    return []


def opened(state: State) -> State:
    """Nothing is folded."""
    return state


def travels(state: State) -> Sequence[Mapping[str, Any]]:
    """An endless drill fits no page: what stands there, and the hint."""
    return [] if state.told or state.hint else [event("press", "hint")]


def scenario(state: State) -> Mapping[str, Any]:
    """The scenario the question at hand is asked of."""
    return of(state).scenario


def to_json(state: State) -> dict[str, Any]:
    """A state as JSON can hold it."""
    return asdict(state)


def _record(value: Any) -> str:
    record = outside.text("a record", value)
    if len(record) > LONGEST or set(record) - {RIGHT, WRONG, *_NAMES}:
        raise ValueError(f"a record has at most {LONGEST} signs of {RIGHT}{WRONG}{''.join(_NAMES)}")
    return record


def from_json(data: Any) -> State:
    """The state somebody wrote down; ValueError names the part that is wrong."""
    given = outside.mapping("a drill's state", data, [field.name for field in fields(State)])
    state = State(
        _seed(given.get("seed", State.seed)), _record(given.get("record", "")),
        outside.text("an answer", given.get("given", "")),
        outside.flag("hint", given.get("hint", False)),
        outside.flag("told", given.get("told", False)),
    )  # fmt: skip
    if state.told and not (state.record and state.given.strip()):
        raise ValueError("what is told has an answer, and stands last in the record")
    return state


def setting(state: State, name: str, value: Any) -> list[dict[str, Any]]:
    """The events that set a field from Python; an answer may be a number."""
    del state
    return [event("set", name, str(value) if name == "given" else value)]
