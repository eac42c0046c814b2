# SPDX-License-Identifier: BSD-3-Clause
"""
Docker: userns-remap, and compose files
=======================================

``{"userns-remap": "user[:group]"}`` of daemon.json: container 0 and on are the ids of that user's
lines in /etc/subuid, one line after the other; ``default`` is the user ``dockremap``.  A compose
file says which service leaves the namespace (``userns_mode: host``), keeps the own id (podman's
``keep-id``), and as whom it runs.

Mirrors dockerd(8) and the compose specification.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from kfuncviz.dialects.dialect import Dialect, Inexpressible, both, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Parsed, Place
from kfuncviz.dialects.pieces import Piece
from kfuncviz.dialects.podman import userns
from kfuncviz.dialects.reader import Reader, items
from kfuncviz.printable import short

#: Before Docker 20.10 no more lines than this were taken.
_LINES = 5


def _read(reader: Reader) -> None:
    document = reader.document()
    if not isinstance(document, Mapping) or not isinstance(document.get("userns-remap"), str):
        if not reader.problems:
            reader.problem(reader.whole, 'want {"userns-remap": "user"} of daemon.json')
        return
    user, _, group = document["userns-remap"].partition(":")
    if user == "default":
        user = group = "dockremap"
    container = reader.map("namespace", "every container")
    for kind, owner in zip(KINDS, (user, group or user), strict=True):
        given = reader.options.subuid if kind == "uid" else reader.options.subgid
        ranges = [each for each in given if each.owner == owner]
        if not ranges:
            reader.problem(
                Place(path="userns-remap"),
                f"takes the lines of {short(owner)!r} in /etc/sub{kind}: --sub{kind} FILE "
                "with them",
            )
        if len(ranges) > _LINES:
            reader.remark(f"{len(ranges)} lines for {owner}: older Docker takes {_LINES} of them")
        inside = 0
        for each in ranges:
            reader.add(container, (kind,), (inside, each.start, each.count))
            inside += each.count


def _write(parsed: Parsed, options: Options) -> str:
    uids, gids = both(the_map(parsed, "namespace", "userns-remap"), "userns-remap")
    for rows in (uids, gids):
        after = 0
        for row in sorted(rows):
            if row.first != after:
                raise Inexpressible(
                    "userns-remap gives container ids from 0 on without a gap; there is no row "
                    f"for {after}"
                )
            after += row.count
    if options.user is None:
        raise Inexpressible("userns-remap names a user of /etc/subuid: --user NAME")
    for kind, rows in zip(KINDS, (uids, gids), strict=True):
        held = [each[1:] for each in options.ranges(kind)]
        if held != [row[1:] for row in sorted(rows)]:
            lines = ", ".join(f"{options.user}:{r.lower_first}:{r.count}" for r in sorted(rows))
            raise Inexpressible(f"/etc/sub{kind} has to hold {lines} for it: --sub{kind} with them")
    return json.dumps({"userns-remap": options.user}) + "\n"


def _read_compose(reader: Reader) -> None:
    document = reader.document()
    services = document.get("services") if isinstance(document, Mapping) else None
    if not isinstance(services, Mapping):
        if not reader.problems:
            reader.problem(Place(path="services"), "is no object of services")
        return
    for name, service in services.items():
        if isinstance(service, Mapping):
            _service(reader, f"services.{name}", service)


def _service(reader: Reader, path: str, service: Mapping[str, Any]) -> None:
    mode = service.get("userns_mode")
    shown = short(path)
    if isinstance(mode, str):
        reader.setting(f"{shown}: userns_mode {short(mode)}")
        userns(reader, Piece.of(mode, f"{shown}.userns_mode"))
    if service.get("user") is not None:
        reader.setting(f"{shown} runs as {short(str(service['user']))} inside; user: maps nothing")
    for place, volume in items(reader, service.get("volumes"), f"{path}.volumes"):
        source = volume.get("source") if isinstance(volume, Mapping) else str(volume).split(":")[0]
        if isinstance(source, str) and source.startswith(("/", ".", "~")):
            reader.setting(f"{short(place)}: {short(source)} keeps its owners, no map is attached")


def _write_compose(_parsed: Parsed, _options: Options) -> str:
    raise Inexpressible(
        "a compose file has no rows: the engine's own configuration has them (userns-remap), or "
        "podman's --uidmap"
    )


DIALECTS = (
    Dialect(
        "docker-remap",
        "(0) START COUNT of the user's lines in /etc/subuid",
        "dockerd(8)",
        _read,
        _write,
        r"\"userns-remap\"\s*:",
    ),
    Dialect(
        "compose",
        "userns_mode and user; no rows",
        "compose specification",
        _read_compose,
        _write_compose,
        r"(?m)^services:",
    ),
)
