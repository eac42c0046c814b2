# SPDX-License-Identifier: BSD-3-Clause
"""How a pointer is marked: by who hands it over, by what is walked, and in which section."""

from __future__ import annotations

import csv
import gzip
import itertools
import re
from collections import defaultdict
from typing import Any

import pytest

from kfuncviz.kfuncs.known import NotKnown, document
from kfuncviz.kfuncs.verifier import (
    RELEASES,
    Arg,
    Program,
    handed,
    origin,
    origin_names,
    walk,
)
from kfuncviz.kfuncs.verifier.walk import (
    address,
    after_unlock,
    cast,
    holds_pointers,
    same_structure,
)
from kfuncviz.resources import data_dir

MEMBERS = document("verifier", "members")["members"]
HANDED = document("verifier", "handed")["handed"]


def order(release: str | None) -> tuple[int, ...]:
    return tuple(map(int, release.split("."))) if release else (99,)


def during(spans: list[list[str | None]], at: str) -> bool:
    return any(order(since) <= order(at) <= order(until) for since, until in spans)


def once_more(base: str, valid: str, union: bool, in_rcu: bool) -> tuple[str, bool]:
    """The mark of a walked pointer, written down a second time as a table."""
    if base in ("untrusted", "plain"):
        return ("untrusted" if base == "untrusted" or union else "plain"), False
    listed = {"trusted": ("trusted", False), "trusted_or_null": ("trusted", True)}
    inside = {"rcu": ("rcu", False), "rcu_or_null": ("rcu", True),
              "none": ("untrusted" if union else "plain", False)}  # fmt: skip
    return listed.get(valid) or (inside[valid] if in_rcu else ("untrusted", False))


@pytest.mark.parametrize("base", ["trusted", "acquired", "rcu", "plain", "untrusted"])
def test_every_member_from_every_pointer_in_every_release(base: Any) -> None:
    seen = set()
    for row in MEMBERS:
        if row["valid"] in ("number", "inside"):
            continue
        for at in RELEASES:
            if not during(row["spans"], at):
                continue
            union = during(row.get("union", []), at)
            for in_rcu in (True, False):
                got = walk(Arg(base, row["struct"]), row["member"], in_rcu=in_rcu, at=at)
                wanted = once_more(base, row["valid"], union, in_rcu)
                assert (got.provenance, got.nullable) == wanted, (row, at, in_rcu)
                assert got.type == row["type"]
                assert row["source"] in got.origin
                seen.add(got.provenance)
    assert seen >= {"untrusted"}


def test_unions_and_types_are_those_of_the_recorded_layouts() -> None:
    """Every member of the structures whose layout was read out of kernels."""
    held: dict[tuple[str, str], dict[str, tuple[str, bool]]] = defaultdict(dict)
    path = data_dir() / "history" / "btf_layouts.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            name = row["member"].removeprefix("(anon union).")
            kind = row["type"].removeprefix("const ").removesuffix(" *")
            union = row["member"].startswith("(anon union).")
            held[row["struct"], row["release"]][name] = (kind, union)
    checked = set()
    for row in MEMBERS:
        struct, first = row["struct"].removeprefix("struct "), row["member"].split(".")[0]
        for at in RELEASES:
            layout = held.get((struct, at))
            if not layout or not during(row["spans"], at) or row["valid"] == "number":
                continue
            kind, union = layout[first]
            assert union == during(row.get("union", []), at), (row["member"], at)
            if first == row["member"]:
                assert kind == row["type"]
            checked.add((struct, first, at))
    assert {("file", "f_path", "6.17"), ("file", "f_path", "6.18"), ("file", "f_path", "7.3"),
            ("vfsmount", "mnt_idmap", "6.12"), ("dentry", "d_inode", "7.0")} <= checked  # fmt: skip


def test_numbers_are_numbers_in_the_recorded_layouts() -> None:
    """Of the structures read out of kernels: no pointer, and ``.val`` of an id alone."""
    rows = {(row["struct"], row["member"]): row for row in MEMBERS if row["valid"] == "number"}
    path = data_dir() / "history" / "btf_layouts.csv.gz"
    checked = set()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            struct, member = f"struct {row['struct']}", row["member"]
            member += ".val" if row["type"] in ("kuid_t", "kgid_t") else ""
            if (struct, member) in rows:
                assert not row["type"].startswith("struct ")
                assert "*" not in row["type"]
                checked.add((struct, member))
    assert {("struct inode", "i_ino"), ("struct inode", "i_uid.val"), ("struct file", "f_flags"),
            ("struct super_block", "s_dev"), ("struct vfsmount", "mnt_flags"),
            ("struct dentry", "d_flags")} <= checked  # fmt: skip
    for (struct, member), row in rows.items():
        for base, at in itertools.product(("trusted", "plain", "untrusted"), RELEASES):
            if during(row["spans"], at):
                got = walk(Arg(base, struct), member, in_rcu=True, at=at)
                assert (got.provenance, got.origin) == ("scalar", f"{member} of {struct}")


def test_the_walked_mount_by_release_and_by_sleepability() -> None:
    """Measured on 6.12.43, 6.17.8 and from 6.18.15 on."""
    name = "file->f_path.mnt of a trusted file"
    awake = {at: origin(name, at).provenance for at in RELEASES}
    assert {at for at in RELEASES if awake[at] == "plain"} == {f"6.{n}" for n in range(4, 18)}
    assert {awake[at] for at in ("6.18", "6.19", "7.0", "7.3")} == {"untrusted"}
    assert {origin(name, at, sleepable=True).provenance for at in RELEASES} == {"untrusted"}
    iterator = "ctx->file->f_path.mnt in iter/task_file"
    assert [origin(iterator, at).provenance for at in ("6.4", "6.17", "6.18", "7.3")] == [
        "plain", "plain", "untrusted", "untrusted",
    ]  # fmt: skip
    assert {origin("ctx->file in iter/task_file", at).provenance for at in RELEASES} == {"plain"}


def test_a_mapping_s_file_by_release_and_a_task_s_processors() -> None:
    """On no list up to 6.18; since 6.19 trusted, or NULL.  cpus_ptr is on the RCU list."""
    area = Arg("trusted", "struct vm_area_struct")
    for member in ("vm_file", "vm_mm"):
        got = [walk(area, member, in_rcu=rcu, at=at)
               for at in ("6.4", "6.15", "6.18", "6.19") for rcu in (True, False)]  # fmt: skip
        assert [arg.provenance for arg in got] == ["plain", "untrusted"] * 3 + ["trusted"] * 2
        assert [arg.nullable for arg in got] == [False] * 6 + [True] * 2
        with pytest.raises(NotKnown, match=r"known: 6\.4 to 6\.15; 6\.18"):
            walk(area, member, in_rcu=True, at="6.17")
    mask = walk(Arg("trusted", "struct task_struct"), "cpus_ptr", in_rcu=True, at="6.12")
    assert (mask.provenance, mask.type, mask.nullable) == ("rcu", "struct cpumask", False)


def test_origins_are_tested_for_null_and_say_where_they_come_from() -> None:
    for name in origin_names():
        for at in ("6.4", "6.12", "6.18", "7.3"):
            arg = origin(name, at)
            assert not arg.nullable
            assert arg.origin
    marks = {name: origin(name, "6.12").provenance for name in origin_names()}
    assert marks == {
        "file, handed to an LSM hook": "trusted",
        "task, bpf_get_current_task_btf()": "trusted",
        "file->f_inode of a trusted file": "trusted",
        "file->f_path.mnt of a trusted file": "plain",
        "ctx->file in iter/task_file": "plain",
        "ctx->file->f_path.mnt in iter/task_file": "plain",
        "task->group_leader of a trusted task, in an RCU section": "rcu",
        "file, cast by bpf_rdonly_cast()": "untrusted",
        "a number": "scalar",
    }
    leader = "task->group_leader of a trusted task, in an RCU section"
    assert origin(leader, "6.12", sleepable=True).provenance == "rcu"


def test_why_a_pointer_is_marked_as_it_is() -> None:
    file, mount = Arg("trusted", "struct file"), "f_path.mnt"

    def why(base: Arg, member: str, *, in_rcu: bool = True, at: str = "6.18") -> str:
        return walk(base, member, in_rcu=in_rcu, at=at).origin.split(" (")[0]

    assert why(file, "f_inode").endswith("is on the verifier's list of members that stay valid")
    assert why(file, mount).startswith("the way to f_path.mnt leads through a union")
    rule = walk(file, mount, in_rcu=True, at="6.18").origin
    assert "btf_struct_walk()" in rule  # where it was read
    assert why(file, mount, at="6.17").startswith("f_path.mnt is on no list of members that stay")
    assert why(file, mount, in_rcu=False, at="6.17").startswith(
        "f_path.mnt is read outside any RCU section"
    )
    assert why(Arg("untrusted", "struct file"), mount) == (
        "what is read through an untrusted pointer is untrusted"
    )
    assert why(Arg("plain", "struct file"), "f_inode") == (
        "what is read through a pointer nobody vouches for carries no mark"
    )
    own = address(Arg("trusted", "struct cgroup"), "self", "6.18")
    assert why(own, "cgroup") == (
        "only struct cgroup's own members can be on a list of members that stay valid, so cgroup, "
        "read inside self, carries no mark"
    )


@pytest.mark.parametrize(
    ("program", "attach", "value", "at", "mark", "null"),
    [
        ("LSM", "file_open", "file", "6.4", "trusted", False),
        ("LSM", "task_free", "task", "6.4", "plain", False),
        ("LSM", "bdev_free_security", "bdev", "7.0", "trusted", False),
        ("LSM", "bdev_free_security", "bdev", "7.1", "plain", False),
        ("TRACING", "tp_btf/cgroup_mkdir", "cgrp", "7.3", "trusted", False),
        ("TRACING", "fentry/vfs_open", "path", "6.12", "plain", False),
        ("TRACING", "fexit/vfs_open", "path", "7.3", "plain", False),
        ("TRACING", "iter/task_file", "file", "7.3", "plain", True),
        ("TRACING", "iter/task", "task", "6.6", "plain", True),
        ("TRACING", "iter/task", "task", "6.7", "trusted", True),
        ("TRACING", "iter/cgroup", "cgroup", "6.6", "plain", True),
        ("TRACING", "iter/cgroup", "cgroup", "6.7", "trusted", True),
        ("TRACING", "iter/tcp", "sk_common", "6.4", "plain", True),
        ("TRACING", "iter/tcp", "sk_common", "6.5", "trusted", True),
        ("TRACING", "iter/udp", "udp_sk", "6.4", "plain", True),
        ("TRACING", "iter/udp", "udp_sk", "6.5", "trusted", True),
        ("TRACING", "iter/task_vma", "task", "7.1", "plain", True),
        ("TRACING", "iter/task_vma", "vma", "7.1", "plain", True),
        ("STRUCT_OPS", "tcp_congestion_ops/cong_avoid", "sk", "6.4", "trusted", False),
        ("STRUCT_OPS", "binfmt_misc_ops/load", "bprm", "7.3", "trusted", False),
        ("LSM", "bpf_prog_alloc_security", "aux", "6.8", "plain", False),
        ("LSM", "bpf_map_free_security", "map", "6.4", "plain", False),
        ("LSM", "bpf_prog_free_security", "aux", "6.8", "plain", False),
        ("LSM", "bpf_map_free", "map", "6.9", "plain", False),
        ("LSM", "bpf_prog_free", "prog", "6.9", "plain", False),
        ("LSM", "mmap_file", "file", "6.19", "trusted", False),
        ("LSM", "mmap_file", "file", "7.0", "trusted", True),
        ("STRUCT_OPS", "sched_ext_ops/dispatch", "prev", "6.12", "trusted", True),
        ("STRUCT_OPS", "sched_ext_ops/enqueue", "p", "6.12", "trusted", False),
        ("STRUCT_OPS", "sched_ext_ops/yield", "from", "7.1", "trusted", False),
        ("STRUCT_OPS", "sched_ext_ops/yield", "to", "7.1", "trusted", True),
    ],
)
def test_what_a_hook_hands_over(
    program: str, attach: str, value: str, at: str, mark: str, null: bool
) -> None:
    got = handed(Program(program, attach=attach), value, "struct x", at)
    assert (got.provenance, got.nullable, got.type) == (mark, null, "struct x")
    row = next(row for row in HANDED if row["source"] in got.origin and row["why"] in got.origin)
    assert (row["mark"], row["program"]) == (mark, program)


def test_congestion_control_knows_its_sock_as_a_tcp_sock() -> None:
    """bpf_tcp_ca_is_valid_access() promotes it; other operations do not."""
    sock = "struct sock"
    for attach, known_as in (("tcp_congestion_ops", "struct tcp_sock"), ("Qdisc_ops", sock)):
        got = handed(Program("STRUCT_OPS", attach=f"{attach}/init"), "sk", sock, "6.12")
        assert got.type == known_as


def test_a_structure_passes_for_what_it_begins_with_and_never_the_other_way() -> None:
    chain = ["tcp_sock", "inet_connection_sock", "inet_sock", "sock", "sock_common"]
    for n, got in enumerate(chain):
        taken = [w for w in chain if same_structure(f"struct {got}", f"struct {w}", "6.12")]
        assert taken == chain[n:]
    assert same_structure("struct udp_sock", "struct sock_common", "7.1")
    assert not same_structure("struct file", "struct path", "6.12")  # inside, but not first


@pytest.mark.parametrize(
    ("program", "attach", "value"),
    [("XDP", "", "ctx"), ("TRACING", "iter/bpf_map", "map"), ("TRACING", "iter/task_file", "fd"),
     ("TRACING", "", "x"), ("KPROBE", "kprobe/vfs_open", "path")],
)  # fmt: skip
def test_what_a_hook_hands_over_is_not_guessed(program: str, attach: str, value: str) -> None:
    at = f" at {attach}" if attach else ""
    said = (
        f"what 6.12 hands to TRACING programs{at} as '{value}' was neither measured nor read"
        if program == "TRACING"
        else f"programs of type {program} get a context, no kernel pointer like '{value}'; those "
        "that get one: LSM, STRUCT_OPS, TRACING"
    )
    with pytest.raises(NotKnown, match=f"^{re.escape(said)}$"):
        handed(Program(program, attach=attach), value, "struct x", "6.12")


@pytest.mark.parametrize(
    ("struct", "member", "at", "said"),
    [
        ("struct dentry", "d_inode", "6.16",
         "how 6.16 marks d_inode of struct dentry was .* read; known: 6.4 to 6.15; since 6.17"),
        ("struct mm_struct", "owner", "6.12", "known: since 6.19"),
        ("struct file", "f_pat.mnt", "6.12", "did you mean 'f_path.mnt'"),
        ("struct nsproxy", "mnt_ns", "6.12", "measured nor read; known of it: nothing"),
        ("struct file", "f_ra", "6.12", "known of it: f_inode, f_path.mnt, f_path.dentry, f_path"),
        ("struct file", "f_path", "6.12", "is embedded in struct file: take its address"),
    ],
)  # fmt: skip
def test_what_was_neither_measured_nor_read(struct: str, member: str, at: str, said: str) -> None:
    with pytest.raises(NotKnown, match=said):
        walk(Arg("trusted", struct), member, in_rcu=True, at=at)


def test_an_operation_s_argument_that_may_be_null_is_not_guessed() -> None:
    with pytest.raises(NotKnown, match=r"sched_ext_ops/yield may be NULL is not in the data$"):
        handed(Program("STRUCT_OPS", attach="sched_ext_ops/yield"), "other", "struct x", "6.18")


def test_a_tracepoint_s_argument_that_may_be_null_is_not_guessed() -> None:
    with pytest.raises(NotKnown, match=r"tp_btf/sched_pi_setprio may be NULL is not in the data$"):
        handed(Program("TRACING", attach="tp_btf/sched_pi_setprio"), "tsk", "struct x", "7.3")


def test_an_address_keeps_the_mark_and_a_number_has_none() -> None:
    for mark in ("trusted", "plain", "untrusted", "acquired"):
        path = address(Arg(mark, "struct file"), "f_path", "7.3")  # type: ignore[arg-type]
        assert (path.provenance, path.type) == (mark, "struct path")
        assert path.origin == "the address of f_path in struct file"
    with pytest.raises(NotKnown, match="f_inode of struct file is no embedded structure: load it"):
        address(Arg("trusted", "struct file"), "f_inode", "7.3")
    for base in (Arg("trusted", "struct file", nullable=True), Arg("untrusted", "struct file")):
        with pytest.raises(NotKnown, match=r"an offset into .* is not modelled"):
            address(base, "f_path", "6.19")
    first = walk(
        Arg("untrusted", "struct mnt_idmap"), "uid_map.extent[0].first", in_rcu=True, at="7.3"
    )
    assert (first.provenance, first.origin) == (
        "scalar", "uid_map.extent[0].first of struct mnt_idmap",
    )  # fmt: skip


def test_through_an_address_the_outer_structure_is_walked() -> None:
    """The verifier keeps the outer structure and an offset, so its lists and unions count."""
    for at, mark in (("6.17", "plain"), ("6.18", "untrusted"), ("7.3", "untrusted")):
        path = address(Arg("trusted", "struct file"), "f_path", at)
        for member in ("mnt", "dentry"):
            straight = walk(Arg("trusted", "struct file"), f"f_path.{member}", in_rcu=True, at=at)
            around = walk(path, member, in_rcu=True, at=at)
            assert (around.provenance, around.type) == (straight.provenance, straight.type)
            assert around.provenance == mark
            handed_over = walk(Arg("trusted", "struct path"), member, in_rcu=True, at=at)
            assert handed_over.provenance == "plain"
        assert ("leads through a union" in around.origin) == (mark == "untrusted")
    css = Arg("trusted", "struct cgroup_subsys_state")
    own = address(Arg("trusted", "struct cgroup"), "self", "6.18")
    assert walk(css, "cgroup", in_rcu=True, at="6.18").provenance == "rcu"
    assert walk(own, "cgroup", in_rcu=True, at="6.18").provenance == "plain"
    assert walk(own, "cgroup", in_rcu=False, at="6.18").provenance == "untrusted"
    with pytest.raises(NotKnown, match="the address of x in self of struct cgroup: not modelled"):
        address(own, "x", "6.18")


def test_after_the_section_only_an_rcu_pointer_changes() -> None:
    kept = Arg("rcu", "struct file", nullable=True)
    gone = after_unlock(kept)
    assert (gone.provenance, gone.nullable, gone.type) == ("untrusted", False, "struct file")
    assert gone.origin == "kept after the RCU section ended"
    for mark in ("trusted", "acquired", "plain", "untrusted"):
        arg = Arg(mark, "struct file", nullable=True)  # type: ignore[arg-type]
        assert after_unlock(arg) is arg


def test_a_cast_says_of_what() -> None:
    assert cast(Arg("scalar"), "struct file").origin.startswith("bpf_rdonly_cast() of a number")
    assert "of struct inode" in cast(Arg("trusted", "struct inode"), "struct file").origin


def test_which_structures_hold_pointers() -> None:
    asked = ("file", "task_struct", "mnt_idmap", "kuid_t", "cgroup_subsys_state", "kernfs_node")
    held = [name for name in asked if holds_pointers(f"struct {name}")]
    assert held == ["file", "task_struct", "mnt_idmap", "cgroup_subsys_state"]


def test_no_two_rows_speak_of_one_release() -> None:
    for at in RELEASES:
        now = [(r["struct"], r["member"]) for r in MEMBERS if during(r["spans"], at)]
        assert len(now) == len(set(now))
    assert all(row["source"] for row in [*MEMBERS, *HANDED])
