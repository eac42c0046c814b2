# SPDX-License-Identifier: BSD-3-Clause
"""
What people try that does not help
==================================

It is replayed as a repair is, and said not to help only where it does not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from kfuncviz.diagnosis.answers import Answers, ask
from kfuncviz.diagnosis.findings import losses
from kfuncviz.diagnosis.situation import Situation


class Attempt(NamedTuple):
    """What people try, and why it does not help."""

    what: str
    why: str


def _any_mode(document: dict[str, Any], _by: str) -> dict[str, Any]:
    setup = document.get("setup") or ()
    has_mode = ("file", "dir")
    opened = [e | {"mode": "0777"} if e.get("type") in has_mode else e for e in setup]
    return document | {"setup": opened}


def _all_capabilities(document: dict[str, Any], by: str) -> dict[str, Any]:
    callers = document.get("callers") or {}
    if by not in callers:
        return document
    return document | {"callers": callers | {by: callers[by] | {"caps": "all"}}}


#: What people try, what it changes, and why it does not help.
_TRIED: tuple[tuple[str, Callable[[dict[str, Any], str], dict[str, Any]], str], ...] = (
    ("chmod -R 0777", _any_mode,
     "mode bits are asked after the owner is looked up, and give no id a row"),
    ("--privileged, or more capabilities", _all_capabilities,
     "a capability counts over ids that are mapped, and gives no id a row"),
)  # fmt: skip


def no_help(here: Situation, answers: Answers | None) -> list[Attempt]:
    """What people try where an id is lost, and what is still lost or refused with it."""
    if answers is None or answers.well or answers.uid.unmade or not [*losses(answers)]:
        return []
    found = []
    for what, change, why in _TRIED:
        if not ask(replace(here, document=change(here.document, here.by))).well:
            found.append(Attempt(what, why))
    return found
