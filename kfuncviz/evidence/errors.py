# SPDX-License-Identifier: BSD-3-Clause
"""
What the evidence says when it cannot answer
============================================

A name nobody registered, a release outside the data, a layout nobody recorded:
each gets one sentence that says what is known instead of a guess.
"""

from __future__ import annotations

from collections.abc import Iterable

from kfuncviz.nearest import nearest


class EvidenceError(LookupError):
    """A question the recorded history cannot answer; the message says why."""


class UnknownRelease(EvidenceError):
    """A release that is not part of the data."""


class UnknownKfunc(EvidenceError):
    """A kfunc name that no recorded release registers."""


class UnknownName(EvidenceError):
    """A name that no table knows, of whatever kind."""


class UnknownTable(EvidenceError):
    """A table name that schema.json does not describe."""


class LayoutNotRecorded(EvidenceError):
    """A structure, member or offset that was not recorded at a release."""


def near(name: str, known: Iterable[str], limit: int = 5) -> list[str]:
    """The known names closest to `name`, best first; at most `limit`.

    >>> near("bpf_put_fil", ["bpf_put_file", "bpf_path_d_path", "scx_bpf_kick_cpu"])
    ['bpf_put_file']
    """
    ordered = sorted(known)
    close = nearest(name, ordered, limit)
    holding = [other for other in ordered if name and name in other and other not in close]
    return (close + holding)[:limit]


def offered(name: str, known: Iterable[str]) -> str:
    """What to write in place of an unknown `name`: the names near it, or else all there are.

    >>> offered("reader", ["readers", "wrappers"]), offered("zzz", ["readers", "wrappers"])
    ('near: readers', 'there are: readers, wrappers')
    """
    every = list(known)
    close = near(name, every)
    return f"near: {', '.join(close)}" if close else f"there are: {', '.join(every)}"
