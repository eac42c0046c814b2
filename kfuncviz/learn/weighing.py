# SPDX-License-Identifier: BSD-3-Clause
"""
Weighing: what speaks for and against a choice, each with its source
====================================================================

A decision has no key.  Its reader commits, and then sees both sides of every choice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from kfuncviz.explorers import outside
from kfuncviz.kfuncs import contracts
from kfuncviz.kfuncs.thread import argument_map, message


class Reason(NamedTuple):
    """One reason, and where it can be read."""

    text: str
    source: str


class Weighing(NamedTuple):
    """What speaks for a choice, and what against it."""

    speaks_for: tuple[Reason, ...]
    against: tuple[Reason, ...]


_SIDES = ("for", "against")


def weighing(part: Any) -> dict[str, Weighing]:
    """The weighing of each choice, from a file.

    Raises ValueError where a side is missing, or a reason has no source.

    >>> reason = {"say": "It is small.", "source": "message 4"}
    >>> found = weighing({"one function": {"for": [reason], "against": [reason]}})
    >>> found["one function"].against[0].source[:26]
    'message 4, Alexey Gladkov,'
    """
    return {str(choice): _both(str(choice), sides) for choice, sides in part.items()}


def _both(choice: str, part: Any) -> Weighing:
    sides = outside.mapping(f"what is weighed of {choice!r}", part, _SIDES)
    found = [tuple(_reason(each) for each in sides.get(side) or ()) for side in _SIDES]
    if not all(found):
        raise ValueError(f"{choice!r} needs at least one reason for it and one against it")
    return Weighing(*found)


def _reason(part: Any) -> Reason:
    given = outside.mapping("a reason", part, ("say", "source"))
    for needed in ("say", "source"):
        if not given.get(needed):
            raise ValueError(f"a reason has a part {needed!r}")
    return Reason(given["say"], cited(given["source"]))


def cited(source: str) -> str:
    """A source as a reader can follow it: a mail, a change or a fact of the thread by its id.

    Anything else is handed back.  Raises ValueError for an id the data does not have.

    >>> cited("change own-maps-6.8")
    'v6.8, commit 783822e44594639848b78d4bb61dde26fba04e05'
    """
    found = re.fullmatch(r"(message|change|fact) (\S+)", source)
    if not found:
        return source
    kind, name = found.groups()
    try:
        if kind == "message":
            mail = message(int(name))
            return f"message {mail.n}, {mail.author}, {mail.url}"
        if kind == "change":
            return "; ".join(contracts.change(name).sources)
        return "; ".join(argument_map().evidence[name].sources)
    except LookupError as error:
        raise ValueError(f"{source!r} cites nothing: {error.args[0]}") from None


def lines(weighs: Mapping[str, Weighing]) -> list[str]:
    """Every choice with both its sides, as lines of text."""
    out = []
    for choice, sides in weighs.items():
        out.append(f"{choice}:")
        for sign, side in (("+", sides.speaks_for), ("-", sides.against)):
            out += [f"  {sign} {reason.text} ({reason.source})" for reason in side]
    return out
