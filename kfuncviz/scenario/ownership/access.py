# SPDX-License-Identifier: BSD-3-Clause
"""
Access: does this caller get there by this call?
================================================

Who owns a file is one question, whether a caller's stat, create or chown succeeds another.  Here
the real operation is run as this caller, and what it changed is taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kfuncviz.model.access import perm_text
from kfuncviz.model.budget import Budget, OverBudget, charged
from kfuncviz.model.cred import Task
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import S_IALLUGO, Inode
from kfuncviz.model.trace import Step, recording
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.mounting import mount_call
from kfuncviz.scenario.operations import OPERATIONS
from kfuncviz.scenario.problems import unusable
from kfuncviz.scenario.why import Why, why


@dataclass(frozen=True)
class Made:
    """What a call that creates leaves: its mode, and the access list if it inherited one.

    ``umask`` is what was taken from the mode; a default access list takes its place.  Modes are
    octal.
    """

    mode: str
    umask: str
    acl: str


@dataclass(frozen=True)
class Access:
    """Whether a caller gets there by a call.

    ``op`` is the call as an operation of a scenario.  ``err`` is the errno's name, ``None`` where
    it succeeds; ``rule`` is the rule it broke and ``why`` the check that stopped it.  ``made`` is
    what a call that creates leaves.  ``unseen`` says that the caller is not shown the number
    either: another call than stat may be refused where stat succeeds.
    """

    op: Mapping[str, Any] = field(hash=False)
    err: str | None = None
    why: Why | None = None
    rule: str = ""
    made: Made | None = None
    unseen: bool = False


def access(
    machine: Machine,
    op: Mapping[str, Any],
    task: Task,
    about: Inode,
    heard: list[Step] | None = None,
) -> Access:
    """Run an operation as a task; ``about``, what it may change, is as before afterwards.

    The steps of the trace are added to ``heard``.

    Raises :class:`~kfuncviz.scenario.problems.ScenarioError` where the operation asks too much.
    """
    steps: list[Step] = []
    with _taken_back(about):
        try:
            with charged(Budget()), recording() as steps:
                _call(machine, op, task)
        except KernelError as error:
            error.with_traceback(None)
            roots = [mnt.mnt_root for mnt in machine.mounts.values() if mnt.name == op["via"]]
            cause = why(steps, op["path"], roots)
            return Access(op, error.name, cause, error.rule, unseen=True)
        except OverBudget as error:
            raise unusable(f"too much to ask: {error}", op["path"]) from None
        finally:
            if heard is not None:
                heard += steps
        return Access(op, made=_made(task, about, op))


def _call(machine: Machine, op: Mapping[str, Any], task: Task) -> None:
    mounts = machine.mounts_of(op["by"])
    if op["op"] in OPERATIONS:
        OPERATIONS[op["op"]](task, mounts, op)
    else:
        mount_call(task, mounts, machine.namespaces, op)


@contextmanager
def _taken_back(inode: Inode) -> Iterator[None]:
    """Leave an inode, and the names in it, as they were."""
    before = {name: getattr(inode, name) for name in Inode.__slots__}
    before |= {"entries": dict(inode.entries), "i_xattrs": dict(inode.i_xattrs)}
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(inode, name, value)


#: Operations that make something with a mode of its own.
_WITH_MODE = ("create", "mkdir", "mknod")


def _made(task: Task, dir: Inode, op: Mapping[str, Any]) -> Made | None:
    new = dir.entries.get(op["path"].rpartition("/")[2]) if op["op"] in _WITH_MODE else None
    if new is None:
        return None
    entries = (
        f"{tag}:{'' if id is None else id}:{perm_text(perm)}" for tag, id, perm in new.i_acl or ()
    )
    umask = 0 if dir.i_default_acl is not None else task.umask
    return Made(f"{new.i_mode & S_IALLUGO:04o}", f"{umask:04o}", ",".join(entries))
