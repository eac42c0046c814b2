# SPDX-License-Identifier: BSD-3-Clause
"""
bubblewrap
==========

``bwrap --unshare-user --uid U --gid G`` maps one id of each kind, the caller's own, to U and G;
without ``--uid`` it keeps its number.  ``--userns FD`` joins a namespace that somebody else made.

Mirrors bwrap(1).
"""

from __future__ import annotations

from kfuncviz.dialects.dialect import Dialect, Inexpressible, both, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Parsed
from kfuncviz.dialects.pieces import flags
from kfuncviz.dialects.reader import Reader
from kfuncviz.printable import short


def _read(reader: Reader) -> None:
    words = reader.whole.words()
    for _, value in flags(words, ("--userns",)):
        reader.setting(f"joins the user namespace of descriptor {short(value.text)}")
        return
    if reader.options.own is None:
        reader.problem(reader.whole, "maps whoever runs it: --self UID:GID")
        return
    given = dict(flags(words, ("--uid", "--gid")))
    for kind, own in zip(KINDS, reader.options.own, strict=True):
        inside: int | None = own
        place = None
        if f"--{kind}" in given:
            inside = reader.number(given[f"--{kind}"], f"--{kind}")
            place = reader.place(given[f"--{kind}"])
        if inside is not None:
            reader.add(
                reader.map("namespace", "the sandbox"),
                (kind,),
                (inside, own, 1),
                (place, None, None),
            )


def _write(parsed: Parsed, options: Options) -> str:
    uids, gids = both(the_map(parsed, "namespace", "bwrap"), "bwrap")
    for kind, rows, own in zip(KINDS, (uids, gids), options.own or (None, None), strict=True):
        if len(rows) != 1 or rows[0][1:] != (own, 1):
            raise Inexpressible(
                f"bwrap maps one {kind} alone, that of whoever runs it (--self UID:GID)"
            )
    return f"bwrap --unshare-user --uid {uids[0].first} --gid {gids[0].first} COMMAND\n"


DIALECTS = (
    Dialect(
        "bubblewrap",
        "--uid INSIDE, --gid INSIDE; OUTSIDE is the caller's own",
        "bwrap(1)",
        _read,
        _write,
        r"\bbwrap\b",
    ),
)
