# SPDX-License-Identifier: BSD-3-Clause
"""
The LSM hooks of a release
==========================

Which hooks a BPF program may attach to, where it may sleep, and where it may not attach at all.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from kfuncviz.kfuncs.known import NotKnown, document, shown, within
from kfuncviz.nearest import meant


@cache
def _hooks() -> dict[str, dict[str, Any]]:
    return {row["hook"]: row for row in document("verifier", "lsm_hooks")["hooks"]}


def hook(name: str, at: str) -> str:
    """The name of an LSM hook that the release has.

    :raises NotKnown: for a hook it has not, or that was not read of it.

    >>> hook("file_open", "6.12")
    'file_open'
    >>> hook("file_opne", "6.12")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: no LSM hook 'file_opne' was read in 6.12, did you mean \
'file_open'?
    """
    if holds(name, "spans", at):
        return name
    here = [known for known in _hooks() if holds(known, "spans", at)]
    raise NotKnown(f"no LSM hook {shown(name)} was read in {at}{meant(name, here)}")


def holds(name: str, what: str, at: str) -> bool:
    """Whether a release has a hook (``spans``), lets a program sleep there, or has it disabled.

    >>> [holds("inode_getsecurity", "disabled", at) for at in ("6.11", "6.12")]
    [False, True]
    """
    return any(within(at, *ends) for ends in _hooks().get(name, {}).get(what, []))
