# SPDX-License-Identifier: BSD-3-Clause
"""The lifetimes screen read back: rows in view, filters, what counts, the curve, a kfunc's page."""

from __future__ import annotations

import itertools
import json
import re
import time
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz import evidence
from kfuncviz.evidence import computed
from kfuncviz.evidence.data.load import kfunc_releases, registered, releases
from kfuncviz.evidence.history.families import subsystems
from kfuncviz.evidence.history.lives import KINDS, every_flag, every_program_type
from kfuncviz.evidence.history.record import names
from kfuncviz.evidence.idmap.helpers import at, helper_changes
from kfuncviz.evidence.idmap.lives import helper_lives, wrapper_lives
from kfuncviz.explorers import lifetimes as explorer
from kfuncviz.explorers.lifetimes import State, change, draw, frame, from_json, to_json, update
from kfuncviz.explorers.lifetimes.estimate import ENDS as IN_WORDS
from kfuncviz.explorers.lifetimes.estimate import estimated, notes, said
from kfuncviz.explorers.lifetimes.picture import axis
from kfuncviz.explorers.lifetimes.state import ENDS, PRESETS, ROWS, found, kfuncs, pages, view
from kfuncviz.render.lifetimes.words import told
from tests.explorers.following import follow
from tests.render import drawn as pictures
from tests.render.drawn import page
from tests.render.lifetimes import drawn

NAME, PROTOTYPE, TERMS = PRESETS.values()
SVG = "{http://www.w3.org/2000/svg}"


def event(kind: str, target: Any, value: Any = None) -> dict[str, Any]:
    return {"type": kind, "target": target, "value": value}


def after(*events: dict[str, Any], state: State = State()) -> State:  # noqa: B008  (frozen)
    for sent in events:
        state = update(state, sent)
    return state


def region(state: State, name: str, width: int = 844) -> ET.Element:
    return page(frame(state, width).regions[name])


def words(state: State, name: str, width: int = 844) -> str:
    return pictures.said(region(state, name, width))


def controls(tree: ET.Element) -> dict[str, ET.Element]:
    return {e.get("data-key", ""): e for e in tree.iter() if e.get("data-event")}


def svgs(state: State, name: str, width: int = 844) -> list[ET.Element]:
    found = re.findall(r"<svg .*?</svg>", frame(state, width).regions[name])
    named = 'xmlns="http://www.w3.org/2000/svg"'
    whole = (svg if named in svg else svg.replace("<svg ", f"<svg {named} ", 1) for svg in found)
    return [ET.fromstring(svg) for svg in whole if "kfv-icon" not in svg]


# ------------------------------------------------------------------------------ the window


@pytest.mark.parametrize("width", [844, 360])
@pytest.mark.parametrize("state", [State(), State(page=15), State(subsystem="fs/", counts=TERMS)])
def test_a_row_in_view_is_the_life_it_says(state: State, width: int) -> None:
    window = svgs(state, "lives", width)[0]
    place = axis(width - 76 if width > 760 else width)
    rows = [g for g in window if g.get("class") == "kfunc"]
    shown = kfuncs(state)[state.page * 24 : state.page * 24 + 24]
    assert len(rows) == len(shown) <= ROWS == 24
    for nth, (g, lives) in enumerate(zip(rows, shown, strict=True)):
        row = drawn.row(iter(g[0]))
        name = lives[0].kfunc
        assert (g.get("data-key"), g.get("role"), g.get("tabindex")) == (
            f"kfunc-{name}", "button", "0",
        )  # fmt: skip
        assert g.get("aria-label") == row.title == f"{name}: {told(lives)}"
        assert row.words[0].whole == name
        y = place.y(nth)
        born = [(place.x(life.born), y) for life in lives]
        died = [(place.x(life.died), y) for life in lives if life.died]
        changed = [(place.x(when), y) for life in lives for when in life.changed]
        for seen, wanted in ((row.discs, born), (row.crosses[::2], died), (row.diamonds, changed)):
            assert len(seen) == len(wanted)
            assert [x for pair in seen for x in pair] == pytest.approx(
                [x for pair in wanted for x in pair], abs=0.02
            )
        assert len(row.heads) == sum(not life.died for life in lives)


def test_the_window_keeps_its_height_and_its_axis() -> None:
    shapes = set()
    for state in (State(), State(text="xattr"), State(text="no such name"), State(page=15)):
        window = svgs(state, "lives")[0]
        grid = tuple(p.get("d") for p in window.iter(f"{SVG}path")
                     if re.fullmatch(drawn.SHAPES["grid"], p.get("d", "")))  # fmt: skip
        shapes.add((window.get("viewBox"), grid))
    assert len(shapes) == 1
    assert len(grid) == len(releases())
    assert "No kfunc matches these filters." in words(State(text="no such name"), "lives")


def test_every_kfunc_is_on_one_page() -> None:
    seen = [
        g.get("data-key", "").removeprefix("kfunc-")
        for nth in range(pages(State()))
        for g in svgs(State(page=nth), "lives")[0] if g.get("class") == "kfunc"
    ]  # fmt: skip
    assert sorted(seen) == sorted(names(tests=False))
    assert len(seen) == 372


def test_the_overview_has_a_line_a_life_and_frames_what_is_in_view() -> None:
    state = State(page=2)
    _, overview = svgs(state, "lives")
    lines = [p for p in overview if p.tag == f"{SVG}path"]
    counted = [len(re.findall("M", p.get("d", ""))) for p in lines]
    every = found(state).lives
    gone = sum(bool(life.died) for life in every)
    assert counted == [len(every) - gone, gone, sum(len(life.changed) for life in every)]
    tall = float(overview.get("height", ""))
    box, *turns = [r for r in overview if r.tag == f"{SVG}rect"]
    step = tall / 372
    assert float(box.get("y", "")) == pytest.approx(48 * step + 1, abs=0.02)
    assert float(box.get("height", "")) == pytest.approx(24 * step - 2, abs=0.02)
    sent = [json.loads(turn.get("data-event", "")) for turn in turns]
    assert sent == [event("set", "page", str(nth)) for nth in range(16)]
    stands = [float(turn.get("y", "")) for turn in turns]
    assert stands == pytest.approx([24 * step * nth for nth in range(16)], abs=0.02)
    assert float(turns[-1].get("height", "")) == pytest.approx(12 * step, abs=0.02)
    assert len(svgs(state, "lives", 759)) == 1
    first = re.findall(r"M([\d.]+),[\d.]+H([\d.]+)", lines[0].get("d", ""))[0]
    assert first == ("4", "60")  # from the first release to the newest


def test_pages_are_turned_by_buttons_and_a_slider() -> None:
    for nth in (0, 7, 15):
        state = State(page=nth)
        pager = controls(region(state, "lives"))
        slider = pager["page"]
        assert (slider.get("max"), slider.get("value")) == ("15", str(nth))
        last = min(24 * nth + 24, 372)
        assert slider.get("aria-valuetext") == f"{24 * nth + 1} to {last}"
        assert f"rows {24 * nth + 1} to {last}" in words(state, "lives")
        for key, there in (("earlier", nth - 1), ("later", nth + 1)):
            if 0 <= there <= 15:
                assert after(json.loads(pager[key].get("data-event", ""))).page == there
            else:
                assert key not in pager
    alone = controls(region(State(subsystem="fs/"), "lives"))["page"]
    assert (alone.get("aria-disabled"), alone.get("max")) == ("true", "1")
    idle = page(frame(State(), 844).regions["lives"])
    earlier = next(b for b in idle.iter("button") if b.get("data-key") == "earlier")
    assert (earlier.get("aria-disabled"), earlier.get("data-hotkey")) == ("true", "[")
    assert "rows none" in words(State(text="no such name"), "lives")


# ------------------------------------------------------------------------------ filters


def test_a_filter_keeps_whom_a_release_shows_to_meet_it() -> None:
    asked = [State(program_type="LSM"), State(subsystem="kernel/cgroup/"), State(flag="KF_RELEASE"),
             State(text="xattr"), State(program_type="XDP", flag="KF_ACQUIRE", subsystem="net/"),
             ]  # fmt: skip
    for state in asked:
        kept = {
            name
            for rows in registered().values()
            for name, row in rows.items()
            if state.text in name and row["defined_in"].startswith(state.subsystem)
            and (not state.flag or state.flag in row["flags"].split("|"))
            and (not state.program_type
                 or {state.program_type, "UNSPEC"} & {*row["program_types"].split("|")})
        }  # fmt: skip
        assert {lives[0].kfunc for lives in kfuncs(state)} == kept
        assert 0 < len(kept) < 372
        assert words(state, "say").startswith(f"{len(kept)} kfunc")
        assert len({row["kfunc"] for row in frame(state).table}) == len(kept)


def test_the_controls_say_what_is_chosen_and_offer_all() -> None:
    state = State("LSM", "fs/", "KF_RCU", "x", "gone")
    drawn_ = controls(region(state, "controls"))
    offered = {"program_type": every_program_type(), "subsystem": subsystems(),
               "flag": every_flag()}  # fmt: skip
    for field, values in offered.items():
        options = drawn_[field].findall("option")
        assert [option.get("value") for option in options] == ["", *values]
        chosen = [option.get("value") for option in options if option.get("selected") is not None]
        assert chosen == [getattr(state, field)]
        for value in values:
            assert getattr(after(event("set", field, value)), field) == value
    assert (drawn_["text"].get("value"), drawn_["text"].get("data-when")) == ("x", "input")
    pressed = {key: c.get("aria-pressed") for key, c in drawn_.items() if key.startswith("only-")}
    assert pressed == {"only-all": "false", "only-changed": "false", "only-gone": "true"}
    assert all(file.startswith(subsystems()) for rows in registered().values()
               for file in (row["defined_in"] for row in rows.values()))  # fmt: skip


def test_every_control_says_what_it_does() -> None:
    labels = [(label.text or "").strip() for label in region(State(), "controls").iter("label")]
    assert labels == ["open to", "under", "with", "name has"]
    named = {key: c.get("aria-label") for key, c in controls(region(State(), "controls")).items()}
    assert named | {"text": "name has"} == named
    assert words(State(), "definition").startswith(
        "what counts as a changenamename or prototypeany termgonerenamedprototypeconst, suffix"
    )
    assert words(State(), "definition").endswith("flags stricterflags loosertypes fewertypes more")
    assert words(State(), "lives").startswith("Earlier [Later ]rows 1 to 24")
    assert words(State(), "ask").startswith("How long do kfuncs live, and what changes?")
    assert words(State(), "beside") == "beside: idmap helpers, the four wrappers"
    flipped = json.loads(controls(region(State(), "beside"))["beside"].get("data-event", ""))
    assert update(State(), flipped) == State(beside=True)
    titles = [pictures.said(h) for h in region(State(beside=True), "beside").iter("h4")]
    assert titles == ["The four wrappers of July 2023, as each release would have had them written",
                      "The idmapping’s own helpers"]  # fmt: skip
    assert pictures.said(next(region(State(), "survival").iter("h4"))) == (
        "Still as they were after n releases"
    )


def test_a_filter_begins_at_the_first_page_and_keeps_the_open_one() -> None:
    state = State(page=3, kfunc="bpf_put_file")
    for field, value in (("text", "x"), ("flag", "KF_RCU"), ("only", "gone"), ("counts", [])):
        assert after(event("set", field, value), state=state).page == 0
    for sent in (event("preset", "any term"), event("count", "const", True)):
        changed = after(sent, state=state)
        assert (changed.page, changed.kfunc) == (0, "bpf_put_file")
    kept = after(event("set", "beside", True), event("set", "age", "3"), state=state)
    assert (kept.page, kept.age, kept.beside) == (3, 3, True)


# ------------------------------------------------------------------------------ what counts


def test_what_counts_is_drawn_and_each_of_it_can_be_chosen() -> None:
    drawn_ = controls(region(State(), "definition"))
    assert [key for key in drawn_ if key.startswith("count-")] == [f"count-{e}" for e in ENDS]
    presets = {key: c.get("aria-pressed") for key, c in drawn_.items() if key[:7] == "preset-"}
    assert presets == {
        "preset-name": "false", "preset-name or prototype": "true", "preset-any term": "false",
    }  # fmt: skip
    for end in ENDS:
        switch = drawn_[f"count-{end}"]
        assert switch.get("aria-checked") == ("true" if end in PROTOTYPE else "false")
        assert switch.get("aria-label") == IN_WORDS[end]
        flipped = after(json.loads(switch.get("data-event", "")))
        assert set(flipped.counts) == set(PROTOTYPE) ^ {end}
        assert list(flipped.counts) == [e for e in ENDS if e in flipped.counts]
    assert set(ENDS) == {"gone", "renamed", *KINDS}
    for name, ends in PRESETS.items():
        assert after(event("preset", name)).counts == ends


def test_marks_and_curve_follow_what_counts() -> None:
    marks = {ends: sum(len(life.changed) for life in found(State(counts=ends)).lives)
             for ends in PRESETS.values()}  # fmt: skip
    assert marks[NAME] == 0 < marks[PROTOTYPE] == 39 < marks[TERMS]
    told_ = [said(State(counts=ends)) for ends in PRESETS.values()]
    assert len(set(told_)) == 3
    curves = [frame(State(counts=ends)).regions["survival"] for ends in PRESETS.values()]
    assert len(set(curves)) == 3


@pytest.mark.parametrize(("ends", "event_"), [(NAME, "gone"), (PROTOTYPE, "gone_or_changed")])
def test_the_curve_is_that_of_the_library(ends: tuple[str, ...], event_: Any) -> None:
    """Estimate, both bands and the numbers at risk, and so those of the notebook's figure."""
    answer, table = estimated(State(counts=ends)), computed.curve(event_)
    assert answer is not None
    assert [p._asdict() for p in answer.points] == table[
        ["age", "at_risk", "events", "survival", "low", "high"]
    ].to_dict("records")
    assert [list(pair) for pair in answer.files] == table[
        ["file_low", "file_high"]
    ].to_numpy().tolist()
    assert (answer.lives, answer.events) == (360, table["events"].sum())
    row = table.set_index("age").loc[8]
    sentence = said(State(counts=ends))
    assert f"After 8 releases, {100 * row['survival']:.1f} %" in sentence
    assert f"files, {100 * row['file_low']:.0f} to {100 * row['file_high']:.0f} %" in sentence
    assert f"{row['at_risk']:.0f} lives were watched that long" in sentence
    tcp = table[(table["age"] > 0) & (2 * table["tcp_at_risk"] > table["at_risk"])]["age"].min()
    assert answer.tcp_from == tcp


# ------------------------------------------------------------------------------ the curve


def shares(path: ET.Element, answer: Any) -> list[float]:
    """The share at each age along a step line, from the picture."""
    steps = re.findall(r"([HV])([-\d.]+)", path.get("d", ""))
    start = re.match(r"M([\d.]+),([-\d.]+)", path.get("d", ""))
    assert start is not None
    y, x, out = float(start[2]), 52.0, []
    for kind, text in steps:
        if kind == "V":
            y = float(text)
        else:
            out.append((232 - y) / 220)
            assert float(text) > x
            x = float(text)
    assert len(out) == len(answer.points)
    return out


@pytest.mark.parametrize("state", [State(), State(counts=TERMS, age=3), State(subsystem="net/")])
def test_the_drawn_curve_is_the_estimate(state: State) -> None:
    answer = estimated(state)
    assert answer is not None
    (picture,) = svgs(state, "survival")
    (line,) = [p for p in picture if p.get("class") == "curve"]
    assert shares(line, answer) == pytest.approx([p.survival for p in answer.points], abs=1e-4)
    files = [p for p in picture if p.get("class") == "files"]
    for path, edge in zip(files, zip(*answer.files, strict=True), strict=True):
        assert shares(path, answer) == pytest.approx(edge, abs=1e-4)
    band = next(p for p in picture if p.get("class") == "band")
    blocks = re.findall(r"M[\d.]+,([\d.]+)H[\d.]+V([\d.]+)H[\d.]+z", band.get("d", ""))
    low = [(232 - float(foot)) / 220 for _, foot in blocks]
    high = [(232 - float(top)) / 220 for top, _ in blocks]
    assert low == pytest.approx([p.low for p in answer.points], abs=1e-4)
    assert high == pytest.approx([p.high for p in answer.points], abs=1e-4)
    texts = [(t.x, t.y, t.said) for t in pictures.texts(picture)]
    ages = {x: int(text) for x, y, text in texts if y == 252}
    risk = [int(text) for _, y, text in texts if y == 288]
    assert risk == [answer.points[age].at_risk for age in ages.values()]
    assert [text for _, y, text in texts if text.endswith("%")] == [
        "0 %", "25 %", "50 %", "75 %", "100 %",
    ]  # fmt: skip
    age = min(state.age, len(answer.points) - 1)
    (ring,) = picture.findall(f"{SVG}circle")
    assert (232 - float(ring.get("cy", ""))) / 220 == pytest.approx(
        answer.points[age].survival, abs=1e-4
    )
    right = float(line.get("d", "").rpartition("H")[2])
    wide = (right - 52) / len(answer.points)
    assert float(ring.get("cx", "")) == pytest.approx(52 + wide * (age + 0.5), abs=0.02)
    (whisker,) = [p for p in picture if p.get("class") == "whisker"]
    top, foot = re.findall(r",([\d.]+)h12m-6,0V([\d.]+)", whisker.get("d", ""))[0]
    ends = (*(answer.files[age] if answer.files else ()), answer.points[age].low,
            answer.points[age].high)  # fmt: skip
    assert [(232 - float(y)) / 220 for y in (top, foot)] == pytest.approx(
        [max(ends), min(ends)], abs=1e-4
    )


@pytest.mark.parametrize("width", [240, 360, 844, 1240])
def test_the_words_under_the_curve_do_not_meet(width: int) -> None:
    (picture,) = svgs(State(), "survival", width)
    for line in (252, 288):
        words_ = [t for t in pictures.texts(picture) if t.y == line]
        assert len(words_) > 3
        for one, two in itertools.pairwise(words_):
            assert one.x + len(one.said) * 13 * 0.602 < two.x
        assert words_[0].x >= 0


def test_an_age_is_read_out() -> None:
    for age in (0, 1, 30):
        state = after(event("set", "age", str(age)))
        answer = estimated(state)
        assert answer is not None
        assert said(state).startswith(f"After {age} release{'s' * (age != 1)}, ")
        slider = controls(region(state, "survival"))["age"]
        assert (slider.get("value"), slider.get("max")) == (str(age), "30")
        assert said(state) in words(state, "survival")
    young = State(subsystem="fs/", age=30)
    answer = estimated(young)
    assert answer is not None
    assert answer.at(30) == len(answer.points) - 1 < 30
    assert said(young).startswith(f"After {answer.at(30)} releases")
    assert said(State(text="bpf_get_file_xattr")).endswith(" 1 life was watched that long.")


def test_no_band_is_told_where_nobody_or_everybody_has_ended() -> None:
    """No interval of 95 % is a point; what has not happened yet may happen."""
    for asked in (State(age=0), State(subsystem="net/", counts=("gone",), age=30),
                  State(text="bpf_get_file_xattr", age=0)):  # fmt: skip
        assert "(none had ended by then: no band, and no certainty)" in said(asked)
    gone = State(text="bpf_get_file_xattr", age=3)
    assert "0.0 % are as they were (each had ended by then: no band" in said(gone)
    for never in (gone, State(subsystem="arch/", counts=())):
        told_ = " ".join(notes(never))
        assert (
            "none was drawn: at no age have some ended and some not, so there is no band" in told_
        )
        assert "tinted" not in told_
    assert "tinted" in " ".join(notes(State()))


def test_the_page_for_a_mail_keeps_its_indent_and_calls_a_renamed_kfunc_so() -> None:
    text = frame(State(kfunc="cgroup_rstat_flush")).text
    page_ = text.partition("cgroup_rstat_flush: born 6.1, renamed 6.16\n\n6.1 to 6.15\n")[2]
    assert page_
    assert {len(line) - len(line.lstrip()) for line in page_.splitlines()} <= {0, 2, 12}


def test_whom_one_shows_does_not_bend_the_curve() -> None:
    assert estimated(State(only="gone")) == estimated(State(only="changed")) == estimated(State())
    assert estimated(State(text="bpf_")) != estimated(State())


def test_of_few_files_no_band_is_drawn_and_of_nobody_no_curve() -> None:
    few = State(flag="KF_PERFMON")
    answer = estimated(few)
    assert answer is not None
    assert answer.files == ()
    assert answer.homes < 5
    assert "drawing whole files" not in said(few)
    assert f"no band by file: {answer.homes} files, fewer than 5" in " ".join(notes(few))
    one = State(text="bpf_cpumask")
    assert "no band by file: 1 file, fewer than 5" in " ".join(notes(one))
    assert [p for p in svgs(few, "survival")[0] if p.get("class") == "files"] == []
    nobody = State(text="no such name")
    assert estimated(nobody) is None
    assert "nothing to estimate" in words(nobody, "survival")
    assert svgs(nobody, "survival") == []
    assert draw(nobody).count("<svg") == 1


def test_the_notes_say_n_what_ends_a_time_and_who_is_old() -> None:
    whole = notes(State())
    answer = estimated(State())
    assert answer is not None
    few = next(p.age for p in answer.points if p.at_risk < 30)
    assert whole[0] == "n: 360 lives watched for at least one release, 61 ended"
    ends = "; ".join(IN_WORDS[end] for end in PROTOTYPE)
    assert whole[1] == f"what ends a time, the first time it comes: {ends}"
    assert "2000 curves from whole files drawn anew, of 40," in whole[2]
    assert whole[3] == f"fewer than 30 are watched from age {few} on"
    assert whole[4] == f"from age {answer.tcp_from} on most are TCP congestion control"
    assert notes(State(counts=()))[1] == "what ends a time, the first time it comes: nothing"
    gone, renamed = (IN_WORDS[end] for end in NAME)
    rest = ": watched until then and left out from there on, so the curve is no share of all kfuncs"
    assert notes(State(counts=("gone",)))[2] == f"{renamed}{rest}"
    assert notes(State(counts=("prototype",)))[2] == f"{gone} or {renamed}{rest}"
    assert not [n for n in notes(State(subsystem="fs/")) if "TCP" in n]
    listed = region(State(), "survival").findall(".//li")
    assert [pictures.said(li) for li in listed] == whole


# ------------------------------------------------------------------------------ a kfunc's page


@pytest.mark.parametrize("width", [844, 640, 639])
@pytest.mark.parametrize(
    "name", ["bpf_get_file_xattr", "bpf_stream_vprintk", "hid_bpf_attach_prog"]
)
def test_a_kfunc_opens_to_its_page(name: str, width: int) -> None:
    state = after(event("select", name))
    history = evidence.kfunc_history(name)
    told_ = words(state, "record", width)
    assert told(history.lives) in told_
    for terms in history.terms:
        span = terms.first if terms.first == terms.last else f"{terms.first} to {terms.last}"
        flags = terms.row["flags"].replace("|", " ") or "no flag"
        for part in (span, terms.row["bpf_visible_prototype"], flags, terms.row["source"],
                     terms.row["program_types"].replace("|", " ")):  # fmt: skip
            assert part in told_
    for row in history.events:
        assert f"{row['release']}: {row['event'].replace('_', ' ')}" in told_
        assert row["commit"][:12] in told_
    assert (region(state, "record", width).find(".//table") is None) == (width < 640)
    shut = controls(region(state, "record", width))["shut"]
    assert after(json.loads(shut.get("data-event", "")), state=state) == State()
    assert evidence.kfunc_history(name).name in frame(state).text
    assert words(State(), "record") == ""


def test_the_open_kfunc_is_marked() -> None:
    (pressed,) = [
        g.get("data-key") for g in svgs(State(kfunc="bbr_main"), "lives")[0]
        if g.get("aria-pressed") == "true"
    ]  # fmt: skip
    assert pressed == "kfunc-bbr_main"


# ------------------------------------------------------------------------------ beside


@pytest.mark.parametrize(("width", "across"), [(759, 759), (760, 684), (844, 768)])
def test_helpers_and_wrappers_stand_on_the_same_axis(width: int, across: int) -> None:
    assert svgs(State(), "beside", width) == []
    window, *aside = svgs(State(), "lives", width)
    assert len(aside) == (width >= 760)
    grid = [
        p.get("d", "").partition("V")[0] for p in window.iter(f"{SVG}path") if "V" in p.get("d", "")
    ]
    wrappers, helpers = svgs(State(beside=True), "beside", width)
    place = axis(across)
    for picture, lives in ((wrappers, [life for life, _ in wrapper_lives()]),
                           (helpers, helper_lives())):  # fmt: skip
        own = [p.get("d", "").partition("V")[0] for p in picture.iter(f"{SVG}path")
               if re.fullmatch(drawn.SHAPES["grid"], p.get("d", ""))]  # fmt: skip
        assert own == grid
        rows = [g for g in picture if g.get("role") == "img"]
        assert len(rows) == len(lives)
        for g, life in zip(rows, lives, strict=True):
            row = drawn.row(iter(g[0]))
            assert row.words[0].whole == life.kfunc
            assert (g.get("aria-label") or "").startswith(f"{life.kfunc}: {told([life])}")
            assert [x for x, _ in row.diamonds] == pytest.approx(
                [place.x(when) for when in life.changed], abs=0.02
            )
            assert [x for x, _ in row.crosses[::2]] == pytest.approx(
                [place.x(life.died)] if life.died else [], abs=0.02
            )
    told_ = words(State(beside=True), "beside")
    for life, edits in wrapper_lives():
        assert f"{life.kfunc} {', '.join(edits) or 'never'}" in told_


def test_the_lives_of_helpers_follow_from_their_rows() -> None:
    known = [release for release in releases() if release not in ("6.16", "6.17")]
    for life in helper_lives():
        there = [release for release in known if life.kfunc in at(release)]
        assert life.born == there[0]
        gone = known[known.index(there[-1]) + 1] if there[-1] != known[-1] else ""
        assert life.died == gone
        changed = [c.step.rpartition("..")[2] for c in helper_changes()
                   if c.helper == life.kfunc and c.kind == "substantial"]  # fmt: skip
        assert list(life.changed) == changed
    core = {name for release in known for name, row in at(release).items()
            if row["group"] == "core_idmap"}  # fmt: skip
    assert {life.kfunc for life in helper_lives()} == core
    assert not any(life.renamed for life in helper_lives())
    order = [(releases().index(life.born), life.kfunc) for life in helper_lives()]
    assert order == sorted(order)


# ------------------------------------------------------------------------------ what travels


def test_a_text_for_a_mail_has_72_columns_and_says_all_in_view() -> None:
    state = State(subsystem="fs/", kfunc="bpf_get_file_xattr")
    whole = frame(state).text
    assert all(len(line) <= 72 for line in frame(State()).text.splitlines())
    assert all(len(line) <= 72 or " " not in line.strip() for line in whole.splitlines())
    flat = " ".join(whole.split())
    for terms in evidence.kfunc_history(state.kfunc).terms:
        for part in (terms.row["source"], terms.row["bpf_visible_prototype"]):
            assert "".join(part.split()) in "".join(flat.split())
    for lives in kfuncs(state):
        assert f"{lives[0].kfunc}: {told(lives)}" in flat
    for note in (said(state), *notes(state)):
        assert " ".join(note.replace("“", '"').replace("”", '"').split()) in flat
    assert "in view" not in flat
    assert "in view: 24 of 372 kfuncs" in frame(State()).text
    mail = pictures.said(page(frame(replace(state, folds=("mail",))).regions["folds"]))
    assert "bpf_get_file_xattr: born 6.8" in mail


def test_the_folds_hold_the_twin_and_what_can_be_saved() -> None:
    state = State(subsystem="fs/", folds=("table", "save"))
    folds = page(frame(state).regions["folds"])
    assert len(folds.findall(".//tbody/tr")) == len(found(state).lives) == len(frame(state).table)
    saved = [b.get("data-as") for b in folds.iter("button") if b.get("data-as")]
    assert saved == ["svg", "png", "html"]
    pictures_ = re.findall(r'<svg [^>]*viewBox="-2 0 (\d+)', frame(state).regions["folds"])
    assert pictures_ == ["848", "848"]  # as wide as a page in JupyterLab, with its margin
    note = next(b.get("data-note") for b in folds.iter("button") if b.get("data-note"))
    assert note == "kfuncviz, data to Linux 7.3"


def test_the_static_form_draws_what_is_in_view_and_the_curve() -> None:
    one, two = re.findall(r"<svg .*?</svg>", draw(State(page=1), 900))
    assert len(drawn.read(one).rows) == 24
    assert drawn.read(one).rows[0].words[0].whole == kfuncs(State())[24][0].kfunc
    assert said(State()) in two


def test_what_can_be_pressed_on_a_recorded_page_is_recorded() -> None:
    sent = explorer.travels(State())
    assert len(sent) == 3 + 3 + 16
    for one in sent:
        assert isinstance(update(State(), one), State)
    assert explorer.opened(State(folds=("mail",))) == State()
    assert (explorer.extents(State()), explorer.barred(State()), explorer.scenario(State())) == (
        [], [], None,
    )  # fmt: skip


def test_only_a_look_is_no_step_to_undo() -> None:
    for look in (State(page=1), State(kfunc="bbr_main"), State(age=1), State(folds=("save",))):
        assert change(State(), look) == "look"
    for other in (State(counts=()), State(text="x"), State(beside=True), State(only="gone")):
        assert change(State(), other) == "edit"


def test_the_answer_to_a_filter_is_quick() -> None:
    """Nothing of it known before; it takes some 25 ms of CPU, and the limit has room."""
    frame(State())
    begun = time.process_time()
    frame(State(flag="KF_RCU", counts=("gone", "widened")))
    assert time.process_time() - begun < 0.15


BAD = [
    ({"program_type": "X"}, "'X' is no program type"),
    ({"subsystem": "fs"}, "'fs' is no subsystem"),
    ({"flag": "KF_X"}, "'KF_X' is no flag"), ({"text": 7}, "text is a text, not 7"),
    ({"text": "x" * 61}, "text has 61 characters; 60 is the most"),
    ({"only": "new"}, "'new' is no choice; there is: all, changed, gone"),
    ({"counts": "gone"}, "counts is a list, not 'gone'"), ({"counts": ["x"]}, "'x' is no end"),
    ({"page": 16}, "page is 16; want a whole number up to 15"),
    ({"page": 1, "subsystem": "fs/"}, "page is 1; want a whole number up to 0"),
    ({"page": -1}, "page is -1"), ({"page": True}, "page is True"),
    ({"page": "1e1"}, "page is '1e1'"),
    ({"age": 31}, "age is 31; want a whole number up to 30"), ({"kfunc": "x"}, "'x' is no kfunc"),
    ({"beside": 1}, "beside is true or false, not 1"), ({"folds": ["x"]}, "'x' is no fold"),
    ({"folds": 1}, "folds is a list, not 1"), ({"x": 1}, "'x' is no part of a state"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "said_"), BAD)
def test_a_state_nobody_could_have_is_refused(data: Any, said_: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said_)):
        from_json(data)


def test_a_state_is_read_as_it_was_written() -> None:
    state = State("LSM", "fs/", "KF_RCU", "x", "gone", TERMS, 0, "bbr_main", 3, True, ("save",))
    assert from_json(json.loads(json.dumps(to_json(state)))) == state
    assert from_json({"counts": ["const", "gone"]}).counts == ("gone", "const")
    assert len(kfunc_releases()) - 1 == 30
    with pytest.raises(ValueError, match="shows no scenario"):
        explorer.first("keep-id")


@pytest.mark.parametrize(("sent", "said_"), [
    (event("preset", "all"), "'all' is no preset"),
    (event("preset", "name", 1), "preset has no value"),
    (event("select", "x"), "'x' is no kfunc"),
    (event("select", "bbr_main", 1), "select has no value"),
    (event("count", "x", True), "'x' is no end"),
    (event("count", "gone", 1), "gone is true or false"),
    (event("set", "folds", []), "'folds' is no field"),
    (event("fold", "x", True), "'x' is no fold"),
    (event("jump", "x"), "'jump' is no event"), (event("set", "page", "16"), "page is '16'"),
])  # fmt: skip
def test_what_no_control_could_send_is_refused(sent: dict[str, Any], said_: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said_)):
        update(State(), sent)


SENT = st.one_of(
    st.builds(event, st.just("set"), st.just("subsystem"), st.sampled_from(("", *subsystems()))),
    st.builds(event, st.just("set"), st.just("flag"), st.sampled_from(("", *every_flag()))),
    st.builds(event, st.just("set"), st.just("text"), st.text(max_size=4)),
    st.builds(event, st.just("set"), st.just("only"), st.sampled_from(("all", "changed", "gone"))),
    st.builds(event, st.just("set"), st.sampled_from(("page", "age")), st.integers(0, 31).map(str)),
    st.builds(event, st.just("count"), st.sampled_from(ENDS), st.booleans()),
    st.builds(event, st.just("preset"), st.sampled_from((*PRESETS,))),
    st.builds(event, st.just("select"), st.sampled_from(names())),
    st.builds(event, st.just("fold"), st.sampled_from(("table", "mail", "save")), st.booleans()),
    st.builds(event, st.text(max_size=5), st.text(max_size=5), st.none() | st.integers()),
)  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(st.lists(SENT, max_size=8), st.sampled_from((360, 844)))
def test_any_events_lead_to_tokens_that_say_what_is_shown(
    events: list[dict[str, Any]], width: int
) -> None:
    for state, _ in follow("lifetimes", State(), events, width):
        assert len(view(state)) <= ROWS


def test_what_can_be_set_from_python_and_what_a_recorded_page_answers() -> None:
    assert explorer.TRAITS == ("program_type", "subsystem", "flag", "text", "only", "counts",
                               "page", "kfunc", "age", "beside")  # fmt: skip
    assert explorer.travels(State(text="xattr")) == [
        event("preset", "name"), event("preset", "name or prototype"), event("preset", "any term"),
        event("set", "only", "all"), event("set", "only", "changed"), event("set", "only", "gone"),
        event("set", "page", "0"),
    ]  # fmt: skip
    assert [sent["value"] for sent in explorer.travels(State(text="bpf_iter"))[6:]] == ["0", "1"]
    assert explorer.first() == explorer.first(None) == State()
    with pytest.raises(ValueError, match=r"^the lifetimes explorer shows no scenario$"):
        explorer.first("keep-id")
    bounds = (("page", "0"), ("page", 15), ("age", 0), ("age", "30"), ("text", "x" * 60))
    for name, value in bounds:
        wanted = value if name == "text" else int(value)
        assert getattr(after(event("set", name, value)), name) == wanted
    assert after(event("set", "counts", ("const", "gone"))).counts == ("gone", "const")
    twice = after(event("select", "bbr_main"), event("select", "bbr_init"))
    assert (twice.kfunc, after(event("select", "bbr_init"), state=twice).kfunc) == ("bbr_init", "")
