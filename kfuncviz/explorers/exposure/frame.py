# SPDX-License-Identifier: BSD-3-Clause
"""
Frame: what a state of the exposure explorer looks like
=======================================================

Regions in the order of the page: ``ask``, ``controls``, ``say``, ``matrix``, ``paid``, ``folds``
and ``token``.
"""

from __future__ import annotations

from kfuncviz.evidence.data.load import releases
from kfuncviz.explorers import around
from kfuncviz.explorers.element import element, event, group, pressed, switch, words
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.exposure.matrix import matrix
from kfuncviz.explorers.exposure.paid import paid
from kfuncviz.explorers.exposure.state import (
    NOTHING,
    State,
    covered,
    guesses,
    right,
    rows,
    span,
    stops,
    ways,
)
from kfuncviz.kfuncs.contracts import cells, change, consequence, exposure
from kfuncviz.render import exposure as render
from kfuncviz.render.exposure.cells import heading
from kfuncviz.render.kit.frame import clamp
from kfuncviz.render.kit.tabular import table_html

_QUESTION = "Who pays when the inside changes?"
_ASKED = (
    "Each row is a change that happened, each column a way to expose the thing that changed: had "
    "it been exposed this way, what would have followed? Cells, rows and columns open when pressed."
)
_ABOUT = {"inside": "idmap’s inside", "elsewhere": "elsewhere", "both": "both"}


def frame(state: State, width: int = 960) -> Frame:
    """What a state looks like, drawn ``width`` pixels wide."""
    ids = [found.id for found in rows(state)]
    waiting = covered(state)
    sentence = said(state)
    table = render.table(ids, covered=waiting)
    text = _text(state, ids)
    regions = {
        "ask": around.asked(_QUESTION, _ASKED),
        "controls": _controls(state),
        "say": element("p", words(_counted(state))),
        "matrix": matrix(state, width),
        "paid": paid(state, width),
        "folds": around.folds(
            {
                "table": ("Table", lambda: table_html(table, "the outcome of every cell")
                          if table else element("p", "no change")),
                "mail": ("Text for a mail", lambda: around.copied(text, "mail")),
                "save": ("Save", lambda: around.saving("exposure", "", "")),
            },
            state.folds,
        ),
    }  # fmt: skip
    dressed = around.dressed("exposure", state, regions, clamp(width), "kfv-exposure")
    return Frame(dressed, sentence, table, text)


def said(state: State) -> str:
    """What a screen reader is told: what is open, else what is counted."""
    event_id, way = state.change, state.exposure
    if (event_id, way) in covered(state):
        return f"{heading(consequence(way, event_id))}: what would have followed?"
    if event_id and way:
        cell = consequence(way, event_id)
        return f"{heading(cell)}: {cell.outcome}, for {cell.why}."
    if event_id:
        happened = change(event_id)
        return f"{happened.release}, {happened.title}: {happened.what}"
    if way:
        found = exposure(way)
        return f"{found.title}: {found.who} may change it; notice owed: {found.notice}."
    return _counted(state)


def _counted(state: State) -> str:
    """How many cells end in which outcome, or how far the predicting is."""
    if not rows(state):
        return NOTHING
    if state.predict:
        n = len(rows(state)) * len(ways())
        done, hits = len(guesses(state)), right(cells(), state)
        return (
            f"Predict: press a covered cell. {n - len(covered(state))} of {n} on screen are open; "
            f"{done} guessed, {hits} right."
        )
    return f"{render.sentence([found.id for found in rows(state)])}{_written(state)}"


def _written(state: State) -> str:
    """For which release the code outside was written, and on which it runs."""
    if not state.since and not state.until:
        return ""
    written = f"written for {state.since}" if state.since else "written before 5.12"
    return f" Code {written}, run on {state.until or releases()[-1]}."


def _controls(state: State) -> str:
    about = group(
        "which changes",
        [
            pressed(label, f"about-{name}", event("set", "about", name), on=name == state.about)
            for name, label in _ABOUT.items()
        ],
    )
    predict = switch("predict", "predict each cell before it opens",
                     event("set", "predict", not state.predict), on=state.predict, idle=False,
                     key="predict")  # fmt: skip
    return about + _slider(state, "since") + _slider(state, "until") + predict


def _slider(state: State, name: str) -> str:
    first, last = span(state)
    most = len(stops()) - 1
    if name == "since":
        label, at, told, least, top = "written for", first, state.since or "any", 0, most - 1
    else:
        label, at, told, least, top = "runs on", last, stops()[last], 1, most
    field = element(
        "input", type="range", min=least, max=top, step="1", value=at,
        data_key=name, data_event=event("stop", name, "$value"), aria_label=f"{label}, release",
        aria_valuetext=told,
    )  # fmt: skip
    return element("span", f"{label} {field}{element('output', words(told))}", class_="kfv-kernel")


def _text(state: State, ids: list[str]) -> str:
    """For a mail: what is open, or the matrix."""
    waiting = covered(state)
    if state.change and state.exposure and (state.change, state.exposure) not in waiting:
        return render.cell_text(consequence(state.exposure, state.change))
    return render.text(ids, covered=waiting)


def draw(state: State, width: int = 960) -> str:
    """The static matrix of a state, whose cells open by themselves; covered cells are left out."""
    ids = [found.id for found in rows(state)]
    if covered(state):
        return element(
            "p", "Cells wait for a guess; a picture without controls shows none of them."
        )
    return render.html(ids, form="wide" if width >= 860 else "narrow")
