# SPDX-License-Identifier: BSD-3-Clause
"""The ownership explorer without a browser: every control changes the answer as the model says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kfuncviz as kv
from kfuncviz.scenario.variation import map_rows, stack_of, vary, with_map
from kfuncviz.widgets.ownership import OwnershipExplorer
from kfuncviz.widgets.view import first_view, frame, parse_id

SCENARIO: dict[str, Any] = {
    "title": "A container",
    "userns": {"M": {"uid_map": [[0, 100000, 65536]]}},
    "setup": [
        {"type": "file", "path": "f", "kuid": 1000, "kgid": 100},
        {"type": "file", "path": "far", "kuid": 70000, "kgid": 70000},
    ],
    "mounts": {"m": {"userns": "M"}},
    "callers": {"c": {"kuid": 101000, "kgid": 100100, "userns": "M"}},
}


@pytest.fixture
def explorer() -> OwnershipExplorer:
    return OwnershipExplorer(SCENARIO)


def ids(explorer: OwnershipExplorer) -> list[int | None]:
    return [lane.id for lane in explorer.frame.ownership.lanes]


def test_opens_with_an_answer(explorer: OwnershipExplorer) -> None:
    assert ids(explorer) == [1000, 101000, 1000]
    assert "<svg" in explorer.picture.value
    assert "101000" in explorer.say.value
    assert explorer.mount_idmapped.value is True
    assert explorer.in_container.value is True
    assert explorer.fs_in_userns.value is False


def test_each_switch_changes_the_owner(explorer: OwnershipExplorer) -> None:
    explorer.mount_idmapped.value = False
    assert ids(explorer) == [1000, 1000, None]
    explorer.in_container.value = False
    assert ids(explorer) == [1000, 1000, 1000]
    explorer.fs_in_userns.value = True
    assert ids(explorer) == [1000, 301000, 301000]
    explorer.mount_idmapped.value = True
    assert ids(explorer) == [301000, 1000, 101000, 101000]


def test_file_id_kind_and_direction(explorer: OwnershipExplorer) -> None:
    explorer.path.value = "far"
    assert explorer.frame.ownership.travel.fallen == (False, True, True)
    explorer.id.value = "0"
    assert ids(explorer) == [0, 100000, 0]
    explorer.id.value = ""
    explorer.path.value = "f"
    explorer.kind.value = "gid"
    assert ids(explorer) == [100, 100100, 100]
    explorer.direction.value = "create"
    assert ids(explorer) == [100, 100100, 100]
    explorer.direction.value = "chown"
    explorer.id.value = "70000"
    assert explorer.frame.ownership.err == "EINVAL"


def test_a_refused_map_keeps_the_last_picture(explorer: OwnershipExplorer) -> None:
    before = explorer.picture.value
    explorer.maps["mount"].value = "0 100000 65536\n5 5 1"
    assert explorer.picture.value == before
    assert "EINVAL" in explorer.map_notes["mount"].value
    assert "overlap" in explorer.map_notes["mount"].value
    assert "last state the kernel would accept" in explorer.notice.value
    explorer.maps["mount"].value = "1000 5 1"
    assert ids(explorer) == [1000, 5, None]
    assert explorer.notice.value == ""
    assert "EINVAL" not in explorer.map_notes["mount"].value


def test_editing_the_mounts_map_leaves_the_callers_alone(explorer: OwnershipExplorer) -> None:
    explorer.maps["mount"].value = "1000 100007 1"
    assert ids(explorer) == [1000, 100007, 7]
    assert explorer.maps["caller"].value.split() == ["0", "100000", "65536"]


def test_a_bad_id_is_explained_and_changes_nothing(explorer: OwnershipExplorer) -> None:
    before = explorer.picture.value
    for text in ("x", "-1", "4294967295", "1e3", "\uff11"):
        explorer.id.value = text
        assert "is no id" in explorer.id_error.value
        assert explorer.picture.value == before


def test_steps_walk_through_the_calls(explorer: OwnershipExplorer) -> None:
    calls = explorer.frame.ownership.calls
    explorer.steps["First"].click()
    assert "call 0 of" in explorer.now.value
    assert explorer.steps["Back"].disabled
    seen = []
    for number in range(1, len(calls) + 1):
        explorer.steps["Next"].click()
        assert f"call {number} of {len(calls)}" in explorer.now.value
        seen.append(explorer.picture.value)
    assert explorer.steps["Next"].disabled
    assert len(set(seen)) >= 3


def test_undo_redo_reset(explorer: OwnershipExplorer) -> None:
    assert explorer.undo.disabled
    explorer.mount_idmapped.value = False
    explorer.in_container.value = False
    explorer.undo.click()
    assert ids(explorer) == [1000, 1000, None]
    explorer.undo.click()
    assert ids(explorer) == [1000, 101000, 1000]
    explorer.redo.click()
    assert explorer.mount_idmapped.value is False
    explorer.reset.click()
    assert ids(explorer) == [1000, 101000, 1000]


@pytest.mark.parametrize("name", kv.gallery())
def test_every_gallery_scenario_survives_every_control(name: str) -> None:
    explorer = OwnershipExplorer(name)
    assert explorer.scenario.value == name
    first = explorer.picture.value
    for by in explorer.by.options:
        explorer.by.value = by
        for via in explorer.via.options:
            explorer.via.value = via
            for direction in ("create", "chown", "read"):
                explorer.direction.value = direction
                explorer.kind.value = "gid"
                explorer.kind.value = "uid"
            for switch in (explorer.mount_idmapped, explorer.in_container, explorer.fs_in_userns):
                switch.value = not switch.value
                switch.value = not switch.value
    explorer.reset.click()
    assert explorer.picture.value == first


def test_varying_back_and_forth_is_the_identity_on_the_disk() -> None:
    stack = stack_of(SCENARIO)
    moved = vary(SCENARIO, stack_of(vary(SCENARIO, stack)))
    assert moved["setup"] == SCENARIO["setup"]
    inside = vary(moved, stack.__class__("c", "m", True, True, True))
    assert inside["setup"][0]["kuid"] == 301000
    assert vary(inside, stack)["setup"] == SCENARIO["setup"]


@settings(max_examples=60)
@given(st.text("0123456789 \n-x", max_size=40))
def test_any_text_in_a_map_is_taken_or_refused(text: str) -> None:
    stack = stack_of(SCENARIO)
    try:
        document = with_map(SCENARIO, stack, "mount", "uid", text)
    except kv.IdMapError:
        return
    assert map_rows(document, stack, "mount", "uid")
    assert frame(first_view(document))


def test_parse_id() -> None:
    assert parse_id(" 7 ") == 7
    assert parse_id("") is None
    with pytest.raises(ValueError, match="from 0 to 4294967294"):
        parse_id("4294967295")


def test_predict() -> None:
    p = kv.Predict("?", ["0", "1125"], kv.who_owns("home-on-a-stick"), "Because.")
    assert p.check.disabled
    p.choice.value = "1125"
    assert not p.check.disabled
    assert p.picture.value == ""
    p.check.click()
    assert p.right
    assert "Right." in p.feedback.value
    assert "<svg" in p.picture.value
    with pytest.raises(ValueError, match="not among the choices"):
        kv.Predict("?", ["1"], kv.who_owns("home-on-a-stick"))
