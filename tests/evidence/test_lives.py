# SPDX-License-Identifier: BSD-3-Clause
"""
Are the lives those of the rows and the recorded events, and do the filters keep what they say?
===============================================================================================
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from kfuncviz.evidence import every_program_type, lives
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.history.diffs import KfuncChange, changes, words
from kfuncviz.evidence.history.lives import KINDS, Life, Lives, counting, every_flag, every_life
from kfuncviz.evidence.history.lives import _of_one as lives_of_one
from tests.evidence.rows import lives as recorded
from tests.evidence.rows import order, registered

TYPES = {
    word.partition("(")[0]
    for found in registered().values() for row in found.values()
    for word in row["program_types"].split("|") if word
}  # fmt: skip


def test_lives_are_those_of_rows_and_recorded_events() -> None:
    assert [tuple(life) for life in every_life()] == list(recorded())


def test_age_and_time_watched() -> None:
    life = Life("bpf_x", "6.1", "6.5", ("6.3",), renamed=False)
    assert (life.age("6.1"), life.age("6.3"), life.watched) == (0, 2, 4)
    alive = life._replace(died="")
    assert alive.watched == len(order()) - 1 - order().index("6.1")


def test_program_types_are_the_words_of_the_rows() -> None:
    assert every_program_type() == sorted(TYPES - {"UNSPEC"})


def matching(program_type: str, file: str, text: str) -> set[str]:
    """Read from the rows without the filters' own code."""
    out = set()
    for found in registered().values():
        for name, row in found.items():
            cell = {word.partition("(")[0] for word in row["program_types"].split("|")}
            opened = not program_type or program_type in cell or "UNSPEC" in cell
            if opened and row["defined_in"][: len(file)] == file and text in name:
                out.add(name)
    return out


@pytest.mark.parametrize("only", ["all", "changed", "gone"])
@pytest.mark.parametrize(
    ("program_type", "file", "text"),
    [("", "", ""), ("LSM", "", ""), ("XDP", "net/", ""), ("", "fs/", "xattr"), ("", "", "."),
     ("STRUCT_OPS", "kernel/sched", "scx_bpf"), ("", "net/ipv4", "")],
)  # fmt: skip
def test_filters_keep_what_they_say(program_type: str, file: str, text: str, only: Any) -> None:
    kept = matching(program_type, file, text)
    if only == "gone":
        kept &= {name for name, _, died, *_ in recorded() if died}
    if only == "changed":
        kept &= {name for name, *_, changed, _ in recorded() if changed}
    found = lives(program_type=program_type, file=file, text=text, only=only)
    wanted = [life for life in recorded() if life[0] in kept]
    born = {name: min(order().index(life[1]) for life in group)
            for name, group in itertools.groupby(wanted, key=lambda life: life[0])}  # fmt: skip
    wanted.sort(key=lambda life: (born[life[0]], life[0], order().index(life[1])))
    assert [tuple(life) for life in found.lives] == wanted
    asked = (found.program_type, found.file, found.text, found.only, found.counted)
    assert asked == (program_type, file, text, only, "prototype")
    assert found.releases == order()[1:]
    assert found.total == len({name for name, *_ in recorded()})


def test_what_is_not_asked_for_is_everything() -> None:
    found = lives()
    assert Lives(found.lives, found.releases, found.total) == found
    assert [tuple(life)[:3] for life in found.lives[:2]] == [
        ("bbr_cwnd_event", "5.13", "7.1"), ("bbr_init", "5.13", ""),
    ]  # fmt: skip


def test_terms_count_more_than_the_prototype() -> None:
    prototype, terms = (lives(counted=counted) for counted in ("prototype", "terms"))
    assert terms.counted == "terms"
    for narrow, broad in zip(prototype.lives, terms.lives, strict=True):
        assert narrow[:3] == broad[:3]
        assert set(narrow.changed) <= set(broad.changed)
    by_name = {life.kfunc: life.changed for life in terms.lives}
    assert by_name["bpf_path_d_path"] == (
        "6.18",
        "7.0",
        "7.3",
    )  # const, a retired flag, a new program type
    changed = lives(counted="terms", only="changed")
    assert {life.kfunc for life in changed.lives} == {n for n, marks in by_name.items() if marks}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"program_type": "NFS"}, r"program_type is 'NFS', must be one of CGROUP_SKB, "),
        ({"program_type": "UNSPEC"}, "program_type is 'UNSPEC', must be one of"),
        ({"only": "dead"}, "only is 'dead', must be one of all, changed, gone"),
        ({"counted": "all"}, "counted is 'all', must be one of prototype, terms"),
        ({"flag": "KF_FAST"}, "flag is 'KF_FAST', must be one of KF_ACQUIRE, "),
        ({"kinds": ["moved"]}, "kind is 'moved', must be one of prototype, const, stricter"),
    ],
)
def test_a_filter_that_is_none_says_what_would_be_right(asked: Any, said: str) -> None:
    with pytest.raises(EvidenceError, match=said):
        lives(**asked)


@pytest.mark.parametrize(
    ("kinds", "first", "second"),
    [
        ((), (), ()), (("prototype",), ("6.2",), ()), (("const",), ("6.3",), ("7.0",)),
        (("stricter", "narrowed"), ("6.2",), ()), (("widened",), ("6.5",), ()),
        (("loosened",), (), ()), (KINDS, ("6.2", "6.3", "6.5"), ("7.0",)),
    ],
)  # fmt: skip
def test_lives_of_one_kfunc_by_hand(kinds: Any, first: Any, second: Any) -> None:
    found = [
        KfuncChange("bpf_x", release, "", event, kind, "", "", "", "")
        for release, event, kind in (
            ("6.1", "born", ""), ("6.2", "prototype", "substantial"), ("6.2", "flags", "stricter"),
            ("6.3", "prototype", "const_only"), ("6.4", "prototype", "kernel_side"),
            ("6.4", "moved", ""), ("6.5", "program_types", "widened"), ("6.6", "died", ""),
            ("6.9", "returned", ""), ("7.0", "prototype", "annotation_only"),
        )
    ]  # fmt: skip
    assert lives_of_one("bpf_x", found, kinds) == [
        ("bpf_x", "6.1", "6.6", first, False), ("bpf_x", "6.9", "", second, False),
    ]  # fmt: skip
    assert lives_of_one("bpf_x", found[:-3], kinds) == [("bpf_x", "6.1", "", first, False)]


def test_the_kinds_share_out_every_change_of_terms() -> None:
    """But for those of the kernel's side alone, which no program sees."""
    told = [
        (c.event, c.kind)
        for c in changes()
        if c.event in ("prototype", "flags", "program_types") and c.kind != "kernel_side"
    ]
    sorts = [(event, kind) for event, kinds in KINDS.values() for kind in kinds]
    assert len(sorts) == len(set(sorts))
    assert set(told) == set(sorts)
    assert counting(frozenset(KINDS)) == every_life("terms")
    assert counting(frozenset({"prototype"})) == every_life() != counting(frozenset())


def test_a_flag_is_one_of_a_release_that_meets_the_other_filters_too() -> None:
    rows = [row for found in registered().values() for row in found.values()]
    assert every_flag() == sorted({flag for row in rows for flag in words(row["flags"])})
    kept = {
        row["kfunc"]
        for row in rows
        if "KF_ACQUIRE" in words(row["flags"]) and row["defined_in"].startswith("kernel/bpf/")
    }
    found = lives(flag="KF_ACQUIRE", file="kernel/bpf/", kinds=["widened"])
    assert {life.kfunc for life in found.lives} == kept
    assert (found.flag, found.kinds) == ("KF_ACQUIRE", frozenset({"widened"}))
    whole = {life for life in counting(frozenset({"widened"})) if life.kfunc in kept}
    assert set(found.lives) == whole
