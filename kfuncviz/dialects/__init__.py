# SPDX-License-Identifier: BSD-3-Clause
r"""
Dialects: how tools write maps
==============================

Real tools put the same three numbers in different orders.  Each file reads and writes the syntax of
one family; all of them give rows in one form, with the place of every number and what every column
means.  The dialect is named, never guessed from three numbers.

>>> from kfuncviz import dialects
>>> parsed = dialects.parse("x-mount.idmap", "X-mount.idmap=b:1000:0:1")
>>> print(*dialects.echo(parsed), sep="\n")
the mount, uids and gids: disk = mount
  1000 = 0 (1 id)
  1 id in all, the last: disk 1000 = mount 0
>>> dialects.convert(parsed, "mount-idmapped")
'mount-idmapped --map-mount b:1000:0:1 SRC DST\n'
"""

from __future__ import annotations

from kfuncviz.dialects.convert import convert
from kfuncviz.dialects.dialect import Dialect, Inexpressible
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import Map, Parsed, Place, Row
from kfuncviz.dialects.registry import Reading, detect, known, named, parse
from kfuncviz.dialects.words import echo, findings

__all__ = (
    "Dialect",
    "Inexpressible",
    "Map",
    "Options",
    "Parsed",
    "Place",
    "Reading",
    "Row",
    "convert",
    "detect",
    "echo",
    "findings",
    "known",
    "named",
    "parse",
)
