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


@cache
def lives() -> tuple[tuple[str, str, str, tuple[str, ...], bool], ...]:
    """(kfunc, born, died, changed, renamed) of every life, sorted: from rows and recorded events.

    A change is a recorded one of the prototype, in substance; the class of an event says which.
    """
    not_of_substance = (
        *("const_qualifier", "implicit_arg_bpf_prototype_unchanged", "annotation_suffix"),
        *("pre_release", "stable_backport", "policy"),
    )
    # recorded under their new suffix, but one argument fewer as well
    crypto = ("bpf_crypto_encrypt", "bpf_crypto_decrypt")
    changed: dict[str, list[str]] = {}
    renamed = set()
    for event in rows("events.csv.gz"):
        name, release = event["kfunc"], event["release"]
        if event["event"] == "signature_changed" and (
            event["class"] not in not_of_substance or name in crypto
        ):
            changed.setdefault(name, []).append(release)
        if (event["event"], event["class"]) == ("renamed", "name_gone"):
            renamed.add((name, release))
    out = []
    for name in sorted({name for found in registered().values() for name in found}):
        there = [name in registered().get(release, {}) for release in order()]
        starts = [n for n in range(1, len(there)) if there[n] and not there[n - 1]]
        for start in starts:
            end = next((n for n in range(start, len(there)) if not there[n]), len(there))
            died = order()[end] if end < len(there) else ""
            during = order()[start + 1 : end]
            marks = tuple(r for r in during if r in changed.get(name, ()))
            out.append((name, order()[start], died, marks, (name, died) in renamed))
    return tuple(out)
