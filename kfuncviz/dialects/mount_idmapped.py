# SPDX-License-Identifier: BSD-3-Clause
"""
mount-idmapped
==============

``--map-mount b|u|g:DISK:MOUNT:COUNT``, the flag once a row; ``--map-caller`` with the same letters
puts the caller into a namespace of INSIDE:OUTSIDE:COUNT first.  Ids without a row become 65534.

Mirrors mount-idmapped.c of brauner/mount-idmapped.
"""

from __future__ import annotations

from kfuncviz.dialects.dialect import KINDS_OF_LETTER, Dialect, joined, kinds_of, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import Parsed, Sort
from kfuncviz.dialects.pieces import flags
from kfuncviz.dialects.reader import Reader
from kfuncviz.printable import short

_ENTRY = r"(?P<kind>[ugb]):(?P<row>.*)"
_FLAGS: dict[str, tuple[Sort, str, tuple[str, str]]] = {
    "--map-mount": ("mount", "the mount", ("DISK", "MOUNT")),
    "--map-caller": ("namespace", "the caller", ("INSIDE", "OUTSIDE")),
}


def _read(reader: Reader) -> None:
    words = reader.whole.words()
    bare = [word for word in words if word.match(_ENTRY)]
    for name, value in flags(words, _FLAGS):
        bare = [word for word in bare if word.at[0] != value.at[0]]
        sort, of, names = _FLAGS[name]
        entry = value.match(_ENTRY)
        if value.text.startswith("/"):
            reader.setting(f"the map of the user namespace {short(value.text)} is attached to {of}")
        elif entry is None:
            reader.problem(value, f"want u, g or b first: b:{':'.join(names)}:COUNT")
        else:
            kinds = KINDS_OF_LETTER[entry["kind"].text]
            reader.triple(reader.map(sort, of), kinds, entry["row"], names)
    for word in bare:
        reader.problem(word, "is taken for a path; each row needs a --map-mount of its own")


def _write(parsed: Parsed, _options: Options) -> str:
    rows = kinds_of(the_map(parsed, "mount", "mount-idmapped"))
    words = [f"--map-mount {letter}:{joined(row)}" for letter, row in rows]
    return " ".join(["mount-idmapped", *words, "SRC DST"]) + "\n"


DIALECTS = (
    Dialect(
        "mount-idmapped", "b|u|g:DISK:MOUNT:COUNT", "mount-idmapped.c", _read, _write,
        r"--map-mount\b|\bmount-idmapped\b",
    ),
)  # fmt: skip
