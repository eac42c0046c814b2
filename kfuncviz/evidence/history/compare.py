# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncs beside other interfaces, and VFS kfuncs beside the rest
==============================================================

The baselines were counted over fixed spans and by different methods (names in source,
functions in BTF); each row keeps its own method, and no row is better than its method.
kfunc numbers are always computed from the rows for exactly the same span. Where a
baseline did not compare types, the cell is empty: not measured is not zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import kfunc_releases, position, rows
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.history.families import SCHED_EXT, VFS, family
from kfuncviz.evidence.history.lives import Life, every_life
from kfuncviz.evidence.history.proportions import share, wilson
from kfuncviz.evidence.history.shares import cohort_sorts, counted, sorts_of

if TYPE_CHECKING:
    import pandas as pd

_CORE = "core dirs (kernel mm fs net block lib crypto security io_uring ipc virt init)"
_SHOWN = {
    ("EXPORT_SYMBOL*", _CORE): "exported symbols (source, core directories)",
    ("EXPORT_SYMBOL*_GPL", "core dirs"): "  of these EXPORT_SYMBOL_GPL",
    (
        "EXPORT_SYMBOL* functions in vmlinux BTF",
        "Debian amd64 vmlinux BTF",
    ): "exported functions (vmlinux BTF)",
    ("EXPORT_SYMBOL_GPL only", "Debian amd64 vmlinux BTF"): "  of these EXPORT_SYMBOL_GPL (BTF)",
    (
        "fentry/kprobe: all vmlinux BTF FUNCs",
        "Debian amd64 vmlinux BTF",
    ): "any traceable function (vmlinux BTF)",
    (
        "CO-RE: struct members (named structs)",
        "Debian amd64 vmlinux BTF",
    ): "struct members (vmlinux BTF)",
    ("tracepoint", "include/trace/events/*.h"): "tracepoints",
    ("BPF UAPI helper", "include/uapi/linux/bpf.h FN list"): "BPF helpers",
    (
        "syscall (x86-64 table, with entry point)",
        "arch/x86/entry/syscalls/syscall_64.tbl",
    ): "system calls (x86-64)",
}


#: A kfunc of fewer releases is young: its interface may still be settling.
_YOUNG = 4
_SPAN = ("from_release", "to_release")
_DEFINITION = (
    "gone: the name is missing at the end; changed: its type differs, const "
    "included; an empty cell was not measured. Each row's own method is in the table"
)
_SOURCE = "data/history/baselines.csv.gz; kfuncs from data/history/kfuncs.csv.gz"


def spans() -> list[tuple[str, str]]:
    """The spans for which any other interface was counted.

    >>> ("6.5", "7.3") in spans()
    True
    """
    counted_over = {(row["from_release"], row["to_release"]) for row in rows("baselines")}
    return sorted(counted_over, key=lambda span: (position(span[0]), position(span[1])))


def _long_spans() -> list[tuple[str, str]]:
    """The spans of two or more releases."""
    return [(start, end) for start, end in spans() if position(end) - position(start) > 1]


def _beside(start: str, end: str) -> list[dict[str, object]]:
    """One line an interface, kfuncs first; EvidenceError for a span that was not counted."""
    if (start, end) not in spans():
        known = ", ".join("-".join(span) for span in _long_spans())
        raise EvidenceError(
            f"no baseline was counted for {start}-{end}; "
            f"counted are neighbouring releases and: {known}"
        )
    out = list(_kfuncs(start, end))
    recorded = [row for row in rows("baselines") if tuple(row[c] for c in _SPAN) == (start, end)]
    for (interface, scope), label in _SHOWN.items():
        for row in recorded:
            if (row["interface"], row["scope"]) == (interface, scope):
                size, lost = row["population_at_from"], row["removed"]
                line = _line(label, size, lost, row["signature_changed"])
                out.append(line | {"method": row["method"], "source": row["source"]})
    return out


def _kfuncs(start: str, end: str) -> Iterator[dict[str, object]]:
    """The line of all kfuncs of `start`, then of the populations mixed in it, none if empty."""
    sorts = cohort_sorts(start, end)
    born = {
        life.kfunc: life.born for life in every_life() if position(life.born) <= position(start)
    }
    young = {name for name in sorts if position(start) - position(born[name]) < _YOUNG}
    sched_ext = sorts.keys() & family(SCHED_EXT)
    others = "of the others, " if sched_ext else "of these "
    parts = {
        "kfuncs": sorts.keys(),
        "  of these sched_ext": sched_ext,
        f"  {others}under {_YOUNG} releases old": young - sched_ext,
        f"  {others}{_YOUNG} releases or older": sorts.keys() - young - sched_ext,
    }
    method = "names registered; a type of the BPF-visible prototype differs, const included"
    for label, names in parts.items():
        found = {line.what: line for line in counted(sorts[name] for name in names)}
        gone, changed = found["name gone"], found["prototype"].count + found["const only"].count
        if names:
            own = {"method": method, "source": "data/history/kfuncs.csv.gz"}
            yield _line(label, gone.n, gone.count, changed) | own


def interfaces(start: str, end: str) -> pd.DataFrame:
    """Names gone and types changed from `start` to `end`, kfuncs against the baselines.

    Columns: interface, n, gone, gone_percent, gone_low, gone_high, changed, changed_percent,
    changed_low, changed_high, method, source; `changed` is NA where types were not compared.

    >>> line = interfaces("6.12", "7.3").iloc[0]
    >>> line["interface"], int(line["n"]), int(line["gone"]), int(line["changed"])
    ('kfuncs', 201, 13, 10)
    """
    out = _beside(start, end)
    return noted(
        frame(out).astype({"changed": "Int64"}),
        title=f"Names gone and types changed, {start} to {end}",
        n="; ".join(f"{line['interface']} {line['n']}".strip() for line in out),
        period=f"{start} against {end}; only the two ends are compared",
        definition=_DEFINITION,
        source=_SOURCE,
    )


def over_spans(start: str = "6.12") -> pd.DataFrame:
    """`interfaces` for every counted span of two or more releases from `start`, stacked.

    Columns as there, after `end` and `k` (releases between). This is how far the baselines carry
    the question "what share changes within k releases" for exported symbols.

    >>> sorted({int(k) for k in over_spans()["k"]})
    [4, 6, 10, 11]
    """
    begun = position(start)
    ends = [end for begin, end in _long_spans() if begin == start]
    if not ends:
        starts = ", ".join(dict.fromkeys(begin for begin, _ in _long_spans()))
        raise EvidenceError(f"no span from {start} was counted; there are: {starts}")
    out = [
        {"end": end, "k": position(end) - begun} | line
        for end in ends
        for line in _beside(start, end)
    ]
    return noted(
        frame(out).astype({"changed": "Int64"}),
        title=f"Names gone and types changed within k releases of {start}",
        n="in each row",
        period=f"{start} against {', '.join(ends)}; only the two ends are compared",
        definition=_DEFINITION,
        source=_SOURCE,
    )


def _line(label: str, n: int, gone: int, changed: int | None) -> dict[str, object]:
    line: dict[str, object] = {"interface": label, "n": n}
    for name, count in (("gone", gone), ("changed", changed)):
        shares = (None, None, None) if count is None else (share(count, n), *wilson(count, n))
        columns = (name, f"{name}_percent", f"{name}_low", f"{name}_high")
        line |= dict(zip(columns, (count, *shares), strict=True))
    return line


def vfs_kfuncs() -> frozenset[str]:
    """kfuncs that some release defines in a file under fs/.

    >>> "bpf_path_d_path" in vfs_kfuncs(), len(vfs_kfuncs())
    (True, 15)
    """
    return family(VFS)


def _young(since: str) -> dict[str, list[Life]]:
    """The lives born since a release, those of the VFS apart."""
    young = [life for life in every_life() if position(life.born) >= position(since)]
    return {
        "VFS": [life for life in young if life.kfunc in vfs_kfuncs()],
        "all others": [life for life in young if life.kfunc not in vfs_kfuncs()],
    }


def vfs_at_the_others_rate(since: str = "6.8") -> float:
    """How many VFS names would have gone at the rate of all others born since, to one decimal.

    The rate is names gone for each release of follow-up.

    >>> vfs_at_the_others_rate()
    0.9
    """
    vfs, others = _young(since).values()
    gone = sum(bool(life.died) for life in others)
    followed = [sum(life.watched for life in lives) for lives in (vfs, others)]
    return round(gone * followed[0] / followed[1], 1)


def vfs_against_rest(since: str = "6.8") -> pd.DataFrame:
    """VFS kfuncs beside all others born since the same release (default: the first VFS one).

    Only lives followed for at least one release count: in a newborn nothing could have changed.

    Columns: group, what, n, count, percent, low, high, followed; n counts lives, `followed` sums
    their releases, and a change counts whenever it came in the life so far.

    >>> vfs_against_rest().query("what == 'name gone'")[["group", "n", "count"]].values.tolist()
    [['VFS', 10, 0], ['all others', 211, 13]]
    """
    groups = _young(since)
    watched = {group: [life for life in lives if life.watched] for group, lives in groups.items()}
    followed = {group: sum(life.watched for life in lives) for group, lives in watched.items()}
    out = [
        {"group": group} | asdict(line) | {"followed": followed[group]}
        for group, lives in watched.items()
        for line in counted(map(sorts_of, lives))
    ]
    newest = kfunc_releases()[-1]
    told = [
        f"{len(watched[group])} {name} followed for {followed[group]} releases together "
        f"({len(lives) - len(watched[group])} more came with {newest})"
        for (group, lives), name in zip(groups.items(), ("VFS kfuncs", "others"), strict=True)
    ]
    return noted(
        frame(out),
        title=f"VFS kfuncs and all others born since {since}",
        n="; ".join(told),
        period=f"{since} to {newest}, test kfuncs left out",
        definition="VFS: defined in a file under fs/ in some release; a change counts if it came "
        "at any time in the life so far. Lives without a single release of follow-up are left out",
        source="data/history/kfuncs.csv.gz",
    )
