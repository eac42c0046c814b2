# SPDX-License-Identifier: BSD-3-Clause
"""
Lifetimes: how long do kfuncs live, and what changes?
=====================================================

One line a kfunc on an axis of releases, and the same lives as a sentence, a table and a text.
What is drawn are :class:`kfuncviz.evidence.history.lives.Lives`, made by ``evidence.lives()``;
:func:`history_text` prints what is recorded under a name, :func:`kfunc_text` the record of a kfunc.
"""

from kfuncviz.render.lifetimes.mail import text
from kfuncviz.render.lifetimes.picture import html, svg
from kfuncviz.render.lifetimes.record import history_text, kfunc_text, recorded_text
from kfuncviz.render.lifetimes.tabular import table, table_html
from kfuncviz.render.lifetimes.words import sentence, title

__all__ = (
    "history_text",
    "html",
    "kfunc_text",
    "recorded_text",
    "sentence",
    "svg",
    "table",
    "table_html",
    "text",
    "title",
)
