# SPDX-License-Identifier: BSD-3-Clause
"""
The worked examples of the kernel's document, as scenarios
==========================================================

Each of ``Documentation/filesystems/idmappings.rst`` opens by its name, has the numbers the document
gives, names its misprints, and gives on the model what it gave on the kernel.
"""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest

import kfuncviz as kv
from kfuncviz.scenario.checking.validate import refusals, validate
from kfuncviz.scenario.load import WORKED, gallery, load, scenarios
from kfuncviz.scenario.machine import replay
from tests.compare import differences

DATA = Path(__file__).parents[1] / "data"
with gzip.open(DATA / "idmappings-rst.json.gz", "rt") as _file:
    EXAMPLES: dict[str, Any] = {e["id"]: e for e in json.load(_file)["examples"]}
RECORDED = {
    answer["scenario"]["id"]: answer
    for answer in map(json.loads, (DATA / "idmappings-rst-kernel.jsonl").read_text().splitlines())
}


def ids(value: Any) -> set[int]:
    """The ids in what an example gives: k11000, u1000, v11000; -1 and the like are none."""
    return {int(number) for number in re.findall(r"\b[ukv](\d+)\b", json.dumps(value))}


def test_every_example_is_there_and_none_stands_in_the_gallery() -> None:
    assert [f"rst-{name}" for name in sorted(EXAMPLES)] == sorted(gallery(WORKED))
    assert not set(gallery()) & set(gallery(WORKED))
    assert set(scenarios()) == {*gallery(), *gallery(WORKED)}


@pytest.mark.parametrize("name", gallery(WORKED))
def test_replay_equals_the_kernel(name: str) -> None:
    asked, recorded = load(name), RECORDED[name]
    assert validate(asked) == []
    assert refusals(asked) == []
    assert recorded["scenario"] == asked, "changed since it was recorded: record it again"
    assert differences(recorded["result"], replay(asked)) == []


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_numbers_of_the_document_are_seen(name: str) -> None:
    """All it starts from and all it arrives at stand in the picture, the rows or the answers."""
    example = EXAMPLES[name]
    asked = load(f"rst-{name}")
    pictures = [kv.who_owns(asked, op=number) for number in range(len(asked["ops"]))]
    lanes = [lane.id for picture in pictures for lane in picture.lanes]
    told = json.dumps([asked["userns"], replay(asked)["ops"]]) if "userns" in asked else ""
    seen = {int(number) for number in re.findall(r"\d+", f"{lanes}{told}")}
    assert ids([example["inputs"], example["result"]]) <= seen
    wanted = example["result"]
    if "disk_id" in wanted or "i_uid" in wanted or "reported" in wanted:
        [answer] = replay(asked)["ops"]
        assert answer["err"] == wanted.get("errno")
        if wanted.get("i_uid"):
            assert f"k{answer['disk']['uid']}" == wanted["i_uid"]
        if "reported_value_default" in wanted:
            assert answer["seen"]["uid"] == wanted["reported_value_default"]
        elif "reported" in wanted:
            assert f"u{answer['seen']['uid']}" == wanted["reported"]


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_misprint_is_named(name: str) -> None:
    example = EXAMPLES[name]
    misprints = [step for step in (example, *example["steps"]) if step.get("erratum")]
    said = load(f"rst-{name}")["notes"]
    assert not misprints or "document" in said
    for step in misprints:
        printed = ids(step["erratum"].split(";")[0])
        assert not printed or printed & {int(n) for n in re.findall(r"\d+", said)}


def test_they_are_opened_and_chosen_among_themselves() -> None:
    from kfuncviz.explorers import ownership

    state = ownership.first("rst-home-stat")
    opened = ownership.update(state, {"type": "fold", "target": "cases", "value": True})
    html = ownership.frame(opened).regions["ask"]
    assert len(re.findall("data-key=.case-rst-", html)) == len(EXAMPLES)
    assert "case-keep-id" not in html
    assert kv.Scenario.load(kv.Scenario("rst-home-stat").token()).document["id"] == "rst-home-stat"
