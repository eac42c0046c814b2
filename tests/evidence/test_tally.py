# SPDX-License-Identifier: BSD-3-Clause
"""One number at a time, without pandas: equal to the frames that hold the same numbers."""

from __future__ import annotations

import pytest

from kfuncviz.evidence import tally
from kfuncviz.evidence.data.load import kfunc_releases
from kfuncviz.evidence.errors import EvidenceError, UnknownRelease
from kfuncviz.evidence.history import counts, shares, survival
from kfuncviz.evidence.history.commits import by_commit
from kfuncviz.evidence.idmap import wrappers


def test_events_are_those_of_the_frame() -> None:
    pytest.importorskip("pandas", reason="the frame needs pandas")
    for row in counts.by_release().to_dict("records"):
        at = row["release"]
        assert tally.alive(at) == row["alive"]
        assert tally.successors(at, at) == row["died_renamed"]
        for what in tally.EVENTS:
            assert tally.events(what, at, at) == row[what], (what, at)
    commits = by_commit()
    for what in ("died", "prototype"):
        mine = commits[commits["what"] == what]["release"].tolist()
        assert tally.commits(what) == len(mine)  # type: ignore[arg-type]
        order = kfunc_releases()
        for place, at in enumerate(order):
            since = sum(release in order[place:] for release in mine)
            assert tally.commits(what, at) == since  # type: ignore[arg-type]
            until = sum(release in order[: place + 1] for release in mine)
            assert tally.commits(what, until=at) == until  # type: ignore[arg-type]
            named = commits[(commits["what"] == what) & (commits["commit"] != "")]["release"]
            for until in order[place:]:
                here = order[place : order.index(until) + 1]
                found = tally.recorded_commits(what, at, until)  # type: ignore[arg-type]
                assert found == named.isin(here).sum()


def test_what_is_counted_is_said_in_words() -> None:
    assert dict(tally.EVENTS) == {
        "born": "kfuncs that came for the first time",
        "returned": "names that came back",
        "died": "names that went, renames included",
        "prototype": "changes of a prototype in substance",
    }


def test_a_span_holds_both_ends() -> None:
    order = kfunc_releases()
    whole = tally.events("born")
    assert (tally.successors(until="6.16"), tally.successors("6.17")) == (7, 14)
    assert whole == sum(tally.events("born", at, at) for at in order)
    assert tally.events("born", until="6.5") + tally.events("born", "6.6") == whole
    assert tally.commits("died", "6.11", "6.11") == 1


def test_a_cohort_is_that_of_the_frame() -> None:
    pytest.importorskip("pandas", reason="the frame needs pandas")
    for row in shares.cohort("6.12").to_dict("records"):
        part = tally.cohort_share(row["what"], "6.12")
        assert (part.count, part.n, part.percent) == (row["count"], row["n"], row["percent"])
    assert tally.cohort_share("prototype", "6.5", "6.12") != tally.cohort_share("prototype", "6.5")


def test_who_survives_is_read_from_the_curve() -> None:
    for ends, event in (({"gone", "renamed"}, "gone"),
                        ({"gone", "renamed", "prototype"}, "gone_or_changed")):  # fmt: skip
        for point in survival.curve(event).points:  # type: ignore[arg-type]
            assert tally.surviving(ends, point.age) == round(100 * point.survival, 1)


def test_edits_are_those_of_the_frame() -> None:
    pytest.importorskip("pandas", reason="the frame needs pandas")
    for since in ("5.12", "6.2", "6.5"):
        for row in wrappers.survived(since).to_dict("records"):
            of = row["wrapper"], since
            assert tally.edits("prototype changed", *of) == row["prototype_changes"]
            assert tally.edits("body edited", *of) == row["body_edits"]


def test_what_cannot_be_counted_is_named() -> None:
    for run, said in (
        (lambda: tally.events("deaths"), "nothing counts 'deaths'"),  # type: ignore[arg-type]
        (lambda: tally.events("died", "6.5", "6.4"), "6.4 comes before 6.5"),
        (lambda: tally.cohort_share("gone", "6.5"), "nothing counts 'gone'"),
        (lambda: tally.surviving({"sold"}, 1), "nothing ends a life by sold"),
        (lambda: tally.surviving({"gone"}, 99), "no kfunc was watched for 99 releases"),
        (lambda: tally.surviving({"gone"}, -1), "no kfunc was watched for -1"),
        (lambda: tally.edits("body edited", "bpf_x", "6.5"), "no wrapper 'bpf_x'"),
        (lambda: tally.edits("edited", "bpf_get_file_vfs_ids", "6.5"), "no verdict"),  # type: ignore[arg-type]
    ):
        with pytest.raises(EvidenceError, match=said):
            run()
    with pytest.raises(UnknownRelease):
        tally.alive("9.9")
    assert tally.alive("5.12") == 0
