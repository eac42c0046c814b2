# SPDX-License-Identifier: BSD-3-Clause
"""
Links: what lights up with what is chosen
=========================================

A mail lights up the claims made in it; a claim the mails it was made in and the facts that bear on
it; a fact the claims it bears on, with their mails, and what came of it later.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cache
from typing import NamedTuple

from kfuncviz.kfuncs.thread import argument_map
from kfuncviz.render.thread.marks import Lit


class Linked(NamedTuple):
    """What stands out: mails by number, claims and facts by id, later events by their title."""

    mails: Lit = Lit()
    claims: AbstractSet[str] = frozenset()
    facts: AbstractSet[str] = frozenset()
    later: AbstractSet[str] = frozenset()


def parts(selection: str) -> tuple[str, str]:
    """What kind of thing is chosen, and which.

    >>> parts("claim need")
    ('claim', 'need')
    """
    kind, _, name = selection.partition(" ")
    return kind, name


@cache
def linked(selection: str) -> Linked:
    """Everything that stands out with what is chosen.

    >>> sorted(linked("message 3").claims), sorted(linked("claim hidden").mails.mails)
    (['expectation', 'moving'], [6, 11])
    """
    the_map, (kind, name) = argument_map(), parts(selection)
    if kind == "message":
        made = the_map.made_in(int(name))
        return Linked(Lit(int(name), frozenset({int(name)})), {c.id for c in made})
    if kind == "claim":
        claim = the_map.claims[name]
        mails = Lit(None, frozenset(claim.messages))
        return Linked(mails, {name}, {*claim.evidence})
    if kind == "fact":
        claims = the_map.claims_of(name)
        mails = Lit(None, frozenset(n for claim in claims for n in claim.messages))
        later = {event.title for event in the_map.later if name in event.evidence}
        return Linked(mails, {c.id for c in claims}, {name}, later)
    return Linked()


def towards(claim: str, chosen: str) -> list[str]:
    """What one claim is to another that is chosen.

    >>> towards("moving", "functions"), towards("functions", "moving")
    (['answers it'], ['answered by it'])
    """
    this, other = (argument_map().claims[name] for name in (claim, chosen))
    return [
        said
        for said, holds in (
            ("backs it", chosen in this.supports), ("answers it", chosen in this.attacks),
            ("backed by it", claim in other.supports), ("answered by it", claim in other.attacks),
        ) if holds
    ]  # fmt: skip
