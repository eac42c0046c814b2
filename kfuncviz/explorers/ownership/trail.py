# SPDX-License-Identifier: BSD-3-Clause
"""
Trail: the screen of a telephone
================================

Lanes under each other, the disk on top and the caller below whichever way the question runs; each
with its chooser and its number, and between them the map with its switch, its columns and its rows.
"""

from __future__ import annotations

from kfuncviz.explorers.element import element, words
from kfuncviz.explorers.ownership.heads import (
    Shown,
    choose,
    hidden_mount,
    icon,
    id_field,
    id_refusal,
    rows,
    title,
)
from kfuncviz.render.kit.tokens import colours
from kfuncviz.render.ownership import labels
from kfuncviz.render.ownership.reach import would_be
from kfuncviz.scenario.ownership.travel import Leg


def trail(shown: Shown, step: int) -> str:
    """The stops of one answer and the maps between them."""
    o, out = shown.o, []
    for k in range(len(o.lanes)):
        out.append(_stop(shown, k, traced=o.travel.seen[k] <= step))
        if k == o.travel.start:
            out.append(id_refusal(shown, None))
        if k < len(o.hops):
            out.append(_hop(shown, k, drawn=o.travel.hops[k].step <= step))
    return element("div", "".join(out), class_="kfv-trail")


def _stop(shown: Shown, k: int, *, traced: bool) -> str:
    o = shown.o
    lane = o.lanes[k]
    name = element("span", words(labels.lane_name(lane, small=False)))
    body = element("div", icon(lane) + name, class_="kfv-name")
    body += choose(shown, k) or element("span", words(lane.sub), class_="kfv-role")
    body += _number(shown, k) if traced else ""
    return element("div", body, class_=f"kfv-stop kfv-of-{lane.key}")


def _number(shown: Shown, k: int) -> str:
    """The pill of a lane: the field, the number, or what is shown instead of it."""
    o = shown.o
    field = id_field(shown, None) if k == o.travel.start else ""
    if field:
        return element("div", field, class_="kfv-pill")
    if o.travel.fallen[k]:
        word, meaning = labels.bin_words(o, k)
        inside = f"<b>{words(word)}</b><small>{words(meaning)}</small>"
        return element("div", inside, class_="kfv-pill kfv-lost")
    text = labels.pill_text(o.lanes[k])
    if not text:
        return ""
    name = "kfv-pill"
    if k == o.travel.end:
        name += " kfv-would" if would_be(o) else " kfv-answer"
    return element("div", f"<b>{words(text)}</b>", class_=name)


def _hop(shown: Shown, h: int, *, drawn: bool) -> str:
    hop, leg = shown.o.hops[h], shown.o.travel.hops[h]
    first, second = labels.columns(hop.key)
    up, down = ("col 1", "col 2") if hop.col1 == "left" else ("col 2", "col 1")
    above, below = (first, second) if hop.col1 == "left" else (second, first)
    ends = f"\N{UPWARDS ARROW} {up} {above} \N{MIDDLE DOT} \N{DOWNWARDS ARROW} {down} {below}"
    reached = drawn and leg.fate != "unreached"
    result = labels.result(shown.o, leg)[0] if drawn else ""
    bad = leg.fate in ("lost", "after")
    parts = (
        f"<div class='kfv-title'>{title(shown, h, small=False)}"
        f"{hidden_mount(shown, h, 'mount idmap')}</div>"
        + element("div", "" if hop.nop else ends, class_="kfv-columns")
        + rows(shown, h, small=False)
        + element("div", f"<code>{words(labels.hop_label(hop))}</code> "
                  + element("span", words(result), class_="kfv-bad-word" if bad else None),
                  class_="kfv-called")
    )  # fmt: skip
    return element(
        "div", element("div", parts, class_="kfv-words") + (_wire(leg) if reached else ""),
        class_=f"kfv-between kfv-of-{hop.key}",
    )  # fmt: skip


def _wire(leg: Leg) -> str:
    """The line from stop to stop, with its head at the one it leads to."""
    ink = colours("lab")
    lost = leg.fate != "arrives"
    down = leg.target > leg.source
    colour = ink["bad-l" if lost else "ink"]
    dashes = ' stroke-dasharray="10 6"' if lost else ""
    shaft = (
        '<svg class="kfv-shaft" viewBox="0 0 20 100" preserveAspectRatio="none" aria-hidden="true">'
        f'<path d="M10,0V100" fill="none" stroke="{colour}" stroke-width="6"{dashes} '
        'vector-effect="non-scaling-stroke"/></svg>'
    )
    shape = "M10,14L1,0H19z" if down else "M10,0L1,14H19z"
    head = (
        f'<svg class="kfv-tip{"" if down else " kfv-up"}" viewBox="0 0 20 14" aria-hidden="true">'
        f'<path d="{shape}" fill="{colour}"/></svg>'
    )
    return element("div", shaft + head, class_="kfv-wire")
