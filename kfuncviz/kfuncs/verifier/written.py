# SPDX-License-Identifier: BSD-3-Clause
"""
A program as a file describes it
================================

A description is one object: ``type``, ``attach``, ``sleepable`` and ``caps`` of the program, and
its ``steps`` in order.  Whatever is wrong in it is a :class:`BadProgram` that says where, what, and
what would be right.  ``kfuncviz verify --help`` shows the format.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from kfuncviz.kfuncs.known import NotKnown, shown, unknown
from kfuncviz.kfuncs.verifier.catalogue import kfunc
from kfuncviz.kfuncs.verifier.data import covered, program_type
from kfuncviz.kfuncs.verifier.lsm import hook
from kfuncviz.kfuncs.verifier.program import Address, Call, Cast, Load, NullTest, Step, Take
from kfuncviz.kfuncs.verifier.types import UNTYPED, Arg, Kfunc, Program, Provenance
from kfuncviz.kfuncs.verifier.walk import handed

#: The most steps of a program, and the most characters of a name in it.
STEPS_MAX, NAME_MAX = 200, 100
#: Arguments that are no value of the program: its own memory, and whatever the kfunc wants there.
STACK, FITTING = "stack", "fitting"
_TRACING = ("tp_btf", "fentry", "fexit", "fmod_ret", "fsession", "iter")
CAPS = ("CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN", "CAP_SYS_ADMIN", "CAP_SYS_BOOT")

_PROGRAM = ("case", "name", "title", "type", "attach", "sleepable", "caps", "steps")
_KEYS = {
    "argument": ("argument", "type", "into"),
    "current": ("current",),
    "given": ("given", "type", "null", "into"),
    "load": ("load", "from", "into"),
    "address": ("address", "from", "into"),
    "cast": ("cast", "from", "into"),
    "test": ("test",),
    "call": ("call", "args", "into"),
}


class BadProgram(ValueError):
    """A description that cannot be used: the place in it, and what is wrong there.

    >>> read_program({"type": "LSM", "steps": [{"call": 7}]}, "6.12")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.verifier.written.BadProgram: steps[0].call: 7 is no name; want a text of 1 to \
100 characters
    """


def read_program(document: object, at: str) -> tuple[Program, tuple[Step, ...]]:
    """The program and its steps, with kfuncs and marks as that release has them.

    :raises BadProgram: for anything the format does not allow, and for a name the release's data
        does not hold.

    >>> hook = {"argument": "file", "type": "struct file"}
    >>> step = {"load": "f_path.mnt", "from": "file", "into": "mnt"}
    >>> program, steps = read_program({"type": "LSM", "steps": [hook, step]}, "6.12")
    >>> program.type, [type(step).__name__ for step in steps]
    ('LSM', ['Take', 'Load'])
    """
    release = covered(at)
    row = _object(document, "", _PROGRAM)
    steps = row.get("steps")
    if not isinstance(steps, list) or not 1 <= len(steps) <= STEPS_MAX:
        raise _bad("steps", f"want a list of 1 to {STEPS_MAX} steps")
    program = _program(row, release)
    return program, tuple(_step(program, s, f"steps[{n}]", release) for n, s in enumerate(steps))


def _bad(place: str, what: str) -> BadProgram:
    return BadProgram(f"{place}: {what}" if place else what)


def _program(row: Mapping[str, Any], at: str) -> Program:
    if "type" not in row:
        raise _bad("type", "missing; a program has a type, like 'LSM' or 'TRACING'")
    caps = row.get("caps", ["CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN"])
    if not isinstance(caps, list):
        raise _bad("caps", "want a list of capabilities, like ['CAP_BPF', 'CAP_PERFMON']")
    for cap in caps:
        if cap not in CAPS:
            raise _bad("caps", str(unknown("capability", cap, CAPS)))
    kind = _known("type", lambda: program_type(_name(row["type"], "type")))
    if kind == "UNSPEC":
        raise _bad("type", "UNSPEC stands for every type in a registration; name one")
    return Program(
        kind,
        sleepable=_flag(row, "sleepable", ""),
        attach=_attach(kind, _name(row.get("attach", ""), "attach", least=0), at),
        caps=frozenset(caps),
    )


def _attach(kind: str, written: str, at: str) -> str:
    """Where a program hangs, without what a section's name says besides."""
    before, slash, name = written.partition("/")
    if before.endswith(".s"):
        raise _bad("attach", f"want {before[:-2]}/{name} and 'sleepable': true")
    if kind == "LSM":
        if slash and before != "lsm":
            raise _bad("attach", "want the name of an LSM hook, like 'file_open'")
        named = (name if slash else written).removeprefix("bpf_lsm_")
        return _known("attach", lambda: hook(named, at)) if named else ""
    if kind == "TRACING" and not (before in _TRACING and name):
        raise _bad("attach", f"want one of {', '.join(f'{how}/NAME' for how in _TRACING)}")
    return written


def _step(program: Program, written: object, place: str, at: str) -> Step:
    if not isinstance(written, dict):
        raise _bad(place, "a step is an object, like {'test': 'task'}")
    kinds = [kind for kind in _KEYS if kind in written]
    if len(kinds) != 1:
        raise _bad(place, f"want exactly one of {', '.join(_KEYS)}")
    (kind,) = kinds
    row = _object(written, place, _KEYS[kind])
    named = {key: _name(row[key], f"{place}.{key}") for key in row if key not in ("args", "null")}
    if kind in ("load", "address", "cast") and "from" not in named:
        raise _bad(f"{place}.from", "missing; name the value it starts from")
    into = named.get("into", named[kind])
    match kind:
        case "argument":
            struct = _struct(named, "type", place)
            return Take(into, _known(place, lambda: handed(program, named[kind], struct, at)))
        case "current":
            said = "bpf_get_current_task_btf(): the helper's result is trusted"
            task = Arg("trusted", "struct task_struct", origin=said)
            return Take(into, task, helper="bpf_get_current_task_btf#158")
        case "given":
            return Take(into, _given(row, named, place))
        case "load":
            return Load(named["from"], named[kind], into)
        case "address":
            return Address(named["from"], named[kind], into)
        case "cast":
            fn = _known(place, lambda: kfunc("bpf_rdonly_cast", at))
            return Cast(fn, named["from"], _struct(named, kind, place), into)
        case "test":
            return NullTest(named[kind])
        case _:
            return _call(row, named, place, at)


def _given(row: Mapping[str, Any], named: Mapping[str, str], place: str) -> Arg:
    mark = named["given"]
    if mark not in get_args(Provenance):
        raise _bad(f"{place}.given", str(unknown("mark", mark, get_args(Provenance))))
    if "into" not in named:
        raise _bad(f"{place}.into", "missing; name the value, so that later steps can use it")
    null = _flag(row, "null", place)
    if mark in UNTYPED:
        if "type" in named or null:
            raise _bad(place, f"a value marked {mark!r} is no pointer: no type, no null")
        return Arg(mark)  # type: ignore[arg-type]
    return Arg(mark, _struct(named, "type", place), null)  # type: ignore[arg-type]


def _call(row: Mapping[str, Any], named: Mapping[str, str], place: str, at: str) -> Call:
    fn = _known(f"{place}.call", lambda: kfunc(named["call"], at))
    if fn.name == "bpf_rdonly_cast":
        raise _bad(place, "write it as a cast: {'cast': 'struct file', 'from': ..., 'into': ...}")
    args = row.get("args", [])
    if not isinstance(args, list):
        raise _bad(f"{place}.args", "want a list, one argument for each parameter")
    if len(args) != len(fn.params):
        raise _bad(f"{place}.args", f"{fn.prototype()} takes {_many(fn)}, not {len(args)}")
    given = tuple(_arg(arg, f"{place}.args[{n}]") for n, arg in enumerate(args))
    return Call(fn, given, named.get("into", ""))


def _many(fn: Kfunc) -> str:
    return f"{len(fn.params)} argument{'' if len(fn.params) == 1 else 's'}"


def _arg(written: object, place: str) -> Arg | str:
    """A name, a number, null for a register never set, or one of the two reserved words."""
    if written is None:
        return Arg("unset")
    if isinstance(written, int) and not isinstance(written, bool):
        return Arg("scalar" if written else "null")
    if written in (STACK, FITTING):
        return Arg("memory" if written == STACK else "fitting")
    if not isinstance(written, str):
        wanted = "want a value's name, a number, null, stack or fitting"
        raise _bad(place, f"{shown(written)} is no argument; {wanted}")
    return _name(written, place)


def _object(written: object, place: str, known: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(written, dict):
        raise _bad(place, "a program is an object with 'type' and 'steps'")
    for key in written:
        if key not in known:
            raise _bad(place, str(unknown("key", key, known)))
    return written


def _name(written: object, place: str, *, least: int = 1) -> str:
    if isinstance(written, str) and least <= len(written) <= NAME_MAX:
        return written
    raise _bad(
        place, f"{shown(written)} is no name; want a text of {least} to {NAME_MAX} characters"
    )


def _struct(named: Mapping[str, str], key: str, place: str) -> str:
    struct = named.get(key, "")
    if not struct.startswith("struct ") or not struct.removeprefix("struct ").isidentifier():
        raise _bad(f"{place}.{key}", f"want a structure, like 'struct file', not {struct!r}")
    return struct


def _flag(row: Mapping[str, Any], key: str, place: str) -> bool:
    value = row.get(key, False)
    if not isinstance(value, bool):
        raise _bad(f"{place}.{key}" if place else key, f"want true or false, not {shown(value)}")
    return value


def _known(place: str, ask: Callable[[], Any]) -> Any:
    """What a look-up finds; what is not known is said with its place."""
    try:
        return ask()
    except NotKnown as error:
        raise _bad(place, str(error)) from None
