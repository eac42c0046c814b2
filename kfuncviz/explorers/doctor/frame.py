# SPDX-License-Identifier: BSD-3-Clause
"""
Frame: the doctor's screen
==========================

A paste box with its question, how it was read, the way hop by hop, the finding, the cards, and what
opens under them.
"""

from __future__ import annotations

from collections.abc import Iterator

from kfuncviz import render
from kfuncviz.diagnosis import Repair
from kfuncviz.explorers import around
from kfuncviz.explorers.doctor import cards
from kfuncviz.explorers.doctor.cases import Case, case, trouble_of, ways
from kfuncviz.explorers.doctor.chain import chain, compared
from kfuncviz.explorers.doctor.echo import read_as
from kfuncviz.explorers.doctor.examples import EXAMPLES
from kfuncviz.explorers.doctor.state import QUESTION_MAX, TEXT_MAX, State
from kfuncviz.explorers.element import button, chooser, element, event, exact, options, words
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.render.kit.frame import clamp
from kfuncviz.render.kit.plain import plain, wrap
from kfuncviz.render.ownership.marks import to_text

_WHAT = (
    "Lines of /etc/subuid, flags of a run, options of a mount, ls -ln, the text of an error: "
    "several at once, in any order."
)
_OWN = "your own text"


def frame(state: State, width: int = 960) -> Frame:
    """What a state looks like, drawn ``width`` pixels wide."""
    drawn = clamp(width)
    here = case(state)
    repair = _chosen(state, here)
    picture = chain(compared(here, repair), drawn, compare=repair is not None)
    regions = {
        "paste": _paste(state, here),
        "chain": picture,
        "finding": cards.finding(here),
        "cards": cards.repairs(state, here) + cards.no_help(here) + cards.conditions(here),
        "asides": cards.asides(here.shown),
        "folds": _folds(state, here),
    }
    dressed = around.dressed("doctor", state, regions, drawn, "kfv-doctor")
    answers = here.shown.answers if here.shown else None
    table = [row for _, o in ways(answers) for row in render.table(o)]
    return Frame(dressed, to_text(cards.said(here)), table, mail(here))


def draw(state: State, width: int = 960) -> str:
    """The static picture of a state: the way, the finding, and the repairs as text."""
    here = case(state)
    both = compared(here, _chosen(state, here))
    repairs = here.shown.repairs if here.shown else ()
    texts = "".join(element("pre", exact(each.text)) for each in repairs)
    body = chain(both, clamp(width), compare=False) + texts
    return element("div", body, class_="kfv-own kfv-doctor")


def mail(here: Case) -> str:
    """The answer in lines of at most 72 columns, in ASCII."""
    if here.shown is None:
        return "\n".join(wrap(plain(here.trouble), 72)) + "\n"
    return "\n".join(_narrow(str(here.shown))) + "\n"


def _narrow(text: str) -> Iterator[str]:
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()))
        shown = plain(line.strip())
        if shown.startswith("kfv1."):
            wide = 72 - len(indent)
            yield from (indent + shown[at : at + wide] for at in range(0, len(shown), wide))
        else:
            yield from wrap(shown, 72, first=indent, then=f"{indent}  ", hyphens=False) or [""]


def _chosen(state: State, here: Case) -> Repair | None:
    repairs = here.shown.repairs if here.shown else ()
    number = state.repair
    return repairs[number] if number is not None and number < len(repairs) else None


# ------------------------------------------------------------------------------ paste


def _paste(state: State, here: Case) -> str:
    title = element("b", "Doctor: whose is it, and what goes wrong?")
    head = element("div", title + around.tools(), class_="kfv-doctor-title")
    # The first line end of a textarea's text is not part of it.
    box = element(
        "textarea", "\n" + exact(state.text), data_key="text", rows="5", spellcheck="false",
        maxlength=TEXT_MAX, data_event=event("typed", "text", "$value"),
        aria_label="what you have: configuration, listings, errors", placeholder=_WHAT,
    )  # fmt: skip
    ask = element(
        "input", type="text", data_key="question", data_when="input", value=state.question,
        maxlength=QUESTION_MAX, data_event=event("typed", "question", "$value"),
        placeholder="What do you ask? (may stay empty)", aria_label="question",
    )  # fmt: skip
    left = element("div", box + element("div", ask + _examples(state), class_="kfv-ask-row"))
    read = element("div", read_as(state, here), class_="kfv-reads")
    return head + element("div", left + read, class_="kfv-two-sides")


def _examples(state: State) -> str:
    named = {name: f"{each.title} ({each.source})" for name, each in EXAMPLES.items()}
    on = next((name for name, each in EXAMPLES.items()
               if (each.text, each.question) == (state.text, state.question)), None)  # fmt: skip
    own = "Start from an example" if not state.text else _OWN
    offered = {"": "Empty the box" if on else own, **named}
    return chooser("example", "example", event("set", "example", "$value"),
                   options(offered, on or ""))  # fmt: skip


# ------------------------------------------------------------------------------ folds


def _folds(state: State, here: Case) -> str:
    return around.folds(
        {
            "scenario": ("Scenario", lambda: _scenario(state, here)),
            "table": ("Table", lambda: _table(here)),
            "mail": ("Text for a mail", lambda: around.copied(mail(here), "mail")),
            "save": ("Save", lambda: _save(here)),
        },
        state.folds,
    )


def _scenario(state: State, here: Case) -> str:
    """The scenario as it was understood, to be changed, and to be opened elsewhere."""
    if here.shown is None or here.shown.nothing:
        return element("p", "Nothing was understood yet.")
    text = state.draft or state.edited or here.scenario
    rows = min(text.count("\n") + 2, 24)
    box = element(
        "textarea", "\n" + exact(text), data_key="scenario", rows=rows,
        spellcheck="false", data_event=event("typed", "scenario", "$value"),
        aria_label="the scenario that was understood", aria_invalid="true" if state.draft else None,
        data_escape=event("typed", "scenario", ""),
    )  # fmt: skip
    why = ""
    trouble = trouble_of(state, state.draft) if state.draft else here.trouble
    if trouble:
        told = f"{trouble}. What is shown is the scenario before."
        why = element("p", words(told), class_="kfv-refuse", role="note")
    back = button("As understood", "as-understood", data_event=event("typed", "scenario", ""),
                  aria_disabled=None if state.draft or state.edited else "true")  # fmt: skip
    copy = button("Copy the token", "copy-scenario", data_do="copy", data_from="scenario-token")
    token = here.shown.token
    code = element("code", words(token), data_key="scenario-token", class_="kfv-token-line")
    how = (
        "In a notebook kfuncviz.OwnershipExplorer(TOKEN) opens it, with every step and its source; "
    )
    how += "in a shell, kfuncviz show TOKEN."
    row = element("div", back + copy, class_="kfv-walk")
    return box + why + row + element("p", code) + element("p", words(how), class_="kfv-small")


def _table(here: Case) -> str:
    answers = here.shown.answers if here.shown else None
    tables = "".join(render.table_html(o) for _, o in ways(answers))
    return tables or element("p", "There is no answer that a table could hold.")


def _save(here: Case) -> str:
    answers = here.shown.answers if here.shown else None
    drawn = (render.svg(o, 844, theme="lab", standalone=False) for _, o in ways(answers))
    return around.saving("doctor", "kfuncviz doctor", "".join(drawn))
