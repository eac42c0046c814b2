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

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import Row, position, releases, rows
from kfuncviz.evidence.history.prototypes import difference

if TYPE_CHECKING:
    import pandas as pd

WINDOW = ("6.16", "6.17")
GROUPS = ("core_idmap", "vfs_api_with_idmap_arg")
_SWAP = "user_namespace -> mnt_idmap"
#: The map as an argument, before and after; a header may leave it without a name.
_OLD = re.compile(r"struct user_namespace \*(?:mnt_userns\b|(?=[,)]))")
_NEW = "struct mnt_idmap *"


class HelperChange(NamedTuple):
    """One change of a helper, in one step (a release, or the window).

    `event` is added, removed, signature or export; `kind` of a signature substantial or
    const_only; `source` names the rows compared.
    """

    helper: str
    step: str
    group: str
    event: str
    kind: str
    detail: str
    before: str
    after: str
    source: str


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
    if found and _OLD.search(before) and _NEW in after:
        return "substantial", _SWAP
    return found


def _both(was: Row, now: Row) -> Iterator[tuple[str, str, str]]:
    """What differs between two rows of one helper: event, kind, detail."""
    found = _kind(was["signature"], now["signature"])
    if found:
        yield "signature", *found
    if was["export"] != now["export"]:
        yield "export", "", f"{was['export'] or 'none'} -> {now['export'] or 'none'}"


def _one(name: str, was: Row | None, now: Row | None, step: str) -> Iterator[HelperChange]:
    """What one step did to one helper; it has a row on one side at least."""
    sides = [row for row in (was, now) if row]
    before, after = (row["signature"] if row else "" for row in (was, now))
    source = " against ".join(row["source"] for row in sides)
    came_or_went = [("added" if now else "removed", "", "")]
    for event, kind, detail in _both(was, now) if was and now else came_or_went:
        stamp = (name, step, sides[0]["group"], event)
        yield HelperChange(*stamp, kind, detail, before, after, source)


@cache
def at(release: str) -> Mapping[str, Row]:
    """The helpers of one release: their rows by name. UnknownRelease outside the data.

    >>> at("6.2")["mnt_idmap_owner"]["signature"]
    'struct user_namespace *mnt_idmap_owner(const struct mnt_idmap *idmap)'
    """
    position(release)
    return {row["helper"]: row for row in rows("idmap_api") if row["release"] == release}


@cache
def helper_changes() -> tuple[HelperChange, ...]:
    """Every change of a helper, computed from the rows, step by step.

    >>> mine = [change for change in helper_changes() if change.helper == "i_uid_into_vfsuid"]
    >>> [(change.step, change.event, change.detail) for change in mine]
    [('6.0', 'added', ''), ('6.3', 'signature', 'user_namespace -> mnt_idmap')]
    """
    return tuple(
        change
        for old, new, step in compared()
        for name in sorted(at(old).keys() | at(new).keys())
        for change in _one(name, at(old).get(name), at(new).get(name), step)
    )


def signatures(since: str = "", until: str = "") -> int:
    """How many signatures changed in substance, in the steps that lead to releases of a span.

    Both ends are included; by default it is the whole history.  Raises UnknownRelease.

    >>> signatures(), signatures("6.3", "6.3")
    (69, 52)
    """
    first, last = position(since or releases()[0]), position(until or releases()[-1])
    steps = {step for _, new, step in compared() if first <= position(new) <= last}
    return sum(
        change.event == "signature" and change.kind == "substantial" and change.step in steps
        for change in helper_changes()
    )


def churn() -> pd.DataFrame:
    """Per step and group: helpers alive at its end, added, removed, changed in signature.

    `signature` counts changes of substance; `handle` of these are the swap of the map's type
    from user_namespace to mnt_idmap; `const_only` and `export` stand apart.

    >>> churn().set_index(["step", "group"]).loc[("6.3", "core_idmap"), "handle"].item()
    18
    """
    out = []
    for _, new, step in compared():
        for group in GROUPS:
            part = [c for c in helper_changes() if (c.step, c.group) == (step, group)]
            events = Counter(change.event for change in part)
            substantial = [change for change in part if change.kind == "substantial"]
            out.append(
                {
                    "step": step,
                    "group": group,
                    "alive": sum(row["group"] == group for row in at(new).values()),
                    "added": events["added"],
                    "removed": events["removed"],
                    "signature": len(substantial),
                    "handle": sum(change.detail == _SWAP for change in substantial),
                    "const_only": sum(change.kind == "const_only" for change in part),
                    "export": events["export"],
                }
            )
    ever = Counter(dict(map(_named, rows("idmap_api"))).values())
    return noted(
        frame(out),
        title="How the idmapping's own helpers changed",
        n=f"{ever['core_idmap']} core helpers and {ever['vfs_api_with_idmap_arg']} VFS functions "
        "with a map argument, ever",
        period=f"{releases()[0]} to {releases()[-1]}; 6.16 and 6.17 not compared on their own",
        definition="added/removed: first release with/without the name; signature: argument count "
        "or a type differs; handle: of these, the map's type became struct mnt_idmap",
        source="data/history/idmap_api.csv.gz",
    )


def _named(row: Row) -> tuple[str, str]:
    return row["helper"], row["group"]
