# SPDX-License-Identifier: BSD-3-Clause
"""
The file that is asked about
============================

Whose it is on the disk: as it was listed on the host, or worked back from what was seen in the
container, or taken, and then said.  With the directories on the way to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kfuncviz.diagnosis.listings import NOBODY, Entry, Shown
from kfuncviz.diagnosis.question import Question
from kfuncviz.dialects.intermediate import Triple, lower, through
from kfuncviz.dialects.parsed import KINDS, Map, Row
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.uidgid import IdKind
from kfuncviz.printable import short

#: The path of the file that is asked about, in the scenario.
FILE = "file"
_LOST = (0, 1000, 65533, 1)
_WHERE = (
    'where the listing was made: on the host is taken; a prompt, docker exec before it, or "in the '
    'container" would say'
)


@dataclass
class Maps:
    """The map of the container, that of the mount, and the rows of an engine's namespace.

    ``under`` is where the mount stands, empty where that is not known.
    """

    container: Map | None = None
    mount: Map | None = None
    middle: Sequence[Row] = field(default_factory=tuple)
    under: str = ""

    def triples(self, kind: IdKind) -> list[Triple]:
        """The rows of the container: inside, intermediate, host, count."""
        if self.container is None:
            return []
        rows, engine_map = self.container.extents(kind), lower(self.middle, kind)
        if self.container.outside == "intermediate" and engine_map:
            return through(rows, engine_map)
        return [Triple(e.first, e.lower_first, e.lower_first, e.count) for e in rows]

    def host(self, kind: IdKind, inside: int) -> int | None:
        """The host's number of an id of the container, if it has one."""
        held = (
            host + inside - first
            for first, _, host, count in self.triples(kind)
            if host is not None and first <= inside < first + count
        )
        return inside if self.container is None else next(held, None)

    def inside(self, kind: IdKind, host: int) -> int | None:
        """The number in the container of an id of the host, if it has one."""
        held = (
            first + host - below
            for first, _, below, count in self.triples(kind)
            if below is not None and below <= host < below + count
        )
        return host if self.container is None else next(held, None)

    def disk(self, kind: IdKind, inside: int) -> int | None:
        """What is stored on the disk where an id is seen in the container, if that can be."""
        host = self.host(kind, inside)
        return None if host is None else self.behind(kind, host)

    def behind(self, kind: IdKind, host: int) -> int | None:
        """What is stored on the disk where the mount shows an id on the host."""
        if self.mount is None:
            return host
        extent = IdMap.of_extents(self.mount.extents(kind)).extent_up(host)
        return None if extent is None else host - extent.lower_first + extent.first

    def shows(self, kind: IdKind, disk: int) -> bool:
        """Whether an id on the disk is seen as one in the container."""
        host: int | None = disk
        if self.mount is not None:
            extent = IdMap.of_extents(self.mount.extents(kind)).extent_down(disk)
            host = None if extent is None else disk - extent.first + extent.lower_first
        return host is not None and self.inside(kind, host) is not None


def stored(shown: Iterable[Shown], maps: Maps) -> list[Shown]:
    """Files with the ids on the disk, worked back for those seen inside or through the mount."""
    return [
        _stored(each, maps) if each.inside or through_mount(each, maps) else each for each in shown
    ]


def through_mount(shown: Shown, maps: Maps) -> bool:
    """Whether a file was listed on the host where the mount stands."""
    under = maps.under.rstrip("/")
    at_it = shown.path == under or shown.path.startswith(f"{under}/")
    return bool(under) and not shown.inside and at_it and maps.mount is not None


def _stored(shown: Shown, maps: Maps) -> Shown:
    def back(kind: IdKind, id: int | None) -> int | None:
        if id is None or id == NOBODY:
            return None
        return maps.disk(kind, id) if shown.inside else maps.behind(kind, id)

    def entry(each: Entry) -> Entry:
        tag, id, perms = each
        return tag, back("gid" if tag == "group" else "uid", id), perms

    acl = tuple(map(entry, shown.acl))
    named = tuple(each for each in acl if each[1] is not None or each[0] not in ("user", "group"))
    root = None if shown.cap_root is None else back("uid", shown.cap_root)
    uid, gid = back("uid", shown.uid), back("gid", shown.gid)
    return replace(shown, uid=uid, gid=gid, acl=named, cap_root=root)


def target(shown: Iterable[Shown]) -> Shown | None:
    """The file that is asked about: of those with known ids the deepest, else the first."""
    all_shown = [*shown]
    known = [each for each in all_shown if each.uid not in (None, NOBODY)]
    deepest = max((each.path.rstrip("/").count("/") for each in known), default=0)
    inner = [each for each in known if each.path.rstrip("/").count("/") == deepest]
    under = (each for each in inner if _above(all_shown, each))
    return next(under, known[0] if known else None)


def _above(all_shown: Iterable[Shown], shown: Shown) -> list[Shown]:
    """The directories shown on the way to something shown, from the top."""
    above = {
        each.path: each
        for each in all_shown
        if each.directory and shown.path.startswith(f"{each.path.rstrip('/')}/")
    }
    return [above[path] for path in sorted(above)]


def parents(shown: Sequence[Shown]) -> list[dict[str, Any]]:
    """The directories on the way to the file, as the scenario has them."""
    found = target(shown)
    entries: list[dict[str, Any]] = []
    for each in _above(shown, found) if found else ():
        top = f"{entries[-1]['path']}/" if entries else ""
        name = each.path.rstrip("/").rpartition("/")[2] or "top"
        entries.append(
            {
                "type": "dir", "path": top + name, "kuid": each.uid or 0, "kgid": each.gid or 0,
                "mode": f"{0o755 if each.mode is None else each.mode:04o}",
            }
        )  # fmt: skip
    return entries


def entry(
    seen: Sequence[Shown],
    question: Question,
    maps: Maps,
    caller: dict[str, Any],
    assumed: list[str],
    needs: list[str],
) -> dict[str, Any]:
    """What is asked about, as the scenario has it: a file, or the directory to make something in.

    ``seen`` is as it was listed; what is taken is added to ``assumed`` and ``needs``.
    """
    shown = stored(seen, maps)
    found = None if question.mapping else target(shown)
    if question.direction != "chown" and question.ids is not None:
        uid, gid = question.ids
        found = replace(found or Shown(FILE, 0, 0), uid=uid, gid=gid)
    elif found is not None and question.direction != "chown":
        _told(found, seen, maps, assumed, needs)
    above = [each["path"] for each in parents(shown)][-1:]
    made: dict[str, Any] = {"type": "file", "path": "/".join([*above, FILE])}
    if question.direction == "create" or (found and found.directory):
        made["type"] = "dir"
    if found is not None:
        return made | _of(found, question, assumed)
    nobody = [each for each in seen if each.uid == NOBODY]
    if question.direction == "read":
        needs.append(
            "whose the file is on the disk: ls -ln of it on the host, not in the container"
        )
        if nobody:
            return made | _lost(nobody[0], maps, assumed)
    if question.direction == "create":
        assumed.append("everybody may write into the directory")
        made["mode"] = "0777"
    own = _own(maps.mount, caller)
    if not question.mapping:
        what = "directory" if question.direction == "create" else "file"
        assumed.append(f"the {what} is {own['kuid']}:{own['kgid']} on the disk")
    return made | own


def _told(
    found: Shown, seen: Sequence[Shown], maps: Maps, assumed: list[str], needs: list[str]
) -> None:
    """What is said of a file whose owner was listed."""
    was = next((each for each in seen if each.path == found.path), found)
    on_disk = f"{found.uid}:{found.gid} on the disk"
    if (found.inside and maps.container is not None) or through_mount(found, maps):
        where = "in the container" if found.inside else "through the mount"
        assumed.append(
            f"{short(found.path)} is seen {where} as {was.uid}:{was.gid}, which is {on_disk}"
        )
        return
    assumed.append(f"{short(found.path)} is {on_disk}")
    if found.inside is None and maps.container is not None:
        needs.append(_WHERE)


def _of(found: Shown, question: Question, assumed: list[str]) -> dict[str, Any]:
    """Owner, mode, access list and capability of what was listed."""
    made: dict[str, Any] = {"kuid": found.uid or 0, "kgid": found.gid or 0}
    if question.direction == "create" and not found.directory:
        assumed.append(f"the directory has the owner of {short(found.path)} and mode 0755")
        made["mode"] = "0755"
    elif found.mode is not None:
        made["mode"] = f"{found.mode:04o}"
    if found.acl:
        made["acl"] = [[*each] for each in found.acl]
    if found.cap_root is not None and not found.directory:
        made["cap"] = {"version": 3, "permitted": 1 << 13, "effective": True,
                       "rootid": found.cap_root}  # fmt: skip
    return made


def _lost(nobody: Shown, maps: Maps, assumed: list[str]) -> dict[str, int]:
    """An owner for what is shown as nobody's: an id that no row has."""
    made: dict[str, int] = {}
    for kind, key in zip(KINDS, ("kuid", "kgid"), strict=True):
        made[key] = next((id for id in _LOST if not maps.shows(kind, id)), NOBODY)
    assumed.append(
        f"{short(nobody.path)} is shown as nobody's: its owner on the disk has no row; "
        f"{made['kuid']}:{made['kgid']} stands for it"
    )
    return made


def _own(mount: Map | None, caller: dict[str, Any]) -> dict[str, int]:
    """The ids on the disk of what is the caller's own, or else the first that the mount shows."""
    own: dict[str, int] = {}
    for kind, key in zip(KINDS, ("kuid", "kgid"), strict=True):
        rows = mount.extents(kind) if mount else ()
        held = [row for row in rows if 0 <= caller[key] - row.lower_first < row.count]
        if not rows:
            own[key] = caller[key]
        elif held:
            own[key] = caller[key] - held[0].lower_first + held[0].first
        else:
            own[key] = rows[0].first
    return own
