# SPDX-License-Identifier: BSD-3-Clause
"""
The functions and operations a program attaches to
==================================================

Where a TRACING program may sleep, and what it may change the result of; where a STRUCT_OPS program
may sleep.  Mirrors bpf_check_attach_target() and check_struct_ops_btf_id() of
kernel/bpf/verifier.c; the lists of functions and operations are data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from kfuncviz.kfuncs.known import document, within
from kfuncviz.kfuncs.verifier.data import verdict
from kfuncviz.kfuncs.verifier.types import Program, Verdict

#: System calls, by the names that their macros give them on the architectures that have some.
_SYSTEM_CALL = re.compile(r"(__(x64|ia32|arm64|riscv|s390x?)_)?(compat_)?sys_\w+")
#: The tracepoints whose programs may fault in a page.
_FAULTABLE = ("sys_enter", "sys_exit")
_FUNCTIONS = ("fentry", "fexit", "fsession", "fmod_ret")


@cache
def _listed() -> dict[str, dict[str, Any]]:
    return {row["function"]: row for row in document("verifier", "functions")["functions"]}


@cache
def _operations() -> dict[str, dict[str, str] | str]:
    rows = document("verifier", "functions")["operations"]
    return {row["struct"]: row["sleepable"] for row in rows}


def open_to(name: str, what: str, at: str) -> bool:
    """Whether a program may change a function's result (``spans``), or be ``sleepable`` there.

    >>> [open_to("should_failslab", what, "6.12") for what in ("spans", "sleepable")]
    [True, False]
    >>> open_to("__x64_sys_openat", "sleepable", "6.12")
    True
    """
    if _SYSTEM_CALL.fullmatch(name):
        return True
    return any(within(at, *ends) for ends in _listed().get(name, {}).get(what, []))


def objection(program: Program, at: str) -> Verdict | None:
    """What the verifier says about the function, tracepoint or operation of a program.

    >>> objection(Program("TRACING", attach="fmod_ret/vfs_read"), "6.12").message
    'vfs_read() is not modifiable'
    """
    kind, _, name = program.attach.partition("/")
    words = {"function": name}
    if program.type == "STRUCT_OPS" and program.sleepable:
        known = _operations().get(kind, "any")
        if isinstance(known, str) or (name in known and within(at, known[name], None)):
            return None
        why = f"programs at {name} of {kind} cannot sleep in {at}"
        return verdict("operation-sleepable", at, why, words | {"struct": kind})
    if program.type != "TRACING":
        return None
    if kind == "tp_btf" and program.sleepable and name not in _FAULTABLE:
        why = f"programs at {name} cannot sleep, only those at {' and '.join(_FAULTABLE)}"
        return verdict("tracepoint-faultable", at, why, words)
    if kind in _FUNCTIONS and program.sleepable and not open_to(name, "sleepable", at):
        return verdict("function-sleepable", at, f"programs at {name} cannot sleep in {at}", words)
    if kind == "fmod_ret" and not (name.startswith("security_") or open_to(name, "spans", at)):
        why = f"{at} lets no program change what {name} returns"
        return verdict("function-modifiable", at, why, words)
    return None


def asks(program: Program) -> Iterator[str]:
    """What a place that lets a program sleep or change a result still depends on."""
    kind, _, name = program.attach.partition("/")
    if program.type == "STRUCT_OPS" and program.sleepable and kind not in _operations():
        yield "whether this operation lets a program sleep is not modelled"
    wants = program.sleepable or kind == "fmod_ret"
    by_name = name.startswith("security_") or "registered" in _listed().get(name, {})
    if kind in _FUNCTIONS and wants and not by_name:
        yield f"{name} is open to it where a kernel has CONFIG_FUNCTION_ERROR_INJECTION"
