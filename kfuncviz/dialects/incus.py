# SPDX-License-Identifier: BSD-3-Clause
"""
Incus and LXD: raw.idmap, security.idmap, volatile.idmap, shift
===============================================================

``both|uid|gid HOST CONTAINER``, host first, each a number or a range ``A-B``.  The rows are put
over the daemon's own map, by default container 0 at host 1000000 and a thousand million ids, or
what ``security.idmap.base`` and ``.size`` say.  A disk with ``shift: "true"`` gets the container's
map.

Mirrors the instance options of Incus and LXD.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from kfuncviz.dialects.dialect import Dialect, kinds_of, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Map, Parsed, Place
from kfuncviz.dialects.pieces import Piece
from kfuncviz.dialects.reader import Building, Reader, items
from kfuncviz.model.idmap import Extent
from kfuncviz.model.uidgid import IdKind
from kfuncviz.printable import short

#: What the daemon maps if nothing else is said: host id of container 0, and how many.
BASE, SIZE = 1000000, 1000000000
_WORDS: dict[str, tuple[IdKind, ...]] = {"both": KINDS, "uid": ("uid",), "gid": ("gid",)}
_LETTERS = {"b": "both", "u": "uid", "g": "gid"}
#: Rows and shift as they are set on the command line.
_SET = (
    r"\b(?:set|launch|create|init)\b[^\n]*raw\.idmap[\s=]+[\"']?"
    r"(?P<rows>(?:both|uid|gid) [^\"'\n]*)"
)
_SHIFT = r"\bshift[\"']?\s*[:=]\s*[\"']?true\b"
_LINE = r"(?P<kind>\S+)\s+(?P<host>\S+)\s+(?P<container>\S+)"


def _read(reader: Reader) -> None:
    commands = [*reader.whole.found(_SET)]
    for command in commands:
        _read_rows(reader, command["rows"], BASE, SIZE)
    if re.search(r"\bshift=true\b", reader.whole.text):
        if not commands:
            reader.add(reader.map("namespace", "the container"), KINDS, (0, BASE, SIZE))
        _shifted(reader, "the disk")
    elif not commands and re.search(r"\b(?:raw|security)\.idmap\b|\bshift\b", reader.whole.text):
        _read_config(reader)
    elif not commands:
        _read_rows(reader, reader.whole, BASE, SIZE)


def _shifted(reader: Reader, of: str) -> None:
    """A disk with shift: it gets the container's map."""
    reader.setting(f"{of}: shift, takes the container's map")
    reader.map("mount", of).rows[:] = reader.map("namespace", "the container").rows


def _read_config(reader: Reader) -> None:
    document = reader.document()
    if not isinstance(document, Mapping):
        return
    config = document.get("config", document)
    config = config if isinstance(config, Mapping) else {}
    numbers = []
    for name, usual in (("base", BASE), ("size", SIZE)):
        key = f"security.idmap.{name}"
        isolated = str(config.get("security.idmap.isolated")).lower() in ("true", "1")
        fallback = 65536 if isolated and name == "size" else usual
        value = config.get(key, fallback)
        text = str(value)
        numbers.append(
            reader.value(
                int(text) if re.fullmatch("[0-9]{1,10}", text) else value, key, Place(path=key)
            )
        )
        if name == "base" and isolated and key not in config:
            reader.problem(Place(path=key), "isolated: the daemon chooses the base; name it")
    base, size = numbers
    if base is None or size is None:
        return
    _read_rows(reader, Piece.of(str(config.get("raw.idmap", "")), "raw.idmap"), base, size)
    devices = document.get("devices")
    for name, device in devices.items() if isinstance(devices, Mapping) else ():
        if isinstance(device, Mapping) and str(device.get("shift")).lower() == "true":
            _shifted(reader, f"devices.{short(name)}")


def _read_rows(reader: Reader, text: Piece, base: int, size: int) -> None:
    container = reader.map("namespace", "the container")
    reader.add(container, KINDS, (0, base, size))
    reader.setting(f"for other ids the daemon's map: container 0 = host {base}, {size} ids")
    for line in text.lines():
        found = line.match(_LINE)
        if found is None or found["kind"].text not in _WORDS:
            reader.problem(line, "want both|uid|gid HOST CONTAINER, host first")
            continue
        host, inside = (_range(reader, found[name], name, line) for name in ("host", "container"))
        if host is None or inside is None:
            continue
        if host[1] != inside[1]:
            reader.problem(line, f"{host[1]} host ids for {inside[1]} of the container")
            continue
        row = Extent(inside[0], host[0], host[1])
        for kind in _WORDS[found["kind"].text]:
            _hole(container, kind, row)
            places = [reader.place(found[name]) for name in ("container", "host")]
            reader.add(container, (kind,), row, [*places, None])


def _range(reader: Reader, piece: Piece, name: str, where: Piece) -> tuple[int, int] | None:
    """``N`` or ``A-B``, both ends included: the first id and the count."""
    ends = [int(end) if re.fullmatch("[0-9]{1,10}", end) else end for end in piece.text.split("-")]
    values = [reader.value(end, name, where) for end in ends[:2]]
    first, last = values[0], values[-1]
    if first is None or last is None:
        return None
    if last < first or len(ends) > 2:
        reader.problem(where, f"{short(piece.text)!r} is no range A-B")
        return None
    return first, last - first + 1


def _hole(container: Building, kind: IdKind, row: Extent) -> None:
    """Take the row's container ids out of the rows that are there."""
    before, container.rows[:] = container.rows[:], []
    for each in before:
        if each.kind != kind:
            container.rows.append(each)
            continue
        first, lower_first, count = each.extent
        end, out = first + count, row.first + row.count
        for start, stop in ((first, min(row.first, end)), (max(out, first), end)):
            if start < stop:
                left = Extent(start, lower_first + start - first, stop - start)
                container.rows.append(each._replace(extent=left))


def _write(parsed: Parsed, _options: Options) -> str:
    map = the_map(parsed, "namespace", "raw.idmap")
    base, size = _daemon(map)
    config = ['security.idmap.isolated: "false"']
    if (base, size) != (BASE, SIZE):
        config = [
            'security.idmap.isolated: "true"',
            f'security.idmap.base: "{base}"',
            f'security.idmap.size: "{size}"',
        ]
    lines = [
        f"  {_LETTERS[letter]} {_ends(row.lower_first, row.count)} {_ends(row.first, row.count)}"
        for letter, row in kinds_of(map)
        if row.lower_first - row.first != base
    ]
    if lines:
        config += ["raw.idmap: |-", *lines]
    return "config:\n" + "".join(f"  {line}\n" for line in config)


def _daemon(map: Map) -> tuple[int, int]:
    """The base of the most ids, and the end of the map."""
    rows = [row.extent for row in map.rows]
    far: Counter[int] = Counter()
    for row in rows:
        far[row.lower_first - row.first] += row.count
    base = max(far, key=far.__getitem__)
    return max(base, 0), max(row.first + row.count for row in rows)


def _ends(first: int, count: int) -> str:
    return f"{first}" if count == 1 else f"{first}-{first + count - 1}"


def _read_volatile(reader: Reader) -> None:
    document = reader.document()
    container = reader.map("namespace", "the container")
    for path, row in items(reader, document, "volatile.idmap") if document is not None else ():
        if not isinstance(row, Mapping):
            reader.problem(Place(path=path), "is no object")
            continue
        names = ("Nsid", "Hostid", "Maprange")
        places = [Place(path=f"{path}.{name}") for name in names]
        numbers = [
            reader.value(row.get(name), name, place)
            for name, place in zip(names, places, strict=True)
        ]
        kinds = [kind for kind in KINDS if row.get(f"Is{kind}") is True]
        if None not in numbers:
            reader.add(container, kinds, numbers, places)


def _write_volatile(parsed: Parsed, _options: Options) -> str:
    rows: Iterable[dict[str, Any]] = (
        {
            "Isuid": letter in "bu",
            "Isgid": letter in "bg",
            "Hostid": row.lower_first,
            "Nsid": row.first,
            "Maprange": row.count,
        }
        for letter, row in kinds_of(the_map(parsed, "namespace", "volatile.idmap"))
    )
    return json.dumps([*rows]) + "\n"


DIALECTS = (
    Dialect(
        "incus",
        "both|uid|gid HOST CONTAINER, ranges A-B",
        "instance options of Incus and LXD",
        _read,
        _write,
        rf"{_SHIFT}|\braw\.idmap\b|\bsecurity\.idmap\.|(?m:^[ \t]*(?:both|uid|gid) [\d-]+ [\d-]+)",
    ),
    Dialect(
        "incus-volatile",
        "Nsid, Hostid, Maprange: INSIDE OUTSIDE COUNT",
        "volatile.idmap of Incus and LXD",
        _read_volatile,
        _write_volatile,
        r"\"Maprange\"\s*:",
    ),
)
