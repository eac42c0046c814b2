# SPDX-License-Identifier: BSD-3-Clause
"""
The questions, each answered by a table and a figure drawn from that table
==========================================================================

`exhibit = questions.survival()`, then `exhibit.table` and `exhibit.figure`; or unpack the
pair. Numbers come from the modules below, drawing from `figures`; here they only meet.
pandas and matplotlib are imported when a question is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from kfuncviz.evidence import computed
from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import releases
from kfuncviz.evidence.history import compare, counts, shares
from kfuncviz.evidence.idmap import helpers, readers, wrappers

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure


class Exhibit(NamedTuple):
    """A question's answer: the numbers, and the figure drawn from these numbers."""

    table: pd.DataFrame
    figure: Figure


def births_changes_deaths() -> Exhibit:
    """How many kfuncs came, changed and went in each release?

    >>> births_changes_deaths().table["died"].sum().item()
    27
    """
    from kfuncviz.evidence.figures import history

    table = counts.by_release()
    return Exhibit(table, history.births(table))


def survival(since: str | None = None) -> Exhibit:
    """How long does a kfunc live? Table: both curves stacked, told apart by `event`.

    `since` watches from a release on; older lives enter late, at the age they had.

    >>> sorted(set(survival().table["event"]))
    ['gone', 'gone_or_changed']
    """
    from kfuncviz.evidence.figures import history

    table = computed.curves(since)
    return Exhibit(table, history.survival(table))


def survival_by_family() -> Exhibit:
    """Do the names of sched_ext live like all others?

    >>> survival_by_family().table["group"].unique().tolist()
    ['sched_ext', 'all others']
    """
    from kfuncviz.evidence.figures import history

    table = computed.by_family()
    return Exhibit(table, history.families(table))


def changes_within(steps: Sequence[int] = (1, 2, 4, 8, 12, 16)) -> Exhibit:
    """What share of kfuncs changes, and how, within k releases of birth?

    >>> changes_within([4]).table["k"].unique().tolist()
    [4]
    """
    from kfuncviz.evidence.figures import history

    table = shares.within(steps)
    return Exhibit(table, history.within(table))


def interfaces(start: str = "6.12", end: str = "7.3") -> Exhibit:
    """How do kfuncs compare with exported symbols, tracepoints, helpers over one span?

    >>> int(interfaces("6.5", "7.3").table["gone"].iloc[0])
    5
    """
    from kfuncviz.evidence.figures import history

    table = compare.interfaces(start, end)
    return Exhibit(table, history.interfaces(table))


def vfs_against_rest(since: str = "6.8") -> Exhibit:
    """Do VFS kfuncs change more or less than others born since the same release?

    >>> int(vfs_against_rest().table["n"].iloc[0])
    10
    """
    from kfuncviz.evidence.figures import history

    table = compare.vfs_against_rest(since)
    return Exhibit(table, history.groups(table))


def idmap_churn() -> Exhibit:
    """How did the idmapping's own helpers change?

    >>> int(idmap_churn().table["removed"].sum())
    21
    """
    from kfuncviz.evidence.figures import idmap as drawing

    table = helpers.churn()
    return Exhibit(table, drawing.churn(table))


_MARKS = {
    "first": "first",
    "body edited": "edit",
    "prototype changed": "prototype",
    "fails to load": "refused",
    "silently wrong": "wrong",
}


def _lines() -> pd.DataFrame:
    """A row a mark: of the wrappers in their order, then of both readers."""
    edits = [line for line in wrappers.written() if line.verdict != "same"]
    edits.sort(key=lambda line: wrappers.WRAPPERS.index(line.wrapper))
    out = [
        (line.wrapper, line.release, _MARKS[line.verdict], line.verdict, line.prototype)
        for line in edits
    ]
    order = releases()
    for name, judge in (
        ("CO-RE reader", readers.core_reader),
        ("fixed-offset reader", readers.fixed_offset_reader),
    ):
        out.append((name, order[0], "first", "first", ""))
        out += [
            (name, found.run_at, _MARKS[found.verdict], found.verdict, found.reason)
            for found in readers.breaks(judge)
            if found.verdict != readers.UNKNOWN
        ]
    return frame(out, ["line", "release", "mark", "what", "detail"])


def wrappers_survival() -> Exhibit:
    """Would the proposed wrappers have survived, and programs that read the map by themselves?

    >>> wrappers_survival().table.query("mark == 'prototype'")["release"].unique().tolist()
    ['6.2']
    """
    from kfuncviz.evidence.figures import idmap as drawing

    order = releases()
    table = noted(
        _lines(),
        title="Would these wrappers have survived? And readers without them?",
        n=f"{len(wrappers.WRAPPERS)} wrappers and 2 readers over {len(order) - 1} steps",
        period=f"{order[0]} to {order[-1]}; readers judged from {order[1]} on, each release whose "
        "layouts decide against the next such; structures of 5.12 were not all recorded",
        definition="wrapper: prototype and body as the helpers of the release would have had "
        "them written; reader of a file's owner: built at the last release it worked on, run on "
        "this one, without a bpf_core_field_exists() branch for another. Meaning not judged",
        source="data/history/idmap_api.csv.gz, btf_layouts.csv.gz, idmap_structs.csv.gz",
    )
    return Exhibit(table, drawing.lives(table, order, wrappers.PROPOSED))


def readers_survival(start: readers.Start = "file") -> Exhibit:
    """On which releases does a reader built at each release still work?

    >>> readers_survival().table["core"].value_counts()["works"].item()
    373
    """
    from kfuncviz.evidence.figures import idmap as drawing

    table = readers.matrix(start)
    return Exhibit(table, drawing.readers(table, releases()))


QUESTIONS: dict[str, Callable[[], Exhibit]] = {
    "births_changes_deaths": births_changes_deaths,
    "survival": survival,
    "survival_by_family": survival_by_family,
    "changes_within": changes_within,
    "interfaces": interfaces,
    "vfs_against_rest": vfs_against_rest,
    "idmap_churn": idmap_churn,
    "wrappers_survival": wrappers_survival,
    "readers_survival": readers_survival,
}
