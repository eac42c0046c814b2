# SPDX-License-Identifier: BSD-3-Clause
"""
A whole program, step by step
=============================

One call at a time cannot show a leak, nor what an RCU section does to a pointer.
:func:`check_program` runs a list of steps in order: it keeps what the program holds under names,
marks what is walked, follows references and RCU sections, and stops at the first objection.  The
path is a straight line: every branch that a real program takes has to pass on its own, and where a
pointer is NULL, what is owed there is only named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from kfuncviz.kfuncs.known import NotKnown, document, look_up, within
from kfuncviz.kfuncs.verifier import functions, iterators
from kfuncviz.kfuncs.verifier.check import check_call, result
from kfuncviz.kfuncs.verifier.data import covered, program_type, verdict
from kfuncviz.kfuncs.verifier.loader import may_load, no_helper
from kfuncviz.kfuncs.verifier.lsm import holds, hook
from kfuncviz.kfuncs.verifier.rules import carries, register_kind
from kfuncviz.kfuncs.verifier.types import UNTYPED, Arg, Kfunc, Program, Verdict
from kfuncviz.kfuncs.verifier.walk import address, after_unlock, cast, walk

LOCK, UNLOCK = "bpf_rcu_read_lock", "bpf_rcu_read_unlock"


@dataclass(frozen=True)
class Take:
    """The program holds a value under a name: a hook's argument, the result of ``helper``."""

    into: str
    value: Arg
    helper: str = ""


@dataclass(frozen=True)
class Load:
    """The program reads a member through a pointer it holds."""

    base: str
    member: str
    into: str


@dataclass(frozen=True)
class Address:
    """The program takes the address of a structure embedded in another."""

    base: str
    member: str
    into: str


@dataclass(frozen=True)
class Cast:
    """The program casts a value with bpf_rdonly_cast(); ``fn`` is that kfunc."""

    fn: Kfunc
    base: str
    struct: str
    into: str


@dataclass(frozen=True)
class NullTest:
    """The program compares a pointer with NULL and goes on only where it is not."""

    name: str


@dataclass(frozen=True)
class Call:
    """One call: each argument an :class:`Arg` or the name an earlier value was kept under.

    ``into`` keeps the result under a name; ``tested`` says the program compares it with NULL and
    goes on only where it is not.
    """

    fn: Kfunc
    args: tuple[Arg | str, ...] = ()
    into: str = ""
    tested: bool = False


Step = Take | Load | Address | Cast | NullTest | Call


@dataclass(frozen=True)
class ProgramVerdict:
    """The deciding verdict, the verdict of every call up to it, and how pointers were marked."""

    verdict: Verdict
    steps: tuple[Verdict, ...]
    marks: tuple[tuple[str, Arg], ...] = ()

    @property
    def accept(self) -> bool:
        """Whether the program loads."""
        return self.verdict.accept


def check_program(program: Program, steps: Iterable[Step], release: str) -> ProgramVerdict:
    """Would the verifier take a program that does these things in this order?

    :raises NotKnown: for a name no earlier step kept, and for an operation that owes a reference
        before its first step, besides what ``check_call`` refuses.

    >>> from kfuncviz.kfuncs.verifier.catalogue import kfunc
    >>> task = Arg("trusted", "struct task_struct")
    >>> get = Call(kfunc("bpf_get_task_exe_file", "6.12"), (task,), into="exe", tested=True)
    >>> put = Call(kfunc("bpf_put_file", "6.12"), ("exe",))
    >>> check_program(Program("LSM"), [get, put], "6.12").accept
    True
    >>> check_program(Program("LSM"), [get], "6.12").verdict.message
    'Unreleased reference id=2 alloc_insn=0'
    """
    at = covered(release)
    _followed(program.attach, at)
    state = _State(replace(program, type=program_type(program.type)), at)
    steps = tuple(steps)
    calls = any(isinstance(step, (Call, Cast)) for step in steps)
    objection = may_load(state.program, at, calls=calls) or _sleepability(state.program, at)
    objection = objection or _hook(state.program, at)
    if objection := objection or functions.objection(state.program, at):
        return ProgramVerdict(objection, ())
    for insn, step in enumerate(steps):
        state.insn = insn
        if said := _unreadable(state, step) or _DO[type(step)](state, step):
            break
    else:
        said = next(_ending(state), None)
    if said is None:
        why = "every step passes and nothing is owed at the end"
        said = verdict("passed", at, why, notes=_unasked(state))
    said = replace(said, notes=(*said.notes, *functions.asks(state.program)))
    return ProgramVerdict(said, tuple(state.said), tuple(state.marks))


def _followed(attach: str, at: str) -> None:
    """Whether what an operation owes before its first step is modelled."""
    for row in document("verifier", "special")["operations"]:
        if attach == row["attach"] and within(at, row["since"], None):
            raise NotKnown(
                f"{attach} is handed a reference that it owes from the start: not modelled "
                f"({row['source']})"
            )


class _Held(NamedTuple):
    """A value the program has, and which reference it is, 0 for none."""

    arg: Arg
    reference: int = 0


@dataclass
class _State:
    """What the verifier knows at one point of the program."""

    program: Program
    at: str
    held: dict[str, _Held] = field(default_factory=dict)
    owed: dict[int, int] = field(default_factory=dict)  # reference -> the step that took it
    insn: int = 0
    sections: int = 0
    running: list[iterators.Running] = field(default_factory=list)
    ids: int = 0  # counts as env->id_gen does: one for a value that may be NULL, one a reference
    said: list[Verdict] = field(default_factory=list)
    marks: list[tuple[str, Arg]] = field(default_factory=list)
    unfollowed: list[str] = field(default_factory=list)  # what the paths not taken still have to do

    @property
    def in_rcu(self) -> bool:
        return self.sections > 0 or not self.program.sleepable

    def keep(self, name: str, arg: Arg, reference: int) -> None:
        if name:
            self.held[name] = _Held(arg, reference)

    def value(self, name: str) -> _Held:
        return look_up("value", name, self.held)

    def new_id(self) -> int:
        self.ids += 1
        return self.ids


#: The attach types that may be sleepable, by program type and since which release.
_CAN_SLEEP = {
    ("TRACING", "fentry"): "6.4", ("TRACING", "fexit"): "6.4", ("TRACING", "fmod_ret"): "6.4",
    ("TRACING", "iter"): "6.4", ("TRACING", "fsession"): "7.0", ("TRACING", "tp_btf"): "7.2",
    ("LSM", ""): "6.4", ("KPROBE", ""): "6.4", ("STRUCT_OPS", ""): "6.4", ("SYSCALL", ""): "6.4",
    ("RAW_TRACEPOINT", ""): "7.2", ("TRACEPOINT", ""): "7.2",
}  # fmt: skip


def _sleepability(program: Program, at: str) -> Verdict | None:
    """What check_attach_btf_id() says about a program's BPF_F_SLEEPABLE."""
    if program.type == "SYSCALL" and not program.sleepable:
        return verdict("must-sleep", at, "a SYSCALL program has to be sleepable")
    where = program.attach.split("/")[0] if program.type == "TRACING" else ""
    since = _CAN_SLEEP.get((program.type, where))
    if program.sleepable and (since is None or not within(at, since, None)):
        named = f"{program.type} {where}".strip()
        return verdict("can-sleep", at, f"a {named} program cannot be sleepable in {at}")
    return None


def _hook(program: Program, at: str) -> Verdict | None:
    """What bpf_check_attach_target() and bpf_lsm_verify_prog() say about the hook of LSM."""
    if program.type != "LSM" or not program.attach:
        return None
    words = {"hook": hook(program.attach, at)}
    if program.sleepable and not holds(program.attach, "sleepable", at):
        why = f"programs at {program.attach} cannot sleep in {at}"
        return verdict("hook-sleepable", at, why, words)
    if holds(program.attach, "disabled", at):
        return verdict("hook-disabled", at, f"{at} lets no BPF program attach there", words)
    return None


#: What a released reference leaves behind where the loader may not read kernel memory.
_NOTHING = Arg("unset", origin="released")


def _unreadable(state: _State, step: Step) -> Verdict | None:
    """What check_reg_arg() says of a value that is used and no longer there."""
    match step:
        case Take():
            used: list[str] = []
        case NullTest():
            used = [step.name]
        case Call():
            used = [arg for arg in step.args if isinstance(arg, str)]
        case _:
            used = [step.base]
    for name in used:
        if state.value(name).arg == _NOTHING:
            why = f"{name} was given back, and the loader has no CAP_PERFMON"
            return verdict("read", state.at, why, {"reg": "6"})
    return None


def _take(state: _State, step: Take) -> Verdict | None:
    if step.helper and (why := no_helper(state.program, state.at)):
        return verdict("helper", state.at, why, {"helper": step.helper})
    _hold(state, step.into, step.value)
    return None


def _hold(state: _State, name: str, value: Arg) -> None:
    """Keep a value, with the ids the verifier gives it and the reference it may carry."""
    reference = 0
    if value.nullable:
        state.new_id()
    if value.provenance == "acquired":
        reference = state.new_id()
        state.owed[reference] = state.insn
    state.keep(name, value, reference)
    if value.type and value.origin and name:
        state.marks.append((name, value))


def _load(state: _State, step: Load) -> Verdict | None:
    base = state.value(step.base).arg
    if base.nullable or base.provenance in UNTYPED:
        why = f"{step.base} may be NULL: test it first"
        if base.provenance in UNTYPED:
            why = f"{step.base} is no kernel pointer"
        words = {"reg": "6", "is": register_kind(base)}
        return verdict("load", state.at, why, words)
    if not state.program.perfmon:
        words = {"struct": base.outer.removeprefix("struct ")}
        return verdict("load-perfmon", state.at, "the loader has no CAP_PERFMON", words)
    got = walk(base, step.member, in_rcu=state.in_rcu, at=state.at)
    _hold(state, step.into, got)
    return None


def _address(state: _State, step: Address) -> None:
    base = state.value(step.base)
    state.keep(step.into, address(base.arg, step.member, state.at), base.reference)


def _cast(state: _State, step: Cast) -> Verdict | None:
    base = state.value(step.base).arg
    said = _ask(state, step.fn, (base, Arg("scalar")))
    if said is None:
        _hold(state, step.into, cast(base, step.struct))
    return said


def _test(state: _State, step: NullTest) -> None:
    held = state.value(step.name)
    others = [str(took) for ident, took in state.owed.items() if ident != held.reference]
    due = [f"give back what step {' and step '.join(others)} took"] if others else []
    due += ["leave the RCU section"] if state.sections else []
    surely_not_null = held.arg.provenance in ("trusted", "acquired") and not held.arg.nullable
    if due and not surely_not_null:
        state.unfollowed.append(
            f"where {step.name} is NULL the program is not followed: "
            f"there, too, it has to {' and to '.join(due)}"
        )
    state.keep(step.name, replace(held.arg, nullable=False), held.reference)


def _call(state: _State, step: Call) -> Verdict | None:
    held = [_Held(arg) if isinstance(arg, Arg) else state.value(arg) for arg in step.args]
    said = _ask(state, step.fn, tuple(one.arg for one in held))
    if said is None:
        said = _iterate(state, step.fn)
    if said is None:
        said = _section(state, step.fn)
    if said is not None:
        return said
    if carries(step.fn, "KF_RELEASE", state.at):
        _give_back(state, {one.reference for one in held if one.reference})
    _keep_result(state, step)
    if step.into and step.tested:
        _test(state, NullTest(step.into))
    return None


def _keep_result(state: _State, step: Call) -> None:
    """Keep what a call returns; an element has the mark of its iterator."""
    if not (step.fn.ret_struct or step.into):
        if carries(step.fn, "KF_RET_NULL", state.at):
            state.new_id()
        return
    got = result(step.fn, state.at)
    run = iterators.running(iterators.kind_of(step.fn), state.running)
    if run and got.type and carries(step.fn, "KF_ITER_NEXT", state.at):
        got = replace(got, provenance=run.mark)
    _hold(state, step.into, got)


def _iterate(state: _State, fn: Kfunc) -> Verdict | None:
    """What a kfunc does to the iterator it takes, and what is wrong with that one."""
    kind, at = iterators.kind_of(fn), state.at
    if not kind:
        return None
    if carries(fn, "KF_ITER_NEW", at):
        run = iterators.started(fn, state.new_id(), in_rcu=state.in_rcu, at=at)
        state.running.append(run)
        state.owed[run.reference] = state.insn
        return None
    found = iterators.running(kind, state.running)
    if objects := iterators.objection(fn, found):
        words = {"kfunc": fn.name, "reg": "1", "arg": "0", "place": "1", **objects.words}
        return verdict(objects.rule, at, objects.why, words)
    if found and carries(fn, "KF_ITER_DESTROY", at):
        state.running.remove(found)
        _give_back(state, {found.reference})
    return None


def _ask(state: _State, fn: Kfunc, args: tuple[Arg, ...]) -> Verdict | None:
    """What the call check objects to, ``None`` if nothing."""
    program = replace(state.program, rcu_section=state.sections > 0)
    state.said.append(check_call(fn, program, args, state.at))
    return None if state.said[-1].accept else state.said[-1]


def _give_back(state: _State, references: set[int]) -> None:
    """Released references are owed no more, and what pointed to them is a number, if anything."""
    state.owed = {ident: took for ident, took in state.owed.items() if ident not in references}
    gone = _Held(Arg("scalar", origin="released") if state.program.perfmon else _NOTHING)
    state.held = {n: gone if h.reference in references else h for n, h in state.held.items()}


def _section(state: _State, fn: Kfunc) -> Verdict | None:
    """What the two kfuncs that open and leave an RCU section do."""
    at = state.at
    if fn.name == LOCK:
        if state.sections and within(at, None, "6.18"):
            return verdict("nested-rcu", at, "the program is inside an RCU section already")
        state.sections += 1
    elif fn.name == UNLOCK:
        if not state.sections:
            return verdict("unmatched-unlock", at, "no RCU section is open")
        state.sections -= 1
        # Since 7.3 what a program that cannot sleep holds stays valid: it is in a section anyway.
        if not state.sections and not (within(at, "7.3", None) and state.in_rcu):
            held = state.held.items()
            state.held = {n: h._replace(arg=after_unlock(h.arg)) for n, h in held}
            state.running = [*map(iterators.unlocked, state.running)]
    return None


_DO: dict[type, Callable[[_State, Any], Verdict | None]] = {
    Take: _take, Load: _load, Address: _address, Cast: _cast, NullTest: _test, Call: _call,
}  # fmt: skip


def _unasked(state: _State) -> tuple[str, ...]:
    """What a program that passes still depends on."""
    notes = [note for said in state.said for note in said.notes]
    return tuple(dict.fromkeys([*notes, *state.unfollowed]))


def _ending(state: _State) -> Iterator[Verdict]:
    """What the verifier objects to at the program's end, first things first."""
    why = "an RCU section is still open where the program ends"
    still_open = [verdict("rcu-open", state.at, why)] if state.sections else []
    if within(state.at, None, "6.12"):
        yield from still_open
    for ident, insn in state.owed.items():
        why = f"the reference taken by step {insn} is never given back"
        yield verdict("leak", state.at, why, {"id": str(ident), "insn": str(insn)})
    yield from still_open
