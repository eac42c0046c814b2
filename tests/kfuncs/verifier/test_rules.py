# SPDX-License-Identifier: BSD-3-Clause
"""Every rule of the call check, with the log line it gives and its neighbour that passes."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import NamedTuple

import pytest

from kfuncviz.kfuncs.known import NotKnown
from kfuncviz.kfuncs.verifier import (
    RELEASES,
    Arg,
    Call,
    Kfunc,
    Param,
    Program,
    Verdict,
    check_call,
    check_program,
    check_registration,
    kfunc,
    origin,
    program_types,
    result,
)
from kfuncviz.kfuncs.verifier.data import rules

FILE = Arg("trusted", "struct file")
TASK = Arg("trusted", "struct task_struct")
BYTES = Arg("fitting")
STACK = Arg("memory")
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
        "bpf_copy_from_user_str is allowed only to CAP_PERFMON and CAP_SYS_ADMIN",
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
        [Arg("untrusted", "struct task_struct")],
        "6.12",
        "R1 must be a rcu pointer",
    ),
    (
        "unsafe-pointer",
        kfunc("bpf_is_idmapped_mnt", "6.12"),
        TRACING,
        [Arg("untrusted", "struct vfsmount")],
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
        "unset",
        kfunc("bpf_get_file_xattr", "6.12"),
        SLEEPER,
        [FILE, Arg("unset"), BYTES],
        "6.12",
        "variable ? access var_off=(0x0; 0xffffffffffffffff) disallowed",
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

#: Why, in plain words, in the order of REFUSED; and at which argument.
WHY = [
    ("bpf_put_file is open to LSM, not to TRACING", None),
    ("the loader has no CAP_SYS_BOOT", None),
    ("the loader has no CAP_PERFMON", None),
    ("bpf_get_file_xattr may sleep and the program may not", None),
    ("p0 is a number, the program passes a pointer", 0),
    ("p0 is a struct file, the program passes a number", 0),
    ("p1 may be NULL: test it first", 1),
    ("p1 is a pointer nobody vouches for, not trusted", 1),
    ("file is a pointer nobody vouches for, not trusted", 0),
    ("p0 is valid only inside the RCU section, not trusted", 0),
    ("p is marked untrusted; RCU-protected would do", 0),
    ("mnt is marked untrusted; even a kfunc without trust flags refuses that", 0),
    ("p0 is trusted and may be NULL; even a kfunc without trust flags refuses that", 0),
    ("p0 wants a struct file, but a struct task_struct was passed", 0),
    ("the program never acquired what it hands back", None),
    ("an RCU section must not sleep", None),
    ("nothing was passed for name__str", 1),
    ("the call stands outside any RCU section", None),
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


@pytest.mark.parametrize(
    ("case", "why"), [*zip(REFUSED, WHY, strict=True)], ids=[case[0] for case in REFUSED]
)
def test_the_reason_the_place_and_the_ground(
    case: tuple[str, Kfunc, Program, list[Arg], str, str], why: tuple[str, int | None]
) -> None:
    rule, fn, program, args, release, _ = case
    said, row = ask(fn, program, args, f"v{release}.9"), rules()[rule]
    assert (said.why, said.arg, said.release) == (*why, release)
    assert (said.since, said.until) == (row.since, row.until)
    assert said.source == row.source + (f"; measured: {where}" if (where := seen(said)) else "")
    assert (row.note in said.notes) == bool(row.note)


def seen(said: Verdict) -> str:
    """Where a kernel was seen to say it, as the source tells."""
    return said.source.partition("; measured: ")[2] if said.measured else ""


CAPS = frozenset({"CAP_BPF", "CAP_PERFMON", "CAP_SYS_BOOT"})
#: Rules no single call can break.
OF_A_PROGRAM = {"leak", "load", "read", "nested-rcu", "unmatched-unlock", "rcu-open", "can-sleep",
                "must-sleep", "loader", "calls", "known-hook", "one-set-a-hook", "iterator",
                "rcu-iterator", "offset", "load-perfmon", "helper", "hook-sleepable",
                "hook-disabled", "function-sleepable", "function-modifiable",
                "operation-sleepable", "tracepoint-faultable"}  # fmt: skip
FLAGS = ["", "KF_TRUSTED_ARGS", "KF_RCU", "KF_RELEASE", "KF_SLEEPABLE", "KF_DESTRUCTIVE",
         "KF_PERFMON", "KF_RCU_PROTECTED", "KF_RCU_PROTECTED KF_ITER_NEW", "KF_RCU KF_RELEASE",
         "KF_SLEEPABLE KF_RCU", "KF_DESTRUCTIVE KF_SLEEPABLE", "KF_RELEASE KF_TRUSTED_ARGS",
         "KF_ACQUIRE KF_RET_NULL"]  # fmt: skip
BARE = ["scalar", "null", "memory", "unset"]
MARKS = ["trusted", "acquired", "rcu", "plain", "untrusted", *BARE]


def first_objection(flags: set[str], at: str, mark: str, program: Program, asked: Asked) -> str:
    """The same decision once more, as a list of questions in the order they are asked."""
    major, minor = map(int, at.split("."))
    new = (major, minor) >= (7, 0)
    flags -= {"KF_TRUSTED_ARGS"} if new else {"KF_PERFMON"}
    flags -= {"KF_PERFMON"} if (major, minor) < (7, 3) else set()
    flags -= {"KF_RCU_PROTECTED"} if (major, minor) < (6, 7) else set()
    rcu = "KF_RCU" in flags
    asks_trust = new or bool(flags & {"KF_TRUSTED_ARGS", "KF_RELEASE"})
    vouched = mark == "acquired" or (mark == "trusted" and not asked.null)
    unsafe = asked.null or mark == "untrusted"
    sleeps = "KF_SLEEPABLE" in flags
    in_rcu = program.rcu_section or not program.sleepable
    early, late = (major, minor) < (6, 6), (major, minor) >= (7, 3)
    may_be_null = asked.null or mark == "null"
    nothing = mark == "null" and asked.may_be_null  # NULL where NULL is welcome: no more is asked
    not_ours = "KF_RELEASE" in flags and mark != "acquired"
    sleeps_inside = sleeps and program.rcu_section
    questions = [
        ("destructive", "KF_DESTRUCTIVE" in flags and "CAP_SYS_BOOT" not in program.caps),
        ("perfmon", "KF_PERFMON" in flags and "CAP_PERFMON" not in program.caps),
        ("sleepable", sleeps and not program.sleepable),
        ("sleep-in-rcu", early and sleeps_inside),
        ("null", (asks_trust or rcu) and may_be_null and not asked.may_be_null),
        ("release", (major, minor) >= (7, 2) and not_ours and not nothing),
        ("unset", late and mark == "unset"),
        ("pointer", mark in BARE and not nothing),
        ("rcu", rcu and not vouched and mark != "rcu" and not nothing),
        ("trusted-default", new and not rcu and not vouched and not nothing),
        ("trusted-args", not new and asks_trust and not rcu and not vouched and not nothing),
        ("unsafe-pointer", mark != "rcu" and unsafe),
        ("type", asked.other_struct),
        ("release", not_ours),
        ("sleep-in-rcu", sleeps_inside),
        ("rcu-protected", "KF_RCU_PROTECTED" in flags and not in_rcu and (major, minor) >= (6, 18)),
    ]
    return next((rule for rule, objects in questions if objects), "passed")


class Asked(NamedTuple):
    """What is passed, and what the parameter takes."""

    null: bool
    may_be_null: bool
    other_struct: bool


def test_every_combination_stops_at_its_first_objection() -> None:
    some, seen = random.Random(1), set()
    for _ in range(3500):
        flags, at, mark = some.choice(FLAGS), some.choice(RELEASES), some.choice(MARKS)
        asked = Asked(*(some.random() < odds for odds in (0.3, 0.3, 0.2)))
        asked = asked._replace(null=asked.null and mark not in BARE,
                               other_struct=asked.other_struct and mark not in BARE)  # fmt: skip
        caps = some.choice([CAPS, CAPS - {"CAP_SYS_BOOT"}, CAPS - {"CAP_PERFMON"}])
        program = Program("LSM", some.random() < 0.5, "", some.random() < 0.4, caps)
        struct = "struct file" if asked.other_struct else "struct inode"
        given = Arg(mark) if mark in BARE else Arg(mark, struct, asked.null)  # type: ignore[arg-type]
        param = Param("p", "const struct inode *", asked.may_be_null)
        fn = Kfunc("probe_new", (param,), "void", frozenset(flags.split()))
        rule = first_objection(set(flags.split()), at, mark, program, asked)
        assert ask(fn, program, [given], at).rule == rule, (flags, at, mark, asked, program)
        seen.add(rule)
    assert seen == set(rules()) - {"registered", "scalar"} - OF_A_PROGRAM


def test_what_the_result_is_marked_as() -> None:
    for release in ("6.4", "6.19", "7.0", "7.3"):
        plain = "trusted" if release >= "7" else "plain"
        made = f"{probe().name}()"
        assert result(probe(ret="u64"), release) == Arg("scalar", origin=made)
        assert result(probe(ret="const struct file *"), release) == Arg(
            plain,
            "struct file",
            origin=made,  # type: ignore[arg-type]
        )
        got = result(probe(ret="struct file *", flags="KF_ACQUIRE"), release)
        assert got == Arg("acquired", "struct file", origin=made)
        got = result(probe(ret="struct file *", flags="KF_RET_NULL"), release)
        assert got == Arg(plain, "struct file", nullable=True, origin=made)  # type: ignore[arg-type]


def test_every_rule_has_a_case() -> None:
    assert {case[0] for case in REFUSED} == set(rules()) - OF_A_PROGRAM - {"passed"}


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
    said = ask(both, LSM, [Arg("untrusted", "struct file"), Arg("scalar")], "6.12")
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


LATER = [
    ("null", FILE_PROBE, [Arg("plain", "struct file", nullable=True)],
     {"7.1": "Possibly NULL pointer passed to trusted arg0",
      "7.2": "Possibly NULL pointer passed to trusted R1",
      "7.3": "Possibly NULL pointer passed to trusted R1"}),
    ("release", probe("struct file *", flags="KF_RELEASE"), [FILE],
     {"7.1": "release kernel function probe expects refcounted PTR_TO_BTF_ID",
      "7.2": "release kfunc probe expects referenced PTR_TO_BTF_ID passed to R1",
      "7.3": "release kfunc probe expects referenced PTR_TO_BTF_ID passed to R1"}),
    ("pointer", FILE_PROBE, [Arg("scalar")],
     {"7.1": "arg#0 pointer type STRUCT file must point to scalar, or struct with scalar",
      "7.2": "R1 pointer type STRUCT file must point to scalar, or struct with scalar",
      "7.3": "R1 is scalar expected STRUCT file"}),
    ("pointer", FILE_PROBE, [STACK], {"7.3": "R1 is fp expected STRUCT file"}),
    ("type", FILE_PROBE, [TASK],
     {"7.1": TYPE_LINE, "7.2": TYPE_LINE.replace("args#0", "R1"),
      "7.3": TYPE_LINE.replace("args#0", "R1")}),
    ("trusted-default", FILE_PROBE, [Arg("plain", "struct file")],
     dict.fromkeys(("7.1", "7.2", "7.3"), "R1 must be referenced or trusted")),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "fn", "args", "lines"), LATER)
def test_lines_were_worded_anew(
    rule: str, fn: Kfunc, args: list[Arg], lines: dict[str, str]
) -> None:
    for release, line in lines.items():
        said = ask(fn, LSM, args, release)
        assert (said.rule, said.message) == (rule, line), release


def test_since_7_2_a_reference_is_asked_for_before_trust() -> None:
    put = probe("struct file *", "struct task_struct *", flags="KF_RELEASE")
    plain = [Arg("plain", "struct file"), TASK]
    assert [ask(put, LSM, plain, at).rule for at in ("7.1", "7.2", "7.3")] == [
        "trusted-default", "release", "release",
    ]  # fmt: skip
    second = [Arg("acquired", "struct file"), TASK]
    assert all(ask(put, LSM, second, at).accept for at in ("7.1", "7.2", "7.3"))
    maybe = [Arg("acquired", "struct file", nullable=True), TASK]
    assert ask(put, LSM, maybe, "7.3").rule == "null"


def test_sleeping_in_a_section_is_asked_before_the_arguments_up_to_6_5() -> None:
    fn = probe("struct file *", flags="KF_SLEEPABLE KF_TRUSTED_ARGS")
    inside = Program("LSM", sleepable=True, rcu_section=True)
    plain = [Arg("plain", "struct file")]
    found = {at: ask(fn, inside, plain, at).rule for at in ("6.4", "6.5", "6.6", "7.3")}
    assert found == {"6.4": "sleep-in-rcu", "6.5": "sleep-in-rcu", "6.6": "trusted-args",
                     "7.3": "trusted-default"}  # fmt: skip
    assert ask(fn, inside, [FILE], "7.3").rule == "sleep-in-rcu"


def test_the_number_0_is_null_where_null_matters() -> None:
    zero = [Arg("null")]
    assert ask(FILE_PROBE, LSM, zero, "6.12").rule == "pointer"
    for flag in ("KF_TRUSTED_ARGS", "KF_RCU", "KF_RELEASE"):
        said = ask(probe("struct file *", flags=flag), LSM, zero, "6.12")
        assert (said.rule, said.why) == ("null", "p0 is the number 0, which is NULL")
    assert ask(FILE_PROBE, LSM, zero, "7.0").rule == "null"
    welcome = Kfunc("f", (Param("p__nullable", "struct file *", nullable=True),), "void")
    assert ask(welcome, LSM, zero, "7.3").accept
    assert ask(probe("u32"), LSM, zero, "7.3").accept
    assert ask(probe("char *"), LSM, zero, "7.0").rule == "null"


def test_what_only_its_offset_would_show() -> None:
    nothing = [Arg("unset")]
    rules_of = [
        [ask(probe(ctype), LSM, nothing, at).rule for at in ("6.12", "7.1", "7.3")]
        for ctype in ("char *", "struct file *", "u32")
    ]
    assert rules_of == [
        ["unset", "unset", "unset"], ["pointer", "pointer", "unset"], ["scalar", "scalar", "unset"],
    ]  # fmt: skip
    said = ask(probe("u32"), LSM, [STACK], "6.12")
    assert said.why == "p0 is a number, the program passes its own memory"


def test_what_is_not_modelled_is_not_answered() -> None:
    bytes_for = probe("struct bpf_sock_tuple *")
    with pytest.raises(NotKnown, match="whether that holds pointers, so that a number cannot pass"):
        ask(bytes_for, LSM, [Arg("scalar")], "6.12")
    with pytest.raises(NotKnown, match="its own memory cannot pass for it, is not in the data"):
        ask(bytes_for, LSM, [STACK], "6.12")
    for arg in (Arg("scalar"), FILE):
        with pytest.raises(NotKnown, match=r"a char \*, is not modelled; what the kfunc wants"):
            ask(probe("char *"), LSM, [arg], "6.12")
    for ctype in ("struct bpf_dynptr *", "struct __sk_buff *"):
        with pytest.raises(NotKnown, match="whether its own memory passes for p0 of probe"):
            ask(probe(ctype), LSM, [STACK], "6.12")
        assert ask(probe(ctype), LSM, [BYTES], "6.12").accept
    text = Kfunc("f", (Param("name__str", "const char *"),), "void")
    with pytest.raises(NotKnown, match="name__str of f, a const char"):
        ask(text, LSM, [STACK], "6.12")
    assert ask(probe("char *"), LSM, [STACK], "6.12").accept
    for ctype in ("u32", "struct file *"):
        with pytest.raises(NotKnown, match="'fitting' says nothing there"):
            ask(probe(ctype), LSM, [BYTES], "6.12")
    for name in ("bpf_throw", "bpf_preempt_disable", "bpf_iter_num_new"):
        fn = kfunc(name, "6.18")
        with pytest.raises(NotKnown, match=f"the verifier follows {name} by rules of its own"):
            ask(fn, LSM, [Arg("scalar")] * len(fn.params), "6.18")
    anything = Kfunc("f", (Param("p__ign", "void *"),), "void")
    assert ask(anything, LSM, [FILE], "7.3").accept
    assert ask(anything, LSM, [Arg("scalar")], "6.12").accept


def test_cap_sys_admin_brings_perfmon() -> None:
    fn = kfunc("bpf_copy_from_user_str", "7.3")
    args = [BYTES, Arg("scalar"), BYTES, Arg("scalar")]
    for cap in ("CAP_PERFMON", "CAP_SYS_ADMIN"):
        program = Program("LSM", sleepable=True, caps=frozenset({cap}))
        assert ask(fn, program, args, "7.3").accept


def test_the_first_member_passes_for_the_whole() -> None:
    css = probe("struct cgroup_subsys_state *")
    assert ask(css, LSM, [Arg("trusted", "struct cgroup")], "6.18").accept
    back = probe("struct cgroup *")
    said = ask(back, LSM, [Arg("trusted", "struct cgroup_subsys_state")], "6.18")
    assert said.rule == "type"


def test_results_the_verifier_marks_otherwise() -> None:
    element = Kfunc("bpf_iter_x_next", (), "struct file *", frozenset({"KF_ITER_NEXT"}))
    assert result(element, "6.12").provenance == "trusted"
    inside = Kfunc("f", (), "struct file *", frozenset({"KF_RCU_PROTECTED"}))
    assert [result(inside, at).provenance for at in ("6.17", "6.18", "7.3")] == [
        "plain", "rcu", "rcu",
    ]  # fmt: skip
    assert result(kfunc("bpf_get_kmem_cache", "7.0"), "7.0").provenance == "untrusted"


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
    assert callers == f"callable from: {', '.join(sorted(program_types()))}"


@pytest.mark.parametrize("types", ["KPROBE", "TRACEPOINT", "PERF_EVENT", "SK_MSG", "SK_LOOKUP"])
def test_a_kfunc_of_every_type_is_open_before_a_type_has_a_hook(types: str) -> None:
    assert ask(probe(), Program(types), [], "6.5").accept
    assert ask(probe(types="TRACING"), Program(types), [], "6.5").rule == "registered"


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


@pytest.mark.parametrize(
    "asked",
    [
        lambda at: kfunc("bpf_put_file", at),
        lambda at: ask(FILE_PROBE, LSM, [FILE], at),
        lambda at: result(kfunc("bpf_get_task_exe_file", "6.12"), at),
        lambda at: check_registration(["LSM"], at),
        lambda at: origin("file, handed to an LSM hook", at),
        lambda at: check_program(LSM, [Call(FILE_PROBE, (FILE,))], at),
    ],
)
def test_a_point_release_counts_as_its_release(asked: Callable[[str], object]) -> None:
    assert asked("6.12.43") == asked("v6.12") == asked("6.12")
    with pytest.raises(NotKnown) as caught:
        asked("6.1.9")
    assert str(caught.value) == (
        "the call check is modelled for 6.4 to 7.3, not for '6.1.9': pointers carried other marks "
        "before 6.4, and nothing after 7.3 was read"
    )


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ask(kfunc("bpf_inode_into_vfs_ids", "6.5"), LSM, [FILE], "6.5"),
         "bpf_inode_into_vfs_ids takes 2 (idmap, inode), not 1 arguments"),
        (lambda: ask(probe(), LSM, [FILE], "6.5"), "probe takes 0 (nothing), not 1 arguments"),
        (lambda: check_registration([], "6.5"),
         f"no program type given; known: UNSPEC, {', '.join(program_types())}"),
        (lambda: Arg("trusted"),
         "an argument marked 'trusted' has a structure, like 'struct file'; got ''"),
        (lambda: Arg("scalar", "struct file"),
         "an argument marked 'scalar' has no structure; got 'struct file'"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_said_in_full(call: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError) as caught:
        call()
    assert str(caught.value) == words
