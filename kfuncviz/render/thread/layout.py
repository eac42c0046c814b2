# SPDX-License-Identifier: BSD-3-Clause
"""
Where each mail stands, and which way its line goes
===================================================

Rows are people in the order they joined; columns are mails in the order of time, one step each,
with a wider step where a day begins: the days of silence between them would leave no room for the
mails.  A line leaves its parent up or down and turns right once; among the lines of one mail the
one that goes farthest leaves leftmost, so that two of them never cross.  Where another mail stands
in the way, the line runs along the far edge of the row and comes in from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from kfuncviz.render.kit.fit import width

if TYPE_CHECKING:
    from kfuncviz.kfuncs.thread import Message

TOP = 64
ROW = 88
BAND = 68
RADIUS = 19.0
_NAME = 16
_SMALL = 13


@dataclass(frozen=True)
class ReplyLine:
    """How a reply is joined to its parent: sideways offset at the parent, row edge to run along.

    ``edge`` is 0 for a line in the middle of the row, -1 for its upper edge, 1 for its lower.
    """

    parent: int
    child: int
    offset: float
    edge: int


@dataclass(frozen=True)
class Places:
    """Places in pixels: ``x`` by mail number, ``rows`` by person, ``days`` with their first x."""

    width: int
    height: float
    column: float
    x: dict[int, float]
    rows: dict[str, float]
    days: tuple[tuple[date, float], ...]
    lines: tuple[ReplyLine, ...]
    radius: float


def sent(mail: Message) -> datetime:
    """When a mail was sent, in UTC.

    >>> from kfuncviz.kfuncs.thread import message
    >>> sent(message(13)).isoformat()
    '2023-07-07T01:04:54+00:00'
    """
    return datetime.fromisoformat(mail.date).astimezone(UTC)


def spoken(day: date) -> str:
    """A day as one says it.

    >>> spoken(date(2023, 7, 4))
    '4 July'
    """
    return f"{day.day} {day:%B}"


def lay_out(mails: Sequence[Message], across: int) -> Places:
    """The places of all mails on a drawing ``across`` pixels wide."""
    rows = {name: TOP + ROW * nth + BAND / 2
            for nth, name in enumerate(dict.fromkeys(mail.author for mail in mails))}  # fmt: skip
    names = [width(mail.author, _NAME, mono=False, bold=True) for mail in mails]
    roles = [width(mail.role, _SMALL, mono=False) for mail in mails]
    column = min(max(names + roles, default=0) + 36, across * 0.3)
    fresh = [not nth or sent(mail).date() != sent(mails[nth - 1]).date()
             for nth, mail in enumerate(mails)]  # fmt: skip
    units = max(1.0, len(mails) + 0.5 * sum(fresh))
    step = (across - column - 8) / units
    radius = min(RADIUS, step * 0.41)
    x, days, at = dict[int, float](), [], column
    for mail, first in zip(mails, fresh, strict=True):
        if first:
            days.append((sent(mail).date(), at))
            at += step * 0.5
        x[mail.n] = at + step / 2
        at += step
    return Places(
        across,
        TOP + ROW * len(rows) + 70,
        column,
        x,
        rows,
        tuple(days),
        tuple(_lines(mails, rows, radius)),
        radius,
    )


def _lines(mails: Sequence[Message], rows: dict[str, float], radius: float) -> list[ReplyLine]:
    by_number = {mail.n: mail for mail in mails}
    out = []
    for mail in mails:
        if mail.reply_to is None:
            continue
        parent = by_number[mail.reply_to]
        side = _side(parent, mail, rows)
        siblings = [m for m in mails if m.reply_to == parent.n and _side(parent, m, rows) == side]
        far = sorted(siblings, key=lambda m: -abs(_reach(m, mails, rows) - rows[parent.author]))
        gap = min(9.0, 0.8 * radius / max(1, len(far) - 1))
        edge = _edge(mail, mails, rows)
        out.append(ReplyLine(parent.n, mail.n, far.index(mail) * gap, edge))
    return out


def _edge(mail: Message, mails: Sequence[Message], rows: dict[str, float]) -> int:
    """The edge of its row a reply's line runs along: the far one where mails stand in the way."""
    parent = next(m for m in mails if m.n == mail.reply_to)
    side = _side(parent, mail, rows)
    blocked = any(m.author == mail.author and parent.n < m.n < mail.n for m in mails)
    return side or -1 if blocked or not side else 0


def _reach(mail: Message, mails: Sequence[Message], rows: dict[str, float]) -> float:
    """How far down a reply's line goes."""
    return rows[mail.author] + _edge(mail, mails, rows) * BAND / 2


def _side(parent: Message, child: Message, rows: dict[str, float]) -> int:
    """-1 where the child stands above its parent, 1 below, 0 in the same row."""
    a, b = rows[parent.author], rows[child.author]
    return (b > a) - (b < a)
