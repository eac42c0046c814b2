# SPDX-License-Identifier: BSD-3-Clause
"""
Cards and the map of the course, element by element
===================================================

``outlines.txt`` has each card as a screen has it: its sentence, its text and its table, then every
element with its attributes and words, and the picture's shapes.  The lines were read beside the
cards.  Whoever changes a card reads the new ones:

    python -m tests.learn.test_outlines      writes them
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.engine.tokens import decode
from kfuncviz.learn import drill, exercise, picture, question
from kfuncviz.learn.key import Asked, key, way
from kfuncviz.learn.misconceptions import answers
from kfuncviz.scenario.load import load
from tests.explorers.outline import outline
from tests.render.drawn import blueprint, page

FILE = Path(__file__).with_name("outlines.txt")
RULE = "######## "

SCENE = {
    "userns": {"rows": {"uid_map": [[1000, 2000, 10]]}},
    "setup": [{"type": "file", "path": "f", "kuid": 1005}],
    "mounts": {"m": {"userns": "rows"}},
    "callers": {"you": {"kuid": 3000, "kgid": 3000}},
}
NUMBER = {"ask": "Who owns `f`?", "form": "number", "about": {"path": "f"}, "scenario": SCENE,
          "why": "One by one.", "fact": "`10` ids."}  # fmt: skip
ROW = {**NUMBER, "form": "row", "start": "0 0 1", "wants": [{"path": "f", "is": "2005"}]}
STEPS = {"two": {"op": "stat", "path": "f"}, "one": {"op": "stat", "path": "f"},
         "three": {"op": "unlink", "path": "f", "by": "root", "via": "plain"}}  # fmt: skip
ORDER = {**NUMBER, "form": "order", "steps": STEPS, "wants": [{"result": "ops.0.err", "is": "ok"}]}
REASON = {"say": "It is `small`.", "source": "a talk"}
SIDES = {"for": [REASON], "against": [REASON, {"say": "It moves.", "source": "a mail"}]}
DECISION = {"ask": "Which?", "form": "decision", "choices": ["one", "three"],
            "weighs": {"one": SIDES, "three": SIDES}}  # fmt: skip
WRAPPER = {"ask": "What comes back?", "scenario": "home-on-a-stick", "hints": {"no": "none"},
           "wrapper": {"name": "bpf_is_idmapped_mnt", "path": "home", "via": "stick"},
           "choices": ["yes", "no"]}  # fmt: skip


def sent(module: Any, state: Any, *events: tuple[str, str, Any]) -> Any:
    for kind, target, value in events:
        state = module.update(state, {"type": kind, "target": target, "value": value})
    return state


def asked(part: Any, given: str = "", *pressed: str, sure: str = "fairly", said: str = "") -> Any:
    """A question with an answer, and the buttons that were pressed."""
    state = question.first(part)
    if said:
        state = sent(question, state, ("set", "said", said))
    if given:
        state = sent(question, state, ("set", "sure", sure), ("set", "given", given))
    return sent(question, state, *(("press", name, None) for name in pressed))


def checked(part: Any, given: str | None) -> exercise.State:
    state = exercise.first(part)
    if given is not None:
        state = sent(exercise, state, ("set", "given", given), ("press", "check", None))
    return state


def drilled(record: str, answer: str) -> drill.State:
    """The seventh drill after a record, answered rightly, wrongly, or by a misreading."""
    state = drill.State(7, record)
    item = drill.of(state)
    given = {"right": key(item.scenario, item.about), "wrong": "3"}.get(answer)
    given = given or answers(item.scenario, item.about)[answer]
    return sent(drill, state, ("set", "given", given), ("press", "answer", None))


SCREENS: Mapping[str, Callable[[], Frame]] = {
    "a choice, open": lambda: question.frame(question.first("00.1")),
    "a choice, committed": lambda: question.frame(asked("00.1", "1000", "commit", sure="guess")),
    "a choice, wrong": lambda: question.frame(asked("00.1", "1000", "commit", "reveal"), 844),
    "a choice, right": lambda: question.frame(asked("00.1", "0", "commit", "reveal"), 844),
    "a number, open and narrow": lambda: question.frame(question.first(NUMBER), 300),
    "a number, wrong and narrow": lambda: question.frame(
        asked(NUMBER, "2000", "commit", "reveal"), 300
    ),
    "a row, wrong": lambda: question.frame(asked(ROW, "2000 1000 10", "commit", "reveal"), 700),
    "a row, open": lambda: question.frame(asked({**ROW, "start": "1005 7 1"}), 700),
    "a map, open": lambda: question.frame(asked({**ROW, "form": "map", "start": ""}, "1 2 3")),
    "a scenario, committed": lambda: question.frame(
        asked({**ROW, "form": "scenario"}, "setup: []", "commit", sure="certain")
    ),
    "an order, wrong": lambda: question.frame(asked(ORDER, "", "commit", "reveal")),
    "a decision, open": lambda: question.frame(asked(DECISION, said="So.")),
    "a decision, committed": lambda: question.frame(asked(DECISION, "one", "commit", said="So.")),
    "a decision, told": lambda: question.frame(asked(DECISION, "one", "commit", "reveal")),
    "a wrapper, right": lambda: question.frame(asked(WRAPPER, "yes", "commit", "reveal"), 700),
    "a wrapper, wrong": lambda: question.frame(asked(WRAPPER, "no", "commit", "reveal"), 700),
    "an exercise, open": lambda: exercise.frame(exercise.first("00.1")),
    "an exercise, wrong": lambda: exercise.frame(checked(ROW, "1000 2000 1"), 700),
    "an exercise, right": lambda: exercise.frame(checked(ROW, "1005 2005 1"), 700),
    "an exercise, missing": lambda: exercise.frame(checked(ROW, "")),
    "an exercise, unchanged": lambda: exercise.frame(checked(ROW, "0 0 1")),
    "an exercise, refused": lambda: exercise.frame(checked(ROW, "1 2")),
    "an exercise of a choice": lambda: exercise.frame(
        checked({**NUMBER, "form": "choice"}, "2000"), 700
    ),
    "an exercise of an order": lambda: exercise.frame(checked(ORDER, "one\ntwo\nthree")),
    "a drill, begun": lambda: drill.frame(drill.first(7)),
    "a drill, hinted": lambda: drill.frame(sent(drill, drill.first(7), ("press", "hint", None))),
    "a drill, right": lambda: drill.frame(drilled("", "right"), 844),
    "a drill, wrong": lambda: drill.frame(drilled("+-", "wrong"), 300),
    "a drill, misread": lambda: drill.frame(drilled("+a+", "columns swapped"), 844),
    "a drill, a round over": lambda: drill.frame(drilled("+a+-b++++", "right"), 844),
    "a drill, a round without a mistake": lambda: drill.frame(drilled("+" * 9, "right"), 844),
}  # fmt: skip


def lines(frame: Frame) -> list[str]:
    """A frame as lines."""
    ((_, html),) = frame.regions.items()
    rows = [" | ".join(f"{name}: {cell}" for name, cell in row.items()) for row in frame.table]
    html = re.sub(r'(?<=data-token=")[^"]+', lambda token: f"({decode(token[0])[0]})", html)
    return [
        f"says: {frame.sentence}", *(f"text: {line}" for line in frame.text.splitlines()),
        *(f"row: {row}" for row in rows), *(line for part in page(html) for line in outline(part)),
    ]  # fmt: skip


SMALL = load(SCENE)
READ_WAY, MADE = way(SMALL, Asked("f")), way(SMALL, Asked(".", direction="create"))
PICTURES: Mapping[str, Callable[[], str]] = {
    "a picture of looking, open": lambda: picture.opened(READ_WAY, 640),
    "a picture of creating, open": lambda: picture.opened(MADE, 844),
    "a picture of two ways": lambda: picture.told(
        [("the kernel", READ_WAY), ("yours", way(SMALL, Asked("f", via="plain")))], 640
    ),
}


def drawn(html: str) -> list[str]:
    """A picture as lines."""
    svg = ET.fromstring(html)
    return [*outline(svg), *blueprint(svg)]


def read() -> dict[str, list[str]]:
    """The lines that were read, by the name of the screen."""
    found = {}
    for part in FILE.read_text("utf-8").split(RULE)[1:]:
        name, *rest = part.strip("\n").split("\n")
        found[name] = rest
    return found


READ = read() if FILE.exists() else {}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_the_one_read(name: str) -> None:
    assert drawn(PICTURES[name]()) == READ[name]


@pytest.mark.parametrize("name", SCREENS)
def test_a_card_is_the_one_read(name: str) -> None:
    assert lines(SCREENS[name]()) == READ[name]


if __name__ == "__main__":
    every = {name: lines(of()) for name, of in SCREENS.items()}
    every |= {name: drawn(of()) for name, of in PICTURES.items()}
    new = "\n\n".join("\n".join([f"{RULE}{name}", *told]) for name, told in every.items())
    FILE.write_text(new + "\n", "utf-8")
