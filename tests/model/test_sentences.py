# SPDX-License-Identifier: BSD-3-Clause
"""
What the model says when it refuses
===================================

Every sentence that the recorded scenarios bring forth, with errno, check and section of the
semantics, stands in ``tests/data/refusals.txt`` as it was read and found right; ``#`` stands for
numbers and ``…`` for names.  ``refusals.json`` lists scenarios of the recordings that bring forth
each of them.  After a change run ``python -m tests.model.test_sentences``, and read what differs.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kfuncviz.scenario.replay import replay_traced

DATA = Path(__file__).parents[1] / "data"
SENTENCES, SCENARIOS = DATA / "refusals.txt", DATA / "refusals.json"
#: Recordings in a format of their own.
OF_THEIR_OWN = {"kernel-map-writes", "kernel-open-flags", "kernel-states"}
#: What differs between two refusals of one kind, and what stands for it.
ALIKE = (
    (r"could not be made: .*", "could not be made: …"),
    (r"(?<!\w)'[^']*'(?!\w)", "'…'"),
    (r'"[^"]*"(, "[^"]*")*(, \.\.\.)?', '"…"'),
    (r"\b[A-Z][A-Z0-9]*\.(?=[ug]id_map)", "…."),
    (r"\b(userns|of|in|over) [A-Z](?!\w)", r"\1 …"),
    (r"\b(?:user|trusted)\.\w+", "…"),
    (r"\b\d[\d.]*\b", "#"),
    (r"(?:read|write|execute)(?:/(?:write|execute))*(?= to this task|;|$)", "…"),
)


def recordings() -> list[str]:
    """Those whose scenarios are in the format that everybody writes."""
    names = {path.name.partition(".")[0] for path in DATA.glob("kernel-*.jsonl.gz")}
    return sorted(names - OF_THEIR_OWN)


def lines(recording: str) -> list[str]:
    with gzip.open(DATA / f"{recording}.jsonl.gz", "rt") as file:
        return file.readlines()


def sentences(scenario: dict[str, Any]) -> Iterator[str]:
    """What is said of each refused operation."""
    for op in replay_traced(scenario).ops:
        if op.why is not None:
            words = op.why.words
            for pattern, instead in ALIKE:
                words = re.sub(pattern, instead, words)
            rule, *more = words.split("; ")
            yield f"{op.why.errno} {op.why.check} [{op.why.section}, {op.why.file}]: {rule}"
            yield from (f"; {clause}" for clause in more)


def test_every_refusal_is_worded_as_it_was_read() -> None:
    said: set[str] = set()
    for recording, numbers in json.loads(SCENARIOS.read_text()).items():
        recorded = lines(recording)
        for number in numbers:
            said.update(sentences(json.loads(recorded[number])["scenario"]))
    assert sorted(said) == SENTENCES.read_text("utf-8").splitlines()


def write() -> None:
    """Look for scenarios that bring forth every sentence, and write both files."""
    said = {
        (name, number): set(sentences(json.loads(line)["scenario"]))
        for name in recordings()
        for number, line in enumerate(lines(name))
    }
    found = sorted(set().union(*said.values()))
    chosen: dict[str, list[int]] = {}
    while any(said.values()):
        name, number = max(said, key=lambda place: len(said[place]))
        chosen.setdefault(name, []).append(number)
        new = said[name, number]
        said = {place: left - new for place, left in said.items()}
    SCENARIOS.write_text(json.dumps(chosen, sort_keys=True) + "\n")
    SENTENCES.write_text("\n".join(found) + "\n", "utf-8")


if __name__ == "__main__":
    write()
