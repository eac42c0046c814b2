# SPDX-License-Identifier: BSD-3-Clause
"""Whatever comes from outside is handed back whole, or refused in one short printable line."""

from __future__ import annotations

import re
from typing import Any

import pytest

from kfuncviz.explorers import outside
from kfuncviz.explorers.engine.registry import EXPLORERS, explorer

DEEP: list[Any] = []
for _ in range(5000):
    DEEP = [DEEP]
HOSTILE = (
    *(None, True, 7, 10**400, 1.5, float("nan"), b"\x1b", "", "\x1b[2J\n\u202e\u2028", "x" * 10**6),
    *(DEEP, [["\x1b" * 99] * 9] * 9, {"\x1b" * 99: "a", "b": {"c": "\x07" * 99}}, {7: 7}, object()),
)


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_every_refusal_is_one_short_printable_line(value: Any) -> None:
    refused = []
    for check in (
        lambda: outside.known("step", value, ("first", "back\x1b")),
        lambda: outside.flag("open", value),
        lambda: outside.mapping("an event", value, ("type",)),
        lambda: outside.text("id", value),
    ):
        try:
            assert check() is value
        except ValueError as error:
            refused.append(str(error))
    assert len(refused) >= 3
    assert all(told.isprintable() and len(told) < 120 for told in refused)


def test_a_value_is_shown_in_sixty_characters() -> None:
    whole = "a" * 28
    assert outside.shown([whole, "b" * 24]) == repr([whole, "b" * 24])
    assert len(repr([whole, "b" * 24])) == 60
    assert outside.shown([whole, "b" * 25]) == repr([whole, "b" * 25])[:57] + "..."


def test_a_word_is_known_or_the_known_ones_are_listed() -> None:
    assert outside.known("step", "next", iter(("back", "next"))) == "next"
    with pytest.raises(ValueError) as error:
        outside.known("step", "nxet", iter(("back", "next")))
    assert str(error.value) == "'nxet' is no step, did you mean 'next'? There is: back, next"
    with pytest.raises(ValueError, match=r"^7 is no step; there is: a, b$"):
        outside.known("step", 7, ("a", "b"))


@pytest.mark.parametrize(
    ("value", "words", "said"),
    [
        (3, ("1", "3"), "step is a text, '3', not the number 3"),
        (True, ("True",), "True is no step; there is: True"),
        ("x", (), "'x' is no step; there is none"),
        ("x", ("", "a"), "'x' is no step; there is: '', a"),
    ],
)
def test_no_refusal_contradicts_itself_or_lists_nothing(
    value: Any, words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        outside.known("step", value, words)


@pytest.mark.parametrize(("count", "end"), [(12, "w11"), (13, "w11, ...")])
def test_twelve_words_are_listed(count: int, end: str) -> None:
    with pytest.raises(ValueError) as error:
        outside.known("word", "?", [f"w{n}" for n in range(count)])
    assert str(error.value).endswith(f"w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, {end}")


def test_a_text_is_a_bounded_string_of_whole_characters() -> None:
    longest = "a" * 65536
    assert outside.text("id", longest) is longest
    with pytest.raises(ValueError, match=r"^id has 65537 characters; 65536 is the most$"):
        outside.text("id", longest + "a")
    for half in ("a\ud800", "\udfff"):
        with pytest.raises(ValueError, match=r"^id holds half a character"):
            outside.text("id", half)
    assert outside.text("id", "\ud7ff\ue000\U0010ffff")
    with pytest.raises(ValueError, match=r"^id is a text, not b'7'$"):
        outside.text("id", b"7")


def test_a_flag_is_a_truth_value_and_nothing_like_one() -> None:
    assert outside.flag("open", True) is True
    assert outside.flag("open", False) is False
    for like in (1, 0, "true", None, []):
        with pytest.raises(ValueError, match=r"^open is true or false, not "):
            outside.flag("open", like)


def test_an_object_has_the_known_keys_only() -> None:
    assert outside.mapping("an event", {"a": 1}, ("a", "b")) == {"a": 1}
    with pytest.raises(ValueError, match=r"^'c' is no part of an event; there is: a, b$"):
        outside.mapping("an event", {"a": 1, "c": 2}, ("a", "b"))
    with pytest.raises(ValueError, match=r"^an event is an object, not \[\]$"):
        outside.mapping("an event", [], ("a",))


#: Those of the course are asked by their own tests.
@pytest.mark.parametrize("name", [n for n, room in EXPLORERS.items() if ".explorers." in room])
def test_what_is_no_event_and_no_state_is_explained(name: str) -> None:
    module = explorer(name)
    misspelt = "'typ' is no part of an event, did you mean 'type'? There is: type, target, value"
    for sent, told in ((5, "an event is an object, not 5"), ({"typ": 1}, misspelt)):
        with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
            module.update(module.State(), sent)
    with pytest.raises(ValueError, match=r"^'zz' is no (kind of )?event; there is: "):
        module.update(module.State(), {"type": "zz"})
    with pytest.raises(ValueError, match=r"^a state is an object, not 5$"):
        module.from_json(5)
