# SPDX-License-Identifier: BSD-3-Clause
"""What may differ between two drawings of a run, and what must not."""

from __future__ import annotations

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.explorers.engine.moving import blank, filled, marked, slots, steady, words


def draw(id: int) -> str:
    """A page with an id in every kind of place a number may move in."""
    said = escape(f'"{id}" & <{id + 5}>')
    return (
        f'<svg id="own-{id:012x}"><style>#own-{id:012x}{{fill:red}}</style><desc>uid {id}</desc>'
        f'<text x="3" data-id="{id}">{id}</text></svg><b title="{said}">k{id - 3} of 9</b>'
        f'<input value="{id}" aria-label="uid {id}"/> 1000 {id + 1000}'
    )


def test_every_number_that_moves_is_marked_and_nothing_else() -> None:
    html = marked(draw(10), draw(60), 10, 60)
    assert html is not None
    assert slots(html) == {"+0": 0, "-3": -3, "+5": 5, "+1000": 1000}
    assert "<desc>uid <tspan data-slot" in html
    assert 'k<span data-slot="-3">7</span> of 9</b>' in html
    assert ' 1000 <span data-slot="+1000">1010</span>' in html
    assert '<svg id="own-00000000000a"><style>#own-00000000000a{fill:red}</style>' in html
    assert words("<b>a</b> &lt;") == "a <"


@given(st.integers(10, 99), st.integers(10, 98), st.integers(1, 20))
def test_slots_filled_are_the_drawing_of_another_id(id: int, first: int, by: int) -> None:
    one, two = (marked(draw(n), draw(n + by), n, n + by) for n in (first, id))
    assert one is not None
    assert filled(one, first) == one
    assert filled(one, id).replace(f"{first:012x}", f"{id:012x}") == two


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("<b>5</b>", "<i>5</i>"),
        ("<b>5</b>", "<b>5</b><i>"),
        ("5 rows", "7 row"),
        ("5", "8"),
        ("5", "3"),
        ("05", "07"),
        ("5", "07"),
        ("5" * 5000, "7" * 5000),
        ("uid x", "uid y"),
        ('<b class="c5">', '<b class="c7">'),
        ('<rect x="5"/>', '<rect x="7"/>'),
        ('<b title="5 a">', '<b title="7 b">'),
        ('<b title="5">', '<b value="7">'),
        ("<textarea>5</textarea>", "<textarea>7</textarea>"),
        ("<option>5</option>", "<option>7</option>"),
        ("<script>5</script>", "<script>7</script>"),
        ("<style>5</style>", "<style>7</style>"),
        ("file-00000000000a", "file-00000000000b"),
    ],
)
def test_whatever_else_differs_is_no_run(one: str, two: str) -> None:
    assert marked(one, two, 5, 7) is None


@pytest.mark.parametrize(
    ("one", "two", "first", "last", "slots_"),
    [
        ("4294967290", "4294967294", 4294967290, 4294967294, {"+0": 0}),
        ("9999999995", "9999999997", 5, 7, {"+9999999990": 9999999990}),
        ("10", "12", 4294967290, 4294967292, {"-4294967280": -4294967280}),
    ],
)
def test_numbers_of_ten_digits_move(
    one: str, two: str, first: int, last: int, slots_: dict[str, int]
) -> None:
    html = marked(f"uid {one}", f"uid {two}", first, last)
    assert html is not None
    assert (slots(html), words(html)) == (slots_, f"uid {one}")
    assert words(filled(html, last)) == f"uid {two}"
    assert marked("10000000005", "10000000007", 5, 7) is None


def test_of_an_attribute_the_moving_texts_stand_beside_it() -> None:
    html = marked('<b title="&quot;5&quot;\N{SNOWMAN} of 6"/>',
                  '<b title="&quot;7&quot;\N{SNOWMAN} of 6"/>', 5, 7)  # fmt: skip
    said = escape('{"title":["\\"","+0","\\"\N{SNOWMAN} of 6"]}')
    assert html == f'<b title="&quot;5&quot;\N{SNOWMAN} of 6" data-moving="{said}"/>'
    assert slots(html) == {"+0": 0}
    assert blank(html) == html.replace("&quot;5&quot;", "&quot;0&quot;")
    two = marked('<b title="5" data-a="x5" value="9">', '<b title="7" data-a="x7" value="9">', 5, 7)
    assert two is not None
    assert filled(two, 8).startswith('<b title="8" data-a="x8" value="9" data-moving=')


def test_only_a_pictures_own_parts_lose_their_hash() -> None:
    text = "own-0123456789ab<b>own-0123456789ab</b><style>#own-0123456789ab{}</style>"
    assert steady(text) == text.replace("#own-0123456789ab", "#own")
    assert steady('<a href="#own-0123456789ab"/>') == '<a href="#own"/>'


def test_zero_moves_too() -> None:
    assert marked("0", "2", 0, 2) == '<span data-slot="+0">0</span>'
