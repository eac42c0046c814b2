# SPDX-License-Identifier: BSD-3-Clause
"""
The thread in words
===================

The mails as a sentence, as rows and as indented plain text, replies under what they answer; the
argument over them as plain text, whole or one mail, claim or fact at a time, each with its id and
its sources.  Text has at most 72 columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kfuncviz.render.kit.plain import wrap
from kfuncviz.render.thread.layout import sent, spoken
from kfuncviz.render.thread.marks import KINDS

if TYPE_CHECKING:
    from kfuncviz.kfuncs.thread import ArgumentMap, Claim, Evidence, Message

COLUMNS = 72
#: Behind this stands a message id.
_ARCHIVE = "https://lore.kernel.org/r/"


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
            lines += [f"    {counted(the_map, claim)}"]
            lines += [part for fact in claim.evidence for part in _fact(the_map, fact)]
        lines += [""]
    lines += ["What was predicted, and what happened"] if the_map.predictions else []
    for told in the_map.predictions:
        lines += _wrapped(f"{told.by}, {cited(told.messages)}: {told.predicted}", "  ", "    ")
        lines += _wrapped(told.happened, "    ")
        lines += [part for fact in told.evidence for part in _fact(the_map, fact)]
    lines += ["", "What happened later"] if the_map.later else []
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


def counted(the_map: ArgumentMap, claim: Claim) -> str:
    """How many of a claim's facts could be checked at the time of the thread, and how many since.

    >>> from kfuncviz.kfuncs.thread import argument_map
    >>> the_map = argument_map()
    >>> counted(the_map, the_map.claims["no-business"]), counted(the_map, the_map.claims["need"])
    ('no fact by July 2023, 2 since', '2 facts by July 2023 (1 of them partly), 1 since')
    """
    known = the_map.known_then(claim)
    then, partly = len(known), sum(fact.partly for fact in known)
    since = len(claim.evidence) - then
    part = f" ({partly} of them partly)" if then > partly > 0 else ""
    by = f"{'partly ' * (0 < then == partly)}by July 2023{part}"
    return f"{then or 'no'} fact{'s' * (then > 1)} {by}, {since or 'none'} since"


def shared(the_map: ArgumentMap, fact: str) -> str:
    """The sides that a fact bears on, where they are several; else nothing.

    >>> from kfuncviz.kfuncs.thread import argument_map
    >>> shared(argument_map(), "helpers-unchanged"), shared(argument_map(), "unexport")
    ('on several sides: In favour, Against', '')
    """
    sides = [the_map.sides[side] for side in the_map.sides_of(fact)]
    return f"on several sides: {', '.join(sides)}" if len(sides) > 1 else ""


def message_text(the_map: ArgumentMap, mail: Message) -> str:
    """One mail as text: its id, its position in our words, the claims made in it.

    >>> from kfuncviz.kfuncs.thread import argument_map, message
    >>> print(message_text(argument_map(), message(12)))
    message 12, agreement, Christoph Hellwig, 2023-07-06 14:37 UTC
      <ZKbRrziFf4tf09vo@infradead.org>
      answers message 3
      Agrees fully with message 3. Nor does he think that any eBPF program
      has business looking at idmappings.
      claims: no-business
    <BLANKLINE>
    """
    answers = [] if mail.reply_to is None else [f"  answers message {mail.reply_to}"]
    claims = [claim.id for claim in the_map.made_in(mail.n)]
    lines = [
        f"message {mail.n}, {KINDS[mail.kind]}, {mail.author}, {sent(mail):%Y-%m-%d %H:%M} UTC",
        *_id(mail), *answers, *_wrapped(mail.position, "  "),
        *_wrapped(f"claims: {', '.join(claims)}", "  ", "    "),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def claim_text(the_map: ArgumentMap, claim: Claim, mails: Sequence[Message]) -> str:
    """One claim as text: its id, who made it in which of ``mails``, and every fact with sources.

    >>> from kfuncviz.kfuncs.thread import argument_map, messages
    >>> the_map = argument_map()
    >>> print(claim_text(the_map, the_map.claims["small"], messages())[:53])
    claim small, In favour, no fact by July 2023, 2 since
    """
    made_in = [mail for mail in mails if mail.n in claim.messages]
    head = f"claim {claim.id}, {the_map.sides[claim.side]}, {counted(the_map, claim)}"
    linked = ((verb, others) for verb, others in
              (("backs", claim.supports), ("answers", claim.attacks)) if others)  # fmt: skip
    lines = [
        *_wrapped(head, "", "  "),
        *_wrapped(f"on: {the_map.questions[claim.question]}", "  ", "    "),
        *_wrapped(claim.text, "  "),
        f"  by {', '.join(claim.by)}, {cited(claim.messages)}",
        *(line for mail in made_in for line in _id(mail)),
        *(line for verb, others in linked
          for line in _wrapped(f"{verb}: {', '.join(others)}", "  ", "    ")),
    ]  # fmt: skip
    facts = (fact_text(the_map, fact).splitlines() for fact in claim.evidence)
    return "\n".join([*lines, *(f"  {line}" for fact in facts for line in fact)]) + "\n"


def fact_text(the_map: ArgumentMap, fact: str) -> str:
    """One fact as text: its id, when it could be checked, its sources and rows, what it bears on.

    >>> from kfuncviz.kfuncs.thread import argument_map
    >>> print(fact_text(argument_map(), "statmount-maps").splitlines()[0])
    fact statmount-maps, since then
    """
    found = the_map.evidence[fact]
    claims = ", ".join(claim.id for claim in the_map.claims_of(fact)) or "none"
    rows = (", ".join([f"data/history {table}", *(f"{k} {v}" for k, v in where.items())])
            for table, where in found.rows)  # fmt: skip
    sources = (
        f"<{source.removeprefix(_ARCHIVE)}>" if source.startswith(_ARCHIVE) else source
        for source in found.sources
    )
    about = [*sources, *rows, f"claims: {claims}", *filter(None, [shared(the_map, fact)])]
    lines = [f"fact {fact}, {dated(found)}", *_fitted(found.text, "  ")]
    lines += [line for part in about for line in _fitted(part, "  - ", "    ")]
    return "\n".join(lines) + "\n"


def dated(fact: Evidence) -> str:
    """When a fact could first be checked.

    >>> from kfuncviz.kfuncs.thread import argument_map
    >>> dated(argument_map().evidence["unexport"])
    'by July 2023'
    """
    if not fact.then:
        return "since then"
    return "partly by July 2023" if fact.partly else "by July 2023"


def _id(mail: Message) -> list[str]:
    """A mail's id; one too long for a line is broken after a dot."""
    whole = f"  <{mail.message_id}>"
    if len(whole) <= COLUMNS:
        return [whole]
    head, dot, tail = whole.partition(".")
    return [head + dot, f"   {tail}"]


def _fitted(text: str, first: str, then: str | None = None) -> list[str]:
    """Lines two columns narrower than the widest, so that they may stand under something."""
    rest = first if then is None else then
    return wrap(text, COLUMNS - 2, first=first, then=rest, hyphens=False)


def _fact(the_map: ArgumentMap, name: str) -> list[str]:
    return _wrapped(f"- {the_map.evidence[name].text}", "    ", "      ")


def _wrapped(text: str, indent: str, hanging: str | None = None) -> list[str]:
    rest = indent if hanging is None else hanging
    return wrap(text, COLUMNS, first=indent, then=rest, hyphens=False)
