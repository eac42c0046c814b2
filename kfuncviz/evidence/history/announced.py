# SPDX-License-Identifier: BSD-3-Clause
"""
Announced removals, and what became of them
===========================================

Who said in kernel source that a kfunc would go, when it was said and for which release is
recorded (promises.csv); whether it went, and when, is computed from the rows.  An announcement may
also go itself, while the kfunc stays.  Releases named v6.22 and v6.23 in source are those that were
numbered 7.2 and 7.3 later.
"""

from __future__ import annotations

from typing import NamedTuple

from kfuncviz.evidence.data.load import position, releases, rows
from kfuncviz.evidence.history.record import kfunc_history


class Promise(NamedTuple):
    """An announced removal.

    `gone_in` is "" while alive, `late` counts releases past the date, `withdrawn_in` is the first
    release whose source no longer announces it.
    """

    kfunc: str
    said_in: str
    how: str
    removal_release: str
    withdrawn_in: str
    gone_in: str
    late: int | None
    outcome: str
    source: str


def promises() -> list[Promise]:
    """Every announced removal and what became of it, the outcome computed from the rows.

    >>> sum(promise.outcome == "gone later than announced" for promise in promises())
    7
    """
    return [
        Promise(
            row["kfunc"],
            row["said_in"],
            row["how"],
            due := row["removal_release"],
            row["withdrawn_in"],
            gone := kfunc_history(row["kfunc"]).died,
            late := position(gone or releases()[-1]) - position(due) if due else None,
            _outcome(late, gone, row["withdrawn_in"]),
            row["source"],
        )
        for row in rows("promises")
    ]


def _outcome(late: int | None, gone: str, withdrawn: str = "") -> str:
    if withdrawn and not gone:
        return "announcement withdrawn"
    if late is None:
        return "gone, no date was given" if gone else "still there, no date was given"
    if gone:
        return "gone later than announced" if late > 0 else "gone as announced"
    return "due, still there" if late >= 0 else "not due yet"
