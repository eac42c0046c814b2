# SPDX-License-Identifier: BSD-3-Clause
"""
One number of the history at a time
===================================

The counts that questions and prose ask for, as plain functions of the standard library; the frames
of `counts`, `shares`, `survival` and `wrappers` hold the same numbers in rows, and a test keeps
them equal. Test kfuncs are never counted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Literal

from kfuncviz.evidence.data.load import kfunc_releases, position, registered
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.history.commits import groups
from kfuncviz.evidence.history.diffs import changes
from kfuncviz.evidence.history.lives import KINDS, renamed
from kfuncviz.evidence.history.shares import WHAT, Share, cohort_sorts
from kfuncviz.evidence.history.shares import counted as shares
from kfuncviz.evidence.history.survival import DEATHS, counted, estimate
from kfuncviz.evidence.idmap.wrappers import WRAPPERS, written

What = Literal["born", "returned", "died", "prototype"]
#: What is counted, each in words.
EVENTS: Mapping[What, str] = MappingProxyType(
    {
        "born": "kfuncs that came for the first time",
        "returned": "names that came back",
        "died": "names that went, renames included",
        "prototype": "changes of a prototype in substance",
    }
)


def alive(release: str) -> int:
    """How many kfuncs a release registers; UnknownRelease for one outside the data.

    >>> alive("6.5"), alive("6.12")
    (113, 201)
    """
    position(release)
    return len(registered().get(release, ()))


def events(what: What, since: str = "", until: str = "") -> int:
    """How often something of `EVENTS` happened, first and last release included.

    By default over the whole history.  Raises UnknownRelease, or EvidenceError for a `what` there
    is not and for releases in the wrong order.

    >>> events("died"), events("died", "6.11", "6.11")
    (27, 1)
    """
    if what not in EVENTS:
        raise EvidenceError(f"nothing counts {what!r}; there is: {', '.join(EVENTS)}")
    inside = _span(since, until)
    return sum(
        change.event == what and change.kind in ("", "substantial") and change.release in inside
        for change in changes()
    )


def successors(since: str = "", until: str = "") -> int:
    """How many names that went left a successor under another name.

    >>> successors()
    21
    """
    inside = _span(since, until)
    return sum(release in inside for _, release in renamed())


def commits(what: Literal["died", "prototype"], since: str = "", until: str = "") -> int:
    """In how many commits names went, or prototypes changed in substance, at most.

    A change without a recorded commit counts as one of its own (:func:`recorded_commits`).

    >>> commits("died"), commits("prototype")
    (14, 12)
    """
    inside = _span(since, until)
    return sum(group.release in inside for group in groups(what))


def recorded_commits(what: Literal["died", "prototype"], since: str = "", until: str = "") -> int:
    """How many of `commits` the recorded events name.

    >>> recorded_commits("died"), recorded_commits("prototype")
    (14, 2)
    """
    inside = _span(since, until)
    return sum(bool(group.commit) and group.release in inside for group in groups(what))


def cohort_share(what: str, start: str, end: str = "") -> Share:
    """Of the kfuncs of one release, those that a later one (the newest) has not as they were.

    ``what`` is a word of :data:`kfuncviz.evidence.history.shares.WHAT`.  Raises as `cohort_sorts`.

    >>> found = cohort_share("name gone", "6.5")
    >>> found.count, found.n, found.percent
    (5, 113, 4.4)
    """
    if what not in WHAT:
        raise EvidenceError(f"nothing counts {what!r}; there is: {', '.join(WHAT)}")
    sorts = cohort_sorts(start, end or None)
    return next(share for share in shares(sorts.values()) if share.what == what)


def surviving(ends: Collection[str], age: int) -> float:
    """The survival curve at an age in releases, in percent to one decimal.

    ``ends`` says what ends a life: some of :data:`DEATHS` and of :data:`KINDS`.  Raises
    EvidenceError for another word and for an age the curve does not reach.

    >>> surviving({"gone", "renamed"}, 8), surviving({"gone", "renamed", "prototype"}, 8)
    (93.4, 83.9)
    """
    unknown = sorted(set(ends) - {*DEATHS, *KINDS})
    if unknown:
        there = ", ".join((*DEATHS, *KINDS))
        raise EvidenceError(f"nothing ends a life by {', '.join(unknown)}; there is: {there}")
    points = estimate(counted(ends).values())
    if not 0 <= age < len(points):
        raise EvidenceError(
            f"no kfunc was watched for {age} releases; the oldest: {len(points) - 1}"
        )
    return round(100 * points[age].survival, 1)


def edits(verdict: Literal["prototype changed", "body edited"], wrapper: str, since: str) -> int:
    """How often a wrapper would have changed so, from after a release to the newest.

    Raises UnknownRelease, or EvidenceError for a wrapper or a verdict there is not.

    >>> edits("body edited", "bpf_get_file_vfs_ids", "5.12"), edits(
    ...     "prototype changed", "bpf_get_file_vfs_ids", "5.12")
    (3, 0)
    """
    if wrapper not in WRAPPERS:
        raise EvidenceError(f"no wrapper {wrapper!r}; there are: {', '.join(WRAPPERS)}")
    if verdict not in ("prototype changed", "body edited"):
        raise EvidenceError(f"no verdict {verdict!r}; there is: prototype changed, body edited")
    first = position(since)
    return sum(
        line.wrapper == wrapper and line.verdict == verdict and position(line.release) > first
        for line in written()
    )


def _span(since: str, until: str) -> Collection[str]:
    """The releases from one to another, both included."""
    order = kfunc_releases()
    first, last = since or order[0], until or order[-1]
    if position(last) < position(first):
        raise EvidenceError(f"{last} comes before {first}; the order is oldest first")
    return {each for each in order if position(first) <= position(each) <= position(last)}
