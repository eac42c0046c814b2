# SPDX-License-Identifier: BSD-3-Clause
"""
The likely mistake
==================

What people get wrong, a function each: it looks at an id that was lost, or at the whole situation,
and says in a sentence what is likely meant otherwise, or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kfuncviz.diagnosis.answers import Answers
from kfuncviz.diagnosis.situation import BARE, Situation
from kfuncviz.dialects import words
from kfuncviz.dialects.intermediate import lower
from kfuncviz.dialects.options import Options
from kfuncviz.dialects.parsed import KINDS, Map, Parsed, Row
from kfuncviz.dialects.podman import without
from kfuncviz.model.idmap import Extent
from kfuncviz.model.uidgid import IdKind
from kfuncviz.scenario.ownership.travel import HopKey
from kfuncviz.scenario.ownership.travel import Row as Numbers

_MOUNT_8 = "x-mount.idmap"
_MANUAL = (
    "the manual pages of util-linux 2.39 to 2.42.3 name the columns the other way round; the "
    "program has always taken what stands first for the id on the disk"
)
#: What an errno means where nothing else is known (fs/namei.c, fs/attr.c, kernel/user_namespace.c).
_MEANS = {
    "EOVERFLOW": (
        "whoever creates or takes over a file has a uid or gid that the mount's map, or the "
        "filesystem's own namespace, has no row for: the disk could not hold it"
    ),
    "EINVAL": (
        "of chown and of setresuid: the number has no row in the caller's own user namespace; of "
        "a map: its rows overlap or have no end; of a mount: see the rows and the filesystem"
    ),
    "EACCES": (
        "mode bits refuse it, and a capability does not count over an owner or group that has no "
        "row in the caller's user namespace"
    ),
}
_NO_RIGHT = (
    "newuidmap and newgidmap need setuid root or the capabilities cap_setuid and cap_setgid "
    "(ls -l and getcap of them say); an update or a copied image loses these"
)
_SETGROUPS = (
    'who has no privilege writes "deny" to /proc/PID/setgroups before gid_map, and maps their own '
    "gid alone (since Linux 3.19)"
)
#: Whose an id is that is lost as a uid and as a gid.
_BOTH = "uid and gid"
#: A row this long is a container's map; a shorter one was written for the ids in it.
_RANGE = 1000


class Finding(NamedTuple):
    """A mistake by its name, and what it is here."""

    name: str
    words: str


class Loss(NamedTuple):
    """An id that a map has no row for; ``column`` is the one it was looked up in.

    ``whose`` is the kind in words, where the other kind is lost in the same way; ``below`` says
    whose ids column 2 counts.
    """

    kind: IdKind
    hop: HopKey
    rows: tuple[Numbers, ...]
    column: int
    id: int
    whose: str
    below: str = "the host's"

    def here(self, row: Numbers) -> int:
        """The first id of a row in the column that was looked at."""
        return row[self.column - 1]

    def there(self, row: Numbers) -> int:
        """The first id of a row in the other column."""
        return row[2 - self.column]


def losses(answers: Answers) -> Iterator[Loss]:
    """The ids that were lost, at most one of each kind."""
    for kind, answer in answers.both:
        leg = answer.travel.lost
        if leg is not None:
            hop, id = answer.hops[leg.hop], answer.lanes[leg.source].id
            nested = hop.key == "caller" and any(each.key == "mid" for each in answer.hops)
            below = "the engine's" if nested else "the host's"
            if id is not None:
                yield Loss(kind, hop.key, hop.rows, leg.column, id, kind, below)


def _together(lost: list[Loss]) -> list[Loss]:
    """One for both kinds, where they are lost in the same way."""
    if len(lost) == 2 and lost[0][1:5] == lost[1][1:5]:
        return [lost[0]._replace(whose=_BOTH)]
    return lost


def swapped(loss: Loss) -> str:
    """The other column holds the id, of a row that was written for it."""
    for row in loss.rows:
        first, second, count = row
        held = loss.there(row) <= loss.id < loss.there(row) + count
        written = count < _RANGE or first > second
        if held and written and (loss.hop == "mount" or first > second):
            are = "are" if loss.whose == _BOTH else "is"
            return (
                f"{loss.whose} {loss.id} {are} in column {3 - loss.column} of "
                f'"{first} {second} {count}"; turned round it is "{second} {first} {count}"'
            )
    return ""


def shifted_already(loss: Loss) -> str:
    """The disk holds the ids of a container, and the mount is to shift them once more."""
    for first, second, count in loss.rows:
        into = second <= loss.id < second + count
        if (loss.hop, loss.column) == ("mount", 1) and first < second and count >= _RANGE and into:
            return (
                f"{loss.whose} {loss.id} on the disk is the container's "
                f"{loss.id - second + first} already, and the mount, which is to shift it "
                "again, has no row for it"
            )
    return ""


def off_by_one(loss: Loss) -> str:
    """The id is one beside a long row; 0 of an engine's namespace is somebody of its own."""
    if loss.column == 2 and loss.id == 0:
        return ""
    for row in loss.rows:
        first, last = loss.here(row), loss.here(row) + row[2] - 1
        if row[2] > 1 and loss.id in (first - 1, last + 1):
            return (
                f"the row holds {words.span(first, row[2])} ({words.ids(row[2])}), and "
                f"{loss.id} is one beside it"
            )
    return ""


def hole(loss: Loss) -> str:
    """The id is between two rows."""
    ends = [loss.here(row) + row[2] for row in loss.rows if loss.here(row) + row[2] <= loss.id]
    starts = [loss.here(row) for row in loss.rows if loss.here(row) > loss.id]
    if not ends or not starts or (loss.hop != "mount" and min(starts) - max(ends) >= _RANGE):
        return ""
    between = words.span(max(ends), min(starts) - max(ends))
    return f"no row holds {between} in column {loss.column}, and {loss.id} is in it"


def not_passed_on(loss: Loss) -> str:
    """A mount maps what has a row, and nothing else."""
    if (loss.hop, loss.column) != ("mount", 1):
        return ""
    row, rule = f'"{loss.id} {loss.id} 1"', "a mount's map passes on no id without a row"
    if any(second <= loss.id < second + count for _, second, count in loss.rows):
        return f"{rule}; {row} would be refused, as column 2 holds {loss.id} already"
    return f"{rule}; {row} would leave {loss.whose} {loss.id} as it is"


def not_in_mount(loss: Loss) -> str:
    """Who creates is nobody the mount can store."""
    if (loss.hop, loss.column) != ("mount", 2):
        return ""
    return (
        f"whoever writes has {loss.whose} {loss.id}, which is not in column 2 of the mount's map: "
        "the disk could not hold it, root's no more than anybody's"
    )


def outside(loss: Loss) -> str:
    """A namespace hands out other ids than this one."""
    if loss.hop not in ("caller", "mid"):
        return ""
    ranges = words.some([words.span(loss.here(row), row[2]) for row in loss.rows])
    if loss.column == 1:
        no = "neither uid nor gid" if loss.whose == _BOTH else f"no {loss.whose}"
        return f"there is {no} {loss.id} inside: the namespace has {ranges or 'none'}"
    theirs = f"{loss.below} {ranges}" if ranges else f"none of {loss.below} ids"
    return f"the namespace has {theirs}, and not {loss.whose} {loss.id}"


#: What a slip looks like; the first that says something is what is likely.
_SLIPS: tuple[tuple[str, Callable[[Loss], str]], ...] = (
    ("swapped columns", swapped),
    ("both chown and idmap", shifted_already),
    ("off by one", off_by_one),
    ("hole", hole),
)
#: The rule that an id is lost by, slip or not.
_RULES: tuple[tuple[str, Callable[[Loss], str]], ...] = (
    ("identity rows forgotten", not_passed_on),
    ("writer not in the mount", not_in_mount),
    ("outside the range", outside),
)


def one_kind(map: Map) -> str:
    """Rows for uids or for gids alone."""
    kinds = [kind for kind in KINDS if map.extents(kind)]
    if len(kinds) == len(map.kinds) or map.of == BARE:
        return ""
    told = words.findings(Parsed("", (map,)))
    return next(said for said in told if said.startswith(f"{map.of} has rows for "))


def as_intermediate(here: Situation, map: Map) -> tuple[Row, ...]:
    """The rows with ids of the engine's namespace, where all they have are the host's; else none.

    Only where some row is none of the engine's own as it stands.
    """
    engine = next((each.intermediate for each in here.parsed if each.intermediate), ())
    if map.outside != "intermediate":
        return ()
    rows: list[Row] = []
    strange = False
    for row in map.rows:
        first, host, count = row.extent
        ids = lower(engine, row.kind)
        held = ids.extent_up(host, count)
        if held is None:
            return ()
        strange = strange or ids.extent_down(host, count) is None
        rows.append(Row(row.kind, Extent(first, host - held.lower_first + held.first, count)))
    return tuple(rows) if strange else ()


def _of_maps(situation: Situation) -> Iterator[Finding]:
    """What the kernel, or newuidmap, has against a map."""
    for parsed in situation.parsed:
        for problem in parsed.problems:
            name = "map refused" if problem.errno else "cannot be read"
            yield Finding(name, str(problem))
    for map in situation.maps:
        if said := one_kind(map):
            yield Finding("only one kind", said)
        if as_intermediate(situation, map):
            yield Finding(
                "host ids in a rootless map",
                f"the second numbers of {map.of} are the host's; without root they count in the "
                "engine's own namespace, whose 0 is whoever runs it",
            )


def _of_owner(here: Situation, answers: Answers) -> Iterator[Finding]:
    """An owner that nobody in the container is, where a permission was missing."""
    if answers.err not in ("EACCES", "EPERM") or here.container is None:
        return
    file = {"kuid": 0, "kgid": 0} | here.file
    strange = [kind for kind in KINDS if not here.known.shows(kind, file[f"k{kind}"])]
    if strange and not answers.refused and not answers.uid.unmade:
        ids = " and ".join(f"{kind} {file[f'k{kind}']}" for kind in strange)
        yield Finding("owner outside the range", f"{ids} on the disk is nobody's in the container")


def _of_tools(here: Situation) -> Iterator[Finding]:
    """What a tool was refused whose rows are fine, and rows that it will refuse."""
    for errno, line in here.paste.errors:
        if errno == "EPERM" and re.search(r"new[ug]idmap: (?:write|open)", line):
            yield Finding("newuidmap has no right", _NO_RIGHT)
        elif errno == "EPERM" and "gid_map" in line and here.options.own != (0, 0):
            yield Finding("setgroups", _SETGROUPS)
    refused = [*ungranted(here)]
    for kind in KINDS:
        spans = [words.span(row.extent[1], row.extent[2]) for row in refused if row.kind == kind]
        if spans:
            rest = f", nor of {words.some(spans[1:])}" if spans[1:] else ""
            yield Finding(
                f"not in /etc/sub{kind}",
                f"/etc/sub{kind} does not give {here.options.user} all of {spans[0]}{rest}: "
                f"new{kind}map refuses the row{'s' if rest else ''}",
            )
    if here.too_old:
        yield Finding(
            "kernel too old",
            f"before Linux 5.12 no mount has a map, and this is {here.paste.kernel}: "
            "mount_setattr(2) is ENOSYS",
        )
        for errno, line in here.paste.errors[:1]:
            if errno != "ENOSYS" and "mount_setattr" in line:
                yield Finding("not explained", f"{errno} of mount_setattr(2): this kernel has none")


def ungranted(here: Situation) -> Iterator[Row]:
    """The rows of LXC that newuidmap refuses, where it is known what may be handed out."""
    options = here.options
    if options.user is not None and any(each.dialect == "lxc" for each in here.parsed):
        for row in (row for map in here.maps if map.sort == "namespace" for row in map.rows):
            if lacking(options, row):
                yield row


def lacking(options: Options, row: Row) -> list[tuple[int, int]]:
    """The ids of a row's column 2 that nobody may hand out: first and count of each stretch."""
    left = [Extent(row.extent.lower_first, row.extent.lower_first, row.extent.count)]
    for _, start, count in options.ranges(row.kind):
        left = [piece for each in left for piece in without(each, Extent(start, start, count))]
    return [(first, count) for first, _, count in left]


def _unexplained(here: Situation, answers: Answers | None) -> Iterator[Finding]:
    """An error in the paste that does not follow from what was understood."""
    found = {answers.err} if answers else set()
    told = [(errno, line) for errno, line in here.paste.errors if errno not in found]
    if here.empty:
        for errno in dict.fromkeys(errno for errno, _ in told if errno in _MEANS):
            yield Finding(errno, _MEANS[errno])
    elif answers is not None and not found & {errno for errno, _ in here.paste.errors}:
        for errno, line in told[:1]:
            if not re.search(r"(?i)\bmount|\bidmap|[ug]id_?map", line):
                yield Finding("not explained", f"{errno} does not follow from what was understood")


def _of_access(answers: Answers) -> Iterator[Finding]:
    """What could not be made, and the capability that did not count."""
    access = answers.uid.access
    if answers.refused:
        yield Finding("map refused", str(answers.refused))
        return
    if answers.uid.unmade and access and access.why:
        yield Finding("mount refused", f"{access.err}: {access.why.words}")
        return
    if access and access.why and access.err and not answers.lost:
        held = access.why.cap and access.why.cap_why != "not held"
        yield Finding(
            "capability" if held else "no permission", f"{access.err}: {access.why.words}"
        )


def findings(situation: Situation, answers: Answers | None) -> list[Finding]:
    """Every mistake that is likely, the most telling first."""
    found = [*_of_maps(situation), *_of_tools(situation)]
    if answers is not None:
        for loss in _together([*losses(answers)]):
            for table in (_SLIPS, _RULES):
                said = (Finding(name, of(loss)) for name, of in table)
                found += [finding for finding in said if finding.words][:1]
        found += [*_of_access(answers), *_of_owner(situation, answers)]
    found += _unexplained(situation, answers)
    if any(each.dialect == _MOUNT_8 for each in situation.parsed) and any(
        finding.name == "swapped columns" for finding in found
    ):
        found.append(Finding("remark", _MANUAL))
    remarks = [
        said for parsed in (situation.ranges, *situation.parsed) for said in words.findings(parsed)
    ]
    told = {finding.words for finding in found}
    told |= {said for said in remarks if said.startswith(f"{BARE} has rows for ")}
    found += [Finding("remark", said) for said in remarks if said not in told]
    return list(dict.fromkeys(found))
