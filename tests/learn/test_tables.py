# SPDX-License-Identifier: BSD-3-Clause
"""The tables of chapters 10 and 11, beside the frames and verdicts they are made of."""

from __future__ import annotations

import pytest

from kfuncviz.api import Scenario
from kfuncviz.evidence.idmap import ask, ways, wrappers
from kfuncviz.kfuncs import verifier
from kfuncviz.kfuncs.known import NotKnown
from kfuncviz.learn.tables import TABLES, table
from kfuncviz.render.bench import in_a_word
from kfuncviz.widgets import tables as shown


def test_bodies_are_those_that_had_to_be_written() -> None:
    pytest.importorskip("pandas", reason="the frame needs pandas")
    frame = wrappers.bodies().query("verdict != 'same'")
    columns = ["wrapper", "release", "verdict", "prototype", "body"]
    found = table("wrapper bodies")
    assert sorted(tuple(row.values()) for row in found.rows) == sorted(
        frame[columns].itertuples(index=False, name=None)
    )
    assert list(dict.fromkeys(row["wrapper"] for row in found.rows)) == list(wrappers.WRAPPERS)
    assert [row["release"] for row in found.rows if "inode_into" in row["wrapper"]] == [
        "5.12", "6.0", "6.2", "6.3",
    ]  # fmt: skip
    assert found.code == ("prototype", "body")


def test_ways_are_told_in_spans_of_one_verdict() -> None:
    pytest.importorskip("pandas", reason="the frame needs pandas")
    told = table("ways by release").rows
    rows = [tuple(row.values()) for row in told if row["way"].startswith("stat")]
    wanted = [
        (ways.way(name).title, *span)
        for name in ("statmount", "stat")
        for span in ways.spans(name).itertuples(index=False, name=None)
    ]
    assert rows == wanted
    for way, row in zip(ways.ways(), table("ways").rows, strict=True):
        assert (row["way"], row["compares"], row["cannot"]) == (way.title, way.compares, way.cannot)
        assert row["needs"] == "; ".join(way.needs)


def test_the_letter_is_asked_on_both_releases() -> None:
    home = Scenario("home-on-a-stick")
    letter = home.open("home/letter.txt", via="stick")
    rows = {row["way"]: row for row in table("the letter asked").rows}
    for way in ways.ways():
        for at in ("6.5", "6.18"):
            found = ask.ask(way.id, letter, home.machine.root, at, known=(1000, 1000))
            said = rows[way.title][f"on {at}"]
            if found.ids or found.shown:
                assert said == "uid 1125, gid 1125"
            elif found.is_idmapped:
                assert said == "idmapped; whose, it cannot say"
            else:
                assert said == found.why


def test_verdicts_stand_under_their_kernel() -> None:
    rows = {row["program"]: row for row in table("walked pointers").rows}
    for name in ("walked-mount", "walked-right-type", "iterator-file"):
        row = rows[verifier.shipped(name).title]
        for kernel in verifier.KERNELS:
            assert row[kernel] == in_a_word(verifier.answer(name, kernel))
    lines = {row["program"]: row for row in table("log lines").rows}
    leak = lines[verifier.shipped("exe-file-leak").title]
    assert leak["7.3.4"] == verifier.answer("exe-file-leak", "7.3.4").line
    assert lines[verifier.shipped("exe-file").title]["6.12.43"] == "✓"
    proposed = table("wrappers as proposed").rows
    assert [row["6.17"] for row in proposed] == ["✓", "✓", "✓", "✓", "✗ unsafe-pointer"]
    assert [row["7.0"][:1] for row in proposed] == ["✓", "✓", "✓", "✗", "✗"]


def test_sets_and_measured_calls_are_those_of_the_data() -> None:
    registered = {row["set"]: row for row in table("registering").rows}
    assert registered["LSM, 6.5"]["what follows"] == "callable from: LSM, TRACING"
    assert registered["LSM and TRACING by a module, 6.12"]["verdict"].startswith("✗ one-set-a-hook")
    calls = table("wrappers on 6.12").rows
    for row, call in zip(calls, verifier.measured_calls(), strict=True):
        assert row["wrapper"].split(", ") == [call["kfunc"], *call["flags"]]
        assert row["program"] == (call["program"] or "any")
        assert row["verdict"] == ("✓" if call["accept"] else call["message"])


@pytest.mark.parametrize("name", TABLES)
def test_a_table_is_folded_in_a_notebook(name: str) -> None:
    part, found = shown.table(name), table(name)
    assert part.html.startswith("<details")
    assert f"Table: {found.caption}" in part.html
    assert part.html.count("<tr") == 1 + len(found.rows)
    assert len({tuple(row) for row in found.rows}) == 1
    assert repr(part).startswith(found.caption)


def test_a_table_there_is_not_is_named() -> None:
    with pytest.raises(NotKnown, match="did you mean 'log lines'"):
        table("log line")
