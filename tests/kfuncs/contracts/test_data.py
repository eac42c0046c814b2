# SPDX-License-Identifier: BSD-3-Clause
"""The contracts' data: every statement has a source, every row it points to exists."""

from __future__ import annotations

import csv
import gzip
import re
from functools import cache

import pytest

from kfuncviz.kfuncs.contracts import MEANINGS, Change, cells, changes, exposures, rules
from kfuncviz.kfuncs.known import HistoryRows, document, release
from kfuncviz.resources import data_dir

#: What a reader can follow: a commit, a document or source file, a table, a mail, a measurement.
FOLLOWABLE = re.compile(
    r"commit [0-9a-f]{40}|history tables? \w+|https://lore\.kernel\.org/r/\S+"
    r"|Documentation/\S+|measured on 6\.\d+|(?:fs|kernel|include)/\S+\.[ch]|message \d+"
)
SURFACES = {
    "function": {"replaced", "removed", "prototype", "const", "moved", "hidden", "inlined"},
    "member": {"removed", "moved"},
    "private-member": {"removed"},
    "value": {"sentinel"},
    "export": {"withdrawn", "gpl-only", "added"},
    "handle": {"replaced"},
    "kfunc": {
        "removed", "renamed", "arguments", "integer", "const", "moved", "stricter", "capability",
    },
    "syscall": {"refuses"},
    "query": {"added"},
}  # fmt: skip


@cache
def table(name: str) -> list[dict[str, str]]:
    packed = data_dir() / "history" / f"{name}.csv.gz"
    if packed.is_file():
        with gzip.open(packed, "rt", encoding="utf-8") as lines:
            return list(csv.DictReader(lines))
    with (data_dir() / "history" / f"{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def missing(rows: HistoryRows) -> HistoryRows:
    return tuple(
        (name, where)
        for name, where in rows
        if not any(where.items() <= row.items() for row in table(name))
    )


@pytest.mark.parametrize("change", changes().values(), ids=lambda c: c.id)
def test_a_change_is_real_and_can_be_followed(change: Change) -> None:
    assert change.sources
    assert all(FOLLOWABLE.search(source) for source in change.sources), change.sources
    assert missing(change.rows) == ()
    assert change.id.endswith(f"-{change.release}")
    assert change.in_tree
    for facet in change.facets:
        assert facet.kind in SURFACES[facet.surface]
    by_table = [source for source in change.sources if source.startswith("history table")]
    assert change.rows or not by_table


def test_changes_come_in_order_of_time_and_there_are_enough() -> None:
    when = [release(change.release) for change in changes().values()]
    assert when == sorted(when)
    assert len(when) >= 12


@pytest.mark.parametrize(
    "surface_kind",
    [
        ("member", "removed"),  # mnt_user_ns to mnt_idmap, 6.2
        ("private-member", "removed"),  # own maps, 6.8
        ("value", "sentinel"),  # invalid_mnt_idmap, 6.12
        ("function", "replaced"),
        ("function", "moved"),
        ("function", "inlined"),
        ("function", "removed"),
        ("function", "const"),
        ("kfunc", "arguments"),
        ("kfunc", "stricter"),
        ("kfunc", "removed"),
        ("kfunc", "const"),
        ("query", "added"),
        ("export", "withdrawn"),
    ],
    ids="-".join,
)
def test_every_sort_of_change_asked_for_is_there(surface_kind: tuple[str, str]) -> None:
    have = {(f.surface, f.kind) for change in changes().values() for f in change.facets}
    assert surface_kind in have


@pytest.mark.parametrize("name", list(exposures()))
def test_an_exposure_has_a_whole_contract(name: str) -> None:
    way = exposures()[name]
    for text in (way.who, way.notice, way.in_tree, way.out_of_tree, way.users, way.shows):
        assert text
    assert (way.kind == "answer") == bool(way.glue)
    assert way.says
    for said in way.says:
        assert FOLLOWABLE.search(f"{said.document} {said.section}"), said
        assert said.releases
    assert way.measured.rows
    assert missing(way.measured.rows) == ()


@pytest.mark.parametrize(
    ("table_name", "where", "column", "value"),
    [
        ("counts", {"release": "6.12"}, "kfuncs", "201"),
        ("counts", {"release": "5.13"}, "bpf_helpers", "165"),
        ("counts", {"release": "7.3"}, "bpf_helpers", "211"),
        (
            "baselines",
            {"interface": "tracepoint", "from_release": "6.5", "to_release": "7.3"},
            "removed",
            "96",
        ),
        (
            "baselines",
            {
                "interface": "EXPORT_SYMBOL* functions in vmlinux BTF",
                "from_release": "6.12",
                "to_release": "7.3",
            },
            "removed_pct",
            "5.04",
        ),
        (
            "baselines",
            {
                "interface": "fentry/kprobe: all vmlinux BTF FUNCs",
                "from_release": "6.12",
                "to_release": "7.3",
            },
            "removed_pct",
            "6.03",
        ),
        (
            "baselines",
            {
                "interface": "CO-RE: struct members (named structs)",
                "from_release": "6.12",
                "to_release": "7.3",
            },
            "signature_changed_pct",
            "1.42",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_figures_quoted_are_the_recorded_ones(
    table_name: str, where: dict[str, str], column: str, value: str
) -> None:
    assert {row[column] for row in table(table_name) if where.items() <= row.items()} == {value}


def test_rules_name_only_what_exists_and_each_is_used() -> None:
    used = {cell.rule for row in cells().values() for cell in row.values()}
    for rule in rules():
        assert set(rule.exposures) <= set(exposures())
        assert set(rule.surfaces) <= set(SURFACES)
        assert rule.outcome in MEANINGS
        assert rule.id in used, rule.id
    assert set(document("contracts", "rules")["not_reached"]) == set(SURFACES)


def test_the_lifecycle_text_is_the_recorded_one() -> None:
    text = document("contracts", "lifecycle")
    recorded = [row for row in table("policy") if row["lifecycle_section"] == "yes"]
    assert {(row["characters"], row["md5_prefix"]) for row in recorded} == {("5232", "aec7f8")}
    assert recorded[0]["release"] == text["since"]
    assert recorded[-1]["release"] == text["until"]
    assert "6.16" not in {row["release"] for row in recorded}
    assert "5,232 characters; 6.16 was not read" in text["unchanged"]
