# SPDX-License-Identifier: BSD-3-Clause
"""
Picture: the lives in view, all of them beside, and the curve
=============================================================

A press on a kfunc opens its page.  At most :data:`~.state.ROWS` kfuncs are drawn at once; in the
overview each is a thin line, and a press there turns to its page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kfuncviz.evidence.data.load import kfunc_releases, releases
from kfuncviz.evidence.history.lives import Life
from kfuncviz.evidence.history.record import names
from kfuncviz.evidence.idmap.lives import helper_lives, wrapper_lives
from kfuncviz.explorers.element import element, event, words
from kfuncviz.explorers.lifetimes.estimate import estimated, notes, said
from kfuncviz.explorers.lifetimes.state import ROWS, State, found, kfuncs, view
from kfuncviz.render.kit.markup import number, tag
from kfuncviz.render.kit.tokens import colours
from kfuncviz.render.lifetimes import curve
from kfuncviz.render.lifetimes.axis import Axis, axis_for
from kfuncviz.render.lifetimes.window import OVERVIEW, Kfunc, overview, window
from kfuncviz.render.lifetimes.words import sentence, told

#: From so many pixels on there is room for the overview.
OVERVIEW_FROM = 760
#: Between the window and the overview.
_GAP = 12
_WRAPPERS = "The four wrappers of July 2023, as each release would have had them written"
_CURVE = "Still as they were after n releases"
_HELPERS = "The idmapping’s own helpers"
_ASIDE = (
    "A wrapper’s mark is a changed prototype; its body would have been edited besides in the "
    "releases named. A helper that stands at 5.12 may be older; changed: its signature in "
    "substance. What happened between 6.15 and 6.18 stands at 6.18. No curve: too few, and those "
    "of 5.12 were not watched from birth. Source: data/history/idmap_api.csv.gz"
)


def axis(width: int) -> Axis:
    """The one axis of a screen: every release, and room for the longest name there is."""
    return axis_for(names(tests=False), releases(), width)


def _place(width: int) -> Axis:
    """The axis beside the overview, or of the whole width where there is no room for both."""
    return axis(width if width < OVERVIEW_FROM else width - OVERVIEW - _GAP)


def lives(state: State, width: int) -> str:
    """The window, and the overview where there is room."""
    place, ink, every = _place(width), colours("lab"), kfuncs(state)
    shown = [every[nth] for nth in view(state)]
    drawn, height = window(shown, ROWS, place, ink, lambda one, row: _row(state, one, row))
    picture = _svg(drawn, place.width, height, "lives of kfuncs, told by the table below")
    if width < OVERVIEW_FROM:
        return picture
    tall = ROWS * place.step
    whole = overview(every, view(state), kfunc_releases(), tall, ink) + _turns(len(every), tall)
    aside = tag("svg", whole, viewBox=f"0 0 {OVERVIEW} {number(tall)}", width=OVERVIEW, height=tall,
                aria_hidden="true", style=f"margin-top:{place.top}px")  # fmt: skip
    return element("div", picture + aside, class_="kfv-both")


def _svg(body: str, width: float, height: float, label: str) -> str:
    return tag("svg", body, viewBox=f"-2 0 {number(width + 4)} {number(height)}", width=width + 4,
               height=height, role="group", aria_label=label)  # fmt: skip


def _row(state: State, lives: Kfunc, row: str) -> str:
    """A row that opens the kfunc's page."""
    name = lives[0].kfunc
    return element(
        "g", row, role="button", tabindex="0", data_key=f"kfunc-{name}",
        data_event=event("select", name), aria_label=f"{name}: {told(lives)}",
        aria_pressed="true" if name == state.kfunc else "false", class_="kfunc",
    )  # fmt: skip


def _turns(many: int, tall: float) -> str:
    """Over the overview, what turns to each page."""
    return "".join(
        element("rect", "", x="0", y=number(tall * first / many), width=OVERVIEW,
                height=number(tall * min(ROWS, many - first) / many), fill="none",
                pointer_events="all", data_event=event("set", "page", str(first // ROWS)))
        for first in range(0, many, ROWS)
    )  # fmt: skip


def say(state: State) -> str:
    """How many there are and what became of them, and the curve in one sentence."""
    return element("p", words(sentence(found(state))))


def survival(state: State, width: int) -> str:
    """The curve, read out at an age, with what must be known of it."""
    answer = estimated(state)
    told_notes = "".join(element("li", words(note)) for note in notes(state))
    under = element("ul", told_notes, class_="kfv-small kfv-notes")
    if answer is None:
        return element("p", words(said(state))) + under
    age, last = answer.at(state.age), len(answer.points) - 1
    slider = element(
        "input", type="range", min="0", max=last, step="1", value=age,
        data_key="age", data_event=event("set", "age", "$value"), aria_label="releases after birth",
        aria_valuetext=f"{age} releases",
    )  # fmt: skip
    read = element("label", f"read out at {slider} {age}", class_="kfv-kernel")
    picture = curve.svg(
        answer.points, answer.files, width, title=_CURVE,
        desc=said(state), at=age, theme="lab", standalone=False,
    )  # fmt: skip
    return (
        element("h4", _CURVE)
        + element("div", picture, class_="kfv-fig")
        + element("div", element("p", words(said(state))) + read, class_="kfv-read") + under
    )  # fmt: skip


def beside(state: State, width: int) -> str:
    """The wrappers and the helpers on the same axis; nothing while they are folded away."""
    if not state.beside:
        return ""
    place, ink = _place(width), colours("lab")
    edits = dict(wrapper_lives())
    out = []
    for title, shown in ((_WRAPPERS, [*edits]), (_HELPERS, [*helper_lives()])):
        rows = [(life,) for life in shown]
        drawn, height = window(rows, len(rows), place, ink, lambda one, row: _told(one, row, edits))
        out.append(element("h4", words(title)) + _svg(drawn, place.width, height, title))
    bodies = "; ".join(f"{life.kfunc} {', '.join(when) or 'never'}" for life, when in edits.items())
    lines = element("p", words(f"Bodies edited: {bodies}."), class_="kfv-small")
    return out[0] + lines + out[1] + element("p", words(_ASIDE), class_="kfv-small")


def _told(lives: Kfunc, row: str, edits: Mapping[Life, Sequence[str]]) -> str:
    """A row told in words to whoever cannot see it."""
    life = lives[0]
    told_ = told(lives) + (f"; body edited {', '.join(edits[life])}" if edits.get(life) else "")
    return element("g", row, role="img", aria_label=f"{life.kfunc}: {told_}")
