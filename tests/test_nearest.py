# SPDX-License-Identifier: BSD-3-Clause
"""What was meant by a misspelt name."""

from __future__ import annotations

from kfuncviz.nearest import meant, nearest

KNOWN = ("chown", "chmod", "chroot", "stat")


def test_the_nearest_come_first_and_no_more_of_them_than_asked_for() -> None:
    assert nearest("chwon", KNOWN) == ["chown"]
    assert nearest("chmo", KNOWN, 3) == ["chmod", "chown", "chroot"]
    assert nearest("chmo", iter(KNOWN), 2) == ["chmod", "chown"]
    assert nearest("open", KNOWN) == nearest(5, KNOWN) == nearest(None, KNOWN) == []


def test_how_near_is_near_enough() -> None:
    # Of 5 + 5 letters 6 are shared, in order: 0.6; with one letter more, 0.545.
    assert nearest("abcxy", ["abcde"]) == ["abcde"]
    assert nearest("abcxyz", ["abcde"]) == []
    assert nearest("abcxyz", ["abcde"], cutoff=0.5) == ["abcde"]
    assert meant("abcxyz", ["abcde"]) == ""
    assert meant("abcxyz", ["abcde"], 0.5) == ", did you mean 'abcde'?"
    assert meant("abcxy", ["abcde"]) == ", did you mean 'abcde'?"


def test_what_is_very_long_is_no_slip_of_the_finger() -> None:
    long = "x" * 80
    assert nearest(long, [long]) == [long]
    assert nearest(long + "x", [long]) == []
