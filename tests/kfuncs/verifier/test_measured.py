# SPDX-License-Identifier: BSD-3-Clause
"""The model against what real kernels said, and nothing else called measured."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.kfuncs.known import NotKnown, document
from kfuncviz.kfuncs.verifier import (
    RELEASES,
    Arg,
    Param,
    Program,
    check_call,
    check_registration,
    kfunc,
    kfunc_names,
    program_types,
)
from kfuncviz.kfuncs.verifier.data import flags, rules

MEASURED = document("verifier", "measured")
PROVENANCES = ["trusted", "acquired", "rcu", "plain", "untrusted"]


def args_for(params: tuple[Param, ...], provenance: Any) -> list[Arg]:
    return [
        Arg(provenance, param.struct) if param.kind == "object" else Arg("scalar")
        if param.kind == "scalar" else Arg("fitting")
        for param in params
    ]  # fmt: skip


@pytest.mark.parametrize("case", MEASURED["calls"], ids=lambda case: case["id"])
def test_the_model_says_what_the_kernel_said(case: dict[str, Any]) -> None:
    fn = kfunc(case["kfunc"], case["release"])
    fn = replace(fn, flags=frozenset(case["flags"]))
    program = Program(case["program"] or "TRACING", attach=case["attach"] or "")
    said = check_call(fn, program, args_for(fn.params, case["arg"]), case["release"])
    assert (said.accept, said.message) == (case["accept"], case["message"])
    assert said.measured
    assert case["where"] in said.source


def test_the_three_recorded_lines_are_the_ones_of_the_record() -> None:
    lines = {case["id"]: case["message"] for case in MEASURED["calls"] if not case["accept"]}
    assert lines == {
        "iter-file-trusted-args": "R1 must be referenced or trusted",
        "untrusted-mnt": "arg#0 is untrusted_ptr_ expected ptr_ or socket",
    }


def test_the_registration_a_kernel_refused() -> None:
    said = check_registration(["LSM", "BPF_PROG_TYPE_TRACING"], "6.12", module=True)
    assert (said.accept, said.rule, said.measured) == (False, "one-set-a-hook", True)
    assert not check_registration(["LSM", "TRACING"], "6.18", module=True).measured


@pytest.mark.parametrize(
    ("release", "attach", "provenance", "flag"),
    [
        ("6.13", "iter/task_file", "plain", "KF_TRUSTED_ARGS"),
        ("6.12", "fentry/vfs_open", "plain", "KF_TRUSTED_ARGS"),
        ("6.12", "iter/task_file", "untrusted", "KF_TRUSTED_ARGS"),
        ("6.12", "iter/task_file", "plain", "KF_RCU"),
    ],
)
def test_a_neighbour_of_a_measured_case_is_modelled(
    release: str, attach: str, provenance: Any, flag: str
) -> None:
    fn = replace(kfunc("bpf_get_file_vfs_ids", release), flags=frozenset({flag}))
    program = Program("TRACING", attach=attach)
    said = check_call(fn, program, [Arg(provenance, "struct file")], release)
    assert said.basis == "modelled"


def test_a_pointer_that_may_be_null_was_not_measured() -> None:
    fn = replace(kfunc("bpf_get_file_vfs_ids", "6.12"), flags=frozenset({"KF_TRUSTED_ARGS"}))
    said = check_call(fn, Program("LSM"), [Arg("trusted", "struct file", nullable=True)], "6.12")
    assert (said.rule, said.basis) == ("null", "modelled")


@given(
    name=st.sampled_from(kfunc_names()),
    release=st.sampled_from(RELEASES),
    provenance=st.sampled_from(PROVENANCES),
    type_=st.sampled_from(program_types()),
    sleepable=st.booleans(),
    rcu=st.booleans(),
    nullable=st.booleans(),
)
def test_every_call_gets_a_verdict_with_ground_and_source(
    name: str, release: str, provenance: Any, type_: str, sleepable: bool, rcu: bool, nullable: bool
) -> None:
    try:
        fn = kfunc(name, release)
    except NotKnown:
        return
    args = [
        replace(arg, nullable=nullable and arg.provenance != "scalar")
        for arg in args_for(fn.params, provenance)
    ]
    said = check_call(fn, Program(type_, sleepable=sleepable, rcu_section=rcu), args, release)
    assert said.rule in rules()
    assert said.accept == (said.rule == "passed")
    assert said.why
    assert said.source
    assert "{" not in said.message


@given(
    name=st.sampled_from(kfunc_names()),
    release=st.sampled_from(["7.0", "7.1", "7.2", "7.3"]),
    provenance=st.sampled_from(["plain", "untrusted"]),
    type_=st.sampled_from(["LSM", "TRACING"]),
)
def test_from_7_0_nobody_takes_a_pointer_nobody_vouches_for(
    name: str, release: str, provenance: Any, type_: str
) -> None:
    try:
        fn = kfunc(name, release)
    except NotKnown:
        return
    if any(param.kind == "object" for param in fn.params):
        program = Program(type_, sleepable=True, caps=frozenset({"CAP_SYS_BOOT", "CAP_PERFMON"}))
        assert not check_call(fn, program, args_for(fn.params, provenance), release).accept


def test_flags_are_the_ones_of_the_kernel_by_release() -> None:
    held = {at: sum(flag.held_in(at) for flag in flags().values()) for at in ("6.0", "6.5", "7.0")}
    assert held == {"6.0": 5, "6.5": 10, "7.0": 15}
    assert [f.name for f in flags().values() if f.since is None] == ["KF_DEPRECATED"]
    bits = [flag.bit for flag in flags().values() if flag.bit is not None]
    assert bits == list(range(19))
    assert all(flag.rule in rules() for flag in flags().values() if flag.rule)
