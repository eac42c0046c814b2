# SPDX-License-Identifier: BSD-3-Clause
"""
Lifetimes: how long do kfuncs live, and what changes?
=====================================================

One line a kfunc on an axis of releases, and the same lives as a sentence, a table and a text.
What is drawn are :class:`kfuncviz.evidence.history.lives.Lives`, made by ``evidence.lives()``;
:func:`kfunc_text` prints the record of one kfunc.
"""

from kfuncviz.render.lifetimes.mail import text
from kfuncviz.render.lifetimes.picture import html, svg
from kfuncviz.render.lifetimes.record import kfunc_text
from kfuncviz.render.lifetimes.tabular import table, table_html
from kfuncviz.render.lifetimes.words import sentence, title

__all__ = ("html", "kfunc_text", "sentence", "svg", "table", "table_html", "text", "title")
