# SPDX-License-Identifier: BSD-3-Clause
"""
References through a whole program
==================================

One call at a time cannot show a leak.  :func:`check_program` runs a list of calls in order, keeps
what KF_ACQUIRE kfuncs returned, takes back what KF_RELEASE kfuncs are given, and refuses the
program that still holds something at its end.  The path is a straight line: every branch that a
real program takes has to pass on its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from kfuncviz.kfuncs.known import look_up
from kfuncviz.kfuncs.verifier.check import check_call, result
from kfuncviz.kfuncs.verifier.data import covered, verdict
from kfuncviz.kfuncs.verifier.rules import carries
from kfuncviz.kfuncs.verifier.types import Arg, Kfunc, Program, Verdict


@dataclass(frozen=True)
class Call:
    """One call: each argument an :class:`Arg` or the name an earlier result was kept under.

    ``into`` keeps the result under a name; ``tested`` says the program compares it with NULL and
    goes on only where it is not.
    """

    fn: Kfunc
    args: tuple[Arg | str, ...] = ()
    into: str = ""
    tested: bool = False


@dataclass(frozen=True)
class ProgramVerdict:
    """The deciding verdict, and the verdict of every call up to it."""

    verdict: Verdict
    steps: tuple[Verdict, ...]

    @property
    def accept(self) -> bool:
        """Whether the program loads."""
        return self.verdict.accept


def check_program(program: Program, calls: Iterable[Call], release: str) -> ProgramVerdict:
    """Would the verifier take a program that makes these calls in this order?

    :raises NotKnown: for a name no earlier call kept, besides what ``check_call`` refuses.

    >>> from kfuncviz.kfuncs.verifier.catalogue import kfunc
    >>> task = Arg("trusted", "struct task_struct")
    >>> get = Call(kfunc("bpf_get_task_exe_file", "6.12"), (task,), into="exe", tested=True)
    >>> put = Call(kfunc("bpf_put_file", "6.12"), ("exe",))
    >>> check_program(Program("LSM"), [get, put], "6.12").accept
    True
    >>> check_program(Program("LSM"), [get], "6.12").verdict.message
    'Unreleased reference id=1 alloc_insn=0'
    """
    at = covered(release)
    kept: dict[str, _Held] = {}
    owed: dict[int, int] = {}  # the call that took each reference still held
    steps: list[Verdict] = []
    taken = 0
    for insn, call in enumerate(calls):
        held = [_held(arg, kept) for arg in call.args]
        steps.append(check_call(call.fn, program, [one.arg for one in held], at))
        if not steps[-1].accept:
            return ProgramVerdict(steps[-1], tuple(steps))
        if carries(call.fn, "KF_RELEASE", at):
            given_back = {one.reference for one in held if one.reference}
            owed = {ident: took for ident, took in owed.items() if ident not in given_back}
            gone = _Held(Arg("scalar", origin="released"))
            kept = {n: gone if one.reference in given_back else one for n, one in kept.items()}
        got, reference = result(call.fn, at), 0
        if got.provenance == "acquired":
            taken += 1
            reference = taken
            owed[reference] = insn
        if call.into:
            got = replace(got, nullable=got.nullable and not call.tested)
            kept[call.into] = _Held(got, reference)
    return ProgramVerdict(_ending(owed, at), tuple(steps))


class _Held(NamedTuple):
    """A value the program has, and which reference it is, 0 for none."""

    arg: Arg
    reference: int = 0


def _held(arg: Arg | str, kept: dict[str, _Held]) -> _Held:
    return _Held(arg) if isinstance(arg, Arg) else look_up("result", arg, kept)


def _ending(owed: dict[int, int], at: str) -> Verdict:
    if not owed:
        return verdict("passed", at, "every call passes and nothing is owed at the end")
    ident, insn = next(iter(owed.items()))
    why = f"the reference taken by call {insn} is never given back"
    return verdict("leak", at, why, {"id": str(ident), "insn": str(insn)})
