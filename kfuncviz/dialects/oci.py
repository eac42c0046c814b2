# SPDX-License-Identifier: BSD-3-Clause
"""
OCI config.json
===============

``linux.uidMappings`` and ``gidMappings``: objects of ``containerID``, ``hostID`` and ``size``, the
container's namespace.  ``mounts[].uidMappings`` have the same names and mean something else:
``containerID`` is the id on the disk, ``hostID`` the id in the mount.  A mount with the option
``idmap`` or ``ridmap`` and no rows takes the container's.

Mirrors config-linux.md and config.md of the OCI runtime specification, 1.2.  crun before 1.8.1
read the rows of a mount the other way round.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from kfuncviz.dialects.dialect import Dialect, both, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Parsed, Place
from kfuncviz.dialects.reader import Building, Reader, at, items
from kfuncviz.model.idmap import Extent
from kfuncviz.printable import short

_KEYS = ("containerID", "hostID", "size")
#: Since when crun reads a mount's rows as the specification means them.
CRUN_DIRECT = (1, 8, 1)


def _read(reader: Reader) -> None:
    document = reader.document()
    if isinstance(document, list):
        document = {"uidMappings": document, "gidMappings": document}
    if not isinstance(document, Mapping):
        if not reader.problems:
            reader.problem(reader.whole, "is no JSON object; want the whole config.json or its "
                           "uidMappings")  # fmt: skip
        return
    container = reader.map("namespace", "the container")
    prefix = "linux." if "linux" in document else ""
    for kind in KINDS:
        path = f"{prefix}{kind}Mappings"
        for row, where in rows_of(reader, at(document, path), path, _KEYS):
            reader.add(container, (kind,), row, where)
    for path, mount in items(reader, document.get("mounts"), "mounts"):
        if isinstance(mount, Mapping):
            _mount(reader, mount, path, container)


def _mount(reader: Reader, mount: Mapping[str, Any], path: str, container: Building) -> None:
    of = f"{path} {short(str(mount.get('destination', '')), 60)}".rstrip()
    found = {kind: mount.get(f"{kind}Mappings") for kind in KINDS}
    words = [word for word in mount.get("options") or () if word in ("idmap", "ridmap")]
    if words and not any(found.values()):
        reader.setting(f"{of} takes the container's map")
        attached = reader.map("mount", of)
        attached.rows += container.rows
        return
    building = reader.map("mount", of)
    crun = reader.options.crun
    swapped = crun is not None and crun < CRUN_DIRECT
    for kind, rows in found.items():
        where = f"{path}.{kind}Mappings"
        for (disk, seen, count), places in rows_of(reader, rows, where, _KEYS):
            row = (seen, disk, count) if swapped else (disk, seen, count)
            reader.add(building, (kind,), row, places)
        if rows is None and any(found.values()):
            reader.problem(Place(path=path), f"has no {kind}Mappings; both or none may be given")
    if swapped and building.rows:
        reader.remark("crun before 1.8.1 takes hostID for the id on the disk", Place(path=path))


def rows_of(
    reader: Reader, value: Any, path: str, keys: tuple[str, str, str]
) -> Iterable[tuple[list[int], list[Place]]]:
    """The rows of a list of objects with these keys, and where their numbers stand."""
    for place, each in items(reader, value, path):
        if not isinstance(each, Mapping):
            reader.problem(Place(path=place), f"is no object of {', '.join(keys)}")
            continue
        named = {key.lower(): value for key, value in each.items()}
        where = [Place(path=f"{place}.{key}") for key in keys]
        missing = [key for key in keys if key.lower() not in named]
        if missing:
            reader.problem(Place(path=place), f"has no {' and no '.join(missing)}")
            continue
        row = [
            reader.value(named[key.lower()], key, at_) for key, at_ in zip(keys, where, strict=True)
        ]
        numbers = [number for number in row if number is not None]
        if len(numbers) == len(keys):
            yield numbers, where


def _objects(rows: Iterable[Extent]) -> list[dict[str, int]]:
    return [dict(zip(_KEYS, row, strict=True)) for row in rows]


def _write(parsed: Parsed, _options: Options) -> str:
    map = the_map(parsed, None, "config.json")
    uids, gids = both(map, "config.json")
    inner = {"uidMappings": _objects(uids), "gidMappings": _objects(gids)}
    if map.sort == "namespace":
        document: dict[str, Any] = {"linux": {"namespaces": [{"type": "user"}], **inner}}
    else:
        document = {"mounts": [{"destination": "/DST", "type": "bind", "source": "/SRC",
                                "options": ["bind"], **inner}]}  # fmt: skip
    return json.dumps(document, indent=2) + "\n"


DIALECTS = (
    Dialect(
        "oci", "containerID, hostID, size: INSIDE OUTSIDE COUNT, of mounts[] DISK MOUNT COUNT",
        "config-linux.md, config.md of the OCI runtime specification", _read, _write,
        r"(?i)\"containerID\"\s*:|\"[ug]idMappings\"\s*:",
    ),
)  # fmt: skip
