# SPDX-License-Identifier: BSD-3-Clause
"""
Who pays when the inside changes
================================

One change that happened and one way of exposing what changed, put to the contracts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from kfuncviz.kfuncs import contracts
from kfuncviz.kfuncs.contracts import MEANINGS, Cell
from kfuncviz.learn.matters.matter import Plain, Slip

Of = Literal["outcome", "pays"]
#: Who has work to do, in the words of an answer.
NOBODY, KEEPERS = "nobody", "whoever keeps it in the kernel"
OUTSIDE, BELIEVERS = "whoever wrote the code outside", "whoever believes the answer"
_GLUE = "glue-hides-it"
_AT_REST = ("holds", "adapts", "not there")


@dataclass(frozen=True)
class Promise(Plain):
    """A change (``own-maps-6.8``) and an exposure (``kfunc``), by their ids.

    ``of``: the ``outcome`` for the code outside, or who ``pays``: has the work.
    """

    voice: ClassVar[str] = "By the stated rules the answer"

    change: str
    exposure: str
    of: Of = "outcome"

    def key(self) -> str:
        """What the code outside has to do, or who has the work."""
        cell = self._cell()
        return pays(cell) if self.of == "pays" else MEANINGS[cell.outcome]

    def choices(self) -> tuple[str, ...]:
        """Everybody who could have the work."""
        return (NOBODY, KEEPERS, OUTSIDE, BELIEVERS) if self.of == "pays" else ()

    def slips(self) -> Iterator[Slip]:
        """The answers that the same change has for other ways of exposing."""
        seen = {self.key()}
        for name, exposure in contracts.exposures().items():
            other = replace(self, exposure=name).key()
            if other not in seen:
                seen.add(other)
                yield Slip(
                    "another exposure", other, f"That holds for another way: {exposure.title}.",
                    f"Here it is {contracts.exposure(self.exposure).title}: "
                    f"{self._cell().why}.",
                )  # fmt: skip

    def told(self) -> Iterator[str]:
        """Why, who has to do what, and where the change can be read."""
        cell, event = self._cell(), contracts.change(self.change)
        yield f"Why: {cell.why}."
        yield f"In the tree: {cell.payers.in_tree}. Outside: {cell.payers.out_of_tree}."
        yield f"Source: {'; '.join(event.sources)}."

    def _cell(self) -> Cell:
        return contracts.consequence(self.exposure, self.change)


def pays(cell: Cell) -> str:
    """Who has the work, in a few words.

    >>> pays(contracts.consequence("kfunc", "vfs-mkdir-6.15"))
    'whoever keeps it in the kernel'
    >>> pays(contracts.consequence("kfunc", "own-maps-6.8"))
    'nobody'
    """
    if cell.rule == _GLUE:
        return KEEPERS
    if cell.outcome in _AT_REST:
        return NOBODY
    return BELIEVERS if cell.outcome == "wrong" else OUTSIDE
