# SPDX-License-Identifier: BSD-3-Clause
"""
The trace: what happened to one id
==================================

One thick line through the pills that hold the number, a double one for a gid beside a uid.  Level
and solid: it arrives.  Falling and dashed: lost, and the plate on the hop says which map had no
row.  Pills stay healthy, for the number is right where it stands; it is the hop that failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.render.kit.fit import first_that_fits, width
from kfuncviz.render.kit.markup import label, number, tag
from kfuncviz.render.ownership import labels
from kfuncviz.render.ownership.form import ARROW, BIN_MIDDLE, READING, Form
from kfuncviz.render.ownership.way import UNDER_HEAD, curve, heights
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.travel import Leg

THICK, DOUBLE, BETWEEN_DOUBLE = 6.0, 10.0, 3.5
_NAME, _UNDER = 13.5, 13.0


def lines(
    o: Ownership,
    form: Form,
    ink: Mapping[str, str],
    step: int,
    *,
    reading: float = READING,
    foot: float = BIN_MIDDLE,
    double: bool = False,
) -> Iterator[str]:
    """The line of each hop travelled within ``step`` steps, then their plates above them all.

    ``reading`` is the height of the numbers, ``foot`` that of what is lost.
    """
    legs = [leg for leg in o.travel.legs if leg.step <= step and leg.fate != "unreached"]
    for leg in legs:
        yield _line(form, leg, heights(o, leg, reading, foot), ink, double=double)
    for leg in legs:
        yield _plate(o, form, leg, sum(heights(o, leg, reading, foot)) / 2, ink)


def _ends(leg: Leg, form: Form) -> tuple[float, float]:
    """x where the line of a leg starts, and x where its arrow touches the next lane."""
    left, right = form.right[leg.hop], form.left[leg.hop + 1]
    return (left, right) if leg.target > leg.source else (right, left)


def _line(
    form: Form, leg: Leg, ends: tuple[float, float], ink: Mapping[str, str], *, double: bool
) -> str:
    (x0, x1), (y0, y1) = _ends(leg, form), ends
    lost = leg.fate != "arrives"
    ahead = 1 if x1 > x0 else -1
    thick = DOUBLE if double else THICK
    path = curve(x0, y0, x1 - ahead * ARROW * UNDER_HEAD, y1)
    colour = ink["bad-l" if lost else "ink"]
    head = f"M{number(x1)},{number(y1)}l{number(-ahead * ARROW)},{number(-ARROW * 0.62)}"
    line = tag("path", d=path, fill="none", stroke=ink["bg"], stroke_width=thick + 5) + tag(
        "path", d=path, fill="none", stroke=colour, stroke_width=thick,
        stroke_dasharray="10 6" if lost else None,
    )  # fmt: skip
    if double:
        line += tag("path", d=path, fill="none", stroke=ink["bg"], stroke_width=BETWEEN_DOUBLE)
    line += tag(
        "path", d=f"{head}v{number(ARROW * 1.24)}z", fill=colour, stroke=ink["bg"], stroke_width=1
    )
    return tag("g", line, class_="line", data_hop=leg.hop)


def _plate(o: Ownership, form: Form, leg: Leg, y: float, ink: Mapping[str, str]) -> str:
    said, across = _words(o, form, leg)
    x, high = _middle(leg, form), form.plate
    arrives = leg.fate == "arrives"
    rect = tag(
        "rect", x=x - across / 2, y=y - high / 2, width=across, height=high, rx=8, fill=ink["bg"],
        stroke=ink[f"{o.hops[leg.hop].key}-l" if arrives else "bad-l"], stroke_width=2.5,
        stroke_dasharray=None if arrives else "7 4",
    )  # fmt: skip
    if form.small:
        texts = label(x, y + 4.5, said[1], across, _UNDER, ink["ink" if arrives else "bad-l"],
                      mono=True, bold=True, anchor="middle")  # fmt: skip
    else:
        texts = label(
            x, y - 3.5, said[0], across, _NAME, ink["ink"], mono=True, bold=True, anchor="middle"
        ) + label(
            x, y + 14, said[1], across, _UNDER, ink["muted" if arrives else "bad-l"],
            mono=True, anchor="middle",
        )  # fmt: skip
    return tag("g", rect + texts, class_="plate", data_hop=leg.hop)


def plate_span(o: Ownership, form: Form, leg: Leg) -> tuple[float, float]:
    """x of the left and right edge of a leg's plate."""
    x, across = _middle(leg, form), _words(o, form, leg)[1]
    return x - across / 2, x + across / 2


def _words(o: Ownership, form: Form, leg: Leg) -> tuple[tuple[str, str], float]:
    """The helper and what it answered, and how wide the plate is.

    A number is told where any would fit, and a plate is as wide as for the longest, so that plates
    of other ids are no others.
    """
    room, said = form.gutter - 2 * ARROW - 22, labels.result(o, leg)
    id = o.lanes[leg.source].id
    if leg.fate == "lost" and len(said) > 1:
        longest = width(said[0].replace(str(id), str(LAST_ID)), _UNDER, mono=True)
        said, widest = (said[:1], longest) if longest <= room else (said[1:], 0.0)
    else:
        widest = 0.0
    under = first_that_fits(said, room, _UNDER, mono=True)
    name = "" if form.small else labels.hop_label(o.hops[leg.hop])
    needed = max(widest, width(name, _NAME, mono=True), width(under, _UNDER, mono=True))
    return (name, under), min(needed + 16, form.gutter - 8)


def _middle(leg: Leg, form: Form) -> float:
    """x of a plate's middle: halfway along the line, in front of its arrowhead."""
    x0, x1 = _ends(leg, form)
    return (x0 + x1) / 2 - (0.5 if x1 > x0 else -0.5) * ARROW * UNDER_HEAD
