# SPDX-License-Identifier: BSD-3-Clause
"""
Ownership: who owns this file, seen from here?
==============================================

One answer (:class:`~kfuncviz.scenario.ownership.answer.Ownership`) as a picture, alone (`svg`) or
with its sentence (`html`), as a sentence, a table and a text for a mail; `strip` draws how much of
the id space its maps cover.
"""

from __future__ import annotations

from kfuncviz.render.ownership.mail import text
from kfuncviz.render.ownership.picture import html, svg
from kfuncviz.render.ownership.scale import strip
from kfuncviz.render.ownership.tabular import CAPTION, table, table_html
from kfuncviz.render.ownership.words import sentence, sentence_html

__all__ = (
    "CAPTION",
    "html",
    "sentence",
    "sentence_html",
    "strip",
    "svg",
    "table",
    "table_html",
    "text",
)
