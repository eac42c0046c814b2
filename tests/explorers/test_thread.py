# SPDX-License-Identifier: BSD-3-Clause
"""The thread explorer: weigh first, then see; what is chosen lights up what belongs to it."""

from __future__ import annotations

import base64
import json
import re
import xml.etree.ElementTree as ET
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz import front
from kfuncviz.explorers import thread
from kfuncviz.explorers.engine import exports
from kfuncviz.explorers.engine.tokens import decode, encode, find
from kfuncviz.explorers.thread import State, frame, update, weighing_html, weighing_text
from kfuncviz.explorers.thread.state import SELECTIONS, TARGETS, WORDS_MAX, choosable
from kfuncviz.kfuncs.thread import argument_map, message, messages
from kfuncviz.render.thread import argument_text, text
from tests.render.drawn import of_class, page, said

MAP = argument_map()
#: When a fact could be checked, by whether it could then, and whether only in part.
WHEN = {
    (True, False): "by July 2023",
    (True, True): "partly by July 2023",
    (False, False): "since then",
}
SIGNS = {"for": "+", "general": "\N{SECTION SIGN}", "instead": "\N{LEFT RIGHT ARROW}",
         "against": "\N{MINUS SIGN}"}  # fmt: skip
EVIL = "<img onerror=alert(1)>\u202e\x1b[2J"


def event(kind: str, target: Any = None, value: Any = None) -> dict[str, Any]:
    return {"type": kind, "target": target, "value": value}


def after(state: State, *events: dict[str, Any]) -> State:
    for sent in events:
        state = update(state, sent)
    return state


def with_maps(*topics: str) -> State:
    """The maps of some questions open, the last one looked at."""
    state = State()
    for topic in topics:
        state = after(state, event("weigh", f"{topic}.before", "even"), event("open", topic),
                      event("set", "topic", topic))  # fmt: skip
    return state


def drawn(state: State, region: str, width: int = 844) -> ET.Element:
    (root,) = page(frame(state, width).regions[region])
    return root


def keyed(state: State, key: str) -> ET.Element:
    """The one element of a key, in whatever region."""
    found = [e for region in frame(state, 844).regions.values() for root in page(region)
             for e in root.iter() if e.get("data-key") == key]  # fmt: skip
    assert len(found) == 1, (key, len(found))
    return found[0]


def sent_by(element: ET.Element) -> Any:
    return json.loads(element.get("data-event", ""))


# ------------------------------------------------------------------------- weigh, then see


@pytest.mark.parametrize("topic", thread.TOPICS)
def test_a_map_opens_once_both_sides_are_written_or_it_is_weighed(topic: str) -> None:
    state = State(topic=topic)
    asked = event("open", topic)
    assert (state.written, state.stances, state.weights) == ((), (), ())
    one = update(state, event("typed", f"{topic}.for", "A reason."))
    blank = update(one, event("typed", f"{topic}.against", " \n "))
    for not_yet in (state, one, blank):
        assert not thread.ready(not_yet, topic)
        assert keyed(not_yet, "open").get("aria-disabled") == "true"
        assert not [e for e in drawn(not_yet, "map").iter() if e.tag == "article"]
        with pytest.raises(ValueError, match=f"the map of {topic} opens once both sides"):
            update(not_yet, asked)
    written = update(one, event("typed", f"{topic}.against", "Another."))
    weighed = update(state, event("weigh", f"{topic}.before", "rather against"))
    for ready in (written, weighed):
        assert keyed(ready, "open").get("aria-disabled") is None
        assert sent_by(keyed(ready, "open")) == asked
        opened = update(ready, asked)
        assert opened == replace(ready, opened=(topic,))
        assert [e for e in drawn(opened, "map").iter() if e.tag == "article"]
        with pytest.raises(ValueError, match=f"{topic}.for is said before the map is open"):
            update(opened, event("typed", f"{topic}.for", "Late."))
        with pytest.raises(ValueError, match=f"{topic}.before is said before"):
            update(opened, event("weigh", f"{topic}.before", "even"))
        update(opened, event("typed", f"{topic}.after", "Now."))
    with pytest.raises(ValueError, match=f"{topic}.after is said once the map is open"):
        update(state, event("weigh", f"{topic}.after", "even"))


def test_nothing_is_weighed_at_first_and_no_side_stands_out() -> None:
    fresh = State()
    pressed = [e for r in frame(fresh, 844).regions.values() for root in page(r)
               for e in root.iter() if e.get("aria-pressed") == "true"]  # fmt: skip
    assert [e.get("data-key") for e in pressed] == ["topic-need"]
    stances = [e for e in drawn(fresh, "mine").iter()
               if (e.get("data-key") or "").startswith("stance")]  # fmt: skip
    assert [said(e) for e in stances] == [*thread.STANCES.values()]
    assert [sent_by(e) for e in stances] == [
        event("weigh", "need.before", name) for name in thread.STANCES
    ]
    assert weighing_text(fresh).count("Not weighed") == 1


def test_what_was_said_before_stands_beside_what_is_said_after() -> None:
    state = after(
        State(), event("typed", "need.for", "It is\nneeded."), event("typed", "need.against", "No"),
        event("weigh", "need.before", "even"), event("open", "need"),
        event("typed", "need.after", "Perhaps."), event("weigh", "need.after", "rather for"),
    )  # fmt: skip
    mine = drawn(state, "mine")
    (own,) = of_class(mine, "kfv-own-words")
    assert [said(e) for e in own] == [
        "In favour of the kfuncs, at its strongestIt isneeded.",
        "Against the kfuncs, at its strongestNo", "Before the mapas much on either side",
    ]  # fmt: skip
    assert [e.tag for e in own.iter("br")] == ["br"]
    assert len(of_class(mine, "kfv-weighed")) == 1
    (field,) = mine.iter("textarea")
    assert (field.text, sent_by(field)) == ("Perhaps.", event("typed", "need.after", "$value"))
    assert field.get("maxlength") == str(WORDS_MAX)
    on = keyed(state, "stance-need.after-rather-for")
    assert (on.get("aria-pressed"), sent_by(on)) == ("true", event("weigh", "need.after"))
    assert update(state, sent_by(on)).stances == (("need.before", "even"),)


def test_two_sides_are_written_in_two_fields() -> None:
    state = update(State(topic="cost"), event("typed", "cost.against", "a <b>"))
    labels = list(drawn(state, "mine").iter("label"))
    assert [said(label[0]) for label in labels] == [
        "In favour of the kfuncs, at its strongest", "Against the kfuncs, at its strongest",
    ]  # fmt: skip
    fields = [label[1] for label in labels]
    assert [field.text or "" for field in fields] == ["", "a <b>"]
    assert [sent_by(field)["target"] for field in fields] == ["cost.for", "cost.against"]


# ------------------------------------------------------------------------- the map


@pytest.mark.parametrize("topic", MAP.questions)
def test_a_map_holds_every_claim_of_its_question_with_its_facts(topic: str) -> None:
    root = drawn(with_maps(topic), "map")
    articles = {said(e.findall(".//button")[0]): e for e in root.iter("article")}
    claims = [c for side in SIGNS for c in MAP.on(topic) if c.side == side]
    assert [*articles] == [claim.id for claim in claims]
    (sides,) = of_class(root, "kfv-sides")
    assert [len(column) for column in sides] == [
        n for side in SIGNS if (n := sum(c.side == side for c in claims))
    ]
    for claim in claims:
        box = articles[claim.id]
        assert box.get("class") == f"kfv-claim kfv-{claim.side}"
        head, told, who, facts, weight = box
        assert said(head[0]) == f"{SIGNS[claim.side]} {MAP.sides[claim.side]}"
        bare = not any(MAP.evidence[fact].then for fact in claim.evidence)
        assert [said(e) for e in head.iter("em")] == ["no fact by July 2023"] * bare
        assert said(told) == " ".join(claim.text.split())
        assert said(who).startswith(", ".join(claim.by))
        linked = [sent_by(b)["target"] for b in who.iter("button")]
        own = [
            other for other in claim.supports + claim.attacks if MAP.claims[other].question == topic
        ]
        assert linked == [*(f"message {n}" for n in claim.messages), *(f"claim {o}" for o in own)]
        hidden = len(claim.supports + claim.attacks) - len(own)
        assert sum(map(int, re.findall(r"(\d+) under", said(who)))) == hidden
        for name, item in zip(claim.evidence, facts, strict=True):
            fact = MAP.evidence[name]
            users = {c.side for c in MAP.claims.values() if name in c.evidence}
            signs = " ".join(SIGNS[side] for side in SIGNS if side in users)
            several = f" on several sides: {signs}" if len(users) > 1 else ""
            when = WHEN[fact.then, fact.partly]
            assert [e.get("class") for e in item.iter("em")] == ["kfv-mark"] * (len(users) > 1)
            assert said(item) == " ".join(f"{name} {fact.text} {when}{several}".split())
        assert [said(b) for b in weight.iter("button")] == [*thread.WEIGHTS]
        assert {b.get("aria-pressed") for b in weight.iter("button")} == {"false"}


def test_what_came_later_is_read_by_either_side() -> None:
    root = drawn(with_maps("later"), "map")
    boxes = list(root.iter("article"))
    told, came = boxes[: len(MAP.predictions)], boxes[len(MAP.predictions) :]
    for prediction, box in zip(MAP.predictions, told, strict=True):
        assert said(box[0]) == f"{prediction.by} · message {prediction.messages[0]}"
        assert [said(e) for e in box[1]] == [
            f"Predicted. {prediction.predicted}", f"Happened. {prediction.happened}",
        ]  # fmt: skip
        facts = [sent_by(b)["target"] for b in box[2].iter("button")]
        assert facts == [f"fact {name}" for name in prediction.evidence]
    heads = ["What was predicted, and what happened",
             "What happened later, and what either side may read in it"]  # fmt: skip
    assert [said(head) for head in root.iter("h4")] == heads
    assert [e.get("class") for e in boxes] == ["kfv-event"] * len(boxes)
    (key,) = of_class(root, "kfv-small")
    assert said(key) == "What each side may read in it is our reading, too."
    assert [e.get("data-key") for e in root.iter("button")] == [
        *(f"predicted-{n}-{what}" for n, each in enumerate(MAP.predictions)
          for what in (f"mail-{each.messages[0]}", *(f"fact-{name}" for name in each.evidence))),
        *(f"later-{n}-fact-{name}" for n, each in enumerate(MAP.later) for name in each.evidence),
    ]  # fmt: skip
    for later, box in zip(MAP.later, came, strict=True):
        assert [e.tag for e in box] == ["p", "div", "ul"]
        assert said(box[0]) == " ".join(f"{later.release} · {later.title}. {later.text}".split())
        assert [(e.get("class"), said(e)) for e in box[1]] == [
            (f"kfv-claim kfv-{side}", " ".join(f"{SIGNS[side]} {MAP.sides[side]} {read}".split()))
            for side, read in (("for", later.read_for), ("against", later.read_against))
        ]
        facts = [sent_by(b)["target"] for b in box[2].iter("button")]
        assert facts == [f"fact {name}" for name in later.evidence]


def test_how_much_a_claim_weighs_is_the_readers_to_say_and_to_take_back() -> None:
    state = update(with_maps("cost"), event("weigh", "complaints", "much"))
    on, off = keyed(state, "weight-complaints-much"), keyed(state, "weight-complaints-some")
    assert (on.get("aria-pressed"), off.get("aria-pressed")) == ("true", "false")
    assert sent_by(on) == event("weigh", "complaints", None)
    assert update(state, sent_by(off)).weights == (("complaints", "some"),)
    assert update(state, sent_by(on)).weights == ()


# ------------------------------------------------------------------------- what lights up


def marked(state: State, topic: str) -> tuple[set[str], set[str], set[int]]:
    """The claims and facts that stand out in one map, and the mails in the graph."""
    shown = replace(state, topic=topic)
    root = drawn(shown, "map")
    claims = {said(e.findall(".//button")[0]) for e in of_class(root, "kfv-claim")
              if "kfv-lit" in (e.get("class") or "")}  # fmt: skip
    facts = {said(e[0]) for e in of_class(root, "kfv-lit") if e.tag == "li"}
    graph = drawn(shown, "picture")
    mails = {int(g.get("data-n", "")) for g in of_class(graph, "mail")
             if g[1].get("stroke-width") == "5"}  # fmt: skip
    return claims, facts, mails


ALL = with_maps(*thread.TOPICS)


@pytest.mark.parametrize("n", [1, 3, 11])
def test_a_mail_lights_up_its_claims_in_every_map(n: int) -> None:
    state = update(ALL, event("select", f"message {n}"))
    for topic in MAP.questions:
        claims, facts, mails = marked(state, topic)
        wanted = {c.id for c in MAP.on(topic) if n in c.messages}
        assert (claims, facts, mails) == (wanted, set(), {n})
        tab = said(keyed(replace(state, topic=topic), f"topic-{topic}"))
        assert tab == topic.capitalize() + f" ({len(wanted)})" * bool(wanted)
    assert keyed(state, f"mail-{n}").get("aria-pressed") == "true"


@pytest.mark.parametrize("name", ["hidden", "need"])
def test_a_claim_lights_up_its_mails_and_facts_and_says_what_others_are_to_it(name: str) -> None:
    claim = MAP.claims[name]
    state = update(ALL, event("select", f"claim {name}"))
    claims, facts, mails = marked(state, claim.question)
    assert (claims, mails) == ({name}, set(claim.messages))
    assert facts == set(claim.evidence)
    for topic in MAP.questions:
        for box in drawn(replace(state, topic=topic), "map").iter("article"):
            other = MAP.claims[said(box.findall(".//button")[0])]
            bare = not any(MAP.evidence[fact].then for fact in other.evidence)
            wanted = [words for words, holds in (
                ("no fact by July 2023", bare), ("backs it", name in other.supports),
                ("answers it", name in other.attacks), ("backed by it", other.id in claim.supports),
                ("answered by it", other.id in claim.attacks)) if holds]  # fmt: skip
            assert [said(e) for e in box[0].iter("em")] == wanted
    shown = replace(state, topic=claim.question)
    assert keyed(shown, f"claim-{name}").get("aria-pressed") == "true"
    assert sent_by(keyed(shown, f"claim-{name}")) == event("select", "")


@pytest.mark.parametrize("name", ["helpers-unchanged", "nine-declined"])
def test_a_fact_lights_up_the_claims_it_bears_on_and_what_came_of_it(name: str) -> None:
    state = update(ALL, event("select", f"fact {name}"))
    for topic in MAP.questions:
        claims, facts, mails = marked(state, topic)
        wanted = [c for c in MAP.on(topic) if name in c.evidence]
        assert claims == {c.id for c in wanted}
        assert facts == ({name} if wanted else set())
        assert mails == {n for c in MAP.claims.values() if name in c.evidence for n in c.messages}
        heads = [e for e in drawn(replace(state, topic=topic), "map").iter("em")
                 if said(e) == "bears on it"]  # fmt: skip
        assert len(heads) == len(wanted)
    events = [
        e for e in of_class(drawn(state, "map"), "kfv-event") if "kfv-lit" in e.get("class", "")
    ]
    titles = {later.title for later in MAP.later if name in later.evidence}
    lit = {later.title for later in MAP.later for e in events if f"· {later.title}." in said(e[0])}
    assert lit == titles
    assert said(keyed(state, "topic-later")) == f"Later ({len(titles)})"


def test_a_prediction_lights_up_with_its_mail() -> None:
    state = update(ALL, event("select", "message 6"))
    boxes = list(drawn(state, "map").iter("article"))[: len(MAP.predictions)]
    assert ["kfv-lit" in e.get("class", "") for e in boxes] == [
        6 in told.messages for told in MAP.predictions
    ]


def test_what_stands_in_a_map_that_is_not_open_cannot_be_chosen() -> None:
    state = with_maps("surface")
    for name in SELECTIONS:
        kind, _, what = name.partition(" ")
        if kind == "claim":
            wanted = MAP.claims[what].question == "surface"
        elif kind == "fact":
            wanted = any(c.question == "surface" and what in c.evidence
                         for c in MAP.claims.values())  # fmt: skip
        else:
            wanted = True
        assert choosable(state, name) == wanted, name
        if not wanted:
            with pytest.raises(ValueError, match="is no choice"):
                update(state, event("select", name))
    later = with_maps("later")
    told = {fact for each in (*MAP.predictions, *MAP.later) for fact in each.evidence}
    assert {name for name in MAP.evidence if choosable(later, f"fact {name}")} == told


# ------------------------------------------------------------------------- the card


def test_the_card_of_a_mail_tells_it_and_names_only_claims_of_open_maps() -> None:
    state = after(with_maps("promise"), event("select", "message 3"))
    walk, card = drawn(state, "chosen")
    assert said(walk) == "Back [Next ]mail 3 of 13"
    assert [sent_by(b)["target"] for b in walk.iter("button")] == ["message 2", "message 4"]
    assert [b.get("data-hotkey") for b in walk.iter("button")] == ["[", "]"]
    assert walk[0].get("data-back") is not None
    assert walk[1].get("data-forward") is not None
    head, position, who = card
    assert (
        said(head) == "message 3, objection · Christian Brauner, VFS maintainer · 4 July 13:01 UTC"
    )
    assert said(position) == message(3).position
    assert said(who) == (
        "answers message 2 · answered by messages 4, 10, 12 · claims: expectation, 1 under Surface"
        f" · {message(3).message_id}"
    )
    (link,) = who.iter("a")
    assert link.get("href") == message(3).url
    assert said(drawn(update(state, event("select", "message 1")), "chosen")[1][2]).startswith(
        "answered by message 2 ·"
    )


@pytest.mark.parametrize(("n", "idle"), [(1, "back"), (13, "next"), (7, "")])
def test_steps_lead_from_mail_to_mail(n: int, idle: str) -> None:
    state = update(State(), event("select", f"message {n}"))
    for way in ("back", "next"):
        assert keyed(state, way).get("aria-disabled") == ("true" if way == idle else None)
    assert [sent_by(keyed(State(), way))["target"] for way in ("back", "next")] == [
        "message 13", "message 1",
    ]  # fmt: skip


def test_the_card_of_a_claim_says_what_it_backs_and_answers_both_ways() -> None:
    state = update(ALL, event("select", "claim expectation"))
    head, told, who, facts = drawn(state, "chosen")[1]
    assert said(head) == (
        "claim expectation · \N{MINUS SIGN} Against · Christian Brauner · "
        "1 fact by July 2023, 1 since"
    )
    claim = MAP.claims["expectation"]
    assert said(told) == " ".join(claim.text.split())
    backed = [c.id for c in MAP.claims.values() if "expectation" in c.supports]
    answered = [c.id for c in MAP.claims.values() if "expectation" in c.attacks]
    assert said(who) == (
        f"message 3 · answers {', '.join(claim.attacks)} · backed by {', '.join(backed)} · "
        f"answered by {', '.join(answered)}"
    )
    for name, item in zip(claim.evidence, facts, strict=True):
        when = WHEN[MAP.evidence[name].then, MAP.evidence[name].partly]
        assert said(item) == f"{name} {MAP.evidence[name].text} {when}"


def test_the_card_of_a_fact_has_its_sources_and_its_rows() -> None:
    for name in ("getxattr-2022", "helpers-changed-before", "nine-declined"):
        fact = MAP.evidence[name]
        card = drawn(update(ALL, event("select", f"fact {name}")), "chosen")[1]
        claims = [c.id for c in MAP.claims.values() if name in c.evidence]
        assert said(card[0]).startswith(f"fact {name} · {WHEN[fact.then, fact.partly]}")
        assert said(card[1]) == fact.text
        assert [said(p) for p in of_class(card, "kfv-who")] == [
            f"bears on {', '.join(claims)}"
        ] * bool(claims)
        rows = [f"data/history {table}: {', '.join(f'{k} {v}' for k, v in where.items())}"
                for table, where in fact.rows]  # fmt: skip
        assert [said(item) for item in card.iter("li")] == [*fact.sources, *rows]
        assert [a.get("href") for a in card.iter("a")] == [
            source for source in fact.sources if source.startswith("https")
        ]


# ------------------------------------------------------------------------- words, rows, text


def test_the_sentence_says_what_is_chosen() -> None:
    state = with_maps("promise")
    begun = (
        "13 mails by 5 people, 30 June to 7 July 2023 (UTC): 1 patch, 1 question, 3 objections, "
        "2 alternatives, 5 replies, 1 agreement. 1 of 6 maps open, no claims weighed."
    )
    told = {
        "": begun,
        "message 1": "Message 1, patch by Alexey Gladkov, begins the thread; 2 claims; "
        "2 in maps that are not open.",
        "message 10": "Message 10, reply by Alexei Starovoitov, answers message 3; 2 claims: "
        "no-promise, voice.",
        "message 12": "Message 12, agreement by Christoph Hellwig, answers message 3; 1 claim; "
        "1 in maps that are not open.",
        "claim practice": "Claim practice (Against), made by Christian Brauner in message 11; "
        "1 fact partly by July 2023, 1 since.",
        "fact lifecycle-no-guarantee": "Fact lifecycle-no-guarantee, known by July 2023; "
        "it bears on 1 claim.",
        "fact lifecycle-weight": "Fact lifecycle-weight, known by July 2023; it bears on 4 "
        "claims, on several sides: About kfuncs in general, Against.",
    }
    for selection, sentence in told.items():
        assert frame(update(state, event("select", selection)), 844).sentence == sentence
    none = update(with_maps("later"), event("select", "fact nine-declined"))
    assert frame(none, 844).sentence.endswith("known only since then; it bears on no claims.")
    one = update(state, event("weigh", "voice", "some"))
    assert frame(one, 844).sentence.endswith("1 of 6 maps open, 1 claim weighed.")
    assert "1 claim weighed" in said(drawn(one, "ask"))


def test_the_rows_are_all_that_is_on_screen() -> None:
    state = after(with_maps("need"), event("select", "claim tell-apart"),
                  event("weigh", "tell-apart", "little"))  # fmt: skip
    rows = {row["what"]: row for row in frame(state, 844).table}
    facts = {fact for c in MAP.on("need") for fact in c.evidence}
    assert [*rows] == [
        *(f"message {m.n}" for m in messages()), *(f"claim {c.id}" for c in MAP.on("need")),
        *(f"fact {name}" for name in MAP.evidence if name in facts),
    ]  # fmt: skip
    chosen = {what: row["chosen"] for what, row in rows.items() if row["chosen"]}
    assert chosen == {"message 7": "linked", "claim tell-apart": "chosen",
                      "fact no-idmap-kfunc": "linked", "fact trace-fails": "linked"}  # fmt: skip
    assert {what for what, row in rows.items() if row["weighs for me"]} == {"claim tell-apart"}
    assert rows["claim tell-apart"] == {
        "what": "claim tell-apart", "who or when": "Alexey Gladkov, In favour",
        "says": MAP.claims["tell-apart"].text,
        "linked with": "backs need; 1 fact partly by July 2023, 1 since: no-idmap-kfunc, "
        "trace-fails",
        "source": "message 7", "chosen": "chosen", "weighs for me": "little",
    }  # fmt: skip
    assert rows["message 12"] == {
        "what": "message 12", "who or when": "Christoph Hellwig, agreement, 2023-07-06 14:37 UTC",
        "says": message(12).position, "linked with": "answers message 3; claims no-business",
        "source": message(12).message_id, "chosen": "", "weighs for me": "",
    }  # fmt: skip
    fact = rows["fact getxattr-2022"]
    assert (fact["who or when"], fact["linked with"]) == ("by July 2023", "bears on need")
    assert fact["source"] == MAP.evidence["getxattr-2022"].sources[0]
    assert rows["message 1"]["linked with"] == "claims need"
    tracing = {row["what"]: row["source"] for row in frame(ALL, 844).table}["fact trace-works"]
    assert tracing == "message 8; measured on 6.12 and on 6.18.44"
    assert "on several sides" in rows["fact trace-fails"]["linked with"]


@pytest.mark.parametrize("selection", ["", "message 3", "claim small", "fact churn"])
def test_the_text_is_what_is_chosen_and_the_open_maps(selection: str) -> None:
    state = update(ALL, event("select", selection))
    told = frame(state, 844).text
    assert max(map(len, told.splitlines())) <= 72
    first, _, rest = told.partition("\n\n") if selection else (text(messages()), "", "")
    assert first.startswith(selection or "1  Alexey Gladkov")
    assert told.endswith(argument_text(MAP))
    alone = frame(update(State(), event("select", "message 3")), 844).text
    assert alone.startswith("message 3, objection")
    assert "In favour" not in alone
    some = frame(with_maps("cost"), 844).text
    assert MAP.questions["cost"] in some
    assert MAP.questions["need"] not in some
    assert "What happened later" not in some
    later = frame(with_maps("later"), 844).text
    assert "What happened later" in later
    assert not [asked for asked in MAP.questions.values() if asked in later]
    assert bool(rest) == bool(selection)


# ------------------------------------------------------------------------- what leaves


WEIGHED = after(
    with_maps("surface"), event("weigh", "hidden", "some"), event("weigh", "moving", "much"),
    event("typed", "surface.after", "Both <hold>\nin part."), event("weigh", "need", "little"),
    event("weigh", "surface.after", "rather for"), event("typed", "cost.for", "Nobody."),
)  # fmt: skip


def test_the_weighing_as_text() -> None:
    told = weighing_text(WEIGHED)
    assert max(map(len, told.splitlines())) <= 72
    assert told.endswith("7.3\n")
    flat = " ".join(told.split())
    assert flat.startswith("My weighing: kfuncs for idmapped mounts, July 2023 The words and")
    surface = flat[flat.index(MAP.questions["surface"]) : flat.index(MAP.questions["cost"])]
    moving, hidden = MAP.claims["moving"], MAP.claims["hidden"]
    assert surface.strip() == (
        f"{MAP.questions['surface']} before the map: as much on either side; after the map: "
        "rather in favour What I hold now, and what would change it: Both <hold> in part. - much: "
        f"moving (Against; Christian Brauner, message 3): {moving.text} <{message(3).message_id}> "
        f"- some: hidden (Against; Christian Brauner, messages 6, 11): {hidden.text} "
        f"<{message(6).message_id}> <{message(11).message_id}>"
    )
    assert "- little: need (In favour" in flat
    assert "In favour of the kfuncs, at its strongest: Nobody." in flat
    left = [thread.TOPICS[topic] for topic in ("promise", "alternative", "later")]
    assert f"Not weighed: {' '.join(left)}" in flat
    assert re.search(r"kfuncviz [\d.]+; data to Linux 7.3$", flat)
    assert "Not weighed" not in weighing_text(ALL)


def test_the_weighing_as_one_page() -> None:
    html = weighing_html(WEIGHED)
    assert html.startswith("<!doctype html>")
    assert 'lang="en"' in html
    main = html[html.index("<main>") : html.index("</main>")] + "</main>"
    (root,) = page(main)
    sections = root.findall("section")
    assert [said(s[0]) for s in sections] == [
        thread.TOPICS[topic] for topic in ("need", "surface", "cost")
    ]
    surface = sections[1]
    assert (
        said(surface[1])
        == "before the map: as much on either side; after the map: rather in favour"
    )
    assert "Both <hold>in part." in said(surface)
    items = list(surface.iter("li"))
    assert said(items[0]).startswith(
        "much: Against, Christian Brauner (moving, message 3): The helpers"
    )
    assert [a.get("href") for a in items[1].iter("a")] == [message(6).url, message(11).url]
    both = after(State(), event("typed", "cost.for", "A."), event("typed", "cost.against", "B."))
    (beside,) = re.findall(r'<div class="two">(.*?)</div></div>', weighing_html(both))
    assert re.sub("<[^>]+>", "|", beside).count("|A.|") == 1
    assert beside.index("A.") < beside.index("B.")
    assert "Not weighed:" in said(root)
    assert "Not weighed:" not in weighing_html(ALL)
    assert "<script" not in html
    assert not re.search(r"src=|url\(", html)


def test_the_folds_hold_what_can_be_taken_away() -> None:
    folded = replace(WEIGHED, selection="claim moving", folds=thread.FOLDS)
    root = drawn(folded, "folds")
    texts = {e.get("data-key"): e.text or "" for e in root.iter("pre")}
    assert texts["weighing"] == weighing_text(folded)
    assert texts["mail"].startswith("claim moving, Against")
    token = find(texts["mail"])
    assert token is not None
    assert "token, for kfuncviz.explore\n" in texts["mail"]
    assert decode(token) == ("thread", State(topic="surface", selection="claim moving"))
    (saved,) = [a for a in root.iter("a") if a.get("download")]
    assert saved.get("download") == "my-weighing.html"
    kind, _, data = (saved.get("href") or "").partition(",")
    assert kind == "data:text/html;charset=utf-8;base64"
    assert base64.b64decode(data).decode() == weighing_html(folded)
    heads = [said(e) for e in root.iter("th") if e.get("scope") == "row"]
    assert heads == [row["what"] for row in frame(folded, 844).table]
    assert [e.get("data-as") for e in root.iter("button") if e.get("data-as")] == [
        "svg",
        "png",
        "html",
    ]
    (svg,) = [e for e in root.iter("button") if e.get("data-as") == "svg"]
    assert (svg.get("data-name"), svg.get("data-note")) == (
        "thread.svg", "kfuncviz, thread of July 2023",
    )  # fmt: skip
    (picture,) = [e for e in root.iter() if e.get("data-key") == "picture"]
    assert picture[0].get("width") == str(exports.PAGE_WIDTH + 4)
    assert MAP.questions["surface"] in said(picture)
    shut = drawn(WEIGHED, "folds")
    assert len(list(shut.iter("details"))) == len(thread.FOLDS)
    assert not list(shut.iter("pre"))


def test_share_carries_the_weighing_and_not_what_is_chosen() -> None:
    state = replace(WEIGHED, selection="message 3", folds=("mail",))
    (root,) = page(frame(state, 844).regions["token"])
    assert decode(said(root)) == ("thread", WEIGHED)


def test_the_static_picture_shows_the_thread_and_only_open_maps() -> None:
    fresh, some, later = (thread.draw(s, 900) for s in (State(), with_maps("cost"), ALL))
    assert "<svg" in fresh
    assert "In favour" not in fresh
    assert MAP.questions["cost"] in some
    assert MAP.questions["need"] not in some
    assert "What happened later" not in some
    assert "What happened later" in later
    assert "<svg" in thread.draw(State())
    assert "data-event" not in later


def test_a_narrow_page_lists_the_mails() -> None:
    wide, narrow = (drawn(State(), "picture", width) for width in (760, 759))
    assert [e.tag for e in wide] == ["svg"]
    assert not list(wide.iter("li"))
    keys = [b.get("data-key") for b in narrow.iter("button")]
    assert sorted(keys) == sorted(f"mail-{m.n}" for m in messages())
    assert message(3).position not in said(narrow)


def test_every_class_has_a_rule_and_every_rule_has_something_to_say() -> None:
    """Those of the sheet for all explorers aside."""
    states = [
        State(), WEIGHED, update(State(), event("typed", "need.for", "A.")), with_maps("later"),
        *(update(replace(ALL, topic="surface"), event("select", name))
          for name in ("message 3", "claim small", "fact struct-changed")),
        update(ALL, event("select", "fact struct-changed")),
        update(with_maps("surface"), event("select", "message 3")),
        *(replace(ALL, topic=topic) for topic in MAP.questions),
        replace(State(), selection="claim need"),
    ]  # fmt: skip
    used = {name for state in states for width in (844, 360)
            for html in frame(state, width).regions.values()
            for classes in re.findall(r'class="([^"]*)"', html) for name in classes.split()
            if name.startswith("kfv-")}  # fmt: skip
    style = Path(front.__file__).parent / "style"
    own = re.sub(r"/\*.*?\*/", "", (style / "80-thread.css").read_text("utf-8"), flags=re.DOTALL)
    ruled = set(re.findall(r"\.(kfv-[\w-]+)", own))
    assert ruled <= used
    everywhere = set(re.findall(r"\.(kfv-[\w-]+)", front.stylesheet()))
    regions = {f"kfv-{name}" for name in thread.REGIONS}
    assert used - everywhere - regions - {"kfv-small", "kfv-wide", "kfv-mid"} == set()


def test_a_recorded_page_answers_every_question_and_choice() -> None:
    state = replace(with_maps("need"), selection="message 7")
    offered = thread.travels(state)
    assert [e["value"] for e in offered if e["type"] == "set"] == [*thread.TOPICS]
    chosen = [e["target"] for e in offered if e["type"] == "select"]
    assert chosen == ["", *(name for name in SELECTIONS if choosable(state, name))]
    for each in offered:
        update(state, each)
    reached = {State()}
    for _ in range(2):
        reached |= {update(here, each) for here in reached for each in thread.travels(here)}
    assert len(reached) == len(thread.TOPICS) * (1 + len(messages()))
    assert thread.opened(state) == replace(state, folds=("weighing", "table"))
    assert (thread.extents(state), thread.barred(state), thread.scenario(state)) == ([], [], None)


@pytest.mark.parametrize("topics", [(), tuple(thread.TOPICS)], ids=["fresh", "all"])
def test_a_page_of_its_own_fits(topics: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn for one question alone, to be quick: what differs between them is small."""
    few = [event("set", "topic", "later"), event("select", "message 3"), event("select", "")]
    monkeypatch.setattr(thread, "travels", lambda _: few)
    html = exports.page("thread", with_maps(*topics))
    assert "What can be pressed answers here." in html
    assert len(html) <= exports.PAGE_MAX
    assert "<link" not in html
    assert not re.search(r"<script[^>]* src|<img|url\(http", html)


# ------------------------------------------------------------------------- from outside


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (5, "an event is an object, not 5"),
        (event("say"), "'say' is no event"),
        (event("set", "kind", "uid"), "'kind' is no choice"),
        (event("set", "topic", "trust"), "'trust' is no question"),
        (event("select", "message 14"), "'message 14' is no choice"),
        (event("select", None), "None is no choice"),
        (event("typed", "need", "x"), "'need' is no text"),
        (event("typed", "need.for", 5), "need.for is a text, not 5"),
        (event("typed", "need.for", "x" * (WORDS_MAX + 1)), f"has {WORDS_MAX + 1} characters"),
        (event("weigh", "need.before", "much"), "'much' is no weight of need.before"),
        (event("weigh", "need", "even"), "'even' is no weight of need"),
        (event("weigh", "trust", "much"), "'trust' is no weight"),
        (event("open", "trust"), "'trust' is no question"),
        (event("fold", "rows", True), "'rows' is no fold"),
        (event("fold", "mail", 1), "mail is true or false"),
    ],
)  # fmt: skip
def test_an_event_that_no_control_sends_is_refused(sent: Any, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        update(State(), sent)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "a state is an object"),
        ({"id": 5}, "'id' is no part of a state"),
        ({"topic": "trust"}, "'trust' is no question"),
        ({"selection": "claim trust"}, "'claim trust' is no choice"),
        ({"written": "x"}, "written is a list, not 'x'"),
        ({"written": [["need.for"]]}, "written has pairs of a target and a value"),
        ({"written": [["need.for", 7]]}, "need.for is a text"),
        ({"written": [["need.now", "x"]]}, "'need.now' is no part of written"),
        ({"written": [["need.for", "x" * 601]]}, "600 is the most"),
        ({"stances": [["need.before", "much"]]}, "'much' is no weight of need.before"),
        ({"weights": [["need", "even"]]}, "'even' is no weight of need"),
        ({"opened": ["need"]}, "opened holds 'need', which is neither written nor weighed"),
        ({"opened": [5]}, "5 is no part of opened"),
        ({"opened": "need"}, "opened is a list"),
        ({"stances": [["need.after", "even"]]}, "need.after is said once the map is open"),
        ({"written": [["need.after", "x"]]}, "need.after is said once the map is open"),
        ({"folds": ["rows"]}, "'rows' is no part of folds"),
    ],
)  # fmt: skip
def test_a_state_that_cannot_be_is_refused(data: Any, words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        thread.from_json(data)


def test_what_is_typed_is_kept_as_a_person_can_read_it() -> None:
    state = after(State(), event("typed", "need.for", f"\n\n{EVIL}\tx\ny"))
    assert dict(state.written)["need.for"] == "<img onerror=alert(1)>\ufffd[2J x\ny"
    assert update(state, event("typed", "need.for", "")).written == ()
    longest = update(State(), event("typed", "need.for", "x" * WORDS_MAX))
    assert len(longest.written[0][1]) == WORDS_MAX
    both = after(state, event("typed", "need.against", EVIL), event("open", "need"))
    for shown in (state, both, replace(both, folds=thread.FOLDS)):
        for html in frame(shown, 844).regions.values():
            assert "<img" not in html
            assert "\x1b" not in html
            assert "\u202e" not in html
    assert "<img" not in weighing_html(both)


def test_the_same_weighing_has_one_token_in_whatever_order_it_was_made() -> None:
    events = [event("typed", "cost.for", "a"), event("typed", "need.for", "b"),
              event("weigh", "voice", "much"), event("weigh", "need", "some")]  # fmt: skip
    one, two = after(State(), *events), after(State(), *reversed(events))
    assert one == two
    assert encode("thread", one) == encode("thread", two)
    for field, targets in TARGETS.items():
        names = [target for target, _ in getattr(one, field)]
        assert names == sorted(names, key=targets.index)
    maps = after(State(), event("weigh", "cost.before", "even"), event("open", "cost"),
                 event("weigh", "need.before", "even"), event("open", "need"))  # fmt: skip
    assert maps.opened == ("need", "cost")
    assert update(maps, event("open", "need")) == maps


def test_looks_are_no_edits() -> None:
    state = with_maps("need")
    for sent, step in (
        (event("set", "topic", "cost"), "look"), (event("select", "message 3"), "look"),
        (event("fold", "mail", True), "look"), (event("weigh", "need", "much"), "edit"),
        (event("typed", "need.after", "x"), "edit"), (event("weigh", "need.after", "even"), "edit"),
    ):  # fmt: skip
        assert thread.change(state, update(state, sent)) == step


SENT = st.one_of(
    st.builds(event, st.just("set"), st.just("topic"), st.sampled_from([*thread.TOPICS])),
    st.builds(event, st.just("select"), st.sampled_from(["", *SELECTIONS])),
    st.builds(event, st.just("typed"), st.sampled_from(TARGETS["written"]),
              st.text(max_size=9) | st.sampled_from(["a", "", EVIL, "x" * 700])),
    st.builds(event, st.just("weigh"), st.sampled_from(TARGETS["stances"]),
              st.sampled_from([*thread.STANCES, None])),
    st.builds(event, st.just("weigh"), st.sampled_from(TARGETS["weights"]),
              st.sampled_from([*thread.WEIGHTS, None])),
    st.builds(event, st.just("open"), st.sampled_from([*thread.TOPICS])),
    st.builds(event, st.just("fold"), st.sampled_from(thread.FOLDS), st.booleans()),
    st.sampled_from([None, {}, event("set", None, {}), event("typed", [], "\ud800")]),
)  # fmt: skip


@settings(max_examples=12)
@given(st.lists(SENT, max_size=10))
def test_any_events_lead_to_states_that_a_token_holds(events: list[Any]) -> None:
    state = State()
    for sent in events:
        with suppress(ValueError):
            state = update(state, sent)
        assert decode(encode("thread", state)) == ("thread", state)
        for topic in state.opened:
            assert thread.ready(state, topic)
    shown = frame(state, 844).regions
    found = (re.findall(r'data-key="([^"]+)"', shown[name]) for name in thread.REGIONS)
    keys = [key for of_region in found for key in of_region]
    assert len(keys) == len(set(keys))


# ------------------------------------------------------------------------- from Python


def test_a_field_is_set_by_the_events_of_its_controls() -> None:
    assert thread.TRAITS == ("topic", "selection", "written", "stances", "weights", "opened")
    given: dict[str, Any] = {
        "topic": "cost", "selection": "message 3", "written": [("need.for", "x"), ("need.for", "")],
        "stances": {"need.before": "even"}, "weights": {"need": "much", "voice": None},
        "opened": ["need", "cost"],
    }  # fmt: skip
    assert {name: thread.setting(State(), name, value) for name, value in given.items()} == {
        "topic": [event("set", "topic", "cost")],
        "selection": [event("select", "message 3")],
        "written": [event("typed", "need.for", "")],
        "stances": [event("weigh", "need.before", "even")],
        "weights": [event("weigh", "need", "much"), event("weigh", "voice")],
        "opened": [event("open", "need"), event("open", "cost")],
    }
    assert (thread.first(), thread.first("cost")) == (State(), State(topic="cost"))
    with pytest.raises(ValueError, match=r"^'trust' is no question; there is: need, promise, "):
        thread.first("trust")


def test_a_state_is_written_and_read_field_by_field() -> None:
    state = replace(WEIGHED, selection="message 3", folds=("mail", "save"))
    held = to_plain(state)
    assert held == {
        "topic": "surface", "selection": "message 3",
        "written": [["surface.after", "Both <hold>\nin part."], ["cost.for", "Nobody."]],
        "stances": [["surface.before", "even"], ["surface.after", "rather for"]],
        "weights": [["need", "little"], ["moving", "much"], ["hidden", "some"]],
        "opened": ["surface"], "folds": ["mail", "save"],
    }  # fmt: skip
    assert thread.from_json({**held, "folds": ["save", "mail"]}) == state
    empty = {**held, "written": [*held["written"], ["cost.for", ""]], "weights": [["need", None]]}
    assert thread.from_json(empty) == replace(state, written=state.written[:1], weights=())


def to_plain(state: State) -> dict[str, Any]:
    return json.loads(json.dumps(thread.to_json(state)))
