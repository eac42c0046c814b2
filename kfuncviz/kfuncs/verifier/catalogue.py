# SPDX-License-Identifier: BSD-3-Clause
"""
The kfuncs to ask about, and where a program gets its pointers
==============================================================

The four wrappers as proposed in 2023, real kfuncs for contrast, and every other kfunc of the
history table: each as one release registers it.  And places a pointer comes from, each marked as
that release's verifier marks it.  What was neither measured nor read is refused, not guessed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from kfuncviz.kfuncs.known import NotKnown, document, shown, unknown, within
from kfuncviz.kfuncs.verifier.data import covered
from kfuncviz.kfuncs.verifier.registered import registered_in, registered_names, registered_row
from kfuncviz.kfuncs.verifier.types import Arg, Kfunc, Param, Program
from kfuncviz.kfuncs.verifier.walk import cast, handed, walk
from kfuncviz.nearest import meant


def kfunc_names() -> list[str]:
    """Names of the kfuncs described one by one, the four proposed wrappers first.

    >>> kfunc_names()[:4]
    ['bpf_is_idmapped_mnt', 'bpf_file_mnt_idmap', 'bpf_inode_into_vfs_ids', 'bpf_get_file_vfs_ids']
    """
    return [row["name"] for row in document("verifier", "kfuncs")["kfuncs"]]


def kfunc(name: str, at: str) -> Kfunc:
    """A kfunc as registered in a release; a proposed one as it would have been.

    >>> sorted(kfunc("bpf_get_task_exe_file", "7.0").flags)
    ['KF_ACQUIRE', 'KF_RET_NULL']
    >>> kfunc("bpf_get_file_vfs_ids", "6.5").prototype()
    'u64 bpf_get_file_vfs_ids(struct file *file)'
    >>> kfunc("css_rstat_updated", "6.18").prototype()
    'void css_rstat_updated(struct cgroup_subsys_state *css, int cpu)'
    >>> kfunc("bpf_put_file", "6.6")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: bpf_put_file is not in 6.6; it was first registered in 6.12
    >>> kfunc("css_rstat_updated", "6.12")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: css_rstat_updated is not in 6.12; it is in 6.16 to 7.3
    """
    release = covered(at)
    for entry in document("verifier", "kfuncs")["kfuncs"]:
        if entry["name"] == name:
            return _version(entry, release)
    if row := registered_row(name, release):
        return _from_history(row, release)
    raise _no_kfunc(name, release)


def _no_kfunc(name: str, at: str) -> NotKnown:
    if held := registered_in(name):
        return NotKnown(f"{name} is not in {at}; it is in {held[0]} to {held[-1]}")
    every = [*kfunc_names(), *registered_names(at)]
    return NotKnown(
        f"unknown kfunc {shown(name)}{meant(name, every, 0.75)}; {at} registers none of that name"
    )


def _version(entry: dict[str, Any], at: str) -> Kfunc:
    versions = entry["versions"]
    held = [v for v in versions if within(at, v["since"], None)]
    if not held:
        raise NotKnown(
            f"{entry['name']} is not in {at}; it was first registered in {versions[0]['since']}"
        )
    row = held[-1]
    after = versions[len(held)]["since"] if len(held) < len(versions) else None
    return Kfunc(
        name=entry["name"],
        params=tuple(Param(n, t, nullable=n.endswith("__nullable")) for t, n in row["params"]),
        ret=row["ret"],
        flags=frozenset(row["flags"]),
        program_types=frozenset(row["program_types"]),
        filter=_filter(entry["name"], at),
        status=entry["status"],
        since=None if entry["status"] == "proposed" else row["since"],
        until=f"before {after}" if after else None,
        source=row["source"],
        note=entry.get("note", ""),
    )


def _from_history(row: dict[str, str], at: str) -> Kfunc:
    ret, params = _prototype(row["bpf_visible_prototype"])
    return Kfunc(
        name=row["kfunc"],
        params=params,
        ret=ret,
        flags=frozenset(filter(None, row["flags"].split("|"))),
        program_types=frozenset(row["program_types"].split("|")),
        filter=_filter(row["kfunc"], at),
        since=at,
        source=row["source"],
    )


def _prototype(declared: str) -> tuple[str, tuple[Param, ...]]:
    """Return type and parameters of a C prototype on one line.

    >>> _prototype("struct file *f(struct task_struct *task, u64 flags)")[0]
    'struct file *'
    """
    head, _, tail = declared.partition("(")
    ret, _ = _split(head)
    inside = tail.removesuffix(")")
    pairs = [_split(part) for part in inside.split(",")] if inside not in ("", "void") else []
    return ret, tuple(Param(n, t, nullable=n.endswith("__nullable")) for t, n in pairs)


def _split(declared: str) -> tuple[str, str]:
    """Type and name of one declaration."""
    declared = declared.strip()
    name = declared.replace("*", " ").split()[-1]
    return declared.removesuffix(name).strip(), name


@cache
def _filter(name: str, at: str) -> frozenset[str] | None:
    for row in document("verifier", "filters")["filters"]:
        if name in row["kfuncs"] and within(at, row["since"], row["until"]):
            return frozenset(row["lets"])
    return None


def origin_names() -> list[str]:
    """The places a program may get a pointer from that the data knows.

    >>> origin_names()[0]
    'file, handed to an LSM hook'
    """
    return [row["name"] for row in document("verifier", "origins")["origins"]]


def origin(name: str, at: str, *, sleepable: bool = False) -> Arg:
    """The argument a program gets from there, marked as that release's verifier marks it.

    ``sleepable`` says that the program can sleep, and so reads outside any RCU section.

    >>> [origin("file->f_path.mnt of a trusted file", at).provenance for at in ("6.17", "6.18")]
    ['plain', 'untrusted']
    >>> origin("file->f_path.mnt of a trusted file", "6.17", sleepable=True).provenance
    'untrusted'
    """
    at = covered(at)
    for row in document("verifier", "origins")["origins"]:
        if row["name"] == name:
            return _origin(row, at, sleepable=sleepable)
    raise unknown("pointer origin", name, origin_names())


def _origin(row: dict[str, Any], at: str, *, sleepable: bool) -> Arg:
    """A value taken as the row says, and walked from member to member."""
    if "mark" in row:
        arg = Arg(row["mark"], row["type"], origin=f"{row['why']} ({row['source']})")
    else:
        program = Program(row["program"], attach=row["attach"])
        arg = handed(program, row["value"], row["type"], at)
    for member in row.get("members", []):
        arg = walk(_tested(arg), member, in_rcu=not sleepable or row.get("rcu", False), at=at)
    return cast(arg, row["cast"]) if "cast" in row else _tested(arg)


def _tested(arg: Arg) -> Arg:
    """The same pointer once the program has compared it with NULL."""
    return Arg(arg.provenance, arg.type, origin=arg.origin)
