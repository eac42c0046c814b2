# SPDX-License-Identifier: BSD-3-Clause
"""
The thread in words
===================

The mails as a sentence, as rows and as indented plain text, replies under what they answer; the
argument over them as plain text.  Text has at most 80 columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kfuncviz.render.kit.plain import wrap
from kfuncviz.render.thread.layout import sent, spoken
from kfuncviz.render.thread.marks import KINDS

if TYPE_CHECKING:
    from kfuncviz.kfuncs.thread import ArgumentMap, Message

COLUMNS = 80


def sentence(messages: Sequence[Message]) -> str:
    """How many mails, by how many people, when, and of which kinds.

    >>> from kfuncviz.kfuncs.thread import messages
    >>> print(sentence(messages()))
    13 mails by 5 people, 30 June to 7 July 2023 (UTC): 1 patch, 1 question, 3 objections,
    2 alternatives, 5 replies, 1 agreement.
    """
    if not messages:
        return "No mail."
    count = len({m.author for m in messages})
    people = f"{count} people" if count > 1 else "1 person"
    first, last = sent(messages[0]).date(), sent(messages[-1]).date()
    found = Counter(m.kind for m in messages)
    kinds = ", ".join(f"{found[kind]} {_plural(kind, found[kind])}" for kind in KINDS
                      if found[kind])  # fmt: skip
    return (
        f"{len(messages)} mails by {people}, {spoken(first)} to {spoken(last)} {last.year} "
        f"(UTC): {kinds}."
    )


def _plural(noun: str, number: int) -> str:
    if number == 1:
        return noun
    return {"patch": "patches", "reply": "replies"}.get(noun, f"{noun}s")


def table(messages: Sequence[Message]) -> list[dict[str, str]]:
    """The mails as rows: "n", "author", "date" (UTC), "kind", "answers", "position", "message id".

    >>> from kfuncviz.kfuncs.thread import messages
    >>> table(messages())[2]["author"], table(messages())[2]["answers"]
    ('Christian Brauner', '2')
    """
    return [
        {
            "n": str(m.n),
            "author": m.author,
            "date": f"{sent(m):%Y-%m-%d %H:%M}",
            "kind": KINDS[m.kind],
            "answers": "" if m.reply_to is None else str(m.reply_to),
            "position": m.position,
            "message id": m.message_id,
        }
        for m in messages
    ]


def text(messages: Sequence[Message]) -> str:
    """The thread as indented plain text, replies under what they answer.

    >>> from kfuncviz.kfuncs.thread import messages
    >>> print(text(messages())[:74])
    1  Alexey Gladkov, 2023-06-30, patch
       Proposes three kfuncs: whether a m
    """
    return "\n".join(_branch(messages, None, 0)) + "\n"


def _branch(messages: Sequence[Message], parent: int | None, depth: int) -> list[str]:
    lines: list[str] = []
    for mail in (mail for mail in messages if mail.reply_to == parent):
        indent = "  " * depth
        lines.append(f"{indent}{mail.n:<3}{mail.author}, {sent(mail).date()}, {KINDS[mail.kind]}")
        lines += _wrapped(mail.position, f"{indent}   ")
        lines += _branch(messages, mail.n, depth + 1)
    return lines


def argument_text(the_map: ArgumentMap) -> str:
    """The argument map as plain text: claims, evidence, predictions, what happened later.

    >>> from kfuncviz.kfuncs.thread import argument_map
    >>> print(argument_text(argument_map()).splitlines()[0])
    Does a BPF program need the ids as seen through the mount?
    """
    lines: list[str] = []
    for question, asked in the_map.questions.items():
        lines += [asked]
        for claim in the_map.on(question):
            lines += _wrapped(f"[{the_map.sides[claim.side]}] {claim.text}", "  ", "    ")
            lines += _wrapped(f"{', '.join(claim.by)}; {cited(claim.messages)}", "    ")
            lines += [part for fact in claim.evidence for part in _fact(the_map, fact)]
        lines += [""]
    lines += ["What was predicted, and what happened"]
    for told in the_map.predictions:
        lines += _wrapped(f"{told.by}, {cited(told.messages)}: {told.predicted}", "  ", "    ")
        lines += _wrapped(told.happened, "    ")
        lines += [part for fact in told.evidence for part in _fact(the_map, fact)]
    lines += ["", "What happened later"]
    for event in the_map.later:
        lines += _wrapped(f"{event.release}: {event.title}. {event.text}", "  ", "    ")
        lines += _wrapped(f"{the_map.sides['for']}: {event.read_for}", "    ", "      ")
        lines += _wrapped(f"{the_map.sides['against']}: {event.read_against}", "    ", "      ")
    return "\n".join(lines) + "\n"


def cited(messages: Sequence[int]) -> str:
    """The mails a claim was made in, by their numbers.

    >>> cited((6,)), cited((6, 11))
    ('message 6', 'messages 6, 11')
    """
    return f"message{'s' * (len(messages) > 1)} {', '.join(map(str, messages))}"


def _fact(the_map: ArgumentMap, name: str) -> list[str]:
    return _wrapped(f"- {the_map.evidence[name].text}", "    ", "      ")


def _wrapped(text: str, indent: str, hanging: str | None = None) -> list[str]:
    rest = indent if hanging is None else hanging
    return wrap(text, COLUMNS, first=indent, then=rest, hyphens=False)
