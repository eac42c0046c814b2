# SPDX-License-Identifier: BSD-3-Clause
"""
The evidence: real history of kfuncs and of the mount idmapping's API, and questions over it
============================================================================================

`load` hands out the recorded tables; `diffs`, `counts`, `lifetimes`, `shares`, `compare`,
`idmap`, `layouts`, `readers`, `wrappers`, `lookup` and `factsheet` compute from them;
`questions` pairs a table with its figure. Needs pandas; statsmodels, matplotlib and
pandera are imported only by what uses them.
Coverage, definitions and known gaps: `data/history/README.md`.
"""

from __future__ import annotations

from kfuncviz.evidence.answers import Answer
from kfuncviz.evidence.data.load import events, kfunc_releases, kfuncs, releases, table, tables
from kfuncviz.evidence.errors import (
    EvidenceError,
    LayoutNotRecorded,
    UnknownKfunc,
    UnknownRelease,
    UnknownTable,
)
from kfuncviz.evidence.factsheet import fact, facts, vfs_terms
from kfuncviz.evidence.history.announced import promises
from kfuncviz.evidence.history.diffs import changes
from kfuncviz.evidence.history.lookup import kfunc_history, kfunc_text, names
from kfuncviz.evidence.history.shares import cohort
from kfuncviz.evidence.idmap.layouts import layout, map_holder
from kfuncviz.evidence.idmap.readers import core_reader, fixed_offset_reader
from kfuncviz.evidence.idmap.wrappers import wrapper_body
from kfuncviz.evidence.questions import (
    QUESTIONS,
    births_changes_deaths,
    changes_within,
    idmap_churn,
    interfaces,
    readers_survival,
    survival,
    vfs_against_rest,
    wrappers_survival,
)

__all__ = [
    "QUESTIONS",
    "Answer",
    "EvidenceError",
    "LayoutNotRecorded",
    "UnknownKfunc",
    "UnknownRelease",
    "UnknownTable",
    "births_changes_deaths",
    "changes",
    "changes_within",
    "cohort",
    "core_reader",
    "events",
    "fact",
    "facts",
    "fixed_offset_reader",
    "idmap_churn",
    "interfaces",
    "kfunc_history",
    "kfunc_releases",
    "kfunc_text",
    "kfuncs",
    "layout",
    "map_holder",
    "names",
    "promises",
    "readers_survival",
    "releases",
    "survival",
    "table",
    "tables",
    "vfs_against_rest",
    "vfs_terms",
    "wrapper_body",
    "wrappers_survival",
]
