# SPDX-License-Identifier: BSD-3-Clause
"""
The evidence: real history of kfuncs and of the mount idmapping's API, and questions over it
============================================================================================

`data` hands out the recorded tables, `history` and `idmap` compute from them, `index` answers for a
name, `costs` puts its changes to the exposures, `questions` pairs a table with its figure, `facts`
are statements with their basis. What is computed needs the standard library alone (`lives`,
`kfunc_history`, `core_reader`, `layout` and others); pandas comes with the first frame, matplotlib
with the first figure, pandera with validation. Names are loaded when they are first asked for.
Coverage, definitions and known gaps: `data/history/README.md`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kfuncviz.evidence.computed import changes, promises
    from kfuncviz.evidence.data.frames import events, kfuncs, table
    from kfuncviz.evidence.data.load import kfunc_releases, releases, tables
    from kfuncviz.evidence.errors import (
        EvidenceError,
        LayoutNotRecorded,
        UnknownKfunc,
        UnknownName,
        UnknownRelease,
        UnknownTable,
    )
    from kfuncviz.evidence.factsheet import fact, facts, vfs_terms
    from kfuncviz.evidence.history.lives import every_program_type, lives
    from kfuncviz.evidence.history.record import kfunc_history, names
    from kfuncviz.evidence.history.shares import cohort
    from kfuncviz.evidence.history.survival import curve
    from kfuncviz.evidence.idmap.layouts import layout, map_holder
    from kfuncviz.evidence.idmap.readers import core_reader, fixed_offset_reader
    from kfuncviz.evidence.idmap.wrappers import wrapper_body
    from kfuncviz.evidence.index import recorded
    from kfuncviz.evidence.questions import (
        QUESTIONS,
        Exhibit,
        births_changes_deaths,
        changes_within,
        idmap_churn,
        interfaces,
        readers_survival,
        survival,
        survival_by_family,
        vfs_against_rest,
        wrappers_survival,
    )

_HOMES = {
    "QUESTIONS": "questions",
    "EvidenceError": "errors",
    "Exhibit": "questions",
    "LayoutNotRecorded": "errors",
    "UnknownKfunc": "errors",
    "UnknownName": "errors",
    "UnknownRelease": "errors",
    "UnknownTable": "errors",
    "births_changes_deaths": "questions",
    "changes": "computed",
    "changes_within": "questions",
    "cohort": "history.shares",
    "core_reader": "idmap.readers",
    "curve": "history.survival",
    "events": "data.frames",
    "every_program_type": "history.lives",
    "fact": "factsheet",
    "facts": "factsheet",
    "fixed_offset_reader": "idmap.readers",
    "idmap_churn": "questions",
    "interfaces": "questions",
    "kfunc_history": "history.record",
    "kfunc_releases": "data.load",
    "kfuncs": "data.frames",
    "layout": "idmap.layouts",
    "lives": "history.lives",
    "map_holder": "idmap.layouts",
    "names": "history.record",
    "promises": "computed",
    "readers_survival": "questions",
    "recorded": "index",
    "releases": "data.load",
    "survival": "questions",
    "survival_by_family": "questions",
    "table": "data.frames",
    "tables": "data.load",
    "vfs_against_rest": "questions",
    "vfs_terms": "factsheet",
    "wrapper_body": "idmap.wrappers",
    "wrappers_survival": "questions",
}

__all__ = (
    "QUESTIONS",
    "EvidenceError",
    "Exhibit",
    "LayoutNotRecorded",
    "UnknownKfunc",
    "UnknownName",
    "UnknownRelease",
    "UnknownTable",
    "births_changes_deaths",
    "changes",
    "changes_within",
    "cohort",
    "core_reader",
    "curve",
    "events",
    "every_program_type",
    "fact",
    "facts",
    "fixed_offset_reader",
    "idmap_churn",
    "interfaces",
    "kfunc_history",
    "kfunc_releases",
    "kfuncs",
    "layout",
    "lives",
    "map_holder",
    "names",
    "promises",
    "readers_survival",
    "recorded",
    "releases",
    "survival",
    "survival_by_family",
    "table",
    "tables",
    "vfs_against_rest",
    "vfs_terms",
    "wrapper_body",
    "wrappers_survival",
)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
