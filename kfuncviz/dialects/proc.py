# SPDX-License-Identifier: BSD-3-Clause
"""
/proc/PID/uid_map and gid_map, and statmount(2)
===============================================

``INSIDE OUTSIDE COUNT`` a line.  Attached to a mount the same rows are ``DISK MOUNT COUNT``, which
is also what statmount(2) gives back since Linux 6.15, a text of one row after the other.

Mirrors user_namespaces(7), statmount(2).
"""

from __future__ import annotations

from kfuncviz.dialects.dialect import Dialect, joined, one_kind, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Map, Parsed, Sort
from kfuncviz.dialects.pieces import Piece
from kfuncviz.dialects.reader import Building, Reader
from kfuncviz.dialects.remarks import wrapped
from kfuncviz.model.errors import IdMapError
from kfuncviz.model.idmap import parse
from kfuncviz.model.uidgid import IdKind

# A line that says of which file the rows are, as grep, head and people write it.
_HEADING = (
    r"(?:==>\s*)?(?:\S*/)?(?:mnt_)?(?P<kind>[ug]id)_?map(?:\s*<==)?"
    r"(?:(?:\s*[:=]\s*|\s+)(?P<rows>.*))?"
)


def _read(reader: Reader) -> None:
    building = _building(reader, "mount" if reader.options.attached else "namespace")
    _rows(reader, building, reader.whole.lines(), KINDS)


def _building(reader: Reader, sort: Sort, kinds: tuple[IdKind, ...] = KINDS) -> Building:
    of = "the mount" if sort == "mount" else "the namespace"
    return reader.map(sort, of, "host", kinds)


def _rows(
    reader: Reader, building: Building, lines: list[Piece], kinds: tuple[IdKind, ...]
) -> None:
    """Rows a line, for both kinds until a heading names one."""
    for line in lines:
        heading = line.match(_HEADING)
        if heading:
            (now,) = (kind for kind in KINDS if kind == heading["kind"].text)
            kinds = (now,)
            if "rows" not in heading or not heading["rows"].text:
                continue
            line = heading["rows"]  # noqa: PLW2901  (what is left of it)
        _row(reader, building, line, kinds)


def _row(reader: Reader, building: Building, line: Piece, kinds: tuple[IdKind, ...]) -> None:
    """One row as the kernel reads it, which keeps 32 bits of a number."""
    data = line.text.encode("utf-8", "replace")
    try:
        (row,) = parse(data)
    except IdMapError as error:
        reader.problem(line, error.reason, error.name)
        return
    for said in wrapped(data):
        reader.remark(said.removeprefix("line 1: "), line)
    reader.add(building, kinds, row, [reader.place(number) for number in line.split(r"\s+")])


def _write(parsed: Parsed, _options: Options) -> str:
    map = the_map(parsed, None, "a map file")
    uids, gids = (map.extents(kind) for kind in KINDS)
    if uids == gids:
        return _lines(map, "uid")
    return "".join(
        f"/proc/PID/{kind}_map:{joined(row, ' ')}\n" for kind in KINDS for row in map.extents(kind)
    )


def _lines(map: Map, kind: IdKind) -> str:
    return "".join(f"{joined(row, ' ')}\n" for row in one_kind(map, kind, f"{kind}_map"))


def _one(kind: IdKind) -> Dialect:
    def read(reader: Reader) -> None:
        sort: Sort = "mount" if reader.options.attached else "namespace"
        _rows(reader, _building(reader, sort, (kind,)), reader.whole.lines(), (kind,))

    def write(parsed: Parsed, _options: Options) -> str:
        return _lines(the_map(parsed, None, f"{kind}_map"), kind)

    return Dialect(f"{kind}_map", "INSIDE OUTSIDE COUNT", "user_namespaces(7)", read, write)


def _read_statmount(reader: Reader) -> None:
    building = reader.map("mount", "the mount")
    _rows(reader, building, reader.whole.lines(r"\n|\0|\\0"), KINDS)
    reader.setting(
        "col 2 counts in the reader's user namespace; a row that has no ids there is left out"
    )


def _write_statmount(parsed: Parsed, _options: Options) -> str:
    map = the_map(parsed, "mount", "statmount")
    texts = []
    for kind in KINDS:
        rows = "".join(f"{joined(row, ' ')}\\0" for row in one_kind(map, kind, "statmount"))
        texts.append(f"mnt_{kind}map: {rows}\n")
    return "".join(texts)


_ROW = r"\d+[ \t]+\d+[ \t]+\d+"
_ROWS = rf"\s*{_ROW}(?:[ \t]*\n\s*{_ROW})*\s*"
DIALECTS = (
    Dialect(
        "proc", "INSIDE OUTSIDE COUNT (attached to a mount: DISK MOUNT COUNT)",
        "user_namespaces(7)", _read, _write, r"(?m)^(?:(?:==> )?/proc/\w+/)?[ug]id_map\b", _ROWS,
    ),
    _one("uid"),
    _one("gid"),
    Dialect(
        "statmount", "DISK MOUNT COUNT", "statmount(2), fs/mnt_idmapping.c", _read_statmount,
        _write_statmount, r"mnt_[ug]idmap|\d(?:\0|\\0)", _ROWS,
    ),
)  # fmt: skip
