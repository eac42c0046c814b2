# SPDX-License-Identifier: BSD-3-Clause
"""
Cases: what the doctor says of a state
======================================

The paste is diagnosed, and where its scenario was changed by hand, that one is asked instead.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from kfuncviz.diagnosis import Diagnosis, doctor, edited
from kfuncviz.diagnosis.answers import Answers
from kfuncviz.explorers.doctor.state import State
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.problems import ScenarioError
from kfuncviz.scenario.reading.document import parse_text
from kfuncviz.scenario.reading.written import yaml_of


class Case(NamedTuple):
    """What the paste says, what is shown, and why there is neither.

    ``shown`` is the answer of the scenario as it was edited, or else ``found``.
    """

    found: Diagnosis | None
    shown: Diagnosis | None
    trouble: str = ""

    @property
    def scenario(self) -> str:
        """The scenario that is shown, as text; empty where nothing was understood."""
        if self.shown is None or self.shown.nothing:
            return ""
        return yaml_of(self.shown.scenario)


def case(state: State) -> Case:
    """What is said of a state.

    >>> case(State("X-mount.idmap=b:1000:0:1", "owned by 1000")).shown.answers.well
    True
    """
    return _case(state.text, state.question, state.reading, state.edited)


@lru_cache(64)
def _case(text: str, question: str, reading: str, changed: str) -> Case:
    try:
        found = doctor(text, question, reading)
    except ScenarioError as error:
        return Case(None, None, str(error))
    if not changed:
        return Case(found, found)
    try:
        return Case(found, edited(found, parse_text(changed)))
    except ScenarioError as error:
        return Case(found, found, str(error))


def ways(answers: Answers | None) -> list[tuple[str, Ownership]]:
    """The way of the uid and of the gid, or one for both where it is the same.

    >>> [name for name, _ in ways(case(State("0 5 1", "owned by 5")).shown.answers)]
    ['uid and gid']
    """
    if answers is None:
        return []
    uid, gid = answers.uid, answers.gid
    if answers.mapping:  # a number is asked about: nobody calls anything that could be refused
        uid, gid = (o if o.unmade else replace(o, access=None, err=None) for o in (uid, gid))
    if _numbers(uid) == _numbers(gid):
        return [("uid and gid", uid)]
    return [("uid", uid), ("gid", gid)]


def _numbers(o: Ownership) -> object:
    lanes = [(lane.name, lane.id, lane.shown) for lane in o.lanes]
    return lanes if o.unmade else (lanes, [hop.rows for hop in o.hops], o.travel.lost)


def trouble_of(state: State, scenario: str) -> str:
    """Why a scenario that somebody typed cannot be asked; empty where it can."""
    found = case(state).found
    if found is None:
        return "there is no paste that it would belong to"
    try:
        edited(found, parse_text(scenario))
    except ScenarioError as error:
        return str(error)
    return ""
