# SPDX-License-Identifier: BSD-3-Clause
"""Parts of a page: true to what they show, with words beside, and no trap for the keyboard."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

import kfuncviz as kv
from kfuncviz import evidence, kfuncs
from kfuncviz.explorers.question import fair_readings
from kfuncviz.kfuncs.known import NotKnown
from kfuncviz.kfuncs.verifier import kfunc
from kfuncviz.render import bench, exhibit
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


@pytest.mark.parametrize(
    ("name", "args", "words"),
    [
        ("bpf_is_idmapped_mnt", [LETTER.f_path.mnt], "yes"),
        ("bpf_is_idmapped_mnt",
         [kv.Scenario("home-on-a-stick").open("home", via="unmapped").f_path.mnt], "no"),
        ("bpf_file_mnt_idmap", [LETTER], "a struct mnt_idmap *"),
        ("bpf_inode_into_vfs_ids", [kfuncs.bpf_file_mnt_idmap(LETTER), LETTER.f_inode],
         "uid 1125, gid 1125"),
        ("bpf_get_file_vfs_ids",
         [kv.Scenario("three-kinds-of-nobody").open("lost-in-mount", via="m")],
         "uid 0xffffffff, gid 0xffffffff"),
    ],
)  # fmt: skip
def test_what_a_wrapper_returned_in_words_and_drawn(
    name: str, args: list[object], words: str
) -> None:
    got = page.returned(name, *args)
    assert got.words == words
    assert repr(got) == f"{name}: {words}"
    value = getattr(kfuncs, name)(*args)
    assert got._repr_html_() == got.draw(1200) == bench.html(kfunc(name, "6.5"), value, width=800)
    assert got.draw(500) == bench.html(kfunc(name, "6.5"), value, width=500)


def test_answers_side_by_side_go_by_their_labels_or_their_names() -> None:
    both = [page.Returned("bpf_is_idmapped_mnt", True), page.Returned("bpf_get_file_vfs_ids", 7)]
    heads, one, two = cells(page.compare(both, "Both"))
    assert heads == ["asked", "returns"]
    assert one == ["bpf_is_idmapped_mnt", "yes"]
    assert two == ["bpf_get_file_vfs_ids", "uid 7, gid 0"]
    labelled = page.compare({"x": both[0], "y": both[0]}, "Twice")
    assert cells(labelled)[1:] == [["x", "yes"], ["y", "yes"]]


def test_the_halves_do_not_change_places() -> None:
    assert page.Returned("bpf_get_file_vfs_ids", 1000 << 32 | 5).words == "uid 5, gid 1000"


def test_a_picture_follows_the_width_of_its_page() -> None:
    drawn = page.Drawn(lambda width: f"{width} wide")
    assert drawn.children == (drawn.picture, drawn.companion)
    assert drawn._dom_classes == ("kfv-explorer",)
    assert drawn.picture._dom_classes == ("kfv-fig",)
    assert drawn.picture.value == "960 wide"
    drawn.companion.width = 500
    assert drawn.picture.value == "500 wide"
