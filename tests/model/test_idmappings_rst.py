# SPDX-License-Identifier: BSD-3-Clause
"""The worked examples of Documentation/filesystems/idmappings.rst: every step, every result."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.model.cred import Cred, Task
from kfuncviz.model.idmap import IdMap, map_id_down, map_id_up
from kfuncviz.model.mnt_idmapping import MntIdmap, make_vfsuid, mapped_fsuid
from kfuncviz.model.uidgid import kuid_t, vfsuid_into_kuid, vfsuid_t
from kfuncviz.model.user_namespace import UserNamespace, from_kuid, init_user_ns, make_kuid
from kfuncviz.scenario.machine import replay
from kfuncviz.scenario.replay import replay_traced

with gzip.open(Path(__file__).parents[1] / "data" / "idmappings-rst.json.gz", "rt") as _file:
    EXAMPLES = json.load(_file)["examples"]
INIT = "u0:k0:r4294967295"
FSNS, MNTNS, CALLERNS = "F", "M", "C"


def rows(text: str) -> list[list[int]]:
    """``u0:k10000:r10000`` (or with v) as the rows of a map."""
    match = re.fullmatch(r"u(\d+):[kv](\d+):r(\d+)", text)
    assert match is not None
    return [[int(part) for part in match.groups()]]


def namespace(text: str | None) -> UserNamespace:
    if text in (None, INIT):
        return init_user_ns
    return UserNamespace("ns", init_user_ns, uid_map=IdMap(rows(text or "")))


def run_step(example: dict[str, Any], step: dict[str, Any]) -> int:
    fn, id = step["fn"], step["in_value"]
    fs = namespace(example["filesystem_idmapping"])
    if fn == "i_uid_into_vfsuid":
        idmap = IdMap(rows(example["mount_idmapping"]))
        return make_vfsuid(MntIdmap("m", idmap, idmap), fs, kuid_t(id))
    if fn == "mapped_fsuid":
        idmap = IdMap(rows(example["mount_idmapping"]))
        return mapped_fsuid(Task(cred=Cred.of(id, id)), MntIdmap("m", idmap, idmap), fs)
    if fn == "vfsuid_into_kuid":
        return vfsuid_into_kuid(vfsuid_t(id))
    ns = UserNamespace("ns", init_user_ns, uid_map=IdMap(rows(step["idmapping"])))
    return {
        "map_id_down": lambda: map_id_down(ns.uid_map, id),
        "map_id_up": lambda: map_id_up(ns.uid_map, id),
        "make_kuid": lambda: make_kuid(ns, id),
        "from_kuid": lambda: from_kuid(ns, id),
    }[fn]()  # type: ignore[no-untyped-call]


def test_every_step() -> None:
    for example in EXAMPLES:
        for step in example["steps"]:
            wanted = step.get("numeric_out_if_misused") or step["out"]
            number = step.get("numeric_out_value", step.get("out_value"))
            assert run_step(example, step) == number, (example["id"], step, wanted)


def test_all_examples_are_there() -> None:
    assert len(EXAMPLES) == 33


def scenario(example: dict[str, Any], directory: int) -> dict[str, Any]:
    """A scenario with the example's three idmappings and one operation."""
    spaces, used = {}, {}
    for name, key in ((FSNS, "filesystem_idmapping"), (MNTNS, "mount_idmapping"),
                      (CALLERNS, "caller_idmapping")):  # fmt: skip
        text = example[key]
        used[name] = None if text in (None, INIT) else name
        if used[name]:
            spaces[name] = {"uid_map": rows(text)}

    def kernel(name: str, id: int) -> int:
        first, lower, _ = spaces[name]["uid_map"][0] if used[name] else (0, 0, 0)
        return id - first + lower

    owner = kernel(FSNS, directory)
    disk = int(example["inputs"].get("disk_id", "u0")[1:])
    caller = kernel(CALLERNS, int(example["inputs"].get("caller_id", "u0")[1:]))
    stat = example["operation"] == "stat"
    return {
        "userns": spaces,
        "fs": {"userns": used[FSNS], "root": {"kuid": owner, "kgid": owner, "mode": "0777"}},
        "setup": [{"type": "file", "path": "f", "kuid": kernel(FSNS, disk),
                   "kgid": kernel(FSNS, disk)}] if stat else [],
        "mounts": {"m": {"userns": used[MNTNS]}},
        "callers": {"c": {"kuid": caller, "kgid": caller, "userns": used[CALLERNS]}},
        "ops": [{"op": example["operation"], "path": "f"}],
    }  # fmt: skip


RUN = [e for e in EXAMPLES if e["operation"] in ("stat", "create") and "id" in e]


@pytest.mark.parametrize("example", RUN, ids=lambda e: e["id"])
def test_whole_operation(example: dict[str, Any]) -> None:
    directory = 1000 if example["id"].startswith("home") else 0
    answer = replay(scenario(example, directory))
    op, result = answer["ops"][0], example["result"]
    if example["operation"] == "stat":
        wanted = 65534 if result["reported"] == "overflow" else int(result["reported"][1:])
        assert op["ret"]["uid"] == wanted == example["live"]["reported"]
    elif result["ok"]:
        assert op["err"] is None
        assert op["disk"]["uid"] == int(result["i_uid"][1:])
    else:
        assert op["err"] == result["errno"] == "EOVERFLOW"


def test_home_directory_owned_by_root_refuses_even_its_user() -> None:
    example = next(e for e in EXAMPLES if e["id"] == "home-create")
    assert replay(scenario(example, 0))["ops"][0]["err"] == "EACCES"


@pytest.mark.parametrize("example", [e for e in RUN if e["mount_idmapping"]], ids=lambda e: e["id"])
def test_the_trace_shows_the_documents_steps(example: dict[str, Any]) -> None:
    directory = 1000 if example["id"].startswith("home") else 0
    steps = replay_traced(scenario(example, directory))[0].steps
    helper = "make_vfsuid" if example["operation"] == "stat" else "mapped_fsuid"
    wanted = next(s for s in example["steps"] if s["fn"] in ("i_uid_into_vfsuid", "mapped_fsuid"))
    assert wanted["out_value"] in [step.result for step in steps if step.function == helper]
