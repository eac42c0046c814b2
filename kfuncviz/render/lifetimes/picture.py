# SPDX-License-Identifier: BSD-3-Clause
"""
How long do kfuncs live, and what changes?  The picture
=======================================================

One line per kfunc on an axis of releases: a disc where it was born, a diamond where it changed, a
cross and a dashed life where the name went, an arrow where it lives on.  A name that came back has
two lives on one line.  Rows come from :func:`lives`; nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING

from kfuncviz.render.kit.frame import clamp, content_id, document
from kfuncviz.render.kit.markup import label
from kfuncviz.render.kit.tokens import Theme, colours
from kfuncviz.render.lifetimes import marks
from kfuncviz.render.lifetimes.axis import Axis, axis_for, grid
from kfuncviz.render.lifetimes.rows import lives, program_types
from kfuncviz.render.lifetimes.words import notes, sentence, table, table_html, title, wrapped

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["html", "lives", "program_types", "sentence", "svg", "table", "table_html", "title"]

LIMIT = 60
_LINE = 18


def svg(
    lives: pd.DataFrame,
    width: int = 1200,
    *,
    theme: Theme = "light",
    limit: int = LIMIT,
    standalone: bool = True,
) -> str:
    """The lives as an SVG document, ``width`` pixels wide (240 to 1600).

    ``lives`` is what :func:`lives` returns.  At most ``limit`` kfuncs are drawn, the oldest; a last
    line says how many more there are.  ``theme`` and ``standalone`` as in
    :func:`kfuncviz.render.ownership.picture.svg`.  The same arguments always give the same bytes.

    Raises ValueError for an unknown theme or a ``limit`` below 1.

    >>> from kfuncviz import evidence
    >>> found = lives(evidence.kfuncs(), evidence.changes(), file="fs/verity")
    >>> "bpf_get_fsverity_digest: born 6.8, changed 6.11, alive" in svg(found)
    True
    """
    if limit < 1:
        raise ValueError(f"limit is {limit}, must be 1 or more")
    ink, drawn = colours(theme), clamp(width)
    named = list(dict.fromkeys(lives["kfunc"]))
    shown = named[:limit]
    axis = axis_for(shown, lives.attrs["releases"], drawn)
    more = len(named) - len(shown)
    said = sentence(lives) + (f" Drawn: the first {len(shown)}." if more else "")
    body, height = _body(lives[lives["kfunc"].isin(shown)], axis, ink, more, notes(lives))
    told = list(lives.itertuples(index=False, name=None))
    uid = content_id("lives", told, lives.attrs, drawn, theme, limit, standalone)
    return document(
        uid, (drawn, height), body,
        title=title(lives), desc=said, theme=theme, standalone=standalone,
    )  # fmt: skip


def html(
    lives: pd.DataFrame, width: int = 1200, *, theme: Theme = "lab", limit: int = LIMIT
) -> str:
    """The sentence, the picture, and its table folded under it."""
    return (
        f'<p class="kfv-say">{escape(sentence(lives))}</p><div class="kfv-fig">'
        f"{svg(lives, width, theme=theme, limit=limit, standalone=False)}</div>"
        f"<details><summary>The same lives as a table</summary>{table_html(lives)}</details>"
    )


def _body(
    shown: pd.DataFrame, axis: Axis, ink: Mapping[str, str], more: int, told: list[str]
) -> tuple[str, float]:
    groups = [list(part.itertuples(index=False, name=None))
              for _, part in shown.groupby("kfunc", sort=False)]  # fmt: skip
    foot = axis.top + len(groups) * axis.step
    parts = [marks.key(axis.width, ink), grid(axis, foot, ink) if groups else ""]
    parts += [marks.row(axis, axis.y(nth), group, ink) for nth, group in enumerate(groups)]
    under, y = _under(axis, foot + (30 if groups else 0), ink, more, told, empty=not groups)
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
            for line in wrapped(note, axis.width - 4, 13):
                yield line, False

    out = []
    for text, loud in lines():
        y += _LINE
        size, fill = (15, ink["ink"]) if loud else (13, ink["muted"])
        out.append(label(0, y, text, axis.width, size, fill, bold=loud))
        y += 6 if loud else 0
    return "".join(out), y + 12
