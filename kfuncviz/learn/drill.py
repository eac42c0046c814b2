# SPDX-License-Identifier: BSD-3-Clause
"""
Drill: one question after the other
===================================

An explorer: a question, a field for the number, and what became of the ones before.  Questions get
harder as they are answered rightly, and what was missed comes back.  All of it is in the token, so
that a line of text carries on where somebody stopped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from string import ascii_lowercase
from typing import Any, Literal

from kfuncviz.explorers import outside
from kfuncviz.explorers.element import button, element, event, words
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.engine.tokens import encode
from kfuncviz.explorers.engine.without_ids import barred, extents  # noqa: F401, for the engine
from kfuncviz.learn import card, opening, picture
from kfuncviz.learn.deal import choices, deal, kind
from kfuncviz.learn.item import Item
from kfuncviz.learn.judge import Judgement, judge
from kfuncviz.learn.misconceptions import ALL, answers
from kfuncviz.learn.schedule import GAPS, RIGHT, WRONG, Plan, plan
from kfuncviz.printable import short

#: A letter for each misconception, in the record of what was answered.
LETTERS: Mapping[str, str] = dict(zip(ALL, ascii_lowercase, strict=False))
_NAMES = {letter: name for name, letter in LETTERS.items()}
#: The last seed, the longest record, and how many questions are a round.
LAST_SEED, LONGEST, ROUND = 999_999, 500, 10
#: What an answer looks like: a slip of the finger is no misreading, and is not counted.
_ANSWER = re.compile(r"[0-9][0-9_,]*|E[A-Z0-9]+", re.IGNORECASE)


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
    return _dealt(state.seed, _before(state))


def _before(state: State) -> str:
    """The record as it was when the question at hand was asked."""
    return state.record[: len(state.record) - state.told]


@lru_cache(64)
def _dealt(seed: int, record: str) -> Item:
    level, again, _ = plan(record)
    return deal(seed, len(record), level, _NAMES.get(again, ""))


@lru_cache(64)
def _judged(seed: int, record: str, answer: str) -> Judgement:
    return judge(_dealt(seed, record), answer)


def judged(state: State) -> Judgement | None:
    """What the answer is told; ``None`` before it is given."""
    return _judged(state.seed, _before(state), state.given) if state.told else None


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
    if not _ANSWER.fullmatch(state.given.strip()):
        raise ValueError(f"{short(state.given.strip())!r} is neither a number nor an errno")
    told = _judged(state.seed, state.record, state.given)
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
        element("div", _asked(asked) + _field(state, asked, told), class_="kfv-drill-two"),
        card.told(asked, told) if told else "",
        card.drawn(asked, told, width) if wrong else "",
        _readings(asked, state.given, told) if told and wrong else "",
        _round(state) if _round_is_over(state) else "", _foot(state, asked, told),
    ]  # fmt: skip
    body = element("div", "".join(parts), class_="kfv-drill")
    html = card.card(_head(state), body, label="drill")
    sentence = card.plain(asked.ask)
    if told:
        sentence = f"{card.spoken(asked, told)} {_later(state)}".rstrip()
    return Frame({"card": html}, sentence, rows, f"{card.plain(asked.ask)}\n{_score(state)}")


def _asked(asked: Item) -> str:
    """What is asked, and under it the rows it is asked of."""
    maps, _, question = asked.ask.rpartition("\n")
    lines = "".join(
        element("p", f"{card.prose(line.strip())}", class_="kfv-drill-row")
        for line in maps.split(". ")
    )
    return element("div", element("h3", card.prose(question), class_="kfv-asked") + lines)


def _of_round(state: State) -> str:
    """The signs of the round at hand; a round ends when its last answer is told."""
    begun = (len(state.record) - state.told) // ROUND * ROUND
    return state.record[begun:]


def _round_is_over(state: State) -> bool:
    return state.told and len(state.record) % ROUND == 0


def _score(state: State) -> str:
    signs = _of_round(state)
    at, right = len(signs) + (not state.told), signs.count(RIGHT)
    return f"question {at} of {ROUND}, {right} right"


def _head(state: State) -> str:
    signs = _of_round(state)
    pips = "".join(
        element("i", "\N{CHECK MARK}" if sign == RIGHT else "\N{NOT EQUAL TO}",
                class_="kfv-pip kfv-yes" if sign == RIGHT else "kfv-pip kfv-no")
        for sign in signs
    )  # fmt: skip
    if not state.told:
        pips += element("i", class_="kfv-pip kfv-now")
    pips += element("i", class_="kfv-pip") * (ROUND - len(signs) - (not state.told))
    shown = element("span", pips, class_="kfv-pips", role="img", aria_label=_score(state))
    level, again, _ = plan(_before(state))
    met = _called(again) if again and state.told else kind(level)  # its name would be a hint
    about = f"again: {met}" if again else met
    return shown + element("span", words(f"seed {state.seed} \N{MIDDLE DOT} {about}"))


def _called(key: str) -> str:
    """What a card is called: its misreading, or what its level is about."""
    return _NAMES.get(key) or kind(int(key))


def _later(state: State) -> str:
    """What becomes of the question that was answered: when it comes back, if it does."""
    before, after = plan(_before(state)), plan(state.record)
    key = before.again
    if state.record[-1] != RIGHT:
        key = state.record[-1] if state.record[-1] != WRONG else key or str(before.level)
    elif key and key not in after.cards:
        return f"You have {_called(key)} behind you."
    return f"{_called(key).capitalize()}: {_when(state, after, key)}." if key else ""


def _when(state: State, now: Plan, key: str) -> str:
    box, rest = now.cards[key].box, max(0, now.cards[key].due - len(state.record))
    others = "1 other question" if rest == 1 else f"{rest} other questions"
    return f"box {box} of {len(GAPS)}, again {f'after {others}' if rest else 'next'}"


def _round(state: State) -> str:
    """The end of a round: what was missed so far, and when it comes back."""
    now = plan(state.record)
    head = element("h4", f"{_of_round(state).count(RIGHT)} of {ROUND} in this round")
    if not now.cards:
        return head + element("p", "Nothing waits to be asked again.", class_="kfv-hint")
    body = "".join(
        element("tr", element("th", words(_called(key)), scope="row")
                + element("td", _boxes(now.cards[key].box))
                + element("td", _when(state, now, key)))
        for key in sorted(now.cards, key=lambda key: now.cards[key].due)
    )  # fmt: skip
    return head + element("table", body, class_="kfv-boxes")


def _boxes(box: int) -> str:
    bars = "".join(
        element("i", class_="kfv-box kfv-full" if nth < box else "kfv-box")
        for nth in range(len(GAPS))
    )
    return element("span", bars, class_="kfv-five", aria_hidden="true")


def _field(state: State, asked: Item, told: Judgement | None) -> str:
    if told is not None:
        face = "right" if told.state == "right" else "wrong"
        given = element("span", "Your answer: ", class_="kfv-hidden") + words(state.given)
        said = _later(state)
        later = element("p", words(said), class_="kfv-hint") if said else ""
        return element("div", element("p", given, class_=f"kfv-given kfv-{face}") + later)
    label = "your answer: a number, or an errno"
    field = card.field(state.given, label, lines=1, done=False, big=True)
    about = "A number; 65534 where there is none to show; EOVERFLOW or EINVAL where it is refused."
    if not state.hint:
        return element("div", field + element("p", about, class_="kfv-hint"))
    fill = "".join(
        button(
            words(each), f"fill {each}", data_event=event("set", "given", each), class_="kfv-fill"
        )
        for each in choices(asked)
    )
    return element("div", field + element("p", f"One of: {fill}", class_="kfv-hint"))


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


def _foot(state: State, asked: Item, told: Judgement | None) -> str:
    token = encode("drill", state)
    if told is not None:  # the key of the field: the focus goes from one to the other
        on = card.press("Next", "next", first=True, key="answer")
        return card.foot(on, token=token, opens=opening.token(asked, told))
    hint = card.press("Hint", "hint", idle=state.hint)
    return card.foot(hint, card.press("Answer", "answer", first=True), token=token)


# ------------------------------------------------------------------------------ for the engine


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
