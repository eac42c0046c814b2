# SPDX-License-Identifier: BSD-3-Clause
"""The contracts' data: every statement has a source, every row it points to exists."""

from __future__ import annotations

import csv
import gzip
import re
from functools import cache

import pytest

from kfuncviz.kfuncs.contracts import (
    ABOUT,
    MEANINGS,
    Change,
    cells,
    change,
    changes,
    exposures,
    rules,
)
from kfuncviz.kfuncs.known import HistoryRows, document, release
from kfuncviz.resources import data_dir

#: What a reader can follow: a commit, a document or source file, a table, a mail, a measurement.
FOLLOWABLE = re.compile(
    r"commit [0-9a-f]{40}|history tables? \w+|https://lore\.kernel\.org/r/\S+"
    r"|Documentation/\S+|measured on 6\.\d+|(?:fs|kernel|include)/\S+\.[ch]|message \d+"
)
SURFACES = {
    "function": {
        "replaced", "removed", "prototype", "fewer-arguments", "const", "moved", "hidden",
        "inlined",
    },
    "member": {"removed", "moved", "wrapped"},
    "private-member": {"removed"},
    "pointee": {"removed", "moved"},
    "value": {"sentinel"},
    "export": {"withdrawn", "gpl-only", "added"},
    "handle": {"replaced"},
    "kfunc": {
        "removed", "renamed", "arguments", "integer", "const", "moved", "stricter", "walked",
        "capability",
    },
    "tracepoint": {"removed"},
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
    lead = change.sources[0]
    assert lead.startswith((f"v{change.release}", "measured on")) or (
        lead.startswith("v") and change.sources[1].startswith(f"v{change.release} against")
    )
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
    assert {change.about for change in changes().values()} == set(ABOUT)


def test_what_is_about_the_idmap_names_nothing_else() -> None:
    """Inside: helpers with a map, structures on the way to owner and map, calls that show it."""
    inside = {c.id for c in changes().values() if c.about == "inside"}
    tables = {id: {name for name, _ in changes()[id].rows} for id in changes()}
    assert {id for id in changes() if tables[id] & {"idmap_events", "btf_layouts"}} <= inside
    assert not any(tables[id] & {"events", "promises"} for id in inside)
    assert inside - {id for id in inside if tables[id]} == {
        "unwritten-map-6.9", "move-mount-inlined-6.18",
    }  # fmt: skip


def test_an_earlier_name_of_a_change_is_still_understood() -> None:
    for old, new in document("contracts", "changes")["aliases"].items():
        assert old not in changes()
        assert change(old) is changes()[new]


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
        ("tracepoint", "removed"),
        ("member", "wrapped"),  # f_path, 6.18
        ("function", "fewer-arguments"),
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


QUOTED = [
    ("syscall", "syscall (x86-64 table, number reserved)", ("5.13", "7.3"),
     "population_at_from removed"),
    ("syscall", "syscall (x86-64 table, with entry point)", ("5.13", "7.3"),
     "population_at_from removed"),
    # exposure, interface, span, columns whose figures its text gives
    ("export", "EXPORT_SYMBOL*", ("6.12", "7.3"), "population_at_from removed removed_pct"),
    ("export", "EXPORT_SYMBOL* functions in vmlinux BTF", ("6.12", "7.3"),
     "population_at_from removed removed_pct signature_changed signature_changed_pct"),
    ("export-gpl", "EXPORT_SYMBOL*_GPL", ("6.12", "7.3"), "population_at_from removed removed_pct"),
    ("export-gpl", "EXPORT_SYMBOL_GPL only", ("6.12", "7.3"),
     "population_at_from removed removed_pct signature_changed signature_changed_pct"),
    ("tracepoint", "tracepoint", ("6.5", "7.3"),
     "population_at_from removed removed_pct signature_changed signature_changed_pct"),
    ("fentry-core", "fentry/kprobe: all vmlinux BTF FUNCs", ("6.12", "7.3"),
     "removed_pct signature_changed_pct"),
    ("fentry-core", "CO-RE: struct members (named structs)", ("6.12", "7.3"),
     "removed_pct signature_changed_pct"),
]  # fmt: skip


@pytest.mark.parametrize(("way", "interface", "span", "columns"), QUOTED)
def test_the_figures_quoted_are_the_recorded_ones(
    way: str, interface: str, span: tuple[str, str], columns: str
) -> None:
    at = dict(zip(("interface", "from_release", "to_release"), (interface, *span), strict=True))
    assert ("baselines", at) in exposures()[way].measured.rows
    (row,) = [row for row in table("baselines") if at.items() <= row.items()]
    told = exposures()[way].measured.text.replace(",", "")
    for column in columns.split():
        figure = row[column]
        shown = f"{float(figure):.1f}" if column.endswith("pct") else figure
        assert re.search(rf"(?<![\d.]){re.escape(shown)}(?![\d.]\d)", told), (column, shown)


def test_the_helpers_and_kfuncs_quoted_are_the_counted_ones() -> None:
    counts = {row["release"]: row for row in table("counts")}
    assert exposures()["helper"].measured.text == (
        f"{counts['5.13']['bpf_helpers']} helpers in 5.13, {counts['7.3']['bpf_helpers']} "
        "from 6.2 on; none removed"
    )
    assert next(r for r in counts if counts[r]["bpf_helpers"] == "211") == "6.2"
    names = {
        release: {
            row["kfunc"] for row in table("kfuncs")
            if (row["release"], row["category"]) == (release, "kfunc")
        }
        for release in ("6.12", "7.3")
    }  # fmt: skip
    gone = names["6.12"] - names["7.3"]
    renamed = {e["kfunc"] for e in table("events") if e["event"] == "renamed"} & gone
    scx = {name for name in gone if name.startswith("scx_")}
    assert exposures()["kfunc"].measured.text.startswith(
        f"6.12 to 7.3: {len(gone)} of {len(names['6.12'])} names gone (6.5 of 100), "
        f"{len(renamed)} of them under a new name, {len(scx)} of sched_ext; "
    )


#: Structures that are no kernel object to be trusted: memory, iterators, locks, a context.
NO_OBJECT = re.compile(r"bpf_(dynptr|iter|res_spin|list|rb)|__sk_buff|xdp_md")


def test_how_many_kfuncs_the_default_of_7_0_reached() -> None:
    at = {
        release: {
            row["kfunc"]: row for row in table("kfuncs")
            if (row["release"], row["category"]) == (release, "kfunc")
        }
        for release in ("6.19", "7.0")
    }  # fmt: skip
    both = at["6.19"].keys() & at["7.0"].keys()
    flags = {(r, name): set(at[r][name]["flags"].split("|")) for r in at for name in both}
    lost = [
        name for name in both
        if "KF_TRUSTED_ARGS" in flags["6.19", name] - flags["7.0", name]
    ]  # fmt: skip
    reached = [
        name for name in both
        if not flags["6.19", name] & {"KF_TRUSTED_ARGS", "KF_RCU", "KF_RELEASE"}
        and "KF_RCU" not in flags["7.0", name]
        and any(
            not NO_OBJECT.search(struct) for struct in re.findall(
                r"struct (\w+) \*", at["6.19"][name]["bpf_visible_prototype"].partition("(")[2]
            )
        )
    ]  # fmt: skip
    what = changes()["trusted-default-7.0"].what
    assert f"{len(lost)} kfuncs kept their name and lost the flag" in what
    assert f"at most {len(reached)} take a pointer to a kernel object" in what


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
