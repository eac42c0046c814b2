# SPDX-License-Identifier: BSD-3-Clause
"""Each kfunc as its release registers it, each pointer as its release marks it; nothing guessed."""

from __future__ import annotations

import pytest

from kfuncviz.kfuncs.known import NotKnown, document
from kfuncviz.kfuncs.verifier import (
    RELEASES,
    Kfunc,
    Param,
    Program,
    check_registration,
    kfunc,
    kfunc_names,
    origin,
    origin_names,
    program_types,
)
from kfuncviz.kfuncs.verifier.data import flags, hooks, program_type, rules
from kfuncviz.kfuncs.verifier.rules import callable_from
from kfuncviz.kfuncs.verifier.types import Verdict

KFUNCS = document("verifier", "kfuncs")["kfuncs"]
ORIGINS = document("verifier", "origins")["origins"]


def place(release: str | None, otherwise: int) -> int:
    """Where a release stands in the order of releases."""
    if release is None:
        return otherwise
    major, minor = map(int, release.split("."))
    return major * 1000 + minor


@pytest.mark.parametrize("entry", KFUNCS, ids=lambda entry: entry["name"])
def test_a_kfunc_is_the_newest_version_the_release_has(entry: dict[str, object]) -> None:
    versions = entry["versions"]
    assert isinstance(versions, list)
    for at in RELEASES:
        held = [v for v in versions if place(v["since"], 0) <= place(at, 0)]
        if not held:
            with pytest.raises(NotKnown, match=f"not in {at}; it was first registered in "):
                kfunc(str(entry["name"]), at)
            continue
        row, later = held[-1], versions[len(held) :]
        fn = kfunc(str(entry["name"]), f"{at}.1")
        assert [(p.type, p.name) for p in fn.params] == [tuple(p) for p in row["params"]]
        assert [p.nullable for p in fn.params] == [
            p[1].endswith("__nullable") for p in row["params"]
        ]
        assert (fn.name, fn.ret, fn.source) == (entry["name"], row["ret"], row["source"])
        assert fn.flags == set(row["flags"])
        assert fn.program_types == set(row["program_types"])
        assert fn.filter == (set(row["filter"]) if "filter" in row else None)
        assert (fn.status, fn.note) == (entry["status"], entry.get("note", ""))
        assert fn.since == (None if fn.status == "proposed" else row["since"])
        assert fn.until == (f"before {later[0]['since']}" if later else None)


def test_names_come_once_in_the_order_of_the_data() -> None:
    assert kfunc_names() == [entry["name"] for entry in KFUNCS]
    assert origin_names() == list(dict.fromkeys(row["name"] for row in ORIGINS))


@pytest.mark.parametrize("name", origin_names())
def test_a_pointer_is_marked_as_its_release_marks_it_or_not_known(name: str) -> None:
    rows = [row for row in ORIGINS if row["name"] == name]
    for at in RELEASES:
        found = [row for row in rows for since, until in row["spans"]
                 if place(since, 0) <= place(at, 0) <= place(until, 9999)]  # fmt: skip
        assert len(found) <= 1
        if not found:
            with pytest.raises(NotKnown, match=f"how {at} marks .* neither measured nor read"):
                origin(name, at)
            continue
        (row,) = found
        arg = origin(name, f"{at}.2")
        assert (arg.provenance, arg.type, arg.nullable) == (row["provenance"], row["type"], False)
        assert arg.origin == f"{row['why']} ({row['source']})"


def test_who_may_call_follows_hook_and_filter() -> None:
    rows = {row["type"]: row for row in document("verifier", "hooks")["hooks"]}
    assert program_types() == [name for name in rows if name != "UNSPEC"]
    for at in ("6.4", "6.6", "6.7", "6.9", "6.10", "6.11", "6.12", "7.3"):
        live = {name for name in program_types() if place(rows[name]["since"], 0) <= place(at, 0)}
        assert callable_from(Kfunc("f", (), "void"), at) >= live
        for name in program_types():
            fn = Kfunc("f", (), "void", program_types=frozenset({name}))
            same = {other for other in live if rows[other]["hook"] == rows[name]["hook"]}
            assert callable_from(fn, at) == (same if name in live else set())
        some = Kfunc("f", (), "void", filter=frozenset({"LSM", "XDP"}))
        assert callable_from(some, at) == {"LSM", "XDP"}


@pytest.mark.parametrize(
    ("types", "at", "module", "rule", "why"),
    [
        (["XDP", "SCHED_CLS"], "6.4", True, "passed", "every type has a hook of its own set"),
        (["LSM", "TRACING"], "6.4", True, "one-set-a-hook",
         "LSM and TRACING share the hook TRACING"),
        (["LSM", "XDP"], "6.4", True, "passed", "every type has a hook of its own set"),
        (["LSM", "TRACING"], "6.4", False, "passed", "every type has a hook of its own set"),
        (["KPROBE", "TRACEPOINT", "LSM"], "6.9", False, "known-hook",
         "no kfunc hook in 6.9 for KPROBE (since 6.10), TRACEPOINT (since 6.12)"),
        (["CGROUP_SKB", "CGROUP_SOCK_ADDR"], "6.7", True, "one-set-a-hook",
         "CGROUP_SKB and CGROUP_SOCK_ADDR share the hook CGROUP"),
        (["UNSPEC"], "6.4", True, "passed", "every type has a hook of its own set"),
    ],
)  # fmt: skip
def test_registration(types: list[str], at: str, module: bool, rule: str, why: str) -> None:
    said = check_registration(types, at, module=module)
    assert (said.rule, said.why, said.accept) == (rule, why, rule == "passed")
    assert (said.release, said.measured) == (at, False)
    assert bool(said.notes) == said.accept


def test_registration_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no program type given; known: UNSPEC, XDP, SCHED_CLS"):
        check_registration([], "6.5")


def test_rows_of_the_data_are_kept_whole() -> None:
    for table, rows, key in (
        (flags(), document("verifier", "flags")["flags"], "flag"),
        (rules(), document("verifier", "rules")["rules"], "id"),
        (hooks(), document("verifier", "hooks")["hooks"], "type"),
    ):
        for (name, kept), row in zip(table.items(), rows, strict=True):
            assert name == row[key]
            for field, value in row.items():
                assert getattr(kept, "name" if field == "flag" else field) == value


def test_a_flag_holds_between_its_releases() -> None:
    for flag in flags().values():
        for at in RELEASES:
            inside = flag.since is not None and (
                place(flag.since, 0) <= place(at, 0) <= place(flag.until, 9999)
            )
            assert flag.held_in(at) is inside


def test_spelling_of_program_types() -> None:
    for name in ("LSM", "lsm", "BPF_PROG_TYPE_LSM", "bpf_prog_type_lsm"):
        assert program_type(name) == "LSM"


@pytest.mark.parametrize(
    ("ctype", "struct", "kind"),
    [
        ("struct file *", "struct file", "object"),
        ("const struct inode *", "struct inode", "object"),
        ("struct bpf_dynptr *", "struct bpf_dynptr", "memory"),
        ("struct bpf_dynptr_kern *", "struct bpf_dynptr_kern", "memory"),
        ("const struct bpf_iter_task *", "struct bpf_iter_task", "memory"),
        ("struct bpf_map *", "struct bpf_map", "object"),
        ("struct file **", "", "memory"),
        ("const char *", "", "memory"),
        ("void *", "", "memory"),
        ("u32", "", "scalar"),
        ("struct pid_t", "", "scalar"),
    ],
)
def test_what_a_parameter_takes(ctype: str, struct: str, kind: str) -> None:
    param = Param("p", ctype)
    assert (param.struct, param.kind) == (struct, kind)
    assert Kfunc("f", (), ctype).ret_struct == struct


def test_prototypes_read_as_c() -> None:
    assert Kfunc("f", (), "struct file *").prototype() == "struct file *f(void)"
    two = Kfunc("f", (Param("a", "u32"), Param("b", "const char *")), "int")
    assert two.prototype() == "int f(u32 a, const char *b)"


def test_where_an_rcu_pointer_is_valid() -> None:
    for sleepable, section, inside in (
        (False, False, True), (True, False, False), (True, True, True), (False, True, True),
    ):  # fmt: skip
        assert Program("LSM", sleepable=sleepable, rcu_section=section).in_rcu is inside
    assert Program("LSM").caps == {"CAP_BPF", "CAP_PERFMON"}


def test_the_basis_is_said_in_a_word() -> None:
    seen = Verdict(True, "passed", "", "", "6.12", measured=True)
    assert seen.basis == "measured"
    assert Verdict(True, "passed", "", "", "6.12").basis == "modelled"
