# SPDX-License-Identifier: BSD-3-Clause
"""
All that a matter says
======================

``told.txt`` has, for what can be asked besides the way of an id: the key, what is offered, every
slip with its answer and words, and what is told with the answer.  The lines were read beside the
data they come from.  Whoever changes what is said reads the new ones:

    python -m tests.learn.test_told      writes them
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.learn.matters import matter

FILE = Path(__file__).with_name("told.txt")
CASE = {
    "userns": {"rows": {"uid_map": [[1000, 2000, 10]], "gid_map": [[500, 600, 10]]}},
    "setup": [
        {"type": "file", "path": "f", "kuid": 1003, "kgid": 501},
        {"type": "file", "path": "lost", "kuid": 7, "kgid": 502},
    ],
    "mounts": {"m": {"userns": "rows"}},
}


def cases() -> list[tuple[str, str, str]]:
    """What is asked, its part of a question, and what is said."""
    found = []
    for part in FILE.read_text("utf-8").split("\n\n"):
        head, _, said = part.strip("\n").partition("\n")
        name, _, given = head.partition(" ")
        found.append((name, given, said))
    return found


def said(name: str, given: str) -> Iterator[str]:
    """Everything a matter says, a line each."""
    part: dict[str, Any] = json.loads(given)
    about = matter(name, part, CASE)
    yield f"{about.voice}: {about.key()}"
    yield from (f"offers: {choice}" for choice in about.choices())
    for slip in about.slips():
        yield f"slip: {slip.name}: {slip.answer}"
        yield from (f"  {slip.told}", f"  {slip.instead}")
    yield from about.told()


@pytest.mark.parametrize(("name", "given", "lines"), cases())
def test_a_matter_says_what_was_read(name: str, given: str, lines: str) -> None:
    assert [*said(name, given)] == lines.splitlines()


if __name__ == "__main__":
    new = ("\n".join([f"{name} {given}", *said(name, given)]) for name, given, _ in cases())
    FILE.write_text("\n\n".join(new) + "\n", "utf-8")
