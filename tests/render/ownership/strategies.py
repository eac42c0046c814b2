# SPDX-License-Identifier: BSD-3-Clause
"""
Random ownership answers: extreme ids, nasty names, many rows
=============================================================

Only the shape is kept right (lanes and hops alternate, the trace is consistent); the numbers need
not follow from the rows, for the drawing must not care.
"""

from __future__ import annotations

from hypothesis import strategies as st

from kfuncviz.scenario.ownership.answer import Call, Lane, Ownership
from kfuncviz.scenario.ownership.travel import Hop, Row, travel

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


COUNTS = st.one_of(st.integers(0, 12), st.just(340))


@st.composite
def rows(draw: st.DrawFn, counts: st.SearchStrategy[int] = COUNTS) -> tuple[Row, ...]:
    """Up to twelve rows, or 340, that do not overlap in either column."""
    count = draw(counts)
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
    lost = draw(st.one_of(st.none(), st.integers(0, len(keys) - 2)))
    hops = tuple(draw(_hop(keys[h + 1], lost=h == lost)) for h in range(len(keys) - 1))
    rows = {h: draw(st.integers(0, len(hop.rows) - 1)) for h, hop in enumerate(hops) if hop.rows}
    way = travel(direction, hops, rows, lost)
    alive = {way.start, *(leg.target for leg in way.legs if leg.fate == "arrives")}
    lanes = tuple(
        Lane(
            key, draw(names), draw(names), draw(ids) if k in alive else None,
            shown=draw(st.sampled_from((None, 65534))),
            twin=draw(st.one_of(st.none(), st.tuples(names, ids))) if k in alive else None,
        )
        for k, key in enumerate(keys)
    )  # fmt: skip
    refused = lost is not None and direction != "read"
    return Ownership(
        draw(names), draw(st.sampled_from(("uid", "gid"))), direction, lanes, hops, way,
        err=draw(st.sampled_from(("EINVAL", "EOVERFLOW"))) if refused else None,
        calls=tuple(draw(st.lists(_calls, max_size=4))),
    )  # fmt: skip


_calls = st.builds(
    Call, names, names, names, st.integers(0, 40), names, names, names,
    hop=st.sampled_from((None, 0)),
)  # fmt: skip


@st.composite
def _hop(draw: st.DrawFn, key: str, *, lost: bool) -> Hop:
    of_map = draw(rows())
    return Hop(
        "caller" if key == "caller" else "mid" if key == "mid" else "mount",
        draw(names), of_map, not of_map and not lost, draw(st.sampled_from(("left", "right"))),
        draw(st.sampled_from(("make_vfsuid", "from_kuid_munged", "mapped_fsuid", ""))),
        draw(names),
    )  # fmt: skip


def look_up(rows: tuple[Row, ...], column: int, number: int) -> tuple[int, int] | None:
    """The row that holds a number in a column, and the number in the other one."""
    for nth, row in enumerate(rows):
        if row[column - 1] <= number < row[column - 1] + row[2]:
            return nth, row[2 - column] + number - row[column - 1]
    return None


@st.composite
def true_ownerships(draw: st.DrawFn) -> Ownership:
    """Two to four lanes whose numbers follow from the rows, as the kernel would map them."""
    keys = KEYS[draw(st.sampled_from((2, 3, 3, 4)))]
    direction = draw(st.sampled_from(("read", "read", "create", "chown")))
    hops = tuple(draw(_true_hop(key)) for key in keys[1:])
    order = range(len(hops)) if direction == "read" else range(len(hops) - 1, -1, -1)
    first = hops[order[0]]
    column = 1 if (first.col1 == "left") == (direction == "read") else 2
    edges = [row[column - 1] + by for row in first.rows for by in (0, 1, row[2] - 1, row[2])]
    number: int | None = draw(
        st.one_of(ids, st.sampled_from([e for e in edges if e < 2**32 - 1] or [7]))
    )
    numbers: dict[int, int] = {}
    used: dict[int, int] = {}
    lost: int | None = None
    for h in order:
        source, target = (h, h + 1) if direction == "read" else (h + 1, h)
        numbers[source] = number
        if hops[h].nop:
            found: tuple[int | None, int] | None = (None, number)
        else:
            found = look_up(
                hops[h].rows, 1 if (hops[h].col1 == "left") == (source < target) else 2, number
            )
        if found is None:
            lost = h
            break
        if found[0] is not None:
            used[h] = found[0]
        number = numbers[target] = found[1]
    way = travel(direction, hops, used, lost)
    lanes = tuple(
        Lane(key, f"Lane {k}", f"sub {k}", numbers.get(k), twin=_twin(draw, numbers.get(k)))
        for k, key in enumerate(keys)
    )
    refused = lost is not None and direction != "read"
    return Ownership(
        "True", draw(st.sampled_from(("uid", "gid"))), direction, lanes, hops, way,
        err=draw(st.sampled_from(("EINVAL", "EOVERFLOW"))) if refused else None,
    )  # fmt: skip


def _twin(draw: st.DrawFn, number: int | None) -> tuple[str, int] | None:
    return draw(st.sampled_from((None, None, ("i_uid", 20000)))) if number is not None else None


@st.composite
def _true_hop(draw: st.DrawFn, key: str) -> Hop:
    of_map = draw(rows(st.one_of(st.integers(0, 3), st.integers(0, 15))))
    return Hop(
        key, f"map of {key}", of_map, not of_map, "left" if key == "mount" else "right",
        "" if key == "mid" else f"ask_{key}", "flattened" if key == "mid" else "",
    )  # fmt: skip
