# SPDX-License-Identifier: BSD-3-Clause
"""
Replay with its trace
=====================

What every operation of a scenario gave, and which helpers were called on the way, down to the check
that decided the errno.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kfuncviz.model.trace import Step, deciding
from kfuncviz.scenario.machine import Machine


@dataclass(frozen=True)
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
        arguments = " ".join(f"{k}={v}" for k, v in self.op.items() if k not in ("op", "path"))
        call = f"{self.op['op']} {self.op['path']} {arguments}".rstrip()
        step = self.decider
        why = f" ({step.function}: {step.error.rule})" if step and step.error else ""
        return f"{call} -> {self.err or 'ok'}{why}"

    def trace(self) -> str:
        """All steps, one a line, indented by depth."""
        return "\n".join(step.line for step in self.steps)


@dataclass(frozen=True)
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


def replay_traced(document: Mapping[str, Any]) -> Replay:
    """Replay a scenario and keep the trace of every operation.

    >>> print(replay_traced({"ops": [{"op": "rmdir", "path": "gone"}]})[0])
    rmdir gone -> ENOENT (do_rmdir: there is no 'gone' in the directory)
    """
    machine = Machine(document)
    ops = []
    if machine.report["fs"] is None:
        for op in document.get("ops") or ():
            steps: list[Step] = []
            ops.append(OpReplay(op, machine.run(op, steps), tuple(steps)))
    report = machine.report | {"ops": [op.result for op in ops]}
    return Replay(report, tuple(ops))
