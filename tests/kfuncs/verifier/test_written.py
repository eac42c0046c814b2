# SPDX-License-Identifier: BSD-3-Clause
"""A program's description: what it means, and one clear line for what is wrong in it."""

from __future__ import annotations

from typing import Any

import pytest

from kfuncviz.kfuncs.known import NotKnown, document
from kfuncviz.kfuncs.verifier import (
    Address,
    Arg,
    BadProgram,
    Call,
    Cast,
    Load,
    NullTest,
    Take,
    answer,
    check_program,
    program_types,
    read_program,
)
from kfuncviz.kfuncs.verifier.written import NAME_MAX, STEPS_MAX

FILE = {"argument": "file", "type": "struct file"}
TASK = {"current": "task"}
#: A function where a program may sleep.
CALL = "__x64_sys_openat"


def lsm(*steps: Any, **more: Any) -> dict[str, Any]:
    return {"type": "LSM", "attach": "file_open", "steps": list(steps)} | more


def verdict(*steps: Any, at: str = "6.12", **more: Any) -> tuple[str, str]:
    said = answer(lsm(*steps, **more), at)
    return said.rule, said.line


def call(name: str, *args: Any, **more: Any) -> dict[str, Any]:
    return {"call": name, "args": list(args)} | more


def load(member: str, base: str, into: str) -> dict[str, str]:
    return {"load": member, "from": base, "into": into}


def test_every_step_is_read_as_what_it_says() -> None:
    steps: list[Any] = [
        FILE, TASK, load("f_inode", "file", "inode"),
        {"address": "f_path", "from": "file", "into": "path"},
        {"cast": "struct cgroup", "from": "task", "into": "made"},
        {"given": "rcu", "type": "struct task_struct", "null": True, "into": "maybe"},
        {"given": "unset", "into": "nothing"},
        {"test": "maybe"},
        call("bpf_task_acquire", "maybe", into="got"),
        call("bpf_task_from_pid", 7),
        call("bpf_get_file_xattr", "file", "fitting", None),
        call("bpf_path_d_path", "path", "stack", 1),
        call("bpf_task_release", 0),
        {"load": "f_op", "from": "file"},
    ]  # fmt: skip
    program, read = read_program(
        {"type": "bpf_prog_type_lsm", "attach": "file_open", "sleepable": True,
         "caps": ["CAP_BPF"], "name": "n", "title": "t", "case": 1, "steps": steps}, "6.12.43",
    )  # fmt: skip
    assert (program.type, program.attach, program.sleepable) == ("LSM", "file_open", True)
    assert program.caps == {"CAP_BPF"}
    kinds = [Take, Take, Load, Address, Cast, Take, Take, NullTest, *[Call] * 5, Load]
    assert [type(step) for step in read] == kinds
    file, task, inode, path, made, maybe, nothing, tested, got, pid, xattr, buf, zero, op = read
    assert isinstance(file, Take)
    assert (file.into, file.value.provenance, file.value.type) == ("file", "trusted", "struct file")
    assert isinstance(task, Take)
    assert (task.into, task.value.type) == ("task", "struct task_struct")
    assert inode == Load("file", "f_inode", "inode")
    assert path == Address("file", "f_path", "path")
    assert isinstance(made, Cast)
    assert (made.fn.name, made.base, made.struct, made.into) == (
        "bpf_rdonly_cast", "task", "struct cgroup", "made",
    )  # fmt: skip
    assert maybe == Take("maybe", Arg("rcu", "struct task_struct", nullable=True))
    assert nothing == Take("nothing", Arg("unset"))
    assert tested == NullTest("maybe")
    assert isinstance(got, Call)
    assert (got.fn.name, got.args, got.into) == ("bpf_task_acquire", ("maybe",), "got")
    assert isinstance(pid, Call)
    assert (pid.args, pid.into) == ((Arg("scalar"),), "")
    assert isinstance(xattr, Call)
    assert xattr.args == ("file", Arg("fitting"), Arg("unset"))
    assert isinstance(buf, Call)
    assert buf.args == ("path", Arg("memory"), Arg("scalar"))
    assert isinstance(zero, Call)
    assert zero.args == (Arg("null"),)
    assert op == Load("file", "f_op", "f_op")


@pytest.mark.parametrize("attach", ["task_free", "lsm/task_free", "bpf_lsm_task_free"])
def test_a_hook_is_known_by_any_of_its_names(attach: str) -> None:
    task = {"argument": "task", "type": "struct task_struct"}
    program, (taken,) = read_program({"type": "LSM", "attach": attach, "steps": [task]}, "6.12")
    assert program.attach == "task_free"
    assert isinstance(taken, Take)
    assert taken.value.provenance == "plain"


def test_what_a_program_that_passes_still_depends_on() -> None:
    one = lsm(FILE, call("bpf_get_file_xattr", "file", "fitting", "fitting"), sleepable=True)
    assert answer(one, "6.12").notes == (
        "not checked here: name__str, value_p (memory, string or iterator)",
        "what file_open hands over in 6.12 is the program's word",
    )
    tracing = {"type": "TRACING", "attach": "fentry/vfs_open", "steps": [TASK]}
    word = "that 6.12 has fentry/vfs_open, and what it hands over, is the program's word"
    assert answer(tracing, "6.12.43").notes == (word,)
    ops = {"type": "STRUCT_OPS", "attach": "Qdisc_ops/reset", "sleepable": True}
    assert answer(ops | {"steps": [TASK]}, "6.12.43").notes[0] == (
        "whether this operation lets a program sleep is not modelled"
    )
    assert answer("rcu-pointer", "6.12").notes == ()  # kernels were asked
    assert answer({"type": "SYSCALL", "sleepable": True, "steps": [TASK]}, "6.12").notes == ()


def test_what_is_not_known_of_a_place_is_said_of_a_refusal_too() -> None:
    ops = {"type": "STRUCT_OPS", "attach": "Qdisc_ops/reset", "sleepable": True}
    said = answer(ops | {"steps": [call("bpf_task_acquire", 0)]}, "6.18.9")
    assert (said.rule, said.notes[0]) == (
        "null", "whether this operation lets a program sleep is not modelled",
    )  # fmt: skip


def test_the_path_where_a_pointer_is_null_is_named_where_something_is_owed() -> None:
    """A second NULL test leaves with the first reference; that path is not followed."""
    first, second = (
        call("bpf_task_from_pid", pid, into=name) for pid, name in ((1, "one"), (2, "two"))
    )
    ends = [call("bpf_task_release", "two"), call("bpf_task_release", "one")]
    word = "what file_open hands over in 6.18 is the program's word"

    def notes(*steps: Any, **more: Any) -> tuple[str, ...]:
        said = answer(lsm(*steps, **more), "6.18")
        assert said.accept
        return said.notes

    test_one, test_two = {"test": "one"}, {"test": "two"}
    held = "where two is NULL the program is not followed: there, too, it has to give back what"
    assert notes(first, test_one, second, test_two, *ends) == (f"{held} step 0 took", word)
    one = [first, test_one, ends[1]]
    assert notes(*one) == (word,)  # nothing else is owed
    inside = [call("bpf_rcu_read_lock"), *one, call("bpf_rcu_read_unlock")]
    leave = "where one is NULL the program is not followed: there, too, it has to leave the"
    assert notes(*inside) == (f"{leave} RCU section", word)
    both = [first, test_one, call("bpf_rcu_read_lock"), second, test_two,
            call("bpf_rcu_read_unlock"), *ends]  # fmt: skip
    assert notes(*both) == (f"{held} step 0 took and to leave the RCU section", word)
    third = [call("bpf_task_from_pid", 3, into="three"), {"test": "three"}]
    three = [first, test_one, second, test_two, *third, call("bpf_task_release", "three"), *ends]
    assert "give back what step 0 and step 2 took" in notes(*three)[1]
    again = [first, test_one, second, test_two, test_one, *ends]  # not NULL: no other path
    assert notes(*again) == notes(first, test_one, second, test_two, *ends)
    walked = [TASK, first, test_one, load("group_leader", "task", "up"), {"test": "up"}, ends[1]]
    assert "where up is NULL" in notes(*walked)[0]  # an RCU pointer is followed both ways


@pytest.mark.parametrize(
    "use",
    [
        call("bpf_task_release", "one"),
        {"load": "group_leader", "from": "one", "into": "up"},
        {"test": "one"},
        {"cast": "struct task_struct", "from": "one", "into": "again"},
    ],
)
def test_without_perfmon_nothing_is_left_of_what_was_given_back(use: Any) -> None:
    """mark_reg_invalid() empties the register; a loader with CAP_PERFMON is left a number."""
    take = call("bpf_task_from_pid", 1, into="one")
    steps = [take, {"test": "one"}, call("bpf_task_release", "one"), use]
    text = {"type": "SYSCALL", "sleepable": True, "caps": ["CAP_BPF"], "steps": steps}
    said = answer(text, "6.12")
    assert (said.rule, said.errno, said.line) == ("read", "EACCES", "R6 !read_ok")
    assert said.why == "one was given back, and the loader has no CAP_PERFMON"
    assert answer(text | {"steps": steps[:3]}, "6.12").accept
    held = answer(text | {"caps": ["CAP_BPF", "CAP_PERFMON"]}, "6.12")
    assert held.rule != "read"


def test_an_operation_that_owes_from_the_start_is_not_judged() -> None:
    """A queue's enqueue() owes the packet, read or not."""
    text = {"type": "STRUCT_OPS", "attach": "Qdisc_ops/enqueue", "steps": [TASK]}
    for at in ("6.16", "7.1"):
        with pytest.raises(
            NotKnown, match=r"enqueue is handed a reference .*: not modelled \(net/"
        ):
            answer(text, at)
    assert answer(text, "6.15").accept
    assert answer(text | {"attach": "Qdisc_ops/dequeue"}, "6.16").accept


def test_what_is_left_out() -> None:
    program, _ = read_program({"type": "XDP", "steps": [TASK]}, "6.12")
    assert (program.attach, program.sleepable) == ("", False)
    assert program.caps == {"CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN"}


TYPES = [row["type"] for row in document("verifier", "hooks")["hooks"]]
TRACED = (
    "attach: want one of tp_btf/NAME, fentry/NAME, fexit/NAME, fmod_ret/NAME, fsession/NAME, "
    "iter/NAME"
)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (7, "a program is an object with 'type' and 'steps'"),
        ([], "a program is an object with 'type' and 'steps'"),
        ({"steps": [FILE]}, "type: missing; a program has a type, like 'LSM' or 'TRACING'"),
        (lsm(), "steps: want a list of 1 to 200 steps"),
        (lsm(*[TASK] * (STEPS_MAX + 1)), "steps: want a list of 1 to 200 steps"),
        (lsm(FILE, steps="x"), "steps: want a list of 1 to 200 steps"),
        (lsm(FILE, type="LMS"),
         "type: unknown program type 'LMS'; did you mean 'LSM'? Known: " + ", ".join(TYPES)),
        (lsm(FILE, type=None), "type: None is no name; want a text of 1 to 100 characters"),
        (lsm(FILE, type="UNSPEC"),
         "type: UNSPEC stands for every type in a registration; name one"),
        (lsm(FILE, type="EXT"),
         ("type: an EXT program is checked as the type of the program it replaces; name "
         "that type")),
        (lsm(FILE, attach=3), "attach: 3 is no name; want a text of 0 to 100 characters"),
        (lsm(FILE, sleepable="yes"), "sleepable: want true or false, not 'yes'"),
        (lsm(FILE, sleepable=1), "sleepable: want true or false, not 1"),
        (lsm(FILE, caps="CAP_BPF"),
         "caps: want a list of capabilities, like ['CAP_BPF', 'CAP_PERFMON']"),
        (lsm(FILE, caps=["CAP_BFP"]),
         ("caps: unknown capability 'CAP_BFP'; did you mean 'CAP_BPF'? Known: CAP_BPF, "
         "CAP_PERFMON, CAP_NET_ADMIN, CAP_SYS_ADMIN, CAP_SYS_BOOT")),
        (lsm(FILE, step=1),
         ("unknown key 'step'; did you mean 'steps'? Known: case, name, title, type, "
         "attach, sleepable, caps, steps")),
        (lsm(FILE, attach="lsm.s/file_open"), "attach: want lsm/file_open and 'sleepable': true"),
        (lsm(FILE, attach="xdp/x"), "attach: want the name of an LSM hook, like 'file_open'"),
        (lsm(FILE, type="TRACING"), TRACED),
        (lsm(FILE, type="TRACING", attach="iter/"), TRACED),
        (lsm(3), "steps[0]: a step is an object, like {'test': 'task'}"),
        (lsm({}), ("steps[0]: want exactly one of argument, current, given, load, address, cast, "
         "test, call")),
        (lsm({"test": "a", "load": "b"}),
         ("steps[0]: want exactly one of argument, current, given, load, address, cast, "
         "test, call")),
        (lsm(FILE | {"form": "x"}), "steps[0]: unknown key 'form'; Known: argument, type, into"),
        (lsm({"argument": ""}),
         "steps[0].argument: '' is no name; want a text of 1 to 100 characters"),
        (lsm({"test": "x" * (NAME_MAX + 1)}),
         ("steps[0].test: 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... is "
         "no name; want a text of 1 to 100 characters")),
        (lsm({"argument": "file"}), "steps[0].type: want a structure, like 'struct file', not ''"),
        (lsm(FILE | {"type": "file"}),
         "steps[0].type: want a structure, like 'struct file', not 'file'"),
        (lsm(FILE | {"type": "struct fi le"}),
         "steps[0].type: want a structure, like 'struct file', not 'struct fi le'"),
        (lsm({"load": "f_inode"}), "steps[0].from: missing; name the value it starts from"),
        (lsm({"given": "sure", "into": "x"}),
         ("steps[0].given: unknown mark 'sure'; Known: trusted, acquired, rcu, plain, "
         "untrusted, scalar, null, memory, fitting, unset")),
        (lsm({"given": "plain", "type": "struct x"}),
         "steps[0].into: missing; name the value, so that later steps can use it"),
        (lsm({"given": "plain", "into": "x"}),
         "steps[0].type: want a structure, like 'struct file', not ''"),
        (lsm({"given": "null", "into": "x", "null": True}),
         "steps[0]: a value marked 'null' is no pointer: no type, no null"),
        (lsm({"given": "scalar", "type": "struct x", "into": "x"}),
         "steps[0]: a value marked 'scalar' is no pointer: no type, no null"),
        (lsm({"given": "plain", "type": "struct x", "into": "x", "null": 0}),
         "steps[0].null: want true or false, not 0"),
        (lsm(call("bpf_put_fil")),
         ("steps[0].call: unknown kfunc 'bpf_put_fil', did you mean 'bpf_put_file'?; 6.12 "
         "registers none of that name")),
        (lsm(call("bpf_nope")),
         "steps[0].call: unknown kfunc 'bpf_nope'; 6.12 registers none of that name"),
        (lsm(call("bpf_rdonly_cast", 1, 2)),
         "steps[0]: write it as a cast: {'cast': 'struct file', 'from': ..., 'into': ...}"),
        (lsm(call("css_rstat_updated")),
         "steps[0].call: css_rstat_updated is not in 6.12; it is in 6.16 to 7.3"),
        (lsm(call("bpf_put_file")),
         "steps[0].args: void bpf_put_file(struct file *file) takes 1 argument, not 0"),
        (lsm(call("bpf_task_under_cgroup", 1)),
         ("steps[0].args: long bpf_task_under_cgroup(struct task_struct *task, struct "
         "cgroup *ancestor) takes 2 arguments, not 1")),
        (lsm({"call": "bpf_put_file", "args": "x"}),
         "steps[0].args: want a list, one argument for each parameter"),
        (lsm(call("bpf_put_file", True)),
         ("steps[0].args[0]: True is no argument; want a value's name, a number, null, "
         "stack or fitting")),
        (lsm(call("bpf_put_file", 1.5)),
         ("steps[0].args[0]: 1.5 is no argument; want a value's name, a number, null, "
         "stack or fitting")),
        (lsm(call("bpf_put_file", "")),
         "steps[0].args[0]: '' is no name; want a text of 1 to 100 characters"),
        (lsm(FILE, type="XDP"),
         ("steps[0]: programs of type XDP get a context, no kernel pointer like 'file'; those "
         "that get one: LSM, STRUCT_OPS, TRACING")),
        (lsm(FILE, caps=1), "caps: want a list of capabilities, like ['CAP_BPF', 'CAP_PERFMON']"),
        (lsm({"load": "x"}), "steps[0].from: missing; name the value it starts from"),
        (lsm({"test": ""}), "steps[0].test: '' is no name; want a text of 1 to 100 characters"),
        (lsm(call("no_such", 1)),
         "steps[0].call: unknown kfunc 'no_such'; 6.12 registers none of that name"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_line(written: object, said: str) -> None:
    with pytest.raises(BadProgram) as caught:
        read_program(written, "6.12")
    assert str(caught.value) == said


def test_a_value_nobody_kept() -> None:
    with pytest.raises(NotKnown, match="unknown value 'fil'; did you mean 'file'"):
        answer(lsm(FILE, {"test": "fil"}), "6.12")


# ------------------------------------------------------------- sections and loads

LEADER = load("group_leader", "task", "leader")
LOCK, UNLOCK = call("bpf_rcu_read_lock"), call("bpf_rcu_read_unlock")


def test_an_rcu_section_in_a_program_that_can_sleep() -> None:
    acquire = call("bpf_task_acquire", "leader", into="got")
    done = [{"test": "got"}, call("bpf_task_release", "got")]
    outside = [TASK, LEADER, acquire, *done]
    inside = [TASK, LOCK, LEADER, acquire, UNLOCK, *done]
    after = [TASK, LOCK, LEADER, UNLOCK, acquire, *done]
    for at in ("6.4", "6.12", "7.3"):
        assert verdict(*outside, at=at, sleepable=True)[0] == "rcu"
        assert verdict(*inside, at=at, sleepable=True)[0] == "passed"
        assert verdict(*after, at=at, sleepable=True)[0] == "rcu"
        assert verdict(*outside, at=at)[0] == "passed"


def test_leaving_a_section_takes_the_mark_even_where_no_sleep_is_possible_until_7_3() -> None:
    steps = [TASK, LOCK, LEADER, UNLOCK, call("bpf_task_acquire", "leader", into="got"),
             {"test": "got"}, call("bpf_task_release", "got")]  # fmt: skip
    assert {at: verdict(*steps, at=at)[0] for at in ("6.4", "6.18", "7.1", "7.3")} == {
        "6.4": "rcu", "6.18": "rcu", "7.1": "rcu", "7.3": "passed",
    }  # fmt: skip


def test_sections_in_sections() -> None:
    twice = [LOCK, LOCK, UNLOCK, UNLOCK]
    line = "nested rcu read lock (kernel function bpf_rcu_read_lock)"
    assert verdict(*twice, at="6.18") == ("nested-rcu", line)
    assert verdict(*twice, at="6.19") == ("passed", "")
    between = [TASK, LOCK, LOCK, UNLOCK, LEADER, call("bpf_task_acquire", "leader", into="got"),
               UNLOCK, {"test": "got"}, call("bpf_task_release", "got")]  # fmt: skip
    assert verdict(*between, at="7.0", sleepable=True)[0] == "passed"


def test_sections_that_do_not_match() -> None:
    line = "unmatched rcu read unlock (kernel function bpf_rcu_read_unlock)"
    for at in ("6.4", "7.3"):
        assert verdict(UNLOCK, at=at) == ("unmatched-unlock", line)
    exits = "cannot be used inside bpf_rcu_read_lock-ed region"
    assert {at: verdict(LOCK, at=at) for at in ("6.12", "6.13", "6.14", "7.3")} == {
        "6.12": ("rcu-open", "bpf_rcu_read_unlock is missing"),
        "6.13": ("rcu-open", f"BPF_EXIT instruction {exits}"),
        "6.14": ("rcu-open", f"BPF_EXIT instruction in main prog {exits}"),
        "7.3": ("rcu-open", f"BPF_EXIT instruction in main prog {exits}"),
    }
    both = [TASK, LOCK, call("bpf_task_acquire", "task")]
    assert [verdict(*both, at=at)[0] for at in ("6.12", "6.13")] == ["rcu-open", "leak"]


def test_a_load_needs_a_pointer_known_not_to_be_null() -> None:
    file = {"argument": "file", "type": "struct file"}
    walk = {"type": "TRACING", "attach": "iter/task_file"}
    said = answer(walk | {"steps": [file, load("f_inode", "file", "i")]}, "6.12")
    assert (said.rule, said.line, said.errno) == (
        "load", "R6 invalid mem access 'ptr_or_null_'", "EACCES",
    )  # fmt: skip
    assert said.why == "file may be NULL: test it first"
    assert answer(
        walk | {"steps": [file, {"test": "file"}, load("f_inode", "file", "i")]}, "6.12"
    ).accept
    number = {"given": "scalar", "into": "n"}
    said = answer(lsm(number, load("f_inode", "n", "i")), "7.3")
    assert (said.rule, said.why) == ("load", "n is no kernel pointer")
    assert said.line == "R6 invalid mem access 'scalar'"


def test_what_may_be_null_after_a_load() -> None:
    vma = {"argument": "vma", "type": "struct vm_area_struct"}
    used = call("bpf_get_file_vfs_ids", "file")
    steps = [vma, load("vm_file", "vma", "file")]
    assert verdict(*steps, used, at="7.0")[0] == "null"
    assert verdict(*steps, {"test": "file"}, used, at="7.0")[0] == "passed"


def test_ids_count_what_may_be_null_and_what_is_owed() -> None:
    """As env->id_gen does; the third step took the reference."""
    file = {"given": "plain", "type": "struct file", "null": True, "into": "f"}
    rule, line = verdict(file, TASK, call("bpf_task_acquire", "task"))
    assert (rule, line) == ("leak", "Unreleased reference id=3 alloc_insn=2")
    tested = [TASK, call("bpf_get_task_exe_file", "task", into="e"), call("bpf_task_from_pid", 1)]
    assert verdict(*tested)[1] == "Unreleased reference id=2 alloc_insn=1"


def test_a_reference_that_is_given_is_owed() -> None:
    given = {"given": "acquired", "type": "struct task_struct", "into": "mine"}
    assert verdict(given) == ("leak", "Unreleased reference id=1 alloc_insn=0")
    assert verdict(given, call("bpf_task_release", "mine")) == ("passed", "")


def test_an_address_shares_its_reference() -> None:
    get = [TASK, call("bpf_get_task_exe_file", "task", into="exe"), {"test": "exe"},
           {"address": "f_path", "from": "exe", "into": "path"}]  # fmt: skip
    named = call("bpf_path_d_path", "path", "stack", 16)
    put = call("bpf_put_file", "exe")
    assert verdict(*get, named, put) == ("passed", "")
    assert verdict(*get, put, named)[0] == "pointer"


@pytest.mark.parametrize(("at", "place"), [("6.12", "args#0"), ("7.3", "R1")])
def test_an_address_is_known_as_the_whole_it_is_in(at: str, place: str) -> None:
    cgroup = {"argument": "cgrp", "type": "struct cgroup"}
    self = {"address": "self", "from": "cgrp", "into": "css"}
    take = [call("bpf_cgroup_acquire", "css", into="mine"), {"test": "mine"}]
    tracing = {"type": "TRACING", "attach": "tp_btf/cgroup_mkdir", "at": at}
    back = call("bpf_cgroup_release", "mine")
    assert verdict(cgroup, self, *take, back, **tracing) == ("passed", "")
    again = {"address": "self", "from": "mine", "into": "own"}
    start = call("bpf_cgroup_release", "own")
    assert verdict(cgroup, self, *take, again, start, **tracing) == ("passed", "")
    path = {"address": "f_path", "from": "file", "into": "path"}
    line = (
        f"kernel function bpf_get_file_vfs_ids {place} expected pointer to STRUCT file but "
        "R1 has a pointer to STRUCT file"
    )
    assert verdict(FILE, path, call("bpf_get_file_vfs_ids", "path"), at=at) == ("type", line)


@pytest.mark.parametrize("at", ["6.12", "7.3"])
def test_a_part_of_what_was_acquired_is_not_given_back(at: str) -> None:
    exe = [TASK, call("bpf_get_task_exe_file", "task", into="exe"), {"test": "exe"}]
    path = {"address": "f_path", "from": "exe", "into": "path"}
    assert verdict(*exe, path, call("bpf_put_file", "path"), at=at) == (
        "offset",
        "R1 must have zero offset when passed to release func or trusted arg to kfunc",
    )
    assert verdict(*exe, path, call("bpf_put_file", "exe"), at=at) == ("passed", "")


CALLS = "loading/calling other bpf or kernel functions are allowed for CAP_BPF and CAP_SYS_ADMIN"


@pytest.mark.parametrize(
    ("kind", "attach", "caps", "rule", "line"),
    [
        ("LSM", "file_open", ["CAP_BPF"], "loader", ""),
        ("LSM", "file_open", ["CAP_BPF", "CAP_SYS_BOOT"], "loader", ""),
        ("LSM", "file_open", ["CAP_PERFMON"], "loader", ""),
        ("LSM", "file_open", ["CAP_SYS_ADMIN"], "passed", ""),
        ("STRUCT_OPS", "tcp_congestion_ops/init", ["CAP_BPF"], "loader", ""),
        ("TRACING", "fentry/vfs_open", ["CAP_BPF"], "loader", ""),
        ("KPROBE", "", ["CAP_BPF"], "loader", ""),
        ("XDP", "", ["CAP_BPF", "CAP_NET_ADMIN"], "passed", ""),
        ("XDP", "", [], "loader", ""),
        ("XDP", "", ["CAP_NET_ADMIN"], "loader", ""),
        ("SYSCALL", "", ["CAP_BPF"], "passed", ""),
        ("CGROUP_SKB", "", [], "calls", CALLS),
        ("CGROUP_SKB", "", ["CAP_BPF"], "passed", ""),
        ("SOCKET_FILTER", "", [], "calls", CALLS),
    ],
)
def test_what_the_loader_needs_before_the_verifier_looks(
    kind: str, attach: str, caps: list[str], rule: str, line: str
) -> None:
    document = {"type": kind, "attach": attach, "caps": caps, "sleepable": kind == "SYSCALL"}
    said = answer(document | {"steps": [LOCK, UNLOCK]}, "7.0")
    assert (said.rule, said.line, said.errno) == (rule, line, None if said.accept else "EPERM")
    assert (rule == "passed") == said.accept
    if not said.accept:
        want = "CAP_PERFMON" if "CAP_BPF" in caps else "CAP_BPF"
        assert said.why.startswith("the loader")
        assert said.why.endswith(f"has no {want}")


def test_without_a_call_a_socket_filter_needs_no_capability() -> None:
    task = {"given": "trusted", "type": "struct task_struct", "into": "task"}
    assert answer({"type": "SOCKET_FILTER", "caps": [], "steps": [task]}, "7.0").accept


#: Types whose loader needs CAP_NET_ADMIN, and CAP_PERFMON, besides CAP_BPF.
NETWORK = {"SCHED_CLS", "SCHED_ACT", "XDP", "LWT_IN", "LWT_OUT", "LWT_XMIT", "LWT_SEG6LOCAL",
           "SK_SKB", "SK_MSG", "FLOW_DISSECTOR", "CGROUP_DEVICE", "CGROUP_SOCK",
           "CGROUP_SOCK_ADDR", "CGROUP_SOCKOPT", "CGROUP_SYSCTL", "SOCK_OPS",
           "NETFILTER"}  # fmt: skip
TRACERS = {"KPROBE", "TRACEPOINT", "PERF_EVENT", "RAW_TRACEPOINT", "RAW_TRACEPOINT_WRITABLE",
           "TRACING", "LSM", "STRUCT_OPS"}  # fmt: skip


@pytest.mark.parametrize("kind", program_types())
def test_which_types_ask_the_loader_for_more(kind: str) -> None:
    text = {"type": kind, "attach": "fentry/x" if kind == "TRACING" else "",
            "sleepable": kind == "SYSCALL", "steps": [LOCK, UNLOCK]}  # fmt: skip
    for lacking, types in (("CAP_NET_ADMIN", NETWORK), ("CAP_PERFMON", TRACERS)):
        caps = {"CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON"} - {lacking}
        said = answer(text | {"caps": [*caps]}, "6.12")
        assert said.accept == (kind not in types)
        if kind in types:
            assert said.why == f"the loader of a {kind} program has no {lacking}"
        assert answer(text | {"caps": ["CAP_SYS_ADMIN"]}, "6.12").accept
    assert answer(text, "6.12").accept


SMALL = "'struct task_struct' access is allowed only to CAP_PERFMON and CAP_SYS_ADMIN"


@pytest.mark.parametrize("at", ["6.4", "7.3"])
def test_reading_through_a_pointer_needs_perfmon(at: str) -> None:
    """No program type of these asks for it, so the load itself is refused."""
    given = {"given": "trusted", "type": "struct task_struct", "into": "task"}
    for kind in ("XDP", "SYSCALL"):
        text = {"type": kind, "sleepable": kind == "SYSCALL", "steps": [given, LEADER]}
        said = answer(text | {"caps": ["CAP_BPF", "CAP_NET_ADMIN"]}, at)
        assert (said.rule, said.line, said.errno) == ("load-perfmon", SMALL, "EPERM")
        assert said.why == "the loader has no CAP_PERFMON"
        assert answer(text | {"caps": ["CAP_SYS_ADMIN"]}, at).accept
        assert answer(text, at).accept
    inner = [{"given": "trusted", "type": "struct file", "into": "file"},
             {"address": "f_path", "from": "file", "into": "path"},
             {"load": "mnt", "from": "path", "into": "mnt"}]  # fmt: skip
    said = answer({"type": "XDP", "caps": ["CAP_BPF", "CAP_NET_ADMIN"], "steps": inner}, at)
    assert said.line.startswith("'struct file' access")


@pytest.mark.parametrize(
    ("kind", "caps", "at", "why"),
    [
        ("XDP", ["CAP_BPF", "CAP_NET_ADMIN"], "6.9", "the loader has no CAP_PERFMON"),
        ("XDP", ["CAP_BPF", "CAP_NET_ADMIN", "CAP_PERFMON"], "6.9", ""),
        ("XDP", ["CAP_SYS_ADMIN"], "7.3", ""),
        ("SYSCALL", ["CAP_BPF"], "6.15", ""),
        ("SYSCALL", ["CAP_BPF"], "6.17", "the loader has no CAP_PERFMON"),
        ("SYSCALL", ["CAP_BPF", "CAP_PERFMON"], "7.3", ""),
        ("SOCKET_FILTER", ["CAP_PERFMON"], "6.10", "the loader has no CAP_BPF"),
        ("LIRC_MODE2", ["CAP_SYS_ADMIN"], "6.10", "helpers of a LIRC_MODE2 program are few"),
    ],
)
def test_who_may_ask_for_the_current_task(kind: str, caps: list[str], at: str, why: str) -> None:
    text = {"type": kind, "caps": caps, "sleepable": kind == "SYSCALL", "steps": [TASK]}
    said = answer(text, at)
    assert said.accept == (not why)
    if why:
        old = "unknown func bpf_get_current_task_btf#158"
        new = "program of this type cannot use helper bpf_get_current_task_btf#158"
        assert (said.rule, said.line, said.errno) == (
            "helper", old if at == "6.9" else new, "EINVAL",
        )  # fmt: skip
        assert said.why.startswith(why)


def test_the_current_task_where_it_was_not_read() -> None:
    text = {"type": "SYSCALL", "caps": ["CAP_BPF"], "sleepable": True, "steps": [TASK]}
    with pytest.raises(NotKnown, match=r"whether 6.16 gives SYSCALL .* CAP_PERFMON was not read"):
        answer(text, "6.16")
    assert answer(text | {"caps": ["CAP_SYS_ADMIN"]}, "6.16").accept


def test_a_cast_is_a_call() -> None:
    casts = {"cast": "struct inode", "from": "file", "into": "i"}
    steps = [FILE, casts]
    given = {"given": "trusted", "type": "struct file", "into": "file"}
    bare = {"type": "XDP", "attach": "", "caps": ["CAP_BPF", "CAP_NET_ADMIN"]}
    assert verdict(given, casts, at="7.3", **bare) == (
        "perfmon", "bpf_rdonly_cast is allowed only to CAP_PERFMON and CAP_SYS_ADMIN",
    )  # fmt: skip
    assert verdict(given, casts, at="7.2", **bare)[0] == "passed"
    used = [*steps, call("bpf_inode_into_vfs_ids", "m", "i")]
    given = {"given": "trusted", "type": "struct mnt_idmap", "into": "m"}
    assert verdict(given, *used, at="6.19") == (
        "unsafe-pointer", "arg#1 is untrusted_ptr_ expected ptr_ or socket",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "attach", "at", "rule"),
    [
        ("LSM", "file_open", "6.4", "passed"), ("KPROBE", "uprobe/x", "6.4", "passed"),
        ("STRUCT_OPS", "x/y", "6.4", "passed"), ("SYSCALL", "", "6.4", "passed"),
        ("TRACING", f"fentry/{CALL}", "6.4", "passed"),
        ("TRACING", f"fexit/{CALL}", "6.4", "passed"),
        ("TRACING", f"fmod_ret/{CALL}", "6.4", "passed"), ("TRACING", "iter/task", "6.4", "passed"),
        ("TRACING", "tp_btf/sys_exit", "7.1", "can-sleep"),
        ("TRACING", "tp_btf/sys_exit", "7.2", "passed"),
        ("TRACING", f"fsession/{CALL}", "6.19", "can-sleep"),
        ("TRACING", f"fsession/{CALL}", "7.0", "passed"),
        ("TRACEPOINT", "", "7.1", "can-sleep"), ("TRACEPOINT", "", "7.2", "passed"),
        ("RAW_TRACEPOINT", "", "7.1", "can-sleep"), ("RAW_TRACEPOINT", "", "7.2", "passed"),
        ("XDP", "", "7.3", "can-sleep"), ("XDP", "", "7.2", "can-sleep"),
        ("SK_MSG", "", "6.12", "can-sleep"),
    ],
)  # fmt: skip
def test_who_can_sleep(kind: str, attach: str, at: str, rule: str) -> None:
    document = {"type": kind, "attach": attach, "sleepable": True, "steps": [TASK]}
    said = answer(document, at)
    assert said.rule == rule
    lines = {"6.12": "Only fentry/fexit/fmod_ret, lsm, iter, uprobe, and struct_ops programs can "
             "be sleepable", "7.3": "Program of this type cannot be sleepable",
             "7.2": "Program of this type cannot be sleepable",
             "7.1": "Only fentry/fexit/fsession/fmod_ret, lsm, iter, uprobe, and struct_ops "
             "programs can be sleepable"}  # fmt: skip
    if rule == "can-sleep":
        assert said.line == lines.get(at, lines["6.12"])
        where = f"TRACING {attach.split('/', maxsplit=1)[0]}" if kind == "TRACING" else kind
        assert said.why == f"a {where} program cannot be sleepable in {at}"
    assert answer(document | {"sleepable": False}, at).rule == (
        "must-sleep" if kind == "SYSCALL" else "passed"
    )


def test_the_steps_of_a_verdict_are_its_calls() -> None:
    program, steps = read_program(lsm(TASK, LOCK, LEADER, UNLOCK), "6.12")
    said = check_program(program, steps, "6.12")
    assert [step.rule for step in said.steps] == ["passed", "passed"]


def test_a_version_is_read_as_its_release_and_an_unread_release_is_refused() -> None:
    assert read_program(lsm(FILE), "6.12.43") == read_program(lsm(FILE), "6.12")
    with pytest.raises(NotKnown, match=r"modelled for 6\.4 to 7\.3, not for '6\.1'"):
        read_program(lsm(FILE), "6.1")


@pytest.mark.parametrize(
    ("step", "known"),
    [
        (FILE, "argument, type, into"),
        (TASK, "current"),
        ({"given": "plain", "type": "struct file", "into": "x"}, "given, type, null, into"),
        (load("f_inode", "file", "inode"), "load, from, into"),
        ({"address": "f_path", "from": "file", "into": "path"}, "address, from, into"),
        ({"cast": "struct file", "from": "file", "into": "other"}, "cast, from, into"),
        ({"test": "file"}, "test"),
        (call("bpf_put_file", "file", into="x"), "call, args, into"),
    ],
)
def test_a_step_has_the_keys_of_its_kind_and_no_other(step: dict[str, Any], known: str) -> None:
    read_program(lsm(FILE, step), "6.12")
    with pytest.raises(BadProgram) as caught:
        read_program(lsm(FILE, step | {"zzzz": 1}), "6.12")
    assert str(caught.value) == f"steps[1]: unknown key 'zzzz'; Known: {known}"
