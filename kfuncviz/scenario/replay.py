# SPDX-License-Identifier: BSD-3-Clause
"""
Replay with its trace
=====================

What every operation of a scenario gave, and which helpers were called on the way, down to the check
that decided the errno.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kfuncviz.model.trace import Step, deciding
from kfuncviz.printable import printable
from kfuncviz.scenario.machine import Machine

#: The longest line of a trace.
_LINE_MAX = 400


@dataclass(frozen=True, repr=False)
class OpReplay:
    """One operation: as written, its result, and the steps of the call."""

    op: Mapping[str, Any]
    result: Mapping[str, Any]
    steps: tuple[Step, ...]

    @property
    def err(self) -> str | None:
        """The errno name, ``None`` if the call succeeded."""
        err: str | None = self.result["err"]
        return err

    @property
    def decider(self) -> Step | None:
        """The step whose check refused, ``None`` if the call succeeded."""
        return deciding(list(self.steps)) if self.err else None

    def __str__(self) -> str:
        given = [f"{key}={_shown(value)}" for key, value in self.op.items()
                 if key not in ("op", "path")]  # fmt: skip
        call = " ".join([self.op["op"], _shown(self.op["path"]), *given])
        step = self.decider
        why = f" ({step.function}: {_shown(step.error.rule, 200)})" if step and step.error else ""
        return f"{call} -> {self.err or 'ok'}{why}"

    def __repr__(self) -> str:
        return f"<OpReplay {self}>"

    def trace(self) -> str:
        """All steps, one a line, indented by depth."""
        return "\n".join(printable(step.line, _LINE_MAX) for step in self.steps)


@dataclass(frozen=True, repr=False)
class Replay:
    """All of a scenario: ``result`` in the format of the kernel's answers, and every operation."""

    result: Mapping[str, Any]
    ops: tuple[OpReplay, ...]

    def __getitem__(self, number: int) -> OpReplay:
        return self.ops[number]

    def __len__(self) -> int:
        return len(self.ops)

    def __str__(self) -> str:
        return "\n".join(f"{number:3} {op}" for number, op in enumerate(self.ops))

    def __repr__(self) -> str:
        refused = sum(op.err is not None for op in self.ops)
        return f"<Replay of {len(self.ops)} operations, {refused} refused; print() lists them>"


def _shown(value: Any, most: int = 60) -> str:
    """Something a scenario holds, as one line of a replay shows it."""
    return printable(str(value), most)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from looking through a growing trace again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def replay_traced(document: Mapping[str, Any]) -> Replay:
    """Replay a scenario and keep the trace of every operation.

    Raises :class:`~kfuncviz.scenario.problems.ScenarioError` where that takes more than
    :class:`~kfuncviz.model.budget.Budget` allows.

    >>> print(replay_traced({"ops": [{"op": "rmdir", "path": "gone"}]})[0])
    rmdir gone -> ENOENT (do_rmdir: there is no 'gone' in the directory)
    """
    machine = Machine(document)
    with _no_collection():
        ops = tuple(
            OpReplay(op, result, tuple(steps)) for op, result, steps in machine.replay(trace=True)
        )
    return Replay(machine.report | {"ops": [op.result for op in ops]}, ops)
