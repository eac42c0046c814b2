# SPDX-License-Identifier: BSD-3-Clause
"""Iterators: started, advanced, ended; inside an RCU section or outside; as the source has it."""

from __future__ import annotations

from typing import Any

import pytest

from kfuncviz.kfuncs.known import NotKnown
from kfuncviz.kfuncs.verifier import Answer, answer

NEW = {"call": "bpf_iter_task_new", "args": ["fitting", 0, 0]}
NEXT = {"call": "bpf_iter_task_next", "args": ["fitting"], "into": "task"}
END = {"call": "bpf_iter_task_destroy", "args": ["fitting"]}
TESTED = {"test": "task"}
ACQUIRE = {"call": "bpf_task_acquire", "args": ["task"], "into": "mine"}
EXE = {"call": "bpf_get_task_exe_file", "args": ["task"], "into": "exe"}
LOCK = {"call": "bpf_rcu_read_lock", "args": []}
UNLOCK = {"call": "bpf_rcu_read_unlock", "args": []}
VMA = [
    {"current": "me"},
    {"call": "bpf_iter_task_vma_new", "args": ["fitting", "me", 0]},
    {"call": "bpf_iter_task_vma_next", "args": ["fitting"], "into": "vma"},
    {"call": "bpf_iter_task_vma_destroy", "args": ["fitting"]},
]


def said(at: str, *steps: Any, sleepable: bool = False) -> Answer:
    text = {"type": "LSM", "attach": "file_open", "sleepable": sleepable, "steps": [*steps]}
    return answer(text, at)


@pytest.mark.parametrize("at", ["6.7", "6.12", "6.18", "7.3"])
def test_an_iterator_is_owed_its_end(at: str) -> None:
    assert said(at, NEW, NEXT, END).accept
    assert said(at, NEW, NEXT, NEXT, NEW, END, END).accept
    for steps, ident, insn in (
        ([NEW], 1, 0),
        ([NEW, NEXT], 1, 0),
        ([NEW, NEXT, END, NEW], 3, 3),
        ([NEW, NEW, END], 1, 0),
    ):
        found = said(at, *steps)
        assert (found.rule, found.line, found.errno) == (
            "leak", f"Unreleased reference id={ident} alloc_insn={insn}", "EINVAL",
        )  # fmt: skip
    assert said(at, *VMA).accept
    assert said(at, *VMA[:3]).rule == "leak"


@pytest.mark.parametrize(
    ("at", "place"), [("6.11", "arg #1"), ("6.12", "arg #0"), ("7.1", "arg #0"), ("7.2", "R1")]
)
def test_no_iterator_no_element(at: str, place: str) -> None:
    line = f"expected an initialized iter_task as {place}"
    for steps in ([NEXT], [END], [NEW, END, NEXT], [*VMA[:3], NEXT]):
        found = said(at, *steps)
        assert (found.rule, found.line, found.errno) == ("iterator", line, "EINVAL")
        assert found.why == "no iterator of the kind task runs"
        assert f"{found.rule}: kernel/bpf/verifier.c, process_iter_arg()" in found.follows


@pytest.mark.parametrize("at", ["6.7", "6.12", "6.17"])
def test_started_outside_a_section_it_cannot_be_used(at: str) -> None:
    """Up to 6.17 the start passes; since 6.18 it is refused at once."""
    for use in (NEXT, END):
        found = said(at, NEW, LOCK, use, sleepable=True)
        assert (found.rule, found.errno) == ("rcu-iterator", "EPROTO")
        assert found.line == f"expected an RCU CS when using {use['call']}"
    assert said(at, NEW, sleepable=True).rule == "leak"


def test_of_two_of_one_kind_the_newest_is_meant() -> None:
    two = [NEW, LOCK, NEW, NEXT, END]
    assert said("6.12", *two, UNLOCK, sleepable=True).line == (
        "Unreleased reference id=1 alloc_insn=0"
    )
    found = said("6.12", *two, END, sleepable=True)
    assert found.rule == "rcu-iterator"
    assert found.why == ("the iterator started outside any RCU section, or the section has ended")


@pytest.mark.parametrize("at", ["6.12", "6.18", "7.3"])
def test_an_iterator_does_not_outlive_its_section(at: str) -> None:
    assert said(at, LOCK, NEW, NEXT, END, UNLOCK, sleepable=True).accept
    found = said(at, LOCK, NEW, UNLOCK, END, sleepable=True)
    assert found.line == "expected an RCU CS when using bpf_iter_task_destroy"
    vma = said(at, VMA[0], LOCK, VMA[1], UNLOCK, *VMA[2:], sleepable=True)
    assert vma.accept  # no RCU section is asked for by this one
    awake = said(at, LOCK, NEW, UNLOCK, END)
    assert awake.accept == (at == "7.3")  # in a section of its own all the time


@pytest.mark.parametrize(
    ("at", "rule"), [("6.12", "trusted-args"), ("6.18", "trusted-args"), ("7.0", "trusted-default")]
)
def test_an_element_is_as_valid_as_its_iterator(at: str, rule: str) -> None:
    inside = [NEW, NEXT, TESTED]
    got = said(at, *inside, ACQUIRE, {"test": "mine"},
               {"call": "bpf_task_release", "args": ["mine"]}, END)  # fmt: skip
    assert got.accept
    assert said(at, *inside, EXE).rule == rule
    assert said(at, NEW, NEXT, ACQUIRE).rule == "null"
    marks = said(at, *inside, END).marks
    assert marks[0].startswith("task: valid only inside the RCU section and may be NULL")
    vma = said(at, *VMA).marks
    assert [text.split(";")[0] for text in vma] == ["me: trusted", "vma: trusted and may be NULL"]


def test_what_passes_for_an_element_that_is_a_number_is_not_guessed() -> None:
    """Its NULL counts among the ids all the same."""
    bits = [
        {"call": "bpf_iter_bits_new", "args": ["fitting", "fitting", 1]},
        {"call": "bpf_iter_bits_next", "args": ["fitting"]},
        {"call": "bpf_iter_bits_destroy", "args": ["fitting"]},
    ]
    assert said("6.12", *bits).accept
    leak = said("6.12", *bits, bits[0])
    assert leak.line == "Unreleased reference id=3 alloc_insn=3"
    with pytest.raises(NotKnown, match=r"int \* that bpf_iter_bits_next returns passes for"):
        said("6.12", bits[0], bits[1] | {"into": "bit"}, bits[2])
