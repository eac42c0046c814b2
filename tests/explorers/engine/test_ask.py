# SPDX-License-Identifier: BSD-3-Clause
"""The one question: answers, what differs, and what cannot be."""

from __future__ import annotations

import json
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from kfuncviz.explorers import ownership
from kfuncviz.explorers.engine.ask import ask
from kfuncviz.explorers.engine.registry import EXPLORERS, explorer
from kfuncviz.explorers.engine.tokens import decode, encode
from kfuncviz.scenario.reading.token import KFV2, pack

START = ownership.first("home-on-a-stick")
TOKEN = encode("ownership", START)


def event(kind: str, target: str, value: Any = None) -> dict[str, Any]:
    return {"type": kind, "target": target, "value": value}


def one(token: str, asked: dict[str, Any], width: int = 960) -> dict[str, Any]:
    (answer,) = ask(token, [asked], width)
    return answer


def test_without_events_the_whole_frame_is_answered() -> None:
    (answer,) = ask(TOKEN, [])
    frame = ownership.frame(START)
    assert answer == {
        "token": TOKEN, "regions": dict(frame.regions), "sentence": frame.sentence,
        "run": None, "slots": {},
    }  # fmt: skip
    assert list(answer["regions"]) == list(frame.regions)
    assert json.loads(json.dumps(answer)) == answer


def test_each_event_is_applied_to_the_same_state_and_only_what_differs_is_sent() -> None:
    events = [event("set", "mount_idmapped", False), event("set", "in_container", True)]
    for answer, asked in zip(ask(TOKEN, events), events, strict=True):
        after = ownership.update(START, asked)
        assert decode(answer["token"]) == ("ownership", after)
        before, drawn = ownership.frame(START).regions, ownership.frame(after).regions
        differ = {name: html for name, html in drawn.items() if before[name] != html}
        assert answer["regions"] == differ
        assert answer["step"] == "edit"
        assert answer["sentence"] == ownership.frame(after).sentence


def test_what_an_event_does_to_the_history() -> None:
    assert one(TOKEN, event("step", "first"))["step"] == "look"
    assert one(TOKEN, event("fold", "steps", True))["step"] == "look"
    assert one(TOKEN, event("set", "scenario", "keep-id"))["step"] == "new"
    refused = one(TOKEN, event("typed", "id", "x"))
    assert "step" in refused
    assert "is no id" in refused["regions"]["picture"]


def test_another_state_is_gone_to_as_the_explorer_says_what_that_does_to_the_history() -> None:
    there = ownership.update(START, event("set", "mount_idmapped", False))
    looked = replace(START, step=1)
    for state, step in ((there, "edit"), (looked, "look"), (ownership.first("keep-id"), "new")):
        token = encode("ownership", state)
        answer = one(TOKEN, {"type": "go", "target": token})
        assert (answer["token"], answer["step"]) == (token, step)
        assert ask(TOKEN, [])[0]["regions"] | answer["regions"] == ask(token, [])[0]["regions"]
    doctor = encode("doctor", explorer("doctor").State())
    troubles = {
        doctor: "the token opens 'doctor', and this is 'ownership'",
        "kfv2.AAAA": "token: damaged: too short",
        7: "a token is a text, not 7",
    }
    for target, words in troubles.items():
        assert one(TOKEN, {"type": "go", "target": target}) == {"trouble": words}


def test_an_id_comes_with_its_run_and_the_run_with_its_slots() -> None:
    answer = one(TOKEN, event("typed", "id", "70"))
    first, last = answer["run"]
    assert first <= 70 <= last
    assert answer["token"] == f"{TOKEN}~70"
    assert answer["slots"] == {"+0": 0}
    assert 'no row has <span data-slot="+0">70</span> in col 1' in answer["said"]
    assert answer["sentence"] == ownership.frame(replace(START, id=70)).sentence
    beside = one(answer["token"], event("typed", "id", "71"))
    assert beside["run"] == answer["run"]
    assert 'data-slot="+0">71<' in beside["regions"]["owner"]
    assert "data-moving" in beside["regions"]["picture"], "the field's own number"
    whole = ask(answer["token"], [])[0]
    assert whole["regions"] | beside["regions"] == ask(beside["token"], [])[0]["regions"]


def test_the_owner_of_a_row_of_one_stands_alone() -> None:
    answer = one(TOKEN, event("typed", "id", "1000"))
    assert answer["run"] == [1000, 1000]
    assert answer["slots"] == {}
    assert unescape(answer["said"]) == answer["sentence"]


def test_the_width_is_part_of_the_question_and_kept_within_bounds() -> None:
    def widths(width: int) -> str:
        picture: str = ask(TOKEN, [], width)[0]["regions"]["picture"]
        return picture

    assert widths(600) == ownership.frame(START, 600).regions["picture"]
    assert widths(1) == widths(240)
    assert widths(10**9) == widths(1600) != widths(1580)
    assert ask(TOKEN, [], "wide") == [{"trouble": "a width is a whole number of pixels, not str"}]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (event("set", "nothing"), "'nothing' is no choice or switch"),
        (event("click", "x"), "'click' is no event"),
        ("click", "an event is an object, not 'click'"),
        ({"type": "fold", "target": "\x1b[2J"}, r"'\x1b[2J' is no fold"),
    ],
)
def test_an_event_that_cannot_be_is_said_and_does_no_harm(asked: Any, words: str) -> None:
    trouble, fine = ask(TOKEN, [asked, event("step", "first")])
    assert list(trouble) == ["trouble"]
    assert words in trouble["trouble"]
    assert fine["step"] == "look"


def test_a_bad_token_is_one_trouble_an_event() -> None:
    assert ask("kfv2.AAAA", []) == [{"trouble": "token: damaged: too short"}]
    assert len(ask("kfv9.", [event("step", "first")] * 3)) == 3


def test_an_explorer_that_fails_says_so_in_its_own_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(state: Any, width: int = 960) -> Any:
        raise ZeroDivisionError("\x1b" * 1000)

    monkeypatch.setattr(ownership, "frame", broken)
    (answer,) = ask(encode("ownership", START), [], 777)  # a width at which nothing is remembered
    assert answer["trouble"].startswith(r"ZeroDivisionError: \x1b")
    assert len(answer["trouble"]) == 400


def test_a_notice_comes_with_the_state_and_not_with_its_events() -> None:
    old = pack(["ownership", "home-on-a-stick@00000000", {}], KFV2)
    assert "has changed since" in ask(old, [])[0]["notice"]
    assert "notice" not in one(old, event("step", "first"))


@pytest.mark.parametrize("name", EXPLORERS)
def test_every_explorer_is_what_the_engine_asks_for(name: str) -> None:
    module = explorer(name)
    state = module.State()
    assert module.from_json(module.to_json(state)) == state
    assert hash(state) == hash(module.from_json(module.to_json(state)))
    assert module.extents(state) == []
    frame = module.frame(state, 700)
    assert all(isinstance(html, str) for html in frame.regions.values())
    assert frame.sentence
    assert frame.text
