# SPDX-License-Identifier: BSD-3-Clause
"""
The thread as an indented list
==============================

Each mail under the one it answers: who, when, what kind, and the position in a few words, with a
link to the mail itself.  The form for small screens, and the twin of the graph for screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from kfuncviz.render.kit.frame import content_id
from kfuncviz.render.kit.markup import link, tag
from kfuncviz.render.kit.tokens import SANS, Theme, colours, stylesheet
from kfuncviz.render.thread.layout import sent, spoken
from kfuncviz.render.thread.marks import KINDS, mail

if TYPE_CHECKING:
    from kfuncviz.kfuncs.thread import Message

_MARK = 15


def list_html(messages: Sequence[Message], *, theme: Theme = "lab") -> str:
    """Nested HTML lists, replies under what they answer, in order of time.

    >>> from kfuncviz.kfuncs.thread import messages
    >>> list_html(messages()).count("<li>")
    13
    """
    ink = colours(theme)
    uid = content_id("mails", tuple(messages), theme)
    style = stylesheet(theme, uid) + _style(uid, ink)
    body = _branch(messages, None, ink)
    return tag("div", tag("style", style) + body, id=uid)


def _style(uid: str, ink: dict[str, str]) -> str:
    at = f"#{uid}"
    return (
        f"{at}{{font:15px/1.45 {SANS};color:{ink['ink']};background:{ink['bg']}}}"
        f"{at} ul{{list-style:none;margin:0;padding:0}}"
        f"{at} ul ul{{margin-left:6px;padding-left:8px;border-left:2px solid {ink['line']}}}"
        f"{at} li>div{{display:flex;gap:8px;align-items:center;padding-top:10px}}"
        f"{at} svg{{flex:none}}"
        f"{at} p{{margin:2px 0 4px;max-width:78ch;overflow-wrap:anywhere}}"
        f"{at} a{{color:{ink['muted']};font-size:14px}}"
    )


def _branch(messages: Sequence[Message], parent: int | None, ink: dict[str, str]) -> str:
    items = [
        tag("li", _entry(m, ink) + _branch(messages, m.n, ink))
        for m in messages if m.reply_to == parent
    ]  # fmt: skip
    return tag("ul", "".join(items)) if items else ""


def _entry(m: Message, ink: dict[str, str]) -> str:
    mark = tag(
        "svg", mail(m, 18, 22, _MARK, (ink["ink"], ink["bg"]), ink), width=42, height=40,
        aria_hidden="true",
    )  # fmt: skip
    when = sent(m)
    answers = f", answers {m.reply_to}" if m.reply_to is not None else ""
    about = f"{m.n}, {KINDS[m.kind]}{answers} \N{MIDDLE DOT} {spoken(when.date())} {when:%H:%M} UTC"
    return (
        f"<div>{mark}<span><b>{escape(m.author)}</b>, {escape(m.role)}<br>"
        f"{link(m.url, about)}</span></div>"
        f"<p>{escape(m.position)}</p>"
    )
