# SPDX-License-Identifier: BSD-3-Clause
"""
A program that works out a file's owner by itself: does it still work elsewhere?
================================================================================

Two readers, both written against the layouts of one release and run on another:
`core_reader` names its members and is relocated at load time (CO-RE: a type or member
that is missing, or of another kind, leaves an instruction the verifier refuses);
`fixed_offset_reader` has byte offsets compiled in and nothing checks them.
From a file they walk every member on the way: through f_path to the mount's maps and their rows,
and through f_inode to the owner; from a vfsmount to the maps alone.  The path is found in the
recorded members, not written down here.  Neither tests for an older layout and takes another
branch.  Judged is the layout alone: whether the members still mean the same is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import releases
from kfuncviz.evidence.errors import EvidenceError, LayoutNotRecorded
from kfuncviz.evidence.idmap.layouts import Member, layout

if TYPE_CHECKING:
    import pandas as pd

Start = Literal["vfsmount", "file"]
WORKS, REFUSED, WRONG = "works", "fails to load", "silently wrong"
UNKNOWN = "not recorded"
_ON_THE_WAY = ("path", "vfsmount", "mnt_idmap", "user_namespace")
_MAPS = ("uid_map", "gid_map")
_OWNER = (("file", "f_inode"), ("inode", "i_uid"), ("inode", "i_gid"))
_ROWS = (
    ("uid_gid_map", "nr_extents"),
    ("uid_gid_map", "extent"),
    ("uid_gid_map", "forward"),
    ("uid_gid_extent", "first"),
    ("uid_gid_extent", "lower_first"),
    ("uid_gid_extent", "count"),
)


@dataclass(frozen=True)
class Access:
    """One member access: `struct`.`member`."""

    struct: str
    member: Member

    def __str__(self) -> str:
        return f"{self.struct}.{self.member.name}"


@dataclass(frozen=True)
class Reading:
    """What becomes of a reader built at one release and run on another, and why."""

    built_at: str
    run_at: str
    verdict: str
    reason: str

    def __str__(self) -> str:
        return f"built at {self.built_at}, run on {self.run_at}: {self.verdict}; {self.reason}"


_Judge = Callable[[Access], "tuple[str, str] | None"]


def _target(type_: str) -> str:
    return type_.replace("const ", "").removeprefix("struct ").rstrip(" *").split(" [")[0]


@cache
def walk(release: str, start: Start = "file") -> tuple[tuple[Access, ...], str]:
    """Steps from `start` to the maps and their rows, and from a file to its owner as well.

    The second value says what is missing, "" if nothing.

    >>> [str(step) for step in walk("6.7")[0]][:5]
    ['file.f_path', 'path.mnt', 'vfsmount.mnt_idmap', 'mnt_idmap.owner', 'user_namespace.uid_map']
    >>> [str(step) for step in walk("6.7")[0]][-3:]
    ['file.f_inode', 'inode.i_uid', 'inode.i_gid']
    """
    if start not in get_args(Start):
        raise EvidenceError(f"a walk starts at {' or '.join(get_args(Start))}, not {start!r}")
    steps, missing = _to_the_maps(release, start)
    if not any(step.struct == "vfsmount" for step in steps):
        steps += _to_the_maps(release, "vfsmount")[0]
    for struct, name in (*_ROWS, *(_OWNER if start == "file" else ())):
        try:
            steps.append(Access(struct, layout(release, struct)[name]))
        except LayoutNotRecorded as gap:
            missing = missing or str(gap)
    return tuple(steps), missing


def _to_the_maps(release: str, struct: str) -> tuple[list[Access], str]:
    """The steps from a structure to both maps, as far as they are recorded."""
    steps: list[Access] = []
    try:
        while not set(_MAPS) <= (members := layout(release, struct)).keys():
            onward = next(m for m in members.values() if _target(m.type) in _ON_THE_WAY)
            steps.append(Access(struct, onward))
            struct = _target(onward.type)
    except LayoutNotRecorded as gap:
        return steps, str(gap)
    return steps + [Access(struct, members[name]) for name in _MAPS], ""


def _kind(type_: str) -> str:
    plain = type_.replace("const ", "")
    if plain.endswith("*"):
        return "pointer"
    if plain.endswith("]"):
        return "array"
    return "struct" if plain.startswith(("struct ", "union ")) else "scalar"


def _relocate(step: Access, run_at: str) -> tuple[str, str] | None:
    members = layout(run_at, step.struct)
    if not members:
        return REFUSED, f"{run_at} has no struct {step.struct}"
    there = members.get(step.member.name)
    if there is None:
        held = ", ".join(members) if len(members) < 8 else "other members"
        lost = f"struct {step.struct} has no {step.member.name} at {run_at} (it has {held})"
        return REFUSED, lost
    if _kind(there.type) != _kind(step.member.type):
        return REFUSED, f"{step} is of another kind at {run_at}: {there.type}"
    if _target(there.type) != _target(step.member.type) and _kind(there.type) != "scalar":
        return WRONG, f"{step} leads to {there.type} at {run_at}, not {step.member.type}"
    return None


def core_reader(built_at: str, run_at: str, start: Start = "file") -> Reading:
    """Would a CO-RE reader of the owner, written for `built_at`, work on `run_at`?

    Raises UnknownRelease, or LayoutNotRecorded if the recorded layouts cannot decide it.

    >>> print(core_reader("6.1", "6.2").verdict, "|", core_reader("6.11", "6.12").verdict)
    fails to load | works
    >>> print(core_reader("6.7", "6.8").reason)
    struct mnt_idmap has no owner at 6.8 (it has uid_map, gid_map, count)
    """
    steps, missing = walk(built_at, start)
    found = _first(lambda step: _relocate(step, run_at), steps, missing)
    if found:
        return Reading(built_at, run_at, *found)
    path = ", ".join(str(step) for step in steps if not step.struct.startswith("uid_gid"))
    return Reading(built_at, run_at, WORKS, f"{path} and the rows of the maps are still there")


def _first(judge: _Judge, steps: tuple[Access, ...], missing: str) -> tuple[str, str] | None:
    """The first step that certainly fails; only if none does may a gap in the record decide."""
    for step in steps:
        try:
            found = judge(step)
        except LayoutNotRecorded as gap:
            missing = missing or str(gap)
            continue
        if found:
            return found
    if missing:
        raise LayoutNotRecorded(missing)
    return None


def _one_offset(step: Access, release: str) -> int:
    if len(step.member.offsets) == 1:
        return step.member.offsets[0]
    if step.member.offsets:
        known = ", ".join(map(str, step.member.offsets))
        raise LayoutNotRecorded(f"{step} at {release}: recorded builds differ (offsets {known})")
    raise LayoutNotRecorded(f"{step} at {release}: it exists, but its offset was not recorded")


def _lies_at(struct: str, offset: int, run_at: str, like: Member) -> Member | None:
    """What lies at a byte offset: the member of that name, else of that type, else any."""
    found = [m for m in layout(run_at, struct).values() if offset in m.offsets]
    found.sort(key=lambda m: (m.name != like.name, m.type != like.type))
    return found[0] if found else None


def _misread(step: Access, built_at: str, run_at: str) -> tuple[str, str] | None:
    if not layout(run_at, step.struct):
        return WRONG, f"{run_at} has no struct {step.struct}; nothing stops the read"
    offset = _one_offset(step, built_at)
    there = layout(run_at, step.struct).get(step.member.name)
    if there is not None and _one_offset(Access(step.struct, there), run_at) != offset:
        moved = there.offsets[0]
        return WRONG, f"{step} moved from byte {offset} to {moved} by {run_at}; nothing notices"
    found = _lies_at(step.struct, offset, run_at, step.member)
    alike = (
        found is not None
        and _kind(found.type) == _kind(step.member.type)
        and _target(found.type) == _target(step.member.type)
    )
    if alike:
        return None
    what = f"{found.name} ({found.type})" if found else "nothing known"
    return WRONG, f"byte {offset} of struct {step.struct} is {what} at {run_at}"


def fixed_offset_reader(built_at: str, run_at: str, start: Start = "file") -> Reading:
    """Would a reader with compiled-in byte offsets for `built_at` work on `run_at`?

    It always loads; the question is whether it reads what it thinks it reads. A member that
    only changed its name does not disturb it. x86-64, without structure randomisation.

    >>> print(fixed_offset_reader("6.18", "6.19").reason)
    inode.i_uid moved from byte 4 to 24 by 6.19; nothing notices
    >>> fixed_offset_reader("6.18", "6.19", start="vfsmount").verdict
    'works'
    """
    steps, missing = walk(built_at, start)
    if built_at == run_at and not missing:
        return Reading(built_at, run_at, WORKS, "it was built for this very release")
    found = _first(lambda step: _misread(step, built_at, run_at), steps, missing)
    if found:
        return Reading(built_at, run_at, *found)
    return Reading(built_at, run_at, WORKS, "every offset on the way is the same")


def breaks(judge: Callable[[str, str], Reading]) -> list[Reading]:
    """Where a reader has to be written anew, each time built for the release before.

    Where neighbours cannot be decided, the last release that could be stands in: the break lies
    somewhere after `built_at`.  A stretch that nothing decides has the verdict `not recorded`.
    Begins with the second release, as the first is not recorded whole.

    >>> [(found.built_at, found.run_at) for found in breaks(core_reader)]
    [('6.1', '6.2'), ('6.7', '6.8')]
    >>> [(found.built_at, found.run_at) for found in breaks(fixed_offset_reader)][2:]
    [('6.7', '6.8'), ('6.11', '6.12'), ('6.12', '6.16'), ('6.18', '6.19')]
    """
    out: list[Reading] = []
    base = releases()[1]
    for previous, release in pairwise(releases()[1:]):
        found = _judged(judge, previous, release)
        if found.verdict == UNKNOWN:
            found = _judged(judge, base, release)
        if found.verdict == UNKNOWN:
            continue
        if found.built_at != base:
            out.append(_judged(judge, base, found.built_at))
        if found.verdict != WORKS:
            out.append(found)
        base = release
    return out


class Pair(NamedTuple):
    """Both readers built at one release and run on another: their verdicts, and why."""

    built_at: str
    run_at: str
    core: str
    core_reason: str
    fixed: str
    fixed_reason: str


def _judged(judge: Callable[..., Reading], built_at: str, run_at: str, *start: Start) -> Reading:
    try:
        return judge(built_at, run_at, *start)
    except LayoutNotRecorded as gap:
        return Reading(built_at, run_at, UNKNOWN, str(gap))


@cache
def pairs(start: Start = "file") -> tuple[Pair, ...]:
    """Both readers for every pair of releases, by the one built at, then the one run on.

    Where the layouts cannot decide, the verdict is `not recorded` and the reason says what is
    known.

    >>> [pair.core for pair in pairs() if pair.built_at == "6.5" and pair.run_at in ("6.7", "6.8")]
    ['works', 'fails to load']
    """
    out = []
    for built_at in releases():
        for run_at in releases():
            core = _judged(core_reader, built_at, run_at, start)
            fixed = _judged(fixed_offset_reader, built_at, run_at, start)
            said = core.verdict, core.reason, fixed.verdict, fixed.reason
            out.append(Pair(built_at, run_at, *said))
    return tuple(out)


def matrix(start: Start = "file") -> pd.DataFrame:
    """`pairs` as a frame.

    >>> len(matrix()) == len(releases()) ** 2
    True
    """
    found = pairs(start)
    decided = sum(UNKNOWN not in (pair.core, pair.fixed) for pair in found)
    return noted(
        frame(found),
        title="A program that walks to the mount's maps by itself"
        if start == "vfsmount"
        else "A program that works out a file's owner by itself",
        n=f"{len(found)} pairs of releases, {decided} decided for both readers",
        period=f"{releases()[0]} to {releases()[-1]}, x86-64",
        definition="CO-RE reader: every type and member it names must exist, with the same kind, "
        "and it takes no other branch where one is missing; fixed-offset reader: every byte offset "
        "must still hold the same; meaning not judged",
        source="data/history/btf_layouts.csv.gz and idmap_structs.csv.gz",
    )
