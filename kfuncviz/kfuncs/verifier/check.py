# SPDX-License-Identifier: BSD-3-Clause
"""
The verifier's view: may this program call this kfunc?
======================================================

:func:`check_call` answers for one call: accept or reject, the rule that decided, the log line,
whether a real kernel was seen to say so, and the releases the rule holds for.
:func:`check_registration` answers the question before it: may an id set be registered for these
program types, and who can call it then?  `program` follows references through a program.

Not modelled, and said to be so: what passes for a string, dynptr, iterator or context, kfuncs the
verifier follows by rules of their own (lists, trees, locks, preemption), which function lets a
TRACING program sleep.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from kfuncviz.kfuncs.known import NotKnown, document, look_up, within
from kfuncviz.kfuncs.verifier.data import (
    covered,
    flags,
    hooks,
    measured_call,
    measured_registration,
    program_type,
    verdict,
)
from kfuncviz.kfuncs.verifier.rules import (
    ArgSite,
    Objection,
    Site,
    after_arguments,
    before_arguments,
    callable_from,
    carries,
    has_hook,
    of_an_argument,
)
from kfuncviz.kfuncs.verifier.types import Arg, Kfunc, Program, Provenance, Verdict


def check_call(fn: Kfunc, program: Program, args: Iterable[Arg], release: str) -> Verdict:
    """May ``program`` call ``fn`` with these arguments on that release?

    :param args: one :class:`Arg` per parameter, in order.
    :param release: "6.4" to "7.3".
    :returns: a :class:`Verdict`; ``measured`` only where a real kernel gave this very answer.
    :raises NotKnown: for a release, program type or flag outside the data, and for a kfunc or an
        argument that is not modelled.
    :raises ValueError: when the number of arguments is not the number of parameters.

    Mirrors check_kfunc_call() in kernel/bpf/verifier.c.

    >>> from kfuncviz.kfuncs.verifier.catalogue import kfunc, origin
    >>> ids = kfunc("bpf_get_file_vfs_ids", "7.0")
    >>> hook = Program("LSM", attach="file_open")
    >>> check_call(ids, hook, [origin("file, handed to an LSM hook", "7.0")], "7.0").accept
    True
    >>> refused = check_call(ids, hook, [Arg("plain", "struct file")], "7.0")
    >>> refused.rule, refused.message
    ('trusted-default', 'R1 must be referenced or trusted')
    """
    at = covered(release)
    if _of_its_own(fn.name, at):
        raise NotKnown(f"the verifier follows {fn.name} by rules of its own: not modelled")
    given = tuple(args)
    site = Site(fn, replace(program, type=program_type(program.type)), at)
    _fits(fn, given)
    where = measured_call(fn, site.program, given, at)
    notes = _notes(fn, at)
    found, arg = _first_objection(site, given)
    if found is None:
        return verdict("passed", at, "every check passes", where=where, notes=notes)
    words = _words(fn, given, arg) | found.words
    return verdict(found.rule, at, found.why, words, arg=arg, where=where, notes=notes)


def _of_its_own(name: str, at: str) -> bool:
    """Whether a kfunc is followed by rules that no flag of it shows."""
    special = document("verifier", "special")
    return name in special["kfuncs"] or any(
        name.lstrip("_").startswith(row["prefix"]) and within(at, row["since"], None)
        for row in special["families"]
    )


def _first_objection(site: Site, args: tuple[Arg, ...]) -> tuple[Objection | None, int | None]:
    """What the verifier would stop at, and at which argument."""
    for rule in before_arguments(site.at):
        if found := rule(site):
            return found, None
    for i, (param, arg) in enumerate(zip(site.fn.params, args, strict=True)):
        if param.ignored or (param.nullable and arg.provenance == "null"):
            continue
        for arg_rule in of_an_argument(site.at, param.kind):
            if found := arg_rule(ArgSite(site, param, arg)):
                return found, i
    if site.carries("KF_RELEASE") and not any(arg.provenance == "acquired" for arg in args):
        return Objection("release", "the program never acquired what it hands back"), None
    for rule in after_arguments(site.at):
        if found := rule(site):
            return found, None
    return None, None


def _words(fn: Kfunc, args: tuple[Arg, ...], arg: int | None) -> dict[str, str]:
    """What fills the braces of a rule's log line."""
    words = {"kfunc": fn.name, "reg": "1"}
    if arg is not None:
        want, got = (
            name.removeprefix("struct ") for name in (fn.params[arg].struct, args[arg].outer)
        )
        words |= {"arg": str(arg), "reg": str(arg + 1), "want": want, "got": got}
    return words


def _fits(fn: Kfunc, args: tuple[Arg, ...]) -> None:
    for flag in fn.flags:
        look_up("flag", flag, flags())
    if len(args) != len(fn.params):
        names = ", ".join(param.name for param in fn.params) or "nothing"
        raise ValueError(f"{fn.name} takes {len(fn.params)} ({names}), not {len(args)} arguments")


def _notes(fn: Kfunc, at: str) -> tuple[str, ...]:
    """What a reader must know to use the verdict rightly."""
    notes = [fn.note] if fn.status == "proposed" else []
    for flag in (flags()[name] for name in sorted(fn.flags)):
        if flag.since is None:
            notes.append(f"{flag.name} is {flag.meaning}")
        elif not flag.held_in(at):
            ends = f"gone after {flag.until}" if flag.until else f"defined since {flag.since}"
            notes.append(f"{flag.name} is not defined in {at} ({ends}); it is ignored here")
    unchecked = [param.name for param in fn.params if param.kind == "memory"]
    if unchecked:
        notes.append(f"not checked here: {', '.join(unchecked)} (memory, string or iterator)")
    return tuple(notes)


def result(fn: Kfunc, release: str) -> Arg:
    """What the program holds after the call: its result, as the verifier marks it.

    >>> from kfuncviz.kfuncs.verifier.catalogue import kfunc
    >>> result(kfunc("bpf_get_task_exe_file", "6.12"), "6.12")
    Arg(provenance='acquired', type='struct file', nullable=True, origin='bpf_get_task_exe_file()')
    >>> [result(kfunc("bpf_file_mnt_idmap", r), r).provenance for r in ("6.19", "7.0")]
    ['plain', 'trusted']
    """
    at = covered(release)
    if not fn.ret_struct:
        if "*" in fn.ret and "void" not in fn.ret:
            raise NotKnown(f"what the {fn.ret} that {fn.name} returns passes for is not modelled")
        return Arg("scalar", origin=f"{fn.name}()")
    nullable = carries(fn, "KF_RET_NULL", at)
    return Arg(_result_mark(fn, at), fn.ret_struct, nullable, f"{fn.name}()")


def _result_mark(fn: Kfunc, at: str) -> Provenance:
    if carries(fn, "KF_ACQUIRE", at):
        return "acquired"
    if fn.name == "bpf_get_kmem_cache":  # check_kfunc_call() marks this one's result by name
        return "untrusted"
    if carries(fn, "KF_RCU_PROTECTED", at) and within(at, "6.18", None):
        return "rcu"
    # f8ade2342e22 (in v7.0): results are trusted by default; an iterator's element always was
    by_default = within(at, "7.0", None) or carries(fn, "KF_ITER_NEXT", at)
    return "trusted" if by_default else "plain"


def check_registration(
    program_types: Iterable[str], release: str, *, module: bool = False
) -> Verdict:
    """May an id set be registered for these program types, and who can call it then?

    Types that share a hook open the set to each other, and a module that names two of one hook is
    refused.  Mirrors register_btf_kfunc_id_set() in kernel/bpf/btf.c.

    >>> check_registration(["LSM"], "6.5").notes
    ('callable from: LSM, TRACING',)
    >>> refused = check_registration(["TRACING", "LSM"], "6.12", module=True)
    >>> refused.accept, refused.basis
    (False, 'measured')
    """
    at = covered(release)
    types = frozenset(program_type(name) for name in program_types)
    if not types:
        raise ValueError(f"no program type given; known: {', '.join(hooks())}")
    probe = Kfunc("set", (), "void", program_types=types)
    reached = callable_from(probe, at)
    late = sorted(t for t in types if not has_hook(t, at))
    if late:
        since = ", ".join(f"{t} ({_since(t)})" for t in late)
        return verdict("known-hook", at, f"no kfunc hook in {at} for {since}")
    where = measured_registration(types, module, at)
    shared = [t for t in sorted(types) if _twins(t, types)]
    if module and shared:
        why = f"{' and '.join(shared)} share the hook {hooks()[shared[0]].hook}"
        return verdict("one-set-a-hook", at, why, where=where)
    note = f"callable from: {', '.join(sorted(reached))}"
    return verdict("passed", at, "every type has a hook of its own set", where=where, notes=(note,))


def _since(name: str) -> str:
    since = hooks()[name].since
    return f"since {since}" if since else "in no release"


def _twins(name: str, types: frozenset[str]) -> bool:
    return any(other != name and hooks()[other].hook == hooks()[name].hook for other in types)
