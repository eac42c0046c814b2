# SPDX-License-Identifier: BSD-3-Clause
"""
Ownership: one id's way between the disk and the caller
=======================================================

The picture, the text, the sentence and the table all show an :class:`Ownership`: the lanes an
id lives in, the hops (maps) between them, the way the id travelled, and the calls the kernel makes.
Nothing in here is computed by the part that draws it.

Lanes are ordered from the disk (first) to the caller (last), whichever way the question runs.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

from kfuncviz.model.trace import UNMEASURED
from kfuncviz.model.uidgid import IdKind
from kfuncviz.scenario.ownership.access import Access
from kfuncviz.scenario.ownership.travel import Direction, Hop, Travel

LaneKey = Literal["fs", "mount", "mid", "caller"]


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
class Call:
    """One kernel function called, as the model's trace recorded it.

    ``arguments`` and ``answer`` are written as the kernel's document writes ids (k1000, v1125);
    ``answer`` is empty where the function returns nothing.  ``depth`` is how deep the call is
    nested, ``hop`` the index of the hop it belongs to, ``None`` where it belongs to none.
    ``file`` is the kernel's source file and ``url`` where the function can be read (empty for one
    that is in no kernel); ``section`` is the section of ``data/semantics.md``.  ``commit`` made the
    difference where the answer hung on the release, else it is empty; ``measured`` is false where
    no kernel was asked that settles it.
    """

    function: str
    arguments: str
    answer: str
    depth: int
    file: str
    section: str
    url: str
    commit: str
    hop: int | None
    measured: bool

    @property
    def line(self) -> str:
        """The call and its answer in one line: ``make_vfsuid(idmap, ns, k1000) = v1125``."""
        answer = f" = {self.answer}" if self.answer else ""
        told = "" if self.measured else UNMEASURED
        return f"{self.function}({self.arguments}){answer}{told}"


@dataclass(frozen=True)
class Ownership:
    """The hop-by-hop answer to "who owns this, seen from here?".

    ``direction`` "read" runs from the first lane to the last (stat); "create" and "chown" run from
    the last lane to the first.  ``travel`` is the way, hop by hop.  ``err`` is the errno name that
    ends it ("EOVERFLOW", "EINVAL"), ``None`` when the id arrives or when reading merely shows the
    overflow id.  ``calls`` are the kernel's calls in order.

    Whether this caller gets there at all is another question, and ``access`` the answer to it
    (``None`` where nobody asked).  ``entry`` names what is asked about where it is no owner: an
    entry of an access list ("user:986") or the "rootid" of a capability.  ``inherited`` says that
    something created takes its group from a setgid directory: then the way is that group's, from
    the disk to the caller.  ``setgid`` is that group's number on the disk, also where the caller's
    own group, which is asked all the same, ends the call.  ``unmade`` is the place in the scenario
    of a mount or a caller that could not be made (``mounts.home``): then nobody asks, and the way
    ends on the disk.  ``instead`` is the directory that is answered about where an operation's path
    is not there.

    Raises ValueError where lanes and hops do not alternate.
    """

    title: str
    kind: IdKind
    direction: Direction
    lanes: tuple[Lane, ...]
    hops: tuple[Hop, ...]
    travel: Travel
    err: str | None = None
    overflow: int = 65534
    calls: tuple[Call, ...] = ()
    access: Access | None = None
    entry: str = ""
    inherited: bool = False
    setgid: int | None = None
    unmade: str = ""
    instead: str = ""

    @property
    def reading(self) -> bool:
        """Whether the way leads from the disk to the caller."""
        return self.direction == "read" or self.inherited or self.unmade != ""

    def as_dict(self) -> dict[str, Any]:
        """The answer as an object for JSON: lanes, hops as travelled, access, and calls.

        ``lost`` is what became of an id that does not arrive: ``"nowhere"`` (lost before there was
        a kernel id: nobody has it), ``"no name"`` (the kernel id is real, this caller has no number
        for it) or ``"refused"``; ``lost_at`` is the key of the hop whose map has no row for it.
        """
        legs = zip(self.hops, self.travel.hops, strict=True)
        access = None if self.access is None else asdict(self.access)
        return {
            "title": self.title, "kind": self.kind, "direction": self.direction,
            "entry": self.entry or None, "inherited": self.inherited, "setgid": self.setgid,
            "unmade": self.unmade or None, "instead": self.instead or None, "err": self.err,
            "lost": self.travel.loss,
            "lost_at": self.travel.lost and self.hops[self.travel.lost.hop].key,
            "lanes": [asdict(lane) for lane in self.lanes],
            "hops": [
                asdict(hop) | {"fate": leg.fate, "row": leg.row, "column": leg.column}
                for hop, leg in legs
            ],
            "access": access, "calls": [call.line for call in self.calls],
        }  # fmt: skip

    def __post_init__(self) -> None:
        if (
            len(self.lanes) < 2
            or not len(self.hops) == len(self.travel.hops) == len(self.lanes) - 1
        ):
            raise ValueError(
                f"an Ownership needs at least two lanes, and one hop and one leg fewer than lanes; "
                f"this one has {len(self.lanes)} lanes, {len(self.hops)} hops and "
                f"{len(self.travel.hops)} legs"
            )
