# SPDX-License-Identifier: BSD-3-Clause
"""
Random ownership answers: extreme ids, nasty names, many rows
=============================================================

Only the shape is kept right (lanes and hops alternate, the trace is consistent); the numbers need
not follow from the rows, for the drawing must not care.
"""

from __future__ import annotations

from hypothesis import strategies as st

from kfuncviz.scenario.ownership.answer import Hop, Lane, Ownership, Row

NASTY = (
    "", " ", "<b>&\"'", "\x00\x1b[31m\x7f", "\ud800", "\uffff", "a" * 300, "\u202eevil\u202c",
    "\u0634\u0628\u0643\u0629", "\N{FAMILY}\u200d\N{FIRE}" * 9, "]]>", "\n\r\t", "e\u0301" * 40,
    "\N{CJK UNIFIED IDEOGRAPH-8A9E}" * 30, "{{}} %s \\ url(#x)",
)  # fmt: skip

names = st.one_of(st.sampled_from(NASTY), st.text(max_size=40))
ids = st.one_of(
    st.sampled_from((0, 1, 999, 65534, 2**31, 2**32 - 2, 2**32 - 1)), st.integers(0, 2**32 - 1)
)
KEYS = {2: ("fs", "caller"), 3: ("fs", "mount", "caller"), 4: ("fs", "mount", "mid", "caller"),
        6: ("fs", "mount", "mid", "mid", "mid", "caller")}  # fmt: skip


@st.composite
def rows(draw: st.DrawFn) -> tuple[Row, ...]:
    """Up to twelve rows, or 340, that do not overlap in either column."""
    count = draw(st.one_of(st.integers(0, 12), st.just(340)))
    size = draw(st.integers(1, 5000))
    space = draw(st.integers(0, 3))
    base = draw(st.sampled_from((0, 1, 100000, 2**32 - 2 - count * (size + space))))
    order = list(range(count))
    if draw(st.booleans()):
        order.reverse()
    pitch = size + space
    return tuple((n * pitch, base + order[n] * pitch, size) for n in range(count))


@st.composite
def ownerships(draw: st.DrawFn) -> Ownership:
    """An ownership answer of two to six lanes, arriving or lost, in any direction."""
    keys = KEYS[draw(st.sampled_from(sorted(KEYS)))]
    direction = draw(st.sampled_from(("read", "create", "chown")))
    hops_count = len(keys) - 1
    order = range(hops_count) if direction == "read" else range(hops_count - 1, -1, -1)
    lost_at = draw(st.one_of(st.none(), st.integers(0, hops_count - 1)))
    values: list[int | None] = [None] * len(keys)
    values[0 if direction == "read" else -1] = draw(ids)
    hops: dict[int, Hop] = {}
    alive = True
    for nth, h in enumerate(order):
        lost = nth == lost_at
        reached = alive or direction == "read"
        alive = alive and not lost
        if alive:
            values[h + 1 if direction == "read" else h] = draw(ids)
        hops[h] = draw(_hop(keys[h + 1], lost=lost, answered=alive, reached=reached))
    lanes = tuple(
        Lane(
            key, draw(names), draw(names), values[k],
            shown=draw(st.sampled_from((None, 65534))),
            twin=draw(st.one_of(st.none(), st.tuples(names, ids))),
        )
        for k, key in enumerate(keys)
    )  # fmt: skip
    refused = lost_at is not None and direction != "read"
    calls = tuple(draw(st.lists(names, max_size=4)))
    return Ownership(
        draw(names), draw(st.sampled_from(("uid", "gid"))), direction, lanes,
        tuple(hops[h] for h in range(hops_count)),
        err=draw(st.sampled_from(("EINVAL", "EOVERFLOW"))) if refused else None,
        calls=calls, call_hops=tuple(draw(st.sampled_from((None, 0))) for _ in calls),
    )  # fmt: skip


@st.composite
def _hop(draw: st.DrawFn, key: str, *, lost: bool, answered: bool, reached: bool) -> Hop:
    of_map = draw(rows())
    nop = not of_map and not lost
    row = draw(st.integers(0, len(of_map) - 1)) if of_map and answered else None
    return Hop(
        "caller" if key == "caller" else "mid" if key == "mid" else "mount",
        draw(names), of_map, nop, draw(st.sampled_from(("left", "right"))),
        draw(st.sampled_from(("make_vfsuid", "from_kuid_munged", "mapped_fsuid", ""))),
        row, lost, reached, draw(names),
    )  # fmt: skip
