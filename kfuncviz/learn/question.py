# SPDX-License-Identifier: BSD-3-Clause
"""
Question: commit to an answer, then see it tested
=================================================

An explorer with three stages: open, committed (nothing can be changed, and nothing is told yet),
and told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from typing import Any, Literal, get_args

from kfuncviz.explorers import outside
from kfuncviz.explorers.element import button, element, event, group, pressed, words
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.engine.tokens import encode
from kfuncviz.explorers.engine.without_ids import barred, extents  # noqa: F401, for the engine
from kfuncviz.learn import card, course, opening
from kfuncviz.learn.item import CHOSEN, Item, item
from kfuncviz.learn.judge import Judgement, in_order, judge, offered
from kfuncviz.learn.weighing import lines as weighs
from kfuncviz.model.idmap import IdMap
from kfuncviz.render.kit.frame import content_id

Stage = Literal["open", "committed", "told"]
Sure = Literal["guess", "fairly", "certain"]


@dataclass(frozen=True)
class State:
    """Everything on the card.

    ``question`` is the name of one of the course's (``"00.1"``) or one written out as JSON;
    ``given`` what is chosen or typed, ``sure`` how sure somebody is of it, and ``said`` the
    sentence that goes with a decision.
    """

    question: str = "00.1"
    given: str = ""
    sure: Sure = "fairly"
    stage: Stage = "open"
    said: str = ""


TRAITS = ("question", "given", "sure", "stage", "said")
#: The most characters of a sentence that goes with a decision.
SAID_MAX = 600


def first(source: Any) -> State:
    """The question as it is first seen: the course's by its name, or one as a mapping.

    Raises ValueError where there is no such question, or where a part of it is wrong.

    >>> first("00.1").stage
    'open'
    """
    if source is None:
        return State()
    if isinstance(source, Mapping):
        source = json.dumps(source, sort_keys=True, separators=(",", ":"))
    made = State(outside.text("a question", source))
    asked = of(made)
    if asked.form in CHOSEN:
        offered(asked)
    return replace(made, given=_start(asked))


def of(state: State) -> Item:
    """The question a state is about."""
    return _item(state.question)


@lru_cache(64)
def _item(question: str) -> Item:
    if not question.startswith("{"):
        return course.question(question)
    try:
        return item(json.loads(question))
    except (json.JSONDecodeError, RecursionError):
        raise ValueError(f"a question is no JSON: {outside.shown(question)}") from None


def _start(asked: Item) -> str:
    """What stands in the field at first."""
    return "\n".join(sorted(asked.steps)) if asked.form == "order" else asked.start


def update(state: State, event: Mapping[str, Any]) -> State:
    """The state after an event; ValueError for one that no control could send.

    >>> state = update(first("00.1"), {"type": "set", "target": "given", "value": "0"})
    >>> update(state, {"type": "press", "target": "commit", "value": None}).stage
    'committed'
    """
    kind = outside.known("event", event.get("type"), ("set", "press", "move"))
    target, value = event.get("target"), event.get("value")
    if kind == "press":
        return _pressed(state, outside.known("button", target, ("commit", "reveal", "again")))
    if kind == "set" and target in ("stage", "question"):
        return first(value) if target == "question" else _staged(state, value)
    if state.stage != "open":
        raise ValueError("the answer is committed: it is only told now")
    if kind == "move":
        return replace(state, given=moved(of(state), state.given, target, value))
    if target == "said":
        return replace(state, said=_remark(of(state), value))
    if outside.known("part of a question", target, TRAITS) == "sure":
        sure: Any = outside.known("degree", value, get_args(Sure))
        return replace(state, sure=sure)
    return replace(state, given=sayable(of(state), value))


def _remark(asked: Item, value: Any) -> str:
    said = outside.text("a sentence", value)
    if asked.form != "decision":
        raise ValueError("a sentence goes with a decision, and this is none")
    if len(said) > SAID_MAX:
        raise ValueError(f"a sentence has at most {SAID_MAX} characters, not {len(said)}")
    return said


def sayable(asked: Item, value: Any) -> str:
    """An answer that its controls could have made; ValueError says what would be one."""
    answer = outside.text("an answer", value)
    if asked.form in CHOSEN and answer:
        outside.known("choice", answer, offered(asked))
    if asked.form == "order":
        in_order(asked, answer)
    return answer


def _staged(state: State, value: Any) -> State:
    stage: Any = outside.known("stage", value, get_args(Stage))
    if stage != "open" and not state.given.strip():
        raise ValueError("nothing is answered yet")
    return replace(state, stage=stage)


def _pressed(state: State, target: str) -> State:
    if target == "again":
        return replace(first(state.question), sure=state.sure)
    if target == "reveal":
        if state.stage != "committed":
            raise ValueError("commit to an answer first")
        return replace(state, stage="told")
    return _staged(state, "committed")


def moved(asked: Item, answer: str, step: Any, way: Any) -> str:
    """The order of steps with one of them moved up or down."""
    order = answer.splitlines()
    if sorted(order) != sorted(asked.steps):
        order = list(asked.steps)
    at = order.index(outside.known("step", step, asked.steps))
    to = at + {"up": -1, "down": 1}[outside.known("way", way, ("up", "down"))]
    if 0 <= to < len(order):
        order[at], order[to] = order[to], order[at]
    return "\n".join(order)


def change(before: State, after: State) -> Literal["edit", "look", "new"]:
    """What has happened between two states: what is told can be untold."""
    return "new" if before.question != after.question else "edit"


@lru_cache(128)
def _judged(question: str, answer: str) -> Judgement:
    return judge(_item(question), answer)


def judged(state: State) -> Judgement | None:
    """What the answer is told; ``None`` before it is."""
    return _judged(state.question, state.given) if state.stage == "told" else None


# ------------------------------------------------------------------------------ what it looks like


def frame(state: State, width: int = 960) -> Frame:
    """The card."""
    asked, told = of(state), judged(state)
    rows = card.numbers(asked, told)
    parts = [
        card.asked(asked), card.drawn(asked, told, width), _answers(state, asked, told),
        _told(state, asked, told), card.twin(rows), _foot(state, asked, told),
    ]  # fmt: skip
    head = card.place(asked, "question")
    html = card.card(head, "".join(parts), label="question")
    sentence = card.spoken(asked, told) if told else _said(state, asked)
    return Frame({"card": html}, sentence, rows, _text(state, asked, told))


def _told(state: State, asked: Item, told: Judgement | None) -> str:
    if told is None:
        return ""
    weighed = card.weighed(asked, state.given) if asked.form == "decision" else ""
    return card.told(asked, told) + weighed


def _said(state: State, asked: Item) -> str:
    if state.stage == "committed" and asked.form == "decision":
        return f"Committed: {state.given}. Reveal it when you are ready."
    if state.stage == "committed":
        return f"Committed: {state.given}, {_degree(state)}. Reveal it when you are ready."
    return card.plain(asked.ask)


def _degree(state: State) -> str:
    return {"guess": "as a guess", "fairly": "fairly sure", "certain": "certain"}[state.sure]


def _text(state: State, asked: Item, told: Judgement | None) -> str:
    lines = [card.plain(asked.ask), f"Answer: {card.typed(state.given) or 'none yet'}"]
    if state.said:
        lines.append(f"Because: {card.typed(state.said)}")
    return "\n".join([*lines, card.spoken(asked, told), *weighs(asked.weighs)] if told else lines)


def _answers(state: State, asked: Item, told: Judgement | None) -> str:
    done = state.stage != "open"
    if asked.form == "decision":
        remark = card.remark(state.said, most=SAID_MAX, done=done)
        return _choices(state, asked, told) + remark
    if asked.form == "choice":
        return _choices(state, asked, told)
    if asked.form == "order":
        return steps(state.given, done=done)
    lines = {"number": 1, "row": 1, "map": 4, "scenario": 14}[asked.form]
    return card.field(state.given, "your answer", lines=lines, done=done)


def _choices(state: State, asked: Item, told: Judgement | None) -> str:
    out = []
    key = "the key" if asked.matter else "the kernel"
    hints = {**(asked.matter.hints() if asked.matter else {}), **asked.hints}
    for choice in offered(asked):
        mine, true = choice == state.given, told is not None and choice == told.key
        flag = key if true else ""
        if mine:
            flag = "chosen" if state.stage == "open" else "your answer"
        if mine and true:
            flag = "your answer and the key" if asked.matter else "your answer, the kernel's"
        radio = element(
            "input", type="radio", name=content_id("choice", state.question), value=choice,
            checked=mine, data_key=f"choice {choice}",
            data_event=event("set", "given", choice) if state.stage == "open" else None,
            aria_disabled="true" if state.stage != "open" and not mine else None,
        )  # fmt: skip
        text = element("b", words(choice).replace("_", "_<wbr>")) + element(
            "small", words(hints.get(choice, ""))
        )
        name = " ".join(["kfv-option", *["kfv-mine"] * mine, *["kfv-true"] * true])
        shown = element("i", flag, class_="kfv-flag") if flag else ""
        out.append(element("label", radio + element("span", text) + shown, class_=name))
    legend = element("legend", "your answer", class_="kfv-hidden")
    return element("fieldset", legend + "".join(out), class_="kfv-options")


def steps(answer: str, *, done: bool) -> str:
    """The steps to order, each with a button up and one down."""
    order = answer.splitlines()
    out = []
    for nth, step in enumerate(order):
        buttons = "".join(
            button(
                sign, f"{way} {step}", data_event=event("move", step, way),
                aria_label=f"{step}: {way}", aria_disabled="true" if done or nth == end else None,
            )
            for way, sign, end in (("up", "\N{UPWARDS ARROW}", 0),
                                   ("down", "\N{DOWNWARDS ARROW}", len(order) - 1))
        )  # fmt: skip
        inside = element("code", words(step)) + element("span", buttons)
        out.append(element("li", element("div", inside)))
    return element("ol", "".join(out), class_="kfv-steps")


def _foot(state: State, asked: Item, told: Judgement | None) -> str:
    token = encode("question", state)
    decides = asked.form == "decision"
    if told:
        again = card.press("Ask me again", "again", first=True)
        return card.foot(again, token=token, opens=opening.token(asked, told))
    if state.stage == "committed":
        said = f"Committed, {_degree(state)}. It is not changed any more, only tested."
        if decides:
            said = "Committed. It is not changed any more, only weighed."
        reveal = card.press("Reveal", "reveal", first=True)
        return card.foot(element("span", said), reveal, token=token)
    sure = group(
        "how sure?",
        (
            pressed(each, f"sure {each}", event("set", "sure", each), on=each == state.sure)
            for each in get_args(Sure)
        ),
    )
    idle = asked.form in CHOSEN and not state.given
    commit = card.press("Commit", "commit", first=True, idle=idle)
    asks = () if decides else (element("span", "How sure?"), sure)
    return card.foot(*asks, commit, token=token)


# ------------------------------------------------------------------------------ for the engine


def opened(state: State) -> State:
    """Nothing is folded."""
    return state


def travels(state: State) -> Sequence[Mapping[str, Any]]:
    """What a page of recorded frames answers: every choice, committing to it, and the end."""
    if state.stage == "told":
        return [event("press", "again")]
    if state.stage == "committed":
        return [event("press", "reveal")]
    asked = of(state)
    choices = offered(asked) if asked.form in CHOSEN else ()
    answers = [event("set", "given", choice) for choice in choices]
    return [*answers, *([event("press", "commit")] if state.given.strip() else [])]


def scenario(state: State) -> Mapping[str, Any]:
    """The scenario the question is asked of."""
    return of(state).scenario


def to_json(state: State) -> dict[str, Any]:
    """A state as JSON can hold it."""
    return asdict(state)


def from_json(data: Any) -> State:
    """The state somebody wrote down; ValueError names the part that is wrong.

    >>> from_json({"question": "00.1", "given": "0"}).given
    '0'
    """
    given = outside.mapping("a question's state", data, [field.name for field in fields(State)])
    state = first(given.get("question", State.question))
    if given.get("sure", state.sure) != state.sure:
        state = update(state, event("set", "sure", given["sure"]))
    if given.get("said", ""):
        state = update(state, event("set", "said", given["said"]))
    if given.get("given", ""):
        state = update(state, event("set", "given", given["given"]))
    return _staged(state, given.get("stage", "open"))


def setting(state: State, name: str, value: Any) -> list[dict[str, Any]]:
    """The events that set a field from Python; an answer may be a number or rows."""
    if name == "given":
        value = written(value)
        if state.stage != "open":
            return [event("set", "stage", "open"), event("set", "given", value)]
    return [event("set", name, value)]


def written(value: Any) -> str:
    """An answer from Python as somebody would type it: a number, a row, rows, a map, or a document.

    >>> written([(0, 1000, 1)]), written([0, 1000, 1]), written(None)
    ('0 1000 1', '0 1000 1', '')
    >>> written(IdMap("0 1000 1")), written(b"0 1000 1")
    ('0 1000 1', '0 1000 1')
    """
    if value is None:
        return ""
    if isinstance(value, IdMap):
        value = value.rows
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Mapping):
        return json.dumps(value, default=str)
    if isinstance(value, (list, tuple)):
        rows = value if all(isinstance(row, (list, tuple)) for row in value) else [value]
        if all(isinstance(part, str) for part in value):
            return "\n".join(value)
        return "\n".join(" ".join(map(str, row)) for row in rows)
    return str(value)
