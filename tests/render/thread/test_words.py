# SPDX-License-Identifier: BSD-3-Clause
"""The thread in words: the tree, every claim with what it rests on, and no word of a verdict."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from kfuncviz.kfuncs.thread import ArgumentMap, Message, argument_map, messages
from kfuncviz.render.thread import argument_text, sentence, table, text
from tests.render.thread.threads import made

MAP = argument_map()


def in_columns(said: str) -> bool:
    return said.endswith("\n") and max(map(len, said.splitlines())) <= 80


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
    said = text(messages())
    assert in_columns(said)
    parts = re.split(r"^(?=( *)\d+ +[A-Z]\w+ \w+, 2023-)", said, flags=re.MULTILINE)
    blocks = list(zip(parts[1::2], parts[2::2], strict=True))
    for (depth, mail), (indent, block) in zip(tree(None, 0), blocks, strict=True):
        assert len(indent) == 2 * depth
        head, *position = block.splitlines()
        when = in_utc(mail).date()
        assert head == f"{indent}{mail.n:<3}{mail.author}, {when}, {mail.kind}"
        assert flat(" ".join(position)) == flat(mail.position)
        assert all(re.match(rf"{indent}   \S", line) for line in position)


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


def expected(the_map: ArgumentMap) -> list[tuple[int, str]]:
    """Indentation and words of each entry of the argument's text."""
    out: list[tuple[int, str]] = []
    for question, asked in the_map.questions.items():
        out.append((0, asked))
        for claim in (c for c in the_map.claims.values() if c.question == question):
            out.append((2, f"[{the_map.sides[claim.side]}] {claim.text}"))
            out.append((4, f"{', '.join(claim.by)}; {mails(claim.messages)}"))
            out += [(4, f"- {the_map.evidence[fact].text}") for fact in claim.evidence]
    out.append((0, "What was predicted, and what happened"))
    for told in the_map.predictions:
        out.append((2, f"{told.by}, {mails(told.messages)}: {told.predicted}"))
        out.append((4, told.happened))
        out += [(4, f"- {the_map.evidence[fact].text}") for fact in told.evidence]
    out.append((0, "What happened later"))
    for event in the_map.later:
        out.append((2, f"{event.release}: {event.title}. {event.text}"))
        out.append((4, f"{the_map.sides['for']}: {event.read_for}"))
        out.append((4, f"{the_map.sides['against']}: {event.read_against}"))
    return out


def test_the_argument_text_names_everything_under_its_question() -> None:
    said = argument_text(MAP)
    assert in_columns(said)
    assert flat(said) == flat(" ".join(words for _, words in expected(MAP)))
    lines = said.splitlines()
    for indent, words in expected(MAP):
        start = words[:20]
        assert any(line.startswith(" " * indent + start) for line in lines), words
    blank = [n for n, line in enumerate(lines) if not line]
    assert len(blank) == len(MAP.questions) + 1
    assert all(not lines[n + 1].startswith(" ") for n in blank)
