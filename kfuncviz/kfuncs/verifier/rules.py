# SPDX-License-Identifier: BSD-3-Clause
"""
The rules of a kfunc call, one function each
============================================

A rule looks at a :class:`Site` (the call as a whole) or an :class:`ArgSite` (one argument of it)
and returns what it objects to, or ``None``.  The verifier stops at the first objection; which
rule is asked when differs by release and stands at the end of this file.  Mirrors
check_kfunc_call() and check_kfunc_args() of kernel/bpf/verifier.c.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kfuncviz.kfuncs.known import NotKnown, within
from kfuncviz.kfuncs.verifier.data import flags, hooks
from kfuncviz.kfuncs.verifier.types import UNTYPED, Arg, Kfunc, Param, Program
from kfuncviz.kfuncs.verifier.walk import holds_pointers, points_at, same_structure


@dataclass(frozen=True)
class Site:
    """A call: which kfunc, from which program, on which release."""

    fn: Kfunc
    program: Program
    at: str

    def carries(self, flag: str) -> bool:
        """Whether the kfunc carries a flag that the release defines."""
        return carries(self.fn, flag, self.at)

    @property
    def trust_rule(self) -> str | None:
        """The rule by which pointers must be trusted here, ``None`` if they need not be."""
        if within(self.at, "7.0", None):
            return "trusted-default"
        if self.carries("KF_TRUSTED_ARGS") or self.carries("KF_RELEASE"):
            return "trusted-args"
        return None


@dataclass(frozen=True)
class ArgSite:
    """One argument of a call, and the parameter it is passed for."""

    call: Site
    param: Param
    arg: Arg

    @property
    def trusted(self) -> bool:
        """Mirrors is_trusted_reg(): referenced, or trusted and surely not NULL."""
        if self.arg.provenance == "acquired":
            return True
        return self.arg.provenance == "trusted" and not self.arg.nullable


@dataclass(frozen=True)
class Objection:
    """The rule that objects, why in plain words, and what fills the braces of its log line."""

    rule: str
    why: str
    words: dict[str, str] = field(default_factory=dict)


CallCheck = Callable[[Site], Objection | None]
ArgCheck = Callable[[ArgSite], Objection | None]


def carries(fn: Kfunc, flag: str, at: str) -> bool:
    """Whether the kfunc carries a flag that the release defines.

    >>> probe = Kfunc("f", (), "void", flags=frozenset({"KF_TRUSTED_ARGS"}))
    >>> carries(probe, "KF_TRUSTED_ARGS", "6.12"), carries(probe, "KF_TRUSTED_ARGS", "7.0")
    (True, False)
    """
    return flag in fn.flags and flags()[flag].held_in(at)


def callable_from(fn: Kfunc, at: str) -> frozenset[str]:
    """The program types that may call a kfunc: those of its hooks, minus what its filter refuses.

    A kfunc registered for UNSPEC stands in the set of the hook COMMON, which is asked for first,
    whatever the program type.

    >>> lsm_set = Kfunc("f", (), "void", program_types=frozenset({"LSM"}))
    >>> sorted(callable_from(lsm_set, "6.12"))
    ['LSM', 'PERF_EVENT', 'TRACEPOINT', 'TRACING']
    >>> "SK_MSG" in callable_from(Kfunc("f", (), "void"), "6.12")
    True
    """
    every = frozenset(hooks()) - {"UNSPEC"}
    if "UNSPEC" in fn.program_types:
        reached = every
    else:
        live = {t: hooks()[t].hook for t in every if has_hook(t, at)}
        asked = {live[t] for t in fn.program_types if t in live}
        reached = frozenset(t for t, hook in live.items() if hook in asked)
    if fn.filter is None:
        return reached
    return reached & {entry.split("(")[0] for entry in fn.filter}


def has_hook(program_type: str, at: str) -> bool:
    """Whether a release gives that program type a kfunc hook of its own.

    >>> has_hook("KPROBE", "6.9"), has_hook("KPROBE", "6.10"), has_hook("SK_MSG", "7.3")
    (False, True, False)
    """
    since = hooks()[program_type].since
    return since is not None and within(at, since, None)


def registered(site: Site) -> Objection | None:
    """Is the kfunc open to this program?

    :raises NotKnown: where that depends on the operation of a STRUCT_OPS program.
    """
    fn, program = site.fn, site.program
    reached = callable_from(fn, site.at)
    if program.type not in reached:
        open_to = ", ".join(sorted(reached)) or "no program type"
        return Objection("registered", f"{fn.name} is open to {open_to}, not to {program.type}")
    if fn.filter is None or admits(fn, program):
        return None
    here = f"{program.type}({program.attach.split('/')[0]})"
    lets = ", ".join(sorted(fn.filter))
    return Objection("registered", f"the filter of {fn.name} lets {lets} through, not {here}")


def admits(fn: Kfunc, program: Program) -> bool:
    """Whether the filter of a kfunc lets a program through, by its type and where it attaches.

    :raises NotKnown: where that depends on the operation of a STRUCT_OPS program, and that is not
        modelled or not said.
    """
    lets, kind, place = fn.filter or frozenset(), program.type, program.attach.split("/")[0]
    if f"{kind}({place}/?)" in lets:
        raise NotKnown(f"which operations of {place} may call {fn.name} is not modelled")
    if place == program.attach and any(one.startswith(f"{kind}({place}/") for one in lets):
        raise NotKnown(f"{fn.name} is open to some operations of {place}; name the operation")
    barred = {one for one in lets if one.startswith(f"{kind}(!")}
    if barred:
        return f"{kind}(!{place})" not in barred
    return bool({kind, f"{kind}({place})", f"{kind}({program.attach})"} & lets)


def destructive(site: Site) -> Objection | None:
    """May the loader bring the machine down?"""
    if site.carries("KF_DESTRUCTIVE") and "CAP_SYS_BOOT" not in site.program.caps:
        return Objection("destructive", "the loader has no CAP_SYS_BOOT")
    return None


def perfmon(site: Site) -> Objection | None:
    """May the loader read kernel memory?"""
    if site.carries("KF_PERFMON") and not site.program.perfmon:
        return Objection("perfmon", "the loader has no CAP_PERFMON")
    return None


def sleepable(site: Site) -> Objection | None:
    """May the program sleep, where the kfunc may?"""
    if site.carries("KF_SLEEPABLE") and not site.program.sleepable:
        return Objection("sleepable", f"{site.fn.name} may sleep and the program may not")
    return None


def sleeps_in_rcu(site: Site) -> Objection | None:
    """Does the call sleep inside an RCU section?"""
    if site.carries("KF_SLEEPABLE") and site.program.rcu_section:
        return Objection("sleep-in-rcu", "an RCU section must not sleep")
    return None


def rcu_protected(site: Site) -> Objection | None:
    """Does a KF_RCU_PROTECTED kfunc stand outside any RCU section?"""
    if not site.carries("KF_RCU_PROTECTED") or site.program.in_rcu:
        return None
    if within(site.at, "6.18", None):
        return Objection("rcu-protected", "the call stands outside any RCU section")
    return None


def pointer_for_number(site: ArgSite) -> Objection | None:
    """A pointer where a number is wanted."""
    if site.param.kind == "scalar" and site.arg.provenance not in ("scalar", "null"):
        said = described(site.arg) if site.arg.provenance in UNTYPED else "a pointer"
        return Objection("scalar", f"{site.param.name} is a number, the program passes {said}")
    return None


def maybe_null(site: ArgSite) -> Objection | None:
    """NULL, or a pointer nobody compared with NULL, where that matters."""
    if site.param.kind == "scalar" or site.param.nullable:
        return None
    strict = site.call.trust_rule or site.call.carries("KF_RCU")
    if strict and site.arg.provenance == "null":
        return Objection("null", f"{site.param.name} is the number 0, which is NULL")
    if strict and site.arg.nullable:
        return Objection("null", f"{site.param.name} may be NULL: test it first")
    return None


def not_acquired(site: ArgSite) -> Objection | None:
    """The first argument of a KF_RELEASE kfunc, without a reference to give back."""
    first = site.param == site.call.fn.params[0]
    if first and site.call.carries("KF_RELEASE") and site.arg.provenance != "acquired":
        return Objection("release", "the program never acquired what it hands back")
    return None


def unset(site: ArgSite) -> Objection | None:
    """A register the program never wrote, where only its offset would be looked at."""
    if site.arg.provenance != "unset":
        return None
    if site.param.kind == "memory" or within(site.call.at, "7.3", None):
        return Objection("unset", f"nothing was passed for {site.param.name}")
    return None


def number_for_pointer(site: ArgSite) -> Objection | None:
    """A number, or the program's own memory, where a kernel structure is wanted.

    :raises NotKnown: where the structure may be made of numbers only, for which bytes would pass.
    """
    if site.arg.provenance not in UNTYPED:
        return None
    if not holds_pointers(site.param.struct):
        raise NotKnown(
            f"{site.call.fn.name} takes a {site.param.struct}: whether that holds pointers, so "
            f"that {described(site.arg)} cannot pass for it, is not in the data"
        )
    why = f"{site.param.name} is a {site.param.struct}, the program passes {described(site.arg)}"
    return Objection("pointer", why, {"is": register_kind(site.arg)})


def bytes_wanted(site: ArgSite) -> Objection | None:
    """What passes for strings, dynptrs, iterators or the context is not modelled.

    :raises NotKnown: unless the program passes what the kfunc wants, or its own memory for bytes.
    """
    mark, param = site.arg.provenance, site.param
    if mark in ("fitting", "null") or (mark == "memory" and param.is_buffer):
        return None
    raise NotKnown(
        f"whether {described(site.arg)} passes for {param.name} of {site.call.fn.name}, a "
        f"{param.type}, is not modelled; what the kfunc wants there is 'fitting'"
    )


def misplaced(site: ArgSite) -> Objection | None:
    """What fits bytes or strings fits nothing else."""
    if site.arg.provenance == "fitting" and site.param.kind != "memory":
        raise NotKnown(
            f"{site.param.name} of {site.call.fn.name} is a {site.param.type}, no bytes, string, "
            f"dynptr, iterator or context: 'fitting' says nothing there"
        )
    return None


def moved(site: ArgSite) -> Objection | None:
    """The address of a member, where the reference to the whole is to be given back."""
    first = site.param == site.call.fn.params[0]
    if not (first and site.call.carries("KF_RELEASE") and site.arg.provenance == "acquired"):
        return None
    if site.arg.inside and not points_at(site.arg, site.arg.outer, site.call.at):
        return Objection("offset", f"{site.param.name} points past the start of what was acquired")
    return None


def untrusted(site: ArgSite) -> Objection | None:
    """A pointer nobody vouches for, where the kfunc asks for one that somebody does."""
    if site.trusted:
        return None
    name, said = site.param.name, described(site.arg)
    if site.call.carries("KF_RCU"):
        if site.arg.provenance == "rcu":
            return None
        return Objection("rcu", f"{name} is {said}; RCU-protected would do")
    rule = site.call.trust_rule
    return Objection(rule, f"{name} is {said}, not trusted") if rule else None


def distrusted(site: ArgSite) -> Objection | None:
    """A pointer known to be bad, or perhaps NULL, which no kfunc takes."""
    arg = site.arg
    if arg.provenance == "rcu":
        return None
    if not arg.nullable and arg.provenance != "untrusted":
        return None
    expected = "trusted_ptr_" if arg.provenance == "trusted" else "ptr_"
    why = f"{site.param.name} is {described(arg)}; even a kfunc without trust flags refuses that"
    return Objection("unsafe-pointer", why, {"is": register_kind(arg), "expected": expected})


def wrong_type(site: ArgSite) -> Objection | None:
    """A pointer to another structure."""
    want, at = site.param.struct, site.call.at
    if not (same_structure(site.arg.type, want, at) or points_at(site.arg, want, at)):
        why = f"{site.param.name} wants a {want}, but a {site.arg.type} was passed"
        return Objection("type", why)
    return None


def register_kind(arg: Arg) -> str:
    """The verifier's word for what a register holds, as reg_type_str() builds it.

    >>> register_kind(Arg("untrusted", "struct vfsmount")), register_kind(Arg("scalar"))
    ('untrusted_ptr_', 'scalar')
    """
    if arg.provenance in UNTYPED:
        return {"memory": "fp", "unset": "?"}.get(arg.provenance, "scalar")
    mark = {"untrusted": "untrusted_", "trusted": "trusted_", "rcu": "rcu_"}
    return mark.get(arg.provenance, "") + "ptr_" + ("or_null_" if arg.nullable else "")


def described(arg: Arg) -> str:
    """The provenance in a few plain words.

    >>> described(Arg("plain", "struct file", nullable=True))
    'a pointer nobody vouches for and may be NULL'
    """
    words = {
        "trusted": "trusted",
        "acquired": "a reference of the program's own",
        "rcu": "valid only inside the RCU section",
        "plain": "a pointer nobody vouches for",
        "untrusted": "marked untrusted",
        "scalar": "a number",
        "null": "the number 0",
        "memory": "its own memory",
        "fitting": "what the kfunc wants",
        "unset": "a register it never set",
    }[arg.provenance]
    return f"{words} and may be NULL" if arg.nullable else words


def before_arguments(at: str) -> tuple[CallCheck, ...]:
    """The checks of a call that a release makes before it looks at the arguments."""
    early = (sleeps_in_rcu,) if within(at, None, "6.5") else ()
    return (registered, destructive, perfmon, sleepable, *early)


def of_an_argument(at: str, kind: str) -> tuple[ArgCheck, ...]:
    """The checks of one argument, by the kind of its parameter."""
    early = (not_acquired,) if within(at, "7.2", None) else ()
    every = (misplaced, maybe_null, *early, unset, pointer_for_number)
    return (
        every
        + {
            "object": (number_for_pointer, untrusted, moved, distrusted, wrong_type),
            "memory": (bytes_wanted,),
            "scalar": (),
        }[kind]
    )


def after_arguments(at: str) -> tuple[CallCheck, ...]:
    """The checks of a call that a release makes after it looked at the arguments."""
    late = (sleeps_in_rcu,) if within(at, "6.6", None) else ()
    return (*late, rcu_protected)
