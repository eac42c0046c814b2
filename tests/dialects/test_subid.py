# SPDX-License-Identifier: BSD-3-Clause
"""
/etc/subuid and /etc/subgid
===========================

Ranges as they stand, problems with the number of their line, overlaps between any two of many.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.dialects.subid import SubidRange, read_subids


def test_ranges_are_kept_in_their_order() -> None:
    found, problems, remarks = read_subids(b"# people\nbob:165536:65536\r\n\nalice:100000:65536")
    assert found == [SubidRange("bob", 165536, 65536), SubidRange("alice", 100000, 65536)]
    assert problems == remarks == []
    found, problems, _ = read_subids(b" # x:1:1\na:5:1 \n#\nb:6:1#")
    assert found == [SubidRange("a", 5, 1)]
    assert problems == ["line 4: count '1#' is not a plain decimal number up to 4294967294"]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"alice", "'alice' has 1 of three fields owner:start:count"),
        (b"alice:1:2:3", "'alice:1:2:3' has 4 of three fields owner:start:count"),
        (b":1:2", "the owner '' is not a login name or uid"),
        (b"a\0b:1:2", r"the owner 'a\x00b' is not a login name or uid"),
        (b"a\x1b[31m:1:2", r"the owner 'a\x1b[31m' is not a login name or uid"),
        (b"\xff:1:2", "the owner '\ufffd' is not a login name or uid"),
        (b"a:0x10:2", "start '0x10' is not a plain decimal number up to 4294967294"),
        (b"a:-1:2", "start '-1' is not a plain decimal number up to 4294967294"),
        ("a:٣:2".encode(), "start '٣' is not a plain decimal number up to 4294967294"),
        (b"a:1:" + b"9" * 5000, "count '" + "9" * 57 + "...' is not a plain decimal number up to "
         "4294967294"),
        (b"a:9999999999:1", "ends at 9999999999; the last id is 4294967294"),
        (b"a:10000000000:1", "start '10000000000' is not a plain decimal number up to 4294967294"),
        (b"a:1:0", "a count of 0 gives nothing; the least is 1"),
        (b"a:4294967294:2", "ends at 4294967295; the last id is 4294967294"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(line: bytes, problem: str) -> None:
    found, problems, _ = read_subids(b"x:5:1\n\n" + line + b"\ny:7:1\n")
    assert [entry.owner for entry in found] == ["x", "y"]
    assert problems == [f"line 3: {problem}"]


def test_overlaps_are_remarked_at_the_later_line() -> None:
    _, problems, remarks = read_subids(b"alice:100:10\nbob:109:5\nbob:105:1\ncarol:200:1\n")
    assert problems == []
    assert remarks == [
        "line 2: 109...113 overlaps line 1 (alice): two users share ids",
        "line 3: 105...105 overlaps line 1 (alice): two users share ids",
    ]
    assert read_subids(b"a:5:5\na:5:5\n").remarks == [
        "line 2: 5...9 overlaps line 1 (a): the same ids are counted twice"
    ]
    assert read_subids(b"lxd:5:5\nroot:5:5\n").remarks == [
        "line 2: the same range as line 1 (lxd): both may hand out its ids"
    ]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 8)), max_size=8))
def test_there_is_a_remark_exactly_where_two_ranges_overlap(pairs: list[tuple[int, int]]) -> None:
    text = "".join(f"u{n}:{start}:{count}\n" for n, (start, count) in enumerate(pairs))
    sets = [set(range(start, start + count)) for start, count in pairs]
    overlap = any(a & b for n, a in enumerate(sets) for b in sets[:n])
    found, problems, remarks = read_subids(text.encode())
    assert len(found) == len(pairs)
    assert problems == []
    assert bool(remarks) == overlap


def test_many_lines_take_no_more_than_their_number() -> None:
    data = b"".join(b"u:%d:1\n" % n for n in range(60_000))
    found, problems, remarks = read_subids(data + data)
    assert len(found) == 120_000
    assert (len(problems), len(remarks)) == (0, 60_000)


@given(st.binary(max_size=80))
def test_any_bytes_are_ranges_or_problems(data: bytes) -> None:
    found = read_subids(data)
    lines = [*found.problems, *found.remarks]
    assert all(line.startswith("line ") and "\n" not in line for line in lines)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("alice 100000 65536", "; want alice:100000:65536"),
        ("alice:100000-165535", "; want alice:100000:65536"),
        ("alice:100000 65536", "; want alice:100000:65536"),
        ("alice:9-5", ""),
        ("alice:5-5", "; want alice:5:1"),
        ("alice 5", ""),
        ("alice:0-9999999999", ""),
        ("alice:0-4294967294", "; want alice:0:4294967295"),
    ],
)
def test_a_line_that_is_nearly_right_is_told_what_would_be(line: str, meant: str) -> None:
    (problem,) = read_subids(line.encode()).problems
    assert problem.endswith(f" of three fields owner:start:count{meant}")
