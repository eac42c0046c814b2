# SPDX-License-Identifier: BSD-3-Clause
"""The ownership explorer without a screen: states, events, frames, beside the model's answers."""

from __future__ import annotations

import json
from dataclasses import replace
from html import escape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz import render
from kfuncviz.explorers import history
from kfuncviz.explorers import ownership as explorer
from kfuncviz.explorers.ownership import State, advance, case, choices, first, frame, idle, update
from kfuncviz.model.errors import IdMapError
from kfuncviz.model.idmap import IdMap
from kfuncviz.render.ownership import controls
from kfuncviz.scenario.load import gallery, load
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.reading.token import encode
from tests.explorers.scenarios import SCENARIO

START = first(SCENARIO)
GOOD, BAD = "0 100000 65536\n70000 300000 1", "0 100000 65536\n5 5 1"


def event(kind: str, target: str, value: Any = None) -> dict[str, Any]:
    return {"type": kind, "target": target, "value": value}


def put(state: State, target: str, value: Any) -> State:
    return update(state, event("set", target, value))


def typed(state: State, target: str, text: str) -> State:
    return update(state, event("typed", target, text))


def stepped(state: State, *targets: str) -> State:
    for target in targets:
        state = update(state, event("step", target))
    return state


def ids(state: State) -> list[int | None]:
    return [lane.id for lane in case(state).ownership.lanes]


EVENTS = [
    *(event("set", switch, on) for switch in explorer.SWITCHES for on in (True, False)),
    *(event("set", "by", name) for name in ("c", "n", "h", "root")),
    *(event("set", "via", name) for name in ("m", "s", "bare", "plain")),
    *(event("set", "path", path) for path in ("f", "far", "d/g", "g")),
    *(event("set", "kind", kind) for kind in ("uid", "gid")),
    *(event("set", "direction", way) for way in ("read", "create", "chown")),
    event("set", "scenario", "nested-pod"),
    *(event("typed", "id", text) for text in ("0", "70000", "x", "", "4294967295")),
    *(
        event("typed", target, text)
        for target in explorer.TEXTS[1:]
        for text in (GOOD, BAD, "1000 7 1")
    ),
    *(event("step", step) for step in explorer.STEPS),
    *(event("fold", fold, on) for fold in ("calls", "table") for on in (True, False)),
    *({"type": travel} for travel in ("undo", "redo", "reset")),
]


def sound(state: State) -> None:
    """What holds in every state that events can lead to."""
    written = json.loads(json.dumps(explorer.to_json(state)))
    assert explorer.from_json(written) == state
    refused = explorer.refusals(state)
    asked = {t for t, _ in state.drafts if t == "id" or explorer._in_force(state, t)}
    assert asked <= {refusal.target for refusal in refused}
    drawn, answer = frame(state), case(state).ownership
    assert set(drawn.regions) == set(explorer.REGIONS)
    assert drawn.sentence == render.sentence(answer)
    assert render.sentence_html(answer) in drawn.regions["say"]
    shown = explorer.texts(state)
    assert all(shown[target] == text for target, text in state.drafts if shown.get(target))
    assert state.refused is None or any(r.target == state.refused[0] for r in refused)


def agrees_with_the_machine(state: State) -> None:
    """The end of the way is what a system call of the same caller through the same mount gives."""
    here = case(state)
    machine = Machine(here.document)
    last = here.ownership.lanes[-1]
    if state.direction == "read" and state.id is None:
        assert here.ownership.access is not None
        op = {"op": "stat", "path": state.path, "by": state.by, "via": state.via}
        result = machine.run(here.ownership.access.op if state.entry else op)
        assert here.ownership.access.err == result["err"]
        if result["err"] is None and state.entry is None:
            assert result["seen"][state.kind] == (last.shown if last.id is None else last.id)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(EVENTS), max_size=10))
def test_any_events_lead_to_sound_states_and_undo_leads_back(events: list[dict[str, Any]]) -> None:
    past = history.start(START)
    shown = [START]
    for one in events:
        try:
            later = advance(past, one)
        except ValueError:
            continue
        sound(later.now)
        agrees_with_the_machine(later.now)
        if later.now.scenario != past.now.scenario:
            assert later == history.start(later.now)
            shown = [later.now]
        past = later
    while past.past:
        before = past.past[-1]
        past = advance(past, {"type": "undo"})
        assert replace(past.now, folds=before.folds) == before
    assert replace(past.now, step=None, folds=(), refused=None) == replace(
        shown[0], step=None, folds=(), refused=None
    )


# ------------------------------------------------------------------------------ opening


def test_a_scenario_opens_with_its_focus() -> None:
    focus = {"by": "h", "via": "bare", "path": "far", "kind": "gid", "direction": "chown", "id": 7}
    state = first({**SCENARIO, "focus": focus})
    assert {name: getattr(state, name) for name in focus} == focus
    assert (state.mount_idmapped, state.in_container, state.fs_in_userns) == (False, False, False)


def test_a_scenario_without_a_focus_opens_with_its_first_file_mount_and_caller() -> None:
    assert (START.by, START.via, START.path, START.id) == ("c", "m", "f", None)
    assert (START.kind, START.direction, START.step) == ("uid", "read", None)
    assert (START.mount_idmapped, START.in_container, START.fs_in_userns) == (True, True, False)
    assert START.folds == ("table",)
    assert first({**SCENARIO, "focus": {"via": "s"}}).path == "g"
    assert (first({}).by, first({}).via, first({}).path) == ("root", "plain", ".")


def test_a_gallery_scenario_keeps_its_name_and_any_other_becomes_a_token() -> None:
    assert first("keep-id").scenario == "keep-id"
    assert load(START.scenario) == SCENARIO
    assert first(START.scenario) == START


def test_every_field_has_a_default_that_can_be_shown() -> None:
    assert State().scenario == "home-on-a-stick"
    assert explorer.from_json({}) == State()
    assert frame(State()).sentence


@pytest.mark.parametrize("name", gallery())
def test_every_gallery_scenario_opens_with_the_models_answer(name: str) -> None:
    state = first(name)
    sound(state)
    agrees_with_the_machine(state)


# ------------------------------------------------------------------------------- events


def test_each_switch_moves_the_owner() -> None:
    state = put(START, "mount_idmapped", False)
    assert ids(state) == [1000, 1000, None]
    state = put(state, "in_container", False)
    assert ids(state) == [1000, 1000, 1000]
    state = put(state, "fs_in_userns", True)
    assert ids(state) == [1000, 301000, 301000]
    state = put(state, "mount_idmapped", True)
    assert ids(state) == [301000, 1000, 101000, 101000]


def test_file_id_kind_and_direction() -> None:
    state = put(START, "path", "far")
    assert ids(state) == [70000, None, None]
    state = typed(state, "id", " 007 ")
    assert ids(state) == [7, 100007, 7]
    assert explorer.texts(state)["id"] == "7"
    assert put(state, "path", "f").id is None
    assert put(state, "direction", "create").id is None
    assert typed(state, "id", "").id is None
    assert ids(put(START, "kind", "gid")) == [100, 100100, 100]
    assert case(typed(put(START, "direction", "chown"), "id", "70000")).ownership.err == "EINVAL"


def test_another_caller_or_mount_comes_with_its_own_map_and_leaves_the_other_alone() -> None:
    state = typed(typed(START, "mount.uid", "1000 100007 1"), "caller.uid", "0 100000 10")
    state = typed(typed(state, "mount.gid", BAD), "caller.gid", BAD)
    moved = put(put(state, "mount_idmapped", False), "via", "s")
    assert moved.mount_idmapped
    assert (moved.maps, moved.path) == ((("caller.uid", "0 100000 10"),), "g")
    assert dict(moved.drafts) == {"caller.gid": BAD}
    other = put(put(put(state, "in_container", False), "mount_idmapped", False), "by", "n")
    assert (other.in_container, other.mount_idmapped, other.path) == (True, False, "f")
    assert other.maps == (("mount.uid", "1000 100007 1"),)
    assert dict(other.drafts) == {"mount.gid": BAD}
    assert not put(state, "by", "h").in_container
    assert not put(state, "via", "bare").mount_idmapped


def test_a_file_that_the_next_mount_reaches_too_stays_chosen() -> None:
    assert put(put(START, "path", "far"), "via", "bare").path == "far"
    assert choices(put(START, "via", "s"))["path"] == ["g"]


def test_steps_walk_over_every_call_and_stop_at_both_ends() -> None:
    calls = len(case(START).ownership.calls)
    assert calls > 3
    assert stepped(START, "first").step == stepped(START, "first", "back").step == 0
    assert stepped(START, "next").step is stepped(START, "first", "last").step is None
    assert stepped(START, "back").step == calls - 1
    assert stepped(START, "first", "next", "next").step == 2
    assert stepped(START, "first", *["next"] * (calls - 1)).step == calls - 1
    assert stepped(START, "first", *["next"] * calls).step is None
    assert stepped(replace(START, step=10**6), "back").step == calls - 1


def test_a_change_of_the_question_shows_all_calls_again() -> None:
    early = stepped(START, "first")
    for later in (put(early, "kind", "gid"), typed(early, "id", "7"), put(early, "by", "h")):
        assert later.step is None
    assert update(early, event("fold", "calls", True)).step == 0
    assert typed(early, "id", "x").step == 0


def test_folds_stay_as_they_are_through_everything_else() -> None:
    state = update(START, event("fold", "token", True))
    state = update(state, event("fold", "calls", True))
    assert state.folds == ("table", "calls", "token")
    assert update(state, event("fold", "calls", True)) == state
    assert update(state, event("fold", "table", False)).folds == ("calls", "token")
    assert put(state, "scenario", "keep-id").folds == state.folds
    assert put(state, "kind", "gid").folds == state.folds


# ------------------------------------------------------------------- drafts and refusals


def test_a_refused_map_stays_as_typed_with_errno_and_rule_and_the_picture_is_kept() -> None:
    state = typed(START, "mount.uid", BAD)
    assert dict(state.drafts) == {"mount.uid": BAD}
    with pytest.raises(IdMapError) as error:
        IdMap(BAD)
    (refusal,) = explorer.refusals(state)
    assert refusal == ("mount.uid", error.value.name, error.value.rule)
    before, after = frame(START).regions, frame(state).regions
    told = controls.refusal(error.value.name, error.value.rule)
    assert after["note-mount"] == told
    assert after["notice"] == controls.kept()
    assert before["notice"] == ""
    assert {name for name in before if before[name] != after[name]} == {"note-mount", "notice"}
    assert explorer.texts(state)["mount.uid"] == BAD


def test_a_draft_survives_switches_choices_and_steps() -> None:
    state = typed(START, "mount.uid", BAD)
    for target, value in (
        ("in_container", False), ("fs_in_userns", True), ("kind", "gid"), ("direction", "create"),
        ("by", "n"), ("path", "far"), ("mount_idmapped", False),
    ):  # fmt: skip
        state = stepped(put(state, target, value), "first")
        assert dict(state.drafts) == {"mount.uid": BAD}, target
    assert frame(state).regions["notice"] == ""  # its editor is out of sight
    assert frame(put(state, "kind", "uid")).regions["notice"] == ""
    assert frame(put(state, "mount_idmapped", True)).regions["notice"] == ""
    state = put(put(state, "mount_idmapped", True), "kind", "uid")
    assert frame(state).regions["note-mount"].count("EINVAL") == 1


def test_a_refusal_goes_when_the_text_becomes_valid() -> None:
    state = typed(typed(START, "mount.uid", BAD), "mount.uid", "1000 100007 1")
    assert state.drafts == ()
    assert ids(state) == [1000, 100007, 7]
    regions = frame(state).regions
    assert regions["notice"] == ""
    assert regions["note-mount"] == controls.map_echo("mount", [[1000, 100007, 1]])
    assert explorer.texts(state)["mount.uid"].split() == ["1000", "100007", "1"]


def test_a_draft_comes_into_force_when_another_change_makes_it_valid() -> None:
    narrow = put(put(START, "fs_in_userns", True), "mount_idmapped", False)
    state = typed(narrow, "id", "70000")
    assert dict(state.drafts) == {"id": "70000"}
    (refusal,) = explorer.refusals(state)
    assert (refusal.target, refusal.errno) == ("id", "EOVERFLOW")
    assert frame(state).regions["note-id"] == controls.refusal("EOVERFLOW", refusal.rule)
    wide = put(state, "fs_in_userns", False)
    assert (wide.id, wide.drafts) == (70000, ())


def test_a_text_that_is_no_id_is_explained_and_changes_nothing() -> None:
    for text in ("x", "-1", "4294967295", "1e3", "\uff11", "1" * 5000, "\x1b"):
        state = typed(START, "id", text)
        assert replace(state, drafts=()) == START
        (refusal,) = explorer.refusals(state)
        assert refusal.errno is None
        assert refusal.rule.endswith(
            " is no id: want a whole number from 0 to 4294967294, or nothing"
        )
        assert escape(refusal.rule) in frame(state).regions["note-id"]
        assert frame(state).regions["notice"] == controls.kept()
    assert typed(state, "id", "4294967294").id == 4294967294
    assert typed(state, "id", "0" * 5000).id == 0


def test_choosing_a_file_drops_the_refused_id() -> None:
    state = typed(START, "id", "x")
    assert put(state, "path", "far").drafts == ()
    assert put(state, "direction", "create").drafts == ()
    assert put(state, "kind", "gid").drafts == (("id", "x"),)


def test_a_switch_the_kernel_refuses_does_not_move_and_says_why() -> None:
    state = put(typed(START, "id", "70000"), "fs_in_userns", True)
    assert not state.fs_in_userns
    assert state.id == 70000
    assert state.refused == ("fs_in_userns", True)
    (refusal,) = explorer.refusals(state)
    assert (refusal.target, refusal.errno) == ("fs_in_userns", "EOVERFLOW")
    told = controls.refusal(refusal.errno, refusal.rule)
    assert frame(state).regions["notice"] == controls.kept() + told
    assert frame(state).regions["note-id"] == ""
    assert stepped(state, "first").refused
    assert put(state, "kind", "gid").refused is None
    assert typed(state, "id", "x").refused is None


def test_a_map_counts_only_while_its_switch_is_on() -> None:
    state = put(typed(START, "mount.uid", "1000 100007 1"), "mount_idmapped", False)
    assert ids(state) == [1000, 1000, None]
    assert explorer.texts(state)["mount.uid"] is None
    assert frame(state).regions["note-mount"] == controls.map_echo("mount", None)
    assert ids(put(state, "mount_idmapped", True)) == [1000, 100007, 7]


def test_uid_and_gid_have_maps_of_their_own() -> None:
    own = put(put(START, "via", "s"), "by", "root")
    state = typed(typed(own, "mount.uid", "1000 7 1"), "mount.gid", "100 9 1")
    assert ids(state) == [1000, 7, 7]
    assert ids(put(state, "kind", "gid")) == [100, 9, 9]


def test_where_one_map_serves_both_the_last_typed_counts() -> None:
    state = typed(typed(START, "mount.uid", "1000 100007 1"), "mount.gid", "1000 100009 1")
    assert ids(state) == [1000, 100009, 9]
    assert ids(typed(state, "mount.uid", "1000 100008 1")) == [1000, 100008, 8]


def test_the_texts_shown_are_those_of_the_kind_asked_about() -> None:
    state = typed(START, "mount.uid", BAD)
    assert set(explorer.texts(state)) == {"id", "fs.uid", "mount.uid", "caller.uid"}
    assert set(explorer.texts(put(state, "kind", "gid"))) == {
        *("id", "fs.gid", "mount.gid", "caller.gid")
    }


@pytest.mark.parametrize("target", ["caller.uid", "mount.uid"])
def test_a_typed_map_changes_nobody_elses_answer(target: str) -> None:
    """Others use the same namespace, and the caller's has a child whose ids go through it."""
    state = typed(START, target, "1000 100007 1")
    assert state.drafts == ()
    edited, others = case(state).document, Machine(SCENARIO)
    machine = Machine(edited)
    for by, via in (("n", "bare"), ("n", "s"), ("h", "s"), ("root", "plain")):
        op = {"op": "stat", "path": "." if via == "s" else "f", "by": by, "via": via}
        assert machine.run(op) == others.run(op), (by, via)
    assert edited["userns"]["N"] == SCENARIO["userns"]["N"]
    assert edited["userns"]["M"] == SCENARIO["userns"]["M"]


def test_a_map_with_a_child_is_not_edited_in_place() -> None:
    """Here the caller is the only user of its namespace, but for the child."""
    lonely = {**SCENARIO, "mounts": {"bare": {}}, "focus": {"by": "c"}}
    state = typed(first(lonely), "caller.uid", "0 100000 2000")
    assert case(state).document["userns"]["M"] == SCENARIO["userns"]["M"]
    assert ids(put(state, "by", "n")) == ids(put(first(lonely), "by", "n"))


def test_a_namespace_that_was_never_written_maps_nothing_and_can_be_written() -> None:
    bare = {**SCENARIO, "userns": {**SCENARIO["userns"], "S": {}}}
    bare["callers"] = {"c": {"kuid": 5, "kgid": 5, "userns": "S"}}
    state = first(bare)
    assert ids(state) == [1000, 101000, None]
    assert explorer.texts(state)["caller.uid"] == ""
    assert frame(state).regions["note-caller"] == controls.map_echo("caller", [])
    assert ids(typed(state, "caller.uid", "0 100000 65536")) == [1000, 101000, 1000]


# --------------------------------------------------------------------- what is no event

NO_EVENTS: list[tuple[Any, str]] = [
    (7, "an event is an object, not 7"),
    ({}, "None is no event; there is: set, typed, step, fold"),
    ({"type": "sett"}, "'sett' is no event, did you mean 'set'?"),
    (event("set", "kind", "uid") | {"more": 1}, "'more' is no part of an event"),
    ({"type": "undo", "target": "x"}, "'undo' is no event"),
    (event("set", "step", 1), "'step' is no choice or switch"),
    (event("set", "kind", "pid"), "'pid' is no kind"),
    (event("set", "by", "C"), "'C' is no by"),
    (event("set", "by", ["c"]), "['c'] is no by"),
    (event("set", "path", "nowhere"), "'nowhere' is no path"),
    (event("set", "mount_idmapped", 1), "mount_idmapped is true or false, not 1"),
    (event("set", "scenario", 7), "scenario is a text, not 7"),
    (event("set", "scenario", "/etc/passwd"), "'/etc/passwd' is no share token and no name in"),
    (event("set", "scenario", "kfv1.AAAA"), "token: damaged"),
    (event("typed", "path", "f"), "'path' is no text"),
    (event("typed", "mount.projid", ""), "'mount.projid' is no text"),
    (event("typed", "id", 7), "id is a text, not 7"),
    (event("typed", "fs.uid", "0 0 1"), "fs.uid is not in force; switch it on first"),
    (event("step", "nxet"), "'nxet' is no step, did you mean 'next'?"),
    (event("step", "next", 2), "a step has no value; this one has 2"),
    (event("fold", "tabel", True), "'tabel' is no fold, did you mean 'table'?"),
    (event("fold", "table", "yes"), "table is true or false, not 'yes'"),
]


@pytest.mark.parametrize(("one", "told"), NO_EVENTS, ids=lambda value: str(value)[:40])
def test_what_is_no_event_is_explained_and_leaves_the_state(one: Any, told: str) -> None:
    past = history.edit(history.start(START), put(START, "kind", "gid"))
    with pytest.raises(ValueError) as error:
        advance(past, one)
    assert str(error.value).startswith(told)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("switch", "state"),
    [("mount_idmapped", put(START, "via", "plain")), ("in_container", put(START, "by", "root"))],
)
def test_what_cannot_be_switched_on_is_explained(switch: str, state: State) -> None:
    assert switch in idle(state)
    with pytest.raises(
        ValueError, match=f"{switch} cannot be on for {state.by} through {state.via}"
    ):
        put(state, switch, True)
    assert put(state, switch, False) == state


def test_which_controls_are_idle() -> None:
    assert idle(START) == {"next", "last"}
    assert idle(stepped(START, "first")) == {"first", "back"}
    assert idle(stepped(START, "back")) == set()
    assert idle(put(START, "direction", "chown")) == {"next", "last"}
    assert idle(put(START, "via", "plain")) == {"mount_idmapped", "next", "last"}
    assert idle(put(START, "by", "root")) == {"in_container", "next", "last"}


def test_what_each_choice_offers() -> None:
    offered = choices(START)
    assert offered["scenario"] == [START.scenario, *gallery()]
    assert choices(first("keep-id"))["scenario"] == gallery()
    assert offered["by"] == ["c", "n", "h", "root"]
    assert offered["via"] == ["m", "s", "bare", "plain"]
    assert offered["path"] == ["f", "far", "d", "d/g"]
    assert choices(replace(START, path="d/../f"))["path"][:2] == ["d/../f", "f"]
    assert offered["kind"] == ["uid", "gid"]
    assert offered["direction"] == ["read", "create", "chown"]
    assert set(offered) == set(explorer.CHOICES)


# --------------------------------------------------------------------- undo, redo, reset


def test_looks_are_no_steps_to_undo() -> None:
    past = history.start(START)
    for one in (event("step", "first"), event("fold", "calls", True), event("set", "kind", "uid")):
        past = advance(past, one)
    past = advance(past, event("set", "fs_in_userns", True))
    assert len(past.past) == 1
    refused = advance(advance(past, event("typed", "id", "x")), event("fold", "mail", True))
    assert len(refused.past) == 2


def test_a_refused_switch_is_no_step_and_keeps_what_can_be_redone() -> None:
    past = history.start(typed(START, "id", "70000"))
    past = advance(advance(past, event("set", "kind", "gid")), {"type": "undo"})
    past = advance(past, event("set", "fs_in_userns", True))
    assert past.now.refused
    assert advance(past, {"type": "redo"}).now.kind == "gid"


def test_undo_brings_a_draft_back_and_leaves_the_folds() -> None:
    past = history.start(START)
    for one in (
        event("typed", "mount.uid", BAD), event("typed", "mount.uid", GOOD),
        event("fold", "calls", True), {"type": "undo"},
    ):  # fmt: skip
        past = advance(past, one)
    assert dict(past.now.drafts) == {"mount.uid": BAD}
    assert past.now.folds == ("table", "calls")
    past = advance(past, {"type": "redo"})
    assert past.now.drafts == ()
    past = advance(past, {"type": "reset"})
    assert past.now == replace(START, folds=("table", "calls"))
    assert advance(past, {"type": "undo"}).now.maps == (("mount.uid", GOOD),)


def test_a_new_edit_clears_redo() -> None:
    past = history.start(START)
    for one in (event("set", "kind", "gid"), {"type": "undo"}, event("set", "by", "h")):
        past = advance(past, one)
    assert advance(past, {"type": "redo"}).now == past.now


def test_history_ends_with_its_scenario() -> None:
    past = advance(history.start(START), event("set", "kind", "gid"))
    past = advance(past, event("set", "scenario", "keep-id"))
    assert (past.past, past.future, past.first) == ((), (), past.now)
    assert past.now == first("keep-id")


# ------------------------------------------------------------------------- written, read

NO_STATES: list[tuple[Any, str]] = [
    ([], "a state is an object, not []"),
    ({"scenarios": "x"}, "'scenarios' is no part of a state, did you mean 'scenario'?"),
    ({"scenario": "nowhere"}, "'nowhere' is no share token and no name in the gallery"),
    ({"by": "nobody"}, "'nobody' is no by"),
    ({"via": 7}, "via is a text, not 7"),
    ({"via": "nowhere"}, "'nowhere' is no via"),
    ({"kind": "pid"}, "'pid' is no kind"),
    ({"direction": "down"}, "'down' is no direction"),
    ({"path": None}, "path is a text, not None"),
    ({"mount_idmapped": True}, "mount_idmapped cannot be on for root through plain"),
    ({"in_container": True}, "in_container cannot be on for root through plain"),
    ({"fs_in_userns": 1}, "fs_in_userns is true or false, not 1"),
    ({"id": 4294967295}, "id is 4294967295; want a whole number from 0 to 4294967294"),
    ({"id": True}, "id is True; want"),
    ({"step": -1}, "step is -1; want how many calls are drawn"),
    ({"step": True}, "step is True; want"),
    ({"maps": {}}, "maps is a list, not {}"),
    ({"maps": ["fs.uid"]}, "maps has a target and a value, not 'fs.uid'"),
    ({"maps": [["fs.uid"]]}, "maps has a target and a value, not ['fs.uid']"),
    ({"maps": [["id", "7"]]}, "'id' is no part of maps"),
    ({"maps": [["fs.uid", 7]]}, "fs.uid is a text, not 7"),
    ({"drafts": [["path", "x"]]}, "'path' is no part of drafts"),
    ({"folds": "table"}, "folds is a list, not 'table'"),
    ({"folds": ["tables"]}, "'tables' is no fold, did you mean 'table'?"),
    ({"refused": "by"}, "refused has a target and a value, not 'by'"),
    ({"refused": ["by"]}, "refused has a target and a value, not ['by']"),
    ({"refused": ["by", "nobody"]}, "'nobody' is no by"),
]


@pytest.mark.parametrize(("data", "told"), NO_STATES, ids=lambda value: str(value)[:40])
def test_what_is_no_state_is_explained(data: Any, told: str) -> None:
    with pytest.raises(ValueError) as error:
        explorer.from_json(data)
    assert str(error.value).startswith(told)


def test_what_was_written_twice_counts_once_and_last() -> None:
    written = explorer.to_json(START)
    written["maps"] = [["mount.uid", GOOD], ["caller.uid", GOOD], ["mount.uid", BAD]]
    written["folds"] = ["mail", "table", "mail"]
    assert explorer.from_json(written) == replace(
        START, maps=(("caller.uid", GOOD), ("mount.uid", BAD)), folds=("table", "mail")
    )


# ------------------------------------------------------------------------------- frames


def test_a_frame_is_the_models_answer_in_every_form() -> None:
    for state in (START, put(START, "direction", "create"), typed(START, "id", "70000")):
        o, drawn = case(state).ownership, frame(state, 700)
        assert drawn.table == render.table(o)
        assert drawn.text == render.text(o)
        assert drawn.sentence == render.sentence(o)
        regions = drawn.regions
        assert regions["picture"] == render.svg(o, 700, theme="lab")
        lost = o.travel.lost is not None
        assert regions["say"] == controls.say(render.sentence_html(o), lost=lost)
        assert ("bad" in regions["say"].split(">")[0]) == lost
        assert render.table_html(o) in regions["folds"]
        assert render.strip(o, 700, theme="lab") in regions["folds"]
        assert f"<pre>{escape(render.text(o))}</pre>" in regions["folds"]
        assert f"<pre>{encode(case(state).document)}</pre>" in regions["folds"]
        assert controls.call_list(o.calls, len(o.calls)) in regions["folds"]
    assert frame(START) == frame(START, 960)


def test_a_step_draws_the_hops_called_so_far() -> None:
    calls = case(START).ownership.calls
    hops: set[int] = set()
    state = stepped(START, "first")
    for at in range(len(calls)):
        o, regions = case(START).ownership, frame(state).regions
        assert regions["picture"] == render.svg(o, 960, theme="lab", step=len(hops))
        assert regions["now"] == controls.now(calls, at)
        assert controls.call_list(calls, at) in regions["folds"]
        hops |= {calls[at].hop} - {None}
        state = stepped(state, "next")
    assert frame(state) == frame(START)
    assert hops == {0, 1}


def test_folds_are_open_as_the_state_says() -> None:
    for name in explorer.FOLDS:
        regions = frame(replace(START, folds=(name,))).regions
        shown = [part for part in (regions["about"] + regions["folds"]).split("<details ") if part]
        opened = [part.split('"')[1] for part in shown if part.split(">")[0].endswith(" open")]
        assert opened == [name]
        assert [part.split('"')[1] for part in shown] == list(explorer.FOLDS)


def test_a_maps_head_and_echo_stand_beside_it() -> None:
    regions = frame(put(START, "by", "n")).regions
    assert regions["heads-caller"] == controls.map_heads("caller")
    assert regions["heads-mount"] == controls.map_heads("mount")
    assert regions["note-caller"] == controls.map_echo("caller", [[0, 1000, 1000]])


@pytest.mark.parametrize("row", ["0 10000 1", "2000 3000 1"])
def test_a_row_that_misses_the_file_shows_the_id_falling(row: str) -> None:
    """Editing a map meets no permission check of ours: the picture walks its path without any."""
    opened = first("home-on-a-stick")
    missed = update(opened, {"type": "typed", "target": "mount.uid", "value": row})
    assert explorer.refusals(missed) == []
    answer = case(missed).ownership
    assert answer.travel.loss == "nowhere"
    assert [lane.id for lane in answer.lanes][1:] == [None, None]
    assert 'class="bin"' in frame(missed).regions["picture"]
    assert answer.access is not None
    assert answer.access.err == "EACCES", "and yet this caller cannot search the directory"
    back = update(missed, {"type": "typed", "target": "mount.uid", "value": "1000 1125 1"})
    assert case(back).ownership.lanes == case(opened).ownership.lanes
    assert case(back).ownership.access == case(opened).ownership.access


def test_an_entry_is_asked_about_until_something_else_is() -> None:
    opened = first("acl-with-a-strange-number")
    assert (opened.entry, opened.id) == ("user:986", None)
    assert case(opened).ownership.entry == "user:986"
    assert explorer.from_json(explorer.to_json(opened)) == opened
    for target, value in (("kind", "gid"), ("direction", "chown"), ("path", "secret")):
        assert put(opened, target, value).entry is None
    assert update(opened, {"type": "typed", "target": "id", "value": "7"}).entry is None
    for wrong in ({"id": 7}, {"direction": "create"}, {"entry": "mask:1"}, {"entry": 986}):
        with pytest.raises(ValueError, match="entry is "):
            explorer.from_json(explorer.to_json(opened) | wrong)


def test_a_question_the_kernel_refuses_as_it_stands_is_told_and_can_be_changed() -> None:
    state = first({**SCENARIO, "focus": {"path": "nowhere"}})
    drawn = frame(state)
    assert drawn.sentence.startswith("ENOENT: ")
    assert drawn.text == drawn.sentence
    assert drawn.table == []
    assert set(drawn.regions) == set(explorer.REGIONS)
    assert drawn.regions["picture"] == drawn.regions["now"] == drawn.regions["folds"] == ""
    assert drawn.regions["say"] == controls.say(escape(drawn.sentence), lost=True)
    assert idle(state) == {"first", "back", "next", "last"}
    assert set(explorer.texts(state).values()) == {"", None}
    assert stepped(state, "next") == state
    assert put(START, "scenario", state.scenario) == state
    assert put(state, "kind", "gid").kind == "gid"
    assert ids(put(state, "path", "f")) == [1000, 101000, 1000]


def test_a_mount_the_kernel_does_not_make_leaves_the_disk_in_the_picture() -> None:
    document = load("home-on-a-stick") | {"settings": {"kernel": "6.1"}}
    state = explorer.first(document)
    frame = explorer.frame(state)
    assert frame.sentence == (
        "Stored as uid 1000 on disk. There is no mount stick to ask through: EINVAL, tmpfs can be "
        "idmapped only since 6.3."
    )
    assert "stick \N{MIDDLE DOT} not made" in frame.regions["picture"]
    assert "kfv-say bad" in frame.regions["say"]
    typed = explorer.update(state, {"type": "typed", "target": "mount.uid", "value": "5 5 1"})
    assert typed.drafts == (("mount.uid", "5 5 1"),)
