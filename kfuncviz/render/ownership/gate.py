# SPDX-License-Identifier: BSD-3-Clause
"""
The gate: the plate under a picture that says whether this caller gets there
============================================================================

The way of the id is drawn whoever asks.  Under it stands what this caller's call comes to: solid
where it succeeds, dashed and crossed where a check stops it, with the check's reason.
"""

from __future__ import annotations

from collections.abc import Mapping

from kfuncviz.render.kit.markup import tag
from kfuncviz.render.kit.paragraph import paragraph
from kfuncviz.render.ownership import reach
from kfuncviz.scenario.ownership.answer import Ownership

_PAD = 10
_ABOVE, _BELOW = 10, 4


def gate(o: Ownership, across: float, top: float, ink: Mapping[str, str]) -> tuple[float, str]:
    """Height and drawing of the plate; nothing where nobody asked."""
    if o.access is None:
        return 0, ""
    stopped, room = reach.stopped(o), across - 2 * _PAD - 4
    sign = reach.STOPPED if stopped else reach.ARRIVES
    y = top + _ABOVE
    said = f"{sign} {reach.HEAD}'s {reach.verdict(o.access)}"
    high, first = paragraph(said, _PAD, y + 6, room, 15, ink["ink"])
    reason = reach.reason(o.access)
    more, second = (
        paragraph(reason, _PAD, y + 6 + high, room, 13, ink["muted"]) if reason else (0, "")
    )
    high += more + 14
    plate = tag(
        "rect", x=1, y=y, width=across - 2, height=high, rx=8, fill=ink["bg"],
        stroke=ink["bad-l" if stopped else "line"], stroke_width=2.5 if stopped else 1.5,
        stroke_dasharray="7 4" if stopped else None,
    )  # fmt: skip
    body = tag("g", plate + first + second, class_="gate", data_err=o.access.err or "none")
    return high + _ABOVE + _BELOW, body
