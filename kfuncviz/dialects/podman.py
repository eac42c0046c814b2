# SPDX-License-Identifier: BSD-3-Clause
"""
podman run: --uidmap, --gidmap, --userns, and idmap of a volume
===============================================================

``--uidmap [flags]CONTAINER:FROM[:COUNT]``.  FROM is a host id; rootless it is an *intermediate* id
(0 is whoever runs podman), or with ``@`` before it a host id again.  Flags before CONTAINER: ``u``
or ``g`` for one kind alone, ``+`` to put the row over what is there and fill what is left.  Only
one of the two options serves both kinds.  ``idmap=uids=[@]DISK-MOUNT-COUNT#…;gids=…`` of a volume:
with ``@`` the second number is an id in the container.

Mirrors podman-run(1).  Two things are remembered: keep-id also runs the program as the kept id, and
``+`` fills what is left with the lowest ids first, which gives the rows that keep-id gives.  crun
before 1.8.1 read the rows of a volume the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from kfuncviz.dialects.dialect import Dialect, Inexpressible, joined, the_map
from kfuncviz.dialects.intermediate import engine, lower
from kfuncviz.dialects.oci import CRUN_DIRECT
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Outside, Parsed, Row
from kfuncviz.dialects.pieces import Piece, flags
from kfuncviz.dialects.reader import Building, Reader
from kfuncviz.model.idmap import Extent, IdMap
from kfuncviz.model.uidgid import INVALID, IdKind
from kfuncviz.printable import short

_ROW = r"(?P<flags>[+ug]*)(?P<inside>\d[^:]*):(?P<at>@?)(?P<outside>[^:]*)(?::(?P<count>.*))?"
_MAPS: dict[str, IdKind] = {"--uidmap": "uid", "--gidmap": "gid"}
#: The keys of a unit file of podman-systemd.unit(5), and the flags they stand for.
_KEYS = {
    "UIDMap": "--uidmap", "GIDMap": "--gidmap", "UserNS": "--userns", "User": "--user",
    "Volume": "--volume",
}  # fmt: skip
_QUADLET = rf"(?P<key>{'|'.join(_KEYS)})=(?P<value>.+)"
_MODE = r"userns_mode:\s*[\"']?(?P<value>[^\s\"']+)[\"']?"
_VOLUMES = ("-v", "--volume", "--mount")
_IDMAP = r"(?:.*[:,])?idmap(?:=(?P<rows>[^,]*))?(?:,.*)?"

_BARE = r"\d+:@?\d+(?::\d+)?"
_CONTAINER = "the container"


def _read(reader: Reader) -> None:
    words: list[Piece] = []
    for word in reader.whole.words():
        found = word.match(_QUADLET)
        if found is None:
            words.append(word)
        else:
            words += [found["key"]._replace(text=_KEYS[found["key"].text]), found["value"]]
    read_words(reader, words)
    only = reader.whole.match(rf"\s*{_MODE}\s*")
    if only is not None:
        userns(reader, only["value"])


def read_words(reader: Reader, words: list[Piece]) -> None:
    """The flags among the words of a command."""
    outside: Outside = "intermediate" if reader.options.rootless else "host"
    _engine(reader)
    container = reader.map("namespace", _CONTAINER, outside)
    given = [(name, value) for name, value in flags(words, _MAPS) if value.text]
    if len(words) == 1 and words[0].match(_BARE) is not None:
        _row(reader, container, KINDS, words[0])
    names = {name for name, _ in given}
    extended: set[IdKind] = set()
    for name, value in given:
        extended |= _row(reader, container, KINDS if len(names) == 1 else (_MAPS[name],), value)
    for kind in sorted(extended):
        _fill(reader, container, kind)
    for _, value in flags(words, ("--userns",)):
        userns(reader, value)
    for _, value in flags(words, ("--user", "-u")):
        reader.setting(f"the program runs as {short(value.text)} inside; --user maps nothing")
    for _, value in flags(words, _VOLUMES):
        found = value.match(_IDMAP)
        if found is not None:
            _volume(reader, value, found.get("rows"))


def _engine(reader: Reader) -> None:
    """The namespace of rootless podman itself."""
    if reader.options.rootless and not reader.intermediate:
        reader.intermediate += engine(reader.options)
        if not reader.intermediate:
            reader.remark("what intermediate ids are on the host, --self and --subuid say")


def _row(
    reader: Reader, container: Building, kinds: tuple[IdKind, ...], value: Piece
) -> set[IdKind]:
    """Add one row; returns the kinds for which it has ``+``."""
    found = value.match(_ROW)
    if found is None:
        reader.problem(value, f"{short(value.text)!r} is not CONTAINER:FROM:COUNT (COUNT may lack)")
        return set()
    chosen = tuple(kind for kind in KINDS if kind[0] in found["flags"].text) or kinds
    written = found.get("count")
    inside = reader.number(found["inside"], "CONTAINER")
    start = reader.number(found["outside"], "FROM")
    count = 1 if written is None else reader.number(written, "COUNT")
    if inside is None or start is None or count is None:
        return set()
    where = (
        reader.place(found["inside"]),
        reader.place(found["outside"]),
        None if written is None else reader.place(written),
    )
    for kind in chosen:
        first = start
        if found["at"].text and reader.options.rootless:
            there = _intermediate(reader, kind, start, count, value)
            if there is None:
                continue
            first = there
        if "+" in found["flags"].text:
            _over(container, kind, Row(kind, Extent(inside, first, count), where))
        else:
            reader.add(container, (kind,), (inside, first, count), where)
    return set(chosen) if "+" in found["flags"].text else set()


def _intermediate(reader: Reader, kind: IdKind, host: int, count: int, value: Piece) -> int | None:
    """The intermediate id of a host id after ``@``."""
    engine_map = lower(reader.intermediate, kind)
    extent = engine_map.extent_up(host, count)
    if extent is None:
        what = f"the engine's namespace has no row that holds host {kind} {host}"
        if not engine_map:
            what = f"@{host} is a host {kind}, which --self and --subuid make an intermediate one"
        reader.problem(value, what, "EPERM" if engine_map else None)
        return None
    return host - extent.lower_first + extent.first


def _over(building: Building, kind: IdKind, row: Row) -> None:
    """Put a row over those that are there."""
    kept: list[Row] = []
    for each in building.rows:
        if each.kind != kind:
            kept.append(each)
            continue
        pieces = [*without(each.extent, row.extent)]
        kept += [each] if pieces == [each.extent] else [Row(kind, piece) for piece in pieces]
    building.rows[:] = [*kept, row]


def _fill(reader: Reader, container: Building, kind: IdKind) -> None:
    """Give the ids of the engine's namespace that are left to the ids that are left."""
    engine_map = lower(reader.intermediate, kind)
    if not engine_map:
        reader.remark(
            "+ fills what is left with the ids of the engine's namespace: --rootless, --self and "
            "--subuid"
        )
    extents = [row.extent for row in container.rows if row.kind == kind]
    free_inside = _gaps(((e.first, e.count) for e in extents), INVALID)
    total = sum(extent.count for extent in engine_map)
    free_below = _gaps(((e.lower_first, e.count) for e in extents), total)
    container.rows += [Row(kind, filled) for filled in _filled(free_inside, free_below)]


def without(row: Extent, other: Extent) -> Iterable[Extent]:
    """What is left of a row once another takes some of its ids, on either side.

    >>> list(without(Extent(0, 100000, 3), Extent(1, 1000, 1)))
    [Extent(first=0, lower_first=100000, count=1), Extent(first=2, lower_first=100002, count=1)]
    """
    taken = {0, row.count}
    for start, end in (
        (other.first - row.first, other.first + other.count - row.first),
        (other.lower_first - row.lower_first, other.lower_first + other.count - row.lower_first),
    ):
        taken |= {max(0, min(cut, row.count)) for cut in (start, end)}
    cuts = sorted(taken)
    for start, end in pairwise(cuts):
        first, below = row.first + start, row.lower_first + start
        inside = other.first <= first < other.first + other.count
        outside = other.lower_first <= below < other.lower_first + other.count
        if not inside and not outside:
            yield Extent(first, below, end - start)


def _gaps(taken: Iterable[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    """The ranges below ``end`` that none of the given ones holds: first id and count."""
    gaps, at = [], 0
    for first, count in sorted(taken):
        gaps.append((at, min(first, end) - at))
        at = max(at, first + count)
    return [gap for gap in [*gaps, (at, end - at)] if gap[1] > 0]


def _filled(inside: list[tuple[int, int]], below: list[tuple[int, int]]) -> Iterable[Extent]:
    """Rows that give the lower ids left to the upper ids left, lowest first."""
    inside, below = inside[::-1], below[::-1]
    while inside and below:
        (first, most), (lower_first, count) = inside.pop(), below.pop()
        here = min(most, count)
        yield Extent(first, lower_first, here)
        if most > here:
            inside.append((first + here, most - here))
        if count > here:
            below.append((lower_first + here, count - here))


def userns(reader: Reader, value: Piece) -> None:
    """The rows of ``--userns``, as podman run and compose files have it."""
    _engine(reader)
    mode, _, rest = value.text.partition(":")
    settings = dict(part.partition("=")[::2] for part in rest.split(",") if part)
    if mode in ("host", ""):
        reader.setting("no user namespace of its own: inside is outside")
    elif mode in ("keep-id", "nomap"):
        _keep(reader, value, mode, settings)
    elif mode == "auto":
        reader.setting(
            "auto: podman looks for a free range when the container is made; which, only "
            "the container's /proc/PID/uid_map says"
        )
        for kind in KINDS:
            for found in value.found(rf"\b{kind}mapping=(?P<row>[^,]*)"):
                asked = Building("namespace", _CONTAINER)
                _row(reader, asked, (kind,), found["row"])
                for _, (first, second, count), _ in asked.rows:
                    reader.setting(f"of the range {kind} {first} is {second} ({count} from there)")
    elif mode in ("ns", "container", "private"):
        reader.setting(f"the user namespace of {short(rest or mode)}")
    else:
        reader.problem(
            value, f"--userns {short(mode)!r} is none of host, keep-id, nomap, auto, ns, container"
        )


def _keep(reader: Reader, value: Piece, mode: str, settings: dict[str, str]) -> None:
    """keep-id: the own id under the same number, or the given one; nomap: not at all."""
    options = reader.options
    strange = settings.keys() - {"uid", "gid", "size"}
    if strange:
        reader.problem(value, f"{short(min(strange))!r} is none of uid, gid, size")
        return
    if not options.rootless or options.own is None:
        reader.problem(
            value,
            f"{mode} is for rootless podman, and depends on who runs it: "
            "--rootless, --self UID:GID, --subuid FILE",
        )
        return
    container = reader.map("namespace", _CONTAINER, "intermediate")
    whom: list[int] = []
    for kind, own in zip(KINDS, options.own, strict=True):
        total = sum(each.count for each in options.ranges(kind))
        if "size" in settings:
            size = reader.value(_number(settings["size"]), "size", value)
            total = total if size is None else min(total, size)
        if mode == "nomap":
            reader.add(container, (kind,), (0, 1, total))
            continue
        kept = reader.value(_number(settings.get(kind, str(own))), kind, value)
        if kept is None:
            return
        before = min(kept, total)
        for row in ((0, 1, before), (kept, 0, 1), (kept + 1, kept + 1, total - kept)):
            if row[2] > 0:
                reader.add(container, (kind,), row)
        whom.append(kept)
    if whom:
        reader.setting(f"the program runs as {whom[0]}:{whom[1]} inside, unless --user says whom")


def _number(text: str) -> int | str:
    return int(text) if re.fullmatch("[0-9]{1,10}", text) else text


def _volume(reader: Reader, value: Piece, rows: Piece | None) -> None:
    """A volume with ``idmap``: the container's map, or rows of its own."""
    of = f"volume {short(_destination(value.text), 60)}"
    if reader.options.rootless:
        reader.remark("only root may make idmapped mounts: rootless podman is refused with EPERM")
    if rows is None:
        reader.setting(f"{of} takes the container's map")
        container = reader.map("namespace", _CONTAINER)
        if container.outside == "host":
            reader.map("mount", of).rows += container.rows
        return
    _idmap(reader, rows, of)


def _destination(text: str) -> str:
    named = re.search(r"(?:^|,)(?:dst|destination|target)=([^,]*)", text)
    if named:
        return named[1]
    parts = text.split(":")
    return parts[1] if len(parts) > 1 and "=" not in parts[0] else text


def _idmap(reader: Reader, text: Piece, of: str) -> None:
    """``uids=DISK-MOUNT-COUNT#…;gids=…``."""
    crun = reader.options.crun
    swapped = crun is not None and crun < CRUN_DIRECT
    mount = reader.map("mount", of)
    for part in (part.strip() for part in text.split(";")):
        found = part.match(r"(?P<kind>[ug]id)s=(?P<rows>.*)")
        if found is None:
            reader.problem(
                part, "want uids=DISK-MOUNT-COUNT;gids=DISK-MOUNT-COUNT, rows parted by #"
            )
            continue
        (kind,) = (kind for kind in KINDS if kind == found["kind"].text)
        for row in found["rows"].split("#"):
            relative = row.match(r"@(?P<row>.*)")
            before = len(mount.rows)
            reader.triple(
                mount,
                (kind,),
                relative["row"] if relative else row,
                ("DISK", "MOUNT"),
                separator="-",
                swapped=swapped,
            )
            if relative and len(mount.rows) > before:
                _relative(reader, mount, kind, row)
    if swapped and mount.rows:
        reader.remark("crun before 1.8.1 takes the second number for the id on the disk")


def _relative(reader: Reader, mount: Building, kind: IdKind, piece: Piece) -> None:
    """After ``@`` MOUNT is an id in the container: find it in the rows of its namespace."""
    row = mount.rows.pop()
    disk, inside, count = row.extent
    container = IdMap.of_extents(
        each.extent for each in reader.map("namespace", _CONTAINER).rows if each.kind == kind
    )
    extent = container.extent_down(inside)
    if extent is None:
        what = f"after @ stands a {kind} of the container, and its map has no row for {inside}"
        reader.problem(piece, what)
        return
    if not container.extent_down(inside, count):
        reader.remark(
            f"crosses two rows of the container's map; only the first counts, so that "
            f"{kind}s after {extent.first + extent.count - 1} go wrong",
            piece,
        )
    host = inside - extent.first + extent.lower_first
    mount.rows.append(row._replace(extent=Extent(disk, host, count)))


def _write(parsed: Parsed, options: Options) -> str:
    map = the_map(parsed, None, "podman")
    if map.sort == "mount":
        return f"podman run -v SRC:DST:{_as_idmap(parsed)} IMAGE\n"
    words = []
    kinds = [kind for kind in KINDS if map.extents(kind)]
    only = kinds[0][0] if len(kinds) == 1 else ""
    for kind, flag in (("uid", "--uidmap"), ("gid", "--gidmap")):
        for row in map.extents(kind):  # type: ignore[arg-type]
            at = "@" if options.rootless and map.outside == "host" else ""
            words.append(f"{flag} {only}{row.first}:{at}{row.lower_first}:{row.count}")
    return " ".join(["podman run", *words, "IMAGE"]) + "\n"


def _as_idmap(parsed: Parsed) -> str:
    map = the_map(parsed, "mount", "idmap of a volume")
    parts = []
    for kind in KINDS:
        rows = map.extents(kind)
        if not rows:
            raise Inexpressible(f"idmap of a volume needs uids and gids, and there are no {kind}s")
        parts.append(f"{kind}s=" + "#".join(joined(row, "-") for row in rows))
    return f"idmap={';'.join(parts)}"


def _read_idmap(reader: Reader) -> None:
    text = reader.whole.strip()
    found = text.match(r"(?s)(?:.*[:,])?idmap=(?P<rows>[^,\s\"']*).*")
    _idmap(reader, found["rows"] if found else text, "the volume")


def _write_idmap(parsed: Parsed, _options: Options) -> str:
    return f"{_as_idmap(parsed)}\n"


DIALECTS = (
    Dialect(
        "podman",
        "CONTAINER:FROM:COUNT (FROM on the host, rootless in the engine's namespace)",
        "podman-run(1)",
        _read,
        _write,
        r"--[ug]idmap\b|--userns\b|\bkeep-id\b|\b(?:podman|buildah)\b[^\n]*idmap"
        r"|(?m:^\s*(?:UIDMap|GIDMap|UserNS)=)",
        rf"\s*(?:{_BARE})\s*",
    ),
    Dialect(
        "podman-idmap",
        "DISK-MOUNT-COUNT, rows parted by #",
        "podman-run(1), crun(1)",
        _read_idmap,
        _write_idmap,
        r"(?:^|[^-])\bidmap=[ug]ids=(?![^\n]*--[ug]idmap)",
        r"\s*[ug]ids=@?\d+-\d+-\d+.*\s*",
    ),
)
