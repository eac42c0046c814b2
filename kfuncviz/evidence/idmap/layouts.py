# SPDX-License-Identifier: BSD-3-Clause
"""
The structures a reader of the idmapping walks, as recorded at each release
===========================================================================

Offsets come from the BTF of real x86-64 kernels; 17 of the 32 releases have one. For a
release without, a structure's members are taken over only if that is not a guess:
from a recorded release whose source declares the structure (and what it embeds) word for
word alike, or, where no declaration was kept, if the recorded releases on both sides
agree. Each member says which of these it rests on. Anything else is LayoutNotRecorded.
Members of unnamed unions and structs count as members, as they do for CO-RE.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from kfuncviz.evidence.data.load import position, releases, rows
from kfuncviz.evidence.errors import EvidenceError, LayoutNotRecorded, offered


@dataclass(frozen=True)
class Member:
    """A structure's member at one release.

    `offsets` are in bytes: one if known, several if recorded builds differ, none if only the
    member's presence is known. `basis` says what this rests on.
    """

    name: str
    type: str
    offsets: tuple[int, ...]
    basis: str


@cache
def _recorded() -> dict[str, dict[str, dict[str, Member]]]:
    """Release, structure, member; kernels before their release stand under ""."""
    out: dict[str, dict[str, dict[str, Member]]] = {}
    for row in rows("btf_layouts"):
        name = row["member"].rpartition(").")[2]
        members = out.setdefault(row["release"], {}).setdefault(row["struct"], {})
        seen = members.get(name)
        offsets = {row["offset_bytes"], *(seen.offsets if seen else ())}
        basis = f"{seen.basis}, {row['blob']}" if seen else f"BTF of {row['blob']}"
        members[name] = Member(name, row["type"], tuple(sorted(offsets)), basis)
    return out


def recorded_releases() -> list[str]:
    """Releases with the BTF of a real kernel, oldest first.

    >>> recorded_releases()[:4]
    ['5.13', '5.18', '5.19', '6.1']
    """
    return [release for release in releases() if release in _recorded()]


@cache
def _declared() -> dict[tuple[str, str], str]:
    return {
        (row["release"], row["struct"].removeprefix("struct ")): row["members"]
        for row in rows("idmap_structs")
    }


def _declaration(release: str, struct: str) -> tuple[str, ...] | None:
    """The text of `struct` and of what it embeds, or None where no source was kept."""
    text = _declared().get((release, struct))
    if text is None:
        return None
    inner = re.findall(r"struct (\w+) \w+(?:\[\w+\])?(?: ;|$)", text)
    nested = [_declaration(release, other) or (other,) for other in inner]
    return (text, *(part for parts in nested for part in parts))


def _keeps_declarations(struct: str) -> bool:
    return any(name == struct for _, name in _declared())


def _sides(release: str) -> tuple[str | None, str | None]:
    here = position(release)
    before = [other for other in recorded_releases() if position(other) < here]
    after = [other for other in recorded_releases() if position(other) > here]
    return (before[-1] if before else None), (after[0] if after else None)


def _from_declaration(release: str, struct: str) -> dict[str, Member] | None:
    mine = _declaration(release, struct)
    if mine is None:
        return None
    by_distance = sorted(recorded_releases(), key=lambda r: abs(position(r) - position(release)))
    for other in by_distance:
        if _declaration(other, struct) == mine:
            basis = f"declared as in {other}, whose BTF was recorded"
            found = _recorded()[other][struct]
            return {name: replace(member, basis=basis) for name, member in found.items()}
    raise LayoutNotRecorded(
        f"struct {struct} at {release}: declared there as no recorded BTF has it"
    )


def _from_sides(release: str, struct: str) -> dict[str, Member]:
    before, after = _sides(release)
    if before is None or after is None:
        known = ", ".join(r for r in recorded_releases() if struct in _recorded()[r])
        raise LayoutNotRecorded(
            f"struct {struct} at {release} was never recorded; it is known at {known}"
        )
    old, new = _recorded()[before].get(struct, {}), _recorded()[after].get(struct, {})
    basis = f"alike in the BTF of {before} and {after}"
    out = {}
    for name, was in old.items():
        now = new.get(name)
        if now and _plain(was.type) == _plain(now.type):
            offsets = was.offsets if was.offsets == now.offsets else ()
            out[name] = Member(name, was.type, offsets, basis)
    return out


def _plain(text: str) -> str:
    return text.replace("const ", "")


@cache
def unsettled(release: str, struct: str) -> frozenset[str]:
    """Members of which only one of the recorded releases around has the like.

    Whether and how the release itself has them is not known. Empty for a release whose own
    layout, or declaration, was recorded.

    >>> sorted(unsettled("5.14", "file")), sorted(unsettled("6.12", "file"))
    (['f_write_hint'], [])
    """
    before, after = _sides(release)
    if release in _recorded() or _keeps_declarations(struct) or before is None or after is None:
        return frozenset()
    around = {*_recorded()[before].get(struct, {}), *_recorded()[after].get(struct, {})}
    return frozenset(around - _from_sides(release, struct).keys())


def structs() -> list[str]:
    """Every structure with a recorded layout.

    >>> "mnt_idmap" in structs()
    True
    """
    return sorted({name for layouts in _recorded().values() for name in layouts})


@cache
def layout(release: str, struct: str) -> dict[str, Member]:
    """Members of `struct` at `release`, by name; empty if the release has no such structure.

    Raises UnknownRelease, EvidenceError for a structure nobody recorded, and
    LayoutNotRecorded where only a guess could answer.

    >>> layout("6.6", "mnt_idmap")["owner"].type, layout("6.1", "mnt_idmap")
    ('struct user_namespace *', {})
    >>> layout("6.9", "mnt_idmap")["gid_map"].offsets
    (72,)
    """
    position(release)
    struct = struct.removeprefix("struct ")
    if struct not in structs():
        raise EvidenceError(
            f"no layout of struct {struct!r} was recorded; {offered(struct, structs())}"
        )
    if release in _recorded():
        return _recorded()[release].get(struct, {})
    if _keeps_declarations(struct):
        return _from_declaration(release, struct) or {}
    return _from_sides(release, struct)


def map_holder(release: str) -> str:
    """What holds the mount's idmap at a release, in one sentence.

    >>> print(map_holder("6.7"))
    vfsmount.mnt_idmap (struct mnt_idmap *) -> { owner: struct user_namespace *; count: refcount_t }
    """
    mount = layout(release, "vfsmount")
    entry = mount.get("mnt_idmap") or mount["mnt_userns"]
    inner = layout(release, "mnt_idmap") if entry.name == "mnt_idmap" else {}
    members = "; ".join(f"{m.name}: {m.type}" for m in inner.values())
    tail = f" -> {{ {members} }}" if members else " -> uid_map and gid_map of the namespace itself"
    return f"vfsmount.{entry.name} ({entry.type}){tail}"
