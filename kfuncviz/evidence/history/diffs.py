# SPDX-License-Identifier: BSD-3-Clause
"""
What changed between one release and the next, worked out from the rows
=======================================================================

Nothing here is read from the recorded events: two neighbouring releases are laid
side by side, name by name. The recorded events carry what rows cannot show
(commits, announcements, stable backports); a test holds the two against each other.
Definitions, which every figure repeats: born = first release with the name;
died = first release without it; returned = the name is back after a gap;
prototype = the prototype a BPF program sees differs (see `prototypes`);
prototype/kernel_side = only the kernel's own prototype differs.
"""

from __future__ import annotations

from functools import cache

import pandas as pd

from kfuncviz.evidence.data.load import kfunc_releases, kfuncs, records, table
from kfuncviz.evidence.history.prototypes import difference

MARKERS = frozenset(
    {"KF_FASTCALL", "KF_IMPLICIT_ARGS", "KF_SPINLOCK_SAFE"}
    | {"KF_ARENA_RET", "KF_ARENA_ARG1", "KF_ARENA_ARG2"}
)
Row = dict[str, str]
COLUMNS = ["kfunc", "release", "previous", "event", "kind", "detail", "before", "after", "source"]


def words(text: str) -> frozenset[str]:
    """Flags or program types of a cell: the words between the bars.

    >>> sorted(words("LSM|STRUCT_OPS")), words("")
    (['LSM', 'STRUCT_OPS'], frozenset())
    """
    return frozenset(part for part in text.split("|") if part)


@cache
def _defined_flags() -> dict[str, frozenset[str]]:
    out: dict[str, set[str]] = {}
    for row in records(table("kf_flags")):
        out.setdefault(row["release"], set()).add(row["flag"])
    return {release: frozenset(flags) for release, flags in out.items()}


def flags_kind(before: str, after: str, release: str) -> str:
    """What a change of flags means for a program, by what came and what went.

    `stricter`: only demands came; `relaxed`: only demands went, or KF_TRUSTED_ARGS gave way
    to the weaker KF_RCU; `mixed`: both; `marker`: only flags that describe the function
    without a new demand (`MARKERS`); `retired`: only flags went that the release no longer
    defines, so the row lost a word and not a rule.

    >>> flags_kind("KF_RELEASE", "KF_PERFMON|KF_RELEASE", "7.3")
    'stricter'
    >>> flags_kind("KF_TRUSTED_ARGS", "", "7.0")
    'retired'
    """
    came = words(after) - words(before)
    gone = words(before) - words(after)
    defined = _defined_flags().get(release)
    gone_rules = {flag for flag in gone if defined is None or flag in defined}
    if gone and not gone_rules and not came:
        return "retired"
    came_rules = came - MARKERS
    if "KF_TRUSTED_ARGS" in gone and "KF_RCU" in came:
        came_rules = came_rules - {"KF_RCU"}
        gone_rules = gone_rules | {"KF_TRUSTED_ARGS"}
    gone_rules = gone_rules - MARKERS
    if came_rules and gone_rules:
        return "mixed"
    if came_rules:
        return "stricter"
    return "relaxed" if gone_rules else "marker"


def types_kind(before: str, after: str) -> str:
    """`narrowed` if a program type lost the kfunc, else `widened`. UNSPEC is every type.

    >>> types_kind("LSM", "LSM|STRUCT_OPS"), types_kind("TRACING", "STRUCT_OPS")
    ('widened', 'narrowed')
    """
    if "UNSPEC" in words(after):
        return "widened"
    return "narrowed" if program_types(before) - program_types(after) else "widened"


def program_types(text: str) -> frozenset[str]:
    """The program types of a cell, without the one struct_ops that some rows name.

    Before 5.18 only tcp_congestion_ops could call kfuncs from struct_ops, and the rows say so
    in brackets; that is still the program type STRUCT_OPS.

    >>> sorted(program_types("STRUCT_OPS(tcp_congestion_ops)"))
    ['STRUCT_OPS']
    """
    return frozenset(word.partition("(")[0] for word in words(text))


def _signed(before: str, after: str) -> str:
    lost = [f"-{word}" for word in sorted(words(before) - words(after))]
    return " ".join(lost + [f"+{word}" for word in sorted(words(after) - words(before))])


def _prototype_change(old: Row, new: Row) -> Row | None:
    seen = (old["bpf_visible_prototype"], new["bpf_visible_prototype"])
    found = difference(*seen)
    if found:
        return {"kind": found[0], "detail": found[1], "before": seen[0], "after": seen[1]}
    inside = (old["prototype"], new["prototype"])
    found = difference(*inside)
    if found is None:
        return None
    return {"kind": "kernel_side", "detail": found[1], "before": inside[0], "after": inside[1]}


def _terms_change(old: Row, new: Row, column: str) -> Row | None:
    before, after = old[column], new[column]
    flags = column == "flags"
    read = words if flags else program_types
    if read(before) == read(after):
        return None
    kind = flags_kind(before, after, new["release"]) if flags else types_kind(before, after)
    return {"kind": kind, "detail": _signed(before, after), "before": before, "after": after}


def _row_changes(old: Row, new: Row) -> list[Row]:
    """What differs between two rows of one kfunc, each as a row of `changes()`."""
    moved = {"kind": "", "detail": "", "before": old["defined_in"], "after": new["defined_in"]}
    found = {
        "prototype": _prototype_change(old, new),
        "flags": _terms_change(old, new, "flags"),
        "program_types": _terms_change(old, new, "program_types"),
        "moved": moved if moved["before"] != moved["after"] else None,
    }
    stamp = {"kfunc": new["kfunc"], "source": f"{old['source']} against {new['source']}"}
    return [stamp | {"event": event} | change for event, change in found.items() if change]


def _came(row: Row, before: bool) -> Row:
    event = "returned" if before else "born"
    after = row["bpf_visible_prototype"]
    return {"kfunc": row["kfunc"], "event": event, "after": after, "source": row["source"]}


def _went(row: Row) -> Row:
    before = row["bpf_visible_prototype"]
    return {"kfunc": row["kfunc"], "event": "died", "before": before, "source": row["source"]}


@cache
def _all_changes(tests: bool) -> pd.DataFrame:
    spans: dict[str, dict[str, Row]] = {release: {} for release in kfunc_releases()}
    for row in records(kfuncs(tests=tests)):
        spans[row["release"]][row["kfunc"]] = row
    ever: set[str] = set()
    out: list[Row] = []
    previous, old = "", dict[str, Row]()
    for release, new in spans.items():
        stamp = {"release": release, "previous": previous}
        out += [stamp | _came(new[name], name in ever) for name in sorted(new.keys() - old.keys())]
        out += [stamp | _went(old[name]) for name in sorted(old.keys() - new.keys())]
        for name in sorted(old.keys() & new.keys()):
            out += [stamp | change for change in _row_changes(old[name], new[name])]
        ever |= new.keys()
        previous, old = release, new
    return pd.DataFrame(out, columns=COLUMNS).fillna("")


def changes(*, tests: bool = False) -> pd.DataFrame:
    """Every birth, change and death, computed from the rows, in release order.

    Columns: kfunc, release, previous, event (born, returned, died, prototype, flags,
    program_types, moved), kind, detail, before, after, source (the rows compared).

    >>> found = changes()
    >>> (found["event"] == "died").sum().item()
    27
    """
    return _all_changes(tests).copy()
