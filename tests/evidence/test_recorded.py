# SPDX-License-Identifier: BSD-3-Clause
"""
Is the record of a name of each kind, whole, what a reader of the tables would write down?
===========================================================================================
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from kfuncviz.evidence import LayoutNotRecorded, index, kfunc_history, layout, recorded
from kfuncviz.evidence.data.load import cited, position
from kfuncviz.evidence.idmap.layouts import unsettled
from kfuncviz.evidence.index import Recorded, Span
from kfuncviz.kfuncs.known import document
from tests.evidence.rows import order, rows

LAYOUTS = "history tables btf_layouts (BTF of real x86-64 kernels, see btf_blobs) and idmap_events"
NOT_RECORDED = (("layout", "not recorded"),)
WITHOUT = (("layout", "without it in the kernels that were read"),)
OTHERS = "only the changes below are recorded, other releases were not compared"
USER_NS, IDMAP = "struct user_namespace *mnt_userns", "struct mnt_idmap *idmap"
OLD_LOOKUP = f"struct dentry *lookup_one({USER_NS}, const char *name, struct dentry *base, int len)"
LOOKUP = f"struct dentry *lookup_one({IDMAP}, const char *name, struct dentry *base, int len)"
NEW_LOOKUP = f"struct dentry *lookup_one({IDMAP}, struct qstr *name, struct dentry *base)"
MNT_USER_NS = "struct user_namespace *mnt_user_ns(const struct vfsmount *mnt)"
SETATTR = "int inode_setattr({}struct dentry *dentry, struct iattr *attr)"
TALK = "no release up to 7.3 registers a kfunc of this name; the timeline speaks of it"
SPOKEN = "in no table; a change of compare-exposures speaks of it"
PROPOSED = "the messages of the thread; what it would be follows from history table idmap_api"
PACKED = (
    "pack(number(i_gid_into_vfsgid(file_mnt_idmap(file), file_inode(file))), "
    "number(i_uid_into_vfsuid(file_mnt_idmap(file), file_inode(file))))"
)


def source(table: str, **where: str) -> str:
    """Where the only row that is so was read."""
    (row,) = (r for r in rows(table) if all(r[k] == v for k, v in where.items()))
    return row["source"]


def function(signature: str, export: str, file: str) -> tuple[tuple[str, str], ...]:
    return (("declared", signature), ("export", export), ("file", file))


def from_newest(name: str, release: str, file: str) -> str:
    read = source("idmap_api.csv.gz", helper=name, release=release)
    tag = next(row["tag"] for row in rows("releases.csv") if row["release"] == release)
    return f"{tag}, {file}; read in {read}; history tables idmap_api and idmap_events"


WHOLE = [
    Recorded(
        "lookup_one", "function",
        "a VFS function with a map argument, in releases from 5.15 to 7.3",
        (
            Span("5.15", "6.2", function(OLD_LOOKUP, "EXPORT_SYMBOL", "fs/namei.c")),
            Span("6.3", "6.15", function(LOOKUP, "EXPORT_SYMBOL", "fs/namei.c")),
            Span("6.16", "6.17",
                 (("declared", "not recorded: it changed somewhere from 6.16 to 6.18"),)),
            Span("6.18", "7.3", function(NEW_LOOKUP, "EXPORT_SYMBOL", "fs/namei.c")),
        ),
        (
            ("5.15", f"added {OLD_LOOKUP}"),
            ("6.3", f"signature changed {OLD_LOOKUP}  =>  {LOOKUP} [4609e1f18e19]"),
            ("6.16..6.18", f"signature changed {LOOKUP}  =>  {NEW_LOOKUP}"),
        ),
        from_newest("lookup_one", "7.3", "fs/namei.c"),
    ),
    Recorded(
        "mnt_user_ns", "function",
        "a helper of the idmapping, in releases from 5.12 to 6.2, gone in 6.3",
        (
            Span("5.12", "6.1", function(MNT_USER_NS, "none", "include/linux/mount.h")),
            Span("6.2", "6.2", function(MNT_USER_NS, "EXPORT_SYMBOL_GPL", "include/linux/mount.h")),
        ),
        (
            ("5.12", f"added {MNT_USER_NS} [a6435940b62f]"),
            ("6.2", "export changed none -> EXPORT_SYMBOL_GPL"),
            ("6.3", f"removed {MNT_USER_NS} [3707d84c1367]"),
        ),
        from_newest("mnt_user_ns", "6.2", "include/linux/mount.h"),
    ),
    Recorded(
        "inode.i_uid", "member", "a member of struct inode, in releases from 5.13 to 7.3",
        (
            Span("5.12", "5.12", NOT_RECORDED),
            Span("5.13", "6.18", (("type", "kuid_t"), ("offset", "4"))),
            Span("6.19", "7.3", (("type", "kuid_t"), ("offset", "24"))),
        ),
        (("6.19", ("layout changed offset 4 in the BTF of 6.18.5 and before, 24 in that of 6.19.6 "
          "and after; i_gid 8 and 28 [dca3aa666fbd]")),),
        LAYOUTS,
    ),
    Recorded(
        "inode.i_wb", "member", "a member of struct inode, in releases from 6.1 to 7.3",
        (
            Span("5.12", "5.12", NOT_RECORDED), Span("6.0", "6.0", NOT_RECORDED),
            Span("6.1", "6.1", (("type", "struct bdi_writeback *"), ("offset", "248"))),
            Span("6.2", "6.5", NOT_RECORDED), Span("6.6", "6.11", WITHOUT),
            Span("6.12", "7.0", (("type", "struct bdi_writeback *"), ("offset", "240"))),
            Span("7.1", "7.3", (("type", "struct bdi_writeback *"), ("offset", "232"))),
        ),
        (), LAYOUTS,
    ),
    Recorded(
        "file.f_count", "member", "a member of struct file, in releases from 5.13 to 6.12, "
        "gone by 6.16",
        (
            Span("5.12", "5.12", NOT_RECORDED),
            Span("5.13", "6.1", (("type", "atomic_long_t"), ("offset", "56"))),
            Span("6.2", "6.5", (("type", "atomic_long_t"), ("offset", "not recorded"))),
            Span("6.6", "6.11", (("type", "atomic_long_t"), ("offset", "24"))),
            Span("6.12", "6.12", (("type", "atomic_long_t"), ("offset", "0"))),
            Span("6.13", "6.15", NOT_RECORDED),
        ),
        tuple((row["release"], f"layout changed {row['detail']}"
               + (f" [{row['commit'][:12]}]" if row["commit"] else ""))
              for row in rows("idmap_events.csv.gz")
              if row["helper_or_struct"] == "struct file.f_count"),
        LAYOUTS,
    ),
    Recorded(
        "struct kuid_t", "structure", "a structure; of a member ask as kuid_t.val",
        (Span("5.12", "5.12", NOT_RECORDED), Span("5.13", "7.3", (("members", "1"),))),
        (), LAYOUTS,
    ),
    Recorded(
        "bpf_d_path", "BPF helper",
        "a BPF helper, no kfunc: number 147 of the UAPI list, since 5.12 or before; no helper was "
        "ever removed",
        (), (), f"history tables helpers and counts; {source('helpers.csv', helper='bpf_d_path')}",
    ),
    Recorded(
        "bpf_cgrp_storage_get", "BPF helper",
        "a BPF helper, no kfunc: number 210 of the UAPI list, since 6.2; no helper was ever "
        "removed",
        (), (), "history tables helpers and counts; "
        f"{source('helpers.csv', helper='bpf_cgrp_storage_get')}",
    ),
    Recorded(
        "inode_setattr", "LSM hook", f"an LSM hook; {OTHERS}", (),
        (("6.9", (f"{SETATTR.format('')} => {SETATTR.format(IDMAP + ', ')} "
          "[314a8dc728d038378795236f6b5199265f921f45?]; "
          f"{source('traced.csv', name='inode_setattr')}")),),
        "history table traced",
    ),
    Recorded(
        "cgroup_rstat_cpu_locked", "tracepoint", f"a tracepoint; {OTHERS}", (),
        (("6.17", ("struct cgroup *cgrp, int cpu, bool contended => gone; Message-ID "
          "20250617195725.1191132-4-shakeel.butt@linux.dev, include/trace/events/cgroup.h")),),
        "history table traced",
    ),
    Recorded(
        "KF_PERFMON", "flag",
        "a flag of kfuncs, defined in releases from 7.3 to 7.3: requires CAP_PERFMON",
        (), (), "history table kf_flags",
    ),
    Recorded(
        "KF_TRUSTED_ARGS", "flag",
        "a flag of kfuncs, defined in releases from 6.0 to 6.19, gone in 7.0: pointer arguments "
        "must be trusted/unmodified",
        (), (), "history table kf_flags",
    ),
    Recorded(
        "bpf_is_idmapped_mnt", "proposal",
        "proposed in the thread of July 2023 and declined; no release up to 7.3 registers it",
        (Span("7.3", "7.3", (("prototype", "bool bpf_is_idmapped_mnt(struct vfsmount *mnt)"),
                             ("body", "is_idmapped_mnt(mnt)"))),),
        (
            ("2023-06-30", ("proposed by Alexey Gladkov, message 1: "
             "c35fbb4cb0a3a9b4653f9a032698469d94ca6e9c.1688123230.git.legion@kernel.org")),
            ("2023-07-04", ("declined by Christian Brauner, message 3: "
             "20230704-anrollen-beenden-9187c7b1b570@brauner")),
        ),
        PROPOSED,
    ),
    Recorded(
        "bpf_get_file_vfs_ids", "proposal",
        "proposed in the thread of July 2023 and not taken up; no release up to 7.3 registers it",
        (Span("7.3", "7.3", (("prototype", "u64 bpf_get_file_vfs_ids(struct file *file)"),
                             ("body", PACKED))),),
        (
            ("2023-07-04", "proposed by Alexey Gladkov, message 4: ZKQ1Mkf5G9CA1/9J@example.org"),
            ("2023-07-06", ("not yet ready for it: Christian Brauner, message 11: "
             "20230706-raffgierig-geeilt-7cea6d731194@brauner")),
        ),
        PROPOSED,
    ),
    Recorded(
        "bpf_kernfs_read_xattr", "mentioned", TALK, (),
        (("2025-06-19..", ("Song Liu, bpf_kernfs_read_xattr: reworked into bpf_cgroup_read_xattr, "
          "shipped in v6.17 (b95ee9049c93b05da66599d6e0d1fcfea291360b)")),),
        "history table vfs_timeline",
    ),
    Recorded(
        "do_move_mount", "only spoken of", SPOKEN, (),
        (("6.18", "do_move_mount() is inlined [move-mount-inlined-6.18]"),), "measured on 6.18.44",
    ),
    Recorded(
        "KF_DEPRECATED", "described flag",
        next(f["meaning"] for f in document("verifier", "flags")["flags"]
             if f["flag"] == "KF_DEPRECATED"),
        (), (),
        next(f["source"] for f in document("verifier", "flags")["flags"]
             if f["flag"] == "KF_DEPRECATED"),
    ),
]  # fmt: skip


@pytest.mark.parametrize("wanted", WHOLE, ids=lambda wanted: wanted.name)
def test_a_record_is_told_whole(wanted: Recorded) -> None:
    assert recorded(wanted.name) == wanted


def test_names_that_only_a_change_or_the_document_speaks_of() -> None:
    """Functions in the words of a change that no table and no proposal has."""
    told: dict[str, list[dict[str, Any]]] = {}
    for change in document("contracts", "changes")["changes"]:
        text = " ".join([change["title"], *(facet["what"] for facet in change["facets"])])
        for name in re.findall(r"(\w+)\(\)", text):
            told.setdefault(name, []).append(change)
    spoken = {name for name, kind in index.known().items() if kind == "only spoken of"}
    assert spoken == {"buffer_check_dirty_writeback", "do_move_mount", "mount_setattr", "statmount"}
    assert all(index.known()[name] != "only spoken of" for name in told.keys() - spoken)
    for name in spoken:
        mine = {change["id"]: change for change in told[name]}
        found = recorded(name)
        assert found.events == tuple(
            (change["release"], f"{change['title']} [{id}]") for id, change in mine.items()
        )
        sources = [source for change in mine.values() for source in change["sources"]]
        assert found.source == "; ".join(sources)
    assert [name for name, kind in index.known().items() if kind == "described flag"] == [
        "KF_DEPRECATED"
    ]


def at(release: str, struct: str) -> dict[str, Any] | None:
    try:
        return dict(layout(release, struct))
    except LayoutNotRecorded:
        return None


def spread(found: Recorded) -> dict[str, tuple[tuple[str, str], ...]]:
    """What is told of each release; neighbours that are alike stand in one span."""
    for one, other in zip(found.spans, found.spans[1:], strict=False):
        assert position(one.last) < position(other.first)
        assert one.told != other.told or position(one.last) + 1 < position(other.first)
    return {
        release: span.told
        for span in found.spans
        for release in order()[position(span.first) : position(span.last) + 1]
    }


@pytest.mark.parametrize("struct", sorted({row["struct"] for row in rows("btf_layouts.csv.gz")}))
def test_every_release_of_a_structure_and_of_its_members(struct: str) -> None:
    held = {release: at(release, struct) for release in order()}
    there = spread(recorded(f"struct {struct}"))
    for release, members in held.items():
        if members is None or unsettled(release, struct):
            assert there.pop(release) == NOT_RECORDED
        elif members:
            assert there.pop(release) == (("members", str(len(members))),)
    assert there == {}
    names = [
        name
        for name, kind in index.known().items()
        if kind == "member" and name.startswith(f"{struct}.")
    ]
    for name in names:
        member, found = name.partition(".")[2], recorded(name)
        having = [r for r, members in held.items() if members and member in members]
        told = spread(found)
        for release, members in held.items():
            among = position(having[0]) < position(release) < position(having[-1])
            if members is not None and member in members:
                places = ", ".join(map(str, members[member].offsets)) or "not recorded"
                assert told.pop(release) == (("type", members[member].type), ("offset", places))
            elif members is None or member in unsettled(release, struct):
                assert told.pop(release) == NOT_RECORDED, (name, release)
            elif among:
                assert told.pop(release) == WITHOUT, (name, release)
        assert told == {}
        first, last = having[0], having[-1]
        lead = f"a member of struct {struct}, in "
        if last == order()[-1]:
            since = "every release" if first == order()[0] else "releases"
            assert found.says == f"{lead}{since} from {first} to {last}"
            continue
        after = next(r for r in order()[position(last) + 1 :]
                 if held[r] is not None and member not in unsettled(r, struct))  # fmt: skip
        how = "in" if position(after) == position(last) + 1 else "by"
        assert found.says == f"{lead}releases from {first} to {last}, gone {how} {after}"


def test_a_row_is_cited_with_its_tag_file_and_tree() -> None:
    row = kfunc_history("bpf_put_file").terms[0].row
    assert cited(row) == f"v6.12.10, {row['defined_in']}; read in {row['source']}"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        (" vfs_create() ", "vfs_create"), ("struct inode.i_uid", "inode.i_uid"),
        ("bpf_lsm_inode_setattr", "inode_setattr"), ("security_inode_setattr", "inode_setattr"),
        ("inode", "struct inode"), ("struct inode", "struct inode"), ("mnt_idmap", "mnt_idmap"),
        ("struct mnt_idmap", "struct mnt_idmap"), ("zzz()", "zzz"), ("struct zzz", "struct zzz"),
    ],
)  # fmt: skip
def test_a_name_is_found_as_it_is_typed(typed: str, name: str) -> None:
    assert index.plain(typed) == name
