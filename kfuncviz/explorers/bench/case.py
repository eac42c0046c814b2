# SPDX-License-Identifier: BSD-3-Clause
"""
Case: what the verifier says, and what the call would return
============================================================

The program is written down as ``kfuncviz verify`` reads it, and the verifier model asked about all
of it.  A value there is only where the program loads.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

from kfuncviz import kfuncs
from kfuncviz.explorers.bench.state import FLAGS, HOOKS, KFUNCS, TWO, State, document, wrong
from kfuncviz.kfuncs.known import NotKnown, within
from kfuncviz.kfuncs.verifier import (
    Arg,
    BadProgram,
    Call,
    Kfunc,
    NullTest,
    Verdict,
    answer,
    check_call,
    check_program,
    kfunc,
    read_program,
)
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import File
from kfuncviz.render.bench import Returned
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.replay import attempt

_LOCK, _UNLOCK = "bpf_rcu_read_lock", "bpf_rcu_read_unlock"
_FILE, _TASK = "struct file", "struct task_struct"
#: How a value of each structure is come by, from the program's file.
_MEMBERS = {"struct vfsmount": "f_path.mnt", "struct inode": "f_inode"}
_RELEASES = {_FILE: "bpf_put_file", _TASK: "bpf_task_release"}


class Case(NamedTuple):
    """The bench's answer.

    ``unknown`` says why there is none: the release has no such kfunc, or how it marks the pointer
    was neither measured nor read.  ``rests`` is what the verdict rests on.  ``value`` is what the
    call returns where it loads, ``stat`` what stat shows of the file to root of the host, and
    ``trouble`` what the kernel's side has not and why; ``wrong`` says that another mount's idmap is
    passed.
    """

    program: Mapping[str, Any]
    unknown: str
    fn: Kfunc | None = None
    verdict: Verdict | None = None
    args: tuple[Arg, ...] = ()
    rests: str = ""
    value: Returned = None
    stat: tuple[int, int] | None = None
    trouble: str = ""
    wrong: bool = False

    @property
    def known(self) -> tuple[Kfunc, Verdict] | None:
        """The kfunc and what is said of its call; ``None`` where nothing is known of it."""
        return (self.fn, self.verdict) if self.fn and self.verdict else None


def case(state: State) -> Case:
    """The answer to a state."""
    return _case(replace(state, folds=()))


@lru_cache(256)
def _case(state: State) -> Case:
    try:
        fn = _asked(state)
        written = program(state, fn)
    except NotKnown as error:
        return Case({}, str(error))
    try:
        verdict, args = _checked(state, fn, written)
        rests = "" if state.flags != FLAGS[0] else answer(written, state.release).follows
    except (BadProgram, NotKnown) as error:
        return Case(written, re.sub(r"^steps\[\d+\](\.\w+)?: ", "", str(error)), fn)
    here = Case(written, "", fn, verdict, args, rests)
    if state.kfunc not in KFUNCS[:4]:
        return here
    try:
        value, stat = _returned(state)
    except KernelError as error:
        return here._replace(trouble=_trouble(state, error))
    seen = value if verdict.accept else None
    return here._replace(value=seen, stat=stat, wrong=wrong(state))


def _asked(state: State) -> Kfunc:
    fn = kfunc(state.kfunc, state.release)
    return fn if state.flags == FLAGS[0] else replace(fn, flags=fn.flags | {state.flags})


# ----------------------------------------------------------------------- the program's side


def program(state: State, fn: Kfunc) -> dict[str, Any]:
    """The program as ``kfuncviz verify`` reads it.

    >>> state = State(kfunc="bpf_is_idmapped_mnt")
    >>> [list(step)[0] for step in program(state, kfunc(state.kfunc, "7.0"))["steps"]]
    ['argument', 'load', 'call']
    """
    hook = HOOKS[state.hook]
    lock, unlock = [{"call": name, "args": []} for name in (_LOCK, _UNLOCK)]
    structs = [param.struct for param in fn.params]
    base = _TASK if _TASK in structs else _FILE
    before, after = _base(state, base, fn)
    loads, args = _arguments(state, structs)
    found, owed = _another(state)
    before, after = [*before, *found], [*owed, *after]
    call: dict[str, Any] = {"call": fn.name, "args": args}
    if "KF_ACQUIRE" in fn.flags:
        call["into"] = "got"
        after = [{"test": "got"}, {"call": _RELEASES[fn.ret_struct], "args": ["got"]}, *after]
    inside = [*loads, call]
    if state.rcu:
        inside = [lock, *inside, unlock]
    whole: dict[str, Any] = {"type": hook.type, "steps": [*before, *inside, *after]}
    if hook.attach:
        whole["attach"] = hook.attach
    if state.sleepable:
        whole["sleepable"] = True
    return whole


Steps = list[dict[str, Any]]


def _base(state: State, struct: str, fn: Kfunc) -> tuple[Steps, Steps]:
    """How the program comes by its file or task, and what it owes for it."""
    name = "task" if struct == _TASK else "file"
    if state.pointer == "number":
        return [], []
    if state.pointer == "owned" and struct == _FILE:
        owed = [] if "KF_RELEASE" in fn.flags else [{"call": _RELEASES[_FILE], "args": [name]}]
        return [{"current": "task"}, *_taken(name)], owed
    steps: Steps = [{"current": name}] if struct == _TASK else _handed(state, name)
    if state.pointer == "cast":
        steps.append({"cast": struct, "from": name, "into": "made"})
    return steps, []


def _another(state: State) -> tuple[Steps, Steps]:
    """How the program comes by a file of another mount, and what it owes for it.

    That is the file the task runs; where the program has that one already, the one the hook hands
    over.
    """
    if not _strange(state):
        return [], []
    if state.pointer == "owned":
        return _handed(state, "other"), []
    steps: Steps = [{"current": "task"}]
    if HOOKS[state.hook].type != "LSM" or not within(state.release, "6.12", None):
        walked = [{"load": "mm", "from": "task", "into": "mm"}]
        return [*steps, *walked, {"load": "exe_file", "from": "mm", "into": "other"}], []
    return [*steps, *_taken("other")], [{"call": _RELEASES[_FILE], "args": ["other"]}]


def _strange(state: State) -> bool:
    """Whether the idmap is read from another file; only an LSM program can take the first one."""
    takes = state.pointer != "owned" or HOOKS[state.hook].type == "LSM"
    return wrong(state) and state.pointer != "number" and takes


def _handed(state: State, name: str) -> Steps:
    """The hook's file under a name."""
    steps: Steps = [{"argument": name, "type": _FILE}]
    return steps + ([{"test": name}] if state.hook.startswith("iter/") else [])


def _taken(name: str) -> Steps:
    """The file the task runs, taken under a name."""
    return [{"call": "bpf_get_task_exe_file", "args": ["task"], "into": name}, {"test": name}]


def _arguments(state: State, structs: list[str]) -> tuple[Steps, list[Any]]:
    """What is read from the file, and what is passed."""
    if state.pointer == "number":
        return [], [1] * len(structs)
    loads: Steps = []
    args: list[Any] = []
    base = "made" if state.pointer == "cast" else "task" if _TASK in structs else "file"
    for struct in structs:
        if struct in _MEMBERS:
            name = struct.removeprefix("struct ")
            loads.append({"load": _MEMBERS[struct], "from": base, "into": name})
            args.append(name)
        elif struct == "struct mnt_idmap":
            of = "other" if _strange(state) else base
            loads.append({"call": "bpf_file_mnt_idmap", "args": [of], "into": "idmap"})
            args.append("idmap")
        else:
            args.append(base)
    return loads, args


def _checked(
    state: State, fn: Kfunc, written: Mapping[str, Any]
) -> tuple[Verdict, tuple[Arg, ...]]:
    """The verdict about the program, and how what it passes is marked."""
    asking, read = read_program(written, state.release)
    steps = [
        replace(step, fn=fn) if isinstance(step, Call) and step.fn.name == fn.name else step
        for step in read
    ]
    checked = check_program(asking, steps, state.release)
    tested = {step.name for step in steps if isinstance(step, NullTest)}
    marks = {
        name: replace(arg, nullable=False) if name in tested else arg for name, arg in checked.marks
    }
    (call,) = (step for step in steps if isinstance(step, Call) and step.fn.name == fn.name)
    given = [marks.get(arg) if isinstance(arg, str) else arg for arg in call.args]
    args = tuple(arg for arg in given if arg is not None)
    if not checked.accept or len(args) < len(given):
        return checked.verdict, args if len(args) == len(given) else ()
    # of a program that loads, what is known of this call
    inside = replace(asking, rcu_section=state.rcu)
    return check_call(fn, inside, args, state.release), args


# ------------------------------------------------------------------------ the kernel's side


def _returned(state: State) -> tuple[Returned, tuple[int, int]]:
    """What the wrapper returns for the file, and what stat shows of it."""
    found = document(state.scenario)
    machine = Machine(found)
    file = _file(machine, state.via, state.path)
    asked = {"op": "stat", "path": state.path, "by": "root", "via": state.via}
    shown = attempt(found, asked).result["ret"]
    value: Returned
    if state.kfunc == "bpf_is_idmapped_mnt":
        value = kfuncs.bpf_is_idmapped_mnt(file.f_path.mnt)
    elif state.kfunc == "bpf_file_mnt_idmap":
        value = kfuncs.bpf_file_mnt_idmap(file)
    elif state.kfunc == TWO:
        other = _file(machine, state.idmap or state.via, ".")
        value = kfuncs.bpf_inode_into_vfs_ids(kfuncs.bpf_file_mnt_idmap(other), file.f_inode)
    else:
        value = kfuncs.bpf_get_file_vfs_ids(file)
    return value, (shown["uid"], shown["gid"])


def _trouble(state: State, error: KernelError) -> str:
    """What is not there, and why: the filesystem, a mount of the case, or the file on it."""
    found = document(state.scenario)
    reasons = Machine(found).reasons
    places = {"fs": "filesystem", f"mounts.{state.via}": "mount", f"mounts.{state.idmap}": "mount"}
    for place, what in places.items():
        if place in reasons:
            kernel = (found.get("settings") or {}).get("kernel")
            case_of = f" (the case is Linux {kernel})" if kernel else ""
            return f"{what}{case_of}: {reasons[place].rule}"
    return f"file: {error.name}: {error.rule}"


def _file(machine: Machine, via: str, path: str) -> File:
    return File(machine.path_at(machine.mount(via), path, follow=True))
