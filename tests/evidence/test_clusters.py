# SPDX-License-Identifier: BSD-3-Clause
"""
Are commits, files and families those of the rows, and do the bands and curves follow from them?
================================================================================================
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from typing import Any

import pytest

from kfuncviz.evidence import computed
from kfuncviz.evidence.history import commits, counts, families, shares
from kfuncviz.evidence.history.lives import every_life
from kfuncviz.evidence.history.resampling import band
from kfuncviz.evidence.history.survival import Spell, estimate, spells
from kfuncviz.render.readings import fair_readings
from tests.evidence.rows import lives, order, registered, rows

NUMBERS = {7: "seven"}


def _commit(name: str, release: str, *events: str) -> str:
    """The recorded commit of a change, or its name where there is none."""
    found = {
        row["commit"]
        for row in rows("events.csv.gz")
        if (row["kfunc"], row["release"]) == (name, release) and row["event"] in events
    }
    return max(found) or name


def test_deaths_by_commit() -> None:
    wanted = Counter(
        _commit(name, died, "removed", "renamed") for name, _, died, *_ in lives() if died
    )
    found = commits.groups("died")
    assert {group.commit: len(group.kfuncs) for group in found} == wanted
    assert (len(wanted), sum(wanted.values()), max(wanted.values())) == (14, 27, 7)
    assert (
        "27 deaths (21 left a successor under another name) in 14 commits"
        in (counts.by_release().attrs["n"])
    )


def test_changes_of_prototype_by_commit() -> None:
    wanted = Counter(
        (release, _commit(name, release, "signature_changed"))
        for name, _, _, changed, _ in lives()
        for release in changed
    )
    found = commits.groups("prototype")
    assert sorted(wanted.values()) == sorted(len(group.kfuncs) for group in found)
    alone = {group.kfuncs for group in found if not group.commit}
    assert alone == {(name,) for _, name in wanted if len(name) < 40}
    assert {group.commit for group in found} - {""} == {
        name for _, name in wanted if len(name) == 40
    }
    assert (sum(wanted.values()), wanted.most_common(2)[0][1], wanted.most_common(2)[1][1]) == (
        39, 15, 14,
    )  # fmt: skip


def test_the_table_of_commits_has_every_group() -> None:
    table = commits.by_commit()
    every = [*commits.groups("died"), *commits.groups("prototype")]
    assert [tuple(line) for line in table.itertuples(index=False)] == [
        (group.what, group.release, group.commit, len(group.kfuncs), " ".join(group.kfuncs))
        for group in every
    ]
    releases = [
        order().index(release) for release in table["release"][: len(commits.groups("died"))]
    ]
    assert releases == sorted(releases)
    assert table.attrs["n"].startswith(
        "27 deaths in 14 commits; 39 changes of prototype in at most "
    )
    assert table.attrs["n"].endswith(", 29 of them in two")


def test_files_and_families() -> None:
    for life in every_life():
        assert families.home(life) == registered()[life.born][life.kfunc]["defined_in"]
    starts = {
        "sched_ext": "kernel/sched/ext",
        "TCP congestion control": "net/ipv4/tcp_",
        "VFS": "fs/",
    }
    for name, start in starts.items():
        assert families.family(name) == {
            kfunc
            for found in registered().values()
            for kfunc, row in found.items()
            if row["defined_in"].startswith(start)
        }


def test_subsystems_are_the_folders_of_the_rows() -> None:
    folders = set()
    for found in registered().values():
        for row in found.values():
            first, second, *rest = row["defined_in"].split("/")
            folders.add(f"kernel/{second}/" if first == "kernel" and rest else f"{first}/")
    assert families.subsystems() == tuple(sorted(folders))
    assert {"kernel/", "kernel/bpf/", "kernel/sched/", "net/", "fs/"} <= folders


def test_a_band_by_hand_is_the_middle_of_the_curves_of_drawn_groups() -> None:
    """Each draw written out as the spells it holds, and estimated as any others are."""
    groups = [
        [Spell(0, 2, True), Spell(0, 3, False)],
        [Spell(0, 3, True)],
        [Spell(0, 1, True), Spell(1, 3, False)],
        [Spell(0, 3, False)] * 3,
    ]
    chance = random.Random(1)
    curves = []
    for _ in range(2000):
        drawn = [spell for _ in groups for spell in groups[int(chance.random() * len(groups))]]
        points = [point.survival for point in estimate(drawn)]
        curves.append(points + points[-1:] * (4 - len(points)))
    for age, (low, high) in enumerate(band(groups)):
        ordered = sorted(curve[age] for curve in curves)
        assert ordered[48] <= low <= ordered[51]
        assert ordered[1948] <= high <= ordered[1951]


def test_where_all_share_one_fate_the_band_is_the_curve() -> None:
    alone = [Spell(0, 1, True), Spell(0, 2, False), Spell(0, 2, False), Spell(0, 3, True)]
    assert band([alone]) == [
        (pytest.approx(point.survival), pytest.approx(point.survival)) for point in estimate(alone)
    ]


@pytest.mark.parametrize(
    ("event", "low", "high"), [("gone", 0.91, 0.98), ("gone_or_changed", 0.78, 0.91)]
)
def test_the_band_by_file_at_age_eight(event: Any, low: float, high: float) -> None:
    table = computed.curve(event).set_index("age")
    assert table.loc[8, ["file_low", "file_high"]].round(2).tolist() == [low, high]
    files: dict[str, list[Spell]] = {}
    for life, spell in spells(event).items():
        files.setdefault(registered()[life.born][life.kfunc]["defined_in"], []).append(spell)
    assert len(files) == 40
    assert "40, because kfuncs of one file share their fate" in table.attrs["definition"]
    wanted = [tuple(line) for line in table[["file_low", "file_high"]].to_numpy()]
    assert wanted == band(list(files.values()))


def test_the_tail_is_named() -> None:
    for event in ("gone", "gone_or_changed"):
        table = computed.curve(event)  # type: ignore[arg-type]
        watched = spells(event)  # type: ignore[arg-type]
        for line in table.to_dict("records"):
            at_risk = [life for life, spell in watched.items() if spell.end >= max(line["age"], 1)]
            tcp = [life for life in at_risk if "/ipv4/tcp_" in families.home(life)]
            assert (line["at_risk"], line["tcp_at_risk"]) == (len(at_risk), len(tcp))
    assert computed.curve().attrs["n"] == (
        "360 of 376 spells watched for at least one release, 27 events; from age 24 on 25 of 28 at "
        "risk, from age 26 on all, are TCP congestion control"
    )
    assert "; from age 30 on 23 of 23 at risk, " in computed.curve(since="7.2").attrs["n"]


def test_both_curves_are_stacked_with_their_notes() -> None:
    gone, changed = computed.curve("gone", "6.5"), computed.curve("gone_or_changed", "6.5")
    stacked = computed.curves("6.5")
    assert [tuple(line) for line in stacked.itertuples(index=False)] == [
        (*line, event)
        for event, part in (("gone", gone), ("gone_or_changed", changed))
        for line in part.itertuples(index=False)
    ]
    assert list(stacked.columns) == [*gone.columns, "event"]
    assert {note: stacked.attrs[note] for note in ("title", "period", "source")} == {
        note: gone.attrs[note] for note in ("title", "period", "source")
    }
    events = f"{gone['events'].sum()} names gone, {changed['events'].sum()} gone or changed; from"
    assert events in stacked.attrs["n"]
    told = stacked.attrs["definition"]
    first, second = (part.attrs["definition"].partition("; ") for part in (gone, changed))
    assert told == f"gone: {first[0]}; changed: {second[0]}; {first[2]}"


def test_sched_ext_apart_from_all_others() -> None:
    table = computed.by_family()
    watched = spells("gone")
    for group, part in table.groupby("group"):
        mine = [
            spell for life, spell in watched.items()
            if ("kernel/sched/ext" in registered()[life.born][life.kfunc]["defined_in"])
            == (group == "sched_ext")
        ]  # fmt: skip
        points = [(p.age, p.at_risk, p.events, p.survival) for p in estimate(mine)]
        assert [tuple(line)[1:] for line in part.itertuples(index=False)] == points
    at8 = table[table["age"] == 8].set_index("group")["survival"].round(3)
    assert at8.to_dict() == {"sched_ext": 0.875, "all others": 0.947}
    assert table.attrs["n"] == (
        "sched_ext 80 spells, 8 names gone in 2 commits, 7 of them in one; all others 280 spells, "
        "19 names gone in 12 commits, 3 of them in one"
    )
    assert table.attrs["definition"].startswith("the name is no longer registered")


def test_what_is_read_in_the_curves_stands_in_the_tables() -> None:
    """The readings are prose; each number in them is worked out here."""
    at8 = {
        event: computed.curve(event).loc[8]
        for event in ("gone", "gone_or_changed")  # type: ignore[arg-type]
    }
    gone, changed = at8["gone"], at8["gone_or_changed"]
    assert 1 - changed["survival"] > 2 * (1 - gone["survival"])
    largest = max(len(group.kfuncs) for group in commits.groups("died"))
    edges = [
        f"{100 * at[edge]:.0f}" for at in (gone, changed) for edge in ("file_low", "file_high")
    ]
    tail = computed.curve().loc[24]
    said = " ".join(fair_readings("names-last").values())
    assert f"27 in {len(commits.groups('died'))} commits, {NUMBERS[largest]} of them in one" in said
    assert f"{edges[0]} to {edges[1]}, and {edges[2]} to {edges[3]} for the lower curve" in said
    assert f"from age 24 on, {tail['tcp_at_risk']:.0f} of the {tail['at_risk']:.0f} at risk" in said
    births = {name: min(order().index(born) for other, born, *_ in lives() if other == name)
              for name, *_ in lives()}  # fmt: skip
    young = [name for name, born in births.items() if born >= order().index("6.8")]
    assert len(young) > len(births) / 2
    assert (
        "more than half of all kfuncs were born since 6.8"
        in fair_readings("names-gone")["They do go."]
    )
    terms = (
        shares.within([8]).set_index("what")["count"].drop(["gone or prototype", "any of these"])
    )
    assert set(terms.nlargest(2).index) == {"types widened", "flags other"}


def test_long_numbers_draw_what_matrices_draw() -> None:
    """The same draws, worked out with numpy."""
    import numpy as np

    groups = defaultdict(list)
    for life, spell in spells("gone_or_changed", "6.5").items():
        groups[families.home(life)].append(spell)
    many = list(groups.values())
    ages = range(1, max(spell.end for group in many for spell in group) + 1)
    risk = np.array([[sum(s.entry < age <= s.end for s in g) for age in ages] for g in many])
    lost = np.array([[sum(s.event and s.end == age for s in g) for age in ages] for g in many])
    chance = random.Random(1)
    drawn = np.array([
        np.bincount([int(chance.random() * len(many)) for _ in many], minlength=len(many))
        for _ in range(2000)
    ])  # fmt: skip
    curves = np.cumprod(1 - drawn @ lost / np.maximum(drawn @ risk, 1), axis=1)
    low, high = np.quantile(curves, [0.025, 0.975], axis=0)
    assert band(many) == [(1.0, 1.0), *zip(low.tolist(), high.tolist(), strict=True)]
