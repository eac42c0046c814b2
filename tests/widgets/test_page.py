# SPDX-License-Identifier: BSD-3-Clause
"""Parts of a page: true to what they show, with words beside, and no trap for the keyboard."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

import kfuncviz as kv
from kfuncviz import evidence
from kfuncviz.kfuncs.known import NotKnown
from kfuncviz.learn import tables
from kfuncviz.render import exhibit
from kfuncviz.render.readings import fair_readings
from kfuncviz.widgets import page

CHURN = evidence.idmap_churn()
LETTER = kv.Scenario("home-on-a-stick").open("home/letter.txt", via="stick")
KEPT = 'data-lm-suppress-shortcuts="true"'


def cells(part: page.Part) -> list[list[str]]:
    """Heads and rows of a table, as they are read."""
    found = ET.fromstring(part._repr_html_().replace("<wbr>", ""))
    return [["".join(cell.itertext()) for cell in row] for row in found.iter("tr")]


def test_a_table_shows_the_chosen_columns_in_their_order() -> None:
    rows = [{"a_b": 1, "c": True, "d": "x"}, {"a_b": None, "c": False, "d": "y(z)"}]
    assert cells(page.table(rows, "Some")) == [
        ["a b", "c", "d"], ["1", "yes", "x"], ["", "no", "y(z)"],
    ]  # fmt: skip
    chosen = page.table(rows, "Some", columns=["d", "a_b"], code=["d"])
    assert cells(chosen) == [["d", "a b"], ["x", "1"], ["y(z)", ""]]
    assert "<code>y(<wbr>z)</code>" in chosen.html
    assert repr(chosen) == "Some\nd: x, a_b: 1\nd: y(z), a_b: None"
    with pytest.raises(KeyError, match="e"):
        page.table(rows, "Some", columns=["e"])


def test_a_frame_is_shown_without_its_index() -> None:
    frame = evidence.table("counts").head(2).set_axis(["p", "q"], axis=0)
    shown = cells(page.table(frame, "Counts", columns=["release"]))
    assert shown == [["release"], *([release] for release in frame["release"])]


def test_a_figure_is_the_picture_with_its_words() -> None:
    part = page.figure(CHURN)
    assert part._repr_html_() == page.figure_html(CHURN) == exhibit.html(CHURN)
    assert repr(part) == exhibit.sentence(CHURN)
    folded = page.figure(CHURN, folded=True)
    title = f"When you have answered: {CHURN.table.attrs['title']}"
    around = ET.fromstring(folded.html)
    assert (around.tag, around.get("open"), around[0].text) == ("details", None, title)
    assert part.html in folded.html
    assert repr(folded) == repr(part)


def test_a_figure_by_its_name_is_folded_with_what_may_be_read_in_it() -> None:
    asked = evidence.vfs_against_rest()
    part = kv.figure("vfs_against_rest", "vfs-last")
    page_ = ET.fromstring(part._repr_html_())
    title = "When you have answered: VFS kfuncs and all others born since 6.8"
    assert (page_.tag, page_.get("open"), page_[0].text) == ("details", None, title)
    assert exhibit.html(asked) in part.html
    told = {item[0].text: item[0].tail.strip() for item in page_[-1]}
    assert told == fair_readings("vfs-last")
    lines = [f"- {lead} {text}" for lead, text in told.items()]
    assert repr(part).splitlines() == [exhibit.sentence(asked), *lines]
    with pytest.raises(NotKnown, match="unknown figure 'survivol'; did you mean 'survival'"):
        kv.figure("survivol")


def test_a_table_of_the_course_is_folded_under_its_caption() -> None:
    part = kv.table("wrapper bodies")
    around = ET.fromstring(part._repr_html_().replace("<wbr>", "").replace("&nbsp;", " "))
    assert (around.tag, around.get("open"), around[0].text) == (
        "details",
        None,
        "Table: What had to be written",
    )
    found = tables.table("wrapper bodies")
    shown = page.table(found.rows, found.caption, code=("prototype", "body"))
    assert part.html.endswith(f"</summary>{shown.html}</details>")
    assert "<code>" in shown.html
    assert repr(part) == repr(shown)
    assert repr(part).startswith("What had to be written\nwrapper: ")
    with pytest.raises(NotKnown, match="unknown table 'wrapper bodie'; did you mean 'wrapper bod"):
        kv.table("wrapper bodie")
