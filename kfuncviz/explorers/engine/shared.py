# SPDX-License-Identifier: BSD-3-Clause
"""
Shared frames: one drawing for a run of ids
===========================================

While an id is typed, dragged or stepped through, most frames differ in nothing but numbers.  An
explorer names the ids among which that may be so; here the first and the last of them are drawn and
compared, and only where nothing but moving numbers differs do they share a frame.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from html import escape
from typing import Any, NamedTuple

from kfuncviz.explorers.engine import moving
from kfuncviz.explorers.engine.frame import Frame, Run, Shown
from kfuncviz.explorers.engine.registry import explorer


class _Marked(NamedTuple):
    """The regions and the sentence of a run's first id, with slots for what moves."""

    regions: dict[str, str]
    said: str
    slots: dict[str, int]


def shown(name: str, state: Any, width: int) -> Shown:
    """A state of an explorer as a page shows it; states of one run differ in their numbers alone.

    >>> seen = shown("ownership", explorer("ownership").first("home-on-a-stick"), 960)
    >>> seen.run is None, "On disk" in seen.regions["picture"]
    (True, True)
    """
    id = getattr(state, "id", None)
    if id is None:
        frame = _frame(name, state, width)
        return Shown(frame.regions, frame.sentence, escape(frame.sentence), None)
    for first, last in explorer(name).extents(state):
        one = _marked(name, replace(state, id=first), last, width) if first < last else None
        if one is not None:
            regions = {region: moving.filled(html, id) for region, html in one.regions.items()}
            said = moving.filled(one.said, id)
            return Shown(regions, moving.words(said), said, Run(first, last, one.slots))
    frame = _frame(name, state, width)
    return Shown(frame.regions, frame.sentence, escape(frame.sentence), Run(id, id, {}))


@lru_cache(128)
def _frame(name: str, state: Any, width: int) -> Frame:
    return explorer(name).frame(state, width)


@lru_cache(128)
def _marked(name: str, state: Any, last: int, width: int) -> _Marked | None:
    one, two = (_frame(name, s, width) for s in (state, replace(state, id=last)))
    if one.regions.keys() != two.regions.keys():
        return None
    pairs = {region: (html, two.regions[region]) for region, html in one.regions.items()}
    pairs[""] = escape(one.sentence), escape(two.sentence)
    marked = {}
    for region, (a, b) in pairs.items():
        html = moving.marked(a, b, state.id, last)
        if html is None:
            return None
        marked[region] = html
    slots = {n: plus for html in marked.values() for n, plus in moving.slots(html).items()}
    return _Marked(marked, marked.pop(""), slots)
