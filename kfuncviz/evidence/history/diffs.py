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

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from kfuncviz.evidence.data.load import Row, registered, rows
from kfuncviz.evidence.history.prototypes import difference

MARKERS = frozenset(
    {"KF_FASTCALL", "KF_IMPLICIT_ARGS", "KF_SPINLOCK_SAFE"}
    | {"KF_ARENA_RET", "KF_ARENA_ARG1", "KF_ARENA_ARG2"}
)


class KfuncChange(NamedTuple):
    """One birth, change or death of a kfunc, between two neighbouring releases.

    `event` is born, returned, died, prototype, flags, program_types or moved; `kind` and `detail`
    say what sort of change; `source` names the rows compared.
    """

    kfunc: str
    release: str
    previous: str
    event: str
    kind: str
    detail: str
    before: str
    after: str
    source: str


def words(text: str) -> frozenset[str]:
    """Flags or program types of a cell: the words between the bars.

    >>> sorted(words("LSM|STRUCT_OPS")), words("")
    (['LSM', 'STRUCT_OPS'], frozenset())
    """
    return frozenset(part for part in text.split("|") if part)


@cache
def _defined_flags() -> dict[str, frozenset[str]]:
    out: dict[str, set[str]] = {}
    for row in rows("kf_flags"):
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


def _prototype_change(old: Row, new: Row) -> tuple[str, str, str, str] | None:
    for kind, column in (("", "bpf_visible_prototype"), ("kernel_side", "prototype")):
        before, after = old[column], new[column]
        found = difference(before, after)
        if found:
            return kind or found[0], found[1], before, after
    return None


def _flags_change(old: Row, new: Row) -> tuple[str, str, str, str] | None:
    before, after = old["flags"], new["flags"]
    if words(before) == words(after):
        return None
    return flags_kind(before, after, new["release"]), _signed(before, after), before, after


def _types_change(old: Row, new: Row) -> tuple[str, str, str, str] | None:
    before, after = old["program_types"], new["program_types"]
    if program_types(before) == program_types(after):
        return None
    return types_kind(before, after), _signed(before, after), before, after


def _move(old: Row, new: Row) -> tuple[str, str, str, str] | None:
    before, after = old["defined_in"], new["defined_in"]
    return None if before == after else ("", "", before, after)


_COMPARED = {
    "prototype": _prototype_change,
    "flags": _flags_change,
    "program_types": _types_change,
    "moved": _move,
}


def _row_changes(old: Row, new: Row) -> Iterator[KfuncChange]:
    """What differs between two rows of one kfunc."""
    for event, compared in _COMPARED.items():
        found = compared(old, new)
        if found:
            stamp = (new["kfunc"], new["release"], old["release"], event)
            yield KfuncChange(*stamp, *found, f"{old['source']} against {new['source']}")


@cache
def changes(*, tests: bool = False) -> tuple[KfuncChange, ...]:
    """Every birth, change and death, computed from the rows, in release order.

    >>> sum(change.event == "died" for change in changes())
    27
    """
    out: list[KfuncChange] = []
    ever: set[str] = set()
    previous: str = ""
    old: Mapping[str, Row] = {}
    for release, new in registered(tests=tests).items():
        for name in sorted(new.keys() - old.keys()):
            stamp = name, release, previous, "returned" if name in ever else "born"
            after = new[name]["bpf_visible_prototype"]
            out.append(KfuncChange(*stamp, "", "", "", after, new[name]["source"]))
        for name in sorted(old.keys() - new.keys()):
            before = old[name]["bpf_visible_prototype"]
            gone = name, release, previous, "died"
            out.append(KfuncChange(*gone, "", "", before, "", old[name]["source"]))
        for name in sorted(old.keys() & new.keys()):
            out += _row_changes(old[name], new[name])
        ever |= new.keys()
        previous, old = release, new
    return tuple(out)
