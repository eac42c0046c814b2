# SPDX-License-Identifier: BSD-3-Clause
"""Recorded frames: what a page answers without Python is what Python answers."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.explorers import ownership
from kfuncviz.explorers.engine import recorded, registry
from kfuncviz.explorers.engine.frame import Barred
from kfuncviz.explorers.engine.moving import filled, steady, words
from kfuncviz.explorers.engine.recorded import record
from kfuncviz.explorers.engine.shared import shown
from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.scenario.problems import ScenarioError
from tests.explorers.engine import toy

Record = dict[str, Any]
BEGUN = toy.first(None)


@pytest.fixture(autouse=True)
def _the_toy_is_an_explorer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "EXPLORERS", {**registry.EXPLORERS, "toy": toy.__name__})


@pytest.fixture(scope="module")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("no node here: Python's own reading of the record is tested alone")
    return found


def states_of(name: str, first: Any, made: Record) -> list[Any]:
    """The live state of each recorded one, found by going the record's edges."""
    module = registry.explorer(name)
    found = {0: replace(first, id=None)}
    for number, told in enumerate(made["states"]):
        here = found[number]
        for event, (to, _, _) in told["edges"].items():
            there = module.update(here, json.loads(made["events"][int(event)]))
            assert found.setdefault(to, replace(there, id=None)) == replace(there, id=None)
        if "typed" in told:
            typed = module.update(here, typing(1))
            assert found.setdefault(told["typed"], replace(typed, id=None)) == replace(
                typed, id=None
            )
    return [found[number] for number in range(len(made["states"]))]


def typing(id: int | str) -> dict[str, Any]:
    return {"type": "typed", "target": "id", "value": str(id)}


def regions_of(made: Record) -> list[str]:
    """The regions the rows stand for."""
    before: dict[int, list[int]] = {}
    out = []
    met = 0
    for name, head, tail, *told in made["rows"]:
        old, between = before.get(name, []), []
        for piece in told:
            between.append(met if piece == -1 else piece)
            met += piece == -1
        before[name] = [*old[:head], *between, *old[len(old) - tail :]]
        assert max(before[name], default=0) < met
        out.append("".join(made["pieces"][piece] for piece in before[name]))
    return out


def same(answer: Record, name: str, live: Any, width: int) -> None:
    """A recorded answer, its slots filled, shows what Python draws of the live state."""
    frame = registry.explorer(name).frame(live, width)
    id = 0 if live.id is None else live.id
    for region, html in frame.regions.items():
        told = filled(answer["regions"][region], id)
        assert words(told) == words(steady(html)), (region, live)
    seen = shown(name, live, width)
    assert {r: filled(h, id) for r, h in answer["regions"].items()} == {
        r: steady(h) for r, h in seen.regions.items()
    }
    assert words(filled(answer["said"], id)) == frame.sentence


def test_every_recorded_frame_is_the_live_one() -> None:
    made = record("toy", BEGUN, 700)
    html = regions_of(made)
    states = states_of("toy", BEGUN, made)
    assert made["names"] == ["switch", "picture", "say", "said"]
    assert len(states) == len({*states}) > 8
    for live, told in zip(states, made["states"], strict=True):
        begin = 0
        for run, *rows in told["frames"]:
            regions = dict(zip(made["names"], (html[row] for row in rows), strict=True))
            answer = {"said": regions.pop("said"), "regions": regions}
            if run is None:
                same(answer, "toy", live, 700)
                continue
            assert run[0] == begin
            for id in {run[0], run[1], (run[0] + run[1]) // 2}:
                same(answer, "toy", replace(live, id=id), 700)
            begin = run[1] + 1
        last = told["refused"][0][0] if told["refused"] else LAST_ID + 1
        assert begin == (0 if "typed" in told else last)


def test_the_page_answers_every_question_as_python_does(node: str) -> None:
    made = record("toy", replace(BEGUN, id=5), 700)
    states = states_of("toy", BEGUN, made)
    assert made["first"] == "0~5"
    asked = [
        (number, id, event)
        for number in range(len(states))
        for id in (None, 0, 7, 999, 1000, 65534, LAST_ID)
        for event in [*map(json.loads, made["events"]), typing(""), typing("01000"), typing(42)]
        if id is None or "typed" not in made["states"][number]
        if id is None or not any(low <= id <= high for low, high, _ in toy.barred(states[number]))
    ]
    questions = [[f"{n}" if id is None else f"{n}~{id}", [event]] for n, id, event in asked]
    for (number, id, event), (answer,) in zip(asked, replayed(node, made, questions), strict=True):
        live = replace(states[number], id=id)
        after = toy.update(live, event)
        if after.refused:
            assert answer == {"trouble": toy.TOO_LARGE}
        elif event["type"] == "set" and event not in toy.travels(live):
            assert "is not in this file" in answer["trouble"]
        else:
            same(answer, "toy", after, 700)
            assert answer["step"] == "edit" or toy.change(live, after) == "look"
            to, _, asked_id = answer["token"].partition("~")
            assert replace(states[int(to)], id=int(asked_id) if asked_id else None) == after


def replayed(node: str, made: Record, questions: list[Any]) -> list[list[Record]]:
    given = json.dumps({"record": made, "questions": questions})
    program = Path(__file__).with_name("replay.mjs")
    run = subprocess.run([node, program], input=given, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    answers: list[list[Record]] = json.loads(run.stdout)
    return answers


def test_what_is_no_id_is_said(node: str) -> None:
    made = record("toy", BEGUN, 700)
    texts = ("x", "-1", "4294967295", "1e3", "9" * 99)
    for (answer,) in replayed(node, made, [["0", [typing(text)]] for text in texts]):
        assert "is no id: want a whole number from 0 to 4294967294" in answer["trouble"]


def test_every_id_that_is_not_barred_has_a_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    barred = [(0, 4), (7, 7), (1000, 1003), (1004, 2000), (LAST_ID - 1, LAST_ID - 1)]
    told = [Barred(low, high, "no") for low, high in barred]
    monkeypatch.setattr(toy, "barred", lambda state: told if state.mode == "same" else [])
    made = record("toy", replace(BEGUN, remark=""), 700)
    runs = [frame[0] for frame in made["states"][0]["frames"]]
    assert runs == [
        None,
        [5, 999],
        [2001, 65533],
        [65534, 65534],
        [65535, LAST_ID],
    ]
    assert made["states"][0]["refused"] == told
    assert recorded._free(toy, BEGUN) == 5
    assert recorded._free(toy, replace(BEGUN, mode="more")) == 0
    monkeypatch.setattr(toy, "barred", lambda _: [Barred(0, LAST_ID - 1, ""), *told])
    assert recorded._free(toy, BEGUN) == LAST_ID
    monkeypatch.setattr(toy, "barred", lambda _: [Barred(1, LAST_ID, ""), Barred(0, 0, "")])
    assert recorded._free(toy, BEGUN) is None
    assert record("toy", BEGUN, 700)["states"][0]["frames"][1:] == []


def test_an_event_is_written_as_the_page_writes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = {"type": "set", "target": "on", "value": "\N{SECTION SIGN} \N{SNOWMAN}"}
    monkeypatch.setattr(toy, "travels", lambda _: [sent])
    text = '{"type":"set","target":"on","value":"\N{SECTION SIGN} \N{SNOWMAN}"}'
    assert record("toy", BEGUN, 700)["events"] == [text]


def test_less_can_be_recorded() -> None:
    events = record("toy", replace(BEGUN, id=5, remark=""), 700, "events")
    assert events["id"] is None
    assert [frame[0] for frame in events["states"][0]["frames"]] == [None, [5, 5]]
    assert all(len(told["frames"]) == 1 for told in events["states"][1:])
    assert len(events["states"]) > 5
    still = record("toy", replace(BEGUN, id=5, remark=""), 700, "nothing")
    assert still["first"] == "0~5"
    assert len(still["states"]) == 1
    assert still["states"][0]["edges"] == {}


def test_a_record_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    made = record("toy", BEGUN, 700)
    frames = sum(len(told["frames"]) for told in made["states"])
    monkeypatch.setattr(recorded, "MOST_FRAMES", frames)
    assert record("toy", BEGUN, 700) == made
    monkeypatch.setattr(recorded, "MOST_FRAMES", frames - 1)
    with pytest.raises(ScenarioError, match=f"more than {frames - 1} frames"):
        record("toy", BEGUN, 700)


def test_rows_keep_what_does_not_change() -> None:
    made = record("toy", BEGUN, 700)
    assert len(made["pieces"]) == len({*made["pieces"]})
    assert sum(map(len, made["rows"])) < 6 * len(made["rows"])
    assert any(head and tail for _, head, tail, *_ in made["rows"])


def test_a_gallery_case_offers_every_switch_kind_direction_and_file() -> None:
    state = ownership.first("home-on-a-stick")
    made = record("ownership", state, 840, "events")
    states = states_of("ownership", state, made)
    html = regions_of(made)
    for live, told in list(zip(states, made["states"], strict=True))[::12]:
        regions = dict(
            zip(made["names"], (html[row] for row in told["frames"][0][1:]), strict=True)
        )
        said = regions.pop("said")
        same({"said": said, "regions": regions}, "ownership", ownership.opened(live), 840)
    met = {(s.mount_idmapped, s.fs_in_userns, s.kind, s.direction) for s in states}
    assert len(met) == 2 * 2 * 2 * 3
    assert {s.path for s in states} >= set(
        ownership.reachable(ownership.document(state.scenario), "stick")
    )


def test_ids_the_filesystem_cannot_hold_are_barred_and_told_why() -> None:
    state = replace(ownership.first("home-on-a-stick"), fs_in_userns=True)
    why = "EOVERFLOW: this uid cannot be stored: filesystem has no row for it"
    assert ownership.barred(state) == [(65536, LAST_ID, why)]
    assert ownership.barred(replace(state, direction="create")) == []
    assert ownership.barred(replace(state, fs_in_userns=False)) == []
    rows = "10 300010 2\n4294967290 300020 5\n1000 301000 1\n0 300000 1"
    held = replace(state, maps=(("fs.uid", rows),))
    edges = [barred[:2] for barred in ownership.barred(held)]
    assert edges == [(1, 9), (12, 999), (1001, 4294967289)]
    every = replace(state, maps=(("fs.uid", "0 0 4294967295"),))
    assert ownership.barred(every) == [], "the last id has a row, too"


def test_of_a_typed_id_the_folds_are_shut_in_which_more_than_numbers_would_change() -> None:
    here = replace(ownership.first("keep-id"), folds=("steps",))
    state = replace(here, id=1000)
    bare, typed = recorded._alone("ownership", here, state, 960)
    assert bare == (None, shown("ownership", ownership.opened(here), 960))
    assert typed == ([1000, 1000], shown("ownership", ownership.opened(state), 960))
    assert typed[1] != shown("ownership", state, 960)
    assert [*recorded._alone("ownership", here, here, 960)] == [bare]
