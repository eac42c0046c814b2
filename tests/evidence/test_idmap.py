# SPDX-License-Identifier: BSD-3-Clause
"""
Do helper churn, layouts, readers and wrappers follow from the recorded rows?
=============================================================================
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from kfuncviz.evidence import (
    LayoutNotRecorded,
    UnknownRelease,
    core_reader,
    fixed_offset_reader,
    layout,
    wrapper_body,
)
from kfuncviz.evidence.errors import EvidenceError
from kfuncviz.evidence.idmap import helpers as idmap
from kfuncviz.evidence.idmap import layouts, readers, wrappers
from tests.evidence.rows import order, rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from kfuncviz.evidence.idmap.readers import Reading

RECORDED = {"added": "added", "removed": "removed", "signature": "signature_changed",
            "export": "export_changed"}  # fmt: skip


def test_computed_helper_changes_are_the_recorded_events() -> None:
    mine = {(change.helper, change.event, change.step) for change in idmap.helper_changes()}
    recorded = [r for r in rows("idmap_events.csv.gz") if r["release"] != "5.12"]
    for kind, event in RECORDED.items():
        theirs = {
            (r["helper_or_struct"], kind, r["release"])
            for r in recorded
            if r["event"] == event and r["group"] != "struct_layout"
        }
        assert {change for change in mine if change[1] == kind} == theirs, kind


def test_churn_adds_up() -> None:
    table = idmap.churn().set_index(["step", "group"])
    for group in idmap.GROUPS:
        alive = sum(
            r["release"] == "5.12" and r["group"] == group for r in rows("idmap_api.csv.gz")
        )
        for step in dict.fromkeys(label for _, _, label in idmap.compared()):
            line = table.loc[(step, group)]
            alive += line["added"] - line["removed"]
            assert line["alive"] == alive, (step, group)
            assert line["handle"] <= line["signature"]


def test_the_three_shapes_of_what_holds_the_map() -> None:
    sentences = [layouts.map_holder(release).partition(" -> ")[2] for release in order()]
    changes = [
        new for (old, a), (new, b) in itertools.pairwise(zip(order(), sentences, strict=True))
        if a != b
    ]  # fmt: skip
    assert changes == ["6.2", "6.8"]
    assert "mnt_userns" in layouts.map_holder("6.1")
    assert "owner" in layouts.map_holder("6.7")
    assert "uid_map" in layouts.map_holder("6.8")


def test_layouts_repeat_the_blobs() -> None:
    for row in rows("btf_layouts.csv.gz"):
        if row["release"]:
            name = row["member"].rpartition(").")[2]
            member = layout(row["release"], row["struct"])[name]
            assert int(row["offset_bytes"]) in member.offsets


@pytest.mark.parametrize(
    ("built_at", "run_at", "core", "fixed"),
    [
        ("6.1", "6.2", "fails to load", "silently wrong"),
        ("6.6", "6.7", "works", "works"),
        ("6.7", "6.8", "fails to load", "silently wrong"),
        ("6.11", "6.12", "works", "silently wrong"),
        ("6.12", "6.16", "works", "silently wrong"),  # file.f_inode, 40 to 32
        ("6.16", "6.18", "works", "works"),  # f_path into a union, at the same offset
        ("6.18", "6.19", "works", "silently wrong"),  # inode.i_uid, 4 to 24
        ("6.12", "7.3", "works", "silently wrong"),
        ("7.3", "6.5", "fails to load", "silently wrong"),
        ("5.12", "6.2", "fails to load", "silently wrong"),
    ],
)
def test_readers_by_example(built_at: str, run_at: str, core: str, fixed: str) -> None:
    assert core_reader(built_at, run_at).verdict == core
    assert fixed_offset_reader(built_at, run_at).verdict == fixed


@pytest.mark.parametrize("judge", [core_reader, fixed_offset_reader])
def test_a_reader_works_where_it_was_built(judge: Callable[[str, str], Reading]) -> None:
    for release in order()[1:]:
        assert judge(release, release).verdict == "works"


def test_breaks_fall_on_the_recorded_layout_changes() -> None:
    """Every recorded move of a member on the way lies in a break or gap, and all hold one."""
    place = {release: n for n, release in enumerate(order())}
    events = [
        (row["release"].partition("..")[0], row["release"].rpartition("..")[2], row)
        for row in rows("idmap_events.csv.gz")
        if row["group"] == "struct_layout" and row["release"] != "5.12"
        and "same offset" not in row["detail"]
    ]  # fmt: skip
    found = readers.breaks(fixed_offset_reader)
    assert {one.verdict for one in found} == {"silently wrong", "not recorded"}
    spans = [(place[one.built_at] + 1, place[one.run_at]) for one in found]
    hits = [
        [n for n, (low, high) in enumerate(spans) if low <= place[last] and place[first] <= high]
        for first, last, _ in events
    ]
    assert all(hits)
    assert {n for hit in hits for n in hit} == set(range(len(found)))
    assert [one.run_at for one in readers.breaks(core_reader)] == ["6.2", "6.8"]


def test_a_stretch_nothing_decides_is_passed_over_and_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(readers, "releases", lambda: ["x", "a", "b", "c", "d", "e"])

    def judge(told: dict[tuple[str, str], str]) -> Callable[[str, str], Reading]:
        def one(built_at: str, run_at: str) -> Reading:
            if (built_at, run_at) not in told:
                raise LayoutNotRecorded("a gap")
            return readers.Reading(built_at, run_at, told[built_at, run_at], "")

        return one

    def spans(told: dict[tuple[str, str], str]) -> list[tuple[str, str, str]]:
        return [(one.built_at, one.run_at, one.verdict) for one in readers.breaks(judge(told))]

    works, wrong = "works", "silently wrong"
    assert spans({("a", "b"): works, ("b", "c"): wrong, ("c", "d"): works, ("d", "e"): works}) == [
        ("b", "c", wrong)
    ]
    assert spans({("a", "b"): works, ("b", "d"): wrong, ("d", "e"): works}) == [("b", "d", wrong)]
    assert spans({("a", "b"): works, ("b", "d"): works, ("d", "e"): wrong}) == [("d", "e", wrong)]
    assert spans({("a", "b"): works, ("c", "d"): wrong, ("d", "e"): works}) == [
        ("b", "c", "not recorded"), ("c", "d", wrong),
    ]  # fmt: skip


def test_from_a_file_fixed_offsets_break_more_often() -> None:
    assert fixed_offset_reader("6.1", "6.6", "file").verdict == "silently wrong"
    assert "file.f_path moved" in fixed_offset_reader("6.11", "6.12", "file").reason
    assert core_reader("6.17", "6.18", "file").verdict == "works"


@pytest.mark.parametrize(
    ("struct", "name", "type_", "verdict"),
    [
        ("mnt_idmap", "owner", "struct user_namespace *", None),
        ("mnt_idmap", "owner", "const struct user_namespace *", None),
        ("mnt_idmap", "owner", "u64", "fails to load"),
        ("mnt_idmap", "owner", "struct uid_gid_map", "fails to load"),
        ("mnt_idmap", "owner", "struct mnt_namespace *", "silently wrong"),
        ("mnt_idmap", "uid_map", "struct uid_gid_map", "fails to load"),
    ],
)
def test_relocation_of_one_member_on_6_6(
    struct: str, name: str, type_: str, verdict: str | None
) -> None:
    found = readers._relocate(readers.Access(struct, layouts.Member(name, type_, (0,), "")), "6.6")
    assert (found and found[0]) == verdict


def test_what_was_never_recorded_is_said_and_not_guessed() -> None:
    with pytest.raises(LayoutNotRecorded, match=r"struct file at 5\.12 was never recorded"):
        core_reader("5.12", "5.13")
    with pytest.raises(LayoutNotRecorded, match=r"user_namespace at 5\.12 was never recorded"):
        core_reader("5.12", "5.12", "vfsmount")
    with pytest.raises(LayoutNotRecorded, match=r"f_path at 6\.3: it exists, but its offset"):
        fixed_offset_reader("6.3", "6.4", "file")
    with pytest.raises(UnknownRelease, match=r"5\.12 to 7\.3"):
        core_reader("6.1", "7.9")
    with pytest.raises(UnknownRelease, match=r"5\.11"):
        fixed_offset_reader("5.11", "6.1")
    with pytest.raises(EvidenceError, match=r"no layout of struct 'mnt_idmapp'.*mnt_idmap"):
        layout("6.6", "mnt_idmapp")
    with pytest.raises(EvidenceError, match="starts at vfsmount or file, not 'inode'"):
        core_reader("6.1", "6.2", "inode")  # type: ignore[arg-type]


def test_differing_builds_are_not_averaged() -> None:
    assert len(layout("6.18", "super_block")["s_user_ns"].offsets) > 1


def test_matrix_is_square_and_symmetric_in_what_works() -> None:
    table = {(pair.built_at, pair.run_at): pair for pair in readers.pairs()}
    assert list(table) == list(itertools.product(order(), order()))
    for (built_at, run_at), pair in table.items():
        assert (pair.fixed == "works") <= (pair.core == "works")
        mirrored = table[run_at, built_at]
        assert (pair.core == "works") == (mirrored.core == "works")
        assert (pair.fixed == "works") == (mirrored.fixed == "works")


def test_wrapper_bodies_call_only_what_the_release_has() -> None:
    for release in order():
        have = {r["helper"] for r in rows("idmap_api.csv.gz") if r["release"] == release}
        for body in wrapper_body(release).values():
            words = set(body.body.replace("(", " ").replace(")", " ").replace("&", " ").split())
            assert words & {r["helper"] for r in rows("idmap_api.csv.gz")} <= have, body


@pytest.mark.parametrize(
    ("release", "wrapper", "verdict"),
    [
        ("5.17", "bpf_is_idmapped_mnt", "body edited"),
        ("6.2", "bpf_file_mnt_idmap", "prototype changed"),
        ("6.2", "bpf_inode_into_vfs_ids", "prototype changed"),
        ("6.2", "bpf_get_file_vfs_ids", "body edited"),
        ("6.3", "bpf_inode_into_vfs_ids", "body edited"),
        ("6.7", "bpf_file_mnt_idmap", "same"),
    ],
)
def test_wrapper_verdicts(release: str, wrapper: str, verdict: str) -> None:
    table = {(line.release, line.wrapper): line.verdict for line in wrappers.written()}
    assert table[release, wrapper] == verdict


def test_wrappers_since_the_thread() -> None:
    since = wrappers.survived("6.5")
    assert since[["prototype_changes", "body_edits"]].sum().tolist() == [0, 0]
    ever = wrappers.survived("5.12").set_index("wrapper")
    assert ever.loc["bpf_get_file_vfs_ids", ["prototype_changes", "body_edits"]].tolist() == [0, 3]


def test_a_release_outside_the_data_has_no_wrapper() -> None:
    with pytest.raises(UnknownRelease):
        wrapper_body("4.19")


def test_the_steps_leave_out_the_window() -> None:
    steps = idmap.compared()
    whole = [release for release in order() if release not in ("6.16", "6.17")]
    assert [(old, new) for old, new, _ in steps] == list(itertools.pairwise(whole))
    labels = {new: label for _, new, label in steps}
    assert labels.pop("6.18") == "6.16..6.18"
    assert all(new == label for new, label in labels.items())


def test_every_change_of_a_helper_follows_from_its_two_rows() -> None:
    """Laid side by side anew: what came, went, was declared or exported otherwise."""
    at = {release: {} for release in order()}
    for row in rows("idmap_api.csv.gz"):
        at[row["release"]][row["helper"]] = row
    found = {(c.helper, c.step, c.event): c for c in idmap.helper_changes()}
    seen = set()
    for old, new, step in idmap.compared():
        for name in at[old].keys() | at[new].keys():
            was, now = at[old].get(name), at[new].get(name)
            source = " against ".join(row["source"] for row in (was, now) if row)
            sides = tuple(row["signature"] if row else "" for row in (was, now))
            events = []
            if was and now:
                if was["export"] != now["export"]:
                    detail = f"{was['export'] or 'none'} -> {now['export'] or 'none'}"
                    events.append(("export", "", detail))
                if (name, step, "signature") in found:
                    change = found[name, step, "signature"]
                    assert was["signature"] != now["signature"]
                    events.append(("signature", change.kind, change.detail))
                    taken = ("mnt_userns", "user_namespace *,")  # named, or not
                    swapped = "struct mnt_idmap *" in sides[1]
                    swapped &= any(word in sides[0] for word in taken)
                    assert (change.detail == "user_namespace -> mnt_idmap") == swapped
            else:
                events.append(("added" if now else "removed", "", ""))
            for event, kind, detail in events:
                change = found[name, step, event]
                assert change[2:] == (
                    (was or now or {})["group"], event, kind, detail, *sides, source
                )  # fmt: skip
                seen.add((name, step, event))
    assert seen == set(found)


def test_the_helpers_of_a_release_are_its_rows() -> None:
    for release in order():
        mine = [row for row in rows("idmap_api.csv.gz") if row["release"] == release]
        assert list(idmap.at(release)) == [row["helper"] for row in mine]
        assert [dict(row) for row in idmap.at(release).values()] == mine
    with pytest.raises(UnknownRelease):
        idmap.at("9.9")


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("X(a)", "X(a)", None),
        ("struct x { int a; }", "struct x { int a; }", None),
        ("struct x { int a; }", "struct x { int b; }", ("substantial", "declaration")),
        ("int f(int a)", "struct x", ("substantial", "declaration")),
        ("int f(struct user_namespace *mnt_userns)", "int f(struct mnt_idmap *idmap)",
         ("substantial", "user_namespace -> mnt_idmap")),
        ("int f(struct user_namespace *mnt_userns)", "int f(struct file *file)",
         ("substantial", "pointer_type")),
        ("int f(int a)", "int f(struct mnt_idmap *idmap)", ("substantial", "pointer_type")),
    ],
)  # fmt: skip
def test_declarations_by_example(before: str, after: str, kind: tuple[str, str] | None) -> None:
    assert idmap._kind(before, after) == kind


@pytest.mark.parametrize(
    ("since", "until", "steps"),
    [
        ("", "", None),
        ("6.2", "6.3", {"6.2", "6.3"}),
        ("6.15", "6.18", {"6.15", "6.16..6.18"}),
        ("6.19", "6.19", {"6.19"}),
    ],
)
def test_signatures_are_those_of_the_steps_to_a_span(
    since: str, until: str, steps: set[str] | None
) -> None:
    table = idmap.churn()
    rows_ = table if steps is None else table[table["step"].isin(steps)]
    assert idmap.signatures(since, until) == rows_["signature"].sum()


def test_churn_says_how_many_helpers_there_ever_were() -> None:
    groups = {row["helper"]: row["group"] for row in rows("idmap_api.csv.gz")}
    core = sum(group == "core_idmap" for group in groups.values())
    notes = idmap.churn().attrs
    assert notes["n"] == (
        f"{core} core helpers and {len(groups) - core} VFS functions with a map argument, ever"
    )


@pytest.mark.parametrize("since", ["5.12", "6.1", "6.5", "7.2"])
def test_survived_counts_what_was_written_since(since: str) -> None:
    table = wrappers.survived(since)
    later = [w for w in wrappers.written() if order().index(w.release) > order().index(since)]
    for row in table.to_dict("records"):
        mine = [line for line in later if line.wrapper == row["wrapper"]]
        verdicts = [line.verdict for line in mine]
        assert row["since"] == since
        assert row["releases"] == len(order()) - 1 - order().index(since) == len(mine)
        assert row["prototype_changes"] == verdicts.count("prototype changed")
        assert row["body_edits"] == verdicts.count("body edited")
        assert row["helper_changes"] == sum(line.helper_changed for line in mine)
    assert table["wrapper"].tolist() == list(wrappers.WRAPPERS)
    assert table.attrs["n"].endswith(
        f", {len(order()) - 1 - order().index(since)} steps from {since}"
    )
    assert wrappers.survived().equals(wrappers.survived("6.5"))


def test_a_helper_that_is_missing_or_wants_another_handle_is_said() -> None:
    with pytest.raises(EvidenceError, match="none of a_helper, b_helper is recorded"):
        wrappers._pick({}, "a_helper", "b_helper")
    names = {"f": {"signature": "int f(struct file *file)"}}
    with pytest.raises(EvidenceError, match=r"f wants struct file\*, at hand is struct inode\*"):
        wrappers._handle_for(names, "f", "struct inode*", "inode")
    names |= {"mnt_idmap_owner": {"signature": "struct inode *mnt_idmap_owner(int x)"}}
    with pytest.raises(EvidenceError, match="f wants"):
        wrappers._handle_for(names, "f", "struct inode*", "inode")
