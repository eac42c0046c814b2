# SPDX-License-Identifier: BSD-3-Clause
"""
What follows when the inside changes: change times exposure
===========================================================

The exposures, the changes and the rules are read from ``data/contracts``; :func:`consequence`
applies the rules to one pair, :func:`cells` to all.  Nothing is looked up in a table of outcomes:
each cell is computed, and says by which rule.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from kfuncviz.kfuncs.contracts.types import (
    Cell,
    Change,
    ContractRule,
    Exposure,
    Facet,
    Measurement,
    Outcome,
    Payers,
    Statement,
)
from kfuncviz.kfuncs.known import NotKnown, document, history_rows, look_up, shown, within
from kfuncviz.nearest import nearest

_SEVERITY: tuple[Outcome, ...] = (
    "holds", "adapts", "rebuild", "edit", "partly", "breaks", "wrong",
)  # fmt: skip


@cache
def exposures() -> dict[str, Exposure]:
    """Every exposure by id, from the strongest promise to none.

    >>> list(exposures())[:4], exposures()["kfunc"].shows
    (['syscall', 'helper', 'kfunc', 'kfunc-pointer'], 'at load time')
    """
    return {row["id"]: _exposure(row) for row in document("contracts", "exposures")["exposures"]}


@cache
def changes() -> dict[str, Change]:
    """Every change by id, oldest first.

    >>> changes()["own-maps-6.8"].title
    'struct mnt_idmap gets maps of its own'
    """
    return {row["id"]: _change(row) for row in document("contracts", "changes")["changes"]}


@cache
def rules() -> tuple[ContractRule, ...]:
    """The rules in the order they are tried; the first that applies to a facet counts.

    >>> rules()[0].id
    'glue-hides-it'
    """
    return tuple(
        ContractRule(
            row["id"],
            tuple(row["exposures"]),
            tuple(row["surface"]),
            tuple(row["kinds"]),
            row["outcome"],
            row["why"],
        )
        for row in document("contracts", "rules")["rules"]
    )


def exposure(name: str) -> Exposure:
    """One exposure by id.

    >>> exposure("kfunc-pointer").short
    'kfunc ptr'
    >>> exposure("ioctl")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: unknown exposure 'ioctl'; Known: syscall, helper, kfunc, \
kfunc-pointer, export, export-gpl, tracepoint, fentry-core, statmount, none
    """
    return look_up("exposure", name, exposures())


def change(name: str) -> Change:
    """One change by id, or by an id it had before; titles and releases are not guessed at.

    >>> change("own-maps-6.8").release, change("inode-uid-7.3").id
    ('6.8', 'inode-uid-6.19')
    >>> change("own-maps")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: unknown change 'own-maps'; did you mean 'own-maps-6.8'? \
35 are known, from vfs-takes-userns-5.12 to cid-override-7.3: see changes()
    """
    known = changes()
    asked: Any = document("contracts", "changes")["aliases"].get(str(name), name)
    if isinstance(asked, str) and asked in known:
        return known[asked]
    near = nearest(name, known)
    hint = f"did you mean {near[0]!r}? " if near else ""
    first, *_, last = known
    raise NotKnown(
        f"unknown change {shown(name)}; {hint}{len(known)} are known, from {first} to {last}: "
        "see changes()"
    )


def consequence(exposed: str, changed: str) -> Cell:
    """What a change means for an exposure, by which rule, and who pays.

    The worst outcome of the change's facets counts; silence is worse than refusal.

    :param exposed: an exposure's id.
    :param changed: a change's id.
    :raises NotKnown: for an id outside the data.

    >>> consequence("kfunc", "trusted-default-7.0").outcome
    'partly'
    >>> consequence("helper", "trusted-default-7.0").rule
    'not-reached'
    """
    return follows(exposure(exposed), change(changed))


def follows(outside: Exposure, event: Change) -> Cell:
    """The same of any change, one of the list or not.

    >>> follows(exposure("kfunc"), change("own-maps-6.8")) == consequence("kfunc", "own-maps-6.8")
    True
    """
    if not within(event.release, outside.since, None):
        why = f"{outside.title} could not answer before {outside.since}"
        return _cell(outside, event, "not there", why, "not-there-yet")
    found = [(rule, facet) for facet in event.facets if (rule := _rule_for(outside.id, facet))]
    if not found:
        reasons = document("contracts", "rules")["not_reached"]
        why = "; ".join(dict.fromkeys(reasons[facet.surface] for facet in event.facets))
        return _cell(outside, event, "holds", why, "not-reached")
    rule, facet = max(found, key=lambda pair: _SEVERITY.index(pair[0].outcome))
    why = rule.why.format(what=facet.what, glue=outside.glue)
    return _cell(outside, event, rule.outcome, why, rule.id)


def cells() -> dict[str, dict[str, Cell]]:
    """Every change times every exposure: ``cells()[change][exposure]``.

    >>> cells()["own-maps-6.8"]["kfunc"].outcome
    'holds'
    """
    return {event: {way: consequence(way, event) for way in exposures()} for event in changes()}


def _rule_for(exposed: str, facet: Facet) -> ContractRule | None:
    for rule in rules():
        if (
            exposed in rule.exposures
            and facet.surface in rule.surfaces
            and (facet.kind in rule.kinds or "*" in rule.kinds)
        ):
            return rule
    return None


def _cell(outside: Exposure, event: Change, outcome: Outcome, why: str, rule: str) -> Cell:
    words = document("contracts", "exposures")["payers"]
    in_tree = words["in_tree"]["glue" if rule == "glue-hides-it" else "plain"]
    asked = "not there" if outside.kind == "none" else outcome
    payers = Payers(
        in_tree=in_tree.format(in_tree=event.in_tree, glue=outside.glue),
        out_of_tree=words["out_of_tree"][asked],
        users=words["users"][asked],
        maintainers=words["maintainers"][outside.id],
    )
    return Cell(outside.id, event.id, outcome, why, rule, payers)


def _exposure(row: dict[str, Any]) -> Exposure:
    fields = {key: value for key, value in row.items() if key not in ("says", "measured")}
    says = tuple(Statement(**one) for one in row["says"])
    seen = row["measured"]
    measured = Measurement(seen["text"], seen["source"], history_rows(seen["rows"]))
    return Exposure(says=says, measured=measured, **fields)


def _change(row: dict[str, Any]) -> Change:
    plain = ("id", "release", "about", "title", "what", "in_tree", "note")
    return Change(
        facets=tuple(Facet(**facet) for facet in row["facets"]),
        sources=tuple(row["sources"]),
        rows=history_rows(row["rows"]),
        **{key: row[key] for key in plain},
    )
