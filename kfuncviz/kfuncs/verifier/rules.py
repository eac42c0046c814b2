# SPDX-License-Identifier: BSD-3-Clause
"""
The rules of a kfunc call, one function each
============================================

A rule looks at a :class:`Site` (the call as a whole) or an :class:`ArgSite` (one argument of it)
and returns what it objects to, or ``None``.  The verifier stops at the first objection.  The rules
mirror check_kfunc_call() and check_kfunc_args() of kernel/bpf/verifier.c, in the order of 7.0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from kfuncviz.kfuncs.known import within
from kfuncviz.kfuncs.verifier.data import flags, hooks
from kfuncviz.kfuncs.verifier.types import Arg, Kfunc, Param, Program


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

    >>> lsm_set = Kfunc("f", (), "void", program_types=frozenset({"LSM"}))
    >>> sorted(callable_from(lsm_set, "6.12"))
    ['LSM', 'PERF_EVENT', 'TRACEPOINT', 'TRACING']
    """
    live = {t: h.hook for t, h in hooks().items() if within(at, h.since, None) and t != "UNSPEC"}
    if "UNSPEC" in fn.program_types:
        reached = frozenset(live)
    else:
        asked = {live[t] for t in fn.program_types if t in live}
        reached = frozenset(t for t, hook in live.items() if hook in asked)
    return reached if fn.filter is None else reached & fn.filter


def registered(site: Site) -> Objection | None:
    """Is the kfunc open to this program type?"""
    reached = callable_from(site.fn, site.at)
    if site.program.type in reached:
        return None
    open_to = ", ".join(sorted(reached)) or "no program type"
    return Objection(
        "registered", f"{site.fn.name} is open to {open_to}, not to {site.program.type}"
    )


def destructive(site: Site) -> Objection | None:
    """May the loader bring the machine down?"""
    if site.carries("KF_DESTRUCTIVE") and "CAP_SYS_BOOT" not in site.program.caps:
        return Objection("destructive", "the loader has no CAP_SYS_BOOT")
    return None


def perfmon(site: Site) -> Objection | None:
    """May the loader read kernel memory?"""
    if site.carries("KF_PERFMON") and "CAP_PERFMON" not in site.program.caps:
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
    if site.carries("KF_ITER_NEW"):
        advance = site.fn.name.removesuffix("_new") + "_next"
        why = "the iterator starts outside any RCU section and could not be advanced"
        return Objection("rcu-iterator", why, {"next": advance})
    return None


def pointer_for_number(site: ArgSite) -> Objection | None:
    """A pointer where a number is wanted."""
    if site.param.kind == "scalar" and site.arg.provenance != "scalar":
        return Objection("scalar", f"{site.param.name} is a number, the program passes a pointer")
    return None


def maybe_null(site: ArgSite) -> Objection | None:
    """A pointer nobody compared with NULL, where that matters."""
    strict = site.call.trust_rule or site.call.carries("KF_RCU")
    if strict and site.arg.nullable and not site.param.nullable:
        return Objection("null", f"{site.param.name} may be NULL: test it first")
    return None


def number_for_pointer(site: ArgSite) -> Objection | None:
    """A number where a kernel structure is wanted."""
    if site.arg.provenance == "scalar":
        why = f"{site.param.name} is a {site.param.struct}, the program passes a number"
        return Objection("pointer", why)
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
    if not arg.nullable and arg.provenance not in ("walked", "untrusted"):
        return None
    expected = "trusted_ptr_" if arg.provenance == "trusted" else "ptr_"
    why = f"{site.param.name} is {described(arg)}; even a kfunc without trust flags refuses that"
    return Objection("unsafe-pointer", why, {"is": register_kind(arg), "expected": expected})


def wrong_type(site: ArgSite) -> Objection | None:
    """A pointer to another structure."""
    if site.arg.type != site.param.struct:
        why = f"{site.param.name} wants a {site.param.struct}, but a {site.arg.type} was passed"
        return Objection("type", why)
    return None


def register_kind(arg: Arg) -> str:
    """The verifier's word for a pointer register, as reg_type_str() builds it.

    >>> register_kind(Arg("walked", "struct vfsmount")), register_kind(Arg("plain", "struct file"))
    ('untrusted_ptr_', 'ptr_')
    """
    mark = {"walked": "untrusted_", "untrusted": "untrusted_", "trusted": "trusted_", "rcu": "rcu_"}
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
        "walked": "read through a member that may change under the reader",
        "untrusted": "marked untrusted",
        "scalar": "a number",
    }[arg.provenance]
    return f"{words} and may be NULL" if arg.nullable else words


BEFORE_ARGS: tuple[CallCheck, ...] = (registered, destructive, perfmon, sleepable)
EVERY_ARG: tuple[ArgCheck, ...] = (pointer_for_number, maybe_null)
OBJECT_ARG: tuple[ArgCheck, ...] = (number_for_pointer, untrusted, distrusted, wrong_type)
AFTER_ARGS: tuple[CallCheck, ...] = (sleeps_in_rcu, rcu_protected)
