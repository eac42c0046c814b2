# SPDX-License-Identifier: BSD-3-Clause
"""Names and releases: what is known is found, what is not is named."""

from __future__ import annotations

import copy
import pickle
from importlib import import_module
from typing import Any

import pytest

from kfuncviz import kfuncs
from kfuncviz.kfuncs.known import (
    NotKnown,
    history_rows,
    look_up,
    release,
    shown,
    span,
    unknown,
    within,
)


def test_releases_sort_as_numbers() -> None:
    assert release("6.9") < release("6.12") < release("7.0") < release("10.1")
    assert release("v6.12.43") == release("6.12") == (6, 12)


@pytest.mark.parametrize("name", ["", "6", "6.", "6.1.", "6.1.2.3", "x6.1", "6.1-rc1", "٦.1", 6.12])
def test_what_is_no_release(name: Any) -> None:
    with pytest.raises(NotKnown, match=r"is not a kernel release; write it like '6\.12'"):
        release(name)


@pytest.mark.parametrize(
    ("at", "since", "until", "inside"),
    [
        ("6.4", "6.4", "6.12", True), ("6.12", "6.4", "6.12", True),
        ("6.12.9", "6.4", "6.12", True),
        ("6.3", "6.4", "6.12", False), ("6.13", "6.4", "6.12", False), ("7.0", "6.4", None, True),
        ("6.3", "6.4", None, False), ("5.1", None, "6.12", True), ("7.0", None, "6.12", False),
        ("1.0", None, None, True),
    ],
)  # fmt: skip
def test_both_ends_belong_to_a_range(
    at: str, since: str | None, until: str | None, inside: bool
) -> None:
    assert within(at, since, until) is inside


def test_a_range_in_words() -> None:
    assert span("6.0", "6.19") == "6.0 to 6.19"
    assert span("7.0", None) == "since 7.0"
    assert span(None, "6.19") == span(None, None) == "no release"


def test_what_is_not_known_is_said_with_what_is() -> None:
    assert str(unknown("flag", "KF_RCV", ["KF_RCU", "KF_ACQUIRE"])) == (
        "unknown flag 'KF_RCV'; did you mean 'KF_RCU'? Known: KF_RCU, KF_ACQUIRE"
    )
    assert str(unknown("flag", "x", [])) == "unknown flag 'x'; Known: none so far"
    for name in ("b", ["a"], None, 1):
        with pytest.raises(NotKnown, match=r"unknown letter .*; Known: a"):
            look_up("letter", name, {"a": 1})
    assert look_up("letter", "a", {"a": 1}) == 1


def test_a_long_name_is_cut() -> None:
    assert shown("a" * 58) == repr("a" * 58)
    assert shown("a" * 59) == "'" + "a" * 56 + "..."
    assert shown(b"a" * 10_000)[:4] + shown(b"a" * 10_000)[-4:] == "b'aaa..."


def test_the_refusal_travels() -> None:
    error = unknown("flag", "KF_RCV", ["KF_RCU"])
    for twin in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301
        assert type(twin) is NotKnown
        assert str(twin) == str(error)


def test_references_to_history() -> None:
    where = {"release": "6.12"}
    rows = history_rows([{"table": "counts", "where": where}, {"table": "events", "where": {}}])
    assert rows == (("counts", where), ("events", {}))
    assert rows[0][1] is not where


def test_the_rooms_of_kfuncs_are_loaded_by_name() -> None:
    for name in ("contracts", "thread", "verifier"):
        assert kfuncs.__getattr__(name) is import_module(f"kfuncviz.kfuncs.{name}")
    with pytest.raises(
        AttributeError, match=r"module 'kfuncviz\.kfuncs' has no attribute 'verify'"
    ):
        kfuncs.verify  # type: ignore[attr-defined]  # noqa: B018
