# SPDX-License-Identifier: BSD-3-Clause
"""
What is known: names, releases and the data files of this package
=================================================================

The verifier's view, the contracts and the thread answer only about what their data holds.  This
file reads that data, orders kernel releases, and words the refusal when a name or a release is
not among the known ones: what was asked, what is known, and the nearest known name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from kfuncviz.nearest import nearest
from kfuncviz.resources import data_dir

Release = tuple[int, int]


class NotKnown(LookupError):
    """A name or a release the data does not hold; the message says what it does hold.

    >>> raise NotKnown("no exposure 'ioctl'")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: no exposure 'ioctl'
    """


def unknown(what: str, name: object, known: Iterable[str]) -> NotKnown:
    """The refusal for a name that is not known, ready to be raised.

    >>> str(unknown("exposure", "kfun", ["helper", "kfunc"]))
    "unknown exposure 'kfun'; did you mean 'kfunc'? Known: helper, kfunc"
    """
    names = list(known)
    shown = repr(name) if len(repr(name)) <= 60 else repr(name)[:57] + "..."
    near = nearest(name, names)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return NotKnown(f"unknown {what} {shown}; {hint}Known: {', '.join(names)}")


def release(name: str) -> Release:
    """A kernel release as a pair that sorts; point releases count as their release.

    >>> release("6.12") < release("7.0"), release("v6.12.43")
    (True, (6, 12))
    >>> release("latest")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: 'latest' is not a kernel release; write it like '6.12'
    """
    match = re.fullmatch(r"v?(\d{1,2})\.(\d{1,3})(?:\.\d{1,5})?", name, re.ASCII)
    if match is None:
        raise NotKnown(f"{name[:60]!r} is not a kernel release; write it like '6.12'")
    return int(match[1]), int(match[2])


def within(at: str, since: str | None, until: str | None) -> bool:
    """Whether a release lies in ``since`` … ``until``, both included; ``None`` is an open end.

    >>> within("6.12", "6.0", "6.19"), within("7.0", "6.0", "6.19"), within("7.0", "7.0", None)
    (True, False, True)
    """
    where = release(at)
    return (since is None or release(since) <= where) and (until is None or where <= release(until))


def span(since: str | None, until: str | None) -> str:
    """The same range in words.

    >>> span("6.0", "6.19"), span("7.0", None), span(None, None)
    ('6.0 to 6.19', 'since 7.0', 'no release')
    """
    if since is None:
        return "no release"
    return f"{since} to {until}" if until else f"since {since}"


@cache
def document(folder: str, name: str) -> Any:
    """One JSON document of the project's data, read once.

    >>> document("thread", "messages")["count"]
    13
    """
    return json.loads((data_dir() / folder / f"{name}.json").read_text(encoding="utf-8"))
