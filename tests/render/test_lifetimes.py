# SPDX-License-Identifier: BSD-3-Clause
"""Lifetimes: rows in, one line a kfunc out; nothing counted twice, nothing left unsaid."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz import evidence
from kfuncviz.evidence.history.counts import by_release, renamed
from kfuncviz.render.lifetimes import picture as lifetimes
from kfuncviz.render.lifetimes.axis import axis_for

from .test_measured import measure

if TYPE_CHECKING:
    from playwright.sync_api import Page

SVG = "{http://www.w3.org/2000/svg}"
ORDER = ("5.19", "6.0", "6.1", "6.2", "6.3")
# name, file, program types, releases it is registered in
KFUNCS = (
    ("bpf_old", "kernel/bpf/helpers.c", "UNSPEC", ORDER),
    ("bpf_gone", "net/core/filter.c", "XDP|SCHED_CLS", ORDER[1:3]),
    ("bpf_back", "fs/a.c", "LSM", (ORDER[0], ORDER[1], ORDER[4])),
    ("bpf_new", "fs/b.c", "LSM", ORDER[3:]),
)
CHANGES = (
    ("bpf_back", "5.19", "born", ""),
    ("bpf_old", "5.19", "born", ""),
    ("bpf_gone", "6.0", "born", ""),
    ("bpf_old", "6.0", "flags", "stricter"),
    ("bpf_back", "6.1", "died", ""),
    ("bpf_old", "6.1", "prototype", "kernel_side"),
    ("bpf_gone", "6.2", "died", ""),
    ("bpf_new", "6.2", "born", ""),
    ("bpf_old", "6.2", "prototype", "substantial"),
    ("bpf_back", "6.3", "returned", ""),
    ("bpf_new", "6.3", "prototype", "const_only"),
)


def rows() -> pd.DataFrame:
    lines = [(r, n, f, t) for r in ORDER for n, f, t, there in KFUNCS if r in there]
    return pd.DataFrame(lines, columns=["release", "kfunc", "defined_in", "program_types"])


def changes() -> pd.DataFrame:
    return pd.DataFrame(CHANGES, columns=["kfunc", "release", "event", "kind"])


def lives(**filters: Any) -> pd.DataFrame:
    filters.setdefault("renamed", {("bpf_gone", "6.2")})
    return lifetimes.lives(rows(), changes(), **filters)


def groups(picture: str) -> dict[str, ET.Element]:
    """The lines of a picture by kfunc."""
    found = [g for g in ET.fromstring(picture).iter(f"{SVG}g") if g.get("class") == "life"]
    return {(g[0].text or "").partition(":")[0]: g for g in found}


def test_lives_by_hand() -> None:
    assert lives().to_numpy().tolist() == [
        ["bpf_back", "5.19", "6.1", (), False],
        ["bpf_back", "6.3", "", (), False],
        ["bpf_old", "5.19", "", ("6.2",), False],
        ["bpf_gone", "6.0", "6.2", (), True],
        ["bpf_new", "6.2", "", (), False],
    ]


def test_terms_count_flags_and_const_but_not_the_kernel_side() -> None:
    by_name = lives(counted="terms").groupby("kfunc")["changed"].sum()
    assert by_name["bpf_old"] == ("6.0", "6.2")
    assert by_name["bpf_new"] == ("6.3",)


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({"file": "fs/"}, ["bpf_back", "bpf_new"]),
        ({"text": "o"}, ["bpf_old", "bpf_gone"]),
        ({"text": "."}, []),
        ({"program_type": "LSM"}, ["bpf_back", "bpf_old", "bpf_new"]),
        ({"program_type": "XDP"}, ["bpf_old", "bpf_gone"]),
        ({"only": "gone"}, ["bpf_back", "bpf_gone"]),
        ({"only": "changed"}, ["bpf_old"]),
        ({"only": "changed", "file": "fs/", "counted": "terms"}, ["bpf_new"]),
    ],
)
def test_filters(filters: dict[str, Any], kept: list[str]) -> None:
    found = lives(**filters)
    assert list(dict.fromkeys(found["kfunc"])) == kept
    assert list(groups(lifetimes.svg(found))) == kept
    assert (lifetimes.title(found) == "Lifetimes of all kfuncs") == (not filters)


def test_a_filter_nobody_meets_is_said_in_the_picture() -> None:
    none = lives(text="nothing like it")
    assert lifetimes.sentence(none) == "No kfunc from 5.19 to 6.3 matches."
    assert "No kfunc matches these filters." in lifetimes.svg(none)


def test_the_sentence_by_hand() -> None:
    assert lifetimes.sentence(lives()) == (
        "4 kfuncs, 5.19 to 6.3: 3 registered in 6.3, 1 gone (1 left a successor under another "
        "name); 1 gone and back again; 1 changed, 1 change in all."
    )
    assert lifetimes.sentence(lives(text="bpf_new")).endswith("0 gone; none changed.")


def test_marks_stand_at_their_releases() -> None:
    found = groups(lifetimes.svg(lives(), 1000))
    axis = axis_for([*found], list(ORDER), 1000)
    discs = {n: [float(c.get("cx", "")) for c in g.iter(f"{SVG}circle")] for n, g in found.items()}
    assert discs == {
        "bpf_back": [axis.x("5.19"), axis.x("6.3")],
        "bpf_old": [axis.x("5.19")],
        "bpf_gone": [axis.x("6.0")],
        "bpf_new": [axis.x("6.2")],
    }
    diamonds = [p.get("d", "") for p in found["bpf_old"].iter(f"{SVG}path") if p.get("fill")]
    assert diamonds[0].startswith(f"M{axis.x('6.2') - 7:g},")
    crosses = [p.get("d", "") for p in found["bpf_gone"].iter(f"{SVG}path")][-1]
    assert crosses.startswith(f"M{axis.x('6.2') - 6:g},")


def test_releases_are_equally_far_apart_from_edge_to_edge() -> None:
    axis = axis_for([name for name, *_ in KFUNCS], list(ORDER), 1000)
    places = [axis.x(release) for release in ORDER]
    assert (places[0], places[-1]) == (axis.left, axis.right)
    assert len({round(b - a, 6) for a, b in pairwise(places)}) == 1
    labels = [t for t in ET.fromstring(lifetimes.svg(lives(), 1000)).iter(f"{SVG}text")
              if t.text in ORDER]  # fmt: skip
    for label in labels:
        middle = float(label.get("x", "")) + float(label.get("data-box", "")) / 2
        assert middle == pytest.approx(axis.x(str(label.text)), abs=0.01)
    assert [label.text for label in labels] == list(ORDER)


def test_an_ended_life_is_dashed_and_names_its_release() -> None:
    for width in (1000, 360):
        found = groups(lifetimes.svg(lives(), width))
        dashed = {n: "stroke-dasharray" in ET.tostring(g, "unicode") for n, g in found.items()}
        assert dashed == {"bpf_back": True, "bpf_old": False, "bpf_gone": True, "bpf_new": False}
        said = {n: [t.text for t in g.iter(f"{SVG}text")] for n, g in found.items()}
        assert said["bpf_gone"] == ["bpf_gone", "renamed 6.2"]
        assert said["bpf_back"] == ["bpf_back", "gone 6.1"]
        assert said["bpf_old"] == ["bpf_old"]
    assert found["bpf_back"][0].text == "bpf_back: born 5.19, gone 6.1; back again: born 6.3, alive"


def test_no_more_lines_than_the_limit_and_it_says_so() -> None:
    picture = lifetimes.svg(lives(), limit=3)
    assert list(groups(picture)) == ["bpf_back", "bpf_old", "bpf_gone"]
    assert "+1 more, not drawn" in picture
    assert "Drawn: the first 3." in picture
    assert "not drawn" not in lifetimes.svg(lives(), limit=4)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lives(program_type="NFS"), "'NFS'.*there are: LSM, SCHED_CLS, XDP"),
        (lambda: lives(only="dead"), "only is 'dead', must be one of all, changed, gone"),
        (lambda: lives(counted="all"), "counted is 'all', must be one of prototype, terms"),
        (lambda: lifetimes.svg(lives(), limit=0), "limit is 0, must be 1 or more"),
        (lambda: lifetimes.svg(lives(), theme="pink"), "theme is 'pink'"),  # type: ignore[arg-type]
    ],
)
def test_refusals_name_what_would_be_right(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_table_says_what_the_picture_says() -> None:
    table = lifetimes.table(lives())
    assert table[3] == {
        "kfunc": "bpf_gone", "born": "6.0", "changed": "", "gone": "6.2", "successor": "yes",
    }  # fmt: skip
    assert [line["gone"] for line in table] == ["6.1", "alive", "alive", "6.2", "alive"]
    assert lifetimes.table_html(lives()).count('<th scope="row">') == 5


def test_names_are_escaped() -> None:
    evil = '<script>"&'
    found, known = rows(), changes()
    for frame in (found, known):
        frame["kfunc"] = frame["kfunc"].replace("bpf_old", evil)
    strange = lifetimes.lives(found, known)
    ET.fromstring(lifetimes.svg(strange))
    assert "<script>" not in lifetimes.html(strange)


def test_the_recorded_history_adds_up() -> None:
    every = lifetimes.lives(evidence.kfuncs(), evidence.changes(), renamed=renamed())
    counted = by_release()
    assert every["kfunc"].nunique() == counted["born"].sum()
    assert (every["died"] != "").sum() == counted["died"].sum()
    assert len(every) == (counted["born"] + counted["returned"]).sum()
    assert every["renamed"].sum() == counted["died_renamed"].sum()
    newest = every.drop_duplicates("kfunc", keep="last")
    assert (newest["died"] == "").sum() == counted["alive"].iloc[-1]
    assert every["changed"].map(len).sum() == counted["prototype"].sum()


@st.composite
def any_lives(draw: st.DrawFn) -> pd.DataFrame:
    """One to twelve kfuncs of one life each over a long axis, with any marks."""
    order = [f"{major}.{minor}" for major in (5, 6, 7) for minor in range(11)]
    out = []
    for nth in range(draw(st.integers(1, 12))):
        start, end = sorted(draw(st.tuples(st.integers(0, 31), st.integers(1, 32))))
        changed = draw(st.sets(st.integers(start, end), max_size=4))
        died = order[end] if end > start and draw(st.booleans()) else ""
        name = f"bpf_{nth}_" + draw(st.text("abc_", max_size=60))
        out.append((name, order[start], died, tuple(order[c] for c in sorted(changed)), False))
    frame = pd.DataFrame(out, columns=["kfunc", "born", "died", "changed", "renamed"])
    frame.attrs.update(releases=order, total=len(out), counted="prototype", kept="")
    return frame


@settings(deadline=None, max_examples=60)
@given(any_lives(), st.integers(0, 3000))
def test_every_life_is_drawn_once_with_all_its_marks(frame: pd.DataFrame, width: int) -> None:
    picture = lifetimes.svg(frame, width)
    assert picture == lifetimes.svg(frame.copy(), width)
    found = groups(picture)
    assert list(found) == frame["kfunc"].tolist()
    for life in frame.itertuples():
        drawn = ET.tostring(found[str(life.kfunc)], "unicode")
        assert drawn.count("circle") == 1
        assert len(re.findall(r"stroke-width=\"2.5\"[^>]*/>", drawn)) == len(life.changed) + bool(
            life.died
        )


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_text_leaves_its_box(render_page: Page, theme: Any) -> None:
    history = evidence.kfuncs(), evidence.changes()
    chosen = {
        only: lifetimes.lives(*history, renamed=renamed(), only=only, counted="terms")
        for only in ("all", "changed", "gone")
    }
    pictures = {
        f"{only} {width}": lifetimes.svg(found, width, theme=theme, limit=30)
        for only, found in chosen.items()
        for width in (240, 300, 360, 520, 759, 760, 900, 1240)
    }
    assert measure(render_page, pictures, theme == "dark") == []
