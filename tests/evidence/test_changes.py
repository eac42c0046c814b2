# SPDX-License-Identifier: BSD-3-Clause
"""
Do births, changes and deaths follow from the rows, and agree with the recorded events?
=======================================================================================
"""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz.evidence import changes, events
from kfuncviz.evidence.errors import EvidenceError, UnknownRelease
from kfuncviz.evidence.history import compare, counts, diffs, shares
from kfuncviz.evidence.history.proportions import share, wilson
from tests.evidence.rows import order, registered, rows

ALIVE = {"5.13": 25, "6.1": 43, "6.5": 113, "6.12": 201, "6.18": 274, "7.3": 349}
EVENTS = {
    "prototype": "signature_changed",
    "flags": "flags_changed",
    "program_types": "program_types_changed",
    "moved": "moved_file",
}
ROWS_CANNOT_SHOW = ("pre_release", "stable_backport", "policy")


@pytest.mark.parametrize(("release", "number"), ALIVE.items())
def test_anchors_alive(release: str, number: int) -> None:
    alive = counts.by_release().set_index("release")["alive"]
    assert alive[release] == number == len(registered()[release])


def test_births_and_deaths_by_set_arithmetic() -> None:
    table = counts.by_release().set_index("release")
    before: set[str] = set()
    ever: set[str] = set()
    for release in order()[1:]:
        now = set(registered()[release])
        line = table.loc[release]
        assert line["alive"] == len(now)
        assert line["born"] == len(now - ever)
        assert line["returned"] == len((now - before) & ever)
        assert line["died"] == len(before - now)
        assert line["died_renamed"] == len(_successors(release) & (before - now))
        before, ever = now, ever | now


def _successors(release: str) -> set[str]:
    gone = (release, "renamed", "name_gone")
    found = rows("events.csv.gz")
    return {row["kfunc"] for row in found if (row["release"], row["event"], row["class"]) == gone}


def test_flag_and_type_columns_by_plain_counting() -> None:
    table = counts.by_release().set_index("release")
    for old, new in itertools.pairwise(order()[1:]):
        both = registered()[old].keys() & registered()[new].keys()
        pairs = [(registered()[old][name], registered()[new][name]) for name in both]
        flags = sum(set(a["flags"].split("|")) != set(b["flags"].split("|")) for a, b in pairs)
        kinds = [column for column in table.columns if column.startswith("flags_")]
        assert table.loc[new, kinds].sum() == flags, new
        types = [(_types(a), _types(b)) for a, b in pairs]
        narrowed = sum(bool(a - b) and "UNSPEC" not in b for a, b in types)
        assert table.loc[new, "types_narrowed"] == narrowed, new
        assert table.loc[new, "types_widened"] == sum(a != b for a, b in types) - narrowed, new


@pytest.mark.parametrize("tests", [False, True])
def test_every_change_is_told_whole(tests: bool) -> None:
    """Of its two rows: what was before, what came after, what came and went, and where it is."""
    at: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows("kfuncs.csv.gz"):
        if tests or row["category"] == "kfunc":
            at.setdefault(row["release"], {})[row["kfunc"]] = row
    columns = {
        "flags": "flags", "program_types": "program_types", "moved": "defined_in",
        "prototype": "bpf_visible_prototype",
    }  # fmt: skip
    first = order()[1]
    for one in diffs.changes(tests=tests):
        assert one.previous == ("" if one.release == first else _before(one.release))
        old, new = (at.get(side, {}).get(one.kfunc) for side in (one.previous, one.release))
        if one.event in ("born", "returned", "died"):
            row = old or new or {}
            texts = [row["bpf_visible_prototype"], ""]
            before, after = texts if one.event == "died" else texts[::-1]
            assert one[4:] == ("", "", before, after, row["source"])
            assert (old is None) == (one.event != "died")
            assert (new is None) == (one.event == "died")
            continue
        assert old
        assert new
        column = "prototype" if one.kind == "kernel_side" else columns[one.event]
        assert (one.before, one.after) == (old[column], new[column])
        assert one.source == f"{old['source']} against {new['source']}"
        if one.event == "moved":
            assert (one.kind, one.detail) == ("", "")
        elif one.event != "prototype":
            was, now = (set(side[column].split("|")) - {""} for side in (old, new))
            lost = [f"-{word}" for word in sorted(was - now)]
            assert one.detail == " ".join([*lost, *(f"+{word}" for word in sorted(now - was))])
    names = [
        (order().index(one.release), one.kfunc) for one in diffs.changes() if one.event == "died"
    ]
    assert names == sorted(names)


def _before(release: str) -> str:
    return order()[order().index(release) - 1]


def _types(row: dict[str, str]) -> set[str]:
    return {word.partition("(")[0] for word in row["program_types"].split("|")}


def _recorded(event: str) -> set[tuple[str, str]]:
    frame = events()
    frame = frame[(frame["category"] == "kfunc") & ~frame["class"].isin(ROWS_CANNOT_SHOW)]
    frame = frame[frame["event"].isin(event.split("|"))]
    return set(zip(frame["kfunc"], frame["release"], strict=True))


def _computed(*kinds: str) -> set[tuple[str, str]]:
    frame = changes()
    frame = frame[frame["event"].isin(kinds)]
    return set(zip(frame["kfunc"], frame["release"], strict=True))


def test_computed_changes_are_the_recorded_events() -> None:
    assert _computed("born", "returned") == _recorded("added")
    assert _computed("died") == _recorded("removed|renamed")
    for kind, event in EVENTS.items():
        assert _computed(kind) == _recorded(event), kind


def test_sorts_of_change_agree_with_the_recorded_classes() -> None:
    mine = changes().query("event == 'prototype'").set_index(["kfunc", "release"])
    recorded = events().query("event == 'signature_changed'")
    expected = {
        "const_qualifier": "const_only",
        "implicit_arg_bpf_prototype_unchanged": "kernel_side",
    }
    for row in recorded.to_dict("records"):
        key = (row["kfunc"], row["release"])
        if row["class"] in ROWS_CANNOT_SHOW or row["category"] == "test":
            continue
        kind = mine.loc[[key], "kind"].item()
        if row["class"] == "annotation_suffix":
            assert kind == "annotation_only" or row["kfunc"] in (
                "bpf_crypto_encrypt",
                "bpf_crypto_decrypt",
            )
        else:
            assert kind == expected.get(row["class"], "substantial"), row


def test_anchor_of_those_alive_at_6_5() -> None:
    counted = shares.cohort("6.5", "7.3").set_index("what")["count"]
    assert (counted["name gone"], counted["gone or prototype"]) == (5, 17)
    old, new = registered()["6.5"], registered()["7.3"]
    gone = old.keys() - new.keys()
    changed = {
        name
        for name in old.keys() & new.keys()
        if _substance(old[name]["bpf_visible_prototype"], new[name]["bpf_visible_prototype"])
    }
    assert len(gone) == 5
    assert len(gone | changed) == 17


def _substance(before: str, after: str) -> bool:
    """A second, cruder reading: argument types without names, const and spelling."""
    same = {"__u32": "u32", "unsigned int": "u32", "__u64": "u64", "int": "s32"}

    def crude(prototype: str) -> list[str]:
        head, _, rest = prototype.partition("(")
        parts = [head.rsplit("bpf_", 1)[0], *rest.rstrip(")").split(",")]
        out = []
        for part in parts:
            text = part.replace("const ", "").replace("*", " * ").split()
            if part is not parts[0] and len(text) > 1:
                text = text[:-1]
            words = " ".join(text)
            out.append(same.get(words, words))
        return out

    return crude(before) != crude(after)


def test_within_follows_each_name_from_its_first_birth() -> None:
    table = shares.within([1, 2, 8]).set_index(["k", "what"])
    births = {name: min(n for n, r in enumerate(order()) if name in registered().get(r, {}))
              for found in registered().values() for name in found}  # fmt: skip
    sizes = {}
    for k in (1, 2, 8):
        followed = {name: born for name, born in births.items() if born + k < len(order())}
        gone = sum(
            any(name not in registered()[order()[born + age]] for age in range(1, k + 1))
            for name, born in followed.items()
        )
        assert set(table.loc[k]["n"]) == {len(followed)}
        assert table.loc[(k, "name gone"), "count"] == gone
        sizes[k] = len(followed)
    assert sizes == {1: 356, 2: 333, 8: 244}
    assert shares.within([1, 2]).attrs["n"] == (
        "names first born at least k releases before the newest: 356 for k=1, 333 for k=2; "
        "none left out"
    )


def test_baseline_rows_for_kfuncs_are_what_the_rows_give() -> None:
    for row in rows("baselines.csv.gz"):
        if row["interface"] != "kfunc" or row["from_release"] == "5.12":
            continue
        span = row["from_release"], row["to_release"]
        sorts = list(shares.cohort_sorts(*span).values())
        gone = sum("name gone" in each for each in sorts)
        assert gone <= int(row["removed"])
        if row["from_release"] in ("6.5", "6.12"):
            assert gone == int(row["removed"])
            changed = sum("prototype" in each or "const only" in each for each in sorts)
            assert changed == int(row["signature_changed"]), row


@pytest.mark.parametrize("span", [("6.5", "7.3"), ("6.12", "7.3")])
def test_interfaces_repeat_the_baselines(span: tuple[str, str]) -> None:
    table = compare.interfaces(*span)
    recorded = [r for r in rows("baselines.csv.gz") if (r["from_release"], r["to_release"]) == span]
    pairs = {(int(r["population_at_from"]), int(r["removed"])) for r in recorded}
    for line in table.to_dict("records"):
        part_of_kfuncs = line["interface"] != "kfuncs" and line["source"] == table["source"][0]
        assert part_of_kfuncs or (line["n"], line["gone"]) in pairs
        assert line["gone_percent"] == pytest.approx(100 * line["gone"] / line["n"], abs=0.051)


def test_longer_spans_of_exported_functions_lose_more() -> None:
    table = compare.over_spans("6.12")
    for name in ("kfuncs", "exported functions (vmlinux BTF)"):
        part = table[table["interface"] == name]
        assert part["k"].is_monotonic_increasing
        assert part["gone"].is_monotonic_increasing
        assert len(part) >= 3
    with pytest.raises(EvidenceError, match=r"no span from 6\.6 was counted; there are: 5\.13"):
        compare.over_spans("6.6")


def test_not_measured_is_not_zero() -> None:
    table = compare.interfaces("6.5", "7.3").set_index("interface")
    assert pd.isna(table.loc["exported symbols (source, core directories)", "changed"])


def test_a_span_nobody_counted_says_which_were() -> None:
    with pytest.raises(EvidenceError, match=r"6\.5-7\.3"):
        compare.interfaces("6.6", "7.3")
    with pytest.raises(UnknownRelease, match=r"'6\.99' is not in the data"):
        shares.cohort("6.99")
    with pytest.raises(EvidenceError, match="does not come after"):
        shares.cohort("7.3", "6.5")
    with pytest.raises(EvidenceError, match=r"5\.12 has no kfunc"):
        shares.cohort("5.12")


def test_vfs_and_the_rest_count_only_who_was_followed() -> None:
    table = compare.vfs_against_rest().set_index(["group", "what"])
    vfs = {
        name
        for names in registered().values()
        for name, row in names.items()
        if row["defined_in"].startswith("fs/")
    }
    assert vfs == compare.vfs_kfuncs()
    newest = len(order()) - 1
    followed: dict[bool, list[int]] = {True: [], False: []}
    deaths: dict[bool, list[str]] = {True: [], False: []}
    newborn: dict[bool, list[str]] = {True: [], False: []}
    before = dict.fromkeys(registered()["6.7"], -1)
    for place in range(order().index("6.8"), newest + 1):
        now = registered()[order()[place]]
        for name in set(before) - set(now):
            birth = before.pop(name)
            if birth >= 0:
                followed[name in vfs].append(place - birth)
                deaths[name in vfs].append(name)
        for name in set(now) - set(before):
            before[name] = place
    for name, birth in before.items():
        if birth == newest:
            newborn[name in vfs].append(name)
        elif birth >= 0:
            followed[name in vfs].append(newest - birth)
    for inside, group in ((True, "VFS"), (False, "all others")):
        line = table.loc[(group, "name gone")]
        assert (line["n"], line["followed"]) == (len(followed[inside]), sum(followed[inside]))
        assert line["count"] == len(deaths[inside])
        assert set(table.loc[group]["followed"]) == {sum(followed[inside])}
    assert table.loc[("VFS", "name gone")].tolist() == [10, 0, 0, 0, 27.8, 97]
    assert compare.vfs_at_the_others_rate() == round(
        len(deaths[False]) / sum(followed[False]) * sum(followed[True]), 1
    )
    assert compare.vfs_against_rest().attrs["n"] == (
        f"10 VFS kfuncs followed for 97 releases together ({len(newborn[True])} more came with "
        f"7.3); 211 others followed for 1464 releases together ({len(newborn[False])} more came "
        "with 7.3)"
    )
    assert len(newborn[True]) == 5


@pytest.mark.parametrize("span", [("6.5", "7.3"), ("6.12", "7.3")])
def test_mixed_populations_stand_apart(span: tuple[str, str]) -> None:
    start, end = order().index(span[0]), registered()[span[1]]
    lines = compare.interfaces(*span).set_index("interface")
    sizes: dict[str, list[bool]] = {}
    for name, row in registered()[span[0]].items():
        age = 0
        while name in registered().get(order()[start - age - 1], {}):
            age += 1
        others = "of the others, " if span[0] == "6.12" else "of these "
        label = f"  {others}{'under 4 releases old' if age < 4 else '4 releases or older'}"
        if row["defined_in"].startswith("kernel/sched/ext"):
            label = "  of these sched_ext"
        sizes.setdefault(label, []).append(name not in end)
    assert {label: (len(gone), sum(gone)) for label, gone in sizes.items()} == {
        label: (line["n"], line["gone"])
        for label, line in lines.iterrows() if line["method"].startswith("names registered")
        and label != "kfuncs"
    }  # fmt: skip
    if span[0] == "6.12":
        young = ("  of these sched_ext", "  of the others, under 4 releases old")
        assert sum(len(sizes[label]) for label in young) == 65
    last = ["sched_ext", "old", "older"]
    assert list(lines.index)[1 : 1 + len(sizes)] == sorted(
        sizes, key=lambda label: last.index(label.split()[-1])
    )


@settings(max_examples=50)
@given(st.integers(0, 5000), st.data())
def test_wilson_interval_is_that_of_statsmodels(n: int, data: st.DataObject) -> None:
    from statsmodels.stats.proportion import proportion_confint

    k = data.draw(st.integers(0, n))
    low, high = proportion_confint(k, n, method="wilson") if n else (0, 1)
    assert wilson(k, n) == (
        pytest.approx(100 * low, abs=0.0501),
        pytest.approx(100 * high, abs=0.0501),
    )


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (0, 5), (5, 113), (3, 3), (1, 3)])
def test_shares_are_rounded_per_cent(part: int, whole: int) -> None:
    assert share(part, whole) == (round(100 * part / whole, 1) if whole else 0)
    assert wilson(part, whole)[0] <= share(part, whole) <= wilson(part, whole)[1]
