# SPDX-License-Identifier: BSD-3-Clause
"""
Matters: what the second half of the course asks about
======================================================

`wrapper` asks the four wrappers, `call` the verifier, `promise` the contracts, `history` the
recorded counts, `way` what does without a kfunc, `thread` the mails of July 2023.  `matter` says
what each of them knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, get_args, get_type_hints

from kfuncviz.explorers import outside
from kfuncviz.learn.matters.call import Call
from kfuncviz.learn.matters.history import History
from kfuncviz.learn.matters.matter import Matter, Slip
from kfuncviz.learn.matters.promise import Promise
from kfuncviz.learn.matters.thread import Thread
from kfuncviz.learn.matters.way import Way
from kfuncviz.learn.matters.wrapper import Wrapper

__all__ = ("MATTERS", "Matter", "Slip", "matter")

#: Each by the part of a question that describes it.
MATTERS: Mapping[str, Any] = {
    "wrapper": Wrapper, "verifier": Call, "promise": Promise, "history": History, "way": Way,
    "thread": Thread,
}  # fmt: skip


def matter(name: str, part: Any, document: Mapping[str, Any]) -> Matter:
    """What a question is about, from its part in a file; ``document`` is its scenario.

    Raises ValueError for a part there is not, one that is missing, and one the data does not know.

    >>> matter("thread", {"claim": "voice"}, {}).key()
    'Alexei Starovoitov'
    """
    kind = MATTERS[name]
    known = [field.name for field in fields(kind) if field.name != "document"]
    given = outside.mapping(f"what is asked of the {name}", part, known)
    if "document" in kind.__dataclass_fields__:
        given["document"] = document
    return _made(name, kind, given)


def _made(name: str, kind: Any, given: dict[str, Any]) -> Matter:
    hints = get_type_hints(kind)
    for part, value in given.items():
        words = get_args(hints[part])
        if words and all(isinstance(word, str) for word in words):
            outside.known(f"{part} of the {name}", value, words)
        if isinstance(value, list):
            given[part] = tuple(value)
    try:
        made: Matter = kind(**given)
        made.key()
    except TypeError as error:
        raise ValueError(f"what is asked of the {name}: {error}") from None
    except LookupError as error:
        raise ValueError(str(error.args[0])) from None
    return made
