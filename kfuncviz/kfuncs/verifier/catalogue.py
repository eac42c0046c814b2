# SPDX-License-Identifier: BSD-3-Clause
"""
The kfuncs to ask about, and where a program gets its pointers
==============================================================

The four wrappers as proposed in 2023, with real kfuncs for contrast: each as one release registers
it.  And the places a pointer comes from (a hook's argument, a walk, a cast), each marked as that
release's verifier marks it.  What was neither measured nor read is refused, not guessed.
"""

from __future__ import annotations

from typing import Any

from kfuncviz.kfuncs.known import NotKnown, document, span, unknown, within
from kfuncviz.kfuncs.verifier.data import covered
from kfuncviz.kfuncs.verifier.types import Arg, Kfunc, Param


def kfunc_names() -> list[str]:
    """Names of the kfuncs of the data, the four proposed wrappers first.

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
    >>> kfunc("bpf_put_file", "6.6")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: bpf_put_file is not in 6.6; it was first registered in 6.12
    """
    for entry in document("verifier", "kfuncs")["kfuncs"]:
        if entry["name"] == name:
            return _version(entry, covered(at))
    raise unknown("kfunc", name, kfunc_names())


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
        filter=frozenset(row["filter"]) if "filter" in row else None,
        status=entry["status"],
        since=None if entry["status"] == "proposed" else row["since"],
        until=f"before {after}" if after else None,
        source=row["source"],
        note=entry.get("note", ""),
    )


def origin_names() -> list[str]:
    """The places a program may get a pointer from that the data knows.

    >>> origin_names()[0]
    'file, handed to an LSM hook'
    """
    return list(dict.fromkeys(row["name"] for row in document("verifier", "origins")["origins"]))


def origin(name: str, at: str) -> Arg:
    """The argument a program gets from there, marked as that release's verifier marks it.

    >>> origin("ctx->file->f_path.mnt in iter/task_file", "6.12").provenance
    'plain'
    >>> origin("ctx->file->f_path.mnt in iter/task_file", "6.18").provenance
    'walked'
    """
    at = covered(at)
    rows = [row for row in document("verifier", "origins")["origins"] if row["name"] == name]
    if not rows:
        raise unknown("pointer origin", name, origin_names())
    for row in rows:
        if any(within(at, *ends) for ends in row["spans"]):
            return Arg(row["provenance"], row["type"], origin=f"{row['why']} ({row['source']})")
    spans = "; ".join(span(*ends) for row in rows for ends in row["spans"])
    raise NotKnown(f"how {at} marks {name!r} was neither measured nor read; known: {spans}")
