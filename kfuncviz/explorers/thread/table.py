# SPDX-License-Identifier: BSD-3-Clause
"""
Table: all that is on screen, in rows
=====================================

The mails; and of every map that is open, the claims and the facts that bear on them.
"""

from __future__ import annotations

from kfuncviz.explorers.thread.links import linked
from kfuncviz.explorers.thread.state import SELECTIONS, State, choosable
from kfuncviz.kfuncs.thread import argument_map, message
from kfuncviz.render.thread.layout import sent
from kfuncviz.render.thread.words import counted, dated, shared


def table(state: State) -> list[dict[str, str]]:
    """Mails, claims and facts: what each says, its source, what belongs to it, what it weighs.

    >>> table(State())[2]["what"], table(State())[2]["linked with"]
    ('message 3', 'answers message 2')
    """
    shown = [name for name in SELECTIONS if choosable(state, name)]
    return [_row(state, name) for name in shown]


def _row(state: State, selection: str) -> dict[str, str]:
    kind, _, name = selection.partition(" ")
    who, says, belongs, source = {"message": _mail, "claim": _claim, "fact": _fact}[kind](
        state, name
    )
    lit = linked(state.selection)
    stands_out = {
        "message": name.isdecimal() and int(name) in lit.mails.mails,
        "claim": name in lit.claims,
        "fact": name in lit.facts,
    }[kind]
    chosen = "chosen" if selection == state.selection else "linked" if stands_out else ""
    return {
        "what": selection,
        "who or when": who,
        "says": says,
        "linked with": belongs,
        "source": source,
        "chosen": chosen,
        "weighs for me": dict(state.weights).get(name, "") if kind == "claim" else "",
    }


def _mail(state: State, name: str) -> tuple[str, str, str, str]:
    mail = message(int(name))
    made = [c.id for c in argument_map().made_in(mail.n) if c.question in state.opened]
    belongs = [f"answers message {mail.reply_to}"] if mail.reply_to else []
    belongs += [f"claims {', '.join(made)}"] if made else []
    who = f"{mail.author}, {mail.kind}, {sent(mail):%Y-%m-%d %H:%M} UTC"
    return who, mail.position, "; ".join(belongs), mail.message_id


def _claim(_state: State, name: str) -> tuple[str, str, str, str]:
    the_map = argument_map()
    claim = the_map.claims[name]
    belongs = [
        f"{verb} {', '.join(others)}"
        for verb, others in (("backs", claim.supports), ("answers", claim.attacks)) if others
    ]  # fmt: skip
    belongs.append(f"{counted(the_map, claim)}: {', '.join(claim.evidence)}")
    who = f"{', '.join(claim.by)}, {the_map.sides[claim.side]}"
    mails = ", ".join(f"message {n}" for n in claim.messages)
    return who, claim.text, "; ".join(belongs), mails


def _fact(state: State, name: str) -> tuple[str, str, str, str]:
    the_map = argument_map()
    fact = the_map.evidence[name]
    bears = [c.id for c in the_map.claims_of(name) if c.question in state.opened]
    belongs = [f"bears on {', '.join(bears)}"] if bears else []
    belongs += filter(None, [shared(the_map, name)])
    return dated(fact), fact.text, "; ".join(belongs), "; ".join(fact.sources)
