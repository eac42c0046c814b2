# SPDX-License-Identifier: BSD-3-Clause
"""
Counts of the evidence
======================

A number of :mod:`kfuncviz.evidence.tally`, by the name of what is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import ClassVar, Literal, NamedTuple, cast

from kfuncviz.evidence import tally
from kfuncviz.evidence.data.load import kfunc_releases
from kfuncviz.evidence.history import compare
from kfuncviz.evidence.history.shares import WHAT, Share
from kfuncviz.evidence.idmap import helpers
from kfuncviz.learn.matters.matter import Plain, Slip

Unit = Literal["count", "percent"]


@dataclass(frozen=True)
class History(Plain):
    """A number of the history.

    ``count`` names it (:data:`COUNTS`).  ``since`` and ``until`` are the first and the last release
    of a span, or the two ends that are compared; ``what`` is a word of
    :data:`kfuncviz.evidence.history.shares.WHAT` where a release is compared with a later one;
    ``ends`` and ``age`` are those of :func:`~kfuncviz.evidence.tally.surviving`;
    ``wrapper`` one of the four.  ``unit``: the ``count`` or, of a part, the ``percent``.
    """

    voice: ClassVar[str] = "The record"

    count: str
    since: str = ""
    until: str = ""
    what: str = "name gone"
    ends: tuple[str, ...] = ()
    age: int = 0
    wrapper: str = ""
    unit: Unit = "count"

    def __post_init__(self) -> None:
        if self.count not in COUNTS:
            raise ValueError(f"{self.count!r} is no count; there is: {', '.join(COUNTS)}")

    def key(self) -> str:
        """The number."""
        return f"{COUNTS[self.count].number(self):g}"

    def slips(self) -> Iterator[Slip]:
        """The numbers that other counts of the same span give."""
        kin = [other for names in _KIN if self.count in names for other in names]
        others = [replace(self, count=other) for other in kin if other != self.count]
        if self.count == "cohort":
            others += [replace(self, what=what) for what in WHAT]
        seen = {self.key()}
        for other in others:
            if other.key() not in seen:
                seen.add(other.key())
                yield Slip("another count", other.key(), f"That is another count: {other.title}.",
                           f"Asked for is: {self.title}.")  # fmt: skip

    def told(self) -> Iterator[str]:
        """What was counted, over which releases, and where the rows are."""
        first, last = self.since or kfunc_releases()[0], self.until or kfunc_releases()[-1]
        span = first if first == last else f"{first} to {last}"
        if COUNTS[self.count].step:
            span = f"in {span}, each against the release before"
        yield f"Counted: {self.title}, {span}."
        yield f"Source: {COUNTS[self.count].source}."

    @property
    def title(self) -> str:
        """What is counted, in words."""
        title = COUNTS[self.count].title
        part = self.part()
        whole = f", of {part.n}" if part else ""
        recorded = tally.recorded_commits("prototype", self.since, self.until)
        return title.format(what=WHAT.get(self.what, self.what), ends=" or ".join(self.ends),
                            age=self.age, wrapper=self.wrapper,
                            recorded=recorded) + whole  # fmt: skip

    def part(self) -> Share | None:
        """So many of so many, where the number is such a part."""
        if self.count != "cohort":
            return None
        return tally.cohort_share(self.what, self.since, self.until)


class Count(NamedTuple):
    """What is counted, in words; how; where its rows are; whether each release is compared with
    the one before (``step``).
    """

    title: str
    number: Callable[[History], float]
    source: str
    step: bool = False


def _event(what: str) -> Callable[[History], float]:
    return lambda asked: tally.events(cast("tally.What", what), asked.since, asked.until)


def _cohort(asked: History) -> float:
    part = tally.cohort_share(asked.what, asked.since, asked.until)
    return part.percent if asked.unit == "percent" else part.count


def _edits(verdict: Literal["prototype changed", "body edited"]) -> Callable[[History], float]:
    return lambda asked: tally.edits(verdict, asked.wrapper, asked.since)


_ROWS = "data/history/kfuncs.csv.gz, neighbouring releases compared row by row"
_API = "data/history/idmap_api.csv.gz; prototypes as proposed in July 2023"
COUNTS: Mapping[str, Count] = MappingProxyType(
    {
        "alive": Count("kfuncs that the last release registers",
                       lambda asked: tally.alive(asked.until or kfunc_releases()[-1]), _ROWS),
        **{what: Count(title, _event(what), _ROWS, step=True)
           for what, title in tally.EVENTS.items()},
        "renamed": Count("names that went and left a successor under another name",
                         lambda asked: tally.successors(asked.since, asked.until),
                         "data/history/events.csv.gz", step=True),
        "commits of deaths": Count("commits that took names away",
                                   lambda asked: tally.commits("died", asked.since, asked.until),
                                   f"{_ROWS}; commits from events.csv.gz", step=True),
        "commits of prototypes": Count(
            "commits that changed prototypes in substance, at most ({recorded} recorded, every "
            "other change counted as one)",
            lambda asked: tally.commits("prototype", asked.since, asked.until),
            f"{_ROWS}; commits from events.csv.gz", step=True),
        "cohort": Count("kfuncs of the first release of which the last one says: {what}", _cohort,
                        "data/history/kfuncs.csv.gz, only the two ends compared"),
        "surviving": Count("percent of kfuncs that reach the age of {age} releases, where a life "
                           "ends by: {ends}",
                           lambda asked: tally.surviving(asked.ends, asked.age),
                           "data/history/kfuncs.csv.gz; product-limit estimate"),
        "VFS names at the others' rate": Count(
            "names of VFS kfuncs that would have gone at the rate of others born in the same time",
            lambda asked: compare.vfs_at_the_others_rate(asked.since),
            "data/history/kfuncs.csv.gz, names gone for each release of follow-up"),
        "helper signatures": Count(
            "changes of signature of the idmapping's helpers and of VFS functions with the map",
            lambda asked: helpers.signatures(asked.since, asked.until),
            "data/history/idmap_api.csv.gz", step=True),
        "wrapper prototypes": Count("changes of the prototype of {wrapper}",
                                    _edits("prototype changed"), _API),
        "wrapper bodies": Count("edits of the body of {wrapper}", _edits("body edited"), _API),
    }
)  # fmt: skip
#: Counts that are taken for one another.
_KIN = (
    ("born", "returned", "died", "renamed", "commits of deaths"),
    ("prototype", "commits of prototypes"),
    ("wrapper prototypes", "wrapper bodies"),
)
