# SPDX-License-Identifier: BSD-3-Clause
"""
unshare(1)
==========

``--map-users=INSIDE:OUTSIDE:COUNT`` since util-linux 2.39, the older ``OUTSIDE,INSIDE,COUNT`` still
read; ``auto``, ``subids`` and ``all`` in place of numbers; ``--map-root-user``,
``--map-current-user`` and ``--map-user`` map the caller alone.  Where both are given the caller's
own row wins: the block gets a hole and loses its last id.

Mirrors sys-utils/unshare.c and unshare(1).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kfuncviz.dialects.dialect import Dialect, joined, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Parsed
from kfuncviz.dialects.pieces import Piece, flags
from kfuncviz.dialects.reader import Building, Reader
from kfuncviz.model.uidgid import LAST_ID, IdKind

_FLAGS: dict[str, IdKind] = {
    "--map-users": "uid", "--map-groups": "gid", "--map-user": "uid", "--map-group": "gid",
}  # fmt: skip
_ALONE = {
    "-r": 0, "--map-root-user": 0, "-c": None, "--map-current-user": None,
}  # fmt: skip
_ONLY = r"\s*\d+:\d+:\d+(?:\s+\d+:\d+:\d+)*\s*"


def _read(reader: Reader) -> None:
    words = reader.whole.words()
    building = reader.map("namespace", "the namespace")
    if reader.whole.match(_ONLY) is not None:
        for row in words:
            reader.triple(building, KINDS, row, ("INSIDE", "OUTSIDE"))
    named = _named(words)
    for flag, first in (("--map-auto", 0), ("--map-subids", None)):
        for kind in KINDS if flag in named else ():
            _subids(reader, building, kind, named[flag], first=first)
    given = list(flags(words, _FLAGS))
    for name, value in given:
        if name.endswith("s"):
            _block(reader, building, _FLAGS[name], value)
    for name, value in given:
        inside = None if name.endswith("s") else reader.number(value, name)
        if inside is not None:
            _own(reader, building, _FLAGS[name], inside, value)
    for flag, inside in _ALONE.items():
        for kind in KINDS if flag in named else ():
            _own(reader, building, kind, inside, named[flag])


def _named(words: Iterable[Piece]) -> dict[str, Piece]:
    """The options by their names; -Ur is -U and -r."""
    named: dict[str, Piece] = {}
    for word in words:
        named[word.text.partition("=")[0]] = word
        if re.fullmatch("-[A-Za-z]+", word.text):
            named |= {f"-{letter}": word for letter in word.text[1:]}
    return named


def _block(reader: Reader, building: Building, kind: IdKind, value: Piece) -> None:
    if value.text in ("auto", "subids"):
        _subids(reader, building, kind, value, first=0 if value.text == "auto" else None)
    elif value.text == "all":
        reader.add(building, (kind,), (0, 0, LAST_ID + 1))
        reader.setting("all: every id of the namespace it is run in, here the initial one")
    elif "," in value.text:
        reader.triple(building, (kind,), value, ("OUTSIDE", "INSIDE"), separator=",", swapped=True)
        reader.remark("with commas OUTSIDE stands first, with colons INSIDE", value)
    else:
        if reader.options.util_linux is not None and reader.options.util_linux < (2, 39):
            reader.problem(value, "unshare before 2.39 knows OUTSIDE,INSIDE,COUNT alone")
        reader.triple(building, (kind,), value, ("INSIDE", "OUTSIDE"))


def _subids(
    reader: Reader, building: Building, kind: IdKind, value: Piece, *, first: int | None
) -> None:
    """The caller's ranges: the first of them from ``first`` on, or all as they are."""
    ranges = reader.options.ranges(kind)
    if not ranges:
        reader.problem(value, f"{value.text} takes the ranges of /etc/sub{kind}: --sub{kind} FILE")
    for _, start, count in ranges[: 1 if first is not None else None]:
        inside = start if first is None else first
        reader.add(building, (kind,), (inside, start, count))


def _own(
    reader: Reader, building: Building, kind: IdKind, inside: int | None, value: Piece
) -> None:
    """The caller's own row, for which the blocks make room; ``None``: under its own number."""
    if reader.options.own is None:
        reader.problem(value, "maps the caller's own id: --self UID:GID")
        return
    own = reader.options.own[kind == "gid"]
    inside = own if inside is None else inside
    where = (reader.place(value) if value.text.isdigit() else None, None, None)
    rows = [row for row in building.rows if row.kind == kind]
    building.rows[:] = [row for row in building.rows if row.kind != kind]
    reader.add(building, (kind,), (inside, own, 1), where)
    for row in rows:
        pieces = _with_hole(row.extent, inside)
        for piece in pieces:
            whole = piece == row.extent
            reader.add(building, (kind,), piece, row.where if whole else (None, None, None))
        if row.extent.first <= inside < row.extent.first + row.extent.count:
            reader.remark(
                f"{kind} {inside} inside is the caller's own: the block makes room and loses its "
                f"last id, {row.extent.lower_first + row.extent.count - 1} outside"
            )


def _with_hole(row: Iterable[int], inside: int) -> Iterable[tuple[int, int, int]]:
    first, outside, count = row
    before = inside - first
    if not 0 <= before < count:
        return [(first, outside, count)]
    pieces = [(first, outside, before), (inside + 1, outside + before, count - before - 1)]
    return [piece for piece in pieces if piece[2]]


def _write(parsed: Parsed, _options: Options) -> str:
    map = the_map(parsed, "namespace", "unshare")
    words = ["unshare"]
    for kind, flag in zip(KINDS, ("--map-users", "--map-groups"), strict=True):
        words += [f"{flag}={joined(row)}" for row in map.extents(kind)]
    return " ".join(words) + "\n"


DIALECTS = (
    Dialect(
        "unshare", "INSIDE:OUTSIDE:COUNT (with commas OUTSIDE,INSIDE,COUNT)",
        "unshare(1) of util-linux", _read, _write, r"(?<!podman )(?<!buildah )\bunshare\b", _ONLY,
    ),
)  # fmt: skip
