# SPDX-License-Identifier: BSD-3-Clause
"""
A decision as a rail
====================

From top to bottom the checks in the order the kernel makes them: a ring with a tick where one
passed, a dashed square with a cross where one refused; from there on the rail is dotted, and so is
the ring of what was not reached.  The question comes first, the helper and where it stands second.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kfuncviz.render.kit.fit import width as fitting
from kfuncviz.render.kit.frame import clamp, content_id, document
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.kit.paragraph import LEADING, paragraph, wrap
from kfuncviz.render.kit.tokens import Theme, colours
from kfuncviz.render.operation import words
from kfuncviz.render.operation.rail import Card, Check, Rail

#: Where the middle of the rail is, where its texts begin, half a ring, and half a square.
RAIL, TEXT, RING, SQUARE = 21.0, 56.0, 14.0, 16.0
_GAP, _PAD = 18.0, 14.0
_QUESTION = 16.0
#: Where the words beside the badge begin; where they do not fit they stand under it.
_BADGE = 172.0
Ink = Mapping[str, str]


def svg(
    rail: Rail,
    cards: Sequence[Card] = (),
    *,
    width: int = 1200,
    theme: Theme = "light",
    standalone: bool = True,
    head: bool = True,
) -> str:
    """The decision as an SVG document, ``width`` pixels wide (240 to 1600).

    ``cards`` are drawn under the rail; without ``head`` the call and its errno are left out.
    """
    ink, across = colours(theme), clamp(width)
    uid = content_id("rail", rail, tuple(cards), across, theme, standalone, head)
    y, body = 2.0, ""
    if head:
        y, body = _head(rail, y, across, ink)
    middles: list[float] = []
    drawn = ""
    for nth, check in enumerate(rail.checks, 1):
        middles.append(y + SQUARE)
        tall, text = _check(check, rail, y, across, ink)
        drawn += _mark(check, nth, y + SQUARE, ink) + text
        y += max(tall, 2 * SQUARE) + _GAP
    body += _line(rail, middles, ink) + drawn
    if rail.rest:
        tall, text = paragraph(rail.rest, TEXT, y, across - TEXT, 13, ink["muted"])
        y, body = y + tall + _GAP, body + text
    for card in cards:
        tall, text = _card(card, y, across, ink)
        y, body = y + tall + 10, body + text
    drawing = document(
        uid, (across, y), body, title="What the kernel checks, in order",
        desc=words.sentence(rail), theme=theme, standalone=standalone,
    )  # fmt: skip
    # an image could hold no links
    return drawing.replace('role="img"', 'role="group"', 1)


def _head(rail: Rail, y: float, across: float, ink: Ink) -> tuple[float, str]:
    tall, call = paragraph(rail.call, 0, y, across, 18, ink["ink"], mono=True)
    y += tall + 4
    bad = bool(rail.err)
    badge = tag(
        "rect", x=1.5, y=y + 1.5, width=157, height=33, rx=8, fill=ink["bad-t" if bad else "bg"],
        stroke=ink["bad-l" if bad else "ink"], stroke_width=3,
        stroke_dasharray="7 4" if bad else None,
    )  # fmt: skip
    said = f"✗ {rail.err}" if bad else "✓ allowed"
    word = label(80, y + 24, said, 150, 18, ink["ink"], mono=True, bold=True, anchor="middle")
    told, tall = words.which(rail), 36.0
    x, below = _BADGE, y + 24
    if fitting(told, 15, mono=False) > across - x:
        x, below, tall = 0, y + 56, 62
    which = label(x, below, told, across - x, 15, ink["muted"])
    return y + tall + _GAP, call + tag("g", badge + word, class_="badge") + which


def _line(rail: Rail, middles: list[float], ink: Ink) -> str:
    """The rail: whole down to the check that refused, dotted below it."""
    stops = rail.failed or len(middles)
    parts = ((middles[:stops], "ink", None), (middles[stops - 1 :], "line", "3 6"))
    return "".join(
        tag(
            "path", d=f"M{number(RAIL)},{number(part[0])}V{number(part[-1])}", stroke=ink[token],
            stroke_width=4, stroke_dasharray=dashes, fill="none",
        )
        for part, token, dashes in parts
        if len(part) > 1
    )  # fmt: skip


def _mark(check: Check, nth: int, y: float, ink: Ink) -> str:
    if check.answer == "failed":
        shape = tag(
            "rect", x=RAIL - SQUARE, y=y - SQUARE, width=2 * SQUARE, height=2 * SQUARE, rx=5,
            fill=ink["bad-t"], stroke=ink["bad-l"], stroke_width=3.5, stroke_dasharray="6 4",
        )  # fmt: skip
        return shape + _sign("✗", y, ink["bad-l"])
    passed = check.answer == "passed"
    shape = tag(
        "circle", cx=RAIL, cy=y, r=RING, fill=ink["bg"], stroke=ink["ink" if passed else "line"],
        stroke_width=3 if passed else 2, stroke_dasharray=None if passed else "2 4",
    )  # fmt: skip
    return shape + (_sign("✓", y, ink["ink"]) if passed else _sign(str(nth), y, ink["muted"]))


def _sign(sign: str, y: float, colour: str) -> str:
    return label(RAIL, y + 6, sign, 2 * RING, 16, colour, bold=True, anchor="middle")


def _check(check: Check, rail: Rail, y: float, across: float, ink: Ink) -> tuple[float, str]:
    """Height and drawing of a check's words."""
    if check.answer == "failed":
        return _refused(check, rail, y, across, ink)
    faint = "muted" if check.answer == "not reached" else "ink"
    state = label(across, y + 20, check.answer, 90, 13.5, ink["muted"], anchor="end")
    tall, body = _words(check, y + 2, TEXT, across - TEXT - 96, across - TEXT, ink, faint)
    return tall, tag("g", state + body, class_="check")


def _words(
    check: Check, y: float, x: float, box: float, wide: float, ink: Ink, token: str
) -> tuple[float, str]:
    """The question, the helper that asks it, and where that stands."""
    tall, body = _bold(check.question, x, y, box, ink[token])
    more, call = paragraph(
        _broken(check.call, wide), x, y + tall + 1, wide, 13, ink["muted"], mono=True
    )
    if check.url:
        call = tag("a", call, href=check.url, target="_blank", rel="noopener")
    last, source = paragraph(check.source, x, y + tall + more + 1, wide, 13, ink["muted"])
    return tall + more + last + 2, body + call + source


def _bold(text: str, x: float, y: float, box: float, colour: str) -> tuple[float, str]:
    """A question, in lines that fit although they are bold."""
    lines = wrap(text, box * 0.9, _QUESTION)
    step = _QUESTION * LEADING
    drawn = (
        label(x, y + _QUESTION + n * step, line, box, _QUESTION, colour, bold=True)
        for n, line in enumerate(lines)
    )
    return len(lines) * step, "".join(drawn)


def _broken(call: str, box: float) -> str:
    """A call that may be broken after its bracket, where its first word is too long for a line."""
    first = call.partition(" ")[0]
    fits = fitting(first, 13, mono=True) <= box
    return call if fits else call.replace("(", "( ", 1)


def _refused(check: Check, rail: Rail, y: float, across: float, ink: Ink) -> tuple[float, str]:
    """The card of the check that refused: its words, what it saw, and the rule."""
    x, wide = TEXT + _PAD, across - TEXT - 2 * _PAD
    top = y + 8
    told, failed = paragraph(f"failed: {rail.err}", x, top, wide, 14.5, ink["ink"])
    tall, body = _words(check, top + told, x, wide, wide, ink, "ink")
    at = top + told + tall + 6
    for refuses, line in check.under:
        rule = tag("path", d=f"M{number(x)},{number(at)}h{number(wide)}", stroke=ink["bad-l"])
        sign = "✗" if refuses else "✓"
        more, text = paragraph(
            _broken(line, wide - 22), x + 22, at + 4, wide - 22, 13, ink["ink"], mono=True, most=3
        )
        body += rule + label(x, at + 17, sign, 18, 13, ink["ink"], bold=True) + text
        at += more + 9
    more, text = paragraph(rail.rule, x, at + 2, wide, 14.5, ink["ink"])
    at += more + 12
    frame = tag(
        "rect", x=TEXT + 1.5, y=y + 1.5, width=across - TEXT - 3, height=at - y - 3, rx=8,
        fill=ink["bad-t"], stroke=ink["bad-l"], stroke_width=3, stroke_dasharray="7 4",
    )  # fmt: skip
    return at - y, tag("g", frame + failed + body + text, class_="check refused")


def _card(card: Card, y: float, across: float, ink: Ink) -> tuple[float, str]:
    """A change that helps, solid with a thick edge; or one that does not, dashed."""
    x, wide = _PAD + 6, across - 2 * _PAD - 6
    tall, body = _bold(card.title, x, y + 10, wide, ink["ink"])
    at = y + 10 + tall + 2
    if card.helps:
        more, text = paragraph(card.typed, x, at, wide, 13.5, ink["ink"], mono=True)
        at, body = at + more + 2, body + text
    more, text = paragraph(card.came, x, at, wide, 14, ink["muted"])
    at += more + 10
    frame = tag(
        "rect", x=1.5, y=y + 1.5, width=across - 3, height=at - y - 3, rx=6, fill=ink["bg"],
        stroke=ink["line"], stroke_width=1.5, stroke_dasharray=None if card.helps else "5 4",
    )  # fmt: skip
    edge = tag("rect", x=1.5, y=y + 1.5, width=6, height=at - y - 3, fill=ink["ink"])
    return at - y, tag("g", frame + (edge if card.helps else "") + body + text, class_="card")
