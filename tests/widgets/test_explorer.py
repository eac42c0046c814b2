# SPDX-License-Identifier: BSD-3-Clause
"""The ownership explorer in a notebook: every control drives the state, every region shows it."""

from __future__ import annotations

from typing import Any

import ipywidgets as w
import pytest

import kfuncviz as kv
from kfuncviz import render
from kfuncviz.explorers import ownership as pure
from kfuncviz.render.ownership import controls
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.ask import ownership
from kfuncviz.widgets.ownership import OwnershipExplorer
from tests.explorers.scenarios import SCENARIO

BAD = "0 100000 65536\n5 5 1"


@pytest.fixture
def explorer() -> OwnershipExplorer:
    return OwnershipExplorer(SCENARIO)


def ids(explorer: OwnershipExplorer) -> list[int | None]:
    return [lane.id for lane in explorer.case.ownership.lanes]


def shown(explorer: OwnershipExplorer) -> dict[str, str]:
    return {name: region.value for name, region in explorer.regions.items()}


def off(button: Any) -> bool:
    return "kfv-off" in button._dom_classes


def on_screen(explorer: OwnershipExplorer) -> None:
    """Every control and region says what the state says, and the picture is the model's answer."""
    state, document = explorer.state, explorer.case.document
    asked: dict[str, Any] = {
        "by": state.by, "via": state.via, "kind": state.kind, "direction": state.direction,
        "id": state.id,
    }  # fmt: skip
    o = ownership(Machine(document), state.path, **asked)
    calls = len(o.calls)
    regions, words = shown(explorer), render.sentence_html(o)
    assert words in regions["say"]
    if state.step is None:
        assert regions["picture"] == render.svg(o, explorer.companion.width, theme="lab")
        assert f"call {calls} of {calls}" in regions["now"]
    for target in (*pure.CHOICES, *pure.SWITCHES):
        control = getattr(explorer, target)
        assert control.value == getattr(state, target), target
        assert control.disabled == (target in pure.idle(state)), target
    for target in ("by", "via", "path"):
        assert list(getattr(explorer, target).options) == pure.choices(state)[target]
    texts, drafts = pure.texts(state), dict(state.drafts)
    assert explorer.id.value == texts["id"]
    assert ("refused" in explorer.id._dom_classes) == ("id" in drafts)
    for place in pure.PLACES:
        text = texts[f"{place}.{state.kind}"]
        assert explorer.maps[place].value == (text or "")
        assert (explorer.maps[place].layout.display == "none") == (text is None)
        hidden = explorer.map_boxes[place].layout.display == "none"
        assert hidden == (text is None and place == "fs")
        refused = "refused" in explorer.map_boxes[place]._dom_classes
        assert refused == (f"{place}.{state.kind}" in drafts)
    assert {name for name, button in explorer.steps.items() if off(button)} == (
        pure.idle(state) & set(pure.STEPS)
    )


def test_opens_with_an_answer(explorer: OwnershipExplorer) -> None:
    assert ids(explorer) == [1000, 101000, 1000]
    assert explorer.state == pure.first(SCENARIO)
    on_screen(explorer)
    assert off(explorer.undo)
    assert off(explorer.redo)


def outline(explorer: OwnershipExplorer, widget: Any) -> Any:
    """What stands where: regions by name, controls by the words on them, boxes with their class."""
    names = {id(region): name for name, region in explorer.regions.items()}
    if id(widget) in names:
        return names[id(widget)]
    if hasattr(widget, "children"):
        inside = [outline(explorer, child) for child in widget.children]
        return (" ".join(widget._dom_classes), *inside)
    if isinstance(widget, w.ToggleButtons):
        return [label for label, _ in widget._options_full]
    if isinstance(widget, w.Textarea):
        return "rows"
    return getattr(widget, "description", type(widget).__name__)


def test_what_stands_where_on_the_page(explorer: OwnershipExplorer) -> None:
    assert outline(explorer, explorer) == (
        "kfv-explorer",
        ("kfv-bar", "scenario", "caller", "mount", "Undo", "Redo", "Reset"),
        "about",
        ("kfv-bar", ["Read: disk → caller", "Create: disk ← caller", "chown: disk ← id"],
         ["uid", "gid"]),
        ("kfv-bar", "file", "or id", "mount idmap", "caller in container",
         "filesystem in a user ns"),
        "note-id",
        "notice",
        "picture",
        "say",
        ("kfv-bar", "First", "Back", "Next", "Last", "now"),
        (
            "kfv-maps",
            ("kfv-map fs", "heads-fs", "rows", "note-fs"),
            ("kfv-map mount", "heads-mount", "rows", "note-mount"),
            ("kfv-map caller", "heads-caller", "rows", "note-caller"),
        ),
        "folds",
        "Companion",
    )  # fmt: skip
    assert explorer.regions["picture"]._dom_classes == ("kfv-fig",)


def test_what_is_said_on_hover_and_how_wide_a_control_is(explorer: OwnershipExplorer) -> None:
    buttons = (*explorer.steps.values(), explorer.undo, explorer.redo, explorer.reset)
    assert [button.tooltip for button in buttons] == [
        "to the start", "one call back, key [", "one call on, key ]", "to the answer",
        "take the last change back", "make it again", "as the scenario was",
    ]  # fmt: skip
    assert list(explorer.kind.tooltips) == ["owner", "group"]
    assert explorer.id.placeholder == "e.g. 1000"
    for control in (explorer.scenario, explorer.by, explorer.via, explorer.path):
        assert (control.layout.width, control.layout.max_width) == ("max-content", "260px")
        assert control.style.description_width == "auto"
    assert (explorer.id.layout.width, explorer.id.style.description_width) == ("170px", "auto")
    for text in explorer.maps.values():
        assert text.layout.width == "100%"
    typed = (explorer.id, *explorer.maps.values())
    assert [text.continuous_update for text in typed] == [False] * 4
    boxes = (explorer.mount_idmapped, explorer.in_container, explorer.fs_in_userns)
    assert [box.indent for box in boxes] == [False] * 3


def test_a_layout_is_the_outermost_boxs() -> None:
    assert OwnershipExplorer(SCENARIO, layout={"width": "50%"}).layout.width == "50%"


def test_every_control_drives_its_part_of_the_state(explorer: OwnershipExplorer) -> None:
    for target, value in (
        ("path", "d/g"), ("mount_idmapped", False), ("in_container", False), ("fs_in_userns", True),
        ("by", "n"), ("via", "s"), ("kind", "gid"), ("direction", "create"), ("by", "root"),
        ("via", "plain"), ("fs_in_userns", False), ("direction", "read"), ("scenario", "keep-id"),
    ):  # fmt: skip
        before = explorer.state
        getattr(explorer, target).value = value
        event = {"type": "set", "target": target, "value": value}
        assert explorer.state == pure.update(before, event)
        assert getattr(explorer.state, target) == value
        on_screen(explorer)


def test_the_id_field(explorer: OwnershipExplorer) -> None:
    explorer.id.value = "0"
    assert ids(explorer) == [0, 100000, 0]
    on_screen(explorer)
    before = shown(explorer)
    explorer.id.value = "many"
    assert explorer.id.value == "many"
    after = shown(explorer)
    assert {name for name in before if before[name] != after[name]} == {"note-id", "notice"}
    assert "&#x27;many&#x27; is no id" in after["note-id"]
    on_screen(explorer)
    explorer.id.value = ""
    assert ids(explorer) == [1000, 101000, 1000]
    assert shown(explorer)["note-id"] == shown(explorer)["notice"] == ""


@pytest.mark.parametrize("kind", ["uid", "gid"])
@pytest.mark.parametrize("place", pure.PLACES)
def test_a_map_is_edited_for_the_kind_asked_about(place: Any, kind: str) -> None:
    explorer = OwnershipExplorer(SCENARIO)
    explorer.fs_in_userns.value = True
    explorer.kind.value = kind
    second = 300000 if place == "fs" else 100000
    text = f"0 {second} 70000"
    explorer.maps[place].value = text
    assert explorer.state.maps == ((f"{place}.{kind}", text),)
    assert explorer.maps[place].value == controls.map_text([(0, second, 70000)])
    assert explorer.regions[f"note-{place}"].value == controls.map_echo(place, [[0, second, 70000]])
    on_screen(explorer)


def test_a_refused_map_keeps_the_last_picture(explorer: OwnershipExplorer) -> None:
    before = shown(explorer)
    explorer.maps["mount"].value = BAD
    after = shown(explorer)
    assert {name for name in before if before[name] != after[name]} == {"note-mount", "notice"}
    with pytest.raises(kv.IdMapError) as error:
        kv.IdMap(BAD)
    assert after["note-mount"] == controls.refusal(error.value.name, error.value.rule)
    assert "last state the kernel would accept" in after["notice"]
    explorer.in_container.value = False
    assert explorer.maps["mount"].value == BAD
    on_screen(explorer)
    explorer.maps["mount"].value = "1000 5 1"
    assert ids(explorer) == [1000, 5, 5]
    on_screen(explorer)
    assert shown(explorer)["notice"] == ""


def test_a_refused_switch_springs_back(explorer: OwnershipExplorer) -> None:
    explorer.id.value = "70000"
    explorer.fs_in_userns.value = True
    assert explorer.fs_in_userns.value is False
    assert "EOVERFLOW" in shown(explorer)["notice"]
    on_screen(explorer)


def test_an_editor_is_as_high_as_its_rows(explorer: OwnershipExplorer) -> None:
    assert explorer.maps["mount"].rows == 2
    for rows, high in ((3, 3), (8, 8), (9, 8)):
        explorer.maps["mount"].value = "\n".join(f"{n} {n} 1" for n in range(rows))
        assert explorer.maps["mount"].value.count("\n") == rows - 1
        assert explorer.maps["mount"].rows == high


def test_steps_walk_through_the_calls(explorer: OwnershipExplorer) -> None:
    calls = explorer.case.ownership.calls
    explorer.steps["first"].click()
    for at in range(len(calls)):
        assert explorer.regions["now"].value == controls.now(calls, at)
        hops = {call.hop for call in calls[:at]} - {None}
        assert explorer.regions["picture"].value == render.svg(
            explorer.case.ownership, 960, theme="lab", step=len(hops)
        )
        on_screen(explorer)
        explorer.steps["next"].click()
    assert explorer.state.step is None
    explorer.steps["back"].click()
    assert explorer.state.step == len(calls) - 1
    explorer.steps["last"].click()
    assert explorer.state.step is None


def test_a_step_button_is_never_disabled(explorer: OwnershipExplorer) -> None:
    """The browser would take the focus from it; a click on it does nothing."""
    for name in ("last", "next", "first", "back", "first"):
        explorer.steps[name].click()
        buttons = (*explorer.steps.values(), explorer.undo, explorer.redo, explorer.reset)
        assert [button.disabled for button in buttons] == [False] * 7
        assert off(explorer.steps[name])
    explorer.undo.click()
    explorer.redo.click()
    assert explorer.state.step == 0


def test_keys_and_folds_come_as_messages(explorer: OwnershipExplorer) -> None:
    def hear(message: dict[str, Any]) -> None:
        explorer.companion._handle_custom_msg(message, [])

    hear({"type": "step", "target": "back"})
    assert explorer.state.step == len(explorer.case.ownership.calls) - 1
    on_screen(explorer)
    before = shown(explorer)
    hear({"type": "fold", "target": "calls", "value": True})
    assert explorer.state.folds == ("table", "calls")
    assert shown(explorer) == before  # what the reader opened must not be drawn anew
    explorer.kind.value = "gid"
    assert '<details data-fold="calls" open>' in shown(explorer)["folds"]


def test_undo_redo_reset(explorer: OwnershipExplorer) -> None:
    explorer.mount_idmapped.value = False
    explorer.in_container.value = False
    explorer.undo.click()
    assert ids(explorer) == [1000, 1000, None]
    assert not off(explorer.redo)
    explorer.undo.click()
    assert ids(explorer) == [1000, 101000, 1000]
    assert off(explorer.undo)
    explorer.redo.click()
    assert explorer.mount_idmapped.value is False
    on_screen(explorer)
    explorer.reset.click()
    assert explorer.state == pure.first(SCENARIO)
    on_screen(explorer)
    explorer.undo.click()
    assert explorer.mount_idmapped.value is False


def test_a_new_edit_clears_redo(explorer: OwnershipExplorer) -> None:
    explorer.mount_idmapped.value = False
    explorer.undo.click()
    explorer.kind.value = "gid"
    assert off(explorer.redo)
    explorer.redo.click()
    assert explorer.mount_idmapped.value is True
    assert explorer.kind.value == "gid"


def test_another_scenario_begins_a_new_history(explorer: OwnershipExplorer) -> None:
    explorer.kind.value = "gid"
    own = explorer.state.scenario
    names = [(name, name) for name in kv.gallery()]
    assert [*explorer.scenario.options] == [("(this scenario)", own), *names]
    explorer.scenario.value = "keep-id"
    assert off(explorer.undo)
    explorer.undo.click()
    assert explorer.state == pure.first("keep-id")
    on_screen(explorer)
    explorer.scenario.value = own
    assert explorer.state == pure.first(SCENARIO)


def test_what_an_explorer_can_be_made_of() -> None:
    assert OwnershipExplorer().scenario.value == kv.gallery()[0]
    options = OwnershipExplorer("keep-id").scenario.options
    assert [*options] == [(name, name) for name in kv.gallery()]
    answer = OwnershipExplorer(kv.Scenario("keep-id")).case.ownership
    assert vars(answer) == vars(kv.who_owns("keep-id"))
    with pytest.raises(kv.ScenarioError, match="neither a file nor one of the"):
        OwnershipExplorer("keep-di")


def test_an_explorer_opens_with_what_another_showed(explorer: OwnershipExplorer) -> None:
    explorer.kind.value = "gid"
    explorer.maps["mount"].value = BAD
    explorer.steps["first"].click()
    again = OwnershipExplorer(state=pure.to_json(explorer.state))
    assert again.state == explorer.state
    assert shown(again) == shown(explorer)
    assert off(again.undo)
    on_screen(again)
    with pytest.raises(ValueError, match="'pid' is no kind"):
        OwnershipExplorer(state={"kind": "pid"})


def test_the_picture_follows_the_width(explorer: OwnershipExplorer) -> None:
    explorer.companion.width = 700
    on_screen(explorer)
    explorer.companion.width = 10
    assert explorer.regions["picture"].value == render.svg(
        explorer.case.ownership, 286, theme="lab"
    )
    assert explorer.frame == pure.frame(explorer.state, 286)


@pytest.mark.parametrize("name", kv.gallery())
def test_every_gallery_scenario_survives_every_control(name: str) -> None:
    explorer = OwnershipExplorer(name)
    assert explorer.scenario.value == name
    first = shown(explorer)
    for by in explorer.by.options:
        explorer.by.value = by
        for via in explorer.via.options:
            explorer.via.value = via
    for direction in ("create", "chown", "read"):
        explorer.direction.value = direction
        explorer.kind.value = "gid"
        explorer.kind.value = "uid"
    for switch in (explorer.mount_idmapped, explorer.in_container, explorer.fs_in_userns):
        if not switch.disabled:
            switch.value = not switch.value
            switch.value = not switch.value
    explorer.reset.click()
    assert shown(explorer) == first
    assert explorer.state == pure.first(name)
