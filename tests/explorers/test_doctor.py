# SPDX-License-Identifier: BSD-3-Clause
"""The doctor's screen without a browser: what is drawn beside what the doctor says."""

from __future__ import annotations

import base64
import gzip
import json
import re
import resource
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz.diagnosis import doctor as diagnose
from kfuncviz.diagnosis.answers import ask as answers_of
from kfuncviz.explorers import doctor as explorer
from kfuncviz.explorers.doctor import EXAMPLES, State, case, change, frame, from_json, to_json
from kfuncviz.explorers.doctor.cards import effect
from kfuncviz.explorers.engine.ask import ask
from kfuncviz.explorers.engine.exports import page as exported
from kfuncviz.explorers.engine.tokens import decode, encode
from kfuncviz.explorers.ownership import first as opened_in_ownership
from kfuncviz.scenario.reading.token import decode as scenario_of
from tests.diagnosis.test_threads import THREADS
from tests.render.drawn import of_class, page, said

SWAPPED = State("X-mount.idmap=b:0:1000:1", "owned by 1000")
TWO = State("X-mount.idmap=u:1000:0:1 g:5:6:1", "owned by 1000:1000")


def event(kind: str, target: str, value: Any = None) -> dict[str, Any]:
    return {"type": kind, "target": target, "value": value}


def after(state: State, *events: dict[str, Any]) -> State:
    for each in events:
        state = explorer.update(state, each)
    return state


def opened(state: State) -> State:
    return after(state, *(event("fold", fold, True) for fold in explorer.FOLDS))


def read(state: State, width: int = 844) -> dict[str, ET.Element]:
    return {name: page(html) for name, html in frame(state, width).regions.items()}


def keyed(regions: dict[str, ET.Element], key: str) -> ET.Element:
    (found,) = [e for tree in regions.values() for e in tree.iter() if e.get("data-key") == key]
    return found


def raw(element: ET.Element) -> str:
    """The text of an element with its line ends."""
    return "".join(element.itertext())


def pills(picture: ET.Element, level: int) -> list[str]:
    """The numbers in the pills of a level, from lane to lane."""
    (found,) = [g for g in of_class(picture, "level") if g.get("data-level") == str(level)]
    return [said(pill).strip() for pill in of_class(found, "pill")]


# ----------------------------------------------------------------------------- drawn


@pytest.mark.parametrize("case_", THREADS[::3], ids=lambda case_: case_["source"])
def test_every_thread_is_drawn_as_it_is_answered(case_: dict[str, Any]) -> None:
    state = State(case_["text"], case_.get("ask", ""))
    found = diagnose(state.text, state.question)
    regions = read(opened(state))
    assert raw(keyed(regions, "text")) == f"\n{state.text}"
    cards = said(regions["cards"])
    titles = [said(head) for head in regions["cards"].iter("h3")]
    for number, repair in enumerate(found.repairs):
        assert titles[number].startswith(f"{number + 1}. {repair.words[0].upper()}")
        assert raw(keyed(regions, f"repair-{number}")) == repair.text
    for each in found.no_help:
        assert each.what in cards
    for each in (*found.situation.assumed, *found.situation.needs, *found.situation.unread):
        assert each in said(regions["asides"]) or found.situation.empty
    everything = said(regions["finding"])
    assert all(each.words in everything for each in found.findings)
    if found.answers is None:
        return
    ways = [o for _, o in found.answers.both]
    for level in of_class(regions["chain"], "level"):
        number = int(level.get("data-level") or 0)
        alone = len(of_class(regions["chain"], "level")) == 1
        o = ways[0] if alone else ways[number]
        lanes = [str(lane.id) for lane in o.lanes if lane.id is not None]
        shown = pills(regions["chain"], number)
        assert [pill for pill in shown if pill in lanes] == shown
        assert len(shown) >= 1


def test_uid_and_gid_are_one_way_where_they_are_alike() -> None:
    alike = read(replace(SWAPPED, text="X-mount.idmap=b:1000:0:1"))["chain"]
    assert [said(pill) for pill in of_class(alike, "pill")] == ["1000", "0", "0"]
    assert "uid and gid" in said(alike)
    assert "In the mount" in [said(text) for text in alike.iter("text")]
    two = read(TWO)["chain"]
    assert len(of_class(two, "level")) == 2
    assert pills(two, 0) == ["1000", "0", "0"]
    assert pills(two, 1) == ["1000"]
    assert of_class(two, "mark") == []


def test_rows_count_where_something_can_be_seen() -> None:
    refused = read(State("X-mount.idmap=u:1000:0:1", "owned by 1000"))["chain"]
    assert ["uid and gid" in said(refused), len(of_class(refused, "level"))] == [True, 1]
    other_rows = read(State("X-mount.idmap=u:1000:0:1 g:1000:0:2", "owned by 1000"))["chain"]
    assert len(of_class(other_rows, "level")) == 2


def test_a_repair_stands_under_what_it_repairs() -> None:
    shown = after(SWAPPED, event("set", "repair", 0))
    picture = read(shown)["chain"]
    assert (pills(picture, 0), pills(picture, 1)) == (["1000"], ["1000", "0", "0"])
    assert [said(mark) for mark in of_class(picture, "mark")] == ["=", *["\N{NOT EQUAL TO}"] * 2]
    button = keyed(read(shown), "see-repair-0")
    assert button.get("aria-pressed") == "true"
    assert json.loads(button.get("data-event") or "")["value"] is None
    assert keyed(read(shown), "see-repair-1").get("aria-pressed") == "false"
    assert change(SWAPPED, shown) == "look"
    repaired = answers_of(diagnose(*SWAPPED_TEXTS).repairs[0].situation)
    assert repaired.uid.lanes[-1].id == 0
    gid = after(State("X-mount.idmap=u:0:0:1 g:0:0:1", "owned by 0:983"), event("set", "repair", 0))
    assert pills(read(gid)["chain"], 1) == ["983", "983", "983"]
    assert (
        explorer.frame(replace(SWAPPED, repair=99)).regions["chain"]
        == (explorer.frame(SWAPPED).regions["chain"])
    )


SWAPPED_TEXTS = (SWAPPED.text, SWAPPED.question)


def test_narrow_it_is_told_stop_by_stop() -> None:
    chain = read(SWAPPED, 360)["chain"]
    stops = [said(stop) for stop in chain.iter("li")]
    assert stops == [
        "On disk 1000", "\N{BALLOT X} mount idmap: no row has 1000 in col 1", "In the mount no id",
        "You see no id, shown as 65534",
    ]  # fmt: skip
    unnamed = read(State("0 5 1", "owned by 9"), 360)["chain"]
    assert [said(stop) for stop in unnamed.iter("li")][-1] == "You see no name here, shown as 65534"
    create = read(State("X-mount.idmap=b:0:100000:1", "create a file"), 360)["chain"]
    assert [said(stop) for stop in create.iter("li")][:2] == ["You create 0", "In the mount 0"]
    assert [said(head) for head in read(TWO, 360)["chain"].iter("h3")] == ["uid", "gid"]


def test_how_it_was_read() -> None:
    table = read(State("me:5:9\nuid=7(me) gid=7(me)\npodman run --uidmap 0:1:3 img"))["paste"]
    rows = [[said(cell) for cell in row] for row in table.iter("tr")]
    assert rows == [["inside", "intermediate", "host"], ["0...2", "1...3", "5...7"]]
    assert "me may hand out uids 5...13 (9 ids)" in said(table)
    many = read(State("\n".join(f"{2 * n} {3 * n} 1" for n in range(20))))["paste"]
    assert said([*many.iter("tr")][-1]) == "and 12 rows more (12 ids)"


def test_a_text_that_could_be_another_dialects_can_be_read_in_that() -> None:
    state = State("0:1000:1", "owned by 0")
    chooser = keyed(read(state), "reading")
    names = [option.get("value") for option in chooser.iter("option")]
    assert names == ["x-mount.idmap", "unshare", "podman", "subuid"]
    as_mount = case(state).shown
    as_podman = case(after(state, event("set", "reading", "podman"))).shown
    assert as_mount is not None
    assert as_podman is not None
    assert [each.dialect for each in as_mount.situation.parsed][:1] == ["x-mount.idmap"]
    assert [each.dialect for each in as_podman.situation.parsed][:1] == ["podman"]
    chosen = keyed(read(after(state, event("set", "reading", "podman"))), "reading")
    assert [o.get("value") for o in chosen.iter("option") if o.get("selected") is not None] == [
        "podman"
    ]
    with pytest.raises(ValueError, match="'lxc' is no reading"):
        after(state, event("set", "reading", "lxc"))


# ------------------------------------------------------------------------ the scenario


def test_the_scenario_can_be_changed_by_hand() -> None:
    state = after(SWAPPED, event("fold", "scenario", True))
    text = raw(keyed(read(state), "scenario")).removeprefix("\n")
    assert "[0, 1000, 1]" in text
    turned = after(state, event("typed", "scenario", text.replace("[0, 1000, 1]", "[1000, 0, 1]")))
    assert pills(read(turned)["chain"], 0) == ["1000", "0", "0"]
    assert "changed by hand" in said(read(turned)["cards"])
    assert raw(keyed(read(turned), "scenario")) == f"\n{turned.edited}"
    assert change(state, turned) == "edit"
    bad = after(turned, event("typed", "scenario", text.replace("via: mount", "via: other")))
    assert (bad.edited, bad.draft != "") == (turned.edited, True)
    regions = read(bad)
    assert keyed(regions, "scenario").get("aria-invalid") == "true"
    assert "focus.via" in said(regions["folds"])
    assert pills(regions["chain"], 0) == ["1000", "0", "0"]
    assert after(bad, event("typed", "scenario", "")) == replace(bad, edited="", draft="")
    assert after(bad, event("typed", "scenario", text)) == replace(bad, edited="", draft="")
    assert after(turned, event("typed", "text", "0 1 1")).edited == ""
    nowhere = text.replace("path: file, by", "path: none, by")
    assert "ENOENT" in said(read(after(state, event("typed", "scenario", nowhere)))["folds"])


def test_a_changed_scenario_that_cannot_be_asked_is_said() -> None:
    """It may come from a link, and there may be no paste that it belongs to."""
    linked = opened(replace(SWAPPED, edited="setup: 5"))
    assert "not a list" in said(read(linked)["folds"])
    assert pills(read(linked)["chain"], 0) == ["1000"]
    nothing = State("0 5 1", "chown to 4294967295")
    typed = after(nothing, event("typed", "scenario", "{}"))
    assert (typed.draft, typed.edited) == ("{}", "")
    assert case(typed).found is None
    assert "is no id" in frame(typed).sentence
    assert "kfv-bad" in frame(typed).regions["finding"]


def test_a_number_or_a_call_is_answered_before_the_owner() -> None:
    asked = State("0 100000 65536", "container uid 5 on the host")
    assert frame(asked).sentence == "uid 5 inside is 100005 on the host."
    none = State("0 100000 65536", "container uid 70000 on the host")
    assert frame(none).sentence == (
        "uid 70000 inside has no id on the host: no row of the caller's user ns has it in column 1."
    )
    assert [row["stop"] for row in frame(none).table] == ["Inside", "In the mount", "On the host"]
    unmade = State("X-mount.idmap=b:0:0:1 on nfs\n0 5 1", none.question)
    assert "EINVAL, nfs cannot be idmapped" in frame(unmade).sentence
    done = State(
        "0 100000 65536\n-rw-r--r-- 1 100000 100000 0 Jan 1 f", "can root write to the file?"
    )
    assert frame(done).sentence.startswith("Write: allowed. Stored as uid 100000")
    refused = State(done.text.replace("100000 100000", "5 5"), "as user 7 write to the file")
    assert "Write: allowed" not in frame(refused).sentence
    assert frame(refused).sentence.startswith("Write: EACCES. ")
    denied = State("0 100000 65536\ndrwx------ 1 5 5 0 Jan 1 d", "mkdir x")
    assert "EACCES" not in frame(denied).sentence
    assert "EACCES" in frame(denied).regions["finding"]
    assert "kfv-bad" in frame(refused).regions["finding"]
    reading = read(State("0 100000 65536", "owned by 100005"))["finding"]
    assert [said(label) for label in of_class(reading, "kfv-label")] == ["answer"]


def test_of_two_ways_each_says_whose_it_is() -> None:
    told = frame(State("0 5 1", "owned by 5:6")).sentence
    assert "; you see 0. Gid: 6 in the mount, but no row" in told
    assert told.startswith("Stored as uid 5; ")
    refused = frame(State("lxc.idmap = u 0 50 9\nlxc.idmap = g 0 50 5", "chown to 7:8")).sentence
    assert refused.startswith("Uid: chown to 7: 57 in the mount, and the disk would store 57. Gid:")
    repaired = case(State("0 5 1", "owned by 5:6")).found
    assert repaired is not None
    assert effect(repaired.repairs[0]).startswith("Stored as uid 5; still 5 in the mount; you see")


def test_what_is_refused_without_a_capability_is_a_finding_too() -> None:
    scenario = (
        "setup: [{type: file, path: f, attrs: [immutable]}]\n"
        "focus: {path: f, direction: chown, id: 5}"
    )
    found = read(after(SWAPPED, event("typed", "scenario", scenario)))["finding"]
    assert "No permission: EPERM" in said(found)


def test_its_token_opens_the_question_in_ownership() -> None:
    hole = State(EXAMPLES["Proxmox guide"].text, EXAMPLES["Proxmox guide"].question)
    token = said(keyed(read(opened(hole)), "scenario-token"))
    shown = opened_in_ownership(scenario_of(token))
    asked = (shown.path, shown.by, shown.via, shown.kind, shown.direction, shown.id)
    assert asked == ("file", "inside", "plain", "gid", "chown", 1000)
    assert explorer.scenario(hole) == scenario_of(token)


# ------------------------------------------------------------------------------ states


def test_examples_are_pastes_that_go_wrong_or_are_answered() -> None:
    for name, example in EXAMPLES.items():
        state = after(State(), event("set", "example", name))
        assert (state.text, state.question) == (example.text, example.question)
        found = case(state).shown
        assert found is not None
        assert found.repairs or (found.answers is not None and found.answers.well)
        assert found.situation.unread == ()
        chosen = [o for o in keyed(read(state), "example") if o.get("selected") is not None]
        assert [o.get("value") for o in chosen] == [name]
    assert after(SWAPPED, event("set", "example", "")) == State()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Nothing to answer yet"),
        ("hello\nworld", "Nothing to answer yet"),
        ("chown to 4294967295", "is no id"),
        ("lxc.idmap = u 1001 101001 0", "EINVAL"),
        ("\u202e<script>alert(1)</script>\x1b[2J", "Nothing"),
        ("lxc.idmap = u 0 1 1\n" * 800, "EINVAL"),
        ("ls " + "a" * 16_000, "Nothing"),
        ("[1]\n" * 4000, "Nothing"),
    ],
    ids=["empty", "nonsense", "no id", "refused", "hostile", "large", "one long line", "documents"],
)
def test_whatever_is_pasted_something_is_said(text: str, told: str) -> None:
    question = text if text.startswith("chown") else ""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    shown = frame(opened(State(text, question)))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_utime - before < 2
    assert told in shown.sentence
    everything = "".join(shown.regions.values()) + shown.text
    assert "<script" not in "".join(shown.regions.values())
    assert not {"\u202e", "\x1b"} & {*everything}
    assert max(map(len, shown.text.splitlines())) <= 72
    if told.startswith("Nothing"):
        assert "kfv-bad" not in shown.regions["finding"]
        assert "Assumed" not in shown.regions["asides"]
        assert ("Not understood" in shown.regions["asides"]) == bool(text.strip("ls a"))


def test_of_many_lines_the_first_are_shown_and_the_rest_counted() -> None:
    lines = "\n".join(f"line {n} of words" for n in range(13))
    told = [said(item) for item in read(State(f"0 5 1\n{lines}"))["asides"].iter("li")]
    assert told[-2:] == ["line 9 of words", "and 3 lines more"]
    assert "lines more" not in said(read(State("0 5 1\nsome words"))["asides"])


def test_too_much_is_refused_with_the_bound() -> None:
    with pytest.raises(ValueError, match="the text has 16385 characters, and 16384 is the most"):
        after(State(), event("typed", "text", "x" * 16_385))
    with pytest.raises(ValueError, match="500 is the most"):
        from_json({"question": "?" * 501})


@pytest.mark.parametrize(
    ("data", "wrong"),
    [
        ({"repair": -1}, "repair is -1"),
        ({"repair": True}, "repair is True"),
        ({"text": 5}, "text is a text, not 5"),
        ({"folds": "mail"}, "folds is a list"),
        ({"folds": ["mial"]}, "did you mean 'mail'"),
        ({"txet": ""}, "did you mean 'text'"),
        ({"draft": "x" * 16_385}, "16384 is the most"),
    ],
)
def test_a_state_somebody_wrote_is_checked(data: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        from_json(data)


@pytest.mark.parametrize(
    ("sent", "wrong"),
    [
        (event("set", "repair", 9), "9 is no repair; there are 2"),
        (event("set", "repair", True), "True is no repair"),
        (event("set", "example", "x"), "'x' is no example"),
        (event("set", "nothing", 1), "is no choice"),
        (event("typed", "nothing", ""), "is no text"),
        (event("fold", "mail", 1), "mail is true or false"),
        (event("walk", "mail", 1), "is no event"),
    ],
)
def test_an_event_no_control_could_send_says_what_could(sent: dict[str, Any], wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        after(SWAPPED, sent)


PASTES = st.sampled_from(
    ("", "0 100000 65536", "X-mount.idmap=b:0:1000:1", "0:1000:1", "nonsense", "{", "me:1:1",
     "podman run img\nme:100000:65536", "\ud800", "x" * 20_000)
)  # fmt: skip
EVENTS = st.one_of(
    st.builds(event, st.just("typed"), st.sampled_from(("text", "question")), PASTES),
    st.builds(event, st.just("typed"), st.just("scenario"),
              st.sampled_from(("", "{}", "setup: [", "setup: []\nfocus: {by: root}"))),
    st.builds(event, st.just("set"), st.just("example"), st.sampled_from(("", *EXAMPLES))),
    st.builds(event, st.just("set"), st.just("repair"), st.sampled_from((None, 0, 1))),
    st.builds(event, st.just("set"), st.just("reading"), st.sampled_from(("", "podman"))),
    st.builds(event, st.just("fold"), st.sampled_from(explorer.FOLDS), st.booleans()),
)  # fmt: skip


@settings(max_examples=15)
@given(st.lists(EVENTS, max_size=6))
def test_any_events_lead_to_a_screen_that_its_token_opens(events: list[dict[str, Any]]) -> None:
    token = encode("doctor", State())
    for each in events:
        (answer,) = ask(token, [each], 700)
        if "trouble" in answer:
            assert not re.match(r"[A-Z]\w+Error", answer["trouble"])
            continue
        token = answer["token"]
        state = decode(token)[1]
        assert from_json(json.loads(json.dumps(to_json(state)))) == state
        assert ask(token, [], 700)[0]["sentence"] == answer["sentence"]


# ------------------------------------------------------------------------------ taken away


def test_a_page_of_its_own_shows_the_repairs() -> None:
    html = exported("doctor", SWAPPED)
    (packed,) = re.findall(r'<script type="text/plain" id="record">(.*?)</script>', html)
    record = json.loads(gzip.decompress(base64.b64decode(packed)))
    assert len(record["states"]) == 3
    assert (record["id"], record["first"]) == (None, "0.mail.scenario.table")
    assert "What can be pressed answers here." in html
    assert len(html) < 300_000
    events = [json.loads(each) for each in record["events"]]
    assert event("set", "repair", 1) in events


def test_the_text_is_for_a_mail_and_the_table_holds_the_numbers() -> None:
    shown = frame(SWAPPED)
    assert shown.text.isascii()
    assert "repair, replayed: the columns turned round" in shown.text
    token = re.sub(r"\s", "", shown.text[shown.text.index("kfv1.") :])
    assert scenario_of(token) == explorer.scenario(SWAPPED)
    assert [row["id"] for row in shown.table][:2] == ["1000", "INVALID (no id)"]
    drawn = explorer.draw(SWAPPED, 844)
    assert "<svg" in drawn
    assert "X-mount.idmap=b:1000:0:1" in drawn


# ------------------------------------------------------------------------------ from Python


def test_a_field_is_set_by_the_event_of_its_control() -> None:
    assert explorer.TRAITS == ("text", "question", "reading", "edited", "repair")
    sent = {name: explorer.setting(State(), name, "x") for name in explorer.TRAITS}
    assert sent == {
        "text": [event("typed", "text", "x")], "question": [event("typed", "question", "x")],
        "reading": [event("set", "reading", "x")], "edited": [event("typed", "scenario", "x")],
        "repair": [event("set", "repair", "x")],
    }  # fmt: skip
    draft = after(SWAPPED, event("typed", "scenario", "setup: 5"))
    assert explorer.why(draft, "edited") == "setup: 5 is a number, not a list"
    for state, name in ((draft, "text"), (SWAPPED, "edited")):
        assert explorer.why(state, name) == "it is what was understood anyway"
    nothing = State("0 5 1", "chown to 4294967295", draft="{}")
    assert explorer.why(nothing, "edited") == "there is no paste that it would belong to"


def test_what_is_typed_begins_anew_and_keeps_what_it_is_about() -> None:
    full = State("0:1000:1", "owned by 5", "podman", "setup: []", "setup: 5", 0, ("mail",))
    kept = {"reading": "podman", "folds": ["mail"]}
    for name, was in (("text", "question"), ("question", "text")):
        changed = to_json(after(full, event("typed", name, "x")))
        assert changed == to_json(State()) | kept | {name: "x", was: getattr(full, was)}
    read_as = after(full, event("set", "reading", "unshare"))
    assert read_as == State("0:1000:1", "owned by 5", "unshare", folds=("mail",))
    assert after(full, event("set", "example", "")) == State(folds=("mail",))
    example = after(full, event("set", "example", "podman#6123"))
    assert example == State(EXAMPLES["podman#6123"].text, "", folds=("mail",))
    assert after(full, event("set", "repair", None)) == replace(full, repair=None)
    asked = replace(full, edited="", draft="")
    as_understood = f"\n {case(asked).scenario}\n"
    assert after(full, event("typed", "scenario", as_understood)) == replace(asked, repair=None)
    assert from_json(to_json(full)) == full
    assert from_json({"folds": ["save", "table"]}).folds == ("table", "save")
    assert change(full, replace(full, repair=None, folds=())) == "look"
    for other in ({"text": "x"}, {"question": "x"}, {"reading": ""}, {"edited": ""}, {"draft": ""}):
        assert change(full, replace(full, **other)) == "edit"


def test_what_is_shown_is_what_can_be_opened_elsewhere() -> None:
    assert explorer.travels(State()) == []
    looked = after(SWAPPED, event("set", "repair", 1))
    assert explorer.travels(looked) == [event("set", "repair", 0), event("set", "repair", None)]
    assert explorer.opened(looked) == replace(looked, folds=("scenario", "table", "mail"))
    assert (explorer.scenario(State()), case(State()).scenario) == (None, "")
    assert explorer.scenario(State("0 5 1", "chown to 4294967295")) is None
    turned = replace(SWAPPED, edited="setup: [{type: file, path: f}]\nfocus: {path: f}")
    shown = case(turned)
    assert shown.shown is not shown.found
    assert explorer.scenario(turned) == {
        "setup": [{"type": "file", "path": "f"}], "focus": {"path": "f"},
    }  # fmt: skip
    assert (explorer.first(None), explorer.first("x"), explorer.first(5)) == (
        State(), State("x"), State(),
    )  # fmt: skip


def test_a_token_in_a_mail_is_cut_where_the_line_is_full() -> None:
    for state in (SWAPPED, TWO):
        found = case(state).shown
        assert found is not None
        *full, last = frame(state).text[frame(state).text.index("  kfv1.") :].splitlines()
        assert {len(line) for line in full} == {72}
        assert "".join(line.removeprefix("  ") for line in (*full, last)) == found.token
        assert 2 < len(last) <= 72


def test_the_static_picture_is_the_way_with_the_repairs_and_no_marks() -> None:
    compared = replace(SWAPPED, repair=0)
    (root,) = page(explorer.draw(compared, 700))
    assert (root.tag, root.get("class")) == ("div", "kfv-own kfv-doctor")
    picture, *texts = root
    assert (picture.tag, picture.get("width"), picture.get("role")) == ("svg", "700", "img")
    assert len(of_class(picture, "level")) == 2
    assert of_class(picture, "mark") == []
    found = case(compared).shown
    assert found is not None
    assert [(text.tag, raw(text)) for text in texts] == [
        ("pre", repair.text) for repair in found.repairs
    ]
    assert explorer.draw(SWAPPED, 99) == explorer.draw(SWAPPED, 240)
    assert explorer.draw(State("0 5 1", "chown to 4294967295")) == (
        '<div class="kfv-own kfv-doctor"></div>'
    )


@pytest.mark.parametrize(("width", "lane"), [(643, 0), (644, 112), (803, 112), (804, 146)])
def test_the_lanes_are_as_wide_as_their_names_where_there_is_room(width: int, lane: int) -> None:
    chain = read(SWAPPED, width)["chain"]
    panels = [rect for rect in chain.iter("rect") if rect.get("fill") == "var(--kfv-panel)"]
    step = lane + (width - 4 - 3 * lane) / 2
    assert [float(panel.get("x", "")) for panel in panels] == [k * step for k in range(3) if lane]
    assert {panel.get("width") for panel in panels} == ({str(lane)} if lane else set())
    assert len([*chain.iter("li")]) == (0 if lane else 4)
