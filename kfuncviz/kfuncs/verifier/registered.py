# SPDX-License-Identifier: BSD-3-Clause
"""
Every kfunc a release registers
===============================

The rows of ``data/history/kfuncs.csv.gz`` as the call check needs them: a kfunc in a release, with
the prototype a program declares, its flags and the program types of its sets.
"""

from __future__ import annotations

import csv
import gzip
from functools import cache

from kfuncviz.resources import data_dir


@cache
def _rows() -> dict[tuple[str, str], dict[str, str]]:
    path = data_dir() / "history" / "kfuncs.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return {(row["release"], row["kfunc"]): row for row in csv.DictReader(file)}


def registered_row(name: str, at: str) -> dict[str, str] | None:
    """The row of a kfunc in a release, ``None`` if that release does not register it.

    >>> registered_row("bpf_rcu_read_lock", "6.12")["program_types"]
    'UNSPEC'
    """
    return _rows().get((at, name))


def registered_names(at: str) -> list[str]:
    """The kfuncs a release registers.

    >>> "css_rstat_updated" in registered_names("6.16"), len(registered_names("6.12"))
    (True, 204)
    """
    return [name for release, name in _rows() if release == at]


def registered_in(name: str) -> list[str]:
    """The releases that register a kfunc, oldest first.

    >>> registered_in("cgroup_rstat_updated")[-1]
    '6.15'
    """
    return [release for release, kfunc in _rows() if kfunc == name]
