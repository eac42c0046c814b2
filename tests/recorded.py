# SPDX-License-Identifier: BSD-3-Clause
"""
Recorded answers of other kernels and filesystems
=================================================

``tests/data/kernels/VERSION.FILESYSTEM[.what].jsonl.gz``: what a kernel answered, one scenario a
line with the kernel and the filesystem written in it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kfuncviz.scenario.machine import replay
from tests.compare import differences

FOLDER = Path(__file__).parent / "data" / "kernels"


def files(what: str = "") -> list[Path]:
    """The files of one kind (``"map-writes"``, ``"mount-setattr"``), by default of scenarios."""
    others = ("map-writes", "mount-setattr")
    return [
        path
        for path in sorted(FOLDER.glob("*.jsonl.gz"))
        if (what in path.name if what else not any(other in path.name for other in others))
    ]


def lines(path: Path, every: int = 1) -> Iterator[dict[str, Any]]:
    """Every so manieth line of a file."""
    with gzip.open(path, "rt") as text:
        for number, line in enumerate(text):
            if number % every == 0:
                yield json.loads(line)


def differing(path: Path, every: int = 1) -> list[str]:
    """Where the model's answers to a file's scenarios are not the kernel's."""
    return [
        f"{path.name} {line['result']['id']}: {difference}"
        for line in lines(path, every)
        for difference in differences(line["result"], replay(line["scenario"]))
    ]
