# SPDX-License-Identifier: BSD-3-Clause
"""
Card: what is chosen, in full
=============================

A mail with its position and its id, a claim with what it answers, a fact with its sources.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kfuncviz.explorers.element import button, element, event, words
from kfuncviz.explorers.thread.choose import choose, claims, joined, mails
from kfuncviz.explorers.thread.links import parts
from kfuncviz.explorers.thread.state import State
from kfuncviz.kfuncs.thread import argument_map, message, messages
from kfuncviz.render.kit.markup import link
from kfuncviz.render.thread.argument import LINES, prose
from kfuncviz.render.thread.layout import sent, spoken
from kfuncviz.render.thread.words import counted, dated, shared

_NOTHING = "Choose a mail: what it says in our words, and which claims it makes."


def card(state: State) -> str:
    """What is chosen, with the steps from mail to mail."""
    kind, name = parts(state.selection)
    told = _TOLD[kind](state, name) if kind else element("p", _NOTHING)
    return _walk(kind, name) + element("div", told, class_="kfv-told")


def _walk(kind: str, name: str) -> str:
    """From one mail to the next; from anything else to the first and the last."""
    last = len(messages())
    at = int(name) if kind == "message" else None
    back, on = (last, 1) if at is None else (at - 1, at + 1)
    buttons = [
        button(label, way, data_event=event("select", f"message {n}"), data_hotkey=hotkey,
               aria_disabled="true" if not 1 <= n <= last else None,
               data_back=way == "back", data_forward=way == "next")
        for way, label, hotkey, n in (("back", "Back [", "[", back), ("next", "Next ]", "]", on))
    ]  # fmt: skip
    place = f"mail {at} of {last}" if at else f"{last} mails"
    return element("div", "".join([*buttons, f"<span>{place}</span>"]), class_="kfv-walk")


def _mail(state: State, name: str) -> str:
    mail = message(int(name))
    when = sent(mail)
    answered = [other.n for other in messages() if other.reply_to == mail.n]
    up = mail.reply_to and f"answers {mails(state, [mail.reply_to], 'card-answers')}"
    down = answered and f"answered by {mails(state, answered, 'card-answered')}"
    made = claims(state, (claim.id for claim in argument_map().made_in(mail.n)), "card-claim")
    head = joined(
        f"message <b>{mail.n}</b>, {mail.kind}", f"{words(mail.author)}, {words(mail.role)}",
        f"{spoken(when.date())} {when:%H:%M} UTC",
    )  # fmt: skip
    who = joined(up or "", down or "", f"claims: {made}", link(mail.url, mail.message_id))
    return f'<h3>{head}</h3><p>{prose(mail.position)}</p><p class="kfv-who">{who}</p>'


def _claim(state: State, name: str) -> str:
    the_map = argument_map()
    claim = the_map.claims[name]
    others = the_map.claims.values()
    linked = {
        "backs": claim.supports,
        "answers": claim.attacks,
        "backed by": [other.id for other in others if name in other.supports],
        "answered by": [other.id for other in others if name in other.attacks],
    }
    told = (
        f"{verb} {claims(state, names, f'card-{nth}')}"
        for nth, (verb, names) in enumerate(linked.items()) if names
    )  # fmt: skip
    facts = "".join(
        f"<li>{choose(state, f'fact {fact}', f'card-fact-{fact}')} "
        f"{prose(the_map.evidence[fact].text)} <i>{dated(the_map.evidence[fact])}</i></li>"
        for fact in claim.evidence
    )
    head = joined(
        f"claim <b>{words(name)}</b>", f"{LINES[claim.side][1]} {words(the_map.sides[claim.side])}",
        words(", ".join(claim.by)), counted(the_map, claim),
    )  # fmt: skip
    who = joined(mails(state, claim.messages, "card-mail"), *told)
    return f'<h3>{head}</h3><p>{prose(claim.text)}</p><p class="kfv-who">{who}</p><ul>{facts}</ul>'


def _fact(state: State, name: str) -> str:
    the_map = argument_map()
    fact = the_map.evidence[name]
    bears = claims(state, (claim.id for claim in the_map.claims_of(name)), "card-bears")
    rows = (f"data/history {table}: {', '.join(f'{k} {v}' for k, v in where.items())}"
            for table, where in fact.rows)  # fmt: skip
    about = "".join(f"<li>{_source(text)}</li>" for text in (*fact.sources, *rows))
    head = joined(
        f"fact <b>{words(name)}</b>", dated(fact), words(shared(the_map, name)),
    )  # fmt: skip
    who = bears and f'<p class="kfv-who">bears on {bears}</p>'
    return f"<h3>{head}</h3><p>{prose(fact.text)}</p>{who}<ul>{about}</ul>"


def _source(text: str) -> str:
    return link(text, text) if text.startswith("https://") else prose(text)


_TOLD: Mapping[str, Callable[[State, str], str]] = MappingProxyType(
    {"message": _mail, "claim": _claim, "fact": _fact}
)
