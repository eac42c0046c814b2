# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz doctor
===============

Pieces from files and from standard input, as text and as JSON; the exit status; what is unusable.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from kfuncviz.cli import main
from kfuncviz.dialects.registry import TEXT_MAX

Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    status = main(["doctor", *arguments])
    return status, *capsys.readouterr()


def test_pieces_of_several_files_are_one_situation(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "subuid").write_text("me:100000:65536\n")
    (tmp_path / "run").write_text("podman run --userns=keep-id -v /data:/data img\n")
    files = [str(tmp_path / name) for name in ("subuid", "run")]
    status, out, err = run(capsys, *files, "--question", "owned by 1000")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert "  uid: on disk 1000 -> in the mount 1000 -> intermediate 0 -> you see 1000" in lines
    assert lines[lines.index("assumed") + 1 :][:3] == [
        "  podman runs without root, as me",
        "  whoever runs it has uid 1000 and gid 1000 (the output of id would say)",
        "  /etc/subgid gives the same ranges as /etc/subuid",
    ]
    assert lines[-1].startswith("  kfv1.")


def test_standard_input_is_a_piece(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    pasted = io.TextIOWrapper(io.BytesIO(b"X-mount.idmap=b:0:1000:1"))
    monkeypatch.setattr(sys, "stdin", pasted)
    status, out, _ = run(capsys, "--question", "disk 1000", "--as", "json")
    assert status == 1
    told = json.loads(out)
    assert out.startswith('{\n "')
    assert told["repairs"][0] == {
        "text": "X-mount.idmap=b:1000:0:1", "dialect": "x-mount.idmap",
        "words": "the columns turned round",
    }  # fmt: skip
    assert told["findings"][0]["name"] == "swapped columns"
    assert told["lost"].startswith("the mount idmap loses uid 1000")
    assert (told["err"], told["uid"]["lost"], told["question"]["ids"]) == (
        None, "nowhere", [1000, 1000],
    )  # fmt: skip
    assert told["scenario"]["mounts"] == {"mount": {"userns": "of_mount"}}


def test_what_is_refused_is_a_status(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "map").write_text("0 1000000 1\n1 100000 15665550\n")
    status, out, _ = run(capsys, str(tmp_path / "map"))
    assert status == 1
    assert "overlaps row 1" in out
    assert "\nanswer\n" not in out


def test_a_kernel_there_is_not_is_unusable(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("X-mount.idmap=b:0:1000:1\nLinux 99.1\n")
    status, out, err = run(capsys, str(tmp_path / "new"))
    assert (status, out) == (2, "")
    assert err.startswith("kfuncviz: settings.kernel: '99.1' is not a modelled release")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("X-mount.idmap=b:1000:0:1", 0),
        ("hello world", 2),
        ("", 2),
        ("touch: Value too large for defined data type", 1),
        ("mount_setattr: Device or resource busy", 1),
        ("lxc.idmap = b 0 10000 65536\nroot:100000:65536", 1),
    ],
    ids=["well", "nonsense", "nothing", "an errno", "a mount's errno", "not in /etc/subuid"],
)
def test_the_exit_status_says_how_it_is(
    capsys: Capture, tmp_path: Path, text: str, status: int
) -> None:
    (tmp_path / "paste").write_text(text)
    assert run(capsys, str(tmp_path / "paste"))[0] == status


def test_a_text_that_fits_several_dialects_can_be_named(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "paste").write_text("0:1000:1")
    paste = str(tmp_path / "paste")
    assert "read as x-mount.idmap" in run(capsys, paste)[1]
    assert "read as podman" in run(capsys, paste, "--read-as", "podman")[1]
    assert "read as x-mount.idmap" in run(capsys, paste, "--read-as", "morse")[1]


def test_what_is_no_text_is_read_with_signs_in_its_place(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "paste").write_bytes(b"\xff\xfe\nX-mount.idmap=b:1000:0:1\n")
    status, out, err = run(capsys, str(tmp_path / "paste"))
    assert (status, err) == (0, "")
    assert "read as x-mount.idmap" in out
    (tmp_path / "long").write_bytes(b" " * (TEXT_MAX + 1))
    assert run(capsys, str(tmp_path / "long")) == (
        2, "", f"kfuncviz: {tmp_path}/long: more than {TEXT_MAX} bytes\n",
    )  # fmt: skip
