# SPDX-License-Identifier: BSD-3-Clause
"""Question, exercise and drill as explorers: what their cards show, and when."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz.explorers.engine.ask import ask
from kfuncviz.explorers.engine.exports import page
from kfuncviz.explorers.engine.tokens import decode, encode
from kfuncviz.learn import card, course, drill, exercise, question
from kfuncviz.learn.deal import choices, deal
from kfuncviz.learn.key import key, way
from kfuncviz.learn.misconceptions import ALL, answers, reading
from kfuncviz.resources import notebooks_dir

#: The key, 2005, is in none of its rows.
BUSY = {
    "ask": "Who owns `f`?", "form": "number", "about": {"path": "f"}, "why": "One by one.",
    "scenario": {
        "userns": {"rows": {"uid_map": [[1000, 2000, 10]]}},
        "setup": [{"type": "file", "path": "f", "kuid": 1005}],
        "mounts": {"m": {"userns": "rows"}},
        "callers": {"you": {"kuid": 3000, "kgid": 3000}},
    },
}  # fmt: skip
BUILT = {**BUSY, "form": "row", "place": "mount", "start": "0 0 1", "fact": "More.",
         "wants": [{"path": "f", "is": "2005"}]}  # fmt: skip
STEPS = {"one": {"op": "stat", "path": "f"}, "two": {"op": "stat", "path": "f"},
         "three": {"op": "unlink", "path": "f", "by": "root", "via": "plain"}}  # fmt: skip
ORDER = {**BUSY, "form": "order", "steps": {name: STEPS[name] for name in ("three", "one", "two")},
         "wants": [{"result": "ops.0.err", "is": "ok"}]}  # fmt: skip


def after(module: Any, state: Any, *events: tuple[str, Any, Any]) -> Any:
    for kind, target, value in events:
        state = module.update(state, {"type": kind, "target": target, "value": value})
    return state


def answering(answer: str, *then: str) -> tuple[tuple[str, str, Any], ...]:
    return (("set", "given", answer), *(("press", name, None) for name in then))


def told(part: Any, answer: str) -> question.State:
    return after(question, question.first(part), *answering(answer, "commit", "reveal"))


def pills(html: str) -> list[list[str]]:
    """What stands in the lanes, level by level, from the picture."""
    svg = ET.fromstring(re.search(r"<svg.*?</svg>", html, re.DOTALL)[0])  # type: ignore[index]
    found = []
    for level in svg.iter("g"):
        if level.get("class") == "level":
            at = [g for g in level.iter("g") if g.get("class") in ("pill", "bin")]
            at.sort(key=lambda g: int(g.get("data-lane", "0")))
            found.append([" ".join(t for t in g.itertext() if t.strip()) for g in at])
    return found


def whole(frame: Any) -> str:
    return " ".join([*frame.regions.values(), frame.sentence, frame.text, str(frame.table)])


# ------------------------------------------------------------------------------ a question


@pytest.mark.parametrize("width", [300, 700, 844])
def test_nothing_of_the_answer_is_there_before_it_is_told(width: int) -> None:
    state = question.first(BUSY)
    for events in ((), answering("7"), answering("7", "commit")):
        seen = whole(question.frame(after(question, state, *events), width))
        assert "2005" not in seen
        assert "One by one" not in seen
        assert "1005" in seen
        assert question.judged(after(question, state, *events)) is None
    seen = whole(question.frame(told(BUSY, "7"), width))
    assert "2005" in seen
    assert "One by one" in seen


def test_the_picture_is_of_the_kernels_way_and_under_it_of_the_misreadings() -> None:
    state = told(BUSY, "2000")
    item = question.of(state)
    meant = reading(ALL["no offset in a row"], item.scenario, item.about)
    assert meant is not None
    assert meant.document is not None
    true, mine = way(item.scenario, item.about), way(meant.document, item.about)
    frame = question.frame(state, 900)
    assert pills(frame.regions["card"]) == [
        [str(lane.id) for lane in o.lanes] for o in (true, mine)
    ] == [["1005", "2005", "2005"], ["1005", "2000", "2000"]]  # fmt: skip
    assert [list(row.values()) for row in frame.table] == [
        ["the kernel", "1005", "2005", "2005"], ["your reading", "1005", "2000", "2000"],
    ]  # fmt: skip
    html = frame.regions["card"]
    assert html.count(">=<") == 1
    assert html.count(">\N{NOT EQUAL TO}<") == 2
    right = question.frame(told(BUSY, "2005"), 900)
    assert pills(right.regions["card"]) == [["1005", "2005", "2005"]]
    assert "kfv-verdict kfv-right" in right.regions["card"]
    assert "kfv-verdict kfv-wrong" in html


def test_where_lanes_do_not_fit_a_table_tells_them() -> None:
    html = question.frame(told(BUSY, "2000"), 400).regions["card"]
    assert "<svg" not in html
    assert "<td>\N{NOT EQUAL TO} 2000</td>" in html
    assert "<code>1000 2000 10</code>" in html
    opened = question.frame(question.first(BUSY), 400).regions["card"]
    assert "<td>1005</td><td>?</td><td>?</td>" in re.sub(r"\N{NOT EQUAL TO} ", "", opened)


def test_a_question_goes_from_open_to_committed_to_told() -> None:
    state = question.first("00.1")
    with pytest.raises(ValueError, match="nothing is answered yet"):
        after(question, state, ("press", "commit", None))
    with pytest.raises(ValueError, match="commit to an answer first"):
        after(question, state, ("press", "reveal", None))
    with pytest.raises(ValueError, match="'7' is no choice"):
        after(question, state, *answering("7"))
    state = after(question, state, ("set", "sure", "certain"), *answering("1000", "commit"))
    assert question.frame(state).sentence.startswith("Committed: 1000, certain.")
    with pytest.raises(ValueError, match="the answer is committed"):
        after(question, state, *answering("0"))
    state = after(question, state, ("press", "reveal", None))
    assert question.judged(state) is not None
    again = after(question, state, ("press", "again", None))
    assert again == question.first("00.1").__class__("00.1", "", "certain", "open")


def test_choices_say_which_is_yours_and_which_the_kernels() -> None:
    def flags(answer: str, *then: str) -> list[tuple[str, str]]:
        state = after(question, question.first("00.1"), *answering(answer, *then))
        html = question.frame(state).regions["card"]
        options = re.findall(r"<label.*?</label>", html, re.DOTALL)
        return [
            (
                re.search(r"<b>(.*?)</b>", o)[1],
                (re.findall('<i class="kfv-flag">(.*?)</i>', o) or [""])[0],
            )  # type: ignore[index]
            for o in options
        ]

    assert flags("1000") == [("0", ""), ("1000", "chosen"), ("65534", "")]
    assert flags("1000", "commit")[1] == ("1000", "your answer")
    assert flags("1000", "commit", "reveal") == [
        ("0", "the kernel"), ("1000", "your answer"), ("65534", ""),
    ]  # fmt: skip
    assert flags("0", "commit", "reveal")[0] == ("0", "your answer, the kernel's")


def buttons(html: str) -> list[tuple[str, str, bool]]:
    """The buttons of a card's foot: key, words, and whether it could do nothing."""
    foot = html[html.index('class="kfv-foot"') :]
    return [
        (re.search('data-key="(.*?)"', head)[1], words, 'aria-disabled="true"' in head)  # type: ignore[index]
        for head, words in re.findall("<button([^>]*)>(?:<span[^>]*>)?(.*?)<", foot)
    ]


def test_a_card_says_where_it_stands_and_what_can_be_done() -> None:
    def card(module: Any, state: Any) -> str:
        return module.frame(state).regions["card"]

    html = card(question, question.first("01.2"))
    assert "<span>Chapter 01 \N{MIDDLE DOT} One row</span><span>question 2 of 7</span>" in html
    assert 'role="group" aria-label="question"' in html
    assert "<span>question</span>" in card(question, question.first(BUSY))
    assert "<span>exercise 1 of 3</span>" in card(exercise, exercise.first("00.1"))
    share, explore = ("share", "Share", False), ("open", "Open in the explorer", False)
    degrees = [(f"sure {each}", each, False) for each in ("guess", "fairly", "certain")]
    state = question.first("00.1")
    assert buttons(card(question, state)) == [*degrees, ("on", "Commit", True), share]
    state = after(question, state, *answering("0"))
    assert buttons(card(question, state)) == [*degrees, ("on", "Commit", False), share]
    assert '<button type="button" data-key="sure fairly"' in card(question, state)
    assert card(question, state).count('aria-pressed="true"') == 1
    state = after(question, state, ("press", "commit", None))
    assert buttons(card(question, state)) == [("on", "Reveal", False), share]
    state = after(question, state, ("press", "reveal", None))
    assert buttons(card(question, state)) == [
        ("on", "Ask me again", False), share, explore,
    ]  # fmt: skip
    state = exercise.first("00.1")
    again, check = ("again", "Start again"), ("on", "Check")
    assert buttons(card(exercise, state)) == [(*again, True), (*check, False), share]
    state = after(exercise, state, ("press", "check", None))
    assert buttons(card(exercise, state)) == [(*again, False), (*check, False), share]
    state = after(exercise, state, *answering("7", "check"))
    assert buttons(card(exercise, state)) == [(*again, False), (*check, False), share]
    state = after(exercise, state, *answering("7 7 7", "check"))
    assert buttons(card(exercise, state)) == [(*again, False), (*check, False), share, explore]
    state = drill.first(7)
    assert buttons(card(drill, state)) == [("hint", "Hint", False), ("on", "Answer", False), share]
    hinted = after(drill, state, ("press", "hint", None))
    assert buttons(card(drill, hinted))[0] == ("hint", "Hint", True)
    assert buttons(card(drill, answered(state, "7"))) == [
        ("answer", "Next", False), share, explore,
    ]  # fmt: skip
    assert encode("drill", state) in card(drill, state)


def test_a_field_is_as_large_as_its_answer_and_shut_once_committed() -> None:
    for form, tag in (
        ("number", "<input"),
        ("row", "<input"),
        ("map", '<textarea data-key="answer"'),
    ):
        part = {**(BUSY if form == "number" else BUILT), "form": form}
        html = question.frame(question.first(part)).regions["card"]
        assert tag in html
        assert "readonly" not in html
        state = after(question, question.first(part), *answering("1 <2> 3", "commit"))
        html = question.frame(state).regions["card"]
        assert "readonly" in html
        assert "1 &lt;2&gt; 3" in html


def test_the_pictures_numbers_stand_in_a_table_too() -> None:
    html = question.frame(told(BUSY, "2000"), 900).regions["card"]
    table = html[html.index("The numbers as a table") :]
    assert re.findall("<t[hd].*?>(.*?)</t[hd]>", table) == [
        "reading", "On disk", "In the mount", "You see",
        "the kernel", "1005", "2005", "2005", "your reading", "1005", "2000", "2000",
    ]  # fmt: skip
    assert "The numbers as a table" not in question.frame(question.first(BUSY)).regions["card"]


def test_steps_are_moved_up_and_down() -> None:
    state = question.first(ORDER)
    assert state.given.split() == ["one", "three", "two"]
    moved = after(question, state, ("move", "two", "up"), ("move", "one", "up"))
    assert moved.given.split() == ["one", "two", "three"]
    assert after(question, moved, ("move", "three", "down")) == moved
    html = question.frame(state).regions["card"]
    assert re.findall("<li><div><code>(.*?)</code>", html) == ["one", "three", "two"]
    assert html.count('aria-disabled="true"') == 2
    with pytest.raises(ValueError, match="'four' is no step"):
        after(question, state, ("move", "four", "up"))
    wrong = question.judged(after(question, state, ("press", "commit", None),
                                  ("press", "reveal", None)))  # fmt: skip
    assert wrong is not None
    assert wrong.refused.startswith("two is refused with ENOENT")
    right = question.judged(after(question, moved, ("press", "commit", None),
                                  ("press", "reveal", None)))  # fmt: skip
    assert right is not None
    assert right.state == "right"


def test_a_page_of_recorded_frames_holds_every_choice_to_the_end() -> None:
    html = page("question", question.first("00.1"))
    assert "What is grey needs the full kit" in html
    state, seen = question.first("00.1"), set()
    for choice in ("0", "1000", "65534"):
        for event in question.travels(state):
            seen.add((event["type"], event["value"] or event["target"]))
        state = after(question, question.first("00.1"), *answering(choice))
    assert seen == {("set", "0"), ("set", "1000"), ("set", "65534"), ("press", "commit")}
    committed = after(question, state, ("press", "commit", None))
    assert [event["target"] for event in question.travels(committed)] == ["reveal"]
    assert [event["target"] for event in question.travels(told("00.1", "0"))] == ["again"]


# ------------------------------------------------------------------------------ an exercise


@pytest.mark.parametrize(
    ("answer", "said", "kind"),
    [
        ("", "Nothing is answered yet.", "wrong"),
        ("0 0 1", "Nothing is changed yet", "wrong"),
        ("1000 2005 9", "It comes out as <code>2010</code>, <code>2005</code> is wanted.", "wrong"),
        ("1000 2000 6", "Right.", "right"),
        ("1 2", "This cannot be built: EINVAL", "wrong"),
    ],
)
def test_an_exercise_has_four_faces(answer: str, said: str, kind: str) -> None:
    state = after(exercise, exercise.first(BUILT), *answering(answer))
    before = exercise.frame(state).regions["card"]
    assert said not in before
    assert "kfv-verdict" not in before
    html = exercise.frame(after(exercise, state, ("press", "check", None))).regions["card"]
    assert said in html
    assert f"kfv-verdict kfv-{kind}" in html
    assert ("More." in html) == (kind == "right")
    assert "<svg" in html


def test_no_row_of_a_solution_stands_on_an_open_card() -> None:
    held = 0
    for item in course.exercises():
        if item.form not in ("row", "map"):
            continue
        text = (notebooks_dir() / "solutions" / f"{item.chapter}.yaml").read_text("utf-8")
        solution = yaml.safe_load(text)["exercises"][item.name]
        html = exercise.frame(exercise.first(item.name)).regions["card"]
        for row in str(solution).splitlines():
            if row not in f"{item.start} {item.ask}":
                held += 1
                assert f">{row}<" not in html, item.name
    assert held > 20
    both = exercise.frame(exercise.first("00.3")).regions["card"]
    assert both.count(">0 100000 65536<") == 2  # in the question, and at the container: no mount's
    assert ">0 0 65536<" in both
    refused = exercise.frame(exercise.first("02.3")).regions["card"]
    assert "<svg" not in refused  # what the field begins with can be given to no namespace


def test_an_exercise_is_changed_after_it_was_checked() -> None:
    state = after(exercise, exercise.first(BUILT), *answering("5 5 5", "check"))
    assert state.checked
    changed = after(exercise, state, *answering("5 5 6"))
    assert (changed.given, changed.checked) == ("5 5 6", False)
    assert after(exercise, changed, ("press", "again", None)) == exercise.first(BUILT)
    assert exercise.change(state, changed) == "edit"
    assert exercise.change(changed, after(exercise, changed, ("press", "check", None))) == "look"
    assert exercise.change(state, exercise.first("00.1")) == "new"
    drawn = exercise.frame(after(exercise, exercise.first(BUILT),
                                 *answering("1000 2000 6", "check")), 900)  # fmt: skip
    assert pills(drawn.regions["card"]) == [["1005", "2005", "2005"]]


# ------------------------------------------------------------------------------ the drill


def answered(state: drill.State, answer: str) -> drill.State:
    return after(drill, state, *answering(answer, "answer"))


def test_a_slip_of_the_finger_is_no_answer_of_a_drill() -> None:
    for slip in ("foo", "10o", "-1", "x" * 1000):
        with pytest.raises(ValueError, match="neither a number nor an errno"):
            answered(drill.first(7), slip)
    for answer in ("65534", "100,802", "eoverflow", "E2BIG"):
        assert answered(drill.first(7), answer).told


def test_a_drill_keeps_what_became_of_each_question_in_its_token() -> None:
    signs = "+" * 6
    state = drill.State(7, signs)
    for nth in range(6, 12):
        item = drill.of(state)
        wrong = answers(item.scenario, item.about)
        name, value = next(iter(wrong.items()))
        answer = (key(item.scenario, item.about), value, "3")[nth % 3]
        signs += ("+", drill.LETTERS[name], "-")[nth % 3]
        state = answered(state, answer)
        assert state.record == signs
        assert drill.of(state) == item
        assert decode(encode("drill", state)) == ("drill", state)
        html = drill.frame(state).regions["card"]
        here = signs[nth // 10 * 10 :]
        assert html.count("kfv-pip kfv-yes") == here.count("+")
        assert html.count("kfv-pip kfv-no") == len(here) - here.count("+")
        assert html.count('"kfv-pip"') == 10 - len(here)
        assert f"question {len(here)} of 10, {here.count('+')} right" in html
        assert ("your answer</td>" in html) == (nth % 3 == 1)
        assert ("in this round" in html) == (nth == 9)
        state = after(drill, state, ("press", "next", None))
        begun = drill.frame(state).regions["card"]
        assert begun.count("kfv-pip kfv-now") == 1
        assert begun.count("<i class") == 10
    assert after(drill, state, ("press", "again", None)) == drill.first(7)


def test_what_was_missed_comes_back_and_is_told_when() -> None:
    state, missed = drill.first(3), "columns swapped"
    item = drill.of(state)
    state = answered(state, answers(item.scenario, item.about)[missed])
    assert "Columns swapped: box 1 of 5, again after 2 other questions." in whole(
        drill.frame(state)
    )
    for _ in range(3):
        state = after(drill, state, ("press", "next", None))
        item, opened = drill.of(state), drill.frame(state).regions["card"]
        assert missed not in opened  # which reading it is asked for would be a hint
        state = answered(state, key(item.scenario, item.about))
        assert "Right" in drill.frame(state).sentence
    assert "again: reading a row" in opened
    assert "again: columns swapped" in drill.frame(state).regions["card"]
    assert missed in answers(item.scenario, item.about)
    assert "Columns swapped: box 2 of 5, again after 4 other questions." in whole(
        drill.frame(state)
    )
    fresh = after(drill, state, ("press", "next", None))
    assert "seed 3 \N{MIDDLE DOT} the ends of a row<" in drill.frame(fresh).regions["card"]
    nameless = answered(fresh, "3")
    assert "The ends of a row: box 1 of 5" in drill.frame(nameless).sentence


def test_a_round_ends_with_what_waits_and_its_boxes() -> None:
    def over(record: str) -> str:
        state = drill.State(3, record)
        item = drill.of(state)
        return drill.frame(answered(state, key(item.scenario, item.about))).regions["card"]

    html = over("b++++++++")
    assert "9 of 10 in this round" in html
    assert html.count("kfv-box") == 6  # five boxes in a table of one row
    rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td>', html)
    assert [(name, bar.count("kfv-full"), later) for name, bar, later in rows] == [
        ("columns swapped", 3, "box 3 of 5, again after 7 other questions"),
    ]  # fmt: skip
    assert "Nothing waits to be asked again." in over("+" * 9)
    for waits, later in {"+" * 7 + "b+": "next", "+" * 8 + "b": "after 1 other question"}.items():
        assert f"<td>box 1 of 5, again {later}</td>" in over(waits)
    due = "".join("b" if nth == 0 else "+" for nth in range(3 + 1 + 4 + 1 + 8 + 1 + 16 + 1))
    item = drill.of(drill.State(3, due + "+" * 32))
    state = answered(drill.State(3, due + "+" * 32), key(item.scenario, item.about))
    assert "You have columns swapped behind you." in drill.frame(state).sentence


def test_a_drill_shows_no_answers_but_on_a_hint() -> None:
    state = drill.first(5)
    item = drill.of(state)
    right = key(item.scenario, item.about)
    assert right not in whole(drill.frame(state)).replace(item.ask, "")
    html = drill.frame(after(drill, state, ("press", "hint", None))).regions["card"]
    assert tuple(re.findall('data-key="fill (.*?)"', html)) == choices(item)
    with pytest.raises(ValueError, match="nothing is answered yet"):
        answered(state, " ")
    done = answered(state, right)
    with pytest.raises(ValueError, match="it is answered already"):
        after(drill, done, ("press", "answer", None))
    with pytest.raises(ValueError, match="go to the next"):
        after(drill, done, *answering("7"))
    with pytest.raises(ValueError, match="answer this question first"):
        after(drill, state, ("press", "next", None))
    with pytest.raises(ValueError, match="500 questions are enough"):
        answered(drill.State(5, "+" * 500), "7")


def test_questions_are_endless_and_get_harder() -> None:
    asks = [deal(3, nth).ask for nth in (*range(20), 60)]
    assert len({*asks}) == 21
    first = (
        ["mount reads"] * 2
        + ["mount reads"] * 2
        + ["create a file"] * 2
        + ["container reads"] * 2
        + ["for groups"] * 2
        + ["container reads"] * 2
        + ["create a file"] * 2
        + ["lies in another"] * 2
        + ["chown"] * 2
        + ["filesystem is"] * 2
    )
    assert all(words in ask for ask, words in zip(asks, first, strict=False))


@pytest.mark.parametrize("seed", range(3))
def test_every_question_offers_the_key_among_misreadings(seed: int) -> None:
    kinds = set()
    for nth in range(0, 20, 2):
        item = deal(seed, nth)
        there = answers(item.scenario, item.about)
        offered, right = choices(item), key(item.scenario, item.about)
        assert right in offered
        assert set(offered) - {right} <= set(there.values())
        assert 3 <= len(offered) <= 4
        assert right.isdecimal() or right in ("EOVERFLOW", "EINVAL")
        kinds.add((item.about.kind, item.about.direction))
    assert kinds == {("uid", "read"), ("gid", "read"), ("uid", "create"), ("uid", "chown")}


# ------------------------------------------------------------------------------ on the engine

STARTS = {
    "question": [question.first("00.1"), question.first(BUSY), question.first(ORDER)],
    "exercise": [exercise.first("00.1"), exercise.first(BUILT), exercise.first(ORDER)],
    "drill": [drill.first(3)],
}
WORDS = st.sampled_from(("0", "1000", "65534", "", "1000 1125 1", "up", "sure", "one", "x\u202e"))
TARGETS = st.sampled_from(("given", "commit", "reveal", "again", "check", "hint", "next", "sure",
                           "one", "two", "stage", "told", "record", "seed", "no"))  # fmt: skip
EVENTS = st.fixed_dictionaries(
    {"type": st.sampled_from(("set", "press", "move", "no")), "target": TARGETS,
     "value": WORDS | st.sampled_from((None, True, 7, "guess", "told", "+-"))}
)  # fmt: skip


@pytest.mark.parametrize("name", STARTS)
@settings(max_examples=15)
@given(st.data())
def test_whatever_is_sent_is_answered_and_every_token_opens_what_was_shown(
    name: str, data: st.DataObject
) -> None:
    token = encode(name, data.draw(st.sampled_from(STARTS[name])))
    for _ in range(6):
        (answer,) = ask(token, [data.draw(EVENTS)])
        if "trouble" in answer:
            assert "Traceback" not in answer["trouble"]
            assert not re.match(r"\w+Error: ", answer["trouble"]), answer
            continue
        token = answer["token"]
        _, state = decode(token)
        assert encode(name, state) == token
        (again,) = ask(token, [])
        assert again["sentence"] == answer["sentence"]


@pytest.mark.parametrize(
    ("module", "data", "said"),
    [
        (question, {"question": "99.1"}, "'99' is no chapter"),
        (question, {"question": "00.99"}, "'00.99' is no question"),
        (question, {"question": "{"}, "a question is no JSON"),
        (question, {"question": 5}, "a question is a text"),
        (question, {"stage": "told"}, "nothing is answered yet"),
        (question, {"given": "99"}, "'99' is no choice"),
        (question, {"sure": "very"}, "'very' is no degree"),
        (question, {"colour": 1}, "'colour' is no part of a question's state"),
        (exercise, {"exercise": "00.99"}, "'00.99' is no exercise"),
        (exercise, {"exercise": "{"}, "an exercise is no JSON"),
        (exercise, {"checked": 1}, "checked is true or false"),
        (drill, {"seed": -1}, "a seed is a whole number from 0 to 999999, not -1"),
        (drill, {"seed": True}, "a seed is a whole number"),
        (drill, {"record": "?"}, "a record has at most 500 signs"),
        (drill, {"record": "+" * 501}, "a record has at most 500 signs"),
        (drill, {"told": True}, "what is told has an answer"),
        (drill, {"told": True, "record": "+"}, "what is told has an answer"),
    ],
)
def test_a_state_from_outside_is_checked(module: Any, data: Any, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        module.from_json(data)


# ------------------------------------------------------------------------------ a decision

REASON = {"say": "It is <small>.", "source": "message 4"}
SIDES = {"for": [REASON], "against": [{"say": "It moves.", "source": "change own-maps-6.8"}]}
DECISION = {"ask": "Which?", "form": "decision", "choices": ["one", "three"], "why": "Both.",
            "weighs": {"one": SIDES, "three": SIDES}}  # fmt: skip


def test_a_decision_shows_both_sides_of_every_choice_and_only_once_it_is_made() -> None:
    state = question.first(DECISION)
    with pytest.raises(ValueError, match="'two' is no choice"):
        after(question, state, *answering("two"))
    assert "How sure?" not in question.frame(state).regions["card"]
    state = after(question, state, ("set", "said", "Less to keep."), *answering("one", "commit"))
    before = question.frame(state)
    assert "It moves" not in whole(before)
    assert "sure" not in before.regions["card"]
    assert before.sentence == "Committed: one. Reveal it when you are ready."
    with pytest.raises(ValueError, match="the answer is committed"):
        after(question, state, ("set", "said", "More."))
    told = question.frame(after(question, state, ("press", "reveal", None)))
    html = told.regions["card"]
    for choice, mine in (("one", "your choice"), ("three", "")):
        part = html[html.index(f"<h4>{choice}") :].partition("</section>")[0]
        assert re.findall("<h5>(.*?)</h5><ul><li>(.*?)<small>(.{9})", part) == [
            ("For it", "It is &lt;small&gt;.", "message 4"),
            ("Against it", "It moves.", "v6.8, com"),
        ]  # fmt: skip
        assert ("your choice" in part) == bool(mine)
    assert ">Less to keep.</textarea>" in html
    assert html.count("kfv-true") == 0
    assert told.sentence == card.WEIGHED
    assert told.text.splitlines()[1:6] == [
        "Answer: one", "Because: Less to keep.", card.WEIGHED, "one:",
        f"  + It is <small>. ({question.of(state).weighs['one'].speaks_for[0].source})",
    ]  # fmt: skip


def test_a_decision_is_kept_in_its_token_and_walked_in_a_record() -> None:
    state = after(question, question.first(DECISION), ("set", "said", "So."), *answering("three"))
    assert decode(encode("question", state))[1] == state
    assert [each["value"] for each in question.travels(state)[:2]] == ["one", "three"]
    with pytest.raises(ValueError, match="at most 600"):
        after(question, state, ("set", "said", "x" * 601))
    with pytest.raises(ValueError, match="goes with a decision"):
        after(question, question.first(BUSY), ("set", "said", "x"))
    with pytest.raises(ValueError, match="a decision is a question"):
        exercise.first(DECISION)


def test_a_matter_is_drawn_and_told_with_the_answer_and_not_before() -> None:
    part = {"ask": "?", "scenario": "home-on-a-stick", "why": "One function.",
            "wrapper": {"name": "bpf_get_file_vfs_ids", "path": "home", "via": "stick"},
            "choices": ["uid 1000, gid 1000", "uid 1125, gid 1125"],
            "hints": {"uid 1000, gid 1000": "as stored"}}  # fmt: skip
    state = after(question, question.first(part), *answering("uid 1000, gid 1000", "commit"))
    seen = whole(question.frame(state))
    for hidden in ("<svg", "00000465", "One function", "too "):
        assert hidden not in seen
    assert "as stored" in seen
    frame = question.frame(after(question, state, ("press", "reveal", None)))
    html = frame.regions["card"]
    assert html.count("<svg") == 1
    assert "The model says <code>uid 1125, gid 1125</code>. You gave what the disk stores." in html
    assert ">the key</i>" in html
    assert {"what": "uid (low half)", "says": "00000465 = 1125"} in frame.table
    right = after(question, question.first(part), *answering("uid 1125, gid 1125", "commit",
                                                             "reveal"))  # fmt: skip
    assert ">your answer and the key</i>" in question.frame(right).regions["card"]
    number = {"ask": "?", "form": "number", "history": {"count": "died"}}
    state = after(exercise, exercise.first(number), *answering("26", "check"))
    assert "Your answer is 1 too low." in exercise.frame(state).sentence
    call = {"record": "exe-file-untested", "kernel": "7.3.4", "of": "rule"}
    rule = {"ask": "?", "verifier": call, "choices": ["null", "release"]}  # fmt: skip
    assert "tested for NULL" in question.frame(question.first(rule)).regions["card"]
