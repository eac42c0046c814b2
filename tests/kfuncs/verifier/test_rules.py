# SPDX-License-Identifier: BSD-3-Clause
"""Every rule of the call check, with the log line it gives and its neighbour that passes."""

from __future__ import annotations

import pytest

from kfuncviz.kfuncs.known import NotKnown
from kfuncviz.kfuncs.verifier import (
    Arg,
    Kfunc,
    Param,
    Program,
    Verdict,
    check_call,
    check_registration,
    kfunc,
    result,
)
from kfuncviz.kfuncs.verifier.data import rules

FILE = Arg("trusted", "struct file")
TASK = Arg("trusted", "struct task_struct")
BYTES = Arg("plain", "memory")
LSM = Program("LSM")
TRACING = Program("TRACING")
SLEEPER = Program("LSM", sleepable=True)


def probe(*params: str, flags: str = "", types: str = "UNSPEC", ret: str = "int") -> Kfunc:
    named = tuple(Param(f"p{i}", ctype) for i, ctype in enumerate(params))
    return Kfunc("probe", named, ret, frozenset(flags.split()), frozenset(types.split()))


FILE_PROBE = probe("struct file *")

TYPE_LINE = (
    "kernel function probe args#0 expected pointer to STRUCT file "
    "but R1 has a pointer to STRUCT task_struct"
)

# rule, kfunc, program, arguments, release, the line of the log
REFUSED: list[tuple[str, Kfunc, Program, list[Arg], str, str]] = [
    (
        "registered",
        kfunc("bpf_put_file", "6.12"),
        TRACING,
        [Arg("acquired", "struct file")],
        "6.12",
        "calling kernel function bpf_put_file is not allowed",
    ),
    (
        "destructive",
        kfunc("crash_kexec", "6.12"),
        TRACING,
        [Arg("trusted", "struct pt_regs")],
        "6.12",
        "destructive kfunc calls require CAP_SYS_BOOT capability",
    ),
    (
        "perfmon",
        kfunc("bpf_copy_from_user_str", "7.3"),
        Program("LSM", sleepable=True, caps=frozenset({"CAP_BPF"})),
        [BYTES, Arg("scalar"), BYTES, Arg("scalar")],
        "7.3",
        "",
    ),
    (
        "sleepable",
        kfunc("bpf_get_file_xattr", "6.12"),
        LSM,
        [FILE, BYTES, BYTES],
        "6.12",
        "program must be sleepable to call sleepable kfunc bpf_get_file_xattr",
    ),
    ("scalar", probe("u32"), LSM, [FILE], "6.12", "R1 is not a scalar"),
    (
        "pointer",
        FILE_PROBE,
        LSM,
        [Arg("scalar")],
        "6.12",
        "arg#0 pointer type STRUCT file must point to scalar, or struct with scalar",
    ),
    (
        "null",
        probe("u32", "struct file *", flags="KF_TRUSTED_ARGS"),
        LSM,
        [Arg("scalar"), Arg("trusted", "struct file", nullable=True)],
        "6.12",
        "Possibly NULL pointer passed to trusted arg1",
    ),
    (
        "trusted-args",
        probe("u32", "struct file *", flags="KF_TRUSTED_ARGS"),
        LSM,
        [Arg("scalar"), Arg("plain", "struct file")],
        "6.12",
        "R2 must be referenced or trusted",
    ),
    (
        "trusted-args",
        kfunc("bpf_put_file", "6.12"),
        LSM,
        [Arg("plain", "struct file")],
        "6.12",
        "R1 must be referenced or trusted",
    ),
    (
        "trusted-default",
        FILE_PROBE,
        LSM,
        [Arg("rcu", "struct file")],
        "7.0",
        "R1 must be referenced or trusted",
    ),
    (
        "rcu",
        kfunc("bpf_task_acquire", "6.12"),
        TRACING,
        [Arg("walked", "struct task_struct")],
        "6.12",
        "R1 must be a rcu pointer",
    ),
    (
        "unsafe-pointer",
        kfunc("bpf_is_idmapped_mnt", "6.12"),
        TRACING,
        [Arg("walked", "struct vfsmount")],
        "6.12",
        "arg#0 is untrusted_ptr_ expected ptr_ or socket",
    ),
    (
        "unsafe-pointer",
        FILE_PROBE,
        LSM,
        [Arg("trusted", "struct file", nullable=True)],
        "6.12",
        "arg#0 is trusted_ptr_or_null_ expected trusted_ptr_ or socket",
    ),
    (
        "type",
        FILE_PROBE,
        LSM,
        [TASK],
        "6.12",
        TYPE_LINE,
    ),
    (
        "release",
        kfunc("bpf_put_file", "6.12"),
        LSM,
        [FILE],
        "6.12",
        "release kernel function bpf_put_file expects refcounted PTR_TO_BTF_ID",
    ),
    (
        "sleep-in-rcu",
        kfunc("bpf_get_file_xattr", "6.12"),
        Program("LSM", sleepable=True, rcu_section=True),
        [FILE, BYTES, BYTES],
        "6.12",
        "kernel func bpf_get_file_xattr is sleepable within rcu_read_lock region",
    ),
    (
        "rcu-iterator",
        kfunc("bpf_iter_task_new", "6.12"),
        SLEEPER,
        [BYTES, TASK, Arg("scalar")],
        "6.12",
        "expected an RCU CS when using bpf_iter_task_next",
    ),
    (
        "rcu-protected",
        kfunc("bpf_iter_task_new", "6.18"),
        SLEEPER,
        [BYTES, TASK, Arg("scalar")],
        "6.18",
        "kernel func bpf_iter_task_new requires RCU critical section protection",
    ),
]

ACCEPTED: list[tuple[str, Kfunc, Program, list[Arg], str]] = [
    ("acquired", kfunc("bpf_put_file", "6.12"), LSM, [Arg("acquired", "struct file")], "6.12"),
    (
        "may stop the machine",
        kfunc("crash_kexec", "6.12"),
        Program("TRACING", caps=frozenset({"CAP_BPF", "CAP_SYS_BOOT"})),
        [Arg("trusted", "struct pt_regs")],
        "6.12",
    ),
    (
        "no capability asked in 7.2",
        kfunc("bpf_copy_from_user_str", "7.2"),
        Program("LSM", sleepable=True, caps=frozenset({"CAP_BPF"})),
        [BYTES, Arg("scalar"), BYTES, Arg("scalar")],
        "7.2",
    ),
    ("sleeper", kfunc("bpf_get_file_xattr", "6.12"), SLEEPER, [FILE, BYTES, BYTES], "6.12"),
    ("plain, no flag", FILE_PROBE, LSM, [Arg("plain", "struct file")], "6.19"),
    ("rcu, no flag", FILE_PROBE, LSM, [Arg("rcu", "struct file")], "6.19"),
    ("trusted by default", FILE_PROBE, LSM, [FILE], "7.0"),
    (
        "rcu where rcu will do",
        kfunc("bpf_task_acquire", "7.0"),
        TRACING,
        [Arg("rcu", "struct task_struct")],
        "7.0",
    ),
    (
        "iterator in an RCU section",
        kfunc("bpf_iter_task_new", "6.18"),
        Program("LSM", sleepable=True, rcu_section=True),
        [BYTES, TASK, Arg("scalar")],
        "6.18",
    ),
    ("const does not matter", probe("const struct file *"), LSM, [FILE], "7.0"),
    ("fs kfunc, struct_ops", kfunc("bpf_path_d_path", "7.3"), Program("STRUCT_OPS"),
     [Arg("trusted", "struct path"), BYTES, Arg("scalar")], "7.3"),
]  # fmt: skip


def ask(fn: Kfunc, program: Program, args: list[Arg], release: str) -> Verdict:
    return check_call(fn, program, args, release)


@pytest.mark.parametrize(
    ("rule", "fn", "program", "args", "release", "line"),
    REFUSED,
    ids=[f"{rule}-{fn.name}-{at}" for rule, fn, _, _, at, _ in REFUSED],
)
def test_refused_by_this_rule_with_this_line(
    rule: str, fn: Kfunc, program: Program, args: list[Arg], release: str, line: str
) -> None:
    said = ask(fn, program, args, release)
    assert (said.accept, said.rule, said.message) == (False, rule, line)
    assert said.why
    assert said.source


@pytest.mark.parametrize(
    ("fn", "program", "args", "release"),
    [case[1:] for case in ACCEPTED],
    ids=[case[0] for case in ACCEPTED],
)
def test_accepted(fn: Kfunc, program: Program, args: list[Arg], release: str) -> None:
    said = ask(fn, program, args, release)
    assert (said.accept, said.rule, said.message) == (True, "passed", "")


def test_every_rule_has_a_case() -> None:
    elsewhere = {"passed", "leak", "known-hook", "one-set-a-hook"}
    assert {case[0] for case in REFUSED} == set(rules()) - elsewhere


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: f"{case[0]}-{case[1].name}")
def test_the_release_asked_for_is_one_the_rule_holds_in(
    case: tuple[str, Kfunc, Program, list[Arg], str, str],
) -> None:
    _, fn, program, args, release, _ = case
    said = ask(fn, program, args, release)
    assert said.since is not None
    as_pair = [tuple(map(int, r.split("."))) for r in (said.since, release, said.until or "99.0")]
    assert as_pair == sorted(as_pair)


def test_may_be_null_is_not_trusted_even_where_null_is_allowed() -> None:
    maybe = Arg("trusted", "struct task_struct", nullable=True)
    said = ask(kfunc("bpf_iter_task_new", "6.12"), LSM, [BYTES, maybe, Arg("scalar")], "6.12")
    assert (said.rule, said.message) == ("trusted-args", "R2 must be referenced or trusted")


def test_an_rcu_pointer_that_may_be_null() -> None:
    maybe = Arg("rcu", "struct task_struct", nullable=True)
    assert ask(kfunc("bpf_task_acquire", "6.12"), LSM, [maybe], "6.12").rule == "null"
    assert ask(probe("struct task_struct *"), LSM, [maybe], "6.12").accept
    assert ask(probe("struct task_struct *"), LSM, [maybe], "7.0").rule == "null"


def test_the_first_objection_wins() -> None:
    said = ask(kfunc("bpf_get_file_xattr", "6.12"), TRACING, [Arg("scalar"), BYTES, BYTES], "6.12")
    assert said.rule == "registered"
    both = probe("struct file *", "struct file *")
    said = ask(both, LSM, [Arg("walked", "struct file"), Arg("scalar")], "6.12")
    assert (said.rule, said.arg) == ("unsafe-pointer", 0)


def test_trust_became_the_default_in_7_0() -> None:
    plain = [Arg("plain", "struct file")]
    ids = kfunc("bpf_get_file_vfs_ids", "6.19")
    assert ask(ids, LSM, plain, "6.19").accept
    assert ask(ids, LSM, plain, "7.0").rule == "trusted-default"


def test_the_patch_s_two_halves_fit_before_and_after_7_0() -> None:
    for release in ("6.5", "6.19", "7.0", "7.3"):
        idmap = result(kfunc("bpf_file_mnt_idmap", release), release)
        args = [idmap, Arg("trusted", "struct inode")]
        assert ask(kfunc("bpf_inode_into_vfs_ids", release), LSM, args, release).accept, release


def test_a_flag_no_release_defines_does_nothing_and_says_so() -> None:
    said = ask(probe("struct file *", flags="KF_DEPRECATED"), LSM, [FILE], "7.3")
    assert said.accept
    assert "no release defines it" in said.notes[0]


def test_a_flag_of_another_release_is_ignored_and_named() -> None:
    gone = ask(probe("struct file *", flags="KF_TRUSTED_ARGS"), LSM, [FILE], "7.0")
    assert gone.notes == (
        "KF_TRUSTED_ARGS is not defined in 7.0 (gone after 6.19); it is ignored here",
    )
    late = ask(
        probe(flags="KF_PERFMON"), Program("LSM", caps=frozenset({"CAP_BPF"})), [], "6.12"
    )  # fmt: skip
    assert late.accept
    assert "defined since 7.3" in late.notes[0]


def test_memory_arguments_are_named_as_unchecked() -> None:
    said = ask(kfunc("bpf_get_file_xattr", "6.12"), SLEEPER, [FILE, BYTES, BYTES], "6.12")
    assert said.notes == (
        "not checked here: name__str, value_p (memory, string or iterator)",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("types", "release", "callers"),
    [
        (["TRACING"], "6.4", "LSM, TRACING"),
        (["LSM"], "6.11", "LSM, TRACING"),
        (["LSM"], "6.12", "LSM, PERF_EVENT, TRACEPOINT, TRACING"),
        (["SYSCALL"], "6.12", "SYSCALL"),
    ],
)
def test_registration_opens_the_whole_hook(types: list[str], release: str, callers: str) -> None:
    said = check_registration(types, release)
    assert said.accept
    assert said.notes == (f"callable from: {callers}",)


def test_unspec_opens_every_type() -> None:
    callers = check_registration(["UNSPEC"], "6.5").notes[0]
    assert all(t in callers for t in ("LSM", "TRACING", "SYSCALL", "XDP", "STRUCT_OPS"))


def test_a_type_without_a_hook_yet_is_refused() -> None:
    said = check_registration(["TRACEPOINT"], "6.5")
    assert (said.accept, said.rule) == (False, "known-hook")
    assert "since 6.12" in said.why


def test_built_in_code_may_register_for_both() -> None:
    assert check_registration(["TRACING", "LSM"], "6.12", module=False).accept


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: kfunc("bpf_get_file_vfsids", "6.5"), "did you mean 'bpf_get_file_vfs_ids'"),
        (lambda: kfunc("bpf_put_file", "6.5"), "first registered in 6.12"),
        (lambda: kfunc("bpf_put_file", "6.1"), "modelled for 6.4 to 7.3"),
        (lambda: kfunc("bpf_put_file", "8.0"), "modelled for 6.4 to 7.3"),
        (lambda: ask(FILE_PROBE, LSM, [FILE], "new"), "write it like '6.12'"),
        (
            lambda: ask(FILE_PROBE, Program("lsmm"), [FILE], "6.12"),
            "type 'LSMM'; did you mean 'LSM'",
        ),
        (lambda: ask(probe(flags="KF_FAST"), LSM, [], "6.12"), "unknown flag 'KF_FAST'"),
        (lambda: Arg("sure", "struct file"), "unknown provenance 'sure'"),  # type: ignore[arg-type]
    ],
)
def test_what_is_not_known_is_named(call: object, words: str) -> None:
    assert callable(call)
    with pytest.raises(NotKnown, match=words.replace("(", r"\(")):
        call()


def test_a_wrong_number_of_arguments_is_named() -> None:
    with pytest.raises(ValueError, match=r"takes 2 \(idmap, inode\), not 1 arguments"):
        ask(kfunc("bpf_inode_into_vfs_ids", "6.5"), LSM, [FILE], "6.5")


def test_an_argument_is_a_number_or_a_structure() -> None:
    with pytest.raises(ValueError, match="has a structure, like 'struct file'"):
        Arg("trusted")
    with pytest.raises(ValueError, match="has no structure"):
        Arg("scalar", "struct file")
