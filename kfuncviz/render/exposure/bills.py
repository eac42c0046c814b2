# SPDX-License-Identifier: BSD-3-Clause
"""
Bills: who pays, in people and in programs
==========================================

Over some changes, exposure by exposure: in how many of them a program outside could stay as it is,
had to be compiled or edited, or was refused or misled, and of how many changes a user noticed
something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from kfuncviz.kfuncs.contracts import GLYPHS, Change, Exposure, Outcome, consequence
from kfuncviz.kfuncs.known import document

#: What nobody who uses a tool notices, or could use at all.
_UNNOTICED: tuple[Outcome, ...] = ("holds", "adapts", "not there")


class Bill(NamedTuple):
    """Of one exposure: how many changes end in each outcome that occurs.

    Users ``noticed`` so many of them.
    """

    exposure: Exposure
    outcomes: Mapping[Outcome, int]
    noticed: int
    maintainers: str

    @property
    def programs(self) -> str:
        """What programs outside the tree have to do.

        >>> from kfuncviz.kfuncs.contracts import change, exposure
        >>> bill(exposure("export"), [change("vfs-mkdir-6.15")]).programs
        '1 edit'
        """
        if self.exposure.kind == "none":
            return "cannot ask"
        return ", ".join(f"{n} {name}" for name, n in self.outcomes.items())

    @property
    def users(self) -> str:
        """What those who run the programs notice."""
        if self.exposure.kind == "none":
            return "have to look elsewhere"
        return f"notice {self.noticed} of {self.changes}" if self.noticed else "notice nothing"

    @property
    def changes(self) -> int:
        """How many changes there were."""
        return sum(self.outcomes.values())


def bill(way: Exposure, events: Sequence[Change]) -> Bill:
    """Who pays for some changes under one exposure.

    >>> from kfuncviz.kfuncs.contracts import change, exposure
    >>> found = bill(exposure("kfunc"), [change("own-maps-6.8"), change("hid-attach-6.11")])
    >>> dict(found.outcomes), found.noticed, found.users
    ({'holds': 1, 'breaks': 1}, 1, 'notice 1 of 2')
    """
    cells = [consequence(way.id, event.id) for event in events]
    counted = Counter(cell.outcome for cell in cells)
    return Bill(
        way,
        {name: counted[name] for name in GLYPHS if counted[name]},
        sum(cell.outcome not in _UNNOTICED for cell in cells),
        document("contracts", "exposures")["payers"]["maintainers"][way.id],
    )
