# SPDX-License-Identifier: BSD-3-Clause
"""The thread in words: the tree, every claim with what it rests on, and no word of a verdict."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from datetime import UTC, datetime

from kfuncviz.kfuncs.thread import ArgumentMap, Claim, Message, argument_map, message, messages
from kfuncviz.render.thread import (
    argument_text,
    claim_text,
    fact_text,
    message_text,
    sentence,
    table,
    text,
)
from tests.render.thread.threads import made

MAP = argument_map()
#: When a fact could be checked, by whether it could then, and whether only in part.
WHEN = {
    (True, False): "by July 2023",
    (True, True): "partly by July 2023",
    (False, False): "since then",
}


def filled(words: str, first: str, then: str, columns: int = 72) -> list[str]:
    """Lines as full as they can be, a name with hyphens whole."""
    return textwrap.wrap(
        words, columns, initial_indent=first, subsequent_indent=then, break_on_hyphens=False
    )


def flat(said: str) -> str:
    return " ".join(said.split())


def in_utc(mail: Message) -> datetime:
    return datetime.fromisoformat(mail.date).astimezone(UTC)


def tree(parent: int | None, depth: int) -> list[tuple[int, Message]]:
    found = []
    for mail in messages():
        if mail.reply_to == parent:
            found += [(depth, mail), *tree(mail.n, depth + 1)]
    return found


def test_no_word_of_a_verdict() -> None:
    judging = (
        r"\b(wins|won|is right|was right|is wrong|was wrong|clearly|obviously|refuted|proves?)\b"
    )
    spoken = flat((argument_text(MAP) + text(messages())).lower())
    assert re.findall(judging, spoken) == []


def test_the_text_is_the_tree() -> None:
    wanted = []
    for depth, mail in tree(None, 0):
        indent, number = "  " * depth, str(mail.n).ljust(3)
        wanted.append(f"{indent}{number}{mail.author}, {in_utc(mail).date()}, {mail.kind}")
        wanted += filled(mail.position, f"{indent}   ", f"{indent}   ")
    assert text(messages()) == "\n".join(wanted) + "\n"


def test_the_rows_are_the_mails() -> None:
    keys = ["n", "author", "date", "kind", "answers", "position", "message id"]
    for row, mail in zip(table(messages()), messages(), strict=True):
        answers = "" if mail.reply_to is None else str(mail.reply_to)
        when = in_utc(mail).isoformat(" ", "minutes").removesuffix("+00:00")
        values = [str(mail.n), mail.author, when, mail.kind, answers, mail.position]
        assert row == dict(zip(keys, [*values, mail.message_id], strict=True))


def test_the_sentence_counts() -> None:
    few = (made(1, "Ada", None, "patch"), made(2, "Brook", 1, "reply", 2))
    assert sentence(few) == "2 mails by 2 people, 1 July to 2 July 2023 (UTC): 1 patch, 1 reply."
    many = [made(1, "Ada", None, "patch"), made(2, "Ada", None, "patch")]
    many += [made(n, "Ada", 1, "question") for n in (3, 4)] + [made(5, "Ada", 1, "agreement")]
    many += [made(n, "Ada", 1) for n in (6, 7)] + [made(n, "Ada", 1, "objection") for n in (8, 9)]
    many += [made(10, "Ada", 1, "agreement"), made(11, "Ada", 1, "alternative", 3)]
    assert sentence(many) == (
        "11 mails by 1 person, 1 July to 3 July 2023 (UTC): 2 patches, 2 questions, 2 objections, "
        "1 alternative, 2 replies, 2 agreements."
    )
    assert sentence(()) == "No mail."
    late = made(1, "Ada", None)
    late = Message(**{**vars(late), "date": "2023-06-30T23:30:00-01:00"})
    assert "1 July to 1 July" in sentence([late])  # days are days of UTC


def mails(cited: tuple[int, ...]) -> str:
    return f"message{'' if len(cited) == 1 else 's'} {', '.join(str(n) for n in cited)}"


def days(claim: Claim) -> str:
    then = sum(MAP.evidence[fact].then for fact in claim.evidence)
    since = len(claim.evidence) - then
    part = sum(MAP.evidence[fact].partly for fact in claim.evidence)
    old = {0: "no fact", 1: "1 fact"}.get(then, f"{then} facts")
    day = "by July 2023"
    if part and part == then:
        day = f"partly {day}"
    elif part:
        day = f"{day} ({part} of them partly)"
    return f"{old} {day}, {since or 'none'} since"


def expected(the_map: ArgumentMap) -> list[str]:
    """The argument's text, line by line."""
    out: list[str] = []

    def add(indent: int, words: str, more: int = 0) -> None:
        out.extend(filled(words, " " * indent, " " * (indent + more)))

    def facts(evidence: tuple[str, ...]) -> None:
        for fact in evidence:
            add(4, f"- {the_map.evidence[fact].text}", 2)

    for question, asked in the_map.questions.items():
        out.append(asked)
        for claim in (c for c in the_map.claims.values() if c.question == question):
            add(2, f"[{the_map.sides[claim.side]}] {claim.text}", 2)
            add(4, f"{', '.join(claim.by)}; {mails(claim.messages)}")
            add(4, days(claim))
            facts(claim.evidence)
        out.append("")
    out.append("What was predicted, and what happened")
    for told in the_map.predictions:
        add(2, f"{told.by}, {mails(told.messages)}: {told.predicted}", 2)
        add(4, told.happened)
        facts(told.evidence)
    out += ["", "What happened later"]
    for event in the_map.later:
        add(2, f"{event.release}: {event.title}. {event.text}", 2)
        add(4, f"{the_map.sides['for']}: {event.read_for}", 2)
        add(4, f"{the_map.sides['against']}: {event.read_against}", 2)
    return out


def test_the_argument_text_names_everything_under_its_question() -> None:
    assert argument_text(MAP) == "\n".join(expected(MAP)) + "\n"


def told_of_fact(name: str) -> list[str]:
    """All that a fact's text says, in 70 columns."""
    fact = MAP.evidence[name]
    claims = [c for c in MAP.claims.values() if name in c.evidence]
    sides = [MAP.sides[s] for s in MAP.sides if s in {c.side for c in claims}]
    archive = "https://lore.kernel.org/r/"
    parts = [f"<{source.removeprefix(archive)}>" if source.startswith(archive) else source
             for source in fact.sources]  # fmt: skip
    parts += [f"data/history {table}, {', '.join(f'{k} {v}' for k, v in where.items())}"
              for table, where in fact.rows]  # fmt: skip
    parts.append(f"claims: {', '.join(c.id for c in claims) or 'none'}")
    if len(sides) > 1:
        parts.append(f"on several sides: {', '.join(sides)}")
    under = [line for part in parts for line in filled(f"- {part}", "  ", "    ", 70)]
    head = f"fact {name}, {WHEN[fact.then, fact.partly]}"
    return [head, *filled(fact.text, "  ", "  ", 70), *under]


def ids(numbers: tuple[int, ...]) -> list[str]:
    """Message ids, the one that is too long broken after its first dot."""
    found = [f"  <{message(n).message_id}>" for n in numbers]
    return [part for line in found for part in (
        [line] if len(line) <= 72 else [line.split(".")[0] + ".", f"   {line.split('.', 1)[1]}"]
    )]  # fmt: skip


def test_a_fact_as_text_has_its_id_sources_rows_and_claims() -> None:
    for name in MAP.evidence:
        assert fact_text(MAP, name) == "\n".join(told_of_fact(name)) + "\n"
    untold = replace(MAP, claims={})
    assert "  - claims: none\n" in fact_text(untold, "unexport")


def test_a_claim_as_text_has_its_id_its_messages_and_every_fact() -> None:
    for claim in MAP.claims.values():
        wanted = filled(f"claim {claim.id}, {MAP.sides[claim.side]}, {days(claim)}", "", "  ")
        wanted += filled(f"on: {MAP.questions[claim.question]}", "  ", "    ")
        wanted += filled(claim.text, "  ", "  ")
        wanted.append(f"  by {', '.join(claim.by)}, {mails(claim.messages)}")
        wanted += ids(claim.messages)
        for verb, names in (("backs", claim.supports), ("answers", claim.attacks)):
            wanted += filled(f"{verb}: {', '.join(names)}", "  ", "    ") if names else []
        wanted += [f"  {line}" for fact in claim.evidence for line in told_of_fact(fact)]
        assert claim_text(MAP, claim, messages()) == "\n".join(wanted) + "\n"


def test_a_message_as_text_has_its_id_and_its_claims() -> None:
    for mail in messages():
        claims = [claim.id for claim in MAP.claims.values() if mail.n in claim.messages]
        when = in_utc(mail).isoformat(" ", "minutes").removesuffix("+00:00")
        wanted = [f"message {mail.n}, {mail.kind}, {mail.author}, {when} UTC", *ids((mail.n,))]
        wanted += [] if mail.reply_to is None else [f"  answers message {mail.reply_to}"]
        wanted += filled(mail.position, "  ", "  ")
        wanted += filled(f"claims: {', '.join(claims)}", "  ", "    ")
        assert message_text(MAP, mail) == "\n".join(wanted) + "\n"


def test_what_is_left_out_of_a_map_has_no_head() -> None:
    said = argument_text(replace(MAP, predictions=(), later=()))
    assert "predicted, and what" not in said
    assert "What happened later" not in said
    assert said.startswith("Does a BPF program")


def test_an_id_too_long_for_a_line_is_broken_after_a_dot() -> None:
    first, second = message_text(MAP, message(1)).splitlines()[1:3]
    assert first.strip() + second.strip() == f"<{message(1).message_id}>"
    assert first.endswith(".")
    assert second.startswith("   1")
    longest = max(messages()[1:], key=lambda mail: len(mail.message_id))
    assert f"  <{longest.message_id}>\n" in message_text(MAP, longest)
