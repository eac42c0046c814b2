# SPDX-License-Identifier: BSD-3-Clause
"""The trace: it names real helpers, points to what explains them, and changes nothing."""

from __future__ import annotations

import re
from pathlib import Path
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st

from kfuncviz.model.cred import Task
from kfuncviz.model.fs import Path as KernelPath
from kfuncviz.model.fs import SuperBlock, VfsMount
from kfuncviz.model.idmap import IdMap
from kfuncviz.model.mnt_idmapping import (
    MntIdmap,
    from_vfsgid,
    from_vfsuid,
    invalid_mnt_idmap,
    make_vfsgid,
    make_vfsuid,
    nop_mnt_idmap,
)
from kfuncviz.model.stat import vfs_statx
from kfuncviz.model.trace import deciding, recording
from kfuncviz.model.uidgid import INVALID, kgid_t, kuid_t, vfsgid_t, vfsuid_t
from kfuncviz.model.user_namespace import UserNamespace, init_user_ns
from kfuncviz.scenario.replay import replay_traced
from tests.generate import scenarios

SEMANTICS = Path(__file__).parents[2] / "data" / "semantics.md"


def test_every_step_points_to_a_section_that_exists() -> None:
    headings = set(re.findall(r"^##+ (\d+(?:\.\d+)?)", SEMANTICS.read_text("utf-8"), re.MULTILINE))
    seen = set()
    for scenario in scenarios(60, 11):
        for op in replay_traced(scenario).ops:
            seen |= {(step.function, step.section) for step in op.steps}
    assert len(seen) > 40
    assert {spec for _, spec in seen} <= headings


#: What comes back, by what is declared.
RESULTS = {
    "bool": bool, "int": int, "None": type(None), "int | None": (int, type(None)),
    **dict.fromkeys(("kuid_t", "kgid_t", "vfsuid_t", "vfsgid_t", "uid_t", "gid_t"), int),
}  # fmt: skip


def test_a_step_is_one_line_and_its_answer_what_is_declared() -> None:
    for scenario in scenarios(40, 12):
        for op in replay_traced(scenario).ops:
            for step in op.steps:
                declared = step.types["return"]
                if step.error is None and declared in RESULTS:
                    assert isinstance(step.result, RESULTS[declared]), step.line
                assert "\n" not in step.line
                assert step.line.lstrip().startswith(step.function + "(")
                assert step.url.endswith("/" + step.function)
                assert "object at 0x" not in step.line


def test_the_deciding_step_is_the_innermost_refusal() -> None:
    op = replay_traced(
        {
            "userns": {"M": {"uid_map": [[0, 10000, 10]]}},
            "mounts": {"m": {"userns": "M"}},
            "ops": [{"op": "mkdir", "path": "d"}],
        }
    )[0]
    assert op.err == "EOVERFLOW"
    step = deciding(op.steps)
    assert step is not None
    assert step.function == "may_create"
    assert [s.function for s in op.steps if s.error] == ["vfs_mkdir", "may_create"]
    assert "cannot store the caller's fsuid" in step.line


def test_what_a_capability_overrides_does_not_decide() -> None:
    op = replay_traced(
        {
            "setup": [{"type": "file", "path": "f", "kuid": 5, "mode": "0000"}],
            "ops": [{"op": "open", "path": "f", "flags": "r"}],
        }
    )[0]
    assert op.err is None
    assert any(step.error for step in op.steps)
    assert not any(step.decides for step in op.steps)


def test_another_threads_calls_are_not_recorded() -> None:
    mnt = VfsMount(SuperBlock().s_root)
    with recording() as steps:
        thread = Thread(target=vfs_statx, args=(Task(), KernelPath(mnt, mnt.mnt_root)))
        thread.start()
        thread.join()
    assert steps == []


ids = st.one_of(st.integers(0, 200), st.integers(0, INVALID), st.just(INVALID))
small = st.lists(st.integers(1, 30), min_size=1, max_size=7)


def build(counts: list[int], inside: int, outside: int) -> IdMap:
    rows = []
    for count in counts:
        rows.append((inside, outside, count))
        inside, outside = inside + count + 1, outside + count + 2
    return IdMap(rows)


@given(small, small, ids, st.booleans())
def test_make_and_from_are_inverse_where_both_map(
    mount: list[int], filesystem: list[int], id: int, initial: bool
) -> None:
    rows = build(mount, 0, 1000)
    idmap = MntIdmap("m", rows, rows)
    fs_rows = build(filesystem, 0, 50)
    fs = init_user_ns if initial else UserNamespace("fs", init_user_ns, uid_map=fs_rows,
                                                    gid_map=fs_rows)  # fmt: skip
    vfsuid = make_vfsuid(idmap, fs, kuid_t(id))
    if vfsuid != INVALID:
        assert from_vfsuid(idmap, fs, vfsuid) == id
        assert make_vfsgid(idmap, fs, kgid_t(id)) == vfsuid
    kuid = from_vfsuid(idmap, fs, vfsuid_t(id))
    if kuid != INVALID:
        assert make_vfsuid(idmap, fs, kuid) == id
        assert from_vfsgid(idmap, fs, vfsgid_t(id)) == kuid


@given(ids)
def test_nop_passes_everything_and_invalid_nothing(id: int) -> None:
    fs = UserNamespace("fs", init_user_ns)
    assert make_vfsuid(nop_mnt_idmap, fs, kuid_t(id)) == id
    assert from_vfsuid(nop_mnt_idmap, fs, vfsuid_t(id)) == id
    assert make_vfsuid(invalid_mnt_idmap, fs, kuid_t(id)) == INVALID
    assert from_vfsgid(invalid_mnt_idmap, fs, vfsgid_t(id)) == INVALID
