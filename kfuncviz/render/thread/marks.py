# SPDX-License-Identifier: BSD-3-Clause
"""
The shape of a mail
===================

Shape says the kind: square patch, octagon objection, diamond alternative, circle reply; a badge at
the corner tells question, objection and agreement apart once more.  What a mail does to the one it
answers is no side in the argument: the badges are none of the signs of the argument's sides.  Every
shape has the same size and the same line, whoever wrote it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from kfuncviz.render.kit.markup import label, number, tag

if TYPE_CHECKING:
    from kfuncviz.kfuncs.thread import MailKind, Message

Tone = tuple[str, str]
KINDS: dict[MailKind, str] = {
    "patch": "patch", "question": "question", "objection": "objection",
    "alternative": "alternative", "reply": "reply", "agreement": "agreement",
}  # fmt: skip
BADGES: dict[MailKind, str] = {"question": "?", "objection": "!", "agreement": "="}


class Lit(NamedTuple):
    """The mail that is chosen, if one is, and all that stand out."""

    chosen: int | None = None
    mails: frozenset[int] = frozenset()


def shape(kind: MailKind, x: float, y: float, r: float, tone: Tone, line_width: float = 2.5) -> str:
    """The outline of a mail's kind around ``x``, ``y``; ``tone`` is its line and its fill."""
    line, fill = tone
    if kind == "patch":
        side = r * 1.8
        return tag(
            "rect", x=x - side / 2, y=y - side / 2, width=side, height=side, rx=3, fill=fill,
            stroke=line, stroke_width=line_width,
        )  # fmt: skip
    if kind in ("objection", "alternative"):
        return tag(
            "path", d=_outline(kind, x, y, r), fill=fill, stroke=line, stroke_width=line_width
        )
    return tag("circle", cx=x, cy=y, r=r, fill=fill, stroke=line, stroke_width=line_width)


def _outline(kind: MailKind, x: float, y: float, r: float) -> str:
    if kind == "alternative":
        r *= 1.2
        h = number(r)
        return f"M{number(x)},{number(y - r)}l{h},{h}l-{h},{h}l-{h},-{h}z"
    flat, slant = number(r * 0.84), number(r * 0.58)
    return (
        f"M{number(x - r * 0.42)},{number(y - r)}h{flat}l{slant},{slant}v{flat}l-{slant},{slant}"
        f"h-{flat}l-{slant},-{slant}v-{flat}z"
    )


def mail(
    m: Message,
    x: float,
    y: float,
    r: float,
    tone: Tone,
    ink: Mapping[str, str],
    *,
    lit: bool = False,
) -> str:
    """A mail: its shape, its number, its badge; a ``lit`` one has a thick line in ink."""
    size = 16 if r > 16 else 14
    text = label(
        x, y + size * 0.36, str(m.n), 2 * r, size, ink["ink"], mono=True, bold=True, anchor="middle"
    )
    sign = badge(m.kind, x + r * 0.9, y - r * 0.84, ink)
    drawn = shape(m.kind, x, y, r, (ink["ink"], tone[1]) if lit else tone, 5 if lit else 2.5)
    return drawn + text + sign


def pressing(m: Message, lit: Lit) -> dict[str, str]:
    """What makes a mail a button that chooses it, or lets it go again, as attributes."""
    on = m.n == lit.chosen
    event = {"type": "select", "target": "" if on else f"message {m.n}", "value": None}
    linked = ", linked with what is chosen" if m.n in lit.mails and not on else ""
    return {
        "data_key": f"mail-{m.n}",
        "data_event": json.dumps(event, separators=(",", ":")),
        "aria_pressed": "true" if on else "false",
        "aria_label": f"message {m.n}, {KINDS[m.kind]}, {m.author}{linked}",
    }


def badge(kind: MailKind, x: float, y: float, ink: Mapping[str, str]) -> str:
    """The sign at a mail's upper right corner; nothing for kinds that have none."""
    if kind not in BADGES:
        return ""
    ring = tag("circle", cx=x, cy=y, r=8.5, fill=ink["bg"], stroke=ink["ink"], stroke_width=1.5)
    sign = BADGES[kind]
    return ring + label(x, y + 4.8, sign, 16, 13, ink["ink"], bold=True, anchor="middle")
