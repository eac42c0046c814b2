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
from kfuncviz.render.thread.marks import KINDS, Lit, mail, pressing

if TYPE_CHECKING:
    from kfuncviz.kfuncs.thread import Message

_MARK = 15


def list_html(messages: Sequence[Message], *, theme: Theme = "lab", lit: Lit | None = None) -> str:
    """Nested HTML lists, replies under what they answer, in order of time.

    With ``lit`` every mark is a button that chooses its mail, what stands out has a bar, and the
    positions are left to what is shown of the mail that is chosen.

    >>> from kfuncviz.kfuncs.thread import messages
    >>> list_html(messages()).count("<li>")
    13
    """
    ink = colours(theme)
    uid = content_id("mails", *messages, theme, lit)
    style = stylesheet(theme, uid) + _style(uid, ink)
    if lit is not None:
        style += f"#{uid} .lit{{border-left:6px solid {ink['ink']};padding-left:6px}}"
    body = _branch(messages, None, ink, lit)
    return tag("div", tag("style", style) + body, id=uid)


def _style(uid: str, ink: dict[str, str]) -> str:
    at = f"#{uid}"
    return (
        f"{at}{{font:15px/1.45 {SANS};color:{ink['ink']};background:{ink['bg']}}}"
        f"{at} ul{{list-style:none;margin:0;padding:0}}"
        f"{at} ul ul{{margin-left:6px;padding-left:8px;border-left:2px solid {ink['line']}}}"
        f"{at} li>div{{display:flex;gap:8px;align-items:center;padding-top:10px}}"
        f"{at} svg{{flex:none;display:block}}"
        f"{at} p{{margin:2px 0 4px;max-width:78ch;overflow-wrap:anywhere}}"
        f"{at} a{{color:{ink['muted']};font-size:14px}}"
    )


def _branch(
    messages: Sequence[Message], parent: int | None, ink: dict[str, str], lit: Lit | None
) -> str:
    items = [
        tag("li", _entry(m, ink, lit) + _branch(messages, m.n, ink, lit))
        for m in messages if m.reply_to == parent
    ]  # fmt: skip
    return tag("ul", "".join(items)) if items else ""


def _entry(m: Message, ink: dict[str, str], lit: Lit | None) -> str:
    stands_out = lit is not None and m.n in lit.mails
    drawn = mail(m, 18, 22, _MARK, (ink["ink"], ink["bg"]), ink, lit=stands_out)
    mark = tag("svg", drawn, width=42, height=40, aria_hidden="true")
    if lit is not None:
        mark = tag("button", mark, type="button", **pressing(m, lit))
    when = sent(m)
    answers = f", answers {m.reply_to}" if m.reply_to is not None else ""
    about = f"{m.n}, {KINDS[m.kind]}{answers} \N{MIDDLE DOT} {spoken(when.date())} {when:%H:%M} UTC"
    bar = ' class="lit"' if stands_out else ""
    return (
        f"<div{bar}>{mark}<span><b>{escape(m.author)}</b>, {escape(m.role)}<br>"
        f"{link(m.url, about)}</span></div>"
        + (f"<p>{escape(m.position)}</p>" if lit is None else "")
    )
