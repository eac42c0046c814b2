# SPDX-License-Identifier: BSD-3-Clause
"""
What share of kfuncs changes, and how, within k releases
========================================================

Two readings, both wanted: `within` follows each name from its first birth and asks what happened
in its first k releases (anything in between counts); `cohort` takes all kfuncs of one release and
compares them with a later one (only the two ends count, so a change that was taken back does not
show). const-only, annotation-only and kernel-side changes of a prototype stand apart from changes
of substance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import TYPE_CHECKING

from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import Row, kfunc_releases, position, registered
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.history.diffs import changes, flags_kind, program_types, types_kind, words
from kfuncviz.evidence.history.lives import Life, every_life
from kfuncviz.evidence.history.proportions import share, wilson
from kfuncviz.evidence.history.prototypes import difference

if TYPE_CHECKING:
    import pandas as pd

WHAT = {
    "name gone": "the name is not registered",
    "prototype": "argument count or a type that BPF sees differs",
    "annotation only": "only a __suffix the verifier reads differs",
    "const only": "only const differs",
    "flags stricter": "a flag that demands more came",
    "flags other": "flags relaxed, retired or markers",
    "types narrowed": "a program type lost it",
    "types widened": "a program type gained it",
    "gone or prototype": "name gone, or prototype changed in substance",
    "any of these": "any of the above",
}
_PROTOTYPE = {
    "substantial": "prototype",
    "annotation_only": "annotation only",
    "const_only": "const only",
}


@dataclass(frozen=True)
class Share:
    """Of `n` kfuncs, `count` had a sort of change: in percent, with its 95 % Wilson interval."""

    what: str
    n: int
    count: int
    percent: float
    low: float
    high: float


def _sort(event: str, kind: str) -> str | None:
    """The word of `WHAT` for a change; None for what is in none of its columns."""
    if event == "died":
        return "name gone"
    if event == "prototype":
        return _PROTOTYPE.get(kind)
    if event == "flags":
        return "flags stricter" if kind in ("stricter", "mixed") else "flags other"
    return f"types {kind}" if event == "program_types" else None


def _with_unions(sorts: Collection[str]) -> frozenset[str]:
    union = set(sorts)
    if union & {"name gone", "prototype"}:
        union.add("gone or prototype")
    if sorts:
        union.add("any of these")
    return frozenset(union)


@cache
def _dated() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """kfunc -> (release, sort) of each of its changes."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for change in changes():
        sort = _sort(change.event, change.kind)
        if sort:
            found[change.kfunc] = (*found.get(change.kfunc, ()), (change.release, sort))
    return found


def sorts_of(life: Life, within: int | None = None) -> frozenset[str]:
    """Sorts of change (words of `WHAT`) that a life had, in its first `within` releases or ever.

    >>> sorted(sorts_of(next(l for l in every_life() if l.kfunc == "bpf_path_d_path")))
    ['any of these', 'const only', 'flags other', 'types widened']
    """
    end = life.watched if within is None else min(within, life.watched)
    dated = _dated().get(life.kfunc, ())
    return _with_unions({sort for release, sort in dated if 0 < life.age(release) <= end})


def counted(sorts: Iterable[frozenset[str]]) -> Iterator[Share]:
    """How often each word of `WHAT` stands in the sets of `sorts`, one a kfunc.

    >>> next(counted([frozenset(), frozenset({"name gone"})])).percent
    50.0
    """
    sets = list(sorts)
    for what in WHAT:
        count = sum(what in found for found in sets)
        yield Share(what, len(sets), count, share(count, len(sets)), *wilson(count, len(sets)))


def within(steps: Sequence[int] = (1, 2, 4, 8, 12, 16)) -> pd.DataFrame:
    """Per k and sort of change: names first born at least k releases ago, how many had it, share.

    A name that came back is followed from its first birth alone.

    Columns: k, what, n, count, percent, low, high (95 % Wilson).

    >>> within([1, 8]).query("what == 'name gone'")[["n", "count"]].to_numpy().tolist()
    [[356, 3], [244, 17]]
    """
    newest = kfunc_releases()[-1]
    first = {life.kfunc: life for life in reversed(every_life())}
    out, sizes = [], []
    for k in steps:
        followed = [life for life in first.values() if life.age(newest) >= k]
        if not followed:
            raise EvidenceError(f"no kfunc was born {k} releases before {newest}")
        out += [{"k": k} | asdict(line) for line in counted(sorts_of(life, k) for life in followed)]
        sizes.append(f"{len(followed)} for k={k}")
    return noted(
        frame(out),
        title="What changes within k releases of a kfunc's birth?",
        n=f"names first born at least k releases before the newest: {', '.join(sizes)}; "
        "none left out",
        period=f"{kfunc_releases()[0]} to {newest}, test kfuncs left out",
        definition="; ".join(f"{name}: {text}" for name, text in list(WHAT.items())[:8]),
        source="data/history/kfuncs.csv.gz, neighbouring releases compared row by row",
    )


def _differences(old: Row, new: Row | None) -> frozenset[str]:
    if new is None:
        return _with_unions({"name gone"})
    sorts = set()
    found = difference(old["bpf_visible_prototype"], new["bpf_visible_prototype"])
    if found:
        sorts.add(_PROTOTYPE[found[0]])
    if words(old["flags"]) != words(new["flags"]):
        kind = flags_kind(old["flags"], new["flags"], new["release"])
        sorts.add(_sort("flags", kind) or "")
    if program_types(old["program_types"]) != program_types(new["program_types"]):
        sorts.add(f"types {types_kind(old['program_types'], new['program_types'])}")
    return _with_unions(sorts)


def cohort_sorts(start: str, end: str | None = None) -> dict[str, frozenset[str]]:
    """What is different at `end` (default newest) about each kfunc of `start`: words of `WHAT`.

    Raises UnknownRelease, or EvidenceError where `end` does not come after `start` or `start`
    has no kfunc.

    >>> sorted(cohort_sorts("6.5")["bpf_dynptr_size"])
    ['any of these', 'gone or prototype', 'prototype']
    """
    end = end or kfunc_releases()[-1]
    if position(end) <= position(start):
        raise EvidenceError(f"{end} does not come after {start}; the order is oldest first")
    if start not in registered():
        first = kfunc_releases()[0]
        raise EvidenceError(f"{start} has no kfunc; the first release with kfuncs is {first}")
    later = registered()[end]
    return {name: _differences(old, later.get(name)) for name, old in registered()[start].items()}


def cohort(start: str, end: str | None = None) -> pd.DataFrame:
    """Of the kfuncs of release `start`, how many differ at `end`, by sort of difference.

    Columns: what, n, count, percent, low, high (95 % Wilson). Raises as `cohort_sorts`.

    >>> cohort("6.5").set_index("what").loc[["name gone", "gone or prototype"], "count"].tolist()
    [5, 17]
    """
    end = end or kfunc_releases()[-1]
    found = cohort_sorts(start, end)
    return noted(
        frame(counted(found.values())),
        title=f"The kfuncs of {start} as {end} has them",
        n=f"{len(found)} kfuncs of {start}",
        period=f"{start} against {end}; only the two ends are compared",
        definition="; ".join(f"{name}: {text}" for name, text in WHAT.items()),
        source="data/history/kfuncs.csv.gz",
    )
