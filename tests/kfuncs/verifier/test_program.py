# SPDX-License-Identifier: BSD-3-Clause
"""References through a program: taken, used, given back, forgotten."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.kfuncs.known import NotKnown
from kfuncviz.kfuncs.verifier import Arg, Call, Kfunc, Param, Program, check_program, kfunc
from kfuncviz.kfuncs.verifier.rules import register_kind

AT = "6.12"
LSM = Program("LSM", attach="file_open")
TASK = Arg("trusted", "struct task_struct")
GET = kfunc("bpf_get_task_exe_file", AT)
PUT = kfunc("bpf_put_file", AT)
IDS = kfunc("bpf_get_file_vfs_ids", AT)


def get(name: str = "exe", *, tested: bool = True) -> Call:
    return Call(GET, (TASK,), into=name, tested=tested)


def put(name: str = "exe") -> Call:
    return Call(PUT, (name,))


def test_taken_used_and_given_back() -> None:
    said = check_program(LSM, [get(), Call(IDS, ("exe",)), put()], AT)
    assert said.accept
    assert [step.rule for step in said.steps] == ["passed"] * 3


@pytest.mark.parametrize(
    ("calls", "rule", "message"),
    [
        ([get()], "leak", "Unreleased reference id=2 alloc_insn=0"),
        ([get(), put(), get("b")], "leak", "Unreleased reference id=4 alloc_insn=2"),
        ([get(tested=False), put()], "null", "Possibly NULL pointer passed to trusted arg0"),
        (
            [get(), put(), put()],
            "pointer",
            "arg#0 pointer type STRUCT file must point to scalar, or struct with scalar",
        ),
        (
            [Call(PUT, (Arg("trusted", "struct file"),))],
            "release",
            "release kernel function bpf_put_file expects refcounted PTR_TO_BTF_ID",
        ),
        ([Call(GET, (TASK,))], "leak", "Unreleased reference id=2 alloc_insn=0"),
        ([get(), get(), put()], "leak", "Unreleased reference id=2 alloc_insn=0"),
    ],
    ids=["leak", "second", "untested", "twice", "not ours", "dropped", "overwritten"],
)
def test_refused(calls: list[Call], rule: str, message: str) -> None:
    said = check_program(LSM, calls, AT)
    assert not said.accept
    assert (said.verdict.rule, said.verdict.message) == (rule, message)


def test_what_a_program_is_told() -> None:
    leak = check_program(LSM, [get(), put(), get("b")], AT).verdict
    assert leak.why == "the reference taken by step 2 is never given back"
    assert (leak.release, leak.measured, leak.arg) == (AT, False, None)
    passed = check_program(LSM, [], AT)
    assert (passed.accept, passed.steps) == (True, ())
    assert passed.verdict.why == "every step passes and nothing is owed at the end"
    assert passed.verdict.release == AT
    twice = check_program(LSM, [get(), put(), put()], AT)
    assert [step.rule for step in twice.steps] == ["passed", "passed", "pointer"]


def test_a_name_is_only_a_name() -> None:
    """A result kept under a name used before is another value; a copy shares its reference."""
    reused = [get(), put(), get(), put()]
    assert check_program(LSM, reused, AT).accept
    over = [get(), Call(IDS, ("exe",), into="exe"), put()]
    assert check_program(LSM, over, AT).verdict.rule == "pointer"
    unnamed = Call(GET, (TASK,), tested=True)
    lost = check_program(LSM, [unnamed, get(), put()], AT)
    assert lost.verdict.message == "Unreleased reference id=2 alloc_insn=0"
    assert check_program(LSM, [get(), get("b"), put("b"), put()], AT).accept


def test_what_a_kfunc_gives_back_is_released_with_all_it_takes() -> None:
    two = Kfunc("take_both", (Param("a", "struct file *"), Param("n", "u64")), "void",
                frozenset({"KF_RELEASE"}))  # fmt: skip
    ids = Call(IDS, ("exe",), into="n")
    said = check_program(LSM, [get(), ids, Call(two, ("exe", "n")), Call(IDS, ("exe",))], AT)
    assert [step.rule for step in said.steps] == ["passed", "passed", "passed", "pointer"]
    kept = check_program(LSM, [get(), ids, Call(two, ("exe", "n")), Call(two, ("n", "n"))], AT)
    assert kept.steps[-1].rule == "pointer"


def test_it_stops_at_the_first_refusal() -> None:
    said = check_program(LSM, [get(tested=False), put(), put()], AT)
    assert len(said.steps) == 2


def test_a_name_nobody_kept_is_refused() -> None:
    with pytest.raises(NotKnown, match="unknown value 'exe'; Known: none so far"):
        check_program(LSM, [put()], AT)


@given(st.lists(st.sampled_from("abc"), max_size=8), st.data())
def test_accepted_exactly_when_everything_taken_is_given_back(
    taken: list[str], data: st.DataObject
) -> None:
    taken = list(dict.fromkeys(taken))
    back = data.draw(st.lists(st.sampled_from(taken), unique=True) if taken else st.just([]))
    said = check_program(LSM, [get(n) for n in taken] + [put(n) for n in back], AT)
    assert said.accept == (set(taken) == set(back))


@pytest.mark.parametrize("name", ["x", "", "None"])
def test_a_result_that_nobody_kept_has_no_name(name: str) -> None:
    with pytest.raises(NotKnown, match=f"unknown value '{name}'"):
        check_program(LSM, [Call(GET, (TASK,), tested=True), put(name)], AT)


def test_what_fits_bytes_fits_no_pointer() -> None:
    with pytest.raises(NotKnown) as caught:
        check_program(LSM, [Call(PUT, (Arg("fitting"),))], AT)
    assert str(caught.value) == (
        "file of bpf_put_file is a struct file *, no bytes, string, dynptr, iterator or context: "
        "'fitting' says nothing there"
    )


def test_a_program_is_checked_by_the_release_of_a_version() -> None:
    calls = [get(), put()]
    assert check_program(LSM, calls, "6.12.43") == check_program(LSM, calls, AT)
    with pytest.raises(NotKnown, match=r"modelled for 6\.4 to 7\.3, not for '6\.1'"):
        check_program(LSM, calls, "6.1")


def test_a_register_without_a_type_has_the_verifiers_word() -> None:
    kinds = [register_kind(Arg(mark)) for mark in ("memory", "unset", "scalar")]
    assert kinds == ["fp", "?", "scalar"]
