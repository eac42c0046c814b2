# SPDX-License-Identifier: BSD-3-Clause
"""
Against: fresh random scenarios, asked of the running kernel and of the model
=============================================================================

``python -m tests.recorder.against FAMILY N SEED`` prints every difference, and how often each
operation and each key of a scenario was reached: operations as made and as succeeded.  ``--fs
ext4`` asks on ext4 where the filesystem belongs to the host, ``--keep FILE`` writes the answers.
Where a scenario's ``settings`` name an fs.protected_* of the machine, it has that value for as long
as the scenario is asked.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kfuncviz.scenario.checking.validate import validate
from kfuncviz.scenario.machine import replay
from tests.compare import differences
from tests.generate import Wider, of_family
from tests.recorder.oracle import record


def scenarios(family: str, n: int, seed: int, fs: str) -> Iterator[dict[str, Any]]:
    """Scenarios of a family, one after the other."""
    for number in range(n):
        document = of_family(family, seed, number)
        if fs == "ext4" and document["fs"]["userns"] is None:
            document["fs"]["type"] = fs
        yield document


def keys(document: Mapping[str, Any]) -> Iterator[str]:
    """Every key of a part of a scenario, once for each entry that has it."""
    for part in ("userns", "mounts", "callers"):
        for spec in document[part].values():
            yield from (f"{part}.{key}" for key in spec)
    for entry in document["setup"]:
        yield from (f"setup.{key}" for key in entry)
        yield from (f"setup.{key} -1" for key in ("kuid", "kgid") if entry.get(key) == -1)
    yield f"fs {document['fs']['type']}{' in a userns' if document['fs']['userns'] else ''}"


@contextmanager
def protected(settings: Mapping[str, int]) -> Iterator[None]:
    """The machine's fs.protected_* as a scenario says, for as long as the block lasts."""
    files = {Path("/proc/sys/fs") / name: str(level) for name, level in settings.items()}
    were = {file: file.read_text() for file in files}
    try:
        for file, level in files.items():
            file.write_text(level)
        yield
    finally:
        for file, level in were.items():
            file.write_text(level)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser()
    parser.add_argument("family", choices=Wider.families)
    parser.add_argument("n", type=int)
    parser.add_argument("seed", type=int)
    parser.add_argument("--fs", choices=("tmpfs", "ext4"), default="tmpfs")
    parser.add_argument("--keep")
    asked = parser.parse_args()
    made, done, held = Counter[str](), Counter[str](), Counter[str]()
    answers, differing, unsound = [], 0, 0
    for document in scenarios(asked.family, asked.n, asked.seed, asked.fs):
        if validate(document):  # a row of a map that reaches beyond 32 bits gave an id there
            unsound += 1
            continue
        with protected(document.get("settings") or {}):
            result = record(document, _PATIENCE)
        answers.append({"scenario": document, "result": result})
        if "internal" in result:
            print(f"{document['id']}: {result['internal']}")
            continue
        found = differences(result, replay(document))
        differing += bool(found)
        for line in found:
            print(f"{document['id']}: {line}")
        held.update(keys(document))
        for op, answer in zip(document["ops"], result["ops"], strict=False):
            for name in (op["op"], *(f"{op['op']}.{key}" for key in op if key not in _COMMON)):
                made[name] += 1
                done[name] += answer["err"] is None
    operations = sum(times for name, times in made.items() if "." not in name)
    asked_for = asked.n - unsound
    print(f"{asked_for} scenarios, {differing} differ, {operations} operations")
    print(
        "operations, made/succeeded:", ", ".join(f"{n} {made[n]}/{done[n]}" for n in sorted(made))
    )
    print("keys:", ", ".join(f"{key} {held[key]}" for key in sorted(held)))
    if asked.keep:
        with gzip.open(asked.keep, "wt") as file:
            file.writelines(json.dumps(answer) + "\n" for answer in answers)


#: Seconds a scenario may take on a machine that others use too.
_PATIENCE = 60.0
_COMMON = ("op", "by", "via", "path")

if __name__ == "__main__":
    main()
