# SPDX-License-Identifier: BSD-3-Clause
"""
Statements about kfuncs and the idmapping that must be easy to find, with their basis
=====================================================================================

Each fact is one function: a sentence in our words, the value computed from rows where
rows can carry it, where it comes from, and whether it was computed or only recorded.
They are evidence, not arguments: several are used by both sides of the debate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import pairwise

import pandas as pd

from kfuncviz.evidence.answers import noted
from kfuncviz.evidence.data.load import kfunc_releases, kfuncs, position, releases, table
from kfuncviz.evidence.errors import EvidenceError, near
from kfuncviz.evidence.history.announced import promises
from kfuncviz.evidence.history.compare import vfs_kfuncs
from kfuncviz.evidence.history.lookup import kfunc_history
from kfuncviz.evidence.idmap.readers import core_reader, fixed_offset_reader
from kfuncviz.evidence.idmap.wrappers import WRAPPERS, survived

_IDMAP_WORDS = "idmap|vfsuid|vfsgid|vfs_ids|mnt"


@dataclass(frozen=True)
class Fact:
    """One statement: `value` is what it hangs on, `basis` is computed or recorded."""

    id: str
    statement: str
    value: str
    basis: str
    source: str


def lifecycle_text_unchanged() -> Fact:
    """Has the lifecycle section of the kernel's kfunc document changed since it was written?"""
    rows = table("policy")
    texts = rows[rows["lifecycle_section"] == "yes"]
    versions = texts[["characters", "md5_prefix"]].drop_duplicates()
    same = len(versions) == 1
    checked = list(texts["release"])
    first, last = checked[0], checked[-1]
    skipped = [r for r in releases() if position(r) > position(first) and r not in checked]
    measured = table("releases").set_index("release")["measured_at"][last]
    return Fact(
        "lifecycle-text",
        f"The section on kfunc lifecycle expectations reads the same, byte for byte, in all "
        f"{len(checked)} trees checked from {first} to {measured}."
        if same
        else f"The lifecycle section has {len(versions)} versions in {len(texts)} trees.",
        f"{len(versions)} version, {int(versions['characters'].iloc[0])} characters; "
        f"not checked: {', '.join(skipped)}",
        "computed from recorded lengths and digests",
        "data/history/policy.csv",
    )


def deprecation_flag_undefined() -> Fact:
    """Does any release define the deprecation flag its document describes?"""
    flags = table("kf_flags")
    defined = flags[flags["flag"] == "KF_DEPRECATED"]
    carried = kfuncs(tests=True)["flags"].str.contains("KF_DEPRECATED").sum()
    mentions = table("policy")["kf_deprecated_mentions"].dropna().unique()
    return Fact(
        "kf-deprecated",
        "The document describes a flag, KF_DEPRECATED, to mark kfuncs that are to go; "
        + (
            "no release defines it and no kfunc carries it."
            if defined.empty and not carried
            else "some release defines it."
        ),
        f"{len(defined)} of {flags['release'].nunique()} releases whose header was read define it, "
        f"{carried} kfunc rows of all releases carry it, "
        f"{'/'.join(str(m) for m in mentions)} mentions in each document checked",
        "computed",
        "data/history/kf_flags.csv.gz, kfuncs.csv.gz, policy.csv",
    )


def no_idmap_kfunc() -> Fact:
    """Is any kfunc about the idmapping registered in any release?"""
    rows = kfuncs(tests=True)
    named = rows[rows["kfunc"].str.contains(_IDMAP_WORDS)]
    typed = rows[rows["prototype"].str.contains("mnt_idmap|vfsuid_t|vfsgid_t|vfsmount")]
    names = set(rows["kfunc"])
    held = [name for name in WRAPPERS if name in names]
    order = kfunc_releases()
    none = named.empty and typed.empty and not held
    return Fact(
        "no-idmap-kfunc",
        (
            "No kfunc of any release is named after the idmapping, and none takes or returns an "
            "idmap, a vfsmount, a vfsuid or a vfsgid."
            if none
            else "Some kfunc is about the idmapping."
        ),
        f"{len(named)} by name, {len(typed)} by prototype, of {len(names)} names, test kfuncs "
        f"included, from {order[0]} to {order[-1]}",
        "computed",
        "data/history/kfuncs.csv.gz",
    )


def mnt_user_ns_exported_once() -> Fact:
    """For how many releases was mnt_user_ns() an exported symbol?"""
    rows = table("idmap_api")
    mine = rows[rows["helper"] == "mnt_user_ns"]
    exported = mine[mine["export"] != ""]
    kinds = "/".join(exported["export"].unique())
    return Fact(
        "mnt-user-ns",
        f"mnt_user_ns() was an {kinds} for exactly {len(exported)} release, "
        f"{', '.join(exported['release'])}; before that it was an inline function of a header, "
        "and the release after has no such function.",
        f"exported in {', '.join(exported['release'])}; present {mine['release'].iloc[0]} to "
        f"{mine['release'].iloc[-1]}",
        "computed",
        "data/history/idmap_api.csv.gz",
    )


def _steps(judge: Callable[[str, str], object]) -> list[str]:
    order = releases()
    breaks = []
    for old, new in pairwise(order[1:]):
        verdict = getattr(judge(old, new), "verdict")  # noqa: B009
        if verdict != "works":
            breaks.append(f"{new} ({verdict})")
    return breaks


def readers_break() -> Fact:
    """At which releases does a program that reads the idmap by itself break?"""
    core, fixed = _steps(core_reader), _steps(fixed_offset_reader)
    at_612 = core_reader("6.11", "6.12").verdict, fixed_offset_reader("6.11", "6.12").verdict
    return Fact(
        "readers",
        f"A CO-RE reader of the mount's uid map has to be rewritten at {' and '.join(core)}; "
        f"the move of 6.12 it survives ({at_612[0]}), while a reader with fixed offsets does "
        f"not ({at_612[1]}).",
        f"CO-RE: {', '.join(core)}; fixed offsets: {', '.join(fixed)}",
        "computed, from 5.13 on, each release against the next",
        "data/history/btf_layouts.csv.gz, idmap_structs.csv.gz",
    )


def sched_ext_dates() -> Fact:
    """Did sched_ext keep the removal dates it published?"""
    rows = promises()
    dated = rows[rows["removal_release"] != ""]
    late = dated[dated["outcome"] == "gone later than announced"]
    there = dated[dated["outcome"] == "due, still there"]
    return Fact(
        "sched-ext-dates",
        f"sched_ext dates its own removals in source. {len(late)} kfuncs were announced to go in "
        f"{'/'.join(late['removal_release'].unique())} and went in "
        f"{'/'.join(late['gone_in'].unique())}; {len(there)} were announced to go in "
        f"{'/'.join(there['removal_release'].unique())} and are still registered there.",
        f"{len(dated)} dated promises, {int((dated['outcome'] == 'gone as announced').sum())} kept "
        "on their date",
        "computed from announced dates and rows",
        "data/history/promises.csv, kfuncs.csv.gz",
    )


def vfs_accepted() -> Fact:
    """What did the VFS accept as kfuncs, where does it live, on which terms?"""
    names = vfs_kfuncs()
    rows = kfuncs()
    now = rows[(rows["release"] == kfunc_releases()[-1]) & rows["kfunc"].isin(names)]
    files = now.groupby("defined_in").size().sort_values(ascending=False)
    taken_back = len(names) - len(now)
    lsm = now["program_types"].str.split("|").map(lambda kinds: "LSM" in kinds).sum()
    every = (now["program_types"] == "UNSPEC").sum()
    return Fact(
        "vfs-accepted",
        f"{len(now)} VFS kfuncs are registered in {kfunc_releases()[-1]}, all in files under "
        f"fs/, {taken_back} taken back so far: attributes by name, a path as text, the executable "
        f"of a task, verity digests, the interpreter of a binary. {lsm} are open to LSM programs, "
        f"{len(now) - lsm - every} to struct_ops alone, {every} to every program type.",
        "; ".join(f"{file} {count}" for file, count in files.items()),
        "computed; the terms of each are in `vfs_terms()`, the talk about them in vfs_timeline",
        "data/history/kfuncs.csv.gz, vfs_timeline.csv",
    )


def vfs_terms() -> pd.DataFrame:
    """The VFS kfuncs of the newest release: born, file, program types, flags, prototype.

    >>> vfs_terms().set_index("kfunc").at["bpf_get_file_xattr", "born"]
    '6.8'
    """
    rows = kfuncs()
    now = rows[(rows["release"] == kfunc_releases()[-1]) & rows["kfunc"].isin(vfs_kfuncs())]
    born = [kfunc_history(name).born for name in now["kfunc"]]
    columns = ["kfunc", "defined_in", "program_types", "flags", "bpf_visible_prototype", "source"]
    return now[columns].assign(born=born).reset_index(drop=True)


def wrappers_since_thread() -> Fact:
    """Would the proposed wrappers have needed an edit since the thread?"""
    then, ever = survived(), survived(releases()[0])
    return Fact(
        "wrappers",
        f"Written for {then['since'].iloc[0]}, the four wrappers would have kept prototype and "
        f"body to {releases()[-1]}. Had they been there from {releases()[0]}, "
        f"{int((ever['prototype_changes'] > 0).sum())} of them would have changed their own "
        f"prototype, and bodies would have been edited {int(ever['body_edits'].sum())} times.",
        f"since the thread {int(then['prototype_changes'].sum())} prototype changes and "
        f"{int(then['body_edits'].sum())} body edits; since {releases()[0]} "
        f"{int(ever['prototype_changes'].sum())} and {int(ever['body_edits'].sum())}",
        "computed",
        "data/history/idmap_api.csv.gz",
    )


_FACTS: tuple[Callable[[], Fact], ...] = (
    lifecycle_text_unchanged,
    deprecation_flag_undefined,
    no_idmap_kfunc,
    mnt_user_ns_exported_once,
    readers_break,
    sched_ext_dates,
    vfs_accepted,
    wrappers_since_thread,
)


def facts() -> pd.DataFrame:
    """All facts, one row each: id, statement, value, basis, source.

    >>> facts()["id"].tolist()[:3]
    ['lifecycle-text', 'kf-deprecated', 'no-idmap-kfunc']
    """
    frame = pd.DataFrame([asdict(make()) for make in _FACTS])
    return noted(
        frame,
        title="Facts to have at hand",
        n=f"{len(frame)} facts",
        period=f"{releases()[0]} to {releases()[-1]}",
        definition="each row says whether its value was computed from rows or only recorded",
        source="named in each row",
    )


def fact(id: str) -> Fact:
    """One fact by its id; an unknown id is an EvidenceError with the ids there are.

    >>> fact("mnt-user-ns").value
    'exported in 6.2; present 5.12 to 6.2'
    """
    known = {made.id: made for made in (make() for make in _FACTS)}
    if id not in known:
        close = ", ".join(near(id, known) or known)
        raise EvidenceError(f"no fact {id!r}; there are: {close}")
    return known[id]
