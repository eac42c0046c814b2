# SPDX-License-Identifier: BSD-3-Clause
"""
The scenario file
=================

The namespaces and mounts of what was read, as the part of a scenario that a replay, an explorer or
a link begins with.  Of a scenario that is read, a namespace that a mount uses is the mount's map.

Mirrors ``data/scenario.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from kfuncviz.dialects.dialect import Dialect, Inexpressible
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Map, Outside, Parsed, Place, Row, Sort
from kfuncviz.dialects.reader import Building, Reader, items
from kfuncviz.model.uidgid import IdKind
from kfuncviz.printable import short
from kfuncviz.scenario.reading.written import yaml_of


def fragments(parsed: Parsed) -> dict[str, Any]:
    """``userns`` and ``mounts`` of a scenario, with the rows that were read.

    >>> from kfuncviz.model.idmap import Extent
    >>> rows = tuple(Row(kind, Extent(0, 5, 1)) for kind in KINDS)
    >>> fragments(Parsed("it", (Map("mount", "/data", rows),)))
    {'userns': {'of_data': {'uid_map': [[0, 5, 1]]}}, 'mounts': {'data': {'userns': 'of_data'}}}
    """
    userns: dict[str, Any] = {}
    mounts: dict[str, Any] = {}
    if parsed.intermediate:
        userns["engine"] = _maps(parsed.intermediate)
    for map in parsed.maps:
        name = _name(map, {*userns, *mounts})
        if map.sort == "mount":
            userns[f"of_{name}"] = _maps(map.rows)
            mounts[name] = {"userns": f"of_{name}"}
        else:
            userns[name] = _maps(map.rows)
            if map.outside == "intermediate" and parsed.intermediate:
                userns[name] = {"parent": "engine", **userns[name]}
    return {"userns": userns} | ({"mounts": mounts} if mounts else {})


def _name(map: Map, taken: set[str]) -> str:
    """A name as scenarios have them, of what the text called it."""
    name = re.sub(r"\W+", "_", map.of.removeprefix("the "), flags=re.ASCII).strip("_")[:40] or "it"
    number = 2
    whole = name
    while whole in taken or f"of_{whole}" in taken:
        whole, number = f"{name}_{number}", number + 1
    return whole


def _maps(rows: Iterable[Row]) -> dict[str, Any]:
    found = {
        f"{kind}_map": [[*row.extent] for row in rows if row.kind == kind] or None for kind in KINDS
    }
    if found["uid_map"] == found["gid_map"]:
        del found["gid_map"]
    return found


def _write(parsed: Parsed, _options: Options) -> str:
    if not parsed.maps:
        raise Inexpressible("a scenario needs rows, and the text gives none")
    return yaml_of(fragments(parsed))


def _read(reader: Reader) -> None:
    document = reader.document()
    userns = document.get("userns") if isinstance(document, Mapping) else None
    if not isinstance(userns, Mapping):
        if not reader.problems:
            reader.problem(Place(path="userns"), "is no object of namespaces")
        return
    mounts = document.get("mounts")
    used = _named(mounts, "userns")
    parents = _named(userns, "parent") & userns.keys()
    if len(parents) > 1:
        names = short(", ".join(sorted(parents)))
        reader.problem(
            Place(path="userns"),
            f"has more than one parent: {names}; between host and container may be one namespace",
        )
        return
    for name, each in userns.items():
        if not isinstance(each, Mapping):
            continue
        parent = each.get("parent")
        above = userns.get(parent) if isinstance(parent, str) else None
        uid_map = each.get("uid_map")
        for kind in KINDS:
            rows = each.get("gid_map", uid_map) if kind == "gid" else uid_map
            outside: Outside = "host" if above is None else "intermediate"
            sort: Sort = "mount" if name in used else "namespace"
            building = reader.map(sort, f"userns.{name}", outside)
            if name in parents and sort == "namespace":
                building = Building(sort, name)
            _rows(reader, building, f"userns.{name}.{kind}_map", kind, rows)
            if name in parents and above is None:
                reader.intermediate += (row for row in building.rows if row.kind == kind)


def _named(holders: Any, key: str) -> set[str]:
    """The namespaces that mounts use, or that are parents."""
    found = holders.values() if isinstance(holders, Mapping) else ()
    names = [holder.get(key) for holder in found if isinstance(holder, Mapping)]
    return {name for name in names if isinstance(name, str)}


def _rows(reader: Reader, building: Building, where: str, kind: IdKind, rows: Any) -> None:
    for path, row in items(reader, rows, where):
        if isinstance(row, list) and len(row) == 3:
            places = [Place(path=f"{path}[{n}]") for n in range(3)]
            numbers = [
                reader.value(number, column, place)
                for number, column, place in zip(
                    row, ("col 1", "col 2", "count"), places, strict=True
                )
            ]
            if None not in numbers:
                reader.add(building, (kind,), numbers, places)
        else:
            reader.problem(Place(path=path), "is no row of three numbers")


DIALECTS = (
    Dialect(
        "scenario", "[col 1, col 2, count]: inside and outside, of a mount disk and mount",
        "data/scenario.md", _read, _write, r"(?m)^\"?userns\"?\s*:|\{\s*\"?userns\"?\s*:",
    ),
)  # fmt: skip
