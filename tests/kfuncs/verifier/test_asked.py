# SPDX-License-Identifier: BSD-3-Clause
"""The shortest way to a verdict says what the long way says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kfuncviz.kfuncs.verifier import Program, ask, check_call, kfunc, origin, result

WALKED = "file->f_path.mnt of a trusted file"


@pytest.mark.parametrize("at", ["6.12", "6.18", "7.3"])
@pytest.mark.parametrize("sleepable", [False, True])
def test_one_pointer(at: str, sleepable: bool) -> None:
    asked = ask("bpf_is_idmapped_mnt", "LSM", WALKED, at, sleepable=sleepable)
    arg = origin(WALKED, at, sleepable=sleepable)
    long = check_call(
        kfunc("bpf_is_idmapped_mnt", at), Program("LSM", sleepable=sleepable), [arg], at
    )
    assert (asked.verdict.rule, asked.verdict.message) == (long.rule, long.message)
    assert asked.args == (replace(arg, origin=WALKED),)
    assert asked.fn == kfunc("bpf_is_idmapped_mnt", at)


def test_an_idmap_comes_before_an_inode() -> None:
    asked = ask("bpf_inode_into_vfs_ids", "LSM", "file->f_inode of a trusted file", "6.12")
    assert asked.args[0] == result(kfunc("bpf_file_mnt_idmap", "6.12"), "6.12")
    assert asked.verdict.accept


def test_flags_are_added_and_the_iterator_is_known_by_its_place() -> None:
    seen = "ctx->file in iter/task_file"
    strict = ask("bpf_get_file_vfs_ids", "TRACING", seen, "6.12", "KF_TRUSTED_ARGS")
    assert strict.fn.flags == {"KF_TRUSTED_ARGS"}
    assert strict.verdict.message == "R1 must be referenced or trusted"
    assert strict.verdict.measured
    assert ask("bpf_file_mnt_idmap", "TRACING", seen, "6.12").verdict.measured
    assert not ask("bpf_file_mnt_idmap", "LSM", seen, "6.12").verdict.measured
