# SPDX-License-Identifier: BSD-3-Clause
"""
A decision in words: a sentence, the rows of a table, text for a mail
=====================================================================
"""

from __future__ import annotations

from collections.abc import Sequence

from kfuncviz.render.kit.plain import plain, wrap
from kfuncviz.render.operation.rail import Card, Rail

COLUMNS = 72
_SIGNS = {"passed": "ok", "failed": "X ", "not reached": ". "}


def which(rail: Rail) -> str:
    """Which check decided, of how many.

    >>> which(Rail("stat(f)", "c through m", "", "it is done", ()))
    'nothing is checked'
    """
    many = len(rail.checks)
    if rail.failed:
        return f"check {rail.failed} of {many} says no"
    if not many:
        return rail.rule if rail.err else "nothing is checked"
    return "the check passes" if many == 1 else f"all {many} checks pass"


def sentence(rail: Rail) -> str:
    """What came of the call, and why.

    >>> sentence(Rail("stat(f)", "c through m", "", "it is done", ()))
    'stat(f) by c through m is allowed, nothing is checked: it is done.'
    """
    end = rail.rule.rstrip(".")
    if not rail.err:
        return f"{rail.call} by {rail.who} is allowed, {which(rail)}: {end}."
    told = ""
    if rail.failed:
        asked = rail.checks[rail.failed - 1].question
        told = f'check {rail.failed} of {len(rail.checks)}, "{asked}", says no: '
    return f"{rail.call} by {rail.who} is refused, {rail.err}; {told}{end}."


def table(rail: Rail, cards: Sequence[Card] = ()) -> list[dict[str, str]]:
    """The checks, then the changes, as rows of the same columns."""
    rows = [
        {
            "what": f"{nth}. {check.question}",
            "answer": _answer(rail, check.answer),
            "helper": check.call,
            "source": check.source,
        }
        for nth, check in enumerate(rail.checks, 1)
    ]
    rows += [
        {
            "what": card.title, "answer": "helps" if card.helps else "does not help",
            "helper": card.typed, "source": card.came,
        }
        for card in cards
    ]  # fmt: skip
    return rows


def _answer(rail: Rail, answer: str) -> str:
    return f"failed: {rail.err}" if answer == "failed" else answer


def text(rail: Rail, cards: Sequence[Card] = ()) -> str:
    """The decision as ASCII text of at most 72 columns."""
    lines = wrap(plain(sentence(rail)), COLUMNS, hyphens=False)
    lines.append("")
    for nth, check in enumerate(rail.checks, 1):
        head = f"{nth:2} {_SIGNS[check.answer]} "
        told = plain(f"{check.question} {_answer(rail, check.answer)}")
        lines += wrap(told, COLUMNS, first=head, then=" " * len(head), hyphens=False)
        indent = " " * len(head)
        for line in (check.call, check.source):
            asked = plain(line.replace("\N{SECTION SIGN}", "section"))
            lines += wrap(asked, COLUMNS, first=indent, then=f"{indent}  ", hyphens=False)
    for helps, title in ((True, "What would make it work:"), (False, "What would not:")):
        told_of = [card for card in cards if card.helps == helps]
        lines += ["", title] if told_of else []
        for card in told_of:
            said = f"{card.title} ({card.typed}): {card.came}" if helps else (
                f"{card.title}: {card.came}"
            )  # fmt: skip
            lines += wrap(plain(said), COLUMNS, first="  * ", then="    ", hyphens=False)
    return "\n".join(lines) + "\n"
