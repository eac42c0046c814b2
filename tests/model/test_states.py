# SPDX-License-Identifier: BSD-3-Clause
"""States put in between operations: immutable, read-only, no_new_privs, open for writing.

Random scenarios in which, between the operations, an inode was made immutable (FS_IOC_SETFLAGS),
the superblock or a mount read-only, a caller set no_new_privs, or a file was kept open for
writing; each with the kernel's answers.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import Path
from kfuncviz.model.lookup import user_path_at
from kfuncviz.model.namespace import MOUNT_ATTR_RDONLY, mount_setattr
from kfuncviz.model.open import Open, do_open
from kfuncviz.scenario.machine import Machine
from tests.compare import differences

Op = Mapping[str, Any]


def set_immutable(machine: Machine, op: Op) -> None:
    path = user_path_at(machine.root, machine.mounts[op["via"]], op["path"], follow=False)
    path.inode.immutable = True


def set_readonly(machine: Machine, op: Op) -> None:
    machine.sb.rdonly = True


def set_no_new_privs(machine: Machine, op: Op) -> None:
    caller = machine.callers[op["by"]]
    machine.callers[op["by"]] = replace(caller, no_new_privs=True)


def hold_writer(machine: Machine, op: Op) -> None:
    mnt = machine.mounts[op["via"]]
    path = user_path_at(machine.root, mnt, op["path"], follow=False)
    do_open(machine.root, path, Open.WRITE)
    mnt.writers += 1


def mount_rdonly(machine: Machine, op: Op) -> None:
    mnt = machine.mounts[op["via"]]
    mount_setattr(machine.root, Path(mnt, mnt.mnt_root), attr_set=MOUNT_ATTR_RDONLY)


STATES: dict[str, Callable[[Machine, Op], None]] = {
    made.__name__: made
    for made in (set_immutable, set_readonly, set_no_new_privs, hold_writer, mount_rdonly)
}


def run(machine: Machine, op: Op) -> dict[str, Any]:
    if op["op"] not in STATES:
        return machine.run(op)
    if op["via"] not in machine.mounts:
        return {"err": "NOMOUNT"}
    if op["by"] not in machine.callers:
        return {"err": "NOCALLER"}
    try:
        STATES[op["op"]](machine, op)
    except KernelError as error:
        return {"err": error.name}
    return {"err": None}


def test_every_state_answers_as_the_kernel_did() -> None:
    with gzip.open(
        FilePath(__file__).parents[1] / "data" / "kernel-states.jsonl.gz", "rt"
    ) as lines:
        recorded = [json.loads(line) for line in lines]
    assert len(recorded) == 260
    found = []
    for line in recorded:
        machine = Machine(line["scenario"])
        ops = [run(machine, op) for op in line["scenario"]["ops"]] if hasattr(machine, "sb") else []
        answer = machine.report | {"ops": ops}
        found += [f"{line['result']['id']}: {d}" for d in differences(line["result"], answer)]
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:10])
