# SPDX-License-Identifier: BSD-3-Clause
"""
Own: what the reader makes of a question, before its map and after
==================================================================
"""

from __future__ import annotations

from kfuncviz.explorers.element import button, element, event, exact, group, pressed, words
from kfuncviz.explorers.thread.state import STANCES, TOPICS, WORDS_MAX, State, ready

#: What each text is.
ASKED = {
    "for": "In favour of the kfuncs, at its strongest",
    "against": "Against the kfuncs, at its strongest",
    "after": "What I hold now, and what would change it",
}
_FIRST = (
    "First your own: write both sides as strongly as each would put it, or say which weighs more. "
    "Then the map of this question opens."
)


def own(state: State) -> str:
    """The question, and the reader's own words and weight."""
    topic = state.topic
    body = _after(state, topic) if topic in state.opened else _before(state, topic)
    return element("h3", words(TOPICS[topic])) + body


def _before(state: State, topic: str) -> str:
    waits = not ready(state, topic)
    show = button(
        "Show the map", "open", data_event=event("open", topic), class_="kfv-primary",
        aria_disabled="true" if waits else None,
    )  # fmt: skip
    sides = "".join(_text(state, topic, side) for side in ("for", "against"))
    weighed = _stance(state, topic, "before", "Which side weighs more here, for you?")
    return (
        element("p", words(_FIRST), class_="kfv-small")
        + element("div", sides, class_="kfv-both-sides")
        + element("div", weighed + show, class_="kfv-weighed")
    )


def _after(state: State, topic: str) -> str:
    said, stood = dict(state.written), dict(state.stances)
    told = "".join(
        element("div", f"<b>{words(ASKED[side])}</b><p>{lines(said[f'{topic}.{side}'])}</p>")
        for side in ("for", "against") if f"{topic}.{side}" in said
    )  # fmt: skip
    before = stood.get(f"{topic}.before")
    if before:
        told += element("div", f"<b>Before the map</b><p>{words(STANCES[before])}</p>")
    weighed = _stance(state, topic, "after", "And now?")
    return (
        element("div", told, class_="kfv-own-words")
        + element("div", weighed, class_="kfv-weighed")
        + _text(state, topic, "after")
    )


def _text(state: State, topic: str, part: str) -> str:
    target = f"{topic}.{part}"
    field = element(
        "textarea", exact(dict(state.written).get(target, "")), data_key=f"text-{target}",
        data_event=event("typed", target, "$value"), rows="4", maxlength=WORDS_MAX,
    )  # fmt: skip
    return element("label", f"<b>{words(ASKED[part])}</b>{field}", class_="kfv-text")


def _stance(state: State, topic: str, time: str, asked: str) -> str:
    target = f"{topic}.{time}"
    chosen = dict(state.stances).get(target)
    buttons = (
        pressed(said, f"stance-{target}-{name.replace(' ', '-')}",
                event("weigh", target, None if name == chosen else name), on=name == chosen)
        for name, said in STANCES.items()
    )  # fmt: skip
    return element("span", words(asked)) + group(asked, buttons)


def lines(text: str) -> str:
    """The reader's words as HTML, with their line breaks."""
    return "<br>".join(words(line) for line in text.rstrip("\n").split("\n"))
