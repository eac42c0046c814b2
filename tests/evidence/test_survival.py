# SPDX-License-Identifier: BSD-3-Clause
"""
Are the lives those of the rows, and the curves their product-limit estimates?
==============================================================================
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from kfuncviz.evidence import computed
from kfuncviz.evidence.errors import EvidenceError, UnknownRelease
from kfuncviz.evidence.history.diffs import changes
from kfuncviz.evidence.history.lives import counting, every_life
from kfuncviz.evidence.history.record import names
from kfuncviz.evidence.history.survival import DEATHS, Spell, counted, curve, estimate, spells
from tests.evidence.rows import order, registered, rows

Z = 1.959963984540054


def _spells() -> list[tuple[str, int, int, bool]]:
    """(name, birth, end, died) of every unbroken run of a name, in positions."""
    out, running = [], dict[str, int]()
    for place, release in enumerate(order()):
        now = registered().get(release, {})
        ended = [name for name in running if name not in now]
        out += [(name, running.pop(name), place, True) for name in ended]
        for name in now.keys() - running.keys():
            running[name] = place
    newest = len(order()) - 1
    return out + [(name, birth, newest, False) for name, birth in running.items()]


def test_lives_are_the_runs_of_the_rows() -> None:
    mine = [(life.kfunc, life.born, life.died, life.watched) for life in every_life()]
    theirs = [
        (name, order()[birth], order()[end] if died else "", end - birth)
        for name, birth, end, died in sorted(_spells())
    ]
    assert mine == theirs
    assert sum(bool(life.died) for life in every_life()) == 27


def test_a_successor_is_named_by_the_recorded_events() -> None:
    recorded = {(row["kfunc"], row["release"]) for row in rows("events.csv.gz")
                if (row["event"], row["class"]) == ("renamed", "name_gone")}  # fmt: skip
    assert recorded
    for life in every_life():
        assert life.renamed == ((life.kfunc, life.died) in recorded)


@pytest.mark.parametrize("counted", ["prototype", "terms"])
def test_changes_of_a_life_are_those_of_its_releases(counted: Any) -> None:
    """Told from the computed changes, which another test holds against the recorded events."""
    kept = {
        "prototype": lambda c: (c.event, c.kind) == ("prototype", "substantial"),
        "terms": lambda c: (
            c.event in ("prototype", "flags", "program_types") and c.kind != "kernel_side"
        ),
    }[counted]
    found = [(c.kfunc, c.release) for c in changes() if kept(c)]
    told = [(life.kfunc, release) for life in every_life(counted) for release in life.changed]
    assert sorted(told) == sorted(set(found))
    for life in every_life(counted):
        places = [order().index(release) for release in life.changed]
        assert places == sorted(places)
        assert all(0 < life.age(release) <= life.watched for release in life.changed)


def test_test_kfuncs_live_only_where_they_are_asked_for() -> None:
    tested = {row["kfunc"] for row in rows("kfuncs.csv.gz") if row["category"] == "test"}
    assert not tested & {life.kfunc for life in every_life()}
    assert tested <= {life.kfunc for life in every_life(tests=True)}


def _watched(event: str, since: str | None) -> tuple[list[Spell], int]:
    """The spells under watch, worked out from the rows, and how many lives there are."""
    begin = order().index(since) if since else 0
    touched = {(life.kfunc, life.born): life.changed for life in every_life()}
    out = []
    for name, birth, last, gone in _spells():
        end, died = last, gone
        first = touched[name, order()[birth]][:1]
        if event == "gone_or_changed" and first:
            end, died = order().index(first[0]), True
        out.append(Spell(max(begin - birth, 0), end - birth, died))
    return [spell for spell in out if spell.end > spell.entry], len(out)


@pytest.mark.parametrize("since", [None, "6.5", "6.12"])
@pytest.mark.parametrize("event", ["gone", "gone_or_changed"])
def test_curve_is_the_product_limit_estimate_and_that_of_statsmodels(
    event: Any, since: str | None
) -> None:
    watched, every = _watched(event, since)
    found = curve(event, since)
    assert (found.watched, found.lives) == (len(watched), every)
    assert found.events == sum(spell.event for spell in watched)
    entry = np.array([spell.entry for spell in watched])
    fit = SurvfuncRight(
        np.array([spell.end for spell in watched]),
        np.array([spell.event for spell in watched]).astype(int),
        entry=entry if since else None,
    )
    steps = dict(
        zip(fit.surv_times, zip(fit.surv_prob, fit.surv_prob_se, strict=True), strict=True)
    )
    survival, error = 1.0, 0.0
    assert [point.age for point in found.points] == list(range(max(s.end for s in watched) + 1))
    for age, at_risk, events, here, low, high in found.points:
        if age:
            assert at_risk == sum(s.entry < age <= s.end for s in watched)
        else:
            assert at_risk == sum(s.entry == 0 for s in watched)
        assert events == sum(s.event and s.end == age for s in watched)
        survival, error = steps.get(age, (survival, error))
        assert here == pytest.approx(survival, abs=1e-12)
        spread = math.exp(Z * error / (survival * math.log(survival))) if survival < 1 else 1
        assert low == pytest.approx(survival ** (1 / spread), abs=1e-12)
        assert high == pytest.approx(survival**spread, abs=1e-12)
        assert low <= here <= high
    assert low < here < high


@pytest.mark.parametrize(
    ("spells", "survival"),
    [
        ([Spell(0, 1, True)], [1, 0]),
        ([Spell(0, 1, True), Spell(0, 1, True)], [1, 0]),
        ([Spell(0, 1, True), Spell(0, 1, False)], [1, 0.5]),
        ([Spell(0, 1, True), Spell(0, 2, False)], [1, 0.5, 0.5]),
        ([Spell(0, 1, False), Spell(0, 2, True), Spell(1, 3, True)], [1, 1, 0.5, 0]),
        ([Spell(2, 3, True), Spell(0, 4, False)], [1, 1, 1, 0.5, 0.5]),
    ],
)
def test_curves_by_hand(spells: list[Spell], survival: list[float]) -> None:
    found = estimate(spells)
    assert [point.survival for point in found] == survival
    for point in found:
        if point.survival in (0, 1):
            assert point.low == point.high == point.survival
        else:
            assert 0 < point.low < point.survival < point.high < 1


def test_change_can_only_lower_the_curve() -> None:
    gone, changed = curve("gone"), curve("gone_or_changed")
    for upper, lower in zip(gone.points, changed.points, strict=True):
        assert lower.survival <= upper.survival
    assert changed.events > gone.events


def test_a_curve_of_some_kfuncs_watches_only_them() -> None:
    some = frozenset(names(tests=False)[:40])
    found = curve(kfuncs=some)
    assert found.lives == sum(life.kfunc in some for life in every_life())
    assert found.points[1].at_risk == sum(
        life.kfunc in some and life.watched > 0 for life in every_life()
    )


def test_the_frame_is_the_curve_and_says_how_it_was_watched() -> None:
    table, late = computed.curve("gone_or_changed"), computed.curve("gone", since="6.5")
    points = [tuple(line)[:6] for line in table.itertuples(index=False)]
    assert points == [tuple(point) for point in curve("gone_or_changed").points]
    watched = _watched("gone", "6.5")[0]
    assert late.attrs["n"].startswith(f"{len(watched)} of 376 spells watched")
    assert f", {sum(spell.event for spell in watched)} events; from age " in late.attrs["n"]
    assert late.attrs["period"].startswith("6.5 to 7.3; late entry: spells older than 6.5 join")
    assert "none is truncated on the left" in table.attrs["period"]
    assert order()[0] not in registered()
    assert table.attrs["definition"].startswith("name gone, or argument count")
    assert late.attrs["definition"].startswith("the name is no longer registered")


def test_ages_at_which_nobody_was_watched_belong_to_no_family() -> None:
    """From 7.2 to 7.3 a life is watched at one age; no release born at these has survivors."""
    table = computed.curve("gone", since="7.2")
    assert table.loc[table["at_risk"] == 0, "age"].tolist() == [24, 26, 27, 28, 29]
    assert table.attrs["n"] == (
        "334 of 376 spells watched for at least one release, 1 events; from age 30 on 23 of 23 at "
        "risk, from age 30 on all, are TCP congestion control"
    )


@pytest.mark.parametrize(
    ("since", "watched", "gone", "changed", "period"),
    [
        (None, 360, 27, 61, ("5.13 to 7.3; watched from the first release that had kfuncs, so none "
         "is truncated on the left")),
        ("6.5", 351, 18, 52, ("6.5 to 7.3; late entry: spells older than 6.5 join at the age they "
         "had then")),
    ],
)  # fmt: skip
def test_both_curves_share_their_notes(
    since: str | None, watched: int, gone: int, changed: int, period: str
) -> None:
    table = computed.curves(since)
    begin = order().index(since) if since else 0
    files = {
        registered()[order()[birth]][name]["defined_in"]
        for name, birth, end, _ in _spells()
        if end > max(birth, begin)
    }
    both = [computed.curve(event, since) for event in ("gone", "gone_or_changed")]
    assert table.drop(columns="event").equals(pd.concat(both, ignore_index=True))
    assert table["event"].tolist() == ["gone"] * len(both[0]) + ["gone_or_changed"] * len(both[1])
    assert [part["events"].sum() for part in both] == [gone, changed]
    assert table.attrs == {
        "title": "How long does a kfunc live?",
        "n": f"{watched} of 376 spells watched for at least one release, {gone} names gone, "
        f"{changed} gone or changed; from age 24 on 25 of 28 at risk, from age 26 on all, are TCP "
        "congestion control",
        "period": period,
        "definition": "gone: the name is no longer registered, renames included; changed: name "
        "gone, or argument count or a type seen by BPF changed (not: const, annotation or kernel "
        "side alone); filled band: 95 %, pointwise, as if spells were independent; dashed band: "
        "the middle 95 % of 2000 curves from whole files drawn anew, of "
        f"{len(files)}, because kfuncs of one file share their fate",
        "source": "data/history/kfuncs.csv.gz; product-limit estimate",
    }


def test_bad_questions_get_an_answer_in_words() -> None:
    with pytest.raises(UnknownRelease, match=r"'8\.0' is not in the data"):
        curve("gone", since="8.0")
    with pytest.raises(EvidenceError, match="even one release"):
        curve("gone", kfuncs={"no_such_kfunc"})
    with pytest.raises(EvidenceError, match="no event 'dead'; there are: gone, gone_or_changed"):
        curve("dead")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("ends", "event"),
    [({*DEATHS}, "gone"), ({*DEATHS, "prototype"}, "gone_or_changed")],
)
def test_what_ends_a_spell_can_be_chosen(ends: set[str], event: Any) -> None:
    """The two definitions of the figures are two choices among others."""
    assert sorted(counted(ends).values()) == sorted(spells(event).values())
    some = {"bpf_put_file", "hid_bpf_attach_prog"}
    assert {life.kfunc for life in counted(ends, some)} == some


def test_a_death_that_does_not_count_ends_the_watch() -> None:
    every = counted(set())
    assert [spell.event for spell in every.values()] == [False] * 360
    assert sum(spell.event for spell in counted({"gone"}).values()) == 6
    assert sum(spell.event for spell in counted({"renamed"}).values()) == 21
    assert {(s.entry, s.end) for s in every.values()} == {
        (s.entry, s.end) for s in spells().values()
    }
    narrow = counted({"narrowed"})
    lost = {life.kfunc: spell.end for life, spell in narrow.items() if spell.event}
    assert lost == {
        life.kfunc: life.age(life.changed[0])
        for life in counting(frozenset({"narrowed"})) if life.changed
    }  # fmt: skip
