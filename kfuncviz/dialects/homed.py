# SPDX-License-Identifier: BSD-3-Clause
"""
systemd-homed: the map of a home
================================

Every home has the same rows but one: on the disk its owner is 65534, in the mount the user.  0 to
60000, 60514 to 65533 and 524288 to 1879048191 are as they are; everything else has no id there.
What is read is the user's number, in a user record or as ``homectl inspect`` prints it.

Mirrors systemd's documentation of home directories; the third row since systemd 251 is what
rootless containers need.
"""

from __future__ import annotations

from kfuncviz.dialects.dialect import Dialect, Inexpressible, both, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Parsed
from kfuncviz.dialects.reader import Reader

#: Ids that a home shows as they are: first and count.
AS_THEY_ARE = ((0, 60001), (60514, 65534 - 60514), (524288, 1879048192 - 524288))
#: The owner of everything in a home, as it is stored.
STORED = 65534
_ID = r"(?mi)(?:\"|^[ \t]*|\b)(?P<kind>[ug]id)\"?\s*[:=]\s*(?P<id>\d+)"


def _read(reader: Reader) -> None:
    found = {each["kind"].text.lower(): each["id"] for each in reader.whole.found(_ID)}
    if "uid" not in found:
        reader.problem(reader.whole, 'want the user\'s number, as in "uid": 60001')
        return
    home = reader.map("mount", "the home")
    for kind in KINDS:
        piece = found.get(kind, found["uid"])
        own = reader.number(piece, kind)
        if own is None:
            return
        if any(first <= own < first + count for first, count in AS_THEY_ARE):
            reader.problem(piece, f"{own} is shown as it is already; homed gives 60001...60513")
            return
        for first, count in AS_THEY_ARE:
            reader.add(home, (kind,), (first, first, count))
        reader.add(home, (kind,), (STORED, own, 1), (None, reader.place(piece), None))


def _write(parsed: Parsed, _options: Options) -> str:
    found = both(the_map(parsed, "mount", "a home of homed"), "a home of homed")
    owners = [[row.lower_first for row in rows if row.first == STORED] for rows in found]
    if not all(owners):
        raise Inexpressible(
            f"a home of homed stores its owner as {STORED}, and no row begins there"
        )
    return "".join(f"{kind}: {ids[0]}\n" for kind, ids in zip(KINDS, owners, strict=True))


DIALECTS = (
    Dialect(
        "homed", "the user's uid and gid; DISK MOUNT COUNT follow", "systemd-homed.service(8)",
        _read, _write, r"\"disposition\"|(?m:^[ \t]*Disposition:)|\bhomectl\b",
    ),
)  # fmt: skip
