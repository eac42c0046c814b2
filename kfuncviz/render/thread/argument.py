# SPDX-License-Identifier: BSD-3-Clause
"""
The argument, claim by claim
============================

Under each question the claims that answer it, in boxes of one size and weight: a solid line is for,
a dashed one against, a dotted one another way, a double one about kfuncs in general.  Every claim
names its mails and carries the facts that bear on it, those known by July 2023 told from those
since, with the sides they bear on; below stand what was predicted beside what happened, and what
happened later with what either side may read in it.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from kfuncviz.render.kit.frame import content_id
from kfuncviz.render.kit.markup import fold, tag
from kfuncviz.render.kit.tokens import MONO, SANS, Theme, colours, stylesheet
from kfuncviz.render.thread.words import cited, counted, dated, shared

if TYPE_CHECKING:
    from kfuncviz.kfuncs.thread import ArgumentMap, Claim, Later, Prediction, Side

LINES: dict[Side, tuple[str, str]] = {
    "for": ("solid", "+"),
    "general": ("double", "\N{SECTION SIGN}"),
    "instead": ("dotted", "\N{LEFT RIGHT ARROW}"),
    "against": ("dashed", "\N{MINUS SIGN}"),
}


#: A member reached through pointers is written as code, or a line could end inside its arrow.
_ARROWS = re.compile(r"\w+(?:-&gt;[\w.]*\w)+")


def argument_html(the_map: ArgumentMap, *, theme: Theme = "lab") -> str:
    """The argument map as HTML with headings, lists and folded evidence; two columns where wide.

    >>> from kfuncviz.kfuncs.thread import argument_map
    >>> argument_html(argument_map()).count('<article class="claim')
    18
    """
    ink = colours(theme)
    uid = content_id("argument", the_map, theme)
    style = stylesheet(theme, uid) + _style(uid, ink)
    asked = [_question(the_map, question) for question in the_map.questions]
    body = _key(the_map) + "".join(asked) + _predictions(the_map) + _later(the_map)
    return tag("div", tag("style", style) + body, id=uid)


def _style(uid: str, ink: dict[str, str]) -> str:
    at = f"#{uid}"
    return (
        f"{at}{{font:15px/1.45 {SANS};color:{ink['ink']};background:{ink['bg']}}}"
        f"{at} section{{margin:0 0 32px}}"
        f"{at} h4{{font-size:17px;font-weight:700;line-height:1.4;margin:0;padding:10px 14px;"
        f"text-align:center;border:4px solid {ink['ink']};border-radius:8px}}"
        f"{at} .sides{{display:grid;gap:0 24px;grid-template-columns:"
        f"repeat(auto-fill,minmax(min(100%,max(320px,50% - 12px)),1fr))}}"
        f"{at} .claim{{position:relative;border-width:3px;border-color:{ink['ink']};"
        f"border-radius:8px;padding:8px 14px;margin:18px 0 0;box-sizing:border-box}}"
        f'{at} .claim::before{{content:"";position:absolute;left:50%;top:-21px;height:18px;'
        f"border-width:0 0 0 3px;border-style:inherit;border-color:{ink['ink']}}}"
        + "".join(f"{at} .{side}{{border-style:{line}}}" for side, (line, _) in LINES.items())
        + f"{at} p{{margin:0 0 4px}}"
        f"{at} code{{font:14px {MONO};white-space:nowrap}}"
        f"{at} .who,{at} details{{color:{ink['muted']};font-size:14px}}"
        f"{at} .who span{{white-space:nowrap}}"
        f"{at} summary{{cursor:pointer;min-height:24px}}"
        f"{at} ul{{margin:4px 0;padding-left:18px}}"
        f"{at} .key{{display:flex;flex-wrap:wrap;gap:6px 24px;margin:0 0 16px;padding:0}}"
        f"{at} .key i{{display:inline-block;width:34px;height:0;margin-right:8px;"
        f"vertical-align:middle;border-width:3px 0 0;border-color:{ink['ink']}}}"
        f"{at} .bare{{font-style:normal;font-weight:700;border:2px solid {ink['ink']};"
        f"border-radius:4px;padding:0 6px;white-space:nowrap}}"
        f"{at} .event{{margin:20px 0}}"
        f"{at} .reading{{border-color:{ink['ink']};border-width:0 0 0 3px;"
        f"padding:2px 14px;margin:4px 0}}"
    )


def _key(the_map: ArgumentMap) -> str:
    parts = [
        f'<span><i class="{side}"></i>{_named(the_map, side)}</span>'
        for side in LINES if side in the_map.sides
    ]  # fmt: skip
    return f'<p class="key">{"".join(parts)}</p>'


def _named(the_map: ArgumentMap, side: Side) -> str:
    return f"<b>{LINES[side][1]} {escape(the_map.sides[side])}</b>"


def _question(the_map: ArgumentMap, question: str) -> str:
    claims = the_map.on(question)
    present = [side for side in LINES if any(claim.side == side for claim in claims)]
    drawn = {
        side: "".join(_claim(the_map, claim) for claim in claims if claim.side == side)
        for side in present
    }
    columns = "".join(tag("div", part) for part in drawn.values())
    inside = columns if len(present) > 1 else "".join(drawn.values())
    asked = tag("h4", escape(the_map.questions[question]))
    return tag("section", asked + tag("div", inside, class_="sides"))


def _claim(the_map: ArgumentMap, claim: Claim) -> str:
    bare = "" if the_map.known_then(claim) else ' <em class="bare">no fact by July 2023</em>'
    return tag(
        "article",
        f"<p>{_named(the_map, claim.side)} \N{MIDDLE DOT} {claim.id}{bare}</p>"
        f"<p>{prose(claim.text)}</p>"
        f'<p class="who">{escape(", ".join(claim.by))} \N{MIDDLE DOT} {cited(claim.messages)}'
        f"{_relations(claim)}</p>{_bearing(the_map, counted(the_map, claim), claim.evidence)}",
        class_=f"claim {claim.side}",
    )


def _relations(claim: Claim) -> str:
    parts = [
        f"{verb} {', '.join(others)}"
        for verb, others in (("backs", claim.supports), ("answers", claim.attacks)) if others
    ]  # fmt: skip
    return "".join(f" \N{MIDDLE DOT} <span>{part}</span>" for part in parts)


def prose(text: str) -> str:
    """A text of the data as HTML."""
    return _ARROWS.sub(r"<code>\g<0></code>", escape(text))


def _bearing(the_map: ArgumentMap, head: str, evidence: tuple[str, ...]) -> str:
    """The facts that bear on something, folded under how many there are."""
    return fold(head, tag("ul", "".join(_fact(the_map, fact) for fact in evidence)))


def _fact(the_map: ArgumentMap, name: str) -> str:
    fact = the_map.evidence[name]
    marks = [name, dated(fact), *filter(None, [shared(the_map, name)])]
    told = f"{prose(fact.text)} <i>({prose('; '.join(fact.sources))})</i>"
    return f"<li><b>{escape(', '.join(marks))}</b>: {told}</li>"


def _predictions(the_map: ArgumentMap) -> str:
    told = "".join(_prediction(the_map, prediction) for prediction in the_map.predictions)
    return told and f"<h4>What was predicted, and what happened</h4>{told}"


def _prediction(the_map: ArgumentMap, told: Prediction) -> str:
    who = f"{told.by} \N{MIDDLE DOT} {cited(told.messages)}"
    return (
        f'<div class="event"><p class="who">{escape(who)}</p><div class="sides">'
        f"<div><b>Predicted.</b> {prose(told.predicted)}</div>"
        f"<div><b>Happened.</b> {prose(told.happened)}</div></div>"
        f"{_bearing(the_map, _facts(told.evidence), told.evidence)}</div>"
    )


def _facts(evidence: tuple[str, ...]) -> str:
    return f"{len(evidence)} fact{'s' * (len(evidence) > 1)}"


def _later(the_map: ArgumentMap) -> str:
    events = "".join(_happened(the_map, event) for event in the_map.later)
    return events and f"<h4>What happened later, and what either side may read in it</h4>{events}"


def _happened(the_map: ArgumentMap, event: Later) -> str:
    read: tuple[tuple[Side, str], ...] = (("for", event.read_for), ("against", event.read_against))
    readings = "".join(
        f'<div class="reading {side}"><b>{LINES[side][1]}</b> {prose(text)}</div>'
        for side, text in read
    )
    return (
        f'<div class="event"><p><b>{escape(event.release)} \N{MIDDLE DOT} {escape(event.title)}.'
        f'</b> {prose(event.text)}</p><div class="sides">{readings}</div>'
        f"{_bearing(the_map, _facts(event.evidence), event.evidence)}</div>"
    )
