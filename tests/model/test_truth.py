# SPDX-License-Identifier: BSD-3-Clause
"""The model against the kernel's recorded answers: not one field may differ."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.scenario.checking.validate import validate
from kfuncviz.scenario.machine import replay
from kfuncviz.scenario.replay import replay_traced
from tests.compare import differences

DATA = Path(__file__).parents[1] / "data"
RECORDINGS = ("kernel-cases", "kernel-matrix", "kernel-generated", "kernel-edges")


def recording(name: str) -> list[dict[str, Any]]:
    with gzip.open(DATA / f"{name}.jsonl.gz", "rt") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.parametrize(("name", "count"), [*zip(RECORDINGS, (700, 1240, 400, 313), strict=True)])
def test_replay_equals_the_kernel(name: str, count: int, stride: int) -> None:
    recorded = recording(name)
    assert len(recorded) == count
    found = [
        f"{line['result']['id']}: {difference}"
        for line in recorded[::stride]
        for difference in differences(line["result"], replay(line["scenario"]))
    ]
    assert not found, "\n".join(found[:10])


@pytest.mark.parametrize("name", RECORDINGS)
def test_recorded_scenarios_are_sound(name: str) -> None:
    assert [p for line in recording(name)[::7] for p in validate(line["scenario"])] == []


def test_tracing_does_not_change_an_answer(stride: int) -> None:
    for line in recording("kernel-generated")[:: 4 * stride]:
        assert replay_traced(line["scenario"]).result == replay(line["scenario"])


def test_every_refusal_names_the_check_that_decided() -> None:
    refused = 0
    for line in recording("kernel-generated")[::4]:
        for op in replay_traced(line["scenario"]).ops:
            if op.err in (None, "NOMOUNT", "NOCALLER"):
                continue
            why = op.why
            refused += 1
            assert why is not None, str(op)
            assert why.errno == op.err
            assert why.rule
            assert why.section
            assert why.file
    assert refused > 200


def test_a_wrong_answer_would_be_noticed() -> None:
    line = recording("kernel-cases")[0]
    answer = replay(line["scenario"])
    answer["ops"][0]["seen"]["uid"] += 1
    assert differences(line["result"], answer)
