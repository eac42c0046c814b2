# SPDX-License-Identifier: BSD-3-Clause
"""
Choose: the buttons that lead from one thing to another
=======================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kfuncviz.explorers.element import button, element, event, words
from kfuncviz.explorers.thread.state import State, choosable
from kfuncviz.kfuncs.thread import argument_map
from kfuncviz.render.thread.words import cited


def choose(state: State, selection: str, key: str, label: str = "") -> str:
    """A button that chooses a mail, a claim or a fact, or lets it go again.

    What no open map shows is named without a button.
    """
    named = label or selection.partition(" ")[2]
    if not choosable(state, selection):
        return element("span", words(named), class_="kfv-named")
    on = selection == state.selection
    return button(
        words(named), key, class_="kfv-choose", data_event=event("select", "" if on else selection),
        aria_pressed="true" if on else "false", aria_label=selection,
    )  # fmt: skip


def joined(*told: str) -> str:
    """Pieces of HTML in one line, with dots between; what is empty is left out."""
    return " \N{MIDDLE DOT} ".join(filter(None, told))


def claims(state: State, names: Iterable[str], key: str) -> str:
    """Buttons for claims; those of maps that are not open are only counted."""
    the_map = argument_map()
    shown, hidden = list[str](), dict[str, int]()
    for name in names:
        topic = the_map.claims[name].question
        if topic in state.opened:
            shown.append(choose(state, f"claim {name}", f"{key}-{name}"))
        else:
            hidden[topic] = hidden.get(topic, 0) + 1
    counted = (f"{number} under {topic.capitalize()}" for topic, number in hidden.items())
    return ", ".join([*shown, *map(words, counted)])


def mails(state: State, numbers: Sequence[int], key: str) -> str:
    """Mails by their numbers, each a button."""
    word = cited(numbers).partition(" ")[0]
    each = (choose(state, f"message {n}", f"{key}-{n}") for n in numbers)
    return f"{word} {', '.join(each)}"
