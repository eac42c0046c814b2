# SPDX-License-Identifier: BSD-3-Clause
"""The thread is the archives' tree of thirteen mails; each is told as made, none as more."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kfuncviz.kfuncs.known import NotKnown, document
from kfuncviz.kfuncs.thread import (
    Claim,
    argument_map,
    message,
    messages,
)
from kfuncviz.resources import data_dir

MAP = argument_map()
CLAIMS = list(MAP.claims.values())
ARCHIVE = json.loads(
    (Path(__file__).parents[1] / "data/thread.json").read_text(encoding="utf-8")
)["messages"]  # fmt: skip


def everything() -> str:
    """Everything the page says in its own words, in one line."""
    mails = [mail.position for mail in messages()]
    claims = [claim.text for claim in CLAIMS]
    told = [text for t in MAP.predictions for text in (t.predicted, t.happened)]
    later = [text for e in MAP.later for text in (e.title, e.text, e.read_for, e.read_against)]
    facts = [fact.text for fact in MAP.evidence.values()]
    return " ".join(mails + claims + told + later + facts).lower()


def test_the_mails_are_those_of_the_archives() -> None:
    ids = {mail.n: mail.message_id for mail in messages()}
    ours = [
        {"n": m.n, "author": m.author, "date": m.date, "message_id": m.message_id,
         "in_reply_to": None if m.reply_to is None else ids[m.reply_to]}
        for m in messages()
    ]  # fmt: skip
    assert ours == ARCHIVE


def test_thirteen_mails_in_order_of_time() -> None:
    assert [mail.n for mail in messages()] == list(range(1, 14))
    sent = [datetime.fromisoformat(mail.date).astimezone(UTC) for mail in messages()]
    assert sent == sorted(sent)
    assert (sent[0].date().isoformat(), sent[-1].date().isoformat()) == ("2023-06-30", "2023-07-07")
    assert "30 June to 7 July 2023 (UTC)" in document("thread", "messages")["about"]


def test_a_tree_rooted_at_the_patch() -> None:
    for mail in messages():
        at, steps = mail, 0
        while at.reply_to is not None:
            assert at.reply_to < at.n
            at, steps = message(at.reply_to), steps + 1
        assert at.n == 1
        assert steps <= 12
    assert [mail.n for mail in messages() if mail.reply_to is None] == [1]


def test_every_mail_can_be_found() -> None:
    ids = [mail.message_id for mail in messages()]
    assert len(set(ids)) == 13
    for mail in messages():
        assert mail.url == "https://lore.kernel.org/r/" + mail.message_id.replace("/", "%2F")
        assert mail.position.endswith((".", "?"))
        assert mail.role


def test_who_wrote_how_often() -> None:
    assert Counter(mail.author for mail in messages()) == {
        "Alexey Gladkov": 5,
        "Christian Brauner": 4,
        "Alexei Starovoitov": 2,
        "Hou Tao": 1,
        "Christoph Hellwig": 1,
    }


def test_the_objections_answer_what_they_answer() -> None:
    replies = {mail.n: mail.reply_to for mail in messages()}
    assert replies == {
        1: None, 2: 1, 3: 2, 4: 3, 5: 2, 6: 5, 7: 6, 8: 7, 9: 8, 10: 3, 11: 10, 12: 3, 13: 11,
    }  # fmt: skip


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_a_claim_has_source_evidence_and_its_author_in_the_mail(claim: Claim) -> None:
    assert claim.messages
    assert {ARCHIVE[n - 1]["author"] for n in claim.messages} == set(claim.by)
    assert len(claim.by) == 1
    assert claim.evidence
    assert set(claim.evidence) <= set(MAP.evidence)
    assert claim.question in MAP.questions
    assert claim.side in MAP.sides
    assert set(claim.supports) | set(claim.attacks) <= set(MAP.claims)
    assert claim.id not in claim.supports + claim.attacks


def test_a_claim_answers_only_what_had_been_said() -> None:
    for claim in CLAIMS:
        for other in claim.attacks:
            assert max(claim.messages) > min(MAP.claims[other].messages), (claim.id, other)


def test_what_was_predicted_was_said_and_stands_beside_what_came() -> None:
    assert [told.messages for told in MAP.predictions] == [(6,), (3,)]
    for told in MAP.predictions:
        assert {ARCHIVE[n - 1]["author"] for n in told.messages} == {told.by}
        assert set(told.evidence) == {"helpers-unchanged", "struct-changed"}
    stays, moves = MAP.predictions
    assert "unlikely to change" in stays.predicted
    assert re.search("kept their names and arguments, but for .* const in 6.7", stays.happened)
    assert "change again" in moves.predicted
    assert re.search("6.8 .* the inside changed", moves.happened)


#: What each mail says that a short account is tempted to leave out.
POINTS = {
    3: ("deep into", "reserved to change", "several times", "too much", "tracing", "minimal"),
    4: ("bpf_get_file_vfs_ids", "or whether"),
    5: ("minimal interface", "lsm", "stable enough"),
    6: ("not even about stability", "unlikely to change", "opaque", "exported symbol",
        "can be converted", "conflict is avoided"),
    7: ("at least", "equivalent"),
    8: ("can be told today", "0 for one mount and 1 for another"),
    9: ("a possible solution", "no limit to what", "only their own problem", "suits him"),
    10: ("out of context", "export_symbol_gpl", "zero notice", "is fine", "not even 'minimal'",
         "few bpf programs are in", "even if the result is the same"),
    11: ("in a sense not opposed", "has to push for", "very hard to swallow",
         "complaints about removed exports", "still rather hesitant", "in practice",
         "above all with the internal api", "very hidden and abstracted", "opaque type",
         "not yet ready", "modules or bpf programs", "understandable"),
    12: ("agrees fully", "looking at"),
    13: ("does not remember", "complaining does not help"),
}  # fmt: skip


def test_what_we_found_of_the_thread_is_nobodys_position() -> None:
    assert not any("was found" in mail.position for mail in messages())
    assert "No later message was found." in document("thread", "messages")["about"]


@pytest.mark.parametrize("n", POINTS)
def test_a_mail_is_told_with_its_reservations(n: int) -> None:
    assert [point for point in POINTS[n] if point not in message(n).position.lower()] == []


@pytest.mark.parametrize(
    ("n", "points"),
    [
        (6, ("unlikely to change|need not reach", "opaque", "converted", "avoidable conflict")),
        (7, ("at the least", "equivalent")),
        (9, ("possible solution", "no limit", "suits him")),
        (10, ("is fine, for whatever reason", "zero notice", "even if the result is the same")),
        (11, ("in a sense he does not oppose", "has to push for", "very hard to swallow",
              "complaints about removed exports", "still rather hesitant", "in practice",
              "above all with the internal api", "very hidden and abstracted", "opaque",
              "not yet ready", "modules or bpf programs", "understandable")),
        (12, ("looking at idmappings",)),
    ],
)  # fmt: skip
def test_so_are_the_claims_made_in_it(n: int, points: tuple[str, ...]) -> None:
    claimed = " ".join(claim.text for claim in CLAIMS if n in claim.messages).lower()
    assert [point for point in points if not re.search(point, claimed)] == []


def test_every_mail_is_in_the_argument() -> None:
    assert {n for claim in CLAIMS for n in claim.messages} == set(range(1, 14))


@pytest.mark.parametrize(
    "words",
    ["after years", "on purpose", "why the model is needed", "lose nothing", "freeze",
     "whatever the interface", "bare pointer", "breakage that was feared", "could not be known",
     "known only now", "cannot see, convert or test", "that no kfunc is needed", "veto",
     "does not come back"],
)  # fmt: skip
def test_what_nobody_said_is_not_said_for_them(words: str) -> None:
    assert words not in everything()


def test_general_claims_are_no_support_of_this_patch() -> None:
    general = {claim.id for claim in CLAIMS if claim.by == ("Alexei Starovoitov",)}
    assert general == {claim.id for claim in CLAIMS if claim.side == "general"}
    for name in general:
        assert set(MAP.claims[name].supports) <= general
    assert MAP.claims["tracing"].attacks == ("tell-apart",)
    assert "need" not in MAP.claims["narrow-types"].attacks


def test_both_sides_weigh_the_same() -> None:
    weight = {"for": "for", "general": "for", "against": "against"}
    count = Counter(weight.get(claim.side) for claim in CLAIMS)
    assert count["for"] == count["against"]
    attacked = Counter(weight.get(MAP.claims[name].side) for claim in CLAIMS
                       for name in claim.attacks)  # fmt: skip
    assert abs(attacked["for"] - attacked["against"]) <= 3
    words = {
        side: sum(len(c.text.split()) for c in CLAIMS if weight.get(c.side) == side)
        for side in ("for", "against")
    }
    assert 0.8 <= words["for"] / words["against"] <= 1.25
    facts = {
        side: len([e for c in CLAIMS if weight.get(c.side) == side for e in c.evidence])
        for side in ("for", "against")
    }
    assert abs(facts["for"] - facts["against"]) <= 2


@pytest.mark.parametrize("question", [q for q in MAP.questions if q != "alternative"])
def test_each_question_hears_both_sides(question: str) -> None:
    sides = {claim.side for claim in MAP.on(question)}
    assert "against" in sides
    assert sides & {"for", "general"}


def test_no_claim_attacks_its_own_side_or_supports_the_other() -> None:
    for claim in CLAIMS:
        assert all(MAP.claims[name].side != claim.side for name in claim.attacks)
        if claim.side != "instead":
            assert all(MAP.claims[name].side == claim.side for name in claim.supports)


def test_whatever_happened_later_is_read_by_both_sides() -> None:
    assert len(MAP.later) >= 5
    for event in MAP.later:
        assert event.read_for
        assert event.read_against
        assert set(event.evidence) <= set(MAP.evidence)
        assert event.evidence


def history(name: str) -> list[dict[str, str]]:
    packed = data_dir() / "history" / f"{name}.csv.gz"
    if packed.is_file():
        text = gzip.decompress(packed.read_bytes()).decode()
    else:
        text = packed.with_suffix("").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_evidence_can_be_followed_and_its_rows_exist() -> None:
    follow = re.compile(
        r"commit [0-9a-f]{40}|https://lore|history tables? \w+|measured on 6"
        r"|message \d|\S+\.(?:c|rst)\b"
    )
    for fact in MAP.evidence.values():
        assert fact.sources
        assert all(follow.search(source) for source in fact.sources), fact
        for name, where in fact.rows:
            assert any(where.items() <= row.items() for row in history(name)), fact


def test_nothing_of_the_data_is_lost() -> None:
    mails = document("thread", "messages")["messages"]
    assert [vars(mail) for mail in messages()] == mails
    assert [message(row["n"]) for row in mails] == list(messages())
    data = document("thread", "arguments")
    assert MAP.sides == {row["id"]: row["title"] for row in data["sides"]}
    assert MAP.questions == {row["id"]: row["text"] for row in data["questions"]}
    for kept, rows in (
        (CLAIMS, data["claims"]), (MAP.predictions, data["predictions"]),
        (MAP.later, data["later"]),
    ):  # fmt: skip
        for thing, row in zip(kept, rows, strict=True):
            hash(thing)
            assert {
                k: list(v) if isinstance(v, tuple) else v for k, v in vars(thing).items()
            } == row
    for (name, fact), row in zip(MAP.evidence.items(), data["evidence"], strict=True):
        assert (name, fact.id, fact.text) == (row["id"], row["id"], row["text"])
        assert fact.then is row["then"]
        assert fact.partly is row.get("partly", False)
        assert list(fact.sources) == row["sources"]
        assert [{"table": t, "where": w} for t, w in fact.rows] == row["rows"]
    for question in MAP.questions:
        wanted = [row["id"] for row in data["claims"] if row["question"] == question]
        assert [claim.id for claim in MAP.on(question)] == wanted


#: Facts whose sources name no release of before the thread, and what makes them of its day.
_KNOWN_THEN = {
    "unexport": "commit of June 2023, named in message 13",
    "trace-works": "its output stands in message 8",
    "getxattr-2022": "a mail of 2022",
    "no-idmap-kfunc": "so in every release since 5.13",
    "lsm-filter": "one hook since 6.1, open to all types since 6.2",
}


def test_a_fact_is_known_then_where_a_source_is_older_than_the_thread() -> None:
    """6.4 was the last release before the thread."""
    for name, fact in MAP.evidence.items():
        found = re.findall(r"\((?:since )?(\d)\.(\d+)\)|, (\d)\.(\d+) to", " ".join(fact.sources))
        releases = [(int(a or c), int(b or d)) for a, b, c, d in found]
        old = any(release <= (6, 4) for release in releases) or name in _KNOWN_THEN
        assert fact.then == old, name


#: Sources that could be read only after the thread, of facts that have older ones, too.
_READ_SINCE = r"measured on|to 7\.3$|\(6\.(?:[6-9]|1\d)\)|c, 6\.12"


def test_a_fact_of_which_a_part_came_later_is_said_to_be_known_in_part() -> None:
    for name, fact in MAP.evidence.items():
        late = [source for source in fact.sources if re.search(_READ_SINCE, source)]
        text = "section 3" in " ".join(fact.sources)  # the same words since 6.3
        assert fact.partly == (fact.then and bool(late) and not text), name


def test_what_is_linked_with_what() -> None:
    for mail in messages():
        wanted = [claim for claim in CLAIMS if mail.n in claim.messages]
        assert [*MAP.made_in(mail.n)] == wanted
    for name in MAP.evidence:
        assert [*MAP.claims_of(name)] == [claim for claim in CLAIMS if name in claim.evidence]
        sides = {claim.side for claim in MAP.claims_of(name)}
        assert [*MAP.sides_of(name)] == [side for side in MAP.sides if side in sides]
    for claim in CLAIMS:
        facts = [MAP.evidence[fact] for fact in claim.evidence if MAP.evidence[fact].then]
        assert [*MAP.known_then(claim)] == facts


def test_facts_that_bear_on_several_sides_are_many() -> None:
    several = [name for name in MAP.evidence if len(MAP.sides_of(name)) > 1]
    assert {"helpers-unchanged", "helpers-changed-before", "lifecycle-weight"} <= set(several)


def test_all_evidence_is_used() -> None:
    used = {name for claim in CLAIMS for name in claim.evidence}
    used |= {name for event in MAP.later for name in event.evidence}
    used |= {name for told in MAP.predictions for name in told.evidence}
    assert used == set(MAP.evidence)


def test_the_shares_of_the_vanished_are_those_of_the_tables() -> None:
    text = MAP.evidence["churn"].text
    registered: dict[str, set[str]] = {}
    for row in history("kfuncs"):
        if row["category"] == "kfunc":
            registered.setdefault(row["release"], set()).add(row["kfunc"])
    gone = registered["6.12"] - registered["7.3"]
    renamed = {r["kfunc"] for r in history("events") if r["event"] == "renamed"} & gone
    scx = {name for name in gone if name.startswith("scx_")}
    assert f"{len(gone)} of {len(registered['6.12'])} kfuncs vanished" in text
    assert f"{len(renamed)} of the {len(gone)} are renames" in text
    assert f"{len(scx)} of the {len(gone)} belong to sched_ext" in text
    shares = [float(where["removed_pct"]) for _, where in MAP.evidence["churn"].rows]
    assert all(f"{share:.1f}" in text for share in shares if share)
    assert "of 211 BPF helpers none" in text


def test_what_was_announced_late_is_still_there() -> None:
    fact = MAP.evidence["removed-slowly"]
    told = [row for row in history("promises") if row["removal_release"] in ("7.2", "7.3")]
    newest = {row["kfunc"] for row in history("kfuncs") if row["release"] == "7.3"}
    assert {row["kfunc"] for row in told} <= newest
    cited = [where["kfunc"] for table, where in fact.rows if table == "promises"]
    assert cited[1:] == [row["kfunc"] for row in told]
    assert "Of four compatibility forms" in fact.text
    (withdrawn,) = [row["kfunc"] for row in told if row["withdrawn_in"]]
    assert f"for one of them, {withdrawn}, the announcement was withdrawn" in fact.text


def test_the_flags_lost_in_7_0_are_those_of_the_table() -> None:
    flags: dict[str, dict[str, str]] = {}
    for row in history("kfuncs"):
        flags.setdefault(row["release"], {})[row["kfunc"]] = row["flags"]
    kept = flags["6.19"].keys() & flags["7.0"].keys()
    lost = [name for name in kept if "KF_TRUSTED_ARGS" in flags["6.19"][name]
            and "KF_TRUSTED_ARGS" not in flags["7.0"][name]]  # fmt: skip
    assert f"{len(lost)} kfuncs that kept their name" in MAP.evidence["trusted-default"].text


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: message(14), "unknown message '14'; .*Known: 1, 2"),
        (lambda: MAP.on("trust"), "unknown question 'trust'"),
        (lambda: MAP.claims_of("trust"), "unknown fact 'trust'"),
        (lambda: MAP.sides_of("trust"), "unknown fact 'trust'"),
    ],
)
def test_what_is_not_known_is_named(ask: object, words: str) -> None:
    assert callable(ask)
    with pytest.raises(NotKnown, match=words):
        ask()
