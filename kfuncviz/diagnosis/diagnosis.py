# SPDX-License-Identifier: BSD-3-Clause
"""
The doctor's answer
===================

All parts in one: what was understood, the answer hop by hop, what loses it, the likely mistake, the
repairs that were replayed, those that do not help, and what is assumed or needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from kfuncviz.diagnosis.answers import Answers, ask, lost, told
from kfuncviz.diagnosis.attempts import Attempt, no_help
from kfuncviz.diagnosis.conditions import Condition, conditions
from kfuncviz.diagnosis.findings import Finding, findings, ungranted
from kfuncviz.diagnosis.paste import Paste, embedded, sorted_out, told_of
from kfuncviz.diagnosis.question import Question, asked
from kfuncviz.diagnosis.repairs import Repair, repairs
from kfuncviz.diagnosis.situation import Situation, understood
from kfuncviz.dialects.parsed import KINDS
from kfuncviz.dialects.words import echo
from kfuncviz.model.errors import KernelError
from kfuncviz.model.releases import Release
from kfuncviz.printable import printable
from kfuncviz.scenario.load import load
from kfuncviz.scenario.problems import unusable
from kfuncviz.scenario.reading import token
from kfuncviz.scenario.reading.written import yaml_of
from kfuncviz.scenario.variation import stack_of

_LINE_MAX = 400
_MOUNTING = re.compile(r"(?i)\bmount|mount_setattr|\bidmap|ID.mapp")


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor says; ``answers`` is ``None`` where the configuration is refused as it is.

    >>> found = doctor(["X-mount.idmap=b:0:1000:1"], "a file owned by 1000 is nobody, why?")
    >>> found.findings[0].name, found.repairs[0].text
    ('swapped columns', 'X-mount.idmap=b:1000:0:1')
    """

    situation: Situation
    answers: Answers | None
    findings: tuple[Finding, ...]
    repairs: tuple[Repair, ...]
    no_help: tuple[Attempt, ...]
    conditions: tuple[Condition, ...]

    @property
    def well(self) -> bool:
        """Whether all is well: nothing is lost or refused, by the kernel or by a tool."""
        return self.answers is not None and self.answers.well and not [*ungranted(self.situation)]

    @property
    def lost(self) -> str:
        """The hop or the check that loses it; empty where nothing does."""
        return lost(self.answers) if self.answers else ""

    @property
    def nothing(self) -> bool:
        """Whether nothing was understood that an answer could be about."""
        return self.answers is None and self.situation.empty

    @property
    def scenario(self) -> dict[str, Any]:
        """The scenario that was understood, with what is asked as its focus."""
        here, question = self.situation, self.situation.question
        if self.nothing:
            return here.document
        kind = 0
        if self.answers and self.answers.uid.travel.lost is None:
            kind = int(self.answers.gid.travel.lost is not None)
        focus: dict[str, Any] = {
            "path": here.path, "by": here.by, "via": here.via, "kind": KINDS[kind],
            "direction": question.direction,
        }  # fmt: skip
        if question.direction == "chown":
            focus["id"] = (question.ids or (0, 0))[kind]
        return {"focus": focus, **here.document}

    @property
    def token(self) -> str:
        """The scenario in a line of text, which every explorer opens."""
        return token.encode(self.scenario)

    def as_dict(self) -> dict[str, Any]:
        """The same as an object for JSON."""
        here = self.situation
        return {
            "understood": [
                *echo(here.ranges),
                *(line for parsed in here.parsed for line in echo(parsed)),
            ],
            "scenario": self.scenario,
            "token": self.token,
            "question": here.question._asdict(),
            "answer": [*told(self.answers)] if self.answers else [],
            "uid": self.answers.uid.as_dict() if self.answers else None,
            "gid": self.answers.gid.as_dict() if self.answers else None,
            "err": self.answers.err if self.answers else None,
            "lost": self.lost or None,
            "findings": [each._asdict() for each in self.findings],
            "repairs": [
                {"text": each.text, "dialect": each.dialect, "words": each.words}
                for each in self.repairs
            ],
            "no_help": [each._asdict() for each in self.no_help],
            "conditions": [each._asdict() for each in self.conditions],
            "assumed": [*here.assumed],
            "needs": [*here.needs],
            "unread": [*here.unread],
        }

    def __str__(self) -> str:
        return "\n".join(printable(line, _LINE_MAX) for line in self._lines())

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:
        printer.text(str(self))

    def _lines(self) -> Iterator[str]:
        here = self.situation
        for parsed in (here.ranges, *here.parsed)[0 if here.ranges.ranges else 1 :]:
            yield f"read as {parsed.dialect}"
            yield from (f"  {line}" for line in echo(parsed))
        yield from _part("not understood", here.unread)
        yield from _part("assumed", here.assumed)
        yield from _part("needed", here.needs)
        if self.answers:
            yield from _part("answer", told(self.answers))
        yield from _part("finding", (f"{name}: {said}" for name, said in self.findings))
        for repair in self.repairs:
            yield f"repair, replayed: {repair.words} ({repair.dialect})"
            yield from (f"  {line}" for line in repair.text.splitlines())
        yield from _part("does not help", (f"{what}: {why}" for what, why in self.no_help))
        if self.conditions:
            errno = self.conditions[0].errno
            yield f"{errno} of an idmapped mount, in the order the kernel looks:"
            yield from (f"  {each.words}{each.when}" for each in self.conditions)
        yield "scenario"
        yield from (f"  {line}" for line in yaml_of(self.scenario).splitlines())
        yield f"  {self.token}"


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == 0:
            yield title
        yield f"  {line}"


def doctor(texts: Iterable[str] | str, question: str = "", read_as: str = "") -> Diagnosis:
    """Pieces of configuration and a question: whose the file is, and what to change.

    Parameters
    ----------
    texts:
        One text or several: lines of /etc/subuid, flags of a run, options of a mount, ``ls -ln``,
        ``stat``, ``id``, the text of an error, in any order.
    question:
        In plain words; without one the paste is asked whose the file is.
    read_as:
        The dialect of a text that could be in several.

    Raises
    ------
    ScenarioError
        Where what was understood is no scenario.
    """
    pieces = [texts] if isinstance(texts, str) else [*texts]
    paste = sorted_out([*pieces, embedded(question)])
    told_of(paste, question)
    paste.words = " ".join([question, *paste.prose])
    here = understood(paste, asked(paste.words, paste), read_as=read_as)
    sound = not (here.empty or here.too_old or any(parsed.problems for parsed in here.parsed))
    answers = ask(here) if sound else None
    return Diagnosis(
        here,
        answers,
        tuple(findings(here, answers)),
        tuple(repairs(here, answers)),
        tuple(no_help(here, answers)),
        tuple(_conditions(paste, question, answers)),
    )


def edited(found: Diagnosis, document: Mapping[str, Any]) -> Diagnosis:
    """The answer of a scenario that somebody changed by hand: its focus is what is asked.

    What stands in no paste has no dialect to write a repair in: there is none.

    Raises
    ------
    ScenarioError
        Where it is no scenario, or its focus asks for what is not there.

    >>> was = doctor("X-mount.idmap=b:0:1000:1", "owned by 1000")
    >>> now = edited(was, {**was.scenario, "userns": {"of_mount": {"uid_map": [[1000, 0, 1]]}}})
    >>> was.answers.well, now.answers.well
    (False, True)
    """
    whole = load(document)
    focus = whole.get("focus") or {}
    stack = stack_of(whole, focus.get("by"), focus.get("via"))
    direction, id = focus.get("direction", "read"), focus.get("id")
    here = replace(
        found.situation, document=whole, by=stack.by, via=stack.via,
        path=focus.get("path") or ".", parsed=(), assumed=(), needs=(), unread=(),
        question=Question(direction, None if id is None else (id, id)),
    )  # fmt: skip
    try:
        answers = ask(here)
    except KernelError as error:
        raise unusable(f"{error.name}: {error.rule}", "focus") from None
    told = tuple(findings(here, answers))
    return Diagnosis(here, answers, told, (), tuple(no_help(here, answers)), ())


def _conditions(paste: Paste, question: str, answers: Answers | None) -> list[Condition]:
    """The conditions of the errno that mounting ended with."""
    release: Release | None = None
    if paste.kernel:
        major, minor = paste.kernel.split(".")
        release = int(major), int(minor)
    if answers and answers.uid.unmade.startswith("mounts.") and answers.uid.access:
        return conditions(str(answers.uid.access.err), release)
    for errno, line in paste.errors:
        if _MOUNTING.search(line) or _MOUNTING.search(question):
            return conditions(errno, release)
    return []
