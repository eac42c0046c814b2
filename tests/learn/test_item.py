# SPDX-License-Identifier: BSD-3-Clause
"""A question as a file or a call gives it: what becomes of its parts; what is wrong with one."""

from __future__ import annotations

from typing import Any

import pytest

from kfuncviz.learn.item import Want, item
from kfuncviz.learn.judge import offered, right_answer, wrong_answers
from kfuncviz.learn.key import Asked
from kfuncviz.learn.weighing import weighing
from kfuncviz.scenario.load import load

HOME = {"ask": "?", "scenario": "home-on-a-stick"}
ROW = {**HOME, "form": "row", "wants": [{"path": "home", "is": 1}]}
DIED = {"ask": "?", "history": {"count": "died"}}
REASON = {"say": "x", "source": "y"}
SIDES = {"for": [REASON], "against": [REASON]}
DECISION = {"ask": "?", "form": "decision", "choices": ["a", "b"],
            "weighs": {"a": SIDES, "b": SIDES}}  # fmt: skip
PLACES = "is no place of a row; there is: mount, caller, fs, userns.NAME"
OF_WANTED = "path, by, via, kind, direction, id, entry, of, result"


def weighed(side: Any) -> dict[str, Any]:
    return {**DECISION, "weighs": {"a": SIDES, "b": side}}


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (7, "a question is an object, not 7"),
        ({"ask": "?"}, "a question has a part 'scenario'; this one has ask"),
        ({"scenario": "x", "why": ""}, "a question has a part 'ask'; this one has scenario, why"),
        ({**HOME, "form": "x"},
         "'x' is no form; there is: choice, number, row, map, scenario, order, decision"),
        ({**HOME, "x": 1}, ("'x' is no part of a question; there is: ask, form, scenario, about, "
         "choices, hints, place, start, wants, steps, why, fact, ...")),
        ({**HOME, "ask": 5}, "ask is a text, not 5"),
        ({**HOME, "why": 5}, "why is a text, not 5"),
        ({**HOME, "fact": 5}, "fact is a text, not 5"),
        ({**HOME, "choices": 5}, "'choices' is a list, not 5"),
        ({**HOME, "choices": "1"}, "'choices' is a list, not '1'"),
        ({**HOME, "wants": {"is": 1}}, "'wants' is a list, not {'is': 1}"),
        ({**HOME, "hints": ["1"]}, "'hints' is an object, not ['1']"),
        ({**HOME, "steps": ["1"]}, "'steps' is an object, not ['1']"),
        ({**HOME, "weighs": 5}, "'weighs' is an object, not 5"),
        ({**ROW, "wants": [{"path": "home"}]},
         "what is wanted has a part 'is': the answer that must come of it"),
        ({**ROW, "wants": [5]}, "what is wanted is an object, not 5"),
        ({**ROW, "wants": [{"pth": 5}]}, ("'pth' is no part of what is wanted, did you mean "
         f"'path'? There is: {OF_WANTED}, is")),
        ({**ROW, "wants": []}, "a row needs 'wants': what must come of it"),
        ({**ROW, "place": "door"}, f"'door' {PLACES}"),
        ({**ROW, "place": 5}, f"5 {PLACES}"),
        ({**ROW, "form": "order", "steps": {"a": {}}}, "an order needs at least two 'steps'"),
        ({**HOME, "form": "number", "choices": ["1"]},
         "choices are for the form 'choice', not 'number'"),
        ({**HOME, "choices": ["1", 1]}, "a choice is offered twice: '1', '1'"),
        ({**HOME, "form": "number", "near": "3"}, "'near' is a number, and for the form 'number'"),
        ({**HOME, "near": 3}, "'near' is a number, and for the form 'number'"),
        ({**ROW, **DIED}, "what is asked here is a choice or a number, not a row"),
        ({**DIED, "way": {}}, "a question is about one thing, not history and way"),
        ({**DECISION, "weighs": {"b": SIDES, "a": SIDES}},
         "a decision 'weighs' each of its 'choices', in their order"),
        ({**HOME, "weighs": {"a": SIDES}}, "'weighs' is for the form 'decision', not 'choice'"),
        (weighed({"for": [REASON]}), "'b' needs at least one reason for it and one against it"),
        (weighed({"against": [REASON]}), "'b' needs at least one reason for it and one against it"),
        (weighed(5), "what is weighed of 'b' is an object, not 5"),
        (weighed({**SIDES, "for": [5]}), "a reason is an object, not 5"),
        (weighed({**SIDES, "for": [{"source": "y"}]}), "a reason has a part 'say'"),
        (weighed({**SIDES, "for": [{**REASON, "source": ""}]}), "a reason has a part 'source'"),
        (weighed({**SIDES, "for": [{**REASON, "source": "message 14"}]}),
         ("'message 14' cites nothing: unknown message '14'; did you mean '4'? Known: 1, 2, 3, 4, "
          "5, 6, 7, 8, 9, 10, 11, 12, 13")),
        ({**HOME, "about": {"pth": 1}},
         f"'pth' is no part of what is asked, did you mean 'path'? There is: {OF_WANTED}"),
        ({**HOME, "about": 5}, "what is asked is an object, not 5"),
        ({**HOME, "wrapper": 5}, "what is asked of the wrapper is an object, not 5"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_question_is_told(part: Any, said: str) -> None:
    with pytest.raises(ValueError) as raised:
        item(part)
    assert str(raised.value) == said


def test_a_part_that_is_not_given_says_nothing() -> None:
    made = item(HOME)
    document = load("home-on-a-stick")
    assert made._replace(scenario={}) == made.__class__(
        "", "", "?", "choice", {}, Asked(**document["focus"])
    )
    assert made.scenario == document
    assert not made.built
    assert item(DIED).scenario == {}
    assert item(DIED).about == Asked()


def test_every_part_is_kept_as_it_is_used() -> None:
    made = item(
        {**HOME, "choices": [1125, 2], "hints": {2: 7}, "why": "So.", "fact": "More."}, "03.2"
    )
    assert (made.name, made.chapter, made.why, made.fact) == ("03.2", "03", "So.", "More.")
    assert (made.choices, made.hints) == (("1125", "2"), {"2": "7"})
    row = item({**ROW, "start": 7, "place": "userns.x"})
    assert (row.start, row.place, row.built) == ("7", "userns.x", True)
    assert row.wants == (Want(Asked("home"), "1"),)
    assert item(ROW).place == "mount"
    assert item({**ROW, "form": "scenario"}).place == ""
    about = {"path": "home", "via": "stick", "kind": "gid"}
    assert item({**HOME, "about": about}).about == Asked("home", via="stick", kind="gid")
    assert item({**DIED, "form": "number", "near": 2.5}).near == 2.5
    assert [*weighing({1: SIDES})] == ["1"]


def test_a_wrapper_is_asked_about_its_own_file() -> None:
    call = {"name": "bpf_get_file_vfs_ids", "path": "home/letter.txt", "via": "stick"}
    assert item({**HOME, "wrapper": call}).about == Asked("home/letter.txt", via="stick")
    plain = {"name": "bpf_get_file_vfs_ids", "path": "home"}
    assert item({**HOME, "wrapper": plain}).about == Asked("home")
    assert item({**HOME, "wrapper": call, "about": {"path": "x"}}).about == Asked("x")


def test_what_would_be_answered_wrongly_is_known_by_name() -> None:
    died = item(DIED)
    assert (right_answer(died), wrong_answers(died)) == ("27", {"another count": "372"})
    about = {"path": "home", "via": "stick"}
    number = item({**HOME, "form": "number", "about": about})
    assert right_answer(number) == "1125"
    assert wrong_answers(number) == {"columns swapped": "65534", "mount ignored": "1000"}
    assert right_answer(item(ROW)) is None
    assert wrong_answers(item(ROW)) == {}
    assert offered(item(DECISION)) == ("a", "b")
    swapped = item({**HOME, "about": {**about, "of": "hop"}}, "01.1")
    assert offered(swapped) == ("nowhere: it arrives", "the mount")
