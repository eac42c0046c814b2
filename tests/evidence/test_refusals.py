# SPDX-License-Identifier: BSD-3-Clause
"""
Does every question without an answer get one sentence, whole, that says what there is?
========================================================================================
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.evidence import (
    EvidenceError,
    LayoutNotRecorded,
    UnknownKfunc,
    UnknownName,
    UnknownRelease,
    UnknownTable,
    core_reader,
    fact,
    fixed_offset_reader,
    kfunc_history,
    lives,
    recorded,
    tally,
)
from kfuncviz.evidence.data import frames, load, schema
from kfuncviz.evidence.errors import near, offered
from kfuncviz.evidence.figures import style
from kfuncviz.evidence.history import compare, shares, survival
from kfuncviz.evidence.idmap import helpers, layouts, readers, ways, wrappers
from kfuncviz.extras import MissingLibrary
from tests.evidence.rows import rows

TABLES = (
    "releases, kfuncs, events, kf_flags, idmap_api, idmap_events, idmap_structs, btf_blobs, "
    "btf_layouts, btf_kfuncs, baselines, counts, vfs_timeline, policy, promises, filters, helpers, "
    "traced"
)
WRITTEN = "recorded are 5.12 to 7.3, written like '6.12'"
WITH_BTF = (
    "5.13, 5.18, 5.19, 6.1, 6.6, 6.7, 6.8, 6.11, 6.12, 6.16, 6.17, 6.18, 6.19, 7.0, 7.1, 7.2, 7.3"
)
STRUCTS = (
    "dentry, file, iattr, inode, kuid_t, mnt_idmap, mount, path, super_block, uid_gid_extent, "
    "uid_gid_map, user_namespace, vfsmount, vfsuid_t"
)
TYPES = (
    "CGROUP_SKB, CGROUP_SOCK_ADDR, KPROBE, LSM, LWT_IN, LWT_OUT, LWT_SEG6LOCAL, LWT_XMIT, "
    "NETFILTER, SCHED_ACT, SCHED_CLS, SK_SKB, SOCKET_FILTER, SOCK_OPS, STRUCT_OPS, SYSCALL, "
    "TRACING, XDP"
)
FLAGS = (
    "KF_ACQUIRE, KF_ARENA_ARG2, KF_ARENA_RET, KF_DESTRUCTIVE, KF_FASTCALL, KF_IMPLICIT_ARGS, "
    "KF_ITER_DESTROY, KF_ITER_NEW, KF_ITER_NEXT, KF_KPTR_GET, KF_PERFMON, KF_RCU, "
    "KF_RCU_PROTECTED, KF_RELEASE, KF_RET_NULL, KF_SLEEPABLE, KF_SPINLOCK_SAFE, KF_TRUSTED_ARGS"
)
WHAT = (
    "name gone, prototype, annotation only, const only, flags stricter, flags other, types "
    "narrowed, types widened, gone or prototype, any of these"
)
ENDS = "gone, renamed, prototype, const, stricter, loosened, narrowed, widened"
WRAPPERS = "bpf_is_idmapped_mnt, bpf_file_mnt_idmap, bpf_inode_into_vfs_ids, bpf_get_file_vfs_ids"
FACTS = (
    "lifecycle-text, kf-deprecated, no-idmap-kfunc, mnt-user-ns, readers, sched-ext-dates, "
    "vfs-accepted, wrappers"
)
NO_KFUNC = "is registered in any release from 5.13 to 7.3"
RECORDED = "; what is no kfunc is asked for with recorded()"
NOTHING = "nothing is recorded under"
Asked = Callable[[], object]

REFUSED: list[tuple[Asked, type[EvidenceError], str]] = [
    (lambda: load.rows("kfunc"), UnknownTable, f"no table 'kfunc'; there are: {TABLES}"),
    (lambda: load.position("v6.5"), UnknownRelease,
     f"release 'v6.5' is not in the data (near: 6.5, 6.15); {WRITTEN}"),
    (lambda: load.tag("6.1x"), UnknownRelease,
     f"release '6.1x' is not in the data (near: 6.1, 6.19, 6.18); {WRITTEN}"),
    (lambda: helpers.at("next"), UnknownRelease, f"release 'next' is not in the data; {WRITTEN}"),
    (lambda: tally.alive("9.9"), UnknownRelease,
     f"release '9.9' is not in the data (near: 6.9); {WRITTEN}"),
    (lambda: layouts.unsettled("4.19", "file"), UnknownRelease,
     f"release '4.19' is not in the data (near: 6.19, 5.19); {WRITTEN}"),
    (lambda: layouts.layout("5.12", "user_namespace"), LayoutNotRecorded,
     f"struct user_namespace at 5.12 was never recorded; it is known at {WITH_BTF}"),
    (lambda: layouts.layout("6.6", "mnt_idmapp"), EvidenceError,
     "no layout of struct 'mnt_idmapp' was recorded; near: mnt_idmap"),
    (lambda: layouts.layout("6.6", "zzz"), EvidenceError,
     f"no layout of struct 'zzz' was recorded; there are: {STRUCTS}"),
    (lambda: readers.walk("6.1", "inode"), EvidenceError,
     "a walk starts at vfsmount or file, not 'inode'"),
    (lambda: fixed_offset_reader("6.3", "6.4"), LayoutNotRecorded,
     "file.f_path at 6.3: it exists, but its offset was not recorded"),
    (lambda: ways.verdict("stat", "6.5", "9.9"), UnknownRelease,
     f"release '9.9' is not in the data (near: 6.9); {WRITTEN}"),
    (lambda: ways.verdict("stat", "9.9"), UnknownRelease,
     f"release '9.9' is not in the data (near: 6.9); {WRITTEN}"),
    (lambda: core_reader("6.5", "9.9"), UnknownRelease,
     f"release '9.9' is not in the data (near: 6.9); {WRITTEN}"),
    (lambda: fixed_offset_reader("6.5", "9.9"), UnknownRelease,
     f"release '9.9' is not in the data (near: 6.9); {WRITTEN}"),
    (lambda: ways.way("pointr"), EvidenceError, "no way 'pointr'; near: pointer"),
    (lambda: ways.way("ioctl"), EvidenceError,
     "no way 'ioctl'; there are: pointer, core, offsets, statmount, stat"),
    (lambda: wrappers._pick({}, "a", "b"), EvidenceError, "none of a, b is recorded"),
    (lambda: shares.within([8, 40]), EvidenceError, "no kfunc was born 40 releases before 7.3"),
    (lambda: shares.cohort_sorts("7.3", "6.5"), EvidenceError,
     "6.5 does not come after 7.3; the order is oldest first"),
    (lambda: shares.cohort("6.5", "6.5"), EvidenceError,
     "6.5 does not come after 6.5; the order is oldest first"),
    (lambda: shares.cohort("5.12"), EvidenceError,
     "5.12 has no kfunc; the first release with kfuncs is 5.13"),
    (lambda: compare.interfaces("6.6", "7.3"), EvidenceError,
     ("no baseline was counted for 6.6-7.3; counted are neighbouring releases and: 5.13-7.3, "
     "6.1-6.12, 6.1-7.3, 6.5-7.3, 6.12-6.16, 6.12-6.18, 6.12-7.2, 6.12-7.3, 6.15-6.18")),
    (lambda: compare.over_spans("6.6"), EvidenceError,
     "no span from 6.6 was counted; there are: 5.13, 6.1, 6.5, 6.12, 6.15"),
    (lambda: survival.spells("dead"), EvidenceError,  # type: ignore[arg-type]
     "no event 'dead'; there are: gone, gone_or_changed"),
    (lambda: survival.curve(kfuncs={"x"}), EvidenceError,
     "no kfunc was watched for even one release under these conditions"),
    (lambda: lives(program_type="NFS"), EvidenceError,
     f"program_type is 'NFS', must be one of {TYPES}"),
    (lambda: lives(flag="KF_FAST"), EvidenceError, f"flag is 'KF_FAST', must be one of {FLAGS}"),
    (lambda: lives(only="dead"), EvidenceError,  # type: ignore[arg-type]
     "only is 'dead', must be one of all, changed, gone"),
    (lambda: lives(counted="all"), EvidenceError,  # type: ignore[arg-type]
     "counted is 'all', must be one of prototype, terms"),
    (lambda: lives(kinds=["moved"]), EvidenceError,
     "kind is 'moved', must be one of prototype, const, stricter, loosened, narrowed, widened"),
    (lambda: tally.events("deaths"), EvidenceError,  # type: ignore[arg-type]
     "nothing counts 'deaths'; there is: born, returned, died, prototype"),
    (lambda: tally.events("died", "6.5", "6.4"), EvidenceError,
     "6.4 comes before 6.5; the order is oldest first"),
    (lambda: tally.successors(until="5.12"), EvidenceError,
     "5.12 comes before 5.13; the order is oldest first"),
    (lambda: tally.cohort_share("gone", "6.5"), EvidenceError,
     f"nothing counts 'gone'; there is: {WHAT}"),
    (lambda: tally.surviving({"sold", "bought", "gone", "prototype"}, 1), EvidenceError,
     f"nothing ends a life by bought, sold; there is: {ENDS}"),
    (lambda: tally.surviving({"gone"}, 31), EvidenceError,
     "no kfunc was watched for 31 releases; the oldest: 30"),
    (lambda: tally.surviving({"gone"}, -1), EvidenceError,
     "no kfunc was watched for -1 releases; the oldest: 30"),
    (lambda: tally.edits("body edited", "bpf_x", "6.5"), EvidenceError,
     f"no wrapper 'bpf_x'; there are: {WRAPPERS}"),
    (lambda: tally.edits("same", "bpf_get_file_vfs_ids", "6.5"),  # type: ignore[arg-type]
     EvidenceError, "no verdict 'same'; there is: prototype changed, body edited"),
    (lambda: kfunc_history("bpf_get_file_xatr"), UnknownKfunc,
     (f"no kfunc 'bpf_get_file_xatr' {NO_KFUNC}; near: bpf_get_file_xattr, bpf_get_dentry_xattr"
     f"{RECORDED}")),
    (lambda: kfunc_history("__scx_bpf_dsq_insert_vtim"), UnknownKfunc,
     (f"no kfunc '__scx_bpf_dsq_insert_vtim' {NO_KFUNC}; near: __scx_bpf_dsq_insert_vtime, "
     "scx_bpf_dsq_insert_vtime, scx_bpf_dsq_insert, scx_bpf_dsq_insert___v2, "
     f"scx_bpf_dsq_move_set_vtime{RECORDED}")),
    (lambda: kfunc_history("zzzz"), UnknownKfunc,
     f"no kfunc 'zzzz' {NO_KFUNC}; 400 names are known, none like it{RECORDED}"),
    (lambda: recorded(" vfs_creatt() "), UnknownName,
     f"{NOTHING} ' vfs_creatt() ' from 5.12 to 7.3; near: vfs_create (function)"),
    (lambda: recorded("flags"), UnknownName,
     f"{NOTHING} 'flags' from 5.12 to 7.3; near: user_namespace.flags (member)"),
    (lambda: recorded("inode.i_ud"), UnknownName,
     (f"{NOTHING} 'inode.i_ud' from 5.12 to 7.3; near: inode.i_uid (member), inode.i_rcu (member), "
     "inode.i_lru (member), inode.i_gid (member), inode.i_rdev (member)")),
    (lambda: recorded("bpf_get_xatr"), UnknownName,
     (f"{NOTHING} 'bpf_get_xatr' from 5.12 to 7.3; near: bpf_getxattr (mentioned), "
     "bpf_get_file_xattr (kfunc), bpf_get_dentry_xattr (kfunc)")),
    (lambda: recorded("zzzz"), UnknownName,
     f"{NOTHING} 'zzzz' from 5.12 to 7.3; 1080 names are known, none like it"),
    (lambda: recorded("x" * 200), UnknownName,
     f"{NOTHING} '{'x' * 79} from 5.12 to 7.3; 1080 names are known, none like it"),
    (lambda: recorded(" ()"), UnknownName,
     "no name was given; one would be vfs_create, inode.i_uid or bpf_put_file"),
    (lambda: recorded("bpf_put_file()"), EvidenceError,
     "bpf_put_file is a kfunc: ask kfunc_history()"),
    (lambda: fact("reader"), EvidenceError, "no fact 'reader'; near: readers"),
    (lambda: fact("zzz"), EvidenceError, f"no fact 'zzz'; there are: {FACTS}"),
]  # fmt: skip


@pytest.mark.parametrize(("ask", "kind", "said"), REFUSED, ids=[said for *_, said in REFUSED])
def test_a_question_without_an_answer_says_what_there_is(
    ask: Asked, kind: type[EvidenceError], said: str
) -> None:
    with pytest.raises(EvidenceError) as refused:
        ask()
    assert type(refused.value) is kind
    assert str(refused.value) == said


def test_near_names_are_at_most_five_unless_asked_otherwise() -> None:
    known = [f"name_{n}" for n in range(7)]
    assert len(near("name", known)) == 5
    assert near("name", known, 6) == near("name", known, 7)[:6]
    ways = ["b_in_the_midst_of_it", "a_in_the_midst_of_it", "in_the"]
    assert near("midst", ways) == ["a_in_the_midst_of_it", "b_in_the_midst_of_it"]
    assert offered("name_9", known[:2]) == "near: name_1, name_0"
    assert offered("zzz", iter(known[:2])) == "there are: name_0, name_1"


@pytest.mark.parametrize(
    ("library", "ask", "said"),
    [
        ("pandas", lambda _: frames.table("counts"), "A table of the evidence needs pandas"),
        ("pandera.errors", lambda _: schema.validate("counts"),
         "Validation of the evidence needs pandera"),
        ("matplotlib", lambda table: style.figure(table, 9, 5),
         "A figure of the evidence needs matplotlib"),
    ],
)  # fmt: skip
def test_a_missing_library_is_named_with_what_needs_it(
    library: str, ask: Callable[[Any], object], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = dict.fromkeys(frames.NOTES, "x")
    table = frames.noted(frames.frame([]), **notes)
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(MissingLibrary) as missing:
        ask(table)
    assert str(missing.value) == f"{said}: pip install 'kfuncviz[evidence]'"


def test_other_columns_than_those_of_the_schema_are_shown_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "counts.csv").write_text("release,kfuncs\n6.5,1\n")
    monkeypatch.setattr(load, "history_dir", lambda: tmp_path)
    wanted = list(rows("counts.csv")[0])
    with pytest.raises(EvidenceError) as refused:
        load.rows.__wrapped__("counts")
    assert str(refused.value) == (
        f"counts.csv: columns are ['release', 'kfuncs'], schema.json says {wanted}"
    )
    (tmp_path / "counts.csv").write_text("")
    with pytest.raises(EvidenceError, match=r"^counts\.csv: columns are None, schema"):
        load.rows.__wrapped__("counts")
