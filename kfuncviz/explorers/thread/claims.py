# SPDX-License-Identifier: BSD-3-Clause
"""
Claims: the map of one question
===============================

Each side's claims in boxes of one size and weight, with the facts that bear on them.  A claim on
which no fact bore by the time of the thread says so, and so does a fact that bears on several
sides.  How much a claim weighs is the reader's to say.
"""

from __future__ import annotations

from kfuncviz.explorers.element import element, event, group, pressed, words
from kfuncviz.explorers.thread.choose import choose, claims, joined, mails
from kfuncviz.explorers.thread.links import linked, parts, towards
from kfuncviz.explorers.thread.state import LATER, WEIGHTS, State
from kfuncviz.kfuncs.thread import Claim, Later, Prediction, Side, argument_map
from kfuncviz.render.thread.argument import LINES, prose
from kfuncviz.render.thread.words import dated

_KEY = (
    "A claim without a fact by July 2023 may be a judgement, or a proposal nobody had tried. "
    "A fact bears on a claim whether it speaks for it or against it. "
    "Which claim backs or answers which, and which facts bear on it, is our reading."
)
_KEY_LATER = "What each side may read in it is our reading, too."


def the_map(state: State) -> str:
    """The claims of the question looked at, or what came later; nothing before it is open."""
    if state.topic not in state.opened:
        return ""
    body = _later(state) if state.topic == LATER else _sides(state)
    key = _KEY_LATER if state.topic == LATER else _KEY
    return element("p", words(key), class_="kfv-small") + body


def _sides(state: State) -> str:
    found = argument_map().on(state.topic)
    columns = (
        element("div", "".join(_claim(state, claim) for claim in found if claim.side == side))
        for side in LINES if any(claim.side == side for claim in found)
    )  # fmt: skip
    return element("div", "".join(columns), class_="kfv-sides")


def _claim(state: State, claim: Claim) -> str:
    the_map, name = argument_map(), claim.id
    linked_claims = linked(state.selection).claims
    marks = [] if the_map.known_then(claim) else ["no fact by July 2023"]
    kind, chosen = parts(state.selection)
    if kind == "claim":
        marks += towards(name, chosen)
    elif name in linked_claims:
        marks += ["bears on it"] if kind == "fact" else ["made in it"]
    said = "".join(element("em", words(mark), class_="kfv-mark") for mark in marks)
    links = [
        f"{verb} {claims(state, others, f'{name}-{verb}')}"
        for verb, others in (("backs", claim.supports), ("answers", claim.attacks)) if others
    ]  # fmt: skip
    who = [words(", ".join(claim.by)), mails(state, claim.messages, f"{name}-mail"), *links]
    facts = "".join(_fact(state, fact, name) for fact in claim.evidence)
    lit = " kfv-lit" if name in linked_claims else ""
    return element(
        "article",
        f"<p>{side_of(claim.side)} {choose(state, f'claim {name}', f'claim-{name}')} {said}</p>"
        f"<p>{prose(claim.text)}</p>"
        f'<p class="kfv-who">{joined(*who)}</p>'
        f"<ul>{facts}</ul>{_weight(state, name)}",
        class_=f"kfv-claim kfv-{claim.side}{lit}",
    )


def side_of(side: Side) -> str:
    """A side by its sign and name, as HTML."""
    return f"<b>{LINES[side][1]} {words(argument_map().sides[side])}</b>"


def _fact(state: State, fact: str, under: str) -> str:
    the_map = argument_map()
    sides = the_map.sides_of(fact)
    signs = " ".join(LINES[side][1] for side in sides)
    titles = ", ".join(the_map.sides[side] for side in sides)
    several = element("em", f"on several sides: {words(signs)}", class_="kfv-mark", title=titles)
    lit = fact in linked(state.selection).facts
    return element(
        "li",
        f"{choose(state, f'fact {fact}', f'{under}-fact-{fact}')} "
        f"{prose(the_map.evidence[fact].text)} <i>{dated(the_map.evidence[fact])}</i> "
        f"{several if len(sides) > 1 else ''}",
        class_="kfv-lit" if lit else None,
    )


def _weight(state: State, claim: str) -> str:
    chosen = dict(state.weights).get(claim)
    buttons = (
        pressed(weight, f"weight-{claim}-{weight}",
                event("weigh", claim, None if weight == chosen else weight), on=weight == chosen)
        for weight in WEIGHTS
    )  # fmt: skip
    named = group(f"how much {claim} weighs for me", buttons)
    return element("div", f"<span>weighs for me</span>{named}", class_="kfv-weighed")


def _later(state: State) -> str:
    the_map = argument_map()
    told = "".join(_prediction(state, n, each) for n, each in enumerate(the_map.predictions))
    came = "".join(_event(state, n, each) for n, each in enumerate(the_map.later))
    return (
        f"<h4>What was predicted, and what happened</h4>{told}"
        f"<h4>What happened later, and what either side may read in it</h4>{came}"
    )


def _prediction(state: State, nth: int, told: Prediction) -> str:
    facts = "".join(_fact(state, fact, f"predicted-{nth}") for fact in told.evidence)
    who = joined(words(told.by), mails(state, told.messages, f"predicted-{nth}-mail"))
    lit = not linked(state.selection).mails.mails.isdisjoint(told.messages)
    return element(
        "article",
        f'<p class="kfv-who">{who}</p><div class="kfv-sides">'
        f"<div><b>Predicted.</b> {prose(told.predicted)}</div>"
        f"<div><b>Happened.</b> {prose(told.happened)}</div></div><ul>{facts}</ul>",
        class_=f"kfv-event{' kfv-lit' if lit else ''}",
    )


def _event(state: State, nth: int, came: Later) -> str:
    read: tuple[tuple[Side, str], ...] = (("for", came.read_for), ("against", came.read_against))
    readings = "".join(
        element("div", f"{side_of(side)} {prose(text)}", class_=f"kfv-claim kfv-{side}")
        for side, text in read
    )
    facts = "".join(_fact(state, fact, f"later-{nth}") for fact in came.evidence)
    lit = came.title in linked(state.selection).later
    head = joined(words(came.release), words(came.title))
    return element(
        "article",
        f"<p><b>{head}.</b> {prose(came.text)}</p>"
        f'<div class="kfv-sides">{readings}</div><ul>{facts}</ul>',
        class_=f"kfv-event{' kfv-lit' if lit else ''}",
    )
