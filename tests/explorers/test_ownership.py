# SPDX-License-Identifier: BSD-3-Clause
"""The ownership explorer without a screen: states, events, frames, beside the model's answers."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from html import escape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.explorers import history
from kfuncviz.explorers import ownership as explorer
from kfuncviz.explorers.history import History
from kfuncviz.explorers.ownership import State, case, choices, first, frame, idle, update
from kfuncviz.explorers.ownership.events import CHOICES, STEPS
from kfuncviz.explorers.ownership.state import in_force
from kfuncviz.model.errors import IdMapError
from kfuncviz.model.idmap import IdMap
from kfuncviz.scenario.load import gallery, load
from kfuncviz.scenario.machine import Machine
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


def advance(past: History[State], one: dict[str, Any]) -> History[State]:
    """What a page does with an event: travel, or a step as the explorer calls it."""
    if one.get("type") in ("undo", "redo", "reset"):
        travelled: History[State] = getattr(history, one["type"])(past)
        return travelled
    state = update(past.now, one)
    step = explorer.change(past.now, state)
    if step == "new":
        return history.start(state)
    return history.edit(past, state) if step == "edit" else history.look(past, state)


def told(state: State) -> list[explorer.Refusal]:
    """Why something is not in force."""
    return list(explorer.refusals(state).values())


def ids(state: State) -> list[int | None]:
    return [lane.id for lane in case(state).ownership.lanes]


EVENTS = [
    *(event("set", switch, on) for switch in explorer.SWITCHES for on in (True, False)),
    *(event("set", "by", name) for name in ("c", "n", "h", "root")),
    *(event("set", "via", name) for name in ("m", "s", "bare", "plain")),
    *(event("set", "path", path) for path in ("f", "far", "d/g", "g")),
    *(event("set", "kind", kind) for kind in ("uid", "gid", "both")),
    *(event("set", "kernel", kernel) for kernel in ("6.1", "7.2", "")),
    *(event("set", "file", file) for file in ("owner far", "disk userns", "disk host")),
    *(event("select", row) for row in ("mount.0", "caller.0")),
    *(event("compare", "keep", on) for on in (True, False)),
    *(event("zoom", way) for way in ("in", "out", "whole")),
    *(event("draft", target) for target in ("id", "mount.uid")),
    *(event("set", "direction", way) for way in ("read", "create", "chown")),
    event("set", "scenario", "nested-pod"),
    *(event("typed", "id", text) for text in ("0", "70000", "x", "", "4294967295")),
    *(
        event("typed", target, text)
        for target in explorer.TEXTS[1:]
        for text in (GOOD, BAD, "1000 7 1")
    ),
    *(event("step", step) for step in STEPS),
    *(event("fold", fold, on) for fold in ("steps", "table") for on in (True, False)),
    *({"type": travel} for travel in ("undo", "redo", "reset")),
]


def sound(state: State) -> None:
    """What holds in every state that events can lead to."""
    written = json.loads(json.dumps(explorer.to_json(state)))
    assert explorer.from_json(written) == state
    refused = explorer.refusals(state)
    assert {t for t, _ in state.drafts if in_force(state, t)} <= set(refused)
    drawn = frame(state)
    assert list(drawn.regions) == list(explorer.REGIONS)
    assert drawn.sentence
    assert all('<div class="kfv-own' in html for html in drawn.regions.values())
    if state.kept is not None:
        assert explorer.change(state, replace(state, kept=None)) == "edit"


def agrees_with_the_machine(state: State) -> None:
    """The end of the way is what a system call of the same caller through the same mount gives."""
    here = case(state)
    machine = Machine(here.document)
    if here.blocked or here.ownership.unmade or state.kind == "both":
        return
    last = here.ownership.lanes[-1]
    if state.direction == "read" and state.id is None:
        assert here.ownership.access is not None
        op = {"op": "stat", "path": state.path, "by": state.by, "via": state.via}
        result = machine.run(here.ownership.access.op if state.entry else op)
        assert here.ownership.access.err == result["err"]
        if result["err"] is None and state.entry is None:
            assert result["seen"][state.kind] == (last.shown if last.id is None else last.id)


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
        assert past.now == before
    looks: dict[str, Any] = {"step": None, "folds": (), "refused": None, "selection": "", "zoom": 0}
    assert replace(past.now, **looks) == replace(shown[0], **looks)


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
    assert START.folds == ()
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
    assert state.id == 7
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
    assert update(early, event("fold", "steps", True)).step == 0
    assert typed(early, "id", "x").step == 0


def test_folds_stay_as_they_are_through_everything_else() -> None:
    state = update(START, event("fold", "mail", True))
    state = update(state, event("fold", "steps", True))
    assert state.folds == ("steps", "mail")
    assert update(state, event("fold", "steps", True)) == state
    assert update(state, event("fold", "mail", False)).folds == ("steps",)
    assert put(state, "kind", "gid").folds == state.folds
    gallery_open = update(state, event("fold", "cases", True))
    assert put(gallery_open, "scenario", "keep-id").folds == state.folds, "the list closes"


# ------------------------------------------------------------------- drafts and refusals


def test_a_refused_map_stays_as_typed_with_errno_and_rule() -> None:
    state = typed(START, "mount.uid", BAD)
    assert dict(state.drafts) == {"mount.uid": BAD}
    with pytest.raises(IdMapError) as error:
        IdMap(BAD)
    (refusal,) = told(state)
    assert refusal == ("mount.uid", error.value.name, error.value.rule)
    assert ids(state) == ids(START)
    assert update(state, event("draft", "mount.uid")) == START, "Esc"


def test_a_draft_survives_switches_choices_and_steps() -> None:
    state = typed(START, "mount.uid", BAD)
    for target, value in (
        ("in_container", False), ("fs_in_userns", True), ("kind", "gid"), ("direction", "create"),
        ("by", "n"), ("path", "far"), ("mount_idmapped", False),
    ):  # fmt: skip
        state = stepped(put(state, target, value), "first")
        assert dict(state.drafts) == {"mount.uid": BAD}, target
    assert "mount.uid" not in explorer.refusals(state)  # its editor is out of sight
    state = put(put(state, "mount_idmapped", True), "kind", "uid")
    assert explorer.refusals(state)["mount.uid"].errno == "EINVAL"


def test_a_refusal_goes_when_the_text_becomes_valid() -> None:
    state = typed(typed(START, "mount.uid", BAD), "mount.uid", "1000 100007 1")
    assert state.drafts == ()
    assert ids(state) == [1000, 100007, 7]
    assert told(state) == []
    assert case(state).rows["mount", "uid"] == [[1000, 100007, 1]]


def test_a_draft_comes_into_force_when_another_change_makes_it_valid() -> None:
    narrow = put(put(START, "fs_in_userns", True), "mount_idmapped", False)
    state = typed(narrow, "id", "70000")
    assert dict(state.drafts) == {"id": "70000"}
    (refusal,) = told(state)
    assert (refusal.target, refusal.errno) == ("id", "EOVERFLOW")
    wide = put(state, "fs_in_userns", False)
    assert (wide.id, wide.drafts) == (70000, ())


def test_a_text_that_is_no_id_is_explained_and_changes_nothing() -> None:
    for text in ("x", "-1", "4294967295", "1e3", "\uff11", "1" * 5000, "\x1b"):
        state = typed(START, "id", text)
        assert replace(state, drafts=()) == START
        (refusal,) = told(state)
        assert refusal.errno is None
        assert refusal.rule.endswith(
            " is no id: want a whole number from 0 to 4294967294, or nothing"
        )
        assert escape(refusal.rule) in frame(state).regions["picture"]
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
    (refusal,) = told(state)
    assert (refusal.target, refusal.errno) == ("fs_in_userns", "EOVERFLOW")
    assert escape(refusal.rule) in frame(state).regions["picture"]
    assert stepped(state, "first").refused
    assert put(state, "kind", "gid").refused is None
    assert typed(state, "id", "x").refused is None


def test_a_map_counts_only_while_its_switch_is_on() -> None:
    state = put(typed(START, "mount.uid", "1000 100007 1"), "mount_idmapped", False)
    assert ids(state) == [1000, 1000, None]
    assert case(state).rows["mount", "uid"] is None
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
    assert case(state).rows["caller", "uid"] == []
    assert ids(typed(state, "caller.uid", "0 100000 65536")) == [1000, 101000, 1000]


# --------------------------------------------------------------------- what is no event

NO_EVENTS: list[tuple[Any, str]] = [
    (7, "an event is an object, not 7"),
    ({}, "None is no event; there is: set, stop, typed, draft, step, select, compare, zoom, fold"),
    ({"type": "sett"}, "'sett' is no event, did you mean 'set'?"),
    (event("set", "kind", "uid") | {"more": 1}, "'more' is no part of an event"),
    (event("set", "step", 1), "'step' is no choice or switch"),
    (event("set", "kernel", "4.19"), "kernel: no idmapped mounts in 4.19"),
    (event("set", "kernel", "six"), "kernel: 'six' is not a kernel release"),
    (event("set", "file", "owner nowhere"), "'owner nowhere' is no file"),
    (event("set", "file", "disk moon"), "'moon' is no place of a disk"),
    (event("set", "entry", "mask:1"), "entry is 'mask:1'; want"),
    (event("stop", "kernel", "9"), "'9' is no stop; there is: 0"),
    (event("stop", "speed", "0"), "'speed' is no slider"),
    (event("select", "mount.7"), "'mount.7' is no row"),
    (event("select", "mount.0", 1), "a selection has no value; this one has 1"),
    (event("compare", "keep", 1), "keep is true or false, not 1"),
    (event("compare", "drop", True), "'drop' is no part of a comparison"),
    (event("zoom", "inn"), "'inn' is no zoom, did you mean 'in'?"),
    (event("draft", "path"), "'path' is no text"),
    (event("draft", "id", 1), "a draft has no value"),
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
        update(past.now, one)
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
    assert offered["kind"] == ["uid", "gid", "both"]
    assert offered["direction"] == ["read", "create", "chown"]
    assert set(offered) == set(CHOICES)


# --------------------------------------------------------------------- undo, redo, reset


def test_looks_are_no_steps_to_undo() -> None:
    past = history.start(START)
    for one in (event("step", "first"), event("fold", "steps", True), event("set", "kind", "uid")):
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


def test_undo_brings_a_draft_back() -> None:
    past = history.start(START)
    for one in (
        event("typed", "mount.uid", BAD), event("typed", "mount.uid", GOOD), {"type": "undo"},
    ):  # fmt: skip
        past = advance(past, one)
    assert dict(past.now.drafts) == {"mount.uid": BAD}
    past = advance(past, {"type": "redo"})
    assert past.now.drafts == ()
    past = advance(past, {"type": "reset"})
    assert past.now == START
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
    ({"kernel": "4.19"}, "kernel: no idmapped mounts in 4.19"),
    ({"kernel": 6}, "kernel is a text, not 6"),
    ({"selection": 0}, "selection is a text, not 0"),
    ({"selection": "m" * 25}, "selection has 25 characters; want a row: mount.0"),
    ({"zoom": 8}, "zoom is 8; want a whole number up to 7"),
    ({"zoom": None}, "zoom is None; want a whole number up to 7"),
    ({"kind": "both", "id": 7}, "an id is asked about for uid or gid, not for both"),
    ({"kept": 7}, "kept is an object, not 7"),
    ({"kept": {"folds": []}}, "'folds' is no part of kept"),
    ({"kept": {"kind": "pid"}}, "'pid' is no kind"),
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


@pytest.mark.parametrize("row", ["0 10000 1", "2000 3000 1"])
def test_a_row_that_misses_the_file_shows_the_id_falling(row: str) -> None:
    """Editing a map meets no permission check of ours: the picture walks its path without any."""
    opened = first("home-on-a-stick")
    missed = update(opened, {"type": "typed", "target": "mount.uid", "value": row})
    assert explorer.refusals(missed) == {}
    answer = case(missed).ownership
    assert answer.travel.loss == "nowhere"
    assert [lane.id for lane in answer.lanes][1:] == [None, None]
    assert "here meaning no id" in frame(missed).sentence
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
    assert list(drawn.regions) == list(explorer.REGIONS)
    assert "<svg" not in drawn.regions["picture"]
    assert escape(drawn.sentence) in drawn.regions["owner"]
    assert idle(state) == {"first", "back", "next", "last"}
    assert stepped(state, "next") == state
    assert put(START, "scenario", state.scenario) == state
    hidden = put(typed(state, "mount.uid", BAD), "mount_idmapped", False)
    assert (dict(hidden.drafts), explorer.refusals(hidden)) == ({"mount.uid": BAD}, {})
    assert put(state, "kind", "gid").kind == "gid"
    assert ids(put(state, "path", "f")) == [1000, 101000, 1000]


def test_a_mount_the_kernel_cannot_idmap_is_drawn_without_its_map() -> None:
    state = put(first("home-on-a-stick"), "kernel", "6.1")
    here = case(state)
    assert here.blocked is not None
    assert here.blocked.errno == "EINVAL"
    assert "tmpfs can be idmapped only since 6.3" in here.blocked.rule
    assert [lane.id for lane in here.ownership.lanes] == [1000, 1000, 1000]
    assert case(put(state, "kernel", "6.3")).blocked is None
    assert state.mount_idmapped, "the switch is as it was; another kernel has it again"


def test_the_kernels_stops_are_where_the_screen_changes() -> None:
    state = first("home-on-a-stick")
    assert [stop.kernel for stop in explorer.stops(state)] == ["5.12", "6.3"]
    moved = update(state, event("stop", "kernel", "0"))
    assert moved.kernel == "5.12"
    assert explorer.stops(moved) == explorer.stops(state), "it stands still while it is moved"
    assert [s.kernel for s in explorer.stops(put(state, "mount_idmapped", False))] == ["5.12"]
    for name in gallery():
        opened = first(name)
        stops = explorer.stops(opened)
        screens = [screen(put(opened, "kernel", stop.kernel)) for stop in stops]
        assert all(a != b for a, b in itertools.pairwise(screens)), name


def screen(state: State) -> Any:
    """The parts of the screen that a kernel can change."""
    drawn = frame(state)
    return [drawn.regions[name] for name in ("picture", "owner", "may")]


def test_every_release_between_two_stops_shows_the_same() -> None:
    versions = ["5.12", "5.19", "6.0", "6.1", "6.2", "6.3", "6.6", "6.9", "6.12", "7.1", "7.3"]
    for name in ("home-on-a-stick", "root-gets-eoverflow", "keep-id"):
        opened = first(name)
        stops = [stop.kernel for stop in explorer.stops(opened)]
        before = None
        for version in versions:
            now = screen(put(opened, "kernel", version))
            assert before is None or (now != before) == (version in stops[1:]), (name, version)
            before = now


def test_both_kinds_are_asked_together_and_take_no_typed_id() -> None:
    state = put(typed(START, "id", "7"), "kind", "both")
    assert state.id is None
    assert [o.kind for o in case(state).answers] == ["uid", "gid"]
    assert [[lane.id for lane in o.lanes] for o in case(state).answers] == [
        [1000, 101000, 1000], [100, 100100, 100],
    ]  # fmt: skip
    with pytest.raises(ValueError, match="an id is typed for uid or gid, not for both"):
        typed(state, "id", "7")


def test_a_kept_state_is_compared_until_it_is_let_go() -> None:
    kept = update(START, event("compare", "keep", True))
    moved = put(kept, "mount_idmapped", False)
    assert moved.kept == explorer.cases.question(START)
    written = explorer.to_json(moved)
    assert written["kept"] == {"mount_idmapped": True}, "only what differs"
    assert explorer.from_json(json.loads(json.dumps(written))) == moved
    assert explorer.change(START, kept) == "edit"
    assert update(moved, event("compare", "keep", False)).kept is None
    assert put(moved, "scenario", "keep-id").kept is None


def test_a_row_is_chosen_and_let_go() -> None:
    chosen = update(START, event("select", "mount.0"))
    assert chosen.selection == "mount.0"
    assert explorer.change(START, chosen) == "look"
    assert update(chosen, event("select", "mount.0")).selection == ""
    assert put(chosen, "kind", "gid").selection == ""
    assert explorer.rows_of(START) == ["mount.0", "caller.0"]


def test_zooming_keeps_to_its_bounds() -> None:
    state = START
    for _ in range(9):
        state = update(state, event("zoom", "in"))
    assert state.zoom == 7
    assert update(state, event("zoom", "out")).zoom == 6
    assert (
        update(state, event("zoom", "whole")).zoom == update(START, event("zoom", "out")).zoom == 0
    )


def test_the_disks_chooser_offers_files_entries_and_where_the_disk_is() -> None:
    opened = first("acl-with-a-strange-number")
    assert list(explorer.files(opened))[:1] == [f"owner {opened.path}"]
    assert f"user:986 {opened.path}" in explorer.files(opened)
    owner = put(opened, "file", f"owner {opened.path}")
    assert owner.entry is None
    assert put(owner, "file", f"user:986 {opened.path}") == opened
    assert put(owner, "entry", "user:986").entry == "user:986"
    assert put(START, "file", "disk userns") == put(START, "fs_in_userns", True)
    created = put(START, "direction", "create")
    assert explorer.files(created) == {"owner f": "in the top", "owner d": "in d/"}
    assert put(created, "file", "owner d").path == "d"


@pytest.mark.parametrize(
    "part",
    [
        {"fs": {"root": {"kuid": 5000, "kgid": 0}}},
        {"setup": [{"type": "file", "path": "f", "kuid": 5000}]},
        {"callers": {"c": {"kuid": 101000, "userns": "M"}, "o": {"kuid": 5000}}},
        {"callers": {"c": {"kuid": 101000, "userns": "M"}, "o": {"kuid": 5, "kgroups": [5000]}}},
    ],
    ids=["the root", "a file", "a caller", "a group"],
)
def test_an_id_that_somebody_has_is_drawn_by_itself_where_checks_compare_it(
    part: dict[str, Any],
) -> None:
    for document, first_one in ((SCENARIO, 1501), ({**SCENARIO, **part}, 5001)):
        state = typed(put(put(first(document), "by", "c"), "direction", "create"), "id", "5010")
        assert explorer.extents(state)[0] == (first_one, 65534 - 1)
        assert explorer.extents(put(state, "direction", "read")) != explorer.extents(state)


@pytest.mark.parametrize(
    ("entry", "kind"), [("user:1000", "uid"), ("group:100", "gid"), ("default:group:7", "gid")]
)
def test_an_entry_is_of_the_kind_it_names(entry: str, kind: str) -> None:
    acl = [["user_obj", None, "rwx"], ["user", 1000, "r-x"], ["group_obj", None, "r-x"],
           ["group", 100, "r-x"], ["mask", None, "r-x"], ["other", None, "r-x"]]  # fmt: skip
    default = [["group", 7, "r-x"] if row[0] == "group" else row for row in acl]
    setup = [{"type": "dir", "path": "d", "kuid": 1000, "acl": acl, "default_acl": default}]
    opened = first({**SCENARIO, "setup": setup})
    for before in (opened, put(opened, "kind", "gid"), typed(opened, "id", "7")):
        state = put(before, "file", f"{entry} d")
        assert (state.entry, state.kind, state.id, state.direction) == (entry, kind, None, "read")
        assert ids(state)[0] == int(entry.rpartition(":")[2])
        assert case(state).ownership.kind == kind
        assert put(state, "file", "owner d").entry is None


def test_a_step_can_be_jumped_to() -> None:
    calls = len(case(START).ownership.calls)
    assert stepped(START, "2").step == 2
    assert stepped(START, str(calls)).step is None
    with pytest.raises(ValueError, match=f"'{calls + 1}' is no step"):
        stepped(START, str(calls + 1))


@pytest.mark.parametrize(
    ("part", "value", "state"),
    [
        ("id", 7, typed(START, "id", "7")),
        ("id", None, START),
        ("kind", "gid", put(START, "kind", "gid")),
        ("maps", [["mount.uid", GOOD]], typed(START, "mount.uid", GOOD)),
        ("step", 1, stepped(START, "1")),
        ("step", None, START),
        ("selection", "mount.0", update(START, event("select", "mount.0"))),
        ("selection", "", START),
        ("kernel", "6.1", put(START, "kernel", "6.1")),
    ],
)
def test_a_trait_is_set_by_the_events_of_its_control(part: str, value: Any, state: State) -> None:
    assert part in explorer.TRAITS
    now = START
    for one in explorer.setting(now, part, value):
        now = update(now, one)
    assert now == state


def test_why_a_trait_stays_as_it_was() -> None:
    assert explorer.why(typed(START, "id", "x"), "id").startswith("'x' is no id")
    assert explorer.why(typed(START, "mount.uid", BAD), "maps").startswith("EINVAL: ")
    assert explorer.why(START, "kind") == "the explorer refuses it"
