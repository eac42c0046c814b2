# SPDX-License-Identifier: BSD-3-Clause
"""
The questions, each answered by a table and a figure drawn from that table
==========================================================================

`answer = questions.survival()`, then `answer.table` and `answer.figure`; or unpack the
pair. Numbers come from the modules below, drawing from `figures`; here they only meet.
matplotlib is imported when a question is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import pandas as pd

from kfuncviz.evidence.answers import Answer, noted
from kfuncviz.evidence.data.load import position, records, releases
from kfuncviz.evidence.history import compare, counts, lifetimes, shares
from kfuncviz.evidence.idmap import helpers as idmap
from kfuncviz.evidence.idmap import readers, wrappers


def births_changes_deaths() -> Answer:
    """How many kfuncs came, changed and went in each release?

    >>> births_changes_deaths().table["died"].sum().item()
    27
    """
    from kfuncviz.evidence.figures import history

    table = counts.by_release()
    return Answer(table, history.births(table))


def survival(since: str | None = None) -> Answer:
    """How long does a kfunc live? Table: both curves stacked, told apart by `event`.

    `since` watches from a release on; older spells enter late, at the age they had.

    >>> sorted(set(survival().table["event"]))
    ['gone', 'gone_or_changed']
    """
    from kfuncviz.evidence.figures import history

    gone, changed = lifetimes.curve("gone", since), lifetimes.curve("gone_or_changed", since)
    both = pd.concat([gone.assign(event="gone"), changed.assign(event="gone_or_changed")])
    notes = {str(note): text for note, text in gone.attrs.items()}
    notes["n"] += f" (name gone); {int(changed['events'].sum())} events for the lower curve"
    notes["definition"] = (
        "upper curve: the name is gone, renames included; lower curve: gone, or argument count "
        "or a type seen by BPF changed; 95 % bands pointwise, taking spells as independent, "
        "although deaths come in groups, so the true bands are wider"
    )
    gone = noted(gone, **notes)
    return Answer(noted(both.reset_index(drop=True), **notes), history.survival(gone, changed))


def changes_within(steps: Sequence[int] = (1, 2, 4, 8, 12, 16)) -> Answer:
    """What share of kfuncs changes, and how, within k releases of birth?

    >>> changes_within([4]).table["k"].unique().tolist()
    [4]
    """
    from kfuncviz.evidence.figures import history

    table = shares.within(steps)
    return Answer(table, history.within(table))


def interfaces(start: str = "6.12", end: str = "7.3") -> Answer:
    """How do kfuncs compare with exported symbols, tracepoints, helpers over one span?

    >>> int(interfaces("6.5", "7.3").table["gone"].iloc[0])
    5
    """
    from kfuncviz.evidence.figures import history

    table = compare.interfaces(start, end)
    return Answer(table, history.interfaces(table))


def vfs_against_rest(since: str = "6.8") -> Answer:
    """Do VFS kfuncs change more or less than others born since the same release?

    >>> int(vfs_against_rest().table["n"].iloc[0])
    15
    """
    from kfuncviz.evidence.figures import history

    table = compare.vfs_against_rest(since)
    return Answer(table, history.groups(table))


def idmap_churn() -> Answer:
    """How did the idmapping's own helpers change?

    >>> int(idmap_churn().table["removed"].sum())
    21
    """
    from kfuncviz.evidence.figures import idmap as drawing

    table = idmap.churn()
    return Answer(table, drawing.churn(table))


_MARKS = {"first": "first", "body edited": "edit", "prototype changed": "break"}


def _lines() -> pd.DataFrame:
    rows = wrappers.bodies()
    rows = rows[rows["verdict"] != "same"]
    out = [
        (row["wrapper"], row["release"], _MARKS[row["verdict"]], row["verdict"], row["prototype"])
        for row in records(rows)
    ]
    out.sort(key=lambda line: (wrappers.WRAPPERS.index(line[0]), position(line[1])))
    order = releases()
    for name, judge in (
        ("CO-RE reader", readers.core_reader),
        ("fixed-offset reader", readers.fixed_offset_reader),
    ):
        out.append((name, order[0], "first", "first", ""))
        for old, new in pairwise(order[1:]):
            verdict = judge(old, new)
            if verdict.verdict != readers.WORKS:
                out.append((name, new, "break", verdict.verdict, verdict.reason))
    return pd.DataFrame(out, columns=["line", "release", "mark", "what", "detail"])


def wrappers_survival() -> Answer:
    """Would the proposed wrappers have survived, and programs that read the map by themselves?

    >>> wrappers_survival().table.query("mark == 'break'")["release"].unique().tolist()
    ['6.2', '6.8', '6.12']
    """
    from kfuncviz.evidence.figures import idmap as drawing

    order = releases()
    table = noted(
        _lines(),
        title="Would these wrappers have survived? And readers without them?",
        n=f"{len(wrappers.WRAPPERS)} wrappers and 2 readers over {len(order) - 1} steps",
        period=f"{order[0]} to {order[-1]}; readers judged from {order[1]} on, each release "
        "against the next; structures of 5.12 were not all recorded",
        definition="wrapper: prototype and body as the helpers of the release would have had "
        "them written; reader: built at the release before, run on this one. Meaning not judged",
        source="data/history/idmap_api.csv.gz, btf_layouts.csv.gz, idmap_structs.csv.gz",
    )
    return Answer(table, drawing.lives(table, order, wrappers.PROPOSED))


def readers_survival(start: readers.Start = "vfsmount") -> Answer:
    """On which releases does a reader built at each release still work?

    >>> readers_survival().table["core"].value_counts()["works"].item()
    373
    """
    from kfuncviz.evidence.figures import idmap as drawing

    table = readers.matrix(start)
    return Answer(table, drawing.readers(table, releases()))


QUESTIONS: dict[str, Callable[[], Answer]] = {
    "births_changes_deaths": births_changes_deaths,
    "survival": survival,
    "changes_within": changes_within,
    "interfaces": interfaces,
    "vfs_against_rest": vfs_against_rest,
    "idmap_churn": idmap_churn,
    "wrappers_survival": wrappers_survival,
    "readers_survival": readers_survival,
}
