# SPDX-License-Identifier: BSD-3-Clause
"""
The exposure matrix: who pays when the inside changes?
======================================================

Each row a change that happened, each column a way to expose the thing that changed; each cell says
by a sign and a word what would have followed, "holds" being the quietest so that costs stand out.
A cell opens and tells why, by which rule, and who pays.  Wide it is an HTML table; narrow it is one
fold a change.  Every cell comes from :func:`kfuncviz.kfuncs.contracts.consequence`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

from kfuncviz.kfuncs.contracts import consequence
from kfuncviz.render.exposure import cells
from kfuncviz.render.exposure.style import sheet
from kfuncviz.render.exposure.words import chosen
from kfuncviz.render.kit.frame import content_id
from kfuncviz.render.kit.tokens import Theme

MatrixForm = Literal["auto", "wide", "narrow"]


def html(
    change_ids: Sequence[str] | None = None,
    exposure_ids: Sequence[str] | None = None,
    *,
    theme: Theme = "lab",
    form: MatrixForm = "auto",
) -> str:
    """The matrix as a piece of HTML that brings its own style.

    ``change_ids`` and ``exposure_ids`` name them, in the order to show; ``None`` shows all.
    ``form`` is "wide" (a table), "narrow" (folds), or "auto": whichever fits where it is shown.

    Raises NotKnown for an id outside the data, ValueError for an unknown theme or form.

    >>> page = html(["own-maps-6.8"], ["kfunc", "fentry-core"], form="wide")
    >>> page.count("<td"), "breaks" in page
    (2, True)
    """
    if form not in get_args(MatrixForm):
        raise ValueError(f"form is {form!r:.60}, must be one of {', '.join(get_args(MatrixForm))}")
    rows, ways = chosen(change_ids, exposure_ids)
    uid = content_id("exp", *(row.id for row in rows), *(way.id for way in ways), theme, form)
    wide = "" if form == "narrow" else cells.wide(rows, ways, uid)
    narrow = "" if form == "wide" else cells.narrow(rows, ways)
    return (
        f'<div id="{uid}" class="kfv-exposure {form}"><style>{sheet(theme, uid)}</style>'
        f"{cells.key()}{wide}{narrow}</div>"
    )


def panel(exposed: str, changed: str, *, theme: Theme = "lab") -> str:
    """One cell, opened: what changed, what follows and why, by which rule, who pays.

    The arguments are those of :func:`kfuncviz.kfuncs.contracts.consequence`, in its order.

    >>> "relocation-fails" in panel("fentry-core", "own-maps-6.8")
    True
    """
    cell = consequence(exposed, changed)
    uid = content_id("exp", changed, exposed, theme)
    return (
        f'<div id="{uid}" class="kfv-exposure"><style>{sheet(theme, uid)}</style>'
        f'<div class="panel">{cells.opened(cell)}</div></div>'
    )
