# SPDX-License-Identifier: BSD-3-Clause
"""
The lives of kfuncs: born, changed, gone
========================================

A life is an unbroken run of releases that register a name; a name that came back has several.
Everything that follows a kfunc through time (survival, shares, the Lifetimes explorer, the record
of one name) starts from the lives made here. What counts as a change is asked for: some of the
`KINDS`; or by name `prototype`, the argument count or a type that a BPF program sees, or `terms`,
any of prototype (const and __suffix included), flags and program types.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

from kfuncviz.evidence.data.load import Row, kfunc_releases, position, registered, rows
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.history.diffs import KfuncChange, changes, program_types, words

Only = Literal["all", "changed", "gone"]
Counted = Literal["prototype", "terms"]
_EVERY_TYPE = "UNSPEC"
#: What may count as a change, each kind with the event of a `KfuncChange` and its kinds.
KINDS: Mapping[str, tuple[str, frozenset[str]]] = MappingProxyType(
    {
        "prototype": ("prototype", frozenset({"substantial"})),
        "const": ("prototype", frozenset({"const_only", "annotation_only"})),
        "stricter": ("flags", frozenset({"stricter", "mixed"})),
        "loosened": ("flags", frozenset({"relaxed", "marker", "retired"})),
        "narrowed": ("program_types", frozenset({"narrowed"})),
        "widened": ("program_types", frozenset({"widened"})),
    }
)
_NAMED: Mapping[Counted, tuple[str, ...]] = {"prototype": ("prototype",), "terms": (*KINDS,)}


class Life(NamedTuple):
    """One life: `died` is the first release without the name, "" while the newest has it.

    `changed` are the releases in which it changed; `renamed` says that a successor under another
    name came when it died.
    """

    kfunc: str
    born: str
    died: str
    changed: tuple[str, ...]
    renamed: bool

    def age(self, release: str) -> int:
        """Releases from birth to `release`."""
        return position(release) - position(self.born)

    @property
    def watched(self) -> int:
        """Age at death, or at the newest release while alive."""
        return self.age(self.died or kfunc_releases()[-1])


@dataclass(frozen=True)
class Lives:
    """Some lives, those of one kfunc together, the oldest kfunc first, and how they were chosen.

    `releases` is the time they were looked for in, `total` how many kfuncs there were to choose
    from, `kinds` what counts as a change; the other fields are the arguments of :func:`lives`.
    """

    lives: tuple[Life, ...]
    releases: tuple[str, ...]
    total: int
    program_type: str = ""
    file: str = ""
    text: str = ""
    only: Only = "all"
    counted: Counted = "prototype"
    flag: str = ""
    kinds: frozenset[str] = frozenset({"prototype"})


@cache
def renamed() -> frozenset[tuple[str, str]]:
    """Pairs (kfunc, release) of deaths that left a successor under another name.

    >>> ("scx_bpf_dispatch", "6.17") in renamed()
    True
    """
    return frozenset(
        (row["kfunc"], row["release"])
        for row in rows("events")
        if row["event"] == "renamed" and row["class"] == "name_gone"
    )


def _counts(change: KfuncChange, kinds: Collection[str]) -> bool:
    told = (KINDS[kind] for kind in kinds)
    return any(change.event == event and change.kind in of for event, of in told)


def _of_one(name: str, found: Iterable[KfuncChange], kinds: Collection[str]) -> list[Life]:
    """The lives of one kfunc from its changes, which are in release order."""
    out, born, changed = [], "", dict[str, None]()
    for change in found:
        if change.event in ("born", "returned"):
            born, changed = change.release, {}
        elif change.event == "died":
            gone = (name, change.release)
            out.append(Life(name, born, change.release, tuple(changed), gone in renamed()))
            born = ""
        elif _counts(change, kinds):
            changed[change.release] = None
    return [*out, Life(name, born, "", tuple(changed), False)] if born else out


def every_life(counted: Counted = "prototype", *, tests: bool = False) -> tuple[Life, ...]:
    """Every life, those of one kfunc together and in order, sorted by name.

    >>> [(life.born, life.died) for life in every_life() if life.kfunc == "bpf_stream_vprintk"]
    [('6.17', '6.18'), ('7.0', '')]
    """
    return counting(frozenset(_NAMED[counted]), tests=tests)


@cache
def counting(kinds: frozenset[str], *, tests: bool = False) -> tuple[Life, ...]:
    """The same, where some of the `KINDS` count as a change; KeyError for another kind.

    >>> len(counting(frozenset())), sum(bool(life.changed) for life in counting(frozenset(KINDS)))
    (376, 218)
    """
    by_name = sorted(changes(tests=tests), key=lambda change: change.kfunc)
    return tuple(
        life
        for name, found in groupby(by_name, key=lambda change: change.kfunc)
        for life in _of_one(name, found, kinds)
    )


def every_program_type() -> list[str]:
    """The program types that rows name, sorted; UNSPEC stands for all of them and is left out.

    >>> every_program_type()[:3]
    ['CGROUP_SKB', 'CGROUP_SOCK_ADDR', 'KPROBE']
    """
    cells = {row["program_types"] for kfuncs in registered().values() for row in kfuncs.values()}
    return sorted(frozenset().union(*map(program_types, cells)) - {_EVERY_TYPE})


def every_flag() -> list[str]:
    """The flags that rows name, sorted.

    >>> every_flag()[:2]
    ['KF_ACQUIRE', 'KF_ARENA_ARG2']
    """
    cells = {row["flags"] for kfuncs in registered().values() for row in kfuncs.values()}
    return sorted(frozenset().union(*map(words, cells)))


def lives(
    *,
    program_type: str = "",
    file: str = "",
    text: str = "",
    only: Only = "all",
    counted: Counted = "prototype",
    flag: str = "",
    kinds: Collection[str] | None = None,
) -> Lives:
    """The lives of some kfuncs, sorted by first birth, then name.

    A kfunc is kept if, in one and the same release, it was open to ``program_type`` ("LSM";
    UNSPEC is open to all), defined in a file whose path begins with ``file`` ("fs/") and had
    ``flag`` ("KF_ACQUIRE"), and if it has ``text`` in its name; ``only`` keeps those that changed,
    or that were gone at least once.  ``counted`` says what is a change: the prototype in substance,
    or any of its terms; in its place ``kinds`` are some of the `KINDS`.

    Raises EvidenceError for a program type or flag no row has, or an unknown word elsewhere.

    >>> [(life.kfunc, life.died) for life in lives(file="drivers/hid", only="gone").lives]
    [('hid_bpf_attach_prog', '6.11')]
    """
    _known("only", only, get_args(Only))
    _known("counted", counted, get_args(Counted))
    if program_type:
        _known("program_type", program_type, every_program_type())
    if flag:
        _known("flag", flag, every_flag())
    counts = frozenset(_NAMED[counted] if kinds is None else kinds)
    for kind in counts:
        _known("kind", kind, KINDS)
    names = {
        name
        for kfuncs in registered().values()
        for name, row in kfuncs.items()
        if text in name
        and row["defined_in"].startswith(file)
        and _open_to(row, program_type)
        and (not flag or flag in words(row["flags"]))
    }
    every = counting(counts)
    if only != "all":
        names &= {life.kfunc for life in every if (life.died if only == "gone" else life.changed)}
    first = {life.kfunc: position(life.born) for life in reversed(every)}
    kept = sorted(
        (life for life in every if life.kfunc in names), key=lambda life: first[life.kfunc]
    )
    asked = (program_type, file, text, only, counted, flag, counts)
    return Lives(tuple(kept), kfunc_releases(), len(first), *asked)


def _known(what: str, given: str, known: Iterable[str]) -> None:
    if given not in known:
        raise EvidenceError(f"{what} is {given!r}, must be one of {', '.join(known)}")


def _open_to(row: Row, program_type: str) -> bool:
    asked = {program_type, _EVERY_TYPE}
    return not program_type or not asked.isdisjoint(program_types(row["program_types"]))
