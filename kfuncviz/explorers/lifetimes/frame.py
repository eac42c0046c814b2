# SPDX-License-Identifier: BSD-3-Clause
"""
Frame: what a state of the lifetimes explorer looks like
========================================================

Regions in the order of the page: ``ask``, ``controls``, ``say``, ``lives``, ``record``,
``definition``, ``survival``, ``beside``, ``folds`` and ``token``.
"""

from __future__ import annotations

from dataclasses import replace

from kfuncviz.evidence.data.load import releases
from kfuncviz.evidence.history.record import kfunc_history
from kfuncviz.explorers import around
from kfuncviz.explorers.element import event, switch
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.lifetimes import picture
from kfuncviz.explorers.lifetimes.controls import controls, definition, pager
from kfuncviz.explorers.lifetimes.estimate import estimated, notes, said
from kfuncviz.explorers.lifetimes.record import record
from kfuncviz.explorers.lifetimes.state import State, found, kfuncs, view
from kfuncviz.render import lifetimes as render
from kfuncviz.render.kit.frame import clamp
from kfuncviz.render.kit.plain import plain, wrap
from kfuncviz.render.lifetimes import curve
from kfuncviz.render.lifetimes.words import told

_QUESTION = "How long do kfuncs live, and what changes?"
_ASKED = (
    "One line a kfunc, from the release that brought it to the release that dropped it. Press one "
    "for its page. What counts as a change is for you to say: marks and curve follow."
)


def frame(state: State, width: int = 960) -> Frame:
    """What a state looks like, drawn ``width`` pixels wide."""
    drawn = clamp(width)
    lives = found(state)
    sentence = f"{render.sentence(lives)} {said(state)}"
    table = render.table(lives)
    text = _text(state)
    regions = {
        "ask": around.asked(_QUESTION, _ASKED),
        "controls": controls(state),
        "say": picture.say(state),
        "lives": pager(state) + picture.lives(state, drawn),
        "record": record(state, drawn),
        "definition": definition(state),
        "survival": picture.survival(state, drawn),
        "beside": _beside(state) + picture.beside(state, drawn),
        "folds": around.folds(
            {
                "table": ("Table", lambda: render.table_html(lives)),
                "mail": ("Text for a mail", lambda: around.copied(text, "mail")),
                "save": ("Save", lambda: around.saving("lifetimes", _note(), draw(state, 844))),
            },
            state.folds,
        ),
    }  # fmt: skip
    dressed = around.dressed("lifetimes", state, regions, drawn, "kfv-lifetimes")
    return Frame(dressed, sentence, table, text)


def _beside(state: State) -> str:
    told_ = "the idmapping’s helpers and the four wrappers, on the same axis"
    return switch("beside: idmap helpers, the four wrappers", told_,
                  event("set", "beside", not state.beside), on=state.beside, idle=False,
                  key="beside")  # fmt: skip


def _note() -> str:
    return f"kfuncviz, data to Linux {releases()[-1]}"


def _text(state: State) -> str:
    """For a mail: what is counted, the kfuncs in view, and the page that is open; 72 columns."""
    lives, every = found(state), kfuncs(state)
    lines = [render.title(lives), render.sentence(lives), "", said(state), *notes(state), ""]
    lines += [f"{every[nth][0].kfunc}: {told(every[nth])}" for nth in view(state)]
    if len(every) > len(view(state)):
        lines.append(f"in view: {len(view(state))} of {len(every)} kfuncs")
    told_ = [part for line in lines for part in wrap(plain(line), 72, then="    ") or [""]]
    if state.kfunc:
        told_ += ["", *render.kfunc_text(kfunc_history(state.kfunc), 72).splitlines()]
    return "\n".join(told_)


def draw(state: State, width: int = 960) -> str:
    """The static picture of a state: the lives in view, and the curve."""
    every = kfuncs(state)
    shown = [life for nth in view(state) for life in every[nth]]
    lives = render.svg(
        replace(found(state), lives=tuple(shown)), width, theme="lab", standalone=False
    )
    answer = estimated(state)
    if answer is None:
        return lives
    return lives + curve.svg(
        answer.points, answer.files, width, title="Still as they were after n releases",
        desc=said(state), at=answer.at(state.age), theme="lab", standalone=False,
    )  # fmt: skip
