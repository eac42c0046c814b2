# SPDX-License-Identifier: BSD-3-Clause
"""
Remarks on maps
===============

A hole, a stray row, an early and a late end are named with the line and the numbers that would do;
maps as tools write them on purpose get no remark; and every number named as missing is missing.
"""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.dialects.remarks import kernels_syntax, remarks, wrapped
from kfuncviz.model.errors import IdMapError
from kfuncviz.model.idmap import Extent, IdMap

#: As tools write them.
ON_PURPOSE = {
    "one user": "0 1000 1",
    "its own number": "1000 1000 1",
    "rootless": "0 1000 1\n1 100000 65536",
    "keep-id": "0 1 1000\n1000 0 1\n1001 1001 64536",
    "keep-id on the host": "0 100000 1000\n1000 1000 1\n1001 101000 64536",
    "lxc, one group through": "0 100000 44\n44 44 1\n45 100045 65491",
    "lxc, a group of another number": "0 100000 106\n106 104 1\n107 100107 65429",
    "two ranges": "0 100000 65536\n65536 300000 65536",
    "two users exchanged": "1000 0 1\n0 1000 1",
    "everything": "0 0 4294967295",
    "nothing": None,
}


@pytest.mark.parametrize("name", ON_PURPOSE)
def test_what_tools_write_on_purpose_gets_no_remark(name: str) -> None:
    assert remarks(IdMap(ON_PURPOSE[name]).extents) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0 0 5\n9 9 5", "no row for 5...8 (4 ids): chown to them is EINVAL"),
        ("0 100 5\n9 109 5", "EINVAL; line 1 with a count of 9 would hold them"),
        ("9 109 5\n0 100 5", "EINVAL; line 2 with a count of 9 would hold them"),
        ("0 100 5\n6 106 5", "no row for 5 (1 id, off by one): chown to it is EINVAL; line 1"),
        ("0 100 5\n6 106 5", "line 1 with a count of 6 would hold it"),
        ("0 100000 1001\n1001 101002 64535", "(off by one); with the same distance"),
        ("0 100000 65535", "chown to it is EINVAL; most images use 0...65535"),
        ("0 100000 1000", "no row for 1000...65535 (64536 ids)"),
        ("0 100000 65537", "line 1 reaches 165536 of col 2, 1 past the end of the 65536 ids"),
    ],
)  # fmt: skip
def test_what_stands_out_is_said(text: str, said: str) -> None:
    assert said in "\n".join(remarks(IdMap(text).extents))


def test_a_count_that_would_overlap_is_not_proposed() -> None:
    (remark,) = remarks([Extent(0, 100, 5), Extent(9, 105, 5)])[:1]
    assert remark.endswith("chown to them is EINVAL")


def test_a_map_of_more_rows_than_the_kernel_takes_is_not_looked_at() -> None:
    rows = [Extent(3 * n, 3 * n, 2) for n in range(341)]
    assert len(remarks(rows[:340])) == 340  # 339 holes, and an early end
    assert remarks(rows) == []


def test_one_stray_row_is_one_remark() -> None:
    rows = IdMap("0 100000 10\n10 100011 10\n20 100021 65516").extents
    (stray,) = (line for line in remarks(rows) if "away" in line)
    assert stray == (
        "line 2: 10 = 100011 is 100001 away, while line 1 is 100000 away (off by one); with the "
        "same distance it would be 10 = 100010"
    )


@given(st.lists(st.tuples(*[st.integers(0, 40)] * 2, st.integers(1, 9)), max_size=5))
def test_what_is_named_as_missing_is_missing_and_a_proposed_count_holds_it(
    rows: list[tuple[int, int, int]],
) -> None:
    try:
        idmap = IdMap(rows)
    except IdMapError:
        return
    for remark in remarks(rows := [Extent(*row) for row in rows]):
        found = re.match(r"no row for (\d+)(?:\.\.\.(\d+))?", remark)
        if found is None:
            continue
        ids = range(int(found[1]), int(found[2] or found[1]) + 1)
        assert all(idmap.down(id) is None for id in ids)
        better = re.search(r"line (\d+) with a count of (\d+)", remark)
        if better:
            changed = [*rows]
            changed[int(better[1]) - 1] = changed[int(better[1]) - 1]._replace(count=int(better[2]))
            repaired = IdMap(changed)
            assert all(repaired.down(id) is not None for id in ids)


def test_numbers_are_read_as_the_kernel_parts_them() -> None:
    assert list(wrapped(b"1\xa04294967297 1\n4294967295 0 1\n")) == [
        "line 1: 4294967297 is taken as 1, for the kernel keeps 32 bits of a number"
    ]
    assert list(wrapped(b"0 0 1\0 4294967296 0 1")) == []


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("u 0 100000 65536\ng 0 200000 65536", ["0 100000 65536"]),
        ("lxc.idmap=u 0 1 2\n\nlxc.idmap = u 2 5 1\n", ["0 1 2", "2 5 1"]),
        ("0,100000,65536", ["0 100000 65536"]),
        ("0 100000", []),
        (" [ [0, 5, 1] ]", ["0 5 1"]),
        ("  u 0 1 2  ", ["0 1 2"]),
        ('{"containerID": 0, "hostID": 5, "size": true}', []),
        ("b:0:100000:65536", []),
        ("u 0 1 2\nx", []),
        ('{"ContainerID": 0, "HostID": 5, "Size": 1}', ["0 5 1"]),
        ("[[0, 5, 1], [1, 5]]", []),
        ('[[0, "5", 1]]', []),
        ("[true]", []),
        ("[", []),
        ("[" * 100_000, []),
        ("", []),
    ],
)
def test_rows_of_tools_are_told_in_the_kernels_syntax(text: str, rows: list[str]) -> None:
    assert kernels_syntax(text) == rows
    assert kernels_syntax("g 0 5 1\nu 0 1 2", "g") == ["0 5 1"]


@pytest.mark.parametrize(
    ("row", "remarked"),
    [
        (Extent(100000, 0, 65536), True),
        (Extent(65536, 0, 2), True),
        (Extent(65535, 0, 2), False),
        (Extent(100000, 0, 1), False),
        (Extent(100000, 1, 65536), False),
        (Extent(0, 0, 65536), False),
    ],
)
def test_columns_the_other_way_round_are_remarked(row: Extent, remarked: bool) -> None:
    said = f'the other way round it is "0 {row.first} {row.count}"'
    assert any(said in remark for remark in remarks([row])) == remarked
