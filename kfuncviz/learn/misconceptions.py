# SPDX-License-Identifier: BSD-3-Clause
"""
Misconceptions: the wrong readings, as code
===========================================

A wrong reading changes the scenario, not the rules: whoever reads a row backwards looks at the
mount with that row turned round.  So each misconception gives the scenario that its reader has in
mind, and the model answers that one like any other.  Where no scenario can be made of it, it gives
its answer outright.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from kfuncviz.learn.key import NO_ID, NO_NAME, OK, REALLY, Asked, Document, key, told, way
from kfuncviz.model.errors import KernelError
from kfuncviz.model.uidgid import IdKind
from kfuncviz.model.user_namespace import DEFAULT_OVERFLOW
from kfuncviz.scenario.ownership.travel import Row
from kfuncviz.scenario.variation import Place, map_rows, stack_of, vary, with_map

Meant = Document | str | None
"""What a misconception makes of a question: the scenario it has in mind, or its answer; ``None``
where it changes nothing."""


class Misconception(NamedTuple):
    """A wrong reading: what it is called, who cures it, and what it would answer.

    ``told`` says to its reader what was read, ``instead`` what is so; ``chapter`` owns it.
    """

    name: str
    chapter: str
    told: str
    instead: str
    means: Callable[[Document, Asked], Meant]


class Reading(NamedTuple):
    """What a wrong reading answers, and the scenario it has in mind (``None`` where there is
    none).
    """

    answer: str
    document: Document | None


def reading(misconception: Misconception, document: Document, about: Asked) -> Reading | None:
    """What somebody with a misconception would answer; ``None`` where it changes nothing.

    >>> from kfuncviz.scenario.load import load
    >>> swapped = ALL["columns swapped"]
    >>> reading(swapped, load("home-on-a-stick"), Asked("home/letter.txt", via="stick")).answer
    '65534'
    """
    _, via, _ = _who(document, about)
    if via not in (None, "plain", *(document.get("mounts") or {})):
        return None  # made by an operation: no part of the scenario says what it looks like
    try:
        meant = misconception.means(document, about)
        if meant is None or isinstance(meant, str):
            return None if meant is None else Reading(meant, None)
        if about.result:
            return Reading(key(meant, about), meant)
        return Reading(told(way(meant, about), about.of), meant)
    except KernelError:
        return None


def answers(document: Document, about: Asked) -> dict[str, str]:
    """What each misconception would answer where that is not the key, by its name."""
    right = key(document, about)
    out = {}
    for name, misconception in ALL.items():
        found = reading(misconception, document, about)
        if found is not None and found.answer != right:
            out[name] = found.answer
    return out


# ------------------------------------------------------------------------- another map in mind

_Change = Callable[[tuple[Row, ...], int, int], Iterable[Row] | None]
"""The rows as misread, for an id that is looked up in a column; ``None``: as they are."""


def _rows(document: Document, about: Asked, change: _Change) -> Document | None:
    """The scenario with the rows of the mount and of the caller as somebody misreads them."""
    out, changed = document, False
    for _ in range(2):
        o = way(out, about)
        for leg in o.travel.legs:
            hop, id = o.hops[leg.hop], o.lanes[leg.source].id
            if hop.nop or hop.key not in ("mount", "caller") or id is None:
                continue
            rows = change(hop.rows, id, leg.column)
            if rows is not None and tuple(rows) != hop.rows:
                out, changed = _with(out, about, hop.key, rows), True
                break
        else:
            break
    return out if changed else None


def _with(document: Document, about: Asked, place: Place, rows: Iterable[Row]) -> Document:
    by, via, kind = _who(document, about)
    text = "\n".join(" ".join(map(str, row)) for row in rows)
    return with_map(document, stack_of(document, by, via), place, kind, text)


def _who(document: Document, about: Asked) -> tuple[str | None, str | None, IdKind]:
    """The caller, the mount and the kind of id a question is about."""
    op: dict[str, Any] = {} if about.op is None else document["ops"][about.op]
    return op.get("by", about.by), op.get("via", about.via), about.kind


def _one(rows: tuple[Row, ...], id: int, column: int) -> Row | None:
    """The row that holds an id in a column."""
    return next((row for row in rows if 0 <= id - row[column - 1] < row[2]), None)


def _single(id: int, other: int, column: int) -> list[Row]:
    return [(id, other, 1) if column == 1 else (other, id, 1)]


def _no_offset(rows: tuple[Row, ...], id: int, column: int) -> list[Row] | None:
    row = _one(rows, id, column)
    return None if row is None or row[2] == 1 else _single(id, row[2 - column], column)


def _count_is_last(rows: tuple[Row, ...], id: int, column: int) -> list[Row] | None:
    if _one(rows, id, column) is not None:
        return None
    beyond = [row for row in rows if row[column - 1] + row[2] == id]
    return _single(id, beyond[0][2 - column] + beyond[0][2], column) if beyond else None


def _unlisted_pass(rows: tuple[Row, ...], id: int, column: int) -> list[Row] | None:
    return _single(id, id, column) if _one(rows, id, column) is None else None


def _root_passes(rows: tuple[Row, ...], id: int, column: int) -> list[Row] | None:
    return _unlisted_pass(rows, id, column) if id == 0 else None


def _per_id(change: _Change) -> Callable[[Document, Asked], Meant]:
    return lambda document, about: _rows(document, about, change)


def _swapped(document: Document, about: Asked) -> Meant:
    return _turned(document, about, ("mount", "caller"))


def _writing_read(document: Document, about: Asked) -> Meant:
    writing = way(document, about).direction != "read"
    return _turned(document, about, ("mount",)) if writing else None


def _turned(document: Document, about: Asked, places: Iterable[Place]) -> Document | None:
    """The rows of some places with their columns swapped."""
    by, via, kind = _who(document, about)
    stack = stack_of(document, by, via)
    out = document
    for place in places:
        rows = map_rows(document, stack, place, kind)
        if rows:
            out = _with(out, about, place, [(b, a, count) for a, b, count in rows])
    return None if out is document else out


def _gid_through_uid(document: Document, about: Asked) -> Meant:
    if about.kind != "gid":
        return None
    by, via, _ = _who(document, about)
    stack = stack_of(document, by, via)
    out = document
    places: tuple[Place, ...] = ("mount", "caller")
    for place in places:
        rows = map_rows(document, stack, place, "uid")
        if rows:
            out = _with(out, about, place, map(tuple, rows))
    return None if out is document else out


# --------------------------------------------------------------------- a part of the stack unseen


def _without(part: str) -> Callable[[Document, Asked], Meant]:
    """The scenario without the map of the mount, of the caller or of the filesystem."""

    def means(document: Document, about: Asked) -> Meant:
        by, via, _ = _who(document, about)
        stack = stack_of(document, by, via)
        off: Any = {part: False}
        return vary(document, replace(stack, **off)) if getattr(stack, part) else None

    return means


def _flat(document: Document, _: Asked) -> Meant:
    """Every namespace a child of the host's."""
    userns = document.get("userns") or {}
    if not any(spec.get("parent") for spec in userns.values()):
        return None
    flat = {name: {**spec, "parent": None} for name, spec in userns.items()}
    return {**document, "userns": flat}


# --------------------------------------------------------------------------- who may do what


def _op(document: Document, about: Asked) -> dict[str, Any] | None:
    """The operation asked whether it is refused."""
    ends = about.result.endswith(".err")
    return document["ops"][about.op] if about.op is not None and ends else None


_REFUSALS = ("EPERM", "EACCES", "EOVERFLOW")


def _capability_counts(document: Document, about: Asked) -> Meant:
    op = _op(document, about)
    if op is None:
        return None
    callers = document.get("callers") or {}
    by = op.get("by") or next(iter(callers), "root")
    caps = (callers.get(by) or {}).get("caps") or ("all" if by == "root" else "none")
    return OK if caps != "none" and key(document, about) in _REFUSALS else None


def _stored_owner(document: Document, about: Asked) -> Meant:
    return None if _op(document, about) is None else _without("mount_idmapped")(document, about)


def _overflow_is_a_user(document: Document, about: Asked) -> Meant:
    if about.of == "meaning":
        return REALLY if key(document, about) in (NO_ID, NO_NAME) else None
    op = _op(document, about)
    if op is None:
        return None
    owner = way(document, Asked(op.get("path"), op.get("by"), op.get("via"), about.kind))
    shown = told(owner) == str(DEFAULT_OVERFLOW) and owner.travel.lost is not None
    return OK if shown and key(document, about) in _REFUSALS else None


def _any_rows(errno: str) -> Callable[[Document, Asked], Meant]:
    """Whoever does not know a rule of map files takes its refusal for a written map."""

    def means(document: Document, about: Asked) -> Meant:
        written = about.result.startswith("userns.")
        return OK if written and key(document, about) == errno else None

    return means


def _listed(*all_: Misconception) -> dict[str, Misconception]:
    return {each.name: each for each in all_}


#: Every misconception by its name; where two give the same answer the one named first is told,
#: unless the chapter at hand owns the other.
ALL = MappingProxyType(
    _listed(
        Misconception(
            "writing in the reading direction",
            "03",
            "You went through the mount in the reading direction.",
            "What is created or given away comes from the caller: it is looked up in col 2, and "
            "col 1 is stored.",
            _writing_read,
        ),
        Misconception(
            "columns swapped",
            "01",
            "You took each column of the row for the other.",
            "On a mount col 1 is what the disk stores, col 2 what the mount shows; in a user "
            "namespace col 1 is inside, col 2 outside.",
            _swapped,
        ),
        Misconception(
            "no offset in a row",
            "01",
            "You gave every id of the row the first number of the other column.",
            "A row ties ids one by one: the third on one side is the third on the other.",
            _per_id(_no_offset),
        ),
        Misconception(
            "count read as last id",
            "01",
            "You let the row reach one id too far.",
            "The third number says how many ids follow each other: the last is first + count - 1.",
            _per_id(_count_is_last),
        ),
        Misconception(
            "root is never refused",
            "04",
            "You let root through without a row.",
            "0 is looked up like any other id: without a row it has no number on the other side.",
            _per_id(_root_passes),
        ),
        Misconception(
            "unlisted ids pass",
            "01",
            "You let an id pass that no row holds.",
            "A map holds all there is: an id without a row has no number on the other side.",
            _per_id(_unlisted_pass),
        ),
        Misconception(
            "capability always counts",
            "06",
            "You let a capability decide that does not count here.",
            "A capability counts over an inode only where its owner and group have a number in "
            "the namespace the capability belongs to.",
            _capability_counts,
        ),
        Misconception(
            "mount ignored",
            "00",
            "You left the mount out.",
            "An idmapped mount translates every owner on the way.",
            _without("mount_idmapped"),
        ),
        Misconception(
            "container's view ignored",
            "00",
            "You told the host's number, not the caller's.",
            "A process is shown the number its own user namespace has for an owner.",
            _without("in_container"),
        ),
        Misconception(
            "nested rows read as host ids",
            "09",
            "You read the inner rows as if the host had written them.",
            "Col 2 of a nested namespace holds ids of its parent, which has rows of its own.",
            _flat,
        ),
        Misconception(
            "filesystem namespace ignored",
            "03",
            "You left out the namespace the filesystem is mounted in.",
            "A filesystem mounted in a user namespace stores that namespace's numbers.",
            _without("fs_in_userns"),
        ),
        Misconception(
            "gid through the uid rows",
            "03",
            "You sent the group through the rows for users.",
            "Groups have rows of their own, in gid_map.",
            _gid_through_uid,
        ),
        Misconception(
            "overflow id taken for a user",
            "06",
            "You took 65534 for a user.",
            "65534 is shown where there is no number to show: nobody is that owner.",
            _overflow_is_a_user,
        ),
        Misconception(
            "mode bits of the stored owner",
            "06",
            "You compared the caller with the owner that is stored.",
            "The owner's bits are for who owns the file through this mount.",
            _stored_owner,
        ),
        Misconception(
            "any rows may be written",
            "02",
            "You let the rows be written as they are.",
            "The kernel refuses with EINVAL rows that are no rows, overlap or run past the last "
            "id.",
            _any_rows("EINVAL"),
        ),
        Misconception(
            "any ids may be handed out",
            "02",
            "You let the writer hand out ids that are not the writer's to give.",
            "EPERM: every row must fit into one row of the parent's map, and a writer without "
            "capabilities in the parent may map its own id alone.",
            _any_rows("EPERM"),
        ),
    )
)
