# SPDX-License-Identifier: BSD-3-Clause
"""
What the verifier says of a call
================================

Of a call described by where its pointer comes from, or of a program that kernels were asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Literal

from kfuncviz.kfuncs.known import NotKnown
from kfuncviz.kfuncs.verifier import KERNELS, RELEASES, Asked, answer, ask
from kfuncviz.kfuncs.verifier.data import rules
from kfuncviz.learn.matters.matter import Plain, Slip
from kfuncviz.render import bench

Of = Literal["verdict", "rule", "line", "basis"]
ACCEPTED, REFUSED = "accepted", "rejected"
_PASSED = "passed"
#: The rules that look at a pointer's mark, not at its structure.
_MARKS = ("unsafe-pointer", "trusted-args", "trusted-default", "rcu")


@dataclass(frozen=True)
class Call(Plain):
    """A call, and what of its verdict is wanted.

    Either ``kfunc``, the ``program`` type, the ``source`` of the pointer (one of
    :func:`kfuncviz.kfuncs.verifier.origin_names`), the ``release``, ``flags`` it is asked about as
    if the kfunc carried them, and whether the program is ``sleepable``; or ``record``, a program of
    the record, and the ``kernel``.  ``of``: the ``verdict``, the ``rule`` that refuses, the
    ``line`` of the log, or the ``basis``, measured or modelled.
    """

    voice: ClassVar[str] = "The verifier"

    kfunc: str = ""
    program: str = "LSM"
    source: str = ""
    release: str = ""
    flags: tuple[str, ...] = ()
    sleepable: bool = False
    record: str = ""
    kernel: str = ""
    of: Of = "verdict"

    def __post_init__(self) -> None:
        described = bool(self.kfunc and self.source and self.release)
        if described == bool(self.record and self.kernel):
            raise ValueError("a call has kfunc, source and release, or record and kernel")

    def key(self) -> str:
        """The verdict, the rule or ``accepted``, the line, or what it rests on."""
        if self.of == "verdict":
            return ACCEPTED if self._rule == _PASSED else REFUSED
        if self.of == "rule":
            return ACCEPTED if self._rule == _PASSED else self._rule
        return self._said.line if self.of == "line" else self._said.basis

    def choices(self) -> tuple[str, ...]:
        """Both verdicts, or both grounds."""
        if self.of == "verdict":
            return ACCEPTED, REFUSED
        return ("measured", "modelled") if self.of == "basis" else ()

    def slips(self) -> Iterator[Slip]:
        """A mark that was not looked at, a refusal too early, the answer of another release."""
        own = self._own_slip()
        if own is not None:
            yield own
        seen = {self.key()} | ({own.answer} if own else set())
        for other in self._elsewhere():
            if other.key() not in seen:
                seen.add(other.key())
                yield Slip(
                    "another release", other.key(), f"That is the answer of {other.at}.",
                    "The rules of calling are the kernel's own: they change from release to "
                    "release, and so do the structures a pointer is read through.",
                )  # fmt: skip

    def told(self) -> Iterator[str]:
        """The line of the log, why, and on what the answer rests."""
        if self._said.line:
            yield f"The line of {self.at}: `{self._said.line}`."
        if not self._call:  # else the picture says so
            yield f"Why: {self._said.why}."
        yield self._said.rests

    def hints(self) -> Mapping[str, str]:
        """What each rule asks for."""
        if self.of != "rule":
            return {}
        return {ACCEPTED: "", **{name: rule.title for name, rule in rules().items()}}

    def drawn(self, width: int) -> str:
        """The call as the bench draws it."""
        if not self._call:
            return ""
        asked = self._call
        return bench.svg(asked.fn, None, asked.verdict, asked.args, width=width, theme="lab",
                         standalone=False)  # fmt: skip

    def table(self) -> list[dict[str, str]]:
        """The same as rows."""
        asked = self._call
        return bench.table(asked.fn, None, asked.verdict, asked.args) if asked else []

    # ------------------------------------------------------------------------ the verifier

    @cached_property
    def _call(self) -> Asked | None:
        if self.record:
            return None
        return ask(self.kfunc, self.program, self.source, self.release, *self.flags,
                   sleepable=self.sleepable)  # fmt: skip

    @cached_property
    def _said(self) -> _Said:
        if self._call:
            said = self._call.verdict
            rests = f"Measured. Source: {said.source}."
            if said.basis == "modelled":
                rests = f"Modelled: no kernel was asked about this call. The rule: {said.source}."
            return _Said(said.rule, said.message, said.why, said.basis, rests)
        found = answer(self.record, self.kernel)
        basis = "measured" if found.measured else "modelled"
        rests = f"{basis.capitalize()}: {found.follows}.".replace("Measured: measured", "Measured")
        return _Said(found.rule, found.line, found.why, basis, rests)

    @property
    def _rule(self) -> str:
        return self._said.rule

    @property
    def at(self) -> str:
        """The release or the kernel."""
        return self.kernel or self.release

    def _own_slip(self) -> Slip | None:
        if self.of not in ("verdict", "rule"):
            return None
        if self._rule == "null":
            return Slip(
                "NULL taken for trusted", ACCEPTED, "You trusted a pointer that may be NULL.",
                "What may be NULL has to be compared with NULL first; only in the branch where it "
                "is not NULL does its mark count.",
            )  # fmt: skip
        if self._rule == "trusted-default":
            return Slip(
                "no flag, no check", ACCEPTED, "You let it pass, for the function carries no flag.",
                "Since 7.0 trust is asked for unless a function asks for less; the flag is gone.",
            )  # fmt: skip
        if self._rule in _MARKS:
            return Slip(
                "the right structure is enough", ACCEPTED,
                "You looked at what the pointer points to.",
                "Where it comes from is looked at too: this one carries a mark the function does "
                "not take.",
            )  # fmt: skip
        if self._rule == _PASSED and self._call and self._call.args[-1].provenance == "plain":
            return Slip(
                "trust asked too early", REFUSED, "You asked for trust where nothing demands it.",
                "Up to 6.19 a function without a flag takes a pointer without a mark: nobody "
                "vouches for it, and nothing is known against it.",
            )  # fmt: skip
        return None

    def _elsewhere(self) -> Iterator[Call]:
        """The same asked of every other release, those that can answer, the nearest first."""
        every = KERNELS if self.record else RELEASES
        here = every.index(self.at) if self.at in every else 0
        for at in sorted(every, key=lambda each: abs(every.index(each) - here)):
            other = replace(self, kernel=at) if self.record else replace(self, release=at)
            try:
                other.key()
            except NotKnown:
                continue
            yield other


@dataclass(frozen=True)
class _Said:
    """A verdict of either kind."""

    rule: str
    line: str
    why: str
    basis: str
    rests: str
