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

from dataclasses import asdict
from functools import cache
from statistics import median
from typing import TYPE_CHECKING

from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import kfunc_releases, position, registered, rows
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.history.lives import every_life
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
    found = {line.what: line for line in counted(cohort_sorts(start, end).values())}
    gone = found["name gone"]
    changed = found["prototype"].count + found["const only"].count
    method = "names registered; a type of the BPF-visible prototype differs, const included"
    own = {"method": method, "source": "data/history/kfuncs.csv.gz"}
    out = [_line("kfuncs", gone.n, gone.count, changed) | own]
    recorded = [row for row in rows("baselines") if tuple(row[c] for c in _SPAN) == (start, end)]
    for (interface, scope), label in _SHOWN.items():
        for row in recorded:
            if (row["interface"], row["scope"]) == (interface, scope):
                size, lost = row["population_at_from"], row["removed"]
                line = _line(label, size, lost, row["signature_changed"])
                out.append(line | {"method": row["method"], "source": row["source"]})
    return out


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


@cache
def vfs_kfuncs() -> frozenset[str]:
    """kfuncs that some release defines in a file under fs/.

    >>> "bpf_path_d_path" in vfs_kfuncs(), len(vfs_kfuncs())
    (True, 15)
    """
    return frozenset(
        name
        for kfuncs in registered().values()
        for name, row in kfuncs.items()
        if row["defined_in"].startswith("fs/")
    )


def vfs_against_rest(since: str = "6.8") -> pd.DataFrame:
    """VFS kfuncs beside all others born since the same release (default: the first VFS one).

    Columns: group, what, n, count, percent, low, high; n counts lives begun since then, and
    a change counts whenever it came in the life so far.

    >>> vfs_against_rest().query("what == 'name gone'")[["group", "n", "count"]].values.tolist()
    [['VFS', 15, 0], ['all others', 222, 13]]
    """
    young = [life for life in every_life() if position(life.born) >= position(since)]
    groups = {
        "VFS": [life for life in young if life.kfunc in vfs_kfuncs()],
        "all others": [life for life in young if life.kfunc not in vfs_kfuncs()],
    }
    out = [
        {"group": group} | asdict(line)
        for group, lives in groups.items()
        for line in counted(map(sorts_of, lives))
    ]
    vfs, others = groups.values()
    ages = [median([life.watched for life in lives] or [0]) for lives in groups.values()]
    return noted(
        frame(out),
        title=f"VFS kfuncs and all others born since {since}",
        n=f"{len(vfs)} VFS kfuncs, {len(others)} others; median time watched "
        f"{ages[0]:g} and {ages[1]:g} releases",
        period=f"{since} to {kfunc_releases()[-1]}, test kfuncs left out",
        definition="VFS: defined in a file under fs/ in some release; a change counts if it came "
        "at any time in the life so far. Few VFS kfuncs: read the intervals, not the percentages",
        source="data/history/kfuncs.csv.gz",
    )
