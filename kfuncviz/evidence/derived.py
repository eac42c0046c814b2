# SPDX-License-Identifier: BSD-3-Clause
"""
How each derived figure follows from the rows, as a list one can run
====================================================================

`data/history/derived/` holds the tables behind the figures, so that a reader without
Python sees the numbers and a change of them shows in a diff. Nothing there is written
by hand: `DERIVED` names the function that makes each table from the recorded rows,
`write` recomputes all, `stale` says which differ from what the rows give now.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kfuncviz.evidence import computed, factsheet
from kfuncviz.evidence.data.frames import NOTES
from kfuncviz.evidence.data.load import history_dir
from kfuncviz.evidence.history import commits, compare, counts, shares
from kfuncviz.evidence.idmap import helpers, readers, wrappers

if TYPE_CHECKING:
    import pandas as pd

DERIVED: dict[str, Callable[[], pd.DataFrame]] = {
    "births_changes_deaths": counts.by_release,
    "commits": commits.by_commit,
    "survival_gone": lambda: computed.curve("gone").round(6),
    "survival_gone_or_changed": lambda: computed.curve("gone_or_changed").round(6),
    "survival_gone_since_6.5": lambda: computed.curve("gone", since="6.5").round(6),
    "survival_by_family": lambda: computed.by_family().round(6),
    "changes_within": shares.within,
    "cohort_6.5_to_7.3": lambda: shares.cohort("6.5", "7.3"),
    "cohort_6.12_to_7.3": lambda: shares.cohort("6.12", "7.3"),
    "interfaces_6.5_to_7.3": lambda: compare.interfaces("6.5", "7.3"),
    "interfaces_6.12_to_7.3": lambda: compare.interfaces("6.12", "7.3"),
    "interfaces_over_spans_from_6.12": compare.over_spans,
    "vfs_against_rest": compare.vfs_against_rest,
    "vfs_terms": factsheet.vfs_terms,
    "idmap_churn": helpers.churn,
    "wrapper_bodies": wrappers.bodies,
    "wrappers_survived": lambda: wrappers.survived("5.12"),
    "readers": lambda: readers.matrix()[["built_at", "run_at", "core", "fixed"]],
    "promises": computed.promises,
    "facts": factsheet.facts,
}


def derived_dir() -> Path:
    """Where the derived tables are kept.

    >>> derived_dir().name
    'derived'
    """
    return history_dir() / "derived"


def text(name: str) -> str:
    """One derived table as the file's text: its notes as comment lines, then CSV.

    >>> print(text("cohort_6.5_to_7.3").splitlines()[0])
    # title: The kfuncs of 6.5 as 7.3 has them
    """
    frame = DERIVED[name]()
    notes = "".join(f"# {note}: {frame.attrs[note]}\n" for note in NOTES if note in frame.attrs)
    return notes + frame.to_csv(index=False, lineterminator="\n")


def write(directory: Path | None = None) -> list[Path]:
    """Recompute every derived table into `directory` (default: the data's own)."""
    directory = directory or derived_dir()
    directory.mkdir(parents=True, exist_ok=True)
    out = []
    for name in DERIVED:
        path = directory / f"{name}.csv"
        path.write_text(text(name), encoding="utf-8", newline="\n")
        out.append(path)
    return out


def stale() -> list[str]:
    """Names of derived tables whose file is missing or differs from what the rows give.

    >>> stale()
    []
    """
    kept = {name: derived_dir() / f"{name}.csv" for name in DERIVED}
    return [
        name
        for name, path in kept.items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text(name)
    ]
