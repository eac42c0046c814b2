# SPDX-License-Identifier: BSD-3-Clause
"""
What is recorded under a name
=============================

A kernel reader asks by name: a kfunc, a helper of the idmapping or a VFS function that takes the
map, a BPF helper, a member of a structure, an LSM hook, a tracepoint, a flag, a kfunc that was
proposed and never registered.  :func:`known` says which of these a name is, :func:`recorded` what
the tables hold about it.  (The record of a kfunc is :func:`kfuncviz.evidence.kfunc_history`.)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from kfuncviz.evidence.data.load import Row, cited, position, releases, rows
from kfuncviz.evidence.errors import EvidenceError, LayoutNotRecorded, UnknownName
from kfuncviz.evidence.history import record
from kfuncviz.evidence.idmap import layouts
from kfuncviz.evidence.idmap.helpers import WINDOW
from kfuncviz.evidence.idmap.wrappers import WRAPPERS, wrapper_body
from kfuncviz.kfuncs.known import document
from kfuncviz.nearest import nearest

#: How alike a known name must be to be offered for an unknown one.
_ALIKE = 0.75
#: What is said of a function that 6.15 and 6.18 declare otherwise, for the releases between.
_WINDOW = "not recorded: it changed somewhere from 6.16 to 6.18"
#: What is said of a structure or member where no layout tells.
_NOT_RECORDED = (("layout", "not recorded"),)
#: What is said of a member that other releases before and after have.
_NOT_BUILT = (("layout", "without it in the kernels that were read"),)
_LAYOUTS = "history tables btf_layouts (BTF of real x86-64 kernels, see btf_blobs) and idmap_events"
_PREFIXES = ("struct ", "bpf_lsm_", "security_")


class Span(NamedTuple):
    """Neighbouring releases that hold the same about a name, each thing with its label."""

    first: str
    last: str
    told: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Recorded:
    """What is recorded under a name: of what kind, in one sentence, by releases, and as events.

    `events` pair a release or date with what happened; `source` says where all of it was read.
    """

    name: str
    kind: str
    says: str
    spans: tuple[Span, ...]
    events: tuple[tuple[str, str], ...]
    source: str


def plain(name: str) -> str:
    """A name as the tables spell it: without `()`, `struct`, or the prefix of a hook's function.

    >>> plain("vfs_create()"), plain("struct inode.i_uid"), plain("security_inode_setattr")
    ('vfs_create', 'inode.i_uid', 'inode_setattr')
    """
    bare = name.strip().removesuffix("()")
    if bare not in known() and f"struct {bare}" in known():
        return f"struct {bare}"
    spelled = (bare, *(bare.removeprefix(prefix) for prefix in _PREFIXES))
    return next((each for each in spelled if each in known()), bare)


@cache
def known() -> Mapping[str, str]:
    """Every name the tables know, and of what kind it is.

    >>> [known()[name] for name in ("bpf_put_file", "vfs_create", "inode.i_uid", "bpf_d_path")]
    ['kfunc', 'function', 'member', 'BPF helper']
    """
    kinds: tuple[tuple[str, Iterable[str]], ...] = (
        ("only spoken of", _spoken()),
        ("described flag", _described()),
        ("flag", (row["flag"] for row in rows("kf_flags"))),
        ("structure", (f"struct {name}" for name in layouts.structs())),
        ("member", (f"{row['struct']}.{_member(row)}" for row in rows("btf_layouts"))),
        ("mentioned", _mentioned()),
        ("BPF helper", (row["helper"] for row in rows("helpers"))),
        ("traced", (row["name"] for row in rows("traced"))),
        ("function", (row["helper"] for row in rows("idmap_api"))),
        ("proposal", WRAPPERS),
        ("kfunc", record.names()),
    )
    return {name: kind for kind, names in kinds for name in names}


def recorded(name: str) -> Recorded:
    """What the tables hold about a name that is no kfunc.

    :raises UnknownName: with the known names near it, for a name no table knows.
    :raises EvidenceError: for a kfunc, whose record is another.

    >>> recorded("vfs_create").says
    'a VFS function with a map argument, in every release from 5.12 to 7.3'
    >>> recorded("bpf_is_idmapped_mnt").says
    'proposed in the thread of July 2023 and declined; no release up to 7.3 registers it'
    """
    asked = plain(name)
    kind = known().get(asked)
    if kind is None:
        raise unknown(name)
    if kind == "kfunc":
        raise EvidenceError(f"{asked} is a kfunc: ask kfunc_history()")
    return _READ[kind](asked)


def unknown(name: str) -> UnknownName:
    """The refusal for a name no table knows, with the names near it and what each is.

    >>> print(unknown("vfs_creat"))
    nothing is recorded under 'vfs_creat' from 5.12 to 7.3; near: vfs_create (function)
    """
    first, last = releases()[0], releases()[-1]
    asked = name.strip().removesuffix("()")
    if not asked:
        return UnknownName(
            "no name was given; one would be vfs_create, inode.i_uid or bpf_put_file"
        )
    members = [each for each in known() if each.partition(".")[2] == asked]
    close = members or nearest(asked, known(), 5, _ALIKE)
    told = ", ".join(f"{each} ({known()[each]})" for each in close)
    return UnknownName(
        f"nothing is recorded under {name!r:.80} from {first} to {last}"
        + (f"; near: {told}" if told else f"; {len(known())} names are known, none like it")
    )


def _member(row: Row) -> str:
    member: str = row["member"].rpartition(").")[2]
    return member


def _mentioned() -> set[str]:
    """Functions the timeline speaks of, whatever became of them."""
    told = " ".join(
        f"{row['subject']} {row['outcome_paraphrased']}" for row in rows("vfs_timeline")
    )
    return set(re.findall(r"(?<![\w/])bpf_\w+", told))


def _spoken() -> dict[str, list[dict[str, Any]]]:
    """Functions a change of the matrix names, with these changes."""
    out: dict[str, list[dict[str, Any]]] = {}
    for change in document("contracts", "changes")["changes"]:
        said = " ".join((change["title"], *(facet["what"] for facet in change["facets"])))
        for name in dict.fromkeys(re.findall(r"(\w+)\(\)", said)):
            out.setdefault(name, []).append(change)
    return out


def _described() -> dict[str, dict[str, Any]]:
    """Flags the document describes and no release defines."""
    flags = document("verifier", "flags")["flags"]
    return {flag["flag"]: flag for flag in flags if flag["since"] is None}


def _runs(found: Mapping[str, tuple[tuple[str, str], ...] | None]) -> tuple[Span, ...]:
    """Releases with the same about them, those that have nothing left out."""
    out = []
    for told, run in groupby(found.items(), key=lambda pair: pair[1]):
        names = [release for release, _ in run]
        if told is not None:
            out.append(Span(names[0], names[-1], told))
    return tuple(out)


def _lifetime(present: list[str], unread: Collection[str] = ()) -> str:
    """From when to when; ``unread`` are releases of which it is not known."""
    first, last = present[0], present[-1]
    if last == releases()[-1]:
        since = "every release" if first == releases()[0] else "releases"
        return f"in {since} from {first} to {last}"
    after = releases()[position(last) + 1 :]
    gone = next(release for release in after if release not in unread)
    return f"in releases from {first} to {last}, gone {'in' if gone == after[0] else 'by'} {gone}"


def _function(name: str) -> Recorded:
    mine = {row["release"]: row for row in rows("idmap_api") if row["helper"] == name}
    present = [release for release in releases() if release in mine]
    group = mine[present[0]]["group"]
    what = "a VFS function with a map argument" if "vfs" in group else "a helper of the idmapping"
    labels = (("declared", "signature"), ("export", "export"), ("file", "defined_in"))

    def at(release: str) -> tuple[tuple[str, str], ...] | None:
        if release in mine:
            return tuple((label, mine[release][column] or "none") for label, column in labels)
        among = position(present[0]) < position(release) < position(present[-1])
        return (("declared", _WINDOW),) if among and release in WINDOW else None

    return Recorded(
        name,
        "function",
        f"{what}, {_lifetime(present, WINDOW)}",
        _runs({release: at(release) for release in releases()}),
        _events("idmap_events", "helper_or_struct", name),
        f"{cited(mine[present[-1]])}; history tables idmap_api and idmap_events",
    )


def _events(table: str, column: str, *names: str) -> tuple[tuple[str, str], ...]:
    def told(row: Row) -> str:
        commit = f" [{row['commit'][:12]}]" if row["commit"] else ""
        return f"{row['event'].replace('_', ' ')} {row['detail']}".strip() + commit

    return tuple((row["release"], told(row)) for row in rows(table) if row[column] in names)


def _of_member(name: str) -> Recorded:
    struct, _, member = name.partition(".")

    def at(release: str) -> tuple[tuple[str, str], ...] | None:
        try:
            found = layouts.layout(release, struct).get(member)
        except LayoutNotRecorded:
            return _NOT_RECORDED
        if found is None:
            return _NOT_RECORDED if member in layouts.unsettled(release, struct) else None
        places = ", ".join(map(str, found.offsets)) or "not recorded"
        return ("type", found.type), ("offset", places)

    found = {release: at(release) for release in releases()}
    held = [release for release, told in found.items() if told not in (None, _NOT_RECORDED)]
    unread = [release for release, told in found.items() if told == _NOT_RECORDED]
    for release in releases()[position(held[0]) : position(held[-1])]:
        found[release] = found[release] or _NOT_BUILT
    return Recorded(
        name,
        "member",
        f"a member of struct {struct}, {_lifetime(held, unread)}",
        _runs(found),
        _events("idmap_events", "helper_or_struct", f"struct {name}"),
        _LAYOUTS,
    )


def _of_structure(asked: str) -> Recorded:
    name = asked.removeprefix("struct ")

    def at(release: str) -> tuple[tuple[str, str], ...] | None:
        try:
            held = layouts.layout(release, name)
        except LayoutNotRecorded:
            return _NOT_RECORDED
        if layouts.unsettled(release, name):
            return _NOT_RECORDED
        return (("members", str(len(held))),) if held else None

    found = {release: at(release) for release in releases()}
    last = next(each for each in reversed(releases()) if found[each] not in (None, _NOT_RECORDED))
    return Recorded(
        asked,
        "structure",
        f"a structure; of a member ask as {name}.{next(iter(layouts.layout(last, name)))}",
        _runs(found),
        _events("idmap_events", "helper_or_struct", asked),
        _LAYOUTS,
    )


def _of_helper(name: str) -> Recorded:
    row = next(row for row in rows("helpers") if row["helper"] == name)
    since = row["since"]
    when = "since 5.12 or before" if since == releases()[0] else f"since {since}"
    return Recorded(
        name,
        "BPF helper",
        f"a BPF helper, no kfunc: number {row['number']} of the UAPI list, {when}; no helper was "
        "ever removed",
        (),
        (),
        f"history tables helpers and counts; {row['source']}",
    )


def _of_traced(name: str) -> Recorded:
    mine = [row for row in rows("traced") if row["name"] == name]

    def told(row: Row) -> str:
        commit = f" [{row['commit']}]" if row["commit"] else ""
        return f"{row['before']} => {row['after'] or 'gone'}{commit}; {row['source']}"

    kind = mine[0]["kind"]
    return Recorded(
        name,
        kind,
        f"{'an' if kind == 'LSM hook' else 'a'} {kind}; only the changes below are recorded, other "
        "releases were not compared",
        (),
        tuple((row["release"], told(row)) for row in mine),
        "history table traced",
    )


def _of_flag(name: str) -> Recorded:
    mine = {row["release"]: row for row in rows("kf_flags") if row["flag"] == name}
    present = [release for release in releases() if release in mine]
    return Recorded(
        name,
        "flag",
        f"a flag of kfuncs, defined {_lifetime(present)}: "
        + mine[present[-1]]["meaning_paraphrased"],
        (),
        (),
        "history table kf_flags",
    )


def _of_proposal(name: str) -> Recorded:
    messages = {one["n"]: one for one in document("thread", "messages")["messages"]}
    said, became = {1: "proposed by", 3: "declined by"}, "declined"
    if name == "bpf_get_file_vfs_ids":
        # No message answers 4 by itself; 10 names the function, and 11 answers 10.
        said, became = {4: "proposed by", 11: "not yet ready for it:"}, "not taken up"
    newest = wrapper_body(releases()[-1])[name]
    return Recorded(
        name,
        "proposal",
        f"proposed in the thread of July 2023 and {became}; no release up to {releases()[-1]} "
        "registers it",
        (Span(releases()[-1], releases()[-1], (("prototype", newest.prototype),
                                               ("body", newest.body))),),
        tuple(
            (messages[n]["date"][:10],
             f"{what} {messages[n]['author']}, message {n}: {messages[n]['message_id']}")
            for n, what in said.items()
        ),
        "the messages of the thread; what it would be follows from history table idmap_api",
    )  # fmt: skip


def _of_mentioned(name: str) -> Recorded:
    mine = [row for row in rows("vfs_timeline")
            if name in f"{row['subject']} {row['outcome_paraphrased']}"]  # fmt: skip
    return Recorded(
        name,
        "mentioned",
        f"no release up to {releases()[-1]} registers a kfunc of this name; the timeline speaks of "
        "it",
        (),
        tuple(
            (row["date"], f"{row['subject']}: {row['outcome_paraphrased']} ({row['reference']})")
            for row in mine
        ),
        "history table vfs_timeline",
    )


def _of_spoken(name: str) -> Recorded:
    mine = _spoken()[name]
    return Recorded(
        name,
        "only spoken of",
        "in no table; a change of compare-exposures speaks of it",
        (),
        tuple((change["release"], f"{change['title']} [{change['id']}]") for change in mine),
        "; ".join(source for change in mine for source in change["sources"]),
    )


def _of_described(name: str) -> Recorded:
    flag = _described()[name]
    return Recorded(name, "described flag", flag["meaning"], (), (), flag["source"])


_READ: dict[str, Callable[[str], Recorded]] = {
    "function": _function,
    "member": _of_member,
    "structure": _of_structure,
    "BPF helper": _of_helper,
    "traced": _of_traced,
    "flag": _of_flag,
    "proposal": _of_proposal,
    "mentioned": _of_mentioned,
    "only spoken of": _of_spoken,
    "described flag": _of_described,
}


def every() -> Iterator[Recorded]:
    """The record of every name that is no kfunc.

    >>> len(list(every())) > 500
    True
    """
    return (recorded(name) for name, kind in known().items() if kind != "kfunc")
