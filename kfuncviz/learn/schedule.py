# SPDX-License-Identifier: BSD-3-Clause
"""
Schedule: which question comes next
===================================

Computed from the record of what was answered, and from nothing else: no clock, no file.  Whoever
is right climbs; what was missed comes back soon, and after each right answer later, until its last
box is left.
"""

from __future__ import annotations

from typing import NamedTuple

RIGHT, WRONG = "+", "-"
#: Right answers of one kind before the next is met.
EACH = 2
#: After how many other questions the cards of each box come back; the first box holds what was
#: just missed.
GAPS = (2, 4, 8, 16, 32)


class Card(NamedTuple):
    """Something missed: the ``level`` it was met at, its ``box`` (from 1), and the number of the
    question (from 0) from which it is ``due``.
    """

    level: int
    box: int
    due: int


class Plan(NamedTuple):
    """The next question: its ``level``, and the key of the card it is asked for (``""``: none).

    ``cards`` holds what was missed and has not left the last box: by the letter of a misreading,
    or by the level where an answer had no name.
    """

    level: int
    again: str
    cards: dict[str, Card]


def plan(record: str) -> Plan:
    """What comes after a record of signs: right, wrong, or the letter of a misreading.

    >>> plan("++").level, plan("++a++").again
    (1, 'a')
    """
    cards: dict[str, Card] = {}
    climbed = 0
    for nth, sign in enumerate(record):
        level, again = _next(cards, nth, climbed)
        if sign == RIGHT:
            climbed += not again
            if again:
                _promote(cards, again, nth)
            continue
        missed = sign if sign != WRONG else again or str(level)
        for key in {missed, again} - {""}:
            cards[key] = Card(level, 1, _due(nth, 1))
    return Plan(*_next(cards, len(record), climbed), cards)


def _next(cards: dict[str, Card], nth: int, climbed: int) -> tuple[int, str]:
    """The level of the nth question, and the card it is asked for: the one that waits longest."""
    due = sorted((card.due, key) for key, card in cards.items() if card.due <= nth)
    again = due[0][1] if due else ""
    return (cards[again].level if again else climbed // EACH), again


def _promote(cards: dict[str, Card], key: str, nth: int) -> None:
    """Put a card into the next box; out of the last one it is gone."""
    level, box, _ = cards.pop(key)
    if box < len(GAPS):
        cards[key] = Card(level, box + 1, _due(nth, box + 1))


def _due(nth: int, box: int) -> int:
    return nth + 1 + GAPS[box - 1]
