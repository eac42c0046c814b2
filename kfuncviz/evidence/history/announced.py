# SPDX-License-Identifier: BSD-3-Clause
"""
Announced removals, and what became of them
===========================================

Who said in kernel source that a kfunc would go, when it was said and for which release is
recorded (promises.csv); whether it went, and when, is computed from the rows.  A release named
v6.23 in source is the one that was numbered 7.3 later.
"""

from __future__ import annotations

import pandas as pd

from kfuncviz.evidence.data.load import position, releases, table
from kfuncviz.evidence.history.lookup import kfunc_history


def promises() -> pd.DataFrame:
    """Every announced removal and what became of it, the outcome computed from the rows.

    Columns: kfunc, said_in, how, removal_release, gone_in ("" if alive), late (releases past the
    date, NA without one), outcome, source.

    >>> promises().groupby("outcome").size().to_dict()
    {'due, still there': 4, 'gone later than announced': 7, 'gone, no date was given': 1}
    """
    rows = table("promises")
    newest = position(releases()[-1])
    rows["gone_in"] = [kfunc_history(name).died for name in rows["kfunc"]]
    late, outcome = [], []
    for due, gone in zip(rows["removal_release"], rows["gone_in"], strict=True):
        end = position(gone) if gone else newest
        delay = end - position(due) if due else None
        late.append(delay)
        outcome.append(_outcome(delay, gone))
    rows["late"] = pd.array(late, dtype="Int64")
    rows["outcome"] = outcome
    columns = ["kfunc", "said_in", "how", "removal_release", "gone_in", "late", "outcome", "source"]
    return rows[columns]


def _outcome(delay: int | None, gone: str) -> str:
    if delay is None:
        return "gone, no date was given" if gone else "still there, no date was given"
    if gone:
        return "gone later than announced" if delay > 0 else "gone as announced"
    return "due, still there" if delay >= 0 else "not due yet"
