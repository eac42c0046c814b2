# SPDX-License-Identifier: BSD-3-Clause
"""
The thread of July 2023: who argued what, and what each claim rests on
======================================================================

Thirteen mails, their positions in our own words, and an argument map over them.  Each side is given
in its strongest form, every claim names its messages and the evidence anybody may check, and what
happened later comes with what each side may read in it.  There is no verdict in here.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from kfuncviz.kfuncs.known import document, unknown

Kind = Literal["patch", "question", "objection", "alternative", "reply", "support"]
Side = Literal["for", "instead", "against"]
COLUMNS = 80


@dataclass(frozen=True)
class Message:
    """One mail: author, date, id, the mail it answers, and its position in our own words."""

    n: int
    author: str
    role: str
    date: str
    message_id: str
    reply_to: int | None
    kind: Kind
    position: str
    url: str


@dataclass(frozen=True)
class Evidence:
    """A fact anybody may check: its sources, and the rows of ``data/history`` that show it.

    ``rows`` are pairs of a table's name and the columns that pick the row.
    """

    id: str
    text: str
    sources: tuple[str, ...]
    rows: tuple[tuple[str, dict[str, str]], ...]


@dataclass(frozen=True)
class Claim:
    """One argument: its side, the question it answers, who made it and where, what it rests on.

    ``supports`` and ``attacks`` name other claims; ``evidence`` names facts, which may help
    another side too.
    """

    id: str
    side: Side
    question: str
    text: str
    by: tuple[str, ...]
    messages: tuple[int, ...]
    evidence: tuple[str, ...]
    supports: tuple[str, ...]
    attacks: tuple[str, ...]


@dataclass(frozen=True)
class Later:
    """Something that happened after the thread, and what either side may read in it."""

    release: str
    title: str
    text: str
    evidence: tuple[str, ...]
    read_for: str
    read_against: str


@dataclass(frozen=True)
class ArgumentMap:
    """The claims by question and side, the evidence they share, and what happened later."""

    sides: dict[str, str]
    questions: dict[str, str]
    claims: dict[str, Claim]
    evidence: dict[str, Evidence]
    later: tuple[Later, ...]

    def on(self, question: str) -> tuple[Claim, ...]:
        """The claims that answer one question, every side's, in the order of the data.

        >>> [claim.side for claim in argument_map().on("promise")]
        ['for', 'for', 'against']
        """
        if question not in self.questions:
            raise unknown("question", question, self.questions)
        return tuple(claim for claim in self.claims.values() if claim.question == question)


@cache
def messages() -> tuple[Message, ...]:
    """The thirteen mails in order of time.

    >>> len(messages()), messages()[12].author, messages()[12].reply_to
    (13, 'Alexei Starovoitov', 11)
    """
    return tuple(Message(**row) for row in document("thread", "messages")["messages"])


def message(n: int) -> Message:
    """One mail by its number in the thread, from 1.

    >>> message(3).kind
    'objection'
    """
    for mail in messages():
        if mail.n == n:
            return mail
    raise unknown("message", n, (str(mail.n) for mail in messages()))


@cache
def argument_map() -> ArgumentMap:
    """The argument of the thread.

    >>> the_map = argument_map()
    >>> the_map.claims["no-promise"].attacks
    ('expectation',)
    >>> sorted(the_map.sides)
    ['against', 'for', 'instead']
    """
    data = document("thread", "arguments")
    return ArgumentMap(
        sides={row["id"]: row["title"] for row in data["sides"]},
        questions={row["id"]: row["text"] for row in data["questions"]},
        claims={row["id"]: Claim(**_tuples(row)) for row in data["claims"]},
        evidence={row["id"]: _evidence(row) for row in data["evidence"]},
        later=tuple(Later(**_tuples(row)) for row in data["later"]),
    )


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _evidence(row: dict[str, Any]) -> Evidence:
    rows = tuple((one["table"], dict(one["where"])) for one in row["rows"])
    return Evidence(row["id"], row["text"], tuple(row["sources"]), rows)


def thread_text() -> str:
    """The thread as indented plain text, at most 80 columns, replies under what they answer.

    >>> print(thread_text()[:74])
    1  Alexey Gladkov, 2023-06-30, patch
       Proposes three kfuncs: whether a m
    """
    return "\n".join(_branch(None, 0)) + "\n"


def _branch(parent: int | None, depth: int) -> list[str]:
    lines: list[str] = []
    for mail in (mail for mail in messages() if mail.reply_to == parent):
        indent = "  " * depth
        lines.append(f"{indent}{mail.n:<3}{mail.author}, {mail.date[:10]}, {mail.kind}")
        lines += _wrapped(mail.position, f"{indent}   ")
        lines += _branch(mail.n, depth + 1)
    return lines


def argument_text() -> str:
    """The argument map as plain text, at most 80 columns: claims, evidence, what happened later.

    >>> print(argument_text().splitlines()[0])
    Does a BPF program need the ids as seen through the mount?
    """
    the_map = argument_map()
    lines: list[str] = []
    for question, asked in the_map.questions.items():
        lines += [asked]
        for claim in the_map.on(question):
            mails = ", ".join(map(str, claim.messages))
            lines += _wrapped(f"[{the_map.sides[claim.side]}] {claim.text}", "  ", "    ")
            lines += _wrapped(f"{', '.join(claim.by)}; message {mails}", "    ")
            lines += [part for fact in claim.evidence for part in _fact(the_map, fact)]
        lines += [""]
    lines += ["What happened later"]
    for event in the_map.later:
        lines += _wrapped(f"{event.release}: {event.title}. {event.text}", "  ", "    ")
        lines += _wrapped(f"{the_map.sides['for']}: {event.read_for}", "    ", "      ")
        lines += _wrapped(f"{the_map.sides['against']}: {event.read_against}", "    ", "      ")
    return "\n".join(lines) + "\n"


def _fact(the_map: ArgumentMap, name: str) -> list[str]:
    return _wrapped(f"- {the_map.evidence[name].text}", "    ", "      ")


def _wrapped(text: str, indent: str, hanging: str | None = None) -> list[str]:
    rest = indent if hanging is None else hanging
    return textwrap.wrap(
        text, COLUMNS, initial_indent=indent, subsequent_indent=rest, break_on_hyphens=False
    )
