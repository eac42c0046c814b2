# SPDX-License-Identifier: BSD-3-Clause
"""
Births, changes and deaths of kfuncs, release by release
========================================================

One row a release: how many kfuncs are registered, how many came, came back and
went, and how many of those that stayed changed in which way. Test kfuncs are
never counted. A kfunc that changed twice in one release counts once in each column.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import kfunc_releases, registered
from kfuncviz.evidence.history.commits import groups
from kfuncviz.evidence.history.diffs import changes
from kfuncviz.evidence.history.lives import renamed

if TYPE_CHECKING:
    import pandas as pd

_COLUMNS = {
    "born": ("born", ""),
    "returned": ("returned", ""),
    "died": ("died", ""),
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


def by_release() -> pd.DataFrame:
    """The whole count: one row a release from 5.13.

    Columns: release, alive, born, returned, died, died_renamed, then one for each sort of change.

    >>> columns = ["alive", "born", "died", "died_renamed"]
    >>> by_release().set_index("release").loc["6.4", columns].tolist()
    [105, 14, 7, 3]
    """
    sorts = Counter((change.release, change.event, change.kind) for change in changes())
    successors = Counter(release for _, release in renamed())
    out: list[dict[str, int | str]] = []
    for release, kfuncs in registered().items():
        line: dict[str, int | str] = {"release": release, "alive": len(kfuncs)}
        for column, (event, kind) in _COLUMNS.items():
            line[column] = sorts[release, event, kind]
            if column == "died":
                line["died_renamed"] = successors[release]
        out.append(line)
    table = frame(out)
    total = table[["born", "died", "died_renamed", "returned"]].sum()
    order = kfunc_releases()
    return noted(
        table,
        title="Births, changes and deaths of kfuncs by release",
        n=f"{total['born']} kfuncs born, {total['died']} deaths ({total['died_renamed']} left a "
        f"successor under another name) in {len(groups('died'))} commits, "
        f"{total['returned']} names came back",
        period=f"{order[0]} to {order[-1]}, {len(order)} releases, test kfuncs left out",
        definition="born/died: first release with/without the name; prototype: argument count or "
        "a type that a BPF program sees (const, __suffix and kernel-side only changes apart)",
        source="data/history/kfuncs.csv.gz, neighbouring releases compared row by row",
    )
