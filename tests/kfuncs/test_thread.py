# SPDX-License-Identifier: BSD-3-Clause
"""The thread is a tree of thirteen mails, and the argument over it is even-handed."""

from __future__ import annotations

import csv
import gzip
import re
from collections import Counter
from datetime import UTC, datetime

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


def test_thirteen_mails_in_order_of_time() -> None:
    assert [mail.n for mail in messages()] == list(range(1, 14))
    sent = [datetime.fromisoformat(mail.date).astimezone(UTC) for mail in messages()]
    assert sent == sorted(sent)
    assert (sent[0].date().isoformat(), sent[-1].date().isoformat()) == ("2023-06-30", "2023-07-07")


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
    assert {message(n).author for n in claim.messages} == set(claim.by)
    assert claim.evidence
    assert set(claim.evidence) <= set(MAP.evidence)
    assert claim.question in MAP.questions
    assert claim.side in MAP.sides
    assert set(claim.supports) | set(claim.attacks) <= set(MAP.claims)
    assert claim.id not in claim.supports + claim.attacks


def test_both_sides_weigh_the_same() -> None:
    count = Counter(claim.side for claim in CLAIMS)
    assert count["for"] == count["against"]
    attacked = Counter(MAP.claims[name].side for claim in CLAIMS for name in claim.attacks
                       if claim.side != "instead")  # fmt: skip
    assert abs(attacked["for"] - attacked["against"]) <= 1
    words = {
        side: sum(len(claim.text.split()) for claim in CLAIMS if claim.side == side)
        for side in ("for", "against")
    }
    assert 0.8 <= words["for"] / words["against"] <= 1.25
    facts = {
        side: len([e for claim in CLAIMS if claim.side == side for e in claim.evidence])
        for side in ("for", "against")
    }
    assert abs(facts["for"] - facts["against"]) <= 2


@pytest.mark.parametrize("question", [q for q in MAP.questions if q != "alternative"])
def test_each_question_hears_both_sides(question: str) -> None:
    assert {"for", "against"} <= {claim.side for claim in MAP.on(question)}


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
    for kept, rows in ((CLAIMS, data["claims"]), (MAP.later, data["later"])):
        for thing, row in zip(kept, rows, strict=True):
            hash(thing)
            assert {
                k: list(v) if isinstance(v, tuple) else v for k, v in vars(thing).items()
            } == row
    for (name, fact), row in zip(MAP.evidence.items(), data["evidence"], strict=True):
        assert (name, fact.id, fact.text) == (row["id"], row["id"], row["text"])
        assert list(fact.sources) == row["sources"]
        assert [{"table": t, "where": w} for t, w in fact.rows] == row["rows"]
    for question in MAP.questions:
        wanted = [row["id"] for row in data["claims"] if row["question"] == question]
        assert [claim.id for claim in MAP.on(question)] == wanted


def test_all_evidence_is_used() -> None:
    used = {name for claim in CLAIMS for name in claim.evidence}
    used |= {name for event in MAP.later for name in event.evidence}
    assert used == set(MAP.evidence)


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: message(14), "unknown message '14'; .*Known: 1, 2"),
        (lambda: MAP.on("trust"), "unknown question 'trust'"),
    ],
)
def test_what_is_not_known_is_named(ask: object, words: str) -> None:
    assert callable(ask)
    with pytest.raises(NotKnown, match=words):
        ask()
