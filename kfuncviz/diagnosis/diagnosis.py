# SPDX-License-Identifier: BSD-3-Clause
"""
The doctor's answer
===================

All parts in one: what was understood, the answer hop by hop, what loses it, the likely mistake, the
repairs that were replayed, those that do not help, and what is assumed or needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kfuncviz.diagnosis.answers import Answers, ask, lost, told
from kfuncviz.diagnosis.attempts import Attempt, no_help
from kfuncviz.diagnosis.conditions import Condition, conditions
from kfuncviz.diagnosis.findings import Finding, findings
from kfuncviz.diagnosis.paste import Paste, embedded, sorted_out
from kfuncviz.diagnosis.question import asked
from kfuncviz.diagnosis.repairs import Repair, repairs
from kfuncviz.diagnosis.situation import Situation, understood
from kfuncviz.dialects.words import echo
from kfuncviz.model.releases import Release
from kfuncviz.printable import printable
from kfuncviz.scenario.reading import token
from kfuncviz.scenario.reading.written import yaml_of

_LINE_MAX = 400
_MOUNTING = re.compile(r"(?i)\bmount|mount_setattr|idmap")


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
    def lost(self) -> str:
        """The hop or the check that loses it; empty where nothing does."""
        return lost(self.answers) if self.answers else ""

    @property
    def token(self) -> str:
        """The scenario in a line of text, which every explorer opens."""
        return token.encode(self.situation.document)

    def as_dict(self) -> dict[str, Any]:
        """The same as an object for JSON."""
        here = self.situation
        return {
            "understood": [
                *echo(here.ranges),
                *(line for parsed in here.parsed for line in echo(parsed)),
            ],
            "scenario": here.document,
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
            yield from (f"  {each.words}{_when(each)}" for each in self.conditions)
        yield "scenario"
        yield from (f"  {line}" for line in yaml_of(here.document).splitlines())
        yield f"  {self.token}"


def _part(title: str, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == 0:
            yield title
        yield f"  {line}"


def _when(condition: Condition) -> str:
    """Since and up to when a condition is there, if it was not always."""
    if condition.until is not None and condition.until > (5, 12):
        return " (before {}.{})".format(*condition.until)
    return " (since {}.{})".format(*condition.since) if condition.since > (5, 12) else ""


def doctor(texts: Iterable[str] | str, question: str = "") -> Diagnosis:
    """Pieces of configuration and a question: whose the file is, and what to change.

    Parameters
    ----------
    texts:
        One text or several: lines of /etc/subuid, flags of a run, options of a mount, ``ls -ln``,
        ``stat``, ``id``, the text of an error, in any order.
    question:
        In plain words; without one the paste is asked whose the file is.

    Raises
    ------
    ScenarioError
        Where what was understood is no scenario.
    """
    pieces = [texts] if isinstance(texts, str) else [*texts]
    paste = sorted_out([*pieces, embedded(question)])
    here = understood(paste, asked(" ".join([question, *paste.prose]), paste))
    sound = not any(parsed.problems for parsed in here.parsed)
    answers = ask(here) if sound else None
    return Diagnosis(
        here,
        answers,
        tuple(findings(here, answers)),
        tuple(repairs(here, answers)),
        tuple(no_help(here, answers)),
        tuple(_conditions(paste, question, answers)),
    )


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
