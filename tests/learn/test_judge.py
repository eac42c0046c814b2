# SPDX-License-Identifier: BSD-3-Clause
"""What an answer is told: by the model, whatever is written and however it is built."""

from __future__ import annotations

from typing import Any

import pytest

from kfuncviz.learn import card, course
from kfuncviz.learn.item import Item, item
from kfuncviz.learn.judge import build, judge, matched, offered
from kfuncviz.learn.key import Asked, asked, key
from kfuncviz.scenario.load import load
from kfuncviz.scenario.problems import ScenarioError

HOME = "home-on-a-stick"


def made(name: str = "", **parts: Any) -> Item:
    return item({"ask": "?", "scenario": HOME, **parts}, name)


def choice(**parts: Any) -> Item:
    return made(about={"path": "home", "via": "stick"}, **parts)


@pytest.mark.parametrize("answer", ["1125", " 1125\n", "1,125", "1_125", "01125"])
def test_a_number_is_right_however_it_is_written(answer: str) -> None:
    told = judge(choice(form="number"), answer)
    assert (told.state, told.key, told.misreading) == ("right", "1125", None)


@pytest.mark.parametrize(
    "said", ["9" * 5000, "9" * 33, "1e400", "0x" + "f" * 500, "\N{SUPERSCRIPT TWO}"]
)
def test_a_number_of_any_length_is_only_wrong(said: str) -> None:
    asked = [each for number in course.numbers() for each in course.chapter(number).questions]
    shapes = {(each.form, each.matter is not None): each for each in asked}
    for each in shapes.values():
        assert judge(each, said).state in ("wrong", "weighed"), each.name


def test_an_errno_is_right_in_any_case() -> None:
    refused = made(form="number", about={"result": "ops.1.err"})
    assert judge(refused, "eacces").state == "right"
    assert judge(refused, "EPERM").state == "wrong"
    assert judge(refused, "ok").state == "wrong"
    assert judge(made(form="number", about={"result": "mounts.stick"}), "ok").state == "right"


@pytest.mark.parametrize(
    ("answer", "name"), [("65534", "columns swapped"), ("1000", "mount ignored"), ("7", None)]
)
def test_a_wrong_answer_is_told_by_its_misreading(answer: str, name: str | None) -> None:
    told = judge(choice(form="number"), answer)
    assert told.state == "wrong"
    assert (told.misreading and told.misreading.name) == name
    assert (told.meant is None) == (name is None)
    assert told.matched == (
        "On the mount idmap 1000 is looked up in col 1: the row 1000 1125 1 holds it."
    )


def test_of_two_misreadings_the_chapters_own_is_told() -> None:
    """Both let 0 through; one of them is owned by chapter 01."""
    part = {"ask": "?", "scenario": "three-kinds-of-nobody", "form": "number",
            "about": {"path": "lost-in-mount", "by": "root", "via": "m"}}  # fmt: skip
    for name, told in (("", "root is never refused"), ("01.1", "unlisted ids pass")):
        found = judge(item(part, name), "0").misreading
        assert found is not None
        assert found.name == told


def test_nothing_is_no_answer() -> None:
    for empty in ("", " \n "):
        assert judge(choice(form="number"), empty).state == "missing"


def test_choices_are_the_key_among_what_misreadings_answer() -> None:
    assert offered(choice()) == ("1000", "1125", "65534")
    assert offered(choice(choices=["1125", "2"])) == ("1125", "2")
    with pytest.raises(
        ValueError, match="the answer '1125' is not among the choices; offered: '1', '2'"
    ):
        offered(choice(choices=["1", "2"]))
    meaning = made(
        scenario="three-kinds-of-nobody", about={"path": "lost-in-mount", "of": "meaning"}
    )
    assert offered(meaning) == ("no id", "no name here", "really 65534")
    hops = made(about={"path": "home", "of": "hop", "via": "stick"})
    assert offered(hops) == ("nowhere: it arrives", "the mount")


# ------------------------------------------------------------------------------ something built


def row(start: str = "1125 1000 1", **parts: Any) -> Item:
    wants = [{"path": "home/letter.txt", "via": "stick", "is": "1125"}]
    return made(**{"form": "row", "start": start, "wants": wants, **parts})


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("", "missing"),
        (" 1125  1000 1 \n", "unchanged"),
        ("1000 1125 1", "right"),
        ("0 125 70000", "right"),
        ("1000 1126 1", "wrong"),
    ],
)
def test_every_row_that_does_it_is_right(answer: str, state: str) -> None:
    assert judge(row(), answer).state == state


def test_a_wrong_row_is_told_by_the_reading_under_which_it_were_right() -> None:
    told = judge(row(start=""), "1125 1000 1")
    assert told.misreading is not None
    assert told.misreading.name == "columns swapped"
    assert (told.key, told.wanted) == ("65534", "1125")
    assert told.matched.endswith("1000 is looked up in col 1: no row holds it (1125 1000 1).")
    assert told.meant is not None
    assert key(told.meant, Asked("home", via="stick", of="number")) == "1125"
    first = judge(row(), "999 1125 2").misreading
    assert first is not None
    assert first.name == "no offset in a row"
    assert judge(row(), "5 6 1").misreading is None


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("x", "EINVAL: line 1: field 1 is 'x'"),
        ("1 2 3\n9 9 9", "one row is asked for"),
        ("1 2", "EINVAL"),
        ("1000 1125 0", "EINVAL"),
    ],
)
def test_rows_the_kernel_refuses_are_told_as_it_does(answer: str, said: str) -> None:
    told = judge(row(), answer)
    assert told.state == "wrong"
    assert said in told.refused


def test_a_map_may_have_rows_and_serve_a_caller() -> None:
    wants = [{"path": "lost-at-caller", "by": "container_root", "via": "m", "is": "2000"}]
    part = made(scenario="three-kinds-of-nobody", form="map", place="caller", wants=wants)
    assert judge(part, "0 100000 1000\n2000 2000 1").state == "right"
    assert judge(part, "0 100000 1000").key == "65534"


def test_all_that_is_wanted_has_to_come_out() -> None:
    both = row(wants=[{"path": "home", "via": "stick", "is": "1125"},
                      {"path": "home", "via": "stick", "id": 7, "is": "132"}])  # fmt: skip
    assert judge(both, "0 125 70000").state == "right"
    told = judge(both, "1000 1125 1")
    assert (told.state, told.key, told.wanted) == ("wrong", "65534", "132")


def test_a_map_of_a_namespace_is_written_or_refused_as_the_kernel_does() -> None:
    fits = made(scenario="maps-the-kernel-refuses", form="map", place="userns.outside_pod",
                wants=[{"result": "userns.outside_pod", "is": "ok"}])  # fmt: skip
    assert judge(fits, "0 1000 1\n1 1001 64535").state == "right"
    told = judge(fits, "0 1000 1\n1 100000 65536")
    assert (told.key, told.wanted) == ("EPERM", "ok")
    assert told.misreading is not None
    assert told.misreading.name in ("any ids may be handed out", "nested rows read as host ids")


STEPS = {
    "map": {"op": "mount_setattr", "path": "", "via": "new", "set": ["idmap"],
            "userns": "stick_map", "by": "root"},
    "clone": {"op": "open_tree", "path": "", "via": "plain", "flags": ["clone", "empty_path"],
              "as": "new", "by": "root"},
    "attach": {"op": "move_mount", "path": "", "via": "new", "to": "home", "via2": "plain",
               "by": "root"},
}  # fmt: skip


def order(*steps: str) -> Any:
    wants = [{"result": "ops.6.err", "is": "ok"}]
    return judge(made(form="order", steps=STEPS, wants=wants), "\n".join(steps))


def test_an_order_is_replayed_and_the_first_step_that_is_refused_is_told() -> None:
    assert order("clone", "map", "attach").state == "right"
    told = order("clone", "attach", "map")
    assert told.state == "wrong"
    assert told.refused.startswith("map is refused with EINVAL: ")
    assert order("map", "clone", "attach").refused == "map.via: 'new' is made only by clone"
    assert "want each step once, one a line: map, clone, attach" in order("map").refused


def test_a_scenario_is_read_and_replayed() -> None:
    part = made(form="scenario", wants=[{"path": "f", "is": "7"}])
    good = "setup:\n- {type: file, path: f, kuid: 7}"
    assert judge(part, good).state == "right"
    assert judge(part, good.replace("7", "8")).key == "8"
    assert "setup[0]" in judge(part, "setup:\n- {type: fil, path: f}").refused
    assert "no YAML" in judge(part, "setup: [").refused
    assert judge(part, "setup: []").key == "ENOENT"
    with pytest.raises(ScenarioError):
        build(part, "nothing")


# ------------------------------------------------------------------------------ what is asked


def test_a_place_in_a_result_is_found_or_named() -> None:
    document = load(HOME)
    assert key(document, Asked(result="ops.0.seen.uid")) == "1000"
    assert key(document, Asked(result="mounts.stick")) == "ok"
    with pytest.raises(ValueError, match=r"'99' is no part of the result \(ops.99.err\)"):
        key(document, Asked(result="ops.99.err"))
    refused = load({"mounts": {"m": {"userns": "u"}}, "userns": {"u": {}}})
    assert key(refused, Asked(result="mounts.m")) == "EINVAL"


def test_an_operation_is_asked_for_the_way_of_its_id() -> None:
    document = load("chown-outside-the-map")
    ops = document["ops"]
    nth = next(n for n, op in enumerate(ops) if op["op"] == "chown")
    said = matched(document, Asked(result=f"ops.{nth}.err"))
    assert f" {ops[nth]['uid']} is looked up in col" in said
    assert matched(document, Asked("nowhere")) == ""


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ({"ask": "?"}, "a question has a part 'scenario'"),
        ({"ask": "?", "scenario": HOME, "wants": [{"path": "x"}], "form": "row"}, "a part 'is'"),
        ({"ask": "?", "scenario": HOME, "form": "row"}, "a row needs 'wants'"),
        ({"ask": "?", "scenario": HOME, "form": "riddle"}, "'riddle' is no form"),
        ({"ask": "?", "scenario": HOME, "about": {"pth": 1}}, "did you mean 'path'"),
        ({"ask": "?", "scenario": HOME, "choices": ["1", "1"]}, "offered twice: '1', '1'"),
        (
            {"ask": "?", "scenario": HOME, "form": "number", "choices": ["1"]},
            "for the form 'choice'",
        ),
        (
            {"ask": "?", "scenario": HOME, "form": "row", "place": "door", "wants": []},
            "place of a row",
        ),
        (
            {"ask": "?", "scenario": HOME, "form": "order", "wants": [{"is": 1}]},
            "at least two 'steps'",
        ),
        ({"ask": "?", "scenario": HOME, "key": "7"}, "'key' is no part of a question"),
        ("7", "a question is an object"),
    ],
)
def test_what_is_wrong_with_a_question_is_named(part: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        item(part)


def test_what_is_asked_is_by_default_what_the_scenario_shows_first() -> None:
    assert made().about == asked(load(HOME)["focus"])
    assert made(name="03.2").chapter == "03"
    assert made(form="row", wants=[{"is": "1"}]).place == "mount"


# ------------------------------------------------------------------------------ in words


def sentences(item: Item, answer: str) -> list[str]:
    return [text for text in card.sentences(item, judge(item, answer)) if text]


def test_a_question_is_told_why() -> None:
    asked_ = choice(form="number", why="So it is.", fact="More.")
    assert sentences(asked_, "1125") == ["\N{CHECK MARK} Right: `1125`.", "So it is.", "More."]
    head, instead, had, why = sentences(asked_, "65534")
    assert head == (
        "\N{NOT EQUAL TO} The kernel says `1125`. You took each column of the row for the other."
    )
    assert instead.startswith("On a mount col 1 is what the disk stores")
    assert had == "For your answer the mount idmap had to read `1125 1000 1`."
    assert why == "So it is."
    assert sentences(asked_, "1000")[2] == "For your answer there had to be no mount idmap."
    head, met, why = sentences(asked_, "3")
    assert head == "\N{NOT EQUAL TO} The kernel says `1125`."
    assert met.startswith("On the mount idmap 1000")


def test_an_exercise_is_not_given_away() -> None:
    part = row(why="Write 1000 1125 1.", fact="Both ways.")
    assert sentences(part, "") == ["Nothing is answered yet."]
    assert sentences(part, "1125 1000 1")[0].endswith("Nothing is changed yet: this is how it was.")
    for wrong in ("5 6 1", "1 1000 2000", "x"):
        assert not any("Write" in text or "Both" in text for text in sentences(part, wrong))
    assert sentences(part, "x")[0].startswith("\N{NOT EQUAL TO} This cannot be built: EINVAL")
    assert sentences(part, "1000 7 1")[:2] == [
        "\N{NOT EQUAL TO} It comes out as `7`, `1125` is wanted.",
        "On the mount idmap 1000 is looked up in col 1: the row 1000 7 1 holds it.",
    ]
    assert sentences(part, "1000 1125 1")[1:] == ["Write 1000 1125 1.", "Both ways."]
