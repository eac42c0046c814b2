# SPDX-License-Identifier: BSD-3-Clause
"""
Whole answers, word by word
===========================

``answers.txt`` has a paste, what is asked, and all that is said: what was read, assumed and needed,
the way of each id, mistakes and repairs, and the scenario with its focus in one line.  Every answer
there was read and held against the rows of its paste.  Whoever changes what is said reads the new
ones:

    python -m tests.diagnosis.test_answers      writes them
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kfuncviz.diagnosis import doctor

FILE = Path(__file__).with_name("answers.txt")
#: Before the name of a case, and between its paste and what is asked.
RULE = "######## "


def cases() -> list[tuple[str, str, str, str]]:
    """Of each case its name, the paste, what is asked, and the answer."""
    found = []
    for case in FILE.read_text("utf-8").split(f"\n\n{RULE}"):
        paste, _, rest = case.removeprefix(RULE).strip("\n").partition(f"\n{RULE}")
        name, _, text = paste.partition("\n")
        ask, _, answer = rest.partition("\n")
        found.append((name, text, ask, answer.rstrip("\n")))
    return found


def said(text: str, ask: str) -> str:
    """What is printed, with the scenario in one line."""
    found = doctor(text, ask)
    head, _, tail = str(found).rpartition("\nscenario\n")
    assert tail.splitlines()[-1] == f"  {found.token}"
    return f"{head}\n{json.dumps(found.scenario)}"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case[0])
def test_an_answer_is_given_word_by_word(case: tuple[str, str, str, str]) -> None:
    _, text, ask, answer = case
    assert said(text, ask) == answer


if __name__ == "__main__":
    new = (f"{RULE}{n}\n{text}\n{RULE}{ask}\n{said(text, ask)}\n" for n, text, ask, _ in cases())
    FILE.write_text("\n".join(new), "utf-8")
