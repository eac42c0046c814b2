# SPDX-License-Identifier: BSD-3-Clause
"""An explorer as a widget, tried on a toy: traits, questions, refusals, links, and no page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

import ipywidgets as w
import pytest
import traitlets

import kfuncviz as kv
from kfuncviz import front
from kfuncviz.explorers.engine import registry, tokens
from kfuncviz.explorers.engine.ask import ask
from kfuncviz.explorers.engine.exports import page
from kfuncviz.render.kit.markup import keeping_keys
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.reading import token
from kfuncviz.widgets.explorer import Explorer
from tests.front import toy


@pytest.fixture(autouse=True)
def _toy_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    known = MappingProxyType({"board": "tests.front.toy", **registry.EXPLORERS})
    monkeypatch.setattr(registry, "EXPLORERS", known)


@pytest.fixture
def explorer() -> Explorer:
    return Explorer("board", toy.first())


@pytest.fixture
def told(explorer: Explorer, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """What is sent to the page."""
    sent: list[Any] = []
    monkeypatch.setattr(explorer, "send", sent.append)
    return sent


def hear(explorer: Explorer, content: Any) -> None:
    explorer._handle_custom_msg(content, [])


def test_it_opens_with_its_whole_frame(explorer: Explorer) -> None:
    assert explorer.token == tokens.encode("board", toy.first())
    assert [explorer.answer] == ask(explorer.token, [], explorer.width)
    assert (explorer.width, explorer.ahead) == (840, True)  # of JupyterLab in a usual window
    assert explorer._esm == front.module("comm")
    assert explorer._css == front.stylesheet()
    synced = explorer.get_state().keys() - w.DOMWidget().get_state().keys()
    ours = {"token", "answer", "width", "ahead"}
    assert {name for name in synced if not name.startswith("_")} == ours


def test_a_question_is_answered_under_its_number_and_changes_nothing(
    explorer: Explorer, told: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Explorer, "_usual_width", 840)
    before, event = explorer.token, {"type": "set", "target": "on", "value": False}
    hear(explorer, {"id": "v1-3", "token": before, "events": [event], "width": 500})
    assert told == [{"id": "v1-3", "answers": ask(before, [event], 500)}]
    assert explorer.token == before
    assert Explorer("board", toy.first()).width == 500  # the next one opens at the page's width
    hear(explorer, {})
    assert len(told) == 1


def test_a_page_may_ask_for_the_file_that_travels(explorer: Explorer, told: list[Any]) -> None:
    other = tokens.encode("board", toy.State(colour="blue"))
    hear(explorer, {"id": 7, "html": other})
    assert told == [{"id": 7, "html": page("board", toy.State(colour="blue"))}]
    hear(explorer, {"id": 8, "html": "kfv2.AAAA"})
    assert told[1]["trouble"].endswith("token: damaged: too short")


@pytest.mark.parametrize(
    ("asked", "trouble"),
    [
        ({"id": 1, "token": "x", "events": []}, "KeyError: 'width'"),
        ({"id": 1, "token": "x", "events": 7, "width": 500}, "TypeError: .*"),
    ],
)
def test_nonsense_from_a_page_is_answered_with_what_is_wrong(
    explorer: Explorer, told: list[Any], asked: dict[str, Any], trouble: str
) -> None:
    hear(explorer, asked)
    (answer,) = told
    assert answer["id"] == 1
    assert re.fullmatch(trouble, answer["trouble"])


def test_every_field_is_a_trait_with_a_plain_value(explorer: Explorer) -> None:
    for part in ("on", "add", "id", "colour", "step", "draft", "folds"):
        assert getattr(explorer, part) == getattr(toy.State(), part)
        assert explorer.has_trait(part)
    seen: list[Any] = []
    explorer.observe(lambda c: seen.append((c["name"], c["old"], c["new"])), ["on", "id", "step"])
    explorer.on = False
    explorer.id = 500
    explorer.step = 1
    assert explorer.state == toy.State(on=False, id=500, step=1)
    assert seen == [("on", True, False), ("id", None, 500), ("step", 3, 1)]
    explorer.on = True  # sets the step anew: two parts change, and each is told
    assert seen[3:] == [("on", False, True), ("step", 1, 3)]


def test_the_page_moves_the_traits_and_the_traits_the_page(explorer: Explorer) -> None:
    other = toy.State(on=False, colour="green", id=7)
    seen: list[str] = []
    explorer.observe(lambda c: seen.append(c["name"]), ["on", "colour", "id"])
    explorer.set_state({"token": tokens.encode("board", other)})
    assert (explorer.on, explorer.colour, explorer.id) == (False, "green", 7)
    assert sorted(seen) == ["colour", "id", "on"]
    explorer.id = None
    assert explorer.token == tokens.encode("board", toy.State(on=False, colour="green"))


@pytest.mark.parametrize(
    ("part", "value", "told"),
    [
        ("on", 3, "on: no control sends .*'value': 3.*"),
        ("colour", "pink", "colour: no control sends .*pink.*"),
        ("add", "x", "add stays 1000: 'x' is no number"),
    ],
)
def test_a_refused_value_leaves_the_last_good_one(
    explorer: Explorer, part: str, value: Any, told: str
) -> None:
    kept = getattr(explorer, part)
    with pytest.raises(traitlets.TraitError, match=f"^{told}$"):
        setattr(explorer, part, value)
    assert getattr(explorer, part) == kept
    explorer.id = 5
    assert explorer.state.id == 5


def test_what_is_refused_is_said_in_the_explorers_own_place(explorer: Explorer) -> None:
    with pytest.raises(traitlets.TraitError):
        explorer.add = "many"
    assert explorer.state == toy.State(draft="many")
    assert "&#x27;many&#x27; is no number" in ask(explorer.token, [])[0]["regions"]["rows"]
    explorer.add = 7
    assert (explorer.add, explorer.draft) == (7, None)
    explorer.add = 7  # again: nothing to refuse


def test_what_is_set_again_is_not_refused_however_it_is_written(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(toy, "setting", lambda state, name, value: [])
    explorer.folds = []
    with pytest.raises(traitlets.TraitError, match="folds stays"):
        explorer.folds = ["more"]
    explorer.token = tokens.encode("board", toy.State(folds=("more",)))
    explorer.folds = ["more"]
    explorer.colour = "red"
    with pytest.raises(traitlets.TraitError, match="colour stays 'red'"):
        explorer.colour = {"red": 1}


@pytest.mark.parametrize("text", ["", "kfv2.AAAA", "kfv2.AAAA~5", "nonsense"])
def test_a_token_that_opens_nothing_is_refused(explorer: Explorer, text: str) -> None:
    before = explorer.token
    wrong = "damaged: too short" if text == "kfv2.AAAA" else ""
    with pytest.raises(traitlets.TraitError, match=f"^token: {wrong}"):
        explorer.token = text
    assert explorer.token == before


def test_a_token_of_another_explorer_is_refused(explorer: Explorer) -> None:
    from kfuncviz.explorers import ownership

    with pytest.raises(traitlets.TraitError, match="opens 'ownership', and this is 'board'"):
        explorer.token = tokens.encode("ownership", ownership.first("keep-id"))


def test_links_and_observers_of_ipywidgets(explorer: Explorer) -> None:
    number, other = w.IntText(), Explorer("board", toy.first())
    explorer.id = 5
    w.link((explorer, "id"), (number, "value"))
    number.value = 500
    assert explorer.state.id == 500
    explorer.id = 700
    assert number.value == 700
    w.link((explorer, "token"), (other, "token"))
    other.colour = "blue"
    assert explorer.colour == "blue"
    explorer.on = False
    assert other.state == explorer.state
    made = w.interactive(lambda on: setattr(explorer, "on", on), on=False)
    made.children[0].value = True
    assert explorer.on is True


def test_without_a_page_there_are_the_picture_and_one_line_why(
    explorer: Explorer, monkeypatch: pytest.MonkeyPatch
) -> None:
    explorer.id = 500
    data, _ = explorer._repr_mimebundle_()
    assert data["text/plain"] == repr(explorer) == "<Explorer board: 500 becomes 1500.>"
    why = "This is a picture: no controls, for custom widgets cannot run here."
    shown = f'{explorer.draw()}<p class="kfv-static">{why}</p>'
    assert data["text/html"] == keeping_keys(shown) != shown
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id
    assert explorer.draw() == explorer.draw(width=960)
    drawn = explorer.draw(width=400)
    assert drawn == toy.frame(explorer.state, 400).regions["picture"] + "<p>500 becomes 1500.</p>"
    monkeypatch.setattr(toy, "_rows", lambda state: "<svg></svg>")
    assert explorer.draw(width=400) == drawn.replace("<p>", "<svg></svg><p>")
    assert explorer.draw(toy.State(id=7)).endswith("<p>7 has no answer.</p>")
    assert "<button" not in drawn


def test_an_explorers_own_picture_and_its_choice_of_traits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        toy, "draw", lambda state, width: f"<i>{state.id} {width}</i>", raising=False
    )
    monkeypatch.setattr(toy, "TRAITS", ("on",), raising=False)
    monkeypatch.delattr(toy, "setting")
    monkeypatch.delattr(toy, "why")
    explorer = Explorer("board", toy.State(id=3))
    assert explorer.draw(width=9) == "<i>3 9</i><p>3 has no answer.</p>"
    assert explorer.draw(toy.State(id=4), 8) == "<i>4 8</i><p>4 has no answer.</p>"
    assert not explorer.has_trait("colour")
    explorer.on = False
    assert explorer.state.on is False
    monkeypatch.setattr(toy, "update", lambda state, event: state)
    with pytest.raises(traitlets.TraitError, match=r"^on stays False: the explorer refuses it$"):
        explorer.on = True


def test_a_state_that_cannot_be_drawn_is_an_error_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(state: toy.State, width: int = 0) -> None:
        raise ValueError("no such picture")

    monkeypatch.setattr(toy, "frame", broken)
    with pytest.raises(ValueError, match="no such picture"):
        Explorer("board", toy.State(add=3))


def test_a_sentence_without_end_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toy, "said", lambda state: "\x1b" + "x" * 300)
    told = repr(Explorer("board", toy.State()))
    assert told == rf"<Explorer board: \x1b{'x' * 136}..."
    assert len(told) == 160


def test_a_link_to_a_case_that_has_changed_since_says_so() -> None:
    assert "notice" not in kv.explore(kv.Scenario("keep-id").link()).answer
    old = token.pack(["ownership", "keep-id@0000", {}], tokens.KFV2)
    shown = kv.explore(f"Look:\n> {old}\n")
    assert shown.answer["notice"] == "The gallery's keep-id has changed since this link was made."
    assert shown.state.scenario == "keep-id"
    assert shown.answer.keys() > {"notice", "regions"}


@pytest.mark.parametrize("text", ["kfv2.AAAA", "nonsense", ""])
def test_what_holds_no_token_opens_nothing(text: str) -> None:
    told = "damaged: too short" if text == "kfv2.AAAA" else ""
    with pytest.raises(ScenarioError, match=f"^token: {told}"):
        kv.explore(text)
