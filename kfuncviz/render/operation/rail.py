# SPDX-License-Identifier: BSD-3-Clause
"""
What the picture of a decision is made of
=========================================

A rail of checks in the order the kernel makes them, and what would make the call work.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Answer = Literal["passed", "failed", "not reached"]


class Check(NamedTuple):
    """One check: its question in plain words, and what came of it.

    ``call`` is the kernel's helper with its arguments, ``source`` where it stands: the kernel's
    file, the section of the semantics, and the commit it hangs on, if on one.  ``url`` leads to the
    helper.  ``under`` are the lines of a failed one: a mark and the call with its answer.
    """

    question: str
    answer: Answer
    call: str
    source: str
    url: str = ""
    under: tuple[tuple[bool, str], ...] = ()


class Rail(NamedTuple):
    """A call, and what decided it.

    ``err`` is the errno's name, empty where the call succeeds; ``rule`` says in words what refused
    it, or what it left behind.  ``rest`` says where the checks were seen that were not reached.
    """

    call: str
    who: str
    err: str
    rule: str
    checks: tuple[Check, ...]
    rest: str = ""

    @property
    def failed(self) -> int:
        """Which check refused, from 1; 0 where none did."""
        return next((n for n, c in enumerate(self.checks, 1) if c.answer == "failed"), 0)


class Card(NamedTuple):
    """A change of the situation: what it is, what to type, and what came of the call with it."""

    title: str
    typed: str
    came: str
    helps: bool
