# SPDX-License-Identifier: BSD-3-Clause
"""
How fast a replay is
====================

Replays the recorded scenarios on one core, three ways side by side: as the command does it (JSON
in, validated, JSON out), as a function, and as a function that keeps the trace.  Then looks ids up
in maps of 1 to 340 rows, next to the obvious linear search.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from kfuncviz.cli import main
from kfuncviz.model.idmap import Extent, IdMap, map_id_down
from kfuncviz.scenario.machine import replay
from kfuncviz.scenario.replay import replay_traced

RECORDED = Path(__file__).parent.parent / "tests" / "data" / "kernel-cases.jsonl.gz"
ROUNDS = 3


def best(run: Callable[[], Any]) -> float:
    """Seconds of the fastest of a few rounds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def linear(extents: list[Extent], id: int) -> int:
    """The obvious look-up: the first extent that holds the id."""
    for first, lower, count in extents:
        if first <= id < first + count:
            return lower + id - first
    return -1


def command(path: str) -> None:
    """``kfuncviz replay FILE``, its output thrown away."""
    with redirect_stdout(io.StringIO()):
        main(["replay", path])


def replays() -> None:
    """Operations a second, three ways."""
    text = gzip.decompress(RECORDED.read_bytes())
    scenarios = [json.loads(line)["scenario"] for line in text.splitlines()]
    operations = sum(len(scenario["ops"]) for scenario in scenarios)
    with NamedTemporaryFile(suffix=".jsonl") as file:
        file.write(text)
        file.flush()
        rows = {
            "kfuncviz replay (parse, validate, print)": best(lambda: command(file.name)),
            "replay()": best(lambda: [replay(scenario) for scenario in scenarios]),
            "replay_traced()": best(lambda: [replay_traced(scenario) for scenario in scenarios]),
        }
    print(f"{len(scenarios)} scenarios, {operations} operations, Python {sys.version.split()[0]}")
    for name, seconds in rows.items():
        print(f"  {name:42} {operations / seconds:9.0f} operations a second")


def look_ups() -> None:
    """Look-ups a second by number of rows, bisection next to a linear search."""
    for rows in (1, 5, 6, 50, 340):
        idmap = IdMap([(3 * i, 3 * i, 3) for i in range(rows)])
        extents = list(idmap)
        ids = [(7919 * i) % (3 * rows) for i in range(20000)]
        own = best(lambda ids=ids, idmap=idmap: [map_id_down(idmap, id) for id in ids])
        rival = best(lambda ids=ids, extents=extents: [linear(extents, id) for id in ids])
        print(
            f"  {rows:3} rows: map_id_down {len(ids) / own / 1e6:5.2f} M/s, "
            f"linear search {len(ids) / rival / 1e6:5.2f} M/s"
        )


if __name__ == "__main__":
    replays()
    look_ups()
