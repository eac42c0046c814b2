# SPDX-License-Identifier: BSD-3-Clause
"""
Are prototypes, flags and program types compared as a BPF program would notice them?
====================================================================================
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.evidence.history.diffs import flags_kind, program_types, types_kind, words
from kfuncviz.evidence.history.prototypes import difference, parse
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


SPELLINGS = [
    ("u8", "__u8", "uint8_t"),
    ("u16", "__u16"),
    ("u32", "__u32", "uint32_t", "unsigned", "unsigned int"),
    ("u64", "__u64", "uint64_t", "unsigned long long", "long long unsigned int"),
    ("s32", "__s32", "int"),
    ("s64", "__s64", "long long", "long long int"),
    ("long", "long int"),
    ("unsigned long", "long unsigned int", "unsigned long int"),
]


@pytest.mark.parametrize("same", SPELLINGS)
def test_spellings_of_one_type_are_one(same: tuple[str, ...]) -> None:
    for other in same[1:]:
        for was, now in (
            ("int f({} a)", "int f({} a)"), ("{} f(void)", "{} f()"),
            ("int f({} *a)", "int f({}* b)"),
            ("int f({})", "int f({})"), ("int f(const {} *a)", "int f({} const *a)"),
        ):  # fmt: skip
            assert difference(was.format(same[0]), now.format(other)) is None, (was, other)
    for others in SPELLINGS:
        if others is not same:
            assert difference(f"int f({same[0]} a)", f"int f({others[-1]} a)") == (
                "substantial", "integer_type",
            )  # fmt: skip


@pytest.mark.parametrize("space", ["user", "rcu", "percpu", "iomem", "kernel"])
def test_address_spaces_are_not_seen(space: str) -> None:
    assert difference("int f(void *a)", f"int f(void __{space} *a)") is None
    assert difference("void *f(int a)", f"void __{space} *f(int a)") is None


@pytest.mark.parametrize(
    ("text", "returns", "arguments"),
    [
        ("int f(void)", "s32", []),
        ("int f()", "s32", []),
        ("struct file *f(struct file *)", "struct file*", [("struct file*", ())]),
        ("void f(struct file)", "void", [("struct file", ())]),
        ("void f(enum x e, union y)", "void", [("enum x", ()), ("union y", ())]),
        ("void f(enum x)", "void", [("enum x", ())]),
        ("void f(union y *u)", "void", [("union y*", ())]),
        ("void f(unsigned int)", "void", [("u32", ())]),
        ("void f(u32)", "void", [("u32", ())]),
        ("void f(const char *s__str)", "void", [("const char*", ("str",))]),
        ("void f(char const *s)", "void", [("const char*", ())]),
        ("void f(void **p)", "void", [("void**", ())]),
        ("void f(char name[])", "void", [("char", ())]),
        ("void f(void *p__nullable__sz)", "void", [("void*", ("nullable", "sz"))]),
        ("void f(void *p__b__a)", "void", [("void*", ("a", "b"))]),
        ("void f(int (cb)(void *a, u32 b), int z)", "void",
         [("s32 (*)(void*, u32)", ()), ("s32", ())]),
        ("void f(int (*cb__ign)(void))", "void", [("s32 (*)()", ("ign",))]),
        ("const struct x *f(int a,int b)", "const struct x*", [("s32", ()), ("s32", ())]),
        ("u64 __rcu *f(int a)", "u64*", [("s32", ())]),
    ],
)  # fmt: skip
def test_what_a_prototype_says(
    text: str, returns: str, arguments: list[tuple[str, tuple[str, ...]]]
) -> None:
    found = parse(text)
    assert found.returns == returns
    assert [(each.type, each.annotations) for each in found.arguments] == arguments


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("void f(int a, void *p)", "int f(int a)", ("substantial", "arg_count")),
        ("void f(u64 a)", "int f(u32 a)", ("substantial", "return_type")),
        ("const void *f(int a)", "void *f(int a)", ("const_only", "const_qualifier")),
        ("void f(int a)", "void f(int *a)", ("substantial", "pointer_type")),
        ("void f(int *a)", "void f(int a)", ("substantial", "pointer_type")),
        ("void f(int a)", "void f(int (cb)(void))", ("substantial", "callback_type")),
        ("void f(int (cb)(void))", "void f(int a)", ("substantial", "callback_type")),
        ("void f(const void *a)", "void f(void *a__sz)", ("annotation_only", "annotation_suffix")),
        ("void f(int a, u32 b)", "void f(int a, u64 b)", ("substantial", "integer_type")),
        ("void f(void *a__x, int b)", "void f(void *a__x, u64 b)", ("substantial", "integer_type")),
    ],
)  # fmt: skip
def test_the_gravest_difference_names_the_change(
    before: str, after: str, expected: tuple[str, str]
) -> None:
    assert difference(before, after) == expected


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("KF_FASTCALL", "", "marker"),
        ("KF_FASTCALL", "KF_ARENA_RET|KF_ARENA_ARG1|KF_ARENA_ARG2|KF_SPINLOCK_SAFE", "marker"),
        ("KF_RCU", "KF_TRUSTED_ARGS", "mixed"),
        ("KF_TRUSTED_ARGS|KF_SLEEPABLE", "KF_RCU|KF_SLEEPABLE", "relaxed"),
        ("KF_RELEASE|KF_FASTCALL", "KF_FASTCALL", "relaxed"),
        ("KF_FASTCALL", "KF_ACQUIRE", "stricter"),
    ],
)
def test_markers_and_the_weaker_flag(before: str, after: str, kind: str) -> None:
    assert flags_kind(before, after, "6.15") == kind


def test_a_flag_that_the_release_no_longer_defines_was_retired() -> None:
    assert flags_kind("KF_TRUSTED_ARGS", "KF_FASTCALL", "7.0") == "marker"
    assert flags_kind("KF_TRUSTED_ARGS|KF_ACQUIRE", "", "7.0") == "relaxed"
    assert flags_kind("KF_TRUSTED_ARGS", "KF_ACQUIRE", "7.0") == "stricter"
    assert flags_kind("KF_TRUSTED_ARGS|KF_RELEASE", "KF_ACQUIRE", "7.0") == "mixed"


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("", set()), ("LSM", {"LSM"}), ("LSM|XDP", {"LSM", "XDP"}), ("|LSM|", {"LSM"}),
        ("STRUCT_OPS(tcp_congestion_ops)|XDP", {"STRUCT_OPS", "XDP"}),
    ],
)  # fmt: skip
def test_words_of_a_cell(cell: str, found: set[str]) -> None:
    assert program_types(cell) == found
    assert words(cell) == {part for part in cell.split("|") if part}
