# SPDX-License-Identifier: BSD-3-Clause
"""The families of random scenarios that ask for more than the first ones had words for."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.scenario.checking.validate import validate
from kfuncviz.scenario.machine import replay
from tests.compare import differences

DATA = Path(__file__).parents[1] / "data"
#: What of each family must have succeeded in the recording, and how often at least.  Of ``sticky``,
#: which needs settings of the machine, ``test_open_flags`` has the answers.
REACHED = {
    "creds": {"exec": 200, "access": 40, "create": 20},
    "open": {"open": 150},
    "names": {"rename": 20, "utimens": 80},
    "flags": {"exec": 50, "open": 20, "stat": 50, "access": 20, "create": 5},
    "content": {"write": 10, "fallocate": 10, "copy_file_range": 5, "truncate_path": 10},
    "ids": {
        "setresuid": 120,
        "setresgid": 60,
        "setfsuid": 90,
        "setfsgid": 80,
        "setgroups": 40,
        "chown_root": 60,
        "chmod_root": 60,
        "exec": 60,
    },
    "handles": {"open_by_handle": 100, "name_to_handle": 60, "fchownat": 30},
    "disowned": {"open_by_handle": 5, "exec": 50, "create": 4, "write": 4, "chown": 3},
    "mixed": {"exec": 20, "open": 20, "setresuid": 5, "open_by_handle": 5, "write": 2, "rename": 2},
    "mounts": {
        "open_tree": 60,
        "open_tree_attr": 40,
        "mount_setattr": 60,
        "move_mount": 10,
        "statmount": 30,
        "mountinfo": 40,
        "open": 15,
        "stat": 40,
    },
    "sticky": {"open": 100, "link": 20, "stat": 100, "access": 20},
    "attrs": {"removexattr": 10, "listxattr": 200, "setxattr": 20},
}


def recorded(family: str) -> list[dict[str, Any]]:
    with gzip.open(DATA / f"kernel-wider-{family}.jsonl.gz", "rt") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize("family", REACHED)
def test_every_family_answers_as_the_kernel_did(family: str, stride: int) -> None:
    found, succeeded = [], Counter[str]()
    for number, line in enumerate(recorded(family)):
        scenario, result = line["scenario"], line["result"]
        if number % stride == 0:
            assert not validate(scenario)
            found += [f"{result['id']}: {d}" for d in differences(result, replay(scenario))]
        for op, answer in zip(scenario["ops"], result["ops"], strict=False):
            succeeded[op["op"]] += answer["err"] is None
    assert not found, f"{len(found)} differ:\n" + "\n".join(found[:10])
    for name, times in REACHED[family].items():
        assert succeeded[name] >= times, (name, succeeded[name])


@pytest.mark.parametrize(("kernel", "kept"), [("6.14", 0), ("6.18", 1)])
def test_ambient_capabilities_went_where_the_real_id_was_another(kernel: str, kept: int) -> None:
    caller = {"kuid": 5, "kgid": 5, "caps": ["CAP_CHOWN"], "inheritable": ["CAP_CHOWN"],
              "ambient": ["CAP_CHOWN"]}  # fmt: skip
    document = {
        "settings": {"kernel": kernel},
        "setup": [{"type": "exe", "path": "e"}],
        "callers": {"same": caller, "other": caller | {"ruid": 6}},
        "ops": [{"op": "exec", "path": "e", "by": by} for by in ("same", "other")],
    }
    assert validate(document) == []
    assert [op["ret"]["cap_eff"] for op in replay(document)["ops"]] == [1, kept]


@pytest.mark.parametrize(("kernel", "err"), [("6.13", "EROFS"), ("6.14", "EACCES")])
def test_truncate_looked_at_the_mount_first(kernel: str, err: str) -> None:
    document = {
        "settings": {"kernel": kernel},
        "setup": [{"type": "file", "path": "f", "mode": "0600"}],
        "mounts": {"ro": {"flags": ["ro"]}},
        "callers": {"c": {"kuid": 5}},
        "ops": [{"op": "truncate_path", "path": "f"}],
    }
    assert replay(document)["ops"][0]["err"] == err
