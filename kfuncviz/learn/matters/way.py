# SPDX-License-Identifier: BSD-3-Clause
"""
What becomes of a way without a kfunc
=====================================

A way of :mod:`kfuncviz.evidence.idmap.ways`, written for one release and run on another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from kfuncviz.evidence.idmap import ways
from kfuncviz.learn.matters.matter import Plain, Slip


@dataclass(frozen=True)
class Way(Plain):
    """A ``way`` by its id (``core``), the ``release`` it runs on and the one it is ``written``
    for.
    """

    voice: ClassVar[str] = "The record"

    way: str
    release: str
    written: str = ways.WRITTEN

    def key(self) -> str:
        """What becomes of it."""
        return ways.verdict(self.way, self.release, self.written).verdict

    def choices(self) -> tuple[str, ...]:
        """What most of the ways can come to."""
        return "works", "fails to load", "silently wrong"

    def slips(self) -> Iterator[Slip]:
        """What becomes of other ways there, and of this one where it was written for."""
        seen = {self.key()}
        others = [replace(self, way=each.id) for each in ways.ways() if each.id != self.way]
        at_home = replace(self, release=self.written)
        for other in (at_home, *others):
            if other.key() in seen:
                continue
            seen.add(other.key())
            here = ways.way(other.way).title
            yield Slip("another way", other.key(),
                       f"That is what becomes of: {here}, on {other.release}.",
                       f"Asked about is: {ways.way(self.way).title}, on {self.release}.",
                       )  # fmt: skip

    def told(self) -> Iterator[str]:
        """Why, and who described the way."""
        reason = ways.verdict(self.way, self.release, self.written).reason
        yield f"Why: {reason}."
        yield f"Source: {'; '.join(ways.way(self.way).sources)}."
