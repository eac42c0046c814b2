# SPDX-License-Identifier: BSD-3-Clause
"""
Is a recorded change of a name, put into the matrix's form, what its rows say, word for word?
=============================================================================================
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from kfuncviz.evidence import costs, index
from kfuncviz.evidence.history.diffs import KfuncChange
from kfuncviz.evidence.idmap.helpers import HelperChange
from kfuncviz.kfuncs.contracts import Change, Facet, changes
from tests.evidence.rows import order, registered, rows

CONVERTED = "callers in the tree, where there were any, were converted with it"
TAGS = {row["release"]: row["tag"] for row in rows("releases.csv")}


def change(
    id: str, facet: tuple[str, str, str], source: str, note: str = "", *, title: str
) -> Change:
    """A change written out: what a reader is told stands in ``facet``, ``source`` and ``note``."""
    surface, kind, what = facet
    return Change(
        id=id,
        release=id.rpartition("-")[2],
        about="elsewhere" if surface in ("kfunc", "tracepoint") else "inside",
        title=f"{title}: {kind}",
        what=f"{what}.",
        facets=(Facet(surface, kind, what),),
        in_tree="nothing to convert" if surface == "member" and note != "named" else CONVERTED,
        sources=(source,),
        rows=(),
        note="" if note == "named" else note,
    )


def helper(name: str, release: str) -> dict[str, str]:
    return next(
        row
        for row in rows("idmap_api.csv.gz")
        if (row["helper"], row["release"]) == (name, release)
    )


def both(name: str, old: str, new: str) -> str:
    """Where both rows of a helper were read."""
    return (
        f"{TAGS[new]}: history table idmap_api, {helper(name, old)['source']} against "
        f"{helper(name, new)['source']}"
    )


def became(name: str, old: str, new: str) -> str:
    return f"{helper(name, old)['signature']} became {helper(name, new)['signature']}"


def kfunc(name: str, release: str) -> dict[str, str]:
    return registered()[release][name]


def read(name: str, old: str, new: str, at: str = "") -> str:
    """Two tags, and where the newer row, or that of ``at``, was read."""
    row = kfunc(name, at or new)
    tag = TAGS[row["release"]]
    lead = f"{TAGS[new]} against {TAGS[old]}: {tag}, {row['defined_in']}"
    return f"{lead}; read in {row['source']}"


FUNCTIONS = [
    change("vfs-unlink-6.19",
           ("function", "prototype", became("vfs_unlink", "6.18", "6.19")),
           both("vfs_unlink", "6.18", "6.19"), title="vfs_unlink"),
    change("mapped-kuid-fs-6.2", ("function", "removed", "mapped_kuid_fs() is gone"),
           f"v6.2: history table idmap_api, {helper('mapped_kuid_fs', '6.1')['source']}",
           title="mapped_kuid_fs"),
    change("mnt-user-ns-6.2",
           ("export", "added", "mnt_user_ns() is open to GPL modules, was to nobody"),
           both("mnt_user_ns", "6.1", "6.2"), title="mnt_user_ns"),
    change("lookup-one-6.18",
           ("function", "fewer-arguments", became("lookup_one", "6.15", "6.18")),
           both("lookup_one", "6.15", "6.18"), "somewhere from 6.16 to 6.18", title="lookup_one"),
    change("may-linkat-6.1",
           ("function", "const", ("may_linkat() differs in const alone: "
            "int may_linkat(struct user_namespace *mnt_userns, const struct path *link)")),
           both("may_linkat", "6.0", "6.1"), title="may_linkat"),
]  # fmt: skip
DIGEST = "int bpf_get_fsverity_digest(struct file *file, const struct bpf_dynptr *digest_p)"
KFUNCS = [
    change("bpf-get-fsverity-digest-7.2",
           ("kfunc", "const", f"bpf_get_fsverity_digest() differs in const alone: {DIGEST}"),
           read("bpf_get_fsverity_digest", "7.1", "7.2"), title="bpf_get_fsverity_digest"),
    change("bbr-main-6.10",
           ("kfunc", "arguments", ("void bbr_main(struct sock *sk, const struct rate_sample *rs) "
            "became void bbr_main(struct sock *sk, u32 ack, int flag, "
            "const struct rate_sample *rs)")),
           read("bbr_main", "6.9", "6.10"), title="bbr_main"),
    change("bpf-lookup-user-key-6.17",
           ("kfunc", "integer", (f"{kfunc('bpf_lookup_user_key', '6.16')['bpf_visible_prototype']} "
            f"became {kfunc('bpf_lookup_user_key', '6.17')['bpf_visible_prototype']}")),
           read("bpf_lookup_user_key", "6.16", "6.17"), title="bpf_lookup_user_key"),
    change("bpf-lookup-user-key-6.18",
           ("kfunc", "moved", ("bpf_lookup_user_key() is defined in "
            f"{kfunc('bpf_lookup_user_key', '6.18')['defined_in']}")),
           read("bpf_lookup_user_key", "6.17", "6.18"), title="bpf_lookup_user_key"),
    change("bpf-cgroup-kptr-get-6.4", ("kfunc", "removed", "bpf_cgroup_kptr_get() is gone"),
           read("bpf_cgroup_kptr_get", "6.3", "6.4", at="6.3"), title="bpf_cgroup_kptr_get"),
    change("bpf-stream-vprintk-6.18", ("kfunc", "renamed", "bpf_stream_vprintk() is gone"),
           read("bpf_stream_vprintk", "6.17", "6.18", at="6.17"), title="bpf_stream_vprintk"),
    change("bpf-cgroup-acquire-6.4",
           ("kfunc", "stricter", ("bpf_cgroup_acquire() has other flags: "
            "-KF_TRUSTED_ARGS +KF_RCU +KF_RET_NULL")),
           read("bpf_cgroup_acquire", "6.3", "6.4"), title="bpf_cgroup_acquire"),
]  # fmt: skip


@pytest.mark.parametrize("wanted", [*FUNCTIONS, *KFUNCS], ids=lambda found: found.id)
def test_a_change_is_told_whole(wanted: Change) -> None:
    name = wanted.title.partition(":")[0]
    assert wanted in costs.computed(name)
    assert costs.computed(f"{name}()") == costs.computed(name)


BLOBS = "history table btf_layouts (read in the .BTF of "
GAP = "no layout between was recorded"
OTHERS = "the two kernels were built by different people, which alone can do this"


def test_moves_of_a_member_are_told_whole() -> None:
    found = costs.computed("mount.mnt_stuck_children")
    told = [(c.release, c.facets[0].kind) for c in found]
    assert told == [("6.8", "moved"), ("6.16", "moved"), ("6.17", "moved"), ("7.3", "removed")]
    assert found[0] == change(
        "mount-mnt-stuck-children-6.8",
        ("member", "moved", (f"mount.mnt_stuck_children is at offset {found[0].what.split()[4]} "
         f"was at {found[0].what.split()[-1][:-1]}")),
        f"v6.8 against v6.7.3: {BLOBS}6.8 cilium/ebpf and 6.7 cilium/ebpf)",
        title="mount.mnt_stuck_children",
    )  # fmt: skip
    assert found[-1] == change(
        "mount-mnt-stuck-children-7.3", ("member", "removed", "mount.mnt_stuck_children is gone"),
        f"v7.3.4 against v7.2.13: {BLOBS}{_blobs('7.3')} and {_blobs('7.2')})",
        title="mount.mnt_stuck_children",
    )  # fmt: skip


def _blobs(release: str) -> str:
    return ", ".join(row["blob"] for row in rows("btf_blobs.csv") if row["release"] == release)


def test_notes_of_a_move_name_the_gap_and_the_builders(monkeypatch: pytest.MonkeyPatch) -> None:
    name = "super_block.s_user_ns"
    gaps = {"5.18": "5.13", "6.6": "6.1", "6.11": "6.8", "6.16": "6.12"}
    gap = {at: f"somewhere after {old}: {GAP}" for at, old in gaps.items()}
    found = costs.computed(name)
    assert {c.release: c.note for c in found if c.note} == gap | {"6.12": OTHERS}
    assert [c.facets[0].what for c in found][:2] == [
        f"{name} is at offset 1128, was at 1136", f"{name} is at offset 1104, was at 1128, 1176",
    ]  # fmt: skip
    monkeypatch.setattr(costs, "_builders", lambda release: {release})
    assert {c.release: c.note for c in costs.computed(name)} == {
        c.release: f"{gap[c.release]}; {OTHERS}" if c.release in gap else OTHERS for c in found
    }


def test_a_move_that_a_listed_change_accounts_for_is_not_told_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A change of the matrix anywhere between two recorded layouts, the later one included."""
    name = "super_block.s_user_ns"
    with_btf = sorted({row["release"] for row in rows("btf_layouts.csv.gz")} - {""},
                      key=order().index)  # fmt: skip
    spans = {new: range(order().index(old) + 1, order().index(new) + 1)
             for old, new in itertools.pairwise(with_btf)}  # fmt: skip
    moves = [c.release for c in costs.computed(name)]
    for place, release in enumerate(order()):
        one = KFUNCS[0].__class__(**{**vars(KFUNCS[0]), "release": release})
        monkeypatch.setattr(costs, "listed", lambda _, one=one: [one])
        left = [c.release for c in costs.computed(name)]
        assert left == [move for move in moves if place not in spans[move]], release


@pytest.mark.parametrize(
    "row", rows("traced.csv"), ids=lambda row: f"{row['name']}-{row['release']}"
)
def test_a_hook_tracepoint_or_field_is_told_whole(row: dict[str, str]) -> None:
    surface, kind, what = {
        "LSM hook": ("function", "prototype", f"{row['before']} became {row['after']}"),
        "tracepoint": ("tracepoint", "removed", f"{row['name']} is gone"),
        "member": ("member", "removed",
                   f"{row['name']}: {row['before']} became {row['after']}"),
    }[row["kind"]]  # fmt: skip
    commit = f"commit {row['commit']}; " if row["commit"] else ""
    wanted = change(
        f"{row['name'].replace('_', '-').replace('.', '-')}-{row['release']}",
        (surface, kind, what), f"v{row['release']}, {commit}{row['source']}", "named",
        title=row["name"],
    )  # fmt: skip
    assert wanted in list(costs._of_traced(row["name"]))
    listed = {one.release for one in costs.listed(row["name"])}
    assert (wanted in costs.computed(row["name"])) == (row["release"] not in listed)


@pytest.mark.parametrize(
    ("event", "kind", "detail", "after", "facet"),
    [
        ("born", "", "", "", None),
        ("died", "", "", "", ("removed", "bpf_x() is gone")),
        ("flags", "stricter", "+KF_PERFMON", "",
         ("capability", "bpf_x() has other flags: +KF_PERFMON")),
        ("flags", "mixed", "-KF_RCU +KF_ACQUIRE", "",
         ("stricter", "bpf_x() has other flags: -KF_RCU +KF_ACQUIRE")),
        ("flags", "relaxed", "-KF_RCU", "", None),
        ("program_types", "narrowed", "-LSM", "", None),
        ("prototype", "kernel_side", "", "", None),
        ("prototype", "annotation_only", "", "", None),
        ("moved", "", "", "fs/x.c", ("moved", "bpf_x() is defined in fs/x.c")),
    ],
)  # fmt: skip
def test_what_a_caller_of_a_kfunc_notices(
    event: str, kind: str, detail: str, after: str, facet: tuple[str, str] | None
) -> None:
    one = KfuncChange("bpf_x", "6.2", "6.1", event, kind, detail, "", after, "")
    found = costs._kfunc_facet(one, renamed=False)
    assert found == (facet and Facet("kfunc", *facet))


PROTOTYPES: list[tuple[str, str, Any]] = [
    ("int f(struct bpf_dynptr_kern *p)", "int f(struct bpf_dynptr *p)", None),
    ("int f(struct xdp_buff *x)", "int f(struct xdp_md *x)", None),
    ("int f(struct sk_buff *s)", "int f(struct __sk_buff *s)", None),
    ("int f(struct sk_buff *s)", "int f(struct sk_buff *s, u64 n)", "arguments"),
    ("int f(struct bpf_dynptr_kern *p)", "int f(const struct bpf_dynptr *p)", "const"),
    ("int f(struct sk_buffs *s)", "int f(struct __sk_buff *s)", "arguments"),
    ("int f(void *p)", "int f(void *p__sz)", None),
    ("int f(u32 a)", "int f(u64 a)", "integer"),
    ("int f(u32 a)", "int f(u32 *a)", "arguments"),
]


@pytest.mark.parametrize(("before", "after", "kind"), PROTOTYPES)
def test_prototypes_are_compared_as_programs_declare_them(
    before: str, after: str, kind: str | None
) -> None:
    told = {"const": f"f() differs in const alone: {after}"}.get(
        kind or "", f"{before} became {after}"
    )
    found = costs._prototype_facet("f()", before, after)
    assert found == (kind and Facet("kfunc", kind, told))


@pytest.mark.parametrize(
    ("detail", "kind", "what"),
    [
        ("none -> EXPORT_SYMBOL", "added", "every module, was to nobody"),
        ("none -> EXPORT_SYMBOL_GPL", "added", "GPL modules, was to nobody"),
        ("EXPORT_SYMBOL -> none", "withdrawn", "nobody, was to every module"),
        ("EXPORT_SYMBOL_GPL -> none", "withdrawn", "nobody, was to GPL modules"),
        ("EXPORT_SYMBOL -> EXPORT_SYMBOL_GPL", "gpl-only", "GPL modules, was to every module"),
        ("EXPORT_SYMBOL_GPL -> EXPORT_SYMBOL", "added", "every module, was to GPL modules"),
    ],
)
def test_to_whom_an_export_is_open(detail: str, kind: str, what: str) -> None:
    one = HelperChange("f", "6.2", "core_idmap", "export", "", detail, "", "", "")
    assert costs._function_facet(one) == Facet("export", kind, f"f() is open to {what}")


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("int f(int a, int b)", "int f(int a)", "fewer-arguments"),
        ("int f(int a)", "int f(int a, int b)", "prototype"),
        ("int f(int a)", "int f(u64 a)", "prototype"),
        ("extern struct x y", "int f(int a)", "prototype"),
        ("int f(int a, int b)", "extern struct x y", "prototype"),
    ],
)
def test_an_argument_less_is_a_sort_of_its_own(before: str, after: str, kind: str) -> None:
    one = HelperChange("f", "6.2", "core_idmap", "signature", "substantial", "", before, after, "")
    assert costs._function_facet(one) == Facet("function", kind, f"{before} became {after}")


# ------------------------------------------------------------------------- what the matrix lists


def _every(release: str) -> dict[str, dict[str, str]]:
    return {row["kfunc"]: row for row in rows("kfuncs.csv.gz") if row["release"] == release}


def test_the_rules_reach_whom_the_rows_say() -> None:
    """The two rules of 7.0 and 7.3, worked out from the rows of the releases around them."""
    told = {
        name: {one.id for one in costs.listed(name)} & {"trusted-default-7.0", "perfmon-7.3"}
        for name, kind in index.known().items() if kind == "kfunc"
    }  # fmt: skip
    old, new = _every("7.2"), _every("7.3")
    perfmon = {
        name for name in old.keys() & new.keys()
        if "KF_PERFMON" in new[name]["flags"] and "KF_PERFMON" not in old[name]["flags"]
    }  # fmt: skip
    assert perfmon == {name for name, ids in told.items() if "perfmon-7.3" in ids}
    old, new = _every("6.19"), _every("7.0")
    trusted = set()
    for name in old.keys() & new.keys():
        before, after = (set(side[name]["flags"].split("|")) for side in (old, new))
        words = old[name]["bpf_visible_prototype"].partition("(")[2].replace(",", " ").split()
        objects = [
            kind for struct, kind, star in zip(words, words[1:], words[2:], strict=False)
            if struct == "struct" and star.startswith("*")
            and not kind.startswith(("bpf_dynptr", "bpf_iter", "bpf_res_spin", "bpf_list",
                                     "bpf_rb", "__sk_buff", "xdp_md"))
        ]  # fmt: skip
        asked = before & {"KF_TRUSTED_ARGS", "KF_RCU", "KF_RELEASE"} or "KF_RCU" in after
        if objects and not asked:
            trusted.add(name)
    assert trusted <= {name for name, ids in told.items() if "trusted-default-7.0" in ids}
    named = {name for name, ids in told.items() if "trusted-default-7.0" in ids} - trusted
    assert all(name in changes()["trusted-default-7.0"].what for name in named)


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("bpf_dynptr_from_xdp", []),
        ("bpf_xdp_get_xfrm_state", ["trusted-default-7.0"]),
        ("struct mnt_idmap", ["vfs-takes-idmap-6.3", "own-maps-6.8", "nr-extents-6.12"]),
        ("mnt_idmap.owner", ["own-maps-6.8"]),
        ("mnt_idmap.count", []),
        ("security_inode_setattr", []),
        ("do_move_mount()", ["move-mount-inlined-6.18"]),
        ("KF_TRUSTED_ARGS", ["trusted-default-7.0"]),
    ],
)
def test_a_change_is_listed_for_the_names_it_speaks_of(name: str, ids: list[str]) -> None:
    assert [one.id for one in costs.listed(name)] == ids
