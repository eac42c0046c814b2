# SPDX-License-Identifier: BSD-3-Clause
"""
Frame: what a state of the ownership explorer looks like
========================================================

Regions in the order of the page: ``ask``, ``bar``, ``picture`` (with the controls in its header),
``owner``, ``may``, ``folds`` and ``token``.  At most widths the places of all of them are the same
whatever is shown; on a telephone lanes stand under each other.
"""

from __future__ import annotations

from kfuncviz import render
from kfuncviz.explorers.around import dressed
from kfuncviz.explorers.element import element, words
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.ownership import answers, folds
from kfuncviz.explorers.ownership.bar import ask, bar
from kfuncviz.explorers.ownership.cases import (
    Case,
    Refusal,
    asked,
    case,
    step_of,
    tried,
)
from kfuncviz.explorers.ownership.events import changed
from kfuncviz.explorers.ownership.heads import Shown, heads, names, refusal
from kfuncviz.explorers.ownership.state import State, in_force, kinds
from kfuncviz.explorers.ownership.trail import trail
from kfuncviz.model.errors import KernelError
from kfuncviz.render.kit.frame import clamp, content_id
from kfuncviz.render.kit.hatch import hatches
from kfuncviz.render.kit.markup import tag
from kfuncviz.render.kit.tokens import colours
from kfuncviz.render.ownership import levels
from kfuncviz.render.ownership.form import HEIGHT, choose
from kfuncviz.render.ownership.marks import to_text
from kfuncviz.render.ownership.picture import body
from kfuncviz.scenario.ownership.answer import Ownership

REGIONS = ("ask", "bar", "picture", "owner", "may", "folds", "token")
#: Between a picture's edge and what is drawn at it.
_MARGIN = 2


def frame(state: State, width: int = 960) -> Frame:
    """What a state looks like, drawn ``width`` pixels wide.

    Where the scenario's own mount or caller could not be made, the answer ends on the disk.  Any
    other question that the kernel refuses as it stands has an empty picture, and the refusal in the
    place of the sentence.
    """
    drawn = clamp(width)
    regions = {"ask": ask(state), "bar": bar(state)}
    try:
        here = case(state)
        kept = None if state.kept is None else case(state.kept)
    except KernelError as error:
        told = f"{error.name}: {error.rule}"
        refused = refusal(Refusal("", error.name, error.rule), "mount")
        empty = {"picture": refused, "owner": element("p", words(told)), "may": "", "folds": ""}
        return Frame(dressed("ownership", state, regions | empty, drawn), told, [], told)
    sentence = to_text(answers.said(state, here, kept))
    calls = here.ownership.calls
    at = step_of(state, len(calls))
    owner = answers.owner(state, here, kept)
    if at < len(calls):
        sentence, owner = _at_step(here, at)
    regions |= {
        "picture": _picture(state, here, kept, drawn, at),
        "owner": owner,
        "may": answers.may(state, here, kept),
        "folds": folds.folds(state, here, drawn),
    }
    table = [row for o in here.answers for row in render.table(o)]
    text = "\n\n".join(render.text(o) for o in here.answers)
    return Frame(dressed("ownership", state, regions, drawn), sentence, table, text)


def refusals(state: State) -> dict[str, Refusal]:
    """Why each draft, and the last choice refused, is not in force, by its target."""
    found = [tried(state, *draft) for draft in state.drafts if in_force(state, draft[0])]
    if state.refused is not None:
        found.append(asked(changed(state, *state.refused), state.refused[0]))
    return {answer.target: answer for answer in found if isinstance(answer, Refusal)}


def _at_step(here: Case, at: int) -> tuple[str, str]:
    """The sentence while the calls are walked through: where the walk stands."""
    call = here.ownership.calls[at - 1] if at else None
    line = "Before the first call." if call is None else f"Call {at}: {call.line}."
    said = element("p", f"<code>{words(line)}</code>")
    label = element("span", "step", class_="kfv-label")
    body_ = element("div", said, class_="kfv-said")
    return line, element("div", label + body_, class_="kfv-answer-row")


def _picture(state: State, here: Case, kept: Case | None, width: int, at: int) -> str:
    shown = Shown(state, here, refusals(state), kinds(state))
    step = _legs(here.ownership, at)
    both = _both(here, kept, step)
    widest = max((level.answer for level in both), key=lambda o: len(o.lanes))
    form = choose(widest, width)
    if form is None or any(level.at is None for level in both):
        return _trails(shown, kept, step) + _choice(shown)
    uid = content_id("own", state.scenario)
    ink = colours("lab")
    if len(both) > 1:
        drawn = "".join(levels.levels(form, both, ink, uid, compare=kept is not None))
    else:
        drawn = "".join(body(here.ownership, form, ink, uid, step, live=True, chosen=_row(state)))
    svg = tag(
        "svg", hatches(uid, ink) + drawn, viewBox=f"-2 0 {form.width + 2 * _MARGIN} {HEIGHT:g}",
        width=form.width + 2 * _MARGIN, height=HEIGHT, role="group",
        aria_label="the way of the id, told by the sentence below",
    )  # fmt: skip
    stands = both[-1].at or ()
    over = [k for k in range(len(widest.lanes)) if k not in stands]
    above = names(widest, form, over) if over else ""
    return above + heads(shown, levels.on(form, stands)) + svg + _choice(shown)


def _legs(o: Ownership, at: int) -> int:
    """How many hops are drawn after so many calls."""
    if at == len(o.calls):
        return len(o.hops)
    return len({call.hop for call in o.calls[:at] if call.hop is not None})


def _row(state: State) -> tuple[str, int] | None:
    place, dot, row = state.selection.partition(".")
    return (place, int(row)) if dot and row.isdecimal() else None


def _both(here: Case, kept: Case | None, step: int) -> list[levels.Level]:
    """What is drawn: one way, or two."""
    if kept is None:
        whole = tuple(range(len(here.ownership.lanes)))
        return [levels.Level(o.kind, o, step, whole, double=o is not here.ownership)
                for o in here.answers]  # fmt: skip
    a, b = kept.ownership, here.ownership
    widest = max(a, b, key=lambda o: len(o.lanes))
    return [
        levels.Level("A, kept", a, len(a.hops), levels.among(a, widest)),
        levels.Level("B, now", b, step, levels.among(b, widest)),
    ]


def _trails(shown: Shown, kept: Case | None, step: int) -> str:
    """The trail; of two answers a table over it, or one trail after the other."""
    if kept is not None:
        return _table_of_two(kept.ownership, shown.o) + trail(shown, step)
    if len(shown.case.answers) == 1:
        return trail(shown, step)
    parts = []
    for nth, o in enumerate(shown.case.answers):
        case_ = shown.case._replace(answers=(o,))
        one = shown._replace(case=case_, kinds=(o.kind,), controls=not nth)
        parts += [element("h3", o.kind), trail(one, step)]
    return "".join(parts)


def _table_of_two(a: Ownership, b: Ownership) -> str:
    names = {lane.name for o in (a, b) for lane in o.lanes}
    of_a = {lane.name: levels.stands(a, k) for k, lane in enumerate(a.lanes)}
    of_b = {lane.name: levels.stands(b, k) for k, lane in enumerate(b.lanes)}
    order = [lane.name for lane in (*b.lanes, *a.lanes) if lane.name in names]
    rows = "".join(
        f'<tr><th scope="row">{words(name)}</th><td>{words(of_a.get(name, "not there"))}</td>'
        f"<td><b>{'=' if of_a.get(name) == of_b.get(name) else '&ne;'}</b></td>"
        f"<td>{words(of_b.get(name, 'not there'))}</td></tr>"
        for name in dict.fromkeys(order)
    )
    head = "<tr><td></td><th>A kept</th><td></td><th>B now</th></tr>"
    return f'<table class="kfv-two"><caption>A and B</caption>{head}{rows}</table>'


def _choice(shown: Shown) -> str:
    """Why the last switch or choice did not come into force."""
    refused = shown.state.refused
    found = shown.refused.get(refused[0]) if refused else None
    return element("div", refusal(found, "mount"), class_="kfv-over") if found else ""


def draw(state: State, width: int = 960) -> str:
    """The static picture of a state, for a page without controls."""
    try:
        here = case(state)
    except KernelError as error:
        return element("p", words(f"{error.name}: {error.rule}"))
    at = step_of(state, len(here.ownership.calls))
    step = _legs(here.ownership, at)
    return "".join(render.svg(o, width, theme="lab", step=step) for o in here.answers)
