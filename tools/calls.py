# SPDX-License-Identifier: BSD-3-Clause
"""
How far does a reader walk?  Calls between files while a picture is drawn
==========================================================================

    python tools/calls.py [SCENARIO...]

draws the picture of each gallery scenario (or of those named) and counts, for one picture, the
different pairs of a function and a function in another file of kfuncviz that it called.  A function
called twice from the same place is one walk for a reader, so it counts once.  Nothing of the model
counts: only the way from an answer to its SVG.
"""

from __future__ import annotations

import statistics
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import kfuncviz as kv
from kfuncviz import render

HOME = str(Path(kv.__file__).parent)
Function = tuple[str, str]


def walks(draw: Any) -> set[tuple[Function, Function]]:
    """The calls between files made while ``draw()`` runs: (caller, callee), each (file, name)."""
    found: set[tuple[Function, Function]] = set()

    def watch(frame: FrameType, event: str, _: Any) -> None:
        if event != "call" or frame.f_back is None:
            return
        caller, callee = _function(frame.f_back), _function(frame)
        if caller and callee and caller[0] != callee[0]:
            found.add((caller, callee))

    sys.setprofile(watch)
    try:
        draw()
    finally:
        sys.setprofile(None)
    return found


def _function(frame: FrameType) -> Function | None:
    """File and name of a function of ours; what is defined inside one belongs to it."""
    code = frame.f_code
    if not code.co_filename.startswith(HOME):
        return None
    return code.co_filename.removeprefix(HOME), code.co_qualname.partition(".<")[0]


def main(names: list[str]) -> None:
    """Print the count of every scenario, then their median and the largest."""
    counts = {}
    for name in names or kv.gallery():
        answer = kv.Scenario.load(name).who_owns()
        render.svg(answer)
        found = walks(lambda answer=answer: render.svg(answer))
        counts[name] = len(found)
        print(f"{len(found):4} {name}")
        if names:
            for file, count in Counter(callee[0] for _, callee in found).most_common():
                print(f"       {count:3} into {file}")
    print(f"median {statistics.median(counts.values()):g}, most {max(counts.values())}")


if __name__ == "__main__":
    main(sys.argv[1:])
