# SPDX-License-Identifier: BSD-3-Clause
"""
Does every name the tables know get an answer, and does it say what the rows say?
==================================================================================
"""

from __future__ import annotations

import re

import pytest

from kfuncviz.evidence import (
    EvidenceError,
    LayoutNotRecorded,
    UnknownName,
    costs,
    index,
    layout,
    recorded,
)
from kfuncviz.evidence.history import diffs
from kfuncviz.evidence.idmap.layouts import unsettled
from kfuncviz.kfuncs.contracts import changes, exposures, follows
from kfuncviz.kfuncs.known import document
from kfuncviz.render.lifetimes import history_text, recorded_text
from tests.evidence.rows import order, rows

KNOWN = index.known()
FUNCTIONS = sorted({row["helper"] for row in rows("idmap_api.csv.gz")})


def names(kind: str) -> list[str]:
    return [name for name, found in KNOWN.items() if found == kind]


def test_every_name_of_the_tables_is_known_for_what_it_is() -> None:
    for table, column, kind in (("kfuncs.csv.gz", "kfunc", "kfunc"),
                                ("idmap_api.csv.gz", "helper", "function"),
                                ("helpers.csv", "helper", "BPF helper"),
                                ("kf_flags.csv.gz", "flag", "flag"),
                                ("traced.csv", "name", "traced")):  # fmt: skip
        assert {row[column] for row in rows(table)} == set(names(kind)), kind
    members = {f"{row['struct']}.{row['member'].rpartition(').')[2]}"
               for row in rows("btf_layouts.csv.gz")}  # fmt: skip
    assert members == set(names("member"))
    assert {f"struct {name.partition('.')[0]}" for name in members} == set(names("structure"))
    assert set(names("proposal")) == {
        "bpf_is_idmapped_mnt", "bpf_file_mnt_idmap", "bpf_inode_into_vfs_ids",
        "bpf_get_file_vfs_ids",
    }  # fmt: skip
    assert set(names("mentioned")) == {
        "bpf_getxattr", "bpf_init_inode_xattr", "bpf_kernfs_read_xattr",
    }  # fmt: skip


def test_every_name_is_answered_in_80_columns() -> None:
    for found in index.every():
        said = recorded_text(found)
        assert max(map(len, said.splitlines())) <= 80, found.name
        flat = re.sub(r"\s", "", said)
        told = [found.says, found.source, *(text for pair in found.events for text in pair)]
        told += [text for span in found.spans for pair in span.told for text in pair]
        assert all(re.sub(r"\s", "", text) in flat for text in told), found.name
        assert said.startswith(f"{found.name}: ")
        assert history_text(found.name) == said
    assert history_text("bpf_put_file").startswith("bpf_put_file: born 6.12")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_told_as_its_rows_have_it(name: str) -> None:
    found = recorded(name)
    mine = {row["release"]: row for row in rows("idmap_api.csv.gz") if row["helper"] == name}
    told = {
        release: dict(span.told)
        for span in found.spans
        for release in order()[order().index(span.first) : order().index(span.last) + 1]
    }
    for release, row in mine.items():
        assert told.pop(release) == {
            "declared": row["signature"], "export": row["export"] or "none",
            "file": row["defined_in"],
        }  # fmt: skip
    assert set(told) <= {"6.16", "6.17"}
    assert not told or {"6.15", "6.18"} <= mine.keys()
    assert all(list(text) == ["declared"] for text in told.values())
    gone = order().index(max(mine, key=order().index)) + 1
    assert found.says.endswith(
        f", gone in {order()[gone]}" if gone < len(order()) else f" to {order()[-1]}"
    )
    events = [row for row in rows("idmap_events.csv.gz") if row["helper_or_struct"] == name]
    assert [when for when, _ in found.events] == [row["release"] for row in events]
    for (_, text), row in zip(found.events, events, strict=True):
        assert row["detail"] in text
        assert row["commit"][:12] in text


def test_a_member_is_told_as_its_layouts_are() -> None:
    for name in names("member"):
        struct, _, member = name.partition(".")
        for span in recorded(name).spans:
            for release in (span.first, span.last):
                try:
                    there = layout(release, struct).get(member)
                except LayoutNotRecorded:
                    assert dict(span.told) == {"layout": "not recorded"}
                    continue
                if there is None:
                    open_ = member in unsettled(release, struct)
                    said = "not recorded" if open_ else "without it in the kernels that were read"
                    assert dict(span.told) == {"layout": said}, (name, release)
                    continue
                places = ", ".join(map(str, there.offsets)) or "not recorded"
                assert dict(span.told) == {"type": there.type, "offset": places}
    assert recorded("inode.i_uid").says == "a member of struct inode, in releases from 5.13 to 7.3"
    assert [s.first for s in recorded("inode.i_uid").spans] == ["5.12", "5.13", "6.19"]
    assert recorded("mnt_idmap.owner").says.endswith("from 6.2 to 6.7, gone in 6.8")


def test_a_release_whose_layout_nobody_read_is_not_said_to_lack_a_member() -> None:
    """5.13 has file.f_write_hint, 5.18 has not, and nothing between was read."""
    found = recorded("file.f_write_hint")
    assert found.says.endswith("in releases from 5.13 to 5.13, gone by 5.18")
    assert found.spans[-1] == ("5.14", "5.17", (("layout", "not recorded"),))
    assert recorded("file.f_count").says.endswith("from 5.13 to 6.12, gone by 6.16")
    counted = {span.first: span.told for span in recorded("struct file").spans}
    assert counted["5.14"] == counted["6.13"] == (("layout", "not recorded"),)
    assert counted["6.12"] == (("members", "23"),)


def test_a_member_that_comes_back_was_not_built_in_and_did_not_go() -> None:
    assert ("6.6", "6.11", (("layout", "without it in the kernels that were read"),)) in (
        recorded("inode.i_wb").spans
    )
    assert [(c.release, c.facets[0].kind) for c in costs.computed("inode.i_wb")] == [
        ("7.1", "moved")
    ]
    assert costs.computed("inode.i_wb")[0].in_tree == "nothing to convert"


def test_a_move_is_one_in_kernels_of_the_same_builders_or_says_so() -> None:
    told = {c.release: c for c in costs.computed("super_block.s_user_ns")}
    assert "6.1" not in told  # 1128 in 5.19, and in one of the two kernels read of 6.1
    assert told["6.12"].note == (
        "the two kernels were built by different people, which alone can do this"
    )
    assert told["7.1"].note == ""
    (source,) = told["7.1"].sources
    assert source.endswith("(read in the .BTF of 7.1.3 Debian, 7.1 cilium/ebpf and 7.0.4 Debian)")


@pytest.mark.parametrize(
    ("name", "how", "where"),
    [
        ("simple_rename", "EXPORT_SYMBOL", "fs/libfs.c"),
        ("simple_setattr", "EXPORT_SYMBOL", "fs/libfs.c"),
        ("simple_getattr", "EXPORT_SYMBOL", "fs/libfs.c"),
        ("generic_fillattr", "EXPORT_SYMBOL", "fs/stat.c"),
        ("init_user_ns", "EXPORT_SYMBOL_GPL", "kernel/user.c"),
    ],
)
def test_an_export_from_another_file_is_one(name: str, how: str, where: str) -> None:
    assert {dict(span.told)["export"] for span in recorded(name).spans} == {how}
    mine = [row for row in rows("idmap_api.csv.gz") if row["helper"] == name]
    assert all(f"export in {where}" in row["note"] for row in mine)
    unread = {row["release"] for row in mine if "read in 5.12 to 7.1" in row["note"]}
    assert unread == {"6.16", "7.2", "7.3"} & {row["release"] for row in mine}


@pytest.mark.parametrize(
    ("name", "first"),
    [("do_truncate", "5.12"), ("generic_fillattr", "5.12"), ("simple_getattr", "5.12"),
     ("simple_rename", "5.12"), ("simple_setattr", "5.12"), ("dentry_needs_remove_privs", "6.2")],
)  # fmt: skip
def test_a_map_without_a_name_in_the_header_is_one(name: str, first: str) -> None:
    found = recorded(name)
    assert found.spans[0].first == first
    assert "(struct user_namespace *, " in dict(found.spans[0].told)["declared"]
    assert [span.first for span in found.spans][:2] == [first, "6.3"]
    assert [when for when, _ in found.events][:2] == [first, "6.3"]
    assert "signature changed" in found.events[1][1]
    change = costs.computed(name)[0]
    assert (change.release, change.facets[0].kind) == ("6.3", "prototype")


def test_what_only_a_change_or_the_document_speaks_of_is_answered() -> None:
    spoken = recorded("buffer_check_dirty_writeback")
    assert spoken.events == (
        ("6.5", "buffer_check_dirty_writeback() is exported no more [buffer-unexport-6.5]"),
    )
    assert spoken.source == "v6.5, commit 4bb218a65a43782b1e75f5510744cb44795a1105"
    assert [c.id for c in costs.listed("do_move_mount")] == ["move-mount-inlined-6.18"]
    assert "no release defines it" in recorded("KF_DEPRECATED").says
    with pytest.raises(UnknownName, match="no name was given; one would be vfs_create"):
        recorded(" ()")


def test_helpers_by_number_agree_with_the_counts() -> None:
    """The list is only added to: as many numbers are there by a release as were counted."""
    counted = {row["release"]: int(row["bpf_helpers"]) for row in rows("counts.csv")
               if row["bpf_helpers"]}  # fmt: skip
    table = rows("helpers.csv")
    assert [int(row["number"]) for row in table] == list(range(1, len(table) + 1))
    for release, count in counted.items():
        held = [r for r in table if order().index(r["since"]) <= order().index(release)]
        assert len(held) == count, release
    assert recorded("bpf_d_path").says == (
        "a BPF helper, no kfunc: number 147 of the UAPI list, since 5.12 or before; no helper was "
        "ever removed"
    )
    assert "since 6.2;" in recorded("bpf_cgrp_storage_get").says


@pytest.mark.parametrize(
    ("name", "asked", "answered", "became", "verb"),
    [("bpf_is_idmapped_mnt", 1, 3, "declined", "declined by"),
     ("bpf_inode_into_vfs_ids", 1, 3, "declined", "declined by"),
     ("bpf_get_file_vfs_ids", 4, 11, "not taken up", "not yet ready for it:")],
)  # fmt: skip
def test_a_proposal_names_who_asked_and_who_answered(
    name: str, asked: int, answered: int, became: str, verb: str
) -> None:
    said = {one["n"]: one for one in document("thread", "messages")["messages"]}
    found = recorded(name)
    assert f"proposed in the thread of July 2023 and {became};" in found.says
    assert found.events == tuple(
        (said[n]["date"][:10], f"{what} {who}, message {n}: {said[n]['message_id']}")
        for n, what, who in (
            (asked, "proposed by", "Alexey Gladkov"),
            (answered, verb, "Christian Brauner"),
        )
    )  # fmt: skip


def test_what_was_only_talked_about_tells_the_talk() -> None:
    found = recorded("bpf_init_inode_xattr")
    (row,) = (r for r in rows("vfs_timeline.csv") if "bpf_init_inode_xattr" in r["subject"])
    assert found.says.startswith("no release up to 7.3 registers a kfunc of this name")
    assert found.events == (
        (row["date"], f"{row['subject']}: {row['outcome_paraphrased']} ({row['reference']})"),
    )


def test_flags_hooks_and_structures_by_example() -> None:
    assert recorded("KF_PERFMON").says.startswith(
        "a flag of kfuncs, defined in releases from 7.3 to 7.3: "
    )
    hook = recorded("bpf_lsm_inode_setxattr")
    assert (hook.name, hook.kind) == ("inode_setxattr", "LSM hook")
    assert [when for when, _ in hook.events] == ["5.12", "6.3"]
    assert "=> gone" in recorded("cgroup_rstat_cpu_locked").events[0][1]
    assert recorded("struct mnt_idmap").spans[0][:2] == ("6.2", "6.7")
    assert recorded("mnt_idmap").kind == "function"
    assert recorded("uid_gid_map").name == "struct uid_gid_map"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("vfs_creat", r"under 'vfs_creat' from 5\.12 to 7\.3; near: vfs_create \(function\)$"),
        ("f_inode", r"near: file\.f_inode \(member\)$"),
        ("zzzz", rf"; {len(KNOWN)} names are known, none like it$"),
        ("x" * 200, r"under 'x{79}' ?.*none like it$|under 'x+"),
        ("vfs_ksock", r"none like it$"),  # a stranger is not offered
    ],
)
def test_an_unknown_name_gets_near_ones_or_a_plain_no(name: str, said: str) -> None:
    with pytest.raises(UnknownName, match=said) as refused:
        recorded(name)
    assert len(str(refused.value)) < 300
    with pytest.raises(UnknownName):
        costs.computed(name)


def test_a_kfunc_has_another_record() -> None:
    with pytest.raises(EvidenceError, match=r"bpf_put_file is a kfunc: ask kfunc_history\(\)"):
        recorded("bpf_put_file")


# -------------------------------------------------------------------- what its changes would cost


def test_every_recorded_change_can_be_asked_under_every_exposure() -> None:
    seen = set()
    for name in KNOWN:
        for change in costs.computed(name):
            (facet,) = change.facets
            seen.add((facet.surface, facet.kind))
            assert name in facet.what
            assert change.about == ("elsewhere" if facet.surface == "kfunc" else "inside")
            assert change.sources[0].startswith("v")
            assert change.release in order()
            for way in exposures().values():
                assert follows(way, change).why
    assert seen == {
        ("function", "prototype"), ("function", "fewer-arguments"), ("function", "removed"),
        ("function", "const"), ("export", "added"), ("member", "moved"), ("member", "removed"),
        ("kfunc", "removed"), ("kfunc", "renamed"), ("kfunc", "arguments"), ("kfunc", "integer"),
        ("kfunc", "const"), ("kfunc", "stricter"), ("kfunc", "moved"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "listed", "told"),
    [
        ("vfs_create", ["vfs-takes-userns-5.12", "vfs-takes-idmap-6.3", "vfs-create-6.19"], []),
        ("vfs_unlink", ["vfs-takes-userns-5.12", "vfs-takes-idmap-6.3"],
         [("6.19", "prototype", "")]),
        ("vfs_mkdir", ["vfs-mkdir-6.15"], [("6.3", "prototype", ""), ("6.19", "prototype", "")]),
        ("inode_setxattr", ["vfs-takes-idmap-6.3"], [("5.12", "prototype", "")]),
        ("lookup_one", [], [("6.3", "prototype", ""),
                            ("6.18", "fewer-arguments", "somewhere from 6.16 to 6.18")]),
        ("file.f_inode", ["file-members-6.12", "f-inode-6.15"],
         [("6.6", "moved", "somewhere after 6.1: no layout between was recorded")]),
        ("inode.i_gid", ["inode-uid-6.19"], []),
        ("inode_setattr", [], [("6.9", "prototype", "")]),
        ("inode_set_acl", [], [("6.3", "prototype", "")]),
        ("inode_killpriv", [], [("5.12", "prototype", ""), ("6.3", "prototype", "")]),
        ("renamedata.old_mnt_userns", ["vfs-takes-idmap-6.3"], []),
        ("cgroup_rstat_cpu_locked", ["rstat-tracepoints-6.17"], []),
        ("bpf_stream_vprintk", ["perfmon-7.3"], [("6.18", "renamed", "")]),
        ("css_rstat_updated", ["trusted-default-7.0"], []),
        ("bpf_get_file_xattr", ["fs-kfuncs-moved-6.12"], []),  # asked for trust before
        ("bpf_dynptr_from_skb", [], [("6.12", "stricter", "")]),  # 6.11: __sk_buff, as in programs
        ("bpf_dynptr_is_null", [], [("6.11", "const", "")]),
        ("bpf_cpumask_populate", [], [("7.2", "arguments", "")]),
        ("bpf_lookup_user_key", [], [("6.17", "integer", ""), ("6.18", "moved", "")]),
        ("inode.i_flags", [], [("6.19", "moved", "")]),
        ("mnt_idmap.owner", ["own-maps-6.8"], []),
        ("bpf_put_file", [], []),
    ],
)  # fmt: skip
def test_changes_of_a_name_by_example(
    name: str, listed: list[str], told: list[tuple[str, str, str]]
) -> None:
    assert [change.id for change in costs.listed(name)] == listed
    found = costs.computed(name)
    assert [(change.release, change.facets[0].kind, change.note) for change in found] == told
    assert not {change.id for change in found} & set(changes())


def test_the_rules_reach_the_kfuncs_that_were_counted() -> None:
    reached = {
        rule: [name for name in names("kfunc") if rule in {c.id for c in costs.listed(name)}]
        for rule in ("trusted-default-7.0", "perfmon-7.3")
    }
    tests = {row["kfunc"] for row in rows("kfuncs.csv.gz") if row["category"] == "test"}
    assert f"at most {len(set(reached['trusted-default-7.0']) - tests)} take a pointer" in (
        changes()["trusted-default-7.0"].what
    )
    gained = {row["kfunc"] for row in rows("events.csv.gz")
              if row["release"] == "7.3" and "+KF_PERFMON" in row["detail"]}  # fmt: skip
    assert set(reached["perfmon-7.3"]) >= gained
    assert len(gained) == 30


def test_flags_that_ask_for_more_and_for_less_count_as_asking_for_more() -> None:
    mixed = [row for row in diffs.changes() if (row.event, row.kind) == ("flags", "mixed")]
    assert mixed
    for row in mixed:
        found = {change.release: change for change in costs.computed(row.kfunc)}
        assert row.release not in found or found[row.release].facets[0].kind == "stricter"
    assert any(row.release in {c.release for c in costs.computed(row.kfunc)} for row in mixed)


def test_a_hook_of_the_table_is_told_with_its_commit_and_mail() -> None:
    (change,) = costs.computed("inode_setattr")
    (row,) = (row for row in rows("traced.csv") if row["name"] == "inode_setattr")
    assert change.sources == (f"v6.9, commit {row['commit']}; {row['source']}",)


def test_an_argument_past_the_last_is_refused_and_says_so() -> None:
    (_, change) = costs.computed("lookup_one")
    cell = follows(exposures()["fentry-core"], change)
    assert (cell.outcome, cell.rule) == ("breaks", "argument-past-the-end")
    assert "refused when loaded" in cell.why
