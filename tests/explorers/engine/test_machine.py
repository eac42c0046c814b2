# SPDX-License-Identifier: BSD-3-Clause
"""Any events, in any order, through the one question: every token says what was shown."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz.api import Scenario
from kfuncviz.explorers import history, ownership
from kfuncviz.explorers.engine.ask import ask
from kfuncviz.explorers.engine.moving import steady
from kfuncviz.explorers.engine.registry import explorer
from kfuncviz.explorers.engine.tokens import decode, encode
from kfuncviz.explorers.ownership.events import STEPS
from tests.explorers.scenarios import SCENARIO

START = encode("ownership", ownership.first(SCENARIO))
WORDS = st.text(max_size=12) | st.sampled_from(
    ("<img onerror=alert(1)>", "\u202eabc", "x" * 10_000, "a\nb", "\x1b[2J", "\ud800", "0 0 0")
)
IDS = st.sampled_from(("0", "7", "1000", "65534", "70000", "4294967294", "", "x"))
MAPS = ("0 100000 65536\n70000 300000 1", "0 100000 65536\n5 5 1", "1000 7 1", "")


def event(kind: str, target: Any, value: Any = None) -> dict[str, Any]:
    return {"type": kind, "target": target, "value": value}


SENT = st.one_of(
    st.builds(event, st.just("set"), st.sampled_from(tuple(ownership.SWITCHES)), st.booleans()),
    st.builds(event, st.just("set"), st.sampled_from(("by", "via", "kind", "direction", "path")),
              st.sampled_from(("c", "n", "h", "root", "m", "s", "bare", "plain", "uid", "gid",
                               "both", "read", "create", "chown", "f", "far", "d/g", "g"))),
    st.builds(event, st.just("typed"), st.just("id"), IDS),
    st.builds(event, st.just("typed"), st.sampled_from(ownership.TEXTS[1:]),
              st.sampled_from(MAPS)),
    st.builds(event, st.just("step"), st.sampled_from(STEPS)),
    st.builds(event, st.just("compare"), st.just("keep"), st.booleans()),
    st.builds(event, st.just("select"), st.sampled_from(("mount.0", "caller.0", "caller.9"))),
    st.builds(event, st.just("zoom"), st.sampled_from(("in", "out", "whole"))),
    st.builds(event, st.just("set"), st.just("kernel"),
              st.sampled_from(("5.12", "6.1", "7.3", ""))),
)  # fmt: skip
#: What no control sends.
STRANGE = st.one_of(
    st.builds(event, WORDS, WORDS, WORDS),
    st.builds(event, st.just("typed"), st.sampled_from(ownership.TEXTS), WORDS),
    st.sampled_from((None, 5, [], {}, {"type": "set"}, {"type": ["set"], "target": {}},
                     event("set", "id", 1e300), event("fold", None, True))),
)  # fmt: skip


@settings(max_examples=12)
@given(st.lists(SENT | STRANGE, max_size=8))
def test_any_events_lead_to_tokens_that_say_what_is_shown(events: list[Any]) -> None:
    token, past = START, history.start(START)
    whole = ask(token, [])[0]["regions"]
    for sent in events:
        (answer,) = ask(token, [sent])
        assert json.loads(json.dumps(answer)) == answer
        if "trouble" in answer:
            assert answer["trouble"].isprintable()
            assert len(answer["trouble"]) <= 400
            continue
        name, state = decode(answer["token"])
        assert encode(name, state) == answer["token"]
        shown = whole | answer["regions"]
        (again,) = ask(answer["token"], [])
        assert shown == again["regions"]
        assert answer["sentence"] == again["sentence"] == ownership.frame(state).sentence
        travel = {
            "edit": history.edit,
            "look": history.look,
            "new": lambda _, now: history.start(now),
        }
        past = travel[answer["step"]](past, answer["token"])
        token, whole = answer["token"], shown
    while past.past:
        before = past.past[-1]
        past = history.undo(past)
        assert past.now == before
    assert ask(past.first, [])[0]["regions"]


@settings(max_examples=10)
@given(st.lists(SENT, max_size=5))
def test_what_is_shown_is_what_a_replay_of_its_scenario_gives(events: list[Any]) -> None:
    token = START
    for sent in events:
        token = ask(token, [sent])[0].get("token", token)
    state = decode(token)[1]
    if ownership.case(state).blocked is not None:
        return  # drawn without the map that the mount cannot have, and said so
    document = Scenario(token).document
    assert document["focus"]["direction"] == state.direction
    answer = Scenario(token).who_owns()
    here = ownership.case(state).ownership
    assert [lane.id for lane in answer.lanes] == [lane.id for lane in here.lanes]
    assert (answer.err, answer.access) == (here.err, here.access)


@settings(max_examples=40)
@given(STRANGE)
def test_an_event_no_control_sends_is_a_value_error_or_a_draft(sent: Any) -> None:
    state = ownership.first(SCENARIO)
    with suppress(ValueError):
        after = ownership.update(state, sent)
        assert ownership.from_json(ownership.to_json(after)) == after


def escaped(html: str) -> None:
    """Nothing typed has become markup, moves a cursor or turns the writing round."""
    assert "<img" not in html
    assert "\x1b" not in html


@pytest.mark.parametrize("target", ownership.TEXTS)
@pytest.mark.parametrize(
    "words", ["<img onerror=alert(1)>", "\u202e\u2066<b>", "x" * 10_000, "a\n<img>\nb", "\x1b[2J"]
)
def test_hostile_words_stay_words_in_every_region(target: str, words: str) -> None:
    on = ownership.first({**SCENARIO, "fs": {"userns": "M"}})
    for name in ("uid", "gid"):
        asked = replace(on, kind=name)
        (answer,) = ask(encode("ownership", asked), [event("typed", target, words)])
        assert "trouble" not in answer or "is not in force" in answer["trouble"]
        for html in answer.get("regions", {}).values():
            escaped(steady(html))


# --------------------------------------------------------------------- at the edges


def test_a_scenario_without_anything_is_shown() -> None:
    (answer,) = ask(encode("ownership", ownership.first({})), [])
    assert "uid 0" in answer["sentence"]


def test_many_rows_are_shown_or_said_not_to_be() -> None:
    rows = [[2 * n, 2 * n, 1] for n in range(340)]
    many = {**SCENARIO, "userns": {**SCENARIO["userns"], "M": {"uid_map": rows}}}
    token = encode("ownership", ownership.first(many))
    (answer,) = ask(token, [])
    assert answer["sentence"]
    (typed,) = ask(token, [event("typed", "id", "20")])
    assert typed["run"] == [20, 20]
    more = {
        **many,
        "userns": {**SCENARIO["userns"], "M": {"uid_map": [[n, n, 1] for n in range(1000)]}},
    }
    (told,) = ask(encode("ownership", ownership.first({**more, "callers": {}})), [])
    assert "EINVAL" in told.get("sentence", told.get("trouble"))


def test_a_question_that_cannot_be_answered_is_told_in_its_place_and_can_be_left() -> None:
    lost = encode("ownership", ownership.first({**SCENARIO, "focus": {"path": "nowhere"}}))
    (answer,) = ask(lost, [])
    assert "ENOENT" in answer["sentence"]
    assert "ENOENT" in "".join(answer["regions"].values())
    (away,) = ask(lost, [event("set", "path", "f")])
    assert away["sentence"].startswith("Stored as uid 1000")


def test_the_explorers_of_the_registry_never_raise_but_for_strange_events() -> None:
    module = explorer("ownership")
    with pytest.raises(ValueError, match="an event is an object, not 5"):
        module.update(module.State(), 5)  # type: ignore[arg-type]
