# SPDX-License-Identifier: BSD-3-Clause
"""
Which way does the question run, and where does it end?
=======================================================

Lanes stand still; only the direction of travel turns round.  This file reads an
:class:`~kfuncviz.scenario.ownership.answer.Ownership` in the order of travel: which hop comes when,
what became of the id there, and at which lanes a lost id can come to lie.  It looks, it never maps.
"""

from __future__ import annotations

from typing import Literal

from kfuncviz.scenario.ownership.answer import Hop, Ownership

Fate = Literal["arrives", "lost", "after", "unreached"]
Face = Literal["nowhere", "no name", "refused"]


def check(o: Ownership) -> None:
    """Refuse an object whose lanes and hops do not alternate.

    Raises ValueError saying how many of each there are and how many there should be.
    """
    if len(o.lanes) < 2 or len(o.hops) != len(o.lanes) - 1:
        raise ValueError(
            f"an Ownership needs at least two lanes and one hop fewer than lanes; "
            f"this one has {len(o.lanes)} lanes and {len(o.hops)} hops"
        )


def order(o: Ownership) -> tuple[int, ...]:
    """The hops in the order they are travelled."""
    hops = range(len(o.hops))
    return tuple(hops if o.direction == "read" else reversed(hops))


def source(o: Ownership, hop: int) -> int:
    """The lane a hop is entered from."""
    return hop if o.direction == "read" else hop + 1


def target(o: Ownership, hop: int) -> int:
    """The lane a hop leads to."""
    return hop + 1 if o.direction == "read" else hop


def start(o: Ownership) -> int:
    """The lane the question starts in."""
    return 0 if o.direction == "read" else len(o.lanes) - 1


def end(o: Ownership) -> int:
    """The lane the question is bound for."""
    return len(o.lanes) - 1 if o.direction == "read" else 0


def hop_into(o: Ownership, lane: int) -> int:
    """The hop that leads into ``lane``; not to be asked of the start lane."""
    return lane - 1 if o.direction == "read" else lane


def answer(o: Ownership) -> int:
    """The lane that holds the answer: the last one, or where the way was refused earlier."""
    lost = o.lost
    if lost is not None and o.direction != "read":
        return target(o, lost)
    return end(o)


def fate(o: Ownership, hop: int) -> Fate:
    """What became of the id at ``hop``.

    "lost": no row held it here.  "after": lost earlier, and reading goes on with no id.
    "unreached": refused earlier, the kernel never came here.
    """
    here = o.hops[hop]
    if here.lost:
        return "lost"
    if not here.reached:
        return "unreached"
    if o.lanes[target(o, hop)].id is not None:
        return "arrives"
    if o.lanes[source(o, hop)].id is not None:
        return "lost"
    return "after" if o.direction == "read" else "unreached"


def unnamed(o: Ownership, lane: int) -> bool:
    """Does the way start with an id that has no number in its own lane, only a second one?"""
    here = o.lanes[lane]
    return lane == start(o) and here.id is None and here.twin is not None


def asks(hop: Hop) -> bool:
    """Does this hop call a helper of its own?  One in brackets is only a remark."""
    return bool(hop.helper) and not hop.helper.startswith("(")


def column(o: Ownership, hop: int) -> int:
    """The column (1 or 2) of the map the arriving number is looked up in."""
    from_left = o.direction == "read"
    return 1 if (o.hops[hop].col1 == "left") == from_left else 2


def row_of(o: Ownership, hop: int) -> tuple[int, int, int] | None:
    """The row that answered at ``hop``, or ``None``."""
    here = o.hops[hop]
    if here.row is None or not 0 <= here.row < len(here.rows):
        return None
    return here.rows[here.row]


def step_of(o: Ownership) -> tuple[int, ...]:
    """For each hop the step (1, 2, …) it is drawn with.

    A step is one helper call.  A hop without a helper of its own belongs to the lookup on its
    caller side, for the kernel does both at once.
    """
    called = [hop for hop in order(o) if asks(o.hops[hop])]
    steps = {hop: nth for nth, hop in enumerate(called, 1)}

    def step(hop: int) -> int:
        nearer_caller = [h for h in sorted(steps) if h >= hop]
        nearer_disk = [h for h in sorted(steps, reverse=True) if h < hop]
        return next((steps[h] for h in nearer_caller + nearer_disk), 1)

    return tuple(step(hop) for hop in range(len(o.hops)))


def lane_step(o: Ownership, lane: int) -> int:
    """The step at which the id is first seen in ``lane``; 0 for the start."""
    return 0 if lane == start(o) else step_of(o)[hop_into(o, lane)]


def face(o: Ownership) -> Face:
    """Which kind of loss this is.

    "nowhere": lost before there was a kernel id, so nobody has one.  "no name": the kernel id is
    real, the caller's namespace has no number for it.  "refused": the call ended with an errno.
    """
    if o.direction != "read":
        return "refused"
    lost = next((h for h in order(o) if fate(o, h) == "lost"), None)
    return "no name" if lost is not None and o.hops[lost].key in ("mid", "caller") else "nowhere"


def really_overflow(o: Ownership, lane: int) -> bool:
    """Does ``lane`` show an ordinary id that merely equals the overflow id?"""
    return o.direction == "read" and lane == end(o) and o.lanes[lane].id == o.overflow


def bin_hit(o: Ownership, lane: int) -> bool:
    """Does the traced id come to lie in the bin of ``lane``?"""
    return lane != start(o) and fate(o, hop_into(o, lane)) in ("lost", "after")


def bins(o: Ownership) -> tuple[int, ...]:
    """The lanes with a bin: those where this direction can lose an id, and those that did."""
    return tuple(k for k in range(len(o.lanes)) if k != start(o) and _has_bin(o, k))


def _has_bin(o: Ownership, lane: int) -> bool:
    if bin_hit(o, lane):
        return True
    if o.direction == "read":
        return any(not hop.nop for hop in o.hops[:lane])
    if lane == 0:
        return any(not hop.nop for hop in o.hops if hop.key in ("fs", "mount"))
    return o.direction == "chown" and not o.hops[lane].nop
