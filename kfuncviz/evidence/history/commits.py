# SPDX-License-Identifier: BSD-3-Clause
"""
Which commits took names away and changed prototypes?
=====================================================

One decision often meets many kfuncs at once, so deaths and changes are fewer happenings than they
are rows. The commit of each comes from the recorded events; where none is recorded it is "".
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import kfunc_releases, rows
from kfuncviz.evidence.history.diffs import changes

if TYPE_CHECKING:
    import pandas as pd

What = Literal["died", "prototype"]
_RECORDED = {"died": ("removed", "renamed"), "prototype": ("signature_changed",)}


class Group(NamedTuple):
    """The kfuncs that one commit took away, or whose prototype it changed in substance."""

    what: What
    commit: str
    release: str
    kfuncs: tuple[str, ...]


@cache
def groups(what: What) -> tuple[Group, ...]:
    """Deaths or changes of prototype, those of one commit together, in release order.

    Those without a recorded commit stand alone, for nothing says that they belong together.

    >>> len(groups("died")), max(len(group.kfuncs) for group in groups("died"))
    (14, 7)
    """
    commits = {
        (row["kfunc"], row["release"]): row["commit"]
        for row in rows("events")
        if row["event"] in _RECORDED[what] and row["commit"]
    }
    found: dict[tuple[str, str, str], list[str]] = {}
    for change in changes():
        if change.event == what and change.kind in ("", "substantial"):
            commit = commits.get((change.kfunc, change.release), "")
            alone = "" if commit else change.kfunc
            found.setdefault((change.release, commit, alone), []).append(change.kfunc)
    return tuple(
        Group(what, commit, release, tuple(kfuncs))
        for (release, commit, _), kfuncs in found.items()
    )


def by_commit() -> pd.DataFrame:
    """Every group of deaths and of changes of prototype.

    Columns: what, release, commit ("" where none is recorded), count, kfuncs.

    >>> by_commit().query("what == 'died'")["count"].sum().item()
    27
    """
    every = (*groups("died"), *groups("prototype"))
    died, prototype = groups("died"), groups("prototype")
    largest = sorted((len(group.kfuncs) for group in prototype), reverse=True)[:2]
    return noted(
        frame(
            {
                "what": group.what,
                "release": group.release,
                "commit": group.commit,
                "count": len(group.kfuncs),
                "kfuncs": " ".join(group.kfuncs),
            }
            for group in every
        ),
        title="The commits behind deaths and changes of prototype",
        n=f"{sum(len(group.kfuncs) for group in died)} deaths in {len(died)} commits; "
        f"{sum(len(group.kfuncs) for group in prototype)} changes of prototype in at most "
        f"{len(prototype)}, {sum(largest)} of them in two",
        period=f"{kfunc_releases()[0]} to {kfunc_releases()[-1]}, test kfuncs left out",
        definition="died: the name is no longer registered, renames included; prototype: argument "
        "count or a type that BPF sees differs. A change without a recorded commit stands alone",
        source="data/history/kfuncs.csv.gz; commits from data/history/events.csv.gz",
    )
