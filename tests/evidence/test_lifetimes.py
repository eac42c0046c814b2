# SPDX-License-Identifier: BSD-3-Clause
"""
Are the survival curves the product-limit estimates of the spells in the rows?
==============================================================================
"""

from __future__ import annotations

import math

import pytest

from kfuncviz.evidence.errors import EvidenceError, UnknownRelease
from kfuncviz.evidence.history import lifetimes
from tests.evidence.rows import order, registered

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


def test_spells_are_the_runs_of_the_rows() -> None:
    frame = lifetimes.spells()
    mine = {
        (row["kfunc"], row["born"], row["died"], row["watched"]) for row in frame.to_dict("records")
    }
    theirs = {
        (name, order()[birth], order()[end] if died else "", end - birth)
        for name, birth, end, died in _spells()
    }
    assert mine == theirs
    assert (frame["died"] != "").sum() == 27


@pytest.mark.parametrize("since", [None, "6.5", "6.12"])
def test_curve_is_the_product_limit_estimate(since: str | None) -> None:
    begin = order().index(since) if since else 0
    watched = [(end - birth, max(begin - birth, 0), died) for _, birth, end, died in _spells()]
    watched = [spell for spell in watched if spell[0] > spell[1]]
    table = lifetimes.curve("gone", since)
    assert f"{len(watched)} of 376 spells" in table.attrs["n"]
    survival, greenwood = 1.0, 0.0
    for row in table.to_dict("records"):
        age = row["age"]
        if age:
            risk = sum(entry < age <= time for time, entry, _ in watched)
            deaths = sum(time == age and died for time, entry, died in watched)
            assert (row["at_risk"], row["events"]) == (risk, deaths)
            survival *= 1 - deaths / risk if risk else 1
            greenwood += deaths / (risk * (risk - deaths)) if deaths else 0
        assert row["survival"] == pytest.approx(survival)
        if 0 < survival < 1:
            spread = math.exp(Z * math.sqrt(greenwood) / math.log(survival))
            assert row["low"] == pytest.approx(survival ** (1 / spread))
            assert row["high"] == pytest.approx(survival**spread)
        assert row["low"] <= row["survival"] <= row["high"]


def test_change_can_only_lower_the_curve() -> None:
    gone, changed = lifetimes.curve("gone"), lifetimes.curve("gone_or_changed")
    assert (changed["survival"] <= gone["survival"] + 1e-12).all()
    assert changed["events"].sum() > gone["events"].sum()


def test_late_entry_is_said_and_shrinks_the_risk_set_at_birth() -> None:
    late = lifetimes.curve("gone", since="6.5")
    assert "late entry" in late.attrs["period"]
    assert late.loc[0, "at_risk"] < lifetimes.curve("gone").loc[0, "at_risk"]


def test_nothing_is_truncated_because_no_kfunc_is_older_than_the_data() -> None:
    assert order()[0] not in registered()
    assert "none is truncated on the left" in lifetimes.curve().attrs["period"]


def test_bad_questions_get_an_answer_in_words() -> None:
    with pytest.raises(UnknownRelease, match=r"'8\.0' is not in the data"):
        lifetimes.curve("gone", since="8.0")
    with pytest.raises(EvidenceError, match="even one release"):
        lifetimes.curve("gone", keep=frozenset({"no_such_kfunc"}))
    with pytest.raises(EvidenceError, match="no event 'dead'; there are: gone"):
        lifetimes.curve("dead")  # type: ignore[arg-type]
