# SPDX-License-Identifier: BSD-3-Clause
"""
The programs real kernels were asked about
==========================================

``data/verifier/programs.json`` describes them, with what each kernel answered.  :func:`answer`
computes what the verifier of any release says of a program, never looks it up, and says on what
that rests: a kernel measured with this very program, the measured ones around it, or the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from kfuncviz.kfuncs.known import document, release, unknown, within
from kfuncviz.kfuncs.verifier.data import covered, rules
from kfuncviz.kfuncs.verifier.program import Call, ProgramVerdict, Step, check_program
from kfuncviz.kfuncs.verifier.rules import described
from kfuncviz.kfuncs.verifier.types import Arg, Program, Verdict
from kfuncviz.kfuncs.verifier.written import BadProgram, read_program


class Said(NamedTuple):
    """What a kernel answered: loaded or not, errno, and the line of its log."""

    accept: bool
    errno: str | None
    line: str


@dataclass(frozen=True)
class Shipped:
    """A program that kernels were asked about.

    ``case`` is its number in the record.  ``programs`` holds its description, with the release
    since which it is written that way: some kfuncs were renamed.
    """

    case: int
    name: str
    title: str
    programs: tuple[tuple[str, Mapping[str, Any]], ...]
    measured: Mapping[str, Said]

    def document(self, at: str) -> Mapping[str, Any]:
        """The description for a release."""
        return [text for since, text in self.programs if within(at, since, None)][-1]


@dataclass(frozen=True)
class Answer:
    """What the verifier of a kernel says of a program.

    ``line`` is the line of its log, empty where it accepts.  ``measured`` is true only if this very
    kernel gave this very answer to this very program; ``follows`` says what else the answer rests
    on, ``marks`` how each pointer was marked, and why.
    """

    accept: bool
    line: str
    rule: str
    measured: bool
    kernel: str
    errno: str | None
    why: str
    follows: str
    notes: tuple[str, ...]
    marks: tuple[str, ...]


@cache
def programs() -> tuple[Shipped, ...]:
    """Every program of the record, in its order.

    >>> len(programs()), programs()[11].title
    (32, 'bpf_task_acquire() of a number')
    """
    return tuple(
        Shipped(
            case=row["case"],
            name=row["name"],
            title=row["title"],
            programs=tuple((text["since"], text["program"]) for text in row["programs"]),
            measured={
                kernel: Said(said["accept"], said["errno"], said["line"])
                for said in row["measured"]
                for kernel in said["kernels"]
            },
        )
        for row in document("verifier", "programs")["programs"]
    )


#: The kernels that were asked, oldest first.
KERNELS: tuple[str, ...] = tuple(document("verifier", "programs")["kernels"])


def shipped(name: str) -> Shipped:
    """A program of the record by its number or its name.

    >>> shipped("12").name, shipped("walked-mount").case
    ('number-for-task', 1)
    """
    for program in programs():
        if name in (str(program.case), f"{program.case:02}", program.name):
            return program
    names = [program.name for program in programs()]
    raise unknown(f"program (1 to {len(names)}, or its name)", name, names)


def answer(asked: str | Mapping[str, Any], kernel: str) -> Answer:
    """What the verifier of a kernel says of a program.

    :param asked: a description, or the number or name of a program of the record.
    :param kernel: a release or a kernel of one, "6.18" or "6.18.15".
    :raises NotKnown: for a kernel or a program outside the data.
    :raises BadProgram: for a description that cannot be used.

    >>> said = answer("walked-mount", "6.17.8")
    >>> said.rule, said.measured
    ('type', True)
    >>> answer("walked-mount", "6.18.3").follows
    'not measured on 6.18.3; 6.18.15, of the same release, gave this answer'
    """
    at, kernel = covered(kernel), kernel.removeprefix("v")
    text = shipped(asked).document(at) if isinstance(asked, str) else asked
    program, steps = read_program(text, at)
    checked = check_program(program, steps, at)
    said = checked.verdict
    record = _shapes(at).get(_shape(program, steps))
    found = _said(said)
    measured = record is not None and record.measured.get(kernel) == found
    return Answer(
        accept=said.accept,
        line=said.message,
        rule=said.rule,
        measured=measured,
        kernel=kernel,
        errno=found.errno,
        why=said.why,
        follows=f"measured on {kernel}" if measured else _follows(record, kernel, checked),
        notes=(*said.notes, *(_taken_on_trust(program, at) if record is None else ())),
        marks=tuple(f"{name}: {described(arg)}; {arg.origin}" for name, arg in checked.marks),
    )


def _taken_on_trust(program: Program, at: str) -> Iterator[str]:
    """What a program says of its own hook; which but those of LSM a release has is not known."""
    if program.type == "LSM" and program.attach:
        yield f"what {program.attach} hands over in {at} is the program's word"
    elif program.attach:
        yield f"that {at} has {program.attach}, and what it hands over, is the program's word"


def _said(verdict: Verdict) -> Said:
    return Said(verdict.accept, rules()[verdict.rule].errno, verdict.message)


@cache
def _shapes(at: str) -> dict[tuple[Any, ...], Shipped]:
    """The programs of the record that a release can be asked about, by what they do."""
    found = {}
    for one in programs():
        with suppress(BadProgram):
            found[_shape(*read_program(one.document(at), at))] = one
    return found


def _shape(program: Program, steps: tuple[Step, ...]) -> tuple[Any, ...]:
    """A program without what its author chose: names are numbered as they come."""
    names: dict[str, int] = {}

    def plain(value: Any) -> Any:
        if isinstance(value, Arg):
            return (value.provenance, value.type, value.nullable)
        return names.setdefault(value, len(names)) if isinstance(value, str) else value

    def parts(step: Step) -> tuple[Any, ...]:
        if isinstance(step, Call):
            return (step.fn.name, *map(plain, step.args), plain(step.into) if step.into else None)
        return tuple(
            value if key in ("member", "struct", "fn") else plain(value)
            for key, value in vars(step).items()
        )

    asked = (program.type, program.sleepable, program.attach, program.caps)
    return (*asked, *((type(step).__name__, *parts(step)) for step in steps))


def _follows(record: Shipped | None, kernel: str, checked: ProgramVerdict) -> str:
    """What an answer rests on that was not measured: the kernels around it, or the source."""
    said = checked.verdict
    source = f"rule {said.rule}: {said.source}"
    if record is None:
        calls = checked.steps
        seen = (
            "; each of its calls was measured" if calls and all(c.measured for c in calls) else ""
        )
        return f"no kernel was asked about this program{seen}; {source}"
    order = sorted(record.measured, key=_place)
    near = [k for k in order if release(k) == release(kernel)][:1] or [
        *[k for k in order if _place(k) < _place(kernel)][-1:],
        *[k for k in order if _place(k) > _place(kernel)][:1],
    ]
    same = [k for k in near if _rule(record, k) == said.rule]
    if same != near:
        others = ", ".join(f"{k} stops at rule {_rule(record, k)}" for k in near if k not in same)
        return f"not measured on {kernel}; {others}; {source}"
    if release(near[0]) == release(kernel):
        return f"not measured on {kernel}; {near[0]}, of the same release, gave this answer"
    if len(near) == 2:
        return f"not measured on {kernel}; {near[0]} before it and {near[1]} after it gave it"
    return f"not measured on {kernel}; {near[0]}, the nearest measured, gave it; {source}"


def _rule(record: Shipped, kernel: str) -> str:
    """The rule that decides a program of the record on a kernel."""
    at = covered(kernel)
    return check_program(*read_program(record.document(at), at), at).verdict.rule


def _place(kernel: str) -> tuple[int, ...]:
    return tuple(int(part) for part in kernel.split("."))
