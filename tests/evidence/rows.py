# SPDX-License-Identifier: BSD-3-Clause
"""
The recorded rows read a second way, without pandas, for tests that recompute numbers
=====================================================================================

Answers nothing itself: it hands out the CSV rows as dictionaries, so that a test can
count them in plain Python and compare with what the evidence layer says.
"""

from __future__ import annotations

import csv
import gzip
from functools import cache
from pathlib import Path

from kfuncviz.resources import data_dir

HISTORY: Path = data_dir() / "history"


@cache
def rows(file: str) -> tuple[dict[str, str], ...]:
    """Rows of a recorded file, as read by the csv module."""
    path = HISTORY / file
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8", newline="") as text:
            return tuple(csv.DictReader(text))
    with path.open(encoding="utf-8", newline="") as text:
        return tuple(csv.DictReader(text))


@cache
def order() -> tuple[str, ...]:
    """All releases, oldest first."""
    return tuple(row["release"] for row in rows("releases.csv"))


@cache
def registered() -> dict[str, dict[str, dict[str, str]]]:
    """release -> name -> row, test kfuncs left out."""
    out: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows("kfuncs.csv.gz"):
        if row["category"] == "kfunc":
            out.setdefault(row["release"], {})[row["kfunc"]] = row
    return out
