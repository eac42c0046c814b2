# SPDX-License-Identifier: BSD-3-Clause
"""
/etc/subuid, /etc/subgid and getsubids as dialects
==================================================

``OWNER:START:COUNT`` a line, and what ``getsubids`` prints of it.  A range is no row: which ids its
ids become inside, the tool that uses it decides.

Mirrors subuid(5), getsubids(1).
"""

from __future__ import annotations

from functools import partial

from kfuncviz.dialects.dialect import Dialect, Inexpressible, one_kind
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import Granted, Parsed, Place
from kfuncviz.dialects.reader import ROWS_MAX, Reader
from kfuncviz.dialects.subid import SubidRange, numbered, overlaps
from kfuncviz.model.uidgid import IdKind

_GETSUBIDS = r"\d+:\s+(?P<owner>\S+)\s+(?P<start>\d+)\s+(?P<count>\d+)"


def _read(kind: IdKind, reader: Reader) -> None:
    lines = []
    for piece in reader.whole.split(r"\n"):
        printed = piece.strip().match(_GETSUBIDS)
        lines.append(":".join(each.text for each in printed.values()) if printed else piece.text)
    found: list[tuple[int, SubidRange]] = []
    for number, entry in numbered("\n".join(lines).encode("utf-8", "replace")):
        place = Place(number, 1, len(lines[number - 1]))
        if isinstance(entry, str):
            reader.problem(place, entry)
        elif len(found) < ROWS_MAX:
            found.append((number, entry))
            reader.ranges.append(Granted(kind, entry, place))
    for number, text in sorted(overlaps(found)):
        reader.remark(f"line {number}: {text}")


def _needed(kind: IdKind, parsed: Parsed, options: Options) -> list[SubidRange]:
    """The ranges of a text, or those that the outside of its rows takes."""
    if parsed.ranges:
        return [each.range for each in parsed.ranges]
    maps = [each for each in parsed.maps if each.sort == "namespace"]
    if len(maps) != 1:
        raise Inexpressible(
            f"sub{kind} holds host ids that somebody may hand out; the text has "
            f"{len(maps)} user namespaces whose outside is the host"
        )
    if options.user is None:
        raise Inexpressible(f"sub{kind} names an owner, and the text does not: --user NAME")
    own = options.own and options.own[kind == "gid"]
    return [
        SubidRange(options.user, row.lower_first, row.count)
        for row in one_kind(maps[0], kind, f"sub{kind}")
        if (row.lower_first, row.count) != (own, 1)
    ]


def _write(kind: IdKind, parsed: Parsed, options: Options) -> str:
    return "".join(f"{':'.join(map(str, each))}\n" for each in _needed(kind, parsed, options))


def _write_printed(parsed: Parsed, options: Options) -> str:
    return "".join(
        f"{number}: {owner} {start} {count}\n"
        for number, (owner, start, count) in enumerate(_needed("uid", parsed, options))
    )


DIALECTS = (
    Dialect(
        "subuid", "OWNER:START:COUNT", "subuid(5)", partial(_read, "uid"), partial(_write, "uid"),
        r"(?m)^(?![ugb]:)[A-Za-z_][\w.-]*:\d+:\d+\s*$",
        r"\s*\d+:\d+:\d+(?:\s+\d+:\d+:\d+)*\s*"
        r"|(?![ugb]:)[A-Za-z_][\w.-]*:\d+-\d+",
    ),
    Dialect(
        "subgid", "OWNER:START:COUNT", "subgid(5)", partial(_read, "gid"), partial(_write, "gid"),
    ),
    Dialect(
        "getsubids", "INDEX: OWNER START COUNT", "getsubids(1)", partial(_read, "uid"),
        _write_printed, rf"(?m)^{_GETSUBIDS}\s*$",
    ),
)  # fmt: skip
