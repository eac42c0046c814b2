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
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeVar

from kfuncviz.nearest import nearest
from kfuncviz.resources import data_dir

T = TypeVar("T")
#: The rows of ``data/history`` that show something: a table's name, and the columns that pick one.
HistoryRows = tuple[tuple[str, dict[str, str]], ...]


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
    near = nearest(name, names)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return NotKnown(
        f"unknown {what} {shown(name)}; {hint}Known: {', '.join(names) or 'none so far'}"
    )


def look_up(what: str, name: object, known: Mapping[str, T]) -> T:
    """What is known under a name.

    >>> look_up("exposure", "kfunc", {"kfunc": 1, "helper": 2})
    1
    >>> look_up("exposure", "helpr", {"kfunc": 1, "helper": 2})
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: unknown exposure 'helpr'; did you mean 'helper'? \
Known: kfunc, helper
    """
    if not isinstance(name, str) or name not in known:
        raise unknown(what, name, known)
    return known[name]


def shown(name: object) -> str:
    """A name as a message may repeat it: quoted, and cut where it is long.

    >>> shown("x" * 100)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."
    """
    quoted = repr(name)
    return quoted if len(quoted) <= 60 else quoted[:57] + "..."


def release(name: str) -> tuple[int, int]:
    """A kernel release as a pair that sorts; point releases count as their release.

    >>> release("6.12") < release("7.0"), release("v6.12.43")
    (True, (6, 12))
    >>> release("latest")
    Traceback (most recent call last):
        ...
    kfuncviz.kfuncs.known.NotKnown: 'latest' is not a kernel release; write it like '6.12'
    """
    match = re.fullmatch(r"v?(\d{1,2})\.(\d{1,3})(?:\.\d{1,5})?", str(name), re.ASCII)
    if match is None or not isinstance(name, str):
        raise NotKnown(f"{shown(name)} is not a kernel release; write it like '6.12'")
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


def history_rows(rows: Iterable[Mapping[str, Any]]) -> HistoryRows:
    """References to ``data/history`` as the data files write them.

    >>> history_rows([{"table": "counts", "where": {"release": "6.12"}}])
    (('counts', {'release': '6.12'}),)
    """
    return tuple((row["table"], dict(row["where"])) for row in rows)
