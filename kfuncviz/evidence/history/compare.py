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

import pandas as pd

from kfuncviz.evidence.answers import noted, share, wilson
from kfuncviz.evidence.data.load import kfunc_releases, kfuncs, position, records, table
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.history.lifetimes import spells
from kfuncviz.evidence.history.shares import WHAT, cohort, sorts_by_spell

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


def spans() -> list[tuple[str, str]]:
    """The spans for which any other interface was counted.

    >>> ("6.5", "7.3") in spans()
    True
    """
    rows = table("baselines")
    return sorted(
        set(zip(rows["from_release"], rows["to_release"], strict=True)),
        key=lambda span: (position(span[0]), position(span[1])),
    )


def interfaces(start: str, end: str) -> pd.DataFrame:
    """Names gone and types changed from `start` to `end`, kfuncs against the baselines.

    Columns: interface, n, gone, gone_percent, gone_low, gone_high, changed, changed_percent,
    changed_low, changed_high, method, source; `changed` is NA where types were not compared.

    >>> line = interfaces("6.12", "7.3").iloc[0]
    >>> line["interface"], int(line["n"]), int(line["gone"]), int(line["changed"])
    ('kfuncs', 201, 13, 10)
    """
    if (start, end) not in spans():
        known = ", ".join(f"{a}-{b}" for a, b in spans() if position(b) - position(a) > 1)
        raise EvidenceError(
            f"no baseline was counted for {start}-{end}; "
            f"counted are neighbouring releases and: {known}"
        )
    fate = cohort(start, end).set_index("what")["count"]
    changed = int(fate["prototype"] + fate["const only"])
    n = int(cohort(start, end)["n"].iloc[0])
    method = "names registered; a type of the BPF-visible prototype differs, const included"
    own = {"method": method, "source": "data/history/kfuncs.csv.gz"}
    out = [_line("kfuncs", n, int(fate["name gone"]), changed) | own]
    rows = table("baselines")
    rows = rows[(rows["from_release"] == start) & (rows["to_release"] == end)]
    for (interface, scope), label in _SHOWN.items():
        for row in records(rows[(rows["interface"] == interface) & (rows["scope"] == scope)]):
            types = None if pd.isna(row["signature_changed"]) else int(row["signature_changed"])
            line = _line(label, int(row["population_at_from"]), int(row["removed"]), types)
            out.append(line | {"method": row["method"], "source": row["source"]})
    frame = pd.DataFrame(out)
    frame["changed"] = frame["changed"].astype("Int64")
    return noted(
        frame,
        title=f"Names gone and types changed, {start} to {end}",
        n="; ".join(f"{line['interface']} {line['n']}".strip() for line in out),
        period=f"{start} against {end}; only the two ends are compared",
        definition="gone: the name is missing at the end; changed: its type differs, const "
        "included; an empty cell was not measured. Each row's own method is in the table",
        source="data/history/baselines.csv.gz; kfuncs from data/history/kfuncs.csv.gz",
    )


def over_spans(start: str = "6.12") -> pd.DataFrame:
    """`interfaces` for every counted span of two or more releases from `start`, stacked.

    Columns as there, after `end` and `k` (releases between). This is how far the baselines carry
    the question "what share changes within k releases" for exported symbols.

    >>> sorted({int(k) for k in over_spans()["k"]})
    [4, 6, 10, 11]
    """
    ends = [b for a, b in spans() if a == start and position(b) - position(a) > 1]
    if not ends:
        position(start)
        starts = sorted({a for a, b in spans() if position(b) - position(a) > 1}, key=position)
        raise EvidenceError(f"no span from {start} was counted; there are: {', '.join(starts)}")
    parts = []
    for end in ends:
        part = interfaces(start, end)
        k = position(end) - position(start)
        parts.append(part.assign(end=end, k=k)[["end", "k", *part.columns]])
    table = pd.concat(parts, ignore_index=True)
    return noted(
        table,
        title=f"Names gone and types changed within k releases of {start}",
        n="in each row",
        period=f"{start} against {', '.join(ends)}; only the two ends are compared",
        definition="gone: the name is missing at the end; changed: its type differs, const "
        "included; an empty cell was not measured. Each row's own method is in the table",
        source="data/history/baselines.csv.gz; kfuncs from data/history/kfuncs.csv.gz",
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
    rows = kfuncs()
    return frozenset(rows.loc[rows["defined_in"].str.startswith("fs/"), "kfunc"])


def vfs_against_rest(since: str = "6.8") -> pd.DataFrame:
    """VFS kfuncs beside all others born since the same release (default: the first VFS one).

    Columns: group, what, n, count, percent, low, high; n counts spells born since then, and
    a change counts whenever it came in the spell's life so far.

    >>> vfs_against_rest().query("what == 'name gone'")[["group", "n", "count"]].values.tolist()
    [['VFS', 15, 0], ['all others', 222, 13]]
    """
    start = position(since)
    newest = kfunc_releases()[-1]
    frame = spells()
    frame = frame[frame["born"].map(position) >= start]
    inside = frame["kfunc"].isin(vfs_kfuncs())
    out = []
    for group, part in (("VFS", frame[inside]), ("all others", frame[~inside])):
        n = len(part)
        found = sorts_by_spell()
        hits = [found.get((row["kfunc"], row["born"]), frozenset()) for row in records(part)]
        for what in WHAT:
            count = sum(what in kinds for kinds in hits)
            out.append((group, what, n, count, share(count, n), *wilson(count, n)))
    columns = ["group", "what", "n", "count", "percent", "low", "high"]
    result = pd.DataFrame(out, columns=columns)
    ages = frame["watched"].groupby(inside).median()
    return noted(
        result,
        title=f"VFS kfuncs and all others born since {since}",
        n=f"{int(inside.sum())} VFS kfuncs, {int((~inside).sum())} others; median time watched "
        f"{ages.get(True, 0):g} and {ages.get(False, 0):g} releases",
        period=f"{since} to {newest}, test kfuncs left out",
        definition="VFS: defined in a file under fs/ in some release; a change counts if it came "
        "at any time in the life so far. Few VFS kfuncs: read the intervals, not the percentages",
        source="data/history/kfuncs.csv.gz",
    )
