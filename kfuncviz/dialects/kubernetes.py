# SPDX-License-Identifier: BSD-3-Clause
"""
Kubernetes: pods, and the CRI below them
========================================

``hostUsers: false`` gives a pod 65536 ids; the kubelet chooses which, 65536 times a number from 1
on. ``securityContext`` says as whom a process runs inside, and maps nothing.  What the kubelet
tells the runtime has the host first: ``host_id``, ``container_id``, ``length``.

Mirrors the pod specification, KEP-127 and the CRI's IDMapping.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from kfuncviz.dialects.dialect import Dialect, Inexpressible, both, the_map
from kfuncviz.dialects.oci import rows_of
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Parsed, Place
from kfuncviz.dialects.pieces import Piece
from kfuncviz.dialects.reader import Building, Reader, at, items
from kfuncviz.model.idmap import Extent
from kfuncviz.printable import short

_CRI = ("container_id", "host_id", "length")
_INSIDE = r"(?i)(?:pod|container|inside|guest|user namespace)"
_RUNS_AS = ("runAsUser", "runAsGroup", "fsGroup", "supplementalGroups", "runAsNonRoot")


def _read(reader: Reader) -> None:
    document = reader.document()
    if not isinstance(document, Mapping):
        if not reader.problems:
            reader.problem(reader.whole, "is no object; want a pod")
        return
    spec = at(document, "spec.template.spec") or at(document, "spec") or document
    if not isinstance(spec, Mapping):
        reader.problem(Place(path="spec"), "is no object")
        return
    users = spec.get("hostUsers", True)
    if users is False:
        reader.setting(
            "hostUsers: false: the pod gets 65536 ids, container 0...65535, on the host "
            "from 65536 * k on (k at least 1); which, /proc/self/uid_map in it says"
        )
    elif users is True:
        reader.setting("no user namespace of its own: ids inside are the host's")
    else:
        reader.problem(Place(path="spec.hostUsers"), f"is {short(str(users))!r}, not true or false")
    _context(reader, "spec", spec)
    for path, container in items(reader, spec.get("containers"), "spec.containers"):
        if isinstance(container, Mapping):
            _context(reader, path, container)


def _context(reader: Reader, path: str, holder: Mapping[str, Any]) -> None:
    context = holder.get("securityContext")
    for name in _RUNS_AS:
        if isinstance(context, Mapping) and name in context:
            value = short(str(context[name]), 40)
            reader.setting(
                f"{path}.securityContext.{name} {value} is an id inside; it maps nothing"
            )


def _write(_parsed: Parsed, _options: Options) -> str:
    raise Inexpressible("a pod says hostUsers: false and no rows: the kubelet chooses them")


def _read_cri(reader: Reader) -> None:
    document = reader.document()
    if isinstance(document, Mapping):
        holder = at(document, "linux.security_context.namespace_options.userns_options") or document
    else:
        holder = {"uids": document, "gids": document}
    pod = reader.map("namespace", "the pod")
    for kind in KINDS:
        path = f"{kind}s"
        for row, where in rows_of(reader, at(holder, path), path, _CRI):
            reader.add(pod, (kind,), row, where)


def _write_cri(parsed: Parsed, _options: Options) -> str:
    uids, gids = both(the_map(parsed, "namespace", "the CRI"), "the CRI")
    return json.dumps({"mode": "POD", "uids": _objects(uids), "gids": _objects(gids)}) + "\n"


def _objects(rows: tuple[Extent, ...]) -> list[dict[str, int]]:
    return [
        {"host_id": row.lower_first, "container_id": row.first, "length": row.count} for row in rows
    ]


def _read_table(reader: Reader) -> None:
    """Rows between bars; a heading says whose ids a column has, else the host's stand first."""
    pod = reader.map("namespace", "the pod")
    inside_first = False
    for line in reader.whole.lines():
        cells = [cell.strip() for cell in line.strip("|").split(r"\|")]
        if re.search("[A-Za-z]", line.text):
            inside_first = re.match(_INSIDE, cells[0].text) is not None
        elif re.search(r"\d", line.text):
            _row_of_table(reader, pod, line, cells, inside_first=inside_first)


def _row_of_table(
    reader: Reader, pod: Building, line: Piece, cells: list[Piece], *, inside_first: bool
) -> None:
    if len(cells) != 3:
        reader.problem(line, f"{short(line.text)!r} has not three columns: HOST, POD, COUNT")
        return
    names = ("POD", "HOST", "COUNT") if inside_first else ("HOST", "POD", "COUNT")
    numbers = [reader.number(*named) for named in zip(cells, names, strict=True)]
    places = [*map(reader.place, cells)]
    if None not in numbers:
        host, inside = (1, 0) if inside_first else (0, 1)
        reader.add(pod, KINDS, (numbers[inside], numbers[host], numbers[2]),
                   (places[inside], places[host], places[2]))  # fmt: skip


def _write_table(parsed: Parsed, _options: Options) -> str:
    uids, gids = both(the_map(parsed, "namespace", "a table"), "a table")
    if uids != gids:
        raise Inexpressible("a table has one row for uids and gids alike, and these differ")
    rows = [f"| {row.lower_first} | {row.first} | {row.count} |" for row in uids]
    return "\n".join(["| Host | Pod | Count |", "|---|---|---|", *rows]) + "\n"


DIALECTS = (
    Dialect(
        "kubernetes",
        "hostUsers and securityContext; no rows",
        "pod specification, KEP-127",
        _read,
        _write,
        r"(?m)^kind:\s*(?:Pod|Deployment|StatefulSet|DaemonSet|Job)\b|\bhostUsers\b",
    ),
    Dialect(
        "cri",
        "host_id, container_id, length: OUTSIDE INSIDE COUNT",
        "IDMapping of the CRI",
        _read_cri,
        _write_cri,
        r"\"?container_id\"?\s*:",
    ),
    Dialect(
        "kep-table",
        "| HOST | POD | COUNT |, or as its heading says",
        "KEP-127",
        _read_table,
        _write_table,
        r"(?m)^\s*\|\s*\d+\s*\|\s*\d+\s*\|\s*\d+\s*\|\s*$",
    ),
)
