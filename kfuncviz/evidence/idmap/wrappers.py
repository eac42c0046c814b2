# SPDX-License-Identifier: BSD-3-Clause
"""
Would the wrappers of the July 2023 thread have survived?
=========================================================

For each release, from the helpers recorded there: how the body of each wrapper would have had
to be written, and what its own prototype would have been.  A helper is chosen by name, the newest
there is, and its argument types are compared with what the wrapper has at hand; nothing is assumed
about a release beyond its rows.  (6.2 has both generations; whoever stayed with the old one there
would see the change of prototype at 6.3 instead.)  The bodies are sketches in our notation: `pack`
is `gid << 32 | uid`, `number` takes the plain number out of a kuid_t or vfsuid_t.

Two readings come out side by side: what a caller would have seen (the wrapper's own prototype) and
what the maintainer would have had to edit (the body).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import Row, position, releases
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.history.prototypes import parse
from kfuncviz.evidence.idmap.helpers import at

if TYPE_CHECKING:
    import pandas as pd

WRAPPERS = (
    "bpf_is_idmapped_mnt",
    "bpf_file_mnt_idmap",
    "bpf_inode_into_vfs_ids",
    "bpf_get_file_vfs_ids",
)
PROPOSED = "6.5"


@dataclass(frozen=True)
class Body:
    """One wrapper at one release: its prototype, a sketch of its body, the helpers it calls."""

    wrapper: str
    release: str
    prototype: str
    body: str
    helpers: tuple[str, ...]


def _pick(names: Mapping[str, Row], *candidates: str) -> str:
    for name in candidates:
        if name in names:
            return name
    raise EvidenceError(f"none of {', '.join(candidates)} is recorded")


def _wanted(helper: Row) -> str:
    return parse(helper["signature"]).arguments[0].type.replace("const ", "")


def _returned(helper: Row) -> str:
    return parse(helper["signature"]).returns


def _handle_for(names: Mapping[str, Row], helper: str, held: str, name: str) -> str:
    """The expression that gives `helper` its first argument, from a handle of type `held`."""
    if _wanted(names[helper]) == held:
        return name
    owner = "mnt_idmap_owner"
    if owner in names and _returned(names[owner]) == _wanted(names[helper]):
        return f"{owner}({name})"
    raise EvidenceError(f"{helper} wants {_wanted(names[helper])}, at hand is {held}")


def _ids(names: Mapping[str, Row], held: str, handle: str, inode: str) -> tuple[str, list[str]]:
    uid = _pick(names, "i_uid_into_vfsuid", "i_uid_into_mnt")
    gid = _pick(names, "i_gid_into_vfsgid", "i_gid_into_mnt")
    given = _handle_for(names, uid, held, handle)
    used = [gid, uid] + (["mnt_idmap_owner"] if given != handle else [])
    return f"pack(number({gid}({given}, {inode})), number({uid}({given}, {inode})))", used


def _is_idmapped(names: Mapping[str, Row]) -> tuple[str, list[str]]:
    if "is_idmapped_mnt" in names:
        return "is_idmapped_mnt(mnt)", ["is_idmapped_mnt"]
    getter = _pick(names, "mnt_user_ns")
    return f"{getter}(mnt) != &init_user_ns", [getter, _pick(names, "init_user_ns")]


def wrapper_body(release: str) -> dict[str, Body]:
    """The four wrappers as they would have had to be written at `release`, by name.

    Raises UnknownRelease for a release outside the data.

    >>> "mnt_idmap_owner(idmap)" in wrapper_body("6.2")["bpf_inode_into_vfs_ids"].body
    True
    >>> print(wrapper_body("5.12")["bpf_is_idmapped_mnt"].body)
    mnt_user_ns(mnt) != &init_user_ns
    """
    names = at(release)
    getter = _pick(names, "file_mnt_idmap", "file_mnt_user_ns")
    held = _returned(names[getter])
    handle = "idmap" if held == "struct mnt_idmap*" else "mnt_userns"
    spelled = held.replace("*", " *")
    packed, used = _ids(names, held, handle, "inode")
    file_packed, file_used = _ids(names, held, f"{getter}(file)", "file_inode(file)")
    sketches = {
        "bpf_is_idmapped_mnt": ("bool", "struct vfsmount *mnt", *_is_idmapped(names)),
        "bpf_file_mnt_idmap": (spelled, "struct file *file", f"{getter}(file)", [getter]),
        "bpf_inode_into_vfs_ids": ("u64", f"{spelled}{handle}, struct inode *inode", packed, used),
        "bpf_get_file_vfs_ids": ("u64", "struct file *file", file_packed, [getter, *file_used]),
    }
    return {
        wrapper: Body(
            wrapper,
            release,
            re.sub(r"\* (?=bpf_)", "*", f"{returns} {wrapper}({arguments})"),
            body,
            tuple(names[name]["signature"] for name in helpers),
        )
        for wrapper, (returns, arguments, body, helpers) in sketches.items()
    }


class Written(NamedTuple):
    """One wrapper at one release, beside the release before.

    `verdict` is `first`, `same`, `body edited` or `prototype changed`; `helper_changed` says that
    the declaration of a helper it calls did.
    """

    release: str
    wrapper: str
    prototype: str
    body: str
    helpers: str
    verdict: str
    helper_changed: bool


def _verdict(was: Body | None, now: Body) -> str:
    if was is None:
        return "first"
    if was.prototype != now.prototype:
        return "prototype changed"
    return "same" if was.body == now.body else "body edited"


@cache
def written() -> tuple[Written, ...]:
    """Every wrapper at every release, in the order of releases.

    >>> [line.release for line in written()
    ...  if line.wrapper == "bpf_get_file_vfs_ids" and line.verdict == "body edited"]
    ['6.0', '6.2', '6.3']
    """
    out = []
    before: dict[str, Body] = {}
    for release in releases():
        now = wrapper_body(release)
        for wrapper, body in now.items():
            was = before.get(wrapper)
            moved = was is not None and was.helpers != body.helpers
            told = body.prototype, body.body, " ; ".join(body.helpers)
            out.append(Written(release, wrapper, *told, _verdict(was, body), moved))
        before = now
    return tuple(out)


def bodies() -> pd.DataFrame:
    """`written` as a frame: release, wrapper, prototype, body, helpers, verdict, helper_changed.

    >>> bodies().query("verdict == 'prototype changed'")["release"].unique().tolist()
    ['6.2']
    """
    return frame(written())


def survived(since: str = PROPOSED) -> pd.DataFrame:
    """Per wrapper, from `since` to the newest release: how often each thing changed.

    Columns: wrapper, since, prototype_changes, body_edits, helper_changes, releases.

    >>> survived("6.5")[["prototype_changes", "body_edits"]].sum().tolist()
    [0, 0]
    >>> survived("5.12").set_index("wrapper").loc["bpf_file_mnt_idmap", "prototype_changes"].item()
    1
    """
    steps = len(releases()) - position(since) - 1
    later = [line for line in written() if position(line.release) > position(since)]
    out = []
    for wrapper in WRAPPERS:
        mine = [line for line in later if line.wrapper == wrapper]
        verdicts = Counter(line.verdict for line in mine)
        out.append(
            {
                "wrapper": wrapper,
                "since": since,
                "prototype_changes": verdicts["prototype changed"],
                "body_edits": verdicts["body edited"],
                "helper_changes": sum(line.helper_changed for line in mine),
                "releases": len(mine),
            }
        )
    return noted(
        frame(out),
        title="Would these wrappers have survived?",
        n=f"{len(WRAPPERS)} wrappers, {steps} steps from {since}",
        period=f"{since} to {releases()[-1]}",
        definition="prototype changed: what a caller declares would differ; body edited: the "
        "wrapper's maintainer would have had to rewrite its body, callers would not notice",
        source="data/history/idmap_api.csv.gz; prototypes as proposed in July 2023",
    )
