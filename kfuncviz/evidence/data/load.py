# SPDX-License-Identifier: BSD-3-Clause
"""
The tables of `data/history`, as plain rows
===========================================

schema.json names every table, its columns, types and keys; this file reads a table the way the
schema says and refuses one whose header differs. Standard library only, so that the history is
there in a browser and in a bare install; as pandas frames the same rows come from
`kfuncviz.evidence.data.frames`. Rows are read once and cannot be altered.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from kfuncviz.evidence.errors import EvidenceError, UnknownRelease, UnknownTable, near
from kfuncviz.resources import data_dir

Row = Mapping[str, Any]


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


def content(name: str) -> bytes:
    """A recorded table's CSV text as bytes, uncompressed.

    >>> content("counts")[:14]
    b'release,kfuncs'
    """
    path = history_dir() / resource(name)["path"]
    return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()


@cache
def rows(name: str) -> tuple[Row, ...]:
    """One recorded table. Empty text stays `""`; a missing number is None.

    Raises UnknownTable, or EvidenceError where the file's columns are not those of the schema.

    >>> rows("counts")[0]["release"], rows("counts")[0]["kfuncs"]
    ('5.13', 25)
    """
    entry = resource(name)
    types = {field["name"]: field["type"] for field in entry["schema"]["fields"]}
    read = csv.DictReader(io.StringIO(content(name).decode("utf-8"), newline=""))
    if read.fieldnames != list(types):
        raise EvidenceError(
            f"{entry['path']}: columns are {read.fieldnames}, schema.json says {list(types)}"
        )
    numeric = {name: _NUMBERS[kind] for name, kind in types.items() if kind in _NUMBERS}
    return tuple(
        MappingProxyType(
            row | {name: made(row[name]) if row[name] else None for name, made in numeric.items()}
        )
        for row in read
    )


_NUMBERS = {"integer": int, "number": float}


@cache
def releases() -> tuple[str, ...]:
    """Every release of the data, oldest first: 5.12 (no kfunc yet) to the newest.

    >>> releases()[0], releases()[-1], len(releases())
    ('5.12', '7.3', 32)
    """
    return tuple(row["release"] for row in rows("releases"))


@cache
def _places() -> dict[str, int]:
    return {release: place for place, release in enumerate(releases())}


def position(release: str) -> int:
    """Place of a release in `releases()`; UnknownRelease for one outside the data.

    >>> position("6.12") - position("6.5")
    7
    """
    place = _places().get(release)
    if place is None:
        known = releases()
        hint = near(release, known, 3)
        like = f" (near: {', '.join(hint)})" if hint else ""
        raise UnknownRelease(
            f"release {release!r} is not in the data{like}; "
            f"recorded are {known[0]} to {known[-1]}, written like '6.12'"
        )
    return place


@cache
def tag(release: str) -> str:
    """The tag of Linux a release's rows are about.

    >>> tag("6.5"), tag("6.12")
    ('v6.5', 'v6.12.10')
    """
    found: str = rows("releases")[position(release)]["tag"]
    return found


def cited(row: Row) -> str:
    """Where a row of a release can be checked: the tag and file, then what was read for it.

    >>> print(cited(registered()["6.8"]["bpf_get_fsverity_digest"]))
    v6.8, fs/verity/measure.c; read in vivo50kff/linux-6.8@a49beca86566:fs/verity/measure.c
    """
    return f"{tag(row['release'])}, {row['defined_in']}; read in {row['source']}"


@cache
def registered(*, tests: bool = False) -> Mapping[str, Mapping[str, Row]]:
    """Release by release, oldest first, the kfuncs it registers: their rows by name.

    The first release is the first that has kfuncs. Test kfuncs are left out unless `tests`.

    >>> len(registered()["6.5"]), registered()["6.8"]["bpf_get_file_xattr"]["program_types"]
    (113, 'LSM')
    """
    found: dict[str, dict[str, Row]] = {}
    for row in rows("kfuncs"):
        if tests or row["category"] == "kfunc":
            found.setdefault(row["release"], {})[row["kfunc"]] = row
    return {release: found[release] for release in releases() if release in found}


def kfunc_releases() -> tuple[str, ...]:
    """The releases that have kfuncs, oldest first.

    >>> kfunc_releases()[0]
    '5.13'
    """
    return tuple(registered())
