# SPDX-License-Identifier: BSD-3-Clause
"""
What the loader's capabilities allow
====================================

Who loads a program needs capabilities for its type, for calling kfuncs, and for the helper that
hands over the current task.
"""

from __future__ import annotations

from kfuncviz.kfuncs.known import NotKnown, within
from kfuncviz.kfuncs.verifier.data import verdict
from kfuncviz.kfuncs.verifier.types import Program, Verdict

#: Types that may be loaded without CAP_BPF, and types that ask for another capability besides.
_UNPRIVILEGED = ("SOCKET_FILTER", "CGROUP_SKB")
_BESIDES = {
    "CAP_NET_ADMIN": ("SCHED_CLS", "SCHED_ACT", "XDP", "LWT_IN", "LWT_OUT", "LWT_XMIT",
                      "LWT_SEG6LOCAL", "SK_SKB", "SK_MSG", "FLOW_DISSECTOR", "CGROUP_DEVICE",
                      "CGROUP_SOCK", "CGROUP_SOCK_ADDR", "CGROUP_SOCKOPT", "CGROUP_SYSCTL",
                      "SOCK_OPS", "NETFILTER"),
    "CAP_PERFMON": ("KPROBE", "TRACEPOINT", "PERF_EVENT", "RAW_TRACEPOINT",
                    "RAW_TRACEPOINT_WRITABLE", "TRACING", "LSM", "STRUCT_OPS"),
}  # fmt: skip


def may_load(program: Program, at: str, *, calls: bool) -> Verdict | None:
    """What is said before the verifier looks: by bpf_prog_load(), by add_subprog_and_kfunc().

    ``calls`` says that the program calls a kfunc.

    >>> xdp = Program("XDP", caps=frozenset({"CAP_BPF"}))
    >>> may_load(xdp, "6.12", calls=False).why
    'the loader of a XDP program has no CAP_NET_ADMIN'
    """
    if "CAP_SYS_ADMIN" in program.caps:
        return None
    if "CAP_BPF" not in program.caps:
        why = "the loader has no CAP_BPF"
        if program.type not in _UNPRIVILEGED:
            return verdict("loader", at, why)
        if calls:
            return verdict("calls", at, why)
    for cap, types in _BESIDES.items():
        if program.type in types and cap not in program.caps:
            return verdict("loader", at, f"the loader of a {program.type} program has no {cap}")
    return None


def no_helper(program: Program, at: str) -> str:
    """Why a program may not call bpf_get_current_task_btf(), empty if it may.

    Mirrors the get_func_proto() of each type.

    >>> no_helper(Program("SYSCALL", caps=frozenset({"CAP_BPF"})), "6.18")
    'the loader has no CAP_PERFMON'

    :raises NotKnown: for a SYSCALL program of 6.16, which was not read.
    """
    if program.type == "LIRC_MODE2":
        return "helpers of a LIRC_MODE2 program are few, and this is none of them"
    if not {"CAP_BPF", "CAP_SYS_ADMIN"} & program.caps:
        return "the loader has no CAP_BPF"
    if program.perfmon or (program.type == "SYSCALL" and within(at, None, "6.15")):
        return ""
    if program.type == "SYSCALL" and at == "6.16":
        raise NotKnown(
            "whether 6.16 gives SYSCALL programs bpf_get_current_task_btf() without CAP_PERFMON "
            "was not read"
        )
    return "the loader has no CAP_PERFMON"
