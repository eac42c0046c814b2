# SPDX-License-Identifier: BSD-3-Clause
"""
Chain: the way of an id, hop by hop
===================================

A strip of lanes with one level a way: uid and gid where they differ, or the paste over the repair
that is looked at.  Where lanes do not fit side by side, the same in words, one under the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kfuncviz.diagnosis import Repair
from kfuncviz.diagnosis.answers import absent, ask
from kfuncviz.explorers.doctor.cases import Case, ways
from kfuncviz.explorers.element import element, words
from kfuncviz.render.kit.frame import content_id
from kfuncviz.render.kit.hatch import hatches
from kfuncviz.render.kit.markup import tag
from kfuncviz.render.kit.tokens import colours
from kfuncviz.render.ownership.form import TOP, Form, choose
from kfuncviz.render.ownership.headers import headers
from kfuncviz.render.ownership.levels import APART, HIGH, Level, among
from kfuncviz.render.ownership.levels import levels as drawn
from kfuncviz.scenario.ownership.answer import Ownership

Way = tuple[str, Ownership]
#: Between the picture's edge and what is drawn at it.
_MARGIN = 2
_LANE = 146.0


def compared(here: Case, repair: Repair | None) -> list[Way]:
    """What is drawn: the ways as pasted, or the first that is lost, and the same repaired."""
    if here.shown is None:
        return []
    found = ways(here.shown.answers)
    if repair is None or not found:
        return found
    lost = next((way for way in found if way[1].travel.lost is not None or way[1].unmade), found[0])
    after = ask(repair.situation)
    return [("as pasted", lost[1]), ("repaired", after.gid if lost[1].kind == "gid" else after.uid)]


def chain(both: Sequence[Way], width: int, *, compare: bool) -> str:
    """The ways as a picture ``width`` pixels wide, or in words where that is too narrow."""
    if not both:
        return ""
    widest = max((o for _, o in both), key=lambda o: len(o.lanes))
    form = _form(widest, width - 2 * _MARGIN)
    at = [among(o, widest) for _, o in both]
    if form is None or None in at:
        return "".join(_in_words(name, o, alone=len(both) == 1) for name, o in both)
    uid, ink = content_id("doc", both, width), colours("lab")
    rows = [
        Level(name, o, len(o.hops), stands, double=o.kind == "gid")
        for (name, o), stands in zip(both, at, strict=True)
    ]
    body = "".join((*headers(widest, form, ink), *drawn(form, rows, ink, uid, compare=compare)))
    high = TOP + len(both) * (HIGH + APART)
    return tag(
        "svg", hatches(uid, ink) + body, viewBox=f"-{_MARGIN} 0 {width} {high:g}",
        width=width, height=f"{high:g}", role="img",
        aria_label="the way of the id, told by the sentence below",
    )  # fmt: skip


def _form(o: Ownership, width: int) -> Form | None:
    """The form of the lanes; where there is room, so wide that a lane's name is whole."""
    form = choose(o, width)
    if form is None or form.small:
        return form
    gutter = (width - len(o.lanes) * _LANE) / (len(o.lanes) - 1)
    left = tuple(k * (_LANE + gutter) for k in range(len(o.lanes)))
    return replace(form, lane=_LANE, gutter=gutter, left=left,
                   right=tuple(x + _LANE for x in left))  # fmt: skip


def _in_words(name: str, o: Ownership, *, alone: bool) -> str:
    head = "" if alone else element("h3", words(name))
    return head + element(
        "ol", "".join(_stops(o)), class_="kfv-hops", aria_label=f"the way, {name}"
    )


def _stops(o: Ownership) -> Iterator[str]:
    """Lanes and hops in the order in which the id goes through them."""
    order = [*range(len(o.lanes))]
    for k in order if o.reading else reversed(order):
        lane = o.lanes[k]
        number = absent(o) if lane.id is None else str(lane.id)
        shown = "" if lane.shown is None else f", shown as {lane.shown}"
        said = f"{words(lane.name)} <b>{number}</b>{words(shown)}"
        yield element("li", said, class_=f"kfv-of-{lane.key}")
        leg = o.travel.lost
        if leg is not None and leg.source == k:
            hop = o.hops[leg.hop]
            id, column = lane.id, leg.column
            said = f"<b>\N{BALLOT X} {words(hop.name)}:</b> no row has {id} in col {column}"
            yield element("li", said, class_="kfv-lost")
