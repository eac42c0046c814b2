# SPDX-License-Identifier: BSD-3-Clause
"""Each kfunc as its release registers it, each pointer as its release marks it; nothing guessed."""

from __future__ import annotations

import pytest

from kfuncviz.kfuncs import verifier
from kfuncviz.kfuncs.known import NotKnown, document
from kfuncviz.kfuncs.verifier import (
    RELEASES,
    Arg,
    Kfunc,
    Param,
    Program,
    check_call,
    check_registration,
    kfunc,
    kfunc_names,
    origin_names,
    program_types,
)
from kfuncviz.kfuncs.verifier.data import flags, hooks, program_type, rules
from kfuncviz.kfuncs.verifier.registered import registered_names, registered_row
from kfuncviz.kfuncs.verifier.rules import callable_from
from kfuncviz.kfuncs.verifier.types import Verdict

KFUNCS = document("verifier", "kfuncs")["kfuncs"]
FILTERS = document("verifier", "filters")["filters"]


def place(release: str | None, otherwise: int) -> int:
    """Where a release stands in the order of releases."""
    if release is None:
        return otherwise
    major, minor = map(int, release.split("."))
    return major * 1000 + minor


@pytest.mark.parametrize("entry", KFUNCS, ids=lambda entry: entry["name"])
def test_a_kfunc_is_the_newest_version_the_release_has(entry: dict[str, object]) -> None:
    versions = entry["versions"]
    assert isinstance(versions, list)
    for at in RELEASES:
        held = [v for v in versions if place(v["since"], 0) <= place(at, 0)]
        if not held:
            with pytest.raises(NotKnown, match=f"not in {at}; it was first registered in "):
                kfunc(str(entry["name"]), at)
            continue
        row, later = held[-1], versions[len(held) :]
        fn = kfunc(str(entry["name"]), f"{at}.1")
        assert [(p.type, p.name) for p in fn.params] == [tuple(p) for p in row["params"]]
        assert [p.nullable for p in fn.params] == [
            p[1].endswith("__nullable") for p in row["params"]
        ]
        assert (fn.name, fn.ret, fn.source) == (entry["name"], row["ret"], row["source"])
        assert fn.flags == set(row["flags"])
        assert fn.program_types == set(row["program_types"])
        lets = [f["lets"] for f in FILTERS if entry["name"] in f["kfuncs"] and
                place(f["since"], 0) <= place(at, 0) <= place(f["until"], 9999)]  # fmt: skip
        assert [fn.filter] == [set(one) for one in lets] or (fn.filter, lets) == (None, [])
        assert (fn.status, fn.note) == (entry["status"], entry.get("note", ""))
        assert fn.since == (None if fn.status == "proposed" else row["since"])
        assert fn.until == (f"before {later[0]['since']}" if later else None)


def test_names_come_in_the_order_of_the_data() -> None:
    assert kfunc_names() == [entry["name"] for entry in KFUNCS]
    origins = document("verifier", "origins")["origins"]
    assert origin_names() == [row["name"] for row in origins]


def test_every_other_kfunc_comes_from_the_history() -> None:
    named = set(kfunc_names())
    for at in ("6.4", "6.16", "7.3"):
        for name in set(registered_names(at)) - named:
            row, fn = registered_row(name, at), kfunc(name, at)
            assert row is not None
            squeezed = row["bpf_visible_prototype"].replace("* ", "*")
            assert fn.prototype() == squeezed
            assert "|".join(sorted(fn.flags)) == row["flags"]
            assert "|".join(sorted(fn.program_types)) == row["program_types"]
            assert (fn.status, fn.since, fn.source) == ("merged", at, row["source"])
            assert all(p.nullable == p.name.endswith("__nullable") for p in fn.params)


def test_described_kfuncs_agree_with_the_history() -> None:
    for entry in KFUNCS:
        for at in RELEASES:
            row = registered_row(entry["name"], at)
            if row is None:
                continue
            fn = kfunc(entry["name"], at)
            assert sorted(fn.flags) == sorted(filter(None, row["flags"].split("|")))
            assert sorted(fn.program_types) == sorted(row["program_types"].split("|"))
            assert fn.prototype() == row["bpf_visible_prototype"]


@pytest.mark.parametrize(
    ("name", "at", "lets"),
    [
        ("bpf_get_file_xattr", "6.11", {"LSM"}),
        ("bpf_set_dentry_xattr", "7.3", {"LSM"}),
        ("bpf_put_file", "7.2", {"LSM"}),
        ("bpf_put_file", "7.3", {"LSM", "STRUCT_OPS(binfmt_misc_ops)"}),
        ("bpf_sock_destroy", "6.12", {"TRACING(iter)"}),
        ("bpf_session_cookie", "6.12", {"KPROBE(kprobe.session)"}),
        ("css_rstat_updated", "7.3", None),
        ("bpf_kfree_skb", "6.18", {"STRUCT_OPS(Qdisc_ops/?)"}),
        ("bpf_binprm_set_flags", "7.3", {"STRUCT_OPS(binfmt_misc_ops/load)"}),
        ("bpf_ksock_send", "7.3", {"LSM(!socket_sendmsg)", "SYSCALL"}),
    ],
)
def test_filters(name: str, at: str, lets: set[str] | None) -> None:
    assert kfunc(name, at).filter == lets


def test_who_may_call_follows_hook_and_filter() -> None:
    rows = {row["type"]: row for row in document("verifier", "hooks")["hooks"]}
    assert program_types() == [name for name in rows if name != "UNSPEC"]
    for at in ("6.4", "6.6", "6.7", "6.9", "6.10", "6.11", "6.12", "6.15", "6.19", "7.0", "7.3"):
        live = {name for name in program_types()
                if place(rows[name]["since"], 9999) <= place(at, 0)}  # fmt: skip
        assert callable_from(Kfunc("f", (), "void"), at) == set(program_types())
        for name in program_types():
            fn = Kfunc("f", (), "void", program_types=frozenset({name}))
            same = {other for other in live if rows[other]["hook"] == rows[name]["hook"]}
            assert callable_from(fn, at) == (same if name in live else set())
        some = Kfunc("f", (), "void", filter=frozenset({"LSM", "STRUCT_OPS(tcp_ops)"}))
        assert callable_from(some, at) == {"LSM", "STRUCT_OPS"}


@pytest.mark.parametrize(
    ("attach", "lets", "accept"),
    [
        ("binfmt_misc_ops/load", ("STRUCT_OPS(binfmt_misc_ops)",), True),
        ("tcp_congestion_ops/init", ("STRUCT_OPS(binfmt_misc_ops)",), False),
        ("tcp_congestion_ops/init", ("STRUCT_OPS(binfmt_misc_ops)", "STRUCT_OPS"), True),
        ("", ("STRUCT_OPS(binfmt_misc_ops)",), False),
        ("binfmt_misc_ops/load", ("STRUCT_OPS(binfmt_misc_ops/load)",), True),
        ("binfmt_misc_ops/match", ("STRUCT_OPS(binfmt_misc_ops/load)",), False),
        ("tcp_congestion_ops/load", ("STRUCT_OPS(binfmt_misc_ops/load)",), False),
    ],
)
def test_a_filter_may_look_at_what_a_program_attaches_to(
    attach: str, lets: tuple[str, ...], accept: bool
) -> None:
    types = frozenset({"STRUCT_OPS"})
    fn = Kfunc("f", (), "void", program_types=types, filter=frozenset(lets))
    said = check_call(fn, Program("STRUCT_OPS", attach=attach), [], "7.3")
    assert said.accept is accept
    where = f"STRUCT_OPS({attach.split('/', maxsplit=1)[0]})"
    assert accept or said.why == f"the filter of f lets {lets[0]} through, not {where}"


def test_a_filter_may_ask_for_the_operation_and_bar_a_hook() -> None:
    flags, bprm = kfunc("bpf_binprm_set_flags", "7.3"), Arg("trusted", "struct linux_binprm")
    for attach, accept in (("binfmt_misc_ops/load", True), ("binfmt_misc_ops/match", False),
                           ("sched_ext_ops/enqueue", False)):  # fmt: skip
        ops = Program("STRUCT_OPS", sleepable=True, attach=attach)
        assert check_call(flags, ops, [bprm, Arg("scalar")], "7.3").accept is accept
    with pytest.raises(NotKnown, match="some operations of binfmt_misc_ops; name the operation"):
        check_call(flags, Program("STRUCT_OPS", attach="binfmt_misc_ops"),
                   [bprm, Arg("scalar")], "7.3")  # fmt: skip
    take, sock = kfunc("bpf_ksock_acquire", "7.3"), [Arg("trusted", "struct bpf_ksock")]
    for program, accept in (
        (Program("LSM", attach="socket_sendmsg"), False),
        (Program("LSM", attach="file_open"), True), (Program("LSM"), True),
        (Program("SYSCALL", sleepable=True), True), (Program("TRACING", attach="fentry/x"), False),
    ):  # fmt: skip
        said = check_call(take, program, sock, "7.3")
        assert said.accept is accept
        assert accept or said.message == "calling kernel function bpf_ksock_acquire is not allowed"


def test_where_it_depends_on_the_operation_nothing_is_said() -> None:
    drop = kfunc("bpf_kfree_skb", "6.18")
    skb = [Arg("acquired", "struct sk_buff")]
    with pytest.raises(NotKnown, match="which operations of Qdisc_ops may call bpf_kfree_skb is"):
        check_call(drop, Program("STRUCT_OPS", attach="Qdisc_ops/enqueue"), skb, "6.18")
    said = check_call(drop, Program("STRUCT_OPS", attach="tcp_congestion_ops/init"), skb, "6.18")
    assert said.rule == "registered"
    kick = [Arg("scalar"), Arg("scalar")]
    ops = Program("STRUCT_OPS", attach="sched_ext_ops/enqueue")
    assert check_call(kfunc("scx_bpf_kick_cpu", "7.0"), ops, kick, "7.0").accept
    with pytest.raises(NotKnown, match="follows scx_bpf_kick_cpu by rules of its own"):
        check_call(kfunc("scx_bpf_kick_cpu", "7.1"), ops, kick, "7.1")


def test_hooks_by_release_as_the_kernel_has_them() -> None:
    """Since which release a type has a hook of its own; none means only what is COMMON."""
    born = {row["type"]: row["since"] for row in document("verifier", "hooks")["hooks"]}
    assert {t: born[t] for t in (
        "LWT_IN", "CGROUP_SOCK_ADDR", "KPROBE", "TRACEPOINT", "PERF_EVENT", "CGROUP_SOCK",
        "CGROUP_DEVICE", "CGROUP_SOCKOPT", "CGROUP_SYSCTL", "SOCK_OPS", "RAW_TRACEPOINT",
        "SK_MSG", "SK_LOOKUP", "FLOW_DISSECTOR",
    )} == {
        "LWT_IN": "6.4", "CGROUP_SOCK_ADDR": "6.7", "KPROBE": "6.10", "TRACEPOINT": "6.12",
        "PERF_EVENT": "6.12", "CGROUP_SOCK": "6.12", "CGROUP_DEVICE": "6.12",
        "CGROUP_SOCKOPT": "6.12", "CGROUP_SYSCTL": "6.12", "SOCK_OPS": "6.15",
        "RAW_TRACEPOINT": "7.0", "SK_MSG": None, "SK_LOOKUP": None, "FLOW_DISSECTOR": None,
    }  # fmt: skip
    assert len(born) == 32


@pytest.mark.parametrize("name", ["EXT", "BPF_PROG_TYPE_EXT", "ext"])
def test_a_program_that_replaces_another_has_its_type(name: str) -> None:
    with pytest.raises(NotKnown, match="checked as the type of the program it replaces"):
        program_type(name)


@pytest.mark.parametrize(
    ("types", "at", "module", "rule", "why"),
    [
        (["XDP", "SCHED_CLS"], "6.4", True, "passed", "every type has a hook of its own set"),
        (["LSM", "TRACING"], "6.4", True, "one-set-a-hook",
         "LSM and TRACING share the hook TRACING"),
        (["LSM", "XDP"], "6.4", True, "passed", "every type has a hook of its own set"),
        (["LSM", "TRACING"], "6.4", False, "passed", "every type has a hook of its own set"),
        (["KPROBE", "TRACEPOINT", "LSM"], "6.9", False, "known-hook",
         "no kfunc hook in 6.9 for KPROBE (since 6.10), TRACEPOINT (since 6.12)"),
        (["CGROUP_SKB", "CGROUP_SOCK_ADDR"], "6.7", True, "one-set-a-hook",
         "CGROUP_SKB and CGROUP_SOCK_ADDR share the hook CGROUP"),
        (["UNSPEC"], "6.4", True, "passed", "every type has a hook of its own set"),
        (["SK_MSG"], "7.3", True, "known-hook", "no kfunc hook in 7.3 for SK_MSG (in no release)"),
    ],
)  # fmt: skip
def test_registration(types: list[str], at: str, module: bool, rule: str, why: str) -> None:
    said = check_registration(types, at, module=module)
    assert (said.rule, said.why, said.accept) == (rule, why, rule == "passed")
    assert (said.release, said.measured) == (at, False)
    assert bool(said.notes) == said.accept


def test_registration_for_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no program type given; known: UNSPEC, XDP, SCHED_CLS"):
        check_registration([], "6.5")


def test_rows_of_the_data_are_kept_whole() -> None:
    for table, rows, key in (
        (flags(), document("verifier", "flags")["flags"], "flag"),
        (rules(), document("verifier", "rules")["rules"], "id"),
        (hooks(), document("verifier", "hooks")["hooks"], "type"),
    ):
        for (name, kept), row in zip(table.items(), rows, strict=True):
            assert name == row[key]
            for field, value in row.items():
                if field == "later":
                    value = tuple(map(tuple, value))  # noqa: PLW2901
                assert getattr(kept, "name" if field == "flag" else field) == value


def test_a_flag_holds_between_its_releases() -> None:
    for flag in flags().values():
        for at in RELEASES:
            inside = flag.since is not None and (
                place(flag.since, 0) <= place(at, 0) <= place(flag.until, 9999)
            )
            assert flag.held_in(at) is inside


def test_spelling_of_program_types() -> None:
    for name in ("LSM", "lsm", "BPF_PROG_TYPE_LSM", "bpf_prog_type_lsm"):
        assert program_type(name) == "LSM"


@pytest.mark.parametrize(
    ("ctype", "struct", "kind"),
    [
        ("struct file *", "struct file", "object"),
        ("const struct inode *", "struct inode", "object"),
        ("struct bpf_dynptr *", "struct bpf_dynptr", "memory"),
        ("struct bpf_dynptr_kern *", "struct bpf_dynptr_kern", "memory"),
        ("const struct bpf_iter_task *", "struct bpf_iter_task", "memory"),
        ("struct bpf_map *", "struct bpf_map", "object"),
        ("struct __sk_buff *", "struct __sk_buff", "memory"),
        ("struct bpf_list_head *", "struct bpf_list_head", "memory"),
        ("struct file **", "", "memory"),
        ("const char *", "", "memory"),
        ("void *", "", "memory"),
        ("u32", "", "scalar"),
        ("struct pid_t", "", "scalar"),
    ],
)
def test_what_a_parameter_takes(ctype: str, struct: str, kind: str) -> None:
    param = Param("p", ctype)
    assert (param.struct, param.kind) == (struct, kind)
    assert Kfunc("f", (), ctype).ret_struct == struct


def test_a_parameter_s_name_may_say_what_it_takes() -> None:
    assert [Param(name, "struct file *").kind for name in ("f", "f__ign", "f__alloc")] == [
        "object", "memory", "memory",
    ]  # fmt: skip
    assert [Param(name, "void *").ignored for name in ("p__ign", "p__map", "ign")] == [
        True, False, False,
    ]  # fmt: skip


def test_prototypes_read_as_c() -> None:
    assert Kfunc("f", (), "struct file *").prototype() == "struct file *f(void)"
    two = Kfunc("f", (Param("a", "u32"), Param("b", "const char *")), "int")
    assert two.prototype() == "int f(u32 a, const char *b)"


def test_where_an_rcu_pointer_is_valid() -> None:
    for sleepable, section, inside in (
        (False, False, True), (True, False, False), (True, True, True), (False, True, True),
    ):  # fmt: skip
        assert Program("LSM", sleepable=sleepable, rcu_section=section).in_rcu is inside
    assert Program("LSM").caps == {"CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN"}


def test_the_basis_is_said_in_a_word() -> None:
    seen = Verdict(True, "passed", "", "", "6.12", measured=True)
    assert seen.basis == "measured"
    assert Verdict(True, "passed", "", "", "6.12").basis == "modelled"


def test_every_name_it_offers_is_there() -> None:
    assert all(hasattr(verifier, name) for name in verifier.__all__)
