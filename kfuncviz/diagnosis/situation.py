# SPDX-License-Identifier: BSD-3-Clause
"""
What was understood
===================

From the pieces of a paste to one scenario: who runs the tool, which map the container has, which a
mount, whose the file is on the disk.  What the pieces do not say is either assumed, and then said,
or asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from kfuncviz.diagnosis import target
from kfuncviz.diagnosis.defaults import PICKED, PICKS, USUAL_RANGE, default, picked
from kfuncviz.diagnosis.paste import Paste, embedded, is_document
from kfuncviz.diagnosis.question import CALLS, Question
from kfuncviz.diagnosis.target import Maps
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Granted, Map, Parsed, Place, Row
from kfuncviz.dialects.registry import detect, parse
from kfuncviz.dialects.scenario import fragments
from kfuncviz.dialects.subid import overlaps
from kfuncviz.model.idmap import Extent
from kfuncviz.model.uidgid import LAST_ID, IdKind
from kfuncviz.printable import short

_ENGINE = re.compile(r"\b(podman|buildah|docker|nerdctl|rootlesskit)\b")
#: What rootlesskit logs has all rows: whose they are, and which range, is nobody's question.
_LOGGED = re.compile(r"\brootlesskit\b.*\bnew[ug]idmap \S+ \[\d")
_UNIT = re.compile(r"(?m)^\s*(?:UserNS|UIDMap|GIDMap)=|\bkeep-id\b")
#: Rows whose second number is the host's where podman runs as root, and the engine's otherwise.
_MAPS = re.compile(r"--[ug]idmap\b|\b[UG]IDMap=|\bidmap=")
#: A run as whoever types it.
_MYSELF = re.compile(r"(?:--user|\s-u)[= ][\"']?\$(?:\(id -u\)|\{?UID\b)")
_ROOTFUL = re.compile(r"\b(?:sudo|rootful)\b")
#: What a reader calls rows that stand alone, of which one kind may just not have been pasted.
BARE = "the namespace"
#: The filesystem where none is named.
ASSUMED = "ext4"
#: The first release with idmapped mounts.
_FIRST = (5, 12)
#: What is needed where nothing was understood.
_SOMETHING = (
    "something to go by: rows of a map, the flags of a run, the options of a mount, or ls -ln of "
    "the file"
)
#: No text of configuration is shorter than "0 1 1".
_LEAST = 5
#: As whom a program runs, in the words of the dialects.
_RUNS_AS = re.compile(r"runs as (\d{1,10})(?::(\d{1,10}))? inside")
#: What a pod says of its processes, as the dialect tells it.
_SECURITY = re.compile(
    r"\.(?P<name>runAsUser|runAsGroup|fsGroup|supplementalGroups) (?P<ids>\[[\d, ]*\]|\d{1,10}) is"
)


@dataclass(frozen=True)
class Situation:
    """The scenario that was understood, and what of it was said by nobody.

    ``parsed`` are the texts of configuration as read, ``document`` the scenario, in which ``by``
    asks through ``via``.  ``assumed`` and ``needs`` are sentences.  ``others`` are the dialects
    that some text could be in instead of the one it is read in.
    """

    paste: Paste
    question: Question
    options: Options
    parsed: tuple[Parsed, ...]
    document: dict[str, Any]
    by: str
    via: str
    path: str
    assumed: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing was understood that an answer could be about."""
        paste, question = self.paste, self.question
        return not (self.parsed or paste.subuid or paste.subgid or paste.shown or question.ids)

    @property
    def too_old(self) -> bool:
        """Whether a mount has a map on a kernel that knows no such thing."""
        kernel = self.paste.kernel
        old = kernel is not None and tuple(map(int, kernel.split("."))) < _FIRST
        return old and self.mount is not None

    @property
    def call(self) -> dict[str, Any] | None:
        """The call that is tried, as an operation; ``None`` for what the direction alone asks."""
        return next(iter(self.document.get("ops", ())), None) if self.question.doing else None

    @property
    def file(self) -> dict[str, Any]:
        """What is asked about, as the scenario has it; empty where it has none."""
        setup: list[dict[str, Any]] = self.document.get("setup") or []
        return next((each for each in setup if each["path"] == self.path), {})

    def held(self, kind: IdKind) -> str | None:
        """What else than its owner is asked about: an entry of its access list, or a root."""
        if self.question.direction != "read" or self.question.doing or self.question.ids:
            return None
        file = self.file
        if kind == "uid" and "cap" in file:
            return "rootid"
        tag = "user" if kind == "uid" else "group"
        ids = [id for name, id, _ in file.get("acl", ()) if name == tag]
        return f"{tag}:{ids[0]}" if ids else None

    @property
    def ranges(self) -> Parsed:
        """The lines of /etc/subuid and /etc/subgid, and which of them share ids."""
        found = [("uid", each) for each in self.paste.subuid]
        found += [("gid", each) for each in self.paste.subgid]
        shared = [
            f"line {number}: {said}"
            for ranges in (self.paste.subuid, self.paste.subgid)
            for number, said in overlaps([*enumerate(ranges, 1)])
        ]
        granted = tuple(Granted(kind, each, Place()) for kind, each in found)  # type: ignore[arg-type]
        return Parsed("subuid", ranges=granted, remarks=tuple(shared))

    @property
    def known(self) -> Maps:
        """The maps between the disk and the container."""
        middle = next((each.intermediate for each in self.parsed if each.intermediate), ())
        return Maps(self.container, self.mount, middle, _where_mounted(self.paste))

    @property
    def maps(self) -> tuple[Map, ...]:
        """All maps that were read."""
        return tuple(map for parsed in self.parsed for map in parsed.maps)

    @property
    def container(self) -> Map | None:
        """The map of the namespace that the program runs in, if there is one."""
        return next((map for map in self.maps if map.sort == "namespace"), None)

    @property
    def mount(self) -> Map | None:
        """The map of the mount that is looked through, if it has one."""
        return next((map for map in self.maps if map.sort == "mount"), None)


def understood(
    paste: Paste, question: Question, options: Options | None = None, read_as: str = ""
) -> Situation:
    """The situation that a paste describes; ``read_as`` is a dialect to take where several fit."""
    assumed: list[str] = []
    options = options or _options(paste, assumed)
    parsed, unread, others = _read(paste, options, assumed, read_as)
    whole = situation(paste, question, options, parsed, assumed, unread)
    if whole.empty:
        return replace(whole, document={}, assumed=(), needs=(_SOMETHING,))
    return replace(whole, others=others)


def _options(paste: Paste, assumed: list[str]) -> Options:
    """Who runs the tool, and what /etc/subuid gives them."""
    text = "\n".join([*paste.blocks, paste.words])
    tool = _ENGINE.search(text)
    owners = list(dict.fromkeys(each.owner for each in (*paste.subuid, *paste.subgid)))
    user = paste.user if paste.user in owners else next((o for o in owners if o != "root"), None)
    if user is None and owners == ["root"] and paste.own is None:
        paste = replace(paste, own=(0, 0))
        user = "root"
    by_podman = tool is not None and tool[1] in ("podman", "buildah")
    by_podman = by_podman or _UNIT.search(text) is not None
    rootless = "rootless" in text or (tool is not None and tool[1] == "rootlesskit")
    if not rootless and by_podman and not _ROOTFUL.search(text):
        kept = re.search("keep-id|nomap", text) is not None
        rootless = kept or (paste.own != (0, 0) and user is not None)
        if rootless:
            assumed.append(f"podman runs without root, as {user or USUAL_RANGE.owner}")
        elif paste.own != (0, 0) and _MAPS.search(text):
            assumed.append("podman runs as root: its rows count the host's ids")
    own = paste.own
    logged = _LOGGED.search(text) is not None
    if own is None and not logged and (rootless or re.search(r"\bunshare\b", text)):
        own = (1000, 1000)
        assumed.append("whoever runs it has uid 1000 and gid 1000 (the output of id would say)")
    subuid, subgid = tuple(paste.subuid), tuple(paste.subgid)
    if rootless and not subuid and not logged:
        assumed.append(
            f"/etc/subuid gives them {USUAL_RANGE.start}:{USUAL_RANGE.count}, as is usual"
        )
        subuid, user = (USUAL_RANGE,), USUAL_RANGE.owner
    if subuid and not subgid:
        assumed.append("/etc/subgid gives the same ranges as /etc/subuid")
        subgid = subuid
    shown = target.target(paste.shown)
    owner = (shown.uid or 0, shown.gid or 0) if shown else None
    return Options(own=own, user=user, subuid=subuid, subgid=subgid, rootless=rootless, owner=owner)


def _read(
    paste: Paste, options: Options, assumed: list[str], read_as: str
) -> tuple[tuple[Parsed, ...], tuple[str, ...], tuple[str, ...]]:
    """Every text of configuration in its dialect, the lines in none, and the dialects in doubt."""
    found: list[Parsed] = []
    unread: list[str] = []
    doubt: list[str] = []
    for block in paste.blocks:
        for text in _parts(block):
            inner = "" if is_document(text) else embedded(text)
            readings = detect(text, options) or detect(inner, options)
            if not readings:
                unread.append(short(text, 200))
                continue
            own = options.own and str(options.own[0])
            by_number = text.startswith(f"{own}:")  # a line of /etc/subuid
            readings.sort(key=lambda each: not (by_number or each.parsed.maps))
            wanted = read_as or ("rootlesskit" if _LOGGED.search(text) else "")
            readings.sort(key=lambda each: each.dialect.name != wanted)
            dialect, parsed = readings[0]
            if any(said.startswith(PICKS) for said in parsed.settings):
                parsed = parse(dialect.name, picked(text), options)
                assumed.append(
                    f"the container's range begins at {PICKED}; /proc/PID/uid_map has it"
                )
            if len(readings) > 1:
                doubt += [each.dialect.name for each in readings]
            if len(readings) > 1 and dialect.name != wanted:
                others = ", ".join(each.dialect.name for each in readings[1:])
                rows = short(", ".join(text.strip().splitlines()))
                assumed.append(
                    f"{rows!r} is read as {dialect.name} ({dialect.columns}); it could be {others}"
                )
            found.append(parsed)
    text = "\n".join([*paste.blocks, *paste.idle, paste.words])
    engine_map = default(text, options, found, assumed)
    left = tuple(line for line in unread if not _ENGINE.search(line))
    return (*found, *engine_map), left, tuple(dict.fromkeys(doubt))


def _parts(block: str) -> list[str]:
    """A block cut where one line and the next are of different dialects."""
    if is_document(block):
        return [block]
    parts: list[tuple[str, list[str]]] = []
    for line in filter(str.strip, block.splitlines()):
        readings = detect(line) if len(line) >= _LEAST else []
        name = readings[0].dialect.name if readings else ""
        name = "kep-table" if line.lstrip().startswith("|") else name
        goes_on = parts and re.search(r":\s*\|-?$", parts[-1][1][-1])
        if parts and (goes_on or (name and parts[-1][0] == name)):
            parts[-1][1].append(line)
        else:
            parts.append((name, [line]))
    return ["\n".join(lines) for _, lines in parts]


def situation(
    paste: Paste,
    question: Question,
    options: Options,
    parsed: tuple[Parsed, ...],
    said: Iterable[str] = (),
    unread: tuple[str, ...] = (),
) -> Situation:
    """The same with texts that are read already: the scenario is made of them."""
    assumed, needs = list(said), list[str]()
    middle = next((each.intermediate for each in parsed if each.intermediate), ())
    maps = _whole(parsed, assumed)
    document: dict[str, Any] = fragments(Parsed("", maps, intermediate=middle)) if maps else {}
    container = next((map for map in maps if map.sort == "namespace"), None)
    mount = next((map for map in maps if map.sort == "mount"), None)
    _kernel(paste, mount, document, assumed, needs)
    question, groups = _as_whom(question, parsed, assumed)
    if container is None and question.user is None and paste.own is not None:
        question = question._replace(user=paste.own)
    known = Maps(container, mount, middle, _where_mounted(paste))
    spaces = [map.of for map in maps if map.sort == "namespace"]
    if len(spaces) > 1:
        assumed.append(f"of {len(spaces)} namespaces it is looked from the first, {spaces[0]}")
    user = question.user or (0, 0)
    by, caller = "root", dict[str, Any](zip(("kuid", "kgid"), user, strict=True))
    if container is not None:
        by, caller = "inside", _caller(document, known, user, assumed)
        if kgroups := [below for id in groups if (below := known.host("gid", id)) is not None]:
            caller["kgroups"] = kgroups
    else:
        _outside(paste, assumed, needs)
        by = by if user == (0, 0) else "program"
    if by != "root":
        document["callers"] = {by: caller}
    file = target.entry(paste.shown, question, known, caller, assumed, needs)
    document["setup"] = [*target.parents(target.stored(paste.shown, known)), file]
    via = next(iter(document.get("mounts", {})), "plain")
    if question.doing:
        call = {**CALLS[question.doing], "path": file["path"], "by": by, "via": via}
        document["ops"] = [call]
    return Situation(
        paste, question, options, parsed, document, by, via, file["path"],
        tuple(assumed), tuple(needs), unread,
    )  # fmt: skip


def _kernel(
    paste: Paste,
    mount: Map | None,
    document: dict[str, Any],
    assumed: list[str],
    needs: list[str],
) -> None:
    """The release and the filesystem, as far as the scenario can have them."""
    if paste.kernel and tuple(map(int, paste.kernel.split("."))) < _FIRST:
        needs.append("a kernel of 5.12 or newer: before that no mount has a map of its own")
    elif paste.kernel:
        document["settings"] = {"kernel": paste.kernel}
    if paste.strange and mount is not None:
        needs.append(f"whether {short(paste.strange)} can be idmapped: nothing is known of it here")
    if paste.filesystem:
        document["fs"] = {"type": paste.filesystem}
    elif mount is not None and paste.kernel:
        if "settings" in document:
            document["fs"] = {"type": ASSUMED}
        assumed.append(f"the filesystem is {ASSUMED}")


def _where_mounted(paste: Paste) -> str:
    """The directory that an idmapped mount was put on: the last word of its command."""
    for line in (line for block in paste.blocks for line in block.splitlines()):
        words = line.split()
        idmapped = "idmap" in line or "--map-" in line
        if {"mount", "mount-idmapped"} & {*words} and idmapped and not words[-1].startswith("-"):
            return words[-1]
    return ""


def _as_whom(
    question: Question, parsed: tuple[Parsed, ...], assumed: list[str]
) -> tuple[Question, list[int]]:
    """The question with whom the configuration runs as, where nobody said; and more groups."""
    pod: dict[str, list[int]] = {}
    for said in (said for each in parsed for said in each.settings):
        found = _RUNS_AS.search(said)
        if found is not None and question.user is None:
            question = question._replace(user=(int(found[1]), int(found[2] or found[1])))
        if told := _SECURITY.search(said):
            pod.setdefault(told["name"], [*map(int, re.findall(r"\d{1,10}", told["ids"]))])
    ids = question.user
    if question.user is None and (uid := pod.get("runAsUser")):
        gid = pod.get("runAsGroup")
        if gid is None:
            assumed.append("no runAsGroup: the program's gid inside is 0")
        question = question._replace(user=(uid[0], (gid or [0])[0]))
        ids = (uid[0], (gid or uid)[0])
    if question.mapping and question.ids is None:
        question = question._replace(ids=ids or (0, 0))
    return question, [id for name in ("fsGroup", "supplementalGroups") for id in pod.get(name, ())]


def _outside(paste: Paste, assumed: list[str], needs: list[str]) -> None:
    """What to say where no map of a container is known."""
    text = "\n".join(paste.blocks)
    if "docker" in text and not any("userns-remap" in block for block in paste.blocks):
        needs.append("whether docker runs rootless or with userns-remap: else it maps nothing")
    if paste.own is None and _MYSELF.search(text):
        needs.append("who ran it, whose the program's ids are: the output of id would say")
    assumed.append("whoever looks is in the initial user namespace")


def _whole(parsed: Iterable[Parsed], assumed: list[str]) -> tuple[Map, ...]:
    """The maps; one of uids and one of gids, of tools that know one kind, are one map."""
    whole: list[Map] = []
    for map in (map for each in parsed for map in each.maps):
        other = next(
            (m for m in whole if (m.sort, m.of, len(m.kinds)) == (map.sort, map.of, 1)), None
        )
        if other is not None and len(map.kinds) == 1:
            whole[whole.index(other)] = replace(other, rows=(*other.rows, *map.rows), kinds=KINDS)
        else:
            whole.append(map)
    for number, map in enumerate(whole):
        if not map.kernel:
            whole[number] = map = _passed_on(map)  # noqa: PLW2901  (the same map, whole)
        kinds = [kind for kind in KINDS if map.extents(kind)]
        if len(kinds) == 1 and map.of == BARE:
            (other_kind,) = (kind for kind in KINDS if kind not in kinds)
            assumed.append(f"{other_kind}s are mapped like {kinds[0]}s")
            rows = (*map.rows, *(row._replace(kind=other_kind) for row in map.rows))
            whole[number] = replace(map, rows=rows, kinds=KINDS)
    return tuple(whole)


def _passed_on(map: Map) -> Map:
    """A map of a program that shows what has no row as it is, with rows for all that."""
    rows = [*map.rows]
    for kind in KINDS:
        taken = sorted((id, row.count) for row in map.extents(kind) for id in row[:2])
        at = 0
        for first, count in [*taken, (LAST_ID + 1, 0)]:
            if first > at:
                rows.append(Row(kind, Extent(at, at, first - at)))
            at = max(at, first + count)
    return replace(map, rows=tuple(rows))


def _caller(
    document: dict[str, Any], maps: Maps, user: tuple[int, int], assumed: list[str]
) -> dict[str, Any]:
    """The program in the container, with the host's number of whom it runs as."""
    name = next(
        name
        for name, spec in document["userns"].items()
        if name != "engine" and not name.startswith("of_")
    )
    caller: dict[str, Any] = {"userns": name}
    for kind, key, inside in zip(KINDS, ("kuid", "kgid"), user, strict=True):
        host = maps.host(kind, inside)
        if host is None:
            triples = maps.triples(kind)
            first = next((each for each in triples if each.host is not None), None)
            there, host = ("nobody", 0) if first is None else (first.inside, first.host)
            held = any(each.inside <= inside < each.inside + each.count for each in triples)
            has = f"{kind} {inside} of the container has no id on the host"
            assumed.append(
                f"{has if held else f'the container has no {kind} {inside}'}: the program runs as "
                f"{there}"
            )
        caller[key] = host
    if user == (0, 0) and maps.host("uid", 0) is not None:
        caller["caps"] = "all"
        assumed.append("the program runs as root in the container")
    return caller
