# SPDX-License-Identifier: BSD-3-Clause
"""
Does every layout rest on what it says, and every reader break where the layouts do?
====================================================================================
"""

from __future__ import annotations

import itertools
import re
from functools import cache
from typing import Any

import pytest

from kfuncviz.evidence import LayoutNotRecorded, UnknownRelease, core_reader, fixed_offset_reader
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.idmap import layouts, readers
from kfuncviz.evidence.idmap.layouts import Member, layout, map_holder
from kfuncviz.evidence.idmap.readers import Access, pairs, walk
from tests.evidence.rows import order, rows

STRUCTS = sorted({row["struct"] for row in rows("btf_layouts.csv.gz")})
WITH_BTF = [r for r in order() if r in {row["release"] for row in rows("btf_layouts.csv.gz")}]
DECLARED = {(row["release"], row["struct"].removeprefix("struct ")): row["members"]
            for row in rows("idmap_structs.csv.gz")}  # fmt: skip


@cache
def recorded(release: str, struct: str) -> dict[str, set[tuple[str, int, str]]]:
    """member -> (type, offset, blob), as the rows have them."""
    found: dict[str, set[tuple[str, int, str]]] = {}
    for row in rows("btf_layouts.csv.gz"):
        if (row["release"], row["struct"]) == (release, struct):
            name = row["member"].rpartition(").")[2]
            found.setdefault(name, set()).add((row["type"], int(row["offset_bytes"]), row["blob"]))
    return found


def offsets(release: str, struct: str, member: str) -> tuple[int, ...]:
    return tuple(sorted({offset for _, offset, _ in recorded(release, struct)[member]}))


def spelled(release: str, struct: str) -> list[str | None]:
    """A declaration and those of what it embeds, by name."""
    text = DECLARED.get((release, struct))
    inner = re.findall(r"struct (\w+) \w+(?:\[\w+\])?(?: ;|$)", text or "")
    return [text, *itertools.chain.from_iterable(spelled(release, other) for other in inner)]


def known(release: str, struct: str) -> dict[str, Member] | None:
    try:
        return layout(release, struct)
    except LayoutNotRecorded:
        return None


@pytest.mark.parametrize("struct", STRUCTS)
def test_every_member_rests_on_the_rows_it_names(struct: str) -> None:
    declared = {name for _, name in DECLARED}
    for release in order():
        found = known(release, struct)
        if release in WITH_BTF:
            assert found is not None
            assert found.keys() == recorded(release, struct).keys()
        for member in (found or {}).values():
            if release in WITH_BTF:
                blobs = {blob for _, _, blob in recorded(release, struct)[member.name]}
                assert set(member.basis.removeprefix("BTF of ").split(", ")) == blobs
                assert member.offsets == offsets(release, struct, member.name)
                assert member.type in {
                    kind for kind, _, _ in recorded(release, struct)[member.name]
                }
                continue
            near = sorted(WITH_BTF, key=lambda r: abs(order().index(r) - order().index(release)))
            if struct in declared:
                alike = [r for r in near if spelled(r, struct) == spelled(release, struct)]
                assert member.basis == f"declared as in {alike[0]}, whose BTF was recorded"
                assert member.offsets == offsets(alike[0], struct, member.name)
                continue
            place = order().index(release)
            before = [r for r in WITH_BTF if order().index(r) < place][-1]
            after = next(r for r in WITH_BTF if order().index(r) > place)
            assert member.basis == f"alike in the BTF of {before} and {after}"
            old, new = (offsets(r, struct, member.name) for r in (before, after))
            assert member.offsets == (old if old == new else ())


@pytest.mark.parametrize("struct", STRUCTS)
def test_no_member_that_is_alike_on_both_sides_is_left_out(struct: str) -> None:
    if struct in {name for _, name in DECLARED}:
        return
    for before, after in itertools.pairwise(WITH_BTF):
        old, new = recorded(before, struct), recorded(after, struct)
        for release in order()[order().index(before) + 1 : order().index(after)]:
            found = layout(release, struct)
            assert found.keys() <= old.keys() & new.keys()
            for name in old.keys() & new.keys():
                was, now = (
                    {kind.replace("const ", "") for kind, _, _ in side[name]} for side in (old, new)
                )
                if len(was) == len(now) == 1:  # builds of one release agree
                    assert (name in found) == (was == now), name


def test_a_struct_that_did_not_exist_has_no_members() -> None:
    assert layout("6.1", "mnt_idmap") == layout("6.0", "mnt_idmap") == {}
    assert layout("6.6", "struct mnt_idmap") == layout("6.6", "mnt_idmap") != {}


def test_recorded_releases_and_structs_are_those_of_the_rows() -> None:
    assert layouts.recorded_releases() == WITH_BTF
    assert layouts.structs() == STRUCTS


@pytest.mark.parametrize(
    ("release", "struct", "said"),
    [
        (
            "5.12",
            "user_namespace",
            r"user_namespace at 5\.12 was never recorded; it is known at 5\.13, ",
        ),
        ("5.12", "mount", r"known at 5\.13, .*7\.3$"),
    ],
)
def test_a_gap_says_where_the_struct_is_known(release: str, struct: str, said: str) -> None:
    with pytest.raises(LayoutNotRecorded, match=said):
        layout(release, struct)


def test_beyond_the_last_layout_and_without_one_beside_nothing_is_guessed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    less = {r: dict(layouts._recorded()[r]) for r in WITH_BTF if r not in ("7.2", "7.3")}
    less["6.1"].pop("file")
    monkeypatch.setattr(layouts, "_recorded", lambda: less)
    known = ", ".join(r for r in less if r != "6.1")
    for ask in (layout.__wrapped__, layouts._from_sides):
        with pytest.raises(LayoutNotRecorded) as refused:
            ask("7.2", "file")
        assert str(refused.value) == (
            f"struct file at 7.2 was never recorded; it is known at {known}"
        )
    assert layouts.unsettled.__wrapped__("7.2", "file") == frozenset()
    assert layouts.unsettled.__wrapped__("5.12", "file") == frozenset()
    for gap, side in (("6.0", "5.19"), ("6.2", "6.6")):
        assert layout.__wrapped__(gap, "file") == {}
        assert layouts.unsettled.__wrapped__(gap, "file") == less[side]["file"].keys()


def test_a_declaration_without_its_like_is_not_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = dict(DECLARED) | {("6.3", "mnt_idmap"): "struct user_namespace *owner ; int new ;"}
    monkeypatch.setattr(layouts, "_declared", lambda: changed)
    layout.cache_clear()
    with pytest.raises(
        LayoutNotRecorded, match=r"at 6\.3: declared there as no recorded BTF has it"
    ):
        layout("6.3", "mnt_idmap")
    layout.cache_clear()


@pytest.mark.parametrize(
    ("struct", "said"),
    [("mnt_idmapp", "near: mnt_idmap"), ("zzz", "there are: dentry, file, iattr")],
)
def test_a_struct_nobody_recorded_is_refused(struct: str, said: str) -> None:
    with pytest.raises(
        EvidenceError, match=f"no layout of struct '{struct}' was recorded; ({said})"
    ):
        layout("6.6", struct)
    with pytest.raises(UnknownRelease):
        layout("4.19", struct)


# ------------------------------------------------------------------------------------- the walk

USER_NS = ["user_namespace.uid_map", "user_namespace.gid_map"]
ERAS = {
    "5.13": ["vfsmount.mnt_userns", *USER_NS],
    "6.2": ["vfsmount.mnt_idmap", "mnt_idmap.owner", *USER_NS],
    "6.8": ["vfsmount.mnt_idmap", "mnt_idmap.uid_map", "mnt_idmap.gid_map"],
}
OWNER = ["file.f_inode", "inode.i_uid", "inode.i_gid"]
ROWS = ["uid_gid_map.nr_extents", "uid_gid_map.extent", "uid_gid_map.forward",
        "uid_gid_extent.first", "uid_gid_extent.lower_first", "uid_gid_extent.count"]  # fmt: skip


def era(release: str) -> str:
    return [start for start in ERAS if order().index(start) <= order().index(release)][-1]


@pytest.mark.parametrize("start", ["vfsmount", "file"])
def test_the_path_to_the_map_in_each_of_its_three_eras(start: Any) -> None:
    for release in order()[1:]:
        steps, missing = walk(release, start)
        before = ["file.f_path", "path.mnt"] if start == "file" else []
        after = OWNER if start == "file" else []
        assert [str(step) for step in steps] == before + ERAS[era(release)] + ROWS + after
        assert missing == ""
        for step in steps:
            assert step.member == layout(release, step.struct)[step.member.name]


def test_a_walk_that_cannot_be_finished_says_what_is_missing() -> None:
    known = ["vfsmount.mnt_userns", *ROWS]
    steps, missing = walk("5.12", "vfsmount")
    assert [str(step) for step in steps] == known
    assert missing.startswith("struct user_namespace at 5.12 was never recorded")
    steps, missing = walk("5.12")
    assert [str(step) for step in steps] == known
    assert missing.startswith("struct file at 5.12 was never recorded")
    with pytest.raises(EvidenceError, match="a walk starts at vfsmount or file, not 'inode'"):
        walk("6.1", "inode")  # type: ignore[arg-type]


@pytest.mark.parametrize("start", ["vfsmount", "file"])
def test_a_core_reader_works_within_its_era_alone(start: Any) -> None:
    for pair in pairs(start):
        if "5.12" in (pair.built_at, pair.run_at):
            continue
        within = era(pair.built_at) == era(pair.run_at)
        assert pair.core == ("works" if within else "fails to load"), pair
        if not within:
            assert pair.fixed == "silently wrong", pair


LOST, HAS = "struct vfsmount has no", "it has mnt_root, mnt_sb, mnt_flags, "
THERE = ", file.f_inode, inode.i_uid, inode.i_gid and the rows of the maps are still there"
PATH = "file.f_path, path.mnt, vfsmount."


@pytest.mark.parametrize(
    ("built_at", "run_at", "core", "fixed"),
    [
        ("5.18", "6.2", f"{LOST} mnt_userns at 6.2 ({HAS}mnt_idmap)",
         "byte 24 of struct vfsmount is mnt_idmap (struct mnt_idmap *) at 6.2"),
        ("6.2", "5.12", f"{LOST} mnt_idmap at 5.12 ({HAS}mnt_userns)",
         "byte 24 of struct vfsmount is mnt_userns (struct user_namespace *) at 5.12"),
        ("6.6", "6.8", "struct mnt_idmap has no owner at 6.8 (it has uid_map, gid_map, count)",
         "byte 0 of struct mnt_idmap is uid_map (struct uid_gid_map) at 6.8"),
        ("6.8", "6.6", "struct mnt_idmap has no uid_map at 6.6 (it has owner, count)",
         "byte 0 of struct mnt_idmap is owner (struct user_namespace *) at 6.6"),
        ("6.11", "6.12", f"{PATH}mnt_idmap, mnt_idmap.uid_map, mnt_idmap.gid_map{THERE}",
         "file.f_path moved from byte 152 to 64 by 6.12; nothing notices"),
        ("6.12", "7.3", f"{PATH}mnt_idmap, mnt_idmap.uid_map, mnt_idmap.gid_map{THERE}",
         "file.f_inode moved from byte 40 to 32 by 7.3; nothing notices"),
        ("6.16", "7.3", f"{PATH}mnt_idmap, mnt_idmap.uid_map, mnt_idmap.gid_map{THERE}",
         "inode.i_uid moved from byte 4 to 24 by 7.3; nothing notices"),
        ("5.13", "5.18", f"{PATH}mnt_userns, {', '.join(USER_NS)}{THERE}",
         "every offset on the way is the same"),
        ("6.3", "6.3", f"{PATH}mnt_idmap, mnt_idmap.owner, {', '.join(USER_NS)}{THERE}",
         "it was built for this very release"),
    ],
)  # fmt: skip
def test_a_reader_says_why(built_at: str, run_at: str, core: str, fixed: str) -> None:
    assert core_reader(built_at, run_at).reason == core
    assert fixed_offset_reader(built_at, run_at).reason == fixed
    told = core_reader(built_at, run_at)
    assert str(told) == f"built at {built_at}, run on {run_at}: {told.verdict}; {core}"


def test_from_a_mount_only_the_maps_are_read() -> None:
    moved = "mnt_idmap.gid_map moved from byte 72 to 64 by 6.12; nothing notices"
    assert fixed_offset_reader("6.11", "6.12", "vfsmount").reason == moved
    assert fixed_offset_reader("6.18", "6.19", "vfsmount").verdict == "works"
    path = "vfsmount.mnt_idmap, mnt_idmap.uid_map, mnt_idmap.gid_map"
    reason = f"{path} and the rows of the maps are still there"
    assert core_reader("6.8", "6.9", "vfsmount").reason == reason


@pytest.mark.parametrize(
    ("struct", "name", "kind", "said"),
    [
        ("mnt_idmap", "owner", "u64",
         "mnt_idmap.owner is of another kind at 6.6: struct user_namespace *"),
        ("mnt_idmap", "owner", "struct mnt_namespace *",
         "mnt_idmap.owner leads to struct user_namespace * at 6.6, not struct mnt_namespace *"),
        ("user_namespace", "uid_mapp", "struct uid_gid_map",
         "struct user_namespace has no uid_mapp at 6.6 (it has other members)"),
        ("mnt_idmap", "count", "u64", None),
        ("uid_gid_map", "extent", "struct uid_gid_extent [9]", None),
        ("uid_gid_map", "extent", "struct uid_gid_extent *",
         "uid_gid_map.extent is of another kind at 6.6: struct uid_gid_extent [5]"),
    ],
)  # fmt: skip
def test_relocation_says_what_is_there_instead(
    struct: str, name: str, kind: str, said: str | None
) -> None:
    found = readers._relocate(Access(struct, Member(name, kind, (0,), "")), "6.6")
    assert (found and found[1]) == said
    assert readers._relocate(Access("mnt_idmap", Member("owner", "x", (0,), "")), "6.1") == (
        "fails to load", "6.1 has no struct mnt_idmap",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("struct", "name", "kind", "at", "said"),
    [
        ("mnt_idmap", "owner", "struct user_namespace *", 0, None),
        ("mnt_idmap", "renamed", "struct user_namespace *", 0, None),
        ("mnt_idmap", "renamed", "struct mnt_namespace *", 0,
         "byte 0 of struct mnt_idmap is owner (struct user_namespace *) at 6.6"),
        ("mnt_idmap", "renamed", "u64", 0,
         "byte 0 of struct mnt_idmap is owner (struct user_namespace *) at 6.6"),
        ("mnt_idmap", "renamed", "u64", 99, "byte 99 of struct mnt_idmap is nothing known at 6.6"),
        ("mnt_idmap", "owner", "struct user_namespace *", 8,
         "mnt_idmap.owner moved from byte 8 to 0 by 6.6; nothing notices"),
    ],
)  # fmt: skip
def test_fixed_offsets_read_what_lies_there(
    struct: str, name: str, kind: str, at: int, said: str | None
) -> None:
    found = readers._misread(Access(struct, Member(name, kind, (at,), "")), "6.5", "6.6")
    assert found == (said and ("silently wrong", said))
    gone = readers._misread(Access("mnt_idmap", Member("owner", "x", (0,), "")), "6.2", "6.1")
    assert gone == ("silently wrong", "6.1 has no struct mnt_idmap; nothing stops the read")


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ((), r"mnt_idmap\.owner at 6\.5: it exists, but its offset was not recorded"),
        ((0, 8), r"mnt_idmap\.owner at 6\.5: recorded builds differ \(offsets 0, 8\)"),
    ],
)
def test_an_offset_that_is_not_one_decides_nothing(places: tuple[int, ...], said: str) -> None:
    with pytest.raises(LayoutNotRecorded, match=said):
        readers._misread(Access("mnt_idmap", Member("owner", "x *", places, "")), "6.5", "6.6")


def test_of_several_at_one_byte_the_namesake_is_meant() -> None:
    """A union holds many members at one byte: the one of that name counts, then of that type."""
    for release in WITH_BTF[-3:]:
        for struct in ("inode", "file", "uid_gid_map"):
            for member in layout(release, struct).values():
                for at in member.offsets:
                    lies = readers._lies_at(struct, at, release, member)
                    assert lies == member
                    other = Member("nobody", member.type, (at,), "")
                    alike = readers._lies_at(struct, at, release, other)
                    assert alike is not None
                    assert alike.type == member.type


def test_pairs_hold_every_pair_and_what_is_not_recorded() -> None:
    found = pairs()
    assert [(p.built_at, p.run_at) for p in found] == list(itertools.product(order(), order()))
    for pair in found:
        core = pair.core, pair.core_reason
        fixed = pair.fixed, pair.fixed_reason
        for judge, told in ((core_reader, core), (fixed_offset_reader, fixed)):
            if told[0] == "not recorded":
                with pytest.raises(LayoutNotRecorded, match=re.escape(told[1])):
                    judge(pair.built_at, pair.run_at)
            else:
                reading = judge(pair.built_at, pair.run_at)
                assert (reading.verdict, reading.reason) == told
    frame = readers.matrix()
    assert [tuple(line) for line in frame.itertuples(index=False)] == list(found)
    decided = sum("not recorded" not in (pair.core, pair.fixed) for pair in found)
    assert frame.attrs["n"] == f"{len(found)} pairs of releases, {decided} decided for both readers"
    assert found == pairs("file") != pairs("vfsmount")
    titles = [readers.matrix(start).attrs["title"] for start in ("file", "vfsmount")]
    assert titles == [
        "A program that works out a file's owner by itself",
        "A program that walks to the mount's maps by itself",
    ]


IDMAP, MAP = "mnt_idmap (struct mnt_idmap *)", "struct uid_gid_map"
OLD = "mnt_userns (struct user_namespace *)"


@pytest.mark.parametrize(
    ("release", "said"),
    [
        ("6.1", f"{OLD} -> uid_map and gid_map of the namespace itself"),
        ("6.7", f"{IDMAP} -> {{ owner: struct user_namespace *; count: refcount_t }}"),
        ("6.8", f"{IDMAP} -> {{ uid_map: {MAP}; gid_map: {MAP}; count: refcount_t }}"),
    ],
)
def test_what_holds_the_map(release: str, said: str) -> None:
    assert map_holder(release).replace("const ", "") == f"vfsmount.{said}"
