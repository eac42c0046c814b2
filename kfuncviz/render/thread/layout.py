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
ROW = 64
BAND = 52
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
    days: list[tuple[date, float]]
    lines: list[ReplyLine]
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
    x, days, at = dict[int, float](), list[tuple[date, float]](), column
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
        days,
        _lines(mails, rows, radius),
        radius,
    )


def _lines(mails: Sequence[Message], rows: dict[str, float], radius: float) -> list[ReplyLine]:
    by_number = {mail.n: mail for mail in mails}
    answers = [(by_number[m.reply_to], m) for m in mails if m.reply_to is not None]
    ways = {child.n: _way(parent, child, mails, rows) for parent, child in answers}
    out = []
    for parent, child in answers:
        _, leaves, edge = ways[child.n]
        beside = [c.n for p, c in answers if p is parent and ways[c.n][1] == leaves]
        far = sorted(beside, key=lambda n: -ways[n][0])
        gap = min(9.0, 0.8 * radius / max(1, len(far) - 1))
        out.append(ReplyLine(parent.n, child.n, far.index(child.n) * gap, edge))
    return out


def _way(
    parent: Message, child: Message, mails: Sequence[Message], rows: dict[str, float]
) -> tuple[float, int, int]:
    """How far a reply's line goes, whether up (-1) or down (1), and the row's edge it follows."""
    down = rows[child.author] - rows[parent.author]
    leaves = 1 if down > 0 else -1
    blocked = any(m.author == child.author and parent.n < m.n < child.n for m in mails)
    edge = leaves if blocked or not down else 0
    return abs(down + edge * BAND / 2), leaves, edge
