# SPDX-License-Identifier: BSD-3-Clause
"""
mount(8): X-mount.idmap, --map-users and --map-groups
=====================================================

``[u:|g:|b:]DISK:MOUNT:COUNT``, entries parted by spaces.  What stands first is the id on the disk.
The manual pages of util-linux 2.39 to 2.42.3 named the columns the other way round; the program
never changed.

Mirrors libmount's hook_idmap.c and mount(8).
"""

from __future__ import annotations

from kfuncviz.dialects.dialect import KINDS_OF_LETTER, Dialect, joined, kinds_of, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import Parsed
from kfuncviz.dialects.pieces import Piece, flags
from kfuncviz.dialects.reader import Reader
from kfuncviz.printable import short

_NAMES = ("DISK", "MOUNT")
#: Since when it is known at all, and which manual pages named the columns the other way round.
_SINCE, _MANUAL = (2, 39), ((2, 39), (2, 42, 3))
# Up to a blank that no further entry follows; what stands after a comma is no part of it.
_OPTION = (
    r"X-mount\.idmap=(?P<value>[^\s\"',]*(?:[ \t]+(?:[ugb]:|\d+:)[^\s\"',]*)*)"
    r"(?:,(?P<rest>[^\"',\n]*))?"
)
_QUOTED = r"X-mount\.idmap=(?P<quote>[\"'])(?P<value>[^\"']*)(?P=quote)"
_BARE = r"(?s)\A\s*(?P<value>[^,]*)(?:,(?P<rest>.*))?\Z"
_FORMS = (_QUOTED, _OPTION, _BARE)
_ENTRY = r"\A(?:(?P<kind>[ugb]):)?(?P<row>.*)\Z"


def _read(reader: Reader) -> None:
    for option in next(filter(None, (list(reader.whole.found(form)) for form in _FORMS))):
        for field in option["value"].split(r"\\040|\s+"):
            if field.text.startswith("/"):
                _namespace(reader, field)
            elif field.text:
                _entry(reader, field)
        if "rest" in option and option["rest"].match(r"(?s)\s*(?:[ugb]:)?\d+:.*") is not None:
            reader.problem(
                option["rest"],
                "a comma ends the option, and mount(8) drops what follows without a word; "
                "entries are parted by spaces (in fstab \\040)",
            )
    _version(reader)


def _entry(reader: Reader, field: Piece) -> None:
    (found,) = field.found(_ENTRY)
    kinds = KINDS_OF_LETTER[found["kind"].text if "kind" in found else "b"]
    row = found["row"]
    junk = row.match(r"\d+:\d+:\d+(?P<junk>[^\d:].*)")
    if junk:
        reader.remark(f"{short(junk['junk'].text)!r} after the count is passed over", junk["junk"])
        row = row.cut(0, len(row.text) - len(junk["junk"].text))
    reader.triple(
        reader.map("mount", "the mount"), kinds, row, _NAMES, swapped=reader.options.manual
    )


def _namespace(reader: Reader, field: Piece) -> None:
    reader.setting(f"the map of the user namespace {short(field.text)} is attached to the mount")


def _version(reader: Reader) -> None:
    version = reader.options.util_linux
    if version is not None and version < _SINCE:
        reader.remark("mount(8) before 2.39 takes the option, maps nothing and says nothing")
    if reader.options.manual:
        reader.remark(
            "read after the words of the manual pages 2.39 to 2.42.3 (id-mount:id-host); the "
            "program takes what stands first for the id on the disk"
        )
    elif version is not None and _MANUAL[0] <= version <= _MANUAL[1]:
        reader.remark(
            "the manual page of this version names the columns id-mount:id-host, the other way "
            "round; the program reads DISK:MOUNT (--after-manual reads what it says)"
        )


def _write(parsed: Parsed, _options: Options) -> str:
    map = the_map(parsed, "mount", "X-mount.idmap")
    entries = [f"{letter}:{joined(row)}" for letter, row in kinds_of(map)]
    return f"X-mount.idmap={' '.join(entries)}\n"


def _read_flags(reader: Reader) -> None:
    building = reader.map("mount", "the mount")
    for name, value in flags(reader.whole.words(), ("--map-users", "--map-groups")):
        if value.text.startswith("/"):
            _namespace(reader, value)
        else:
            kinds = KINDS_OF_LETTER[name.removeprefix("--map-")[0]]
            reader.triple(building, kinds, value, _NAMES, swapped=reader.options.manual)
    _version(reader)


def _write_flags(parsed: Parsed, _options: Options) -> str:
    map = the_map(parsed, "mount", "mount --map-users")
    words = ["mount --bind"]
    for kind, flag in (("uid", "--map-users"), ("gid", "--map-groups")):
        words += [f"{flag} {joined(row)}" for row in map.extents(kind)]  # type: ignore[arg-type]
    return " ".join([*words, "SRC DST"]) + "\n"


_ROWS = r"\s*(?:[ugb]:)?\d+:\d+:\d+(?:\s+(?:[ugb]:)?\d+:\d+:\d+)*\s*"
DIALECTS = (
    Dialect(
        "x-mount.idmap", "[u:|g:|b:]DISK:MOUNT:COUNT, parted by spaces",
        "libmount/src/hook_idmap.c of util-linux", _read, _write, r"X-mount\.idmap=", _ROWS,
    ),
    Dialect(
        "mount", "--map-users DISK:MOUNT:COUNT", "mount(8) of util-linux 2.39", _read_flags,
        _write_flags, r"\bmount\b[^\n]*--map-(?:users|groups)",
    ),
)  # fmt: skip
