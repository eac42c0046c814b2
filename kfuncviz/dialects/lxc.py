# SPDX-License-Identifier: BSD-3-Clause
"""
LXC: lxc.idmap and lxc-usernsexec
=================================

``lxc.idmap = u|g INSIDE OUTSIDE COUNT``, a line for each row and kind; Proxmox writes a colon for
the equals sign.  A mount whose options hold ``idmap=container`` gets the container's map.
``lxc-usernsexec -m b:INSIDE:OUTSIDE:COUNT``, and fuidshift with the same rows.

Mirrors lxc.container.conf(5), lxc-usernsexec(1).
"""

from __future__ import annotations

from functools import partial

from kfuncviz.dialects.dialect import KINDS_OF_LETTER, Dialect, joined, kinds_of, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Parsed
from kfuncviz.dialects.reader import Reader
from kfuncviz.printable import short

_LINE = r"(?:lxc\.id_?map\s*[=:]\s*)?(?P<kind>[ugb])\s+(?P<row>.*)"
_MOUNT = (
    r"lxc\.(?:mount\.entry\s*[=:]\s*\S+\s+(?P<of>\S+)|rootfs\.options\s*[=:])"
    r".*\bidmap=(?P<map>[^\s,]+).*"
)
_ARGUMENT = r"(?P<kind>[ugb]):(?P<row>.*)"
_NAMES = ("INSIDE", "OUTSIDE")


def _read(reader: Reader) -> None:
    container = reader.map("namespace", "the container")
    mounts: list[str] = []
    for line in reader.whole.lines():
        entry, mount = line.match(_LINE), line.match(_MOUNT)
        if entry:
            kinds = KINDS_OF_LETTER[entry["kind"].text]
            reader.triple(container, kinds, entry["row"], _NAMES, separator=" ")
        elif mount and mount["map"].text == "container":
            of = short(mount["of"].text) if "of" in mount else "rootfs"
            reader.setting(f"{of} takes the container's map")
            mounts.append(of)
        elif mount:
            reader.setting(f"a mount takes the map of {short(mount['map'].text)}")
        elif line.text.startswith("lxc.id"):
            reader.problem(line, "want lxc.idmap = u INSIDE OUTSIDE COUNT, u for uids, g for gids")
    for of in mounts:
        attached = [row._replace(where=(None, None, None)) for row in container.rows]
        reader.map("mount", f"mount {of}").rows[:] = attached


def _write(parsed: Parsed, _options: Options) -> str:
    map = the_map(parsed, "namespace", "lxc.idmap")
    return "".join(
        f"lxc.idmap = {kind[0]} {joined(row, ' ')}\n" for kind in KINDS for row in map.extents(kind)
    )


def _read_arguments(reader: Reader) -> None:
    namespace = reader.map("namespace", "the namespace")
    for word in reader.whole.words():
        entry = word.match(_ARGUMENT)
        if entry:
            reader.triple(namespace, KINDS_OF_LETTER[entry["kind"].text], entry["row"], _NAMES)


def _write_arguments(before: str, flag: str, after: str, parsed: Parsed, _options: Options) -> str:
    rows = kinds_of(the_map(parsed, "namespace", before.partition(" ")[0]))
    words = [f"{flag}{letter}:{joined(row)}" for letter, row in rows]
    return " ".join([before, *words, after]).strip() + "\n"


DIALECTS = (
    Dialect(
        "lxc", "u|g INSIDE OUTSIDE COUNT", "lxc.container.conf(5)", _read, _write,
        r"lxc\.id_?map\b|lxc\.(?:mount\.entry|rootfs\.options)\s*[=:].*\bidmap=",
        r"\s*[ugb] \d+ \d+ \d+(?:\s+[ugb] \d+ \d+ \d+)*\s*",
    ),
    Dialect(
        "lxc-usernsexec", "b|u|g:INSIDE:OUTSIDE:COUNT", "lxc-usernsexec(1)", _read_arguments,
        partial(_write_arguments, "lxc-usernsexec", "-m ", "-- COMMAND"), r"\blxc-usernsexec\b",
        r"\s*[ugb]:\d+:\d+:\d+(?:\s+[ugb]:\d+:\d+:\d+)*\s*",
    ),
    Dialect(
        "fuidshift", "b|u|g:INSIDE:OUTSIDE:COUNT", "fuidshift of LXD and Incus", _read_arguments,
        partial(_write_arguments, "fuidshift PATH", "", ""), r"\bfuidshift\b",
    ),
)  # fmt: skip
