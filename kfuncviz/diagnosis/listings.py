# SPDX-License-Identifier: BSD-3-Clause
"""
Listings: a file as some tool showed it
=======================================

``ls -ln``, ``stat``, ``getfacl -n`` and ``getcap -n`` show ids.  A name other than root and nobody
says nothing about a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kfuncviz.model.uidgid import is_id

NOBODY = 65534
_NAMES = {"root": 0, "nobody": NOBODY, "nogroup": NOBODY, "nfsnobody": NOBODY}
#: A longer line shows no file.
_LINE_MAX = 1000

_LIST = re.compile(
    r"(?P<mode>[-dlcbps][r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-])[.+@]?\s+\d+\s+"
    r"(?P<uid>\S+)\s+(?P<gid>\S+)\s+.*?(?P<path>\S+)"
)
#: Words may stand before it.
_MODE = re.compile(r"(?<!\S)[-dlcbps][r-][w-][xsS-][r-][w-][xsS-][r-][w-][xtT-](?=[.+@\s])")
_STAT = re.compile(
    r"(?:(?P<path>\S+)\s+)?(?:Access:\s*\((?P<mode>[0-7]{4})/.*?)?Uid:\s*\(\s*(?P<uid>\d+)/.*?Gid:\s*\(\s*(?P<gid>\d+)/.*"
)
_SHORT = re.compile(r"(?:ls|stat)\s[^:]*?(?P<path>\S+):\s*(?P<uid>[\w-]+)[\s:]+(?P<gid>[\w-]+)")
_CAPS = re.compile(
    r"(?P<path>\S+)\s+(?:=\s+)?(?:cap_[\w,]+)[=+][eip]+(?:\s+\[rootid=(?P<root>[0-9]{1,10})\])?"
)
_FACL = re.compile(
    r"(?m)^[ \t]*# file: (?P<path>.+)\n[ \t]*# owner: (?P<uid>\S+)\n[ \t]*# group: (?P<gid>\S+)\n"
    r"(?:[ \t]*# flags: .*\n)?"
    r"(?P<entries>(?:[ \t]*(?:default:)?(?:user|group|mask|other):.*\n?)+)"
)
_ENTRY = re.compile(r"\s*(user|group|mask|other):([^:]*):([r-][w-][x-]).*")

Entry = tuple[str, int | None, str]
"""An entry of an access list: its tag, its id if it has one, ``"rwx"``."""


@dataclass(frozen=True)
class Shown:
    """A file as a tool showed it.

    An id is ``None`` where only a name stood; ``inside``: it was seen in a
    container, or ``None``, nobody said where.  ``acl`` are
    the entries of an access list that names somebody, ``cap_root`` is the root of a capability.
    """

    path: str
    uid: int | None
    gid: int | None
    mode: int | None = None
    directory: bool = False
    inside: bool | None = None
    acl: tuple[Entry, ...] = ()
    cap_root: int | None = None


def shown(line: str, *, inside: bool | None = None) -> Shown | None:
    """The file that a line shows, if it does.

    >>> shown("drwxr-xr-x 2 0 1000 40 Jan 1 00:00 /srv").gid
    1000
    """
    if len(line) > _LINE_MAX:
        return None
    begins = _MODE.search(line)
    line = line[begins.start() :] if begins else line
    for pattern in (_LIST, _STAT, _SHORT):
        if found := pattern.fullmatch(line):
            parts = found.groupdict()
            mode = parts.get("mode") or ""
            bits = int(mode, 8) if mode.isdigit() else _mode(mode)
            uid, gid = number(parts["uid"]), number(parts["gid"])
            return Shown(parts.get("path") or "file", uid, gid, bits, mode.startswith("d"), inside)
    if found := _CAPS.fullmatch(line):
        root = int(found["root"] or 0)
        if is_id(root):
            return Shown(found["path"], 0, 0, 0o755, inside=inside, cap_root=root)
    return None


def access_lists(text: str) -> Iterator[tuple[re.Match[str], Shown]]:
    """Each list of getfacl(1) in a text, and the file it is of."""
    for found in _FACL.finditer(text):
        entries = [entry for line in found["entries"].splitlines() if (entry := _entry(line))]
        bits = {tag: perms for tag, id, perms in entries if id is None}
        owner, other = bits.get("user_obj", "---"), bits.get("other", "---")
        group = bits.get("mask", bits.get("group_obj", "---"))
        named = tuple(entries) if len(entries) > len(bits) else ()
        uid, gid = number(found["uid"]), number(found["gid"])
        mode = _mode(f"-{owner}{group}{other}")
        yield found, Shown(found["path"].strip(), uid, gid, mode, acl=named)


def _entry(line: str) -> Entry | None:
    """An entry of an access list; none for a default one, and one with a name that is no number."""
    found = _ENTRY.fullmatch(line)
    if found is None:
        return None
    tag, name, perms = found.groups()
    if not name:
        return (f"{tag}_obj" if tag in ("user", "group") else tag), None, perms
    id = number(name)
    return None if id is None else (tag, id, perms)


def number(text: str) -> int | None:
    """The id that stands somewhere, or that a name everybody has means.

    >>> number("1000"), number("root"), number("alice")
    (1000, 0, None)
    """
    return int(text) if re.fullmatch("[0-9]{1,10}", text) else _NAMES.get(text)


def _mode(text: str) -> int | None:
    """The bits of ``drwxr-xr-x``."""
    if not text:
        return None
    bits = sum(1 << 8 - at for at, letter in enumerate(text[1:10]) if letter not in "-ST")
    special = (text[3] in "sS", text[6] in "sS", text[9] in "tT")
    return bits | sum(bit << 11 - at for at, bit in enumerate(special))
