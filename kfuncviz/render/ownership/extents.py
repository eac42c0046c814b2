# SPDX-License-Identifier: BSD-3-Clause
"""
Extents: what one ribbon says when it is pointed at
===================================================

A ribbon that has the focus, or is under the pointer, or was chosen, shows its row at the foot of
its gap: as the kernel writes it, and in words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from kfuncviz.render.kit.markup import label, tag
from kfuncviz.render.ownership.form import BIN, BIN_TOP, Form
from kfuncviz.render.ownership.labels import columns, row_text
from kfuncviz.scenario.ownership.answer import Ownership

_TYPE = 13.0
_LINE = 16.0


def words(o: Ownership, hop: int, row: int) -> tuple[str, str, str]:
    """A row as the kernel writes it, and what stands in its two columns.

    >>> from kfuncviz.scenario.ownership.answer import Lane, Ownership
    >>> from kfuncviz.scenario.ownership.travel import Hop, travel
    >>> hops = (Hop("mount", "mount idmap", ((0, 10, 5),), False, "left", "make_vfsuid"),)
    >>> lanes = Lane("fs", "On disk", "", 0), Lane("mount", "In the mount", "", 10)
    >>> words(Ownership("", "uid", "read", lanes, hops, travel("read", hops, {0: 0})), 0, 0)
    ('row 1 of 1: 0 10 5', 'disk 0…4', 'mount 10…14')
    """
    of_hop = o.hops[hop]
    one, two, count = of_hop.rows[row]
    first, second = columns(of_hop.key)
    whole = f"row {row + 1} of {len(of_hop.rows)}: {row_text(of_hop.rows[row])}"
    return whole, f"{first} {_ids(one, count)}", f"{second} {_ids(two, count)}"


def _ids(first: int, count: int) -> str:
    return str(first) if count == 1 else f"{first}\N{HORIZONTAL ELLIPSIS}{first + count - 1}"


def live(
    o: Ownership,
    form: Form,
    hop: int,
    row: int,
    outline: str,
    ink: Mapping[str, str],
    chosen: tuple[str, int] | None,
) -> str:
    """A ribbon's outline as a button that shows its row; pressed where it was chosen."""
    key = o.hops[hop].key
    whole, first, second = words(o, hop, row)
    event = {"type": "select", "target": f"{key}.{row}", "value": None}
    shape = tag("path", d=outline, fill=ink["bg"], fill_opacity=0, stroke=ink[f"{key}-l"],
                stroke_width=0)  # fmt: skip
    lines = (whole.partition(": ")[2], first, f"is {second}")
    return tag(
        "g", shape + _plate(o, form, hop, lines, ink), class_="extent", role="button", tabindex=0,
        aria_label=f"{o.hops[hop].name}, {whole}: {first} is {second}",
        aria_pressed="true" if chosen == (key, row) else "false", data_key=f"row-{key}-{row}",
        data_event=json.dumps(event, separators=(",", ":")),
    )  # fmt: skip


def _plate(
    o: Ownership, form: Form, hop: int, lines: tuple[str, ...], ink: Mapping[str, str]
) -> str:
    """The row at the foot of its gap; it is seen when its ribbon is pointed at or chosen."""
    x, across, high = form.right[hop] + 3, form.gutter - 6, len(lines) * _LINE + 8
    y = BIN_TOP + BIN - high + 2
    plate = tag(
        "rect", x=x, y=y, width=across, height=high, rx=6, fill=ink["bg"],
        stroke=ink[f"{o.hops[hop].key}-l"], stroke_width=1.5,
    )  # fmt: skip
    said = "".join(
        label(x + across / 2, y + 15 + nth * _LINE, line, across - 8, _TYPE, ink["ink"],
              mono=not nth, bold=not nth, anchor="middle")
        for nth, line in enumerate(lines)
    )  # fmt: skip
    return tag("g", plate + said, class_="extent-row", aria_hidden="true")
