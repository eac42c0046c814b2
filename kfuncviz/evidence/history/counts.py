# SPDX-License-Identifier: BSD-3-Clause
"""
Births, changes and deaths of kfuncs, release by release
========================================================

One row a release: how many kfuncs are registered, how many came, came back and
went, and how many of those that stayed changed in which way. Test kfuncs are
never counted. A kfunc that changed twice in one release counts once in each column.
"""

from __future__ import annotations

import pandas as pd

from kfuncviz.evidence.answers import noted
from kfuncviz.evidence.data.load import events, kfunc_releases, kfuncs, position
from kfuncviz.evidence.history.diffs import changes

_COLUMNS = {
    "born": ("born", None),
    "returned": ("returned", None),
    "died": ("died", None),
    "prototype": ("prototype", "substantial"),
    "annotation_only": ("prototype", "annotation_only"),
    "const_only": ("prototype", "const_only"),
    "kernel_side": ("prototype", "kernel_side"),
    "flags_stricter": ("flags", "stricter"),
    "flags_mixed": ("flags", "mixed"),
    "flags_relaxed": ("flags", "relaxed"),
    "flags_marker": ("flags", "marker"),
    "flags_retired": ("flags", "retired"),
    "types_narrowed": ("program_types", "narrowed"),
    "types_widened": ("program_types", "widened"),
}
DEFINITION = (
    "born/died: first release with/without the name; prototype: argument count or a type that "
    "a BPF program sees (const, __suffix and kernel-side only changes apart)"
)


def alive(release: str) -> int:
    """How many kfuncs a release registers, tests left out.

    >>> alive("6.5"), alive("7.3")
    (113, 349)
    """
    position(release)
    return int((kfuncs()["release"] == release).sum())


def renamed() -> frozenset[tuple[str, str]]:
    """Pairs (kfunc, release) of deaths that left a successor under another name.

    >>> ("scx_bpf_dispatch", "6.17") in renamed()
    True
    """
    rows = events()
    rows = rows[(rows["event"] == "renamed") & (rows["class"] == "name_gone")]
    return frozenset(zip(rows["kfunc"], rows["release"], strict=True))


def by_release() -> pd.DataFrame:
    """The whole count: one row a release from 5.13, columns as in the module's table.

    >>> columns = ["alive", "born", "died", "died_renamed"]
    >>> by_release().set_index("release").loc["6.4", columns].tolist()
    [105, 14, 7, 3]
    """
    found = changes()
    order = kfunc_releases()
    out = pd.DataFrame({"release": order, "alive": [alive(release) for release in order]})
    for column, (event, kind) in _COLUMNS.items():
        rows = found[found["event"] == event]
        rows = rows if kind is None else rows[rows["kind"] == kind]
        out[column] = out["release"].map(rows.groupby("release").size()).fillna(0).astype(int)
    successors = pd.Series([release for _, release in renamed()], dtype="str").value_counts()
    where = list(out.columns).index("died") + 1
    out.insert(where, "died_renamed", out["release"].map(successors).fillna(0).astype(int))
    births, deaths = int(out["born"].sum()), int(out["died"].sum())
    return noted(
        out,
        title="Births, changes and deaths of kfuncs by release",
        n=f"{births} kfuncs born, {deaths} deaths ({int(out['died_renamed'].sum())} left a "
        f"successor under another name), {int(out['returned'].sum())} names came back",
        period=f"{order[0]} to {order[-1]}, {len(order)} releases, test kfuncs left out",
        definition=DEFINITION,
        source="data/history/kfuncs.csv.gz, neighbouring releases compared row by row",
    )
