# SPDX-License-Identifier: BSD-3-Clause
"""
multipass mount
===============

``-u HOST:INSTANCE`` and ``-g HOST:INSTANCE``, one id each: the host's, which is on the disk, and
what the instance sees.  Ids without a row show as they are and may do nothing.

Mirrors multipass mount --help.
"""

from __future__ import annotations

from kfuncviz.dialects.dialect import Dialect, Inexpressible, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Parsed
from kfuncviz.dialects.pieces import flags
from kfuncviz.dialects.reader import Reader
from kfuncviz.model.uidgid import IdKind

_FLAGS: dict[str, IdKind] = {"-u": "uid", "--uid-map": "uid", "-g": "gid", "--gid-map": "gid"}


def _read(reader: Reader) -> None:
    mount = reader.map("mount", "the mount", kernel=False)
    for name, value in flags(reader.whole.words(), _FLAGS):
        reader.triple(
            mount,
            (_FLAGS[name],),
            value,
            ("HOST", "INSTANCE"),
            count=1,
        )
    if mount.rows:
        reader.remark(
            "multipass shows ids without a row as they are, and may deny them what mode bits grant"
        )


def _write(parsed: Parsed, _options: Options) -> str:
    map = the_map(parsed, "mount", "multipass")
    for kind, (first, second, count), _ in map.rows:
        if count > 1:
            raise Inexpressible(
                f"multipass maps one {kind} at a time, and a row ties {count} from {first} = "
                f"{second} on"
            )
    words = [f"-{k[0]} {row.first}:{row.lower_first}" for k in KINDS for row in map.extents(k)]
    return " ".join(["multipass mount", *words, "SRC INSTANCE:DST"]) + "\n"


DIALECTS = (
    Dialect(
        "multipass",
        "HOST:INSTANCE (DISK MOUNT)",
        "multipass mount",
        _read,
        _write,
        r"\bmultipass\b",
    ),
)
