# SPDX-License-Identifier: BSD-3-Clause
"""
The smallest repair
===================

A repair is a text in the dialect the paste came in.  It is written, read again, put in the place of
the old one and replayed: what is still refused or lost then is no repair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from kfuncviz.diagnosis.answers import Answers, ask
from kfuncviz.diagnosis.findings import (
    Loss,
    as_intermediate,
    lacking,
    losses,
    shifted_already,
    swapped,
    ungranted,
)
from kfuncviz.diagnosis.listings import NOBODY
from kfuncviz.diagnosis.situation import ASSUMED, Situation, situation, understood
from kfuncviz.diagnosis.target import target
from kfuncviz.dialects.convert import convert, seamless
from kfuncviz.dialects.dialect import Inexpressible
from kfuncviz.dialects.intermediate import lower, through
from kfuncviz.dialects.parsed import KINDS, Map, Parsed, Row
from kfuncviz.dialects.podman import without
from kfuncviz.dialects.registry import parse
from kfuncviz.dialects.subid import SubidRange
from kfuncviz.model.filesystems import filesystem
from kfuncviz.model.idmap import Extent, IdMap
from kfuncviz.model.uidgid import IdKind

_MOUNT = "x-mount.idmap"


class Repair(NamedTuple):
    """What to write, in which dialect, what it does, and the situation with it."""

    text: str
    dialect: str
    words: str
    situation: Situation


def repairs(situation: Situation, answers: Answers | None) -> list[Repair]:
    """Every repair that was replayed and helps, the smallest first."""
    if answers is not None and answers.well and not [*ungranted(situation)]:
        return []
    found: list[Repair] = []
    for candidates in _CANDIDATES:
        for repair in candidates(situation, answers):
            helped = next(filter(_helps, _replays(situation, repair)), None)
            if helped and all(helped.text != other.text for other in found):
                found.append(helped)
    return found


def _replays(was: Situation, repair: Repair) -> Iterator[Repair]:
    """A repair with the file and the program as they are; then with what it says it takes."""
    now = repair.situation
    if now.paste.shown != was.paste.shown or _owner_unknown(was):
        yield repair
        return
    inside = was.by == now.by == "inside"
    document = now.document | {"setup": was.document["setup"]}
    if inside:
        document["callers"] = {"inside": _caller(was, now)}
    yield repair._replace(situation=replace(now, document=document))
    words = ""
    if was.mount and now.mount and not was.paste.shown and now.file != was.file:
        what = "directory" if now.file["type"] == "dir" else "file"
        words = "where the {} is {kuid}:{kgid} on the disk".format(what, **now.file)
        document = document | {"setup": now.document["setup"]}
    elif inside and was.question.direction == "chown" and was.question.user is None:
        words = "for a program with CAP_CHOWN"
        document["callers"] = {"inside": {**document["callers"]["inside"], "caps": "all"}}
    if words:
        yield repair._replace(
            words=f"{repair.words}, {words}", situation=replace(now, document=document)
        )


def _caller(was: Situation, now: Situation) -> dict[str, Any]:
    """The program with its ids inside, which have other numbers of the host in other rows."""
    old, new = (here.document["callers"]["inside"] for here in (was, now))
    caller = {**old, **{key: new[key] for key in ("userns", "kgroups") if key in new}}
    for kind in KINDS:
        inside = was.known.inside(kind, old[f"k{kind}"])
        host = None if inside is None else now.known.host(kind, inside)
        if host is None:
            return dict(new)
        caller[f"k{kind}"] = host
    return caller


def _owner_unknown(here: Situation) -> bool:
    """Whether the file was only shown as nobody's: the id that stands for its owner is any."""
    asked = here.question.direction != "read" or here.question.ids is not None
    return bool(here.paste.shown) and target(here.paste.shown) is None and not asked


def _helps(repair: Repair) -> bool:
    problems = [problem for parsed in repair.situation.parsed for problem in parsed.problems]
    return not problems and ask(repair.situation).well and not [*ungranted(repair.situation)]


def _with_map(here: Situation, old: Map, rows: tuple[Row, ...], words: str) -> Iterator[Repair]:
    """The situation with other rows in one map, as its own dialect writes them."""
    if not rows:
        return
    number, parsed = next(
        (n, each) for n, each in enumerate(here.parsed) if any(m is old for m in each.maps)
    )
    changed = replace(parsed, maps=(replace(old, rows=rows),), ranges=(), problems=())
    try:
        text = convert(changed, parsed.dialect, here.options).strip()
    except Inexpressible:
        return
    read = parse(parsed.dialect, text, here.options)
    maps = (
        tuple(
            replace(read.maps[0], of=old.of, outside=read.maps[0].outside) if each is old else each
            for each in parsed.maps
        )
        if read.maps
        else parsed.maps
    )
    again = replace(parsed, maps=maps, problems=read.problems,
                    intermediate=read.intermediate or parsed.intermediate)  # fmt: skip
    others = (*here.parsed[:number], again, *here.parsed[number + 1 :])
    yield Repair(text, parsed.dialect, words, _again(here, others))


def _again(here: Situation, parsed: tuple[Parsed, ...]) -> Situation:
    return situation(here.paste, here.question, here.options, parsed, (), here.unread)


def _map_of(here: Situation, loss: Loss) -> Map | None:
    return here.mount if loss.hop == "mount" else here.container


def _turned(here: Situation, answers: Answers | None) -> Iterator[Repair]:
    """The map with its columns the other way round."""
    for loss in losses(answers) if answers else ():
        map = _map_of(here, loss)
        if map is not None and swapped(loss):
            written = [row for row in map.rows if any(row.where)] or map.rows
            rows = tuple(
                row._replace(extent=Extent(row.extent[1], row.extent[0], row.extent[2]))
                for row in written
            )
            yield from _with_map(here, map, rows, "the columns turned round")


def _row(here: Situation, answers: Answers | None) -> Iterator[Repair]:
    """The rows that are missing, put into the map that lacks them."""
    lost = [loss for loss in losses(answers) if _rows_of(here, loss)] if answers else []
    map = _map_of(here, lost[0]) if lost else None
    if map is None or len({loss.hop for loss in lost}) != 1:
        return
    rows, added, told = [*map.rows], list[str](), dict[str, None]()
    for loss in lost:
        row = _missing(here, map, loss)
        if row is None:
            return
        old = [each.extent for each in rows if each.kind == loss.kind]
        joined = seamless([row, *(left for each in old for left in without(each, row))])
        rows = [each for each in rows if each.kind != loss.kind]
        rows += [Row(loss.kind, extent) for extent in joined]
        added.append('{} "{} {} {}"'.format(loss.kind, *row))
        told |= {_taken(loss, row): None}
    words = f"rows added: {', '.join(added)}{''.join(told)}"
    yield from _with_map(here, map, tuple(rows), words)


def _taken(loss: Loss, row: Extent) -> str:
    """What becomes of an id that a mount ties to another one."""
    disk, mount, _ = row
    if loss.hop != "mount" or disk == mount:
        return ""
    if loss.column == 1:
        return f"; {disk} on the disk is {mount} in the mount"
    return f"; what {mount} creates is stored as {disk}"


def _rows_of(here: Situation, loss: Loss) -> tuple[Extent, ...]:
    map = _map_of(here, loss)
    return map.extents(loss.kind) if map is not None else ()


def _missing(here: Situation, map: Map, loss: Loss) -> Extent | None:
    """The row that a map lacks for an id, with a number on the other side that is of use."""
    rows = IdMap.of_extents(map.extents(loss.kind))
    if loss.hop == "mount":
        wanted = _mount_side(here, loss, loss.kind)
    elif map.outside == "intermediate":
        wanted = [loss.id, *range(3)] if loss.column == 1 else []
    else:
        distances = [row.lower_first - row.first for row in rows if row.count > 1]
        sign = 1 if loss.column == 1 else -1
        wanted = [loss.id + sign * distance for distance in distances] + [loss.id]
    looked = rows.extent_up if loss.column == 1 else rows.extent_down
    free = next((id for id in wanted if id >= 0 and looked(id) is None), None)
    if free is None:
        return None
    return Extent(loss.id, free, 1) if loss.column == 1 else Extent(free, loss.id, 1)


def _mount_side(here: Situation, loss: Loss, kind: IdKind) -> list[int]:
    """The ids that the new row of a mount may have on its other side, the most useful first."""
    container = here.container
    if container is None:
        return [loss.id, *range(1, 3)]
    engine = next((each.intermediate for each in here.parsed if each.intermediate), ())
    triples = through(container.extents(kind), lower(engine, kind)) if engine else [
        (row.first, row.lower_first, row.lower_first, row.count) for row in container.extents(kind)
    ]  # fmt: skip
    if loss.column == 2:  # who writes inside as N is stored as N
        found = [
            i + loss.id - h for i, _, h, n in triples if h is not None and 0 <= loss.id - h < n
        ]
    else:  # what is stored as N is N inside, or else the container's root
        found = [
            h + loss.id - i for i, _, h, n in triples if h is not None and 0 <= loss.id - i < n
        ]
        found += [h for i, _, h, _ in triples if h is not None and i == 0]
    return [*found, loss.id]


def _as_intermediate(here: Situation, _: Answers | None) -> Iterator[Repair]:
    """Host ids that stand where ids of the engine's namespace are meant, as such."""
    map = here.container
    if map is not None and (rows := as_intermediate(here, map)):
        yield from _with_map(here, map, rows, "the host's ids as the engine's namespace has them")


def _other_kind(here: Situation, _: Answers | None) -> Iterator[Repair]:
    """The rows of the one kind for the other as well, or the file's own id as it is."""
    for map in here.maps:
        kinds = [kind for kind in KINDS if map.extents(kind)]
        if len(kinds) < len(map.kinds):
            (other,) = (kind for kind in KINDS if kind not in kinds)
            alike = [row._replace(kind=other) for row in map.rows]
            yield from _with_map(
                here, map, (*map.rows, *alike), f"rows for {other}s as for {kinds[0]}s"
            )
            id = here.document["setup"][-1][f"k{other}"]
            same = Row(other, Extent(id, id, 1))
            yield from _with_map(here, map, (*map.rows, same), f"{other} {id} stays as it is")


def _cut(here: Situation, _: Answers | None) -> Iterator[Repair]:
    """A row that overlaps a shorter one, cut around it."""
    for map in here.maps:
        rows: list[Row] = []
        for row in sorted(map.rows, key=lambda each: each.extent.count):
            pieces = [row.extent]
            for other in rows:
                if other.kind == row.kind:
                    pieces = [left for piece in pieces for left in without(piece, other.extent)]
            rows += [row._replace(extent=piece) for piece in pieces]
        if len(rows) != len(map.rows) or {*rows} != {*map.rows}:
            kept = tuple(sorted(rows, key=lambda each: (each.kind != "uid", each.extent)))
            yield from _with_map(here, map, kept, "the long row cut around the short one")


def _granted(here: Situation, _: Answers | None) -> Iterator[Repair]:
    """Rows that reach out of what /etc/subuid gives, cut to it."""
    options = here.options
    for parsed in here.parsed:
        map = next((each for each in parsed.maps if each.sort == "namespace"), None)
        asks = parsed.dialect.startswith("new") or (parsed.dialect == "lxc" and options.user)
        if not asks or options.own is None or map is None:
            continue
        rows = []
        for row in map.rows:
            first, below, count = row.extent
            own = options.own[row.kind == "gid"]
            given = [(start, start + count) for _, start, count in options.ranges(row.kind)]
            for start, end in [*given, (own, own + 1)]:
                low, high = max(start, below), min(end, below + count)
                if low < high:
                    rows.append(row._replace(extent=Extent(first + low - below, low, high - low)))
        if tuple(rows) != map.rows:
            yield from _with_map(here, map, tuple(rows), "rows cut to what may be handed out")


def _more(here: Situation, _: Answers | None) -> Iterator[Repair]:
    """Lines of /etc/subuid for the rows that reach out of them."""
    options = here.options
    lines: dict[IdKind, list[SubidRange]] = {kind: [] for kind in KINDS}
    lxc = any(each.dialect == "lxc" for each in here.parsed)
    asked = all(len(map.kinds) == 1 for map in here.maps) and options.own is not None
    if options.user is None or not (lxc or asked):
        return
    own = dict(zip(KINDS, options.own or (), strict=False))
    for row in (row for map in here.maps if map.sort == "namespace" for row in map.rows):
        if lxc or row.extent[1:] != (own.get(row.kind), 1):
            lines[row.kind] += [
                SubidRange(options.user, below, count) for below, count in lacking(options, row)
            ]
    if any(lines.values()):
        yield from _lines(here, lines, "one more range to hand out")


def _not_oneself(here: Situation, _: Answers | None) -> Iterator[Repair]:
    """/etc/subuid without the lines that give somebody what they have: their own id."""
    options = here.options
    if options.own is None:
        return
    kept: dict[str, tuple[SubidRange, ...]] = {}
    told: list[str] = []
    for name, own in zip(("subuid", "subgid"), options.own, strict=True):
        ranges: tuple[SubidRange, ...] = getattr(options, name)
        theirs = [each for each in ranges if each[1:] == (own, 1)]
        kept[name] = tuple(each for each in ranges if each not in theirs)
        told += [f"/etc/{name} without {':'.join(map(str, each))}" for each in theirs]
    if told:
        more = replace(options, subuid=kept["subuid"], subgid=kept["subgid"])
        yield Repair("\n".join(told), "subuid", "one's own id needs no line",
                     understood(here.paste, here.question, more))  # fmt: skip


def _grown(here: Situation, answers: Answers | None) -> Iterator[Repair]:
    """The last range long enough for the ids that are lacking inside."""
    options = here.options
    lines: dict[IdKind, list[SubidRange]] = {}
    for loss in losses(answers) if answers else ():
        ranges = options.ranges(loss.kind)
        if not options.rootless or loss.column != 1 or loss.hop == "mount" or not ranges:
            return
        last = max((first + count for first, _, count in loss.rows), default=0)
        start = ranges[-1].start + ranges[-1].count
        lines[loss.kind] = [SubidRange(ranges[-1].owner, start, loss.id + 1 - last)]
    if lines:
        yield from _lines(here, lines, "a range long enough")


def _lines(
    here: Situation, lines: Mapping[IdKind, list[SubidRange]], words: str
) -> Iterator[Repair]:
    """More lines of /etc/subuid and /etc/subgid; none that makes anybody else the host's root."""
    options = here.options
    if any(each.start == 0 and each.owner != "root" for kind in lines for each in lines[kind]):
        return
    more = replace(options, subuid=(*options.subuid, *lines.get("uid", ())),
                   subgid=(*options.subgid, *lines.get("gid", ())))  # fmt: skip
    told = [f"/etc/sub{kind}: {':'.join(map(str, each))}" for kind in lines for each in lines[kind]]
    yield Repair("\n".join(told), "subuid", words, understood(here.paste, here.question, more))


def _split(here: Situation, _: Answers | None) -> Iterator[Repair]:
    """A row that crosses a seam of the namespace above, as one row on either side."""
    map = here.container
    engine = next((each.intermediate for each in here.parsed if each.intermediate), ())
    if map is None or map.outside != "intermediate":
        return
    rows = []
    for kind in KINDS:
        for inside, middle, host, count in through(map.extents(kind), lower(engine, kind)):
            if host is None:
                return
            rows.append(Row(kind, Extent(inside, middle, count)))
    if len(rows) != len(map.rows):
        yield from _with_map(here, map, tuple(rows), "split where two ranges of the parent meet")


def _range(here: Situation, answers: Answers | None) -> Iterator[Repair]:
    """One more line of /etc/subuid, where it is this that the engine lives on."""
    user = here.options.user
    lost = [loss for loss in losses(answers) if loss.column == 2] if answers else []
    if here.options.rootless and user is not None and all(loss.hop != "mount" for loss in lost):
        lines = {loss.kind: [SubidRange(user, loss.id, 1)] for loss in lost}
        if lines:
            yield from _lines(here, lines, "one more range to hand out")


def _through(here: Situation, answers: Answers | None) -> Iterator[Repair]:
    """An idmapped mount that gives the host's id one of the container's."""
    container = here.container
    lost = [loss for loss in losses(answers) if loss.column == 2] if answers else []
    denied = answers is not None and answers.err in ("EACCES", "EPERM")
    strange = denied and any(not here.known.shows(k, here.file[f"k{k}"]) for k in KINDS)
    if (
        container is None
        or here.mount is not None
        or here.options.rootless
        or not (lost or strange)
    ):
        return
    rows = []
    for kind in KINDS:
        id = here.document["setup"][-1]["kuid" if kind == "uid" else "kgid"]
        number = (here.question.user or (0, 0))[kind == "gid"]
        host = here.known.host(kind, number)
        if host is None:
            return
        rows.append(Row(kind, Extent(id, host, 1)))
    whom = "root's" if not here.question.user else f"uid {here.question.user[0]}'s"
    mount = Parsed(_MOUNT, (Map("mount", "the mount", tuple(rows)),))
    text = convert(mount, _MOUNT).strip()
    read = parse(_MOUNT, text)
    yield Repair(text, _MOUNT, f"an idmapped mount shows the file as {whom} of the container",
                 _again(here, (*here.parsed, read)))  # fmt: skip


def _without_map(here: Situation, answers: Answers | None) -> Iterator[Repair]:
    """The mount as it is, where the disk has the container's ids already."""
    if answers and any(shifted_already(loss) for loss in losses(answers)):
        parsed = tuple(
            replace(each, maps=tuple(map for map in each.maps if map.sort != "mount"))
            for each in here.parsed
        )
        inside = {here.known.inside(loss.kind, loss.id) for loss in losses(answers)}
        words = "the disk has the container's ids already"
        if NOBODY in inside:
            words += f", and {NOBODY} there is an owner as any other"
        yield Repair("no map on the mount", "words", words,
                     _again(here, parsed))  # fmt: skip


def _newer(here: Situation, _: Answers | None) -> Iterator[Repair]:
    """The first release that can idmap this filesystem."""
    name = here.paste.filesystem or ASSUMED
    since = filesystem(name).idmap
    if since is not None and here.paste.kernel is not None and not here.empty:
        release = "{}.{}".format(*since.since)
        paste = replace(here.paste, kernel=release)
        yield Repair(f"Linux {release} or newer", "kernel", f"{name} can be idmapped since then",
                     situation(paste, here.question, here.options, here.parsed))  # fmt: skip


def _enter(here: Situation, answers: Answers | None) -> Iterator[Repair]:
    """Search permission for everybody on the directory that stops it."""
    access = answers.uid.access if answers else None
    if access is None or access.err != "EACCES" or access.why is None:
        return
    for shown in here.paste.shown:
        name = shown.path.rstrip("/").rpartition("/")[2]
        if (
            shown.directory
            and shown.mode is not None
            and name == (access.why.path or "").rpartition("/")[2]
        ):
            changed = [
                replace(each, mode=(each.mode or 0) | 0o001) if each is shown else each
                for each in here.paste.shown
            ]
            paste = replace(here.paste, shown=changed)
            yield Repair(f"chmod o+x {shown.path}", "shell", "everybody may pass through",
                         situation(paste, here.question, here.options, here.parsed))  # fmt: skip


#: Where repairs come from, the smallest change first.
_CANDIDATES = (
    *(_turned, _cut, _as_intermediate, _granted, _more, _not_oneself, _split, _row),
    *(_other_kind, _without_map, _range, _grown, _through, _newer, _enter),
)
