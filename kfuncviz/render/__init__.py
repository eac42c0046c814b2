# SPDX-License-Identifier: BSD-3-Clause
"""
Render: an ownership answer as picture, text, sentence and table
================================================================

Everything here takes one :class:`~kfuncviz.scenario.ownership.Ownership` and returns a string (or
the rows of a table).  It is pure: no mapping is computed, nothing is read or written, and the same
input gives the same bytes.  Each part is loaded when it is first asked for.

>>> from kfuncviz.render import sentence, svg, text
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .mailtext import text
    from .picture import svg
    from .scale import strip
    from .tabular import table, table_html
    from .words import sentence, sentence_html

__all__ = ["sentence", "sentence_html", "strip", "svg", "table", "table_html", "text"]

_HOME = {
    "sentence": "words",
    "sentence_html": "words",
    "strip": "scale",
    "svg": "picture",
    "table": "tabular",
    "table_html": "tabular",
    "text": "mailtext",
}


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
