# SPDX-License-Identifier: BSD-3-Clause
"""
What is computed as plain rows, as pandas frames
================================================

For a notebook that filters and counts by itself.  The recorded tables come as frames from
`kfuncviz.evidence.data.frames`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import kfunc_releases
from kfuncviz.evidence.history import (
    announced,
    commits,
    diffs,
    families,
    resampling,
    survival,
)

if TYPE_CHECKING:
    import pandas as pd

_EVENTS = {
    "gone": "the name is no longer registered, renames included",
    "gone_or_changed": "name gone, or argument count or a type seen by BPF changed (not: const, "
    "annotation or kernel side alone)",
}


def changes(*, tests: bool = False) -> pd.DataFrame:
    """Every birth, change and death, in release order: the fields of `diffs.KfuncChange`.

    >>> (changes()["event"] == "died").sum().item()
    27
    """
    return frame(diffs.changes(tests=tests))


def promises() -> pd.DataFrame:
    """Every announced removal and what became of it: the fields of `announced.Promise`.

    >>> promises().groupby("outcome").size().tolist()  # withdrawn; due; late; without a date
    [1, 3, 7, 1]
    """
    return frame(announced.promises()).astype({"late": "Int64"})


def curve(event: survival.Event = "gone", since: str | None = None) -> pd.DataFrame:
    """A survival curve, one row an age: `survival.Point`, a second band, and who is old.

    `file_low` and `file_high` are the band of `resampling.band`, drawing files; `tcp_at_risk` are
    those at risk that belong to TCP's congestion control.  Arguments and errors as in
    `kfuncviz.evidence.history.survival.curve`.

    >>> curve().loc[8, ["at_risk", "survival", "file_low", "file_high"]].round(2).tolist()
    [228.0, 0.93, 0.91, 0.98]
    """
    found, spells = survival.curve(event, since), survival.spells(event, since)
    files: dict[str, list[survival.Spell]] = {}
    for life, spell in spells.items():
        files.setdefault(families.home(life), []).append(spell)
    tcp = survival.estimate(
        [spell for life, spell in spells.items() if life.kfunc in families.family(families.TCP)]
    )
    old = {point.age: point.at_risk for point in tcp}
    bands = resampling.band(files.values())
    table = frame(
        point._asdict() | {"file_low": low, "file_high": high, "tcp_at_risk": old.get(point.age, 0)}
        for point, (low, high) in zip(found.points, bands, strict=True)
    )
    first, newest = since or kfunc_releases()[0], kfunc_releases()[-1]
    entry = (
        "watched from the first release that had kfuncs, so none is truncated on the left"
        if since is None
        else f"late entry: spells older than {since} join at the age they had then"
    )
    return noted(
        table,
        title="How long does a kfunc live?",
        n=f"{found.watched} of {found.lives} spells watched for at least one release, "
        f"{found.events} events; {_tail(table)}",
        period=f"{first} to {newest}; {entry}",
        definition=f"{_EVENTS[event]}; filled band: 95 %, pointwise, as if spells were "
        f"independent; dashed band: the middle 95 % of {resampling.DRAWS} curves from whole files "
        f"drawn anew, of {len(files)}, because kfuncs of one file share their fate",
        source="data/history/kfuncs.csv.gz; product-limit estimate",
    )


def curves(since: str | None = None) -> pd.DataFrame:
    """Both curves stacked, the columns of `curve` and `event` to tell them apart.

    >>> curves()["event"].unique().tolist()
    ['gone', 'gone_or_changed']
    """
    both = {event: curve(event, since) for event in get_args(survival.Event)}
    gone, changed = both.values()
    each = f" names gone, {changed['events'].sum()} gone or changed;"
    bands = gone.attrs["definition"].partition("; ")[2]
    lines = (
        line | {"event": event} for event, part in both.items() for line in part.to_dict("records")
    )
    return noted(
        frame(lines),
        title=gone.attrs["title"],
        n=gone.attrs["n"].replace(" events;", each),
        period=gone.attrs["period"],
        definition=f"gone: {_EVENTS['gone']}; changed: {_EVENTS['gone_or_changed']}; {bands}",
        source=gone.attrs["source"],
    )


def _tail(table: pd.DataFrame) -> str:
    """From which age on the spells at risk are mostly, and then only, those of one family."""
    watched = table[table["at_risk"] > 0]
    share = watched["tcp_at_risk"] / watched["at_risk"]
    mostly, only = (
        watched[watched["age"] > watched["age"][share < least].max()].iloc[0] for least in (0.8, 1)
    )
    return (
        f"from age {mostly['age']:.0f} on {mostly['tcp_at_risk']:.0f} of {mostly['at_risk']:.0f} "
        f"at risk, from age {only['age']:.0f} on all, are {families.TCP}"
    )


def by_family() -> pd.DataFrame:
    """The curves of names of sched_ext and of all others, one row an age.

    Columns: group, then the fields of `survival.Point` without its band.

    >>> by_family().query("age == 8")[["group", "survival"]].round(3).to_numpy().tolist()
    [['sched_ext', 0.875], ['all others', 0.947]]
    """
    mine = families.family(families.SCHED_EXT)
    groups = {
        families.SCHED_EXT: mine,
        "all others": {life.kfunc for life in survival.spells()} - mine,
    }
    found = {group: survival.curve(kfuncs=kfuncs) for group, kfuncs in groups.items()}
    deaths = {
        group: [sum(k in kfuncs for k in commit.kfuncs) for commit in commits.groups("died")]
        for group, kfuncs in groups.items()
    }
    told = [
        f"{group} {curve.watched} spells, {curve.events} names gone in "
        f"{sum(map(bool, deaths[group]))} commits, {max(deaths[group])} of them in one"
        for group, curve in found.items()
    ]
    lines = [
        {"group": group} | point._asdict()
        for group, curve in found.items()
        for point in curve.points
    ]
    return noted(
        frame(lines).drop(columns=["low", "high"]),
        title="Does sched_ext live like the others?",
        n="; ".join(told),
        period=f"{kfunc_releases()[0]} to {kfunc_releases()[-1]}; sched_ext since 6.12",
        definition=f"{_EVENTS['gone']}; sched_ext: defined in a file whose path begins with "
        "kernel/sched/ext. No bands: too few commits to draw from",
        source="data/history/kfuncs.csv.gz, events.csv.gz; product-limit estimate",
    )
