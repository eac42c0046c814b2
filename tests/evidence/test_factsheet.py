# SPDX-License-Identifier: BSD-3-Clause
"""
Would each fact say something else if the rows did?
===================================================
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kfuncviz.evidence import factsheet
from kfuncviz.evidence.data import load

Row = dict[str, Any]


def altered(monkeypatch: pytest.MonkeyPatch, name: str, alter: Callable[[list[Row]], None]) -> None:
    """The factsheet reads `name` with some rows altered."""

    def rows(asked: str) -> list[Row]:
        found = [dict(row) for row in load.rows(asked)]
        if asked == name:
            alter(found)
        return found

    monkeypatch.setattr(factsheet, "rows", rows)


def first(column: str, value: Any, **where: str) -> Callable[[list[Row]], None]:
    """Alter one column of the first row that is as `where` says."""

    def alter(found: list[Row]) -> None:
        row = next(row for row in found if all(row[k] == v for k, v in where.items()))
        row[column] = value

    return alter


def test_a_changed_lifecycle_text_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    trees = [row for row in load.rows("policy") if row["lifecycle_section"] == "yes"]
    for column, value in (("characters", 1), ("md5_prefix", "0")):
        altered(monkeypatch, "policy", first(column, value, lifecycle_section="yes"))
        said = factsheet.fact("lifecycle-text")
        assert said.statement == f"The lifecycle section has 2 versions in {len(trees)} trees."
        assert said.value.startswith("2 version, ")


@pytest.mark.parametrize(
    ("name", "alter"),
    [
        ("kf_flags", first("flag", "KF_DEPRECATED")),
        ("kfuncs", first("flags", "KF_RCU|KF_DEPRECATED")),
    ],
)
def test_a_defined_or_carried_deprecation_flag_would_be_told(
    monkeypatch: pytest.MonkeyPatch, name: str, alter: Any
) -> None:
    assert "no release defines it" in factsheet.fact("kf-deprecated").statement
    altered(monkeypatch, name, alter)
    said = factsheet.fact("kf-deprecated")
    assert said.statement.endswith("some release defines it.")
    assert said.value.startswith(f"{int(name == 'kf_flags')} of 23 releases")
    assert f", {int(name == 'kfuncs')} kfunc rows of all releases carry it, " in said.value


def test_mentions_that_differ_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    before = factsheet.fact("kf-deprecated").value
    altered(monkeypatch, "policy", first("kf_deprecated_mentions", 9))
    assert "9/" in factsheet.fact("kf-deprecated").value
    assert "None" not in before


@pytest.mark.parametrize(
    ("alter", "value"),
    [
        (first("kfunc", "bpf_mnt_something"), "1 by name, 0 by prototype"),
        (first("kfunc", "bpf_vfsuid_eq"), "1 by name, 0 by prototype"),
        (first("prototype", "int f(struct vfsmount *m)"), "0 by name, 1 by prototype"),
        (first("prototype", "vfsgid_t f(void)"), "0 by name, 1 by prototype"),
        (first("kfunc", "bpf_is_idmapped_mnt"), "1 by name, 0 by prototype"),
    ],
)
def test_a_kfunc_about_the_idmapping_would_be_told(
    monkeypatch: pytest.MonkeyPatch, alter: Any, value: str
) -> None:
    assert factsheet.fact("no-idmap-kfunc").value.startswith("0 by name, 0 by prototype, of 400 ")
    altered(monkeypatch, "kfuncs", alter)
    said = factsheet.fact("no-idmap-kfunc")
    assert said.statement == "Some kfunc is about the idmapping."
    assert said.value.startswith(value)


def test_a_fact_is_made_only_when_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    kept = {id: lambda id=id: made.append(id) for id in factsheet._FACTS}
    monkeypatch.setattr(factsheet, "_FACTS", kept)
    factsheet.fact("readers")
    assert made == ["readers"]


def test_each_fact_has_its_own_id() -> None:
    for id, make in factsheet._FACTS.items():
        assert make().id == id
