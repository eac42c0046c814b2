# SPDX-License-Identifier: BSD-3-Clause
"""
What is computed as plain rows, as pandas frames
================================================

For a notebook that filters and counts by itself.  The recorded tables come as frames from
`kfuncviz.evidence.data.frames`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import kfunc_releases
from kfuncviz.evidence.history import announced, diffs, survival

if TYPE_CHECKING:
    import pandas as pd

_EVENTS = {
    "gone": "event: the name is no longer registered (a rename counts as gone)",
    "gone_or_changed": "event: name gone, or argument count or a type seen by BPF changed "
    "(const-only, annotation-only and kernel-side changes do not count)",
}


def changes(*, tests: bool = False) -> pd.DataFrame:
    """Every birth, change and death, in release order: the fields of `diffs.KfuncChange`.

    >>> (changes()["event"] == "died").sum().item()
    27
    """
    return frame(diffs.changes(tests=tests))


def promises() -> pd.DataFrame:
    """Every announced removal and what became of it: the fields of `announced.Promise`.

    >>> promises().groupby("outcome").size().tolist()  # withdrawn; due; late; without a date
    [1, 3, 7, 1]
    """
    return frame(announced.promises()).astype({"late": "Int64"})


def curve(event: survival.Event = "gone", since: str | None = None) -> pd.DataFrame:
    """A survival curve, one row an age: the fields of `survival.Point`.

    Arguments and errors as in `kfuncviz.evidence.history.survival.curve`.

    >>> curve().loc[8, ["at_risk", "survival"]].round(3).tolist()
    [228.0, 0.934]
    """
    found = survival.curve(event, since)
    first, newest = since or kfunc_releases()[0], kfunc_releases()[-1]
    entry = (
        "watched from the first release that had kfuncs, so none is truncated on the left"
        if since is None
        else f"late entry: spells older than {since} join at the age they had then"
    )
    return noted(
        frame(found.points),
        title="How long does a kfunc live?",
        n=f"{found.watched} of {found.lives} spells watched for at least one release, "
        f"{found.events} events",
        period=f"{first} to {newest}; {entry}",
        definition=_EVENTS[event]
        + "; 95 % band pointwise, taking spells as independent although deaths come in groups",
        source="data/history/kfuncs.csv.gz; product-limit estimate, checked against statsmodels",
    )
