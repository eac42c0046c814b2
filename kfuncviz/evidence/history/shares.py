# SPDX-License-Identifier: BSD-3-Clause
"""
What share of kfuncs changes, and how, within k releases
========================================================

Two readings, both wanted: `within` follows each kfunc from birth and asks what happened
in its first k releases (anything in between counts); `cohort` takes all kfuncs of one
release and compares them with a later one (only the two ends count, so a change that
was taken back does not show). const-only, annotation-only and kernel-side changes of a
prototype stand apart from changes of substance.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pandas as pd

from kfuncviz.evidence.answers import noted, share, wilson
from kfuncviz.evidence.data.load import kfunc_releases, kfuncs, position, records
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.history.diffs import changes, flags_kind, program_types, types_kind, words
from kfuncviz.evidence.history.lifetimes import spells
from kfuncviz.evidence.history.prototypes import difference

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


def _sort(event: str, kind: str) -> str | None:
    if event == "died":
        return "name gone"
    if event == "prototype":
        names = {
            "substantial": "prototype",
            "annotation_only": "annotation only",
            "const_only": "const only",
        }
        return names.get(kind)
    if event == "flags":
        return "flags stricter" if kind in ("stricter", "mixed") else "flags other"
    return f"types {kind}" if event == "program_types" else None


def _with_unions(sorts: frozenset[str]) -> frozenset[str]:
    union = set(sorts)
    if sorts & {"name gone", "prototype"}:
        union.add("gone or prototype")
    if sorts:
        union.add("any of these")
    return frozenset(union)


@cache
def _spell_changes() -> pd.DataFrame:
    frame = spells()
    frame["start"] = frame["born"].map(position)
    found = changes()
    sorts = [_sort(e, k) for e, k in zip(found["event"], found["kind"], strict=True)]
    found["sort"] = pd.Series(sorts, index=found.index, dtype="object")
    found["at"] = found["release"].map(position)
    found = found.dropna(subset=["sort"])
    merged = frame.merge(found[["kfunc", "sort", "at"]], on="kfunc")
    merged["age"] = merged["at"] - merged["start"]
    return merged[merged["age"].between(1, merged["watched"])]


def _sets(hits: pd.DataFrame) -> dict[tuple[str, str], frozenset[str]]:
    return {
        (str(name), str(born)): _with_unions(frozenset(part["sort"]))
        for (name, born), part in hits.groupby(["kfunc", "born"])
    }


def sorts_by_spell() -> dict[tuple[str, str], frozenset[str]]:
    """Sorts of change (words of `WHAT`) of each spell (kfunc, born) that had any.

    >>> sorted(sorts_by_spell()["bpf_path_d_path", "6.12"])
    ['any of these', 'const only', 'flags other', 'types widened']
    """
    return _sets(_spell_changes())


def within(steps: Sequence[int] = (1, 2, 4, 8, 12, 16)) -> pd.DataFrame:
    """Per k and sort of change: spells born at least k releases ago, how many had it, share.

    Columns: k, what, n, count, percent, low, high (95 % Wilson).

    >>> within([8]).set_index("what").loc["name gone", ["n", "count", "percent"]].tolist()
    [244.0, 17.0, 7.0]
    """
    newest = position(kfunc_releases()[-1])
    starts = spells()["born"].map(position)
    hits = _spell_changes()
    out = []
    for k in steps:
        n = int((starts + k <= newest).sum())
        if not n:
            raise EvidenceError(f"no kfunc was born {k} releases before {kfunc_releases()[-1]}")
        early = hits[(hits["start"] + k <= newest) & (hits["age"] <= k)]
        sets = list(_sets(early).values())
        for what in WHAT:
            count = sum(what in kinds for kinds in sets)
            out.append((k, what, n, count, share(count, n), *wilson(count, n)))
    table = pd.DataFrame(out, columns=["k", "what", "n", "count", "percent", "low", "high"])
    sizes = ", ".join(f"{n} for k={k}" for k, n in table.groupby("k")["n"].first().items())
    return noted(
        table,
        title="What changes within k releases of a kfunc's birth?",
        n=f"kfuncs born at least k releases before the newest: {sizes}",
        period=f"{kfunc_releases()[0]} to {kfunc_releases()[-1]}, test kfuncs left out",
        definition="; ".join(f"{name}: {text}" for name, text in list(WHAT.items())[:8]),
        source="data/history/kfuncs.csv.gz, neighbouring releases compared row by row",
    )


def _fate(old: dict[str, str], new: dict[str, str] | None) -> frozenset[str]:
    if new is None:
        return _with_unions(frozenset({"name gone"}))
    sorts = set()
    found = difference(old["bpf_visible_prototype"], new["bpf_visible_prototype"])
    if found:
        sorts.add(_sort("prototype", found[0]) or "")
    if words(old["flags"]) != words(new["flags"]):
        kind = flags_kind(old["flags"], new["flags"], new["release"])
        sorts.add(_sort("flags", kind) or "")
    if program_types(old["program_types"]) != program_types(new["program_types"]):
        sorts.add(f"types {types_kind(old['program_types'], new['program_types'])}")
    return _with_unions(frozenset(sorts))


def fates(start: str, end: str | None = None) -> pd.DataFrame:
    """One row a kfunc of release `start`: what is different about it at `end` (default newest).

    Columns: kfunc, sorts (words of `WHAT`, joined by |; empty if nothing differs).

    >>> fates("6.5").query("kfunc == 'bpf_dynptr_size'")["sorts"].item()
    'any of these|gone or prototype|prototype'
    """
    end = end or kfunc_releases()[-1]
    if position(end) <= position(start):
        raise EvidenceError(f"{end} does not come after {start}; the order is oldest first")
    rows = kfuncs()
    later = {row["kfunc"]: row for row in records(rows[rows["release"] == end])}
    earlier = records(rows[rows["release"] == start])
    if not earlier:
        raise EvidenceError(f"{start} has no kfunc; the first release with kfuncs is 5.13")
    out = [(old["kfunc"], "|".join(sorted(_fate(old, later.get(old["kfunc"]))))) for old in earlier]
    return pd.DataFrame(out, columns=["kfunc", "sorts"])


def cohort(start: str, end: str | None = None) -> pd.DataFrame:
    """Of the kfuncs of release `start`, how many differ at `end`, by sort of difference.

    Columns: what, n, count, percent, low, high (95 % Wilson).

    >>> cohort("6.5").set_index("what").loc[["name gone", "gone or prototype"], "count"].tolist()
    [5, 17]
    """
    end = end or kfunc_releases()[-1]
    found = fates(start, end)
    n = len(found)
    sets = [frozenset(cell.split("|")) for cell in found["sorts"]]
    out = []
    for what in WHAT:
        count = sum(what in kinds for kinds in sets)
        out.append((what, n, count, share(count, n), *wilson(count, n)))
    return noted(
        pd.DataFrame(out, columns=["what", "n", "count", "percent", "low", "high"]),
        title=f"The kfuncs of {start} as {end} has them",
        n=f"{n} kfuncs of {start}",
        period=f"{start} against {end}; only the two ends are compared",
        definition="; ".join(f"{name}: {text}" for name, text in WHAT.items()),
        source="data/history/kfuncs.csv.gz",
    )
