# SPDX-License-Identifier: BSD-3-Clause
"""open(2) with every flag, under each level of protected_regular and protected_fifos."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kfuncviz.model.errors import KernelError
from kfuncviz.model.open import Open, do_sys_open
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.operations import lstat, mode_bits, shown
from tests.compare import differences


def run(machine: Machine, op: Mapping[str, Any]) -> dict[str, Any]:
    """open(2) as recorded, and the look at what is there afterwards."""
    task, mnt = machine.callers[op["by"]], machine.mounts[op["via"]]
    flags = Open(0)
    for name in op["flags"]:
        flags |= Open[name]
    answer: dict[str, Any] = {"err": None}
    try:
        do_sys_open(task, mnt, op["path"], flags, mode_bits(op["mode"]))
    except KernelError as error:
        answer["err"] = error.name
    for key, who, where in (("seen", task, mnt), ("disk", machine.root, machine.plain)):
        try:
            answer[key] = shown(lstat(who, where, op["path"]))
        except KernelError as error:
            answer[key] = {"err": error.name} if key == "seen" else None
    return answer


def test_every_open_answers_as_the_kernel_did() -> None:
    file = Path(__file__).parents[1] / "data" / "kernel-open-flags.jsonl.gz"
    with gzip.open(file, "rt") as lines:
        recorded = [json.loads(line) for line in lines]
    levels = {tuple(line["scenario"]["settings"].values()) for line in recorded}
    assert levels == {(0, 0), (1, 1), (1, 2), (2, 2)}
    found = []
    for line in recorded:
        machine = Machine(line["scenario"])
        answer = machine.report | {"ops": [run(machine, op) for op in line["scenario"]["ops"]]}
        found += [f"{line['result']['id']}: {d}" for d in differences(line["result"], answer)]
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:10])
