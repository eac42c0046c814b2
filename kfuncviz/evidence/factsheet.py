# SPDX-License-Identifier: BSD-3-Clause
"""
Statements about kfuncs and the idmapping that must be easy to find, with their basis
=====================================================================================

Each fact is one function: a sentence in our words, the value computed from rows where
rows can carry it, where it comes from, and whether it was computed or only recorded.
They are evidence, not arguments: several are used by both sides of the debate.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import kfunc_releases, position, registered, releases, rows
from kfuncviz.evidence.errors import EvidenceError, offered
from kfuncviz.evidence.history.announced import promises
from kfuncviz.evidence.history.compare import vfs_kfuncs
from kfuncviz.evidence.history.diffs import words
from kfuncviz.evidence.history.record import kfunc_history
from kfuncviz.evidence.idmap.readers import Reading, breaks, core_reader, fixed_offset_reader
from kfuncviz.evidence.idmap.wrappers import PROPOSED, WRAPPERS, written

if TYPE_CHECKING:
    import pandas as pd

_IDMAP_NAMES = re.compile("idmap|vfsuid|vfsgid|vfs_ids|mnt")
_IDMAP_TYPES = re.compile("mnt_idmap|vfsuid_t|vfsgid_t|vfsmount")


class Fact(NamedTuple):
    """One statement: `value` is what it hangs on, `basis` is computed or recorded."""

    id: str
    statement: str
    value: str
    basis: str
    source: str


def lifecycle_text() -> Fact:
    """Has the lifecycle section of the kernel's kfunc document changed since it was written?"""
    texts = [row for row in rows("policy") if row["lifecycle_section"] == "yes"]
    versions = {(row["characters"], row["md5_prefix"]) for row in texts}
    checked = [row["release"] for row in texts]
    first, last = checked[0], checked[-1]
    skipped = [r for r in releases() if position(r) > position(first) and r not in checked]
    measured = next(row["measured_at"] for row in rows("releases") if row["release"] == last)
    return Fact(
        "lifecycle-text",
        f"The section on kfunc lifecycle expectations reads the same, byte for byte, in all "
        f"{len(checked)} trees checked from {first} to {measured}."
        if len(versions) == 1
        else f"The lifecycle section has {len(versions)} versions in {len(texts)} trees.",
        f"{len(versions)} version, {texts[0]['characters']} characters; "
        f"not checked: {', '.join(skipped)}",
        "computed from recorded lengths and digests",
        "data/history/policy.csv",
    )


def kf_deprecated() -> Fact:
    """Does any release define the deprecation flag its document describes?"""
    flag = "KF_DEPRECATED"
    defined = sum(row["flag"] == flag for row in rows("kf_flags"))
    headers = len({row["release"] for row in rows("kf_flags")})
    carried = sum(flag in words(row["flags"]) for row in rows("kfuncs"))
    counted = (row["kf_deprecated_mentions"] for row in rows("policy"))
    mentions = dict.fromkeys(str(number) for number in counted if number is not None)
    return Fact(
        "kf-deprecated",
        "The document describes a flag, KF_DEPRECATED, to mark kfuncs that are to go; "
        + (
            "some release defines it."
            if defined or carried
            else "no release defines it and no kfunc carries it."
        ),
        f"{defined} of {headers} releases whose header was read define it, "
        f"{carried} kfunc rows of all releases carry it, "
        f"{'/'.join(mentions)} mentions in each document checked",
        "computed",
        "data/history/kf_flags.csv.gz, kfuncs.csv.gz, policy.csv",
    )


def no_idmap_kfunc() -> Fact:
    """Is any kfunc about the idmapping registered in any release?"""
    named = sum(bool(_IDMAP_NAMES.search(row["kfunc"])) for row in rows("kfuncs"))
    typed = sum(bool(_IDMAP_TYPES.search(row["prototype"])) for row in rows("kfuncs"))
    names = {row["kfunc"] for row in rows("kfuncs")}
    order = kfunc_releases()
    return Fact(
        "no-idmap-kfunc",
        (
            "Some kfunc is about the idmapping."
            if named or typed or names & set(WRAPPERS)
            else "No kfunc of any release is named after the idmapping, and none takes or returns "
            "an idmap, a vfsmount, a vfsuid or a vfsgid."
        ),
        f"{named} by name, {typed} by prototype, of {len(names)} names, test kfuncs "
        f"included, from {order[0]} to {order[-1]}",
        "computed",
        "data/history/kfuncs.csv.gz",
    )


def mnt_user_ns() -> Fact:
    """For how many releases was mnt_user_ns() an exported symbol?"""
    mine = [row for row in rows("idmap_api") if row["helper"] == "mnt_user_ns"]
    exported = [row for row in mine if row["export"]]
    kinds = "/".join(dict.fromkeys(row["export"] for row in exported))
    when = ", ".join(row["release"] for row in exported)
    return Fact(
        "mnt-user-ns",
        f"mnt_user_ns() was an {kinds} for exactly {len(exported)} release, "
        f"{when}; before that it was an inline function of a header, "
        "and the release after has no such function.",
        f"exported in {when}; present {mine[0]['release']} to {mine[-1]['release']}",
        "computed",
        "data/history/idmap_api.csv.gz",
    )


def _when(found: Reading) -> str:
    """The release of a break, or those among which it lies, and what becomes of the reader."""
    after, last = position(found.built_at) + 1, found.run_at
    first = releases()[after]
    return f"{last if first == last else f'{first} to {last}'} ({found.verdict})"


def readers() -> Fact:
    """At which releases does a program that works out a file's owner by itself break?"""
    core, fixed = (
        [_when(found) for found in breaks(j)] for j in (core_reader, fixed_offset_reader)
    )
    return Fact(
        "readers",
        f"A CO-RE reader of a file's owner, without a branch for another layout, has to be "
        f"rewritten at {' and '.join(core)}. One with fixed offsets breaks more often, without a "
        f"word: {', '.join(fixed)}.",
        f"CO-RE: {', '.join(core)}; fixed offsets: {', '.join(fixed)}",
        "computed, from 5.13 on, each release against the last whose layouts decide",
        "data/history/btf_layouts.csv.gz, idmap_structs.csv.gz",
    )


def _each(found: Sequence[str]) -> str:
    return "/".join(dict.fromkeys(found))


def sched_ext_dates() -> Fact:
    """Did sched_ext keep the removal dates it published?"""
    dated = [promise for promise in promises() if promise.removal_release]
    late = [promise for promise in dated if promise.outcome == "gone later than announced"]
    there = [promise for promise in dated if promise.outcome == "due, still there"]
    withdrawn = sum(promise.outcome == "announcement withdrawn" for promise in dated)
    kept = sum(promise.outcome == "gone as announced" for promise in dated)
    return Fact(
        "sched-ext-dates",
        f"sched_ext dates its own removals in source. {len(late)} kfuncs were announced to go in "
        f"{_each([promise.removal_release for promise in late])} and went in "
        f"{_each([promise.gone_in for promise in late])}; {len(there)} were announced to go in "
        f"{_each(sorted(promise.removal_release for promise in there))} and are still registered "
        f"in {releases()[-1]}; {withdrawn} announcement was withdrawn.",
        f"{len(dated)} dated promises, {kept} kept on their date, {withdrawn} withdrawn",
        "computed from announced dates and rows",
        "data/history/promises.csv, kfuncs.csv.gz",
    )


def vfs_accepted() -> Fact:
    """What did the VFS accept as kfuncs, where does it live, on which terms?"""
    newest = kfunc_releases()[-1]
    now = [row for name, row in registered()[newest].items() if name in vfs_kfuncs()]
    lsm = sum("LSM" in words(row["program_types"]) for row in now)
    every = sum(row["program_types"] == "UNSPEC" for row in now)
    files = Counter(row["defined_in"] for row in now).most_common()
    return Fact(
        "vfs-accepted",
        f"{len(now)} VFS kfuncs are registered in {newest}, all in files under "
        f"fs/, {len(vfs_kfuncs()) - len(now)} taken back so far: attributes by name, a path as "
        f"text, the executable of a task, verity digests, the interpreter of a binary. {lsm} are "
        f"open to LSM programs, {len(now) - lsm - every} to struct_ops alone, {every} to every "
        "program type.",
        "; ".join(f"{file} {count}" for file, count in files),
        "computed; the terms of each are in `vfs_terms()`, the talk about them in vfs_timeline",
        "data/history/kfuncs.csv.gz, vfs_timeline.csv",
    )


def vfs_terms() -> pd.DataFrame:
    """The VFS kfuncs of the newest release: born, file, program types, flags, prototype.

    `filter` says which programs of a type a filter admits, where it is not all of them.

    >>> terms = vfs_terms().set_index("kfunc")
    >>> terms.at["bpf_get_file_xattr", "born"], terms.at["bpf_get_file_xattr", "filter"]
    ('6.8', 'STRUCT_OPS: binfmt_misc_ops')
    """
    columns = ["kfunc", "defined_in", "program_types", "flags", "bpf_visible_prototype", "source"]
    now = registered()[kfunc_releases()[-1]]
    limits = {row["kfunc"]: f"{row['program_type']}: {row['admits']}" for row in rows("filters")}
    return frame(
        {column: row[column] for column in columns}
        | {"filter": limits.get(name, ""), "born": kfunc_history(name).born}
        for name, row in now.items()
        if name in vfs_kfuncs()
    )


def _edits(since: str) -> tuple[int, int, int]:
    """Prototype changes, how many wrappers had one, and body edits, after a release."""
    later = [line for line in written() if position(line.release) > position(since)]
    changed = [line.wrapper for line in later if line.verdict == "prototype changed"]
    return len(changed), len(set(changed)), sum(line.verdict == "body edited" for line in later)


def wrappers_since_thread() -> Fact:
    """Would the proposed wrappers have needed an edit since the thread?"""
    first, newest = releases()[0], releases()[-1]
    (since, _, edited), (ever, wrappers, edits) = _edits(PROPOSED), _edits(first)
    return Fact(
        "wrappers",
        f"Written for {PROPOSED}, the four wrappers would have kept prototype and "
        f"body to {newest}. Had they been there from {first}, "
        f"{wrappers} of them would have changed their own "
        f"prototype, and bodies would have been edited {edits} times.",
        f"since the thread {since} prototype changes and "
        f"{edited} body edits; since {first} {ever} and {edits}",
        "computed",
        "data/history/idmap_api.csv.gz",
    )


_FACTS: dict[str, Callable[[], Fact]] = {
    "lifecycle-text": lifecycle_text,
    "kf-deprecated": kf_deprecated,
    "no-idmap-kfunc": no_idmap_kfunc,
    "mnt-user-ns": mnt_user_ns,
    "readers": readers,
    "sched-ext-dates": sched_ext_dates,
    "vfs-accepted": vfs_accepted,
    "wrappers": wrappers_since_thread,
}


def facts() -> pd.DataFrame:
    """All facts, one row each: id, statement, value, basis, source.

    >>> facts()["id"].tolist()[:3]
    ['lifecycle-text', 'kf-deprecated', 'no-idmap-kfunc']
    """
    return noted(
        frame(make() for make in _FACTS.values()),
        title="Facts to have at hand",
        n=f"{len(_FACTS)} facts",
        period=f"{releases()[0]} to {releases()[-1]}",
        definition="each row says whether its value was computed from rows or only recorded",
        source="named in each row",
    )


def fact(id: str) -> Fact:
    """One fact by its id; an unknown id is an EvidenceError with the ids there are.

    >>> fact("mnt-user-ns").value
    'exported in 6.2; present 5.12 to 6.2'
    """
    if id not in _FACTS:
        raise EvidenceError(f"no fact {id!r}; {offered(id, _FACTS)}")
    return _FACTS[id]()
