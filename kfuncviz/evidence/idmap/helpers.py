# SPDX-License-Identifier: BSD-3-Clause
"""
How the mount idmapping's own helpers changed, 5.12 to the newest release
=========================================================================

Two groups: `core_idmap`, the helpers that translate ids or hand out the map, and
`vfs_api_with_idmap_arg`, VFS functions that take the map as an argument. The rows of
6.16 and 6.17 hold only what 6.15 and 6.18 agree on, so a change in that window is
dated `6.16..6.18` and those two releases are not compared on their own.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pandas as pd

from kfuncviz.evidence.answers import noted
from kfuncviz.evidence.data.load import position, records, releases, table
from kfuncviz.evidence.errors import EvidenceError, near
from kfuncviz.evidence.history.prototypes import difference

Row = dict[str, str]
WINDOW = ("6.16", "6.17")
GROUPS = ("core_idmap", "vfs_api_with_idmap_arg")
_OLD, _NEW = "struct user_namespace *mnt_userns", "struct mnt_idmap *"


def compared() -> list[tuple[str, str, str]]:
    """Pairs of releases laid side by side, as (earlier, later, label of the step).

    >>> compared()[-6]
    ('6.15', '6.18', '6.16..6.18')
    """
    whole = [release for release in releases() if release not in WINDOW]
    return [
        (old, new, f"{WINDOW[0]}..{new}" if position(new) - position(old) > 1 else new)
        for old, new in pairwise(whole)
    ]


def _kind(before: str, after: str) -> tuple[str, str] | None:
    if "(" not in before or "(" not in after:
        return None if before == after else ("substantial", "declaration")
    found = difference(before, after)
    if found and _OLD in before and _NEW in after:
        return "substantial", "user_namespace -> mnt_idmap"
    return found


def _both(was: Row, now: Row) -> list[Row]:
    stamp = {"before": was["signature"], "after": now["signature"], "kind": "", "detail": ""}
    stamp["source"] = f"{was['source']} against {now['source']}"
    out = []
    found = _kind(was["signature"], now["signature"])
    if found:
        out.append(stamp | {"event": "signature", "kind": found[0], "detail": found[1]})
    if was["export"] != now["export"]:
        change = f"{was['export'] or 'none'} -> {now['export'] or 'none'}"
        out.append(stamp | {"event": "export", "detail": change})
    return out


def _one(row: Row, event: str) -> Row:
    sides = {"before": row["signature"], "after": ""}
    if event == "added":
        sides = {"before": "", "after": row["signature"]}
    return {"event": event, "kind": "", "detail": "", "source": row["source"]} | sides


def _step(old: dict[str, Row], new: dict[str, Row], label: str) -> list[Row]:
    out = []
    for name in sorted(old.keys() | new.keys()):
        was, now = old.get(name), new.get(name)
        if was and now:
            found = _both(was, now)
        else:
            found = [_one(now, "added")] if now else [_one(old[name], "removed")]
        stamp = {"helper": name, "step": label, "group": (was or new[name])["group"]}
        out += [stamp | change for change in found]
    return out


@cache
def _helper_changes() -> pd.DataFrame:
    spans: dict[str, dict[str, Row]] = {release: {} for release in releases()}
    for row in records(table("idmap_api")):
        spans[row["release"]][row["helper"]] = row
    out: list[Row] = []
    for old, new, label in compared():
        out += _step(spans[old], spans[new], label)
    columns = ["helper", "step", "group", "event", "kind", "detail", "before", "after", "source"]
    return pd.DataFrame(out, columns=columns)


def helper_changes() -> pd.DataFrame:
    """Every change of a helper, computed from the rows.

    Columns: helper, step (a release, or the window), group, event (added, removed, signature,
    export), kind (of a signature: substantial, const_only), detail, before, after, source.

    >>> rows = helper_changes().query("helper == 'i_uid_into_vfsuid'")
    >>> rows[["step", "event", "detail"]].values.tolist()
    [['6.0', 'added', ''], ['6.3', 'signature', 'user_namespace -> mnt_idmap']]
    """
    return _helper_changes().copy()


def churn() -> pd.DataFrame:
    """Per step and group: helpers alive at its end, added, removed, changed in signature.

    `signature` counts changes of substance; `handle` of these are the swap of the map's type
    from user_namespace to mnt_idmap; `const_only` and `export` stand apart.

    >>> churn().set_index(["step", "group"]).loc[("6.3", "core_idmap"), "handle"].item()
    18
    """
    found = helper_changes()
    rows = table("idmap_api")
    alive = rows.groupby(["release", "group"]).size()
    out = []
    for _, new, label in compared():
        for group in GROUPS:
            part = found[(found["step"] == label) & (found["group"] == group)]
            signature = part[(part["event"] == "signature") & (part["kind"] == "substantial")]
            out.append(
                {
                    "step": label,
                    "group": group,
                    "alive": int(alive.get((new, group), 0)),
                    "added": int((part["event"] == "added").sum()),
                    "removed": int((part["event"] == "removed").sum()),
                    "signature": len(signature),
                    "handle": int((signature["detail"] == "user_namespace -> mnt_idmap").sum()),
                    "const_only": int((part["kind"] == "const_only").sum()),
                    "export": int((part["event"] == "export").sum()),
                }
            )
    names = rows.groupby("group")["helper"].nunique()
    return noted(
        pd.DataFrame(out),
        title="How the idmapping's own helpers changed",
        n=f"{names['core_idmap']} core helpers and {names['vfs_api_with_idmap_arg']} VFS functions "
        "with a map argument, ever",
        period=f"{releases()[0]} to {releases()[-1]}; 6.16 and 6.17 not compared on their own",
        definition="added/removed: first release with/without the name; signature: argument count "
        "or a type differs; handle: of these, the map's type became struct mnt_idmap",
        source="data/history/idmap_api.csv.gz",
    )


def signatures(helper: str) -> pd.DataFrame:
    """One helper's declarations over time: first, last (releases), signature, export, source.

    An unknown name is an EvidenceError with near names.

    >>> signatures("file_mnt_idmap")[["first", "last"]].values.tolist()
    [['6.2', '6.6'], ['6.7', '7.3']]
    """
    rows = table("idmap_api")
    mine = rows[rows["helper"] == helper]
    if mine.empty:
        close = ", ".join(near(helper, set(rows["helper"]))) or "none"
        raise EvidenceError(f"no helper {helper!r} in the idmap API of any release; near: {close}")
    key = mine["signature"] + mine["export"]
    runs = mine.groupby((key != key.shift()).cumsum(), sort=False)
    return runs.agg(
        first=("release", "first"),
        last=("release", "last"),
        signature=("signature", "first"),
        export=("export", "first"),
        source=("source", "first"),
    ).reset_index(drop=True)


def at(release: str) -> dict[str, str]:
    """Helper names and declarations of one release.

    >>> at("6.2")["mnt_idmap_owner"]
    'struct user_namespace *mnt_idmap_owner(const struct mnt_idmap *idmap)'
    """
    position(release)
    rows = table("idmap_api")
    rows = rows[rows["release"] == release]
    return dict(zip(rows["helper"], rows["signature"], strict=True))
