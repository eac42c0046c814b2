# SPDX-License-Identifier: BSD-3-Clause
"""
What people asked
=================

Public questions about owners under user namespaces, as scenarios with the kernel's answers, and
some more of the same kinds.  The answer must be the kernel's and say what helps: which directory
refused, which id has no row in which map, which capability did not count, which map nobody wrote.
Questions about rows alone are answered by ``check-map``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.cli import main
from kfuncviz.scenario.checking.validate import validate
from kfuncviz.scenario.machine import replay
from kfuncviz.scenario.replay import replay_traced
from tests.compare import differences

Capture = pytest.CaptureFixture[str]
CASES = {
    line["scenario"]["id"]: line
    for line in map(json.loads, (Path(__file__).parent / "kernel.jsonl").read_text().splitlines())
}

#: What a helpful answer says: case, operation (or None for a note), and words of its line.
HELPFUL = [
    ("unmapped-parent", 0, "EACCES at p_root: "),
    ("unmapped-parent", 0, "CAP_DAC_OVERRIDE does not count: owner and group have no row in the "),
    ("unmapped-parent", 1, 'uid 300000 has no row in rootless.uid_map ("0 1000 1", "1 100000 '),
    ("unmapped-parent", 2, "ok: 65534 [no name here]:65534 [no name here] (on disk 0:0) 0755 dir"),
    ("pod-volume-run-mkdir", 1, "EACCES at .: "),
    ("pod-volume-run-mkdir", 1, "CAP_DAC_OVERRIDE does not count"),
    ("pod-volume-run-mkdir", 2, "ok: 0:0 0755 dir"),
    ("bwrap-fchown-einval", 0, "EPERM: only CAP_CHOWN over the inode may change its owner; the "),
    ("bwrap-fchown-einval", 1, "EINVAL: uid 0 is no id in the caller's user namespace; uid 0 has"),
    ("acl-copy-unmapped-group", 0, "group:4294967295 (nobody: no number here):rwx"),
    ("acl-copy-unmapped-group", 1, "ACL entry group:4294967295"),
    ("acl-copy-unmapped-group", 2, 'gid 500 has no row in one.gid_map ("1001 1001 1")'),
    ("acl-copy-workaround", 2, "ok: 1001:1001 0664 file"),
    (
        "homed-chown",
        1,
        "EOVERFLOW: the filesystem cannot store the new owner or group; gid 600011 ",
    ),
    ("homed-chown", 1, 'the row "600011 600011 1" would give it one'),
    ("homed-chown-repaired", 1, "ok: 0:12 (on disk 65534:600011) 0755 dir"),
    ("keep-id-root-remote-user", 2, "ok: 0:0 (on disk 100000:100000) 0644 file"),
    ("keep-id-root-remote-user", 3, "ok: 0:0 (on disk 1000:1000) 0755 dir"),
    ("only-gid-rows", None, "userns.ct: uid_map was never written: every uid is 65534"),
    ("only-gid-rows", None, "mounts.root: EINVAL: the uid_map of ct was never written"),
    ("only-gid-rows", 0, "65534 [no name here]:106 (on disk 0:104) 0660 chr"),
    ("mknod-in-userns", 0, "CAP_MKNOD does not count: not over the initial namespace"),
    ("mknod-in-userns", 2, "ok: 0:0 (on disk 100000:100000) 0644 chr"),
    ("default-acl-in-home", 2, "EACCES at home/storage: the mode bits for others do not grant "),
    ("default-acl-in-home", 3, "ok: user_obj::rwx, group_obj::---, other::---; 0:0"),
    ("bpf-lsm-who-owns-what-is-created", 0, "ok: 0:0 (on disk 2147352576:2147352576)"),
    ("hardlink-shifted-twice", 4, "65534 [no name here]:65534 [no name here] (on disk 200000"),
    ("k1-sticky", 0, "CAP_FOWNER does not count: owner and group have no row in the caller's"),
    ("k1-sticky", 1, "CAP_FOWNER does not count: group has no row in the caller's namespace; gid"),
    (
        "k1-setcap",
        0,
        "CAP_SETFCAP does not count: group has no row in the caller's namespace; gid 0",
    ),
    (
        "k1-touch",
        0,
        "CAP_FOWNER does not count: owner has no row in the caller's namespace; uid 10",
    ),
    ("k1-host-root-through-a-narrow-mount", 0, "owner and group have no row in the mount; uid 0"),
    ("k1-host-root-through-a-narrow-mount", 2, "EACCES at d: "),
    ("k1-host-root-through-a-narrow-mount", 4, "EOVERFLOW at .: "),
    ("k1-nested", 0, 'uid 100000 has no row in inner.uid_map ("0 1000 1000"), and gid 1000'),
    ("ok-bind-keeps-number", 2, 'uid 70000 has no row in pod.uid_map ("0 100000 65536")'),
    ("ok-group-access", 2, "the caller has no CAP_CHOWN"),
    ("ok-two-mounts", 0, "EXDEV: the two paths go through different mounts"),
    ("k4-only-users", None, "userns.ct: gid_map was never written: every gid is 65534"),
    ("k4-only-users", 1, "ct.gid_map was never written: no gid has a row"),
    ("k4-neither", None, "userns.ct: uid_map was never written: every uid is 65534"),
    ("k4-child-of-refused", 0, "NOCALLER: EINVAL at callers.i: userns inner could not be made: EP"),
    ("k4-child-of-refused", 1, "outer has no single row that holds all of 1000...1999; its rows"),
    (
        "k4-bounding",
        0,
        "EACCES: the mode bits for others do not grant read; the caller has no CAP_",
    ),
]

GID_HOLE = """0 100000 44
44 44 1
45 100045 59
104 104 1
105 100105 860
1005 1005 1
1006 101006 64530"""
SHIFTED = "0 100000 44\n44 44 1\n45 100045 59\n104 104 1\n105 101105 64432"
DENY = "--deny-setgroups"

#: Arguments of check-map, the exit status, and words of the answer.
ROWS: list[tuple[list[str], int, str]] = [
    # canonical/lxd#3208, canonical/lxd#3901, lxc/lxd-pkg-ubuntu#19
    (["subuid", "--text", "user:100000:65536\nlxd:165536:65536\nroot:165536:65536"], 0,
     "remark: line 3: the same range as line 2 (lxd)"),
    # golang/go#10626, opencontainers/runc#1800, containers/crun#1072
    (["gid_map", "--text", "0 5000 1", "--self", "12166:5000", DENY], 0, "accepted: 1 row"),
    (["gid_map", "--text", "0 1000 1", "--self", "23689:1000", DENY], 0, "accepted: 1 row"),
    (["uid_map", "--text", "0 1001 1", "--self", "1001:1002"], 0, "accepted: 1 row"),
    (["gid_map", "--text", "0 1001 1", "--self", "1001:1002", DENY], 1, "EPERM: needs CAP_SETGID"),
    # containers/crun#1088, tailhook/unshare PR#27, sabotage PR#569
    (["gid_map", "--text", "0 1000 1", "--self", "1000"], 1, "after writing 'deny' to setgroups"),
    (["gid_map", "--text", "0 1000 1", "--self", "1000", DENY], 0, "accepted"),
    # a public Proxmox guide: 860 should be 900
    (["gid_map", "--text", GID_HOLE], 0, "no row for 965...1004 (40 ids)"),
    (["gid_map", "--text", GID_HOLE], 0, "line 5 with a count of 900 would hold them"),
    # a public Frigate guide: 101105 should be 100105, and the last row reaches one too far
    (["gid_map", "--text", SHIFTED], 0, "it would be 105 = 100105"),
    (["gid_map", "--text", SHIFTED], 0, "no row for 64537...65535 (999 ids)"),
    (["gid_map", "--text", SHIFTED], 0, "line 5 reaches 165536 of col 2, 1 past the end"),
    # further ones
    (["subuid", "--text", "lxd:100000:65536\nroot:100000:65536"], 0, "remark: line 2: the same"),
    (["subgid", "--text", "a:100000:65536\nb:165535:65536"], 0, "overlaps line 1 (a): two users"),
    (["subuid", "--text", "root:100000:65536\nroot:100000:65536"], 0, "are counted twice"),
    (["uid_map", "--text", "0 100000 65535"], 0, "no row for 65535 (1 id, off by one)"),
    (["uid_map", "--text", "0 100000 1000\n1000 1000 1\n1001 101002 64534"], 0, "(off by one)"),
    (["uid_map", "--text", "0 100000 1000\n1001 101001 64535"], 0, "no row for 1000 (1 id"),
    (["uid_map", "--text", "0 1000 1\n1 100000 65535"], 0, "accepted: 2 rows"),
]  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_answer_is_the_kernels(name: str) -> None:
    assert differences(CASES[name]["result"], replay(CASES[name]["scenario"])) == []


@pytest.mark.parametrize("name", CASES)
def test_what_is_asked_is_told_with_its_source(name: str) -> None:
    scenario = CASES[name]["scenario"]
    assert scenario["title"]
    assert "#" in scenario["source"] or scenario["source"] == "made up for this test"


@pytest.mark.parametrize(("name", "number", "words"), HELPFUL)
def test_the_answer_helps(name: str, number: int | None, words: str) -> None:
    done = replay_traced(CASES[name]["scenario"])
    said = "\n".join(done.notes) if number is None else str(done[number])
    assert words in said


HOMED: dict[str, Any] = CASES["homed-chown"]["scenario"]
MAPPED = {"userns": {"m": {"uid_map": [[0, 100000, 65536]]}}, "mounts": {"v": {"userns": "m"}},
          "ops": [{"op": "stat", "path": "."}]}  # fmt: skip

#: Other kernels and filesystems: scenario, type, kernel, number of the operation, words of it.
ELSEWHERE: list[tuple[dict[str, Any], str, str, int, str]] = [
    # containers/podman#14203, containers/podman#12590: a homed directory on xfs
    (HOMED, "xfs", "5.17", 0, "ok: 0:0 (on disk 65534:65534)"),
    (
        HOMED,
        "xfs",
        "5.17",
        1,
        "EINVAL: the mount has no row for the new owner or group; gid 600011",
    ),
    (HOMED, "xfs", "6.18", 1, "EOVERFLOW: "),
    (HOMED, "tmpfs", "5.17", 1, "NOMOUNT: EINVAL at mounts.home: tmpfs can be idmapped only since"),
    # containers/podman#17129, #22002, #14766, #20801: volumes on nfs
    (MAPPED, "nfs", "6.18", 0, "NOMOUNT: EINVAL at mounts.v: nfs cannot be idmapped by any kernel"),
    # further ones
    (MAPPED, "ext4", "5.15", 0, "ok: 100000:100000 (on disk 0:0) 0777 dir"),
    (MAPPED, "btrfs", "5.14", 0, "btrfs can be idmapped only since 5.15"),
    (MAPPED, "tmpfs", "6.2", 0, "tmpfs can be idmapped only since 6.3"),
    (MAPPED, "tmpfs", "6.3.1", 0, "ok: 100000:100000"),
    (MAPPED, "overlay", "7.2", 0, "overlay can be idmapped only since 7.3"),
    (MAPPED, "overlay", "7.3", 0, "ok: 100000:100000"),
    (MAPPED, "ext3", "6.18", 0, "the ext4 driver serves it, but only its type ext4 has the flag"),
    (MAPPED, "zfs", "6.12.43", 0, "ok: 100000:100000"),
    (MAPPED, "squashfs", "6.1.192", 0, "squashfs can be idmapped only since 6.2"),
]


@pytest.mark.parametrize(("scenario", "fs", "kernel", "number", "words"), ELSEWHERE)
def test_other_kernels_and_filesystems(
    scenario: dict[str, Any], fs: str, kernel: str, number: int, words: str
) -> None:
    asked = scenario | {"fs": {"type": fs}, "settings": {"kernel": kernel}}
    assert validate(asked) == []
    assert words in str(replay_traced(asked)[number])


def test_what_a_server_may_refuse_besides_is_said(capsys: Capture) -> None:
    (note,) = replay_traced({"fs": {"type": "nfs"}}).notes
    assert note.endswith("follows the rules of the VFS; its server may refuse by rules of its own")
    assert replay_traced({"fs": {"type": "xfs"}}).notes == ()
    assert main(["filesystems", "nfs"]) == 1
    assert "besides, a server keeps the files" in capsys.readouterr().out


@pytest.mark.parametrize("name", CASES)
def test_every_refusal_has_its_reason(name: str) -> None:
    for op in replay_traced(CASES[name]["scenario"]).ops:
        assert (op.err is None) == (op.why is None)


@pytest.mark.parametrize(("arguments", "status", "words"), ROWS)
def test_rows_are_judged(capsys: Capture, arguments: list[str], status: int, words: str) -> None:
    assert main(["check-map", "--as", *arguments]) == status
    assert words in capsys.readouterr().out


def test_the_command_answers_with_the_same_lines(capsys: Capture, tmp_path: Path) -> None:
    scenario: Any = CASES["only-gid-rows"]["scenario"]
    path = tmp_path / "case.json"
    path.write_text(json.dumps(scenario))
    assert main(["replay", "--as", "text", str(path)]) == 0
    assert capsys.readouterr().out == f"{replay_traced(scenario)}\n"
