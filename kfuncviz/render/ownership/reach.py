# SPDX-License-Identifier: BSD-3-Clause
"""
Reach: whether this caller gets there, in words
===============================================

Who owns a file and whether a caller's stat, create or chown succeeds are two answers.  The second
one is told here, with the check that stops the call and the capability that did not count.
"""

from __future__ import annotations

import posixpath
from dataclasses import replace

from kfuncviz.render.ownership.marks import bold, name, to_text
from kfuncviz.scenario.ownership.access import Access
from kfuncviz.scenario.ownership.answer import Ownership

ARRIVES = "\N{CHECK MARK}"
STOPPED = "\N{BALLOT X}"
HEAD = "This caller"


def stopped(o: Ownership) -> bool:
    """Whether this caller does not get there."""
    return o.access is not None and o.access.err is not None


def would_be(o: Ownership) -> bool:
    """Whether the answer is only what would be: the caller does not get as far as that."""
    return stopped(o) and (o.reading or o.travel.lost is None)


def call(a: Access) -> str:
    """The call in words: ``stat of home/letter.txt``.

    >>> call(Access({"op": "create", "path": "project/new"}))
    'create in project'
    """
    path = a.op["path"]
    if a.op["op"] == "create":
        return f"create in {_place(posixpath.dirname(path) or '.')}"
    return f"{a.op['op']} of {_place(path)}"


def verdict(a: Access) -> str:
    """The call and what comes of it in a few words: ``stat of a/b: EACCES at a``."""
    if a.err is None:
        return f"{call(a)}: succeeds"
    return f"{call(a)}: {a.err}{_at(a)}"


def reason(a: Access) -> str:
    """Why a call is refused, or what it leaves; empty where there is nothing to say."""
    return _why(a) if a.err else to_text(_left(a))


def told(o: Ownership) -> str:
    """The marked sentence about access; empty where nobody asked or the way has said it."""
    a = o.access
    if a is None or (a.err is not None and a.err == o.err):
        return ""
    if a.err is None:
        passed = f"This caller's {call(a)} succeeds"
        if o.err:
            return f"This kernel does not ask: {passed[0].lower()}{passed[1:]}."
        left = _left(a)
        return f"{passed}{f', with {left}' if left else ''}."
    sooner = "ends sooner" if o.err else "ends"
    return f"But this caller's {call(a)} {sooner} with {bold(a.err)}{_at(a)}: {_rule(a)}."


def where(a: Access) -> str:
    """Where the check stood; empty where that is not known."""
    path = a.why.path if a.why else None
    return _place(path or "")


def _place(path: str) -> str:
    return "the mount's root" if path == "." else name(path)


def _at(a: Access) -> str:
    return f" at {where(a)}" if where(a) else ""


def _why(a: Access) -> str:
    if a.why is None:
        return a.rule
    at = f" at {a.why.path}" if a.why.path else ""
    return str(a.why).removeprefix(f"{a.err}{at}: ")


def _rule(a: Access) -> str:
    """The rule and the capability, without the rows of a map."""
    return _why(replace(a, why=replace(a.why, map=None, measured=True)) if a.why else a)


def _left(a: Access) -> str:
    """The mode of something new, and where it comes from."""
    made = a.made
    if made is None:
        return ""
    mode = f"mode {bold(made.mode)}"
    if made.acl:
        return f"{mode} and the directory's default access list {name(made.acl)}"
    if not int(made.umask, 8):
        return mode
    asked = f"{a.op['mode']} " if "mode" in a.op else ""
    return f"{mode} ({asked}without the umask {made.umask})"
