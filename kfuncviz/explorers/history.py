# SPDX-License-Identifier: BSD-3-Clause
"""
History: what an explorer has shown, and what undo and redo show next
=====================================================================

States are frozen, so a history is two rows of them and the one on screen.  Every function takes a
history and returns another; no explorer is known here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Generic, TypeVar

S = TypeVar("S")

#: How many steps can be undone; what is older is forgotten.
MOST = 200


@dataclass(frozen=True)
class History(Generic[S]):
    """``now`` is on screen, ``first`` is what reset shows.

    ``past`` and ``future`` are what undo and redo show, the next one last.
    """

    first: S
    now: S
    past: tuple[S, ...] = ()
    future: tuple[S, ...] = ()


def start(state: S) -> History[S]:
    """The history of an explorer that has just opened: nothing to undo.

    >>> start("a")
    History(first='a', now='a', past=(), future=())
    """
    return History(state, state)


def edit(history: History[S], state: S) -> History[S]:
    """``state`` is shown next.  What was undone before can no longer be done again.

    >>> undo(edit(start("a"), "b")).now
    'a'
    """
    if state == history.now:
        return history
    past = (*history.past, history.now)[-MOST:]
    return History(history.first, state, past)


def look(history: History[S], state: S) -> History[S]:
    """``state`` takes the place of what is on screen: a look at the same thing, no step to undo."""
    return replace(history, now=state)


def undo(history: History[S]) -> History[S]:
    """One step back; the same history where there is none."""
    if not history.past:
        return history
    *past, now = history.past
    return History(history.first, now, tuple(past), (*history.future, history.now))


def redo(history: History[S]) -> History[S]:
    """The step that undo took back; the same history where there is none."""
    if not history.future:
        return history
    *future, now = history.future
    return History(history.first, now, (*history.past, history.now), tuple(future))


def reset(history: History[S]) -> History[S]:
    """What was shown first, as a step that can be undone.

    >>> undo(reset(edit(start("a"), "b"))).now
    'b'
    """
    return edit(history, history.first)


def fork(history: History[S]) -> History[S]:
    """A second history beside this one, of what is on screen now; reset shows the same in both.

    >>> fork(edit(start("a"), "b"))
    History(first='a', now='b', past=(), future=())
    """
    return History(history.first, history.now)
