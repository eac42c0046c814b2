# SPDX-License-Identifier: BSD-3-Clause
"""
What a text of a tool says
==========================

Rows in one form, whatever the tool's: a row of a *namespace* ties ids inside to ids outside, a row
of a *mount* ties ids on the disk to ids in the mount.  Beside them stand what else was understood,
what stands out, and what is wrong, each with its place in the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from kfuncviz.dialects.subid import SubidRange
from kfuncviz.model.idmap import Extent
from kfuncviz.model.uidgid import IdKind
from kfuncviz.scenario.problems import Problem

#: What a map belongs to.
Sort = Literal["namespace", "mount"]
#: Whose ids col 2 of a namespace counts: the host's, or those of a rootless engine's namespace.
Outside = Literal["host", "intermediate"]
#: Both kinds of id, in the order they are told.
KINDS: tuple[IdKind, IdKind] = ("uid", "gid")
#: The names of col 1 and col 2.
COLUMNS: dict[Sort, tuple[str, str]] = {
    "namespace": ("inside", "outside"),
    "mount": ("disk", "mount"),
}


class Place(NamedTuple):
    """Where something stood: line and column from 1 and how long it is, or a path of a document.

    >>> str(Place(2, 5, 3)), str(Place(path="linux.uidMappings[0]"))
    ('line 2 column 5', 'linux.uidMappings[0]')
    """

    line: int = 0
    column: int = 0
    length: int = 0
    path: str = ""

    def __str__(self) -> str:
        return self.path or f"line {self.line} column {self.column}"


class Row(NamedTuple):
    """One row for uids or for gids; where its col 1, col 2 and count stood, if they did."""

    kind: IdKind
    extent: Extent
    where: tuple[Place | None, Place | None, Place | None] = (None, None, None)


@dataclass(frozen=True)
class Map:
    """The rows of one namespace or one mount, uids and gids, in the order they were given.

    ``of`` names it as its text does: ``"mount /data"``.  ``kinds`` are those that the dialect could
    have told: rows of one of two are a remark.  ``kernel``: the kernel maps, not a program.
    """

    sort: Sort
    of: str
    rows: tuple[Row, ...]
    outside: Outside = "host"
    kinds: tuple[IdKind, ...] = KINDS
    kernel: bool = True

    def extents(self, kind: IdKind) -> tuple[Extent, ...]:
        """The rows for one kind of id.

        >>> Map("mount", "it", (Row("uid", Extent(0, 5, 1)),)).extents("gid")
        ()
        """
        return tuple(row.extent for row in self.rows if row.kind == kind)


class Granted(NamedTuple):
    """A range that somebody may hand out, for uids or gids."""

    kind: IdKind
    range: SubidRange
    where: Place


@dataclass(frozen=True)
class Parsed:
    """What one text says, read in one dialect.

    ``intermediate`` are the rows of a rootless engine's own namespace: intermediate id, host id.
    A problem with an errno is one that the kernel would have with the rows; any other means that
    the text could not be read.
    """

    dialect: str
    maps: tuple[Map, ...] = ()
    ranges: tuple[Granted, ...] = ()
    intermediate: tuple[Row, ...] = ()
    settings: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
