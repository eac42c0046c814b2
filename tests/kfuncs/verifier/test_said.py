# SPDX-License-Identifier: BSD-3-Clause
"""What the verifier's model says, word for word: why it decides so, and what it does not know."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kfuncviz.kfuncs.known import NotKnown, document
from kfuncviz.kfuncs.verifier import (
    Arg,
    Call,
    Kfunc,
    Param,
    Program,
    answer,
    check_call,
    check_program,
    handed,
    kfunc,
    result,
    walk,
)
from kfuncviz.kfuncs.verifier.loader import no_helper
from kfuncviz.kfuncs.verifier.walk import address, after_unlock, cast

LSM, OPS = Program("LSM"), Program("STRUCT_OPS", attach="Qdisc_ops")
FILE, UNSET = Arg("trusted", "struct file"), Arg("unset")
LOCK = Call(kfunc("bpf_rcu_read_lock", "6.12"))
UNLOCK = Call(kfunc("bpf_rcu_read_unlock", "6.12"))
PATH = address(FILE, "f_path", "6.12")
(ENQUEUE,) = document("verifier", "special")["operations"]
MNT = next(row for row in document("verifier", "members")["members"]
           if (row["struct"], row["member"]) == ("struct path", "mnt"))  # fmt: skip


def of(*types: str, flags: str = "", lets: str = "", ret: str = "void") -> Kfunc:
    """A kfunc whose parameters are called a, b and so on."""
    named = tuple(Param(name, ctype) for name, ctype in zip("ab", types, strict=False))
    ops = frozenset({"STRUCT_OPS", "LSM"})
    return Kfunc("f", named, ret, frozenset(flags.split()), ops, frozenset(lets.split()) or None)


def why(fn: Kfunc, *args: Arg, at: str = "6.12", program: Program = LSM) -> str:
    return check_call(fn, program, args, at).why


def at_the_end(*steps: Call, program: Program = LSM) -> str:
    return check_program(program, steps, "6.12").verdict.why


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda: why(of()), "every check passes"),
        (lambda: why(of("struct file *"), UNSET),
         "a is a struct file, the program passes a register it never set"),
        (lambda: why(of("int"), UNSET),
         "a is a number, the program passes a register it never set"),
        (lambda: why(of("int"), FILE), "a is a number, the program passes a pointer"),
        (lambda: why(of("struct file *"), UNSET, at="7.3"), "nothing was passed for a"),
        (lambda: why(of(lets="STRUCT_OPS(Qdisc_ops/x) LSM"), at="6.16",
                     program=Program("STRUCT_OPS", attach="Qdisc_ops/y")),
         "the filter of f lets LSM, STRUCT_OPS(Qdisc_ops/x) through, not STRUCT_OPS(Qdisc_ops)"),
        (lambda: why(of("struct path *", flags="KF_RELEASE"),
                     address(Arg("acquired", "struct cgroup"), "self", "6.12")),
         "a wants a struct path, but a struct cgroup_subsys_state was passed"),
        (lambda: why(of("struct path *", flags="KF_RELEASE"),
                     address(Arg("acquired", "struct file"), "f_path", "6.12")),
         "a points past the start of what was acquired"),
        (at_the_end, "every step passes and nothing is owed at the end"),
        (lambda: at_the_end(LOCK), "an RCU section is still open where the program ends"),
        (lambda: at_the_end(LOCK, LOCK), "the program is inside an RCU section already"),
        (lambda: at_the_end(UNLOCK), "no RCU section is open"),
        (lambda: at_the_end(program=Program("SYSCALL")), "a SYSCALL program has to be sleepable"),
        (lambda: no_helper(Program("LIRC_MODE2"), "6.12"),
         "helpers of a LIRC_MODE2 program are few, and this is none of them"),
        (lambda: PATH.origin, "the address of f_path in struct file"),
        (lambda: walk(PATH, "mnt", in_rcu=True, at="6.12").origin,
         ("only struct file's own members can be on a list of members that stay valid, so mnt, "
          f"read inside f_path, carries no mark ({MNT['source']})")),
        (lambda: cast(Arg("scalar"), "struct file").origin,
         "bpf_rdonly_cast() of a number: a cast vouches for nothing"),
        (lambda: cast(FILE, "struct inode").origin,
         "bpf_rdonly_cast() of struct file: a cast vouches for nothing"),
        (lambda: after_unlock(Arg("rcu", "struct file")).origin,
         "kept after the RCU section ended"),
        (lambda: answer({"type": "LSM", "steps": [{"current": "t"}]}, "6.12").marks[0],
         "t: trusted; bpf_get_current_task_btf(): the helper's result is trusted"),
    ],
)  # fmt: skip
def test_why(asked: Callable[[], str], said: str) -> None:
    assert asked() == said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda: why(Kfunc("bpf_obj_drop_impl", (), "void")),
         "the verifier follows bpf_obj_drop_impl by rules of its own: not modelled"),
        (lambda: why(Kfunc("__scx_any", (), "void"), at="7.1"),
         "the verifier follows __scx_any by rules of its own: not modelled"),
        (lambda: result(of(ret="char *"), "6.12"),
         "what the char * that f returns passes for is not modelled"),
        (lambda: no_helper(Program("SYSCALL", caps=frozenset({"CAP_BPF"})), "6.16"),
         ("whether 6.16 gives SYSCALL programs bpf_get_current_task_btf() without CAP_PERFMON was "
          "not read")),
        (lambda: check_program(Program("STRUCT_OPS", attach="Qdisc_ops/enqueue"), [], "6.16"),
         ("Qdisc_ops/enqueue is handed a reference that it owes from the start: not modelled "
          f"({ENQUEUE['source']})")),
        (lambda: why(of("struct bpf_dynptr *"), FILE),
         ("whether trusted passes for a of f, a struct bpf_dynptr *, is not modelled; what the "
          "kfunc wants there is 'fitting'")),
        (lambda: why(of("struct file *"), Arg("fitting")),
         ("a of f is a struct file *, no bytes, string, dynptr, iterator or context: 'fitting' "
          "says nothing there")),
        (lambda: why(of("struct bpf_sock_tuple *"), Arg("memory")),
         ("f takes a struct bpf_sock_tuple: whether that holds pointers, so that its own memory "
          "cannot pass for it, is not in the data")),
        (lambda: why(of(lets="STRUCT_OPS(Qdisc_ops/?)"), at="6.16", program=OPS),
         "which operations of Qdisc_ops may call f is not modelled"),
        (lambda: why(of(lets="STRUCT_OPS(Qdisc_ops/x)"), at="6.16", program=OPS),
         "f is open to some operations of Qdisc_ops; name the operation"),
        (lambda: handed(Program("TRACING", attach="tp_btf/mr_integ_alloc"), "x", "struct file",
                        "6.12"),
         "which arguments of tp_btf/mr_integ_alloc may be NULL is not in the data"),
        (lambda: walk(FILE, "f_path", in_rcu=True, at="6.12"),
         "f_path is embedded in struct file: take its address, do not load it"),
        (lambda: walk(Arg("trusted", "struct nope"), "x", in_rcu=True, at="6.12"),
         ("how 6.12 marks 'x' of 'struct nope' was neither measured nor read; known of it: "
          "nothing")),
        (lambda: walk(Arg("trusted", "struct mnt_idmap"), "owner", in_rcu=True, at="6.12"),
         ("how 6.12 marks owner of struct mnt_idmap was neither measured nor read; known: 6.4 to "
          "6.7")),
        (lambda: address(FILE, "f_inode", "6.12"),
         "f_inode of struct file is no embedded structure: load it"),
        (lambda: address(PATH, "mnt", "6.12"),
         "the address of mnt in f_path of struct file: not modelled"),
        (lambda: address(Arg("trusted", "struct file", True), "f_path", "6.12"),
         "what 6.12 says of an offset into a pointer that may be NULL is not modelled"),
        (lambda: address(Arg("untrusted", "struct file"), "f_path", "6.12"),
         "what 6.12 says of an offset into an untrusted pointer is not modelled"),
    ],
)  # fmt: skip
def test_what_is_not_modelled(asked: Callable[[], object], said: str) -> None:
    with pytest.raises(NotKnown) as caught:
        asked()
    assert str(caught.value) == said


def because(base: str, row: dict[str, str], union: bool, in_rcu: bool) -> str:
    """Why what is read through a pointer is marked as it is, as a table of its own."""
    name, struct = row["member"], row["struct"]
    if base == "untrusted":
        return "what is read through an untrusted pointer is untrusted"
    through = f"the way to {name} leads through a union, so what is read is untrusted"
    if base == "plain":
        vouched = "what is read through a pointer nobody vouches for carries no mark"
        return through if union else vouched
    on_a_list = f"{name} of {struct} is on the verifier's list of members that stay valid"
    if row["valid"].startswith("trusted") or (row["valid"].startswith("rcu") and in_rcu):
        return on_a_list
    if union:
        return through
    if not in_rcu:
        return f"{name} is read outside any RCU section, so what is read is untrusted"
    return f"{name} is on no list of members that stay valid, so what is read carries no mark"


@pytest.mark.parametrize("base", ["trusted", "acquired", "rcu", "plain", "untrusted"])
def test_why_a_member_is_marked_so(base: str) -> None:
    for row in document("verifier", "members")["members"]:
        if row["valid"] in ("number", "inside"):
            continue
        at = row["spans"][-1][0]
        unions = [since for since, _ in row.get("union", [])]
        for release in (at, *unions):
            for in_rcu in (True, False):
                got = walk(Arg(base, row["struct"]), row["member"], in_rcu=in_rcu, at=release)  # type: ignore[arg-type]
                wanted = because(base, row, release in unions, in_rcu)
                assert got.origin == f"{wanted} ({row['source']})"


def call(name: str, *args: str, **more: str) -> dict[str, object]:
    return {"call": name, "args": list(args)} | more


NULLABLE = {"given": "plain", "type": "struct file", "null": True, "into": "x"}
OPEN, SHUT, TASK = call("bpf_rcu_read_lock"), call("bpf_rcu_read_unlock"), {"current": "t"}


@pytest.mark.parametrize(
    ("steps", "due"),
    [
        ([NULLABLE, {"test": "x"}], []),
        ([NULLABLE, OPEN, {"test": "x"}, SHUT], ["where x is NULL: leave the RCU section"]),
        ([NULLABLE, OPEN, OPEN, {"test": "x"}, SHUT, SHUT],
         ["where x is NULL: leave the RCU section"]),
        ([TASK, call("bpf_get_task_exe_file", "t", into="f"), NULLABLE, OPEN, {"test": "x"}, SHUT,
          {"test": "f"}, call("bpf_put_file", "f")],
         ["where x is NULL: give back what step 1 took and to leave the RCU section"]),
        ([TASK, *(call("bpf_get_task_exe_file", "t", into=name) for name in "fgh"),
          *({"test": name} for name in "fgh"), *(call("bpf_put_file", name) for name in "fgh")],
         ["where f is NULL: give back what step 2 and step 3 took",
          "where g is NULL: give back what step 1 and step 3 took",
          "where h is NULL: give back what step 1 and step 2 took"]),
    ],
)  # fmt: skip
def test_what_a_path_that_is_not_followed_still_owes(
    steps: list[dict[str, object]], due: list[str]
) -> None:
    said = answer({"type": "LSM", "steps": steps}, "7.0")
    not_followed = " the program is not followed: there, too, it has to "
    assert said.accept
    assert said.notes == tuple(one.replace(": ", f"{not_followed}", 1) for one in due)
