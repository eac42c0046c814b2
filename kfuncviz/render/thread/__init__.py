# SPDX-License-Identifier: BSD-3-Clause
"""
Thread: who argued what, and in answer to whom?
===============================================

The mails as a reply graph (`graph`, made of `layout` and `marks`), as a list (`replies`) and in
words (`words`); the argument over them, claim by claim (`argument`).

>>> from kfuncviz.kfuncs.thread import messages
>>> svg(messages()).count('class="reply"')
12
"""

from __future__ import annotations

from kfuncviz.render.thread.argument import argument_html
from kfuncviz.render.thread.graph import html, live, svg
from kfuncviz.render.thread.replies import list_html
from kfuncviz.render.thread.words import (
    argument_text,
    claim_text,
    fact_text,
    message_text,
    sentence,
    table,
    text,
)

__all__ = (
    "argument_html",
    "argument_text",
    "claim_text",
    "fact_text",
    "html",
    "list_html",
    "live",
    "message_text",
    "sentence",
    "svg",
    "table",
    "text",
)
