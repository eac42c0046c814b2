# SPDX-License-Identifier: BSD-3-Clause
"""Texts written to map files: what the kernel took, and what it refused with which errno."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.model.capability import CAP_FULL_SET, cap_mask
from kfuncviz.model.cred import Cred, Task
from kfuncviz.model.errors import IdMapError, KernelError
from kfuncviz.model.idmap import IdMap, map_text, parse
from kfuncviz.model.map_write import map_write, proc_setgroups_write
from kfuncviz.model.uidgid import kgid_t, kuid_t
from kfuncviz.model.user_namespace import (
    UserNamespace,
    create_user_ns,
    from_kuid,
    init_user_ns,
    make_kuid,
    uid_m_show,
)

DATA = Path(__file__).parents[1] / "data"
with gzip.open(DATA / "kernel-map-writes.jsonl.gz", "rt") as _lines:
    CASES = [json.loads(line) for line in _lines]


def setting(case: dict[str, Any]) -> tuple[UserNamespace, Task]:
    """The namespace and the writer of a recorded case."""
    uid = case.get("kuid", 0)
    ns = create_user_ns("ns", init_user_ns, kuid_t(uid), kgid_t(uid), could_setfcap=uid == 0)
    if case["writer"] == "self":
        return ns, Task(cred=Cred.of(uid, uid, user_ns=ns, caps=CAP_FULL_SET))
    caps = cap_mask("-" + ",".join(case["drop"])) if "drop" in case else CAP_FULL_SET
    return ns, Task(cred=Cred.of(0, 0, caps=caps))


def write(task: Task, ns: UserNamespace, case: dict[str, Any], text: str) -> dict[str, Any]:
    data = text.encode("latin-1")
    try:
        written = map_write(task, ns, case["file"], data, pwrite="offset" in case)
    except IdMapError as error:
        return {"err": error.name}
    return {"err": None, "written": written}


def answer(case: dict[str, Any]) -> dict[str, Any]:
    ns, task = setting(case)
    if "setgroups" in case:
        proc_setgroups_write(task, ns, case["setgroups"].encode())
    got = write(task, ns, case, case["data"])
    if "then" in case:
        got["then"] = write(task, ns, case, case["then"])
    got["extents"] = [list(extent) for extent in getattr(ns, case["file"])]
    return got


def test_every_write_equals_the_kernels() -> None:
    answers = [(case, answer(case)) for case in CASES]
    wrong = [
        f"{case['id']} {case['cat']}: kernel {case['result']}, model {got}"
        for case, got in answers
        if got != case["result"]
    ]
    assert not wrong, "\n".join(wrong[:10])


def test_all_recorded_cases_are_there() -> None:
    assert len(CASES) == 264


def test_a_refusal_names_the_rule() -> None:
    with pytest.raises(IdMapError, match=r"line 2: ids 5\.\.\.9 of col 2 overlap line 1") as caught:
        IdMap("0 0 10\n100 5 5")
    assert caught.value.errno == 22
    assert caught.value.name == "EINVAL"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "blank"),
        ("0 0", "2 of three numbers"),
        ("0 0 0", "count of 0"),
        ("0:0:1", "separated by spaces"),
        ("-1 0 1", "not a plain decimal"),
        ("0 0 1 2", "after the third"),
        ("0 0 1\n\n1 1 1", "line 2: blank"),
        ("4294967295 0 1", "never an id"),
        ("1 0 4294967295", "runs past 4294967294"),
        ("0 0 1\n" * 341, "overlap"),
        (" " * 4096, "4096 bytes"),
    ],
)
def test_rules_in_words(text: str, rule: str) -> None:
    with pytest.raises(IdMapError, match=rule):
        IdMap(text)


@pytest.mark.parametrize("rows", [[(0, 0)], [0, 0, 1], [(0, 0, "1")], [(0, 0, True)]])
def test_rows_that_are_no_rows(rows: Any) -> None:
    with pytest.raises(IdMapError, match=r"row 1 is .* not three whole numbers"):
        IdMap(rows)


def test_too_many_lines() -> None:
    text = "".join(f"{i} {i} 1\n" for i in range(341))
    with pytest.raises(IdMapError, match="341 lines; 340 is the most"):
        IdMap(text)
    assert len(IdMap(text[: text.rindex("340 340")])) == 340


def test_straddling_two_rows_of_the_parent_is_eperm() -> None:
    rows = IdMap("0 1000 1\n1 100000 65536")
    parent = UserNamespace("parent", init_user_ns, uid_map=rows, gid_map=rows)
    child = UserNamespace("child", parent)
    root = Task(cred=Cred.of(1000, 1000, user_ns=parent, caps=CAP_FULL_SET))
    with pytest.raises(IdMapError, match=r"no single row that holds all of 0\.\.\.99") as caught:
        map_write(root, child, "uid_map", b"0 0 100")
    assert caught.value.name == "EPERM"
    map_write(root, child, "uid_map", b"0 0 1\n1 1 99")
    assert child.uid_map.rows == [(0, 1000, 1), (1, 100000, 99)]


def test_setfcap_rule_is_new_in_5_12_and_a_grandparent_may_not_write() -> None:
    ns = UserNamespace("ns", UserNamespace("p", init_user_ns, uid_map=IdMap("0 0 10")))
    with pytest.raises(IdMapError, match="opened outside"):
        map_write(Task(), ns, "uid_map", b"0 0 1")


@pytest.mark.parametrize(
    ("text", "err"),
    [("deny", None), ("deny\n\n\n", None), ("allow", None), ("allow  \n", "EINVAL"),
     ("Deny", "EINVAL"), (" deny", "EINVAL"), ("denyx", "EINVAL"), ("", "EINVAL")],
)  # fmt: skip
def test_setgroups(text: str, err: str | None) -> None:
    ns = UserNamespace("ns", init_user_ns)
    try:
        assert proc_setgroups_write(Task(), ns, text.encode()) == len(text)
        got = None
    except KernelError as error:
        got = error.name
    assert got == err


def test_setgroups_cannot_go_back_and_not_after_gid_map() -> None:
    ns = UserNamespace("ns", init_user_ns)
    proc_setgroups_write(Task(), ns, b"deny")
    with pytest.raises(KernelError, match="EPERM"):
        proc_setgroups_write(Task(), ns, b"allow")
    late = UserNamespace("late", init_user_ns)
    map_write(Task(), late, "gid_map", b"0 0 1")
    with pytest.raises(KernelError, match="too late"):
        proc_setgroups_write(Task(), late, b"deny")
    assert proc_setgroups_write(Task(), late, b"allow") == 5


ids = st.integers(0, 4294967294)


@st.composite
def maps(draw: st.DrawFn, most: int = 9) -> IdMap:
    """A valid map: extents that overlap on neither side."""
    counts = draw(st.lists(st.integers(1, 70000), min_size=1, max_size=most))
    rows, first, lower = [], draw(st.integers(0, 10**6)), draw(st.integers(0, 10**6))
    for count in counts:
        rows.append((first, lower, count))
        first += count + draw(st.integers(0, 5))
        lower += count + draw(st.integers(0, 5))
    return IdMap(draw(st.permutations(rows)))


@given(maps(), st.data())
def test_down_and_up_are_inverse_where_mapped(idmap: IdMap, data: st.DataObject) -> None:
    extent = data.draw(st.sampled_from(idmap.extents))
    id = data.draw(st.integers(extent.first, extent.first + extent.count - 1))
    lower = idmap.down(id)
    assert lower is not None
    assert idmap.up(lower) == id


@given(maps(), ids)
def test_look_up_is_the_row_or_nothing(idmap: IdMap, id: int) -> None:
    holds = [e for e in idmap if e.first <= id < e.first + e.count]
    expected = holds[0].lower_first + id - holds[0].first if holds else None
    assert idmap.down(id) == expected


@given(maps(), ids)
def test_the_inverse_map_looks_up_the_other_way(idmap: IdMap, id: int) -> None:
    inverse = IdMap([(lower, first, count) for first, lower, count in idmap.rows])
    assert inverse.down(id) == idmap.up(id)
    assert inverse.up(id) == idmap.down(id)


@given(maps())
def test_text_round_trip_keeps_the_order_the_kernel_reads_back(idmap: IdMap) -> None:
    assert IdMap(idmap.rows).rows == idmap.rows
    assert len(idmap) <= 5 or idmap.rows == sorted(idmap.rows)


@given(st.binary(max_size=200) | st.text("0123456789 \n\t-x", max_size=200).map(str.encode))
def test_the_parser_never_crashes(data: bytes) -> None:
    try:
        extents = parse(data)
    except IdMapError:
        return
    assert parse(map_text([tuple(extent) for extent in extents])) == extents


@given(maps(3), st.data())
def test_a_nested_map_is_the_composition(outer: IdMap, data: st.DataObject) -> None:
    parent = UserNamespace("parent", init_user_ns, uid_map=outer, gid_map=outer)
    extent = data.draw(st.sampled_from(outer.extents))
    count = data.draw(st.integers(1, extent.count))
    inner = IdMap([(7, extent.first, count)])
    child = UserNamespace("child", parent)
    root = Task(cred=Cred.of(0, 0, user_ns=parent, caps=CAP_FULL_SET))
    map_write(root, child, "uid_map", map_text(inner.rows))
    id = data.draw(st.integers(0, count + 20))
    through_both = inner.down(id)
    expected = None if through_both is None else outer.down(through_both)
    assert child.uid_map.down(id) == expected
    if expected is not None:
        assert from_kuid(child, make_kuid(child, id)) == id  # type: ignore[arg-type]
    seen = uid_m_show(child, parent)
    assert [tuple(row) for row in seen] == inner.rows


def test_the_length_is_asked_before_a_map_that_was_written_and_before_rights() -> None:
    """Linux 6.18.44: a page of text is EINVAL, though the map is there; 4095 bytes are EPERM."""
    ns, page = UserNamespace("ns", init_user_ns), b"0 0 1".ljust(4096)
    map_write(Task(), ns, "uid_map", b"0 0 1")
    nobody = Task(cred=Cred.of(5, 5))  # may nothing here
    for task, text, errno in (
        (Task(), page, "EINVAL"), (Task(), page[:-1], "EPERM"), (nobody, page, "EINVAL"),
    ):  # fmt: skip
        with pytest.raises(IdMapError) as caught:
            map_write(task, ns, "uid_map", text)
        assert caught.value.name == errno
