# SPDX-License-Identifier: BSD-3-Clause
"""
Does the picture show the lives: every mark at its release, every word in its place?
====================================================================================
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kfuncviz import evidence
from kfuncviz.evidence.history.lives import Life, Lives
from kfuncviz.render.kit.markup import fold
from kfuncviz.render.kit.tokens import colours
from kfuncviz.render.lifetimes import html, sentence, svg, table_html, title
from kfuncviz.render.lifetimes.words import notes
from tests.evidence.rows import lives as recorded
from tests.evidence.rows import order
from tests.render.lifetimes.drawn import Drawn, Picture, read
from tests.render.measuring import measure

if TYPE_CHECKING:
    from playwright.sync_api import Page

ORDER = ("5.19", "6.0", "6.1", "6.2", "6.3")
LIVES = Lives(
    (
        Life("bpf_back", "5.19", "6.1", (), renamed=False),
        Life("bpf_back", "6.3", "", (), renamed=False),
        Life("bpf_old", "5.19", "", ("6.0", "6.2"), renamed=False),
        Life("bpf_gone", "6.0", "6.2", (), renamed=True),
        Life("bpf_last", "6.0", "6.3", ("6.1",), renamed=False),
    ),
    ORDER,
    9,
)
WIDE, NARROW = 1000, 360
near = pytest.approx


def kfuncs(lives: Lives) -> list[list[Life]]:
    return [list(found) for _, found in groupby(lives.lives, key=lambda life: life.kfunc)]


def places(drawn: Picture, releases: Sequence[str]) -> dict[str, float]:
    """Release -> x, from the grid: as many lines as releases, equally far apart."""
    xs = [line[0] for line in drawn.grid]
    assert len(xs) == len(releases)
    gaps = {round(b - a, 1) for a, b in pairwise(xs)}
    assert max(gaps) - min(gaps) < 0.11
    return dict(zip(releases, xs, strict=True))


def ended(life: Life) -> str:
    return f"{'renamed' if life.renamed else 'gone'} {life.died}"


def told(life: Life) -> str:
    changes = f"changed {', '.join(life.changed)}, " if life.changed else ""
    return f"born {life.born}, {changes}{ended(life) if life.died else 'alive'}"


def check_row(row: Drawn, group: list[Life], x: dict[str, float], y: float, beyond: float) -> None:
    """Every mark of one kfunc at its release and on its line; `beyond` is where arrows end."""
    assert row.title == f"{group[0].kfunc}: {'; back again: '.join(map(told, group))}"
    wanted = Drawn()
    for life in group:
        end = x[life.died] if life.died else beyond
        wanted.lines.append((x[life.born], end, y, bool(life.died)))
        wanted.discs.append((x[life.born], y))
        wanted.diamonds += [(x[release], y) for release in life.changed]
        wanted.crosses += [(end, y)] * 2 if life.died else []
        wanted.heads += [] if life.died else [(end, y)]
    for name in ("discs", "diamonds", "crosses", "heads"):
        drawn, right = getattr(row, name), getattr(wanted, name)
        assert [tuple(map(near_to, place)) for place in right] == drawn, name
    assert [
        (near_to(a), near_to(b), near_to(at), dash) for a, b, at, dash in wanted.lines
    ] == row.lines
    steps = [
        [
            "line",
            "disc",
            *["diamond"] * len(life.changed),
            *(["cross"] * 2 if life.died else ["head"]),
        ]
        for life in group
    ]
    assert row.order == [step for life in steps for step in life]


def near_to(value: float) -> Any:
    return near(value, abs=0.011)


def check(lives: Lives, width: int, limit: int = 60, **how: Any) -> Picture:
    """The whole picture against the lives; returns it for what only some tests look at."""
    drawn = read(svg(lives, width, limit=limit, **how))
    shown = kfuncs(lives)[:limit]
    wide = width >= 760
    assert drawn.width == min(max(width, 240), 1600)
    x = places(drawn, lives.releases)
    beyond = x[lives.releases[-1]] + (20 if wide else 16)
    assert beyond < drawn.width
    assert [row.title.partition(":")[0] for row in drawn.rows] == [
        group[0].kfunc for group in shown
    ]
    step = 17 if wide else 40
    for nth, (row, group) in enumerate(zip(drawn.rows, shown, strict=True)):
        top = 44 + nth * step
        y = top + (8.5 if wide else 27)
        check_row(row, group, x, y, beyond)
        assert row.cover == (
            0,
            near(y - (8.5 if wide else 24)),
            drawn.width,
            near(y + (8.5 if wide else 16)),
        )
        assert row.halves <= {7 if wide else 5}
        check_words(row, group, y, drawn, x, wide=wide)
    foot = 44 + len(shown) * step
    assert {line[1:3] for line in drawn.grid} == {(40, foot)}
    check_axis(drawn, lives.releases, x, foot)
    check_under(drawn, lives, foot, len(kfuncs(lives)) - len(shown))
    return drawn


def check_words(
    row: Drawn, group: list[Life], y: float, drawn: Picture, x: dict[str, float], *, wide: bool
) -> None:
    """The name beside or over the line, and how each ended life ended, clear of all marks."""
    name, *ends = row.words
    assert name.whole == group[0].kfunc
    assert name.text == name.whole or name.text.endswith("…")
    over = [ended(life) for life in group if life.died]
    assert [word.text for word in ends] == (over if wide else [", ".join(over)] if over else [])
    for word in row.words:
        assert word.y == near(y + (4.5 if wide else -11), abs=0.011)
        assert word.size == 13
        assert word.mono
        assert word.right <= drawn.width + 0.01
    if not wide:
        assert name.left == 0
        assert all(word.right == near(drawn.width) for word in ends)
        assert name.right <= min([word.left for word in ends], default=drawn.width) + 0.01
        return
    assert name.left + 0.01 >= 0
    assert name.right == near(x[next(iter(x))] - 14, abs=0.011)
    dead = [life for life in group if life.died]
    for word, life in zip(ends, dead, strict=True):
        after, before = near_to(x[life.died] + 12), near_to(x[life.born] - 12)
        later = [
            x[other.born] for other in group if order_of(x, other.born) > order_of(x, life.born)
        ]
        room = min(later, default=drawn.width + 8) - 8 - x[life.died] - 12
        assert (
            word.left == after if word.right - word.left <= room + 0.011 else word.right == before
        )


def order_of(x: dict[str, float], release: str) -> int:
    return list(x).index(release)


def check_axis(drawn: Picture, releases: Sequence[str], x: dict[str, float], foot: float) -> None:
    """Labels stand under their grid lines, none touches another, and no more would fit."""
    labels = {word.text: word for word in drawn.words if word.text in x and word.y == foot + 18}
    for release, word in labels.items():
        middle = (word.left + word.right) / 2
        assert middle == near_to(x[release]) or word.left == 0 or word.right == near(drawn.width)
        assert word.left >= 0
        assert word.right <= drawn.width + 0.01
        assert (word.size, word.mono) == (13, True)
    boxes = sorted((word.left, word.right) for word in labels.values())
    assert all(b[0] - a[1] >= 6 - 0.01 for a, b in pairwise(boxes))
    assert releases[-1] in labels
    first = {releases[-1], releases[0], *(r for r in releases if r.endswith(".0"))}
    even = first | {r for r in releases if r[-1] in "02468"}
    for release in releases:
        if release in labels:
            continue
        rivals = first if release in first else even if release in even else set(releases)
        half = len(release) * 0.602 * 13 / 2
        left = min(max(x[release] - half, 0), drawn.width - 2 * half)
        assert any(
            word.text in rivals
            and left < word.right + 6 + 0.01
            and word.left < left + 2 * half + 6.01
            for word in labels.values()
        ), release
    for release, line in zip(releases, drawn.grid, strict=True):
        assert line[4] == (1.5 if release.endswith(".0") else 1)


def check_under(drawn: Picture, lives: Lives, foot: float, more: int) -> None:
    """Below the labels: how many more there are, then the notes, line by line to the foot."""
    under = [word for word in drawn.words if word.y > foot + 18]
    loud = [word for word in under if word.bold]
    assert [word.text for word in loud] == ([f"+{more} more, not drawn"] if more else [])
    said = " ".join(word.text for word in under[len(loud) :])
    assert said == " ".join(notes(lives))
    y = foot + 30
    for word in under:
        y += 18
        assert (word.left, word.y, word.size) == (0, y, 15 if word.bold else 13)
        assert word.right <= drawn.width
        y += 6 if word.bold else 0
    assert drawn.height == y + 12


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_marks_and_words_of_lives_by_hand(width: int) -> None:
    drawn = check(LIVES, width)
    assert [word.text for word in drawn.words if word.text in ORDER] or width == NARROW
    assert drawn.rows[0].title == "bpf_back: born 5.19, gone 6.1; back again: born 6.3, alive"
    assert [word.text for word in drawn.rows[2].words] == ["bpf_gone", "renamed 6.2"]


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize(
    "asked", [{}, {"file": "fs/"}, {"only": "gone"}, {"only": "changed"}, {"text": "scx_bpf"}]
)
def test_the_recorded_lives_as_they_were(asked: dict[str, Any], width: int) -> None:
    """Against lives read from rows and recorded events alone, in the order of birth."""
    found = evidence.lives(**asked)
    known = {
        (name, born): (died, changed, renamed) for name, born, died, changed, renamed in recorded()
    }
    for life in found.lives:
        assert known[life.kfunc, life.born] == life[2:]
    births = [min(order().index(life.born) for life in group) for group in kfuncs(found)]
    assert births == sorted(births)
    check(found, width, limit=500)


@pytest.mark.parametrize("width", [240, 300, 420, 421, 759, 760, 800, 1200, 1600])
def test_at_every_width(width: int) -> None:
    check(evidence.lives(only="gone"), width)


def test_a_width_out_of_range_is_drawn_at_the_nearest() -> None:
    assert check(LIVES, 100).width == 240
    assert check(LIVES, 3000).width == 1600


def test_names_get_the_room_they_need() -> None:
    short = read(svg(LIVES, WIDE))
    assert short.grid[0][0] == 120 + 16
    long = Lives((Life("bpf_" + "x" * 36, "6.0", "", (), renamed=False),), ORDER, 1)
    assert read(svg(long, WIDE)).grid[0][0] == round(40 * 0.602 * 13) + 16
    longest = Lives((Life("bpf_" + "x" * 76, "6.0", "", (), renamed=False),), ORDER, 1)
    cut = read(svg(longest, WIDE))
    assert cut.grid[0][0] == round(0.34 * WIDE) + 16
    assert cut.rows[0].words[0].text.endswith("…")
    assert cut.rows[0].words[0].whole == "bpf_" + "x" * 76
    assert (short.grid[-1][0], cut.grid[-1][0]) == (WIDE - 102, WIDE - 102)
    narrow = read(svg(longest, NARROW))
    assert (narrow.grid[0][0], narrow.grid[-1][0]) == (8, NARROW - 22)


@pytest.mark.parametrize("theme", ["light", "dark", "lab"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_shapes_and_colours_of_the_marks(theme: Any, width: int) -> None:
    ink = colours(theme)
    drawn = read(svg(LIVES, width, theme=theme))
    inks = {mark for row in [*drawn.rows, drawn.key] for mark in row.inks}
    assert inks == {
        ("disc", ink["ink"], None, "5"),
        ("line", None, ink["ink"], "2"),
        ("line", None, ink["bad-l"], "2.5"),
        ("diamond", ink["mount-t"], ink["mount-l"], "2.5"),
        ("cross", None, ink["bg"], "7"),
        ("cross", None, ink["bad-l"], "3.5"),
        ("head", "none", ink["ink"], "2"),
    }
    for row in drawn.rows:
        name, *ends = row.words
        assert name.fill == ink["ink"]
        assert all((word.fill, word.halo) == (ink["bad-l"], ink["bg"]) for word in ends)
        assert name.halo == (None if width == WIDE else ink["bg"])
    strong = [line[3] == ink["line"] for line in drawn.grid]
    assert strong == [release.endswith(".0") for release in ORDER]
    assert {line[3] for line in drawn.grid} == {ink["line"], ink["hair"]}
    fills = {word.fill for word in drawn.words if word.text in ORDER}
    assert fills == {ink["ink"]}
    more = read(svg(LIVES, width, theme=theme, limit=1)).words
    assert {word.fill for word in more if word.bold} == {ink["ink"]}
    assert {word.fill for word in more if not word.bold and word.text not in ORDER} == {
        ink["muted"]
    }


@pytest.mark.parametrize("width", [240, 260, 330, 331, 420, 421, WIDE])
def test_the_key_names_each_mark(width: int) -> None:
    key = read(svg(LIVES, width)).key
    words = {word.text: word for word in key.words}
    assert list(words) == ["born", "changed", "gone", "alive"]
    sample = {"born": key.discs, "changed": key.diamonds, "gone": key.crosses, "alive": key.heads}
    for name, marks in sample.items():
        reach = 9 if name == "alive" else 0
        ((x, y),) = set(marks)
        assert (x, y) == (near_to(words[name].left - 15 + reach), 14)
        assert words[name].y == 19
        assert words[name].fill == colours("light")["ink"]
        assert words[name].size == (14 if width > 330 else 12.5)
    at = words["alive"].left - 15
    assert key.lines == [(near_to(at - 8), near_to(at + 8), 14, False)]
    assert key.order == ["disc", "diamond", "cross", "cross", "line", "head"]
    assert key.halves == {7}
    gaps = [b.left - 15 - a.right for a, b in pairwise(words.values())]
    assert gaps == near([gaps[0]] * 3, abs=0.02)
    wanted = 28 if width > 420 else 20 if width > 300 else {240: 4, 260: 28 / 3}[width]
    assert gaps[0] == near(wanted, abs=0.02)
    assert words["born"].left == 23
    assert words["alive"].right <= width


def test_no_more_rows_than_the_limit_and_it_says_so() -> None:
    drawn = check(LIVES, WIDE, limit=3)
    assert len(drawn.rows) == 3
    picture = svg(LIVES, WIDE, limit=3)
    assert f"{sentence(LIVES)} Drawn: the first 3.</desc>" in picture
    whole = svg(LIVES, WIDE, limit=4)
    assert f"{sentence(LIVES)}</desc>" in whole
    assert f"{title(LIVES)}</title>" in whole
    assert len(check(evidence.lives(), WIDE).rows) == 60


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_filter_nobody_meets_is_said_in_the_picture(width: int) -> None:
    none = evidence.lives(text="nothing like it")
    drawn = read(svg(none, width))
    assert (drawn.grid, drawn.rows) == ([], [])
    first, *rest = drawn.words
    assert (first.text, first.bold, first.y, first.size) == (
        "No kfunc matches these filters.",
        True,
        62,
        15,
    )
    assert " ".join(word.text for word in rest) == " ".join(notes(none))
    assert rest[0].y == 62 + 18 + 6


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"limit": 0}, "limit is 0, must be 1 or more"),
        ({"limit": -1}, "limit is -1, must be 1 or more"),
        ({"theme": "pink"}, "theme is 'pink'"),
    ],
)
def test_refusals_name_what_would_be_right(how: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        svg(LIVES, **how)


def test_every_picture_has_an_id_of_its_own() -> None:
    other = Lives(LIVES.lives, ORDER, 9, counted="terms")
    asked: list[tuple[Lives, int, dict[str, Any]]] = [
        (LIVES, WIDE, {}), (other, WIDE, {}), (LIVES, 900, {}), (LIVES, WIDE, {"theme": "dark"}),
        (LIVES, WIDE, {"limit": 7}), (LIVES, WIDE, {"standalone": False}),
    ]  # fmt: skip
    ids = {ET.fromstring(svg(lives, width, **how)).get("id") for lives, width, how in asked}
    assert len(ids) == len(asked)
    assert all(str(name).startswith("lives-") for name in ids)
    assert svg(LIVES) == svg(LIVES, 1200, theme="light", limit=60, standalone=True)


def test_html_holds_sentence_picture_and_table() -> None:
    page = html(LIVES, 900)
    picture = svg(LIVES, 900, theme="lab", standalone=False)
    assert page == (
        f'<p class="kfv-say">{sentence(LIVES)}</p><div class="kfv-fig">{picture}</div>'
        + fold("The same lives as a table", table_html(LIVES))
    )
    assert "+3 more" in html(LIVES, limit=1)
    assert html(LIVES) == html(LIVES, 1200, theme="lab", limit=60)
    assert html(LIVES, theme="dark") != html(LIVES)
    assert colours("dark")["bad-l"] in html(LIVES, theme="dark")


def test_names_are_escaped() -> None:
    evil = '<script>"&'
    strange = Lives((Life(evil, "6.0", "", (), renamed=False),), ORDER, 1, text=evil)
    assert read(svg(strange)).rows[0].words[0].text == evil
    for page in (svg(strange), html(strange)):
        assert "<script>" not in page


@st.composite
def any_lives(draw: st.DrawFn) -> Lives:
    """One to eight kfuncs of one or two lives each over a long axis, with any marks."""
    releases = tuple(f"{major}.{minor}" for major in (5, 6, 7) for minor in range(11))
    out = []
    for nth in range(draw(st.integers(1, 8))):
        name = f"bpf_{nth}_" + draw(st.text("abc_", max_size=60))
        births = sorted(draw(st.sets(st.integers(0, 31), min_size=1, max_size=2)))
        for start, following in zip(births, [*births[1:], 33], strict=True):
            end = draw(st.integers(start + 1, min(following, 32)))
            lasting = following == 33 and draw(st.booleans())
            during = st.sets(st.integers(start, end - 1 if not lasting else 32), max_size=4)
            changed = tuple(releases[c] for c in sorted(draw(during)))
            died = "" if lasting else releases[end]
            out.append(
                Life(name, releases[start], died, changed, draw(st.booleans()) and bool(died))
            )
    return Lives(tuple(out), releases, len(out))


@settings(deadline=None, max_examples=40)
@given(any_lives(), st.integers(240, 1600))
def test_any_lives_at_any_width(lives: Lives, width: int) -> None:
    check(lives, width)


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_text_leaves_its_box(render_page: Page, theme: Any) -> None:
    shown = {
        only: evidence.lives(only=only, counted="terms") for only in ("all", "changed", "gone")
    }
    pictures = {
        f"{only} {width}": svg(lives, width, theme=theme, limit=30)
        for only, lives in shown.items()
        for width in (240, 300, 360, 520, 759, 760, 900, 1240)
    }
    assert measure(render_page, pictures, theme == "dark") == []
