# SPDX-License-Identifier: BSD-3-Clause
"""
The stick: the wheels a target needs, and the lines of its README in an empty environment

The wheels come from a folder made here.  The libraries of Jupyter are packed as their metadata
alone: that is what pip reads to tell whether something lacks.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import distribution
from pathlib import Path

import pytest

import kfuncviz as kv
from tools.stick import wheels
from tools.stick.__main__ import main, stick
from tools.stick.readme import ABSENT, readme
from tools.stick.targets import PLATFORMS, PYTHONS, Target, chosen, here

CUT = ["unshare", "--map-root-user", "--net"]


def names(target: Target) -> set[str]:
    return {entry.requirement.name for entry in wheels.needed(target)}


def packed(name: str, folder: Path) -> Path:
    """An installed library as a wheel again: PyYAML whole, of any other its metadata."""
    found = distribution(name)
    file = folder / f"{found.name.replace('-', '_')}-{found.version}-py3-none-any.whl"
    inside = re.sub(r"-py3.*", ".dist-info", file.name)
    parts = {
        f"{inside}/METADATA": (found.read_text("METADATA") or "").encode(),
        f"{inside}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if name == "pyyaml":
        for path in found.files or ():
            if path.suffix in {".py", ".so"}:
                parts[path.as_posix()] = path.read_binary()
    record = "".join(
        f"{part},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode()[:43]},\n"
        for part, data in parts.items()
    )
    with zipfile.ZipFile(file, "w") as archive:
        for part, data in (parts | {f"{inside}/RECORD": record.encode()}).items():
            archive.writestr(part, data)
    return file


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels, and a lock that holds their hashes."""
    folder = tmp_path_factory.mktemp("local")
    lines = []
    for entry in wheels.needed(here()):
        file = packed(entry.requirement.name, folder)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        version = distribution(entry.requirement.name).version
        lines.append(f"{entry.requirement.name}=={version} --hash=sha256:{digest}\n")
    (folder / "lock").write_text("".join(lines), "utf-8")
    return folder


@pytest.fixture
def offline(local: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pip knows that folder and nothing else."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(local))
    return local


def test_what_a_stick_is_for_is_chosen_by_name() -> None:
    assert chosen() == [here()]
    assert here().python == "{}.{}".format(*sys.version_info)
    both = chosen(PYTHONS[:2], ["macos-arm64", "linux-aarch64"])
    assert [*map(tuple, both)] == [
        (python, platform)
        for python in PYTHONS[:2]
        for platform in ("macos-arm64", "linux-aarch64")
    ]
    assert chosen([], ["windows-x86_64"]) == [Target(here().python, "windows-x86_64")]
    assert chosen(["3.14"]) == [Target("3.14", here().platform)]
    with pytest.raises(ValueError, match=r"^'3\.9' is none of 3\.11, 3\.12, 3\.13, 3\.14$"):
        chosen(["3.9"])
    with pytest.raises(ValueError, match=r"^'amiga' is none of linux-x86_64, .*, windows-x86_64$"):
        chosen(["3.12"], ["amiga"])


def test_pip_is_told_of_another_target_and_not_of_this() -> None:
    assert here().flags == []
    other = Target("3.14" if here().python != "3.14" else "3.13", "windows-x86_64")
    assert other.flags == ["--python-version", other.python, "--platform", "win_amd64"]
    for name, platform in PLATFORMS.items():
        assert all(
            tag.endswith(name.partition("-")[2]) for tag in platform.tags if tag != "win_amd64"
        )


def test_each_target_needs_what_it_alone_needs() -> None:
    linux, windows, macos = (
        names(Target("3.13", name)) for name in ("linux-x86_64", "windows-x86_64", "macos-arm64")
    )
    assert windows - linux == {"colorama", "pywinpty"}
    assert linux - windows == {"pexpect", "ptyprocess"}
    assert macos - linux == {"appnope"}
    assert names(Target("3.11", "linux-x86_64")) - linux == {"overrides"}
    assert {"pyyaml", "jupyterlab", "anywidget", "pandas", "matplotlib", "pandera"} <= linux
    assert not {"kfuncviz", "pytest", "ruff", "mypy", "playwright"} & linux


def test_wheels_of_another_target_are_asked_for_by_hash_and_nothing_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\necho "$*" > {tmp_path}/asked\nwhile [ "$1" != -r ]; do shift; '
                      f'done; cp "$2" {tmp_path}/wanted\n', "utf-8")  # fmt: skip
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    target = Target("3.13", "windows-x86_64")
    wheels.bring(target, tmp_path / "wheels")
    asked = (tmp_path / "asked").read_text("utf-8")
    assert asked.startswith("-m pip download ")
    flags = ("--only-binary :all:", "--require-hashes", "--no-deps", " ".join(target.flags))
    for said in (*flags, f"-d {tmp_path}/wheels"):
        assert f" {said} " in asked
    wanted = (tmp_path / "wanted").read_text("utf-8").splitlines()
    assert wanted == [str(entry) for entry in wheels.needed(target)]
    assert all(re.fullmatch(r"[\w-]+==\S+( --hash=sha256:[0-9a-f]{64})+", line) for line in wanted)


def test_a_lock_that_lacks_a_library_is_not_used(tmp_path: Path) -> None:
    text = wheels.LOCK.read_text("utf-8")
    (tmp_path / "lock").write_text(re.sub(r"(?m)^numpy==", "numpi==", text), "utf-8")
    with pytest.raises(wheels.Missing, match=r"^lock has no numpy for Python 3\.13 on macos-arm64"):
        wheels.needed(Target("3.13", "macos-arm64"), tmp_path / "lock")


def test_a_wheel_with_another_hash_does_not_come(offline: Path, tmp_path: Path) -> None:
    text = (offline / "lock").read_text("utf-8")
    (tmp_path / "lock").write_text(re.sub(r"(pyyaml==\S+ --hash=sha256:)....", r"\1dead", text))
    with pytest.raises(wheels.Missing, match=f"^the wheels for {here()} cannot be had: ") as told:
        wheels.bring(here(), tmp_path / "wheels", tmp_path / "lock")
    assert "\n" not in str(told.value)
    assert not [*tmp_path.glob("wheels/*")]


def test_make_brings_the_page_anew_and_passes_on_what_is_asked(root: Path) -> None:
    command = ["make", "-n", "stick", "PYTHON_VERSIONS=3.12 3.13", "PLATFORMS=macos-arm64"]
    told = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    slides, page, made = (told.index(f"tools{name}") for name in ("/slides.py", ".page", ".stick"))
    assert slides < page < made
    assert "-m tools.page || rm -f dist/kfuncviz.html" in told
    assert '-m tools.stick --pythons "3.12 3.13" --platforms "macos-arm64"' in told


def test_what_cannot_be_chosen_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["stick", str(tmp_path / "out"), "--platforms", "amiga"])
    with pytest.raises(SystemExit, match=r"^kfuncviz: 'amiga' is none of linux-x86_64, "):
        main()
    assert not (tmp_path / "out").exists()


def test_its_readme_fills_a_screen_and_says_what_lacks() -> None:
    targets = chosen(["3.12", "3.13"], ["linux-x86_64", "windows-x86_64"])
    text = readme(targets)
    assert len(text.splitlines()) <= 32
    assert max(map(len, text.splitlines())) <= 100
    assert text.count("pip install --no-index") == 2
    assert "Scripts" not in readme(targets[:1])
    assert "python3" not in readme(targets[1:2])
    assert readme(chosen(["3.13"], ["linux-aarch64", "macos-arm64"])).count("python3 -m") == 1
    assert text.isascii()
    assert "It needs Python 3.12 or 3.13, on linux-x86_64 or windows-x86_64.\n" in text
    assert ABSENT not in text
    assert f"  kfuncviz.html  {ABSENT}\n  slides/        the" in readme(targets, ["kfuncviz.html"])
    assert f"  slides/        {ABSENT}\n" in readme(targets, ["slides"])


def test_the_lines_of_its_readme_install_it_with_no_network(
    offline: Path, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, made = tmp_path / "stick", tmp_path / "made"
    (made / "slides").mkdir(parents=True)
    (made / "slides" / "00.html").write_text("slide", "utf-8")
    (out / "wheels").mkdir(parents=True)
    (out / "wheels" / "kfuncviz-0.0.0-py3-none-any.whl").write_text("of another day", "utf-8")
    assert stick(out, [here()], made, offline / "lock") == ("kfuncviz.html",)
    assert (out / "slides" / "00.html").read_text("utf-8") == "slide"
    assert (out / "crib.svg").read_bytes() == (root / "docs" / "crib.svg").read_bytes()
    chapters = {path.name: path.read_bytes() for path in (root / "notebooks").glob("*.ipynb")}
    assert {path.name: path.read_bytes() for path in (out / "notebooks").iterdir()} == chapters
    assert len([*(out / "wheels").glob("kfuncviz-*")]) == 1
    assert len([*(out / "wheels").iterdir()]) == len([*offline.glob("*.whl")]) + 1

    text = (out / "README.txt").read_text("utf-8")
    assert f"  kfuncviz.html  {ABSENT}\n" in text
    lines = re.findall(r"(?m)^    ((?:python3|~/kfuncviz-room).*)$", text)
    assert [line.split()[-1] for line in lines] == [
        "~/kfuncviz-room", "'kfuncviz[all]'", "~/kfuncviz-course", "~/kfuncviz-course"
    ]  # fmt: skip
    python = tmp_path / "bin" / "python3"
    python.parent.mkdir()
    python.write_text(f'#!/bin/sh\nexec "{sys._base_executable}" "$@"\n', "utf-8")
    python.chmod(0o755)
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    cut = CUT if subprocess.run([*CUT, "true"], check=False).returncode == 0 else []
    script = [
        *lines[:3],
        "cd ~",
        "kfuncviz-room/bin/kfuncviz --version",
        "kfuncviz-room/bin/kfuncviz replay one",
    ]
    (tmp_path / "one").write_text('{"ops": [{"op": "stat", "path": "."}]}', "utf-8")
    done = subprocess.run(
        [*cut, "sh", "-euc", "\n".join(script)],
        cwd=out,
        env=os.environ | {"HOME": str(tmp_path), "PATH": f"{python.parent}:{os.environ['PATH']}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    version, answer = done.stdout.splitlines()[-2:]
    assert version == f"kfuncviz {kv.__version__}"
    wanted = kv.Scenario({"ops": [{"op": "stat", "path": "."}]}).replay().result
    assert json.loads(answer) == json.loads(json.dumps(wanted))
    assert {path.name for path in (tmp_path / "kfuncviz-course").iterdir()} == set(chapters)
