# SPDX-License-Identifier: BSD-3-Clause
"""
Key: what the model answers
===========================

What can be asked of a scenario, and the answer as a learner would write it.  No key is typed: it is
computed whenever it is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Literal

from kfuncviz.explorers import outside
from kfuncviz.scenario.machine import Machine, replay
from kfuncviz.scenario.ownership.answer import Ownership
from kfuncviz.scenario.ownership.ask import answered

Document = Mapping[str, Any]
Of = Literal["number", "meaning", "hop"]

#: What a call or a write that is not refused comes out as.
OK = "ok"
#: The three things a shown 65534 can be.
NO_ID, NO_NAME, REALLY = "no id", "no name here", "really 65534"
#: Who can lose an id, by the key of the hop.
_HOPS = {"fs": "the filesystem", "mount": "the mount", "mid": "the user namespace between",
         "caller": "the caller's user namespace"}  # fmt: skip
ARRIVES = "nowhere: it arrives"


@dataclass(frozen=True)
class Asked:
    """What a question asks of a scenario.

    The way of an id, told as :func:`kfuncviz.api.who_owns` takes it (``path``, ``by``, ``via``,
    ``kind``, ``direction``, ``id``, ``entry``); or, where ``result`` is given, a place in what a
    replay prints: ``ops.0.err``, ``ops.2.disk.uid``, ``userns.box``, ``mounts.home``.

    ``of`` says what of the way is wanted: the ``number`` at its end (what is shown or stored, or
    the errno), the ``meaning`` of a shown 65534 (one of three), or the ``hop`` that loses the id.
    """

    path: str | None = None
    by: str | None = None
    via: str | None = None
    kind: Literal["uid", "gid"] = "uid"
    direction: Literal["read", "create", "chown"] = "read"
    id: int | None = None
    entry: str | None = None
    of: Of = "number"
    result: str = ""

    @property
    def op(self) -> int | None:
        """The operation whose result is asked about, ``None`` for anything else."""
        first, _, rest = self.result.partition(".")
        number = rest.partition(".")[0]
        return int(number) if first == "ops" and number.isdecimal() else None


def asked(part: Any) -> Asked:
    """What a question asks, from a file; ValueError names a part that is not known.

    >>> asked({"path": "home", "via": "stick"}).via
    'stick'
    """
    return Asked(**outside.mapping("what is asked", part, [field.name for field in fields(Asked)]))


def way(document: Document, about: Asked) -> Ownership:
    """The way of the id that is asked about, drawn or not; of an operation, of what it acts on.

    Raises KernelError where there is none, e.g. for a mount that could not be made.
    """
    about = of_operation(document, about)
    return answered(
        Machine(document), about.path, by=about.by, via=about.via, kind=about.kind,
        direction=about.direction, id=about.id, entry=about.entry,
    )  # fmt: skip


def key(document: Document, about: Asked) -> str:
    """What the model answers, as a learner would write it.

    A call that is refused answers with its errno, also where an id would have had a number.

    >>> from kfuncviz.scenario.load import load
    >>> key(load("home-on-a-stick"), Asked(result="ops.1.err"))
    'EACCES'
    """
    if about.result:
        return _at(replay(document), about.result)
    o = way(document, about)
    stopped = about.of == "number" and o.access is not None and o.access.err
    return stopped or told(o, about.of)


def told(o: Ownership, of: Of = "number") -> str:
    """What comes of an id on its way, whether or not the caller gets there.

    >>> from kfuncviz.api import who_owns
    >>> told(who_owns("home-on-a-stick"))
    '1125'
    """
    if of == "hop":
        lost = o.travel.lost
        return ARRIVES if lost is None else _HOPS[o.hops[lost.hop].key]
    if o.err:
        return o.err
    end = o.lanes[o.travel.end]
    if of == "meaning" and end.id is None:
        return NO_NAME if o.travel.loss == "no name" else NO_ID
    number = str(o.overflow if end.id is None else end.id)
    return REALLY if of == "meaning" and number == "65534" else number


def _at(result: Mapping[str, Any], path: str) -> str:
    """A place in a replay's result; ValueError where there is no such place."""
    here: Any = result
    for part in path.split("."):
        there = here if isinstance(here, Mapping) else {str(n): v for n, v in enumerate(here or ())}
        here = there[outside.known(f"part of the result ({path})", part, there)]
    return OK if here is None else str(here).rpartition(":")[2]


#: The operations that store an id of the caller's, and the direction that id takes.
_STORES = {"create": "create", "mkdir": "create", "mknod": "create", "symlink": "create",
           "tmpfile": "create", "chown": "chown"}  # fmt: skip


def of_operation(document: Document, about: Asked) -> Asked:
    """An operation asked about, as the way of the id it acts on; anything else as it is.

    ValueError where there is no such operation.

    >>> of_operation({"ops": [{"op": "stat", "path": "f"}]}, Asked(result="ops.0.err")).path
    'f'
    """
    if about.op is None:
        return about
    ops = document.get("ops") or ()
    if about.op >= len(ops):
        raise ValueError(f"there is no operation {about.op}; the scenario has {len(ops)}")
    op = ops[about.op]
    direction = _STORES.get(op["op"], "read")
    kind = "gid" if direction == "chown" and op.get("uid", -1) == -1 else about.kind
    id = op.get(kind) if direction == "chown" else None
    path = op.get("path")
    if direction == "create":
        path = str(path).rpartition("/")[0] or "."
    return replace(
        about, path=path, by=op.get("by"), via=op.get("via"), kind=kind,
        direction=direction, id=id, result="",  # type: ignore[arg-type]
    )  # fmt: skip
