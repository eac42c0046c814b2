# SPDX-License-Identifier: BSD-3-Clause
"""
Render: an answer as picture, sentence, table and text
======================================================

One room a picture, each with the same verbs (`svg`, `html`, `sentence`, `table`, `text`), and `kit`
for what they share.  Everything here is pure: no mapping is computed, nothing is read or written,
and the same input gives the same bytes.  The verbs of the ownership room can be had from here; they
are loaded when first asked for.

>>> from kfuncviz.render import sentence, svg, text
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kfuncviz.render.ownership import (
        html,
        sentence,
        sentence_html,
        strip,
        svg,
        table,
        table_html,
        text,
    )

__all__ = ["html", "sentence", "sentence_html", "strip", "svg", "table", "table_html", "text"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("kfuncviz.render.ownership"), name)
