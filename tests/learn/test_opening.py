# SPDX-License-Identifier: BSD-3-Clause
"""The very case of a question in an explorer: the same file, the same answer."""

from __future__ import annotations

from typing import Any

from kfuncviz.explorers import operation, ownership
from kfuncviz.explorers.engine.tokens import decode
from kfuncviz.learn import course, drill
from kfuncviz.learn.item import Item, item
from kfuncviz.learn.judge import Judgement, judge
from kfuncviz.learn.key import key
from kfuncviz.learn.opening import token
from kfuncviz.scenario.load import gallery

WAY = {"path": "home/letter.txt", "via": "stick"}
NUMBER = {"ask": "?", "form": "number", "scenario": "home-on-a-stick"}


def opened(asked: Item, answer: str = "1") -> tuple[str, Any]:
    return decode(token(asked, judge(asked, answer)))


def test_every_third_question_opens_with_its_answer_on_screen(stride: int) -> None:
    asks = (each for each in course.questions() if each.matter is None and each.form != "decision")
    told = [each for each in asks if not each.built and each.about.of == "number"]
    seen = set()
    for asked in told[:: 3 * min(stride, 3)]:
        opens = token(asked, judge(asked, "1"))
        if not opens:
            assert asked.name.startswith("05"), asked.name  # calls that make mounts
            continue
        name, state = decode(opens)
        seen.add(name)
        right = key(asked.scenario, asked.about)
        frame = (ownership if name == "ownership" else operation).frame(state)
        if name == "operation":
            assert right in frame.text or right == "ok", asked.name
            assert operation.case(state).rail.err == ("" if right == "ok" else right), asked.name
        elif not asked.about.result:
            assert right in f"{frame.sentence} {frame.text}", asked.name
    assert seen == {"ownership", "operation"}


def test_the_way_that_was_asked_about_is_the_one_on_screen() -> None:
    about = {**WAY, "direction": "chown", "kind": "gid", "id": 7}
    name, state = opened(item({**NUMBER, "about": about}))
    assert name == "ownership"
    assert (state.path, state.via, state.direction, state.kind, state.id) == (
        "home/letter.txt", "stick", "chown", "gid", 7,
    )  # fmt: skip
    assert state.scenario == "home-on-a-stick" in gallery()  # by its name: a short token
    first = opened(drill.of(drill.first(7)))[1]
    assert first.scenario not in gallery()
    assert "6095" in ownership.frame(first).sentence


def test_a_call_opens_where_it_ends_alike_without_the_calls_before_it() -> None:
    ops = [
        {"op": "create", "path": "new", "by": "root"},
        {"op": "unlink", "path": "new", "by": "you"},
    ]
    document = {"callers": {"you": {"kuid": 5, "kgid": 5}}, "ops": ops,
                "fs": {"root": {"mode": "0755"}}}  # fmt: skip
    asked = item({**NUMBER, "scenario": document, "about": {"result": "ops.1.err"}})
    assert key(asked.scenario, asked.about) == "EACCES"
    name, state = opened(asked)
    assert name == "ownership"  # alone it would be ENOENT
    made = item({**NUMBER, "scenario": document, "about": {"result": "ops.0.err"}})
    name, state = opened(made)
    assert (name, state.op, state.by) == ("operation", "create", "root")


def test_what_was_built_stands_in_the_case_that_opens() -> None:
    wants = [{**WAY, "is": "7"}]
    built = item({**NUMBER, "form": "row", "wants": wants, "about": WAY, "start": "0 0 1"})
    name, state = opened(built, "1000 7 3")
    assert name == "ownership"
    assert "you would see 7" in ownership.frame(state).sentence
    assert token(built, judge(built, "1 2")) == ""  # the scenario itself would be the solution
    assert "you would see 7" not in ownership.frame(ownership.first("home-on-a-stick")).sentence


def test_nothing_opens_where_no_explorer_shows_it() -> None:
    asked = course.question("05.2")
    assert asked.about.result == "ops.0.err"
    assert token(asked, judge(asked, "ok")) == ""
    bare = asked._replace(scenario={})
    assert token(bare, Judgement("right", "ok")) == ""


def test_the_file_of_a_wrapper_opens_as_the_mount_shows_it() -> None:
    call = {"name": "bpf_get_file_vfs_ids", "path": "really-65534", "via": "m"}
    name, state = opened(item({"ask": "?", "scenario": "three-kinds-of-nobody", "wrapper": call}))
    assert (name, state.path, state.via) == ("ownership", "really-65534", "m")
    assert token(course.question("11.1"), judge(course.question("11.1"), "accepted")) == ""
    assert token(course.question("10.3"), judge(course.question("10.3"), "none")) == ""
