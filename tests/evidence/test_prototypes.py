# SPDX-License-Identifier: BSD-3-Clause
"""
Are prototypes, flags and program types compared as a BPF program would notice them?
====================================================================================
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.evidence.history.diffs import flags_kind, types_kind
from kfuncviz.evidence.history.prototypes import difference
from tests.evidence.rows import registered, rows

TYPES = st.sampled_from(["int", "u64", "struct file *", "const char *", "void *", "enum x"])
NAMES = st.sampled_from(["a", "b__sz", "map__map", "p__nullable", "flags"])
ARGUMENTS = st.lists(st.tuples(TYPES, NAMES), max_size=5)


def _spell(returns: str, arguments: list[tuple[str, str]]) -> str:
    inner = ", ".join(f"{kind} {name}{i}" for i, (kind, name) in enumerate(arguments))
    return f"{returns} f({inner or 'void'})"


@given(TYPES, ARGUMENTS)
def test_a_prototype_does_not_differ_from_itself(
    returns: str, arguments: list[tuple[str, str]]
) -> None:
    text = _spell(returns, arguments)
    assert difference(text, text) is None
    assert difference(text, text.replace(" ", "  ").replace("*", " * ")) is None


@given(TYPES, ARGUMENTS, TYPES)
def test_one_more_argument_is_substance_both_ways(
    returns: str, arguments: list[tuple[str, str]], extra: str
) -> None:
    less, more = _spell(returns, arguments), _spell(returns, [*arguments, (extra, "z")])
    assert difference(less, more) == difference(more, less) == ("substantial", "arg_count")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("int f(u32 a)", "int f(s32 a)", ("substantial", "integer_type")),
        ("void f(int a)", "int f(int a)", ("substantial", "return_type")),
        ("int f(void *a)", "int f(struct file *a)", ("substantial", "pointer_type")),
        ("int f(int (cb)(void *a))", "int f(int (cb)(int *a))", ("substantial", "callback_type")),
        ("int f(int (cb)(void *a))", "int f(int (*cb)(void *))", None),
        ("int f(void *a)", "int f(void *a__nullable)", ("annotation_only", "annotation_suffix")),
        ("int f(char *a)", "int f(const char *a)", ("const_only", "const_qualifier")),
        ("int f(void __user *a)", "int f(void *a)", None),
        ("int f(long unsigned int a)", "int f(unsigned long b)", None),
    ],
)
def test_differences_by_example(before: str, after: str, expected: tuple[str, str] | None) -> None:
    assert difference(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "release", "kind"),
    [
        ("", "KF_RCU", "6.18", "stricter"),
        ("KF_SLEEPABLE|KF_TRUSTED_ARGS", "", "7.0", "relaxed"),
        ("KF_TRUSTED_ARGS", "", "7.0", "retired"),
        ("KF_TRUSTED_ARGS", "", "6.4", "relaxed"),
        ("KF_TRUSTED_ARGS", "", "6.16", "relaxed"),
        ("KF_TRUSTED_ARGS", "KF_RCU", "6.4", "relaxed"),
        ("KF_TRUSTED_ARGS", "KF_RCU|KF_RET_NULL", "6.4", "mixed"),
        ("", "KF_IMPLICIT_ARGS", "7.1", "marker"),
        ("", "KF_SPINLOCK_SAFE|KF_PERFMON", "7.3", "stricter"),
    ],
)
def test_flags_by_example(before: str, after: str, release: str, kind: str) -> None:
    assert flags_kind(before, after, release) == kind


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("TRACING", "STRUCT_OPS", "narrowed"),
        ("LSM|TRACING", "LSM", "narrowed"),
        ("LSM", "LSM|STRUCT_OPS", "widened"),
        ("LSM", "UNSPEC", "widened"),
        ("UNSPEC", "LSM", "narrowed"),
        ("STRUCT_OPS(tcp_congestion_ops)", "STRUCT_OPS|XDP", "widened"),
    ],
)
def test_program_types_by_example(before: str, after: str, kind: str) -> None:
    assert types_kind(before, after) == kind


def test_prototypes_agree_with_the_built_kernels() -> None:
    compared, odd = 0, []
    for row in rows("btf_kfuncs.csv.gz"):
        mine = registered().get(row["release"], {}).get(row["kfunc"])
        if mine is None:
            continue
        compared += 1
        found = difference(mine["bpf_visible_prototype"], row["btf_prototype"])
        if found and found[0] == "substantial":
            odd.append((row["blob"], row["kfunc"]))
    assert compared > 3500
    untagged = [pair for pair in odd if pair[0] in ("7.1.3 Debian", "7.2.6 Debian")]
    assert odd == untagged
    assert all("scx" in name for _, name in untagged)
