# SPDX-License-Identifier: BSD-3-Clause
"""
One kfunc's record: born, changed, died or alive, and its terms at each release
===============================================================================

What the rows show is computed; commits and announcements come from the recorded events.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import groupby

from kfuncviz.evidence.data.load import Row, kfunc_releases, registered, rows
from kfuncviz.evidence.errors import UnknownKfunc
from kfuncviz.evidence.history.diffs import KfuncChange, changes
from kfuncviz.evidence.history.lives import Life, every_life
from kfuncviz.nearest import nearest

#: How alike a known name must be to be offered for an unknown one.
_ALIKE = 0.75
_TERMS = ("bpf_visible_prototype", "flags", "program_types", "defined_in")


@dataclass(frozen=True)
class Terms:
    """Neighbouring releases that register a kfunc on the same terms; `row` is the first's."""

    first: str
    last: str
    row: Row


@dataclass(frozen=True)
class KfuncHistory:
    """What is recorded of one kfunc.

    `lives` and `changes` are computed from the rows, `events` are as recorded, and `terms` has
    one entry a run of releases with the same prototype, flags, program types and file.
    """

    name: str
    category: str
    lives: tuple[Life, ...]
    terms: tuple[Terms, ...]
    changes: tuple[KfuncChange, ...]
    events: tuple[Row, ...]

    @property
    def born(self) -> str:
        """First release with the name."""
        return self.lives[0].born

    @property
    def died(self) -> str:
        """First release without it, "" while it is alive in the newest release."""
        return self.lives[-1].died

    @property
    def alive(self) -> bool:
        """Whether the newest release of the data registers it."""
        return not self.died


@cache
def names(*, tests: bool = True) -> tuple[str, ...]:
    """Every kfunc name ever registered, sorted.

    >>> len(names(tests=False))
    372
    """
    return tuple(sorted({name for found in registered(tests=tests).values() for name in found}))


def _unknown(name: str) -> UnknownKfunc:
    known = names()
    close = ", ".join(nearest(name, known, 5, _ALIKE))
    order = kfunc_releases()
    return UnknownKfunc(
        f"no kfunc {name!r} is registered in any release from {order[0]} to {order[-1]}"
        + (f"; near: {close}" if close else f"; {len(known)} names are known, none like it")
        + "; what is no kfunc is asked for with recorded()"
    )


def kfunc_history(name: str) -> KfuncHistory:
    """The record of one kfunc; UnknownKfunc with near names if no release registers it.

    >>> history = kfunc_history("hid_bpf_attach_prog")
    >>> history.born, history.died, history.alive
    ('6.3', '6.11', False)
    """
    if name not in names():
        raise _unknown(name)
    present = [found.get(name) for found in registered(tests=True).values()]
    runs = groupby(present, key=lambda row: row and [row[term] for term in _TERMS])
    spans = [[row for row in run if row] for _, run in runs]
    terms = tuple(Terms(s[0]["release"], s[-1]["release"], s[0]) for s in spans if s)
    return KfuncHistory(
        name,
        terms[0].row["category"],
        tuple(life for life in every_life(tests=True) if life.kfunc == name),
        terms,
        tuple(change for change in changes(tests=True) if change.kfunc == name),
        tuple(event for event in rows("events") if event["kfunc"] == name),
    )
