# SPDX-License-Identifier: BSD-3-Clause
"""
In brief: the owner in at most two lines
========================================

The sentence under a live picture: where the id is stored, each number on its way, what you see; or
where it was lost, which number, which column, and what the number you see instead means.  Whether
you would get there is another answer and only changes the mood of this one.
"""

from __future__ import annotations

from kfuncviz.render.ownership import labels
from kfuncviz.render.ownership.marks import bold as _b
from kfuncviz.render.ownership.marks import name as _name
from kfuncviz.render.ownership.marks import to_text
from kfuncviz.render.ownership.reach import stopped
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg


def owner(o: Ownership) -> str:
    """The sentence in plain text.

    >>> from kfuncviz.scenario.ownership.answer import Lane, Ownership
    >>> from kfuncviz.scenario.ownership.travel import Hop, travel
    >>> hops = (Hop("mount", "mount idmap", ((0, 1, 1),), False, "left", "make_vfsuid"),)
    >>> lanes = Lane("fs", "On disk", "", 1000), Lane("mount", "In the mount", "", None)
    >>> print(owner(Ownership("", "uid", "read", lanes, hops, travel("read", hops, {}, lost=0))))
    Lost in the mount idmap: no row has 1000 in col 1. You see 65534, here meaning no id: nobody \
owns it through this mount.
    """
    return to_text(marked(o))


def marked(o: Ownership) -> str:
    """The same with its marks, to be joined with another."""
    if o.unmade:
        return _nobody_asks(o)
    lost = o.travel.lost
    if o.reading:
        return _arrives(o) if lost is None else _lost(o, lost)
    return _stored(o) if lost is None else _refused(o, lost)


def face(o: Ownership) -> str:
    """Which of its faces the number at the end has: a real id, no id, or no name here."""
    if o.travel.loss is None:
        return "a real id"
    return labels.NO_NAME if o.travel.loss == "no name" else labels.NO_ID


def _nobody_asks(o: Ownership) -> str:
    part, _, named = o.unmade.partition(".")
    ask = "mount {} to ask through" if part == "mounts" else "caller {} to ask"
    why = f": {_b(o.err)}, {o.access.rule}" if o.access and o.err else ""
    return f"{_begin(o)}. There is no {ask.format(_name(named))}{why}."


def _unseen(o: Ownership) -> bool:
    return o.access is not None and o.access.unseen


def _see(o: Ownership) -> str:
    verb = "read" if o.entry else "see"
    return f"you would {verb}" if _unseen(o) else f"you {verb}"


def _begin(o: Ownership) -> str:
    first = o.lanes[0]
    begin = "Stored as"
    if o.inherited:
        begin = "A setgid directory gives its own group: stored as"
    elif o.entry:
        begin = "The capability's root is" if o.entry == "rootid" else f"{_name(o.entry)} is"
    where = " in the inode" if first.name == "In the inode" else ""
    twin = f" ({_b(first.twin[1])} in the inode)" if first.twin else ""
    number = _b("no number" if first.id is None else first.id)
    return f"{begin} {o.kind} {number}{where}{twin}"


def _arrives(o: Ownership) -> str:
    if o.err:
        return f"{_begin(o)}. Reading ends with {_b(o.err)}."
    parts = [_begin(o), *(_passing(o, k) for k in range(1, len(o.lanes) - 1))]
    last = o.lanes[-1].id
    real = ", a real id" if last == o.overflow else ""
    tail = ", if you could get there" if _unseen(o) else ""
    return f"{'; '.join(parts)}; {_see(o)} {_b(last)}{real}{tail}."


def _passing(o: Ownership, k: int) -> str:
    lane = o.lanes[k]
    hop = o.hops[k - 1 if o.reading else k]
    still = "still " if hop.nop else ""
    name = labels.lane_name(lane, small=False)
    where = f"in {_name(name)}" if lane.key == "mid" else f"{name[0].lower()}{_name(name)[1:]}"
    return f"{still}{_b(lane.id)} {where}"


def _no_row(o: Ownership, leg: Leg) -> str:
    hop = o.hops[leg.hop]
    if not hop.rows:
        return f"its {o.kind}_map was never written"
    return f"no row has {_arriving(o, leg)} in col {leg.column}"


def _unwritten(o: Ownership, leg: Leg) -> str:
    return f"the {o.kind}_map of the {_map(o, leg)} was never written"


def _arriving(o: Ownership, leg: Leg) -> str:
    id = o.lanes[leg.source].id
    return "this id" if id is None else _b(id)


def _map(o: Ownership, leg: Leg) -> str:
    return _name(labels.hop_name(o.hops[leg.hop], small=False))


def _lost(o: Ownership, leg: Leg) -> str:
    see = _see(o)
    shown = f"{see[0].upper()}{see[1:]} {_b(labels.seen_instead(o))}"
    about = f"{_begin(o)}. " if o.entry or o.inherited else ""
    if o.err:
        ends = f" Reading ends with {_b(o.err)}."
        return f"{about}Lost in the {_map(o, leg)}: {_no_row(o, leg)}.{ends}"
    if o.travel.loss == "no name":
        at = _arriving(o, leg)
        place = _where(o, leg)
        no_row = (
            f"no row of the {_map(o, leg)} has it in col {leg.column}"
            if o.hops[leg.hop].rows
            else _unwritten(o, leg)
        )
        meaning = f"{shown}, meaning {labels.NO_NAME}: nobody in your user ns can name it."
        return f"{about}{at} {place}, but {no_row}. {meaning}"
    owns = "is it" if o.entry else "owns it"
    nobody = "nobody" if o.kind == "uid" else "no group"
    begin = f"{about}Lost in the {_map(o, leg)}: {_no_row(o, leg)}."
    return f"{begin} {shown}, here meaning {labels.NO_ID}: {nobody} {owns} through this mount."


def _where(o: Ownership, leg: Leg) -> str:
    lane = o.lanes[leg.source]
    return f"in {_name(labels.lane_name(lane, small=False))}" if lane.key == "mid" else (
        "in the mount"
    )  # fmt: skip


def _you(o: Ownership) -> str:
    id = o.lanes[-1].id
    return f"{o.kind} {_b(id)}" if id is not None else f"without a {o.kind} here"


def _stored(o: Ownership) -> str:
    if o.err:
        return f"Refused with {_b(o.err)}."
    passed = [_passing(o, k) for k in range(len(o.lanes) - 2, 0, -1)]
    place = "inode" if o.lanes[0].name == "In the inode" else "disk"
    disk = _b(o.lanes[0].id)
    if o.direction == "create":
        if stopped(o):
            way = ", ".join(passed)
            return f"Your new file would be {way} and stored as {disk}, if you were let in."
        return f"You, {_you(o)}, make a file: {', '.join(passed)}, and the {place} stores {disk}."
    verb = "would store" if stopped(o) else "stores"
    return f"chown to {_b(o.lanes[-1].id)}: {', '.join(passed)}, and the {place} {verb} {disk}."


def _refused(o: Ownership, leg: Leg) -> str:
    err = _b(o.err)
    caller = o.hops[leg.hop].key in ("mid", "caller")
    so = "so the number stands for no id" if caller else "so there is no number to store"
    lacking = f"{_no_row(o, leg)} of the {_map(o, leg)}"
    if not o.hops[leg.hop].rows:
        lacking = _unwritten(o, leg)
    if o.access is None or o.access.err == o.err:
        return f"Refused with {err}: {lacking}, {so}."
    return f"{lacking[0].upper()}{lacking[1:]}, {so}: {err} where it is asked."
