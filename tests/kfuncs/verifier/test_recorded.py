# SPDX-License-Identifier: BSD-3-Clause
"""
What seven real verifiers answered
==================================

Small programs, loaded on Debian kernels 6.12.43, 6.17.8, 6.18.15, 7.0.13, 7.1.13, 7.2.12 and 7.3.4.
The model computes verdict, errno and line of each of them, and says that they were measured.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from kfuncviz.kfuncs.known import NotKnown, document
from kfuncviz.kfuncs.verifier import KERNELS, RELEASES, BadProgram, answer, shipped
from kfuncviz.kfuncs.verifier.data import rules
from kfuncviz.kfuncs.verifier.shipped import programs

PROGRAMS = document("verifier", "programs")["programs"]
RECORD = [
    (row["name"], kernel, said["accept"], said["errno"], said["line"])
    for row in PROGRAMS
    for said in row["measured"]
    for kernel in said["kernels"]
]


def test_the_record_is_whole() -> None:
    assert KERNELS == ("6.12.43", "6.17.8", "6.18.15", "7.0.13", "7.1.13", "7.2.12", "7.3.4")
    assert [row["case"] for row in PROGRAMS] == [*range(1, 33)]
    assert len({row["name"] for row in PROGRAMS}) == 32
    for row in PROGRAMS[:31]:
        assert sorted(k for said in row["measured"] for k in said["kernels"]) == sorted(KERNELS)
    assert len(RECORD) == 31 * 7 + 1
    for _, _, accept, errno, line in RECORD:
        assert (errno is None, line == "") == (accept, accept)


@pytest.mark.parametrize("kernel", [*KERNELS, "6.18.44"])
def test_the_model_says_what_the_kernels_said(kernel: str) -> None:
    wrong = []
    for name, where, *recorded in RECORD:
        if where == kernel:
            said = answer(name, kernel)
            if [said.accept, said.errno, said.line] != recorded or not said.measured:
                wrong.append((name, said, recorded))
            assert said.follows == f"measured on {kernel}"
            assert said.kernel == kernel
    assert wrong == []


def test_lines_that_were_read_in_the_logs() -> None:
    """A few of them once more, so that the record cannot drift with the model."""
    held = {(name, kernel): line for name, kernel, _, _, line in RECORD}
    assert held["walked-mount", "6.17.8"].endswith("but R1 has a pointer to STRUCT vfsmount")
    assert held["walked-mount", "6.18.15"] == "arg#0 is untrusted_ptr_ expected ptr_ or socket"
    assert held["walked-mount-sleepable", "6.12.43"] == held["walked-mount", "6.18.15"]
    assert {held["walked-right-type", k] for k in KERNELS[:3]} == {""}
    assert held["walked-right-type", "7.0.13"] == "R1 must be referenced or trusted"
    assert held["number-for-task", "7.3.4"] == "R1 is scalar expected STRUCT task_struct"
    assert held["release-of-hook-task", "7.2.12"] == (
        "release kfunc bpf_task_release expects referenced PTR_TO_BTF_ID passed to R1"
    )
    assert {held["task-leak", k] for k in KERNELS} == {"Unreleased reference id=2 alloc_insn=1"}
    assert {held["idmap-inside", k] for k in ["6.18.44"]} == {""}


@pytest.mark.parametrize(
    ("kernel", "follows"),
    [
        ("6.17.3", "not measured on 6.17.3; 6.17.8, of the same release, gave this answer"),
        ("6.17", "not measured on 6.17; 6.17.8, of the same release, gave this answer"),
        ("6.15.2", "not measured on 6.15.2; 6.12.43 before it and 6.17.8 after it gave it"),
        ("6.19.14", "not measured on 6.19.14; 7.0.13 stops at rule trusted-default; rule unsafe-"),
        ("6.8", "not measured on 6.8; 6.12.43, the nearest measured, gave it; rule type: kernel"),
        ("7.3.9", "not measured on 7.3.9; 7.3.4, of the same release, gave this answer"),
    ],
)
def test_what_another_kernel_s_answer_follows(kernel: str, follows: str) -> None:
    said = answer("1", kernel)
    assert not said.measured
    assert said.follows.startswith(follows)
    ground = f"; rule {said.rule}: {rules()[said.rule].source}"
    assert said.follows == follows or said.follows.endswith(ground)


def test_a_program_is_known_by_what_it_does() -> None:
    text = copy.deepcopy(dict(shipped("11").document("6.12")))
    renamed: Any = eval(repr(text).replace("'task'", "'t'").replace("'got'", "'g'"))  # noqa: S307
    assert answer(renamed, "7.2.12").measured
    for change in (
        {"sleepable": True}, {"attach": "task_free"}, {"caps": ["CAP_BPF"]}, {"type": "STRUCT_OPS"},
    ):  # fmt: skip
        said = answer(text | change, "7.2.12")
        assert not said.measured
        assert said.follows.startswith("no kernel was asked about this program; rule ")
    shorter = text | {"steps": text["steps"][:-1]}
    assert not answer(shorter, "7.2.12").measured
    mixed = text | {"steps": [*text["steps"][:-1], {"call": "bpf_task_release", "args": ["task"]}]}
    assert not answer(mixed, "7.2.12").measured


def test_a_program_of_measured_calls_says_so() -> None:
    file, tested = {"argument": "file", "type": "struct file"}, {"test": "file"}
    ids = {"call": "bpf_file_mnt_idmap", "args": ["file"]}
    text = {"type": "TRACING", "attach": "iter/task_file", "steps": [file, tested, ids]}
    start = "no kernel was asked about this program"
    assert answer(text, "6.12").follows.startswith(f"{start}; each of its calls was measured; rule")
    assert answer(text, "6.13").follows.startswith(f"{start}; rule passed")
    assert answer(text | {"steps": [file, tested]}, "6.12").follows.startswith(f"{start}; rule ")
    other = {"call": "bpf_get_file_vfs_ids", "args": ["file"]}
    two = text | {"steps": [file, tested, ids, other]}
    assert answer(two, "6.12").follows.startswith(f"{start}; rule passed")


def test_the_right_answer_to_the_right_program_only() -> None:
    """A step's member, type or number that differs is another program."""
    text = dict(shipped("26").document("6.12"))
    load = {"load": "mnt_root", "from": "mnt", "into": "idmap"}
    other = text | {"steps": [*text["steps"][:2], load, text["steps"][3]]}
    assert answer(text, "6.12.43").measured
    assert not answer(other, "6.12.43").measured


@pytest.mark.parametrize("name", ["0", "33", "walked", "", "12a"])
def test_a_program_that_is_not_in_the_record(name: str) -> None:
    with pytest.raises(NotKnown, match=r"unknown program \(1 to 32, or its name\)"):
        shipped(name)


def test_by_number_or_name() -> None:
    for program in programs():
        for key in (str(program.case), f"{program.case:02}", program.name):
            assert shipped(key) is program


def test_a_release_without_a_program_s_kfunc_says_so() -> None:
    with pytest.raises(NotKnown, match=r"how 6\.7 marks uid_map.* neither measured nor read"):
        answer("idmap-inside", "6.7")
    for at in ("6.4", "6.11", "6.12", "6.16", "7.3"):
        lacking = []
        for row in PROGRAMS[:31]:
            try:
                assert not answer(row["name"], at).measured
            except BadProgram as error:
                lacking.append((row["case"], str(error)))
        if RELEASES.index(at) < RELEASES.index("6.12"):
            assert {17, 18, 19, 20, 24, 27} <= {case for case, _ in lacking}
        else:
            assert lacking == []
        assert all("is not in 6." in said for _, said in lacking), lacking


def test_every_pointer_says_how_it_was_marked_and_why() -> None:
    file, mnt = answer("walked-mount", "6.18.15").marks
    assert file.startswith("file: trusted; arguments of LSM hooks are trusted (kernel/bpf/btf.c")
    assert mnt.startswith("mnt: marked untrusted; the way to f_path.mnt leads through a union, so")
    task, got = answer("task-untested", "6.12.43").marks
    assert task.startswith("task: trusted; ")
    assert got == "got: a reference of the program's own and may be NULL; bpf_task_acquire()"
    assert answer("cast-cgroup", "7.0.13").marks[1].startswith("made: marked untrusted; bpf_rdonly")
    assert answer("number-for-task", "7.0.13").marks == ()


def test_from_7_0_no_wrapper_can_be_called_from_the_iterator() -> None:
    """What it hands over has no mark, nor has what is read through that."""
    got: list[dict[str, Any]] = [
        {"argument": "file", "type": "struct file"}, {"test": "file"},
        {"load": "f_path.mnt", "from": "file", "into": "mnt"},
        {"load": "f_inode", "from": "file", "into": "inode"},
        {"given": "trusted", "type": "struct mnt_idmap", "into": "idmap"},
    ]  # fmt: skip
    calls = {
        "bpf_is_idmapped_mnt": ["mnt"], "bpf_file_mnt_idmap": ["file"],
        "bpf_inode_into_vfs_ids": ["idmap", "inode"], "bpf_get_file_vfs_ids": ["file"],
    }  # fmt: skip
    for at in RELEASES:
        taken = set()
        for name, args in calls.items():
            steps = [*got, {"call": name, "args": args}]
            text = {"type": "TRACING", "attach": "iter/task_file", "steps": steps}
            if answer(text, at).accept:
                taken.add(name)
        if at.startswith("7"):
            assert taken == set()
        else:
            lost = {"bpf_is_idmapped_mnt"} if at in ("6.18", "6.19") else set()
            assert taken == set(calls) - lost


def test_the_central_result() -> None:
    """As proposed, without flags: a mount that was walked to, from a file the hook vouches for."""
    steps = [
        {"argument": "file", "type": "struct file"},
        {"load": "f_path.mnt", "from": "file", "into": "mnt"},
        {"call": "bpf_is_idmapped_mnt", "args": ["mnt"]},
    ]
    text = {"type": "LSM", "attach": "file_open", "steps": steps}
    loads = {at: answer(text, at).accept for at in RELEASES}
    assert [at for at in RELEASES if loads[at]] == [f"6.{n}" for n in range(4, 18)]
    assert not any(answer(text | {"sleepable": True}, at).accept for at in RELEASES)
    walk = {"type": "TRACING", "attach": "iter/task_file",
            "steps": [steps[0], {"test": "file"}, *steps[1:]]}  # fmt: skip
    assert [at for at in RELEASES if answer(walk, at).accept] == [f"6.{n}" for n in range(4, 18)]
