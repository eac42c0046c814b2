# SPDX-License-Identifier: BSD-3-Clause
"""
The wheels on a stick
=====================

All that ``kfuncviz[all]`` needs on a target, in the versions of requirements.lock and held to its
hashes, and the wheel of this checkout.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.stick.targets import Target

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements.lock"
#: What the install line of the stick names.
WHAT = "kfuncviz[all]"


class Missing(Exception):
    """What cannot be put on the stick, in one line."""


class Locked(NamedTuple):
    """An entry of the lock: ``requirement`` (a version, and where it counts) and its hashes."""

    requirement: Requirement
    hashes: tuple[str, ...]

    def __str__(self) -> str:
        """The entry without its condition, as a requirements file has it."""
        pinned = f"{self.requirement.name}{self.requirement.specifier}"
        return " ".join([pinned, *(f"--hash={value}" for value in self.hashes)])


def locked(text: str) -> list[Locked]:
    r"""The entries of a lock file.

    >>> (entry,) = locked('''six==1.17.0 ; os_name == "nt" \\
    ...     --hash=sha256:47
    ... ''')
    >>> str(entry)
    'six==1.17.0 --hash=sha256:47'
    """
    entries = re.split(r"\n(?=\S)", text.strip())
    found = [re.split(r"\s+\\?\s*--hash=", entry) for entry in entries]
    return [Locked(Requirement(first), tuple(hashes)) for first, *hashes in found]


def needed(target: Target, lock: Path = LOCK) -> list[Locked]:
    """The entries of the lock that :data:`WHAT` needs on a target.

    What a package needs is what the installed one says; what is not installed here is needed by
    another kind of machine alone, and needs nothing more.  Raises :class:`Missing` where the lock
    lacks one of them.
    """
    environment = target.environment
    entries = {
        canonicalize_name(entry.requirement.name): entry
        for entry in locked(lock.read_text("utf-8"))
        if not entry.requirement.marker or entry.requirement.marker.evaluate(environment)
    }
    names = _closure(Requirement(WHAT), environment) - {Requirement(WHAT).name}
    if lacking := sorted(names - entries.keys()):
        raise Missing(f"{lock.name} has no {', '.join(lacking)} for {target}: run make lock")
    return [entries[name] for name in sorted(names)]


def _closure(first: Requirement, environment: dict[str, str]) -> set[str]:
    open_, seen = [first], set[tuple[str, frozenset[str]]]()
    while open_:
        wanted = open_.pop()
        name, extras = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            lines = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        conditions = [environment | {"extra": extra} for extra in ("", *extras)]
        open_ += [
            requirement
            for requirement in map(Requirement, lines)
            if not requirement.marker or any(map(requirement.marker.evaluate, conditions))
        ]
    return {name for name, _ in seen}


def bring(target: Target, folder: Path, lock: Path = LOCK) -> None:
    """Put the wheels of a target into a folder, whichever index or folder pip is set to ask.

    Raises :class:`Missing` with pip's own reason.
    """
    with tempfile.TemporaryDirectory() as place:
        wanted = Path(place, "wanted.txt")
        wanted.write_text("\n".join(map(str, needed(target, lock))) + "\n", "utf-8")
        _run(
            f"the wheels for {target}",
            *("pip", "download", "-q", "--no-input", "--disable-pip-version-check"),
            *("--no-deps", "--require-hashes", "--only-binary", ":all:", *target.flags),
            *("-d", str(folder), "-r", str(wanted)),
        )


def ours(folder: Path) -> Path:
    """Build the wheel of this checkout into a folder."""
    _run("the wheel of kfuncviz", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    return next(folder.glob("kfuncviz-*.whl"))


def _run(what: str, module: str, *arguments: str) -> None:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
        raise Missing(f"{what} cannot be had: {said[-1].removeprefix('ERROR: ')}")
