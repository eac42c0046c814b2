# SPDX-License-Identifier: BSD-3-Clause
"""
Do the tables hold what schema.json says? Checked with pandera
==============================================================

schema.json is the one description: types, required cells, patterns, allowed words,
ranges, primary and foreign keys. This file turns it into pandera schemas and runs them;
all failures of a table are reported together, each with its column and row.
A hash of every table is kept there too: no row changes unnoticed.
pandera is imported only when something is validated.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from kfuncviz.evidence.data.frames import table
from kfuncviz.evidence.data.load import content, resource, rows, tables
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.extras import needed_by

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import DataFrameSchema

_SHOWN = 5


def _checks(constraints: dict[str, Any]) -> list[Any]:
    from pandera.pandas import Check

    out = []
    if constraints.get("required"):
        out.append(Check(lambda s: s.notna() & (s.astype("str") != ""), error="must not be empty"))
    if "pattern" in constraints:
        out.append(Check.str_matches(constraints["pattern"]))
    if "enum" in constraints:
        out.append(Check.isin(constraints["enum"]))
    if "minimum" in constraints:
        out.append(Check.ge(constraints["minimum"]))
    if "maximum" in constraints:
        out.append(Check.le(constraints["maximum"]))
    return out


def build(name: str) -> DataFrameSchema:
    """The pandera schema of one table, made from schema.json.

    >>> build("policy").unique
    ['release']
    """
    from pandera.pandas import Column, DataFrameSchema

    kinds = {"integer": "Int64", "number": "float64"}
    entry = resource(name)["schema"]
    columns = {
        field["name"]: Column(
            kinds.get(field["type"]),
            _checks(field.get("constraints", {})),
            nullable=field["type"] in kinds and not field.get("constraints", {}).get("required"),
            unique=field.get("constraints", {}).get("unique", False),
        )
        for field in entry["fields"]
    }
    return DataFrameSchema(columns, strict=True, ordered=True, unique=entry.get("primaryKey"))


def _orphans(name: str, frame: pd.DataFrame) -> list[str]:
    out = []
    for key in resource(name)["schema"].get("foreignKeys", []):
        (column,), (other,) = key["fields"], key["reference"]["fields"]
        known = {row[other] for row in rows(key["reference"]["resource"])}
        lost = sorted(set(frame[column]) - known - {""})
        out += [f"{column}: {value!r} is not in {key['reference']['resource']}" for value in lost]
    return out


def validate(name: str, frame: pd.DataFrame | None = None) -> pd.DataFrame:
    """`frame` (default: the recorded table) if it fits the schema, else EvidenceError.

    The message counts all failures and shows the first few, each with column, check and row.

    >>> len(validate("counts"))
    31
    """
    with needed_by("Validation of the evidence"):
        from pandera.errors import SchemaErrors

    frame = table(name) if frame is None else frame
    try:
        build(name).validate(frame, lazy=True)
    except SchemaErrors as failure:
        cases = failure.failure_cases
        shown = [
            f"{row['column']}, row {row['index']}: {row['failure_case']!r} fails {row['check']}"
            for row in cases.head(_SHOWN).to_dict("records")
        ]
        raise EvidenceError(
            f"table {name}: {len(cases)} cells or rows break schema.json; " + "; ".join(shown)
        ) from None
    lost = _orphans(name, frame)
    if lost:
        raise EvidenceError(f"table {name}: {'; '.join(lost[:_SHOWN])}")
    return frame


def altered() -> list[str]:
    """Recorded tables whose text is not the one schema.json has the SHA-256 of.

    >>> altered()
    []
    """
    digests = {name: hashlib.sha256(content(name)).hexdigest() for name in tables()}
    return [name for name in tables() if resource(name)["hash"] != f"sha256:{digests[name]}"]


def validate_all() -> dict[str, int]:
    """Validate every recorded table and its SHA-256; returns rows by table.

    >>> validate_all()["kfuncs"]
    4932
    """
    sizes = {name: len(validate(name)) for name in tables()}
    changed = altered()
    if changed:
        raise EvidenceError(
            f"altered since schema.json was written: {', '.join(changed)}; if that is meant, "
            "write the new hash there together with the reason in README.md"
        )
    return sizes
