# SPDX-License-Identifier: BSD-3-Clause
"""
kfuncviz convert
================

The converted text alone on standard output, everything said about it on standard error; statuses;
what the text does not say as options.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from kfuncviz.cli import main
from kfuncviz.dialects.registry import known

HOLE = (
    "remark: the container, uids: no row for 65535 (1 id, off by one): chown to it is "
    "EINVAL; most images use 0...65535"
)
IDMAP = "uids=0-7-1;gids=0-7-1"
LAST = "inside 65534 = outside 165534"
NO_GIDS = "a gid_map that nobody writes makes every gid 65534"
Capture = pytest.CaptureFixture[str]


def run(capsys: Capture, *arguments: str) -> tuple[int, str, str]:
    try:
        status = main(["convert", *arguments])
    except SystemExit as end:
        status = int(end.code or 0)
    out, err = capsys.readouterr()
    return status, out, err


def test_the_answer_alone_is_written(capsys: Capture) -> None:
    status, out, err = run(
        capsys, "--from", "x-mount.idmap", "--to", "mount-idmapped", "--text", "b:1000:0:1"
    )
    assert (status, out) == (0, "mount-idmapped --map-mount b:1000:0:1 SRC DST\n")
    assert err.splitlines() == [
        "kfuncviz: read as x-mount.idmap: [u:|g:|b:]DISK:MOUNT:COUNT, parted by spaces",
        "kfuncviz: the mount, uids and gids: disk = mount",
        "kfuncviz:   1000 = 0 (1 id)",
        "kfuncviz:   1 id in all, the last: disk 1000 = mount 0",
    ]
    quiet = ("--from", "x-mount.idmap", "--to", "proc", "--text", "b:1000:0:1", "--quiet")
    assert run(capsys, *quiet) == (0, "1000 0 1\n", "")


def test_without_a_target_a_text_is_explained(capsys: Capture) -> None:
    status, out, err = run(capsys, "--from", "lxc", "--text", "u 0 100000 65535")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "read as lxc: u|g INSIDE OUTSIDE COUNT",
        "the container, uids: inside = outside",
        "  0...65534 = 100000...165534 (65535 ids)",
        "  65535 ids in all (1 fewer than the usual 65536), the last: " + LAST,
        HOLE,
        "remark: the container has rows for uids alone: " + NO_GIDS,
    ]


@pytest.mark.parametrize("target", [(), ("--to", "proc")])
def test_every_reading_is_shown_where_there_are_several(
    capsys: Capture, target: tuple[str, ...]
) -> None:
    status, out, err = run(capsys, "--text", "0:1000:1", *target)
    assert status == (2 if target else 0)
    assert out.count("read as ") == 4
    assert "read as unshare" in out
    assert err == (
        "kfuncviz: the text can be meant in 4 ways; name one with --from: subuid, x-mount.idmap, "
        "unshare, podman\n"
    )


def test_an_unmistakable_text_needs_no_name(capsys: Capture) -> None:
    status, out, err = run(capsys, "--to", "proc", "--text", "lxc.idmap = u 0 5 1")
    assert (status, out) == (0, "/proc/PID/uid_map:0 5 1\n")
    assert err.startswith("kfuncviz: read as lxc: ")
    assert run(capsys, "--text", "hello") == (
        2, "", "kfuncviz: the text is in no dialect that is known; name one with --from\n"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (("--from", "x-mount.idmap", "--to", "lxc", "--text", "b:1:0:1"), 1,
         "refused: lxc.idmap describes a user namespace"),
        (("--from", "lxc", "--to", "proc", "--text", "u 0 5"), 2,
         "line 1 column 3: '0 5' is not INSIDE OUTSIDE COUNT"),
        (("--from", "lxc", "--text", "u 0 5"), 2, "line 1 column 3: '0 5' is not"),
        (("--from", "lxc", "--to", "proc", "--text", "u 0 5 1\nu 0 5 1"), 1,
         "refused: line 2 column 3: EINVAL: uid map of the container: id 0 of col 1 overlaps"),
        (("--from", "lxc", "--text", "u 0 5 1\nu 0 5 1"), 1, "refused: line 2 column 3: EINVAL"),
        (("--from", "lxd", "--text", "x"), 2, "no dialect 'lxd'; --list has them all"),
        (("--text", "x", "FILE"), 2, "either --text or a FILE, not both"),
        (("--crun", "new", "--text", "x"), 2, "'new' is not a version such as 1.8.1"),
        (("--subuid", "no/such/file", "--text", "x"), 2, "no/such/file: No such file"),
        (("--subuid", "me:1:0", "--text", "x"), 2, "a count of 0 gives nothing"),
        (("--self", "x", "--text", "x"), 2, "'x' is not a whole number from 0 to 4294967294"),
        (("no/such/file",), 2, "no/such/file: No such file"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_a_line_and_a_status(
    capsys: Capture, arguments: tuple[str, ...], status: int, complaint: str
) -> None:
    found, out, err = run(capsys, *arguments)
    assert found == status
    assert complaint in err.splitlines()[-1]
    assert "--to" not in arguments or out == ""


def test_files_and_standard_input(
    capsys: Capture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "map").write_text("u 0 5 1\n")
    (tmp_path / "subuid").write_text("# ours\nme:100000:10\n")
    wanted = (0, "0 5 1\n", "")
    given = ("--from", "lxc", "--to", "uid_map", "--quiet")
    assert run(capsys, *given, str(tmp_path / "map")) == wanted
    for name in ((), ("-",)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"u 0 5 1\n")))
        assert run(capsys, *given, *name) == wanted
    keep = ("--from", "podman", "--to", "uid_map", "--quiet", "--rootless", "--self", "1000:100")
    text = ("--text", "podman run --userns=keep-id:uid=3")
    for ranges in (str(tmp_path / "subuid"), "me:100000:10"):
        assert run(capsys, *keep, *text, "--subuid", ranges) == (
            0, "0 100000 3\n3 1000 1\n4 100003 7\n", ""
        )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "out"),
    [
        (("--from", "x-mount.idmap", "--after-manual", "--text", "b:0:1000:1"), "1000 0 1\n"),
        (("--from", "podman-idmap", "--crun", "1.8", "--text", IDMAP), "7 0 1\n"),
        (("--from", "podman-idmap", "--crun", "1.8.1", "--text", IDMAP), "0 7 1\n"),
        (("--from", "bubblewrap", "--self", "7", "--text", "bwrap --uid 0 --gid 0"), "0 7 1\n"),
        (("--from", "unshare", "--subuid", "a:5:5", "--subgid", "a:6:6", "--text",
          "unshare --map-auto"), "/proc/PID/uid_map:0 5 5\n/proc/PID/gid_map:0 6 6\n"),
        (("--from", "unshare", "--subuid", "a:5:5\nb:9:9", "--user", "b", "--text",
          "unshare --map-auto"), "0 9 9\n"),
        (("--from", "unshare", "--util-linux", "2.38.1", "--text", "unshare --map-users=5,0,1"),
         "/proc/PID/uid_map:0 5 1\n"),
    ],
)  # fmt: skip
def test_options_say_what_the_text_does_not(
    capsys: Capture, arguments: tuple[str, ...], out: str
) -> None:
    assert run(capsys, "--to", "proc", "--quiet", *arguments) == (0, out, "")


def test_a_container_s_map_is_attached(capsys: Capture) -> None:
    text = ("--text", "lxc.idmap = u 0 5 1\nlxc.idmap = g 0 5 1", "--quiet", "--attached")
    assert run(capsys, "--to", "x-mount.idmap", *text) == (0, "X-mount.idmap=b:0:5:1\n", "")


def test_the_owner_of_the_directory(capsys: Capture) -> None:
    bind = ("--text", "systemd-nspawn --private-users=5 --bind=/a:/b:rootidmap", "--owner", "7:8")
    _, out, _ = run(capsys, *bind)
    assert "bind /b, uids: disk = mount\n  7 = 5 (1 id)" in out
    assert "bind /b, gids: disk = mount\n  8 = 5 (1 id)" in out


def test_all_dialects_are_listed(capsys: Capture) -> None:
    status, out, err = run(capsys, "--list")
    assert (status, err) == (0, "")
    for name, dialect in known().items():
        assert f"{name:15} {dialect.columns}\n{'':15} {dialect.source}\n" in out


def test_nothing_that_a_terminal_obeys_is_written(capsys: Capture) -> None:
    text = 'services:\n  a:\n    user: "\\e[2J"\n'
    _, out, _ = run(capsys, "--from", "compose", "--text", text)
    assert r"\x1b[2J" in out
    assert out.replace("\n", "").isprintable()


def test_ranges_that_nobody_named_are_asked_for(capsys: Capture, tmp_path: Path) -> None:
    (tmp_path / "daemon.json").write_text('{"userns-remap": "me"}')
    status, out, err = run(
        capsys, "--from", "docker-remap", "--to", "proc", str(tmp_path / "daemon.json")
    )
    assert (status, out) == (2, "")
    assert err.splitlines() == [
        f"kfuncviz: userns-remap: takes the lines of 'me' in /etc/{file}: --{file} FILE with them"
        for file in ("subuid", "subgid")
    ]
