# SPDX-License-Identifier: BSD-3-Clause
"""
rootlesskit: the namespace of rootless Docker
=============================================

Container 0 is whoever runs it, 1 and on are the ids of their lines in /etc/subuid: container n is
the start of the range and n - 1.  What is read is the command, or the line it logs,
``[0 1000 1 1 100000 65536]``.

Mirrors rootlesskit; an own id within the own range is left out of it.
"""

from __future__ import annotations

from kfuncviz.dialects.dialect import Dialect, Inexpressible, both, joined, the_map
from kfuncviz.dialects.intermediate import engine
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Parsed
from kfuncviz.dialects.reader import Reader

_LOG = r"(?s).*\[(?P<rows>\d+(?:\s+\d+)*)\].*"


def _read(reader: Reader) -> None:
    container = reader.map("namespace", "the container")
    log = reader.whole.match(_LOG)
    if log:
        numbers = log["rows"].words()
        for start in range(0, len(numbers), 3):
            here = numbers[start : start + 3]
            end = here[-1].at[-1] - here[0].at[0]
            offset = here[0].at[0] - log["rows"].at[0]
            piece = log["rows"].cut(offset, offset + end)
            reader.triple(container, KINDS, piece, ("INSIDE", "OUTSIDE"), separator=" ")
        return
    rows = engine(reader.options, skip=True)
    if not rows:
        reader.problem(reader.whole, "depends on who runs it: --self UID:GID, --subuid FILE")
    elif any(not reader.options.ranges(kind) for kind in KINDS):
        reader.problem(reader.whole, "no ranges of whoever runs it: --subuid FILE, --subgid FILE")
    else:
        container.rows += rows
        if rows != engine(reader.options):
            reader.remark("an own id within the own range is left out of it")


def _write(parsed: Parsed, _options: Options) -> str:
    uids, gids = both(the_map(parsed, "namespace", "rootlesskit"), "rootlesskit")
    if uids != gids:
        raise Inexpressible("the line that rootlesskit logs is of uids or of gids, not of both")
    if uids[0][::2] != (0, 1):
        raise Inexpressible("rootlesskit maps container 0 to whoever runs it, alone, first")
    return f"newuidmap PID [{' '.join(joined(row, ' ') for row in uids)}]\n"


DIALECTS = (
    Dialect(
        "rootlesskit", "INSIDE OUTSIDE COUNT ...: (0) UID (1), (1) START COUNT", "rootlesskit",
        _read, _write, r"\brootlesskit\b",
    ),
)  # fmt: skip
