# SPDX-License-Identifier: BSD-3-Clause
"""
What people pasted, and what is right
=====================================

Every thread of the data, as a person would type it: the ids at the end of the way, the errno, the
likely mistake, and the repair.  The ids are the thread's right answer, not the model's.  Then what
people type around it: sessions, half files, typing errors; there the ids were worked out by hand.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from kfuncviz.diagnosis import Diagnosis, doctor
from kfuncviz.diagnosis.answers import ask
from kfuncviz.dialects import parse
from kfuncviz.scenario.reading.token import decode


def cases(name: str) -> list[dict[str, Any]]:
    text = (Path(__file__).parents[1] / "data/diagnosis" / name).read_text()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read: list[dict[str, Any]] = yaml.load(text, loader)  # noqa: S506 - both are safe
    return read


THREADS, TYPED = cases("threads.yaml"), cases("typed.yaml")


def asked(case: dict[str, Any]) -> Diagnosis:
    return told(case["text"], case.get("ask", ""))


@cache
def told(text: str, question: str) -> Diagnosis:
    return doctor(text, question)


@pytest.mark.parametrize("case", [*THREADS, *TYPED], ids=lambda case: case["source"])
def test_the_answer_is_the_threads(case: dict[str, Any]) -> None:
    found = asked(case)
    if "ends" in case:
        assert found.answers is not None
        ways = [answer for _, answer in found.answers.both]
        ends = [way.lanes[way.travel.end] for way in ways]
        assert [lane.id for lane in ends] == case["ends"]
        shown = [lane.shown for lane, id in zip(ends, case["ends"], strict=True) if id is None]
        assert shown == [case.get("shown")] * len(shown) or "shown" not in case
    if found.answers is not None:
        assert found.answers.err == case.get("err")
        lost = None in case.get("ends", ()) and not found.answers.doing
        assert found.answers.well == (case.get("err") is None and not lost)
    else:
        refused = case.get("finding") in ("map refused", "cannot be read", "kernel too old")
        assert refused == bool(found.situation.parsed)
    if "finding" in case:
        assert case["finding"] in [finding.name for finding in found.findings]
    assert case.get("says", "") in str(found)
    if "repair" in case:
        assert case["repair"] in [repair.text for repair in found.repairs]


def test_there_are_as_many_threads_as_were_promised() -> None:
    sources = {case["source"].partition(",")[0] for case in THREADS}
    assert len(sources) >= 100
    assert len(THREADS) + len(TYPED) >= 190


def test_a_repair_is_enough() -> None:
    """Whatever is offered leaves nothing lost or refused, and it can be read in its dialect."""
    texts = [repair for case in THREADS for repair in asked(case).repairs]
    assert len(texts) > 40
    for repair in texts:
        assert ask(repair.situation).well
        if repair.dialect not in ("shell", "kernel", "subuid", "words"):
            assert parse(repair.dialect, repair.text, repair.situation.options).problems == ()


def test_what_does_not_help_leaves_it_as_it_is() -> None:
    (found,) = (asked(case) for case in THREADS if case["source"] == "crun#873")
    assert [what for what, _ in found.no_help] == [
        "chmod -R 0777", "--privileged, or more capabilities",
    ]  # fmt: skip
    (well,) = (asked(case) for case in THREADS if case["source"] == "podman#2898")
    assert (well.no_help, well.repairs, well.findings) == ((), (), ())


def test_what_was_understood_can_be_opened() -> None:
    for case in THREADS:
        found = asked(case)
        document = decode(found.token)
        assert document.pop("focus", {}).keys() <= {"path", "by", "via", "kind", "direction", "id"}
        assert document == found.situation.document
