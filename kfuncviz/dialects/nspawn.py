# SPDX-License-Identifier: BSD-3-Clause
"""
systemd-nspawn: --private-users and --bind
==========================================

``--private-users=BASE[:COUNT]``: container 0 is host BASE, 65536 ids if no count is given;
``identity`` 0 to 65535 as they are; ``pick``, ``yes`` and ``managed`` choose the base when the
container starts.  ``--bind=SRC:DST:idmap`` attaches the container's map, ``rootidmap`` ties the
owner of SRC to the container's root and nothing else.

Mirrors systemd-nspawn(1) and systemd.nspawn(5); of systemd.exec(5) what ``PrivateUsers=self`` and
``full`` do, which is remembered.
"""

from __future__ import annotations

import re

from kfuncviz.dialects.dialect import Dialect, Inexpressible, both, the_map
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Parsed
from kfuncviz.dialects.pieces import Piece
from kfuncviz.dialects.reader import Building, Reader
from kfuncviz.printable import short

_COUNT = 65536
#: The first of the ids that images are stored with which no host knows.
_FOREIGN = 2147352576
_USERS = r"(?m)(?:--private-users=|^[ \t]*PrivateUsers=)(?P<value>[^\s\"']*)"
_U = r"\bsystemd-nspawn\b[^\n]*\s-U\b"
_OWNERSHIP = r"(?m)(?:--private-users-ownership=|^[ \t]*PrivateUsersOwnership=)(?P<value>[^\s\"']*)"
_BIND = r"(?m)(?:--bind(?:-ro)?[= ]|^[ \t]*Bind(?:ReadOnly)?=)[\"']?(?P<value>[^\s\"']*)"
_BIND_PATHS = r"(?m)^[ \t]*BindPaths=[^\n]*:(?P<value>\w*idmap)\b"
#: What systemd.exec(5) has besides: nothing is shifted, so there are no rows to choose.
_SERVICE = {
    "self": "root and the user of the unit stay as they are, other ids show as 65534",
    "full": "every id stays as it is",
}
_CHOSEN = {
    "yes": "the owner of the root directory is the base",
    "pick": "a free base is picked, a multiple of 65536 from 524288 to 1878982656",
    "managed": "systemd-nsresourced gives a range",
}
_OWNERSHIPS = {
    "off": "the root directory is taken as it is",
    "chown": "the root directory is given to the container's range by chown -R",
    "map": "the root directory is idmapped with the container's map",
    "foreign": "the root directory is owned by the foreign range 2147352576...2147418111",
    "auto": "the root directory is idmapped, or where that fails given away by chown -R",
}


def _read(reader: Reader) -> None:
    container = reader.map("namespace", "the container")
    for found in reader.whole.found(_USERS):
        _users(reader, container, found["value"])
    if re.search(_U, reader.whole.text):
        reader.setting(f"-U is --private-users=pick, {_CHOSEN['pick']}; /proc/PID/uid_map has it")
    for found in reader.whole.found(_OWNERSHIP):
        value = found["value"].text
        if value in _OWNERSHIPS:
            reader.setting(f"{value}: {_OWNERSHIPS[value]}")
            _root_directory(reader, container, value)
        else:
            known = ", ".join(_OWNERSHIPS)
            reader.problem(found["value"], f"ownership {short(value)!r} is none of {known}")
    for found in reader.whole.found(_BIND_PATHS):
        reader.problem(
            found["value"], "BindPaths= of a service has no such option, nspawn's Bind= has"
        )
    for found in reader.whole.found(_BIND):
        _bind(reader, container, found["value"])


def _root_directory(reader: Reader, container: Building, value: str) -> None:
    """The map of the root directory: from ids as they are inside, or from the foreign ones."""
    if value in ("map", "foreign"):
        start = _FOREIGN if value == "foreign" else 0
        mount = reader.map("mount", "the root directory")
        for kind, (_, outside, count), _ in container.rows:
            reader.add(mount, (kind,), (start, outside, count))


def _users(reader: Reader, container: Building, value: Piece) -> None:
    if value.text in ("no", "false", "0"):
        reader.setting("no user namespace of its own")
    elif value.text in _CHOSEN:
        reader.setting(f"{value.text}: {_CHOSEN[value.text]}; /proc/PID/uid_map has it")
    elif value.text in _SERVICE:
        reader.setting(f"{value.text}: {_SERVICE[value.text]}")
    elif value.text == "identity":
        reader.add(container, KINDS, (0, 0, _COUNT))
    else:
        base, *rest = value.split(":")
        start = reader.number(base, "BASE")
        count = reader.number(rest[0], "COUNT") if rest else _COUNT
        if start is not None and count is not None:
            place = reader.place(base)
            reader.add(
                container,
                KINDS,
                (0, start, count),
                (None, place, reader.place(rest[0]) if rest else None),
            )


def _bind(reader: Reader, container: Building, value: Piece) -> None:
    source, _, rest = value.text.partition(":")
    where, _, options = rest.partition(":")
    where = where or source
    of = f"bind {short(where)}"
    words = options.split(",")
    if "idmap" in words:
        reader.setting(f"{of} takes the container's map")
        reader.map("mount", of).rows += container.rows
    elif "rootidmap" in words:
        _root(reader, container, value, of)
    elif "owneridmap" in words:
        reader.setting(
            f"{of}: the owner of {short(source)} is the owner of {short(where)} in the "
            "container, and nothing else is mapped"
        )
    else:
        reader.setting(f"{of} keeps its owners: host ids without a row show as 65534")


def _root(reader: Reader, container: Building, value: Piece, of: str) -> None:
    owner = reader.options.owner
    if owner is None or not container.rows:
        need = "--private-users=BASE" if owner else "--owner UID:GID of the directory"
        reader.problem(
            value, f"rootidmap ties the directory's owner to the container's root: {need}"
        )
        return
    for (kind, (_, base, _), _), disk in zip(container.rows, owner, strict=False):
        reader.add(reader.map("mount", of), (kind,), (disk, base, 1))


def _write(parsed: Parsed, _options: Options) -> str:
    uids, gids = both(the_map(parsed, "namespace", "--private-users"), "--private-users")
    if uids != gids or len(uids) != 1 or uids[0].first:
        raise Inexpressible(
            "--private-users has one row from container 0 on, the same for uids and gids; "
            f"there are {len(uids)} and {len(gids)}, the first from {uids[0].first} on"
        )
    _, base, count = uids[0]
    return f"--private-users={base}{'' if count == _COUNT else f':{count}'}\n"


DIALECTS = (
    Dialect(
        "nspawn",
        "(0) BASE:COUNT",
        "systemd-nspawn(1)",
        _read,
        _write,
        rf"{_U}|--private-users\b|(?m:^[ \t]*PrivateUsers(?:Ownership)?=)|:(?:root|owner)idmap\b",
    ),
)
