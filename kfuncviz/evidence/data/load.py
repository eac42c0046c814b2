# SPDX-License-Identifier: BSD-3-Clause
"""
The tables of `data/history`, as pandas
=======================================

schema.json names every table, its columns, types and keys; this file reads a
table the way the schema says and refuses one whose header differs. The deeper
checks (patterns, ranges, keys) are in `kfuncviz.evidence.data.schema`.
Every call hands out a copy: altering what you got alters nothing else.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import pandas as pd

from kfuncviz.evidence.errors import EvidenceError, UnknownRelease, UnknownTable, near
from kfuncviz.resources import data_dir

_DTYPES = {"string": "str", "date": "str", "integer": "Int64", "number": "float64"}


def history_dir() -> Path:
    """The directory of the recorded history.

    >>> history_dir().name
    'history'
    """
    return data_dir() / "history"


@cache
def package() -> dict[str, Any]:
    """The machine-readable description of all tables (a Frictionless data package).

    >>> package()["profile"]
    'tabular-data-package'
    """
    text = (history_dir() / "schema.json").read_text(encoding="utf-8")
    return cast("dict[str, Any]", json.loads(text))


def tables() -> list[str]:
    """Names of the recorded tables, in the order of schema.json.

    >>> tables()[:3]
    ['releases', 'kfuncs', 'events']
    """
    return [resource["name"] for resource in package()["resources"]]


def resource(name: str) -> dict[str, Any]:
    """The schema's entry for one table; UnknownTable if there is none.

    >>> resource("kfuncs")["path"]
    'kfuncs.csv.gz'
    """
    for entry in package()["resources"]:
        if entry["name"] == name:
            return cast("dict[str, Any]", entry)
    raise UnknownTable(f"no table {name!r}; there are: {', '.join(tables())}")


@cache
def _read(name: str) -> pd.DataFrame:
    entry = resource(name)
    types = {field["name"]: field["type"] for field in entry["schema"]["fields"]}
    frame = pd.read_csv(
        history_dir() / entry["path"],
        dtype=cast("Any", {column: _DTYPES[kind] for column, kind in types.items()}),
        keep_default_na=False,
        na_values={column: [""] for column, kind in types.items() if kind in ("integer", "number")},
    )
    if list(frame.columns) != list(types):
        raise EvidenceError(
            f"{entry['path']}: columns are {list(frame.columns)}, schema.json says {list(types)}"
        )
    return frame


def table(name: str) -> pd.DataFrame:
    """One recorded table, a fresh copy. Empty text stays `""`; a missing number is NA.

    >>> table("counts").loc[0, "release"], int(table("counts").loc[0, "kfuncs"])
    ('5.13', 25)
    """
    return _read(name).copy()


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as plain dictionaries.

    >>> records(table("counts"))[0]["release"]
    '5.13'
    """
    return cast("list[dict[str, Any]]", frame.to_dict("records"))


def events() -> pd.DataFrame:
    """The recorded events of kfuncs, with commits and announcements the rows cannot show.

    >>> (events()["event"] == "deprecated").sum().item()
    12
    """
    return table("events")


def releases() -> list[str]:
    """Every release of the data, oldest first: 5.12 (no kfunc yet) to the newest.

    >>> releases()[0], releases()[-1], len(releases())
    ('5.12', '7.3', 32)
    """
    return list(_read("releases")["release"])


def kfunc_releases() -> list[str]:
    """The releases that have kfuncs, oldest first.

    >>> kfunc_releases()[0]
    '5.13'
    """
    present = set(_read("kfuncs")["release"])
    return [release for release in releases() if release in present]


def position(release: str) -> int:
    """Place of a release in `releases()`; UnknownRelease for one outside the data.

    >>> position("6.12") - position("6.5")
    7
    """
    known = releases()
    try:
        return known.index(release)
    except ValueError:
        hint = near(release, known, 3)
        like = f" (near: {', '.join(hint)})" if hint else ""
        raise UnknownRelease(
            f"release {release!r} is not in the data{like}; "
            f"recorded are {known[0]} to {known[-1]}, written like '6.12'"
        ) from None


def kfuncs(*, tests: bool = False) -> pd.DataFrame:
    """One row a kfunc and release: prototypes, flags, program types, file, source.

    Test kfuncs are left out unless `tests` is true.

    >>> len(kfuncs()), len(kfuncs(tests=True))
    (4713, 4932)
    """
    rows = table("kfuncs")
    return rows if tests else rows[rows["category"] == "kfunc"].reset_index(drop=True)
