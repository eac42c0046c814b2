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
from dataclasses import dataclass

import pandas as pd

from kfuncviz.evidence.answers import noted
from kfuncviz.evidence.data.load import position, releases
from kfuncviz.evidence.errors import EvidenceError, near
from kfuncviz.evidence.history.prototypes import parse
from kfuncviz.evidence.idmap.helpers import at

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

    @property
    def adapted(self) -> bool:
        """Whether the body must convert the handle it holds into the one a helper wants."""
        return "mnt_idmap_owner" in self.body


def _pick(names: dict[str, str], *candidates: str) -> str:
    for name in candidates:
        if name in names:
            return name
    raise EvidenceError(f"none of {', '.join(candidates)} is recorded")


def _wanted(signature: str) -> str:
    return parse(signature).arguments[0].type.replace("const ", "")


def _handle_for(names: dict[str, str], helper: str, held: str, name: str) -> str:
    """The expression that gives `helper` its first argument, from a handle of type `held`."""
    if _wanted(names[helper]) == held:
        return name
    owner = "mnt_idmap_owner"
    if owner in names and parse(names[owner]).returns == _wanted(names[helper]):
        return f"{owner}({name})"
    raise EvidenceError(f"{helper} wants {_wanted(names[helper])}, at hand is {held}")


def _ids(names: dict[str, str], held: str, handle: str, inode: str) -> tuple[str, list[str]]:
    uid = _pick(names, "i_uid_into_vfsuid", "i_uid_into_mnt")
    gid = _pick(names, "i_gid_into_vfsgid", "i_gid_into_mnt")
    given = _handle_for(names, uid, held, handle)
    used = [gid, uid] + (["mnt_idmap_owner"] if given != handle else [])
    return f"pack(number({gid}({given}, {inode})), number({uid}({given}, {inode})))", used


def _is_idmapped(names: dict[str, str]) -> tuple[str, list[str]]:
    if "is_idmapped_mnt" in names:
        return "is_idmapped_mnt(mnt)", ["is_idmapped_mnt"]
    getter = _pick(names, "mnt_user_ns")
    return f"{getter}(mnt) != &init_user_ns", [getter, _pick(names, "init_user_ns")]


def wrapper_body(release: str) -> dict[str, Body]:
    """The four wrappers as they would have had to be written at `release`, by name.

    Raises UnknownRelease for a release outside the data.

    >>> wrapper_body("6.2")["bpf_inode_into_vfs_ids"].adapted
    True
    >>> print(wrapper_body("5.12")["bpf_is_idmapped_mnt"].body)
    mnt_user_ns(mnt) != &init_user_ns
    """
    names = at(release)
    getter = _pick(names, "file_mnt_idmap", "file_mnt_user_ns")
    held = parse(names[getter]).returns
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
            tuple(names[name] for name in helpers),
        )
        for wrapper, (returns, arguments, body, helpers) in sketches.items()
    }


def bodies() -> pd.DataFrame:
    """Every wrapper at every release: release, wrapper, prototype, body, helpers, and verdict.

    `verdict` compares with the release before: `first`, `same`, `body edited`, or
    `prototype changed`; `helper` says which helper's declaration changed, if one did.

    >>> rows = bodies().query("wrapper == 'bpf_get_file_vfs_ids' and verdict == 'body edited'")
    >>> rows["release"].tolist()
    ['6.0', '6.2', '6.3']
    """
    out = []
    before: dict[str, Body] = {}
    for release in releases():
        now = wrapper_body(release)
        for wrapper in WRAPPERS:
            body = now[wrapper]
            was = before.get(wrapper)
            out.append(
                {
                    "release": release,
                    "wrapper": wrapper,
                    "prototype": body.prototype,
                    "body": body.body,
                    "helpers": " ; ".join(body.helpers),
                    "verdict": _verdict(was, body),
                    "helper_changed": bool(was and was.helpers != body.helpers),
                }
            )
        before = now
    return pd.DataFrame(out)


def _verdict(was: Body | None, now: Body) -> str:
    if was is None:
        return "first"
    if was.prototype != now.prototype:
        return "prototype changed"
    return "same" if was.body == now.body else "body edited"


def survived(since: str = PROPOSED) -> pd.DataFrame:
    """Per wrapper, from `since` to the newest release: how often each thing changed.

    Columns: wrapper, since, prototype_changes, body_edits, helper_changes, releases.

    >>> survived("6.5")[["prototype_changes", "body_edits"]].sum().tolist()
    [0, 0]
    >>> survived("5.12").set_index("wrapper").loc["bpf_file_mnt_idmap", "prototype_changes"].item()
    1
    """
    start = position(since)
    rows = bodies()
    rows = rows[rows["release"].map(position) > start]
    out = []
    for wrapper in WRAPPERS:
        mine = rows[rows["wrapper"] == wrapper]
        out.append(
            {
                "wrapper": wrapper,
                "since": since,
                "prototype_changes": int((mine["verdict"] == "prototype changed").sum()),
                "body_edits": int((mine["verdict"] == "body edited").sum()),
                "helper_changes": int(mine["helper_changed"].sum()),
                "releases": len(mine),
            }
        )
    return noted(
        pd.DataFrame(out),
        title="Would these wrappers have survived?",
        n=f"{len(WRAPPERS)} wrappers, {len(releases()) - start - 1} steps from {since}",
        period=f"{since} to {releases()[-1]}",
        definition="prototype changed: what a caller declares would differ; body edited: the "
        "wrapper's maintainer would have had to rewrite its body, callers would not notice",
        source="data/history/idmap_api.csv.gz; prototypes as proposed in July 2023",
    )


def wrapper(name: str) -> pd.DataFrame:
    """`bodies` of one wrapper; an unknown name is an EvidenceError with near names.

    >>> len(wrapper("bpf_file_mnt_idmap")) == len(releases())
    True
    """
    if name not in WRAPPERS:
        close = ", ".join(near(name, WRAPPERS) or WRAPPERS)
        raise EvidenceError(f"{name!r} is none of the proposed wrappers; near: {close}")
    rows = bodies()
    return rows[rows["wrapper"] == name].reset_index(drop=True)
