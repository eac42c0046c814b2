# SPDX-License-Identifier: BSD-3-Clause
"""Where a TRACING program may sleep, and what it may change the result of."""

from __future__ import annotations

from typing import Any

import pytest

from kfuncviz.kfuncs.known import document
from kfuncviz.kfuncs.verifier import RELEASES, Answer, answer
from kfuncviz.kfuncs.verifier.functions import open_to

TASK = {"current": "task"}
#: How many functions a release marks ALLOW_ERROR_INJECTION, counted in its C files.
MARKED = {
    "6.4": 19, "6.6": 19, "6.8": 23, "6.10": 24, "6.12": 24, "6.13": 38, "6.14": 46, "6.15": 51,
    "6.17": 60, "6.19": 62, "7.0": 73, "7.1": 72, "7.2": 74, "7.3": 74,
}  # fmt: skip
CONFIG = "{} is open to it where a kernel has CONFIG_FUNCTION_ERROR_INJECTION"


def said(attach: str, at: str = "6.12", **more: Any) -> Answer:
    return answer({"type": "TRACING", "attach": attach, "steps": [TASK]} | more, at)


def test_the_functions_are_as_many_as_the_kernel_has() -> None:
    rows = document("verifier", "functions")["functions"]
    names = [row["function"] for row in rows]
    assert names == sorted(set(names))
    marked = [row["function"] for row in rows if not row.get("registered")]
    for at, counted in MARKED.items():
        assert sum(open_to(name, "spans", at) for name in marked) == counted, at
        # All but __filemap_add_folio(), should_fail_alloc_page() and should_failslab().
        assert sum(open_to(name, "sleepable", at) for name in marked) == counted - 3, at
    registered = {row["function"] for row in rows if row.get("registered")}
    asleep = {name for name in registered for at in RELEASES if open_to(name, "sleepable", at)}
    assert asleep == {"bpf_fentry_test1"}
    assert sum(open_to(name, "spans", "6.4") for name in registered) == 5
    assert sum(open_to(name, "spans", "7.3") for name in registered) == 5


@pytest.mark.parametrize("kind", ["fentry", "fexit", "fmod_ret"])
@pytest.mark.parametrize(
    "name",
    ["security_file_open", "vfs_open", "should_failslab", "update_socket_protocol", "__sys_bind",
     "bpf_lsm_file_open", "ksys_read", "__do_sys_bpf", "__x64_sys_", "__x64_sys_read.cold"],
)  # fmt: skip
def test_few_functions_let_a_program_sleep(kind: str, name: str) -> None:
    found = said(f"{kind}/{name}", sleepable=True)
    assert (found.rule, found.line, found.errno) == (
        "function-sleepable", f"{name} is not sleepable", "EINVAL",
    )  # fmt: skip
    assert found.why == f"programs at {name} cannot sleep in 6.12"
    assert CONFIG.format(name) not in found.notes


@pytest.mark.parametrize(
    "name",
    ["__x64_sys_openat", "__ia32_compat_sys_openat", "__arm64_sys_openat", "__s390_sys_openat",
     "__s390x_sys_openat", "__riscv_sys_openat", "sys_openat", "compat_sys_openat",
     "btrfs_cow_block", "should_fail_bio"],
)  # fmt: skip
def test_where_a_program_sleeps_and_changes_the_result(name: str) -> None:
    for kind, more in (("fentry", True), ("fexit", True), ("fmod_ret", True), ("fmod_ret", False)):
        found = said(f"{kind}/{name}", sleepable=more)
        assert found.accept
        assert CONFIG.format(name) in found.notes
    assert CONFIG.format(name) not in said(f"fentry/{name}").notes
    registered = said("fentry/bpf_fentry_test1", sleepable=True)
    assert registered.accept
    assert not [note for note in registered.notes if "CONFIG" in note]


def test_what_a_program_changes_the_result_of() -> None:
    for name in ("vfs_read", "vfs_open", "xsecurity_file_open"):
        found = said(f"fmod_ret/{name}")
        assert (found.rule, found.line, found.errno) == (
            "function-modifiable", f"{name}() is not modifiable", "EINVAL",
        )  # fmt: skip
        assert found.why == f"6.12 lets no program change what {name} returns"
        assert said(f"fentry/{name}").accept
    for name in ("security_file_open", "update_socket_protocol"):
        found = said(f"fmod_ret/{name}")
        assert found.accept
        assert not [note for note in found.notes if "CONFIG" in note]
    assert said("fmod_ret/should_failslab").accept
    assert not said("fmod_ret/hid_bpf_device_event", "6.11").accept
    assert said("fmod_ret/hid_bpf_device_event", "6.10").accept


def test_a_tracepoint_lets_a_program_sleep_where_it_may_fault() -> None:
    for name in ("sys_enter", "sys_exit"):
        assert said(f"tp_btf/{name}", "7.3", sleepable=True).accept
    found = said("tp_btf/sched_switch", "7.2", sleepable=True)
    assert (found.rule, found.line, found.errno) == (
        "tracepoint-faultable",
        "Sleepable program cannot attach to non-faultable tracepoint sched_switch", "EINVAL",
    )  # fmt: skip
    assert (
        found.why == "programs at sched_switch cannot sleep, only those at sys_enter and sys_exit"
    )
    assert said("tp_btf/sched_switch", "7.2").accept


@pytest.mark.parametrize(
    ("attach", "at", "sleeps"),
    [
        ("sched_ext_ops/init", "6.12", True), ("sched_ext_ops/exit", "7.3", True),
        ("sched_ext_ops/enqueue", "6.18", False), ("sched_ext_ops/dispatch", "7.1", False),
        ("sched_ext_ops/sub_attach", "7.0", False), ("sched_ext_ops/sub_attach", "7.1", True),
        ("sched_ext_ops/init_cids", "7.2", False), ("sched_ext_ops/init_cids", "7.3", True),
        ("hid_bpf_ops/hid_hw_request", "6.11", True),
        ("hid_bpf_ops/hid_device_event", "6.11", False),
        ("tcp_congestion_ops/init", "6.4", True), ("Qdisc_ops/reset", "6.18", True),
    ],
)  # fmt: skip
def test_few_operations_let_a_program_sleep(attach: str, at: str, sleeps: bool) -> None:
    ops, name = attach.split("/")
    program = {"type": "STRUCT_OPS", "attach": attach, "steps": [TASK]}
    assert answer(program, at).accept
    found = answer(program | {"sleepable": True}, at)
    assert found.accept == sleeps
    unknown = "whether this operation lets a program sleep is not modelled"
    assert (unknown in found.notes) == (ops == "Qdisc_ops")
    assert unknown not in answer(program, at).notes
    if not sleeps:
        assert (found.rule, found.line, found.errno) == (
            "operation-sleepable", f"attach to unsupported member {name} of struct {ops}", "EINVAL",
        )  # fmt: skip
        assert found.why == f"programs at {name} of {ops} cannot sleep in {at}"


def test_the_place_is_asked_for_before_any_step() -> None:
    """A sleepable KPROBE or iterator has no function on these lists, an LSM hook has its own."""
    bad = [{"call": "bpf_task_acquire", "args": [0]}]
    assert said("fentry/vfs_open", sleepable=True, steps=bad).rule == "function-sleepable"
    assert said("fentry/vfs_open", steps=bad).rule == "null"
    assert said("fsession/vfs_open", "7.0", sleepable=True).rule == "function-sleepable"
    iterator = said("iter/task", sleepable=True)
    assert iterator.accept
    assert not [note for note in iterator.notes if "CONFIG" in note]
    kprobe = {"type": "KPROBE", "attach": "uprobe/x", "sleepable": True, "steps": [TASK]}
    assert answer(kprobe, "6.12").accept
