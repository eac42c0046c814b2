# SPDX-License-Identifier: BSD-3-Clause
"""
The picture in a few sentences
==============================

What a reader who cannot see the picture must hear: where the id comes from, each number on its
way, and where it arrives or which map had no row for it; then whether this caller gets there.  One
wording for plain text, alt text and
the page; the page gets its numbers in bold.
"""

from __future__ import annotations

from kfuncviz.render.ownership import labels, reach
from kfuncviz.render.ownership.marks import bold as _b
from kfuncviz.render.ownership.marks import name as _name
from kfuncviz.render.ownership.marks import to_html, to_text
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg


def sentence(o: Ownership) -> str:
    """A few sentences in plain text, exact for every kind of way.

    >>> from kfuncviz.scenario.ownership.answer import Lane, Ownership
    >>> from kfuncviz.scenario.ownership.travel import Hop, travel
    >>> hops = (Hop("mount", "mount idmap", ((0, 1, 1),), False, "left", "make_vfsuid"),)
    >>> lanes = Lane("fs", "On disk", "", 1000), Lane("mount", "In the mount", "", None)
    >>> o = Ownership("", "uid", "read", lanes, hops, travel("read", hops, {}, lost=0))
    >>> print(sentence(o))  # doctest: +NORMALIZE_WHITESPACE
    Lost in the mount idmap: no row holds uid 1000 in col 1. The caller sees 65534, which here means
    "no id": through this mount nobody, root included, owns it.
    """
    return to_text(_marked(o))


def sentence_html(o: Ownership) -> str:
    """The same sentences as HTML: numbers and errnos in ``<b>``, everything else escaped."""
    return to_html(_marked(o))


def _marked(o: Ownership) -> str:
    return " ".join(filter(None, (_way(o), reach.told(o))))


def _way(o: Ownership) -> str:
    if o.unmade:
        return _nobody_asks(o)
    lost = o.travel.lost
    if o.reading:
        return _read_arrives(o) if lost is None else _read_lost(o, lost)
    return _stored(o) if lost is None else _refused(o, lost)


def _nobody_asks(o: Ownership) -> str:
    """Whose it is on the disk, and why there is no mount or no caller to ask."""
    part, _, named = o.unmade.partition(".")
    ask = "mount {} to ask through" if part == "mounts" else "caller {} to ask"
    why = f": {_b(o.err)}, {o.access.rule}" if o.access and o.err else ""
    return f"{_begin(o)}. There is no {ask.format(_name(named))}{why}."


def _sees(o: Ownership) -> str:
    verb = "reads" if o.entry else "sees"
    unseen = o.access is not None and o.access.unseen
    return f"the caller would {verb[:-1]}" if unseen else f"the caller {verb}"


def _begin(o: Ownership) -> str:
    """Where the way begins: what is asked about, and its number on disk."""
    if o.inherited:
        what = "A setgid directory gives what is made in it its own group, copied as it is: "
    elif o.entry:
        thing = (
            "The root of the capability" if o.entry == "rootid" else f"The entry {_name(o.entry)}"
        )
        what = f"{thing} is stored as "
    elif o.instead:
        what = f"The path is not there; {_name(o.instead)} is stored as "
    else:
        what = "Stored as "
    first = o.lanes[0]
    if first.name == "In the inode" and o.lanes[1].key == "fs" and o.lanes[1].id is not None:
        number = f"{_b(o.lanes[1].id)} on disk (kernel id {_b(first.id)} in the inode)"
        return f"{what}{o.kind} {number}"
    return f"{what}{o.kind} {_b(first.id)} {_where(o)}{_twin(o, 0)}"


def _read_arrives(o: Ownership) -> str:
    if o.err:
        return f"Reading ends with {_b(o.err)}."
    begin = _begin(o)
    if all(hop.nop for hop in o.hops) and len(o.lanes) <= 3:
        return (
            f"{begin}; no map on the way changes the number, so {_sees(o)} "
            f"{_b(o.lanes[-1].id)}{_really(o)}."
        )
    told = 2 if "(kernel id " in begin else 1
    passed = [_passing(o, k) for k in range(told, len(o.lanes) - 1)]
    return f"{', '.join([begin, *passed])}; {_sees(o)} {_seen(o)}{_really(o)}."


def _where(o: Ownership) -> str:
    """The first lane's name as it stands in a sentence: "on disk", "in the inode"."""
    name = _name(o.lanes[0].name)
    head, blank, rest = name.partition(" ")
    return f"{head.lower()}{blank}{rest}" if head in ("On", "In") else f"({name})"


def _seen(o: Ownership) -> str:
    value, hop = o.lanes[-1].id, o.hops[-1]
    told = len(o.lanes) <= 3 or o.lanes[-1].name.startswith("You")
    name = "" if told else f" ({_name(o.lanes[-1].name)})"
    return f"{'the same ' if hop.nop else ''}{_b(value)}{name}"


def _passing(o: Ownership, k: int) -> str:
    """One lane on the way, in either direction of travel."""
    lane = o.lanes[k]
    hop = o.hops[k - 1 if o.reading else k]
    same = "still " if hop.nop else ""
    if lane.name == "In the mount":
        why = " (not idmapped)" if hop.nop and hop.key == "mount" else ""
        return f"{same}{_b(lane.id)} through the mount{why}{_twin(o, k)}"
    return f"{same}{_b(lane.id)} ({_name(lane.name)}){_twin(o, k)}"


def _twin(o: Ownership, k: int) -> str:
    twin = o.lanes[k].twin
    return f" ({_name(twin[0])} {_b(twin[1])})" if twin else ""


def _really(o: Ownership) -> str:
    if not labels.really_overflow(o, len(o.lanes) - 1):
        return ""
    row = o.travel.hops[-1].row
    why = "no map touches it" if row is None else f"row {row + 1} maps it"
    return f", and here that really is {o.kind} {_b(o.lanes[-1].id)}: {why}"


def _missing(o: Ownership, leg: Leg) -> str:
    arriving = o.lanes[leg.source].id
    what = "this id" if arriving is None else f"{o.kind} {_b(arriving)}"
    return labels.no_row(o.hops[leg.hop], what, leg.column)


def _read_lost(o: Ownership, leg: Leg) -> str:
    begin = f"Lost in the {_name(o.hops[leg.hop].name)}: {_missing(o, leg)}."
    if o.entry or o.inherited or o.instead:
        begin = f"{_begin(o)}. {begin}"
    if o.err:
        return f"{begin} Reading ends with {_b(o.err)}."
    sees = _sees(o)
    seen = f'{begin} {sees[0].upper()}{sees[1:]} {_b(labels.seen_instead(o))}, which here means "'
    if o.travel.loss == "nowhere":
        owns = "is it" if o.entry else "owns it"
        nobody = "nobody, root included," if o.kind == "uid" else "no group"
        return f'{seen}{labels.NO_ID}": through this mount {nobody} {owns}.'
    return (
        f'{seen}{labels.NO_NAME}": {_kernel_id(o, leg)} is real, this caller has no number for it.'
    )


def _kernel_id(o: Ownership, leg: Leg) -> str:
    """The id the kernel holds: the number at the mount, before the user namespaces."""
    at_mount = [lane for lane in o.lanes[: leg.target] if lane.key == "mount"]
    value = (at_mount[-1] if at_mount else o.lanes[leg.source]).id
    return "the kernel's id" if value is None else f"kernel id {_b(value)}"


def _act(o: Ownership) -> str:
    caller = o.lanes[-1]
    who = f"{o.kind} {_b(caller.id)}"
    if caller.id is None:
        who = f"no {o.kind} of its own namespace{_twin(o, len(o.lanes) - 1)}"
    return f"A caller with {who} creates a file" if o.direction == "create" else f"chown to {who}"


def _stored(o: Ownership) -> str:
    if o.err:
        return f"{_act(o)}: refused with {_b(o.err)}."
    passed = [_passing(o, k) for k in range(len(o.lanes) - 2, 0, -1)]
    same = "the same " if o.hops[0].nop else ""
    would = "would " if reach.stopped(o) else ""
    place, verb = ("inode", "hold") if o.lanes[0].name == "In the inode" else ("disk", "store")
    verb = f"would {verb}" if would else f"{verb}s"
    disk = f"the {place} {verb} {same}{_b(o.lanes[0].id)}{_twin(o, 0)}"
    return f"{_act(o)}: {', '.join([*passed, f'and {disk}' if passed else disk])}."


def _refused(o: Ownership, leg: Leg) -> str:
    err, missing = _b(o.err), _missing(o, leg)
    hop = _name(o.hops[leg.hop].name)
    caller = o.hops[leg.hop].key in ("mid", "caller")
    so = "the number stands for no kernel id" if caller else "there is no number to store on disk"
    if o.access is None or o.access.err == o.err:
        said = f"{_act(o)}: refused with {err} in the {hop}: {missing}, so {so}."
        if o.setgid is None:
            return said
        group = f"group {_b(o.setgid)}, which a setgid directory gives to what is made in it"
        return f"{said} The file would get {group}; the caller's own is asked all the same."
    return f"{_act(o)}: {missing} of the {hop}, so {so}, which is {err} where it is asked."
