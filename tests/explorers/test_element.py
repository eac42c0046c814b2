# SPDX-License-Identifier: BSD-3-Clause
"""One element of HTML: its body, its attributes, and what is left out of it."""

from __future__ import annotations

import pytest

from kfuncviz.explorers import element as e
from kfuncviz.explorers.element import element, event


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


SENT = event("set", "kind", "uid")
SENDS = (
    'data-event="{&quot;type&quot;:&quot;set&quot;,&quot;target&quot;:&quot;kind&quot;,'
    '&quot;value&quot;:&quot;uid&quot;}"'
)


def test_an_event_is_what_the_front_end_takes() -> None:
    assert SENT == {"type": "set", "target": "kind", "value": "uid"}
    assert event("step", "next") == {"type": "step", "target": "next", "value": None}


def test_a_control_says_what_it_is_what_it_sends_and_whether_it_is_on() -> None:
    assert e.button("<b>x</b>", "k", title="t") == (
        '<button type="button" data-key="k" title="t"><b>x</b></button>'
    )
    for on, state in ((True, "true"), (False, "false")):
        assert e.pressed("a&b", "k", SENT, on=on) == (
            f'<button type="button" data-key="k" {SENDS} aria-pressed="{state}">'
            '<span data-text="a&amp;b">a&amp;b</span></button>'
        )
        assert e.switch("a&b", "whole", SENT, on=on, idle=not on, key="k") == (
            '<button type="button" data-key="k" class="kfv-switch" role="switch" '
            f'aria-checked="{state}" aria-label="whole" {SENDS}'
            + ("" if on else ' aria-disabled="true"')
            + "><i></i><b>a&amp;b</b></button>"
        )
    assert e.group("which", (each for each in "ab")) == (
        '<div class="kfv-seg" role="group" aria-label="which">ab</div>'
    )
    listed = e.options({"a": "<A>", "b": "B"}, "b")
    assert listed == '<option value="a">&lt;A&gt;</option><option value="b" selected>B</option>'
    assert e.chooser("which", "k", SENT, listed) == (
        f'<select data-key="k" {SENDS} aria-label="which">{listed}</select>'
    )


def test_what_is_read_back_keeps_every_character() -> None:
    assert e.words("a<b\u202e") == "a&lt;b"
    assert e.exact('a<"\u202e\n') == "a&lt;&quot;&#8238;&#10;"
    assert e.exact("\N{SNOWMAN}") == "\N{SNOWMAN}"
    assert element("i", data_x="\N{SNOWMAN}\n") == '<i data-x="\N{SNOWMAN}&#10;"></i>'
    assert element("i", data_x=["\N{SNOWMAN}"]) == '<i data-x="[&quot;\N{SNOWMAN}&quot;]"></i>'
