# SPDX-License-Identifier: BSD-3-Clause
"""
What seven real verifiers answered
==================================

Small programs, loaded on Debian kernels 6.12.43, 6.17.8, 6.18.15, 7.0.13, 7.1.13, 7.2.12 and 7.3.4.
Every answer was the same on all of them where nothing else is said; the lines of the log were
worded anew in 7.2, so they are compared up to 7.1.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from kfuncviz.kfuncs.verifier import Arg, Call, Kfunc, Param, Program, check_program, kfunc

RECORDED = ("6.12", "6.17", "6.18", "7.0", "7.1", "7.2", "7.3")
TASK = Arg("trusted", "struct task_struct")
FILE = Arg("trusted", "struct file")
LEADER = Arg("rcu", "struct task_struct")
NUMBER = Arg("scalar")
BYTES = Arg("plain", "memory")
LSM, TRACING = Program("LSM"), Program("TRACING")
#: A kfunc without flags, as cgroup_rstat_updated() is.
UNFLAGGED = Kfunc("probe", (Param("p", "struct file *"), Param("cpu", "int")), "void")
NULL = "Possibly NULL pointer passed to trusted arg0"


@dataclass(frozen=True)
class Case:
    """Calls in order, by name, and what the verifiers said."""

    says: str
    calls: tuple[tuple[str | Kfunc, tuple[Arg | str, ...]], ...]
    program: Program = LSM
    tested: bool = False
    until_7_0: str = ""  # the line before 7.0, where 7.0 has another

    def answer(self, release: str) -> tuple[bool, str]:
        """Accepted or not, and the line of the log."""
        calls = [
            Call(kfunc(fn, release) if isinstance(fn, str) else fn, args, into="got",
                 tested=self.tested)
            for fn, args in self.calls
        ]  # fmt: skip
        said = check_program(self.program, calls, release).verdict
        return said.accept, said.message


CASES = {
    "a hook's task given back": Case(
        "release kernel function bpf_task_release expects refcounted PTR_TO_BTF_ID",
        (("bpf_task_release", (TASK,)),),
    ),
    "a hook's file given back": Case(
        "release kernel function bpf_put_file expects refcounted PTR_TO_BTF_ID",
        (("bpf_put_file", (FILE,)),),
    ),
    "acquired, not tested, given back": Case(
        NULL, (("bpf_task_acquire", (TASK,)), ("bpf_task_release", ("got",)))
    ),
    "a file acquired, not tested, given back": Case(
        NULL, (("bpf_get_task_exe_file", (TASK,)), ("bpf_put_file", ("got",)))
    ),
    "a file acquired, tested, given back": Case(
        "", (("bpf_get_task_exe_file", (TASK,)), ("bpf_put_file", ("got",))), tested=True
    ),
    "a number for a task": Case(
        "arg#0 pointer type STRUCT task_struct must point to scalar, or struct with scalar",
        (("bpf_task_acquire", (NUMBER,)),),
    ),
    "a pointer for a number": Case("R1 is not a scalar", (("bpf_task_from_pid", (TASK,)),)),
    "a file for a task": Case(
        "kernel function bpf_task_acquire args#0 expected pointer to STRUCT task_struct "
        "but R1 has a pointer to STRUCT file",
        (("bpf_task_acquire", (FILE,)),),
    ),
    "a kfunc of LSM programs in a tracing program": Case(
        "calling kernel function bpf_put_file is not allowed",
        (("bpf_put_file", (FILE,)),),
        program=TRACING,
    ),
    "a sleeping kfunc in a program that must not": Case(
        "program must be sleepable to call sleepable kfunc bpf_get_file_xattr",
        (("bpf_get_file_xattr", (FILE, BYTES, BYTES)),),
    ),
    "an RCU pointer where RCU will do": Case(
        "", (("bpf_task_acquire", (LEADER,)), ("bpf_task_release", ("got",))), tested=True
    ),
    "the same pointer outside any RCU section": Case(
        "R1 must be a rcu pointer",
        (("bpf_task_acquire", (Arg("untrusted", "struct task_struct"),)),),
        program=Program("LSM", sleepable=True),
    ),
    "an RCU pointer where trust is asked": Case(
        "R1 must be referenced or trusted", (("bpf_get_task_exe_file", (LEADER,)),)
    ),
    "a trusted pointer, no flags": Case("", ((UNFLAGGED, (FILE, NUMBER)),), program=TRACING),
    "an iterator's pointer, not tested, no flags": Case(
        NULL,
        ((UNFLAGGED, (Arg("plain", "struct file", nullable=True), NUMBER)),),
        program=TRACING,
        until_7_0="arg#0 is ptr_or_null_ expected ptr_ or socket",
    ),
}


@pytest.mark.parametrize("release", RECORDED)
@pytest.mark.parametrize("name", CASES)
def test_the_model_says_what_the_kernels_said(name: str, release: str) -> None:
    case = CASES[name]
    accept, line = case.answer(release)
    says = case.until_7_0 if case.until_7_0 and release.startswith("6") else case.says
    assert accept == (not case.says)
    assert line == says or release in ("7.2", "7.3")
