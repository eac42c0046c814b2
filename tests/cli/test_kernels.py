# SPDX-License-Identifier: BSD-3-Clause
"""
Kernels, filesystems, and reasons on the command line
=====================================================

Every release and type of the model's tables is listed with what the model says of it; ``--why``
adds a reason to each operation and changes nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from kfuncviz.cli import main
from kfuncviz.model.filesystems import FILESYSTEMS, SERVED, allows_idmap
from kfuncviz.model.releases import CHANGES, NEWEST, RECORDED, STABLE, Change, release
from kfuncviz.scenario.load import load
from kfuncviz.scenario.machine import replay
from kfuncviz.scenario.replay import replay_traced

Capture = pytest.CaptureFixture[str]


def test_every_kernel_and_every_change_is_listed(capsys: Capture) -> None:
    assert main(["kernels"]) == 0
    out = capsys.readouterr().out
    rows = dict(re.findall(r"^(\d+\.\d+) +(\d+\.\d+\.\d+) ", out, re.MULTILINE))
    assert rows == {f"{a}.{b}": f"{a}.{b}.{c}" for (a, b), c in STABLE.items()}
    asked = re.findall(r"^\d+\.\d+ +\S+ +(\d.*)$", out, re.MULTILINE)
    assert ", ".join(asked) == ", ".join(map(str, RECORDED))
    listed, named, told = out.split("\n\n")
    assert listed.splitlines()[:2] == [
        "release  newest known  asked",
        "5.12     5.12.19       - (follows the source)",
    ]
    assert "\n6.1      6.1.192       6.1.170, 6.1.192\n" in listed
    assert named == f"A scenario that names no kernel is asked of {NEWEST}."
    assert told == f"What differs:\n{''.join(map(said, in_time(CHANGES.values())))}"


def in_time(found: Iterable[Change]) -> list[Change]:
    """Changes in the order of the releases that brought them."""
    return sorted(found, key=lambda change: change.since)


def said(change: Change) -> str:
    """A change in two lines: since when and what, whence it is known and of how many kernels."""
    asked = len(change.asked)
    assert change.source
    assert asked
    kernels = "1 kernel" if asked == 1 else f"{asked} kernels"
    since = f"{change.since[0]}.{change.since[1]}"
    return f"{since}: {change.text}\n    {change.source}; asked of {kernels}\n"


@pytest.mark.parametrize("name", ["5.12", "6.1.14", "6.1.15", "6.12.43", "7.3", "7.3.99"])
def test_one_kernel_is_told_with_what_it_has_and_what_it_lacks(capsys: Capture, name: str) -> None:
    kernel = release(name)
    assert main(["kernels", name]) == 0
    out, err = capsys.readouterr()
    asked = "was asked" if kernel in RECORDED else "was not asked; follows the source"
    has = [change for change in CHANGES.values() if change.holds(kernel)]
    lacks = [change for change in CHANGES.values() if not change.holds(kernel)]
    told = [
        "".join(map(said, in_time(some))) or "nothing that is modelled\n" for some in (has, lacks)
    ]
    assert out == f"{kernel}: {asked}\n\nIt has:\n{told[0]}\nIt lacks:\n{told[1]}"
    newer = (
        "7.3.99 is newer than 7.3.4, the newest of its branch known here, whose rules are followed"
    )
    assert err == (f"kfuncviz: VERSION: note: {newer}\n" if name == "7.3.99" else "")


def test_a_kernel_that_is_not_modelled_is_refused_by_name(capsys: Capture) -> None:
    assert main(["kernels", "4.19"]) == 2
    assert "no idmapped mounts in 4.19; 5.12 is the first" in capsys.readouterr().err


@pytest.mark.parametrize("kernel", [None, "5.12", "6.1", "6.12.43", "7.2"])
def test_every_filesystem_is_listed(capsys: Capture, kernel: str | None) -> None:
    assert main(["filesystems", *(["--kernel", kernel] if kernel else [])]) == 0
    out = capsys.readouterr().out
    rows = re.findall(r"^(\S+) +(never|since \S+) +(yes|no) +(.*)$", out, re.MULTILINE)
    version = release(kernel) if kernel else NEWEST
    assert [name for name, *_ in rows] == list(FILESYSTEMS)
    for name, since, allowed, modelled in rows:
        fs = FILESYSTEMS[name]
        assert (since == "never") == (fs.idmap is None)
        assert (allowed == "yes") == allows_idmap(name, version)[0]
        assert modelled == ("its own rules too" if fs.modelled else "no more than that")
    assert out.splitlines()[0].split() == ["type", "idmapped", "in", str(version), "modelled"]
    assert {line.index("since") for line in out.splitlines() if "since" in line} == {13}
    assert {len(re.split(r" (?=yes|no  )", line)[0]) for line in out.splitlines()[1:]} == {24}


@pytest.mark.parametrize("name", FILESYSTEMS)
def test_one_filesystem_is_answered_with_its_reason(capsys: Capture, name: str) -> None:
    for kernel in ("5.12", "7.3"):
        allowed, reason = allows_idmap(name, release(kernel))
        fs = FILESYSTEMS[name]
        assert main(["filesystems", name, "--kernel", kernel]) == (0 if allowed else 1)
        asked = "a kernel" if fs.measured(release(kernel)) else "no such kernel"
        wanted = [
            f"{'yes' if allowed else 'no'}: {reason} (kernel {release(kernel)}; {asked} was asked)"
        ]
        wanted += [f"source: {fs.idmap.source}"] if fs.idmap else []
        assert fs.idmap is None or fs.idmap.source not in ("", fs.note)
        wanted += [
            "modelled: the rules of the VFS and what this type does otherwise"
            if fs.modelled
            else f"not modelled: what {name} does otherwise; a replay follows the rules of the VFS"
        ]
        wanted += ["besides, a server keeps the files and may refuse by rules of its own"] * (
            name in SERVED
        )
        assert capsys.readouterr() == ("\n".join(wanted) + "\n", "")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["xyzfs"], "nothing is known of filesystem type 'xyzfs'; known: 9p, "),
        (["EXT4"], "kfuncviz: did you mean ext4?\n"),
        (["fuse.sshfs"], "kfuncviz: did you mean fuse?\n"),
        (["ext4", "--kernel", "4.19"], "no idmapped mounts in 4.19"),
        (["--kernel", "x\x1b"], r"'x\x1b' is not a kernel release"),
    ],
)
def test_what_is_not_known_is_said(capsys: Capture, arguments: list[str], problem: str) -> None:
    assert main(["filesystems", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert problem in err
    assert ("did you mean" in err) == (arguments[0] in ("xyzfs", "EXT4", "fuse.sshfs"))


@pytest.mark.parametrize(
    "name", ["unmapped-parent-directory", "groups-only", "filesystem-that-cannot-be-idmapped"]
)
def test_why_adds_a_reason_and_changes_nothing(capsys: Capture, name: str, tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text(json.dumps(load(name)))
    assert main(["replay", "--why", str(path)]) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    reasons = [op.pop("why") for op in answer["ops"]]
    assert answer == json.loads(json.dumps(replay(load(name))))
    expected = [op.why and op.why.as_dict() for op in replay_traced(load(name)).ops]
    assert reasons == json.loads(json.dumps(expected))
    assert any(reasons)
    assert main(["replay", "--as", "text", str(path)]) == 0
    assert capsys.readouterr().out == f"{replay_traced(load(name))}\n"


def test_notes_stand_beside_plain_json(capsys: Capture, tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text(json.dumps(load("groups-only")))
    assert main(["replay", str(path)]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out) == json.loads(json.dumps(replay(load("groups-only"))))
    assert err == (
        f"kfuncviz: {path}: line 1: note: userns.groups_only: uid_map was never written: every uid "
        "is 65534\n"
    )
