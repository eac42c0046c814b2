# SPDX-License-Identifier: BSD-3-Clause
"""
Frame: what a state of the thread explorer looks like
=====================================================

Regions in the order of the page: ``ask``, ``bar``, ``picture`` (the reply graph), ``chosen`` (the
card of what is chosen), ``mine`` (the reader's own words and weight), ``map``, ``folds`` and
``token``.
"""

from __future__ import annotations

import base64
from dataclasses import replace

from kfuncviz.explorers import around
from kfuncviz.explorers.element import element, event, group, pressed
from kfuncviz.explorers.engine.exports import PAGE_WIDTH, made, signed
from kfuncviz.explorers.engine.frame import Frame
from kfuncviz.explorers.engine.tokens import encode
from kfuncviz.explorers.thread.card import card
from kfuncviz.explorers.thread.claims import the_map
from kfuncviz.explorers.thread.links import linked, parts
from kfuncviz.explorers.thread.own import own
from kfuncviz.explorers.thread.state import LATER, TOPICS, State
from kfuncviz.explorers.thread.table import table
from kfuncviz.explorers.thread.weighing import weighing_html, weighing_text
from kfuncviz.kfuncs.thread import ArgumentMap, argument_map, message, messages
from kfuncviz.render import thread as render
from kfuncviz.render.kit.frame import clamp
from kfuncviz.render.kit.tabular import table_html
from kfuncviz.render.thread.graph import LEAST
from kfuncviz.render.thread.words import cited, counted, dated, shared

REGIONS = ("ask", "bar", "picture", "chosen", "mine", "map", "folds", "token")


def frame(state: State, width: int = 960) -> Frame:
    """What a state looks like, drawn ``width`` pixels wide."""
    drawn = clamp(width)
    sentence, rows, text = said(state), table(state), told(state)
    lit = linked(state.selection).mails
    graph = (
        render.live(messages(), drawn, lit)
        if drawn >= LEAST
        else render.list_html(messages(), lit=lit)
    )
    regions = {
        "ask": around.asked("Who argued what, on which facts?", _counts(state)),
        "bar": _bar(state),
        "picture": graph,
        "chosen": card(state),
        "mine": own(state),
        "map": the_map(state),
        "folds": around.folds(
            {
                "mail": ("Text for a mail", lambda: around.copied(_mail(state), "mail")),
                "weighing": ("My weighing", lambda: _weighing(state)),
                "table": ("Table", lambda: table_html(rows, "all that is on screen, in rows")),
                "save": ("Save", lambda: _save(state)),
            },
            state.folds,
        ),
    }
    weighed = replace(state, selection="")  # what is chosen has a token of its own, in its text
    dressed = around.dressed("thread", weighed, regions, drawn, "kfv-thread")
    return Frame(dressed, sentence, rows, text)


def said(state: State) -> str:
    """What a screen reader is told: what is chosen and what belongs to it, else what there is."""
    kind, name = parts(state.selection)
    the_map = argument_map()
    if kind == "message":
        mail = message(int(name))
        made = the_map.made_in(mail.n)
        shown = [claim.id for claim in made if claim.question in state.opened]
        named = f": {', '.join(shown)}" if shown else ""
        hidden = len(made) - len(shown)
        more = f"; {hidden} in maps that are not open" if hidden else ""
        answers = f" answers message {mail.reply_to}" if mail.reply_to else " begins the thread"
        count = f"{len(made)} claim{'s' * (len(made) > 1)}"
        return f"Message {mail.n}, {mail.kind} by {mail.author},{answers}; {count}{named}{more}."
    if kind == "claim":
        claim = the_map.claims[name]
        side = the_map.sides[claim.side]
        who = f"{', '.join(claim.by)} in {cited(claim.messages)}"
        return f"Claim {name} ({side}), made by {who}; {counted(the_map, claim)}."
    if kind == "fact":
        bears = len(the_map.claims_of(name))
        several = shared(the_map, name)
        on = f"{bears or 'no'} claim{'s' * (bears != 1)}{f', {several}' if several else ''}"
        fact = the_map.evidence[name]
        known = "known" if fact.then else "known only"
        return f"Fact {name}, {known} {dated(fact)}; it bears on {on}."
    return f"{render.sentence(messages())} {_counts(state)}"


def _counts(state: State) -> str:
    weighed = len(state.weights)
    claims = f"{weighed or 'no'} claim{'s' * (weighed != 1)}"
    return f"{len(state.opened)} of {len(TOPICS)} maps open, {claims} weighed."


def _bar(state: State) -> str:
    """The questions, each with how much of what is chosen stands in its map."""
    lit, the_map = linked(state.selection), argument_map()
    found = dict.fromkeys(TOPICS, 0)
    for name in lit.claims:
        found[the_map.claims[name].question] += 1
    found[LATER] = len(lit.later)
    tabs = (
        pressed(f"{topic.capitalize()}{f' ({found[topic]})' if found[topic] else ''}",
                f"topic-{topic}", event("set", "topic", topic), on=topic == state.topic)
        for topic in TOPICS
    )  # fmt: skip
    return group("question", tabs)


def told(state: State) -> str:
    """All on screen as text: what is chosen, else the thread; and the maps that are open."""
    open_map = shown_map(state)
    rest = render.argument_text(open_map) if state.opened else ""
    return "\n".join(filter(None, [_chosen_text(state), rest]))


def shown_map(state: State) -> ArgumentMap:
    """The argument map, as far as the reader has opened it."""
    whole = argument_map()
    questions = {name: asked for name, asked in whole.questions.items() if name in state.opened}
    if LATER in state.opened:
        return replace(whole, questions=questions)
    return replace(whole, questions=questions, predictions=(), later=())


def _chosen_text(state: State) -> str:
    kind, name = parts(state.selection)
    the_map = argument_map()
    if kind == "message":
        return render.message_text(the_map, message(int(name)))
    if kind == "claim":
        return render.claim_text(the_map, the_map.claims[name], messages())
    if kind == "fact":
        return render.fact_text(the_map, name)
    return render.text(messages())


def _mail(state: State) -> str:
    """What is chosen for a mail; the token opens that and holds none of the reader's words."""
    alone = State(topic=state.topic, selection=state.selection)
    token = encode("thread", alone)
    return signed(_chosen_text(state), token, made(None), opens="kfuncviz.explore")


def _weighing(state: State) -> str:
    page = base64.b64encode(weighing_html(state).encode()).decode()
    save = element(
        "a", "Save as one page (HTML)", href=f"data:text/html;charset=utf-8;base64,{page}",
        download="my-weighing.html", data_key="weighing-page",
    )  # fmt: skip
    return element("p", save) + around.copied(weighing_text(state), "weighing")


def _save(state: State) -> str:
    return around.saving("thread", "kfuncviz, thread of July 2023", draw(state, PAGE_WIDTH))


def draw(state: State, width: int = 960) -> str:
    """The static picture of a state: the thread, and the maps that the reader has opened."""
    drawn = render.html(messages(), width)
    return drawn + (render.argument_html(shown_map(state)) if state.opened else "")
