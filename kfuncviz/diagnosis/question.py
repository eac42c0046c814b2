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
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from kfuncviz.diagnosis.paste import Paste
from kfuncviz.model.uidgid import LAST_ID
from kfuncviz.printable import short
from kfuncviz.scenario.ownership.travel import Direction
from kfuncviz.scenario.problems import unusable

_CHOWN = re.compile(
    r"(?i)(?:\bl?chown\b[^\d\n]{0,200}(?:\S*/\S*\s+)?|ownership to uid )"
    r"(\d+)(?:(?:, gid |[:. ]+)(\d+))?"
)
_NAMESPACE = r"(?:container|pod|guest|namespace|userns|ct)"
_NUMBER = r"(?:uid|gid|user|group|id|number)?\s*(\d+)"
_INSIDE = re.compile(
    rf"(?i)\b(?:{_NAMESPACE}|inside|intern\w*)(?:'s)?\s+{_NUMBER}"
    rf"|\b{_NUMBER}\s+(?:in|inside)\s+(?:of\s+)?(?:the|a|my)\s+{_NAMESPACE}|\b{_NUMBER}\s+inside\b"
)
_ON_HOST = re.compile(
    r"(?i)\b(?:on|of|at)\s+(?:the|my)\s+(?:\w+\s+)?host\b|\bhost'?s?\s+(?:uid|gid|id|user|number)|\boutside\b"
)
#: "The host uid of the process": no number stands there.
_WHOSE_PROCESS = re.compile(
    r"(?i)\bhost'?s?\s+(?:uid|gid|id|user)\b[^?]*\b(?:process|program|container|pod)\b"
)
_UID_AND_GID = re.compile(r"(?i)\buid[ =:]+(\d+)\W+(?:and\s+)?gid[ =:]+(\d+)")
_DISK = re.compile(
    r"(?i)\b(?:disk|host|owned by|owner|stored as|belongs? to|file with|has)\s+"
    r"(?:uid|gid|user|group|id|is)?\s*"
    r"(\d+)(?:[:/](\d+))?"
)
_ANY = re.compile(r"(?i)(?<!as )\b(?:uid|user|id)\s+(\d+)(?:[:/](\d+))?")
_USER = re.compile(
    r"(?:--user|\b(?:podman|docker|nerdctl|buildah)\b[^\n]{0,300}?\s-u|\bas (?:uid|user))[= ]+"
    r"(\d+)(?::(\d+))?"
    r"|\bas (root)\b"
)
_FILE = (
    r"(?:(?:to|into|in|on)\s+)?(?:(?:the|a|an|this|that|my|it'?s?|existing)\s+)*(?:\w+\s+)?"
    r"(?:file|document)\b"
)
_MAY = r"can(?:no|')?t|cannot|can|able to|may|could not|couldn't|allowed to"
#: What is done, and the words for it; the first that is found counts.  "either" is a write where a
#: file was listed, else something is made.
_DOING: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"(?i)\b(?:{words})"))
    for name, words in (
        ("write", rf"writ\w*\s+{_FILE}|modif\w*|edit\w*\b|append\w*|overwrit\w*|truncat\w*"),
        ("create", r"creat\w*|mkdir\b|touch\b|save\b|make a (?:file|directory)|new file"),
        ("either", r"writ(?:e|ing|able)\b|read-only"),
        ("chmod", r"chmod\b|change (?:its|the) mode"),
        ("unlink", r"rm\s|delet\w*|remov\w*|unlink\w*"),
        ("read", rf"(?:{_MAY})\s+(?:\w+\s+){{0,3}}?(?:read|open|cat)\b|cat: |cannot open\b"),
    )
)
#: The system call each is, as an operation of a scenario.
CALLS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "write": {"op": "open", "flags": "w"},
        "read": {"op": "open", "flags": "r"},
        "chmod": {"op": "chmod", "mode": "0644"},
        "unlink": {"op": "unlink"},
    }
)


class Question(NamedTuple):
    """A direction, the ids asked about (uid, gid), and as whom it is done inside.

    ``ids`` are those on the disk for "read", those given to chown for "chown"; ``user`` is ``None``
    where nobody said as whom.  ``doing`` is a call
    of :data:`CALLS` that is tried on the file, empty for none.  ``mapping``: nothing is done, the
    number is asked about.
    """

    direction: Direction
    ids: tuple[int, int] | None = None
    user: tuple[int, int] | None = None
    doing: str = ""
    mapping: bool = False


def asked(question: str, paste: Paste) -> Question:
    """The question that words, or the paste alone, ask.

    Raises :class:`~kfuncviz.scenario.problems.ScenarioError` for a number that is no id.

    >>> asked("what is container uid 1000 on the host?", Paste())[:3]
    ('chown', (1000, 1000), None)
    >>> asked("owned by 1000, why nobody?", Paste()).ids
    (1000, 1000)
    >>> asked("can user 1000 in the container write to the file?", Paste())[2:4]
    ((1000, 1000), 'write')
    """
    errors = (line for _, line in paste.errors if not re.search("[ug]id_map", line))
    text = "\n".join([question, *errors, *paste.commands])
    run = _USER.search(" \n".join([*paste.blocks, question]))
    user = (0, 0) if run and run[3] else _pair(run) or paste.runs_as
    doing = next((name for name, words in _DOING if words.search(text)), "")
    if chown := _CHOWN.search(text):
        return Question("chown", _pair(chown), user)
    inside = _INSIDE.search(question)
    if inside:
        id = _id(next(filter(None, inside.groups())))
        if _ON_HOST.search(question) or not doing:
            return Question("chown", (id, id), user, mapping=True)
        user = id, id
    elif _WHOSE_PROCESS.search(question):
        return Question("chown", None, user, mapping=True)
    ids = _pair(_UID_AND_GID.search(question) or _DISK.search(question))
    errnos = {errno for errno, _ in paste.errors}
    if doing == "either":
        doing = "write" if any(not each.directory for each in paste.shown) else "create"
    if doing == "create" or (not doing and "EOVERFLOW" in errnos):
        return Question("create", ids, user)
    if ids is None and not inside:
        ids = _pair(_ANY.search(question))
    return Question("read", ids, user, doing)


def _pair(found: re.Match[str] | None) -> tuple[int, int] | None:
    if found is None:
        return None
    uid = _id(found[1])
    return uid, uid if found[2] is None else _id(found[2])


def _id(text: str) -> int:
    if len(text) > 10 or int(text) > LAST_ID:
        raise unusable(f"{short(text)} is no id; the last is {LAST_ID}", "question")
    return int(text)
