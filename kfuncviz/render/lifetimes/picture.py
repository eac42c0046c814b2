# SPDX-License-Identifier: BSD-3-Clause
"""
How long do kfuncs live, and what changes?  The picture
=======================================================

One line per kfunc on an axis of releases: a disc where it was born, a diamond where it changed, a
cross and a dashed life where the name went, an arrow where it lives on.  A name that came back has
two lives on one line.  Nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from itertools import groupby

from kfuncviz.evidence.history.lives import Life, Lives
from kfuncviz.render.kit.frame import clamp, content_id, document
from kfuncviz.render.kit.markup import fold, label
from kfuncviz.render.kit.paragraph import wrap
from kfuncviz.render.kit.tokens import Theme, colours
from kfuncviz.render.lifetimes import marks
from kfuncviz.render.lifetimes.axis import Axis, axis_for, grid
from kfuncviz.render.lifetimes.tabular import table_html
from kfuncviz.render.lifetimes.words import notes, sentence, title

LIMIT = 60
_LINE = 18


def svg(
    lives: Lives,
    width: int = 1200,
    *,
    theme: Theme = "light",
    limit: int = LIMIT,
    standalone: bool = True,
) -> str:
    """The lives as an SVG document, ``width`` pixels wide (240 to 1600).

    At most ``limit`` kfuncs are drawn, the oldest; a last line says how many more there are.
    ``theme`` and ``standalone`` as in :func:`kfuncviz.render.ownership.picture.svg`.  The same
    arguments always give the same bytes.

    Raises ValueError for an unknown theme or a ``limit`` below 1.

    >>> from kfuncviz import evidence
    >>> "bpf_get_fsverity_digest: born 6.8, changed 6.11, alive" in svg(evidence.lives(file="fs/"))
    True
    """
    if limit < 1:
        raise ValueError(f"limit is {limit}, must be 1 or more")
    ink, drawn = colours(theme), clamp(width)
    kfuncs = [list(found) for _, found in groupby(lives.lives, key=lambda life: life.kfunc)]
    shown, more = kfuncs[:limit], len(kfuncs[limit:])
    axis = axis_for([found[0].kfunc for found in shown], lives.releases, drawn)
    said = sentence(lives) + (f" Drawn: the first {len(shown)}." if more else "")
    body, height = _body(shown, axis, ink, more, notes(lives))
    uid = content_id("lives", lives, drawn, theme, limit, standalone)
    return document(
        uid,
        (drawn, height),
        body,
        title=title(lives),
        desc=said,
        theme=theme,
        standalone=standalone,
    )


def html(lives: Lives, width: int = 1200, *, theme: Theme = "lab", limit: int = LIMIT) -> str:
    """The sentence, the picture, and its table folded under it."""
    return (
        f'<p class="kfv-say">{escape(sentence(lives))}</p><div class="kfv-fig">'
        f"{svg(lives, width, theme=theme, limit=limit, standalone=False)}</div>"
        + fold("The same lives as a table", table_html(lives))
    )


def _body(
    kfuncs: list[list[Life]], axis: Axis, ink: Mapping[str, str], more: int, told: list[str]
) -> tuple[str, float]:
    """The drawing and its height."""
    foot = axis.top + len(kfuncs) * axis.step
    parts = [marks.key(axis.width, ink), grid(axis, foot, ink) if kfuncs else ""]
    parts += [marks.row(axis, axis.y(nth), found, ink) for nth, found in enumerate(kfuncs)]
    under, y = _under(axis, foot + (30 if kfuncs else 0), ink, more, told, empty=not kfuncs)
    return "".join([*parts, under]), y


def _under(
    axis: Axis, y: float, ink: Mapping[str, str], more: int, told: list[str], *, empty: bool
) -> tuple[str, float]:
    """What stands below the axis: how many more, then the notes."""

    def lines() -> Iterator[tuple[str, bool]]:
        if empty:
            yield "No kfunc matches these filters.", True
        if more:
            yield f"+{more} more, not drawn", True
        for note in told:
            for line in wrap(note, axis.width - 4, 13):
                yield line, False

    out = []
    for text, loud in lines():
        y += _LINE
        size, fill = (15, ink["ink"]) if loud else (13, ink["muted"])
        out.append(label(0, y, text, axis.width, size, fill, bold=loud))
        y += 6 if loud else 0
    return "".join(out), y + 12
