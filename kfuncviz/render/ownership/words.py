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
from kfuncviz.render.ownership import labels, way
from kfuncviz.scenario.ownership.answer import Ownership

_BOLD = "\x01"
_PLAIN = "\x02"


def sentence(o: Ownership) -> str:
    """One or two sentences in plain text, exact for every kind of way.

    >>> from kfuncviz.scenario.ownership.answer import Hop, Lane, Ownership
    >>> o = Ownership("", "uid", "read",
    ...     (Lane("fs", "On disk", "", 1000), Lane("mount", "Through mount", "", None)),
    ...     (Hop("mount", "mount idmap", ((0, 1, 1),), False, "left", "make_vfsuid", lost=True),))
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
    way.check(o)
    lost = next((h for h in way.order(o) if way.fate(o, h) == "lost"), None)
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
    lane, hop = o.lanes[k], o.hops[way.hop_into(o, k)]
    same = "still " if hop.nop else ""
    if lane.key == "mount" and (len(o.lanes) <= 3 or lane.name == "Through mount"):
        why = " (not idmapped)" if hop.nop and hop.key == "mount" else ""
        return f"{same}{_b(lane.id)} through the mount{why}{_twin(o, k)}"
    return f"{same}{_b(lane.id)} ({_name(lane.name)}){_twin(o, k)}"


def _twin(o: Ownership, k: int) -> str:
    twin = o.lanes[k].twin
    return f" ({_name(twin[0])} {_b(twin[1])})" if twin else ""


def _really(o: Ownership) -> str:
    if not way.really_overflow(o, way.end(o)):
        return ""
    last = len(o.hops) - 1
    row = o.hops[last].row
    why = "no map touches it" if o.hops[last].nop else f"row {(row or 0) + 1} maps it"
    return f", and here that really is {o.kind} {_b(o.lanes[-1].id)}: {why}"


def _place(o: Ownership, h: int) -> str:
    """Which hop in the order of travel, and its map."""
    return f"{_b(f'hop {way.order(o).index(h) + 1}')}, {_name(o.hops[h].name)}"


def _missing(o: Ownership, h: int) -> str:
    arriving = o.lanes[way.source(o, h)].id
    what = "this id" if arriving is None else f"{o.kind} {_b(arriving)}"
    return f"no row holds {what} in column {way.column(o, h)}"


def _read_lost(o: Ownership, h: int) -> str:
    begin = f"Lost at {_place(o, h)}: {_missing(o, h)}."
    if o.err:
        return f"{begin} Reading ends with {_b(o.err)}."
    seen = f'{begin} The caller sees {_b(labels.seen_instead(o))}, which here means "'
    if way.face(o) == "nowhere":
        return (
            f'{seen}no id anywhere": through this mount nobody, root included, has an id for '
            "this owner."
        )
    return f'{seen}no name here": {_kernel_id(o, h)} is real, this caller has no number for it.'


def _kernel_id(o: Ownership, h: int) -> str:
    """The id the kernel holds: the number at the mount, before the user namespaces."""
    at_mount = [k for k in range(h + 1) if o.lanes[k].key == "mount"]
    value = o.lanes[at_mount[-1] if at_mount else h].id
    return "the kernel's id" if value is None else f"kernel id {_b(value)}"


def _act(o: Ownership) -> str:
    caller = o.lanes[way.start(o)]
    who = f"{o.kind} {_b(caller.id)}"
    if caller.id is None:
        who = f"no {o.kind} of its own namespace{_twin(o, way.start(o))}"
    return f"A caller with {who} creates a file" if o.direction == "create" else f"chown to {who}"


def _stored(o: Ownership) -> str:
    if o.err:
        return f"{_act(o)}: refused with {_b(o.err)}."
    passed = [_passing(o, k) for k in range(len(o.lanes) - 2, 0, -1)]
    same = "the same " if o.hops[0].nop else ""
    place = "inode holds" if o.lanes[0].name == "In the inode" else "disk stores"
    disk = f"the {place} {same}{_b(o.lanes[0].id)}{_twin(o, 0)}"
    return f"{_act(o)}: {', '.join([*passed, f'and {disk}' if passed else disk])}."


def _refused(o: Ownership, h: int) -> str:
    err = o.err or "an error"
    begin = f"{_act(o)}: refused with {_b(err)} at {_place(o, h)}. There {_missing(o, h)}"
    if o.hops[h].key in ("mid", "caller"):
        return f"{begin}, so the number stands for no kernel id."
    return f"{begin}, so there is no number to store on disk."
