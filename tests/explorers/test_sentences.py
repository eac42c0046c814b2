# SPDX-License-Identifier: BSD-3-Clause
"""
What the screen says of the gallery
===================================

Of each case the owner in a sentence, asked each way, and why the first call that is stopped is.
The lines in ``tests/data/sentences.txt`` were read and found right.  After a change run
``python -m tests.explorers.test_sentences > tests/data/sentences.txt``, and read what differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kfuncviz.explorers.ownership import case, first, update
from kfuncviz.explorers.ownership.answers import reason, said
from kfuncviz.render.ownership.marks import to_text
from kfuncviz.scenario.load import gallery

SENTENCES = Path(__file__).parents[1] / "data" / "sentences.txt"


def lines() -> Iterator[str]:
    """A line each way of asking, and one for a reason that was not told yet."""
    reasons = {"Every check passes."}
    for name in gallery():
        for way in ("read", "create", "chown"):
            event = {"type": "set", "target": "direction", "value": way}
            state = update(first(name), event)
            here = case(state)
            yield f"{name} {way}: {to_text(said(state, here, None))}"
            why = reason(here)
            if why not in reasons:
                yield f"  {why}"
            reasons.add(why)


def test_every_sentence_is_as_it_was_read() -> None:
    assert [*lines()] == SENTENCES.read_text("utf-8").splitlines()


if __name__ == "__main__":
    print("\n".join(lines()))
