# SPDX-License-Identifier: BSD-3-Clause
"""The ownership explorer's screen read back: every control, number and word beside the model."""

from __future__ import annotations

import itertools
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import pytest

from kfuncviz import render
from kfuncviz.dialects.commands import commands
from kfuncviz.explorers import operation
from kfuncviz.explorers import ownership as explorer
from kfuncviz.explorers.engine.tokens import decode
from kfuncviz.explorers.ownership import State, case, first, frame, update
from kfuncviz.explorers.ownership.events import ZOOMS
from kfuncviz.explorers.ownership.state import MOST_ZOOM
from kfuncviz.model.releases import NEWEST
from kfuncviz.model.uidgid import INVALID
from kfuncviz.render.ownership import labels
from kfuncviz.scenario.load import gallery
from kfuncviz.scenario.machine import Machine
from tests.explorers.scenarios import SCENARIO
from tests.render.drawn import of_class, page, said

WIDTHS = (844, 700, 360)
NAMED = ("button", "select", "textarea", "input", "summary")
#: One for each thing a screen must be able to show.
CASES = (
    "home-on-a-stick", "three-kinds-of-nobody", "root-gets-eoverflow", "nested-pod",
    "filesystem-of-a-namespace", "acl-with-a-strange-number", "maps-the-kernel-refuses",
    "group-without-a-row",
)  # fmt: skip


def event(kind: str, target: str, value: Any = None) -> dict[str, Any]:
    return {"type": kind, "target": target, "value": value}


def put(state: State, target: str, value: Any) -> State:
    return update(state, event("set", target, value))


@lru_cache(maxsize=512)
def read(state: State, width: int = 844) -> dict[str, ET.Element]:
    """Each region as a tree."""
    return {name: page(html) for name, html in frame(state, width).regions.items()}


def keyed(state: State, width: int = 844) -> dict[str, ET.Element]:
    """Every element with a key, in the order of the page; no key stands twice."""
    found = [e for tree in read(state, width).values() for e in tree.iter() if e.get("data-key")]
    keys = [e.get("data-key", "") for e in found]
    assert len(keys) == len(set(keys)), sorted(k for k in keys if keys.count(k) > 1)
    return dict(zip(keys, found, strict=True))


def words(element: ET.Element) -> str:
    """The words of an element, with a blank between its parts."""
    return " ".join(" ".join(element.itertext()).split())


def sends(element: ET.Element) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(element.get("data-event", "null"))
    return found


def states() -> list[State]:
    """What the gallery opens with, and what a few controls make of it."""
    out = []
    for name in CASES:
        opened = first(name)
        out.append(opened)
        out += [put(opened, "direction", d) for d in ("create", "chown")]
        out.append(put(opened, "kind", "both"))
        out.append(put(update(opened, event("compare", "keep", True)), "by", "root"))
    return out


STATES = states()
START = first("home-on-a-stick")


@pytest.mark.parametrize("width", WIDTHS)
def test_every_control_sends_what_the_explorer_takes(width: int) -> None:
    for state in STATES[::4]:
        for key, element in keyed(state, width).items():
            if "data-event" not in element.attrib or element.get("aria-disabled") == "true":
                continue
            one = sends(element)
            if one["value"] == "$value":
                held = [o.get("value") for o in element.iter("option")] or [element.get("value")]
                if element.tag == "textarea":
                    held = [element.text or ""]
                values = held
            elif one["value"] == "$checked":
                values = [True, False]
            else:
                values = [one["value"]]
            for value in values:
                assert isinstance(update(state, one | {"value": value}), State), key


@pytest.mark.parametrize("width", WIDTHS)
def test_every_control_has_a_name(width: int) -> None:
    for state in STATES:
        for tree in read(state, width).values():
            for e in tree.iter():
                if e.tag in NAMED or e.get("role") in ("button", "switch"):
                    assert e.get("aria-label") or said(e), ET.tostring(e)[:200]
                    assert e.get("data-key"), "the focus is kept by key"
                if e.get("role") == "switch":
                    assert e.get("aria-checked") in ("true", "false")


def numbers(state: State, width: int) -> list[list[str]]:
    """What stands in the lanes of each level: numbers, or what is shown instead."""
    picture = read(state, width)["picture"]
    if width < 640 or of_class(picture, "kfv-trail"):
        return [
            [number_at(stop) for stop in of_class(trail, "kfv-stop")]
            for trail in of_class(picture, "kfv-trail")
        ]
    return []


def number_at(stop: ET.Element) -> str:
    pill = of_class(stop, "kfv-pill")
    if not pill:
        return ""
    field = pill[0].find("input")
    return said(pill[0]) if field is None else field.get("value", "")


@pytest.mark.parametrize("state", STATES[::5], ids=lambda s: s.scenario[:30])
def test_a_trail_holds_the_models_numbers(state: State) -> None:
    (shown,) = numbers(state, 360)
    o = case(state).ownership
    for k, (lane, text) in enumerate(zip(o.lanes, shown, strict=True)):
        if o.travel.fallen[k]:
            assert text == "".join(labels.bin_words(o, k))
        elif lane.id is not None:
            assert text == str(lane.id)
        else:
            assert text in ("", labels.NO_NUMBER)


@pytest.mark.parametrize("state", STATES[::5], ids=lambda s: s.scenario[:30])
def test_a_picture_holds_the_models_numbers(state: State) -> None:
    picture = read(state, 844)["picture"]
    o = case(state).ownership
    pills = {int(g.get("data-lane", "-1")): said(g) for g in of_class(picture, "pill")}
    field = next((e for e in picture.iter("input") if "data-id" in e.attrib), None)
    for k, lane in enumerate(o.lanes):
        if lane.id is None:
            assert pills.get(k, "") in ("", labels.NO_NUMBER)
        elif field is not None and k == o.travel.start:
            assert field.get("value") == str(lane.id)
            assert pills[k] == ""
        else:
            assert pills[k] == str(lane.id)


@pytest.mark.parametrize("width", [844, 700])
def test_places_stay_whatever_is_shown(width: int) -> None:
    """One height, and one place for every control of three lanes."""
    seen: dict[str, set[str]] = {}
    for state in STATES:
        picture = read(state, width)["picture"]
        ways = [case(s).ownership for s in (state, state.kept) if s is not None]
        if {len(o.lanes) for o in ways} != {3}:
            continue
        for e in picture.iter():
            if e.get("class", "").startswith(("kfv-lane", "kfv-hop")):
                seen.setdefault(e.tag, set()).add(e.get("style", ""))
        heights = {e.get("height") for e in picture.iter("svg")} - {None}
        assert heights == {"334"}
    assert len(seen["div"]) == 5, "three lanes and two gaps"


def test_controls_stand_where_their_thing_is() -> None:
    order = [
        key for key in keyed(START)
        if key in ("file", "id", "mount_idmapped", "rows-mount.uid", "via", "in_container", "by")
    ]  # fmt: skip
    assert order == ["file", "id", "mount_idmapped", "rows-mount.uid", "via", "in_container", "by"]
    created = [key for key in keyed(put(START, "direction", "create")) if key in (*order,)]
    assert created == [
        "file",
        "mount_idmapped",
        "rows-mount.uid",
        "via",
        "in_container",
        "by",
        "id",
    ]
    place = keyed(START)["id"].get("style", "")
    assert "left:7px" in place
    assert "top:174px" in place


def test_rows_are_a_field_with_its_columns_named() -> None:
    field = keyed(START)["rows-mount.uid"]
    assert field.text == "1000 1125 1"
    assert field.get("aria-label") == "mount idmap, uid rows: col 1 disk, col 2 mount, count"
    assert sends(field) == event("typed", "mount.uid", "$value")
    columns = [words(e) for e in of_class(read(START)["picture"], "kfv-columns")]
    assert columns == ["col 1 1 row col 2"]
    two = put(first(SCENARIO), "kind", "uid")
    heads = [words(e) for e in of_class(read(two)["picture"], "kfv-columns")]
    assert heads == ["col 1 1 row col 2", "col 2 1 row col 1"]
    more = update(two, event("typed", "caller.uid", "0 1000 1\n7 2000 1\n9 3000 1"))
    heads = [words(e) for e in of_class(read(more)["picture"], "kfv-columns")]
    assert heads == ["col 1 1 row col 2", "col 2 3 rows col 1"]
    assert [said(e) for e in of_class(read(START)["picture"], "kfv-norows")] == [
        "no map: same number"
    ]


def test_a_refused_row_is_told_under_its_field() -> None:
    state = update(START, event("typed", "mount.uid", "0 1 1\n0 5 1"))
    field = keyed(state)["rows-mount.uid"]
    assert field.text == "0 1 1\n0 5 1"
    assert field.get("aria-invalid") == "true"
    assert json.loads(field.get("data-escape", "")) == event("draft", "mount.uid")
    (card,) = of_class(read(state)["picture"], "kfv-refuse")
    refused = explorer.refusals(state)["mount.uid"]
    assert f"EINVAL {refused.rule}" in said(card)
    assert "Esc restores it" in said(card)
    told = field.get("aria-description", "")
    assert told.startswith("EINVAL ")
    assert told.removeprefix("EINVAL ") in words(card)
    assert not card.get("id"), "several explorers stand on a page"
    assert keyed(START)["rows-mount.uid"].get("aria-invalid") is None


def test_a_switch_says_how_it_stands_and_what_it_would_do() -> None:
    switch = keyed(START)["mount_idmapped"]
    assert (switch.get("aria-checked"), sends(switch)["value"]) == ("true", False)
    other = keyed(START)["in_container"]
    assert (other.get("aria-checked"), sends(other)["value"]) == ("false", True)
    plain = keyed(put(START, "via", "plain"))["mount_idmapped"]
    assert plain.get("aria-disabled") == "true"
    blocked = put(START, "kernel", "6.1")
    assert keyed(blocked)["mount_idmapped"].get("aria-checked") == "false"
    (card,) = of_class(read(blocked)["picture"], "kfv-refuse")
    assert said(card) == "\N{BALLOT X} EINVAL tmpfs can be idmapped only since 6.3"
    assert "not possible here" in said(read(blocked)["picture"])


@pytest.mark.parametrize("name", [*CASES, "mount-with-its-own-namespace"])
def test_every_width_has_every_control(name: str) -> None:
    wide, mid, small = (
        {key for key in keyed(first(name), width) if not key.startswith("row-")} for width in WIDTHS
    )
    assert wide == mid == small
    assert "mount_idmapped" in small


def test_what_kind_of_number_is_left_out_where_it_would_be_cut() -> None:
    state = put(first("acl-with-a-strange-number"), "kind", "uid")
    for width, there in ((844, True), (700, False)):
        role = of_class(read(first("acl-with-a-strange-number"), width)["picture"], "kfv-role")[0]
        assert ("ACL user" in words(role)) == there
        assert role.get("title", "").endswith("ACL user")
    assert words(of_class(read(state, 700)["picture"], "kfv-role")[0]) == "start i_uid"


def test_a_map_nobody_wrote_is_named() -> None:
    assert frame(first("groups-only")).sentence.startswith(
        "100000 in the mount, but the uid_map of the caller's user ns was never written. You see "
    )


def test_the_bar_marks_what_is_chosen() -> None:
    bar = keyed(put(START, "kind", "gid"))
    assert [bar[f"kind-{k}"].get("aria-pressed") for k in ("uid", "gid", "both")] == [
        "false", "true", "false",
    ]  # fmt: skip
    assert [bar[f"direction-{d}"].get("aria-pressed") for d in ("read", "create", "chown")] == [
        "true", "false", "false",
    ]  # fmt: skip
    slider = bar["kernel"]
    assert (slider.get("max"), slider.get("value")) == ("1", "1")
    assert "since 6.3: tmpfs can be idmapped" in slider.get("aria-valuetext", "")
    assert "7a80e5b8c6fa" in slider.get("title", ""), "with the commit"
    old = keyed(put(START, "kernel", "6.1"))["kernel"]
    assert old.get("value") == "0"
    alone = keyed(put(START, "mount_idmapped", False))["kernel"]
    assert alone.get("aria-disabled") == "true"


def test_a_chip_shows_the_checks_of_its_call_and_the_way_to_its_explorer() -> None:
    state = first("root-gets-eoverflow")
    chip = keyed(state)["chip-create-in"]
    assert chip.get("aria-expanded") == "false"
    opened = update(state, sends(chip))
    assert explorer.change(state, opened) == "look"
    assert keyed(opened)["chip-create-in"].get("aria-expanded") == "true"
    assert explorer.from_json(explorer.to_json(opened)) == opened
    drawn = read(opened)["may"]
    (panel,) = of_class(drawn, "kfv-panel")
    for told in ("create in: EOVERFLOW", "Can your ids be stored here?", "Smallest change: "):
        assert told in said(panel)
    name, asked = decode(said(keyed(opened)["call-token"]))
    verdict = next(v for v in case(state).verdicts if v.name == "create in")
    assert name == "operation"
    assert (asked.scenario, asked.by, asked.via) == (state.scenario, state.by, state.via)
    again = operation.case(asked)
    assert (again.rail.err, again.op["path"]) == (verdict.access.err, verdict.access.op["path"])
    assert update(opened, sends(chip)) == state
    with pytest.raises(ValueError, match="is no row or call"):
        update(state, {"type": "select", "target": "call.fly"})


@pytest.mark.parametrize("name", gallery())
def test_what_you_may_is_what_the_calls_answer(name: str) -> None:
    state = first(name)
    here, machine = case(state), Machine(case(state).document)
    chips = of_class(read(state)["may"], "kfv-chip")
    assert len(chips) == len(here.verdicts)
    for chip, verdict in zip(chips, here.verdicts, strict=True):
        result = Machine(here.document).run(verdict.access.op)
        assert verdict.access.err == result["err"], verdict.name
        state_of_it = "refused" if result["err"] else "allowed"
        assert chip.get("class") == f"kfv-chip kfv-{state_of_it}"
        assert chip.get("title") == f"{verdict.name}: {result['err'] or 'allowed'}"
        assert chip.get("data-operation") == verdict.access.op["op"]
        assert verdict.name in said(chip)
    stopped = next((v for v in here.verdicts if v.access.err), None)
    why = said(of_class(read(state)["may"], "kfv-why")[0])
    if stopped is None:
        assert why == "Every check passes." or not here.verdicts
    elif stopped.access.why is not None:
        assert stopped.access.why.rule.lower()[:30] in why.lower()
    assert machine.reasons == Machine(here.document).reasons


def test_one_errno_for_all_is_told_once_and_others_each() -> None:
    missed = update(START, event("typed", "mount.uid", "0 10000 1"))
    may = read(missed)["may"]
    assert said(of_class(may, "kfv-errno")[0]) == "EACCES"
    assert said(may).count("EACCES") == 1
    assert "Stopped at home (0700; owner 1000 has no row here, you are 1125)" in said(may)
    nobody = read(first("three-kinds-of-nobody"))["may"]
    assert said(nobody).count("EACCES") == 2
    assert said(nobody).count("EOVERFLOW") == 2


@pytest.mark.parametrize(
    ("part", "spec", "lacking", "nobody"),
    [
        ("mounts", {"userns": "M"}, "mount x to ask through: ENOENT", "through x: ENOENT"),
        ("callers", {"kuid": 1, "userns": "M"}, "caller x to ask: EINVAL", "x cannot ask: EINVAL"),
    ],
)
def test_where_nobody_can_ask_it_is_said_who_and_why(
    part: str, spec: dict[str, Any], lacking: str, nobody: str
) -> None:
    bad = {"M": {"uid_map": [[0, 0, 1], [0, 0, 1]]}}
    opened = first({"userns": bad, part: {"x": spec}})
    place = f"{part}.x"
    why = Machine({"userns": bad, part: {"x": spec}}).reasons[place].rule
    assert "overlap" in why
    assert frame(opened).sentence == f"Stored as uid 0. There is no {lacking}, {why}."
    assert words(read(opened)["may"]).endswith(f"{nobody}, {why}.")


def test_the_two_answers_have_a_bar_each() -> None:
    def bad(state: State) -> tuple[bool, bool]:
        owner, may = read(state)["owner"], read(state)["may"]
        return bool(of_class(owner, "kfv-bad")), bool(of_class(may, "kfv-bad"))

    assert bad(START) == (False, False)
    assert bad(put(START, "mount_idmapped", False)) == (False, True), "a shut door"
    assert bad(update(START, event("typed", "mount.uid", "0 10000 1"))) == (True, True)
    strange = first("groups-only")
    assert bad(strange)[0], "lost, and yet it may be read"


def test_the_sentences_are_short() -> None:
    for state in STATES:
        sentence = frame(state).sentence
        assert len(sentence) <= 190, sentence
        (told,) = of_class(read(state)["owner"], "kfv-said")
        assert said(told) == sentence


SAID = {
    ("home-on-a-stick",): "Stored as uid 1000; 1125 in the mount; you see 1125.",
    ("three-kinds-of-nobody",): "Lost in the mount idmap: no row has 0 in col 1. You see 65534, "
    "here meaning no id: nobody owns it through this mount.",
    ("root-gets-eoverflow",): "Refused with EOVERFLOW: no row has 0 in col 2 of the mount idmap, "
    "so there is no number to store.",
    ("nobody-nogroup",): "1000 in the mount, but no row of the caller's user ns has it in col 2. "
    "You see 65534, meaning no name here: nobody in your user ns can name it.",
    ("setgid-project-directory",): "A setgid directory gives its own group: stored as gid 2002; "
    "65536 in the mount; you see 65536.",
    ("filesystem-of-a-namespace",): "Stored as uid 21000 in the inode; 1000 on disk; 11000 in the "
    "mount; you see 1000.",
    ("group-without-a-row",): "Lost in the mount idmap: no row has 983 in col 1. You see 65534, "
    "here meaning no id: no group owns it through this mount.",
    ("group-without-a-row", "kind", "both"): "uid: 0. gid: Lost in the mount idmap: no row has 983 "
    "in col 1. You see 65534, here meaning no id: no group owns it through this mount.",
    ("home-on-a-stick", "kind", "both"): "Stored as uid 1000; 1125 in the mount; you see 1125; gid "
    "1000 is 1125.",
    ("home-on-a-stick", "mount_idmapped", False): "Stored as uid 1000; still 1000 in the mount; "
    "you would see 1000, if you could get there.",
    ("home-on-a-stick", "direction", "create"): "You, uid 1125, make a file: still 1125 in "
    "the mount, and the disk stores 1000.",
    ("home-on-a-stick", "direction", "chown"): "chown to 1125: still 1125 in the mount, and "
    "the disk stores 1000.",
    ("three-kinds-of-nobody", "file", "owner really-65534"): "65534 in the mount, but no row of "
    "the caller's user ns has it in col 2. You see 65534, meaning no name here: nobody in "
    "your user ns can name it.",
    ("nested-pod",): "Stored as uid 101033; still 101033 in the mount; 1033 in pod; you see 33.",
    ("acl-with-a-strange-number",): "user:986 is uid 986. Lost in the mount idmap: no row has 986 "
    "in col 1. You read 4294967295, here meaning no id: nobody is it through this mount.",
}  # fmt: skip


@pytest.mark.parametrize("asked", SAID)
def test_the_owner_in_words(asked: tuple[Any, ...]) -> None:
    name, *more = asked
    state = first(name)
    if more:
        state = put(state, *more)
    assert frame(state).sentence == SAID[asked]


def test_65534_that_is_somebody_is_called_real() -> None:
    lost = put(first("three-kinds-of-nobody"), "in_container", False)
    real = put(lost, "file", "owner really-65534")
    assert frame(real).sentence.endswith("65534 in the mount; you see 65534, a real id.")
    kept = update(real, event("compare", "keep", True))
    assert frame(put(kept, "file", "owner lost-in-mount")).sentence == (
        "Both show 65534, and mean different things: A a real id, B no id."
    )
    other = put(lost, "file", "owner lost-at-caller")
    assert frame(other).sentence.endswith("; you see 2000.")


def test_a_comparison_says_what_differs() -> None:
    kept = update(put(first("three-kinds-of-nobody"), "mount_idmapped", False),
                  event("compare", "keep", True))  # fmt: skip
    assert frame(kept).sentence == "Both show 65534. Nothing differs yet."
    now = put(kept, "mount_idmapped", True)
    assert frame(now).sentence == (
        "Both show 65534, and mean different things: A no name here, B no id."
    )
    other = put(kept, "in_container", False)
    assert frame(other).sentence == (
        "\N{NOT EQUAL TO} A shows 65534, B shows 0. Only the caller's user ns differs."
    )
    two = put(other, "path", "lost-at-caller")
    assert frame(two).sentence.endswith("The caller's user ns and the file differ.")
    marks = {int(g.get("data-lane", "")): said(g) for g in of_class(read(now)["picture"], "mark")}
    assert marks == {0: "=", 1: "\N{NOT EQUAL TO}", 2: "\N{NOT EQUAL TO}"}, "65534 for two reasons"
    rows = [words(e) for e in of_class(read(now)["may"], "kfv-chips")]
    assert [row.split()[0] for row in rows] == ["A", "B"]
    table = of_class(read(now, 360)["picture"], "kfv-two")[0]
    assert [words(row) for row in table.iter("tr")][1:] == [
        "On disk 0 = 0", "In the mount 0 \N{NOT EQUAL TO} INVALID no id",
        "You see 65534 no name here \N{NOT EQUAL TO} 65534 no id",
    ]  # fmt: skip


@pytest.mark.parametrize("turned", [False, True], ids=["four and three", "three and four"])
def test_three_lanes_are_compared_with_four_where_they_stand(turned: bool) -> None:
    """What the shorter way has not is passed over, and not compared."""
    pod = first("nested-pod")
    alone = put(pod, "in_container", False)
    one, two = (alone, pod) if turned else (pod, alone)
    state = replace(two, kept=one)
    picture = read(state)["picture"]
    assert not of_class(picture, "kfv-trail")
    pills = [
        [said(pill).split()[-1] for pill in of_class(level, "pill")]
        for level in of_class(picture, "level")
    ]
    ways = [case(s).ownership for s in (one, two)]
    assert pills == [[str(lane.id) for lane in o.lanes] for o in ways]
    assert sorted(map(len, pills)) == [3, 4]
    marks = {mark.get("data-lane"): said(mark) for mark in of_class(picture, "mark")}
    assert marks == {"0": "=", "1": "=", "3": "\N{NOT EQUAL TO}"}
    places = {words(name): lane.get("style") for lane in of_class(read(pod)["picture"], "kfv-lane")
              for name in of_class(lane, "kfv-name")}  # fmt: skip
    (short,) = [level for level, row in zip(of_class(picture, "level"), pills, strict=True)
                if len(row) == 3]  # fmt: skip
    bands = [rect for rect in short.iter() if rect.get("fill-opacity") == "0.7"]
    assert [float(band.get("width", 0)) for band in bands] == pytest.approx([132, 132 * 2 + 112])
    heads = of_class(picture, "kfv-lane")
    assert {words(of_class(lane, "kfv-name")[0]): lane.get("style") for lane in heads} == places
    assert len(of_class(picture, "kfv-role")) == len(ways[1].lanes)


def test_a_step_changes_picture_sentence_and_list_together() -> None:
    opened = update(START, event("fold", "steps", True))
    calls = case(START).ownership.calls
    for at in range(len(calls)):
        state = update(opened, event("step", str(at)))
        drawn = read(state)
        hops = {call.hop for call in calls[:at]} - {None}
        assert len(of_class(drawn["picture"], "line")) == len(hops)
        told = words(drawn["owner"])
        assert told == (f"step Call {at}: {calls[at - 1].line}." if at else
                        "step Before the first call.")  # fmt: skip
        shut = {way for way in ("first", "back", "next", "last")
                if keyed(state)[f"step-{way}"].get("aria-disabled") == "true"}  # fmt: skip
        assert shut == ({"first", "back"} if at == 0 else set())
        marked = [r for r in drawn["folds"].iter("tr") if r.get("aria-current") == "step"]
        assert [words(row).split()[0] for row in marked] == ([str(at)] if at else [])
    assert (
        frame(update(state, event("step", "next"))).regions["owner"]
        == (frame(opened).regions["owner"])
    )


def test_every_call_and_check_has_its_file_section_and_link() -> None:
    state = put(update(START, event("fold", "steps", True)), "mount_idmapped", False)
    rows = [r for r in read(state)["folds"].iter("tr") if r.find("td") is not None]
    calls = case(state).ownership.calls
    for call, row in zip(calls, rows, strict=False):
        cells = [said(td) for td in row.iter("td")]
        assert cells[1] == f"{call.function}({call.arguments})"
        assert cells[2] == call.answer
        assert cells[3:] == [call.file, f"\N{SECTION SIGN} {call.section}"]
        link = row.find(".//a")
        assert link is not None
        assert link.get("href") == call.url
    failed = [r for r in rows if r.get("class") == "kfv-failed"]
    assert len(failed) == 1, "the same check of five calls is told once"
    assert "EACCES the mode bits for others do not grant execute" in said(failed[0])
    assert "fs/namei.c" in said(failed[0])
    kernels = [words(r) for r in rows[-1:]]
    assert kernels == ["5.12 the first release with idmapped mounts"]


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("root-gets-eoverflow", {"fsuidgid_has_mapping": "refused", "may_o_create": "EOVERFLOW"}),
        ("group-without-a-row", {"may_open": "EACCES", "notify_change": "EOVERFLOW"}),
        ("mount-made-by-a-containers-root", {"mnt_want_write": "EROFS"}),
    ],
)
def test_the_check_that_refuses_is_crossed_and_no_other(name: str, refused: dict[str, str]) -> None:
    rows = read(update(first(name), event("fold", "steps", True)))["folds"].iter("tr")
    cells = [[words(td) for td in row.iter("td")] for row in rows]
    crossed = {c[1].partition(" ")[0]: c[2] for c in cells if c and c[0] == "\N{BALLOT X}"}
    assert {call: result.split()[0] for call, result in crossed.items()} == refused
    passed = {c[2] for c in cells if c and c[0] == "\N{CHECK MARK}"}
    assert passed == {"passed"}


def test_folds_are_empty_until_they_are_opened() -> None:
    names = ("steps", "table", "scale", "mail", "commands", "save")
    closed = read(START)["folds"]
    assert not of_class(closed, "kfv-fold-body")
    for name in names:
        tree = read(update(START, event("fold", name, True)))["folds"]
        details = [e for e in tree.iter("details") if "open" in e.attrib]
        assert [e.get("data-key") for e in details] == [f"fold-{name}-body"]
        assert len(of_class(tree, "kfv-fold-body")) == 1
    mail = keyed(update(START, event("fold", "mail", True)))["mail"]
    assert mail.text == render.text(case(START).ownership)
    typed = keyed(update(START, event("fold", "commands", True)))["commands"]
    assert typed.text == commands(explorer.scenario(START))
    table = frame(update(START, event("fold", "table", True))).regions["folds"]
    assert render.table_html(case(START).ownership) in table
    assert frame(START).table == render.table(case(START).ownership)


@pytest.mark.parametrize("kind", ["uid", "both"])
def test_what_can_be_saved_is_the_picture_with_its_kernel(kind: str) -> None:
    for kernel in ("", "6.6"):
        state = put(put(update(START, event("fold", "save", True)), "kind", kind), "kernel", kernel)
        there = keyed(state)
        linux = kernel or f"{NEWEST.major}.{NEWEST.minor}"
        note = f"kfuncviz {version('kfuncviz')}, Linux {linux}"
        for form in ("svg", "png", "html"):
            says = {name: there[f"save-{form}"].get(f"data-{name}")
                    for name in ("do", "as", "name", "from", "note")}  # fmt: skip
            assert says == {"do": "save", "as": form, "name": f"ownership.{form}",
                            "from": "picture", "note": note}  # fmt: skip
        drawn = [render.svg(o, 844, theme="lab", standalone=False) for o in case(state).answers]
        assert len(drawn) == (2 if kind == "both" else 1)
        assert "".join(drawn) in frame(state).regions["folds"]


@pytest.mark.parametrize("width", [844, 700])
def test_a_picture_is_as_large_as_what_it_shows_and_says_what_it_is(width: int) -> None:
    for state in STATES[::3]:
        drawn = [e for e in read(state, width)["picture"].iter("svg") if e.get("role") == "group"]
        for svg in drawn:
            x, y, across, high = map(float, svg.get("viewbox", "").split())
            assert (x, y) == (-2, 0)
            assert (across, high) == (float(svg.get("width", 0)), float(svg.get("height", 0)))
            assert width - 90 < across <= width + 4, "a margin of two on each side"
            assert svg.get("aria-label", "").startswith("the way of the id")
        assert len(drawn) == (not of_class(read(state, width)["picture"], "kfv-trail"))


def test_the_table_holds_every_number_of_the_picture() -> None:
    for state in STATES:
        told = " ".join(value for row in frame(state).table for value in row.values())
        for o in case(state).answers:
            for lane in o.lanes:
                assert lane.id is None or str(lane.id) in told


def test_zooming_shows_a_sixteenth_around_the_traced_id() -> None:
    state = update(put(START, "path", "home"), event("fold", "scale", True))
    bounds = []
    for _ in range(8):
        words = said(of_class(read(state)["folds"], "kfv-walk")[0])
        found = re.search(r"(\d+) to (\d+)$", words)
        assert found is not None
        bounds.append((int(found[1]), int(found[2])))
        shut = {way for way in ZOOMS if
                keyed(state)[f"zoom-{way}"].get("aria-disabled") == "true"}  # fmt: skip
        wide = {"out", "whole"} if state.zoom == 0 else set()
        assert shut == ({"in"} if state.zoom == MOST_ZOOM else wide)
        state = update(state, event("zoom", "in"))
    assert bounds[0] == (0, INVALID - 1)
    assert all(low <= 1000 <= high for low, high in bounds)
    assert bounds[-1] == (992, 1007)
    wide = [high - low + 1 for low, high in bounds[1:]]
    assert all(a == 16 * b for a, b in itertools.pairwise(wide))


def test_an_extent_says_its_row_when_it_is_pointed_at_or_chosen() -> None:
    buttons = of_class(read(START)["picture"], "extent")
    assert [b.get("aria-label") for b in buttons] == [
        "mount idmap, row 1 of 1: 1000 1125 1: disk 1000 is mount 1125"
    ]
    assert sends(buttons[0]) == event("select", "mount.0")
    assert [said(t) for t in buttons[0].iter("text")] == [
        "1000 1125 1",
        "disk 1000",
        "is mount 1125",
    ]
    chosen = update(START, event("select", "mount.0"))
    assert of_class(read(chosen)["picture"], "extent")[0].get("aria-pressed") == "true"
    assert buttons[0].get("aria-pressed") == "false"
    assert "extent" not in render.svg(case(START).ownership)


def test_an_edge_of_a_block_can_be_clicked_where_the_way_starts() -> None:
    state = first("two-ids-exchanged")
    for asked, lane in ((state, 0), (put(first("keep-id"), "direction", "chown"), -1)):
        o = case(asked).ownership
        field = keyed(asked)["id"]
        assert o.travel.start == lane % len(o.lanes)
        blocks = of_class(read(asked)["picture"], "block")
        here = [b for b in blocks if b.get("data-lane") == str(o.travel.start)]
        clicked = [g for b in here for g in b.iter() if g.get("data-trace")]
        assert clicked
        assert {int(g.get("data-trace", "")) for g in clicked} <= {
            *json.loads(field.get("data-edges", ""))
        }
        assert all(said(g).startswith(g.get("data-trace", "")) for g in clicked)
        assert len(clicked) == len([g for b in blocks for g in b.iter() if g.get("data-trace")])


def test_the_id_field_knows_the_edges_of_its_lane() -> None:
    field = keyed(first("container-root-filesystem"))["id"]
    edges = json.loads(field.get("data-edges", ""))
    assert {0, 65535, 65536} <= set(edges)
    drag = json.loads(field.get("data-drag", ""))
    assert drag == {"per": 65536 // 120, "first": 0, "last": 4294967294}
    assert field.get("aria-label") == "On disk: uid to trace"
    wrong = keyed(update(START, event("typed", "id", "x")))["id"]
    assert (wrong.get("value"), wrong.get("aria-invalid")) == ("x", "true")


def test_texts_are_escaped_everywhere() -> None:
    nasty = '<img src=x onerror="alert(1)">\u202e\x1b[31m'
    document = {
        **SCENARIO, "title": nasty, "notes": nasty, "source": nasty,
        "setup": [{"type": "file", "path": "a<b>&\"'", "kuid": 1000}],
        "focus": {"path": "a<b>&\"'"},
    }  # fmt: skip
    state = replace(first(document), folds=explorer.FOLDS)
    for width in WIDTHS:
        for html in frame(state, width).regions.values():
            assert "<img" not in html
            assert "<b>&\"'" not in html


def test_the_gallery_is_behind_the_question() -> None:
    opened = update(START, event("fold", "cases", True))
    names = [key.removeprefix("case-") for key in keyed(opened) if key.startswith("case-")]
    assert names == gallery()
    assert keyed(opened)["case-home-on-a-stick"].get("aria-current") == "true"
    moved = update(opened, sends(keyed(opened)["case-keep-id"]))
    assert moved == first("keep-id")
    assert not of_class(read(START)["ask"], "kfv-cases")
    assert said(read(START)["ask"]).startswith("Can my home directory follow me")
