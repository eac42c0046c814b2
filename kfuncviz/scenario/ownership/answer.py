# SPDX-License-Identifier: BSD-3-Clause
"""
Ownership: one id's way between the disk and the caller
=======================================================

The picture, the text, the sentence and the table all show an :class:`Ownership`: the lanes an
id lives in, the hops (maps) between them, and what the kernel's helpers answered at each hop.
Nothing in here is computed by the part that draws it.

Lanes are ordered from the disk (first) to the caller (last), whichever way the question runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LaneKey = Literal["fs", "mount", "mid", "caller"]
HopKey = Literal["fs", "mount", "mid", "caller"]
Direction = Literal["read", "create", "chown"]
IdKind = Literal["uid", "gid"]
Row = tuple[int, int, int]


@dataclass(frozen=True)
class Lane:
    """A place where the id has a number: the disk, the mount, a user namespace.

    ``id`` is the number the id has here, ``None`` where it has none (it was lost on the way, or
    the lane was not reached).  ``shown`` is what a process would be shown instead of a missing
    id: the overflow id (65534) in the last lane of a read, otherwise ``None``.
    ``twin`` is a second number of the same id in this lane with its name, e.g. ``("i_uid", 21000)``
    on the disk of a filesystem mounted in a user namespace.
    """

    key: LaneKey
    name: str
    sub: str
    id: int | None
    shown: int | None = None
    twin: tuple[str, int] | None = None


@dataclass(frozen=True)
class Hop:
    """The map between two neighbouring lanes, and what the kernel found in it.

    ``rows`` are as written, ``(col 1, col 2, count)``; ``nop`` means there is no map and every
    number passes unchanged.  ``col1`` says on which side the lane of column 1 is drawn: "left" for
    a mount or filesystem map, "right" for a user namespace on the caller's side.
    ``helper`` is the kernel function asked; ``row`` the index in ``rows`` that answered;
    ``lost`` is true at the one hop that had no row; ``reached`` is false for hops after a refusal.
    ``note`` is a short text for a hop without a lookup of its own, e.g. "flattened".
    """

    key: HopKey
    name: str
    rows: tuple[Row, ...]
    nop: bool
    col1: Literal["left", "right"]
    helper: str
    row: int | None = None
    lost: bool = False
    reached: bool = True
    note: str = ""


@dataclass(frozen=True)
class Ownership:
    """The hop-by-hop answer to "who owns this, seen from here?".

    ``direction`` "read" runs from the first lane to the last (stat); "create" and "chown" run from
    the last lane to the first.  ``err`` is the errno name that ends the way ("EOVERFLOW",
    "EINVAL"), ``None`` when the id arrives or when reading merely shows the overflow id.
    ``calls`` are the helper calls in kernel order, one line each, and ``call_hops`` the hop each
    belongs to (``None`` where it belongs to none).
    """

    title: str
    kind: IdKind
    direction: Direction
    lanes: tuple[Lane, ...]
    hops: tuple[Hop, ...]
    err: str | None = None
    overflow: int = 65534
    calls: tuple[str, ...] = ()
    call_hops: tuple[int | None, ...] = ()

    @property
    def lost(self) -> int | None:
        """Index of the hop that had no row for the id, or ``None``."""
        return next((i for i, hop in enumerate(self.hops) if hop.lost), None)
