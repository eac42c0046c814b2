# SPDX-License-Identifier: BSD-3-Clause
"""
What comes from outside: events and states somebody wrote
=========================================================

An event comes from a browser, a state from a link or a file: anybody may have written them.  Each
check hands the value back or raises ValueError, with what was there and what would be right, cut
short and safe to print.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping
from typing import Any

from kfuncviz.nearest import meant
from kfuncviz.printable import printable

#: More characters than this are no slip of the hand; the kernel takes fewer than 4096 in a map.
TEXT_MAX = 1 << 16
_SHOWN = 60
#: How many of the known words an error lists.
_LISTED = 12


def known(what: str, value: Any, words: Iterable[str]) -> str:
    """One of the known words.

    >>> known("step", "nxet", ("back", "next"))
    Traceback (most recent call last):
        ...
    ValueError: 'nxet' is no step, did you mean 'next'? There is: back, next
    """
    there = list(words)
    if isinstance(value, str) and value in there:
        return value
    if type(value) is int and str(value) in there:
        raise ValueError(f"{what} is a text, {str(value)!r}, not the number {value}")
    near = meant(value, there)
    there_is = f"{near} There is" if near else "; there is"
    if not there:
        raise ValueError(f"{shown(value)} is no {what}{there_is} none")
    some = [word or "''" for word in there[:_LISTED]]
    listed = printable(", ".join(some)) + (", ..." if len(there) > _LISTED else "")
    raise ValueError(f"{shown(value)} is no {what}{there_is}: {listed}")


def text(what: str, value: Any) -> str:
    """A text that could be written to a file, not longer than :data:`TEXT_MAX`."""
    if type(value) is not str:
        raise ValueError(f"{what} is a text, not {shown(value)}")
    if len(value) > TEXT_MAX:
        raise ValueError(f"{what} has {len(value)} characters; {TEXT_MAX} is the most")
    if any("\ud800" <= char <= "\udfff" for char in value):
        raise ValueError(f"{what} holds half a character (a lone surrogate)")
    return value


def flag(what: str, value: Any) -> bool:
    """True or false, and nothing that only counts as such."""
    if type(value) is not bool:
        raise ValueError(f"{what} is true or false, not {shown(value)}")
    return value


def mapping(what: str, value: Any, keys: Iterable[str]) -> dict[str, Any]:
    """An object that has no key but the known ones."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{what} is an object, not {shown(value)}")  # noqa: TRY004  (as above)
    return {known(f"part of {what}", key, keys): item for key, item in value.items()}


def shown(value: Any) -> str:
    r"""A value as an error shows it: at most 60 characters, on one line.

    >>> print(shown("\x1b" + "a" * 99))
    '\x1baaaaaaaa...aaaaaaaaaaaaa'
    """
    whole = printable(reprlib.repr(value))
    return whole if len(whole) <= _SHOWN else whole[: _SHOWN - 3] + "..."
