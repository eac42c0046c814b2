# SPDX-License-Identifier: BSD-3-Clause
"""
Real texts, read
================

Texts of manuals, threads and guides, each with the rows it means, what has to be said about it, or
what is wrong with it and where.  A text with a word of its own is found without naming its dialect.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kfuncviz.dialects import Options, Parsed, detect, echo, findings, known, parse
from kfuncviz.dialects.convert import convert
from kfuncviz.dialects.parsed import COLUMNS, KINDS, Map
from kfuncviz.dialects.subid import SubidRange, read_subids

TEXTS: list[dict[str, Any]] = yaml.load(
    (Path(__file__).parents[1] / "data/dialects/texts.yaml").read_text(),
    getattr(yaml, "CSafeLoader", yaml.SafeLoader),  # noqa: S506 - both are safe
)
#: Where a number of the text is not the one of the row: cut to 32 bits, or translated after @.
ELSEWHERE = {
    "two pluses",
    "32 bits",
    "crun PR#1372",
    "@ across two rows",
    "podman-run(1)",
    "micromamba-docker#407",
}
VERSIONS = ("crun", "util_linux")


def options(case: dict[str, Any]) -> Options:
    given = {
        name: case[name] for name in ("user", "rootless", "attached", "manual") if name in case
    }
    given |= {name: tuple(case[name]) for name in (*VERSIONS, "owner") if name in case}
    ranges = {
        name: tuple(read_subids(case[name].encode()).ranges)
        for name in ("subuid", "subgid")
        if name in case
    }
    return Options(own=tuple(case["self"]) if "self" in case else None, **given, **ranges)


def read(case: dict[str, Any]) -> Parsed:
    return parse(case["as"], case["text"], options(case))


def only_map(parsed: Parsed, case: dict[str, Any]) -> Map:
    named = [each for each in parsed.maps if case.get("of") in (None, each.of)]
    if "of" not in case and len(named) > 1:
        named = named[:1]
    (found,) = named
    return found


def rows(map: Map, kind: str) -> list[list[int]]:
    return [[*row.extent] for row in map.rows if row.kind == kind]


def identity(case: dict[str, Any]) -> str:
    return f"{case['as']}-{case['source']}"


@pytest.mark.parametrize("case", [c for c in TEXTS if "problem" not in c], ids=identity)
def test_a_text_means_these_rows(case: dict[str, Any]) -> None:
    parsed = read(case)
    assert parsed.problems == ()
    wanted = {kind: case.get(f"{kind}s", case.get("rows")) for kind in KINDS}
    if wanted["uid"] is not None:
        found = only_map(parsed, case)
        assert {kind: rows(found, kind) for kind in KINDS} == wanted
        assert found.sort == case.get("sort", found.sort)
    elif "host" not in case:
        assert parsed.maps == ()
    assert [[*each.range] for each in parsed.ranges] == case.get("ranges", [])
    said = "\n".join([*echo(parsed), *findings(parsed)])
    for words in case.get("says", ()):
        assert words in said
    if case.get("silent"):
        assert findings(parsed) in ([], [f for f in findings(parsed) if "alone" in f])


@pytest.mark.parametrize("case", [c for c in TEXTS if "host" in c], ids=identity)
def test_the_host_sees_these_rows(case: dict[str, Any]) -> None:
    text = convert(read(case), "proc", options(case))
    lines = [line.removeprefix("/proc/PID/uid_map:") for line in text.splitlines()]
    found = [[*map(int, line.split())] for line in lines if not line.startswith("/proc/PID/gid")]
    assert sorted(found) == case["host"]


@pytest.mark.parametrize("case", [c for c in TEXTS if "problem" in c], ids=identity)
def test_what_is_wrong_is_named_with_its_place(case: dict[str, Any]) -> None:
    problems = read(case).problems
    assert case["problem"] in str(problems[0])
    assert len(problems) <= 2  # uids and gids


@pytest.mark.parametrize("case", [c for c in TEXTS if "problem" not in c], ids=identity)
def test_an_unmistakable_text_is_found(case: dict[str, Any]) -> None:
    found = [reading.dialect.name for reading in detect(case["text"], options(case))]
    if case.get("sure"):
        assert found == [case["as"]]
    else:
        assert not found or case["as"] in found or found != [case["as"]]


def test_every_dialect_has_a_text() -> None:
    assert {case["as"] for case in TEXTS} >= known().keys()


@pytest.mark.parametrize("case", [c for c in TEXTS if "rows" in c or "uids" in c], ids=identity)
def test_each_number_stands_where_it_is_said_to(case: dict[str, Any]) -> None:
    lines = case["text"].split("\n")
    for map in read(case).maps:
        for row in map.rows:
            for place, number in zip(row.where, row.extent, strict=True):
                if place and place.line:
                    start = place.column - 1
                    word = lines[place.line - 1][start : start + place.length]
                    first, _, _ = word.partition("-")  # of a range
                    assert first == str(number) or case["source"] in ELSEWHERE


def test_columns_have_a_name_each() -> None:
    assert COLUMNS == {"namespace": ("inside", "outside"), "mount": ("disk", "mount")}
    assert SubidRange._fields == ("owner", "start", "count")


#: How a column is called where its number is none, by the sort of map.  A map of a mount may be
#: written the other way round, or be the container's own, and one number may stand for all three.
SHARED = {"CONTAINER", "container", "BASE"}
INSIDE = {"INSIDE", "POD", "start", "--uid", "--gid", "--map-user"} | SHARED
OUTSIDE = {"OUTSIDE", "FROM", "HOST", "host", "target"} | SHARED
EITHER = {"DISK", "MOUNT", "GUEST", "INSTANCE", "disk", "mount", "uid", "gid"} | INSIDE | OUTSIDE
COUNT = {"COUNT", "count"} | SHARED
NAMED = {"namespace": (INSIDE, OUTSIDE, COUNT), "mount": (EITHER, EITHER, COUNT)}
#: The kernel's own files, whose numbers are cut to 32 bits instead.  In those of incus, which has
#: ranges, and in a rootless container a number may stand for several.
CUT = {"proc", "uid_map", "statmount"}


@pytest.mark.parametrize(
    "case",
    [c for c in TEXTS if not {"problem", "host"} & c.keys() and c["as"] not in {*CUT, "incus"}],
    ids=identity,
)
def test_a_number_that_is_too_long_is_named_by_its_column(case: dict[str, Any]) -> None:
    lines = case["text"].split("\n")
    for map in read(case).maps:
        for row in map.rows:
            for place, names in zip(row.where, NAMED[map.sort], strict=True):
                if not (place and place.line):
                    continue
                line, start = lines[place.line - 1], place.column - 1
                longer = f"{line[:start]}99999999999{line[start + place.length :]}"
                text = "\n".join([*lines[: place.line - 1], longer, *lines[place.line :]])
                said = [str(each) for each in read(case | {"text": text}).problems]
                at = f"line {place.line} column {place.column}"
                wrong = "is '99999999999', not a whole number from 0 to 4294967295"
                assert [s for s in said if s in {f"{at}: {name} {wrong}" for name in names}], said
