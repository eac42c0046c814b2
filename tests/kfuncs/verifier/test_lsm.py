# SPDX-License-Identifier: BSD-3-Clause
"""Which LSM hooks a release has, where a program may sleep, and where it may not attach."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kfuncviz.kfuncs.known import NotKnown, document
from kfuncviz.kfuncs.verifier import (
    RELEASES,
    Answer,
    BadProgram,
    Program,
    answer,
    check_program,
)
from kfuncviz.kfuncs.verifier.lsm import holds

#: How many hooks a release has, how many let a program sleep, how many are closed; counted in its
#: lsm_hook_defs.h and bpf_lsm.c.
COUNTED = {
    "6.4": (247, 72, 0), "6.8": (252, 81, 0), "6.9": (265, 87, 0), "6.11": (267, 88, 0),
    "6.12": (268, 87, 11), "6.13": (270, 85, 11), "6.15": (271, 87, 11), "6.17": (273, 87, 11),
    "6.19": (273, 87, 12), "7.1": (277, 87, 12), "7.2": (277, 86, 13), "7.3": (277, 86, 13),
}  # fmt: skip


def said(attach: str, at: str, *, sleepable: bool = False, **more: Any) -> Answer:
    task = {"given": "trusted", "type": "struct task_struct", "into": "task"}
    text = {"type": "LSM", "attach": attach, "sleepable": sleepable, "steps": [task]}
    return answer(text | more, at)


def test_the_hooks_are_as_many_as_the_kernel_has() -> None:
    names = [row["hook"] for row in document("verifier", "lsm_hooks")["hooks"]]
    assert names == sorted(set(names))
    for at, counted in COUNTED.items():
        held = [
            sum(holds(n, what, at) for n in names) for what in ("spans", "sleepable", "disabled")
        ]
        assert tuple(held) == counted, at
    for at in RELEASES:
        for name in names:
            if holds(name, "sleepable", at) or holds(name, "disabled", at):
                assert holds(name, "spans", at)


@pytest.mark.parametrize(
    ("attach", "at", "said_so"),
    [
        ("file_opne", "6.12", "no LSM hook 'file_opne' was read in 6.12, did you mean 'file_op"),
        ("lsm/bpf_lsm_file_opne", "7.3", "no LSM hook 'file_opne' was read in 7.3, did you mean"),
        ("bpf_token_create", "6.8", "attach: no LSM hook 'bpf_token_create' was read in 6.8"),
        ("bpf_prog_alloc_security", "6.9", "was read in 6.9"),
        ("inode_file_getattr", "6.16", "'inode_file_getattr' was read in 6.16"),
    ],
)  # fmt: skip
def test_a_hook_that_is_not_there(attach: str, at: str, said_so: str) -> None:
    with pytest.raises(BadProgram, match=re.escape(said_so)):
        said(attach, at)
    with pytest.raises(NotKnown, match=r"no LSM hook 'nothing' was read in 6\.12"):
        check_program(Program("LSM", attach="nothing"), [], "6.12")


def test_a_hook_that_is_there() -> None:
    for at, name in (("6.9", "bpf_token_create"), ("6.8", "bpf_prog_alloc_security"),
                     ("6.17", "inode_file_getattr"), ("6.16", "lsm/file_open")):  # fmt: skip
        assert said(name, at).accept
    assert said("", "6.12").notes == ()
    assert said("file_open", "6.12").notes == (
        "what file_open hands over in 6.12 is the program's word",
    )


def test_where_a_program_sleeps() -> None:
    for name, at in (
        ("file_open", "6.4"),
        ("inode_unlink", "7.3"),
        ("bprm_check_security", "6.12"),
    ):
        assert said(name, at, sleepable=True).accept
    found = said("task_free", "6.12", sleepable=True)
    assert (found.rule, found.line, found.errno) == (
        "hook-sleepable", "bpf_lsm_task_free is not sleepable", "EINVAL",
    )  # fmt: skip
    assert found.why == "programs at task_free cannot sleep in 6.12"
    assert said("task_free", "6.12").accept
    assert said("key_free", "6.7", sleepable=True).accept
    assert said("", "6.12", sleepable=True).accept
    loader = said("task_free", "6.12", sleepable=True, caps=["CAP_BPF"])
    assert loader.rule == "loader"


def test_where_no_program_attaches() -> None:
    assert said("inode_getsecurity", "6.11").accept
    found = said("inode_getsecurity", "6.12")
    assert (found.rule, found.errno) == ("hook-disabled", "EINVAL")
    assert found.line == "attach_btf_id ? points to disabled hook bpf_lsm_inode_getsecurity"
    assert found.why == "6.12 lets no BPF program attach there"
    tracing = {"type": "TRACING", "attach": "fentry/inode_getsecurity"}
    assert answer(tracing | {"steps": [{"current": "t"}]}, "6.12").accept
