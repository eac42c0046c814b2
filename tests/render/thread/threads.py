# SPDX-License-Identifier: BSD-3-Clause
"""Threads made up for the tests."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from kfuncviz.kfuncs.thread import Message

KINDS = ("patch", "question", "objection", "alternative", "reply", "agreement")
PEOPLE = ("Ada", "Brook", "Chris", "Dana", "Eli", "Finn")


def made(n: int, author: str, reply_to: int | None, kind: Any = "reply", day: int = 1) -> Message:
    """A mail that says its number."""
    date = f"2023-07-{day:02}T10:00:00+00:00"
    return Message(n, author, "reviewer", date, f"m{n}", reply_to, kind, f"Says {n}.", "https://x")


@st.composite
def threads(draw: st.DrawFn) -> tuple[Message, ...]:
    """Up to sixteen mails by up to six people, each answering any earlier one."""
    out = [made(1, PEOPLE[0], None, "patch")]
    day = 1
    for n in range(2, draw(st.integers(2, 16)) + 1):
        day += draw(st.integers(0, 1))
        author, kind = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(KINDS))
        out.append(made(n, author, draw(st.integers(1, n - 1)), kind, day))
    return tuple(out)
