# SPDX-License-Identifier: BSD-3-Clause
"""One element of HTML: its body, its attributes, and what is left out of it."""

from __future__ import annotations

import pytest

from kfuncviz.explorers.element import element


def test_an_element_without_a_body_is_empty_and_an_input_has_none() -> None:
    assert element("p") == "<p></p>"
    assert element("input", type="text") == '<input type="text">'


@pytest.mark.parametrize(
    ("value", "written"),
    [(None, ""), (False, ""), (True, " data-x"), ("", ' data-x=""'), (0, ' data-x="0"'),
     ({"b": [1, None]}, ' data-x="{&quot;b&quot;:[1,null]}"')],
)  # fmt: skip
def test_an_attribute_is_written_as_what_it_is(value: object, written: str) -> None:
    assert element("i", "&amp;", data_x=value) == f"<i{written}>&amp;</i>"
    assert element("label", for_="f") == '<label for="f"></label>'
