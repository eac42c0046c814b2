# SPDX-License-Identifier: BSD-3-Clause
"""
bindfs --map
============

``--map=FROM/TO:@FROM/@TO``: a user, or after ``@`` a group, as it is on the disk and as it is
shown, one id each.  Ids that are not named stay as they are, which no map of the kernel does.

Mirrors bindfs(1).
"""

from __future__ import annotations

from kfuncviz.dialects.dialect import Dialect, Inexpressible, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Parsed
from kfuncviz.dialects.pieces import flags
from kfuncviz.dialects.reader import Reader

_PAIR = r"(?P<group>@?)(?P<disk>\d+)/(?P<at>@?)(?P<mount>\d+)"


def _read(reader: Reader) -> None:
    mount = reader.map("mount", "the mount", kernel=False)
    for _, value in flags(reader.whole.words(), ("--map",)):
        for each in value.split(":"):
            found = each.match(_PAIR)
            if found is None or found["group"].text != found["at"].text:
                reader.problem(each, "want FROM/TO, or @FROM/@TO for groups, in numbers")
                continue
            row = [reader.number(found[name], name) for name in ("disk", "mount")]
            if None not in row:
                places = [reader.place(found[name]) for name in ("disk", "mount")]
                kind = KINDS[bool(found["group"].text)]
                reader.add(mount, (kind,), [*row, 1], [*places, None])
    if mount.rows:
        reader.remark("bindfs shows ids that are not named as they are, an idmapped mount as 65534")


def _write(parsed: Parsed, _options: Options) -> str:
    pairs = []
    for kind, (first, second, count), _ in the_map(parsed, "mount", "bindfs").rows:
        if count > 1:
            raise Inexpressible(f"bindfs maps one {kind} at a time, and a row ties {count}")
        at = "@" if kind == "gid" else ""
        pairs.append(f"{at}{first}/{at}{second}")
    return f"bindfs --map={':'.join(pairs)} SRC DST\n"


DIALECTS = (
    Dialect(
        "bindfs",
        "FROM/TO, groups @FROM/@TO (DISK MOUNT)",
        "bindfs(1)",
        _read,
        _write,
        r"\bbindfs\b|--map=@?\d+/@?\d",
    ),
)
