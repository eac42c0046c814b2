# SPDX-License-Identifier: BSD-3-Clause
"""
A table of words
================

Rows as an HTML table a screen reader can walk: a caption, a head for every column and for every
row, text on the left.  Code stands in a monospaced face and may break after a bracket.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape

from kfuncviz.render.kit.frame import content_id
from kfuncviz.render.kit.markup import tag
from kfuncviz.render.kit.tokens import MONO, Theme, colours, stylesheet

Row = Mapping[str, object]


def table_html(
    rows: Sequence[Row], caption: str, *, code: Collection[str] = (), theme: Theme = "lab"
) -> str:
    """Rows with the same columns as a table; the first column names its row.

    A truth is written yes or no, ``None`` as nothing, several words with semicolons between, all
    else as ``str`` writes it.  ``code`` are the columns that hold C.

    Raises ValueError without rows, or where rows differ in their columns.

    >>> table_html([{"mount": "stick", "idmapped": True}], "Two mounts").count("<td>yes</td>")
    1
    """
    heads = list(rows[0]) if rows else []
    if not heads or any(list(row) != heads for row in rows):
        raise ValueError("want rows with the same columns, and at least one of each")
    ink, uid = colours(theme), content_id("table", *rows, caption, theme)
    named = "".join(tag("th", escape(head.replace("_", " ")), scope="col") for head in heads)
    body = "".join(tag("tr", _cells(row, code)) for row in rows)
    return tag(
        "div",
        tag("style", stylesheet(theme, uid) + _style(uid, ink))
        + tag("table", f"<caption>{escape(caption)}</caption><thead><tr>{named}</tr></thead>"
              f"<tbody>{body}</tbody>"),
        id=uid,
    )  # fmt: skip


def _style(uid: str, ink: Mapping[str, str]) -> str:
    at = f"#{uid}"
    return (
        f"{at} table{{border-collapse:collapse;font-size:14px;line-height:1.4;"
        f"color:{ink['ink']}}}"
        f"{at} caption{{text-align:left;color:{ink['muted']};padding:0 0 6px}}"
        f"{at} :is(th,td){{text-align:left;vertical-align:top;padding:4px 16px 4px 0;"
        f"white-space:normal;max-width:none;border-bottom:1px solid {ink['hair']}}}"
        f"{at} code{{font:14px/1.5 {MONO};background:none;padding:0}}"
    )


def _cells(row: Row, code: Collection[str]) -> str:
    first, *rest = (_said(value, code=name in code) for name, value in row.items())
    return tag("th", first, scope="row") + "".join(f"<td>{cell}</td>" for cell in rest)


def _said(value: object, *, code: bool) -> str:
    if value is None:
        return ""
    if value is True or value is False:
        return "yes" if value else "no"
    text = escape("; ".join(value) if isinstance(value, tuple) else str(value))
    return tag("code", text.replace("(", "(<wbr>")) if code else text
