# SPDX-License-Identifier: BSD-3-Clause
"""
Render: an ownership answer as picture, text, sentence and table
================================================================

One room a picture, and `kit` for what they share.  Everything here is pure: no mapping is computed,
nothing is read or written, and the same input gives the same bytes.  Each part is loaded when it is
first asked for.

>>> from kfuncviz.render import sentence, svg, text
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kfuncviz.render.ownership.mail import text
    from kfuncviz.render.ownership.picture import html, svg
    from kfuncviz.render.ownership.scale import strip
    from kfuncviz.render.ownership.tabular import table, table_html
    from kfuncviz.render.ownership.words import sentence, sentence_html

__all__ = ["html", "sentence", "sentence_html", "strip", "svg", "table", "table_html", "text"]

_HOME = {
    "html": "ownership.picture",
    "sentence": "ownership.words",
    "sentence_html": "ownership.words",
    "strip": "ownership.scale",
    "svg": "ownership.picture",
    "table": "ownership.tabular",
    "table_html": "ownership.tabular",
    "text": "ownership.mail",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
