# SPDX-License-Identifier: BSD-3-Clause
"""
Calls: which steps of a trace speak of this id, and of which hop
================================================================

A trace holds the calls about uid and gid alike, one inside the other.  Here the calls about one
kind of id are kept, each with the place of the map it asks: the mount's, the filesystem's user
namespace's or the caller's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kfuncviz.model.trace import Step
from kfuncviz.model.uidgid import INVALID, IdKind
from kfuncviz.scenario.ownership.answer import Call
from kfuncviz.scenario.ownership.travel import Hop, HopKey

_PLACES: dict[str, HopKey] = {
    "i_uid_into_vfsuid": "mount", "make_vfsuid": "mount", "mapped_fsuid": "mount",
    "from_vfsuid": "mount", "from_kuid_munged": "caller", "kuid_has_mapping": "fs",
}  # fmt: skip
#: Lookups in a user namespace: the filesystem's where the mount's helper asks, else the caller's.
_IN_A_NAMESPACE = ("make_kuid", "from_kuid")


class Placed(NamedTuple):
    """A step about the id asked about, and whose map it asks, if any."""

    step: Step
    place: HopKey | None


def spelled(helper: str, kind: IdKind) -> str:
    """A helper's name for this kind of id.

    >>> spelled("make_vfsuid", "gid")
    'make_vfsgid'
    """
    return helper.replace("uid", kind)


def about(steps: list[Step], kind: IdKind) -> Iterator[Placed]:
    """The steps that do not speak of the other kind of id, each with its place."""
    other = "gid" if kind == "uid" else "uid"
    above: list[HopKey | None] = []
    skipped: int | None = None
    for step in steps:
        if skipped is not None and step.depth > skipped:
            continue
        skipped = step.depth if other in step.function and kind not in step.function else None
        if skipped is not None:
            continue
        del above[step.depth :]
        place = _place(step.function.replace(kind, "uid"), above[-1] if above else None)
        above.append(place)
        yield Placed(step, place)


def _place(helper: str, above: HopKey | None) -> HopKey | None:
    if helper in _IN_A_NAMESPACE:
        return "fs" if above == "mount" else above or "caller"
    return above or _PLACES.get(helper)


def lookup(placed: list[Placed], place: HopKey) -> Step | None:
    """The first lookup in the map of this place, ``None`` where it was not asked."""
    return next(
        (p.step for p in placed if p.place == place and p.step.function.startswith("map_id_")), None
    )


def result(placed: list[Placed], helper: str) -> int | None:
    """What the first call of a helper answered, ``None`` for "no id"."""
    found: int = next(p.step.result for p in placed if p.step.function == helper)
    return None if found == INVALID else found


def calls_of(placed: list[Placed], hops: tuple[Hop, ...]) -> tuple[Call, ...]:
    """The steps as they are handed on, each with the index of its hop, if it belongs to one.

    Where no hop is the mount's, its helper lets the number pass; it stands for the filesystem's
    hop unless that is asked itself.
    """
    at: dict[HopKey | None, int] = {hop.key: h for h, hop in enumerate(hops)}
    if "fs" in at and not any(p.place == "fs" for p in placed):
        at["mount"] = at["fs"]
    return tuple(
        Call(
            step.function, step.arguments, step.answer, step.depth, step.file, step.section,
            step.url, step.commit, at.get(place), step.measured,
        )
        for step, place in placed
    )  # fmt: skip
