# SPDX-License-Identifier: BSD-3-Clause
"""The crib: nothing on it is cut, the committed file is drawn anew, the gallery says the same."""

from __future__ import annotations

import re
from pathlib import Path

import kfuncviz as kv
from kfuncviz.learn.crib import crib, tables

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_what_is_committed_is_what_is_drawn() -> None:
    assert (DOCS / "crib.svg").read_text(encoding="utf-8") == crib() + "\n"


def test_nothing_is_cut_and_everything_stands_on_the_page() -> None:
    page = crib()
    assert "\N{HORIZONTAL ELLIPSIS}" not in page
    heights = [float(y) for y in re.findall(r'<text x="[\d.]+" y="([\d.]+)"', page)]
    assert heights == sorted(heights)
    assert heights[-1] < 1123 - 20
    texts = re.findall(r"<text [^>]*>([^<]*)<", page)
    said = [cell.replace("'", "&#x27;") for table in tables() for row in table.rows for cell in row]
    assert [text for text in texts if text in set(said)] == [cell for cell in said if cell]


def test_errnos_are_those_of_the_gallery() -> None:
    """The gallery was asked of a kernel: the same question, the same errno."""

    def errno(name: str, op: int) -> str | None:
        found: str | None = kv.Scenario(name).replay().result["ops"][op]["err"]
        return found

    without = {row[0]: row[1:] for row in tables()[2].rows}
    assert without["the mount's map"][1] == errno("root-gets-eoverflow", 1) == "EOVERFLOW"
    assert without["the mount's map"][2] == errno("chown-outside-the-map", 1)
    assert without["the caller's map"][2] == errno("chown-outside-the-map", 2)
    owner = "an-owner-the-filesystem-cannot-name"
    assert without["the filesystem's map"][1] == errno(owner, 0)
    assert without["the filesystem's map"][2] == f"{errno(owner, 1)}, or ok *"
    assert errno(owner, 2) is None
    assert ("65536", "no number") in [tuple(row[1:]) for row in tables()[0].rows]
    mounting = dict(tables()[5].rows)
    assert mounting["has the mount no map yet?"] == errno("mount-that-has-a-map-already", 1)
    assert mounting["is nobody writing through this mount?"] == errno("mount-that-is-busy", 2)
    attached = mounting["is the mount detached, and was it always?"]
    assert attached == errno("mount-that-is-attached-already", 0)
