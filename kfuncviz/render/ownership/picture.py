# SPDX-License-Identifier: BSD-3-Clause
"""
Who owns this file, seen from here?  The picture
================================================

Puts the parts together, from back to front: lanes, headers, ribbons, blocks, bins, trace, pills.
Place says where an id lives, line says what happened to it, colour only repeats the place, and
vermillion only means lost or refused.  The gate below says whether this caller gets there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kfuncviz.render.kit.frame import clamp, content_id, document
from kfuncviz.render.kit.hatch import hatches
from kfuncviz.render.kit.tokens import Theme, colours
from kfuncviz.render.ownership import bins, headers, lanes, line, pills, ribbons, trail
from kfuncviz.render.ownership.form import HEIGHT, Form, choose
from kfuncviz.render.ownership.gate import gate
from kfuncviz.render.ownership.labels import QUESTION
from kfuncviz.render.ownership.layout import lay_out
from kfuncviz.render.ownership.words import sentence, sentence_html
from kfuncviz.scenario.ownership.answer import Ownership


def svg(
    o: Ownership,
    width: int = 1200,
    *,
    theme: Theme = "light",
    step: int | None = None,
    standalone: bool = True,
) -> str:
    """The picture of ``o``, ``width`` pixels wide (240 to 1600), as an SVG document.

    ``theme`` is "light", "dark", or "lab" (follows JupyterLab's theme by CSS variables, and the
    reader's own preference elsewhere).  ``step`` counts the helper calls drawn so far: 0 is the
    start alone, ``None`` all.  ``standalone`` paints the background, as a file needs; inside a
    page leave it to the page.  The same arguments always give the same bytes.

    Raises ValueError for an unknown theme.

    >>> from kfuncviz.scenario.ownership.answer import Lane, Ownership
    >>> from kfuncviz.scenario.ownership.travel import Hop, travel
    >>> hops = (Hop("mount", "mount idmap", ((1000, 1125, 1),), False, "left", "make_vfsuid"),)
    >>> lanes = Lane("fs", "On disk", "ext4", 1000), Lane("mount", "In the mount", "/home", 1125)
    >>> o = Ownership("shift", "uid", "read", lanes, hops, travel("read", hops, {0: 0}))
    >>> svg(o).startswith("<svg") and svg(o) == svg(o)
    True
    """
    ink, drawn = colours(theme), clamp(width)
    uid = content_id("own", o, drawn, theme, step, standalone)
    last = len(o.hops) if step is None else step
    form = choose(o, drawn)
    if form is None:
        across, height, picture = trail.trail(o, drawn, ink, uid, last)
    else:
        across, height = drawn, HEIGHT
        picture = "".join((*headers.headers(o, form, ink), *body(o, form, ink, uid, last)))
    below, plate = gate(o, across, height, ink)
    height, picture = height + below, picture + plate
    title = o.title or QUESTION
    return document(
        uid, (across, height), hatches(uid, ink) + picture,
        title=title, desc=sentence(o), theme=theme, standalone=standalone,
    )  # fmt: skip


def html(o: Ownership, width: int = 1200) -> str:
    """The picture, following the page's theme, and the sentence under it, to stand in a page."""
    return f"{svg(o, width, theme='lab')}<p>{sentence_html(o)}</p>"


def body(
    o: Ownership,
    form: Form,
    ink: Mapping[str, str],
    uid: str,
    step: int,
    *,
    live: bool = False,
    chosen: tuple[str, int] | None = None,
) -> Iterator[str]:
    """Everything under the header.

    In a ``live`` picture a field stands where the way starts, the edges of the blocks there can be
    clicked, and ribbons can be chosen: a row by the place of its map and its index.
    """
    layout = lay_out(o, form)
    yield from lanes.lane_panels(o, form, ink)
    for leg in o.travel.hops:
        yield from ribbons.ribbons(o, layout, leg, ink)
    for column, seen in zip(layout.columns, o.travel.seen, strict=True):
        edges = live and column.lane == o.travel.start
        yield from lanes.lane_blocks(o, form, column, ink, uid, traced=seen <= step, live=edges)
    for k in layout.bins:
        used = o.travel.fallen[k] and o.travel.seen[k] <= step
        yield bins.bin_of_lane(o, form, k, ink, uid, used=used)
    yield from line.lines(o, form, ink, step)
    for column, seen in zip(layout.columns, o.travel.seen, strict=True):
        if seen <= step and any(p.block.holds for p in column.placed):
            yield pills.notes_of_lane(form, column.lane, column.notes, ink)
            yield pills.pill_of_lane(o, form, column.lane, ink, field=live and not o.unmade)
    for leg in o.travel.hops if live else ():
        yield from ribbons.extents(o, layout, leg, ink, chosen)
