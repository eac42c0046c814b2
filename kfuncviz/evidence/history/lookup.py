# SPDX-License-Identifier: BSD-3-Clause
"""
One kfunc's record: born, changed, died or alive, and its terms at each release
===============================================================================

What the rows show is computed; commits and announcements come from the recorded
events. A name that was gone and came back has several lives, each with its own dates.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kfuncviz.evidence.data.load import events, kfunc_releases, kfuncs, records
from kfuncviz.evidence.errors import UnknownKfunc, near
from kfuncviz.evidence.history.diffs import changes

if TYPE_CHECKING:
    import pandas as pd

_WIDTH = 80
_TERMS = ["bpf_visible_prototype", "flags", "program_types", "defined_in"]


@dataclass(frozen=True)
class KfuncHistory:
    """What is recorded of one kfunc.

    `lives` are (born, died) pairs, died "" while alive; `terms` has one row a run of releases
    with the same prototype, flags, program types and file (first, last, ..., source);
    `changes` is computed from the rows, `events` is as recorded.
    """

    name: str
    category: str
    lives: tuple[tuple[str, str], ...]
    terms: pd.DataFrame
    changes: pd.DataFrame
    events: pd.DataFrame

    @property
    def born(self) -> str:
        """First release with the name."""
        return self.lives[0][0]

    @property
    def died(self) -> str:
        """First release without it, "" while it is alive in the newest release."""
        return self.lives[-1][1]

    @property
    def alive(self) -> bool:
        """Whether the newest release of the data registers it."""
        return not self.died


def names(*, tests: bool = True) -> list[str]:
    """Every kfunc name ever registered, sorted.

    >>> len(names(tests=False))
    372
    """
    return sorted(set(kfuncs(tests=tests)["kfunc"]))


def _unknown(name: str) -> UnknownKfunc:
    known = names()
    close = ", ".join(near(name, known))
    order = kfunc_releases()
    return UnknownKfunc(
        f"no kfunc {name!r} is registered in any release from {order[0]} to {order[-1]}"
        + (f"; near: {close}" if close else f"; {len(known)} names are known, none like it")
    )


def kfunc_history(name: str) -> KfuncHistory:
    """The record of one kfunc; UnknownKfunc with near names if no release registers it.

    >>> history = kfunc_history("hid_bpf_attach_prog")
    >>> history.born, history.died, history.alive
    ('6.3', '6.11', False)
    """
    rows = kfuncs(tests=True)
    mine = rows[rows["kfunc"] == name].reset_index(drop=True)
    if mine.empty:
        raise _unknown(name)
    order = kfunc_releases()
    place = mine["release"].map(order.index)
    gap = place.diff().fillna(1) > 1
    same = (mine[_TERMS] == mine[_TERMS].shift()).all(axis=1) & ~gap
    terms = mine.groupby((~same).cumsum()).agg(
        first=("release", "first"),
        last=("release", "last"),
        **{column: (column, "first") for column in _TERMS},
        source=("source", "first"),
    )
    lives = []
    for _, life in mine.groupby(gap.cumsum()):
        after = order.index(str(life["release"].iloc[-1])) + 1
        lives.append((str(life["release"].iloc[0]), order[after] if after < len(order) else ""))
    found, recorded = changes(tests=True), events()
    return KfuncHistory(
        name,
        str(mine["category"].iloc[0]),
        tuple(lives),
        terms.reset_index(drop=True),
        found[found["kfunc"] == name].reset_index(drop=True),
        recorded[recorded["kfunc"] == name].reset_index(drop=True),
    )


def _wrap(label: str, text: str) -> list[str]:
    return textwrap.wrap(
        text or "none",
        _WIDTH,
        initial_indent=f"  {label:<10}",
        subsequent_indent=" " * 12,
        break_on_hyphens=False,
    )


def _lives(history: KfuncHistory) -> str:
    parts = [
        f"born {born}, " + (f"gone {died}" if died else f"alive in {kfunc_releases()[-1]}")
        for born, died in history.lives
    ]
    return "; back again: ".join(parts)


def kfunc_text(name: str) -> str:
    """The record of one kfunc as plain text, at most 80 columns wide.

    >>> print(kfunc_text("bpf_put_file").splitlines()[0])
    bpf_put_file: born 6.12, alive in 7.3
    """
    history = kfunc_history(name)
    test = " (a test kfunc, in no statistic)" if history.category == "test" else ""
    lines = textwrap.wrap(f"{name}: {_lives(history)}{test}", _WIDTH, subsequent_indent="  ")
    for run in records(history.terms):
        same = run["first"] == run["last"]
        lines += ["", run["first"] if same else f"{run['first']} to {run['last']}"]
        lines += _wrap("prototype", run["bpf_visible_prototype"])
        lines += _wrap("flags", run["flags"].replace("|", " "))
        lines += _wrap("types", run["program_types"].replace("|", " "))
        lines += _wrap("file", run["defined_in"])
        lines += _wrap("source", run["source"])
    if not history.events.empty:
        lines += ["", "recorded events"]
    for event in records(history.events):
        commit = f" [{event['commit'][:12]}]" if event["commit"] else ""
        text = f"{event['event'].replace('_', ' ')} {event['detail']}".strip() + commit
        lines += _wrap(event["release"], text)
    return "\n".join(lines)
