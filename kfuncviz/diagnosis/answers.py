# SPDX-License-Identifier: BSD-3-Clause
"""
The answer, hop by hop
======================

The model asked about the situation, for uids and for gids, and the way of each id in words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kfuncviz.diagnosis.situation import Situation
from kfuncviz.dialects.parsed import KINDS
from kfuncviz.dialects.words import some
from kfuncviz.model.uidgid import IdKind
from kfuncviz.scenario.checking.validate import refusals
from kfuncviz.scenario.load import load
from kfuncviz.scenario.machine import Machine
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.ask import answered
from kfuncviz.scenario.problems import Problem


@dataclass(frozen=True)
class Answers:
    """What the model answers: the way of the uid and of the gid.

    ``refused`` is what the kernel refuses of a map.  ``err`` is the errno that the call, or making
    the mount or the namespace, ends with.  ``doing`` is the call that is tried, ``mapping``: none
    is, a number is asked about.
    """

    uid: Ownership
    gid: Ownership
    refused: Problem | None = None
    doing: str = ""
    mapping: bool = False

    @property
    def both(self) -> tuple[tuple[IdKind, Ownership], ...]:
        """Each kind and its answer."""
        return tuple(zip(KINDS, (self.uid, self.gid), strict=True))

    @property
    def err(self) -> str | None:
        """The errno, or ``None`` where nothing is refused."""
        if self.refused:
            return self.refused.errno
        told = (each.access.err for each in (self.uid, self.gid) if each.access)
        return next(filter(None, told), None)

    @property
    def lost(self) -> bool:
        """Whether the call ends with an errno because an id has no row on its way."""
        return any(each.err is not None and each.travel.lost is not None for _, each in self.both)

    @property
    def well(self) -> bool:
        """Whether nothing is refused, and no id is lost that is asked about."""
        whole = bool(self.doing) or all(each.travel.lost is None for _, each in self.both)
        return self.err is None and whole


def ask(situation: Situation) -> Answers:
    """Ask the model.

    Raises :class:`~kfuncviz.scenario.problems.ScenarioError` where the scenario cannot be used.
    """
    document = load(situation.document)
    machine = Machine(document)
    question = situation.question
    uid, gid = [
        answered(
            machine,
            situation.path,
            by=situation.by,
            via=situation.via,
            kind=kind,
            direction=question.direction,
            id=ids if question.direction == "chown" else None,
            entry=situation.held(kind),
            op=situation.call,
        )
        for kind, ids in zip(KINDS, question.ids or (0, 0), strict=True)
    ]
    if question.mapping:
        uid, gid = _of_a_number(uid), _of_a_number(gid)
    elif question.direction == "chown":
        uid, gid = _of_one_call(uid, gid), _of_one_call(gid, uid)
    if situation.held("uid") and not situation.held("gid"):
        gid = uid
    if situation.held("gid") and not situation.held("uid"):
        uid = gid
    refused = next(iter(refusals(document)), None)
    return Answers(uid, gid, refused, question.doing, question.mapping)


def _of_a_number(o: Ownership) -> Ownership:
    """The way of a number that is asked about: nobody types it, and no file is there."""
    if o.unmade:
        return o
    host, *between, inside = o.lanes
    lanes = replace(host, name="On the host"), *between, replace(inside, name="Inside")
    return replace(o, lanes=lanes, access=None if o.err is None else o.access)


def _of_one_call(o: Ownership, other: Ownership) -> Ownership:
    """One id of a chown: where its other id is refused, the call is, and nothing is stored."""
    passes = o.access is not None and o.access.err is None
    return replace(o, access=other.access) if passes and other.err else o


def mapped(o: Ownership) -> str:
    """What an id inside is on the host, in words.

    >>> from kfuncviz.diagnosis import doctor
    >>> mapped(doctor("0 100000 5", "container uid 1 on the host").answers.uid)
    '1 inside is 100001 on the host'
    >>> mapped(doctor("0 100000 5", "container uid 9 on the host").answers.uid)
    "9 inside has no id on the host: no row of the caller's user ns has it in column 1"
    """
    inside, host = o.lanes[-1].id, o.lanes[0].id
    leg = o.travel.lost
    if leg is not None:
        which = "it" if o.lanes[leg.source].id == inside else o.lanes[leg.source].id
        return (
            f"{inside} inside has no id on the host: no row of the {o.hops[leg.hop].name} has "
            f"{which} in column {leg.column}"
        )
    between = [f"{lane.id} in {lane.sub.partition(' ')[0]}, " for lane in o.lanes[2:-1]]
    return f"{inside} inside is {''.join(between)}{host} on the host"


def absent(o: Ownership) -> str:
    """What stands where a lane of a way has no number: an id without a name here, or no id.

    >>> from kfuncviz.diagnosis import doctor
    >>> absent(doctor("0 100000 5", "owned by 9").answers.uid)
    'no name here'
    """
    return "no name here" if o.travel.loss == "no name" else "no id"


def told(answers: Answers) -> Iterator[str]:
    """The way of each id, a line a kind, and what refuses the call.

    ``uid: disk 1000 -> mount 0 -> you see 0``
    """
    for kind, answer in answers.both[: 1 if answers.uid is answers.gid else 2]:
        name = answer.entry or kind
        if answer.unmade:
            yield f"{name}: on disk {answer.lanes[0].id}; there is nothing to look through"
            continue
        if answers.mapping:
            yield f"{name}: {mapped(answer)}"
            continue
        lanes = [*answer.lanes] if answer.reading else [*answer.lanes][::-1]
        numbers = []
        for lane in lanes:
            number = absent(answer) if lane.id is None else str(lane.id)
            shown = f" (shown as {lane.shown})" if lane.shown is not None else ""
            numbers.append(f"{lane.name[0].lower()}{lane.name[1:]} {number}{shown}")
        refused = answer.access.err if answer.access else None
        would = not answer.reading and answer.err is None and refused is not None
        yield f"{name}: {' -> '.join(numbers)}{f', but for {refused}' if would else ''}"
    access = answers.uid.access
    if answers.doing and access is not None and access.err is None:
        yield f"{answers.doing}: allowed"
    reason = lost(answers)
    if reason:
        yield reason


def lost(answers: Answers) -> str:
    """The hop or the check that loses it, in a sentence; empty where nothing is lost."""
    if answers.refused:
        return str(answers.refused)
    for answer in (answers.uid, answers.gid):
        if answer.unmade and answer.access:
            return f"{answer.unmade} is not made: {answer.access.err}: {answer.access.rule}"
    access = answers.uid.access
    if answers.doing and access and access.err:
        return f"{answers.doing}: {access.err}: {access.why.words if access.why else access.rule}"
    for kind, answer in answers.both:
        leg = answer.travel.lost
        if leg is not None:
            hop, id = answer.hops[leg.hop], answer.lanes[leg.source].id
            rows = some(['"{} {} {}"'.format(*row) for row in hop.rows])
            ends = f", {answer.err}" if answer.err and not answers.mapping else ""
            return (
                f"the {hop.name} loses {kind} {id}: {f'no row of {rows}' if rows else 'no row'} "
                f"holds it in column {leg.column}{ends}"
            )
    return f"{access.err}: {access.why.words}" if access and access.err and access.why else ""
