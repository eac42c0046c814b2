# SPDX-License-Identifier: BSD-3-Clause
"""The exposure screen read back: every cell, the sliders, what opens, guesses, who pays."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz.evidence.data.load import position
from kfuncviz.evidence.idmap.wrappers import written
from kfuncviz.explorers import exposure as explorer
from kfuncviz.explorers.exposure import State, change, draw, frame, from_json, to_json, update
from kfuncviz.explorers.exposure.state import covered, rows, stops, ways
from kfuncviz.kfuncs.contracts import (
    ABOUT,
    GLYPHS,
    MEANINGS,
    changes,
    consequence,
    exposure,
    exposures,
)
from kfuncviz.render import exposure as render
from tests.explorers.following import follow
from tests.render.drawn import of_class, page, said

WAYS = list(exposures())
OWN = State(change="own-maps-6.8", exposure="fentry-core")


def event(kind: str, target: Any, value: Any = None) -> dict[str, Any]:
    return {"type": kind, "target": target, "value": value}


def after(*events: dict[str, Any], state: State = State()) -> State:  # noqa: B008  (frozen)
    for sent in events:
        state = update(state, sent)
    return state


def region(state: State, name: str, width: int = 844) -> ET.Element:
    return page(frame(state, width).regions[name])


def controls(tree: ET.Element) -> dict[str, ET.Element]:
    return {e.get("data-key", ""): e for e in tree.iter() if e.get("data-event")}


def drawn_cells(state: State, width: int) -> dict[tuple[str, str], ET.Element]:
    """The cells on screen by (change, exposure): what each would open."""
    found = {}
    for key, control in controls(region(state, "matrix", width)).items():
        if "cell" in (control.get("class") or ""):
            sent = json.loads(control.get("data-event", ""))
            assert (sent["type"], f"{sent['target']} {sent['value']}") == ("select", key)
            found[sent["target"], sent["value"]] = control
    return found


def expected(state: State) -> list[str]:
    """The changes on screen, worked out from the data again."""
    order = list(dict.fromkeys(e.release for e in changes().values()))
    first = order.index(state.since) + 1 if state.since else 0
    shown = order[first : order.index(state.until or order[-1]) + 1]
    return [
        e.id for e in changes().values()
        if e.release in shown and state.about in ("both", e.about)
    ]  # fmt: skip


SPANS = [State(), State("elsewhere"), State("both"), State("both", "6.4", "6.12"),
         State("inside", "7.0"), State("elsewhere", "", "6.4")]  # fmt: skip


@pytest.mark.parametrize("state", SPANS)
def test_every_cell_on_screen_is_the_computed_one(state: State) -> None:
    cells = drawn_cells(state, 844)
    ids = expected(state)
    assert list(cells) == [(e, way) for e in _grouped(ids) for way in WAYS]
    for (found, way), drawn in cells.items():
        cell = consequence(way, found)
        assert said(drawn) == f"{cell.glyph} {cell.outcome}"
        assert drawn.get("class") == f"cell {cell.outcome.replace(' ', '-')}"
        assert drawn.get("aria-expanded") == "false"
    matrix = region(state, "matrix")
    headings = [said(th) for th in of_class(matrix, "about")]
    assert headings == [w for about, w in ABOUT.items()
                        if any(changes()[e].about == about for e in ids)]  # fmt: skip
    if ids:
        told = region(state, "say")
        assert said(told).startswith(render.sentence(ids))
    else:
        assert said(region(state, "say")) == "Nothing changed here in these releases."
    counted = Counter(consequence(way, e).outcome for e in ids for way in WAYS)
    table = frame(state).table
    assert [row["change"] for row in table] == ids
    assert Counter(row[way] for row in table for way in WAYS) == counted


def _grouped(ids: list[str]) -> list[str]:
    return [e for about in ABOUT for e in ids if changes()[e].about == about]


@pytest.mark.parametrize("width", [240, 360, 719])
def test_narrow_a_change_counts_its_outcomes_and_opens_to_its_cells(width: int) -> None:
    shut = region(State(), "matrix", width)
    assert drawn_cells(State(), width) == {}
    assert shut.find(".//table") is None
    for found in rows(State()):
        counted = Counter(consequence(way, found.id).outcome for way in WAYS)
        counts = ", ".join(f"{GLYPHS[o]} {counted[o]} {o}" for o in GLYPHS if counted[o])
        item = controls(shut)[f"{found.id} "]
        assert said(item) == f"{found.release} {found.title}{counts}"
    cells = drawn_cells(OWN, width)
    assert list(cells) == [("own-maps-6.8", way) for way in WAYS]
    opened = [way for (_, way), cell in cells.items() if cell.get("aria-expanded") == "true"]
    assert opened == ["fentry-core"]
    assert len(of_class(region(OWN, "matrix", width), "panel")) == 1
    waiting = controls(region(State(predict=True), "matrix", width))
    assert said(waiting["own-maps-6.8 "]).endswith("? 10 to predict")


def test_from_720_pixels_on_there_is_the_table() -> None:
    assert len(drawn_cells(State(), 720)) == 230
    assert region(State(), "paid", 640).find(".//table") is not None
    assert region(State(), "paid", 639).find(".//table") is None


@pytest.mark.parametrize("width", [844, 360])
def test_an_opened_cell_says_what_changed_what_follows_and_who_pays(width: int) -> None:
    (panel,) = of_class(region(OWN, "matrix", width), "panel")
    cell, found = consequence("fentry-core", "own-maps-6.8"), changes()["own-maps-6.8"]
    text = said(panel)
    assert (
        panel.get("aria-label")
        == f"6.8, {changes()[OWN.change].title} × {exposure('fentry-core').title}"
    )
    for part in (found.what, f"{cell.glyph} {cell.outcome}: {cell.why}", f"(rule {cell.rule})",
                 found.note, *found.sources):  # fmt: skip
        assert " ".join(part.split()) in text
    assert [(said(d[0]), said(d[1])) for d in panel.iter("div") if d.find("dt") is not None] == [
        ("code in the tree", cell.payers.in_tree), ("programs outside", cell.payers.out_of_tree),
        ("users", cell.payers.users), ("maintainers", cell.payers.maintainers),
    ]  # fmt: skip
    assert "You said" not in text
    shut = controls(panel)["shut"]
    assert after(json.loads(shut.get("data-event", "")), state=OWN) == State()
    assert frame(OWN).sentence == (
        f"6.8, {changes()[OWN.change].title} × {exposure('fentry-core').title}: "
        f"breaks, for {cell.why}."
    )


def test_what_opens_stands_under_its_row_and_a_column_under_its_head() -> None:
    table = region(OWN, "matrix").find(".//table")
    assert table is not None
    lines = [line for body in table.findall("tbody") for line in body]
    at = next(n for n, line in enumerate(lines) if line.get("class") == "opened")
    assert said(lines[at - 1]).startswith("6.8 struct mnt_idmap")
    head = region(State(exposure="kfunc"), "matrix").find(".//thead")
    assert head is not None
    assert [line.get("class") for line in head] == [None, "opened"]
    way = exposure("kfunc")
    for part in (way.who, way.notice, way.in_tree, way.out_of_tree, way.users, way.shows,
                 way.measured.text, way.measured.source,
                 *(one.says for one in way.says)):  # fmt: skip
        assert " ".join(part.split()) in said(head)
    assert frame(State(exposure="kfunc")).sentence == (
        f"{way.title}: {way.who} may change it; notice owed: {way.notice}."
    )
    row = said(region(State(change="mnt-user-ns-gone-6.3"), "matrix"))
    for facet in changes()["mnt-user-ns-gone-6.3"].facets:
        assert f"{facet.surface}{facet.what}" in row
    assert frame(State(change="own-maps-6.8")).sentence == (
        f"6.8, {changes()[OWN.change].title}: {changes()[OWN.change].what}"
    )
    states = (OWN, State(exposure="kfunc"), State(change="own-maps-6.8"))
    marked = [
        [key for key, c in controls(region(state, "matrix")).items()
         if c.get("aria-expanded") == "true"]
        for state in states
    ]  # fmt: skip
    assert marked == [["own-maps-6.8 fentry-core"], [" kfunc"], ["own-maps-6.8 "]]


def test_addresses_can_be_followed() -> None:
    state = State(change="f-path-union-6.18", exposure="export")
    links = [a.get("href") for a in region(state, "matrix").iter("a")]
    assert links == ["https://lore.kernel.org/r/20250906091458.GC31600@ZenIV"]
    (source,) = [s for s in changes()["f-path-union-6.18"].sources if "lore" in s]
    assert source in said(region(state, "matrix"))


# ------------------------------------------------------------------------------ sliders


def test_a_slider_stops_where_something_changed() -> None:
    assert stops() == ("", *dict.fromkeys(e.release for e in changes().values()))
    for name, least, top in (("since", 0, len(stops()) - 2), ("until", 1, len(stops()) - 1)):
        slider = controls(region(State(), "controls"))[name]
        assert (slider.get("min"), slider.get("max")) == (str(least), str(top))
        for stop in (least, least + 1, 7, top):
            state = after(event("stop", name, str(stop)))
            assert (state.since or "", state.until or stops()[-1]) == (
                (stops()[stop], stops()[-1]) if name == "since" else ("", stops()[stop])
            )
            drawn = controls(region(state, "controls"))[name]
            assert drawn.get("value") == str(stop)
            assert drawn.get("aria-valuetext") == (stops()[stop] or "any")
            assert state == after(event("set", name, stops()[stop]))


def test_one_slider_takes_the_other_along() -> None:
    assert after(event("set", "until", "6.3"), event("set", "since", "6.4")) == (
        State(since="6.4", until="6.5")
    )
    assert after(event("set", "since", "6.7"), event("set", "until", "6.4")) == (
        State(since="6.3", until="6.4")
    )
    last, before = stops()[-1], stops()[-2]
    assert after(event("set", "since", last)) == State(since=before)
    assert after(event("stop", "until", "0")) == State(until="5.12")
    assert after(event("set", "until", ""), state=State(until="6.4")) == State()


def test_what_is_open_shuts_when_its_row_leaves() -> None:
    assert after(event("set", "since", "6.8"), state=OWN) == State(since="6.8")
    assert after(event("set", "about", "elsewhere"), state=OWN) == State("elsewhere")
    assert after(event("set", "about", "both"), state=OWN) == replace(OWN, about="both")
    column = State(exposure="kfunc")
    assert after(event("set", "since", "7.0"), state=column) == replace(column, since="7.0")


def test_the_span_is_said_in_words() -> None:
    ends = {State(since="6.4"): " Code written for 6.4, run on 7.3.",
            State(until="6.4"): " Code written before 5.12, run on 6.4."}  # fmt: skip
    for state, end in ends.items():
        assert frame(state).sentence.endswith(end)
    assert "run on" not in frame(State()).sentence


# ------------------------------------------------------------------------------ predicting


def test_a_cell_is_covered_until_it_is_guessed() -> None:
    state = after(event("set", "predict", True), state=OWN)
    assert state == State(predict=True)
    assert covered(state) == {(e, way) for e in expected(state) for way in WAYS}
    for drawn in drawn_cells(state, 844).values():
        assert (said(drawn), drawn.get("class")) == ("? predict", "cell covered")
    whole = frame(state)
    assert {row[way] for row in whole.table for way in WAYS} == {"?"}
    assert not set(GLYPHS.values()) & set("".join(whole.text.splitlines()[12:-3]))
    assert "counted when nothing waits" in whole.regions["paid"]
    assert whole.sentence == (
        "Predict: press a covered cell. 0 of 230 on screen are open; 0 guessed, 0 right."
    )
    assert "shows none of them" in draw(state)
    state = after(event("select", "own-maps-6.8", "fentry-core"), state=state)
    (panel,) = of_class(region(state, "matrix"), "panel")
    cell = consequence("fentry-core", "own-maps-6.8")
    assert cell.why not in said(panel)
    assert frame(state).sentence.endswith(": what would have followed?")
    offered = {key: c for key, c in controls(panel).items() if key.startswith("guess-")}
    assert [said(c) for c in offered.values()] == [f"{GLYPHS[o]} {o}{MEANINGS[o]}" for o in GLYPHS]
    assert [json.loads(c.get("data-event", "")) for c in offered.values()] == [
        event("guess", o) for o in GLYPHS
    ]


def test_a_covered_cell_is_in_no_text() -> None:
    open_ = State(predict=True, change="own-maps-6.8", exposure="fentry-core")
    assert frame(open_).text == frame(State(predict=True)).text
    assert said(region(State(), "ask")).startswith("Who pays when the inside changes?")
    switch = controls(region(State(), "controls"))["predict"]
    assert after(json.loads(switch.get("data-event", ""))) == State(predict=True)
    assert (switch.get("aria-checked"), said(switch)) == ("false", "predict")
    pressed = {
        key: (said(c), c.get("aria-pressed"), after(json.loads(c.get("data-event", ""))).about)
        for key, c in controls(region(State(), "controls")).items()
        if "about" in key
    }
    assert pressed == {
        "about-inside": ("idmap’s inside", "true", "inside"),
        "about-elsewhere": ("elsewhere", "false", "elsewhere"),
        "about-both": ("both", "false", "both"),
    }


@pytest.mark.parametrize(("guess", "mark", "words", "hits"), [
    ("breaks", "=", "= You said ✗ breaks, and so it is.", 1),
    ("wrong", "≠", "≠ You said ⚠ wrong. It is otherwise:", 0),
])  # fmt: skip
def test_a_guess_opens_the_cell(guess: str, mark: str, words: str, hits: int) -> None:
    state = after(event("set", "predict", True), event("select", "own-maps-6.8", "fentry-core"),
                  event("guess", guess))  # fmt: skip
    assert state.guesses == (("own-maps-6.8", "fentry-core", guess),)
    (panel,) = of_class(region(state, "matrix"), "panel")
    assert words in said(panel)
    assert consequence("fentry-core", "own-maps-6.8").why in said(panel)
    drawn = drawn_cells(state, 844)["own-maps-6.8", "fentry-core"]
    assert said(drawn) == f"✗ breaks{mark}"
    assert drawn.find("i").get("aria-label") == (  # type: ignore[union-attr]
        "as you said" if hits else "not as you said"
    )
    shut = replace(state, change="", exposure="")
    assert f"1 of 230 on screen are open; 1 guessed, {hits} right." in frame(shut).sentence
    shown = after(event("set", "predict", False), state=shut)
    assert drawn_cells(shown, 844).keys() == drawn_cells(State(), 844).keys()
    assert frame(shown).sentence == frame(State()).sentence


# ------------------------------------------------------------------------------ who pays


@pytest.mark.parametrize("width", [844, 360])
@pytest.mark.parametrize(
    "state", [State("both"), State("inside", "6.4"), State("elsewhere", "7.0")]
)
def test_who_pays_is_counted_from_the_cells(state: State, width: int) -> None:
    paid = region(state, "paid", width)
    ids = expected(state)
    lines = {said(line[0]): [said(cell) for cell in line[1:]] for line in paid.iter("tr")}
    if width < 640:
        names = [said(dt) for dt in paid.iter("dt")]
        cells = [said(dd).partition(": ")[2] for dd in paid.iter("dd")]
        lines = {name: cells[4 * n : 4 * n + 4] for n, name in enumerate(names)}
    for way in ways():
        counted = Counter(consequence(way.id, e).outcome for e in ids)
        programs, in_tree, users, maintainers = lines[way.title]
        told = " ".join(f"{GLYPHS[o]} {counted[o]} {o}" for o in GLYPHS if counted[o])
        assert programs == ("cannot ask" if way.id == "none" else told)
        assert in_tree == way.in_tree
        quiet = counted["holds"] + counted["adapts"] + counted["not there"]
        noticed = len(ids) - quiet
        told = f"notice {noticed} of {len(ids)}" if noticed else "notice nothing"
        assert users == ("have to look elsewhere" if way.id == "none" else told)
        assert maintainers == consequence(way.id, ids[0]).payers.maintainers
    many = f"for {len(ids)} changes" if len(ids) > 1 else "for 1 change"
    assert f"Who pays, in people and in programs, {many}" in said(paid)


def test_the_wrappers_of_2023_pay_what_the_evidence_says() -> None:
    for since, until in (("", ""), ("6.4", "6.19"), ("5.17", "6.2")):
        first, last = position(since or "5.12"), position(until or "7.3")
        told = Counter(line.verdict for line in written() if first < position(line.release) <= last)
        text = said(region(State(since=since, until=until), "paid"))
        assert f"{told['body edited']} edits of a body" in text
        assert f"{told['prototype changed']} changes of a prototype" in text
        assert f"after {since or '5.12'} up to {until or '7.3'}:" in text
    assert "6 edits of a body" in said(region(State(), "paid"))


def test_without_a_change_nobody_pays() -> None:
    state = State("elsewhere", "", "5.17")
    assert said(region(state, "paid")) == "Nothing changed here in these releases."
    assert frame(replace(state, folds=("table", "mail"))).sentence == said(region(state, "say"))


# ------------------------------------------------------------------------------ what travels


def test_a_text_for_a_mail_is_what_is_open_or_the_matrix() -> None:
    texts = {state: frame(state).text for state in (State(), State("both"), OWN)}
    assert texts[State()] == render.text(expected(State()))
    assert texts[OWN] == render.cell_text(consequence("fentry-core", "own-maps-6.8"))
    assert all(len(line) <= 72 for text in texts.values() for line in text.splitlines())
    mail = frame(replace(OWN, folds=("mail",))).regions["folds"]
    assert texts[OWN].splitlines()[0] in said(page(mail))


def test_the_folds_hold_the_twin_and_what_can_be_saved() -> None:
    folds = page(frame(replace(OWN, folds=("table", "save"))).regions["folds"])
    names = [said(s) for s in folds.iter("summary")]
    assert names == ["Table", "Text for a mail", "Save"]
    table = folds.find(".//table")
    assert table is not None
    assert len(table.findall(".//tbody/tr")) == len(expected(OWN))
    assert [b.get("data-as") for b in folds.iter("button") if b.get("data-as")] == ["html"]


@pytest.mark.parametrize("width", [844, 360])
def test_the_static_form_holds_the_same_cells(width: int) -> None:
    state = State("elsewhere", "6.4")
    form = "wide" if width >= 860 else "narrow"
    assert draw(state, width) == render.html(expected(state), form=form)  # type: ignore[arg-type]
    assert draw(state, 860) == render.html(expected(state), form="wide")


@pytest.mark.parametrize("state", [State(), State("elsewhere", "7.0")])
def test_a_recorded_page_answers_what_can_be_pressed_in_the_matrix(state: State) -> None:
    sent = {json.dumps(e, sort_keys=True) for e in explorer.travels(state)}
    pressed = {
        json.dumps(json.loads(c.get("data-event", "")), sort_keys=True)
        for c in controls(region(state, "matrix")).values()
    }
    assert sent == pressed
    assert explorer.travels(State(predict=True)) == []
    assert explorer.opened(state).folds == ("table",)
    assert (explorer.extents(state), explorer.barred(state), explorer.scenario(state)) == (
        [], [], None,
    )  # fmt: skip


def test_only_a_look_is_no_step_to_undo() -> None:
    assert change(State(), OWN) == "look"
    assert change(State(), State(folds=("mail",))) == "look"
    for other in (State("both"), State(since="6.4"), State(predict=True), State(until="6.4")):
        assert change(State(), other) == "edit"


BAD = [
    ({"about": "all"}, "'all' is no about; there is: inside, elsewhere, both"),
    ({"since": "7.3"}, "'7.3' is no stop"),
    ({"until": "7.3"}, "'7.3' is no stop"),
    ({"since": "6.8", "until": "6.8"}, r"until is 6\.8; want a release after 6\.8"),
    ({"change": "perfmon-7.3"}, "'perfmon-7.3' is no change on screen"),
    ({"exposure": "ioctl"}, "'ioctl' is no exposure"),
    ({"predict": 1}, "predict is true or false, not 1"),
    ({"guesses": {}}, "guesses is a list"),
    ({"guesses": [["a"]]}, "a guess has change, exposure and outcome"),
    ({"guesses": [["x", "kfunc", "holds"]]}, "'x' is no change"),
    ({"guesses": [["own-maps-6.8", "x", "holds"]]}, "'x' is no exposure"),
    ({"guesses": [["own-maps-6.8", "kfunc", "x"]]}, "'x' is no outcome"),
    ({"folds": ["x"]}, "'x' is no fold"), ({"folds": "x"}, "folds is a list"),
    ({"id": 7}, "'id' is no part of a state"), (7, "a state is an object, not 7"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "words"), BAD)
def test_a_state_nobody_could_have_is_refused(data: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        from_json(data)


def test_of_two_guesses_for_a_cell_the_first_counts_and_folds_keep_their_order() -> None:
    twice = [["own-maps-6.8", "kfunc", "holds"], ["own-maps-6.8", "kfunc", "edit"]]
    state = from_json({"guesses": twice, "folds": ["save", "table"]})
    assert state == State(guesses=(("own-maps-6.8", "kfunc", "holds"),), folds=("table", "save"))
    assert from_json(to_json(state)) == state
    with pytest.raises(ValueError, match="shows no scenario"):
        explorer.first("keep-id")


@pytest.mark.parametrize(("sent", "words"), [
    (event("guess", "holds"), "a guess is about a covered cell"),
    (event("guess", "fine"), "'fine' is no outcome"),
    (event("select", "perfmon-7.3", "kfunc"), "is no change on screen"),
    (event("select", "own-maps-6.8", "x"), "'x' is no exposure"),
    (event("set", "until", "9.9"), "'9.9' is no stop"),
    (event("set", "folds", True), "'folds' is no part of the matrix"),
    (event("stop", "since", 3), "stop is a text, '3', not the number 3"),
    (event("stop", "about", "3"), "'about' is no slider"),
    (event("fold", "cases", True), "'cases' is no fold"),
    (event("jump", "x"), "'jump' is no event"),
])  # fmt: skip
def test_what_no_control_could_send_is_refused(sent: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        update(State(), sent)
    open_ = State(predict=True, change="own-maps-6.8", exposure="kfunc")
    with pytest.raises(ValueError, match="guess has no value; this one has 1"):
        update(open_, event("guess", "holds", 1))


SENT = st.one_of(
    st.builds(event, st.just("set"), st.just("about"), st.sampled_from(("inside", "both"))),
    st.builds(event, st.just("stop"), st.sampled_from(("since", "until")),
              st.integers(0, len(stops())).map(str)),
    st.builds(event, st.just("select"), st.sampled_from(("", *changes())),
              st.sampled_from(("", *WAYS))),
    st.builds(event, st.just("set"), st.just("predict"), st.booleans()),
    st.builds(event, st.just("guess"), st.sampled_from(tuple(GLYPHS))),
    st.builds(event, st.just("fold"), st.sampled_from(("table", "mail", "save")), st.booleans()),
    st.builds(event, st.text(max_size=5), st.text(max_size=5), st.none() | st.integers()),
)  # fmt: skip


@settings(max_examples=7, deadline=None)
@given(st.lists(SENT, max_size=8), st.sampled_from((360, 844)))
def test_any_events_lead_to_tokens_that_say_what_is_shown(
    events: list[dict[str, Any]], width: int
) -> None:
    for state, _ in follow("exposure", State(), events, width):
        hidden = covered(state)
        for (found, way), drawn in drawn_cells(state, width).items():
            assert ("covered" in (drawn.get("class") or "")) == ((found, way) in hidden)


def test_what_can_be_set_from_python_and_what_a_recorded_page_answers() -> None:
    assert explorer.TRAITS == ("about", "since", "until", "change", "exposure", "predict")
    state = State("elsewhere", since="7.0", change="perfmon-7.3", folds=("mail",))
    ids = ["perfmon-7.3", "cid-override-7.3"]
    cells = [event("select", found, way) for found in ["", *ids] for way in WAYS]
    assert explorer.travels(state) == [*cells, *(event("select", found, "") for found in ids)]
    assert explorer.opened(state) == replace(state, folds=("table",))
    assert explorer.first() == explorer.first(None) == State()
    with pytest.raises(ValueError, match=r"^the exposure explorer shows no scenario$"):
        explorer.first("keep-id")


def test_what_opens_shuts_what_was_open_and_predicting_begins_with_nothing_open() -> None:
    pair = event("select", "own-maps-6.8", "fentry-core")
    assert after(pair) == OWN
    assert after(pair, pair) == State()
    assert after(pair, event("select", "own-maps-6.8", "")) == State(change="own-maps-6.8")
    assert after(pair, event("select", "", "kfunc")) == State(exposure="kfunc")
    assert after(event("set", "change", "own-maps-6.8"), event("set", "exposure", "kfunc")) == (
        State(change="own-maps-6.8", exposure="kfunc")
    )
    assert after(event("set", "change", ""), event("set", "exposure", ""), state=OWN) == State()
    told = (("inode-uid-6.19", "kfunc", "holds"), ("own-maps-6.8", "kfunc", "edit"))
    guessed = replace(OWN, guesses=told, folds=("mail",))
    asked = after(event("set", "predict", True), state=guessed)
    assert asked == State(predict=True, guesses=told, folds=("mail",))
    again = after(pair, event("guess", "breaks"), state=asked)
    assert again.guesses == (*told, ("own-maps-6.8", "fentry-core", "breaks"))
    assert "3 of 230 on screen are open; 3 guessed, 2 right." in frame(
        replace(again, change="", exposure="")
    ).sentence  # fmt: skip
    with pytest.raises(ValueError, match="a guess is about a covered cell; none is open"):
        update(again, event("guess", "holds"))
    whole = State("both", "6.4", "7.0", "own-maps-6.8", "kfunc", True, told, ("table", "save"))
    assert to_json(whole) == {
        "about": "both", "since": "6.4", "until": "7.0", "change": "own-maps-6.8",
        "exposure": "kfunc", "predict": True, "guesses": [list(one) for one in told],
        "folds": ["table", "save"],
    }  # fmt: skip
    assert from_json(to_json(whole)) == whole
