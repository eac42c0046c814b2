# SPDX-License-Identifier: BSD-3-Clause
"""
The picture in one or two sentences
===================================

What a reader who cannot see the picture must hear: where the id comes from, each number on its
way, and where it arrives or which map had no row for it.  One wording for plain text, alt text and
the page; the page gets its numbers in bold.
"""

from __future__ import annotations

import re
from html import escape

from kfuncviz.render.kit.fit import clean
from kfuncviz.render.ownership import labels
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg

_BOLD = "\x01"
_PLAIN = "\x02"


def sentence(o: Ownership) -> str:
    """One or two sentences in plain text, exact for every kind of way.

    >>> from kfuncviz.scenario.ownership.answer import Lane, Ownership
    >>> from kfuncviz.scenario.ownership.travel import Hop, travel
    >>> hops = (Hop("mount", "mount idmap", ((0, 1, 1),), False, "left", "make_vfsuid"),)
    >>> lanes = Lane("fs", "On disk", "", 1000), Lane("mount", "Through mount", "", None)
    >>> o = Ownership("", "uid", "read", lanes, hops, travel("read", hops, {}, lost=0))
    >>> print(sentence(o))  # doctest: +NORMALIZE_WHITESPACE
    Lost at hop 1, mount idmap: no row holds uid 1000 in column 1. The caller sees 65534, which
    here means "no id anywhere": through this mount nobody, root included, has an id for this owner.
    """
    return re.sub(f"[{_BOLD}{_PLAIN}]", "", _marked(o))


def sentence_html(o: Ownership) -> str:
    """The same sentences as HTML: numbers and errnos in ``<b>``, everything else escaped."""
    html = escape(_marked(o), quote=False)
    return html.replace(_BOLD, "<b>").replace(_PLAIN, "</b>")


def _b(value: object) -> str:
    return f"{_BOLD}{value}{_PLAIN}"


def _name(text: str) -> str:
    """A name somebody typed, fit to stand in a sentence."""
    name = clean(text)
    return name if len(name) <= 60 else name[:59].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _marked(o: Ownership) -> str:
    lost = o.travel.lost
    if o.direction == "read":
        return _read_arrives(o) if lost is None else _read_lost(o, lost)
    return _stored(o) if lost is None else _refused(o, lost)


def _read_arrives(o: Ownership) -> str:
    if o.err:
        return f"Reading ends with {_b(o.err)}."
    first = o.lanes[0]
    begin = f"Stored as {o.kind} {_b(first.id)} {_where(o)}{_twin(o, 0)}"
    if all(hop.nop for hop in o.hops) and len(o.lanes) <= 3:
        return (
            f"{begin}; no map on the way changes the number, so the caller sees "
            f"{_b(o.lanes[-1].id)}{_really(o)}."
        )
    passed = [_passing(o, k) for k in range(1, len(o.lanes) - 1)]
    return f"{', '.join([begin, *passed])}; the caller sees {_seen(o)}{_really(o)}."


def _where(o: Ownership) -> str:
    """The first lane's name as it stands in a sentence: "on disk", "in the inode"."""
    name = _name(o.lanes[0].name)
    head, blank, rest = name.partition(" ")
    return f"{head.lower()}{blank}{rest}" if head in ("On", "In") else f"({name})"


def _seen(o: Ownership) -> str:
    value, hop = o.lanes[-1].id, o.hops[-1]
    told = len(o.lanes) <= 3 or o.lanes[-1].name.startswith("Caller")
    name = "" if told else f" ({_name(o.lanes[-1].name)})"
    return f"{'the same ' if hop.nop else ''}{_b(value)}{name}"


def _passing(o: Ownership, k: int) -> str:
    """One lane on the way, in either direction of travel."""
    lane = o.lanes[k]
    hop = o.hops[k - 1 if o.direction == "read" else k]
    same = "still " if hop.nop else ""
    if lane.name == "Through mount":
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


def _place(o: Ownership, leg: Leg) -> str:
    """Which hop in the order of travel, and its map."""
    return f"{_b(f'hop {leg.place}')}, {_name(o.hops[leg.hop].name)}"


def _missing(o: Ownership, leg: Leg) -> str:
    arriving = o.lanes[leg.source].id
    what = "this id" if arriving is None else f"{o.kind} {_b(arriving)}"
    return f"no row holds {what} in column {leg.column}"


def _read_lost(o: Ownership, leg: Leg) -> str:
    begin = f"Lost at {_place(o, leg)}: {_missing(o, leg)}."
    if o.err:
        return f"{begin} Reading ends with {_b(o.err)}."
    seen = f'{begin} The caller sees {_b(labels.seen_instead(o))}, which here means "'
    if o.travel.loss == "nowhere":
        return (
            f'{seen}no id anywhere": through this mount nobody, root included, has an id for '
            "this owner."
        )
    return f'{seen}no name here": {_kernel_id(o, leg)} is real, this caller has no number for it.'


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
    place = "inode holds" if o.lanes[0].name == "In the inode" else "disk stores"
    disk = f"the {place} {same}{_b(o.lanes[0].id)}{_twin(o, 0)}"
    return f"{_act(o)}: {', '.join([*passed, f'and {disk}' if passed else disk])}."


def _refused(o: Ownership, leg: Leg) -> str:
    err = o.err or "an error"
    begin = f"{_act(o)}: refused with {_b(err)} at {_place(o, leg)}. There {_missing(o, leg)}"
    if o.hops[leg.hop].key in ("mid", "caller"):
        return f"{begin}, so the number stands for no kernel id."
    return f"{begin}, so there is no number to store on disk."
