# SPDX-License-Identifier: BSD-3-Clause
"""
The thread of July 2023: who argued what, and which facts bear on it
=====================================================================

Thirteen mails, their positions in our own words, and an argument map over them.  Each side is given
in its strongest form and with its reservations; every claim names its messages and the facts that
bear on it, which anybody may check; what was predicted stands beside what happened, and what
happened later comes with what each side may read in it.  There is no verdict in here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from kfuncviz.kfuncs.known import HistoryRows, document, history_rows, look_up

MailKind = Literal["patch", "question", "objection", "alternative", "reply", "agreement"]
Side = Literal["for", "general", "instead", "against"]


@dataclass(frozen=True)
class Message:
    """One mail: author, date, id, the mail it answers, and its position in our own words."""

    n: int
    author: str
    role: str
    date: str
    message_id: str
    reply_to: int | None
    kind: MailKind
    position: str
    url: str


@dataclass(frozen=True)
class Evidence:
    """A fact anybody may check: its sources, and the rows of ``data/history`` that show it.

    ``then``: it, or a part of it, could be checked at the time of the thread; ``partly``: only a
    part.
    """

    id: str
    text: str
    then: bool
    partly: bool
    sources: tuple[str, ...]
    rows: HistoryRows


@dataclass(frozen=True)
class Claim:
    """One argument: its side, its question, who made it and where, which facts bear on it.

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
class Prediction:
    """What somebody said would come, in which mails, and what came."""

    by: str
    messages: tuple[int, ...]
    predicted: str
    happened: str
    evidence: tuple[str, ...]


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
    """The claims by question and side, the predictions, the evidence, and what happened later."""

    sides: dict[str, str]
    questions: dict[str, str]
    claims: dict[str, Claim]
    predictions: tuple[Prediction, ...]
    evidence: dict[str, Evidence]
    later: tuple[Later, ...]

    def on(self, question: str) -> tuple[Claim, ...]:
        """The claims that answer one question, every side's, in the order of the data.

        >>> [claim.side for claim in argument_map().on("promise")]
        ['general', 'general', 'against', 'against']
        """
        look_up("question", question, self.questions)
        return tuple(claim for claim in self.claims.values() if claim.question == question)

    def made_in(self, n: int) -> tuple[Claim, ...]:
        """The claims made in a mail, by its number.

        >>> [claim.id for claim in argument_map().made_in(10)]
        ['no-promise', 'voice']
        """
        return tuple(claim for claim in self.claims.values() if n in claim.messages)

    def claims_of(self, fact: str) -> tuple[Claim, ...]:
        """The claims that a fact bears on.

        >>> [claim.id for claim in argument_map().claims_of("unexport")]
        ['complaints']
        """
        look_up("fact", fact, self.evidence)
        return tuple(claim for claim in self.claims.values() if fact in claim.evidence)

    def sides_of(self, fact: str) -> tuple[Side, ...]:
        """The sides whose claims a fact bears on, each once, in the order of ``sides``.

        >>> argument_map().sides_of("helpers-unchanged")
        ('for', 'against')
        """
        found = {claim.side for claim in self.claims_of(fact)}
        return tuple(side for side in get_args(Side) if side in found)

    def known_then(self, claim: Claim) -> tuple[Evidence, ...]:
        """The facts of a claim that could be checked, at least in part, at the time of the thread.

        >>> argument_map().known_then(argument_map().claims["no-business"])
        ()
        """
        facts = [self.evidence[fact] for fact in claim.evidence]
        return tuple(fact for fact in facts if fact.then)


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
    return look_up("message", str(n), {str(mail.n): mail for mail in messages()})


@cache
def argument_map() -> ArgumentMap:
    """The argument of the thread.

    >>> the_map = argument_map()
    >>> the_map.claims["no-promise"].attacks
    ('expectation', 'out-of-tree')
    >>> [prediction.messages for prediction in the_map.predictions]
    [(6,), (3,)]
    """
    data = document("thread", "arguments")
    return ArgumentMap(
        sides={row["id"]: row["title"] for row in data["sides"]},
        questions={row["id"]: row["text"] for row in data["questions"]},
        claims={row["id"]: Claim(**_tuples(row)) for row in data["claims"]},
        predictions=tuple(Prediction(**_tuples(row)) for row in data["predictions"]),
        evidence={row["id"]: _evidence(row) for row in data["evidence"]},
        later=tuple(Later(**_tuples(row)) for row in data["later"]),
    )


def _tuples(row: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}


def _evidence(row: dict[str, Any]) -> Evidence:
    return Evidence(
        row["id"],
        row["text"],
        row["then"],
        row.get("partly", False),
        tuple(row["sources"]),
        history_rows(row["rows"]),
    )
