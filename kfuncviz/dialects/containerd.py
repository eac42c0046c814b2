# SPDX-License-Identifier: BSD-3-Clause
"""
Rows of three numbers and nothing else: ctr, storage.conf
=========================================================

``ctr run --uidmap INSIDE:OUTSIDE:COUNT --gidmap …`` of containerd, and ``remap-uids =
"INSIDE:OUTSIDE:COUNT"`` of storage.conf, several parted by commas.

Mirrors ctr(8), containers-storage.conf(5).
"""

from __future__ import annotations

from kfuncviz.dialects.dialect import Dialect, joined, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Parsed
from kfuncviz.dialects.pieces import flags
from kfuncviz.dialects.reader import Reader
from kfuncviz.model.uidgid import IdKind

_NAMES = ("INSIDE", "OUTSIDE")
_FLAGS: dict[str, IdKind] = {"--uidmap": "uid", "--gidmap": "gid"}
_REMAP = r"(?m)^[ \t]*remap-(?P<kind>[ug]id)s\s*=\s*\"(?P<rows>[^\"\n]*)\""


def _read(reader: Reader) -> None:
    container = reader.map("namespace", "the container")
    for name, value in flags(reader.whole.words(), _FLAGS):
        reader.triple(container, (_FLAGS[name],), value, _NAMES)


def _write(parsed: Parsed, _options: Options) -> str:
    map = the_map(parsed, "namespace", "ctr")
    words = [f"--{kind}map {joined(row)}" for kind in KINDS for row in map.extents(kind)]
    return " ".join(["ctr run", *words, "IMAGE NAME"]) + "\n"


def _read_storage(reader: Reader) -> None:
    storage = reader.map("namespace", "the storage")
    for found in reader.whole.found(_REMAP):
        (kind,) = (kind for kind in KINDS if kind == found["kind"].text)
        for row in found["rows"].split(","):
            reader.triple(storage, (kind,), row.strip(), _NAMES)


def _write_storage(parsed: Parsed, _options: Options) -> str:
    map = the_map(parsed, "namespace", "storage.conf")
    lines = []
    for kind in KINDS:
        rows = ",".join(joined(row) for row in map.extents(kind))
        lines += [f'remap-{kind}s = "{rows}"\n'] if rows else []
    return "".join(lines)


DIALECTS = (
    Dialect("containerd", "INSIDE:OUTSIDE:COUNT", "ctr(8)", _read, _write, r"\bctr\b"),
    Dialect(
        "storage.conf", "INSIDE:OUTSIDE:COUNT", "containers-storage.conf(5)", _read_storage,
        _write_storage, r"(?m)^[ \t]*remap-[ug]ids\s*=",
    ),
)  # fmt: skip
