# SPDX-License-Identifier: BSD-3-Clause
"""
All dialects by name
====================

Read a text in a named dialect, or find the dialects it could be in.  Nothing tells ``0:1000:1``
of mount(8) from that of podman but a name: where no word of the text is unmistakable there are
several readings, and all are given.  A family of dialects is a file with ``DIALECTS``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import NamedTuple

from kfuncviz.dialects.dialect import Dialect
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import Parsed
from kfuncviz.dialects.reader import Reader
from kfuncviz.nearest import meant
from kfuncviz.printable import printable, short
from kfuncviz.scenario.problems import Problem

#: The most characters of a text.
TEXT_MAX = 1 << 17
#: The files of the families, in the order in which their dialects are listed.
_FAMILIES = (
    *("proc", "subid_files", "newidmap", "util_linux", "unshare", "mount_idmapped", "oci", "lxc"),
    *("podman", "docker", "rootlesskit", "incus", "nspawn", "homed", "kubernetes", "devcontainer"),
    *("bubblewrap", "virtiofs", "containerd", "multipass", "bindfs", "scenario"),
)


class Reading(NamedTuple):
    """One way a text can be meant."""

    dialect: Dialect
    parsed: Parsed


@cache
def known() -> Mapping[str, Dialect]:
    """Every dialect by its name.

    >>> known()["lxc"].columns
    'u|g INSIDE OUTSIDE COUNT'
    """
    modules = (import_module(f"kfuncviz.dialects.{name}") for name in _FAMILIES)
    return {dialect.name: dialect for module in modules for dialect in module.DIALECTS}


def named(name: str) -> Dialect:
    """The dialect of a name; ``ValueError`` with the nearest one where there is none.

    >>> named("lxd")
    Traceback (most recent call last):
        ...
    ValueError: no dialect 'lxd', did you mean 'lxc'?
    """
    found = known().get(name)
    if found is None:
        raise ValueError(f"no dialect {short(printable(name))!r}{meant(name, known())}")
    return found


def parse(name: str, text: str, options: Options | None = None) -> Parsed:
    """Read a text in a named dialect; what is wrong with it stands in ``problems``.

    Raises ``ValueError`` where there is no such dialect.

    >>> parse("x-mount.idmap", "u:1000:0:1").maps[0].rows[0].extent
    Extent(first=1000, lower_first=0, count=1)
    """
    found = named(name)
    reader = Reader(name, text[:TEXT_MAX], options or Options())
    if len(text) > TEXT_MAX:
        reader.problem(None, f"more than {TEXT_MAX} characters")
        return reader.parsed()
    found.read(reader)
    parsed = reader.parsed()
    said = parsed.maps or parsed.ranges or parsed.settings or parsed.problems
    if said:
        return parsed
    nothing = Problem("", f"nothing of {name} is in this text; want {found.columns}")
    return Parsed(name, problems=(nothing,), remarks=parsed.remarks)


def detect(text: str, options: Options | None = None) -> list[Reading]:
    """Every dialect that a text may be in, with what it would mean.

    One reading: the text has a word that no other dialect has, or only one can read it.

    >>> [reading.dialect.name for reading in detect("lxc.idmap = u 0 100000 65536")]
    ['lxc']
    >>> [reading.dialect.name for reading in detect("0:1000:1")]
    ['subuid', 'x-mount.idmap', 'unshare', 'podman']
    """
    if len(text) > TEXT_MAX:
        return []
    found = [each for each in known().values() if each.sure and re.search(each.sure, text)]
    if not found:
        found = [each for each in known().values() if each.maybe and re.fullmatch(each.maybe, text)]
    readings = [Reading(each, parse(each.name, text, options)) for each in found]
    sound = [reading for reading in readings if not reading.parsed.problems]
    return sound or readings
