# SPDX-License-Identifier: BSD-3-Clause
"""
What is asked
=============

A question in plain words becomes a direction and the ids it is about.  Without one the paste asks:
an error of chown is about chown, one that only creating can have is about creating, anything else
is about whose a file is.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from kfuncviz.diagnosis.paste import Paste
from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.printable import short
from kfuncviz.scenario.ownership.travel import Direction
from kfuncviz.scenario.problems import unusable

_CHOWN = re.compile(
    r"(?i)(?:\bl?chown\b[^\d\n]*(?:\S*/\S*\s+)?|ownership to uid )(\d+)(?:(?:, gid |[:. ]+)(\d+))?"
)
_CREATE = re.compile(
    r"(?i)\b(?:create|creat\w*|write|mkdir|touch|save|make a (?:file|directory))\b"
)
_INSIDE = re.compile(
    r"(?i)\b(?:container|inside)(?:'s)?\s+(?:uid|gid|user|group|id)?\s*(\d+)"
    r"|\b(\d+)\s+(?:in|inside)\s+(?:of\s+)?the\s+container"
)
_DISK = re.compile(
    r"(?i)\b(?:disk|host|owned by|owner|stored as|belongs? to|file with|has)\s+"
    r"(?:uid|gid|user|group|id|is)?\s*"
    r"(\d+)(?:[:/](\d+))?"
)
_ANY = re.compile(r"(?i)\b(?:uid|user|id)\s+(\d+)(?:[:/](\d+))?")
_USER = re.compile(r"(?:--user|\s-u|\bas (?:uid|user))[= ]+(\d+)(?::(\d+))?")


class Question(NamedTuple):
    """A direction, the ids asked about (uid, gid), and as whom it is done inside.

    ``ids`` are those on the disk for "read", those given to chown for "chown".
    """

    direction: Direction
    ids: tuple[int, int] | None = None
    user: tuple[int, int] = (0, 0)


def asked(question: str, paste: Paste) -> Question:
    """The question that words, or the paste alone, ask.

    Raises :class:`~kfuncviz.scenario.problems.ScenarioError` for a number that is no id.

    >>> asked("what is container uid 1000 on the host?", Paste())
    Question(direction='chown', ids=(1000, 1000), user=(0, 0))
    >>> asked("owned by 1000, why nobody?", Paste()).ids
    (1000, 1000)
    """
    text = "\n".join([question, *(line for _, line in paste.errors)])
    user = _pair(_USER.search(" \n".join([*paste.blocks, question]))) or (0, 0)
    inside = _INSIDE.search(question)
    if chown := _CHOWN.search(text):
        return Question("chown", _pair(chown), user)
    if inside:
        id = _id(inside[1] or inside[2])
        return Question("chown", (id, id), user)
    errnos = {errno for errno, _ in paste.errors}
    if _CREATE.search(text) or "EOVERFLOW" in errnos:
        return Question("create", _pair(_DISK.search(question)), user)
    return Question("read", _pair(_DISK.search(question) or _ANY.search(question)), user)


def _pair(found: re.Match[str] | None) -> tuple[int, int] | None:
    if found is None:
        return None
    uid = _id(found[1])
    return uid, uid if found[2] is None else _id(found[2])


def _id(text: str) -> int:
    if len(text) > 10 or int(text) > LAST_ID:
        raise unusable(f"{short(text)} is no id; the last is {LAST_ID}", "question")
    return int(text)
