# SPDX-License-Identifier: BSD-3-Clause
"""
Listing problems
================

What every part of the validation uses: a list of problems that cannot grow without end, checks of
an object against a table, and how places, kinds and values are written in a message.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Collection, Mapping
from typing import Any

from kfuncviz.nearest import meant
from kfuncviz.printable import short
from kfuncviz.scenario.checking import unmodelled
from kfuncviz.scenario.checking.schema import Checker
from kfuncviz.scenario.problems import Problem

#: So many problems are listed, the others counted: a hostile file must not flood a screen.
LISTED_MAX = 100


class Listing:
    """The problems found so far."""

    def __init__(self) -> None:
        self.listed: list[Problem] = []
        self.left_out = 0

    @property
    def problems(self) -> list[Problem]:
        """The problems in the order they were found, at the end how many more there are."""
        if not self.left_out:
            return self.listed
        return [*self.listed, Problem("", f"{self.left_out} more problems are not listed here")]

    def say(self, place: str, text: str) -> None:
        """Note one problem."""
        if len(self.listed) < LISTED_MAX:
            self.listed.append(Problem(place, text))
        else:
            self.left_out += 1

    def stranger(
        self, place: str, what: str, name: Any, known: Collection[str], more: str = ""
    ) -> None:
        """Note a name that is none of the known ones, with the one that may have been meant.

        Only what is listed is searched for: many strangers cost no more than a hundred.
        """
        if len(self.listed) >= LISTED_MAX:
            self.left_out += 1
        else:
            self.say(place, f"{what}{meant(name, known)}{more}")

    def keys(self, place: str, value: Mapping[str, Any], known: Collection[str]) -> None:
        """Note every key of an object that is not a known one."""
        strangers = [key for key in value if key not in known]
        if not strangers:
            return
        more = f"; known here: {', '.join(sorted(known))}"
        named = unmodelled.KEYS.get(re.split(r"[.\[]", place)[0], {})
        for key in strangers:
            if key in named:
                self.say(join(place, key), f"is not modelled: {named[key]}")
            else:
                self.stranger(join(place, key), "unknown key", key, known, more)

    def object(self, place: str, value: Any, table: Mapping[str, Checker]) -> bool:
        """Check the keys of ``table`` that are there; whether it is an object at all."""
        if not isinstance(value, Mapping):
            self.say(place, f"{show(value)} is {kind(value)}, not an object")
            return False
        for key, item in value.items():
            if key in table and (wanted := table[key](item)):
                self.say(join(place, key), f"{show(item)} is not {wanted}")
        return True

    def required(self, place: str, value: Mapping[str, Any], keys: tuple[str, ...]) -> None:
        """Note every key that must be there and is not."""
        for key in keys:
            if key not in value:
                self.say(place, f"{key!r} is missing")


def join(place: str, key: Any) -> str:
    """The place of an entry.

    >>> join("userns", "M")
    'userns.M'
    """
    name = short(str(key))
    return f"{place}.{name}" if place else name


def kind(value: Any) -> str:
    """What a value is, in the words of the format.

    >>> kind([]), kind(1.5)
    ('a list', 'a number')
    """
    names = {dict: "an object", list: "a list", str: "a text", bool: "true/false",
             int: "a number", float: "a number", type(None): "null"}  # fmt: skip
    return names.get(type(value), f"a Python {type(value).__name__}")


def show(value: Any) -> str:
    """A value as a message shows it: short, whatever it is.

    >>> len(show("x" * 10**6)) <= 60
    True
    """
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    try:
        return short(reprlib.repr(value))
    except ValueError:  # Python writes no number of more than 4300 digits
        return f"{kind(value)} of very many digits"
