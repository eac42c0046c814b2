# SPDX-License-Identifier: BSD-3-Clause
"""The wrappers against the model, and the model's stat against the kernel's recorded answers."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path as FilePath
from typing import Any

import numpy as np
import pytest

import kfuncviz as kv
from kfuncviz.kfuncs import (
    MntIdmapPointer,
    bpf_file_mnt_idmap,
    bpf_get_file_vfs_ids,
    bpf_inode_into_vfs_ids,
    bpf_is_idmapped_mnt,
    split_vfs_ids,
)
from kfuncviz.model.errors import KernelError
from kfuncviz.model.fs import File, Path, VfsMount
from kfuncviz.model.lookup import user_path_at
from kfuncviz.model.mount_tree import copy_tree
from kfuncviz.model.stat import vfs_statx
from kfuncviz.model.trace import recording
from kfuncviz.resources import data_dir
from kfuncviz.scenario.machine import Machine
from tests.generate import scenarios

SEMANTICS = (data_dir() / "semantics.md").read_text("utf-8")
DATA = FilePath(__file__).parents[1] / "data"


def files(machine: Machine) -> Iterator[tuple[str, VfsMount, File]]:
    """Every set-up file that can be reached through every mount."""
    for name, mnt in machine.mounts.items():
        subdir = ((machine.document.get("mounts") or {}).get(name) or {}).get("subdir") or ""
        for entry in machine.document.get("setup") or ():
            path = entry["path"]
            if subdir and not path.startswith(subdir + "/"):
                continue
            inside = path.removeprefix(subdir + "/") if subdir else path
            try:
                found = user_path_at(machine.root, mnt, inside, follow=False)
            except KernelError:
                continue
            yield path, mnt, File(found)


def check(machine: Machine) -> int:
    """Both wrappers against stat by init root, whose own map munges nothing; how many files."""
    count = 0
    for _, mnt, file in files(machine):
        value = bpf_get_file_vfs_ids(file)
        assert 0 <= value < 1 << 64
        assert value == bpf_inode_into_vfs_ids(bpf_file_mnt_idmap(file), file.f_inode)
        stat, ids = vfs_statx(machine.root, file.f_path), split_vfs_ids(value)
        for half, shown in ((ids.uid, stat.uid), (ids.gid, stat.gid)):
            assert half == shown or (half is None and shown == 65534)
        assert bpf_is_idmapped_mnt(mnt) == (mnt.mnt_idmap.name != "nop_mnt_idmap")
        count += 1
    return count


@pytest.mark.parametrize("name", kv.gallery())
def test_every_file_of_the_gallery(name: str) -> None:
    assert check(kv.Scenario(name).machine) or name == "maps-the-kernel-refuses"


def test_thousands_of_random_files() -> None:
    assert sum(check(Machine(scenario)) for scenario in scenarios(250, 7)) > 4000


def test_recorded_stats_of_the_kernel() -> None:
    """Where the kernel's stat was not munged, the wrapper says the same pair."""
    compared = 0
    with gzip.open(DATA / "kernel-cases.jsonl.gz", "rt") as lines:
        for line in lines:
            recorded = json.loads(line)
            compared += _compare_seen(Machine(recorded["scenario"]), recorded)
    assert compared > 250


def _compare_seen(machine: Machine, recorded: dict[str, Any]) -> int:
    """The stats a scenario begins with, by a caller of the initial namespace."""
    compared = 0
    for op, result in zip(recorded["scenario"]["ops"], recorded["result"]["ops"], strict=True):
        if op["op"] != "stat":
            break
        by, via = op.get("by", machine.default_by), op.get("via", machine.default_via)
        seen = result["seen"]
        if machine.callers[by].cred.user_ns.parent or 65534 in seen.values() or "err" in seen:
            continue
        found = user_path_at(machine.root, machine.mounts[via], op["path"], follow=False)
        assert bpf_get_file_vfs_ids(File(found)) == seen["gid"] << 32 | seen["uid"]
        compared += 1
    return compared


def two_mounts() -> kv.Scenario:
    return kv.Scenario(
        {
            "userns": {"M": {"uid_map": [[1000, 2000, 1], [1001, 65534, 1]]}},
            "setup": [
                {"type": "file", "path": "f", "kuid": 1000, "kgid": 1000},
                {"type": "file", "path": "real", "kuid": 1001, "kgid": 1001},
                {"type": "file", "path": "lost"},
            ],
            "mounts": {"m": {"userns": "M"}, "loose": {"userns": "M", "detached": True}},
        }
    )


def test_two_kinds_of_65534_that_stat_cannot_tell_apart() -> None:
    s = two_mounts()
    real, lost = (s.open(path, via="m") for path in ("real", "lost"))
    shown = [vfs_statx(s.machine.root, file.f_path).uid for file in (real, lost)]
    assert shown == [65534, 65534]
    assert bpf_get_file_vfs_ids(real) == 65534 << 32 | 65534
    assert bpf_get_file_vfs_ids(lost) == 0xFFFFFFFF_FFFFFFFF
    assert split_vfs_ids(bpf_get_file_vfs_ids(lost)) == (None, None)


def test_an_open_file_keeps_the_mount_it_was_opened_through() -> None:
    s = two_mounts()
    idmapped, plain = s.open("f", via="m"), s.open("f", via="plain")
    assert idmapped.f_inode is plain.f_inode
    assert split_vfs_ids(bpf_get_file_vfs_ids(idmapped)).uid == 2000
    assert split_vfs_ids(bpf_get_file_vfs_ids(plain)).uid == 1000


def test_the_wrong_idmap_goes_unnoticed() -> None:
    s = two_mounts()
    idmapped, plain = s.open("f", via="m"), s.open("f", via="plain")
    wrong = bpf_inode_into_vfs_ids(bpf_file_mnt_idmap(plain), idmapped.f_inode)
    assert split_vfs_ids(wrong).uid == 1000
    assert wrong != bpf_get_file_vfs_ids(idmapped)


def test_clones_and_detached_mounts_keep_the_idmap() -> None:
    s = two_mounts()
    mnt = s.machine.mounts["m"]
    clone = copy_tree(Path(mnt, mnt.mnt_root))
    bind = copy_tree(Path(clone, mnt.mnt_root))
    for each in (clone, bind, s.machine.mounts["loose"]):
        assert bpf_is_idmapped_mnt(each)
        file = File(user_path_at(s.machine.root, each, "f", follow=False))
        assert split_vfs_ids(bpf_get_file_vfs_ids(file)).uid == 2000


def test_a_mount_outlives_its_namespace() -> None:
    s = two_mounts()
    file = s.open("f", via="m")
    del s.machine.namespaces["M"]
    assert split_vfs_ids(bpf_get_file_vfs_ids(file)).uid == 2000


def test_the_pointer_says_to_whom_it_is_opaque() -> None:
    pointer = bpf_file_mnt_idmap(two_mounts().open("f", via="m"))
    for inside in ("uid_map", "gid_map", "name", "count", "_POINTEES"):
        with pytest.raises(AttributeError, match="is inside struct mnt_idmap") as caught:
            getattr(pointer, inside)
        assert "C code and modules cannot read" in str(caught.value)
        assert "a BPF program with BTF can, and is bound to its layout" in str(caught.value)
    with pytest.raises(AttributeError):
        pointer.uid_map = None  # type: ignore[attr-defined]
    assert repr(pointer) == "<struct mnt_idmap *, opaque to C code and modules>"


def test_pointers_compare_as_in_c() -> None:
    s = two_mounts()
    one, other = s.open("f", via="m"), s.open("real", via="m")
    assert bpf_file_mnt_idmap(one) == bpf_file_mnt_idmap(other)
    assert bpf_file_mnt_idmap(one) != bpf_file_mnt_idmap(s.open("f", via="plain"))


def test_what_is_no_kernel_object_is_refused() -> None:
    s = two_mounts()
    file = s.open("f", via="m")
    with pytest.raises(TypeError, match=r"want a struct mnt_idmap \*"):
        bpf_inode_into_vfs_ids(s.machine.mounts["m"].mnt_idmap, file.f_inode)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"want a struct file \*"):
        bpf_get_file_vfs_ids("f")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"want a struct vfsmount \*"):
        bpf_is_idmapped_mnt(file)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"came from no wrapper; ask bpf_file_mnt_idmap\(\)"):
        bpf_inode_into_vfs_ids(copy.copy(bpf_file_mnt_idmap(file)), file.f_inode)
    with pytest.raises(
        TypeError, match=r"want a const struct inode \* of the model, not 'aaa.*\.\.\.$"
    ):
        bpf_inode_into_vfs_ids(bpf_file_mnt_idmap(file), "a" * 100)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [True, "1", 5.0, None])
def test_what_is_no_number_has_no_halves(value: Any) -> None:
    with pytest.raises(TypeError, match="want a wrapper's 64-bit result, not "):
        split_vfs_ids(value)


@pytest.mark.parametrize("value", [-1, 1 << 64])
def test_a_result_has_64_bits(value: int) -> None:
    with pytest.raises(ValueError, match=f"{value} is no result of a wrapper: those are unsigned"):
        split_vfs_ids(value)


@pytest.mark.parametrize("uid", [0, 1000, 65534, 0xFFFFFFFE, 0xFFFFFFFF])
@pytest.mark.parametrize("gid", [0, 1, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF])
def test_every_bit_belongs_to_one_id(uid: int, gid: int) -> None:
    halves = split_vfs_ids((gid << 32) + uid)
    assert halves.uid == (None if uid == 0xFFFFFFFF else uid)
    assert halves.gid == (None if gid == 0xFFFFFFFF else gid)
    numpys = split_vfs_ids(np.uint64((gid << 32) + uid))  # type: ignore[arg-type]
    assert numpys == halves
    assert {type(half) for half in numpys} <= {int, type(None)}  # numbers of Python, as ids are


def test_uid_and_gid_are_mapped_apart() -> None:
    s = kv.Scenario(
        {
            "userns": {"M": {"uid_map": [[1, 10, 1]], "gid_map": [[2, 20, 1]]}},
            "setup": [{"type": "file", "path": "f", "kuid": 1, "kgid": 2},
                      {"type": "file", "path": "g", "kuid": 2, "kgid": 1}],
            "mounts": {"m": {"userns": "M"}},
        }
    )  # fmt: skip
    assert bpf_get_file_vfs_ids(s.open("f", via="m")) == 20 << 32 | 10
    assert bpf_get_file_vfs_ids(s.open("g", via="m")) == 0xFFFFFFFF_FFFFFFFF
    assert bpf_get_file_vfs_ids(s.open("g", via="plain")) == 1 << 32 | 2


def test_the_wrappers_appear_in_a_trace_over_the_helpers_they_call() -> None:
    s = two_mounts()
    file = s.open("f", via="m")
    with recording() as steps:
        bpf_is_idmapped_mnt(file.f_path.mnt)
        bpf_inode_into_vfs_ids(bpf_file_mnt_idmap(file), file.f_inode)
        bpf_get_file_vfs_ids(file)
    assert [step.function for step in steps if step.depth == 0] == [
        "bpf_is_idmapped_mnt", "bpf_file_mnt_idmap", "bpf_inode_into_vfs_ids",
        "bpf_get_file_vfs_ids",
    ]  # fmt: skip
    for step in (step for step in steps if step.function.startswith("bpf_")):
        assert step.file == "the patch of July 2023; in no kernel"
        section = {"4": "## 4. ", "6": "## 6. "}[step.section]
        assert section in SEMANTICS


def test_a_number_too_large_for_a_result_is_shown_short() -> None:
    with pytest.raises(ValueError, match=r"^1000\d+\.\.\. is no result of a wrapper") as caught:
        split_vfs_ids(10**100)
    assert len(str(caught.value)) < 140


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        (lambda: bpf_is_idmapped_mnt(3), TypeError, "want a struct vfsmount * of the model, not 3"),  # type: ignore[arg-type]
        (lambda: bpf_file_mnt_idmap(3), TypeError, "want a struct file * of the model, not 3"),  # type: ignore[arg-type]
        (lambda: bpf_get_file_vfs_ids(3), TypeError, "want a struct file * of the model, not 3"),  # type: ignore[arg-type]
        (lambda: bpf_inode_into_vfs_ids(3, 3), TypeError,  # type: ignore[arg-type]
         "want a struct mnt_idmap * of the model, not 3"),
        (lambda: bpf_inode_into_vfs_ids(bpf_file_mnt_idmap(two_mounts().open("f", via="m")), 3),  # type: ignore[arg-type]
         TypeError, "want a const struct inode * of the model, not 3"),
        (lambda: bpf_inode_into_vfs_ids(MntIdmapPointer(), 3), TypeError,  # type: ignore[arg-type]
         "this struct mnt_idmap * came from no wrapper; ask bpf_file_mnt_idmap()"),
        (lambda: MntIdmapPointer().owner, AttributeError,
         ("'owner' is inside struct mnt_idmap, which C code and modules cannot read: its "
          "definition is private to fs/mnt_idmapping.c; a BPF program with BTF can, and is bound "
          "to its layout")),
        (lambda: split_vfs_ids("x"), TypeError, "want a wrapper's 64-bit result, not 'x'"),  # type: ignore[arg-type]
        (lambda: split_vfs_ids(-1), ValueError,
         "-1 is no result of a wrapper: those are unsigned 64-bit numbers"),
    ],
)  # fmt: skip
def test_refusals_word_for_word(
    asked: Callable[[], object], kind: type[Exception], said: str
) -> None:
    with pytest.raises(kind) as caught:
        asked()
    assert str(caught.value) == said
