# SPDX-License-Identifier: BSD-3-Clause
"""
How long does a kfunc live? Product-limit (Kaplan-Meier) curves, in releases
============================================================================

A spell is an unbroken run of releases that register a name; its age is counted in
releases since the first one. `gone`: the name is missing. `gone_or_changed`: missing,
or the prototype a BPF program sees changed in substance. Spells alive in the newest
release are censored there. Nothing is truncated on the left as long as all spells are
watched from birth, because 5.13 is the first release that had kfuncs at all; with
`since`, spells born earlier enter the risk set late, at the age they had by then.
statsmodels does the estimate; the band is pointwise, log-log, Greenwood.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import pandas as pd

from kfuncviz.evidence.answers import noted
from kfuncviz.evidence.data.load import kfunc_releases, position, records
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.history.counts import renamed
from kfuncviz.evidence.history.diffs import changes

Event = Literal["gone", "gone_or_changed"]
_Z = 1.959963984540054
_DEFINITIONS = {
    "gone": "event: the name is no longer registered (a rename counts as gone)",
    "gone_or_changed": "event: name gone, or argument count or a type seen by BPF changed "
    "(const-only, annotation-only and kernel-side changes do not count)",
}


@cache
def _spells() -> pd.DataFrame:
    found = changes()
    newest = kfunc_releases()[-1]
    successors = renamed()
    out = []
    for name, rows in found.groupby("kfunc", sort=True):
        born, touched = "", ""
        for row in records(rows):
            event, release = row["event"], row["release"]
            if event in ("born", "returned"):
                born, touched = release, ""
            elif event == "prototype" and row["kind"] == "substantial":
                touched = touched or release
            elif event == "died":
                out.append((name, born, release, touched, (name, release) in successors))
                born = ""
        if born:
            out.append((name, born, "", touched, False))
    frame = pd.DataFrame(out, columns=["kfunc", "born", "died", "first_changed", "renamed"])
    start = frame["born"].map(position)
    frame["watched"] = frame["died"].map(lambda r: position(r or newest)) - start
    changed = frame["first_changed"].map(lambda r: position(r) if r else None) - start
    frame["age_changed"] = changed.astype("Int64")
    return frame


def spells() -> pd.DataFrame:
    """Every spell, one row each.

    Columns: kfunc, born, died ("" if alive), first_changed ("" if never), renamed, watched (age in
    releases at death, or at the newest release if alive), age_changed (NA if never).

    >>> spells().query("kfunc == 'bpf_stream_vprintk'")[["born", "died"]].values.tolist()
    [['6.17', '6.18'], ['7.0', '']]
    """
    return _spells().copy()


def _durations(event: Event, since: str | None) -> pd.DataFrame:
    frame = spells()
    died = frame["died"] != ""
    time = frame["watched"]
    if event == "gone_or_changed":
        changed = frame["age_changed"].notna()
        time = frame["age_changed"].where(changed, time)
        died = died | changed
    begin = 0 if since is None else position(since)
    entry = (begin - frame["born"].map(position)).clip(lower=0)
    return pd.DataFrame(
        {
            "kfunc": frame["kfunc"],
            "time": time.astype(int),
            "status": died.astype(int),
            "entry": entry.astype(int),
        }
    )


def _estimate(data: pd.DataFrame) -> pd.DataFrame:
    import numpy as np
    from statsmodels.duration.survfunc import SurvfuncRight

    entry = data["entry"].to_numpy() if data["entry"].any() else None
    fit = SurvfuncRight(data["time"].to_numpy(), data["status"].to_numpy(), entry=entry)
    ages = range(int(data["time"].max()) + 1)
    steps = pd.DataFrame({"survival": fit.surv_prob, "se": fit.surv_prob_se}, index=fit.surv_times)
    steps = steps.reindex(ages).ffill()
    steps["survival"] = steps["survival"].fillna(1.0)
    inside = (steps["survival"] > 0) & (steps["survival"] < 1)
    value = steps["survival"].where(inside, 0.5)
    spread = np.exp(_Z * steps["se"].fillna(0.0) / (value * np.log(value)))
    return pd.DataFrame(
        {
            "age": list(ages),
            "at_risk": [_at_risk(data, age) for age in ages],
            "events": [int(((data["time"] == a) & (data["status"] == 1)).sum()) for a in ages],
            "survival": steps["survival"].to_numpy(),
            "low": np.where(inside, value ** (1 / spread), steps["survival"]),
            "high": np.where(inside, value**spread, steps["survival"]),
        }
    )


def _at_risk(data: pd.DataFrame, age: int) -> int:
    """Spells under watch just before `age`; at age 0, those watched from birth."""
    if age == 0:
        return int((data["entry"] == 0).sum())
    return int(((data["entry"] < age) & (data["time"] >= age)).sum())


def curve(
    event: Event = "gone", since: str | None = None, keep: frozenset[str] | None = None
) -> pd.DataFrame:
    """The survival curve, one row an age: age, at_risk, events, survival, low, high.

    `since` begins the watch at a release (late entry for older spells); `keep` restricts
    the curve to these kfunc names. UnknownRelease for a release outside the data.

    >>> curve().loc[8, ["at_risk", "survival"]].round(3).tolist()
    [228.0, 0.934]
    """
    if event not in _DEFINITIONS:
        raise EvidenceError(f"no event {event!r}; there are: {', '.join(_DEFINITIONS)}")
    every = _durations(event, since)
    if keep is not None:
        every = every[every["kfunc"].isin(keep)]
    data = every[every["time"] > every["entry"]]
    if data.empty:
        raise EvidenceError("no spell was watched for even one release under these conditions")
    first, newest = since or kfunc_releases()[0], kfunc_releases()[-1]
    entry = (
        "watched from the first release that had kfuncs, so none is truncated on the left"
        if since is None
        else f"late entry: spells older than {since} join at the age they had then"
    )
    return noted(
        _estimate(data),
        title="How long does a kfunc live?",
        n=f"{len(data)} of {len(every)} spells watched for at least one release, "
        f"{int(data['status'].sum())} events",
        period=f"{first} to {newest}; {entry}",
        definition=_DEFINITIONS[event]
        + "; 95 % band pointwise, taking spells as independent although deaths come in groups",
        source="data/history/kfuncs.csv.gz; product-limit estimate by statsmodels",
    )
