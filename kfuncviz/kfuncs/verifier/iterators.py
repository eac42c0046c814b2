# SPDX-License-Identifier: BSD-3-Clause
"""
Iterators a program runs
========================

A KF_ITER_NEW kfunc starts an iterator on the program's stack, and the program owes its end as it
owes a reference; every other kfunc that takes the iterator wants one that was started, and, if it
was started by a KF_RCU_PROTECTED kfunc, inside an RCU section that has not ended since.  A
description names no stack slots: of several iterators of one kind the newest is meant.  Mirrors
process_iter_arg() of kernel/bpf/verifier.c.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from kfuncviz.kfuncs.verifier.rules import Objection, carries
from kfuncviz.kfuncs.verifier.types import Kfunc, Provenance

_PREFIX = "struct bpf_iter_"


@dataclass(frozen=True)
class Running:
    """An iterator that runs: its kind, the reference that is owed, the mark of its elements."""

    kind: str
    reference: int
    mark: Provenance


def kind_of(fn: Kfunc) -> str:
    """The kind of iterator a kfunc takes, empty for one that takes none.

    >>> from kfuncviz.kfuncs.verifier.catalogue import kfunc
    >>> kind_of(kfunc("bpf_iter_task_next", "6.12")), kind_of(kfunc("bpf_put_file", "6.12"))
    ('task', '')
    """
    structs = (param.struct for param in fn.params)
    return next((s.removeprefix(_PREFIX) for s in structs if s.startswith(_PREFIX)), "")


def started(fn: Kfunc, reference: int, *, in_rcu: bool, at: str) -> Running:
    """The iterator a KF_ITER_NEW kfunc starts, inside an RCU section or outside any."""
    mark: Provenance = "trusted"
    if carries(fn, "KF_RCU_PROTECTED", at):
        mark = "rcu" if in_rcu else "untrusted"
    return Running(kind_of(fn), reference, mark)


def running(kind: str, iterators: Iterable[Running]) -> Running | None:
    """The newest iterator of a kind, ``None`` if none runs."""
    return next((one for one in reversed([*iterators]) if one.kind == kind), None)


def objection(fn: Kfunc, run: Running | None) -> Objection | None:
    """What the verifier says of the iterator handed to a kfunc that does not start one."""
    if run is None:
        kind = kind_of(fn)
        return Objection("iterator", f"no iterator of the kind {kind} runs", {"kind": kind})
    if run.mark == "untrusted":
        why = "the iterator started outside any RCU section, or the section has ended"
        return Objection("rcu-iterator", why)
    return None


def unlocked(run: Running) -> Running:
    """What an iterator is once the RCU section it was started in has ended."""
    return replace(run, mark="untrusted") if run.mark == "rcu" else run
