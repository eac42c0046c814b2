# SPDX-License-Identifier: BSD-3-Clause
"""
A program that walks to the mount's uid map by itself: does it still work elsewhere?
====================================================================================

Two readers, both written against the layouts of one release and run on another:
`core_reader` names its members and is relocated at load time (CO-RE: a type or member
that is missing, or of another kind, leaves an instruction the verifier refuses);
`fixed_offset_reader` has byte offsets compiled in and nothing checks them.
The path it walks is found in the recorded members, not written down here.
Judged is the layout alone: whether the members still mean the same is not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from kfuncviz.evidence.data.frames import frame, noted
from kfuncviz.evidence.data.load import position, releases
from kfuncviz.evidence.errors import EvidenceError, LayoutNotRecorded
from kfuncviz.evidence.idmap.layouts import Member, layout

if TYPE_CHECKING:
    import pandas as pd

Start = Literal["vfsmount", "file"]
WORKS, REFUSED, WRONG = "works", "fails to load", "silently wrong"
UNKNOWN = "not recorded"
_WALKED = ("file", "path", "vfsmount", "mnt_idmap", "user_namespace")
_LEAVES = (
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
def walk(release: str, start: Start = "vfsmount") -> tuple[tuple[Access, ...], str]:
    """Steps from `start` to the uid map and its rows, and what is missing ("" if nothing).

    >>> [str(step) for step in walk("6.7")[0][:3]]
    ['vfsmount.mnt_idmap', 'mnt_idmap.owner', 'user_namespace.uid_map']
    """
    if start not in ("vfsmount", "file"):
        raise EvidenceError(f"a walk starts at vfsmount or file, not {start!r}")
    steps: list[Access] = []
    struct: str = start
    try:
        while True:
            members = layout(release, struct)
            if "uid_map" in members:
                steps.append(Access(struct, members["uid_map"]))
                break
            onward = [
                m
                for m in members.values()
                if _target(m.type) in _WALKED
                and _target(m.type) != struct
                and not m.name.startswith("__")
            ]
            steps.append(Access(struct, onward[0]))
            struct = _target(onward[0].type)
        steps += [Access(owner, layout(release, owner)[name]) for owner, name in _LEAVES]
    except LayoutNotRecorded as missing:
        return tuple(steps), str(missing)
    return tuple(steps), ""


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
        return REFUSED, f"{step} is a {_kind(there.type)} at {run_at}: {there.type}"
    if _target(there.type) != _target(step.member.type) and _kind(there.type) != "scalar":
        return WRONG, f"{step} leads to {there.type} at {run_at}, not {step.member.type}"
    return None


def core_reader(built_at: str, run_at: str, start: Start = "vfsmount") -> Reading:
    """Would a CO-RE reader of the uid map, written for `built_at`, work on `run_at`?

    Raises UnknownRelease, or LayoutNotRecorded if the recorded layouts cannot decide it.

    >>> print(core_reader("6.1", "6.2").verdict, "|", core_reader("6.11", "6.12").verdict)
    fails to load | works
    >>> print(core_reader("6.7", "6.8").reason)
    struct mnt_idmap has no owner at 6.8 (it has uid_map, gid_map, count)
    """
    position(run_at)
    steps, missing = walk(built_at, start)
    found = _first(lambda step: _relocate(step, run_at), steps, missing)
    if found:
        return Reading(built_at, run_at, *found)
    path = " -> ".join(str(step) for step in steps if not step.struct.startswith("uid_gid"))
    return Reading(built_at, run_at, WORKS, f"every member of {path} and its rows is still there")


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


def fixed_offset_reader(built_at: str, run_at: str, start: Start = "vfsmount") -> Reading:
    """Would a reader with compiled-in byte offsets for `built_at` work on `run_at`?

    It always loads; the question is whether it reads what it thinks it reads. A member that
    only changed its name does not disturb it. x86-64, without structure randomisation.

    >>> print(fixed_offset_reader("6.11", "6.12").reason)
    uid_gid_map.nr_extents moved from byte 0 to 60 by 6.12; nothing notices
    """
    position(run_at)
    steps, missing = walk(built_at, start)
    found = _first(lambda step: _misread(step, built_at, run_at), steps, missing)
    if found:
        return Reading(built_at, run_at, *found)
    return Reading(built_at, run_at, WORKS, "every offset on the way is the same")


class Pair(NamedTuple):
    """Both readers built at one release and run on another: their verdicts, and why."""

    built_at: str
    run_at: str
    core: str
    core_reason: str
    fixed: str
    fixed_reason: str


def _judged(judge: Callable[..., Reading], built_at: str, run_at: str, start: Start) -> Reading:
    try:
        return judge(built_at, run_at, start)
    except LayoutNotRecorded as gap:
        return Reading(built_at, run_at, UNKNOWN, str(gap))


@cache
def pairs(start: Start = "vfsmount") -> tuple[Pair, ...]:
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


def matrix(start: Start = "vfsmount") -> pd.DataFrame:
    """`pairs` as a frame.

    >>> len(matrix()) == len(releases()) ** 2
    True
    """
    found = pairs(start)
    decided = sum(UNKNOWN not in (pair.core, pair.fixed) for pair in found)
    return noted(
        frame(found),
        title="A program that walks to the mount's uid map by itself",
        n=f"{len(found)} pairs of releases, {decided} decided for both readers",
        period=f"{releases()[0]} to {releases()[-1]}, x86-64",
        definition="CO-RE reader: every type and member it names must exist, with the same kind; "
        "fixed-offset reader: every byte offset must still hold the same; meaning not judged",
        source="data/history/btf_layouts.csv.gz and idmap_structs.csv.gz",
    )
